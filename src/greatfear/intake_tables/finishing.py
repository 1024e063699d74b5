"""Brings the rows that were made into the tables of the record: in order of their day, references renumbered."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.intake_tables.making import Book, Row
from greatfear.record.columns import arrow_schema, table_from_columns, table_named
from greatfear.record.schema import TABLES

_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("time", "time_end", "seniority", "pressure", "start", "end"), math.nan),
    **dict.fromkeys(("prompted", "sitting", "office", "source", "statement", "evidence"), -1),
    **dict.fromkeys(("heard_from", "copy_of", "weight", "act", "person"), -1),
}


def record_tables(book: Book) -> dict[str, pa.Table]:
    """Return the tables of the record: statements and acts in the order of their day."""
    rows, checked = book.rows, book.map
    order = _by_day(rows["statements"])
    place = {old: new for new, old in enumerate(order)}
    statements = [rows["statements"][i] for i in order]
    for row in (*rows["acts"], *rows["details"]):
        row["statement"] = place.get(row.get("statement", -1), -1)
    for row in statements:
        if "copy_of" in row:
            row["copy_of"] = place[row["copy_of"]]
    order = _by_day(rows["acts"])
    place = {old: new for new, old in enumerate(order)}
    for row in rows["details"]:
        row["act"] = place.get(row.get("act", -1), -1)
        row.setdefault("person", -1)
    acts = [rows["acts"][i] for i in order]
    for row in (*statements, *acts):
        row.pop("after", None)
    declared = {office.id: office.model_dump() for office in checked.offices}
    made = {
        "persons": rows["persons"],
        "statements": statements,
        "acts": acts,
        "ties": rows["ties"],
        "offices": [declared.get(key, {"id": key, "name": key}) for key in book.offices],
        "aliases": rows["aliases"],
        "sources": [source.model_dump(exclude={"dates"}) for source in checked.sources],
        "details": sorted(rows["details"], key=lambda row: (row["statement"], row["act"], row["person"])),
        "mentions": rows["mentions"],
    }
    return {name: _table(name, of_table) for name, of_table in made.items() if name in TABLES}


def _by_day(rows: list[Row]) -> list[int]:
    """Return the order of rows by day; those without a time come last."""
    days = np.array([math.floor(row["time"]) if row["time"] == row["time"] else math.inf for row in rows])
    return [int(i) for i in np.argsort(days, kind="stable")]


def _table(name: str, rows: list[Row]) -> pa.Table:
    """Return one table from rows; a value that a row lacks is unknown, by the kind of its column."""
    if not rows:
        return arrow_schema(table_named(name)).empty_table()
    columns: dict[str, list[Any]] = {}
    for key in dict.fromkeys(key for row in rows for key in row):
        null = _EMPTY.get(key, _null_of(rows, key))
        columns[key] = [null if row.get(key) is None else row[key] for row in rows]
    return table_from_columns(name, columns, len(rows))


def _null_of(rows: list[Row], key: str) -> Any:
    """Return what stands for unknown in an attribute: NaN for numbers, -1 for whole numbers, absent for text."""
    kind = next((type(row[key]) for row in rows if row.get(key) is not None), str)
    return {float: math.nan, int: -1}.get(kind)
