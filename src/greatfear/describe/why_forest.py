"""Cases as a forest: every arrest that rests on a naming hangs from the arrest of the one who named.

A *case* is an arrest; in an archive without arrests, a summons. Its parent is the case of the speaker of the statement it
rests on, where that statement was made in an interrogation and the speaker had been arrested by then. What has no parent
is a root: a draw from a register, an order, a denunciation, a report, an accident, a paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Coded, Readable, coded, numbers, stable_order

ROOTS = (
    "register", "order", "denunciation", "report", "accident", "document", "sham", "interrogation", "none", "unknown", "cut",
)  # fmt: skip
"""What a chain can go back to. ``interrogation``: a naming by somebody without an earlier case on record. ``cut``: the
record runs in a circle, which was cut at its earliest case."""

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The columns of all statements that chains are made of."""

    time: Floats
    speaker: Ints
    sitting: Ints
    channel: Coded
    row: Ints | None = None
    """Row numbers in the archive; None where these are all statements."""


@dataclass(frozen=True, slots=True)
class Forest:
    """All cases with their parents and roots; arrays over cases, -1 for none.

    Parameters
    ----------
    kind : str
        Kind of act that counts as a case, or ``"statement"``.
    act, person, statement : ndarray of int32
        Row numbers in the tables of the archive; `act` holds rows of statements where these are the cases.
    time : ndarray of float64
        Days since the epoch.
    parent : ndarray of int32
        Case whose interrogation yielded the statement that this case rests on.
    direct : ndarray of int8
        What the case itself rests on, as a position in `ROOTS`.
    root : ndarray of int32
        Case at the end of the chain (itself, if it has no parent).
    depth : ndarray of int32
        Cases between this one and its root; 0 at a root.
    origin : ndarray of int64
        Number of the origin; equal numbers are one and the same origin.
    first, order : ndarray
        Cases of person p are ``order[first[p]:first[p + 1]]``, earliest first; `first` is empty where the forest holds few
        cases, see `span`.
    cut : ndarray of int32
        Cases at which a circle was cut.
    """

    kind: str
    act: Ints
    person: Ints
    statement: Ints
    time: Floats
    parent: Ints
    direct: Ints
    root: Ints
    depth: Ints
    origin: Ints
    first: Ints
    order: Ints
    cut: Ints

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.act)

    def root_kind(self) -> Ints:
        """Return for every case what its chain goes back to, as positions in `ROOTS`."""
        return np.asarray(self.direct[self.root])

    def span(self, person: Ints) -> tuple[Ints, Ints]:
        """Return where the cases of each person begin and end in `order`; person -1 has none."""
        if len(self.first):
            known = np.maximum(person, 0)
            return np.where(person >= 0, self.first[known], 0), np.where(person >= 0, self.first[known + 1], 0)
        held = self.person[self.order]
        return np.searchsorted(held, person), np.searchsorted(held, person, side="right")

    def case_of(self, person: Ints, time: Floats) -> npt.NDArray[np.int32]:
        """Return the last case of each person that is not later than `time`; -1 where there is none.

        Parameters
        ----------
        person, time : ndarray, same length
            Person -1 has no case; an unknown time allows any case.
        """
        low, high = self.span(person)
        until = np.where(np.isnan(time), np.inf, time)
        found = np.full(len(person), -1, np.int32)
        for step in range(int((high - low).max(initial=0))):
            place = low + step
            case = self.order[np.minimum(place, len(self.order) - 1)]
            began = self.time[case]
            # A case of unknown date may have come before anything.
            ok = (place < high) & ~(began > until)
            found = np.where(ok, case, found).astype(np.int32)
        return found


def forest(archive: Readable, spoken: Spoken | None = None) -> Forest:
    """Return the forest of all cases of `archive`.

    Parameters
    ----------
    archive : Archive
        Only columns needed for chains are read: about 60 bytes per statement and act while it works.
    spoken : Spoken, optional
        Columns of the statements, if they have been read already.
    """
    table = archive.table("acts", ["time", "person", "kind", "cause", "statement"])
    return forest_from(table, spoken or read_spoken(archive), archive.n_rows("persons"))


