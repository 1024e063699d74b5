"""The index of one archive: what pages ask, answered from arrays."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.describe.columns import Coded
from greatfear.describe.why import Why, why
from greatfear.describe.why_forest import Forest
from greatfear.describe.why_rows import COLUMNS, Rows, unknown_person
from greatfear.web.cube import Cube
from greatfear.web.index_build import FOREST
from greatfear.web.search import People
from greatfear.web.store import Store

Ints = npt.NDArray[np.integer[Any]]
Row = dict[str, Any]


class Index:
    """Columns, chains, look-ups and cubes of one archive."""

    def __init__(self, archive: Archive, store: Store) -> None:
        self.archive = archive
        self.store = store

    @cached_property
    def cases(self) -> Cube:
        """The cases under their facets; a row is a case of the forest."""
        return Cube(self.store, "cases")

    @cached_property
    def statements(self) -> Cube:
        """The statements under their facets."""
        return Cube(self.store, "statements")

    @cached_property
    def people(self) -> People:
        """The persons, to be found."""
        return People(self.store)

    @cached_property
    def forest(self) -> Forest:
        """The forest of all cases."""
        return Forest(self.store.meta["case"], *(self.store.arrays[f"forest.{name}"] for name in FOREST))

    @cached_property
    def sorted_cases(self) -> dict[str, Ints]:
        """Places in the cube of cases, the largest first, for every order that was asked for."""
        return {}

    def order_of(self, key: str) -> Ints:
        """Return the places of the cases with the largest depth, below or against first."""
        if key not in self.sorted_cases:
            values = self.measure(key)[self.cases.order]
            self.sorted_cases[key] = np.argsort(-values.astype(np.int64), kind="stable")
        return self.sorted_cases[key]

    def measure(self, key: str) -> Ints:
        """Return a count for each case: depth, below, against, evidence or origins."""
        if key == "depth":
            return self.forest.depth
        if key == "below":
            return self.store.arrays["cases.below"]
        person = self.forest.person
        if key == "evidence":
            return self.store.number("acts.evidence")[self.forest.act]
        counts = self.n_against if key == "against" else self.store.arrays["persons.origins"]
        return counts[person] if len(person) else np.zeros(0, np.int32)

    def measure_at(self, key: str, cases: Ints) -> list[int]:
        """Return a count for some cases; -1 where it is not known."""
        if key in ("depth", "below"):
            found = self.measure(key)[cases]
        elif key == "evidence":
            found = self.store.number("acts.evidence")[self.forest.act[cases]]
        else:
            counts = self.n_against if key == "against" else self.store.arrays["persons.origins"]
            found = counts[self.forest.person[cases]]
        return [int(n) for n in found.tolist()]

    @cached_property
    def n_against(self) -> Ints:
        """Statements against each person."""
        return np.diff(self.store.arrays["against.first"])

    @cached_property
    def n_acts(self) -> Ints:
        """Acts that concern each person."""
        return np.diff(self.store.arrays["done.first"])

    @cached_property
    def n_by(self) -> Ints:
        """Statements by each person."""
        return np.diff(self.store.arrays["by.first"])

    def group(self, name: str, person: int) -> Ints:
        """Return the rows of a group ("against", "by": statements; "done": acts) that belong to a person."""
        first = self.store.arrays[f"{name}.first"]
        return self.store.arrays[f"{name}.order"][int(first[person]) : int(first[person + 1])]

    def cases_of(self, person: int) -> Ints:
        """Return the cases of a person, the earliest first."""
        low, high = self.forest.span(np.array([person]))
        return self.forest.order[int(low[0]) : int(high[0])]

    def id_of(self, person: int) -> str:
        """Return the id of a person by row number; empty for -1."""
        return "" if person < 0 else str(self.store.value("persons.id", person))

    def name_of(self, person: int) -> str:
        """Return the name of a person, or the id where there is none; empty for -1."""
        return "" if person < 0 else str(self.store.value("persons.name", person) or self.id_of(person))

    def called(self, person: int) -> str:
        """Return the name of a person with the id, or the id alone; empty for -1."""
        name, key = self.name_of(person), self.id_of(person)
        return key if name == key else f"{name} ({key})"

    def row(self, table: str, number: int) -> Row:
        """Return one row of a table."""
        return {name: self.store.value(f"{table}.{name}", number) for name in self.store.meta["columns"][table]}

    def why(self, person: str | int, limit: int = 100) -> Why:
        """Return the chain behind a person's case and the statements against the person."""
        return why(self.archive, person, limit=limit, chains=self.forest, rows=self.rows)

    @cached_property
    def rows(self) -> Rows:
        """The rows that `why` quotes."""
        return _IndexRows(self)


class _IndexRows:
    """The rows that `why` quotes, from the arrays."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._channel: Coded = index.store.coded("statements.channel")

    def person(self, person: str | int) -> Row:
        """Return the row of one person."""
        people = self._index.people
        row = people.find(person) if isinstance(person, str) else person
        if not 0 <= row < len(people):
            raise unknown_person(str(person), people.near(str(person)))
        return self._row("persons", row)

    def against(self, number: int) -> pa.Table:
        """Return the statements against one person, with the columns that origins are made of."""
        store, rows = self._index.store, self._index.group("against", number)
        held = store.meta["columns"]["statements"]
        columns: dict[str, Any] = {
            name: store.at(f"statements.{name}", rows)
            for name in (
                "statement",
                "time",
                "speaker",
                "subject",
                "sitting",
                "office",
                "prompted",
                "heard_from",
                "copy_of",
            )
            if name in held
        }
        codes = self._channel.codes[rows].astype(np.int32)
        columns["channel"] = pa.DictionaryArray.from_arrays(
            pa.array(codes, mask=codes < 0), pa.array(self._channel.names, pa.string())
        )
        return pa.table(columns)

    def near(self, speaker: Ints) -> tuple[Ints, Ints]:
        """Return pairs of positions whose speakers are recorded as kin or as of one unit."""
        persons, places = np.unique(speaker, return_index=True)
        first = {person: place for person, place in zip(persons.tolist(), places.tolist(), strict=True) if person >= 0}
        a, b = self._kin
        both = np.isin(a, persons) & np.isin(b, persons)
        pairs = [
            (first[p], first[q]) for p, q in zip(a[both].tolist(), b[both].tolist(), strict=True) if min(p, q) >= 0
        ]
        units = sorted(
            (str(unit), p) for p in first if (unit := self._index.store.value("persons.unit", p)) is not None
        )
        pairs += [(first[p], first[q]) for (u, p), (v, q) in pairwise(units) if u == v]
        pairs += [(first[p], place) for place, p in enumerate(speaker.tolist()) if p >= 0]
        found = np.array(pairs, np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    @cached_property
    def _kin(self) -> tuple[Ints, Ints]:
        store = self._index.store
        rows = np.flatnonzero(store.coded("ties.kind").equals("kin"))
        return store.number("ties.a")[rows], store.number("ties.b")[rows]

    def acts_of(self, number: int) -> list[Row]:
        """Return the acts that concern one person."""
        return [self._row("acts", int(row)) for row in self._index.group("done", number)]

    def rows(self, table: str, wanted: Iterable[int]) -> dict[int, Row]:
        """Return the wanted rows of a table by their number."""
        return {row: self._row(table, row) for row in sorted({int(row) for row in wanted if row >= 0})}

    def _row(self, table: str, number: int) -> Row:
        return {name: self._index.store.value(f"{table}.{name}", number) for name in COLUMNS[table]}
