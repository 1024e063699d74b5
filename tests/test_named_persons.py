"""Persons with names: their place, ties, dates, roles; readers of a sham; real sabotage; expectation of an invasion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatfear.errors import FaultList, ScenarioError
from greatfear.scenario import load, resolve
from greatfear.scenario.model import Scenario
from greatfear.simulation.carrying import believe
from greatfear.simulation.run import Run, simulate
from greatfear.world.contacts import contacts, most_contacts
from greatfear.world.layout import build_world
from reference import world as plain

ARMY = """
id: army
title: An army
time: [1937-01-01, 1937-08-01]
population:
  household: 1
  unit: 20
  regions: {staff: {persons: 60, shares: {senior: 1, other: 0}}, field: {persons: 200, shares: {senior: 0, other: 1}}}
  strata: {senior: 0.2, other: 0.8}
naming:
  count: {rule: poisson, at_rest: 0, under_pressure: 12}
  theta: {tie(served): 3, prompted: 2}
  pools: {prompted: 2}
offices: {arrests: 0, pressure: 1, wait: 2, pressed: 1, confession: {base: 20}}
orders: {eight: {start: 1937-02-01, persons: 0, strata: senior}}
persons:
  first:
    name: Anna First
    attributes: {post: clerk}
    ties: [{to: second, kind: served}]
    arrested: 1937-02-01
    under: eight
    questioned: 1937-03-01
    tried: 1937-05-01
    fate: {died: 1937-05-02, what: died}
  second: {name: Boris Second, held_out: 1937-01-15}
  judge: {name: Vera Judge}
boards:
  closed: {delay: 5, least: 5, judges: 2, bench: senior, sits: judge, outcomes: {death: 1}}
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(load(ARMY), 7)


def told(run: Run) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in run.families["named"]["persons"]}


def test_names_attributes_and_ties_stand_in_the_archive(run: Run) -> None:
    rows = run.archive.sql("select name, post from persons where name is not null order by name").to_pylist()
    assert rows == [
        {"name": "Anna First", "post": "clerk"}, {"name": "Boris Second", "post": None}, {"name": "Vera Judge", "post": None},
    ]  # fmt: skip
    ties = run.archive.sql(
        "select p.name as a, q.name as b, t.kind from ties t join persons p on t.a = p.person join persons q on t.b = q.person"
    ).to_pylist()
    assert ties == [{"a": "Anna First", "b": "Boris Second", "kind": "served"}]
    assert "Anna First" in run.archive.why("Anna First").about["name"]


def test_arrest_sitting_and_sentence_come_on_the_days_given(run: Run) -> None:
    first = told(run)["first"]
    assert (first["arrested"], first["questioned"], first["judged"]) == ("1937-02-01", "1937-03-01", "1937-05-01")
    assert (first["cause"], first["outcome"], first["board"]) == ("order", "death", "closed")
    assert first["record"]["died"] == "1937-05-02"


def test_a_tie_and_a_name_held_out_bring_the_name_of_the_other(run: Run) -> None:
    second = told(run)["second"]
    assert second["named_by"] == ["Anna First"]
    prompted = run.archive.sql(
        "select prompted from statements s join persons p on s.subject = p.person where p.name = 'Boris Second'"
    )
    assert prompted.to_pylist() == [{"prompted": 1}]


def test_judges_with_names_sit_first(run: Run) -> None:
    judges = run.archive.sql("select name from persons where name = 'Vera Judge'").to_pylist()
    assert judges
    rows = run.truth["judges"].column("person").to_pylist()
    assert run.truth["named_persons"].column("person").to_pylist()[2] in rows


def test_named_ties_are_those_of_the_twin() -> None:
    scenario = load(ARMY)
    world, twin = build_world(scenario, 5), plain.World(scenario, 5)
    ids, bits = np.empty(int(most_contacts(world)), np.int64), np.empty(int(most_contacts(world)), np.int64)
    for who in twin.named.values():
        n = contacts(world, plain.address(who), ids, bits)
        assert set(ids[:n].tolist()) == {plain.address(other) for other in twin.contacts[who]}
    assert twin.named["second"] in twin.contacts[twin.named["first"]]


def test_older_scenarios_resolve_without_the_later_fields() -> None:
    tree = resolve(load(ARMY))
    assert "persons" in tree
    assert "readers" not in tree
    older = ARMY.partition("persons:\n  first")[0].replace("tie(served): 3, ", "")
    bare = resolve(load(older))
    assert "persons" not in bare
    assert "sits" not in str(bare)
    assert "persons" in resolve(load(older), in_full=True)


def sabotage(**changes: Any) -> Run:
    text = """
id: town
title: A town
time: [1937-01-01, 1938-01-01]
population: {regions: {a: 2000}, strata: {all: 1}, organisations: {circle: {members: 20}}}
leads: {accidents: {rate: 100, sabotage: 0.5, by: circle, seen: 1, suspicion: 1}}
"""
    return simulate(load(text).alter(changes) if changes else load(text), 3)


def test_sabotage_is_done_by_members_and_seen() -> None:
    run = sabotage()
    rows = run.truth["accidents"].to_pylist()
    real = [row for row in rows if row["is_sabotage"]]
    assert 0.3 < len(real) / len(rows) < 0.7
    members = {row["person"] for row in run.truth["members"].to_pylist() if row["member"] >= 0}
    assert {row["person"] for row in real if row["seen"]} <= members
    assert run.families["accidents"]["saboteurs_among_them"] == len({row["address"] for row in real})


