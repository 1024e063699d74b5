"""Papers: off they change no byte; on, every row is linked to the truth, and nothing breaks."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import greatfear as gf
from greatfear.draws._jit import use_threads
from greatfear.errors import FaultList
from greatfear.record.checks import check
from greatfear.record.columns import table_from_columns
from greatfear.simulation import run as running
from greatfear.simulation.papers.apply import papers
from greatfear.simulation.papers.assemble import _bound
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.truth import read_truth
from papers_worlds import EVERYTHING, linked
from process_scenarios import ORDERS, scenario
from test_simulate_bytes import apart, differing

SEED = 5


@pytest.fixture(scope="module")
def plain() -> Run:
    orders = [{**order, "id": f"order-{order['id']}"} for order in ORDERS]  # ids that a file may have
    return simulate(scenario(orders=orders), SEED)


@pytest.fixture(scope="module")
def papered(plain: Run) -> Run:
    return papers(plain, EVERYTHING)


@pytest.fixture(scope="module")
def folder(papered: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return papered.write(tmp_path_factory.mktemp("papers") / "run")


def test_off_they_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate(scenario(), SEED, out=tmp_path / "with")
    monkeypatch.setattr(running, "through_papers", lambda tables, truth, *_: (tables, truth))
    simulate(scenario(), SEED, out=tmp_path / "without")
    assert differing(tmp_path / "with", tmp_path / "without") == set()
    assert {"members", "namings"} == set(read_truth(tmp_path / "with"))


def test_a_scenario_with_papers_gives_what_papers_give(plain: Run, papered: Run, folder: Path, tmp_path: Path) -> None:
    simulate(papered.scenario, SEED, out=tmp_path / "run")
    assert differing(folder, tmp_path / "run") == set()
    again = papers(plain.write(tmp_path / "plain"), EVERYTHING).write(tmp_path / "again")
    assert {name for name in differing(folder, again) if name.endswith(".parquet")} == set()


def test_threads_change_nothing(plain: Run, papered: Run) -> None:
    use_threads(1)
    one = papers(plain, EVERYTHING)
    use_threads(None)
    assert linked(one) == linked(papered)
    assert str(one.archive.table("statements").to_pylist()) == str(papered.archive.table("statements").to_pylist())


SHARE = st.sampled_from([0.0, 0.3, 1.0])
ANY = st.fixed_dictionaries(
    {
        "names": st.fixed_dictionaries({"recorded": SHARE, "split": SHARE, "joined": SHARE}),
        "agents": st.fixed_dictionaries({"covered": SHARE, "two_sides": SHARE, "changes": st.sampled_from([0, 20])}),
        "dates": st.fixed_dictionaries({"day": SHARE, "month": SHARE, "year": SHARE, "unknown": SHARE}),
        "losses": st.fixed_dictionaries(
            {
                "fires": st.sampled_from([[], [{"start": "1937-02-01", "end": "1937-03-01", "share": 0.6}]]),
                "statements": st.fixed_dictionaries({"interrogation": SHARE, "report": SHARE, "document": SHARE}),
                "acts": st.fixed_dictionaries({"none": SHARE, "death": SHARE}),
            }
        ),
        "copies": st.fixed_dictionaries(
            {"rate": SHARE, "signed": SHARE, "stated": SHARE, "delay": st.sampled_from([0, 9])}
        ),
    }
)
OWN_COLUMNS = ("channel", "pressure", "prompted", "office")


@settings(max_examples=8)
@given(ANY)
def test_every_link_leads_to_a_row_and_no_row_of_the_run_is_altered(plain: Run, rules: dict[str, Any]) -> None:
    done = papers(plain, rules)
    if done.scenario.papers.is_off:
        assert done.truth is plain.truth
        return
    assert check(done.archive) == []
    truth = {name: table.to_pylist() for name, table in done.truth.items()}
    statements, before = done.archive.table("statements").to_pylist(), plain.archive.table("statements").to_pylist()
    made = {row["made"] for row in truth["written_statements"]} | {row["made"] for row in truth["lost_statements"]}
    assert made == set(range(len(truth["written_statements"]) + len(truth["lost_statements"])))
    assert len(made) >= len(before)
    entry = {row["person"]: row["made"] for row in truth["entries"]} | {-1: -1}
    sittings = {-1: -1}
    for row in truth["written_statements"]:
        now = statements[row["statement"]]
        assert entry[now["subject"]] >= 0
        assert (row["copy_of"] >= 0) == (row["copied"] is not None) == (row["made"] >= len(before))
        assert row["copy_of"] < row["made"]
        if row["made"] < len(before):
            was = before[row["made"]]
            assert same(row["time"], was["time"])
            assert (entry[now["speaker"]], entry[now["subject"]]) == (was["speaker"], was["subject"])
            assert all(same(now[name], was[name]) for name in OWN_COLUMNS)
            assert sittings.setdefault(now["sitting"], was["sitting"]) == was["sitting"]
    assert len(set(sittings.values())) == len(sittings)
    for row in truth["lost_statements"]:
        if row["made"] < len(before):
            was = before[row["made"]]
            assert all(
                same(row[name], was[name])
                for name in (*OWN_COLUMNS, "sitting", "time", "speaker", "subject", "precision")
            )
    acts_before = plain.archive.table("acts").to_pylist()
    assert sorted(row["made"] for row in truth["written_acts"] + truth["lost_acts"]) == list(range(len(acts_before)))
    written = {row["statement"]: row["made"] for row in truth["written_statements"]} | {-1: -1}
    for row, now in zip(truth["written_acts"], done.archive.table("acts").to_pylist(), strict=True):
        was = acts_before[row["made"]]
        assert (entry[now["person"]], now["kind"], now["outcome"]) == (was["person"], was["kind"], was["outcome"])
        assert row["statement"] == was["statement"]
        assert written[now["statement"]] in {was["statement"], -1}
    people = {row["made"]: row for row in truth["people"]}
    for row in truth["members"]:
        assert row["address"] == people[entry[row["person"]]]["address"]
    assert all(row["person"] == -1 or entry[row["person"]] == row["made"] for row in truth["people"])


def same(one: Any, two: Any) -> bool:
    return one == two or (isinstance(one, float) and math.isnan(one) and math.isnan(two))


# Common random numbers: one rule changed, and the rest of the archive keeps its fate.


def fates(run: Run, without: str = "") -> dict[str, Any]:
    found = linked(run)
    return {
        "lost": found["lost"] | {f"act {key}": by for key, by in found["lost_acts"].items()},
        "dates": {row[0]: row[1:3] for row in found["statements"] if without != "dates"},
        "who": {row[0]: row[5:7] for row in found["statements"]},
        "copies": {row[0]: row[7:9] for row in found["statements"]},
    }


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"names": {**EVERYTHING["names"], "mistyped": 1.0}}, set()),
        ({"names": {**EVERYTHING["names"], "joined": 1.0}}, {"who"}),
        ({"dates": {**EVERYTHING["dates"], "month": 0.9}}, {"dates"}),
        ({"agents": {**EVERYTHING["agents"], "changes": 30}}, {"who"}),
        ({"copies": {**EVERYTHING["copies"], "signed": 1.0}}, {"who"}),
    ],
)
def test_one_rule_changed_moves_only_its_own(plain: Run, papered: Run, change: dict[str, Any], moved: set[str]) -> None:
    one, two = fates(papered), fates(papers(plain, {**EVERYTHING, **change}))
    assert {name for name in one if one[name] != two[name]} == moved


def test_a_higher_rate_loses_more_and_spares_nothing(plain: Run) -> None:
    def lost(kept: float) -> set[int]:
        return set(linked(papers(plain, {"losses": {"statements": {"interrogation": kept}}}))["lost"])

    assert lost(0.9) < lost(0.6) < lost(0.3) < lost(0.0)


def test_a_higher_rate_of_copies_keeps_those_that_were(plain: Run) -> None:
    def copies(rate: float) -> set[tuple[Any, ...]]:
        rows = linked(papers(plain, {"copies": {"rate": rate, "delay": 3, "elsewhere": 0}}))["statements"]
        return {(row[1], row[6]) for row in rows if row[8] == "copy"}

    assert copies(0.1) < copies(0.4)


def test_a_person_more_elsewhere_changes_no_fate_here() -> None:
    def rows(west: int) -> set[tuple[Any, ...]]:
        run = papers(simulate(apart([203, 150, west]), SEED), {**EVERYTHING, "copies": {"rate": 0.3, "elsewhere": 0}})
        address = [row["address"] for row in run.truth["people"].to_pylist()]
        return {
            (round(row[1] or -1, 6), *row[2:5], address[row[6][0]], *row[6][1:], row[8])
            for row in linked(run)["statements"] if address[row[6][0]] >> 32 == 0
        }  # fmt: skip

    assert rows(61) == rows(62)
    assert len(rows(61)) > 50


# What the archive must not tell, and what it must


def test_numbers_and_order_of_persons_tell_nothing(papered: Run, plain: Run) -> None:
    ids = papered.archive.table("persons")["id"].to_pylist()
    assert all(re.fullmatch(r"P\d{8}", name) for name in ids)
    made = papered.truth["entries"]["made"].to_pylist()
    rising = sum(a < b for a, b in pairwise(made)) / (len(made) - 1)
    assert 0.4 < rising < 0.6
    kept = papers(plain, {"dates": {"day": 1}}).archive.table("persons")["id"].to_pylist()
    assert kept == plain.archive.table("persons")["id"].to_pylist()


def test_order_of_statements_tells_no_lost_date(plain: Run) -> None:
    done = papers(plain, {"dates": {"day": 1, "month": 1, "year": 1, "unknown": 1}})
    truth = done.truth["written_statements"]["time"].to_pylist()
    rising = sum(a < b for a, b in pairwise(truth)) / len(truth)
    assert rising < 0.6
    assert all(math.isnan(time) for time in done.archive.table("statements")["time"].to_pylist())


def test_an_act_whose_statement_was_lost_has_an_unknown_root(plain: Run) -> None:
    gone = dict.fromkeys(("denunciation", "report", "interrogation", "accident"), 0.0)
    done = papers(plain, {"losses": {"statements": gone}})
    assert done.archive.n_rows("statements") == 0
    roots = {row["root"]: row["cases"] for row in done.archive.describe().to_dict()["tables"]["roots"]["rows"]}
    assert roots.get("unknown", 0) > 0
    assert {"interrogation", "denunciation", "report"} & {name for name, n in roots.items() if n} == set()
    assert done.truth["lost_statements"].num_rows == plain.archive.n_rows("statements")


def test_statements_of_a_sitting_keep_one_fate(plain: Run) -> None:
    done = papers(plain, {"dates": {"day": 0.5, "month": 0.5}, "losses": {"statements": {"interrogation": 0.5}}})
    sittings: dict[int, set[tuple[Any, ...]]] = {}
    for row in done.archive.table("statements").to_pylist():
        if row["sitting"] >= 0:
            sittings.setdefault(row["sitting"], set()).add((row["time"], row["precision"]))
    assert len(sittings) > 20
    assert all(len(fate) == 1 for fate in sittings.values())
    before = plain.archive.table("statements")["sitting"].to_pylist()
    kept = {before[made] for made in done.truth["written_statements"]["made"].to_pylist()} - {-1}
    lost = set(done.truth["lost_statements"]["sitting"].to_pylist()) - {-1}
    assert lost
    assert not lost & kept
    assert len(kept) == len(sittings)
    both = done.archive.table("acts")["sitting"].to_pylist()
    assert set(sittings) & set(both)


def test_numbers_of_sittings_tell_no_lost_date(plain: Run) -> None:
    done = papers(plain, {"dates": {"day": 1, "month": 1, "year": 1, "unknown": 1}})
    time = dict(
        zip(
            done.archive.table("acts")["sitting"].to_pylist(),
            done.truth["written_acts"]["time"].to_pylist(),
            strict=True,
        )
    )
    days = [time[sitting] for sitting in sorted(time) if sitting >= 0]
    assert len(days) > 50
    assert 0.35 < sum(a < b for a, b in pairwise(days)) / len(days) < 0.65


def test_everything_that_reads_archives_reads_these(folder: Path, tmp_path: Path) -> None:
    archive = gf.read(folder, verify=True)
    assert check(archive) == []
    assert archive.describe(by="day").totals["statements"] == archive.n_rows("statements")
    for person in archive.table("persons")["id"].to_pylist()[:40]:
        assert str(archive.why(person))
    page = gf.write_report(archive, tmp_path / "report.html")
    assert "<html" in Path(page).read_text("utf-8")
    for form in ("csv", "graphml", "prov"):
        gf.export(archive, tmp_path / form, form)
    assert "n" in archive.sql("select count(*) as n from aliases where kind = 'code name'").column_names


def test_code_names_and_copies_are_there(papered: Run) -> None:
    kinds = papered.archive.sql("select kind, count(*) as n from aliases group by all").to_pylist()
    assert {row["kind"] for row in kinds} == {"code name", "spelling"}
    stated = papered.archive.sql("select distinct place from statements where source >= 0").to_pylist()
    assert stated
    assert all(row["place"].startswith("copy; the original in the papers of ") for row in stated)
    sources = papered.archive.table("sources")["id"].to_pylist()
    assert sources == ["papers-north", "papers-south", "papers-west"]


@pytest.mark.parametrize(("n", "volumes"), [(1043, 37), (37, 37), (5, 37), (0, 3), (100, 1)])
def test_volumes_are_as_many_as_the_scenario_says(n: int, volumes: int) -> None:
    places = [place.removeprefix("vol. ").split(", sheet ") for place in _bound(n, volumes).to_pylist()]
    counts = Counter(int(volume) for volume, _ in places)
    assert sorted(counts) == list(range(1, min(n, volumes) + 1))
    assert max(counts.values(), default=0) - min(counts.values(), default=0) <= 1
    assert [int(sheet) for volume, sheet in places if volume == "1"] == list(range(1, counts[1] + 1))


# Faults


def test_papers_are_applied_once(papered: Run) -> None:
    with pytest.raises(FaultList, match="went through papers before"):
        papers(papered, EVERYTHING)


def test_all_faults_of_rules_are_told(plain: Run) -> None:
    wrong = {
        "dates": {"day": 2},
        "losses": {"fires": [{"regions": "nort", "start": "1937-01-01", "end": "1936-01-01"}]},
    }
    with pytest.raises(FaultList) as caught:
        papers(plain, wrong)
    told = str(caught.value)
    assert "papers.dates.day" in told
    assert "from 0 to 1" in told
    with pytest.raises(FaultList, match="Did you mean north"):
        papers(plain, {"losses": wrong["losses"]})


@pytest.mark.parametrize(
    ("precision", "act", "statement", "is_fault"),
    [
        ("month", 0.0, 30.0, False),
        ("month", 0.0, 31.0, True),
        ("year", 0.0, 364.0, False),
        ("year", 0.0, 365.0, True),
        ("day", 3.0, 3.9, False),
        ("day", 3.0, 4.0, True),
    ],
)
def test_a_statement_may_fall_within_the_period_of_an_act(
    precision: str, act: float, statement: float, is_fault: bool
) -> None:
    """The first day of a month stands for a month: 1 January 1937, and a statement of the 31st."""
    said = {"time": [statement], "precision": "day", "subject": [0], "channel": "report"}
    done = {
        "time": [act],
        "precision": precision,
        "person": [0],
        "kind": "arrest",
        "cause": "statement",
        "outcome": "none",
    }
    tables = {
        "persons": table_from_columns("persons", {}, 1),
        "statements": table_from_columns("statements", said, 1),
        "acts": table_from_columns("acts", {**done, "statement": [0]}, 1),
    }
    faults = check(gf.Archive.from_tables(tables, epoch=dt.date(1937, 1, 1)))
    assert any("not later than the end" in str(fault) for fault in faults) is is_fault


def test_estimators_read_these(papered: Run) -> None:
    fit = gf.NamingModel("indeg + inertia").fit(papered.archive)
    assert "without a time" in str(fit)
    assert "converged" in str(fit)
