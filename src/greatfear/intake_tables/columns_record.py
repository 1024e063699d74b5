"""Brings the rows that rules made as arrays into the tables of the record: in order of their day, references renumbered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns import Ints, Valued, are_all
from greatfear.intake_tables.columns_dates import Dated
from greatfear.intake_tables.columns_people import Store
from greatfear.record.columns import BLOCK_ROWS, arrow_schema, table_from_columns, table_named
from greatfear.record.schema import CERTAINTIES, TABLES

__all__ = ["record_of"]

_OWN = ("n", "row", "table")
_CODED = {"certainty": CERTAINTIES}


def record_of(made: dict[str, list[dict[str, Any]]], store: Store) -> dict[str, pa.Table]:
    """Return the tables of the record.

    Parameters
    ----------
    made : dict of str to list of dict
        Parts of each table; they are used up.
    store : Store
        Persons, offices and sources.
    """
    checked = store.map
    orders = {name: _by_day(made[name]) for name in ("statements", "acts")}
    places = {name: _places_of(order) for name, order in orders.items()}
    for part in (*made["acts"], *made["details"]):
        if "statement" in part:
            part["statement"] = _renumbered(part["statement"], places["statements"])
        if "act" in part:
            part["act"] = _renumbered(part["act"], places["acts"])
    found = {name: arrow_schema(table_named(name)).empty_table() for name in TABLES}
    n_known = sum(part["n"] for part in made["persons"])
    if len(store.ids):
        found["persons"] = _persons(made["persons"], store, n_known)
    for name in ("statements", "acts", "ties", "aliases", "details"):
        parts = made.pop(name)
        if any(part["n"] for part in parts):
            found[name] = _table(name, parts, orders.get(name))
    declared = {office.id: office.model_dump() for office in checked.offices}
    offices = [declared.get(key, {"id": key, "name": key}) for key in store.offices]
    sources = [source.model_dump(exclude={"dates"}) for source in checked.sources]
    for name, rows in (("offices", offices), ("sources", sources)):
        if rows:
            keys = list(dict.fromkeys(key for row in rows for key in row))
            found[name] = table_from_columns(name, {key: [row.get(key) for row in rows] for key in keys}, len(rows))
    return found


def _by_day(parts: list[dict[str, Any]]) -> Any:
    """Return the order of rows by day, those without a time last; None where they stand in order."""
    if not parts:
        return None
    dated = Dated.together([part["when"] for part in parts])
    different, rank = np.unique(dated.days(), return_inverse=True)
    kind = np.uint16 if len(different) < 65_536 else np.int64  # few days are sorted by figures
    place: npt.NDArray[Any] = rank.astype(kind)[dated.codes]
    return None if (place[1:] >= place[:-1]).all() else np.argsort(place, kind="stable")


def _places_of(order: Any) -> Any:
    """Return the new number of each row; None where rows keep theirs."""
    if order is None:
        return None
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def _renumbered(numbers: Any, place: Any) -> Any:
    """Return references as the new numbers of rows."""
    if place is None or np.isscalar(numbers):
        return numbers
    return np.where(numbers >= 0, place[numbers], -1)


def _persons(parts: list[dict[str, Any]], store: Store, n_known: int) -> pa.Table:
    """Return the table of persons: those of tables, then those who were added."""
    n = len(store.ids)
    added = {"n": n - n_known, "id": store.ids.slice(n_known)}
    columns = _columns("persons", [*parts, added], None)
    columns["id"] = pa.chunked_array([store.ids])
    return table_from_columns("persons", columns, n)


def _table(name: str, parts: list[dict[str, Any]], order: Any) -> pa.Table:
    """Return one table from its parts."""
    n = sum(part["n"] for part in parts)
    if name == "details":
        owners = [_owner(parts, column) for column in ("person", "act", "statement")]
        order = np.lexsort(owners)
    return table_from_columns(name, _columns(name, parts, order), n)


def _owner(parts: list[dict[str, Any]], column: str) -> Ints:
    """Return to which statement, act or person each detail belongs."""
    return np.concatenate([part.get(column, np.full(part["n"], -1)) for part in parts])


def _columns(name: str, parts: list[dict[str, Any]], order: Any) -> dict[str, Any]:
    """Return the columns of all parts one below the other, in a new order."""
    own = {column.name: column for column in TABLES[name].columns}
    keys = list(dict.fromkeys(key for part in parts for key in part if key not in _OWN))
    made: dict[str, Any] = {}
    for key in keys:
        if key == "place":
            made[key] = _place(parts, order)
            continue
        if key == "when":
            made |= Dated.together([part["when"] for part in parts]).columns(order)
            continue
        values = [_one(part.get(key), part, key) for part in parts if part["n"]]
        if all(value is None for value in values) and key in own:
            continue
        sizes = [part["n"] for part in parts if part["n"]]
        made[key] = _ordered(_stacked(values, sizes, own[key].null if key in own else ""), order)
    return made


def _one(value: Any, part: Mapping[str, Any], key: str) -> Any:
    """Return one column of one part: an array of numbers, or texts; None where it is not known."""
    if isinstance(value, Valued):
        return value.at(part["row"]).column()
    if key in _CODED and isinstance(value, np.ndarray):
        codes = pa.array(value.astype(np.int32), mask=value < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(_CODED[key], pa.string()))
    if isinstance(value, str):
        return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), part["n"]), pa.array([value]))
    return np.full(part["n"], value) if value is not None and np.isscalar(value) else value


def _stacked(values: list[Any], sizes: list[int], null: str) -> Any:
    """Return columns one below the other; where one is not known, its rows hold the null."""
    arrays = [value for value in values if value is not None]
    if all(isinstance(value, np.ndarray) for value in arrays) and arrays:
        is_float = any(value.dtype.kind == "f" for value in arrays)
        empty = np.nan if null == "NaN" or (is_float and null != "-1") else -1
        filled = [np.full(n, empty) if value is None else value for value, n in zip(values, sizes, strict=True)]
        return filled[0] if len(filled) == 1 else np.concatenate(filled)
    if not arrays:
        return pa.nulls(sum(sizes))
    flat = [chunk for value in arrays for chunk in (value.chunks if isinstance(value, pa.ChunkedArray) else [value])]
    if len(values) == 1 and len(flat) == 1:
        return flat[0]
    filled = [
        pa.nulls(n, pa.string()) if value is None else value.cast(pa.string())
        for value, n in zip(values, sizes, strict=True)
    ]
    return pa.chunked_array(
        [chunk for value in filled for chunk in (value.chunks if isinstance(value, pa.ChunkedArray) else [value])]
    )


def _ordered(column: Any, order: Any) -> Any:
    """Return a column in a new order."""
    if order is None:
        return column
    return (pa.array(column) if isinstance(column, np.ndarray) else column).take(pa.array(order))


def _place(parts: list[dict[str, Any]], order: Any) -> Any:
    """Return where each row stands: as the map says, else table and row."""
    columns = []
    for part in parts:
        if not part["n"]:
            continue
        rows, table = part["row"], part["table"]
        if order is not None and len(parts) == 1:
            rows = order if are_all(rows, table.n_rows) else rows[order]
        blocks = []
        for start in range(0, len(rows), BLOCK_ROWS):
            numbers = pa.array(rows[start : start + BLOCK_ROWS] + table.first).cast(pa.string())
            blocks.append(pc.binary_replace_slice(numbers, 0, 0, f"{table.name} row "))
        place = pa.chunked_array(blocks, pa.string())
        if part["place"] is not None:
            told = part["place"].at(rows).column().cast(pa.string())
            place = pc.coalesce(told, place)
        columns.append(place)
    whole = pa.chunked_array(
        [chunk for column in columns for chunk in (column.chunks if isinstance(column, pa.ChunkedArray) else [column])]
    )
    return whole if order is None or len(parts) == 1 else whole.take(pa.array(order))
