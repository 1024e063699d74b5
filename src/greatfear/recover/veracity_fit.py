"""One archive fitted at one question: the long way for what is printed, the short way for checks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.veracity_canonical import mixed
from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_gibbs import Chain, Settings, sample, sample_chains
from greatfear.recover.veracity_learning import Learned, learn, learn_without_members
from greatfear.recover.veracity_messages import Question
from greatfear.recover.veracity_mixing import AGREE, mixing
from greatfear.recover.veracity_rates import Priors, Rates, priors_of

FEW = 5_000
"""Namings up to which checks use short chains."""
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is computed.

    Parameters
    ----------
    chains, sweeps, burn : int
        Chains behind printed probabilities, sweeps of each, and how many of these are left out at the start.
    longer : int
        How many times longer chains may become where they do not agree (at most twice beyond 5,000 namings).
    short : int
        Rounds of belief propagation, at most, in the fits behind checks; ten sweeps for each where the record is small.
    replays : int
        Histories behind the test of fit.
    nulls, again : int
        Archives without members, and archives from the fit itself, each fitted again.
    """

    chains: int = 4
    sweeps: int = 1500
    burn: int = 500
    longer: int = 8
    short: int = 40
    replays: int = 200
    nulls: int = 40
    again: int = 40


@dataclass(frozen=True, slots=True)
class Fitted:
    """The long fit.

    Parameters
    ----------
    member : array over persons
        Probability of membership, the mean over chains; equal for twins.
    parts : array (namings, 5)
        Shares of knowledge, suggestion, repetition, hearsay and other.
    without : array over namings
        Probability of the subject if that naming were struck.
    """

    design: Design
    priors: Priors
    question: Question
    start: Learned
    chains: list[Chain]
    member: Floats
    parts: Floats
    without: Floats


def start_of(design: Design, priors: Priors, question: Question, rates: Rates | None = None) -> Learned:
    """Return where chains begin: procedure explained without members, one name a sitting by knowledge."""
    found = learn_without_members(design, priors, start=rates, rounds=60 if rates is None else 15)
    classes = len(found.rates.omega)
    omega = np.where(priors.is_free, 1.5, 1.0)
    first = replace(found.rates, knowledge=np.ones(classes), omega=omega)
    return replace(found, rates=first, member=np.full(design.n_persons, question.middle))


def fit_long(design: Design, is_free: Bools, question: Question, effort: Effort, seed: int) -> Fitted:
    """Return the fit behind printed probabilities."""
    priors = priors_of(design, is_free)
    start = start_of(design, priors, question)
    settings = Settings(effort.sweeps, effort.burn, weighs=True)
    chains = sample_chains(design, priors, question, [start] * effort.chains, settings, seed=seed)
    most = effort.sweeps * (effort.longer if len(design.sitting) <= FEW else min(effort.longer, 2))
    while mixing(chains) > AGREE and settings.sweeps * 2 <= most:
        # Each chain goes on from where it ended; what came before is left out.
        settings = replace(settings, sweeps=settings.sweeps * 2, burn=settings.burn // 4)
        ends = [replace(start, rates=chain.last, member=chain.drawn[-1][1]) for chain in chains]
        chains = sample_chains(design, priors, question, ends, settings, first=settings.sweeps, seed=seed)
    member = over_twins(design, np.mean([chain.member for chain in chains], axis=0))
    alike = _alike(design)
    parts = _over(alike, np.mean([chain.parts for chain in chains], axis=0))
    without = _over(alike, np.mean([chain.without for chain in chains], axis=0))
    return Fitted(design, priors, question, start, chains, member, parts, without)


def fit_short(
    design: Design,
    is_free: Bools,
    question: Question,
    rounds: int,
    *,
    rates: Rates | None = None,
    address: tuple[int, int] = (0, 0),
) -> Learned:
    """Return probabilities for a check: by belief propagation, or in a small record by a short chain.

    Belief propagation learns one value of each rate, and takes everybody to be equally well known. In a small record that finds
    blocks where there are none: in 40 archives of 300 persons without members its information was up to 0.64, that of a chain,
    which averages over rates, up to 0.2.
    """
    priors = priors_of(design, is_free)
    start = start_of(design, priors, question, rates)
    if len(design.sitting) > FEW:
        found = learn(design, priors, question, rounds=rounds, start=start.rates)
        return replace(found, member=over_twins(design, found.member))
    sweeps = 10 * rounds
    settings = Settings(sweeps, sweeps // 3)
    chain = sample(design, priors, question, start, settings, number=address[1], seed=address[0])
    return replace(start, rates=chain.last, member=over_twins(design, chain.member), residual=float("nan"))


def side_by_side(task: Any, numbers: range) -> list[Any]:
    """Return the results of a task for each number; two at a time, the same whatever the number of threads."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(task, numbers))


def over_twins(design: Design, value: Floats) -> Floats:
    """Return a value averaged over persons of whom the record says the same."""
    sums, sizes = np.bincount(design.twin, value), np.bincount(design.twin)
    return np.asarray((sums / sizes)[design.twin])


def _alike(design: Design) -> npt.NDArray[np.int64]:
    """Return for each naming the number of its group: twins named at one time by twins, in one class of circumstance."""
    twin, time = design.twin, design.sittings.time[design.sitting]
    word = mixed(twin[design.speaker], twin[design.subject], time, design.cls)
    return np.asarray(np.unique(word, return_inverse=True)[1], np.int64)


def _over(group: npt.NDArray[np.int64], value: Floats) -> Floats:
    """Return values averaged over groups; the record says the same of those in one group."""
    columns = value.reshape(len(value), -1)
    sizes = np.bincount(group)
    means = [(np.bincount(group, column) / sizes)[group] for column in columns.T]
    return np.asarray(np.stack(means, axis=1).reshape(value.shape))


def information(member: Floats) -> float:
    """Return how much the probabilities of persons differ from their mean: 0 nothing is told, 1 everything is decided."""
    p = np.clip(member, 1e-9, 1 - 1e-9)
    mean = float(p.mean())
    entropy = -(mean * np.log(mean) + (1 - mean) * np.log1p(-mean))
    told = p * np.log(p / mean) + (1 - p) * np.log((1 - p) / (1 - mean))
    return float(told.mean() / entropy)
