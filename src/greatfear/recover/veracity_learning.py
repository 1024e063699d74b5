"""Rates learned by expectation and maximisation, membership by belief propagation: the fast way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.kernels.expecting import expect_counts
from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_messages import Pairing, Question, State, aim, settle
from greatfear.recover.veracity_rates import Exposure, Priors, Rates, first_rates

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
_EPSILON = 1e-9
_FIRST, _GROWS, _HELD, _STILL = 0.02, 1.3, 4, 5e-3
"""Names a sitting from which knowledge begins; most by which it changes in a round; rounds in which it is held; standstill."""
_USUAL, _LONGEST, _LAST = 5_000, 8.0, 400
"""Persons up to which the given number of rounds holds; how many times more there may be in a larger record, where chance moves
knowledge less and a block takes longer to form; rounds of messages at the end."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Rates, probabilities of membership, shares of each naming, and how well the messages settled."""

    rates: Rates
    member: Floats
    both: Floats
    parts: Floats
    prevalence: float
    log_likelihood: float
    residual: float


def learn_without_members(design: Design, priors: Priors, *, rounds: int = 60, start: Rates | None = None) -> Learned:
    """Return the rates of a record in which nobody knows anything: what procedure and acquaintance explain."""
    exposure = Exposure.of(design, 1.0)
    rates = start or first_rates(design, priors)
    rates = replace(rates, knowledge=np.zeros_like(rates.knowledge), omega=np.ones_like(rates.omega))
    none = np.zeros(design.n_persons)
    found, parts = 0.0, np.zeros((len(design.sitting), 5))
    for _ in range(rounds):
        before = found
        counts, found = _expected(exposure, rates, none, np.zeros(len(design.sitting)), parts)
        rates = replace(rates, linear=_linear(counts[0], exposure.linear(rates), priors))
        if abs(found - before) < 1e-7 * abs(found):
            break
    return Learned(rates, none, np.zeros(len(design.sitting)), parts, 0.0, found, 0.0)


def learn(
    design: Design,
    priors: Priors,
    question: Question,
    *,
    rounds: int = 60,
    start: Rates | None = None,
    learns: bool = True,
    member: Floats | None = None,
) -> Learned:
    """Return rates and probabilities of membership within the range of prevalence, by belief propagation.

    Each round: messages at the current rates, expected counts of each part, rates by their conjugate posterior mode. Knowledge
    begins small and grows by steps: at a large rate the silence of all pairs rules out every block before it has formed.
    """
    pairs = Pairing.of(design)
    exposure = Exposure.of(design, 1.0 / question.middle)
    rates = start or first_rates(design, priors)
    if learns:
        rates = replace(rates, knowledge=np.full_like(rates.knowledge, _FIRST))
    state = State.of(design, pairs, question, member)
    parts = np.zeros((len(design.sitting), 5))
    both, found = np.zeros(len(design.sitting)), 0.0
    for turn in range(int(rounds * np.clip(np.sqrt(design.n_persons / _USUAL), 1.0, _LONGEST))):
        before, known_before = state.member, rates.knowledge
        both = settle(exposure, pairs, rates, question, state)
        aim(question, state)
        if not learns:
            continue
        counts, found = _expected(exposure, rates, state.member, both, parts)
        better = _better(rates, counts, exposure, state.member, priors)
        slow = np.clip(better.knowledge, known_before / _GROWS, known_before * _GROWS)
        rates = replace(better, knowledge=known_before if turn < _HELD else slow)
        moved = float(np.abs(state.member - before).max())
        if turn > _HELD + 5 and moved < 2e-3 and np.abs(np.log(rates.knowledge / known_before)).max() < _STILL:
            break
    both = settle(exposure, pairs, rates, question, state, rounds=_LAST)
    _, found = _expected(exposure, rates, state.member, both, parts)
    member_now = np.clip(state.member, _EPSILON, 1 - _EPSILON)
    return Learned(rates, member_now, both, parts, state.total / max(design.n_persons, 1), found, state.residual)


def _expected(
    exposure: Exposure, rates: Rates, member: Floats, both: Floats, parts: Floats
) -> tuple[tuple[Floats, Floats, Floats, Floats], float]:
    """Return the expected counts of each part, and the log-likelihood of the names that were written."""
    classes = len(rates.omega)
    counts = (np.zeros((classes, 9)), np.zeros(classes), np.zeros(2), np.zeros(classes))
    total = expect_counts(
        exposure.design.names(exposure.scale), rates.kernel(), (rates.talk, rates.fame), member, both, counts, parts
    )
    return counts, float(total)


def _linear(count: Floats, exposed: Floats, priors: Priors) -> Floats:
    """Return the posterior mean of the linear rates; 0 where a part could not occur."""
    return np.where(exposed > 0, (priors.shape + count - (priors.shape >= 1)) / (priors.rate + exposed), 0.0)


def _better(
    rates: Rates, counts: tuple[Floats, Floats, Floats, Floats], exposure: Exposure, member: Floats, priors: Priors
) -> Rates:
    """Return the rates of the next round."""
    count, n_knowledge, n_where, n_lured = counts
    lured, known = exposure.lured(rates, member), exposure.known_members(member)
    lure = (lured * rates.linear[:, 4:]).sum(axis=1)
    linear = _linear(count, exposure.linear(rates, lured), priors)
    knowledge = n_knowledge / (priors.knowledge_rate + exposure.knowledge(rates, member, known))
    at_where = exposure.where(replace(rates, knowledge=knowledge), member, known)
    where = (n_where + 0.5) / (at_where + 0.5)
    knowledge, where = knowledge * where.sum(), where / where.sum()
    shape, rate = priors.omega
    omega = np.where(priors.is_free, _omega(n_lured, lure, shape, rate), 1.0)
    return replace(rates, linear=linear, knowledge=knowledge, where=where, omega=omega)


def _omega(named: Floats, expected: Floats, shape: float, rate: float) -> Floats:
    """Return the mode of omega, by class: named members against those expected at omega 1, omega - 1 ~ Gamma.

    Maximises named log(1 + x) - x expected + (shape - 1) log x - rate x: a quadratic equation.
    """
    b = expected + rate
    p = b - named - (shape - 1)
    x = (-p + np.sqrt(p * p + 4 * b * (shape - 1))) / (2 * b)
    return np.asarray(1.0 + x)
