"""What the centre believes: files, dated prior and reports, what belief drives, chiefs, and what is told of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from greatfear import catalogue
from greatfear.cli.report import write_page
from greatfear.comparison.mechanisms import mechanism_rows
from greatfear.scenario.explaining_centre import drives
from greatfear.simulation.reduced import belief_path
from greatfear.simulation.run import Run, simulate
from process_scenarios import scenario


def run_with(seed: int = 5, operations: list[dict[str, Any]] | None = None, **centre: Any) -> Run:
    changes = {} if operations is None else {"operations": operations}
    return simulate(scenario(centre=centre, **changes), seed=seed)


def column(run: Run, name: str) -> list[float]:
    return [row[run.centre["columns"].index(name)] for row in run.centre["series"]]


def test_belief_is_prior_and_reports_and_what_the_files_say() -> None:
    """From the columns alone, with the dates of prior and report inside the first and third period."""
    run = run_with(credulity=1.0, gamma=2.0, claimed=0.5, belief_drives=0, grants_follow=0)
    told = {0: 20.0, 2: 40.0}
    belief = 0.0
    for k in range(len(run.centre["series"])):
        named, confessed, taken = (column(run, name)[k] for name in ("named", "confessions", "off_file"))
        belief = max(0.0, belief + told.get(k, 0.0) + 2.0 * named + 0.5 * confessed - taken)
        assert column(run, "belief")[k] == pytest.approx(belief)
    assert sum(column(run, "off_file")) > 0


def test_ordinary_work_comes_off_nothing() -> None:
    lists = {"id": "cards", "start": "1937-01-01", "end": "1937-04-01", "strata": ["a", "b", "c"], "hazard": 0.02}
    found = {file: run_with(operations=[{**lists, "file": file}]) for file in ("none", "register")}
    assert sum(column(found["none"], "off_register")) < sum(column(found["register"], "off_register"))
    assert column(found["none"], "belief") == column(found["register"], "belief")


def test_belief_held_at_zero_is_told() -> None:
    run = run_with(prior=0, credulity=1.0, gamma=0.0, claimed=0.0, reports=[], belief_drives=0.05, reference=10)
    assert run.centre["clipped_periods"] > 0
    assert sum(column(run, "clipped")) > 0
    assert any("held at 0" in str(row) for row in mechanism_rows(run.parts))
    assert run_with(prior=1e6, credulity=1.0).centre["clipped_periods"] == 0


def test_a_belief_that_drives_nothing_is_told_only_where_something_fed_it() -> None:
    idle = run_with(prior=5, belief_drives=0, grants_follow=0, reports=[])
    assert not any(row.family == "centre" for row in mechanism_rows(idle.parts))
    fed = run_with(prior=5, belief_drives=0, grants_follow=0)
    assert any("this belief drives nothing" in row.words for row in mechanism_rows(fed.parts))


def test_what_belief_drives_is_said() -> None:
    assert drives(catalogue.scenario("witch-hunt").centre) == [
        "Belief drives nothing: arrests, limits and chiefs do not answer to it."
    ]
    one = scenario(centre={"dismissal": {"active": True, "halts": True}}).centre
    assert [line.split(":")[0] for line in drives(one)] == [
        "Belief drives the arrests sought", "Belief drives the limits granted", "Belief judges the chiefs",
    ]  # fmt: skip
    assert "which ends the campaigns" in scenario(centre={"dismissal": {"active": True, "halts": True}}).explain()


def test_a_chief_who_falls_for_too_many_ends_the_campaigns() -> None:
    rule = {"active": True, "months": 100, "too_many": 0.05, "mild_low": 0.1, "mild_high": 0.2, "halts": True}
    run = simulate(scenario(centre={"dismissal": rule}, halt={"date": None}), seed=5)
    (fall,) = run.centre["fallen"]
    assert fall["why"] == "too many"
    assert 0.1 <= fall["successor"] <= 0.2
    assert run.centre["halted_on"] == fall["day"]


def test_a_period_without_evidence_teaches_nothing() -> None:
    assert belief_path(10, [5, 5], [9, 9], [3, 3], credulity=1.0).tolist() == [14.0, 18.0]
    assert belief_path(10, [0, 0, 0], [1, 0, 1], [2, 2, 2], credulity=0.0, learning=0.5).tolist() == [6.0, 6.0, 4.0]


def test_the_report_shows_the_belief(tmp_path: Path) -> None:
    run = run_with()
    page = write_page(run.archive, tmp_path / "r.html", None, run.scenario, families=run.parts).read_text("utf-8")
    assert "What the centre believed" in page
    assert "Belief drives the arrests sought" in page
    assert str(run.scenario.time.start + dt.timedelta(days=15)) in page
