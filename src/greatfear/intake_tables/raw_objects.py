"""Reads tables that are objects already: data frames, Arrow tables, lists of dictionaries."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from collections.abc import Iterable
from typing import Any

from greatfear.intake_tables.raw import Grid


def object_grid(source: Any, point: str = ".") -> Grid:
    """Return the rows of a data frame (pandas, polars, Arrow) or of a list of dictionaries; `point` stands before fractions."""
    if hasattr(source, "to_dict") and hasattr(source, "iterrows"):  # pandas: its own objects keep whole numbers whole
        return _grid([str(column) for column in source.columns], source.itertuples(index=False, name=None), point)
    if hasattr(source, "__arrow_c_stream__") or hasattr(source, "to_pylist"):
        import pyarrow as pa

        table = source if isinstance(source, pa.Table) else pa.table(source)
        while any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        columns = [_plain(column).to_pylist() for column in table.columns]
        return _grid(list(table.column_names), zip(*columns, strict=True), point)
    rows = [_flat(row) if any(isinstance(value, dict) for value in row.values()) else row for row in source]
    header = list(dict.fromkeys(str(key) for row in rows for key in row))
    return _grid(header, ([row.get(column) for column in header] for row in rows), point)


def _flat(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row in which the keys of nested values are columns of their own: ``column.key``."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        inner = _flat(value) if isinstance(value, dict) and value else None
        found |= {str(key): value} if inner is None else {f"{key}.{name}": item for name, item in inner.items()}
    return found


def _grid(header: list[str], rows: Iterable[Iterable[Any]], point: str) -> Grid:
    """Return rows of objects as texts."""
    return Grid([([cell_text(value, point) for value in row], "") for row in rows], tuple(header))


def _plain(column: Any) -> Any:
    """Return an Arrow column in a type that becomes plain Python values; times of nanoseconds do not by themselves."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column


def cell_text(value: Any, point: str = ".") -> str:
    """Return the text of a cell; unknown is empty, whole numbers have no fraction, days have no time."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return str(int(value))
    if isinstance(value, float | decimal.Decimal):
        return str(value).replace(".", point)
    if isinstance(value, dt.datetime):
        if str(value) == "NaT":
            return ""
        is_day = value.time() == dt.time() and value.tzinfo is None
        return value.date().isoformat() if is_day else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace").strip()
    if isinstance(value, list | tuple | set | frozenset) or (
        hasattr(value, "tolist") and getattr(value, "ndim", 0) == 1
    ):
        return _list_text(list(value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    text = str(value).strip()
    return "" if text in ("NaT", "<NA>", "nan") else text


def _list_text(items: list[Any]) -> str:
    """Return a list with one item a line; one of nested values as JSON."""
    if any(isinstance(item, dict | list | tuple) for item in items):
        return json.dumps(items, ensure_ascii=False, default=str)
    return "\n".join(text for text in map(cell_text, items) if text)
