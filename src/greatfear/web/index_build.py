"""Builds the index of an archive: its columns as arrays, the forest of cases, look-ups, and two cubes for filters.

Every step reads whole columns once. Nothing here is a number that a page could not also get from the tables.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.archive import Archive
from greatfear.describe.columns import Coded, coded, numbers
from greatfear.describe.origins import READ, SINCE_FORMAT_2, bounds, leads_of
from greatfear.describe.why_forest import Forest, forest_from, spoken_in
from greatfear.record.schema import TABLES
from greatfear.web.cube_build import cube_arrays
from greatfear.web.facets import case_facets, in_words, statement_facets
from greatfear.web.search import folded, letters_of
from greatfear.web.store import Store
from greatfear.web.when import days_of

FOREST = tuple(field.name for field in dataclasses.fields(Forest) if field.name != "kind")
Arrays = dict[str, npt.NDArray[Any]]
_ROWS_AT_ONCE = 1_000_000
"""Tables of fewer rows are read whole."""


def build(archive: Archive, progress: Callable[[float], None] = lambda share: None) -> Store:
    """Return the index of an archive; `progress` is told the share that is done."""
    made = _Building(archive)
    steps = (made.columns, made.chains, made.look_ups, made.people, made.origins, made.case_cube, made.statement_cube)
    for done, step in enumerate(steps):
        progress(done / len(steps))
        step()
    progress(1.0)
    return Store(made.arrays, made.texts, made.meta)


class _Building:
    """What has been built so far."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.arrays: Arrays = {}
        self.texts: dict[str, pa.Array] = {}
        self.meta: dict[str, Any] = {"rows": {}, "names": {}, "constants": {}, "columns": {}, "ranges": []}
        self.store = Store(self.arrays, self.texts, self.meta)
        self.read: dict[str, pa.Table] = {}

    def columns(self) -> None:
        """Take over the columns of every table, a constant one as its value."""
        for name in TABLES:
            n_rows = self.meta["rows"][name] = self.archive.n_rows(name)
            is_small = self.archive.path is None or n_rows < _ROWS_AT_ONCE
            whole = self.archive.table(name) if is_small else None
            names = self.meta["columns"][name] = whole.column_names if whole is not None else self._named(name)
            kept = {}
            for column in names:
                # One column of a large table at a time: the memory of the last serves for the next.
                held = whole if whole is not None else self.archive.table(name, [column])
                self._column(f"{name}.{column}", held.column(column))
                if column in _CHAINED.get(name, ()):
                    kept[column] = held.column(column)
            self.read[name] = pa.table(kept)

    def _named(self, table: str) -> list[str]:
        """Return the columns of a table and its attributes, in their order."""
        return [*(column.name for column in TABLES[table].columns), *self.archive.manifest.tables[table].attributes]

    def _column(self, key: str, column: pa.ChunkedArray) -> None:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            self._text(key, column)
            return
        if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type):
            found = coded(pa.table({"x": column}), "x")
            self.meta["names"][key] = list(found.names)
            values = _narrow(found.codes)
        else:
            values = numbers(pa.table({"x": column}), "x")
            values = values if values.dtype.kind == "f" else _narrow(values)
        if _counts_up(values):
            self.meta["ranges"].append(key)
        elif len(values) and _is_constant(values):
            value = values[0].item()
            self.meta["constants"][key] = None if value != value else value  # noqa: PLR0124  NaN is no JSON
        else:
            self.arrays[key] = values

    def _text(self, key: str, column: pa.ChunkedArray) -> None:
        if len(column) and column.null_count == len(column):
            self.meta["constants"][key] = None
            return
        whole = column.combine_chunks()
        self.texts[key] = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole

    def chains(self) -> None:
        """Build the forest of cases, and what stands below each case."""
        self.spoken = spoken_in(self.read["statements"])
        self.forest = forest_from(self.read["acts"], self.spoken, self.archive.n_rows("persons"))
        self.read = {"statements": self.read["statements"]}
        self.meta["case"] = self.forest.kind
        for name in FOREST:
            self.arrays[f"forest.{name}"] = getattr(self.forest, name)
        self.arrays["cases.below"] = _below(self.forest)
        self.arrays["cases.tree"] = np.bincount(self.forest.root, minlength=len(self.forest))[self.forest.root].astype(
            np.int32
        )

    def look_ups(self) -> None:
        """Group statements by subject and speaker, and acts by person."""
        from scipy.sparse import coo_array

        n = self.archive.n_rows("persons")
        for name, table, column in _GROUPS:
            values = self.store.number(f"{table}.{column}")
            # A sparse matrix of persons (nobody first) and rows: its rows are written one after the other without a sort.
            places = values.astype(np.int32) + np.int32(1), np.arange(len(values), dtype=np.int32)
            rows = coo_array((np.ones(len(values), np.int8), places), shape=(n + 1, max(len(values), 1))).tocsr()
            self.arrays[f"{name}.first"] = rows.indptr[1:].astype(np.int32)
            self.arrays[f"{name}.order"] = rows.indices.astype(np.int32)

    def people(self) -> None:
        """Order the persons by id; fold their names for searching."""
        ids = self.texts.get("persons.id", pa.array([], pa.string()))
        self.arrays["ids.order"] = _order_of(ids)
        for name, key in (("names.folded", "persons.name"), ("aliases.folded", "aliases.alias")):
            if key in self.texts:
                self.texts[name] = folded(self.texts[key])

    def origins(self) -> None:
        """Count the independent origins of the statements against each person, at most: an unknown root counts as one."""
        n = self.archive.n_rows("persons")
        said = self.read.pop("statements")
        found = bounds(leads_of(said, self.spoken, self.forest), n)
        self.arrays["persons.origins"] = found.high.astype(np.int32)

    def case_cube(self) -> None:
        """Count the cases by every combination of their facets."""
        self._cube("cases", in_words(case_facets(self.store, self.forest), self.archive.words), "acts", self.forest.act)

    def statement_cube(self) -> None:
        """Count the statements by every combination of their facets."""
        self._cube("statements", in_words(statement_facets(self.store), self.archive.words), "statements", slice(None))

    def _cube(self, name: str, facets: dict[str, Coded], table: str, rows: Any) -> None:
        time, end = (self.store.number(f"{table}.{column}")[rows] for column in ("time", "time_end"))
        precision = self.store.coded(f"{table}.precision")
        low, high = days_of(time, end, Coded(precision.codes[rows], precision.names), self.archive.epoch)
        arrays, meta = cube_arrays(facets, low, high, self.archive.epoch)
        self.arrays |= {f"{name}.{key}": array for key, array in arrays.items()}
        self.meta[name] = meta


