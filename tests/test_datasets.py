"""Data sets: registry, errors, and the counts that their descriptions give."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import greatfear
from greatfear.catalogue import datasets
from greatfear.catalogue.datasets import VARIABLE, DataSetError, dataset, dataset_names, fetch, load_map, take_in
from greatfear.catalogue.datasets_giaveno import GiavenoStudy, giaveno_1335_study
from greatfear.errors import UnknownNameError
from greatfear.intake_tables import Intake, guess, intake, read_map, read_tables
from greatfear.intake_tables.map_text import map_from_text
from test_intake import account

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
PLACE = os.environ.get(VARIABLE) or (str(BESIDE) if BESIDE.is_dir() else "")
needs_data = pytest.mark.skipif(not PLACE, reason=f"no data sets here: set {VARIABLE} to the folder that holds them")


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point to the data beside the checkout unless the environment says otherwise."""
    if PLACE:
        monkeypatch.setenv(VARIABLE, PLACE)


@pytest.fixture(scope="module")
def giaveno() -> Intake:
    """Return Giaveno 1335, taken in once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, PLACE)
        return take_in("giaveno-1335")


@pytest.fixture(scope="module")
def study() -> GiavenoStudy:
    """Return the study's tables, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, PLACE)
        return giaveno_1335_study()


@pytest.mark.parametrize("name", dataset_names())
def test_every_entry_says_what_it_is(name: str) -> None:
    entry = dataset(name)
    assert all((entry.title, entry.source.citation, entry.source.licence, entry.source.note, entry.source.doi))
    assert entry.base == "" or entry.base.startswith("https://")
    assert all(len(digest) == 64 for digest in entry.files.values())
    assert entry.source.licence in entry.cite()
    if entry.map:
        assert {table.table for table in read_map(load_map(name)).tables} <= {Path(file).stem for file in entry.files}


def test_an_unknown_name_gives_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="salem-1692"):
        dataset("salem_1693")


def test_missing_and_altered_files_say_how_to_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(DataSetError, match=f"no file .*Set {VARIABLE}"):
        fetch("salem-1692")
    (tmp_path / "salem_1692").mkdir()
    for file in dataset("salem-1692").files:
        (tmp_path / "salem_1692" / file).write_text("altered")
    with pytest.raises(DataSetError, match=f"SHA-256 differs.*Set {VARIABLE}"):
        fetch("salem-1692")


def test_a_set_that_is_published_otherwise_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(DataSetError, match=f"another form.*{VARIABLE}"):
        fetch("salem-1692")


def test_files_come_from_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pooch

    asked = []

    def fake(url: str, output_file: str, _pooch: object) -> None:
        asked.append(url)
        if "bad" in url:
            raise OSError("no route")
        Path(output_file).write_bytes(b"x")

    monkeypatch.setattr(pooch, "os_cache", lambda _: str(tmp_path))
    monkeypatch.setattr("pooch.core.choose_downloader", lambda *_, **__: fake)
    digest = hashlib.sha256(b"x").hexdigest()
    entry = datasets.DataSet("x", "x", "x", "", dataset("witch-trials").source, "", {"a.csv": digest})
    monkeypatch.setattr(datasets, "dataset", lambda _: entry)
    monkeypatch.setenv(VARIABLE, "https://example.org/data/")
    assert fetch("x")["a.csv"].read_bytes() == b"x"
    assert asked == ["https://example.org/data/x/a.csv"]
    monkeypatch.setenv(VARIABLE, "https://example.org/bad")
    (tmp_path / "x" / "a.csv").unlink()
    with pytest.raises(DataSetError, match=r"cannot be had from https://example.org/bad/x/: no route. Set"):
        fetch("x")


def test_without_a_connection_the_message_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pooch.os_cache", lambda _: str(tmp_path))
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9")
    with pytest.raises(
        DataSetError, match=r"cannot be had from http://127.0.0.1:9/witch_trials_europe/: no connection. Set"
    ):
        fetch("witch-trials")


@needs_data
@pytest.mark.parametrize("name", [name for name in dataset_names() if dataset(name).map])
def test_no_row_is_lost(name: str) -> None:
    taken = take_in(name)
    assert account(taken) == []
    assert taken.report.faults == []


