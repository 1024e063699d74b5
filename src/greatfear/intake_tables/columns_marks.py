"""Marks the rows of a long table that are no data: totals, notes, ditto marks, errors, the header once more."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns import Bools, Columns
from greatfear.intake_tables.marks import AGAIN, DITTO, NO_CELLS, no_cell

_DITTOS = pa.array(sorted(DITTO), pa.string())


def checked_marks(table: Columns, declared: Container[str]) -> Columns:
    """Return a table in which rows of totals, notes, and cells that are no data in columns that are read have their faults."""
    said = {
        "total": "a row of totals (leave it out with 'footer' or 'when')",
        "note": "a note below the table (write 'footer' for the rows at the foot that are no data)",
    }
    table.faults = {row: said[what] for row, what in table.faults.items()}
    for row in _names_again(table):
        table.faults.setdefault(row, AGAIN)
    for coded in (table.columns[name] for name in table.header if name in table.columns):
        ditto = pc.is_in(pc.utf8_lower(coded.texts), value_set=_DITTOS)
        held = pc.or_(ditto, pc.match_substring_regex(coded.texts, NO_CELLS)).to_numpy(zero_copy_only=False)
        for code in np.flatnonzero(held).tolist():
            fault = no_cell(coded.texts[code].as_py(), declared)
            for row in np.flatnonzero(coded.codes == code).tolist() if fault else ():
                table.faults.setdefault(row, fault)
    return table


def _names_again(table: Columns) -> list[int]:
    """Return the rows that hold the names of the columns once more."""
    again: Bools | None = None
    for name, coded in table.columns.items():
        code = pc.index(coded.texts, name).as_py()
        if code < 0 or len(table.columns) < 2:
            return []
        same = coded.codes == code
        again = same if again is None else again & same
    return [] if again is None else np.flatnonzero(again).tolist()
