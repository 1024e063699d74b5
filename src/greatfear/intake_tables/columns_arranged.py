"""Arranges long tables as their map says: rows at the foot left out, ditto marks and empty cells filled from above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns import Bools, Coded, Columns, TooOdd
from greatfear.intake_tables.marks import DITTO

if TYPE_CHECKING:
    from greatfear.intake_tables.mapping import TableMap


def without_foot(table: Columns, footer: int) -> None:
    """Leave out rows at the foot; a table shorter than its foot is read row by row."""
    if not footer:
        return
    if table.n_rows <= footer:
        raise TooOdd("nothing but a foot")
    table.n_rows -= footer
    n = table.n_rows
    table.columns = {name: Coded(coded.codes[:n], coded.texts) for name, coded in table.columns.items()}
    table.empty = table.empty[table.empty < n]
    table.faults = {row: told for row, told in table.faults.items() if row < n}
    table.remarks.append(f"rows at the foot, not read: {footer}")


def arranged(table: Columns, entry: TableMap, head: Sequence[tuple[str, ...]]) -> None:
    """Fill ditto marks, then empty cells, with what stands above them; rows that are no data are passed over.

    Parameters
    ----------
    table : Columns
    entry : TableMap
        With `ditto` and `fill`.
    head : sequence of tuple of str
        Cells of the first rows.
    """
    sound = np.ones(table.n_rows, bool)
    sound[table.empty] = False
    sound[list(table.faults)] = False
    if entry.ditto:
        marks = DITTO if entry.ditto == "common" else frozenset(mark.casefold() for mark in entry.ditto)
        first = int(np.argmax(sound))
        if first >= len(head) or any(cell.casefold() in marks for cell in head[first]):
            raise TooOdd("a ditto mark with nothing above it")
        table.columns = {name: _repeated(coded, marks, sound) for name, coded in table.columns.items()}
    if entry.fill is not None:
        wanted = table.header if entry.fill == "down" else entry.fill
        if set(wanted) - set(table.header):
            raise TooOdd("a column to fill that is not there")
        for name in set(wanted) & table.columns.keys():
            table.columns[name] = _filled(table.columns[name], sound)


def _repeated(coded: Coded, marks: frozenset[str], sound: Bools) -> Coded:
    """Return a column with ditto marks replaced by what stands above."""
    held = pc.is_in(pc.utf8_lower(coded.texts), value_set=pa.array(sorted(marks), pa.string()))
    codes = np.flatnonzero(held.to_numpy(zero_copy_only=False)).tolist()
    is_mark = np.zeros(len(coded.texts), bool)
    is_mark[[code for code in codes if coded.texts[code].as_py().casefold() in marks]] = True
    return Coded(_from_above(coded.codes, is_mark[coded.codes] & sound, sound), coded.texts) if is_mark.any() else coded


def _filled(coded: Coded, sound: Bools) -> Coded:
    """Return a column with empty cells filled by what stands above."""
    is_empty = pc.equal(coded.texts, "").to_numpy(zero_copy_only=False)
    if not is_empty.any():
        return coded
    return Coded(_from_above(coded.codes, is_empty[coded.codes] & sound, sound), coded.texts)


def _from_above(codes: npt.NDArray[np.integer], open_: Bools, sound: Bools) -> npt.NDArray[np.integer]:
    """Return codes with open ones replaced by the last one above that is not open; those with nothing above stay."""
    at = np.where(sound & ~open_, np.arange(len(codes)), -1)
    last = np.maximum.accumulate(at)
    chosen = open_ & (last >= 0)
    found = codes.copy()
    found[chosen] = codes[last[chosen]]
    return found