def forest_from(acts: pa.Table, spoken: Spoken, n_persons: int, kind: str | None = None) -> Forest:
    """Return the forest of the cases in a table of acts; see `forest`. `kind` chooses which acts are cases."""
    kinds = coded(acts, "kind")
    kind = kind or ("arrest" if kinds.equals("arrest").any() else "summons")
    rows = np.flatnonzero(kinds.equals(kind)).astype(np.int32)
    columns = CaseColumns(
        rows,
        numbers(acts, "person")[rows],
        numbers(acts, "time")[rows],
        numbers(acts, "statement")[rows],
        Coded(coded(acts, "cause").codes[rows], coded(acts, "cause").names),
    )
    return build_forest(kind, columns, spoken, n_persons)


def n_distinct(values: Ints) -> int:
    """Return how many different numbers there are; by sorting, which is faster here than a hash table."""
    ordered = np.sort(values)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + 1 if len(ordered) else 0


def read_spoken(archive: Readable) -> Spoken:
    """Return the columns of the statements that chains are made of."""
    return spoken_in(archive.table("statements", ["time", "speaker", "sitting", "channel"]))


def spoken_in(table: pa.Table) -> Spoken:
    """Return the columns that chains are made of; row numbers too, where the table has them."""
    row = numbers(table, "statement") if "statement" in table.column_names else None
    time, speaker, sitting = (numbers(table, name) for name in ("time", "speaker", "sitting"))
    return Spoken(time, speaker, sitting, coded(table, "channel"), row)


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Columns of the acts that are cases."""

    act: Ints
    person: Ints
    time: Floats
    statement: Ints
    cause: Coded


def build_forest(kind: str, cases: CaseColumns, spoken: Spoken, n_persons: int) -> Forest:
    """Return the forest of the given cases."""
    first, order = _by_person(cases, n_persons)
    n = len(cases.act)
    nothing = np.full(n, -1, np.int32)
    bare = Forest(
        kind, cases.act, cases.person, cases.statement, cases.time,
        nothing, nothing, nothing, nothing, nothing, first, order, nothing,
    )  # fmt: skip
    rests = (cases.statement >= 0) & (cases.statement < len(spoken.time))
    said = np.where(rests, cases.statement, 0)
    pressed = np.zeros(n, bool)
    parent = nothing.copy()
    if len(spoken.time):
        pressed = rests & spoken.channel.equals("interrogation")[said]
        rows = np.flatnonzero(pressed)
        parent[rows] = bare.case_of(spoken.speaker[said[rows]], spoken.time[said[rows]])
    direct = _direct(cases, spoken, rests, said)
    parent, root, depth, cut = find_roots(parent, cases.time)  # type: ignore[assignment]
    direct[cut] = ROOTS.index("cut")
    origin = _origins(cases, spoken, np.where(parent < 0, rests, False), said)[root]
    return Forest(
        kind, cases.act, cases.person, cases.statement, cases.time, parent, direct, root, depth, origin, first, order, cut
    )  # fmt: skip


def _by_person(cases: CaseColumns, n_persons: int) -> tuple[Ints, Ints]:
    """Return the cases sorted by person and time, and where each person's begin."""
    order = stable_order(cases.person)
    person, time = cases.person[order], cases.time[order]
    early = np.where(np.isnan(time), -np.inf, time)
    late = (person[1:] == person[:-1]) & (early[1:] < early[:-1])
    if late.any():  # only persons whose cases are not in the order of time are sorted again
        rows = np.flatnonzero(np.isin(person, person[1:][late]))
        order[rows] = order[rows][np.lexsort((early[rows], person[rows]))]
    if len(order) * 20 < n_persons:
        return np.zeros(0, np.int32), order
    counts = np.bincount(cases.person, minlength=n_persons)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), order


def _direct(cases: CaseColumns, spoken: Spoken, rests: npt.NDArray[np.bool_], said: Ints) -> npt.NDArray[np.int8]:
    """Return what each case itself rests on, as positions in `ROOTS`."""
    codes = np.array([_place(name) for name in cases.cause.names] + [ROOTS.index("unknown")], np.int8)
    direct = codes[cases.cause.codes]
    if len(spoken.time):
        channels = np.array([_place(name) for name in spoken.channel.names] + [ROOTS.index("unknown")], np.int8)
        direct = np.where(rests, channels[spoken.channel.codes[said]], direct)
    return direct


