"""Tests of fit: each keeps quiet where the model holds, and speaks where it does not."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy import stats

from greatfear.errors import FaultList, UnknownNameError
from greatfear.estimate import (
    CoordinationModel,
    DyadicModel,
    Events,
    NamingModel,
    RateModel,
    event_probabilities,
    influence,
    likelihood_ratio,
    log_probabilities,
    replay_fit,
    score_test,
    time_rescaling,
)
from test_estimate_known import _simulated

TRUE = (-1.0, 0.8, 0.4)
CHOICE = NamingModel("recip + alter(z)")


def _many(count: int) -> list[Events]:
    return [_simulated(1000 + seed, TRUE, is_dyadic=False) for seed in range(count)]


@pytest.fixture(scope="module")
def events() -> Events:
    return _simulated(7, TRUE, is_dyadic=False)


def test_waiting_times_are_even_where_the_model_holds() -> None:
    right, wrong = RateModel("1 + ego(z)", start=0.0), RateModel("1", start=0.0)
    p, by_actor = [], []
    for events in _many(40):
        found = time_rescaling(right, events, right.fit(events))
        assert found.count.sum() == 70
        assert found.expected.sum() == pytest.approx(70)
        np.testing.assert_allclose(found.expected_by_actor.sum(), 70)
        p.append(found.p)
        missed = time_rescaling(wrong, events, wrong.fit(events))
        by_actor.append([np.abs(f.observed_by_actor - f.expected_by_actor).sum() for f in (found, missed)])
    assert stats.kstest(p, "uniform").pvalue > 1e-4
    assert np.mean(np.array(by_actor)[:, 0] < np.array(by_actor)[:, 1]) > 0.9


def test_waiting_times_that_are_not_those_of_the_model_are_seen(events: Events) -> None:
    """Times that bunch: the clock runs three times as fast in every other stretch of ten events."""
    gaps = np.diff(events.time, prepend=0.0) * np.where(np.arange(70) // 10 % 2, 3.0, 0.2)
    bunched = dataclasses.replace(events, time=np.cumsum(gaps))
    model = RateModel("1 + ego(z)", start=0.0)
    assert time_rescaling(model, bunched, model.fit(bunched)).p < 1e-3


def test_tied_times_need_a_unit() -> None:
    model = RateModel("1 + ego(z)", start=0.0)
    p = []
    for events in _many(30):
        tied = dataclasses.replace(events, time=np.ceil(events.time))
        with pytest.raises(FaultList, match=r"unit=1\.0"):
            time_rescaling(model, tied, model.fit(tied))
        found = time_rescaling(model, tied, model.fit(tied), unit=1.0)
        assert found.count.sum() == 70
        p.append(found.p)
    # parameters are fitted, which makes residuals a little too even
    assert stats.kstest(p, "uniform").pvalue > 1e-5
    with pytest.raises(FaultList, match="more than 0"):
        time_rescaling(model, tied, model.fit(tied), unit=0.0)


def test_probabilities_add_up_and_surprise_is_centred(events: Events) -> None:
    fit = CHOICE.fit(events)
    found = event_probabilities(CHOICE, events, fit)
    assert found.logp.sum() == pytest.approx(fit.loglik)
    flat = event_probabilities(CHOICE, events, {"recip": 0.0, "alter(z)": 0.0})
    np.testing.assert_allclose(flat.entropy, np.log(7))
    np.testing.assert_allclose(flat.surprise, 0.0)
    table, e = CHOICE.table(events), 40
    rows = slice(*table.start[table.sets_of_events()[e] :][:2])
    p = np.exp(table.x[rows] @ fit.theta)
    p /= p.sum()
    assert found.entropy[e] == pytest.approx(-(p * np.log(p)).sum())
    assert found.spread[e] == pytest.approx(np.sqrt((p * (-np.log(p) - found.entropy[e]) ** 2).sum()))


def test_coefficients_must_fit_the_terms(events: Events) -> None:
    with pytest.raises(UnknownNameError, match="recip"):
        log_probabilities(CHOICE, events, {"recp": 1.0, "alter(z)": 0.0})
    with pytest.raises(FaultList, match="recip"):
        log_probabilities(CHOICE, events, {"alter(z)": 0.0})
    with pytest.raises(FaultList, match="Give the model of the fit"):
        influence(NamingModel("recip"), events, CHOICE.fit(events))


def test_influence_foretells_a_fit_without_the_event(events: Events) -> None:
    fit = CHOICE.fit(events)
    found = influence(CHOICE, events, fit)
    np.testing.assert_allclose(found.change.sum(axis=0), 0.0, atol=1e-6)
    moved = []
    for e in range(0, 70, 7):
        without = CHOICE.fit(events.of(np.arange(70) != e))
        moved.append((fit.theta - without.theta) / np.array(list(fit.standard_errors.values())))
    foretold = found.change[::7]
    assert np.corrcoef(np.ravel(moved), foretold.ravel())[0, 1] > 0.97
    np.testing.assert_allclose(moved, foretold, atol=0.1)
    np.testing.assert_allclose(found.by_sender(8).sum(axis=0), 0.0, atol=1e-6)
    with pytest.raises(FaultList, match="ordinal"):
        influence(RateModel("1"), events, RateModel("1").fit(events))


def test_nested_tests_agree_and_find_what_is_missing() -> None:
    small, full, more = (NamingModel(t) for t in ("alter(z)", "recip + alter(z)", "recip + alter(z) + indeg"))
    missing, needless = [], []
    for events in _many(60):
        fits = [model.fit(events) for model in (small, full, more)]
        missing.append([likelihood_ratio(fits[0], fits[1]).statistic, score_test(fits[0], full, events).statistic])
        needless.append([likelihood_ratio(fits[1], fits[2]).p, score_test(fits[1], more, events).p])
    assert np.corrcoef(np.array(missing).T)[0, 1] > 0.95
    assert np.mean(missing, axis=0).min() > 3.84
    assert stats.kstest(np.array(needless)[:, 0], "uniform").pvalue > 1e-4
    assert stats.kstest(np.array(needless)[:, 1], "uniform").pvalue > 1e-4


def test_models_that_are_not_nested_are_refused(events: Events) -> None:
    fit = CHOICE.fit(events)
    for other in (NamingModel("recip + indeg"), NamingModel("recip + alter(z)")):
        with pytest.raises(FaultList, match="larger model"):
            likelihood_ratio(fit, other.fit(events))
    closed = dataclasses.replace(events, attributes={**events.attributes, "open": np.r_[np.ones(7), 0.0]})
    with pytest.raises(FaultList, match="risk set"):
        likelihood_ratio(fit, NamingModel("recip + alter(z) + indeg", receivers="open").fit(closed))
    with pytest.raises(FaultList, match="alternatives of the fit"):
        score_test(fit, NamingModel("recip + alter(z) + indeg", start=20.0), events)
    rates = [RateModel(text, end=end).fit(events) for text, end in (("1", None), ("1 + ego(z)", 500.0))]
    with pytest.raises(FaultList, match="same start and end"):
        likelihood_ratio(*rates)


def test_a_fixed_term_that_is_freed_is_one_term_more(events: Events) -> None:
    held = NamingModel("recip + alter(z)", fixed={"recip": 0.0}).fit(events)
    test = likelihood_ratio(held, CHOICE.fit(events))
    assert (test.terms, test.df) == (("reciprocity",), 1)
    assert test.statistic == pytest.approx(2 * (CHOICE.fit(events).loglik - NamingModel("alter(z)").fit(events).loglik))
    assert score_test(held, CHOICE, events).statistic == pytest.approx(
        score_test(NamingModel("alter(z)").fit(events), CHOICE, events).statistic, rel=1e-5
    )


@pytest.mark.parametrize(("theta", "answers"), [(0.0, 1 / 3), (np.log(4), 4 / 6)])
def test_replayed_choices_are_those_of_the_model(theta: float, answers: float) -> None:
    """Four persons, two events: person 0 names 1 in a third of cases, and 1 then answers as theta says."""
    events = Events(4, np.array([1.0, 2.0]), np.array([0, 1]), np.array([1, 0]))
    model = NamingModel("recip", fixed={"recip": theta})
    found = replay_fit(model, events, model.fit(events), draws=4000)
    share = dict(zip(found.names, found.simulated.mean(axis=0).tolist(), strict=True))["share that answers"]
    assert share * 2 == pytest.approx(answers / 3, abs=0.03)


@pytest.mark.parametrize(
    "model",
    [
        CHOICE,
        NamingModel("recip + alter(z) + accused", ties="plackett-luce"),
        DyadicModel("recip + alter(z)", timing="ordinal"),
    ],
    ids=lambda m: f"{type(m).__name__}-{m.request().ties}",
)
def test_replayed_statistics_surround_the_observed_where_the_model_holds(model: Any) -> None:
    is_dyadic = isinstance(model, DyadicModel)
    p = []
    for seed in range(25):
        events = _simulated(2000 + seed, TRUE, is_dyadic=is_dyadic)
        rows = replay_fit(model, events, model.fit(events), draws=30, seed=seed).to_rows()
        p.append(
            [row["p"] for row in rows if row["statistic"] in ("share that answers", "share of the ten most named")]
        )
    # 25 archives: fewer than one in twenty expected below 0.05, eight or more in 25 by chance once in 10,000 times
    assert (np.array(p) < 0.05).sum(axis=0).max() < 8


def test_replay_sees_a_missing_effect() -> None:
    odd = 0
    for seed in range(10):
        events = _simulated(3000 + seed, (-1.0, 2.5, 0.4), is_dyadic=False)
        lacking = NamingModel("alter(z)")
        rows = {row["statistic"]: row for row in replay_fit(lacking, events, lacking.fit(events), draws=60).to_rows()}
        odd += rows["share that answers"]["p"] < 0.05
    assert odd >= 8


def test_replayed_rates_look_one_step_ahead(events: Events) -> None:
    model = RateModel("ego(z)", timing="ordinal")
    found = replay_fit(model, events, model.fit(events), draws=50)
    assert "persons sending" in found.names
    assert not any("named" in name for name in found.names)
    assert np.all(np.array([row["p"] for row in found.to_rows() if row["statistic"] == "persons sending"]) > 0.01)
    again = replay_fit(model, events, model.fit(events), draws=50)
    np.testing.assert_array_equal(found.simulated, again.simulated)
    coordination = CoordinationModel("alter(z)")
    fit = coordination.fit(events)
    with pytest.raises(FaultList, match="a choice, rate or dyadic"):
        replay_fit(coordination, events, fit)
