"""Speakers against each person: how many, how many when relatives and fellows count once, how many must be struck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.describe.columns import coded, numbers

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct pairs of a subject and a speaker, sorted by subject and speaker, with how often each occurs."""

    subject: Ints
    speaker: Ints
    n_namings: Ints
    n_persons: int

    def per_person(self) -> npt.NDArray[np.int64]:
        """Return the number of speakers against each person."""
        return np.bincount(self.subject, minlength=self.n_persons).astype(np.int64)

    def rows_of(self, subject: Ints, speaker: Ints) -> Ints:
        """Return the row of each pair that is asked for; -1 where there is none."""
        key = self.subject.astype(np.int64) * self.n_persons + self.speaker
        wanted = subject.astype(np.int64) * self.n_persons + speaker
        place = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
        return np.where(key[place] == wanted, place, -1) if len(key) else np.full(len(wanted), -1)


def pairs_of(subject: Ints, speaker: Ints, n_persons: int) -> Pairs:
    """Return the distinct pairs of a list of namings."""
    key = np.sort(subject.astype(np.int64) * max(n_persons, 1) + speaker)
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, np.int64)
    held = key[starts]
    counts = np.diff(np.r_[starts, len(key)])
    return Pairs(held // max(n_persons, 1), held % max(n_persons, 1), counts, n_persons)


def kin_edges(archive: Archive, pairs: Pairs, kind: str = "kin") -> tuple[Ints, Ints]:
    """Return edges between rows of `pairs`: two speakers against the same person with a tie of this kind."""
    ties = archive.table("ties", ["a", "b", "kind"])
    rows = np.flatnonzero(coded(ties, "kind").equals(kind))
    a, b = numbers(ties, "a")[rows].astype(np.int64), numbers(ties, "b")[rows].astype(np.int64)
    first, second = np.r_[a, b], np.r_[b, a]
    order = np.argsort(first, kind="stable")
    first, second = first[order], second[order]
    low, high = np.searchsorted(first, pairs.speaker), np.searchsorted(first, pairs.speaker, side="right")
    degree = high - low
    start = np.repeat(np.arange(len(pairs.speaker)), degree)
    place = np.arange(len(start)) - np.repeat(np.cumsum(degree) - degree, degree) + np.repeat(low, degree)
    end = pairs.rows_of(pairs.subject[start], second[place])
    found = end > start
    return start[found], end[found]


def unit_edges(archive: Archive, pairs: Pairs) -> tuple[Ints, Ints]:
    """Return edges between rows of `pairs`: two speakers of one recorded unit against the same person."""
    unit = coded(archive.table("persons", ["unit"]), "unit").codes[pairs.speaker]
    rows = np.flatnonzero(unit >= 0)
    order = rows[np.lexsort((unit[rows], pairs.subject[rows]))]
    same = (pairs.subject[order][1:] == pairs.subject[order][:-1]) & (unit[order][1:] == unit[order][:-1])
    return order[:-1][same], order[1:][same]


def n_joined(pairs: Pairs, *edges: tuple[Ints, Ints]) -> npt.NDArray[np.int64]:
    """Return the number of groups of speakers against each person, when speakers joined by an edge are one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(pairs.subject)
    start, end = (np.concatenate([edge[k] for edge in edges]) for k in (0, 1))
    graph = coo_array((np.ones(len(start), bool), (start, end)), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    # A component lies within one subject: its first pair stands for it.
    first = np.unique(label, return_index=True)[1]
    return np.bincount(pairs.subject[first], minlength=pairs.n_persons).astype(np.int64)


def to_strike(pairs: Pairs, top: Ints, k: int) -> npt.NDArray[np.int64]:
    """Return the least number of speakers to strike so that fewer than `k` speakers remain against each person.

    Parameters
    ----------
    pairs : Pairs
    top : array of int, one for each pair
        The speaker at the head of the chain that brought this speaker in; striking that one strikes all below.
    k : int
        Persons with fewer than `k` speakers need none.

    Returns
    -------
    array of int, one for each person
        The largest groups are struck first, which is the least number, as each speaker stands below one head.
    """
    n = pairs.per_person()
    groups = pairs_of(pairs.subject, top, pairs.n_persons)
    order = np.lexsort((-groups.n_namings, groups.subject))
    subject, size = groups.subject[order], groups.n_namings[order]
    if not len(subject):
        return np.zeros(pairs.n_persons, np.int64)
    total = np.cumsum(size)
    starts = np.r_[True, subject[1:] != subject[:-1]]
    before = (total - size)[starts][np.cumsum(starts) - 1]
    # Groups struck before this one took away `struck`; the group itself is needed while k or more are left.
    struck = total - size - before
    needed = n[subject] - struck >= k
    return np.bincount(subject[needed], minlength=pairs.n_persons).astype(np.int64)
