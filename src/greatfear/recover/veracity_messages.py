"""Membership at given rates by belief propagation: messages between those who named one another, a mean field for the rest.

Silence speaks too: two members who did not name one another had many sittings in which they could have. For pairs that named
one another this loss is part of the message, with the gain; for all other pairs it is a mean field, which leaves out the
partners of the messages. (With the loss of named pairs in the mean field as well, a person's own members spoke against
themselves twice, and with learned rates every block dissolved: nobody was a member.)
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.kernels.expecting import membership_evidence
from greatfear.recover.kernels.passing import add_silence, pass_messages
from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_rates import Exposure, Rates

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
_STEP = 0.2
"""How far the mean field moves at once; regions with many members drive members out, and larger steps swing to and fro."""
_SURE = 50.0
_KEPT, _MANY, _TOP = 0.3, 100_000, 300.0
"""Share of an old message that stays; pairs from which messages are passed in two halves; largest log-odds."""
SETTLED = 1e-4
"""Largest change of a message or a probability at which belief propagation has come to rest."""


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
    """Unordered pairs of persons who named one another, the pair of each naming, and their weight for knowledge."""

    first: Ints
    second: Ints
    of_naming: Ints
    near: Floats

    @classmethod
    def of(cls, design: Design) -> Pairing:
        """Return the pairs of a design."""
        a = np.minimum(design.speaker, design.subject)
        b = np.maximum(design.speaker, design.subject)
        key, one, place = np.unique(a * np.int64(design.n_persons) + b, return_index=True, return_inverse=True)
        return cls(key // design.n_persons, key % design.n_persons, place, design.near[one])


@dataclass(slots=True)
class State:
    """Probabilities of membership, messages, their sum by person, and the log-odds `level` that brings members to `total`."""

    member: Floats
    message: Floats
    received: Floats
    level: float
    total: float
    residual: float = float("inf")

    @classmethod
    def of(cls, design: Design, pairs: Pairing, question: Question, member: Floats | None = None) -> State:
        """Return a state in which everybody is equally likely, or with the given probabilities."""
        share = question.middle if question.fixed is None else question.fixed
        even = np.full(design.n_persons, share)
        level = float(np.log(share / (1 - share)))
        start = even if member is None else member.copy()
        received = np.zeros(design.n_persons)
        return cls(start, np.zeros((len(pairs.first), 2)), received, level, share * design.n_persons)


def settle(
    exposure: Exposure, pairs: Pairing, rates: Rates, question: Question, state: State, *, rounds: int = 16
) -> Floats:
    """Bring a state up to date at some rates; return for each naming the probability that both are members.

    One round of messages, one step of the mean field and one shift of the level take turns (several rounds of messages at one
    level let blocks grow that the level would have held); it ends before `rounds` when nothing moves by `SETTLED`.
    """
    design = exposure.design
    n = design.n_persons
    alone, on_pair = np.zeros(n), np.zeros(len(design.sitting))
    membership_evidence(design.names(exposure.scale), rates.kernel(), (rates.talk, rates.fame), alone, on_pair)
    extra = (rates.omega - 1.0)[:, None] * rates.linear[:, 4:]
    if extra.any():
        alone -= exposure.of_subjects(rates, extra) * rates.fame
    spoken = exposure.talked(rates, rates.knowledge) * exposure.scale
    silence = (spoken[pairs.first] + spoken[pairs.second]) * (pairs.near @ rates.where)
    strength = np.bincount(pairs.of_naming, on_pair, len(pairs.first)) - silence
    # At -30 the loss is all but certain; below, gain + 1 would be 0.
    belief, gain = np.zeros(n), np.expm1(np.clip(strength, -30.0, _TOP))
    ends = (pairs.first, pairs.second)
    for _ in range(rounds):
        m = state.member
        field = alone - exposure.knowledge_field(rates, m) + state.level
        add_silence(ends, silence, m, field)
        if question.known is not None:
            field[question.known[0]] = np.where(question.known[1] > 0, _SURE, -_SURE)
        moved = _round(ends, gain, field + state.received, state)
        belief = field + state.received
        shift = _shift(belief, state.total)
        state.level += shift
        member = _odds(belief + shift)
        state.residual = max(moved, float(np.abs(member - m).max()))
        state.member = np.asarray((1 - _STEP) * m + _STEP * member, np.float64)
        if state.residual < SETTLED:
            break
    return _together(pairs, strength, belief, state.message)[pairs.of_naming]


def _round(ends: tuple[Ints, Ints], gain: Floats, belief: Floats, state: State) -> float:
    """Pass all messages once, in two halves side by side where there are many; return the largest change."""
    half = len(gain) // 2
    cuts = [slice(0, half), slice(half, None)] if len(gain) > _MANY else [slice(None)]
    sums = [np.zeros(len(belief)) for _ in cuts]

    def part(number: int) -> float:
        cut = cuts[number]
        edges = (ends[0][cut], ends[1][cut])
        return float(pass_messages(edges, gain[cut], belief, state.message[cut], _KEPT, sums[number]))

    if len(cuts) == 1:
        moved = part(0)
    else:
        with ThreadPoolExecutor(2) as pool:
            moved = max(pool.map(part, range(2)))
    state.received = np.sum(sums, axis=0)
    return moved


def aim(question: Question, state: State) -> None:
    """Move the wanted number of members a step towards where the prior odds of one more member equal the level.

    These are the odds of a Beta prior within the range of prevalence, or those of a prevalence that is given.
    """
    n = len(state.member)
    if question.fixed is not None:
        wanted = float(np.log(question.fixed / (1 - question.fixed)))
        low, high = 0.0, float(n)
    else:
        a, b = matched_beta(question.low, question.high)
        wanted = float(np.log((a + state.total) / (b + n - state.total)))
        low, high = question.low * n, question.high * n
    step = float(np.clip(0.5 * (wanted - state.level), -0.1, 0.1))
    state.total = float(np.clip(state.total * np.exp(step), max(low, 1e-3), min(high, n - 1e-3)))


def _shift(belief: Floats, total: float) -> float:
    """Return what must be added to all log-odds so that the probabilities add up to a total (Newton, kept in bounds)."""
    low, high, x = -60.0, 60.0, 0.0
    for _ in range(60):
        p = _odds(belief + x)
        miss = float(p.sum()) - total
        if abs(miss) < 1e-9 * max(total, 1.0):
            break
        low, high = (low, x) if miss > 0 else (x, high)
        slope = float((p * (1 - p)).sum())
        x = x - miss / slope if slope > 1e-12 else 0.5 * (low + high)
        if not low < x < high:
            x = 0.5 * (low + high)
    return x


def _odds(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -500, 500))), np.float64)


def matched_beta(low: float, high: float) -> tuple[float, float]:
    """Return the Beta distribution that has about 90 % of its mass between low and high."""
    middle = float(np.sqrt(low * high))
    spread = max((high - low) / 3.29, 1e-6)
    total = max(middle * (1 - middle) / spread**2 - 1, 2.0)
    return middle * total, (1 - middle) * total


def _together(pairs: Pairing, strength: Floats, belief: Floats, message: Floats) -> Floats:
    """Return the probability that both ends of each pair are members."""
    a = np.clip(belief[pairs.first] - message[:, 1], -_TOP, _TOP)
    b = np.clip(belief[pairs.second] - message[:, 0], -_TOP, _TOP)
    top = np.maximum.reduce([np.zeros_like(a), a, b, a + b + strength])
    both = np.exp(a + b + strength - top)
    return np.asarray(both / (np.exp(-top) + np.exp(a - top) + np.exp(b - top) + both))
