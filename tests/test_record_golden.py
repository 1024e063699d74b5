"""Archives of every format ever written can still be read, with the content they had."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest

from greatfear.archive import read
from greatfear.cli import main
from greatfear.record.checks import check
from greatfear.record.columns import table_from_columns
from greatfear.record.files import load_table
from greatfear.record.schema import FORMAT_VERSION, TABLES
from greatfear.simulation.truth import read_truth
from make_golden_archive import GOLDEN, village

FOLDERS = sorted(GOLDEN.iterdir())


def same(left: object, right: object) -> bool:
    """Whether two values are equal, NaN being equal to NaN."""
    both = isinstance(left, float) and isinstance(right, float)
    return left == right or (both and math.isnan(left) and math.isnan(right))


def differences(left: list[dict], right: list[dict]) -> list[str]:
    """Return where two lists of rows differ."""
    if len(left) != len(right):
        return ["number of rows"]
    pairs = list(zip(left, right, strict=True))
    return [
        f"{n} {key}" for n, (one, two) in enumerate(pairs) for key in one | two if not same(one.get(key), two.get(key))
    ]


def test_the_comparison_sees_a_difference() -> None:
    rows = [{"a": 1, "b": math.nan}]
    assert differences(rows, [{"a": 1, "b": math.nan}]) == []
    assert differences(rows, [{"a": 2, "b": math.nan}]) == ["0 a"]
    assert differences(rows, [{"a": 1, "b": 0.0}]) == ["0 b"]
    assert differences(rows, []) == ["number of rows"]


def expected(folder: Path) -> dict[str, list[dict]]:
    """Return the rows of the village as an archive of the folder's format holds them: what came later is null."""
    since = int(folder.name.split("-")[1])
    rows = {}
    for name, table in TABLES.items():
        made = village(since)[name]
        own = {column.name for column in table.columns if column.since > since}
        kept = {column: made.column(column) for column in made.column_names if column not in own}
        n_rows = made.num_rows if table.since <= since else 0
        if name == "details" and since == 2:  # details of acts and persons came later
            n_rows = 2
        rows[name] = table_from_columns(name, kept, made.num_rows).slice(0, n_rows).to_pylist()
    return rows


def test_there_are_golden_archives_of_every_format() -> None:
    assert [folder.name for folder in FOLDERS] == [
        "format-1-real",
        "format-1-simulated",
        "format-2-simulated",
        "format-3-simulated",
        "format-4-simulated",
    ]
    assert FORMAT_VERSION == 4, "a new format needs a golden archive: python tests/make_golden_archive.py"
    assert sum(file.stat().st_size for file in GOLDEN.rglob("*") if file.is_file()) < 200_000


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_golden_archive_is_read(folder: Path) -> None:
    archive = read(folder, verify=True)
    assert (archive.epoch, archive.end) == (dt.date(1600, 1, 1), dt.date(1601, 1, 1))
    assert archive.kind == folder.name.split("-")[-1]
    assert archive.manifest.tables["persons"].attributes == ["parish"]
    assert check(archive) == []
    for name in TABLES:
        assert differences(archive.table(name).to_pylist(), expected(folder)[name]) == []
        columns = ", ".join(f'"{column.name}"' for column in TABLES[name].columns)
        asked = archive.sql(f"select {columns} from {name}")
        first = [{key: row[key] for key in asked.column_names} for row in expected(folder)[name]]
        assert differences(asked.to_pylist(), first) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_known_answers_from_a_golden_archive(folder: Path) -> None:
    archive = read(folder)
    named = archive.sql(
        "select p.name, s.date from statements s join persons p on p.person = s.subject "
        "where s.channel = 'interrogation' order by statement"
    ).to_pylist()
    assert named == [{"name": "Mara", "date": dt.date(1600, 1, 13)}, {"name": None, "date": dt.date(1600, 1, 13)}]
    unknown = archive.sql("select count(*) as n from statements where date is null").to_pylist()
    assert unknown == [{"n": 1}]


def test_the_truth_of_a_golden_run_is_whole() -> None:
    namings = read_truth(GOLDEN / "format-1-simulated")["namings"]
    assert namings.column("basis").to_pylist() == [None, None]
    assert all(math.isnan(share) for share in namings.column("share_known").to_pylist())
    assert read_truth(GOLDEN / "format-2-simulated")["namings"].column("basis").to_pylist() == ["prompted", "other"]
    members = load_table(GOLDEN / "format-1-simulated" / "truth" / "members.parquet").to_pylist()
    assert members[3] == {"person": 3, "member": -1, "informer": 0, "address": 2**40}


def test_a_report_is_made_where_the_scenario_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The scenario of an old run may be in a language that is not read any more; that of this archive is empty."""
    page = tmp_path / "report.html"
    assert main(["report", str(GOLDEN / "format-2-simulated"), "-o", str(page)]) == 0
    assert "A village" in page.read_text("utf-8")
    assert "The report leaves out what the scenario supposes" in capsys.readouterr().err
