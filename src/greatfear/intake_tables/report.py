"""What an intake read, made and left out: every row in full, and a short form that is grouped by cause."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, overload

from greatfear.errors import Fault, grouped_faults
from greatfear.show.wording import counted

_EXAMPLES = 3
_LISTED = 10_000
"""Rows of one reason that are each listed in the report as data; more of them are told once, with their count."""

COARSE = {"month": "a month", "year": "a year", "interval": "an interval of days"}


@dataclass(frozen=True, slots=True)
class RowNote:
    """One remark on one row: why it, or a part of it, was left out.

    Parameters
    ----------
    table : str
        Name of the table.
    row : int
        Row as a spreadsheet counts it: the header is row 1.
    reason : str
        Why.
    whole : bool
        True if the row made nothing; False if only a part of it was left out.
    part : str
        Column of a matrix; empty elsewhere.
    """

    table: str
    row: int
    reason: str
    whole: bool
    part: str = ""


class Notes(Sequence[RowNote]):
    """Remarks on rows, kept by reason: many rows of one reason take the place of their numbers only."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, bool, str], list[Sequence[int]]] = {}

    def append(self, note: RowNote) -> None:
        """Add one remark."""
        pieces = self._rows.setdefault((note.table, note.reason, note.whole, note.part), [])
        if pieces and isinstance(pieces[-1], list):
            pieces[-1].append(note.row)
        else:
            pieces.append([note.row])

    def add_rows(self, table: str, rows: Sequence[int], reason: str, *, whole: bool) -> None:
        """Add one remark on many rows."""
        if len(rows):
            self._rows.setdefault((table, reason, whole, ""), []).append(rows)

    def groups(self) -> Iterator[tuple[RowNote, int]]:
        """Yield the first remark of each reason (by table, whole or part, and column), and of how many rows it holds."""
        for (table, reason, whole, part), pieces in self._rows.items():
            yield RowNote(table, int(pieces[0][0]), reason, whole, part), sum(map(len, pieces))

    def rows_of(self, note: RowNote) -> Iterator[int]:
        """Yield the rows with the same remark as this one."""
        for piece in self._rows[note.table, note.reason, note.whole, note.part]:
            yield from map(int, piece)

    def __len__(self) -> int:
        return sum(n for _, n in self.groups())

    def __iter__(self) -> Iterator[RowNote]:
        for note, _ in self.groups():
            for row in self.rows_of(note):
                yield RowNote(note.table, row, note.reason, note.whole, note.part)

    @overload
    def __getitem__(self, at: int) -> RowNote: ...
    @overload
    def __getitem__(self, at: slice) -> list[RowNote]: ...
    def __getitem__(self, at: int | slice) -> RowNote | list[RowNote]:
        return list(self)[at]


