"""The seam for mechanism families: what a family writes, saves and reports, and that an absent one costs no row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from greatfear import catalogue
from greatfear.simulation import families, process, survival
from greatfear.simulation.codes import DOCUMENT
from greatfear.simulation.families.telling import Told, tell
from greatfear.simulation.process import Process, start
from greatfear.simulation.run import Run, simulate


class Papers:
    """One paper against person 7 on day 3, from nobody."""

    name = "papers-of-a-test"

    def __init__(self) -> None:
        self.count = np.zeros(1, np.int64)

    def morning(self, process: Process, day: int, halted: bool) -> None:
        if day == 3:
            one = np.array([7], np.int64)
            told = Told(-one // 7, one, np.array([DOCUMENT], np.int8), np.array([0.5]), np.array([5], np.int8))
            self.count += tell(process, day, told).size

    def evening(self, process: Process, day: int, halted: bool) -> None:
        pass

    def saved(self) -> dict[str, NDArray[Any]]:
        return {"count": self.count}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        self.count = saved["count"]

    def truth(self, process: Process) -> dict[str, pa.Table]:
        return {}

    def report(self) -> dict[str, Any]:
        return {"papers": int(self.count[0])}


def village(monkeypatch: pytest.MonkeyPatch, with_papers: bool) -> Run:
    monkeypatch.setattr(families, "FAMILIES", (lambda *_: Papers() if with_papers else None,))
    return simulate(catalogue.scenario("naming-cascade").alter({"offices.arrests": 0.0}), seed=3)


def test_a_family_writes_into_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    run = village(monkeypatch, True)
    query = "select time, speaker, id from statements join persons on person = subject where channel = 'document'"
    assert run.archive.sql(query).to_pylist() == [{"time": 3.5, "speaker": -1, "id": "P000-00000007"}]
    assert run.families == {"papers-of-a-test": {"papers": 1}}


def test_without_the_family_the_other_rows_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [village(monkeypatch, switch).archive for switch in (True, False)]
    query = "select time, speaker, subject, channel from statements where channel <> 'document' order by all"
    assert both[0].sql(query).equals(both[1].sql(query))
    assert both[1].sql("select * from statements where channel = 'document'").num_rows == 0


def test_a_saved_family_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(families, "FAMILIES", (lambda *_: Papers(),))
    scenario = catalogue.scenario("naming-cascade")
    one, two = start(scenario, 3), start(scenario, 3)
    one.advance(5)
    survival.save_state(one, tmp_path / "run", "mark")
    assert survival.load_state(two, tmp_path / "run", "mark")
    assert two.day == 5
    assert two.families[0].report() == {"papers": 1}


def test_a_run_without_families_has_none() -> None:
    assert process.start(catalogue.scenario("naming-cascade"), 1).families == ()
