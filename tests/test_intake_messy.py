"""Messy tables after public reports: each gives the answer that its README states."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from greatfear.archive import read
from greatfear.cli import main
from greatfear.errors import IntakeError
from greatfear.intake_tables import intake
from greatfear.intake_tables.map_text import map_from_text

MESSY = Path(os.environ.get("GREATFEAR_DATA", "")) / "real" / "messy"
pytestmark = pytest.mark.skipif(
    not MESSY.is_dir(), reason="no messy tables here: set GREATFEAR_DATA to the folder that holds real/messy"
)


def taken(name: str, *files: str, **changes: Any) -> Any:
    """Return the intake of a messy table with its own map, changed at the top."""
    column_map = map_from_text((MESSY / f"{name}.yaml").read_text("utf-8"), name) | changes
    return intake([MESSY / f"{file}.csv" for file in files or (name,)], column_map)


def column(made: Any, name: str) -> list[Any]:
    """Return a column of the statements."""
    return made.tables["statements"].column(name).to_pylist()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("month_slash_year", "'4/1568'.*'12/1649'.*'7/8'"),
        ("two_digit_year", "%y is a year of two figures"),
        ("outside_the_archive", "'2937-08-06'.*'0161-04'"),
        ("julian_leap_day", "3 faults.*declare calendar: julian"),
        ("headerless", "header: none"),
        ("unix_seconds", "1289241911.7.*seconds"),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_to_write(name: str, words: str) -> None:
    with pytest.raises(IntakeError, match=f"(?s){words}"):
        taken(name)


def test_an_arrest_on_a_later_statement_is_a_fault_of_its_row() -> None:
    with pytest.raises(IntakeError, match=r"late_cause_arrests row 2: k: .*4 days after"):
        taken("late_cause", "late_cause_said", "late_cause_arrests")


@pytest.mark.parametrize(
    ("name", "precisions"),
    [
        ("zero_day", ["year", "month", "day"]),
        ("zero_parts", ["year", "month"]),
        ("mixed_precision_dmy", ["year", "month", "day"]),
        ("midnight", ["day"]),
    ],
)
def test_precision_is_that_of_the_writing(name: str, precisions: list[str]) -> None:
    assert column(taken(name), "precision") == precisions


def test_declared_the_same_tables_are_read() -> None:
    """What was refused above is read once the map says what it means."""
    julian = taken("julian_leap_day", dates={"calendar": "julian"})
    assert (column(julian, "precision"), julian.report.dates) == (["day"] * 3, ("1300-03-08", "1900-03-13"))
    assert taken("two_digit_year", dates={"century": 1900}).report.dates == ("1937-08-05", "1937-08-05")
    assert column(
        taken("month_slash_year", dates="day first", tables=dated("month_slash_year", "12/1649")), "precision"
    )
    outside = taken("outside_the_archive", outside="leave out", dates={"century": 1900, "order": "year first"})
    assert (len(column(outside, "time")), outside.report.dates) == (2, ("1937-08-05", "1937-08-05"))


def dated(name: str, text: str) -> list[dict[str, Any]]:
    """Return the tables of a map with a condition on the date."""
    tables = map_from_text((MESSY / f"{name}.yaml").read_text("utf-8"), name)["tables"]
    tables[0]["makes"][0]["when"] = {"date": [text]}
    return list(tables)


def test_several_names_in_a_cell_are_several_statements_of_one_sitting() -> None:
    made = taken("names_in_one_cell")
    assert made.tables["persons"].column("id").to_pylist() == ["B", "C", "D", "A"]
    assert (column(made, "subject"), column(made, "speaker"), column(made, "sitting")) == ([0, 1, 2], [3] * 3, [0] * 3)


def test_a_name_in_two_unicode_forms_is_one_person() -> None:
    assert taken("unicode_forms").tables["persons"].num_rows == 2


def test_a_file_without_a_header_keeps_its_first_row() -> None:
    rule = {"into": "statements", "speaker": "from", "subject": "to", "time": "day", "channel": {"constant": "report"}}
    entry = {"table": "headerless", "header": "none", "columns": ["from", "to", "day"], "makes": [rule]}
    assert column(taken("headerless", tables=[entry]), "precision") == ["day", "day"]


def test_what_the_command_writes_passes_its_own_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["zero_day", "zero_parts", "mixed_precision_dmy", "midnight", "names_in_one_cell", "unicode_forms"]
    for name in names:
        out = tmp_path / name
        assert main(["intake", str(MESSY / f"{name}.csv"), "--map", str(MESSY / f"{name}.yaml"), "-o", str(out)]) == 0
        assert read(out).check() == []
        assert "dates from 1937-" in capsys.readouterr().out
