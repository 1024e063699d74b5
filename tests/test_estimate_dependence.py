"""Events of one sender that depend on one another: clustered errors, and coefficients that vary from sender to sender."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from greatfear.errors import FaultList
from greatfear.estimate import Controls, DyadicModel, Events, NamingModel, RateModel, event_probabilities
from greatfear.estimate.varying import _marginal, _senders

N, EACH = 30, 20
TRUE = {"inertia": 0.5, "alter(z)": 0.4}
MODEL = NamingModel("inertia + alter(z)")


def _drawn(seed: int, sd: float = 0.6) -> Events:
    """Choices by senders whose taste for z differs, who also repeat themselves."""
    rng = np.random.default_rng(seed)
    z, taste = rng.normal(size=N), TRUE["alter(z)"] + sd * rng.normal(size=N)
    sender = np.concatenate([rng.permutation(N) for _ in range(EACH)])
    named, receiver = np.zeros((N, N)), []
    for i in sender:
        u = taste[i] * z + TRUE["inertia"] * named[i] + rng.gumbel(size=N)
        u[i] = -np.inf
        receiver.append(int(u.argmax()))
        named[i, receiver[-1]] = 1
    return Events(N, np.arange(float(sender.size)), sender, np.array(receiver), attributes={"z": z})


def test_intervals_cover_where_senders_differ() -> None:
    """Nominal intervals do not; clustered ones do for the attribute, and varying coefficients for both terms."""
    models = {
        "plain": MODEL,
        "clustered": dataclasses.replace(MODEL, cluster="sender"),
        "varying": dataclasses.replace(MODEL, varying="alter(z)"),
    }
    hits: dict[tuple[str, str], list[bool]] = {}
    spread = []
    for seed in range(25):
        events = _drawn(seed)
        for name, model in models.items():
            fit = model.fit(events)
            assert fit.converged
            for term, (low, high) in fit.interval().items():
                if term in TRUE:
                    hits.setdefault((name, term), []).append(low <= TRUE[term] <= high)
        spread.append(fit.coefficients["sd(alter(z))"])
    share = {key: float(np.mean(found)) for key, found in hits.items()}
    assert share["plain", "inertia"] < 0.6
    assert share["plain", "alter(z)"] < 0.75
    assert share["clustered", "alter(z)"] > 0.83
    assert share["varying", "inertia"] > 0.83
    assert share["varying", "alter(z)"] > 0.83
    assert np.mean(spread) == pytest.approx(0.6, abs=0.06)


def test_the_marginal_likelihood_is_that_of_a_fine_grid() -> None:
    table, theta = MODEL.table(_drawn(3)), np.array([0.4, 0.3])
    for varying, spread in ((("alter(z)",), np.array([0.7])), (("inertia", "alter(z)"), np.array([0.4, 0.6]))):
        grid = np.linspace(-6, 6, 121 if len(varying) == 1 else 41)
        senders = _senders(table, varying)
        parts = [
            senders.moments(theta, np.tile(spread * u, (N, 1)))[0] - 0.5 * np.dot(u, u)
            for u in map(np.array, itertools.product(grid, repeat=len(varying)))
        ]
        size = (grid[1] - grid[0]) / np.sqrt(2 * np.pi)
        expected = (np.logaddexp.reduce(parts) + len(varying) * np.log(size)).sum()
        found, by_theta, by_spread = _marginal(senders, theta, spread)
        assert found == pytest.approx(expected, abs=1e-3)
        assert found != pytest.approx(_marginal(senders, theta, spread * 1.1)[0], abs=1e-2)
        for k, unit in enumerate(np.eye(2) * 1e-4):
            slope = (_marginal(senders, theta + unit, spread)[0] - _marginal(senders, theta - unit, spread)[0]) / 2e-4
            assert by_theta[k] == pytest.approx(slope, rel=1e-3, abs=1e-2)
        for k, unit in enumerate(np.eye(spread.size) * 1e-4):
            ways = [_marginal(senders, theta, spread * np.exp(way * unit))[0] for way in (1, -1)]
            assert by_spread[k] == pytest.approx((ways[0] - ways[1]) / 2e-4, rel=1e-2, abs=3e-2)


def test_senders_who_do_not_differ_have_no_spread() -> None:
    events = _drawn(5, sd=0.0)
    fit, plain = dataclasses.replace(MODEL, varying="alter(z)").fit(events), MODEL.fit(events)
    assert fit.coefficients["sd(alter(z))"] < 0.25
    assert plain.loglik - 1e-3 <= fit.loglik < plain.loglik + 2
    assert "vary between 30 senders" in str(fit)
    assert np.isnan(fit.to_rows()[-1]["p"])  # type: ignore[arg-type]
    assert event_probabilities(MODEL, events, fit).logp.size == events.time.size


def _naive(events: Events, groups: np.ndarray) -> np.ndarray:
    """The sandwich, written out event by event."""
    fit, table = MODEL.fit(events), MODEL.table(events)
    scores: dict[int, np.ndarray] = {}
    for e, row in enumerate(table.chosen):
        s = table.sets_of_events()[e]
        x = table.x[table.start[s] : table.start[s + 1]]
        p = np.exp(x @ fit.theta)
        scores.setdefault(int(groups[e]), np.zeros(2))
        scores[int(groups[e])] += table.x[row] - (p / p.sum()) @ x
    count = len(scores)
    meat = sum(np.outer(score, score) for score in scores.values()) * count / (count - 1)
    return np.asarray(fit.covariance @ meat @ fit.covariance)


def test_clustered_errors_are_the_sandwich_written_out() -> None:
    events = _drawn(1)
    alone = np.arange(events.time.size)
    order = np.argsort(events.sender, kind="stable")
    # sittings of four names, each of one sender and time
    seated = dataclasses.replace(
        events, time=alone // 4 * 1.0, sender=events.sender[order], receiver=events.receiver[order], sitting=alone // 4
    )
    for cluster, told, groups in (("sender", events, events.sender), ("sitting", seated, alone // 4)):
        fit = dataclasses.replace(MODEL, cluster=cluster).fit(told)  # type: ignore[arg-type]
        np.testing.assert_allclose(fit.covariance, _naive(told, groups), rtol=1e-9)
        assert f"clustered by {cluster}" in str(fit)
        assert fit.n_clusters == np.unique(groups).size
        assert not np.allclose(fit.covariance, _naive(told, alone), rtol=1e-3)


def test_every_model_can_have_clustered_errors() -> None:
    events = _drawn(2)
    for model in (
        RateModel("1 + ego(z)", cluster="sender"),
        DyadicModel("1 + alter(z)", cluster="sender"),
        DyadicModel("alter(z)", timing="ordinal", cluster="sender"),
        NamingModel("alter(z)", controls=Controls(5), cluster="sender"),
    ):
        fit = model.fit(events)
        assert fit.n_clusters == N
        assert np.isfinite(fit.covariance).all()
    # each sender speaks exactly once a round: the rate is far more even than a Poisson one
    assert RateModel("1", cluster="sender").fit(events).standard_errors["intercept"] < 0.01


def test_settings_that_cannot_be_had_are_refused() -> None:
    events = _drawn(2)
    for model, said in (
        (dataclasses.replace(MODEL, cluster="town"), "'sender' or 'sitting'"),  # type: ignore[arg-type]
        (dataclasses.replace(MODEL, varying="indeg"), "a term of the formula"),
        (dataclasses.replace(MODEL, varying="alter(z)", cluster="sender"), "one of them"),
        (RateModel("1", cluster="sitting"), "(?i)waiting times belong to senders"),
        (NamingModel("inertia + alter(z) + indeg", varying=("inertia", "alter(z)", "indeg")), "two different"),
    ):
        with pytest.raises(FaultList, match=said):
            model.fit(events)
    few = Events(4, np.arange(6.0), np.array([0, 0, 0, 0, 0, 0]), np.array([1, 2, 1, 3, 1, 2]))
    with pytest.raises(FaultList, match="better 30 or more"):
        NamingModel("inertia", cluster="sender").fit(few)