@dataclass(slots=True)
class TableReport:
    """Counts of one table; ``rows == used + left_out`` always holds.

    Parameters
    ----------
    name : str
        Name of the table.
    rows, used, left_out : int
        Rows read; rows that made something; rows that made nothing.
    made : dict of str to int
        Rows made, by table of the archive ('groups' are definitions).
    unread : tuple of str
        Columns of the table that the map does not read.
    """

    name: str
    rows: int = 0
    used: int = 0
    left_out: int = 0
    made: dict[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class IntakeReport:
    """The whole report.

    Parameters
    ----------
    tables : list of TableReport
        Counts by table.
    notes : Notes
        Why rows, or parts of rows, were left out: a sequence of `RowNote`, by reason.
    faults : list of Fault
        What is wrong, each with table, row and column.
    added : list of str
        Persons who stand in no table of persons and were added.
    remarks : list of str
        How the tables were read, and what a person should look at.
    dates : tuple of str, optional
        First and last day of all dates.
    depends : dict of str to int
        How many rows cannot be used only because another row has a fault, by the place of that row.
    """

    tables: list[TableReport] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    faults: list[Fault] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    dates: tuple[str, str] | None = None
    depends: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was made."""
        return not any(count for table in self.tables for name, count in table.made.items() if name != "groups")

    def __str__(self) -> str:
        """Return the report as text: a line per table, what to look at, then remarks and faults by cause."""
        lines = [_line(table) for table in self.tables]
        lines.append(f"dates from {self.dates[0]} to {self.dates[1]}" if self.dates else "no row has a date")
        lines += [f"  {remark}" for remark in self.remarks]
        lines += self._grouped_notes()
        lines += [f"  {line}" for line in grouped_faults(self.faults, self.depends)]
        if self.added:
            lines.append(f"added, since they stand in no table of persons: {counted(len(self.added), 'person')}")
        return "\n".join(lines)

    def _grouped_notes(self) -> list[str]:
        """Return the remarks on rows, one line a reason, with the count and the first rows."""
        by_reason: dict[tuple[str, str, bool], list[tuple[RowNote, int]]] = {}
        for note, n in self.notes.groups():
            by_reason.setdefault((note.table, note.reason, note.whole), []).append((note, n))
        lines = []
        for (table, reason, whole), found in by_reason.items():
            rows, more = self._first_rows(found)
            how = "left out" if whole else "in part left out"
            told = ", ".join(rows) + (f" and {more} more" if more else "")
            lines.append(f"  {table} row{'s' if len(rows) > 1 else ''} {told}: {how}: {reason}")
        return lines

    def _first_rows(self, found: Sequence[tuple[RowNote, int]]) -> tuple[list[str], int]:
        """Return the first different rows with a remark, and how many more there are; a matrix names a row several times."""
        if len(found) == 1 and found[0][1] > _LISTED:
            note, n = found[0]
            rows = [str(row) for row in islice(self.notes.rows_of(note), _EXAMPLES)]
            return rows, n - len(rows)
        known = list(dict.fromkeys(str(row) for note, _ in found for row in self.notes.rows_of(note)))
        return known[:_EXAMPLES], max(0, len(known) - _EXAMPLES)

    def reasons(self) -> dict[str, int]:
        """Return how many rows were left out, by reason."""
        counts: dict[str, int] = {}
        for note, n in self.notes.groups():
            if note.whole:
                counts[note.reason] = counts.get(note.reason, 0) + n
        return counts

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a plain dictionary, for ``--json``.

        A note has the row, and `rows`, on how many rows it stands: 1, or the count of a reason that more than 10,000 rows
        share, of which only the first is named; `many_rows` names them all.
        """
        return {
            "tables": [
                {
                    "name": t.name,
                    "rows": t.rows,
                    "used": t.used,
                    "left_out": t.left_out,
                    "made": t.made,
                    "unread": list(t.unread),
                }
                for t in self.tables
            ],
            "dates": list(self.dates) if self.dates else None,
            "remarks": list(self.remarks),
            "notes": [note for group, n in self.notes.groups() for note in self._as_dicts(group, n)],
            "faults": [fault.to_dict() for fault in self.faults],
            "depends": dict(self.depends),
            "added": list(self.added),
        }

    def many_rows(self) -> bytes:
        """Return all rows of those reasons that stand once in `to_dict`, as CSV; nothing where there are none.

        Examples
        --------
        >>> report = IntakeReport()
        >>> report.notes.add_rows("letters", range(2, 10_003), "no rule applies", whole=True)
        >>> report.many_rows().decode().splitlines()[1]
        'letters,2,,1,no rule applies'
        """
        many = [note for note, n in self.notes.groups() if n > _LISTED]
        lines = [line for note in many for line in self._lines_of(note)]
        return b"".join([b"table,row,part,whole,reason\n", *lines]) if many else b""

    def _lines_of(self, note: RowNote) -> Iterator[bytes]:
        """Yield the lines of one reason, many at a time."""
        before, after = _cells(note.table) + ",", f",{_cells(note.part, int(note.whole), note.reason)}\n"
        rows = self.notes.rows_of(note)
        while some := list(islice(rows, 100_000)):
            yield "".join([f"{before}{row}{after}" for row in some]).encode()

    def _as_dicts(self, first: RowNote, n: int) -> Iterator[dict[str, Any]]:
        """Yield the notes of one reason; many of them as one."""
        rows, count = ([first.row], n) if n > _LISTED else (self.notes.rows_of(first), 1)
        for row in rows:
            yield {
                "table": first.table, "row": row, "part": first.part, "reason": first.reason, "whole": first.whole,
                "rows": count,
            }  # fmt: skip


def _cells(*values: object) -> str:
    """Return values as cells of a CSV file."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()


def _line(table: TableReport) -> str:
    """Return one line on one table."""
    one = {name: "alias" if name == "aliases" else name.removesuffix("s") for name in table.made}
    made = ", ".join(counted(count, f"{one[name]} / {name}") for name, count in table.made.items() if count)
    read = counted(table.rows, "row")
    line = f"{table.name}: {read} read, {table.used} used ({made or 'nothing made'}), {table.left_out} left out"
    return f"{line}; columns not read: {', '.join(table.unread)}" if table.unread else line


@cache
def iso_day(epoch: dt.date, day: int) -> str:
    """Return a day as a date."""
    try:
        return (epoch + dt.timedelta(days=day)).isoformat()
    except OverflowError:
        return f"day {day}"
