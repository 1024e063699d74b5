"""Sham and real organisations: what they write, what they keep from the archive, and where they have no say."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatfear.describe.why import why
from greatfear.draws import purpose_key
from greatfear.scenario import explain, odd
from greatfear.simulation import process, run, survival
from greatfear.simulation.families.telling import take
from greatfear.simulation.kernels.approach import approach, list_members, mark_arrested
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.truth import read_truth
from greatfear.world.layout import build_world
from greatfear.world.people import ABROAD, INVENTED, member_of
from reference import sham as plain
from reference.world import World, address
from sham_scenarios import ORGANISATIONS, SHAM, scenario


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return simulate(scenario(), seed=5, out=tmp_path_factory.mktemp("sham") / "run", threads=1)


def rows(one: Run, query: str) -> list[dict[str, Any]]:
    return one.archive.sql(query).to_pylist()


def test_the_course_of_a_sham(whole: Run) -> None:
    (told,) = whole.families["shams"]["shams"]
    kinds = [event["kind"] for event in told["events"]]
    assert kinds[0] == "begun"
    assert {"visit", "lured", "arrest", "defection", "exposed"} <= set(kinds)
    assert told["exposed_on"] == 365
    assert told["events"][-1]["trust"] == 0.0
    assert told["members_found"] > 2
    assert told["provoked"] > 0
    assert told["invented"] == 3 * int(np.sum(~np.isnan(told_persons(whole, ("member", "provoked"))["reported"])))
    assert told["belief_inflated"] == told["belief_added"] - credited_members(whole)


def told_persons(one: Run, roles: tuple[str, ...]) -> dict[str, Any]:
    table = one.truth["sham_persons"].to_pandas()
    return {name: table.loc[table["role"].isin(roles), name].to_numpy() for name in table}


def credited_members(one: Run) -> int:
    """Count real members whose first statement is the sham's own report."""
    found = told_persons(one, ("member",))
    ids = ", ".join(str(x) for x in found["person"] if x >= 0)
    first = rows(
        one, f"select min_by(channel, time) as channel from statements where subject in ({ids}) group by subject"
    )
    return sum(row["channel"] == "report" for row in first)


def test_invented_and_lured_persons_stand_in_the_record(whole: Run) -> None:
    people = whole.archive.table("persons").to_pandas()
    invented, abroad = (told_persons(whole, (role,))["person"] for role in ("invented", "abroad"))
    assert people.loc[invented, "region"].notna().all()
    assert people.loc[invented, "name"].str.match(r"Trust no\. \d+").all()
    assert people.loc[abroad, ["region", "unit"]].isna().all(axis=None)
    assert people.loc[abroad, "name"].tolist() == ["A guest"]
    assert people["id"].is_unique


def test_nothing_in_the_archive_tells_who_was_invented(whole: Run) -> None:
    """Numbers and units of invented persons lie among those of the living, and code names go over all who are reported."""
    people = whole.archive.table("persons").to_pandas()
    told = told_persons(whole, ("member", "provoked"))
    living, invented = told["person"][~np.isnan(told["reported"])], told_persons(whole, ("invented",))["person"]
    number = people["id"].str[-8:].astype(int)
    assert number[invented].max() < 30_000
    assert people.loc[living, "name"].str.startswith("Trust no. ").all()
    assert people.loc[invented, "stratum"].nunique() == 2


def test_nobody_arrests_the_invented(whole: Run) -> None:
    listed = ", ".join(map(str, told_persons(whole, ("invented",))["person"]))
    assert rows(whole, f"select count(*) as n from acts where person in ({listed})") == [{"n": 0}]


def test_who_was_lured_is_a_case_whose_root_is_the_sham(whole: Run) -> None:
    (guest,) = told_persons(whole, ("abroad",))["person"]
    answer = why(whole.archive, int(guest))
    assert answer.roots == ("sham",)
    assert "sham" in str(answer)
    roots = whole.archive.describe()["roots"].rows()
    assert sum(row["cases"] for row in roots if row["rests_on"] == "sham") == len(
        rows(whole, "select 1 from acts where kind = 'arrest' and cause = 'sham'")
    )