@needs_data
def test_giaveno_has_the_counts_of_its_description(giaveno: Intake) -> None:
    statements, acts, persons = (giaveno.tables[name].to_pylist() for name in ("statements", "acts", "persons"))
    of_persons = [s for s in statements if s["collective"] is None]
    assert len(of_persons) == 967
    assert sum(s["speaker"] == s["subject"] for s in of_persons) == 61
    assert len({s["subject"] for s in of_persons if s["speaker"] != s["subject"]}) == 254
    interrogations = [a for a in acts if a["kind"] == "interrogation"]
    deponents = {a["person"] for a in interrogations}
    assert len(deponents) == 110
    named = {s["subject"] for s in of_persons if s["speaker"] != s["subject"]}
    # The 66 of the description are those among the named who named a person themselves; 81 of the named deposed at all.
    assert (len(named & {s["speaker"] for s in of_persons}), len(named & deponents)) == (66, 81)
    assert sum(a["pressure"] == 1 for a in interrogations) == 4
    assert len(interrogations) == 130 + 4 + 1
    assert sum(a["kind"] == "summons" and a["precision"] == "day" for a in acts) == 32
    assert len({a["person"] for a in acts if a["kind"] == "summons"}) == 90
    assert len(persons) == 351
    assert Counter(p["sex"] for p in persons) == {"m": 226, "f": 125}
    assert (sum(p["dead"] for p in persons), sum(p["waldensian_master"] for p in persons)) == (20, 16)


@needs_data
def test_giaveno_groups_and_rows_that_name_nobody_are_explained(giaveno: Intake) -> None:
    edges = read_tables(fetch("giaveno-1335")["edges.csv"])["edges"]
    rows = {record.row: dict(zip(edges.header, record.cells, strict=True)) for record in edges.records}
    nobody = {row for row, cells in rows.items() if cells["target"] == "NA"}
    groups = {row for row, cells in rows.items() if cells["target"].startswith("G")}
    expanded = {s["place"] for s in giaveno.tables["statements"].to_pylist() if s["collective"] is not None}
    noted = {
        note.row for note in giaveno.report.notes if note.table == "edges" and "no members who are known" in note.reason
    }
    known = {
        note.row for note in giaveno.report.notes if note.table == "edges" and note.reason.startswith("the same interr")
    }
    assert (len(rows), len(nobody), len(groups)) == (1074, 37, 70)
    assert {f"edges row {row}" for row in groups} == expanded | {f"edges row {row}" for row in noted}
    assert len(nobody - known) == 1
    assert known < nobody


@needs_data
def test_giaveno_shares_are_those_of_its_description(giaveno: Intake) -> None:
    statements = [s for s in giaveno.tables["statements"].to_pylist() if s["collective"] is None]
    dated = [s["subject"] for s in statements if s["precision"] == "day"]
    first = {subject: i for i, subject in reversed(list(enumerate(dated)))}
    parts = np.array_split(np.arange(len(dated)), 3)
    shares = [round(float(np.mean([first[dated[i]] == i for i in part])), 2) for part in parts]
    assert shares == [0.53, 0.20, 0.07]
    others = Counter(s["subject"] for s in statements if s["speaker"] != s["subject"])
    top = sum(count for _, count in others.most_common(10)) / sum(others.values())
    assert round(top, 2) == 0.30


@needs_data
def test_salem_has_the_months_of_its_description() -> None:
    taken = take_in("salem-1692")
    statements = taken.tables["statements"].to_pylist()
    month = Counter((taken.epoch + np.timedelta64(int(s["time"]), "D").astype("timedelta64[D]").item()).month
                    for s in statements if s["precision"] == "month")  # fmt: skip
    assert month == {2: 3, 3: 4, 4: 22, 5: 39, 6: 3, 7: 12, 8: 23, 9: 33, 10: 1, 11: 3}
    assert sum(s["precision"] == "year" for s in statements) == 9
    assert sum(a["outcome"] == "death" for a in taken.tables["acts"].to_pylist()) == 20


@needs_data
def test_witch_trials_have_the_sums_of_their_description() -> None:
    tables = take_in("witch-trials").tables
    assert tables["persons"].num_rows == 43_240
    outcome = Counter(tables["acts"].column("outcome").to_pylist())
    assert outcome["death"] == 16_333
    region = Counter(tables["persons"].column("region").to_pylist())
    assert {name: region[name] for name in ("Germany", "Switzerland", "Scotland")} == {
        "Germany": 16_474, "Switzerland": 9_796, "Scotland": 3_563,
    }  # fmt: skip


