"""The sampler: membership, rates, talkers and fame, drawn in turn from their conditional distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.draws import purpose_key, uniform
from greatfear.draws.purpose import Purpose
from greatfear.recover.kernels.expecting import intensities, subject_evidence
from greatfear.recover.kernels.sampling import allot_names, flip_members, gammas
from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_learning import Learned
from greatfear.recover.veracity_messages import Question, matched_beta
from greatfear.recover.veracity_rates import Exposure, Priors, Rates

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
_WEIGHTS, _LARGE = 100, 200_000
"""Draws of a chain whose weights are noted, and namings up to which there is room for them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Length of a chain, and which factors of persons are drawn.

    Parameters
    ----------
    sweeps, burn : int
        Sweeps in all, and of these left out at the start.
    learns : bool
        Whether rates are drawn; otherwise they stay as given.
    varies : bool
        Whether talkers and fame are drawn; otherwise they are 1.
    flips : bool
        Whether membership is drawn; otherwise nobody is a member.
    weighs : bool
        Whether the weight of each naming is noted in some draws: one over its likelihood, by which it can be struck.
    """

    sweeps: int = 1500
    burn: int = 500
    learns: bool = True
    varies: bool = True
    flips: bool = True
    weighs: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """What one chain found: means over draws, traces of a few numbers, and some draws of rates and members.

    `without`: probability of the subject of each naming if that naming were struck. `weights`: some draws of one over the
    likelihood of each naming, (draws, namings); empty where they were not asked for.
    """

    member: Floats
    parts: Floats
    without: Floats
    trace: dict[str, Floats]
    last: Rates
    drawn: tuple[tuple[Rates, Floats], ...]
    weights: npt.NDArray[np.float32]


_TRACED = ("members", "knowledge", "linear", "omega", "prevalence", "first")


@dataclass(frozen=True, slots=True)
class _Graph:
    """The namings around each person."""

    start: Ints
    other: Ints
    naming: Ints

    @classmethod
    def of(cls, design: Design) -> _Graph:
        """Return the namings of each person, as speaker or as subject."""
        ends = np.r_[design.speaker, design.subject]
        order = np.argsort(ends, kind="stable")
        n = len(design.sitting)
        other = np.r_[design.subject, design.speaker][order]
        start = np.searchsorted(ends[order], np.arange(design.n_persons + 1))
        return cls(start, other, np.r_[np.arange(n), np.arange(n)][order])


def sample_chains(
    design: Design,
    priors: Priors,
    question: Question,
    starts: Sequence[Learned],
    settings: Settings,
    *,
    first: int = 0,
    seed: int = 0,
) -> list[Chain]:
    """Return a chain for each start, numbered from `first`.

    Each depends on its number and the seed alone, not on how many threads work.
    """
    graph = _Graph.of(design)

    def one(number: int) -> Chain:
        return sample(design, priors, question, starts[number], settings, graph=graph, number=first + number, seed=seed)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(len(starts))))


class Run:
    """One chain at work."""

    def __init__(
        self, design: Design, priors: Priors, question: Question, start: Learned, where: tuple[int, int]
    ) -> None:
        self.design, self.priors, self.question = design, priors, question
        self.middle = question.middle
        self.exposure = Exposure.of(design, 1.0 / self.middle)
        self.names = design.names(self.exposure.scale)
        seed, number = where
        purposes = (
            Purpose.RECOVER_MEMBER, Purpose.RECOVER_NAMES, Purpose.RECOVER_RATES, Purpose.RECOVER_TALK, Purpose.RECOVER_FAME,
        )  # fmt: skip
        self.keys = [np.uint64(purpose_key(seed, number, int(purpose))) for purpose in purposes]
        self.rates = start.rates
        n = design.n_persons
        first = np.array([uniform(self.keys[0], i, 1 << 30, 1) for i in range(n)])
        self.member = (first < start.member).astype(np.float64)
        self.limits = (0, n) if question.fixed is not None else _limits(n, question)
        self.prior = matched_beta(question.low, question.high)
        self.prevalence = self.middle if question.fixed is None else question.fixed
        self.shapes = [2.0, 2.0]
        self.fixed = np.full(n, -1.0)
        if question.known is not None:
            self.fixed[question.known[0]] = question.known[1]
            self.member[question.known[0]] = question.known[1]
        self._fit_to_limits(first, start.member)
        near = design.near_by
        size = near.sizes()[3]
        self.in_region = np.where(size > 0, 1.0 / np.maximum(size, 1), 0.0)
        self.chance = np.zeros(n)

    def _fit_to_limits(self, first: Floats, chance: Floats) -> None:
        """Make the number of members lawful: those with the best start come in or go out first."""
        free = self.fixed < 0
        surplus = int(self.member.sum()) - self.limits[1]
        order = np.argsort(chance - first, kind="stable")
        if surplus > 0:
            out = [i for i in order.tolist() if self.member[i] and free[i]][:surplus]
            self.member[out] = 0.0
        lack = self.limits[0] - int(self.member.sum())
        if lack > 0:
            into = [i for i in order[::-1].tolist() if not self.member[i] and free[i]][:lack]
            self.member[into] = 1.0

    def flip(self, graph: _Graph, sweep: int) -> None:
        """Draw membership and prevalence."""
        rates, design, near = self.rates, self.design, self.design.near_by
        persons = (rates.talk, rates.fame)
        alone = np.full(design.n_persons, math.log(self.prevalence / (1 - self.prevalence)))
        subject_evidence(self.names, rates.kernel(), persons, alone)
        extra = (rates.omega - 1.0)[:, None] * rates.linear[:, 4:]
        alone -= self.exposure.of_subjects(rates, extra) * rates.fame
        spoken = self.exposure.talked(rates, rates.knowledge) * self.exposure.scale
        n_regions = int(near.region.max(initial=-1)) + 1
        known = near.region >= 0
        sums = (
            np.bincount(near.region[known], self.member[known], n_regions or 1),
            np.bincount(near.region[known], (self.member * spoken)[known], n_regions or 1),
            np.array([self.member.sum()]), np.array([float(self.member @ spoken)]),
        )  # fmt: skip
        groups = (near.region, self.in_region * rates.where[0], float(rates.where[1] / max(design.n_persons - 1, 1)))
        flip_members(
            (self.names, rates.kernel(), persons), (graph.start, graph.other, graph.naming), (alone, spoken, self.fixed), groups,
            self.member, sums, self.limits, (self.keys[0], sweep), self.chance,
        )  # fmt: skip
        if self.question.fixed is None:
            self._draw_prevalence(sweep)

    def _draw_prevalence(self, sweep: int) -> None:
        """Draw the prevalence by its Beta distribution given the number of members."""
        m, n = float(self.member.sum()), self.design.n_persons
        drawn = np.zeros(2)
        gammas(self.keys[2], sweep * 8 + 5, np.array([self.prior[0] + m, self.prior[1] + n - m]), np.ones(2), drawn)
        self.prevalence = float(np.clip(drawn[0] / drawn.sum(), 1e-9, 1 - 1e-9))

    def allot(self, sweep: int, sums: tuple[float, Floats, Floats, Floats]) -> tuple[Floats, ...]:
        """Draw how often each part brought each name."""
        classes, n = len(self.rates.omega), self.design.n_persons
        counts = (
            np.zeros((classes, 9)), np.zeros(classes), np.zeros(2), np.zeros(classes), np.zeros(n), np.zeros(n),
            np.zeros((classes, 10)), np.zeros(9),
        )  # fmt: skip
        persons = (self.rates.talk, self.rates.fame)
        allot_names(self.names, self.rates.kernel(), persons, self.member, self.keys[1], sweep, counts, sums)
        return counts

    def weights(self) -> npt.NDArray[np.float32]:
        """Return one over the likelihood of each naming, as things stand."""
        found = np.zeros(len(self.design.sitting))
        intensities(self.names, self.rates.kernel(), (self.rates.talk, self.rates.fame), self.member, found)
        return (1.0 / np.maximum(np.expm1(np.minimum(found, 50.0)), 1e-9)).astype(np.float32)

    def draw_rates(self, counts: tuple[Floats, ...], sweep: int) -> None:
        """Draw the rates, given the counts: each has a Gamma distribution, but where and omega."""
        count, n_knowledge, n_where, n_lured = counts[:4]
        rates, priors = self.rates, self.priors
        lured, known = self.exposure.lured(rates, self.member), self.exposure.known_members(self.member)
        exposed = self.exposure.linear(rates, lured)
        linear = np.zeros(count.size)
        shape, rate = np.broadcast_to(priors.shape, count.shape) + count, priors.rate + exposed
        gammas(self.keys[2], sweep * 8, shape.ravel(), rate.ravel(), linear)
        linear = np.where(exposed > 0, linear.reshape(count.shape), 0.0)
        per_class = self.exposure.knowledge(rates, self.member, known)
        knowledge = np.zeros(len(n_knowledge))
        gammas(self.keys[2], sweep * 8 + 1, 1.0 + n_knowledge, priors.knowledge_rate + per_class, knowledge)
        self.rates = replace(rates, linear=linear, knowledge=knowledge)
        self._draw_where(n_where, known, sweep)
        if priors.is_free.any():
            self._draw_omega(n_lured, lured, sweep)

    def _draw_where(self, n_where: Floats, known: tuple[Floats, Floats], sweep: int) -> None:
        """Draw how knowledge divides between the own region and everywhere, by ten steps of Metropolis."""
        if not (self.in_region > 0).any():
            self.rates = replace(self.rates, where=np.array([0.0, 1.0]))
            return
        exposed = self.exposure.where(self.rates, self.member, known)

        def score(x: float) -> float:
            return float(n_where[0] * math.log(x) + n_where[1] * math.log1p(-x) - x * exposed[0] - (1 - x) * exposed[1])

        x = float(np.clip(self.rates.where[0], 1e-6, 1 - 1e-6))
        for step in range(10):
            y = uniform(self.keys[2], 2 * step, sweep, 7)
            if math.log(uniform(self.keys[2], 2 * step + 1, sweep, 7)) < score(y) - score(x):
                x = y
        self.rates = replace(self.rates, where=np.array([x, 1 - x]))

    def _draw_omega(self, n_lured: Floats, lured: Floats, sweep: int) -> None:
        """Draw omega of the free classes, by ten steps of Metropolis on log(omega - 1)."""
        lure = (lured * self.rates.linear[:, 4:]).sum(axis=1)
        shape, rate = self.priors.omega
        omega = self.rates.omega.copy()
        for r in np.flatnonzero(self.priors.is_free).tolist():

            def score(x: float, r: int = r) -> float:
                return float(n_lured[r] * math.log1p(x) - x * (lure[r] + rate) + shape * math.log(x))

            x = max(omega[r] - 1.0, 1e-6)
            for step in range(10):
                y = x * math.exp(1.5 * (uniform(self.keys[2], r * 64 + 2 * step, sweep, 6) - 0.5))
                if math.log(uniform(self.keys[2], r * 64 + 2 * step + 1, sweep, 6)) < score(y) - score(x):
                    x = y
            omega[r] = 1.0 + x
        self.rates = replace(self.rates, omega=omega)

    def draw_factors(self, counts: tuple[Floats, ...], sweep: int) -> None:
        """Draw fame and talk, and their spread."""
        of_speaker, of_subject = counts[4], counts[5]
        n = self.design.n_persons
        rates = self.rates
        own = self.exposure.of_subjects(rates, rates.linear[:, 4:])
        extra = self.exposure.of_subjects(rates, (rates.omega - 1.0)[:, None] * rates.linear[:, 4:])
        fame = np.zeros(n)
        gammas(self.keys[4], sweep, self.shapes[0] + of_subject, self.shapes[0] + own + extra * self.member, fame)
        self.rates = replace(self.rates, fame=fame)
        rates = self.rates
        said = self.exposure.by_speaker(rates, self.member, self.exposure.known_members(self.member))
        talk = np.zeros(n)
        gammas(self.keys[3], sweep, self.shapes[1] + of_speaker, self.shapes[1] + said, talk)
        self.rates = replace(self.rates, talk=talk)
        for place, values in enumerate((fame, talk)):
            self.shapes[place] = self._draw_shape(self.shapes[place], values, sweep * 2 + place)

    def _draw_shape(self, shape: float, values: Floats, sweep: int) -> float:
        """Draw the shape of the distribution of a factor, by five steps of Metropolis on its logarithm.

        The variance, 1 / shape, has an exponential prior with mean 1: also no variance at all can be found. (A prior
        Gamma(2, 1) on the shape cannot: it keeps a variance of 0.02 in a record of 26,000 namings that has none.)
        """
        n, total = len(values), float(np.log(np.maximum(values, 1e-300)).sum() - values.sum())

        def score(a: float) -> float:
            return n * (a * math.log(a) - math.lgamma(a)) + a * total - math.log(a) - 1.0 / a

        for step in range(5):
            y = min(shape * math.exp(1.2 * (uniform(self.keys[2], 2 * step, sweep, 9) - 0.5)), 1e6)
            if math.log(uniform(self.keys[2], 2 * step + 1, sweep, 9)) < score(y) - score(shape):
                shape = y
        return shape


def _limits(n: int, question: Question) -> tuple[int, int]:
    """Return the least and the greatest number of members in the range; at least one number lies in it."""
    least = math.ceil(n * question.low - 1e-9)
    return least, max(math.floor(n * question.high + 1e-9), least)


def sample(
    design: Design, priors: Priors, question: Question, start: Learned, settings: Settings,
    *, graph: _Graph | None = None, number: int = 0, seed: int = 0,
) -> Chain:  # fmt: skip
    """Return one chain."""
    graph = graph or _Graph.of(design)
    run = Run(design, priors, question, start, (seed, number))
    if not settings.flips:
        run.member[:] = 0.0
    n = len(design.sitting)
    parts, without, without_member = np.zeros((n, 5)), np.zeros(n), np.zeros(n)
    total = np.zeros(design.n_persons)
    trace: dict[str, list[Any]] = {name: [] for name in _TRACED}
    kept = settings.sweeps - settings.burn
    step, weights = max(kept // _WEIGHTS, 1), []
    drawn: list[tuple[Rates, Floats]] = []
    for sweep in range(settings.sweeps):
        if settings.flips:
            run.flip(graph, sweep)
        noted = sweep >= settings.burn
        counts = run.allot(sweep, (1.0 / kept if noted else 0.0, parts, without, without_member))
        if settings.learns:
            run.draw_rates(counts, sweep)
        if settings.varies:
            run.draw_factors(counts, sweep)
        if noted:
            total += run.chance
            if settings.weighs and n <= _LARGE and (sweep - settings.burn) % step == 0:
                weights.append(run.weights())
            if (sweep - settings.burn) % max(kept // 10, 1) == 0:
                drawn.append((run.rates, run.member.copy()))
            for name, value in (
                ("members", run.member.sum()), ("knowledge", run.rates.knowledge), ("linear", run.rates.linear),
                ("omega", run.rates.omega), ("prevalence", run.prevalence), ("first", counts[6]),
            ):  # fmt: skip
                trace[name].append(value)
    parts[:, 4] = np.maximum(1.0 - parts[:, :4].sum(axis=1), 0.0)
    ratio = without_member / np.maximum(without, 1e-300)
    return Chain(
        total / kept, parts, ratio, {name: np.array(rows) for name, rows in trace.items()}, run.rates, tuple(drawn),
        np.array(weights, np.float32).reshape(len(weights), n),
    )  # fmt: skip
