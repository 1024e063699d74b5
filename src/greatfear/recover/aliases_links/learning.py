"""How much each level of agreement speaks for one person: learned from the candidate pairs, without any truth.

Two classes of pairs (one person, two persons), columns independent within a class, values not known left out; the share of
pairs of one person falls with the number of records that bear the surname. Expectation and maximisation on the counts of
patterns; the best of several starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from greatfear.draws import Purpose, purpose_key, uniform
from greatfear.recover.aliases_links.comparing import LEVELS, N_PATTERNS

COLUMNS = ("names", "sex", "year of birth", "place and unit")
"""Given name and patronymic are one column, place and unit another: they agree and differ together (initials; a move)."""
N_KINDS, N_BUCKETS = 6, 24
_STARTS, _ROUNDS = 4, 300
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]


def _joint(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(a * b for a in (1.0, *first) for b in (1.0, *second))


_MEET = (
    _joint((0.6, 0.4), (0.6, 0.37, 0.03)),
    (1.0, 0.99, 0.01),
    (1.0, 0.7, 0.2, 0.06, 0.04),
    _joint((0.6, 0.4), (0.6, 0.4)),
)
_PART = (
    _joint((0.5, 0.5), (0.1, 0.1, 0.8)),
    (1.0, 0.6, 0.4),
    (1.0, 0.03, 0.05, 0.05, 0.87),
    _joint((0.05, 0.95), (0.03, 0.97)),
)
_SIZES = (12, 3, 5, 9)
_WITHIN = (
    np.array([(g > 0) * 2 + (p > 0) for g in range(3) for p in range(4)]),
    np.array([0, 1, 1]),
    np.array([0, 1, 1, 1, 1]),
    np.array([(at > 0) * 2 + (w > 0) for at in range(3) for w in range(3)]),
)
"""For each level of a column, which of its values are known: chances add up to 1 among the levels that share this."""


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Parameters
    ----------
    meet, part : tuple of float64 arrays
        For each column, the chance of each level among pairs of one person and of two, given which values are known.
    reach : float64 (kinds,)
        For each kind of pair of surnames, the number c in the share c / n of pairs of one person, n records with the surname.
    evidence : float64 (kinds, buckets, patterns)
        Log odds of one person.
    log_likelihood : float
    """

    meet: tuple[Floats, ...]
    part: tuple[Floats, ...]
    reach: Floats
    evidence: Floats
    log_likelihood: float


