"""Lists of persons as one table of counts: how many persons stand on which combination of lists."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.errors import Fault, FaultList

MOST_LISTS = 6
"""Lists that are read together at most: seven lists have 127 combinations, and no real table fills them."""

_COUNT = "count"
_TRUE, _FALSE = {"1", "1.0", "yes", "true"}, {"0", "0.0", "no", "false", ""}
_SHOWN_FAULTS = 3


@dataclass(frozen=True, eq=False)
class ListCounts:
    """How many persons stand on each combination of lists.

    Parameters
    ----------
    names : tuple of str
        Names of the lists, K of them.
    cells : ndarray of int64, 2^K
        Persons by combination: bit k of the position is 1 for the persons on list k. Position 0 (on no list) is 0: nobody
        can count it.
    n_repeated : int
        Rows of persons that a list held twice and that were counted once.
    n_unlisted : int
        Persons whom a table counts as standing on no list; they are left out.
    """

    names: tuple[str, ...]
    cells: npt.NDArray[np.int64]
    n_repeated: int = 0
    n_unlisted: int = 0

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return len(self.names)

    @property
    def n_observed(self) -> int:
        """Persons on at least one list."""
        return int(self.cells[1:].sum())

    def on(self, mask: int) -> int:
        """Return how many persons stand on all lists of a combination."""
        return int(sum(n for h, n in enumerate(self.cells.tolist()) if h & mask == mask))

    def without(self, k: int) -> ListCounts:
        """Return the counts when list k is left out; persons who stood on it alone are lost."""
        low = (1 << k) - 1
        cells = np.zeros(len(self.cells) // 2, np.int64)
        for h, n in enumerate(self.cells.tolist()):
            cells[(h & low) | ((h >> (k + 1)) << k)] += n
        cells[0] = 0
        return ListCounts(self.names[:k] + self.names[k + 1 :], cells, self.n_repeated, self.n_unlisted)


def lists_from_rows(names: Sequence[str], rows: Iterable[Sequence[int]], counts: Iterable[int]) -> ListCounts:
    """Return the counts of a table of 0/1 rows, each with a number of persons; rows of one combination add up.

    A row of zeros is left out, and its number is kept in `n_unlisted`: nobody can count those whom all lists miss.
    """
    cells = np.zeros(1 << len(names), np.int64)
    place = {k: sorted(names).index(name) for k, name in enumerate(names)}  # the order of columns changes nothing
    for row, count in zip(rows, counts, strict=True):
        cells[sum(int(x) << place[k] for k, x in enumerate(row))] += count
    unlisted = int(cells[0])
    cells[0] = 0
    return ListCounts(tuple(sorted(names)), cells, n_unlisted=unlisted)


def lists_from_members(members: Iterable[tuple[str, str]]) -> ListCounts:
    """Return the counts of pairs (person, list); a person whom one list holds twice counts once.

    Raises
    ------
    greatfear.errors.FaultList
        There are more lists than `MOST_LISTS`.
    """
    pairs = Counter(members)
    names = sorted({name for _, name in pairs})
    _check_number(names, "mentions")
    bit = {name: 1 << k for k, name in enumerate(names)}
    held: dict[str, int] = {}
    for person, name in pairs:
        held[person] = held.get(person, 0) | bit[name]
    cells = np.bincount(np.array(list(held.values()), np.int64), minlength=1 << len(names)).astype(np.int64)
    return ListCounts(tuple(names), cells, sum(pairs.values()) - len(pairs))


def lists_from_file(path: str | os.PathLike[str]) -> ListCounts:
    """Return the counts of a CSV file.

    Three forms are read. Columns of 0 and 1, one for each list, and a column ``count``: a row a combination. The same
    without ``count``: a row a person; other columns (a name, an id) are refused unless they are called ``person`` or
    ``id``. Two columns ``person`` and ``list``: a row for each time a list names a person.

    Raises
    ------
    greatfear.errors.FaultList
        All that cannot be read, with line and column.
    """
    path = Path(path)
    if not path.is_file():
        raise FaultList([Fault(str(path), "no such file", "a CSV file of lists", "check the path")], "lists")
    with path.open(newline="", encoding="utf-8-sig") as opened:
        rows = [row for row in csv.reader(opened) if row]
    if len(rows) < 2:
        raise FaultList([Fault(str(path), f"{len(rows)} rows", "a line of column names and at least one row")], "lists")
    head = [name.strip() for name in rows[0]]
    ragged = [f"line {k}" for k, row in enumerate(rows[1:], 2) if len(row) != len(head)]
    if ragged:
        raise FaultList(
            [Fault(f"{path.name} {_few(ragged)}", f"other than {len(head)} cells", "one for each column")], "lists"
        )
    if {"person", "list"} <= set(head):
        person, name = head.index("person"), head.index("list")
        return lists_from_members((row[person].strip(), row[name].strip()) for row in rows[1:])
    return _from_columns(path.name, head, rows[1:])


def _from_columns(where: str, head: list[str], rows: list[list[str]]) -> ListCounts:
    """Return the counts of 0/1 columns, with or without a column of counts."""
    names = [name for name in head if name not in {_COUNT, "person", "id"}]
    _check_number(names, where)
    columns = {name: [row[k].strip().lower() for row in rows] for k, name in enumerate(head)}
    faults = [fault for name in names if (fault := _not_flags(where, name, columns[name]))]
    faults += _not_counts(where, columns.get(_COUNT, []))
    faults += [Fault(f"{where} column {a!r}", "twice", "each list once") for a, b in pairwise(sorted(head)) if a == b]
    if faults:
        raise FaultList(faults, "lists")
    flags = [[int(value in _TRUE) for value in columns[name]] for name in names]
    counts = [int(float(value)) for value in columns[_COUNT]] if _COUNT in columns else [1] * len(rows)
    return lists_from_rows(names, zip(*flags, strict=True), counts)


def lists_from_columns(columns: Mapping[str, Sequence[Any]]) -> ListCounts:
    """Return the counts of columns in memory, as `lists_from_file` does of a file.

    Raises
    ------
    greatfear.errors.FaultList
        All that cannot be read.
    """
    head = list(columns)
    if len({len(column) for column in columns.values()}) != 1:
        raise FaultList([Fault("columns", "columns of different lengths", "one value for each row")], "lists")
    rows = [[str(int(x) if isinstance(x, bool) else x) for x in row] for row in zip(*columns.values(), strict=True)]
    return _from_columns("table", head, rows)


def _check_number(names: Sequence[str], where: str) -> None:
    """Refuse a table without a list, or with too many."""
    if not names:
        raise FaultList([Fault(where, "no list", "a column of 0 and 1 for each list")], "lists")
    if len(names) > MOST_LISTS:
        raise FaultList(
            [
                Fault(
                    where,
                    f"{len(names)} lists ({', '.join(names[:8])}{', ...' if len(names) > 8 else ''})",
                    f"at most {MOST_LISTS} lists",
                    "join lists that one office made, or choose the longest; columns that are no lists must go",
                )
            ],
            "lists",
        )


def _not_flags(where: str, name: str, values: list[str]) -> Fault | None:
    """Return the fault of a column that holds something other than 0 and 1."""
    wrong = [(line, value) for line, value in enumerate(values, 2) if value not in _TRUE | _FALSE]
    if not wrong:
        return None
    shown = ", ".join(repr(value) for value in dict.fromkeys(value for _, value in wrong[:_SHOWN_FAULTS]))
    return Fault(
        f"{where} column {name!r}, {_few([f'line {line}' for line, _ in wrong])}",
        shown,
        "1 (on this list) or 0 (not on it)",
        f"if {name!r} is no list, take the column out; a column of persons must be called 'person' or 'id'",
    )


def _not_counts(where: str, values: list[str]) -> list[Fault]:
    """Return the fault of counts that are no whole numbers, 0 or more."""

    def is_count(value: str) -> bool:
        try:
            return float(value) >= 0 and float(value).is_integer()
        except ValueError:
            return False

    wrong = [(line, value) for line, value in enumerate(values, 2) if not is_count(value)]
    if not wrong:
        return []
    place = f"{where} column 'count', {_few([f'line {line}' for line, _ in wrong])}"
    return [
        Fault(
            place, ", ".join(repr(value) for _, value in wrong[:_SHOWN_FAULTS]), "a whole number of persons, 0 or more"
        )
    ]


def _few(places: Sequence[str]) -> str:
    """Return the first places of a long list, and how many there are."""
    shown = ", ".join(places[:_SHOWN_FAULTS])
    return shown if len(places) <= _SHOWN_FAULTS else f"{shown} and {len(places) - _SHOWN_FAULTS} more"


def members_of(table: Mapping[str, Sequence[Any]]) -> list[tuple[str, str]]:
    """Return pairs (person, list) of a table with these two columns."""
    return [(str(p), str(x)) for p, x in zip(table["person"], table["list"], strict=True)]