def test_attempts_stand_in_the_truth_and_leave_leads(whole: Run) -> None:
    attempts, organisations = (whole.truth[name].to_pandas() for name in ("attempts", "organisations"))
    assert set(attempts["organisation"]) == {1}
    assert organisations["held_days"][0] == 0 < organisations["held_days"][1]
    said = rows(whole, "select count(*) as n from statements where channel = 'accident'")[0]["n"]
    assert said == attempts["seen"].sum() + len(attempts)
    held = attempts["held"][(attempts["time"] > 59) & (attempts["time"] < 365)]
    assert (held > 0).all()
    assert (attempts["held"][attempts["time"] >= 365] == 0).all()


def test_the_truth_is_read_back(whole: Run) -> None:
    assert whole.path is not None
    assert read_truth(whole.path)["sham_events"].to_pylist() == whole.truth["sham_events"].to_pylist()
    assert json.loads((whole.path / "shams.json").read_text())["shams"][0]["id"] == "trust"


def files(folder: Path) -> dict[str, str]:
    listed = [*folder.glob("archive/*"), *folder.glob("truth/*"), *folder.glob("*.json")]
    return {
        str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in listed if f.name != "log.json"
    }


@pytest.mark.parametrize(("threads", "chunk"), [(2, None), (1, 100)])
def test_bytes_do_not_depend_on_threads_and_chunks(whole: Run, tmp_path: Path, threads: int, chunk: int | None) -> None:
    simulate(scenario(), seed=5, out=tmp_path / "run", threads=threads, chunk_days=chunk)
    assert whole.path is not None
    assert files(tmp_path / "run") == files(whole.path)


def test_an_unfinished_run_goes_on(whole: Run, tmp_path: Path) -> None:
    one = process.start(scenario(), 5)
    one.advance(300)
    survival.save_state(one, tmp_path / "run", run._fingerprint(run.Asked(scenario(), 5, 0)))
    simulate(scenario(), seed=5, out=tmp_path / "run", threads=1)
    assert whole.path is not None
    assert files(tmp_path / "run") == files(whole.path)


def test_a_sham_that_approaches_and_reports_nobody_changes_no_row() -> None:
    idle = {"trust": {"start": "1922-03-01", "agents": 6}}
    members = {"circle": {"members": 80, "fellows": 6}}
    with_it, without = (simulate(scenario(shams, members), seed=5) for shams in (idle, {}))
    assert {"sham_persons", "sham_events"} == set(with_it.truth) - set(without.truth)
    for name in ("persons", "statements", "acts"):
        same = [repr(one.archive.table(name).to_pylist()) for one in (with_it, without)]
        assert same[0] == same[1], name


def test_a_sham_in_one_region_changes_no_row_of_another() -> None:
    growth = {"approaches": 0.2, "other": 0.1, "arrests": 0.01}
    sham = {"trust": {**SHAM, "network": None, "initial": 0, "leaders": [], "region": "north", "growth": growth}}
    apart = {"contacts": {"country": 0}}
    both = [simulate(scenario(shams, {}, population=apart), seed=5) for shams in (sham, {})]
    query = "select time, id, kind, cause, outcome from acts join persons using (person) where region = 'south' order by all"
    assert rows(both[0], query) == rows(both[1], query) != []
    assert rows(both[0], query.replace("south", "north")) != rows(both[1], query.replace("south", "north"))


