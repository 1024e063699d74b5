"""Kinds of ties of a scenario's own, from rows or from a CSV file beside it, carry a coefficient in both directions."""

from __future__ import annotations

from pathlib import Path

import pytest

from given_back import assert_given_back
from greatfear.errors import ScenarioError
from greatfear.estimate import events_from_archive
from greatfear.scenario import load, resolve
from greatfear.simulation.run import Run, simulate

THETA = {"kin": -0.4, "tie(godparent)": 1.6, "tie(lodger)": -0.9, "accused(transform=log1p)": 0.3}
TEXT = """
id: village
title: A village
time: [1935-01-01, 1935-07-01]
population:
  regions: {{v: 60}}
  strata: {{s: 1}}
  household: 1
  unit: 1
  ties: {{rule: table, file: ties.csv}}
leads: {{denunciation: {{rate: 0.01}}}}
offices: {{arrests: 3000, custody: 100000, wait: 1, pressed: 1, evidence: 1, pressure: 0.9}}
naming:
  count: {{under_pressure: 3}}
  theta: {theta}
"""


def _folder(folder: Path, table: str, theta: object = None) -> Path:
    (folder / "ties.csv").write_text(table, encoding="utf-8")
    (folder / "village.yaml").write_text(TEXT.format(theta=theta or THETA), encoding="utf-8")
    return folder / "village.yaml"


def _table() -> str:
    kinds = ("kin", "godparent", "lodger", "")
    rows = [(i, (i + step) % 60, kinds[(i + step) % 4]) for i in range(60) for step in (1, 2, 5, 7)]
    return "a,b,kind\n" + "".join(f"{a},{b},{kind}\n" for a, b, kind in rows)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return simulate(load(_folder(tmp_path_factory.mktemp("village"), _table())), seed=2)


def test_the_resolved_form_holds_the_rows(village: Run) -> None:
    tree = resolve(village.scenario)
    assert "file" not in tree["population"]["ties"]
    assert len(tree["population"]["ties"]["rows"]) == 240
    assert village.scenario.population.ties.own_kinds == ["godparent", "lodger"]
    assert resolve(load(tree)) == tree


def test_the_archive_has_the_kinds_and_gives_back_every_probability(village: Run) -> None:
    events = events_from_archive(village.archive)
    assert sorted(events.networks) == ["acquaintance", "godparent", "kin", "lodger"]
    assert_given_back(village, events, THETA, 60)


def test_a_coefficient_of_a_kind_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for theta, said in (
        ({"tie(godparnt)": 1.0}, r"Did you mean tie\(godparent\)"),
        ({"tie(kin)": 1.0}, "a statistic of its own"),
        ({"tie(congregation)": 1.0}, "a file beside the scenario"),
    ):
        with pytest.raises(ScenarioError, match=said):
            load(_folder(tmp_path, _table(), theta))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "which is empty"),
        ("a,c\n0,1\n", "the columns a and b"),
        ("a,b\n0,x\n1\n2,3,4\n", "3 faults"),
        ("a,b\n0,99\n", "0 to 59"),
        ("a,b,kind\n0,1,God Parent\n", "kind"),
    ],
)
def test_faults_of_the_file_are_told(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load(_folder(tmp_path, table))


def test_a_file_needs_a_place_and_stands_alone(tmp_path: Path) -> None:
    path = _folder(tmp_path, _table())
    with pytest.raises(ScenarioError, match="a scenario that is no file"):
        load(path.read_text("utf-8"))
    both = path.read_text("utf-8").replace("file: ties.csv", "file: ties.csv, rows: [[0, 1]]")
    path.write_text(both, encoding="utf-8")
    with pytest.raises(ScenarioError, match="one of them"):
        load(path)
    (tmp_path / "ties.csv").unlink()
    with pytest.raises(ScenarioError, match="no such file"):
        load(_folder(tmp_path, _table()).parent / "missing.yaml")