def _place(name: str) -> int:
    """Return the position of a cause or channel in `ROOTS`; a statement that is not on record is unknown."""
    return ROOTS.index(name if name in ROOTS else "unknown")


def _origins(cases: CaseColumns, spoken: Spoken, by_word: npt.NDArray[np.bool_], said: Ints) -> npt.NDArray[np.int64]:
    """Return the number of each case's own origin.

    Two roots on the word of the same person are one origin; so are those of one sitting without a known speaker (the leads
    opened after one accident). Every draw from a register and every place on an order is an origin of its own. A case
    without a recorded ground counts as the word of the person it concerns.
    """
    origin = np.arange(len(cases.act), dtype=np.int64)
    groundless = np.isin(cases.cause.codes, [k for k, name in enumerate(cases.cause.names) if name in _GROUNDLESS])
    origin = np.where(groundless | (cases.cause.codes < 0), _STEP + cases.person, origin)
    if not len(spoken.time):
        return origin
    rows = np.flatnonzero(by_word)
    origin[rows] = word_origin(spoken, said[rows])
    return origin


_STEP = np.int64(1) << 33
_GROUNDLESS = ("none", "unknown", "statement")


def word_origin(spoken: Spoken, statement: Ints) -> npt.NDArray[np.int64]:
    """Return the origin of statements that descend from no case: their speaker, else their sitting, else themselves."""
    speaker, sitting = spoken.speaker[statement].astype(np.int64), spoken.sitting[statement].astype(np.int64)
    row = statement if spoken.row is None else spoken.row[statement]
    unspoken = np.where(sitting >= 0, 2 * _STEP + sitting, 3 * _STEP + row)
    return np.where(speaker >= 0, _STEP + speaker, unspoken)


def word_of(person: Ints) -> npt.NDArray[np.int64]:
    """Return the number of the origin that is the word of each person."""
    return _STEP + person.astype(np.int64)


def find_roots(parent: Ints, time: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    """Return parent (circles cut), root, depth and the cases at which a circle was cut.

    Pointer jumping: every case takes over the pointer of the one it points to, so that chains of length n are walked in
    log2(n) rounds. A circle is cut at its earliest case (of equal ones, the lowest number).

    References
    ----------
    J. JáJá, An Introduction to Parallel Algorithms (1992), section 2.2.
    """
    parent = parent.astype(np.int32)
    root, depth, unresolved = _jump(parent)
    cut = np.zeros(0, np.int32)
    if unresolved.any():
        cut = _cuts(parent, time, root)
        parent = parent.copy()
        parent[cut] = -1
        root, depth, _ = _jump(parent)
    return parent, root, depth, cut


def _jump(parent: Ints) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Return root and depth of every case, and which cases reach no root."""
    n = len(parent)
    top = parent < 0
    pointer = np.where(top, np.arange(n, dtype=np.int32), parent)
    depth = (~top).astype(np.int32)
    moving = np.flatnonzero(~top[pointer])
    for _ in range(int(n).bit_length() + 1):
        if not len(moving):
            break
        ahead = pointer[moving]
        # Both gathers read the state before this round; moving cases may point at one another.
        step, further = depth[ahead], pointer[ahead]
        depth[moving] += step
        pointer[moving] = further
        moving = moving[~top[further]]
    return pointer, depth, ~top[pointer]


def _cuts(parent: Ints, time: Floats, reached: Ints) -> npt.NDArray[np.int32]:
    """Return the earliest case of every circle."""
    early = np.where(np.isnan(time), np.inf, time)
    seen = np.zeros(len(parent), bool)
    cuts = []
    # After jumping further than the longest chain, what is pointed at lies on a circle (or is a root).
    for start in np.unique(reached[parent[reached] >= 0]).tolist():
        circle, case = [], start
        while not seen[case]:
            seen[case] = True
            circle.append(case)
            case = int(parent[case])
        if circle:
            cuts.append(min(circle, key=lambda case: (early[case], case)))
    return np.array(sorted(cuts), np.int32)
