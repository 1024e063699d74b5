"""Review and deaths in custody of a finished run: known answers, the estimate of groundless cases, refusals."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from greatfear.errors import FaultList
from greatfear.scenario import load
from greatfear.simulation.review import CAMP_MORTALITY, WAVES, groundless, review
from greatfear.simulation.run import simulate

TOWN = """
id: town
title: A town
time: [1937-01-01, 1938-01-01]
population: {household: 1, unit: 10, regions: {a: 400}, strata: {all: 1}, organisations: {circle: {members: 100}}}
naming: {count: {at_rest: 1, under_pressure: 1}}
offices: {arrests: 0, wait: 1, pressed: 0}
orders: {roll: {start: 1937-01-01, persons: 200, strata: all}}
boards: {court: {delay: 31, least: 31, outcomes: {death: 0.5, camp: 0.5}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "town"
    simulate(load(TOWN), 3, out=path)
    return path


def test_the_record_of_the_waves() -> None:
    assert [round(wave.share, 3) for wave in WAVES] == [0.780, 0.873, 0.986]


def test_groundless_is_undone_by_the_error_rates_that_made_it() -> None:
    for true in (0.1, 0.5, 0.95):
        cleared = true * 0.9 + (1 - true) * 0.2
        assert groundless(cleared, 0.9, 0.2) == pytest.approx(true)
    assert math.isnan(groundless(0.78, 0.5, 0.5))
    assert math.isnan(groundless(0.9, 0.8, 0.0))


def test_cleared_follow_members_and_others(folder: Path) -> None:
    found = review(folder, cleared_groundless=0.9, cleared_real=0.1)
    assert found.sentenced == 200
    assert 30 < found.members < 70
    assert found.organisations.rows() == [{"organisation": "circle", "members": 100, "sentenced": found.members}]
    expected = ((200 - found.members) * 0.9 + found.members * 0.1) / 200
    assert found.waves["share_cleared"][0] == pytest.approx(expected)
    # those cleared before are not looked at again, so later waves see more real cases
    assert found.waves["share_cleared"][1] < found.waves["share_cleared"][0]


def test_deaths_in_custody_by_hand(folder: Path) -> None:
    rows = dict(zip(*review(folder, prison_factor=2.0, deaths_wanted=150).deaths.columns.values(), strict=True))
    years = 200 * 31.5 / 365.25
    assert rows["person-years before sentence"] == pytest.approx(years, rel=0.05)
    assert rows["expected deaths before sentence"] == pytest.approx(years * 2 * CAMP_MORTALITY[1937], rel=0.05)
    custody = rows["expected deaths before sentence"] + rows["expected deaths in camps"]
    factor = rows["factor on mortality in custody that 150 deaths in all would need"]
    assert rows["sentenced to death"] + factor * custody == pytest.approx(150, rel=0.01)


def test_what_cannot_be_asked_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultList, match="cleared-real") as caught:
        review(folder, cleared_real=2, prison_factor=-1, deaths_wanted=0)
    assert len(caught.value.faults) == 3
    simulate(load(TOWN.replace("1937", "1629").replace("1938", "1630")), 3, out=tmp_path / "old")
    with pytest.raises(FaultList, match="begins in 1629"):
        review(tmp_path / "old")


def test_another_case_and_fewer_deaths_than_sentences_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultList, match=r"at least the .* who were sentenced to death"):
        review(folder, deaths_wanted=1)
    simulate(load(TOWN + "words: {outcomes: {death: dismissed}}\n"), 3, out=tmp_path / "firm")
    with pytest.raises(FaultList, match=r"outcomes of its own \(dismissed\)"):
        review(tmp_path / "firm")