_CHAINED = {
    "acts": ("time", "person", "kind", "cause", "statement"),
    "statements": (*READ, *SINCE_FORMAT_2),
}
"""Columns that chains and origins are made of."""
_GROUPS = (("against", "statements", "subject"), ("by", "statements", "speaker"), ("done", "acts", "person"))


def _order_of(ids: pa.Array) -> npt.NDArray[np.int32]:
    """Return the order of ids by their octets; ids of one length that hold few letters are sorted as numbers."""
    columns, n = letters_of(ids), len(ids)
    if columns is None:
        return np.asarray(pc.sort_indices(ids).to_numpy().astype(np.int32))
    low, high, bits = columns.min(1), columns.max(1), n.bit_length()
    if np.prod(high - low + 1.0) * 2.0**bits >= 2.0**62:
        return np.asarray(pc.sort_indices(ids).to_numpy().astype(np.int32))
    key = np.zeros(n, np.int64)
    for place in np.flatnonzero(high > low).tolist():
        key *= int(high[place]) - int(low[place]) + 1
        key += columns[place] - low[place]
    key <<= bits  # key and row are sorted as one number, which is quicker than sorting rows by their keys
    key |= np.arange(n)
    key.sort()
    key &= (1 << bits) - 1
    return key.astype(np.int32)


def _narrow(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return whole numbers in the narrowest type that holds them."""
    if not len(values) or values.dtype.kind not in "iu":
        return values
    low, high = int(values.min()), int(values.max())
    kind = next(
        kind
        for kind in (np.int8, np.int16, np.int32, np.int64)
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max
    )
    return values.astype(kind, copy=False)


def _counts_up(values: npt.NDArray[Any]) -> bool:
    """Return whether the values are the row numbers themselves."""
    n = len(values)
    if n < 2 or values.dtype.kind not in "iu" or values[0] != 0 or values[-1] != n - 1:
        return False
    return bool((values == np.arange(n, dtype=values.dtype)).all())


def _is_constant(values: npt.NDArray[Any]) -> bool:
    """Return whether all values are equal; all unknown counts as equal."""
    if len(values) > 1000 and not _is_constant(values[:1000]):
        return False
    first = values[0]
    if first != first:  # noqa: PLR0124  unknown
        return bool(np.isnan(values).all())
    return bool((values == first).all())


def _below(chains: Forest) -> npt.NDArray[np.int32]:
    """Return how many cases hang below each case."""
    below = np.zeros(len(chains), np.int32)
    for level in range(int(chains.depth.max(initial=0)), 0, -1):
        rows = np.flatnonzero(chains.depth == level)
        np.add.at(below, chains.parent[rows], below[rows] + 1)
    return below
