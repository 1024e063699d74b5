"""Brings the rows that rules made as arrays into the tables of the record: in order of their day, references renumbered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.intake_tables.columns import Ints, Valued, at_codes
from greatfear.intake_tables.columns_blocks import Coming, Places, RecordTables
from greatfear.intake_tables.columns_dates import Dated
from greatfear.intake_tables.columns_people import Store
from greatfear.record.columns import arrow_schema, table_from_columns, table_named
from greatfear.record.schema import CERTAINTIES, TABLES

_OWN = ("n", "row", "table")
_CODED = {"certainty": CERTAINTIES}


def record_of(made: dict[str, list[dict[str, Any]]], store: Store) -> RecordTables:
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
    for name in ("statement", "act"):
        _renumber(name, [*made["acts"], *made["details"]], orders[f"{name}s"])
    found: dict[str, pa.Table | Coming] = {name: arrow_schema(table_named(name)).empty_table() for name in TABLES}
    if len(store.ids):
        found["persons"] = _persons(made["persons"], store)
    for name in ("statements", "acts", "ties", "aliases", "details"):
        parts = [part for part in made.pop(name) if part["n"]]
        if name == "details" and parts:
            owners = [_owner(parts, column) for column in ("person", "act", "statement")]
            orders[name] = np.lexsort(owners).astype(np.int32)
        if parts:
            found[name] = Coming(name, _columns(name, parts), orders.get(name), sum(part["n"] for part in parts))
    declared = {office.id: office.model_dump() for office in checked.offices}
    offices = [declared.get(key, {"id": key, "name": key}) for key in store.offices]
    sources = [source.model_dump(exclude={"dates"}) for source in checked.sources]
    for name, rows in (("offices", offices), ("sources", sources)):
        if rows:
            keys = list(dict.fromkeys(key for row in rows for key in row))
            found[name] = table_from_columns(name, {key: [row.get(key) for row in rows] for key in keys}, len(rows))
    return RecordTables(found)


def _by_day(parts: list[dict[str, Any]]) -> Any:
    """Return the order of rows by day, those without a time last; None where they stand in order."""
    parts = [part for part in parts if part["n"]]
    if not parts:
        return None
    dated = Dated.together([part["when"] for part in parts])
    different, rank = np.unique(dated.days(), return_inverse=True)
    kind = np.uint16 if len(different) < 65_536 else np.int64  # few days are sorted by figures
    place: npt.NDArray[Any] = at_codes(rank.astype(kind), dated.codes)
    return None if (place[1:] >= place[:-1]).all() else np.argsort(place, kind="stable").astype(np.int32)


def _renumber(name: str, parts: list[dict[str, Any]], order: Any) -> None:
    """Turn references to rows of the file into those of the record."""
    refer = [part for part in parts if isinstance(part.get(name), np.ndarray)]
    if order is None or not refer:
        return
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    for part in refer:
        part[name] = np.where(part[name] >= 0, place[part[name]], -1)


def _persons(parts: list[dict[str, Any]], store: Store) -> pa.Table:
    """Return the table of persons: those of tables, then those who were added."""
    n_known, n = sum(part["n"] for part in parts), len(store.ids)
    added = {"n": n - n_known, "id": store.ids.slice(n_known)}
    columns = _columns("persons", [part for part in (*parts, added) if part["n"]])
    return table_from_columns("persons", columns | {"id": pa.chunked_array([store.ids])}, n)


def _owner(parts: list[dict[str, Any]], column: str) -> Ints:
    """Return to which statement, act or person each detail belongs."""
    return np.concatenate([part.get(column, np.full(part["n"], -1)) for part in parts])


def _columns(name: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the columns of all parts one below the other."""
    own = {column.name: column for column in TABLES[name].columns}
    made: dict[str, Any] = {}
    for key in dict.fromkeys(key for part in parts for key in part if key not in _OWN):
        if key == "place":
            made[key] = Places(parts)
        elif key == "when":
            made[key] = Dated.together([part["when"] for part in parts])
        else:
            values = [_one(part.get(key), part, key) for part in parts]
            if any(value is not None for value in values) or key not in own:
                made[key] = _stacked(values, [part["n"] for part in parts], own[key].null if key in own else "")
    return made


def _one(value: Any, part: Mapping[str, Any], key: str) -> Any:
    """Return one column of one part: an array of numbers or texts, or one value; None where it is not known."""
    if isinstance(value, Valued):
        return value.at(part["row"]).column()
    if isinstance(value, np.ndarray) and value.size and value.strides == (0,):
        return value[0].item()  # one for all rows
    if key in _CODED and isinstance(value, np.ndarray):
        codes = pa.array(value.astype(np.int32), mask=value < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(_CODED[key], pa.string()))
    return value


def _stacked(values: list[Any], sizes: list[int], null: str) -> Any:
    """Return columns one below the other; where one is not known, its rows hold the null."""
    if len(values) == 1 and values[0] is not None:
        return _whole(values[0])
    known = [value for value in values if value is not None]
    if not known:
        return pa.nulls(sum(sizes))
    if not any(isinstance(value, str | pa.Array | pa.ChunkedArray) for value in known):
        is_float = any(np.asarray(value).dtype.kind == "f" for value in known)
        empty = np.nan if null == "NaN" or (is_float and null != "-1") else -1
        filled = [np.broadcast_to(empty if v is None else v, n) for v, n in zip(values, sizes, strict=True)]
        return np.concatenate(filled)
    texts = [_texts(value, n) for value, n in zip(values, sizes, strict=True)]
    return _whole(pa.chunked_array([chunk for some in texts for chunk in some.chunks]).unify_dictionaries())


def _texts(value: Any, n: int) -> pa.ChunkedArray:
    """Return texts of rows as codes."""
    if value is None or isinstance(value, str):
        codes = pa.repeat(pa.scalar(None if value is None else 0, pa.int32()), n)
        value = pa.DictionaryArray.from_arrays(codes, pa.array([value or ""], pa.string()))
    found = value if isinstance(value, pa.ChunkedArray) else pa.chunked_array([value])
    return found if pa.types.is_dictionary(found.type) else found.cast(pa.string()).dictionary_encode()


def _whole(column: Any) -> Any:
    """Return a column in one piece, so that rows are taken from it quickly."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
