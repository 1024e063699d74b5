"""Item 6 and items 1 and 2 of the history: belief of the centre, offices fed by their own findings, eliminations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from greatfear.simulation.reduced import belief_path, draw_eliminations, draw_urn, eliminations
from greatfear.simulation.run import Run, simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import arrests, first_accused, scenario

_ENSIGN = "Ensign et al. (2018), arXiv 1706.09847, sections 3 and 4"
_GREGORY = "Gregory, Schröder, Sonin (2011), J. Comparative Economics 39(1); reduced form in HISTORY.md, 1"
_MODEL = "MODEL.md section 7"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on feedback."""
    seeds, rng = draw.seeds(6, 9), draw.rng(6)
    yield from _credulous(seeds[0], 200 * draw.size)
    yield _sober(seeds[1])
    yield _equal_rates(seeds[2], 2000 * draw.size, rng)
    yield _unequal_rates(seeds[3], 500 * draw.size)
    yield _corrected(seeds[4], 500 * draw.size, rng)
    yield from _eliminations(seeds[5], 60 * draw.size)


def _centre_run(
    mean: float, first: int, days: int, seed: int, centre: dict[str, float], over: int = 1, **population: object
) -> Run:
    world = scenario(
        days,
        {"all": 200_000_000},
        naming={"count": {"rule": "poisson", "at_rest": mean, "under_pressure": mean}, "pools": {"strangers": 16}},
        orders=first_accused(first, days=over),
        centre=centre,
        population=population,
    )
    return simulate(world, seed=seed)


