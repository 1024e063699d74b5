"""Pseudonyms: no name is left, who named whom stays, and the record format is kept."""

from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from greatfear.archive import Archive, read
from greatfear.cli import main
from greatfear.errors import FaultList
from greatfear.record.pseudonyms import case_of, pseudonymised
from make_golden_archive import village, write_golden

KEY = b"0123456789abcdef"
OWN = {"outcomes": {"admonished": "stays"}}
NAMES = ("Anna", "Jean", "Mara", "Hans", "anna", "mill", "well", "ford", "fol. 3r", "St. Lawrence")


@pytest.mark.parametrize("dates", ["day", "month", "year"])
def test_no_name_is_left_and_the_format_is_kept(dates: str) -> None:
    plain = Archive.from_tables(village(), epoch=dt.date(1600, 1, 1), provenance=OWN)
    made = Archive.from_tables(pseudonymised(plain, KEY, dates=dates), epoch=plain.epoch, provenance=case_of(plain))
    text = json.dumps({name: made.table(name).to_pylist() for name in plain.manifest.tables}, default=str)
    before = json.dumps({name: plain.table(name).to_pylist() for name in plain.manifest.tables}, default=str)
    assert [name for name in NAMES if name not in before] == []
    assert [name for name in NAMES if name in text] == []
    assert made.check() == []
    pairs = ["speaker", "subject"]
    assert made.table("statements", pairs) == plain.table("statements", pairs)
    if dates != "day":
        assert set(made.table("statements")["precision"].to_pylist()) == {dates, "unknown"}
        assert made.sql("select min(date) from acts").column(0)[0].as_py() == dt.date(1600, 1, 1)


def test_periods_become_coarse_and_notes_on_sources_go() -> None:
    tables = village()
    days = {"start": [float("nan"), 20.0], "end": [45.0, 400.0]}
    for name, values in days.items():
        at = tables["population"].column_names.index(name)
        tables["population"] = tables["population"].set_column(at, name, pa.array(values))
    at = tables["sources"].column_names.index("note")
    tables["sources"] = tables["sources"].set_column(at, "note", pa.array(["copied by Anna"], pa.string()))
    made = pseudonymised(Archive.from_tables(tables, epoch=dt.date(1600, 1, 1), provenance=OWN), KEY, dates="month")
    assert made["population"]["start"].to_pylist()[1] == 0.0
    assert made["population"]["end"].to_pylist() == [60.0, 425.0]  # 1 March 1600, 1 March 1601: ends are not included
    assert made["sources"]["note"].to_pylist() == [None]


def test_equal_texts_have_equal_pseudonyms_and_another_key_gives_others() -> None:
    plain = Archive.from_tables(village(), epoch=dt.date(1600, 1, 1), provenance=OWN)
    one, again, other = (pseudonymised(plain, key) for key in (KEY, KEY, KEY + b"x"))
    assert str(one["persons"].to_pylist()) == str(again["persons"].to_pylist())
    units = one["persons"]["unit"].to_pylist()
    assert units[0] == units[2] != units[1]
    assert one["persons"]["name"][2].as_py() == one["mentions"]["name"][0].as_py(), "one name, one pseudonym"
    assert not set(one["persons"]["id"].to_pylist()) & set(other["persons"]["id"].to_pylist())
    assert "parish" not in one["persons"].column_names
    assert "parish" in pseudonymised(plain, KEY, keep=["parish"])["persons"].column_names
    with pytest.raises(FaultList, match="keep"):
        pseudonymised(plain, b"short", keep=["age"], dates="week")


def test_the_command_writes_archive_and_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_golden(tmp_path / "a", simulated=True)
    command = ["pseudonymise", str(tmp_path / "a"), "-o", str(tmp_path / "b"), "--dates", "month", "--regions"]
    assert main(command) == 0
    assert "What could still identify" in capsys.readouterr().out
    made = read(tmp_path / "b", strict=True)
    assert not (tmp_path / "b" / "truth").exists()
    assert stat.S_IMODE((tmp_path / "b.key").stat().st_mode) == 0o600
    assert "upper valley" not in str(made.table("persons").to_pylist())
    assert main(command) == 1, "a finished archive is not replaced unasked"
    assert main([*command, "--replace"]) == 0
    assert str(read(tmp_path / "b").table("persons").to_pylist()) == str(made.table("persons").to_pylist())