def test_without_sabotage_the_office_sees_the_same_accidents() -> None:
    without, with_unseen = sabotage(**{"leads.accidents.sabotage": 0}), sabotage(**{"leads.accidents.seen": 0})
    assert without.families["accidents"]["sabotage"] == 0
    assert with_unseen.families["accidents"]["sabotage"] > 0
    # nobody saw who did it: what the office wrote is the same to the last row
    assert str(without.archive.table("statements").to_pydict()) == str(
        with_unseen.archive.table("statements").to_pydict()
    )


def test_expectation_of_an_invasion_adds_fear() -> None:
    def largest(value: float) -> float:
        scenario = load(ARMY).alter(
            {
                "persons": [],
                "naming.theta": {},
                "boards": [],
                "routes": [],
                "fear.expected": 0.1,
                "fear.expectation": {"1937-01-01": value},
            }
        )
        return max(row[2] for row in simulate(scenario, 1).families["fear"]["series"])

    assert largest(1.0) == pytest.approx(2 * largest(0.5), rel=1e-6)


def two_shams(**changes: Any) -> Scenario:
    text = """
id: shams
title: Two shams
time: [1922-01-01, 1924-01-01]
population:
  regions: {a: 2000}
  strata: {all: 1}
  organisations: {circle: {members: 40, fellows: 4}, union: {members: 9, abroad: true}}
persons: {guest: {name: A Guest, abroad: true}, agent: {name: An Agent}}
centre: {prior: 10}
shams:
  one:
    start: 1922-01-01
    agents: 3
    named: agent
    network: circle
    initial: 5
    growth: {approaches: 0.05}
    leaders: [{organisation: union, trust: 0.9}]
    legend: {factor: 2}
    defection: {date: 1923-06-01, person: agent}
    readers: {warsaw: {told: 1, delay: 5}, reval: {told: 1, delay: 5}, riga: {told: 1, delay: 5}}
  two:
    start: 1922-02-01
    leaders: [{organisation: union, trust: 0.9}]
    targets: {guest: {rate: 1, success: 1, person: guest, ends: 20}}
    defection: {others: 0.5}
"""
    return load(text).alter(changes) if changes else load(text)


def test_one_sham_given_away_costs_the_other_trust() -> None:
    run = simulate(two_shams(), 2)
    one, two = run.families["shams"]["shams"]
    lured = next(e for e in two["events"] if e["kind"] == "lured")
    exposed = next(e for e in two["events"] if e["kind"] == "exposed")
    doubted = next(e for e in one["events"] if e["kind"] == "doubted")
    assert exposed["time"] == lured["time"] + 20 == doubted["time"]
    assert doubted["trust"] == pytest.approx(0.45) == one["trust_lost"]
    assert two["trust_lost"] == 0
    apart = simulate(two_shams(**{"shams.two.defection.others": 0}), 2).families["shams"]["shams"][0]
    assert all(e["kind"] != "doubted" for e in apart["events"])
    defector = next(e for e in one["events"] if e["kind"] == "defection")
    assert defector["who"] == "agent"


def test_who_goes_over_cannot_be_arrested_any_more() -> None:
    """An agent who is an accused of every kind at home is in nobody's reach after the flight, and is before it."""
    changes = {
        "offices.arrests": 1000,
        "leads.denunciation.rate": 0.02,
        "population.regions": {"a": 60},
        "population.organisations.circle.members": 5,
    }
    arrested = {}
    for date in ("1922-01-05", "1923-12-30"):
        run = simulate(two_shams(**changes, **{"shams.one.defection.date": date, "shams.one.initial": 2}), 2)
        row = run.truth["named_persons"].to_pylist()[1]
        arrested[date] = [act for act in run.archive.table("acts").to_pylist() if act["person"] == row["person"]]
    assert arrested["1922-01-05"] == []
    assert arrested["1923-12-30"]


def test_three_services_believe_on_one_origin() -> None:
    run = simulate(two_shams(), 2)
    papers = run.truth["sham_papers"].to_pylist()
    assert papers
    readers = run.families["shams"]["shams"][0]["readers"]
    assert all(r["papers_behind_belief"] > r["origins_behind_belief"] > 0 for r in readers)
    believed = next(row for row in papers if row["believed"])
    name = run.archive.sql(f"select id from persons where person = {believed['person']}").to_pylist()[0]["id"]
    said = run.archive.why(name)
    assert said.origins_low == 1
    assert said.origins_high > 3


def test_the_file_of_a_sham_is_carried_into_another_scenario(tmp_path: Path) -> None:
    told = simulate(two_shams(), 2, out=tmp_path / "shams")
    added = sum(sham["belief_added"] - sham["belief_struck"] for sham in told.families["shams"]["shams"])
    carried = believe(load(ARMY), tmp_path / "shams")
    (report,) = carried.centre.reports
    assert (report.enemies.value, str(report.date)) == (round(added), "1937-01-01")
    assert carried.metadata["carried"][0]["archive"] == told.archive.digest
    run = simulate(carried, 1, out=tmp_path / "army")
    assert run.centre["series"][0][1] >= round(added)
    with pytest.raises(ScenarioError, match="carried already"):
        believe(carried, tmp_path / "shams")
    with pytest.raises(FaultList, match=r"shams\.json"):
        believe(load(ARMY), tmp_path / "army")
    with pytest.raises(ScenarioError, match="a date in the period"):
        believe(load(ARMY), tmp_path / "shams", "1930-01-01")
