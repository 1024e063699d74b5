"""What a scenario and a run say of fear, votes, papers and tribunals: explain, cite, ODD, the closing words, the report."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import greatfear
from greatfear import catalogue
from greatfear.catalogue import base_of
from greatfear.cli.report import write_page
from greatfear.comparison.mechanisms import mechanism_rows
from greatfear.scenario.citing import grounds_table
from greatfear.scenario.mechanism import MechanismRow
from greatfear.scenario.mechanisms import MECHANISMS
from greatfear.scenario.reading import load
from greatfear.simulation import families
from greatfear.simulation.run import Run, simulate

GENERALS = [name for name in catalogue.scenarios() if name.startswith("generals-1937")]


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(catalogue.scenario("generals-1937-forgeries"), 3)


def test_explain_and_odd_say_what_is_supposed() -> None:
    scenario = catalogue.scenario("generals-1937-plot-and-forgeries")
    for text in (scenario.explain(), scenario.odd()):
        for words in ("exp(0.3 U)", "Fear of an invasion", "0.05 meetings per unit and day", "A foreign service: 0.05 papers",
                      "closed trial; 8 judges from council, 8 of them with names; only on a confession"):  # fmt: skip
            assert words in text, words


def test_explain_is_silent_where_nothing_is_supposed() -> None:
    text = catalogue.scenario("naming-cascade").explain()
    assert not re.search(r"^(Fear|Votes|Papers)", text, re.MULTILINE)


ONES = """
id: one
title: One
time: [1936-01-01, 1936-01-02]
population:
  regions: {north: 2}
  strata: {all: 1}
  household: 1
  unit: 1
  organisations: {circle: {members: 1, plans: {hazard: 1, bystanders: 1}}}
  informers: 1
leads: {memory: 1, informers: {rate: 1}, accidents: {rate: 1}}
offices: {arrests: 1, custody: 1, staff: {investigators: 1, case_at_rest: 1, case_pressed: 1}}
fear: {accident: 1, scares: {war: {start: 1936-01-01, days: 1, fear: 1}}}
orders: {o: {start: 1936-01-01, days: 1, strata: all, persons: 1}}
operations: {p: {start: 1936-01-01, end: 1936-01-02, strata: all, requests: {regions: north},
                 limits: {north: {first: 1, second: 1}}}}