@pytest.mark.parametrize("rule", ["small-world", "table"])
def test_in_a_world_with_explicit_ties_the_invented_have_numbers_of_their_own(rule: str) -> None:
    rows_ = {"rows": [{"a": k, "b": (k + 7) % 300} for k in range(300)]} if rule == "table" else {"neighbours": 6}
    population = {"regions": {"north": 300, "south": 200}, "ties": {"rule": rule, **rows_}}
    one = simulate(scenario(population=population, leads={}), seed=5)
    assert one.families["shams"]["shams"][0]["invented"] > 0
    invented = told_persons(one, ("invented",))["person"]
    assert invented.min() >= 500
    ids = one.archive.table("persons")["id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert ids[:2] == ["P000-00000000", "P000-00000001"]


def test_an_attempt_frightens_as_an_accident_does() -> None:
    """With the family of fear an attempt that was seen is one accident: fear rises on the next morning, once."""
    plans = {"hazard": 0.01, "seen": 1, "party": 3, "bystanders": 1, "fear": 0}
    union = {"union": {"members": 40, "abroad": True, "regions": ["north"], "plans": plans}}
    quiet = {"leads": {}, "offices": {"arrests": 0}, "fear": {"accident": 1}}
    done = process.start(scenario({}, union, **quiet), 5)
    done.advance(60)
    attempts = done.families[-1].attempts  # type: ignore[attr-defined]
    days = np.floor(attempts["time"]).astype(int)
    days = days[days < 59]
    assert days.size > 5
    keep = float(np.exp(-1 / done.scenario.offices.fear_decay.value))
    expected = sum(1000 / 20_000 * keep ** (59 - (day + 1)) for day in days)
    assert done.state.desk.office["fear"][0] == pytest.approx(expected)


def test_an_organisation_without_members_is_no_family() -> None:
    empty = {"union": {**ORGANISATIONS["union"], "members": 0}}
    assert process.start(scenario({}, empty), 1).families == ()


@pytest.mark.parametrize("day", range(3))
def test_the_kernel_of_approaches_is_its_twin(day: int) -> None:
    given = scenario(population={"regions": {"north": 300, "south": 200}})
    world = build_world(given, 9)
    who = np.array([5, 17, (1 << 32) | 3, 299, (1 << 32) | 199], np.int64)
    mean = np.array([2.0, 0.5, 3.0, 1.0, 12.0])
    found = approach(world, 0, day, who, mean, 0.6, 0.3)
    twin = plain.approach(given, 9, (0, day), list(zip(who.tolist(), mean.tolist(), strict=True)), (0.6, 0.3))
    assert [tuple(int(x) for x in row) for row in zip(*found, strict=True)] == twin
    assert len(twin) > 5


def test_members_and_who_of_them_is_free_agree_with_the_twin() -> None:
    given = scenario(
        {}, {"circle": {"members": 30, "regions": ["south"]}}, population={"regions": {"north": 300, "south": 200}}
    )
    one, world = process.start(given, 9), build_world(given, 9)
    listed, senior = np.zeros(30, np.int64), np.zeros(30, np.bool_)
    list_members(world, 0, listed, senior)
    twin = World(given, 9)
    assert listed.tolist() == [address(person) for person in twin.lists[0]]
    assert senior.tolist() == [twin.seniority[twin.stratum[person]] >= 1 for person in twin.lists[0]]
    taken, free = take(one, 0, listed[[3, 7]]), np.ones(30, np.int8)
    assert taken.all()
    assert mark_arrested(one.state, listed, free) == 2
    assert np.flatnonzero(free == 0).tolist() == [3, 7]
    assert mark_arrested(one.state, listed, free) == 0


def test_numbers_beyond_the_region_belong_to_nobody_there() -> None:
    world = build_world(scenario(), 1)
    assert member_of(world, ABROAD + (1 << 20) + 7) == (1, 7)
    assert member_of(world, INVENTED + 3)[0] == -1
    assert int(purpose_key(1, 0, 110)) == int(world.keys[110])


def test_the_words_of_a_scenario_tell_of_it() -> None:
    text = explain(scenario())
    for words in (
        "Lure of A guest",
        "Watched journey of traveller",
        "Defection on 1923-01-01 (given)",
        "union (abroad)",
    ):
        assert words in text
    assert "shams" in odd(scenario())
    assert "Sham organisations" not in explain(scenario({}, {}))
