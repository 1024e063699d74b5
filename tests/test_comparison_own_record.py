"""A record of the user's own beside an archive: what is counted is counted, and what is not is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from greatfear import catalogue
from greatfear.archive import Archive, read
from greatfear.catalogue.resources import folder
from greatfear.cli import main
from greatfear.comparison import against_file
from greatfear.errors import FaultList, GreatFearError
from greatfear.scenario import from_dict
from greatfear.simulation.run import simulate

TREE: dict[str, Any] = {
    "id": "own", "title": "Own record", "time": ["1937-01-01", "1938-01-01"],
    "population": {
        "regions": {
            "north": {"name": "Northern oblast", "group": "Republic", "persons": 20_000},
            "south": {"name": "Southern oblast", "group": "Republic", "persons": 20_000},
        },
        "strata": {"people": {"name": "People", "share": 1}},
    },
    "orders": {"taken": {"name": "Order 7", "start": "1937-02-01", "days": 100, "persons": 600, "strata": ["people"]}},
    "boards": {"court": {"name": "Courts", "delay": 30, "least": 10, "outcomes": {"camp": 0.7, "death": 0.3}}},
    "routes": [{"board": "court"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The run as it was written: names of regions and boards stand in the scenario beside it."""
    written = tmp_path_factory.mktemp("own") / "run"
    simulate(from_dict(TREE, "own"), 5).write(written)
    return read(written)


def compared(run: Archive, tmp_path: Path, text: str) -> Any:
    file = tmp_path / "own.csv"
    file.write_text(text, encoding="utf-8")
    return against_file(run, file)


def count(run: Archive, where: str) -> int:
    query = f"select count(*) as n from acts a left join persons p on p.person = a.person where {where}"
    return int(run.sql(query).to_pylist()[0]["n"])


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (",arrests,,,", "kind = 'arrest'"),
        ("USSR,arrested,1937-02-01,1937-02-28,", "kind = 'arrest' and date < date '1937-03-01'"),
        ("north,arrests,1937-03,1937-03,", "kind = 'arrest' and region = 'north' and month(date) = 3"),
        (
            "Southern oblast,arrests under Order 7,1937,,",
            "kind = 'arrest' and region = 'south' and operation = 'taken'",
        ),
        ("Republic,sentenced to death by courts,,,", "kind = 'sentence' and outcome = 'death'"),
        (",sentenced: death,,1937-06-30,", "kind = 'sentence' and outcome = 'death'"),
        (",camps,,,", "kind = 'sentence' and outcome = 'camp'"),
        ("people,sentenced,,,", "kind = 'sentence' and outcome <> 'released'"),
    ],
)
def test_a_row_counts_what_it_says(run: Archive, tmp_path: Path, row: str, where: str) -> None:
    """Each row, from words alone, gives the count of a query written by hand; a planted count is seen as an error."""
    scope, series, since, until, _ = row.split(",")
    if until == "1937-06-30":
        where += " and date < date '1937-07-01'"
    own = count(run, where)
    assert own > 0
    for value, error in ((own, 0.0), (2 * own, -0.5)):
        found = compared(
            run, tmp_path, f"scope,series,period_start,period_end,value\n{scope},{series},{since},{until},{value}\n"
        )
        assert [one.simulated for one in found] == [own]
        assert found.rows[0].error == error
        assert found.rows[0].role == "own record"


def test_what_cannot_be_counted_is_told_with_its_reason(run: Archive, tmp_path: Path) -> None:
    rows = (
        "# by hand\nscope,series,period_start,value\n,arrests,,600\n,baptisms,,3\nNarnia,arrests,,3\n,arrests,1951,3\n"
    )
    text = f"{rows},arrests,,\n"
    found = compared(run, tmp_path, text)
    assert [row.record for row in found] == [600]
    assert [line.split(",")[0] for line in found.not_compared] == ["line 4", "line 5", "line 6"]
    assert "baptisms" in str(found)
    assert "the archive runs from 1937-01-01 to 1938-01-01" in found.not_compared[2]
    assert found.to_dict()["not_compared"] == list(found.not_compared)


