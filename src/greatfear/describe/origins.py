"""Origins of the statements against a person, as bounds: a root that the archive does not record is not an origin.

*At most*: every unknown root counts as one origin. *At least*: an unknown root is joined to the earliest statement
against the same person that the speaker or the office could have known of.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import Readable, numbers
from greatfear.describe.roots import UNKNOWN_ROOTS
from greatfear.describe.why_forest import ROOTS, Forest, Spoken, word_of, word_origin
from greatfear.errors import UnknownNameError

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]

READ = ("statement", "time", "speaker", "subject", "sitting", "channel", "office", "prompted")
SINCE_FORMAT_2 = ("heard_from", "copy_of")


def statement_columns(archive: Readable) -> list[str]:
    """Return the columns of the statements that origins are made of, as far as this archive's format has them."""
    return [*READ, *(name for name in SINCE_FORMAT_2 if optional_numbers(archive, "statements", name) is not None)]


def optional_numbers(archive: Readable, table: str, name: str) -> Ints | None:
    """Return a column of numbers, or None where the archive's format has no such column."""
    try:
        return numbers(archive.table(table, [name]), name)
    except UnknownNameError:
        return None


@dataclass(frozen=True, slots=True)
class Leads:
    """Statements with what each goes back to; arrays over statements.

    Parameters
    ----------
    subject : array of int
        Who was named.
    key : array of int64
        Number of the origin; equal numbers are one origin.
    case : array of int
        Case of the speaker from which the statement descends; -1 for none.
    root : array of int
        What it goes back to, as a position in `names`.
    names : tuple of str
    is_known : array of bool
        Whether that root is recorded.
    time : array of float
        NaN where not known.
    office : array of int
    is_prompted : array of bool
        Whether the office is recorded to have held the name out.
    copied : array of int
        Position, among these statements, of the one it is a copy of; -1 for none.
    """

    subject: Ints
    key: npt.NDArray[np.int64]
    case: Ints
    root: Ints
    names: tuple[str, ...]
    is_known: Bools
    time: npt.NDArray[np.float64]
    office: Ints
    is_prompted: Bools
    copied: Ints


def leads_of(table: Any, spoken: Spoken, chains: Forest) -> Leads:
    """Return what each statement goes back to.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of `statement_columns`; the row numbers need not be complete.
    spoken : Spoken
        The same statements.
    chains : Forest
    """
    pressed = spoken.channel.equals("interrogation")
    case = np.where(pressed, chains.case_of(spoken.speaker, spoken.time), -1).astype(np.int32)
    key = word_origin(spoken, np.arange(len(case)))
    held = case >= 0
    key[held] = chains.origin[case[held]]
    names = tuple(dict.fromkeys([*ROOTS, *spoken.channel.names, "unknown"]))
    codes = np.array([names.index(name) for name in [*spoken.channel.names, "unknown"]])
    root = codes[spoken.channel.codes]
    root[held] = chains.direct[chains.root[case[held]]]
    known = ~np.isin(root, [names.index(name) for name in UNKNOWN_ROOTS])
    # two words without a known speaker may be one person's, and services confirm one another from one source
    known &= spoken.speaker >= 0
    if "heard_from" in table.column_names:
        heard = numbers(table, "heard_from")
        key = np.where(heard >= 0, word_of(heard), key)
        known |= heard >= 0
    return Leads(
        numbers(table, "subject"), key, case, root, names, known, spoken.time.astype(np.float64), numbers(table, "office"),
        numbers(table, "prompted") == 1, _copied(table),
    )  # fmt: skip


