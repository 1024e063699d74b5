"""Refuses rows that no reader can hold: references to rows that do not exist, impossible times, absent values, unknown codes.

A reader would take other rows for them, make room for two thousand million rows or days, or stop in the middle of its work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from greatfear.errors import ArchiveError
from greatfear.record.manifest import unknown_here
from greatfear.record.schema import TABLES
from greatfear.record.table import Column

if TYPE_CHECKING:
    from greatfear.record.archive import StoredArchive

MOST_DAYS = 3_000_000
"""Some eight thousand years from the epoch; a later day does not fit a calendar."""
UNIT_INTERVAL = ("pressure", "seniority")
"""Measures from 0 to 1."""


def is_day(column: Column) -> bool:
    """Return whether a column holds days from the epoch."""
    return column.type == "float64" and column.name not in UNIT_INTERVAL


def refuse_strays(archive: StoredArchive, table: str, rows: pa.Table) -> None:
    """Refuse what the format refuses and readers rely on; `archive.check` lists these faults and all others.

    Raises
    ------
    greatfear.errors.ArchiveError
        With the first column at fault.
    greatfear.errors.NewerFormatError
        A code that this version does not know.
    """
    for column in TABLES[table].columns:
        if column.name not in rows.column_names or not rows.num_rows:
            continue
        n_absent = rows.column(column.name).null_count
        if n_absent and column.null != "absent":
            wrong = f"holds {n_absent} absent values, but expected a value in every row"
        elif column.refers:
            wrong = _reference(archive, column, rows)
        else:
            wrong = _day(column, rows) if is_day(column) else ""
        unknown = [] if wrong else _unknown_codes(archive, column, rows)
        if unknown and archive.path is None:
            wrong = f"holds {', '.join(map(repr, unknown))}, but expected one of {', '.join(allowed_codes(archive, column))}"
        if wrong:
            place = f"{archive.path or 'archive'}: {table}.{column.name}"
            raise ArchiveError(f"{place} {wrong}. archive.check() lists every fault")
        if unknown:
            codes = f"the code {', '.join(map(repr, unknown))} in {table}.{column.name}"
            raise unknown_here(archive.path, codes, archive.manifest.greatfear)


def allowed_codes(archive: StoredArchive, column: Column) -> tuple[str, ...]:
    """Return the codes that a column can hold: those of the format, and outcomes of the case's own."""
    return (*column.values, *(archive.words.effects if column.name == "outcome" else ()))


def _unknown_codes(archive: StoredArchive, column: Column, rows: pa.Table) -> list[str]:
    """Return the codes in a column that the format does not have: a reader would count them as something else."""
    if not column.values:
        return []
    allowed = allowed_codes(archive, column)
    found = {code for part in rows.column(column.name).chunks for code in part.dictionary.to_pylist()} - {
        *allowed,
        None,
    }
    return sorted(found & set(pc.unique(rows.column(column.name)).to_pylist())) if found else []


def _reference(archive: StoredArchive, column: Column, rows: pa.Table) -> str:
    if archive.path is None and not archive.n_rows(column.refers):
        return ""  # an archive made in memory may leave out tables that nobody asks for
    least, most = _bounds(column, rows)
    n_rows, lowest = archive.n_rows(column.refers), -1 if column.null == "-1" else 0
    if least is None or most is None or (least >= lowest and most < n_rows):
        return ""
    row = least if least < lowest else most
    return f"refers to row {row} of {column.refers}, which has {n_rows} rows"


def _day(column: Column, rows: pa.Table) -> str:
    least, most = _bounds(column, rows)
    if least is None or most is None or least > most:
        return ""  # no day is known: of such a column older versions of pyarrow give inf and -inf
    far = [value for value in (least, most) if abs(value) > MOST_DAYS]
    return f"holds {far[0]:g}, but expected days, at most {MOST_DAYS} from the epoch" if far else ""


def _bounds(column: Column, rows: pa.Table) -> tuple[float | None, float | None]:
    """Return the least and the greatest value of a column; unknown ones are left out."""
    found = pc.min_max(rows.column(column.name))
    return found["min"].as_py(), found["max"].as_py()
