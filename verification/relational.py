"""Items 9 and 10: the estimator gives back the simulator's probabilities, and its intervals cover; and what regressions say.

Archives for the choice come from the simulator itself. Rates and dyads, which it does not have, come from a plain simulator
below that shares nothing with the package.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from greatfear.estimate import (
    Controls,
    DyadicModel,
    Events,
    NamingModel,
    RateModel,
    events_from_archive,
    log_probabilities,
)
from greatfear.scenario import Scenario
from greatfear.simulation.run import simulate
from reference import rem
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import scenario

THETA = {"kin": -0.7, "reciprocity": 0.9, "accused(window=30, transform=log1p)": 0.6, "inertia": -0.8}
CONTACTS = ("kin", "acquaintance")
PAIRS = (-1.0, 0.8, 0.4)
"""Log rate, answer, attribute of the receiver; rates of senders have 0.5 for their own attribute."""
ARCHIVES = 60
LEVEL = 0.95
_TIED = NamingModel(" + ".join(THETA), opportunities=CONTACTS, ties="plackett-luce")
_MODEL = "the model, section 14; Plackett (1975), 10.2307/2346567"
_COVER = "Wald (1943), 10.1090/S0002-9947-1943-0012401-3; sampled sets: McFadden (1978); Lerner, Lomi (2020), 10.1017/nws.2019.57"
_REGRESSION = "Butts (2008), 10.1111/j.1467-9531.2008.00203.x, equations 4 and 6"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on relational event models."""
    yield from _identity(draw)
    yield from _regressions(draw)
    seeds = draw.seeds(10, ARCHIVES * draw.size)
    archives = [events_from_archive(simulate(village(), seed=seed).archive) for seed in seeds]
    truth = np.array(list(THETA.values()))
    for model, what in (
        (_TIED, "choices among all contacts"),
        (dataclasses.replace(_TIED, controls=Controls(4, seed=draw.seed)), "choices among four drawn contacts"),
    ):
        yield _coverage(model, archives, truth, what)
    rng = draw.rng(10)
    of_senders, of_pairs = (
        [plain_events(rng, is_dyadic=kind) for _ in range(2 * ARCHIVES * draw.size)] for kind in (False, True)
    )
    drawn = Controls(3, seed=draw.seed)
    for model, events, own, what in (
        (RateModel("1 + ego(z)", start=0.0), of_senders, (PAIRS[0], 0.5), "rates, waiting times"),
        (RateModel("ego(z)", timing="ordinal", controls=drawn), of_senders, (0.5,), "rates, three drawn senders"),
        (DyadicModel("1 + reciprocity + alter(z)", start=0.0), of_pairs, PAIRS, "pairs, waiting times"),
        (DyadicModel("reciprocity + alter(z)", timing="ordinal"), of_pairs, PAIRS[1:], "pairs, order alone"),
        (
            DyadicModel("reciprocity + alter(z)", timing="ordinal", controls=Controls(9, seed=draw.seed)),
            *(of_pairs, PAIRS[1:], "pairs, nine drawn pairs"),
        ),
    ):
        yield _coverage(model, events, np.array(own), what)


@cache
def village() -> Scenario:
    """Return a village of 160 whose ties are all in its record, so that who could be named is known."""
    return scenario(
        120,
        {"village": 160},
        population={"household": 4, "unit": 12, "ties": {"rule": "small-world", "neighbours": 12, "rewiring": 0.1}},
        offices={"pressure": 0.9, "wait": 1, "pressed": 1, "evidence": []},
        naming={"count": {"rule": "poisson", "at_rest": 2, "under_pressure": 3}, "theta": dict(THETA), "pools": {}},
        leads={"denunciation": {"rate": 0.01}},
    )


def plain_events(rng: np.random.Generator, *, is_dyadic: bool, count: int = 70, n: int = 8) -> Events:
    """Return events of pairs, or of senders who choose, from a model with the coefficients above."""
    z, tied, time, rows = rng.normal(size=n), np.zeros((n, n)), 0.0, []
    while len(rows) < count:
        weight = np.exp(PAIRS[1] * tied.T + PAIRS[2] * z[None, :]) * (1 - np.eye(n))
        if is_dyadic:
            rate = np.exp(PAIRS[0]) * weight
        else:
            rate = np.exp(PAIRS[0] + 0.5 * z)[:, None] * weight / weight.sum(axis=1, keepdims=True)
        time += rng.exponential(1 / rate.sum())
        i, j = divmod(int(rng.choice(n * n, p=(rate / rate.sum()).ravel())), n)
        rows.append((time, i, j))
        tied[i, j] = 1
    when, sender, receiver = (np.array(column) for column in zip(*rows, strict=True))
    return Events(n, when, sender, receiver, attributes={"z": z})


def _identity(draw: Draw) -> Iterator[Finding]:
    """Yield the log-probability identity, for every naming of a run."""
    for seed in draw.seeds(9, draw.size):
        run = simulate(village(), seed=seed)
        truth = run.truth["namings"]["logp"].to_numpy()
        own, instant = (events_from_archive(run.archive, by=by) for by in ("day", "instant"))

        def given(model: NamingModel, events: Events, theta: Mapping[str, float] = THETA) -> NDArray[np.float64]:
            return log_probabilities(model, events, theta)

        found = given(_TIED, own)
        planted = {
            "a coefficient off by 0.001": given(_TIED, own, {**THETA, "kin": THETA["kin"] + 0.001}),
            "denominators not reduced within a sitting": given(dataclasses.replace(_TIED, ties="breslow"), own),
            "everybody at risk": given(dataclasses.replace(_TIED, opportunities=None), own),
            "a history that knows the hour": given(_TIED, instant),
        }
        yield Finding(
            "M9",
            "the archive and theta alone give back the probability of every naming",
            _MODEL,
            f"identity to 1e-10 over {truth.size} namings; sums shown",
            float(truth.sum()),
            float(found.sum()),
            oracles.identity(found, truth, 1e-10),
            {error: oracles.identity(other, truth, 1e-10) for error, other in planted.items()},
        )