def _copied(table: Any) -> Ints:
    """Return the positions of the statements that these are recorded to be copies of."""
    rows = numbers(table, "statement")
    if "copy_of" not in table.column_names or not len(rows):
        return np.full(len(rows), -1)
    wanted = numbers(table, "copy_of")
    place = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
    return np.where((wanted >= 0) & (rows[place] == wanted), place, -1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Number of origins at least and at most, by subject, and the origin of each statement in the count at most.

    Parameters
    ----------
    low, high : arrays of int, one for each subject
    n_unknown : array of int, one for each subject
        Statements whose root is not recorded.
    origin : array of int, one for each statement
        Equal numbers are one origin in `high`; the numbers have no other meaning.
    """

    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    n_unknown: npt.NDArray[np.int64]
    origin: Ints


def bounds(leads: Leads, n_subjects: int, known_to: tuple[Ints, Ints] | None = None) -> Bounds:
    """Return how many independent origins the statements against each person have, at least and at most.

    Parameters
    ----------
    leads : Leads
    n_subjects : int
        Subjects are numbered from 0 to this.
    known_to : (array of int, array of int), optional
        Pairs of positions of statements against the same person whose speakers are kin or of one unit: the one could
        have known of the other.
    """
    n = len(leads.subject)
    zero = np.zeros(n_subjects, np.int64)
    if not n:
        return Bounds(zero, zero, zero, np.zeros(0, np.int64))
    order = np.lexsort((leads.key, leads.subject))
    starts = np.r_[True, (np.diff(leads.key[order]) != 0) | (np.diff(leads.subject[order]) != 0)]
    node = np.empty(n, np.int64)
    node[order] = np.cumsum(starts) - 1
    first, undated, recorded = _earliest(leads)
    rows = np.arange(n)
    late = leads.is_prompted & (first != rows) & ~(leads.time < leads.time[first])
    copies = leads.copied >= 0
    sure = (np.r_[rows[late], rows[copies]], np.r_[first[late], leads.copied[copies]])
    group = _components(node[sure[0]], node[sure[1]], int(node.max()) + 1)
    owner = np.empty(int(group.max()) + 1, np.int64)
    owner[group[node]] = leads.subject
    may = np.flatnonzero(~leads.is_known)
    loose = may[undated[may] >= 0]
    near = (may[:0], may[:0]) if known_to is None else _could_know(leads, known_to)
    # a statement without a date may be later than every other, so it may go back to one whose root is recorded
    timeless = may[np.isnan(leads.time[may]) & (recorded[may] >= 0)]
    start, end = np.r_[may, loose, timeless, near[0]], np.r_[first[may], undated[loose], recorded[timeless], near[1]]
    is_known = np.zeros(len(owner), bool)
    is_known[group[node[leads.is_known]]] = True
    needed = is_known | _without_source(group[node[start]], group[node[end]], is_known)
    return Bounds(
        np.bincount(owner[needed], minlength=n_subjects), np.bincount(owner, minlength=n_subjects),
        np.bincount(leads.subject[may], minlength=n_subjects), group[node],
    )  # fmt: skip


def _without_source(start: Ints, end: Ints, is_known: Bools) -> Bools:
    """Return which unrecorded origins must be counted, if each may go back to one it has an edge to: one of each ring.

    Edges run from an origin to what it could have known of. Origins that reach each other only are one ring, of which
    one member must be an origin; an origin that reaches something outside its ring need not be.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(is_known)
    keep = (start != end) & ~is_known[start]
    start, end = start[keep], end[keep]
    graph = coo_array((np.ones(len(start), bool), (start, end)), shape=(n, n))
    ring = connected_components(graph, directed=True, connection="strong")[1]
    leaves = np.zeros(int(ring.max()) + 1, bool)
    leaves[ring[start][ring[start] != ring[end]]] = True
    stands_for = np.zeros(n, bool)
    stands_for[np.unique(ring, return_index=True)[1]] = True
    return np.asarray(~is_known & ~leaves[ring] & stands_for)


def _earliest(leads: Leads) -> tuple[Ints, Ints, Ints]:
    """Return for each statement three others against the same person at the same office: the earliest, an undated, a rooted one.

    -1 for none; a rooted one is one whose root is recorded.

    Where an office is not recorded for one of a person's statements, all statements against that person count as one
    office's: nothing shows that they were not.
    """
    n = len(leads.subject)
    vague = np.zeros(int(leads.subject.max()) + 1, bool)
    vague[leads.subject[leads.office < 0]] = True
    office = np.where(vague[leads.subject], -1, leads.office)
    # Of equal times a recorded root comes first; an unknown time (NaN) comes last.
    of_both = leads.subject.astype(np.int64) * (int(office.max()) + 2) + office + 1
    order = np.lexsort((~leads.is_known, leads.time, of_both))
    starts = np.r_[True, np.diff(of_both[order]) != 0]
    group = np.cumsum(starts) - 1
    first, undated = np.empty(n, np.int64), np.full(n, -1)
    first[order] = order[starts][group]
    timeless = order[np.isnan(leads.time[order])]
    head = timeless[np.unique(group[np.isnan(leads.time[order])], return_index=True)[1]]
    of_group = np.full(int(group[-1]) + 1, -1)
    place = np.empty(n, np.int64)
    place[order] = group
    of_group[place[head]] = head
    undated[order] = of_group[group]
    recorded, with_root = np.full(n, -1), order[leads.is_known[order]]
    of_group[:] = -1
    of_group[place[with_root][::-1]] = with_root[::-1]
    recorded[order] = of_group[group]
    return first, undated, recorded


def _could_know(leads: Leads, pairs: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Return the pairs in which one statement has no recorded root and the other is not known to be later."""
    a, b = np.r_[pairs[0], pairs[1]], np.r_[pairs[1], pairs[0]]
    keep = ~leads.is_known[a] & ~(leads.time[b] > leads.time[a])
    return a[keep], b[keep]


def _components(start: Ints, end: Ints, n: int) -> Ints:
    """Return the number of the component of each of `n` nodes."""
    if not len(start):
        return np.arange(n)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(start), bool), (start, end)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1])


def known_to_one_another(archive: Readable, speaker: Ints) -> tuple[Ints, Ints]:
    """Return pairs of positions whose speakers are recorded as kin or as of one unit.

    A pair stands for each tie and each pair of neighbours in a unit, not for each two statements: that suffices to join.
    """
    persons, places = np.unique(speaker, return_index=True)
    first = dict(zip(persons.tolist(), places.tolist(), strict=True))
    first.pop(-1, None)
    persons = persons[persons >= 0]
    listed = ", ".join(map(str, persons.tolist())) or "-1"
    kin = archive.sql(f"select a, b from ties where kind = 'kin' and a in ({listed}) and b in ({listed})")
    near = [(first[a], first[b]) for a, b in zip(*kin.to_pydict().values(), strict=True)]
    unit = archive.sql(f"select unit, person from persons where unit is not null and person in ({listed}) order by all")
    fellows = list(zip(*unit.to_pydict().values(), strict=True))
    near += [(first[p], first[q]) for (u, p), (v, q) in pairwise(fellows) if u == v]
    near += [(first[int(person)], place) for place, person in enumerate(speaker.tolist()) if person >= 0]
    pairs = np.array(near, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