def levels_of(pattern: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return the level of each of the four columns in each pattern."""
    rest = np.asarray(pattern, np.int64)
    unit, rest = rest % LEVELS[5], rest // LEVELS[5]
    place, rest = rest % LEVELS[4], rest // LEVELS[4]
    born, rest = rest % LEVELS[3], rest // LEVELS[3]
    sex, names = rest % LEVELS[2], rest // LEVELS[2]
    return np.stack([names, sex, born, place * LEVELS[5] + unit], axis=-1)


def _shares(table: Floats, column: int) -> Floats:
    """Return a table with its levels adding up to 1 among those of which the same is known."""
    sums = np.bincount(_WITHIN[column], table, 4)
    out: Floats = table / np.maximum(sums[_WITHIN[column]], 1e-300)
    return out


def learn(hist: npt.NDArray[np.int64], sizes: Floats, seed: int = 1) -> Learned:
    """Return what the counts of patterns teach.

    Parameters
    ----------
    hist : int64 (kinds, buckets, patterns)
    sizes : float64 (buckets,)
        Typical number of records with the surname, by bucket.
    seed : int
        Of the random starts.
    """
    kind, bucket, pattern = np.nonzero(hist)
    counts = hist[kind, bucket, pattern].astype(np.float64)
    levels = levels_of(pattern)
    key = np.uint64(purpose_key(seed, 0, int(Purpose.COMPARED)))
    best: Learned | None = None
    for start in range(_STARTS):
        found = _climb((kind, bucket, counts, levels), sizes, _begin(key, start))
        if best is None or found.log_likelihood > best.log_likelihood + 1e-9:
            best = found
    if best is None:
        raise AssertionError("no start")
    return best


def _begin(key: np.uint64, start: int) -> tuple[list[Floats], list[Floats]]:
    """Return the chances from which a climb starts: those expected, shaken from the second start on."""
    tables = []
    for side, table in enumerate((_MEET, _PART)):
        rows = []
        for column, chances in enumerate(table):
            shaken = [
                c * (1 if start == 0 else 0.5 + uniform(key, start, 10 * side + column, k))
                for k, c in enumerate(chances)
            ]
            rows.append(_shares(np.array(shaken), column))
        tables.append(rows)
    return tables[0], tables[1]


def _climb(
    cells: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats, npt.NDArray[np.int64]],
    sizes: Floats,
    start: tuple[list[Floats], list[Floats]],
) -> Learned:
    """Return the end of one climb."""
    kind, bucket, counts, levels = cells
    meet, part = start
    reach = np.array([1.5, 0.5, 0.2, 0.05, 0.02, 0.1])
    last = -np.inf
    for _ in range(_ROUNDS):
        share = np.clip(reach[kind] / sizes[bucket], 1e-9, 0.95)
        one, two = np.log(share), np.log1p(-share)
        for column in range(len(COLUMNS)):
            one = one + np.log(np.maximum(meet[column], 1e-12))[levels[:, column]]
            two = two + np.log(np.maximum(part[column], 1e-12))[levels[:, column]]
        top = np.logaddexp(one, two)
        chance = np.exp(one - top)
        value = float(counts @ top)
        meet, part, reach = _improve(cells, sizes, chance)
        if value - last < 1e-7 * abs(value):
            break
        last = value
    evidence = _evidence(meet, part, reach, sizes)
    return Learned(tuple(meet), tuple(part), reach, evidence, value)


def _improve(
    cells: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats, npt.NDArray[np.int64]],
    sizes: Floats,
    chance: Floats,
) -> tuple[list[Floats], list[Floats], Floats]:
    """Return the chances that fit best, given how likely each pattern is one person; two pseudo-pairs of what is expected."""
    kind, bucket, counts, levels = cells
    meet, part = [], []
    for column, size in enumerate(_SIZES):
        rows = []
        for weight, prior in ((counts * chance, _MEET), (counts * (1 - chance), _PART)):
            rows.append(_shares(np.bincount(levels[:, column], weight, size) + 2 * np.array(prior[column]), column))
        meet.append(rows[0])
        part.append(rows[1])
    told = np.bincount(kind, counts * chance, N_KINDS)
    room = np.bincount(kind, counts / sizes[bucket], N_KINDS)
    reach = (told + 0.02) / (room + 1.0)
    return meet, part, reach


def learn_again(hist: npt.NDArray[np.int64], sizes: Floats, cells: tuple[Ints, Ints], chance: Floats) -> Learned:
    """Return what candidate pairs teach once partitions have said how likely each is one person.

    Parameters
    ----------
    hist, sizes
        As for `learn`.
    cells : (kind, pattern) of each candidate pair
    chance : float64 (m,)
        Chance of each candidate pair to be one person; pairs that are no candidates count as two persons.
    """
    kind, pattern = cells
    one, two = levels_of(pattern), levels_of(np.arange(N_PATTERNS))
    every = hist.sum(axis=(0, 1)).astype(np.float64)
    meet, part = [], []
    for column, size in enumerate(_SIZES):
        told = np.bincount(one[:, column], chance, size)
        rest = np.maximum(np.bincount(two[:, column], every, size) - told, 0)
        meet.append(_shares(told + 2 * np.array(_MEET[column]), column))
        part.append(_shares(rest + 2 * np.array(_PART[column]), column))
    room = (hist.sum(axis=2) / sizes[None, :]).sum(axis=1)
    reach = (np.bincount(kind, chance, N_KINDS) + 0.02) / (room + 1.0)
    return Learned(tuple(meet), tuple(part), reach, _evidence(meet, part, reach, sizes), float("nan"))


def _evidence(meet: list[Floats], part: list[Floats], reach: Floats, sizes: Floats) -> Floats:
    """Return the log odds of every pattern."""
    levels = levels_of(np.arange(N_PATTERNS))
    total = sum(ratio[levels[:, column]] for column, ratio in enumerate(ratios(meet, part)))
    out: Floats = surname_odds(reach, sizes)[:, :, None] + np.asarray(total)[None, None, :]
    return out


def ratios(meet: Sequence[Floats], part: Sequence[Floats]) -> list[Floats]:
    """Return for each column the log likelihood ratio of each level; 0 where nothing is known."""
    return [np.log(np.maximum(m, 1e-6)) - np.log(np.maximum(p, 1e-6)) for m, p in zip(meet, part, strict=True)]


def surname_odds(reach: Floats, sizes: Floats) -> Floats:
    """Return the log odds that the surnames alone give, by kind and bucket."""
    share = np.clip(reach[:, None] / sizes[None, :], 1e-9, 0.95)
    out: Floats = np.log(share / (1 - share))
    return out
