"""Deaths in custody: expected numbers, rows of the record, nothing where the scenario says nothing."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatfear import catalogue
from greatfear.errors import FaultList
from greatfear.scenario import Scenario
from greatfear.simulation.codes import JUDGED, NO_OUTCOME
from greatfear.simulation.run import simulate
from greatfear.simulation.what_ifs import spelt_out
from process_scenarios import scenario

SEED = 8
ACTS = "select kind, person, time, outcome, board from acts order by act"


def world(**mortality: Any) -> Scenario:
    """A year in which an order takes 6,000 persons, who are sent to camps after about a month."""
    parts: dict[str, Any] = {
        "population": {"regions": {"town": 40_000}, "strata": {"people": 1}},
        "orders": {"taken": {"start": "1937-01-01", "days": 100, "persons": 6000, "strata": ["people"]}},
        "boards": {"board": {"delay": 30, "least": 10, "outcomes": {"camp": 1}}},
        "routes": [{"board": "board"}], "naming": {"count": {"rule": "poisson", "at_rest": 0, "under_pressure": 0}},
    }  # fmt: skip
    tree = {"id": "custody", "title": "Custody", "time": ["1937-01-01", "1938-01-01"], **parts}
    from greatfear.scenario import from_dict

    return from_dict(tree | ({"mortality": mortality} if mortality else {}), "custody")


def rows(one: Any) -> list[dict[str, Any]]:
    return one.archive.sql(ACTS).to_pylist()


def test_deaths_are_as_many_as_the_rates_say() -> None:
    """Rates of 2 and 0.5 a year; each death before the sentence stands for the sentence of the twin without mortality."""
    plain, mortal = simulate(world(), SEED), simulate(world(held=2.0, camp={"1937-01-01": 0, "1937-06-01": 0.5}), SEED)
    arrested = {row["person"]: row["time"] // 1 for row in rows(plain) if row["kind"] == "arrest"}
    judged = {row["person"]: row["time"] // 1 for row in rows(plain) if row["kind"] == "sentence"}
    deaths = [row for row in rows(mortal) if row["kind"] == "death"]
    sentences = {row["person"]: row["time"] // 1 for row in rows(mortal) if row["kind"] == "sentence"}
    before = {row["person"] for row in deaths} - sentences.keys()
    assert before | sentences.keys() == judged.keys()
    p = 1 - np.exp([-2.0 * (judged[who] - arrested[who]) / 365.25 for who in judged])
    assert abs(len(before) - p.sum()) < 5 * math.sqrt((p * (1 - p)).sum())
    camp = 1 - np.exp([-0.5 * (365 - max(151, day)) / 365.25 for day in sentences.values()])
    n_camp = len(deaths) - len(before)
    assert abs(n_camp - camp.sum()) < 5 * math.sqrt((camp * (1 - camp)).sum())
    assert min(row["time"] for row in deaths if row["person"] in sentences) >= 151  # nobody before the rate holds
    assert all(row["time"] > sentences[row["person"]] for row in deaths if row["person"] in sentences)
    assert all(row["board"] is None and row["outcome"] == "none" for row in deaths)
    told = mortal.families["custody"]
    assert (told["before_sentence"], told["in_camps"]) == (len(before), n_camp)
    assert np.array(told["series"])[:, 1:].sum(axis=0).tolist() == [len(before), n_camp]
    assert not mortal.archive.check()


def test_nobody_dies_where_nothing_is_said(tmp_path: Path) -> None:
    """The same bytes as without the key, and a stopped run goes on to the same deaths."""
    plain = simulate(scenario(), SEED)
    assert "custody" not in plain.families
    none = simulate(world(held=0), SEED)
    assert rows(none) == rows(simulate(world(), SEED))
    assert "mortality" not in world(held=[]).resolve()
    assert JUDGED + NO_OUTCOME < 128


def test_the_named_what_if_takes_the_mortality_of_the_certificate() -> None:
    changes = spelt_out(catalogue.scenario("great-terror"), {"deaths-in-custody": True})
    assert changes["mortality.camp"] == {
        "1936-01-01": 0.0211,
        "1937-01-01": 0.0242,
        "1938-01-01": 0.0535,
        "1939-01-01": 0.031,
    }
    told = catalogue.scenario("great-terror").alter(changes).explain()
    assert "in camps, after it: 0.0211 from 1936-01-01" in told
    with pytest.raises(FaultList, match="1917 to 1953"):
        spelt_out(catalogue.scenario("witch-hunt"), {"deaths-in-custody": True})
