"""Arrests per case, four ways: each against a count by hand, theory, or its closed form, and seen to fail once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from greatfear.archive import Archive
from greatfear.describe.columns import Calendar, Dated
from greatfear.describe.reproduction import Links, cori, delay_distribution, reproduction, share_seen
from greatfear.record.columns import table_from_columns

EPOCH = dt.date(1692, 1, 1)


def branching(rng: np.random.Generator, mean: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """Day and parent of every case until `end`: 4,000 origins a year, Poisson(mean) children, delays of gamma shape 2."""
    day = list(rng.uniform(0, end, int(4000 * end / 365)))
    parent = [-1] * len(day)
    case = 0
    while case < len(day):
        for delay in rng.gamma(2.0, 15.0, rng.poisson(mean)):
            if day[case] + delay < end:
                day.append(day[case] + delay)
                parent.append(case)
        case += 1
    return np.array(day), np.array(parent)


def links(day: np.ndarray, parent: np.ndarray, end: float) -> Links:
    held = np.flatnonzero(parent >= 0)
    return Links(np.floor(day), parent, np.column_stack([held, parent[held]]), end - 1)  # the last day


def by_month(day: np.ndarray, parent: np.ndarray, end: float) -> list[dict[str, float]]:
    when = Dated(np.floor(day).astype(np.int32), np.zeros(len(day), np.uint8))
    return reproduction(links(day, parent, end), Calendar(EPOCH, 0, int(end)), when, "month").rows()


def test_the_end_of_an_archive_is_corrected_for() -> None:
    """Coverage over 40 cut archives of windows of which half can have been seen; without correction it fails."""
    rng = np.random.default_rng(7)
    corrected = uncorrected = n = 0
    for _ in range(40):
        for row in by_month(*branching(rng, 0.6, 365.0), 365.0):
            if 0.5 <= row["share_in"] < 0.9:
                n += 1
                corrected += row["R_low"] <= 0.6 <= row["R_high"]
                uncorrected += row["R_low"] * row["share_in"] <= 0.6 <= row["R_high"] * row["share_in"]
    assert n >= 40
    assert corrected / n > 0.85
    assert uncorrected / n < 0.7


def test_delays_cut_off_at_the_right_are_recovered() -> None:
    rng = np.random.default_rng(5)
    window, delay = rng.uniform(1, 100, 40_000), rng.exponential(20, 40_000)
    seen = delay <= window
    values, distribution = delay_distribution(np.floor(delay[seen]), window[seen])
    for at in (5.0, 20.0, 60.0):
        wanted = (1 - np.exp(-(at + 1) / 20)) / (1 - np.exp(-100 / 20))
        assert share_seen(values, distribution, np.array([at]))[0] == pytest.approx(wanted, abs=0.03)
    naive = (np.floor(delay[seen]) <= 20).mean()
    assert naive - (1 - np.exp(-21 / 20)) > 0.05  # what is wrong without the correction


def test_the_instantaneous_number_is_its_closed_form() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    cases, led = np.array([5, 3, 0, 4, 2, 6]), np.array([0, 2, 0, 4, 1, 6])
    events, force = cori(led, cases, weights)
    for t in range(len(cases)):
        by_hand = sum(weights[s - 1] * cases[t - s] for s in range(1, 4) if t - s >= 0)
        assert force[t] == pytest.approx(by_hand, abs=1e-9)
    assert events.tolist() == led.tolist()


def village(pairs: list[tuple[int, int, float]], arrests: list[tuple[int, float, int]], n: int) -> Archive:
    """Make an archive from namings (speaker, subject, day) and arrests (person, day, statement or -1)."""
    statements = {
        "time": [p[2] for p in pairs], "precision": ["day"] * len(pairs), "speaker": [p[0] for p in pairs],
        "subject": [p[1] for p in pairs], "channel": ["interrogation"] * len(pairs),
    }  # fmt: skip
    acts = {
        "time": [a[1] for a in arrests], "precision": ["day"] * len(arrests), "person": [a[0] for a in arrests],
        "kind": ["arrest"] * len(arrests), "outcome": ["none"] * len(arrests), "statement": [a[2] for a in arrests],
        "cause": ["statement" if a[2] >= 0 else "order" for a in arrests],
    }  # fmt: skip
    persons = {"stratum": ["priest" if i % 2 else "farmer" for i in range(n)]}
    made = {"persons": (persons, n), "statements": (statements, len(pairs)), "acts": (acts, len(arrests))}
    tables = {name: table_from_columns(name, columns, rows) for name, (columns, rows) in made.items()}
    return Archive.from_tables(tables, epoch=EPOCH, end=dt.date(1692, 4, 1))


def test_bounds_hold_over_all_attributions() -> None:
    """Two of January named person 2; the record credits one. Persons 0 and 1 are origins, 2 and 3 are led to."""
    archive = village(
        [(0, 2, 5.0), (1, 2, 35.0), (1, 3, 36.0)], [(0, 1.0, -1), (1, 33.0, -1), (2, 40.0, 0), (3, 41.0, 2)], 4
    )
    described = archive.describe()
    january, february = described["reproduction"].rows()[:2]
    assert (january["cases"], january["led_to"], january["R_case"]) == (1, 1, 1.0)
    assert (january["R_least"], january["R_shared"], january["R_most"]) == (0.0, 0.5, 1.0)
    assert february["R_shared"] * february["cases"] == pytest.approx(1.5)
    assert described.totals["arrests_per_case"] == 0.5


def test_cases_are_origins_over_one_minus_r() -> None:
    archive = village([(0, 1, 2.0), (1, 2, 4.0)], [(0, 1.0, -1), (1, 3.0, 0), (2, 5.0, 1), (3, 6.0, -1)], 4)
    totals = archive.describe().totals
    assert totals["cases"] == pytest.approx(2 / (1 - totals["arrests_per_case"]))


def test_the_matrix_of_strata_holds_the_links() -> None:
    archive = village([(0, 1, 2.0), (1, 2, 4.0)], [(0, 1.0, -1), (1, 3.0, 0), (2, 5.0, 1)], 3)
    described = archive.describe()
    rows = {row["of"]: row for row in described["case_matrix"].rows()}
    assert rows["farmer"] == {"of": "farmer", "cases": 2, "to farmer": 0.0, "to priest": 0.5}
    assert rows["priest"]["to farmer"] == 1.0
    assert described.totals["arrests_per_case_by_stratum"] == pytest.approx(np.sqrt(0.5))


def test_an_archive_without_cases_has_no_number() -> None:
    totals = village([], [], 2).describe().totals
    assert np.isnan(totals["arrests_per_case"])
