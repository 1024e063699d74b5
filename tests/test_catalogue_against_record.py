"""The comparison with the record, on an archive small enough to count by hand."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import json
import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from greatfear import catalogue
from greatfear.catalogue.resources import folder
from greatfear.comparison.against_record import ROLES, Comparison, ComparisonRow, against_record, replicate_intervals
from greatfear.comparison.record_quantities import quantities
from greatfear.errors import UnknownNameError
from greatfear.scenario import digest, to_json
from greatfear.scenario.resolving import numbers_digest

module = importlib.import_module(
    "greatfear.comparison.against_record"
)  # the package shows the function under this name

ACTS = [
    ("1936-03-01", "arrest", "none", "regular", 2),
    ("1936-10-02", "arrest", "none", "regular", 3),
    ("1937-08-10", "arrest", "none", "order-00447", 21),
    ("1937-09-10", "arrest", "none", "polish", 18),
    ("1938-06-30", "arrest", "none", "order-00447", 21),
    ("1938-07-01", "arrest", "none", "order-00447", 4),
    ("1938-10-31", "arrest", "none", "signed-lists", 4),
    ("1938-11-01", "arrest", "none", None, 5),
    ("1937-10-01", "sentence", "death", "order-00447", 6),
    ("1937-10-01", "sentence", "camp", "order-00447", 10),
    ("1937-11-01", "sentence", "death", "harbin", 3),
    ("1937-11-01", "sentence", "camp", "german", 1),
    ("1937-12-31", "sentence", "released", "regular", 7),
    ("1938-01-01", "sentence", "death", "order-00447", 20),
    ("1938-02-01", "sentence", "exile", None, 2),
    ("1939-02-01", "sentence", "death", None, 1),
    ("1939-02-01", "sentence", "other", None, 4),
    ("1937-10-01", "interrogation", "confessed", "order-00447", 50),
]


class Duck:
    """The part of an archive that the comparison needs."""

    def __init__(self, acts: list[tuple[Any, ...]]) -> None:
        rows = [row[:-1] for row in acts for _ in range(row[-1])]
        dates, kinds, outcomes, operations = zip(*rows, strict=True)
        self.persons = pa.table({"person": [0], "region": ["gorky-oblast"], "stratum": ["line-polish"]})
        self.acts = pa.table(
            {
                "date": pa.array([dt.date.fromisoformat(date) for date in dates]),
                "kind": pa.array(kinds).dictionary_encode(),
                "outcome": pa.array(outcomes).dictionary_encode(),
                "operation": pa.array(operations).dictionary_encode(),
                "board": pa.array(["troika"] * len(rows)),
                "person": pa.array([0] * len(rows)),
            }
        )

    def sql(self, query: str) -> pa.Table:
        import duckdb

        with duckdb.connect() as connection:
            connection.register("acts", self.acts)
            connection.register("persons", self.persons)
            return connection.sql(query).to_arrow_table()


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    return quantities(Duck(ACTS))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sentenced-1936", 0),
        ("sentenced-1937", 20),
        ("deaths-1937", 9),
        ("custody-1937", 11),
        ("exile-other-1937", 0),
        ("death-share-1937", 0.45),
        ("sentenced-1938", 22),
        ("exile-other-1938", 2),
        ("exile-other-1939", 4),
        ("deaths-1937-38", 29),
        ("custody-1937-38", 11),
        ("sentenced-1937-38", 42),
        ("deaths-1939-of-1938", 5),
        ("sentenced-1939-of-1938", 100 * 5 / 22),
        ("arrests-1936", 5),
        ("arrests-1937", 39),
        ("arrests-1938", 34),
        ("arrests-1936-10-to-1938-06", 63),
        ("arrests-1938-07-to-1938-10", 8),
        ("slowing", 2 / 3),
        ("order-00447-arrests", 46),
        ("order-00447-sentenced", 36),
        ("order-00447-deaths", 26),
        ("order-00447-death-share", 26 / 36),
        ("lines-arrests", 18),
        ("lines-sentenced", 4),
        ("lines-deaths", 3),
        ("lines-death-share", 0.75),
        ("signed-lists", 4),
        ("wives", 0),
        ("order-00447-arrests-1937-08-15", 21),
        ("order-00447-sentenced-1938-01-01", 16),
        ("order-00447-deaths-1938-01-01", 6),
        ("order-00447-sentenced-1938", 20),
        ("lines-arrests-1938-07-01", 18),
        ("lines-arrests-1938-07-to-1938-10", 0),
        ("line-german-sentenced", 1),
        ("line-harbin-deaths", 3),
        ("line-polish-by-february", 100),
        ("region-gorky-sentenced", 36),
        ("region-georgia-sentenced", 0),
        ("released-1936-10-to-1938-10", 7),
    ],
)
def test_counts_by_hand(found: dict[str, float], key: str, value: float) -> None:
    assert found[key] == pytest.approx(value)


def test_nothing_to_divide_by_is_no_number(found: dict[str, float]) -> None:
    assert math.isnan(found["death-share-1936"])


def test_a_moved_sentence_is_seen() -> None:
    """The oracle can fail: one sentence moved over the new year changes both years."""
    moved = [("1938-01-01", *row[1:]) if row[1:3] == ("sentence", "camp") else row for row in ACTS]
    assert quantities(Duck(moved))["custody-1937"] == 0
    assert quantities(Duck(moved))["custody-1938"] == 11


def test_record_values_and_errors() -> None:
    comparison = against_record(Duck(ACTS))
    recorded = {
        "sentenced-1936": 114_383,
        "deaths-1936": 1_118,
        "deaths-1937": 353_074,
        "sentenced-1937-38": 1_344_923,
        "deaths-1937-38": 681_692,
        "custody-1937-38": 634_820,
        "arrests-1937": 936_750,
        "arrests-1938-07-to-1938-10": 144_330,
        "order-00447-deaths": 386_798,
        "lines-sentenced": 335_513,
        "article-c01": 680_000,
        "article-c02": 28_000,
        "article-c03": 1,
    }
    assert {key: comparison[key].record for key in recorded} == recorded
    assert comparison["deaths-1937"].error == pytest.approx(9 / 353_074 - 1)
    assert comparison["slowing"].record == pytest.approx(0.533, abs=5e-4)
    assert comparison["lines-death-share"].record == pytest.approx(0.737, abs=5e-4)
    assert math.isnan(comparison["custody-1936"].error)
    assert math.isnan(comparison["arrests-1939"].record)


def test_roles_follow_the_years() -> None:
    rows = {row.key: row for row in against_record(Duck(ACTS))}
    assert {row.role for row in rows.values()} == set(ROLES) - {"other scenario", "own record"}
    for key, row in rows.items():
        if key.endswith(("-1938", "-1939")):
            assert row.role == "prediction"
        if key in ("deaths-1936", "deaths-1937", "sentenced-1937", "arrests-1937"):
            assert row.role == "calibrated"
    for key in ("deaths-1937-38", "order-00447-deaths", "lines-sentenced", "article-c01", "arrests-1936-10-to-1938-06"):
        assert rows[key].role == "partly calibrated"
    assert {key for key, row in rows.items() if row.role == "input"} == {"lines-death-share", "signed-lists", "wives"}


def test_dated_rows_face_their_record() -> None:
    comparison = against_record(Duck(ACTS))
    recorded = {
        "order-00447-deaths-1937-09-30": 83_600, "order-00447-sentenced-1938": 192_397, "lines-arrests-1938-07-01": 357_227,
        "lines-arrests-1938-07-to-1938-10": 8_578, "line-other-lines-sentenced": 71_996, "region-karelia-album": 1_839,
        "region-ukraine-special": 30_031, "released-1936-10-to-1938-10": 12_903, "line-harbin-by-february": 37,
    }  # fmt: skip
    assert {key: comparison[key].record for key in recorded} == recorded
    assert comparison["lines-own-group-sverdlovsk"].record == pytest.approx(8.47, abs=0.01)
    assert {row.group for row in comparison} == {"totals", "by date", "by line", "by region", "the source article"}
    unread = [row["value"] for row in catalogue.record("regions-1937-38") if row["readings"] == "not-checked"]
    assert not {row.record for row in comparison} & set(unread)  # what was not checked is compared with nothing


def _compared(**simulated: float) -> Comparison:
    nan, fitted = math.nan, {"fitted": "calibrated"}
    rows = [
        ComparisonRow(key, key, "persons", value, 90, 110, 100, value / 100 - 1, fitted.get(key, "prediction"))
        for key, value in simulated.items()
    ]
    return Comparison((*rows, ComparisonRow("no-record", "none", "persons", 5, nan, nan, nan, nan, "prediction")), 20)


def test_worst_and_best_come_first_and_fitted_rows_are_not_among_them() -> None:
    found = _compared(half=50, near=101, fitted=1000, double=220, low=80, none=0)
    assert [row.key for row in found.worst(2)] == ["none", "double"]
    assert [row.key for row in found.best(2)] == ["near", "low"]
    text = str(found)
    assert text.startswith("the worst")
    assert "2 of 5 predictions lie within a factor of 1.25 of the record." in text
    assert "(run outside)" in next(line for line in text.splitlines() if line.startswith("double"))
    assert "(run outside)" not in next(line for line in text.splitlines() if line.startswith("near"))
    assert "hold chance alone" in text


def test_a_run_of_another_scenario_shows_no_interval_of_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario's digest decides: the entry's own run keeps its intervals and roles, an altered one loses both."""
    monkeypatch.setattr(module, "replicate_intervals", lambda entry: ({"deaths-1937": (5.0, 95.0)}, 21))
    own = digest(catalogue.scenario("great-terror"))
    for sha, role, low in ((own, "calibrated", 5.0), ("0" * 64, "other scenario", math.nan)):
        duck = Duck(ACTS)
        duck.manifest = SimpleNamespace(provenance={"scenario": {"id": "great-terror", "sha256": sha}})
        comparison = against_record(duck)
        row = comparison["deaths-1937"]
        assert row.role == role
        assert (row.low == low) is not math.isnan(low)
        assert comparison.is_altered is (sha != own)
        assert ("something was changed" in str(comparison)) is comparison.is_altered


