"""Sweeps over parameters, and functions of the caller: points, columns, resumption, faults."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import greatfear as gf
from greatfear.cli.ensemble import sweeps_of
from greatfear.errors import FaultList, ScenarioError, UnknownNameError
from greatfear.simulation.calling import called, digest_of, packed
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.summary import summarise
from greatfear.simulation.sweep import points_of
from process_scenarios import ORDERS, scenario

SEED = 5
TOWN = scenario(orders=[{**ORDERS[0], "id": "elite"}, ORDERS[1]])
PRESSURE, EVIDENCE = "offices.pressure", "offices.evidence"


def rows(many: Any) -> list[dict[str, str]]:
    """Return the rows in a form in which NaN equals NaN."""
    return [{name: repr(value) for name, value in row.items()} for row in many.table.to_pylist()]


def test_a_grid_has_every_combination_and_each_row_is_that_of_the_altered_scenario() -> None:
    many = gf.ensemble(TOWN, 1, sweep={PRESSURE: "0:1:3", EVIDENCE: [1, 2]}, seed=SEED, workers=0)
    found = list(zip(many.table[PRESSURE].to_pylist(), many.table[EVIDENCE].to_pylist(), strict=True))
    assert found == list(itertools.product([0.0, 0.5, 1.0], [1, 2]))
    assert many.parameters == (PRESSURE, EVIDENCE)
    assert PRESSURE not in many.quantities
    wanted = summarise(simulate(TOWN.alter({PRESSURE: 0.5, EVIDENCE: 2}), SEED))
    assert {name: rows(many)[3][name] for name in wanted} == {name: repr(value) for name, value in wanted.items()}
    assert len({row["statements"] for row in rows(many)}) > 1, "the parameter does something"
    many.plot("arrests")
    with pytest.raises(UnknownNameError, match="arrests"):
        many.plot("arests")


def test_limits_that_bound_are_told_in_days() -> None:
    """A capacity that binds, and one that nobody feels; in an ensemble and in a sweep."""
    many = gf.ensemble(TOWN, 2, alter=[{"offices.arrests": 100000}], seed=SEED, workers=0)
    days = many.column("bound_arrests_days")
    assert (days > 0).all()
    assert (days <= many.column("days")).all()
    assert (many.column("bound_arrests_days", 1) == 0).all()
    _, bound, free = str(many).split("\nvariant ")
    for words in ("days on which a limit bound in any office", "the capacity for arrests on leads", "2 of 2"):
        assert words in bound
    assert "the capacity for arrests on leads" not in free
    swept = str(gf.ensemble(TOWN, 1, sweep={"offices.evidence": [1, 2]}, seed=SEED, workers=0))
    assert "days bound: capacity" in swept.splitlines()[2]


def test_a_resumed_sweep_is_the_same_and_another_one_is_refused(tmp_path: Path) -> None:
    whole = gf.ensemble(TOWN, 2, sweep={PRESSURE: [0, 1]}, seed=SEED, workers=0)
    gf.ensemble(TOWN, [1], sweep={PRESSURE: [0, 1]}, seed=SEED, workers=0, out=tmp_path / "many")
    again = gf.ensemble(TOWN, 2, sweep={PRESSURE: [0, 1]}, seed=SEED, workers=0, out=tmp_path / "many")
    assert again.n_simulated == 2
    assert rows(again) == rows(whole)
    with pytest.raises(FaultList, match="variants"):
        gf.ensemble(TOWN, 2, sweep={PRESSURE: [0, 0.5]}, seed=SEED, workers=0, out=tmp_path / "many")


def test_a_sweep_without_bounds_runs_through_the_range_that_is_stated() -> None:
    """Beside a number, in equal factors where it is wide, and beside a setting; an altered number has none."""
    stated = {"value": 0.4, "assumption": "chosen", "range": [0.1, 0.6]}
    wide = {"value": 1, "assumption": "chosen", "range": [0.01, 25]}
    world = TOWN.alter({"offices.pressed": stated, "naming.count.under_pressure": wide})
    assert sweeps_of(["offices.pressed", "a=1,2"]) == {"offices.pressed": None, "a": "1,2"}
    points = points_of(world, {"offices.pressed": None})
    assert [point["offices.pressed"] for point in points] == pytest.approx([0.1, 0.225, 0.35, 0.475, 0.6])
    powers = points_of(world, {"naming.count.under_pressure": None})
    assert [point["naming.count.under_pressure"] for point in powers] == pytest.approx(np.geomspace(0.01, 25, 5))
    drawn = points_of(world, {"offices.pressed": None}, "latin", 8, seed=1)
    assert all(0.1 <= point["offices.pressed"] <= 0.6 for point in drawn)
    terror = gf.catalogue.scenario("great-terror")
    apparatus = points_of(terror, {"population.state.patronage": None}, "latin", 9, seed=1)
    assert {type(point["population.state.patronage"]) for point in apparatus} == {int}
    for path in (PRESSURE, "offices.pressed"):
        with pytest.raises(FaultList, match="no bounds, and no range beside the number"):
            points_of(world.alter({"offices.pressed": 0.5}), {path: None})
    with pytest.raises(ScenarioError, match="Did you mean pressed"):
        points_of(world, {"offices.presed": None})


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_a_design_fills_its_ranges(design: str) -> None:
    ranges = {PRESSURE: "0:1", EVIDENCE: (1, 4), "naming.count.under_pressure": "0.1:10:log"}
    points = points_of(TOWN, ranges, design, 64, seed=1)
    assert points == points_of(TOWN, ranges, design, 64, seed=1) != points_of(TOWN, ranges, design, 64, seed=2)
    pressure = np.sort([point[PRESSURE] for point in points])
    assert np.abs(pressure - (np.arange(64) + 0.5) / 64).max() < 1 / 64, (
        "one point in each of 64 parts, as both promise"
    )
    counts = np.bincount([point[EVIDENCE] for point in points])
    assert counts.tolist() == [0, 16, 16, 16, 16]
    assert np.mean([point["naming.count.under_pressure"] < 1 for point in points]) == 0.5


@pytest.mark.parametrize(
    ("sweep", "more", "words"),
    [
        ({"offices.presure": "0:1:3"}, {}, "Did you mean pressure"),
        ({PRESSURE: "0:2:3"}, {}, "a number from 0 to 1"),
        ({PRESSURE: "1:0:3"}, {}, "a lower end before a higher one"),
        ({PRESSURE: "0:1"}, {}, "with 2 or more values"),
        ({PRESSURE: "a:b"}, {}, "LOW:HIGH:COUNT"),
        ({PRESSURE: "0-1"}, {}, "LOW:HIGH:COUNT"),
        ({PRESSURE: []}, {}, "one or more values"),
        ({PRESSURE: 3}, {}, "or a list of values"),
        ({EVIDENCE: "1:2:5"}, {}, "whole numbers"),
        ({}, {}, "no parameter"),
        ({PRESSURE: "0:1:9999999"}, {}, "at most 100,000"),
        ({PRESSURE: "0:1"}, {"design": "lattin", "runs": 3}, "Did you mean latin"),
        ({PRESSURE: "0:1"}, {"design": "latin"}, "how many points"),
        ({PRESSURE: "0:1:3"}, {"design": "sobol", "runs": 3}, "The design says how many"),
        ({PRESSURE: "0:1:3"}, {"runs": 3}, "a grid has a point for every combination"),
        (None, {"runs": 3}, "parameters that vary"),
        ({PRESSURE: [0, 1]}, {"alter": [{PRESSURE: 1}]}, "variants beside a sweep"),
    ],
)
def test_faults_are_sentences(sweep: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises((FaultList, ScenarioError), match=words):
        gf.ensemble(TOWN, 1, sweep=sweep, seed=SEED, workers=0, **more)


def test_the_words_of_the_command() -> None:
    assert sweeps_of(["a.b=0:1:5", "c=1,2"]) == {"a.b": "0:1:5", "c": "1,2"}
    with pytest.raises(FaultList) as caught:
        sweeps_of(["a=", "b=1", "b=2", "=3"])
    assert len(caught.value.faults) == 3


def test_a_function_without_a_name_reaches_workers_and_is_told_from_others(tmp_path: Path) -> None:
    factor = 3
    many = gf.ensemble(
        TOWN, 2, seed=SEED, workers=1, out=tmp_path / "many", quantities=lambda run: {"own": factor * _acts(run)}
    )
    assert many.column("own").tolist() == [3 * _acts(simulate(TOWN, SEED, replicate=r)) for r in range(2)]
    with pytest.raises(FaultList, match="quantities"):
        gf.ensemble(TOWN, 3, seed=SEED, workers=0, out=tmp_path / "many", quantities=lambda run: {"own": _acts(run)})
    one, two = (lambda run: {"a": 1}), (lambda run: {"a": 2})
    assert digest_of(one) != digest_of(two)
    assert digest_of(_made(1)) == digest_of(_made(1)) != digest_of(_made(2))
    assert called(packed(_acts) or "") is _acts
    with (tmp_path / "open").open("w") as file, pytest.raises(FaultList, match="cannot be sent"):
        packed(_holding(file))


def _acts(run: Run) -> int:
    return run.archive.n_rows("acts")


def _made(factor: int) -> Any:
    return lambda run: {"a": factor}


def _holding(file: Any) -> Any:
    return lambda run: {"a": file.tell()}
