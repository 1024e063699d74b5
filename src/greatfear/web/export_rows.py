"""The rows of a page as Arrow, all of them, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Coded
from greatfear.describe.why_forest import ROOTS
from greatfear.errors import Fault, FaultList
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry
from greatfear.web.pages.filtering import Filtering
from greatfear.web.pages.intake import chosen_notes
from greatfear.web.pages.persons import found_rows
from greatfear.web.pages.recover import recovered_rows
from greatfear.web.pages.sql import SECONDS, queried
from greatfear.web.parts import Page, Table

_PIECE = 100_000
Ints = npt.NDArray[np.integer[Any]]


def batches(entry: Entry, address: at.OfArchive, page: Page) -> Iterator[pa.RecordBatch]:
    """Return all rows that a page stands for; of a page with one table, that table."""
    if isinstance(address, at.Intake) and (notes := chosen_notes(entry, address)):
        return iter([pa.RecordBatch.from_pylist([{key: str(value) for key, value in row.items()} for row in notes])])
    index = entry.index()
    if isinstance(address, at.Cases | at.Statements):
        cube = index.cases if isinstance(address, at.Cases) else index.statements
        filtering = Filtering.of(address, cube, entry.opened.epoch, "rows")
        order = index.order_of(address.sort) if isinstance(address, at.Cases) and address.sort != "time" else None
        rows = cube.rows(filtering.chosen, order)
        make = _cases if isinstance(address, at.Cases) else _statements
        return _pieces(rows, lambda part: make(index, part))
    if isinstance(address, at.Persons):
        return _pieces(found_rows(index, address), lambda part: _persons(index, part))
    if isinstance(address, at.Sql):
        return _whole(queried(entry.opened, address.q or "select 1 where false", SECONDS * 5))
    if isinstance(address, at.Recover) and (found := recovered_rows(entry, address)) is not None:
        return _whole(found)
    return _table(page)


def _pieces(rows: Ints, make: Any) -> Iterator[pa.RecordBatch]:
    for start in range(0, max(len(rows), 1), _PIECE):
        yield make(rows[start : start + _PIECE])


def _whole(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Return a table a piece at a time; what CSV has no form for, such as lists, as text."""
    named = _distinct(table)
    for piece in named.to_batches(_PIECE) or [pa.RecordBatch.from_pylist([], schema=named.schema)]:
        columns = [
            pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
            if pa.types.is_nested(column.type)
            else column
            for column in piece.columns
        ]
        yield pa.RecordBatch.from_arrays(columns, names=named.column_names)


def _distinct(table: pa.Table) -> pa.Table:
    names = table.column_names
    return table.rename_columns([f"{n}_{k}" if names.count(n) > 1 else n for k, n in enumerate(names)])


def _table(page: Page) -> Iterator[pa.RecordBatch]:
    """Return the main table of a page, as it stands."""
    blocks = [*page.blocks, *(b.numbers for b in page.blocks if getattr(b, "numbers", None) is not None)]  # type: ignore[attr-defined]
    tables = [block for block in blocks if isinstance(block, Table)]
    chosen = next((table for table in tables if table.key == "rows"), None) or (tables[0] if tables else None)
    if chosen is None:
        raise FaultList([Fault("address", ".csv", "a page with a table")], "address")
    columns = {}
    named = {k: called for called, k in chosen.name_columns()}
    for k, name in enumerate(chosen.columns):
        values = [row[k].value for row in chosen.rows]
        is_mixed = len({type(v) for v in values if v is not None} - {int, float}) and any(
            isinstance(v, int | float) for v in values
        )
        columns[name] = pa.array([None if v is None else str(v) for v in values]) if is_mixed else _plain(values)
        if k in named:
            columns[named[k]] = pa.array([row[k].name or None for row in chosen.rows], pa.string())
    yield pa.RecordBatch.from_pydict(columns)


def _plain(values: list[Any]) -> pa.Array:
    found = pa.array(values)
    return found.cast(pa.string()) if pa.types.is_null(found.type) else found


def _text(index: Index, key: str, rows: Ints) -> pa.Array:
    """Return a column of text or categories at some rows; null for row -1."""
    store = index.store
    taken = pa.array(np.maximum(rows, 0), mask=rows < 0)
    if key in store.texts:
        return store.texts[key].take(taken)
    if not store.n_rows(key.partition(".")[0]):
        return pa.nulls(len(rows), pa.string())
    column: Coded = store.coded(key)
    codes = np.where(rows < 0, -1, column.codes[np.maximum(rows, 0)]).astype(np.int32)
    return pa.array(column.names, pa.string()).take(pa.array(codes, mask=codes < 0))