def test_a_run_of_the_same_numbers_in_other_words_is_not_altered(tmp_path: Path) -> None:
    """Another version may ground a number otherwise; a changed number is seen."""
    own = catalogue.scenario("great-terror")
    for changes, is_altered in (({"title": "Said otherwise"}, False), ({"centre.credulity": 0.5}, True)):
        told = own.alter(changes)
        (tmp_path / "scenario.json").write_text(to_json(told), encoding="utf-8")
        duck = Duck(ACTS)
        duck.path = tmp_path  # of an archive that was read, this is the folder of the run
        duck.manifest = SimpleNamespace(
            provenance={"scenario": {"id": "great-terror", "sha256": digest(told)}}, files={}
        )
        assert against_record(duck).is_altered is is_altered


def test_article_rows_show_claim_and_verdict() -> None:
    comparison = against_record(Duck(ACTS), "ussr-monthly")
    verdicts = {row.claim: row.verdict for row in comparison if row.claim}
    assert verdicts == {"C01": "supported", "C02": "contradicted", "C03": "supported"}
    assert comparison["article-c02"].simulated == 11
    assert "C02: contradicted" in str(comparison)


def test_records_can_be_chosen() -> None:
    keys = {row.key for row in against_record(Duck(ACTS), "ussr-operations")}
    assert "lines-deaths" in keys
    assert "deaths-1937" not in keys
    with pytest.raises(UnknownNameError, match="ussr-monthly"):
        against_record(Duck(ACTS), "ussr-montly")
    with pytest.raises(UnknownNameError, match="deaths-1937"):
        against_record(Duck(ACTS))["death-1937"]


