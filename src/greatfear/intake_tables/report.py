"""What an intake read, made and left out: every row in full, and a short form that is grouped by cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from greatfear.errors import Fault, grouped_faults

__all__ = ["IntakeReport", "RowNote", "TableReport"]

_EXAMPLES = 3


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
    notes : list of RowNote
        Why rows, or parts of rows, were left out.
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
    notes: list[RowNote] = field(default_factory=list)
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
            lines.append(f"{len(self.added)} persons who stand in no table of persons were added")
        return "\n".join(lines)

    def _grouped_notes(self) -> list[str]:
        """Return the remarks on rows, one line a reason, with the count and the first rows."""
        by_reason: dict[tuple[str, str, bool], list[RowNote]] = {}
        for note in self.notes:
            by_reason.setdefault((note.table, note.reason, note.whole), []).append(note)
        lines = []
        for (table, reason, whole), notes in by_reason.items():
            rows = _listed(dict.fromkeys(str(note.row) for note in notes))
            how = "left out" if whole else "in part left out"
            lines.append(f"  {table} row{'s' if len(notes) > 1 else ''} {rows}: {how}: {reason}")
        return lines

    def reasons(self) -> dict[str, int]:
        """Return how many rows were left out, by reason."""
        counts: dict[str, int] = {}
        for note in self.notes:
            if note.whole:
                counts[note.reason] = counts.get(note.reason, 0) + 1
        return counts

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a plain dictionary, for ``--json``."""
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
            "notes": [
                {"table": n.table, "row": n.row, "part": n.part, "reason": n.reason, "whole": n.whole}
                for n in self.notes
            ],
            "faults": [fault.to_dict() for fault in self.faults],
            "depends": dict(self.depends),
            "added": list(self.added),
        }


def _listed(items: Iterable[str], between: str = ", ") -> str:
    """Return the first items, and how many more there are."""
    known = list(items)
    text = between.join(known[:_EXAMPLES])
    return f"{text} and {len(known) - _EXAMPLES} more" if len(known) > _EXAMPLES else text


def _line(table: TableReport) -> str:
    """Return one line on one table."""
    made = ", ".join(f"{count} {name}" for name, count in table.made.items() if count)
    line = (
        f"{table.name}: {table.rows} rows read, {table.used} used ({made or 'nothing made'}), {table.left_out} left out"
    )
    return f"{line}; columns not read: {', '.join(table.unread)}" if table.unread else line