def _regressions(draw: Draw) -> Iterator[Finding]:
    """Yield what regressions on stacked rows say, whose rows the plain twin makes."""
    events = plain_events(draw.rng(9), is_dyadic=True, count=40, n=6)
    history = {"n": 6, "changes": {}, "networks": {}, "attributes": events.attributes}
    history |= {name: getattr(events, name) for name in ("time", "sender", "receiver")}
    late = {**history, "time": np.r_[events.time[1:], events.time[-1] + 1]}
    columns = [[{"name": "reciprocity"}], [{"name": "alter", "arguments": ("z",)}]]
    pairs = [(i, j) for i, j in itertools.product(range(6), range(6)) if i != j]
    chosen = np.array(
        [pairs.index(pair) for pair in zip(events.sender.tolist(), events.receiver.tolist(), strict=True)]
    )

    def rows(past: dict[str, Any]) -> NDArray[np.float64]:
        return np.array([[rem.row(past, columns, t, i, j) for i, j in pairs] for t in events.time])

    fit = DyadicModel("reciprocity + alter(z)", timing="ordinal").fit(events)
    logit = [_newton(_logit(x, chosen), 2) for x in (rows(history), rows(late))]
    yield _same("an ordinal dyadic model is a conditional logit by event", fit.theta, logit)
    lengths = np.diff(events.time, prepend=0.0)
    timed = DyadicModel("1 + reciprocity + alter(z)", start=0.0).fit(events)
    poisson = [_newton(_poisson(x, chosen, lengths), 3) for x in (rows(history), rows(late))]
    yield _same("a dyadic model in time is a Poisson regression with log time as offset", timed.theta, poisson)
    null = [np.array([-40 * np.log(size)]) for size in (30, 36)]
    yield _same(
        "with all coefficients 0 the log-likelihood is minus the sum of log sizes", np.array([fit.null_loglik]), null
    )


def _same(claim: str, found: NDArray[np.float64], expected: list[NDArray[np.float64]]) -> Finding:
    """Return the finding that two answers are one to 1e-6, and that a third is not."""
    p = [oracles.identity(found, answer, 1e-6) for answer in expected]
    error = "a pair with oneself" if claim.startswith("with all") else "a state one event late"
    return Finding(
        "M9", claim, _REGRESSION, "identity to 1e-6; first number shown", float(expected[0][0]), float(found[0]), p[0],
        {error: p[1]},
    )  # fmt: skip


Gradient = Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]


def _logit(x: NDArray[np.float64], chosen: NDArray[np.int64]) -> Gradient:
    """Return gradient and information of a conditional logit; x has shape (events, alternatives, columns)."""

    def gradient(theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        p = np.exp(x @ theta)
        p /= p.sum(axis=1, keepdims=True)
        mean = np.einsum("ea,eak->ek", p, x)
        square = np.einsum("ea,eak,eam->km", p, x, x) - mean.T @ mean
        return (x[np.arange(len(chosen)), chosen] - mean).sum(axis=0), square

    return gradient


def _poisson(x: NDArray[np.float64], chosen: NDArray[np.int64], lengths: NDArray[np.float64]) -> Gradient:
    """Return gradient and information of a Poisson regression on the stacked rows, with an intercept."""
    stacked = np.concatenate([np.ones((*x.shape[:2], 1)), x], axis=2).reshape(-1, x.shape[2] + 1)
    count = (np.arange(x.shape[1]) == chosen[:, None]).ravel().astype(float)
    length = np.repeat(lengths, x.shape[1])

    def gradient(theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        mean = length * np.exp(stacked @ theta)
        return stacked.T @ (count - mean), (stacked * mean[:, None]).T @ stacked

    return gradient


def _newton(gradient: Gradient, size: int) -> NDArray[np.float64]:
    """Return where the gradient is 0."""
    theta = np.zeros(size)
    for _ in range(100):
        score, information = gradient(theta)
        step = np.linalg.solve(information, score)
        theta = theta + step / max(1.0, float(np.abs(step).max()))
        if np.abs(score).max() < 1e-9:
            break
    return theta


def _coverage(model: Any, archives: list[Events], truth: NDArray[np.float64], what: str) -> Finding:
    """Return the finding that joint intervals of level 0.95 hold the truth in 95 of 100 archives."""
    fits = [model.fit(events) for events in archives]
    gaps = np.array([fit.theta - truth for fit in fits])
    precision = np.array([np.linalg.inv(fit.covariance) for fit in fits])

    def covered(gap: NDArray[np.float64], by: float = 1.0) -> int:
        distance = by * np.einsum("ak,akm,am->a", gap, precision, gap)
        return int((distance < stats.chi2.ppf(LEVEL, truth.size)).sum())

    hits, size = covered(gaps), len(archives)
    error = np.sqrt(np.array([np.diag(fit.covariance) for fit in fits])).mean(axis=0)
    planted = {
        "standard errors half as long": covered(gaps, 4.0),
        "estimates 1.5 standard errors off": covered(gaps + 1.5 * error),
    }
    return Finding(
        "M10",
        f"estimates cover at the nominal rate: {what}",
        _COVER,
        f"exact binomial on {size} archives, joint regions of {truth.size} coefficients; shares shown",
        LEVEL,
        hits / size,
        oracles.proportion(hits, size, LEVEL),
        {name: oracles.proportion(count, size, LEVEL) for name, count in planted.items()},
    )
