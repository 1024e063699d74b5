"""The log-probability identity: the archive and theta alone give back the probability of every naming."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from choosing import log_probability
from greatfear.archive import Archive
from greatfear.naming import compile_terms, facts
from greatfear.naming import history as store
from greatfear.naming import statistics as naming
from greatfear.simulation.run import Run, simulate
from process_scenarios import IN_VILLAGES, scenario

THETA = {
    "kin": -0.5, "unit": 0.3, "acquaintance": 0.2, "stratum": 0.4, "accused(window=20, transform=log1p)": 0.6, "accused": 0.05,
    "accused(window=50, transform=sqrt)": 0.2, "doomed": -0.4, "reciprocity": 0.8, "inertia": -1.0,
    "two_path(transform=log1p)": 0.5, "seniority": 0.9, "kin:pressure": 0.7, "accused(window=20, transform=log1p):pressure": -0.3,
}  # fmt: skip
BITS = {"kin": facts.KIN, "unit": facts.UNIT, "acquaintance": facts.ACQUAINTANCE, "organisation": facts.ORGANISATION}
SENTENCED = {"death", "camp", "exile", "other"}


class Replay:
    """An archive gone through day by day: the past of a day is what was written on earlier days."""

    def __init__(self, archive: Archive, theta: dict[str, float]) -> None:
        self.terms = compile_terms(theta)
        self.persons = archive.table("persons").to_pylist()
        self.statements = archive.table("statements").to_pylist()
        self.sentences = [row for row in archive.table("acts").to_pylist() if row["outcome"] in SENTENCED]
        self.contacts: list[dict[int, int]] = [{} for _ in self.persons]
        for row in archive.table("ties").to_pylist():
            for a, b in ((row["a"], row["b"]), (row["b"], row["a"])):
                self.contacts[a][b] = self.contacts[a].get(b, 0) | BITS[row["kind"]]
        self.history = store.new_history(len(self.persons), len(self.statements) + 1, self.terms.windows.size)
        self.faded = [0] * self.terms.windows.size
        self.noted = 0
        self.settled = 0

    def log_probabilities(self) -> list[float]:
        """Return the log-probability of each statement, NaN where nobody chose."""
        logp: list[float] = []
        for day, group in self._events():
            self._turn_to(day)
            if self.statements[group[0]]["speaker"] < 0:
                logp += [math.nan] * len(group)
            else:
                logp += self._event(group)
        return logp

    def _events(self) -> Iterator[tuple[int, list[int]]]:
        """Give the statements of each sitting, and each other statement by itself, with the day."""
        number = 0
        while number < len(self.statements):
            sitting, group = self.statements[number]["sitting"], [number]
            while (
                sitting >= 0
                and group[-1] + 1 < len(self.statements)
                and self.statements[group[-1] + 1]["sitting"] == sitting
            ):
                group.append(group[-1] + 1)
            yield math.floor(self.statements[number]["time"]), group
            number = group[-1] + 1

    def _turn_to(self, day: int) -> None:
        while self.noted < len(self.statements) and self.statements[self.noted]["time"] < day:
            row = self.statements[self.noted]
            naming.note(self.history, self.noted, row["speaker"], row["subject"])
            self.noted += 1
        while self.settled < len(self.sentences) and self.sentences[self.settled]["time"] < day:
            naming.settle(self.history, self.sentences[self.settled]["person"])
            self.settled += 1
        for w, length in enumerate(self.terms.windows):
            while self.faded[w] < self.noted and math.floor(self.statements[self.faded[w]]["time"]) + length < day:
                naming.fade(self.history, w, self.statements[self.faded[w]]["subject"])
                self.faded[w] += 1

    def _event(self, group: list[int]) -> list[float]:
        speaker = self.statements[group[0]]["speaker"]
        candidates = list(self.contacts[speaker])
        pressure = self.statements[group[0]]["pressure"]
        pressure = 0.0 if math.isnan(pressure) else pressure
        utilities = np.array([self._utility(speaker, other, pressure) for other in candidates])
        chosen = np.array([candidates.index(self.statements[number]["subject"]) for number in group])
        return log_probability(utilities, chosen).tolist()

    def _utility(self, i: int, j: int, pressure: float) -> float:
        bits = self.contacts[i][j]
        if self.persons[i]["stratum"] == self.persons[j]["stratum"]:
            bits |= facts.SAME_STRATUM
        return float(naming.utility(self.terms, self.history, pressure, i, j, bits, self.persons[j]["seniority"]))


@pytest.fixture(scope="module")
def village() -> Run:
    # a rank of 0.5 is the same in the single precision of the record
    strata = [
        {"id": "a", "share": 0.6},
        {"id": "b", "share": 0.3, "seniority": 0.5},
        {"id": "c", "share": 0.1, "seniority": 1},
    ]
    population: dict[str, Any] = {**IN_VILLAGES["population"], "strata": strata, "state": {}}
    leads = {"denunciation": {"rate": 0.006}}
    offices = {
        "arrests": 3000,
        "custody": 1e5,
        "wait": 1,
        "pressed": 1,
        "evidence": [],
        "pressure": [{"since": "1937-01-01", "value": 0.9}],
    }
    quiet = {"theta": THETA, "pools": {}}
    changes = {"population": population, "leads": leads, "offices": offices, "naming": quiet, "halt": {"date": None}}
    return simulate(scenario(**{**IN_VILLAGES, **changes}), seed=3)


def farthest(village: Run, theta: dict[str, float]) -> float:
    """Return the largest distance between what the archive gives and the truth."""
    truth = np.array(village.truth["namings"]["logp"].to_numpy())
    found = np.array(Replay(village.archive, theta).log_probabilities())
    assert np.array_equal(np.isnan(truth), np.isnan(found))
    return float(np.nanmax(np.abs(truth - found)))


def test_the_archive_gives_back_every_probability(village: Run) -> None:
    channels = village.archive.table("statements")["channel"].to_pylist()
    assert {"denunciation", "interrogation", "accident"} <= set(channels)
    assert channels.count("interrogation") > 50
    assert farthest(village, THETA) < 1e-10


@pytest.mark.parametrize("term", THETA)
def test_a_wrong_coefficient_is_seen(village: Run, term: str) -> None:
    """Each term matters in this archive, so that agreement says something of each."""
    assert farthest(village, {**THETA, term: THETA[term] + 0.01}) > 1e-6


def test_a_history_that_knows_the_day_is_seen(village: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = Replay._turn_to
    monkeypatch.setattr(Replay, "_turn_to", lambda self, day: turn(self, day + 1))
    assert farthest(village, THETA) > 1e-6


def test_replicates_differ_and_repeat() -> None:
    given = scenario()
    rows = [simulate(given, 3, replicate=k).archive.table("statements")["time"] for k in (0, 1, 0)]
    assert rows[0].equals(rows[2])
    assert not rows[0].equals(rows[1])