def _number(index: Index, key: str, rows: Ints) -> pa.Array:
    values = index.store.number(key)[rows]
    return pa.array(values, mask=np.isnan(values) if values.dtype.kind == "f" else values < 0)


def _dates(index: Index, table: str, rows: Ints) -> dict[str, pa.Array]:
    """Return the first day, its precision and the end of the interval."""
    time, end = (index.store.number(f"{table}.{key}")[rows] for key in ("time", "time_end"))
    epoch = np.datetime64(index.archive.epoch, "D")

    def days(values: npt.NDArray[Any]) -> pa.Array:
        known = np.isfinite(values)
        return pa.array(epoch + np.floor(np.where(known, values, 0)).astype("timedelta64[D]"), pa.date32(), mask=~known)

    return {"date": days(time), "date_end": days(end - 1), "precision": _text(index, f"{table}.precision", rows)}


def _cases(index: Index, cases: Ints) -> pa.RecordBatch:
    chains = index.forest
    act, person, said = chains.act[cases], chains.person[cases], chains.statement[cases]
    speakers = index.store.number("statements.speaker")
    spoke = np.where(
        (said >= 0) & (said < len(speakers)),
        speakers[np.clip(said, 0, max(len(speakers) - 1, 0))] if len(speakers) else -1,
        -1,
    )
    roots = pa.array(ROOTS)
    columns = {
        "case": pa.array(cases), "act": pa.array(act), **_dates(index, "acts", act), "person": _text(index, "persons.id", person),
        "name": _text(index, "persons.name", person), "region": _text(index, "persons.region", person),
        "stratum": _text(index, "persons.stratum", person), "cause": _text(index, "acts.cause", act),
        "rests_on": roots.take(pa.array(chains.direct[cases])), "root": roots.take(pa.array(chains.direct[chains.root[cases]])),
        "operation": _text(index, "acts.operation", act), "statement": pa.array(said, mask=said < 0),
        "speaker": _text(index, "persons.id", spoke.astype(np.int64)),
        "speaker_name": _text(index, "persons.name", spoke.astype(np.int64)),
        **{key: _measure(index, key, cases) for key in ("depth", "below", "against", "evidence", "origins")},
        **_whence(index, "acts", act),
    }  # fmt: skip
    return pa.RecordBatch.from_pydict(columns)


def _measure(index: Index, key: str, cases: Ints) -> pa.Array:
    values = index.measure(key)[cases]
    return pa.array(values, mask=values < 0)


def _whence(index: Index, table: str, rows: Ints) -> dict[str, pa.Array]:
    source = index.store.number(f"{table}.source")[rows].astype(np.int64)
    return {
        "source": _text(index, "sources.id", source),
        **{k: _text(index, f"{table}.{k}", rows) for k in ("place", "level", "certainty")},
    }


def _statements(index: Index, rows: Ints) -> pa.RecordBatch:
    sides = {
        f"{side}{end}": _text(index, f"persons.{key}", index.store.number(f"statements.{side}")[rows].astype(np.int64))
        for side in ("speaker", "subject")
        for end, key in (("", "id"), ("_name", "name"))
    }
    columns = {
        "statement": pa.array(rows), **_dates(index, "statements", rows), **sides,
        "channel": _text(index, "statements.channel", rows),
        "pressure": _number(index, "statements.pressure", rows), "prompted": _number(index, "statements.prompted", rows),
        "sitting": _number(index, "statements.sitting", rows), **_whence(index, "statements", rows),
    }  # fmt: skip
    return pa.RecordBatch.from_pydict(columns)


def _persons(index: Index, rows: Ints) -> pa.RecordBatch:
    rows = np.asarray(rows)
    columns = {
        "person": _text(index, "persons.id", rows),
        **{key: _text(index, f"persons.{key}", rows) for key in ("name", "region", "stratum", "unit", "sex")},
        "named": pa.array(index.n_against[rows]), "naming": pa.array(index.n_by[rows]), "acts": pa.array(index.n_acts[rows]),
    }  # fmt: skip
    return pa.RecordBatch.from_pydict(columns)
