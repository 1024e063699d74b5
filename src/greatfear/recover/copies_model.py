"""How often statements are copies, how details change on the way, how long it takes: learned from the texts alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from greatfear.recover.copies_kernel import weigh_parents

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
WINDOW = 256
"""Earlier statements on one subject that are weighed at most, the latest first."""
_ROUNDS = 80
_STEP = 1.25
_A_MU, _B_MU = 2.0, 4.0


@dataclass(frozen=True, eq=False)
class Texts:
    """Statements in the order of their subjects, then of their days; -1 where something is not known.

    Parameters
    ----------
    day : float64 (n,)
    speaker, cited, subject : int32 (n,)
    told : int32 (n, D)
        Number of the value of each detail.
    near : int32 (n, 3)
        Place, unit and family of the speaker.
    first : int64 (n,)
        First row of the subject.
    kinds : tuple of str
        Names of the details.
    """

    day: Floats
    speaker: npt.NDArray[np.int32]
    cited: npt.NDArray[np.int32]
    subject: npt.NDArray[np.int32]
    told: npt.NDArray[np.int32]
    near: npt.NDArray[np.int32]
    first: Ints
    kinds: tuple[str, ...]

    @property
    def has_texts(self) -> bool:
        """Whether anything besides names and days is told."""
        return bool((self.told >= 0).any() or (self.cited >= 0).any())


@dataclass(frozen=True)
class Copying:
    """The rates of copying.

    Parameters
    ----------
    sigma : float
        Share of copies among statements that have an earlier one on the same subject by another speaker.
    tau : float
        Days after which an earlier statement counts a factor e less as a parent.
    closer : float
        How many times likelier a parent is whose speaker is of one place or unit.
    mu : tuple of float
        By detail, the share of copied values that change.
    cites : (float, float, float)
        Chances that a copy cites its parent, that it cites another, that a statement of its own cites somebody.
    """

    sigma: float = 0.3
    tau: float = 60.0
    closer: float = 2.0
    mu: tuple[float, ...] = ()
    cites: tuple[float, float, float] = (0.1, 0.02, 0.01)


@dataclass(frozen=True, eq=False)
class Found:
    """For each statement the chance that it is a copy, its likeliest parent (row; -1: none) and the chance of that."""

    chance: Floats
    parent: Ints
    parent_chance: Floats
    sums: Floats


def shares(texts: Texts, own: Floats) -> Floats:
    """Return the share of each told value among details that were not copied; `own` weighs the statements."""
    out = np.ones(texts.told.shape)
    for d in range(texts.told.shape[1]):
        values = texts.told[:, d]
        told = values >= 0
        if told.any():
            counts = np.bincount(values[told], own[told])
            out[told, d] = ((counts + 0.5) / (counts.sum() + 0.5 * len(counts)))[values[told]]
    return out


def weigh(texts: Texts, share: Floats, rates: Copying) -> Found:
    """Return the chances of all parents at given rates."""
    n, D = texts.told.shape
    out = (np.zeros(n), np.zeros(n, np.int64), np.zeros(n))
    sums = np.zeros(6 + 2 * D)
    f = (texts.day, texts.speaker, texts.cited, texts.told, texts.first, texts.near)
    one_of = 1.0 / max(len(np.unique(texts.speaker)), 2)
    # where nobody cites anybody, citing was not recorded and says nothing
    cites = rates.cites if (texts.cited >= 0).any() else (0.0, 0.0, 0.0)
    numbers = (rates.sigma, rates.tau, rates.closer, np.array(rates.mu), np.array(cites), one_of)
    weigh_parents(f, share, numbers, WINDOW, out, sums)
    return Found(out[0], out[1], out[2], sums)


def learn_copying(texts: Texts, sigma: float | None = None) -> tuple[Copying, Found]:
    """Return the rates that explain the texts best, and the chances under them.

    Parameters
    ----------
    texts : Texts
    sigma : float, optional
        A given share of copies, which is then not learned.
    """
    D = texts.told.shape[1]
    rates = Copying(sigma=0.3 if sigma is None else sigma, mu=(0.25,) * D)
    own = np.ones(len(texts.day))
    share = shares(texts, own)
    found = weigh(texts, share, rates)
    last = -np.inf
    for turn in range(_ROUNDS):
        rates = _improved(rates, found.sums, D, is_given=sigma is not None, n=len(texts.day))
        if turn % 3 == 0:
            share = shares(texts, 1.0 - found.chance)
            rates = _better_pace(texts, share, rates)
        found = weigh(texts, share, rates)
        value = float(found.sums[0])
        if turn > 6 and abs(value - last) < 1e-6 * (1 + abs(value)):
            break
        last = value
    return rates, found


def _improved(rates: Copying, sums: Floats, D: int, *, is_given: bool, n: int) -> Copying:
    """Return the rates that fit best given the chances: the modes under priors Beta(1, 1) and Beta(2, 4)."""
    copies, could = float(sums[1]), max(float(sums[2]), 1.0)
    sigma = rates.sigma if is_given else min(max(copies / could, 1e-6), 1 - 1e-6)
    mu = tuple((float(sums[6 + d]) + _A_MU - 1) / (float(sums[6 + D + d]) + _A_MU + _B_MU - 2) for d in range(D))
    right = (float(sums[3]) + 0.1) / (copies + 2)
    wrong = (float(sums[4]) + 0.1) / (copies + 2)
    others = (float(sums[5]) + 0.1) / (max(n - copies, 0.0) + 2)
    return replace(rates, sigma=sigma, mu=mu, cites=(min(right, 0.9), min(wrong, 0.09), min(others, 0.9)))


def _better_pace(texts: Texts, share: Floats, rates: Copying) -> Copying:
    """Return the rates with tau and C moved a step where that explains the texts better (log-gamma priors, one unit each)."""

    def score(tried: Copying) -> float:
        prior = -0.5 * (math.log(tried.tau / 60.0) / 2.0) ** 2 - 0.5 * (math.log(tried.closer) / 1.0) ** 2
        return float(weigh(texts, share, tried).sums[0]) + prior

    for name in ("tau", "closer"):
        now = getattr(rates, name)
        tried = [replace(rates, **{name: now * _STEP**k}) for k in (-2, -1, 0, 1, 2)]
        rates = max(tried, key=score)
    return rates
