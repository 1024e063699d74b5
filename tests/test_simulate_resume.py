"""A run that was stopped three times is the run, for every entry of the catalogue: tables, truth and what the parts report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from greatfear import catalogue
from greatfear.record.schema import TABLES
from greatfear.record.writing import write_table
from greatfear.simulation.process import Process, start
from greatfear.simulation.survival import load_state, save_state
from greatfear.simulation.tables import archive_streams, truth_streams
from greatfear.simulation.truth_schema import TRUTH_TABLES

STOPS, DAYS = (7, 20, 31), 36


def advanced(process: Process, day: int) -> Process:
    while process.day < min(day, process.n_days):
        process.advance(min(day, process.n_days), lambda _: None)
    return process


def content(process: Process, folder: Path) -> dict[str, str]:
    """Return everything of a process that comes into its run folder: the parts as written, the hash of each table."""
    parts = {"centre": process.centre.to_dict()} | {family.name: family.report() for family in process.families}
    laid_out = TABLES | TRUTH_TABLES
    tables = archive_streams(process) | truth_streams(process)
    files = {name: write_table(folder / name, laid_out[name], rows).entry.sha256 for name, rows in tables.items()}
    return {"parts": json.dumps(parts)} | files


def stopped(name: str, folder: Path) -> Process:
    """Return the process after three stops, each time taken up by a fresh one."""
    scenario = catalogue.scenario(name)
    process = start(scenario, 1)
    for day in STOPS:
        save_state(advanced(process, day), folder / "run", "same")
        process = start(scenario, 1)
        assert load_state(process, folder / "run", "same")
    return advanced(process, DAYS)


def differing(one: dict[str, str], two: dict[str, str]) -> list[str]:
    return [name for name in one.keys() | two.keys() if one.get(name) != two.get(name)]


@pytest.mark.parametrize("name", catalogue.scenarios())
def test_a_run_that_was_stopped_is_the_run(tmp_path: Path, name: str) -> None:
    whole_run = content(advanced(start(catalogue.scenario(name), 1), DAYS), tmp_path)
    assert differing(whole_run, content(stopped(name, tmp_path), tmp_path)) == []


def test_a_part_that_comes_back_with_other_numbers_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from greatfear.simulation.families.fear import FearFamily

    restore: Callable[..., None] = FearFamily.restore

    def careless(self: FearFamily, saved: dict) -> None:
        restore(self, saved)
        self.series = saved["series"].tolist()  # whole numbers come back as floats

    name = "great-terror-fear"
    whole_run = content(advanced(start(catalogue.scenario(name), 1), DAYS), tmp_path)
    monkeypatch.setattr(FearFamily, "restore", careless)
    assert differing(whole_run, content(stopped(name, tmp_path), tmp_path)) == ["parts"]