def test_forms_agree() -> None:
    comparison = against_record(Duck(ACTS))
    plain = comparison.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    frame = comparison.to_pandas()
    assert list(frame["key"]) == [row["key"] for row in plain["rows"]]
    assert len(str(comparison).splitlines()) >= len(plain["rows"]) + 1
    assert "353,074" in str(comparison)


def test_intervals_come_from_the_replicates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "entries" / "great-terror"
    folder.mkdir(parents=True)
    rows = [f"{i},{i},deaths-1937,{i}\n{i},{i},slowing,nan" for i in range(101)]
    (folder / "replicates.csv").write_text("# made by a test\nreplicate,seed,quantity,value\n" + "\n".join(rows) + "\n")
    monkeypatch.setattr("greatfear.catalogue.resources.folder", lambda name: tmp_path / name)
    assert replicate_intervals() == ({"deaths-1937": (5.0, 95.0)}, 101)


def test_interval_of_a_claim_is_that_of_its_quantity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "replicate_intervals", lambda entry: ({"deaths-1937-38": (5.0, 95.0)}, 21))
    comparison = against_record(Duck(ACTS))
    assert (comparison["article-c01"].low, comparison["article-c01"].high) == (5, 95)
    assert "21 replicates" in str(comparison)


@pytest.mark.parametrize("file", ["replicates.csv", "explanations.csv"])
def test_what_was_replicated_is_the_scenario_that_is_there(file: str) -> None:
    """A change of numbers makes committed intervals stale: the scripts named in the files must be run again."""
    path = folder("entries").joinpath("great-terror").joinpath(file)
    if not path.is_file():  # then no interval is shown
        assert not (module.replicate_intervals("great-terror")[1] and file == "replicates.csv")
        return
    text = path.read_text(encoding="utf-8")
    found = dict(re.findall(r"scenario: ([\w-]+), sha256 \w+, numbers (\w+)", text))
    assert found
    assert found == {name: numbers_digest(catalogue.scenario(name)) for name in found}
    assert "# script: maintenance/" in text
    assert len({row["replicate"] for row in _rows(text)}) >= (20 if file == "replicates.csv" else 4)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def test_the_page_shows_worst_rows_first_and_marks_a_run_outside(tmp_path: Path) -> None:
    from greatfear.plots.report_record import record_page, record_section

    _, _, body = record_section(_compared(half=50, near=101, fitted=1000, double=220, low=80, none=0), 20)
    assert body.index("The worst") < body.index("The best") < body.index("Every quantity") < body.index("<svg")
    assert "(run outside)" in body
    assert "hold chance alone" in body
    plain = [
        {
            "quantity": "arrests",
            "simulated": 5,
            "low": None,
            "high": None,
            "record": 4,
            "error": 0.25,
            "role": "prediction",
        }
    ]
    _, _, changed = record_section(plain, 0, is_altered=True)
    assert "something was changed" in changed
    assert (
        record_page({"run": _compared(half=50)}, tmp_path / "page.html")
        .read_text("utf-8")
        .startswith("<!doctype html>")
    )
    assert record_section((), 0)[2] == ""


def test_a_report_with_a_comparison_is_written(tmp_path: Path) -> None:
    from greatfear.archive import Archive
    from greatfear.plots.report import write_report

    empty = Archive.from_tables({}, epoch=dt.date(1936, 1, 1))
    page = write_report(empty, tmp_path, comparison=_compared(half=50, near=101, double=220, low=80)).read_text("utf-8")
    assert "The worst" in page
    assert "2 of 4 predictions lie within a factor of 1.25" in page
