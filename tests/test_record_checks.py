"""Every requirement of the record format has a rule, and every rule is seen to find its breach."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pyarrow as pa
import pytest

from greatfear.archive import Archive
from greatfear.record.checks import RULES, check
from greatfear.record.schema import TABLES
from make_golden_archive import village


def archive_of(tables: dict[str, Any]) -> Archive:
    """Return an archive that declares the outcome of the village's own."""
    return Archive.from_tables(tables, epoch=dt.date(1600, 1, 1), provenance={"outcomes": {"admonished": "stays"}})


def archive_with(table: str, column: str, row: int, value: Any) -> Archive:
    """Return the village with one cell changed."""
    tables = village()
    rows = tables[table].to_pylist()
    rows[row][column] = value
    kinds = tables[table].schema
    fields = [pa.string() if pa.types.is_dictionary(field.type) else field.type for field in kinds]
    schema = pa.schema(list(zip(kinds.names, fields, strict=True)))
    return archive_of(tables | {table: pa.Table.from_pylist(rows, schema=schema)})


def test_every_requirement_has_a_rule() -> None:
    wanted = [(table.name, sentence) for table in TABLES.values() for sentence in table.requirements]
    assert [(rule.table, rule.requirement) for rule in RULES] == wanted


def test_the_village_keeps_the_format() -> None:
    assert check(archive_of(village())) == []
    undeclared = check(Archive.from_tables(village(), epoch=dt.date(1600, 1, 1)))
    assert [fault.place for fault in undeclared] == ["acts row 3: outcome"]
    assert check(Archive.from_tables({}, epoch=dt.date(1600, 1, 1))) == []


BREACHES = [
    ("persons", "person", 1, 7, "person equals the row number"),
    ("persons", "id", 1, "anna", "id is unique and not empty"),
    ("persons", "id", 1, "", "id is unique and not empty"),
    ("statements", "statement", 3, 0, "statement equals the row number"),
    ("statements", "time", 0, 13.0, "rows are in the order of their day"),
    ("statements", "time", 1, math.nan, "rows are in the order of their day"),
    ("statements", "time_end", 0, 3.0, "time_end is later"),
    ("statements", "precision", 0, "interval", "time_end is later"),
    ("statements", "precision", 0, "unknown", "time is NaN exactly"),
    ("statements", "precision", 3, "day", "time is NaN exactly"),
    ("statements", "copy_of", 3, 3, "copy_of is another statement"),
    ("statements", "weight", 0, 0, "weight is 1 or more"),
    ("population", "persons", 0, -5, "persons is 0 or more"),
    ("population", "start", 0, 366.0, "end is later than start"),
    ("acts", "act", 0, 1, "act equals the row number"),
    ("acts", "time", 3, 2.0, "rows are in the order of their day"),
    ("acts", "time_end", 3, 40.0, "time_end is later"),
    ("acts", "precision", 0, "unknown", "time is NaN exactly"),
    ("acts", "cause", 0, "register", "statement is -1 unless"),
    ("acts", "statement", 0, 1, "not later than the end of the act"),
    ("ties", "b", 0, 0, "a and b differ"),
    ("ties", "start", 0, 30.0, "end is later than start"),
    ("offices", "office", 0, 2, "office equals the row number"),
    ("offices", "id", 0, "", "id is unique"),
    ("sources", "source", 0, 2, "source equals the row number"),
    ("sources", "id", 0, "", "id is unique"),
    ("statements", "subject", 0, 4, "a row of persons, 0 to 3"),
    ("statements", "subject", 0, -1, "a row of persons, 0 to 3"),
    ("statements", "speaker", 0, -2, "or -1 for none"),
    ("statements", "channel", 0, "gossip", "one of denunciation"),
    ("statements", "level", 0, "hearsay", "one of textual"),
    ("statements", "prompted", 0, 2, "one of -1, 0, 1"),
    ("statements", "pressure", 0, 1.5, "0 to 1"),
    ("statements", "sitting", 0, -3, "0 or more"),
    ("statements", "office", 0, 1, "a row of offices, 0 to 0"),
    ("acts", "evidence", 0, -2, "0 or more"),
    ("acts", "time", 3, 1e12, "days, at most"),
    ("ties", "directed", 0, -1, "one of 0, 1"),
    ("aliases", "person", 0, 9, "a row of persons"),
    ("persons", "seniority", 0, -0.1, "0 to 1"),
]


@pytest.mark.parametrize(("table", "column", "row", "value", "words"), BREACHES)
def test_a_breach_is_found(table: str, column: str, row: int, value: Any, words: str) -> None:
    faults = check(archive_with(table, column, row, value))
    assert [fault for fault in faults if words in fault.allowed and fault.place.startswith(table)], faults


def test_the_first_row_and_the_number_of_rows_are_told() -> None:
    faults = check(archive_with("statements", "speaker", 2, 99))
    assert [str(fault) for fault in faults] == [
        "statements row 2: speaker: found 99 (1 row), but expected a row of persons, 0 to 3, or -1 for none"
    ]