@needs_data
def test_the_study_comes_out_exactly(study: GiavenoStudy) -> None:
    with (Path(PLACE) / "giaveno_1335" / "reference_fits.json").open() as file:
        expected = json.load(file)["meta"]["giaveno_counts"]
    counts = study.counts()
    assert {name: counts[name] for name in expected if name in counts} == {
        k: v for k, v in expected.items() if k != "n_depositions"
    }
    assert (counts["n_senders"], int(study.absconded.sum()), len(set(study.summoned[:, 1].tolist()))) == (92, 5, 90)
    changes = {int(day) for rows in (study.summoned, study.redeposed, study.tortured) for day in rows[:, 0]}
    assert sorted(changes - set(study.day.tolist())) == [14, 15, 32, 34]


def choice_loglik(study: GiavenoStudy, theta: list[float], chosen: np.ndarray) -> float:
    """Return the log-likelihood of a choice model of the study among all other actors, from its definition."""
    n = len(study.actors)
    woman = study.woman.astype(float)
    total, seen = 0.0, np.zeros((n, n))
    for day in sorted(set(study.day.tolist())):
        today = study.day == day
        for i, j in zip(study.sender[today & chosen], study.receiver[today & chosen], strict=True):
            x = [woman, (woman == woman[i]).astype(float), study.dead.astype(float), seen[:, i], seen.T @ seen[:, i],
                 np.sqrt(seen.sum(axis=0))]  # fmt: skip
            utility = np.delete(np.array(theta) @ np.array(x), i)
            total += np.array(theta) @ np.array(x)[:, j] - np.log(np.exp(utility).sum())
        seen[study.sender[today], study.receiver[today]] = 1
    return float(total)


@needs_data
@pytest.mark.parametrize("case", ["giaveno-choice-all", "giaveno-choice-congregation"])
def test_the_study_gives_the_published_likelihood(study: GiavenoStudy, case: str) -> None:
    with (Path(PLACE) / "giaveno_1335" / "reference_fits.json").open() as file:
        cases = {item["id"]: item for item in json.load(file)["cases"]}
    reference = next(r for r in cases[case]["references"] if r["risk_set"].startswith("266"))
    chosen = study.is_congregation if "congregation" in case else np.ones(len(study.day), bool)
    assert choice_loglik(study, reference["coef"], chosen) == pytest.approx(reference["logLik"], abs=1e-5)
    assert choice_loglik(study, [c + 0.01 for c in reference["coef"]], chosen) < reference["logLik"] - 1e-3


@needs_data
def test_a_guessed_map_reads_most_of_giaveno() -> None:
    paths = fetch("giaveno-1335")
    tables = {name.removesuffix(".csv"): path for name, path in paths.items()}
    taken = intake(tables, guess(tables), on_fault="leave out")
    made = {table.name: set(table.made) for table in taken.report.tables}
    assert made["nodes"] == {"persons"}
    assert made["edges"] == {"statements"}
    assert made["keyevents"] == {"acts"}
    assert made["groups"] == {"groups"}
    assert made["kinship"] == made["congregations"] == {"ties"}
    assert account(taken) == []


@needs_data
def test_bologna_has_the_counts_of_its_authors() -> None:
    archive = greatfear.datasets.bologna_1291()
    assert (archive.n_rows("persons"), archive.n_rows("statements")) == (663, 1074)
    assert archive.sql("select count(distinct speaker), count(distinct subject) from statements").to_pylist() == [
        {"count(DISTINCT speaker)": 177, "count(DISTINCT subject)": 556}
    ]
    assert archive.sql("select count(*) from persons where sex = 'f'").column(0)[0].as_py() == 170


def test_the_village_is_part_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere")
    archive = greatfear.datasets.village_1690()
    assert (archive.n_rows("persons"), archive.n_rows("statements"), archive.check()) == (160, 587, [])
    own, pages = (
        Path(greatfear.__file__).parent / "catalogue" / "village",
        Path(__file__).parents[1] / "docs" / "tutorial",
    )
    for file in own.iterdir():
        assert file.read_bytes() == (pages / file.name).read_bytes(), (
            "run docs/tutorial/make_tables.py and copy its tables"
        )


def test_the_workbook_of_the_tutorial_gives_the_village() -> None:
    folder = Path(__file__).parents[1] / "docs" / "tutorial"
    column_map = map_from_text((folder / "map.yaml").read_text("utf-8"), "map.yaml")
    archive = intake(
        [folder / f"{name}" for name in ("clerks_book.xlsx", "people.csv", "ties.csv")], column_map
    ).archive
    village = greatfear.datasets.village_1690()
    for name in ("persons", "statements", "ties"):
        for column in village.table(name).column_names:
            one, other = (str(found.table(name).column(column).to_pylist()) for found in (archive, village))
            assert one == other or column in ("place", "written"), column  # where it stands, and how, differs