def test_every_fault_is_told_at_once(run: Archive, tmp_path: Path) -> None:
    text = "series,value,period_start,period_end\narrests,many,,\narrests,-3,,\narrests,3,1937-13,\narrests,3,1937-03,1937-02\n"
    text += 'arrests,"1.200,5",,\narrests,"12,00",,\narrests,~3,,\narrests,nan,,\narrests,1.200,,\n'
    with pytest.raises(FaultList) as caught:
        compared(run, tmp_path, text)
    assert [fault.place.rpartition(" line ")[2] for fault in caught.value.faults] == [
        "2: value", "3: value", "4: period_start", "4: period_end", "5: period_end",
        *(f"{line}: value" for line in (6, 7, 8, 9, 10)),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "date,event\n1921,founded\n", "series\narrests\n"])
def test_a_table_without_the_columns_is_refused(run: Archive, tmp_path: Path, text: str) -> None:
    with pytest.raises(FaultList, match="columns series and value"):
        compared(run, tmp_path, text)


def test_nothing_to_compare_is_refused(run: Archive, tmp_path: Path) -> None:
    with pytest.raises(GreatFearError, match=r"no row can be compared[\s\S]*baptisms"):
        compared(run, tmp_path, "series,value\nbaptisms,3\n")
    with pytest.raises(GreatFearError, match="not readable"):
        against_file(run, tmp_path / "missing.csv")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_numbers_and_marks_between_columns(run: Archive, tmp_path: Path, mark: str) -> None:
    rows = [["series", "value"], ["arrests", '"1,200"'], ["arrests", "1 200"], ["arrests", "0.5"]]
    found = compared(run, tmp_path, "\n".join(mark.join(row) for row in rows))
    assert [row.record for row in found] == [1200, 1200, 0.5]


def test_a_table_of_years_is_read(run: Archive, tmp_path: Path) -> None:
    found = compared(run, tmp_path, "year,arrests,death,priests\n1937,600,90,4\n1938,5,6,7\n")
    assert [(row.quantity, row.record) for row in found] == [("arrests, 1937", 600), ("death, 1937", 90)]
    assert len(found.not_compared) == 2


def test_persons_accused_are_counted_once(tmp_path: Path) -> None:
    hunt = simulate(catalogue.scenario("naming-cascade"), 1)
    persons = hunt.archive.sql("select count(distinct subject) as n from statements").to_pylist()[0]["n"]
    found = compared(hunt.archive, tmp_path, f"series,value\naccused,{persons}\nstatements,1\n")
    assert found.rows[0].error == 0
    assert found.rows[1].simulated == hunt.archive.n_rows("statements")


def test_names_of_a_scenario_with_odd_letters_do_no_harm(run: Archive, tmp_path: Path) -> None:
    found = compared(run, tmp_path, "scope,series,value\n'; drop table acts; --,arrests,1\n,arrests,600\n")
    assert len(found.not_compared) == 1
    assert found.rows[0].simulated == count(run, "kind = 'arrest'")


def test_the_command_compares_any_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hunt, file, page = tmp_path / "hunt", tmp_path / "own.csv", tmp_path / "page.html"
    simulate(catalogue.scenario("naming-cascade"), 1).write(hunt)
    file.write_text("series,value\narrests,12\nbaptisms,1\n")
    assert main(["compare", str(hunt), "--record", str(file), "-o", str(page)]) == 0
    assert "baptisms" in capsys.readouterr().out
    assert "own record" in page.read_text(encoding="utf-8")


def test_records_of_the_catalogue_are_read(run: Archive) -> None:
    """The columns are those of the records: rows of another country are told, none is a fault."""
    file = Path(str(folder("records").joinpath("lines-time.csv")))
    with pytest.raises(GreatFearError, match="no row can be compared"):
        against_file(run, file)
