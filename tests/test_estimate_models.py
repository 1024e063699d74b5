"""Tied times, coordination, actors who come and go, statistics that move with time, and tables refitted elsewhere."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from greatfear.errors import FaultList, RiskSetError
from greatfear.estimate import (
    Changes,
    Controls,
    CoordinationModel,
    DyadicModel,
    Events,
    NamingModel,
    RateModel,
    Ties,
    effect,
    log_probabilities,
    parse_formula,
)
from greatfear.estimate.tabulating import tabulate_spells
from reference import rem
from test_estimate_twin import N, _columns, _events, _history

CHOICE = "recip + commonSender + alter(z) + tie"
THETA = np.array([0.4, 0.3, -0.5, 0.6])


def _distinct(seed: int) -> dict[str, Any]:
    """A history in which nobody is named twice at one time by one person, and every sender is known."""
    history = _history(seed)
    known = history["sender"] >= 0
    rows = dict.fromkeys(zip(*(history[c][known].tolist() for c in ("time", "sender", "receiver")), strict=True))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return {**history, "time": columns[0], "sender": columns[1], "receiver": columns[2]}


@pytest.mark.parametrize("seed", range(3))
def test_names_of_a_sitting_are_drawn_without_replacement(seed: int) -> None:
    history = _distinct(seed)
    sitting = list(zip(history["time"], history["sender"], strict=True))
    twin = rem.sittings_loglik(history, _columns(parse_formula(CHOICE)), THETA, sitting)
    found = log_probabilities(NamingModel(CHOICE, ties="plackett-luce"), _events(history), THETA)
    np.testing.assert_allclose(found, twin, atol=1e-12)
    breslow = log_probabilities(NamingModel(CHOICE), _events(history), THETA)
    assert np.abs(found - breslow).max() > 0.05, "some sitting has two names"
    assert np.all(found >= breslow - 1e-12)


def test_sittings_within_a_time_are_told_apart() -> None:
    rows = np.array([0, 0, 0]), np.array([1, 2, 3])
    events = Events(4, np.ones(3), *rows, sitting=np.array([0, 1, 1]))
    sizes = NamingModel("tie", ties="plackett-luce").table(events).sizes
    assert sizes.tolist() == [3, 3, 2]
    assert NamingModel("tie", ties="plackett-luce", controls=Controls(9)).table(events).sizes.tolist() == [3, 3, 2]
    assert NamingModel("tie").table(events).sizes.tolist() == [3, 3, 3]


def test_an_unknown_rule_for_ties_is_refused() -> None:
    with pytest.raises(FaultList, match="plackett-luce"):
        NamingModel("tie", ties="efron").fit(_events(_history(1)))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(2))
def test_coordination_equals_its_twin(seed: int) -> None:
    history = _distinct(seed)
    twin = rem.coordination_loglik(history, _columns(parse_formula(CHOICE)), THETA)
    names = parse_formula(CHOICE).names
    held = CoordinationModel(CHOICE, fixed=dict(zip(names, THETA.tolist(), strict=True))).fit(_events(history))
    assert held.loglik == pytest.approx(twin, abs=1e-10)
    assert held.null_loglik == pytest.approx(-np.log(held.risk_set_sizes).sum())
    # ties go both ways: recip would say what tie says
    fit = CoordinationModel("commonSender + alter(z) + tie").fit(_events(history))
    assert fit.converged
    for name, value in fit.coefficients.items():
        for step in (-1e-3, 1e-3):
            beside = {**fit.coefficients, name: value + step}
            held = CoordinationModel("commonSender + alter(z) + tie", fixed=beside).fit(_events(history))
            assert held.loglik < fit.loglik


def test_coordination_leaves_out_pairs_that_are_not_at_risk_both_ways() -> None:
    one_way = Ties(np.array([0, 1, 2, 1]), np.array([1, 0, 1, 3]), np.full(4, -np.inf), np.full(4, np.inf))
    events = Events(4, np.arange(3.0), np.array([0, 2, 0]), np.array([1, 1, 1]), networks={"may": one_way})
    fit = CoordinationModel("inertia", opportunities="may", fixed={"inertia": 0.0}).fit(events)
    assert [(gone.reason, gone.count) for gone in fit.left_out] == [("not at risk both ways", 1)]
    assert fit.risk_set_sizes.tolist() == [1.0, 1.0]


def test_spans_are_half_open() -> None:
    there = Changes.from_spans(np.array([1, 2, 2]), np.array([2.0, -np.inf, 5.0]), np.array([4.0, 3.0, np.inf]))
    sender = np.zeros(7, int)
    rows = np.arange(7.0), sender, np.full(7, 3)
    values = {"there": np.array([0.0, 0.0, 0.0, 1.0])}
    events = Events(4, *rows, attributes=values, changes={"there": there})
    table = NamingModel("tie", receivers="there").table(events)
    at = [set((table.pair[table.start[s] : table.start[s + 1]] % 4).tolist()) for s in range(7)]
    assert at == [{2, 3}, {2, 3}, {1, 2, 3}, {1, 3}, {3}, {2, 3}, {2, 3}]


def test_who_is_at_risk_must_be_known_of_everybody() -> None:
    events = dataclasses.replace(_events(_history(1)), attributes={"z": np.array([1, np.nan, 1, 1, 1, 1])})
    with pytest.raises(RiskSetError, match="1 of 6 persons"):
        NamingModel("tie", receivers="z").fit(events)
    with pytest.raises(RiskSetError, match="Give 1 or 0"):
        RateModel("1", senders="z").fit(events)


def test_opportunities_may_join_networks() -> None:
    events = _events(_history(2))
    pairs = np.array([(i, j) for i in range(N) for j in range(N) if i != j]).T
    half = pairs[0] < pairs[1]
    networks = {
        name: Ties(*pairs[:, rows], np.full(rows.sum(), -np.inf), np.full(rows.sum(), np.inf))
        for name, rows in (("up", half), ("down", ~half))
    }
    joined = dataclasses.replace(events, networks=networks)
    assert NamingModel("tie", opportunities=("up", "down")).fit(joined).loglik == NamingModel("tie").fit(events).loglik
    fit = NamingModel("recip", opportunities=("up", "")).fit(joined)
    assert fit.risk_set == "tied by up or an earlier event; never the sender"


def test_objects_say_what_text_says() -> None:
    text = "recip + indeg(window=2, transform=sqrt) + same(w) + recip:alter(z) + tertius(z)"
    objects = effect("recip") + effect("indeg", window=2, transform="sqrt") + effect("same", "w")
    objects = objects + effect("recip") * effect("alter", "z") + effect("tertius", "z")
    assert NamingModel(objects).request().formula == parse_formula(text)
    assert RateModel(effect("intercept") + effect("indeg")).request().formula.names == ("intercept", "indeg(type=ego)")
    assert NamingModel(effect("common_sender")).request().formula.names == ("two_path",)
    with pytest.raises(FaultList) as caught:
        effect("indeg", windw=3, type="both")
    assert len(caught.value.faults) == 2
    with pytest.raises(FaultList, match="half-life"):
        parse_formula("tie(window=3, halflife=2)")


def test_steps_refine_what_moves_with_time() -> None:
    """A rate that falls as exp(-b t) since the last event: the integral is known, and small steps come near it."""
    rows = np.array([0.0, 4.0]), np.array([0, 0]), np.array([1, 2])
    events = Events(3, *rows, attributes={"first": np.array([1.0, 0.0, 0.0])})
    name = "timeSinceSend(type=ego)"
    exact = -(1 - math.exp(-0.5 * 4)) / 0.5 - 2 * 4 - 0.5 * 4
    errors = []
    for step in (None, 0.5, 0.01):
        model = RateModel("timeSinceSend", fixed={name: -0.5}, step=step)
        errors.append(abs(model.fit(events).loglik - exact))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.01
    with pytest.raises(FaultList, match="more than 0"):
        RateModel("timeSinceSend", step=0.0).fit(events)


def test_spells_and_the_full_table_are_one_where_nothing_moves() -> None:
    events, model = _events(_history(4)), RateModel("1 + accused + ego(w)")
    short, full = tabulate_spells(model.request(), events), model.table(events)
    assert short.weight.sum() == pytest.approx(float(full.exposure.sum()) * N)


def test_the_table_can_be_refitted_elsewhere() -> None:
    """A conditional logit by quasi-Newton on the Arrow table alone."""
    model = NamingModel("recip + alter(z) + indeg(transform=sqrt)")
    events = _events(_history(3))
    fit, rows = model.fit(events), model.table(events).to_arrow().to_pandas()
    x, chosen = rows[list(fit.names)].to_numpy(), rows["chosen"].to_numpy()
    sets = rows["set"].to_numpy()

    def minus(theta: Any) -> float:
        u = x @ theta
        log_sums = np.log(np.bincount(sets, np.exp(u)))
        return float(-(chosen * (u - log_sums[sets])).sum())

    end = minimize(minus, np.zeros(3), method="BFGS", options={"gtol": 1e-7})
    np.testing.assert_allclose(fit.theta, end.x, atol=1e-5)
    assert fit.loglik == pytest.approx(-end.fun, abs=1e-9)


@pytest.mark.parametrize(
    "model",
    [
        RateModel("ego(z) + outdeg", timing="ordinal", senders="w"),
        DyadicModel("recip + alter(z)", timing="ordinal", senders="w"),
        DyadicModel("recip + alter(z)", timing="ordinal", opportunities="kin"),
        NamingModel("recip + alter(z)", opportunities="kin"),
        NamingModel("recip + alter(z)", receivers="w"),
        NamingModel("recip + alter(z)", ties="plackett-luce"),
    ],
    ids=lambda m: f"{type(m).__name__}-{m.request().risk}",
)
def test_as_many_controls_as_there_are_give_the_full_table(model: Any) -> None:
    history = _distinct(5)
    history["networks"]["kin"] = [
        (i, j, -np.inf if (i + j) % 2 else 1.6, np.inf) for i in range(N) for j in range(N) if i != j
    ]
    events, theta = _events(history), np.array([0.3, -0.4])
    drawn = dataclasses.replace(model, controls=Controls(50))
    full, sampled = (m.table(events) for m in (model, drawn))
    assert sampled.sizes.tolist() == full.sizes.tolist()
    assert sampled.left_out == full.left_out
    np.testing.assert_allclose(log_probabilities(model, events, theta), log_probabilities(drawn, events, theta))
    few = dataclasses.replace(model, controls=Controls(2)).table(events)
    assert few.sizes.tolist() == full.sizes.tolist()
    widths = np.diff(few.start)[np.diff(few.start) > 0]
    assert np.all(widths == np.minimum(full.sizes[np.argsort(few.chosen)], 3))


def test_controls_need_a_model_without_time() -> None:
    with pytest.raises(FaultList, match="ordinal"):
        RateModel("1", controls=Controls(2)).fit(_events(_history(1)))
