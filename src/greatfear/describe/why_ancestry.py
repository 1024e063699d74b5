"""The part of the forest of cases that lies behind some persons, read without the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Readable, coded, numbers
from greatfear.describe.why_forest import CaseColumns, Forest, Spoken, build_forest, forest, spoken_in

Ints = npt.NDArray[np.integer[Any]]


_GENERATIONS = 50
"""Rounds after which the whole forest is built: each round looks at all cases, and one pass over them costs no more."""


def ancestry(archive: Readable, persons: Ints) -> Forest:
    """Return the part of the forest that lies behind some persons, without building the rest.

    Starting from the cases of `persons`, the speakers of the statements they rest on are followed back until nobody new
    turns up. Reads three columns of the acts and one of the statements; the rest by row number.
    """
    acts = archive.table("acts", ["person", "kind", "statement"])
    kinds = coded(acts, "kind")
    kind = "arrest" if kinds.equals("arrest").any() else "summons"
    act = np.flatnonzero(kinds.equals(kind)).astype(np.int32)
    person, statement = numbers(acts, "person")[act], numbers(acts, "statement")[act]
    speaker = numbers(archive.table("statements", ["speaker"]), "speaker")
    behind = np.zeros(archive.n_rows("persons"), bool)
    behind[persons[persons >= 0]] = True
    held, before = np.flatnonzero(behind[person]), -1
    rounds = 0
    while before != len(held):
        rounds += 1
        if rounds > _GENERATIONS:
            return forest(archive)
        before = len(held)
        on = statement[held]
        spoke = speaker[on[(on >= 0) & (on < len(speaker))]]
        behind[spoke[spoke >= 0]] = True
        held = np.flatnonzero(behind[person])
    return _part(archive, kind, act[held], statement[held])


def _part(archive: Readable, kind: str, act: Ints, statement: Ints) -> Forest:
    """Return the forest of some cases, from the rows they stand in and the statements they rest on."""
    found = rows_of(archive, "acts", "act, time, person, cause, statement", "act", act)
    spoken = spoken_in(
        rows_of(archive, "statements", "statement, time, speaker, sitting, channel", "statement", statement)
    )
    on = numbers(found, "statement")
    rows = np.append(_rows_held(spoken), -2)
    place = np.searchsorted(rows[:-1], on)
    columns = CaseColumns(
        numbers(found, "act"), numbers(found, "person"), numbers(found, "time"),
        np.where(rows[place] == on, place, -1), coded(found, "cause"),
    )  # fmt: skip
    return replace(build_forest(kind, columns, spoken, archive.n_rows("persons")), statement=on)


def _rows_held(spoken: Spoken) -> Ints:
    """Return the row numbers of the statements at hand."""
    return np.arange(len(spoken.time)) if spoken.row is None else spoken.row


def rows_of(archive: Readable, table: str, columns: str, key: str, wanted: Ints) -> pa.Table:
    """Return the wanted rows of a table in the order of their numbers; -1 is left out."""
    some = np.unique(wanted[wanted >= 0])
    if len(some) > _MANY:
        # Row numbers are positions; a list of many in a query takes longer than reading the columns.
        return archive.table(table, [name.strip() for name in columns.split(",")]).take(some)
    low, high = (some[0], some[-1]) if len(some) else (0, -1)
    listed = ", ".join(map(str, some.tolist())) or "-1"
    # The bounds let the reader skip parts of the file; a list alone does not.
    where = f"{key} between {low} and {high} and {key} in ({listed})"
    return archive.sql(f"select {columns} from {table} where {where} order by {key}")


_MANY = 5000
