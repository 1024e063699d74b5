"""Attributes of persons that are the user's own, limits per office, tables in files: from CSV to archive and estimate."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import greatfear as gf
from given_back import assert_given_back
from greatfear.errors import ScenarioError
from greatfear.estimate import events_from_archive
from greatfear.scenario import resolve
from greatfear.simulation.run import Run

FIRM = """
id: firm
title: A firm
time: [2010-01-01, 2011-01-01]
population:
  household: none
  regions: {table: {file: sites.csv}}
  unit: 20
  ties: {rule: small-world, neighbours: 10}
  attributes: {file: people.csv}
leads: {denunciation: {rate: {value: 0.6, unit: per person and year}}}
naming:
  count: {at_rest: 2}
  theta: {same(department): 1.5, alter(years): -0.1, accused: 0.2}
boards: {personnel: {delay: 10, outcomes: {other: 1}}}
"""
N = 120
THETA = {"same(department)": 1.5, "alter(years)": -0.1, "accused": 0.2}


def written(folder: Path, text: str = FIRM) -> Path:
    """Write a firm of 120 with its people and sites beside it; the rows of the people do not stand in order."""
    rows = [f"{k},{('sales', 'it', 'law')[k % 3]},{k % 40 / 2},Person {k}" for k in reversed(range(N))]
    (folder / "people.csv").write_text("person, department, years, name\n" + "\n".join(rows) + "\n")
    (folder / "sites.csv").write_text("id,name,persons\nworks,The works,80\nyard,The yard,40\n")
    (folder / "firm.yaml").write_text(text)
    return folder / "firm.yaml"


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return gf.simulate(gf.load(written(tmp_path_factory.mktemp("firm"))), seed=2)


def test_the_files_are_read_and_the_resolved_form_holds_them(firm: Run) -> None:
    population = firm.scenario.population
    assert [(region.id, region.persons.value) for region in population.regions] == [("works", 80), ("yard", 40)]
    assert population.attributes["department"][:4] == ["sales", "it", "law", "sales"]
    assert population.attributes["years"][:3] == [0, 0.5, 1]
    assert gf.load(resolve(firm.scenario)) == firm.scenario
    assert firm.scenario.leads.denunciation.rate.value == 0.6 / 365.25


def test_the_archive_holds_the_attributes(firm: Run) -> None:
    rows = firm.archive.sql("select id, name, department, years from persons order by person").to_pylist()
    assert len(rows) == N
    assert [row["years"] for row in rows] == [k % 40 / 2 for k in range(N)]
    assert [row["department"] for row in rows] == [("sales", "it", "law")[k % 3] for k in range(N)]
    assert rows[100]["name"] == "Person 100"
    assert rows[100]["id"] == "P001-00000020"


def test_the_archive_gives_back_every_probability_and_the_coefficients(firm: Run) -> None:
    """The estimator computes both terms by code of its own: the log-probabilities of the truth must come back."""
    events = events_from_archive(firm.archive)
    assert_given_back(firm, events, THETA, 300)


def test_who_has_no_value_is_like_nobody(tmp_path: Path) -> None:
    alone = written(tmp_path, FIRM.replace("accused: 0.2", "kin: 0"))
    people = (tmp_path / "people.csv").read_text().replace("sales", "")
    (tmp_path / "people.csv").write_text(people)
    run = gf.simulate(gf.load(alone), seed=2)
    pairs = run.archive.sql(
        "select a.department as mine, b.department as theirs, count(*) as n from statements s "
        "join persons a on a.person = s.speaker join persons b on b.person = s.subject group by all"
    ).to_pylist()
    same = sum(row["n"] for row in pairs if row["mine"] and row["mine"] == row["theirs"])
    unknown = sum(row["n"] for row in pairs if row["mine"] is None and row["theirs"] is None)
    assert same / 2 > 1.8 * unknown, "two of three departments have a value, each is preferred by its own"


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("people.csv", "5,law", "5x,law", "each person once, by number from 0 to 119"),
        ("people.csv", "5,law,2.5,Person 5", "5,law", "2 cells, but expected 4"),
        ("people.csv", "5,law,2.5,Person 5\n", "", "each person once, by number from 0 to 118"),
        ("people.csv", "department", "years", "each once"),
        (
            "people.csv",
            "5,law,2.5,Person 5\n",
            "6,law,2.5,Person 6\n",
            "people.csv line .*the person 6 again|no row for the person 5",
        ),
        ("people.csv", ",2.5,", ",two,", "all texts or all numbers|where years is a text"),
        ("sites.csv", "persons", "person", "Did you mean persons"),
        ("sites.csv", "80", "eighty", "a whole number"),
        ("firm.yaml", "people.csv", "peple.csv", "No such file"),
        ("firm.yaml", "{file: sites.csv}", "{file: sites.csv, rows: []}", "both file and rows"),
        ("firm.yaml", "{file: people.csv}", "{file: people.csv, years: [1]}", "both file and years"),
    ],
)
def test_faults_of_files_are_sentences(tmp_path: Path, name: str, old: str, new: str, words: str) -> None:
    file = written(tmp_path)
    text = (tmp_path / name).read_text()
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1))
    with pytest.raises(ScenarioError, match=words):
        gf.load(file)


def test_limits_per_office_bind_in_a_small_world(tmp_path: Path) -> None:
    """One arrest and three places an office, whatever the size of its region."""
    file = written(tmp_path)
    base = gf.load(file).alter({"offices.per": "office", "offices.arrests": 1, "offices.custody": 3})
    run = gf.simulate(base, seed=2)
    per_day = run.archive.sql(
        "select office, date, count(*) as n from acts where kind = 'arrest' group by all order by n desc"
    ).to_pylist()
    assert {row["n"] for row in per_day} == {1}
    acts = run.archive.sql(
        "select office, floor(time) as day, kind from acts where kind != 'interrogation' order by time"
    )
    held, most = {0: 0, 1: 0}, 0
    for row in acts.to_pylist():
        held[row["office"]] += 1 if row["kind"] == "arrest" else -1
        most = max(most, *held.values())
    assert most == 3
    bound, days = run.parts["offices"]["bound"], run.parts["offices"]["bound_days"]
    assert all((days[name] > 0) == (share > 0) for name, share in bound.items() if name != "boards")
    assert max(days.values()) <= 365
    assert bound["arrests"] + bound["custody"] > 0
    free = gf.simulate(gf.load(file), seed=2).parts["offices"]["bound"]
    assert not any(free.values()), "defaults do not bind"
    people = np.array([80, 40])
    same = gf.load(file).alter({"offices.custody": 1e5 * 3 / 80})
    assert math.floor(3 / 80 * people[1]) == 1
    assert "per office" in base.explain()
    assert "per 100,000 persons" in same.explain()
