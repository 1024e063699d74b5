"""What an intake read, made and left out, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from greatfear.errors import Fault

__all__ = ["IntakeReport", "RowNote", "TableReport"]


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
    """

    table: str
    row: int
    reason: str
    whole: bool


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
    """The whole report: tables, remarks, faults, and persons added because somebody referred to them.

    Examples
    --------
    >>> report = IntakeReport(tables=[TableReport("edges", rows=3, used=2, left_out=1, made={"statements": 2})])
    >>> print(report)
    edges: 3 rows read, 2 used (2 statements), 1 left out
    """

    tables: list[TableReport] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    added: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the report as text: a line per table, then every remark."""
        lines = [_line(table) for table in self.tables]
        lines += [
            f"  {note.table} row {note.row}: {'left out' if note.whole else 'in part'}: {note.reason}"
            for note in self.notes
        ]
        lines += [f"  fault: {fault}" for fault in self.faults]
        if self.added:
            lines.append(f"{len(self.added)} persons who stand in no table of persons were added")
        return "\n".join(lines)

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
            "notes": [{"table": n.table, "row": n.row, "reason": n.reason, "whole": n.whole} for n in self.notes],
            "faults": [fault.to_dict() for fault in self.faults],
            "added": list(self.added),
        }


def _line(table: TableReport) -> str:
    """Return one line on one table."""
    made = ", ".join(f"{count} {name}" for name, count in table.made.items() if count)
    line = (
        f"{table.name}: {table.rows} rows read, {table.used} used ({made or 'nothing made'}), {table.left_out} left out"
    )
    return f"{line}; columns not read: {', '.join(table.unread)}" if table.unread else line
