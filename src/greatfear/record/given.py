"""Tables as a user gives them in memory, brought to Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from greatfear.errors import Fault, FaultList
from greatfear.record.columns import null_value, table_from_columns
from greatfear.record.schema import TABLES
from greatfear.record.table import Table

_ALLOWED = (
    "a pyarrow table, its batches, or a mapping of columns as in {'id': ['a', 'b']}; of a pandas frame "
    "pyarrow.Table.from_pandas(frame, preserve_index=False), of a polars frame frame.to_arrow()"
)


def tables_given(tables: Mapping[str, Any]) -> dict[str, object]:
    """Return each table as Arrow; everything that is not a table is a fault, all of them at once."""
    made: dict[str, object] = {}
    faults: list[Fault] = []
    for name, given in tables.items():
        try:
            made[name] = _table(TABLES[name], given)
        except FaultList as error:
            faults += error.faults
    if faults:
        raise FaultList(faults, "archive")
    return made


def _table(table: Table, given: Any) -> object:
    if given is None or isinstance(given, pa.Table):
        return given
    if isinstance(given, Mapping):
        return _from_columns(table, given)
    batches = [given] if isinstance(given, pa.RecordBatch) else list(given) if isinstance(given, Iterable) else [None]
    if not all(isinstance(batch, pa.Table | pa.RecordBatch) for batch in batches):
        raise FaultList(
            [Fault(f"tables: {table.name}", f"something of type {type(given).__name__}", _ALLOWED)], "archive"
        )
    return batches


def _from_columns(table: Table, given: Mapping[Any, Any]) -> pa.Table:
    """Return a mapping of columns as a table; None in a list stands for the null of its column."""
    strange = [
        Fault(f"{table.name}: column {key!r}", f"something of type {type(key).__name__}", "a text")
        for key in given
        if not isinstance(key, str)
    ]
    if strange:
        raise FaultList(strange, "archive")
    nulls = {column.name: null_value(column) for column in table.columns if column.null in ("-1", "NaN")}
    columns = {
        key: [nulls[key] if value is None else value for value in values]
        if key in nulls and isinstance(values, list | tuple) and not _is_coded(values)
        else values
        for key, values in given.items()
    }
    lengths = [_length(values) for values in columns.values()]
    known = [length for length in lengths if length is not None]
    return table_from_columns(table, columns, max(known) if known else min(len(lengths), 1))


def _is_coded(values: Any) -> bool:
    """Return whether a column is a pair of codes and categories."""
    return isinstance(values, tuple) and len(values) == 2 and not isinstance(values[0], str | int | float | None)


def _length(values: Any) -> int | None:
    """Return the number of values of a column; None for one that holds for every row."""
    if values is None or isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        return None
    return len(values[0]) if _is_coded(values) else len(values)
