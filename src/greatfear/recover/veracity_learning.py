"""Rates learned by expectation and maximisation, membership by belief propagation: the fast way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.kernels.expecting import expect_counts, membership_evidence
from greatfear.recover.kernels.passing import pass_messages
from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_rates import Exposure, Priors, Rates, first_rates

__all__ = ["Learned", "Pairing", "Question", "learn", "learn_without_members"]

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
_EPSILON = 1e-9
_HELD = 20


@dataclass(frozen=True, slots=True)
class Question:
    """What only a user can say.

    Parameters
    ----------
    low, high : float
        Range of the prevalence (U2): share of members among the persons of the archive. The number of members stays in it.
    known : (array of int, array of int), optional
        Persons whose membership is known, and 0 or 1 for each.
    fixed : float, optional
        A prevalence that is given; the number of members is then free.
    """

    low: float
    high: float
    known: tuple[Ints, Ints] | None = None
    fixed: float | None = None

    @property
    def middle(self) -> float:
        """Geometric mean of the range; knowledge is counted in names a sitting at this prevalence."""
        return float(np.sqrt(self.low * self.high))


@dataclass(frozen=True, slots=True)
class Pairing:
    """Unordered pairs of persons who named one another, and the pair of each naming."""

    first: Ints
    second: Ints
    of_naming: Ints

    @classmethod
    def of(cls, design: Design) -> Pairing:
        """Return the pairs of a design."""
        a = np.minimum(design.speaker, design.subject)
        b = np.maximum(design.speaker, design.subject)
        key, place = np.unique(a * np.int64(design.n_persons) + b, return_inverse=True)
        return cls(key // design.n_persons, key % design.n_persons, place)


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
    rounds: int = 80,
    start: Rates | None = None,
    learns: bool = True,
    member: Floats | None = None,
) -> Learned:
    """Return rates and probabilities of membership within the range of prevalence.

    Each round: messages at the current rates, expected counts of each part, rates by their conjugate posterior mode.
    """
    pairs = Pairing.of(design)
    middle = question.middle
    exposure = Exposure.of(design, 1.0 / middle)
    rates = start or first_rates(design, priors)
    state = _State(
        np.full(design.n_persons, middle) if member is None else member.copy(), np.zeros((len(pairs.first), 2)), middle
    )
    parts = np.zeros((len(design.sitting), 5))
    both, found, residual = np.zeros(len(design.sitting)), 0.0, 0.0
    for turn in range(rounds):
        before, member_before = found, state.member
        both, residual = _beliefs(exposure, pairs, rates, question, state)
        counts, found = _expected(exposure, rates, state.member, both, parts)
        if learns:
            better = _better(rates, counts, exposure, state.member, priors)
            # Knowledge starts from one name a sitting and is held there at first: from nothing it cannot grow.
            rates = replace(better, knowledge=rates.knowledge) if turn < _HELD and start is None else better
        moved = float(np.abs(state.member - member_before).max())
        if turn > _HELD + 5 and moved < 1e-4 and abs(found - before) < 1e-6 * abs(found):
            break
    return Learned(rates, state.member, both, parts, state.prevalence, found, residual)


@dataclass(slots=True)
class _State:
    """What messages start from in the next round."""

    member: Floats
    message: Floats
    prevalence: float


def _beliefs(
    exposure: Exposure, pairs: Pairing, rates: Rates, question: Question, state: _State
) -> tuple[Floats, float]:
    """Bring the probabilities of membership up to date; return those of both for each naming, and the residual."""
    design = exposure.design
    n = len(design.sitting)
    alone, on_pair = np.zeros(design.n_persons), np.zeros(n)
    persons = (rates.talk, rates.fame)
    membership_evidence(design.names(exposure.scale), rates.kernel(), persons, alone, on_pair)
    strength = np.bincount(pairs.of_naming, on_pair, len(pairs.first))
    extra = (rates.omega - 1.0)[:, None] * rates.linear[:, 4:]
    alone -= exposure.of_subjects(rates, extra) * rates.fame
    belief = np.zeros(design.n_persons)
    residual = 0.0
    for _ in range(6):
        field = alone - exposure.knowledge_field(rates, state.member)
        field += np.log(state.prevalence / (1 - state.prevalence))
        if question.known is not None:
            field[question.known[0]] = np.where(question.known[1] > 0, 50.0, -50.0)
        residual = float(
            pass_messages((pairs.first, pairs.second), strength, field, state.message, belief, (30, 0.3, 1e-5))
        )
        member = 1.0 / (1.0 + np.exp(-np.clip(belief, -500, 500)))
        state.member = 0.5 * (state.member + member)
        state.prevalence = float(np.clip(state.member.mean(), question.low, question.high))
    state.member = np.clip(state.member, _EPSILON, 1 - _EPSILON)
    return _together(pairs, strength.astype(np.float64), belief, state.message)[pairs.of_naming], residual


def _together(pairs: Pairing, strength: Floats, belief: Floats, message: Floats) -> Floats:
    """Return the probability that both ends of each pair are members."""
    a = np.clip(belief[pairs.first] - message[:, 1], -300, 300)
    b = np.clip(belief[pairs.second] - message[:, 0], -300, 300)
    top = np.maximum.reduce([np.zeros_like(a), a, b, a + b + strength])
    both = np.exp(a + b + strength - top)
    return np.asarray(both / (np.exp(-top) + np.exp(a - top) + np.exp(b - top) + both))


def _expected(
    exposure: Exposure, rates: Rates, member: Floats, both: Floats, parts: Floats
) -> tuple[tuple[Floats, Floats, Floats, Floats], float]:
    """Return the expected counts of each part, and the log-likelihood of the names that were written."""
    classes = len(rates.omega)
    counts = (np.zeros((classes, 8)), np.zeros(classes), np.zeros(2), np.zeros(classes))
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
    lure = (exposure.lured(rates, member) * rates.linear[:, 4:]).sum(axis=1)
    linear = _linear(count, exposure.linear(rates, member), priors)
    per_class, _ = exposure.knowledge(rates, member)
    knowledge = n_knowledge / (priors.knowledge_rate + per_class)
    _, at_where = exposure.knowledge(replace(rates, knowledge=knowledge), member)
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