papers: {volumes: 1, copies: {rate: 0.5, delay: 1}}
centre: {prior: 1}
votes: {rate: 1}
"""


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    for text in ((one := load(ONES)).explain(), one.odd()):
        assert set(re.findall(r"(?<![\d.,:-])1 (\w+s)\b", text)) <= {"is"}


def test_every_number_of_the_families_is_cited() -> None:
    scenario = catalogue.scenario("generals-1937-forgeries")
    paths = {row["path"] for row in grounds_table(scenario)}
    assert {"fear.unit", "fear.scares.war.fear", "votes.social", "documents.service.belief", "documents.service.targets",
            "boards.special-presence.suspicion", "boards.special-presence.judges"} <= paths  # fmt: skip
    assert "votes.rate = 0.05" in scenario.cite()


def test_variants_share_what_they_do_not_dispute() -> None:
    base = catalogue.scenario("generals-1937").model_dump(mode="json")
    assert len(GENERALS) == 5
    for name in GENERALS[1:]:
        one = catalogue.scenario(name).model_dump(mode="json")
        differ = {key for key in base if base[key] != one[key]} - {"id", "title", "about", "metadata"}
        assert differ <= {"documents", "population", "boards"}
        assert base_of(name).startswith("generals-1937")


def test_dates_of_the_affair_are_those_of_the_timeline() -> None:
    rows = {row["date"]: row["event"] for row in catalogue.record("great-terror-timeline")}
    scenario = catalogue.scenario("generals-1937")
    persons = {person.id: person for person in scenario.persons}
    eight = [person for person in scenario.persons if person.under == "the-eight"]
    arrest = persons["tukhachevskii"].arrested
    assert arrest is not None
    assert "Tukhachevsky arrested" in rows[arrest.isoformat()]
    trial = next(date for date, event in rows.items() if "Closed trial of Tukhachevsky and seven others" in event)
    assert scenario.votes.since is not None
    assert (scenario.votes.since - arrest).days - 1 == 20
    assert {str(person.tried) for person in eight} == {trial} == {"1937-06-11"}
    assert (min(str(one.arrested) for one in eight), max(str(one.arrested) for one in eight)) == (
        "1936-08-14",
        "1937-05-29",
    )
    assert len(eight) == len(scenario.boards[0].sits) == 8


def test_the_eight_are_sentenced_on_the_day_of_the_trial(run: Run) -> None:
    days = run.archive.sql("select distinct cast(date as date) as day from acts where board = 'special-presence'")
    assert [str(row["day"])[:10] for row in days.to_pylist()] == ["1937-06-11"]
    assert run.families["tribunals"]["boards"]["special-presence"]["sentenced"] == 8


def test_nobody_of_the_eight_is_without_a_naming() -> None:
    run = simulate(catalogue.scenario("generals-1937"), 3)
    persons = {one["id"]: one for one in run.families["named"]["persons"]}
    eight = [
        one
        for one in persons.values()
        if one["is_dated"] and one["outcome"] == "death" and one["board"] == "special-presence"
    ]
    assert len(eight) == 8
    assert [one["name"] for one in eight if not one["in_custody_statements"]] == []
    assert run.archive.why("Mikhail Tukhachevskii").n_statements == persons["tukhachevskii"]["statements"]


def test_no_limit_per_head_keeps_the_high_command_safe() -> None:
    """Each of the two offices arrests as many: most of the council fall, on names; per head of a region 16 of 85 fell."""
    found = simulate(catalogue.scenario("generals-1937"), 3).archive.sql(
        "select p.stratum, count(*) as n from acts a join persons p on p.person = a.person where kind = 'arrest' group by 1"
    )
    fallen = {row["stratum"]: row["n"] for row in found.to_pylist()}
    assert 40 < fallen["council"] <= 85
    assert 200 < fallen["senior"] < 600
    assert fallen["council"] + fallen["senior"] == pytest.approx(fallen["officer"], rel=0.25)


def test_large_numbers_are_written_in_full() -> None:
    rows = [MechanismRow("centre", "believed", value, "persons") for value in (58210.4, 4.6652, 12.0)]
    assert [str(row).split(" believed ")[1] for row in rows] == ["58,210 persons", "4.665 persons", "12 persons"]


def test_rows_tell_apart_what_only_truth_knows(run: Run) -> None:
    rows = {f"{row.family}: {row.words}": row for row in mechanism_rows(run.families)}
    assert not rows["votes: hands up"].is_true
    assert rows["votes: private support of those present"].is_true
    shown, so = (
        rows["papers: origins as the archive shows them"],
        rows["papers: origins in truth, copies taken together"],
    )
    assert shown.value > so.value
    assert (shown.is_true, so.is_true) == (False, True)
    assert mechanism_rows({"shams": {}}) == []


def test_a_family_is_one_descriptor_and_a_module_of_its_name() -> None:
    names = [one.name for one in MECHANISMS]
    assert len(set(names)) == len(names) >= 8
    assert [_class_of(build).name for build in families.FAMILIES] == names
    silent = [one.name for one in MECHANISMS if one.rows is None]
    assert silent == ["organisations"], "organisations are shown beside the sham (plots/report_sham.py)"


def _class_of(build: families.Builder) -> type[families.Family]:
    """Return the class that a builder returns, which its annotation names."""
    note = str(inspect.signature(build).return_annotation).partition(" |")[0]
    kind: type[families.Family] = getattr(inspect.getmodule(build), note)
    return kind


def listed(tree: ast.AST, names: set[str]) -> list[int]:
    """Return the lines of tuples, lists, sets and keys of mappings in which three or more of the names stand as texts."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
            parts = node.keys if isinstance(node, ast.Dict) else node.elts
            told = {part.value for part in parts if isinstance(part, ast.Constant)} & names
            found += [node.lineno] if len(told) >= 3 else []
    return found


def test_there_is_no_second_list_of_families() -> None:
    names = {one.name for one in MECHANISMS}
    assert listed(ast.parse('x = {"fear": 1, "votes": 2, "documents": 3}'), names) == [1], (
        "the test sees a planted list"
    )
    places = [
        p for p in Path(greatfear.__file__).parent.rglob("*.py") if listed(ast.parse(p.read_text("utf-8")), names)
    ]
    assert places == []


def test_the_report_has_the_section(run: Run, tmp_path: Path) -> None:
    page = write_page(run.archive, tmp_path / "r.html", None, run.scenario, families=run.families).read_text("utf-8")
    assert ">Fear, votes, papers from abroad" in page
    assert "origins in truth, copies taken together" in page
