"""Columns of a table that stand in the order of its file; blocks of rows in the order of the record are made one by one.

A long table is never held twice: what a block needs is taken from the columns when the block is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns import Ints
from greatfear.intake_tables.columns_dates import Dated
from greatfear.record.columns import BLOCK_ROWS, arrow_type, table_from_columns, table_named


@dataclass(frozen=True, slots=True)
class Places:
    """Where rows stand: as the map says, else table and row."""

    parts: Sequence[Mapping[str, Any]]

    def at(self, rows: Ints) -> pa.StringArray:
        """Return the places of some rows, counted through all parts."""
        ends = np.cumsum([part["n"] for part in self.parts])
        if len(self.parts) == 1:
            return _places(self.parts[0], rows)
        whose = np.searchsorted(ends, rows, side="right")
        by_part = np.argsort(whose, kind="stable")
        back = np.empty(len(rows), np.int64)
        back[by_part] = np.arange(len(rows))
        some = [
            _places(part, rows[by_part[whose[by_part] == i]] - (ends[i] - part["n"]))
            for i, part in enumerate(self.parts)
        ]
        return pa.concat_arrays(some).take(pa.array(back))


def _places(part: Mapping[str, Any], rows: Ints) -> pa.StringArray:
    """Return the places of some rows of one part."""
    records, table = part["row"].take(rows), part["table"]
    place = pc.binary_replace_slice(pa.array(records + table.first).cast(pa.string()), 0, 0, f"{table.name} row ")
    return place if part["place"] is None else pc.coalesce(part["place"].at(records).column().cast(pa.string()), place)


@dataclass(frozen=True, slots=True)
class Coming:
    """A table of the record that is made when it is asked for.

    Parameters
    ----------
    name : str
    columns : dict
        Values, arrays by row of the file, dates, or places.
    order : ndarray of int or None
        Row of the file of each row of the record; None where they are the same.
    num_rows : int
    """

    name: str
    columns: Mapping[str, Any]
    order: npt.NDArray[np.int32] | None
    num_rows: int

    def __iter__(self) -> Iterator[pa.Table]:
        """Yield blocks of rows."""
        first = table_named(self.name).columns[0].name
        numbered = first if first == self.name.removesuffix("s") else None
        for rows, made in self._made(self.columns):
            if numbered:
                made[numbered] = np.arange(rows.start, rows.stop, dtype=np.int32)
            yield table_from_columns(self.name, made, rows.stop - rows.start)

    def blocks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns of the blocks."""
        kinds = {column.name: arrow_type(column) for column in table_named(self.name).columns}
        given = {key for key, value in self.columns.items() if key in names or isinstance(value, Dated)}
        for rows, made in self._made({key: self.columns[key] for key in given}):
            n = rows.stop - rows.start
            yield pa.table({name: _array(made[name], kinds[name], n) for name in names})

    def table(self) -> pa.Table:
        """Return the whole table."""
        return pa.concat_tables(self).unify_dictionaries()

    def _made(self, columns: Mapping[str, Any]) -> Iterator[tuple[slice, dict[str, Any]]]:
        """Yield the rows of each block, and their values by column."""
        dates = {key: value.columns() for key, value in columns.items() if isinstance(value, Dated)}
        for start in range(0, self.num_rows, BLOCK_ROWS):
            rows = slice(start, min(start + BLOCK_ROWS, self.num_rows))
            at = np.arange(rows.start, rows.stop) if self.order is None else self.order[rows].astype(np.intp)
            made: dict[str, Any] = {}
            for key, value in columns.items():
                if isinstance(value, Places):
                    made[key] = value.at(at)
                elif key in dates:
                    codes = value.codes.take(at)
                    made |= {name: _taken(of_code, codes) for name, of_code in dates[key].items()}
                else:
                    made[key] = _taken(value, rows if self.order is None else at)
            yield rows, made


def _array(values: Any, kind: pa.DataType, n: int) -> pa.Array:
    """Return values as an array of a type; a single one as often as there are rows."""
    if isinstance(values, np.ndarray | pa.Array | pa.ChunkedArray):
        return values if not isinstance(values, np.ndarray) else pa.array(values)
    return pa.repeat(pa.scalar(values, pa.string() if pa.types.is_dictionary(kind) else kind), n)


def _taken(column: Any, rows: Any) -> Any:
    """Return some rows of a column; a single value stays one."""
    if isinstance(column, np.ndarray):
        return column[rows] if isinstance(rows, slice) else column.take(rows)
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        return column
    return column[rows] if isinstance(rows, slice) else column.take(pa.array(rows))


class RecordTables(Mapping[str, pa.Table]):
    """Tables of the record by name; a long one is made whole only where somebody asks for it.

    Parameters
    ----------
    tables : dict of str to pyarrow.Table or Coming
    """

    def __init__(self, tables: dict[str, pa.Table | Coming]) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pa.Table:
        found = self._tables[name]
        if isinstance(found, Coming):
            found = self._tables[name] = found.table()
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def rows(self) -> dict[str, pa.Table | Coming]:
        """Return what is to be written: tables, or their blocks."""
        return dict(self._tables)
