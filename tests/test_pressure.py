"""Coefficients that depend on the pressure of the sitting, in both directions, and what each naming rests on."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from greatfear import naming
from greatfear.errors import FaultList
from greatfear.estimate import (
    Controls,
    DyadicModel,
    Events,
    NamingModel,
    RateModel,
    events_from_archive,
    log_probabilities,
    replay_fit,
)
from greatfear.naming import choice
from greatfear.naming.registry import BASES
from greatfear.simulation.run import Run, simulate
from process_scenarios import IN_VILLAGES, scenario
from reference import naming as plain

THETA = {"kin": -0.8, "kin:pressure": 1.5, "unit:pressure": 0.9, "accused(transform=log1p)": 0.4}


def test_terms_join_a_coefficient_and_its_slope() -> None:
    terms = naming.compile_terms({"pressure:kin": 1.5, "recip": 0.2, "kin": -0.8, "two_path:pressure": 0.1})
    assert terms.theta.tolist() == [-0.8, 0.2, 0.0]
    assert terms.slope.tolist() == [1.5, 0.0, 0.1]
    for text in ("pressure", "pressure:pressure"):
        with pytest.raises(FaultList, match="same for all candidates"):
            naming.compile_terms({text: 1.0})
    with pytest.raises(FaultList, match="statistic times pressure"):
        naming.compile_terms({"kin:inertia": 1.0})
    with pytest.raises(FaultList, match="same term as"):
        naming.compile_terms({"kin:pressure": 1.0, "pressure : kin": 2.0})


@pytest.fixture(scope="module")
def village() -> Run:
    changes = {
        **IN_VILLAGES,
        "population": {**IN_VILLAGES["population"], "state": {}},  # an archive holds the ties of a table, not computed ones
        "naming": {"theta": THETA, "pools": {}},
        "leads": {"denunciation": {"rate": 0.01}},
        "offices": {"arrests": 3000, "custody": 1e5, "wait": 1, "pressed": 1, "evidence": [],
                    "pressure": [{"since": "1937-01-01", "value": 0.2}, {"since": "1937-02-10", "value": 0.9}]},
        "halt": {"date": None},
    }  # fmt: skip
    return simulate(scenario(**changes), seed=5)


def test_the_estimator_gives_back_every_probability_under_pressure(village: Run) -> None:
    events = events_from_archive(village.archive)
    assert {0.0, 0.2, 0.9} == {round(c, 6) for c in events.pressure.tolist()}
    contacts = tuple(events.networks)
    model = NamingModel(" + ".join(THETA), opportunities=contacts, ties="plackett-luce")
    truth = village.truth["namings"]["logp"].to_numpy()
    found = log_probabilities(model, events, THETA)
    own = truth[~np.isnan(truth)]
    assert found.size == own.size > 200
    np.testing.assert_allclose(np.sort(found), np.sort(own), atol=1e-10)
    # a slope of another size is seen
    other = log_probabilities(model, events, THETA | {"kin:pressure": 1.51})
    assert np.abs(np.sort(other) - np.sort(own)).max() > 1e-4


def _chosen(count: int = 4000) -> Events:
    """Choices among eight by an attribute whose coefficient is 0.3 + 1.2 c."""
    rng = np.random.default_rng(2)
    z, sender = rng.normal(size=8), rng.integers(8, size=count)
    pressure = rng.choice([0.0, 0.4, 1.0], size=count)
    u = (0.3 + 1.2 * pressure)[:, None] * z + rng.gumbel(size=(count, 8))
    u[np.arange(count), sender] = -np.inf
    return Events(8, np.arange(count) // 40.0, sender, u.argmax(axis=1), attributes={"z": z}, pressure=pressure)


def test_what_is_planted_is_found() -> None:
    events = _chosen()
    for controls in (None, Controls(4)):
        fit = NamingModel("alter(z) + alter(z):pressure", controls=controls).fit(events)
        errors = np.array(list(fit.standard_errors.values()))
        assert np.abs((fit.theta - [0.3, 1.2]) / errors).max() < 3.5
        assert fit.n_events == 4000
    alone = NamingModel("alter(z)").fit(events)
    assert (fit.theta[0] - alone.theta[0]) / alone.standard_errors["alter(z)"] < -5
    model = NamingModel("alter(z) + alter(z):pressure")
    drawn = replay_fit(model, events, model.fit(events), draws=20)
    assert min(row["p"] for row in drawn.to_rows() if row["statistic"].startswith("named 10+")) > 0.01


def test_unknown_pressure_is_refused_or_left_out() -> None:
    events = _chosen(400)
    gap = dataclasses.replace(events, pressure=np.where(np.arange(400) % 4 == 0, np.nan, events.pressure))
    model = NamingModel("alter(z):pressure")
    with pytest.raises(FaultList, match="100 of 400 events without 'pressure'"):
        model.fit(gap)
    fit = dataclasses.replace(model, missing="drop").fit(gap)
    assert (fit.n_events, fit.left_out[0].count) == (300, 100)
    assert dataclasses.replace(model, missing="mean").fit(gap).n_events == 400
    with pytest.raises(FaultList, match="same for all candidates"):
        dataclasses.replace(model, missing="indicator").fit(gap)
    for other in (RateModel("1 + indeg:pressure"), DyadicModel("1 + inertia:pressure")):
        with pytest.raises(FaultList, match="NamingModel"):
            other.fit(events)


def test_a_slope_is_carried_into_a_scenario() -> None:
    from greatfear.sources import Source

    fit = NamingModel("accused + accused:pressure + alter(z):pressure").fit(_chosen(800))
    claims = fit.as_claims(Source("x", "A study"))
    assert list(claims.theta) == ["accused", "accused:pressure"]
    assert list(claims.left_out) == ["alter(z):pressure"]


def test_shares_are_one_choice_without_each_basis() -> None:
    rng = np.random.default_rng(6)
    parts = rng.normal(size=(len(BASES), 6)) * (rng.random((len(BASES), 6)) < 0.5)
    parts[1] = 0.0
    base = rng.normal(size=6)
    utilities, chosen = base + parts.sum(axis=0), np.array([4, 0, 2])
    found = np.empty((3, len(BASES)), np.float32)
    choice.share_out(utilities, parts, 6, chosen, 3, np.empty(3), found, np.empty(6))
    bare = {basis: (utilities - parts[b]).tolist() for b, basis in enumerate(BASES)}
    expected = plain.shares(utilities.tolist(), bare, chosen.tolist())
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found[:, 1].tolist() == [0, 0, 0]
    wrong = plain.shares(utilities.tolist(), bare, [0, 4, 2])
    assert np.abs(found - wrong).max() > 1e-3


def test_the_truth_says_what_each_naming_rests_on(village: Run) -> None:
    rows = village.truth["namings"].to_pylist()
    said = village.archive.table("statements").to_pylist()
    chosen = [row for row in rows if not math.isnan(row["logp"])]
    assert {row["basis"] for row in chosen} >= {"heard", "other"}
    assert all(row["basis"] is None for row in rows if math.isnan(row["logp"]))
    for row in chosen:
        shares = {basis: row[f"share_{basis}"] for basis in BASES}
        assert 0 <= min(shares.values()) <= max(shares.values()) <= 1
        assert row["basis"] == (max(shares, key=lambda b: shares[b]) if max(shares.values()) > 0 else "other")
    # nobody had been named before the first day of statements
    first = min(math.floor(row["time"]) for row in said)
    early = [row["share_heard"] for row, one in zip(rows, said, strict=True) if math.floor(one["time"]) == first]
    assert not np.nansum(early)
