"""The rows that an answer to `why` quotes: by SQL from an archive, or from an index that keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Readable
from greatfear.describe.origins import known_to_one_another, statement_columns
from greatfear.describe.why_ancestry import rows_of
from greatfear.errors import UnknownNameError, nearest

Row = dict[str, Any]


class Rows(Protocol):
    """What `why` asks of the tables of an archive."""

    def person(self, person: str | int) -> Row:
        """Return the row of the person with this id or row number; raise UnknownNameError where there is none."""

    def against(self, number: int) -> pa.Table:
        """Return the statements against person `number`, in the order of the record: `origins.statement_columns`."""

    def near(self, speaker: npt.NDArray[np.integer[Any]]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return pairs of positions whose speakers are kin or of one unit; see `origins.known_to_one_another`."""

    def acts_of(self, number: int) -> list[Row]:
        """Return the acts that concern person `number`, in the order of the record."""

    def rows(self, table: str, wanted: Iterable[int]) -> dict[int, Row]:
        """Return the wanted rows of a table by their number; -1 is left out."""


PERSON = ("person", "id", "name", "region", "stratum", "unit")
STATEMENT = (
    "statement", "time", "time_end", "precision", "speaker", "channel", "pressure", "source", "place", "level", "certainty",
)  # fmt: skip
ACT = (
    "act", "time", "time_end", "precision", "person", "kind", "cause", "statement", "operation", "board", "outcome",
)  # fmt: skip
COLUMNS = {"persons": PERSON, "statements": STATEMENT, "acts": ACT, "sources": ("source", "id")}
"""Columns that are quoted, by table; the first is the number of the row."""


class SqlRows:
    """The rows of an archive, asked one by one through SQL."""

    def __init__(self, archive: Readable) -> None:
        self._archive = archive

    def person(self, person: str | int) -> Row:
        """Return the row of one person."""
        where = f"person = {person}" if isinstance(person, int) else f"id = {_quoted(person)}"
        found: list[Row] = self._archive.sql(f"select {', '.join(PERSON)} from persons where {where}").to_pylist()
        if not found and isinstance(person, str):
            found = self._archive.sql(
                f"select {', '.join(PERSON)} from persons where name = {_quoted(person)}"
            ).to_pylist()
            if len(found) > 1:
                raise several_persons(person, [str(row["id"]) for row in found])
        if found:
            return found[0]
        raise self._unknown(str(person))

    def against(self, number: int) -> pa.Table:
        """Return the statements against one person."""
        columns = ", ".join(statement_columns(self._archive))
        return self._archive.sql(f"select {columns} from statements where subject = {number} order by statement")

    def near(self, speaker: npt.NDArray[np.integer[Any]]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return pairs of positions whose speakers are kin or of one unit."""
        return known_to_one_another(self._archive, speaker)

    def acts_of(self, number: int) -> list[Row]:
        """Return the acts that concern one person."""
        found: list[Row] = self._archive.sql(
            f"select {', '.join(ACT)} from acts where person = {number} order by act"
        ).to_pylist()
        return found

    def rows(self, table: str, wanted: Iterable[int]) -> dict[int, Row]:
        """Return the wanted rows of a table by their number."""
        key, *_ = COLUMNS[table]
        found = rows_of(self._archive, table, ", ".join(COLUMNS[table]), key, np.array(list(wanted), np.int64))
        return {row[key]: row for row in found.to_pylist()}

    def _unknown(self, person: str) -> UnknownNameError:
        """Return the error for a person who is not there, with the nearest ids among those that begin alike."""
        for length in range(len(person) - 1, -1, -1):
            start = _quoted(person[:length])
            found = self._archive.sql(f"select id from persons where starts_with(id, {start}) order by id limit 500")
            if found.num_rows:
                return unknown_person(person, found.column("id").to_pylist())
        return unknown_person(person, [])


def unknown_person(person: str, ids: list[str]) -> UnknownNameError:
    """Return the error for a person who is not there, with the nearest of some ids that begin alike."""
    near = nearest(person, ids) or ids[:3]
    error = UnknownNameError("person", person, near)
    if not near:
        error.message = f"unknown person {person!r}; the archive holds no persons"
    return error


def several_persons(name: str, ids: list[str]) -> UnknownNameError:
    """Return the error for a name that several persons bear."""
    error = UnknownNameError("person", name, ids[:3])
    more = ", ..." if len(ids) > 6 else ""
    error.message = (
        f"{len(ids)} persons bear the name {name!r}: {', '.join(ids[:6])}{more}. Give the id of one of them."
    )
    return error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