def _by_period(run: Run, period: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return arrests and persons first named while free by period, from the tables alone."""
    statements, n = run.archive.table("statements"), run.scenario.time.end - run.scenario.time.start
    who, first = np.unique(statements.column("subject").to_numpy(), return_index=True)
    time, taken = statements.column("time").to_numpy()[first], np.full(run.archive.n_rows("persons"), np.inf)
    taken[arrests(run).person] = arrests(run).day
    named = time[time.astype(np.int64) < taken[who]].astype(np.int64) // period
    return tuple(np.bincount(x, minlength=n.days // period) for x in (arrests(run).day // period, named))


def _credulous(seed: int, first: int, prior: int = 10_000) -> Iterator[Finding]:
    """Credulity 1: belief grows with every name; above the threshold of one name a case it never falls."""
    centre = {"prior": prior, "credulity": 1, "gamma": 1, "period": 2}
    for mean, generations in ((2.0, 6), (0.5, 100)):
        run = _centre_run(mean, first, 2 * generations, seed, centre)
        belief = np.array([row[1] for row in run.centre["series"]])
        taken, named = _by_period(run, 2)
        path = {g: belief_path(prior, taken, named, taken, credulity=1.0, gamma=g) for g in (1.0, 1.1)}
        yield Finding(
            "M6",
            f"credulity 1, {mean:g} names a case: belief is the prior + names - arrests, from the tables alone",
            _MODEL,
            f"identity over {belief.size} periods; last shown",
            float(path[1.0][-1]),
            float(belief[-1]),
            oracles.identity(path[1.0], belief, 1e-12),
            {"gamma a tenth too large": oracles.identity(path[1.1], belief, 1e-12)},
        )
        yield _runaway(belief, prior, first, mean) if mean > 1.0 else _return(belief, prior, first)


def _runaway(belief: NDArray[np.float64], prior: int, first: int, mean: float) -> Finding:
    """Names not yet followed are the next generation of a branching process: mean s m^n, variance in Harris (1963), I.5."""
    growth = mean**belief.size
    # a quarter more than the standard deviation, since the sum of trees is a little skewed where the normal law is not
    spread = 1.25 * np.sqrt(first * growth * (growth - 1.0) / (mean - 1.0))
    falls = bool(np.any(np.diff(np.concatenate(([prior], belief))) < 0))
    z = [abs(belief[-1] - prior + first - first * m**belief.size) / spread for m in (mean, 1.25 * mean)]
    p, planted = (float(2.0 * stats.norm.sf(x)) for x in z)
    return Finding(
        "M6",
        f"credulity 1, {mean:g} names a case: belief never falls (runaway), prior - s + s m^n after n periods",
        _MODEL,
        f"z, {first} first accused, n = {belief.size}",
        prior - first + first * growth,
        float(belief[-1]),
        0.0 if falls else p,
        {"m a quarter too large": planted},
    )


def _return(belief: NDArray[np.float64], prior: int, first: int) -> Finding:
    """Below the threshold the cascade ends, all who were named are arrested, and belief has lost the first accused."""
    return Finding(
        "M6",
        "credulity 1, below one name a case: the cascade ends and belief stays at the prior - s",
        _MODEL,
        f"identity after {belief.size} periods, {first} first accused",
        prior - first,
        float(belief[-1]),
        oracles.identity(belief[-1], float(prior - first)),
        {"first accused forgotten": oracles.identity(belief[-1], float(prior))},
    )


def _sober(seed: int, prior: int = 50_000, members: int = 3000, learning: float = 0.25) -> Finding:
    """Credulity 0: belief closes in on the true number, by the same share of the error in every period."""
    centre = {"prior": prior, "credulity": 0, "learning": learning, "period": 10}
    organisations = {"circle": {"members": members, "fellows": 2}}
    # somebody is arrested in every period: a period without evidence teaches nothing
    run = _centre_run(0.5, 600, 600, seed, centre, over=600, organisations=organisations)
    belief = np.array([row[1] for row in run.centre["series"]])
    member = run.truth["members"].column("member").to_numpy()[arrests(run).person] >= 0
    left = members - np.searchsorted(np.sort(arrests(run).day[member]), np.arange(10, 601, 10))
    path = {x: prior * (1 - x) ** np.arange(1, 61) + _weighted(left, x) for x in (learning, 1.2 * learning)}
    return Finding(
        "M6",
        "credulity 0: belief converges to the true number of members, error times (1 - learning) each period",
        _MODEL,
        "identity over 60 periods; last shown",
        float(left[-1]),
        float(belief[-1]),
        min(oracles.identity(path[learning], belief, 1e-9), float(abs(belief[-1] - left[-1]) < 0.01)),
        {"learning a fifth too fast": oracles.identity(path[1.2 * learning], belief, 1e-9)},
    )


def _weighted(true: NDArray[np.int64], learning: float) -> NDArray[np.float64]:
    """Return the part of belief that comes from the truth: an exponentially weighted sum, written out."""
    n = true.size
    lag = np.arange(n)[:, None] - np.arange(n)[None, :]
    return (np.where(lag >= 0, learning * (1 - learning) ** np.maximum(lag, 0), 0.0) * true).sum(axis=1)


def _equal_rates(seed: int, urns: int, rng: np.random.Generator, records: int = 60) -> Finding:
    found = draw_urn(urns, records, rates=(0.5, 0.5), seed=seed)
    n = np.arange(records + 1)
    test = [
        oracles.uniformity(oracles.spread(found, law.pmf(n), rng))
        for law in (stats.betabinom(records, 1, 1), stats.betabinom(records, 3, 3), stats.binom(records, 0.5))
    ]
    return Finding(
        "M6 H2",
        "equal rates: shares diverge, limit uniform on (0, 1), variance 1/12",
        _ENSIGN,
        f"KS against the beta-binomial(1, 1) on {urns} urns; variance of share shown",
        (1 + 2 / records) / 12,
        float((found / records).var()),
        test[0],
        {"three balls each": test[1], "no feedback": test[2]},
    )


def ratio_law(y: NDArray[np.float64], rho: float) -> NDArray[np.float64]:
    """Return P(B / A^rho <= y) in the limit: E2 / E1^rho of two standard exponentials (one ball each).

    By embedding in continuous time, Athreya and Karlin (1968), 10.1214/aoms/1177698013: counts grow as E exp(rate t).
    The integral of exp(-x - y x^rho) is taken over log x, where the integrand is smooth and falls off doubly
    exponentially: the trapezoid rule is then exact to rounding for every y.
    """
    step = 0.02
    log_x = np.arange(-40.0, 5.0, step)
    above = [np.exp(log_x - np.exp(log_x) - one * np.exp(rho * log_x)).sum() * step for one in y]
    return 1.0 - np.array(above)


def _unequal_rates(seed: int, urns: int, records: int = 10_000) -> Finding:
    """Uncorrected, the office with more to find takes all: its share tends to 1 as A^(rho - 1)."""
    rates = (0.6, 0.3)
    a = draw_urn(urns, records, rates=rates, seed=seed) + 1.0
    b = records + 2.0 - a
    test = [oracles.uniformity(np.clip(ratio_law(b / a**rho, rho), 0.0, 1.0)) for rho in (rates[1] / rates[0], 0.6)]
    return Finding(
        "M6 H2",
        "unequal rates: share of the richer region tends to 1, B / A^(1/2) to E2 / E1^(1/2)",
        _ENSIGN + "; Athreya, Karlin (1968), 10.1214/aoms/1177698013",
        f"KS on {urns} urns of {records} records; median share shown",
        1.0,
        float(np.median(a / (a + b))),
        test[0],
        {"ratio of rates 0.6, not 0.5": test[1]},
    )


def _corrected(seed: int, urns: int, rng: np.random.Generator, records: int = 400) -> Finding:
    rates = (0.6, 0.3)
    found = draw_urn(urns, records, rates=rates, corrected=True, seed=seed)
    plain = draw_urn(urns, records, rates=rates, corrected=False, seed=seed)
    law = stats.binom(records, rates[0] / sum(rates)).pmf(np.arange(records + 1))
    test = [oracles.uniformity(oracles.spread(x, law, rng)) for x in (found, plain)]
    return Finding(
        "M6 H2",
        "corrected: share converges to the true share of the rates, records binomial",
        _ENSIGN,
        f"KS on {urns} urns of {records} records; mean share shown",
        rates[0] / sum(rates),
        float(found.mean() / records),
        test[0],
        {"the correction left out": test[1]},
    )


def _eliminations(seed: int, turns: int, persons: int = 20_000) -> Iterator[Finding]:
    rates = (0.1, 0.05, 0.8, 0.2)
    known = eliminations(1000, *rates)
    figures = np.array(
        [round(known.precision, 3), round(known.removals, 1), round(known.innocents, 1), round(known.flagged)]
    )
    blind = eliminations(1000, 0.1, 0.05, 0.3, 0.3)
    printed = {"as printed": (0.308, 194.0, 134.3, 260.0), "innocents of the unflagged": (0.308, 194.0, 174.6, 260.0)}
    test = {name: oracles.identity(figures, np.array(row), 1e-9) for name, row in printed.items()}
    yield Finding(
        "H1",
        "N = 1000, 0.1, 0.05, 0.8, 0.2: v = 0.308, K = 194.0, innocents 134.3 of 260; without information K = N",
        _GREGORY,
        "identity as printed; K shown",
        194.0,
        known.removals,
        min(test["as printed"], oracles.identity(blind.removals, 1000.0, 1e-9)),
        {"innocents times 1.3": test["innocents of the unflagged"]},
    )
    removed, innocents = draw_eliminations(persons, rates, turns, seed)
    # the last removal may pass the target: by less than one enemy, hence by less than (1 - target) / (v - target) removals
    allowance = 0.95 / (known.precision - 0.05)
    right, wrong = (eliminations(persons, *case) for case in (rates, (0.1, 0.06, 0.8, 0.2)))
    for name, found, e, planted, slack in (
        ("removals K = N (theta - tau) / (v - tau)", removed, right.removals, wrong.removals, allowance),
        ("innocents K (1 - v)", innocents, right.innocents, wrong.innocents, allowance),
    ):
        yield Finding(
            "H1",
            f"simulated: {name}",
            _GREGORY,
            f"t on {turns} populations of {persons}, allowance {slack:.1f}",
            e,
            float(found.mean()),
            oracles.mean(found, e, slack),
            {"target 0.06, not 0.05": oracles.mean(found, planted, slack)},
        )
