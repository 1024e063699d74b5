"""Item 2, and item 6 of the history: names Poisson(m) in an endless population make a branching process."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from greatfear.scenario import Scenario
from greatfear.simulation.run import simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import Arrests, arrests, first_accused, scenario

_HARRIS = "Harris (1963), The Theory of Branching Processes, ch. I; Galton-Watson: q = exp(m(q-1))"
_BOREL = "Borel (1942); Tanner (1961), 10.1093/biomet/48.1-2.222; Consul, Famoye (2006), ch. 9"
ENDLESS = 200_000_000
GENERATION = 2
"""Days: a statement of one day leads to an arrest on the next, and to a sitting one day later."""


def borel(mean: float, most: int) -> NDArray[np.float64]:
    """Return the probabilities of total size 0, 1, ..., `most` of the tree of one first accused."""
    n = np.arange(1, most + 1)
    return np.concatenate(([0.0], np.exp(-mean * n + (n - 1) * np.log(mean * n) - special.gammaln(n + 1))))


def die_out(mean: float) -> float:
    """Return the probability that the tree of one first accused ends: the least root of q = exp(m(q-1))."""
    return (
        1.0
        if mean <= 1.0
        else float(optimize.brentq(lambda q: q - np.exp(mean * (q - 1.0)), 0.0, 1.0 - 1e-9 - 1e-3 * (mean - 1.0)))
    )


def extinct_sizes(mean: float, generations: int, most: int) -> NDArray[np.float64]:
    """Return P(total size = k and nobody in generation `generations`), k = 0, 1, ..., `most`.

    By f(x) = x exp(m(f(x) - 1)), once for each generation, on power series cut off at x^most.
    """
    series = np.zeros(most + 1)
    for _ in range(generations):
        inner = mean * series
        power = np.zeros(most + 1)
        power[0] = np.exp(inner[0] - mean)
        for k in range(1, most + 1):  # the derivative of exp(g) is g' exp(g)
            j = np.arange(1, k + 1)
            power[k] = np.sum(j * inner[j] * power[k - j]) / k
        series = np.concatenate(([0.0], power[:-1]))
    return series


def world(mean: float, first: int, days: int, regions: int = 1, **offices: float) -> Scenario:
    """Return an endless population in which everybody names Poisson(mean) strangers."""
    each = ENDLESS // regions
    return scenario(
        days,
        {f"r{k}": each for k in range(regions)},
        naming={"count": {"rule": "poisson", "at_rest": mean, "under_pressure": mean}, "pools": {"strangers": 16}},
        orders=first_accused(first),
        offices=offices,
    )


def _trees(found: Arrests) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return total size and last generation of the tree of each first accused."""
    first = np.flatnonzero(found.by_order)
    size = np.bincount(found.root, minlength=found.root.size)[first]
    last = np.zeros(found.root.size, np.int64)
    np.maximum.at(last, found.root, found.generation)
    return size, last[first]


def measure_sizes(mean: float, first: int, generations: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Run the simulator; return total size and last generation of each tree, up to `generations`."""
    return _trees(arrests(simulate(world(mean, first, GENERATION * generations + 1), seed=seed)))


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on branching."""
    seeds, rng = draw.seeds(2, 9), draw.rng(2)
    yield _total_size(0.8, 1200 * draw.size, seeds[0], rng)
    yield from _supercritical(2.0, 300 * draw.size, 6, seeds[1], rng)
    yield from _supercritical(1.5, 300 * draw.size, 7, seeds[2], rng)
    yield _pursued(1.4, 0.5, 1000 * draw.size, seeds[3], rng)
    yield _die_out_figures()
    yield _limit(1.5, 30, min(1000, 300 * draw.size), seeds[4], rng)


def _total_size(mean: float, first: int, seed: int, rng: np.random.Generator) -> Finding:
    sizes, _ = measure_sizes(mean, first, 150, seed)
    test = {m: oracles.uniformity(oracles.spread(sizes, borel(m, 5000), rng)) for m in (mean, 1.25 * mean, 0.7 * mean)}
    return Finding(
        "M2",
        f"m = {mean:g} < 1: total size of a tree is Borel-Tanner",
        _BOREL,
        f"KS on {first} trees; means shown",
        1.0 / (1.0 - mean),
        float(sizes.mean()),
        test[mean],
        {"m a quarter too large": test[1.25 * mean], "m times 0.7": test[0.7 * mean]},
    )


def _supercritical(mean: float, first: int, generations: int, seed: int, rng: np.random.Generator) -> Iterator[Finding]:
    sizes, last = measure_sizes(mean, first, generations, seed)
    ended = last < generations
    expected = {m: extinct_sizes(m, generations, 400) for m in (mean, 1.8 * mean, 0.65 * mean)}
    q = {m: float(series.sum()) for m, series in expected.items()}
    yield Finding(
        "M2 H6",
        f"m = {mean:g} > 1: dies out with probability {die_out(mean):.3f}, by generation {generations} {q[mean]:.3f}",
        _HARRIS,
        f"exact binomial on {first} trees",
        q[mean],
        float(ended.mean()),
        oracles.proportion(ended.sum(), first, q[mean]),
        {f"m times {m / mean:.2g}": oracles.proportion(ended.sum(), first, q[m]) for m in list(q)[1:]},
    )
    test = {m: oracles.uniformity(oracles.spread(sizes[ended], series / q[m], rng)) for m, series in expected.items()}
    own = expected[mean] / q[mean]
    yield Finding(
        "M2",
        f"m = {mean:g} > 1: size of trees that end is Borel-Tanner with parameter m q",
        _BOREL,
        f"KS on {ended.sum()} trees; means shown",
        float(own @ np.arange(own.size)),
        float(sizes[ended].mean()),
        test[mean],
        {"not conditioned: m itself": oracles.uniformity(oracles.spread(sizes[ended], borel(mean, 400), rng))},
    )


def pursued_sizes(names: float, asked: float, most: int) -> NDArray[np.float64]:
    """Return the probabilities of total size 0, ..., `most` if a case is asked with probability `asked`, by Dwass (1969).

    P(T = n) = P(n cases name n - 1 in all) / n.
    """
    law = np.zeros(most + 1)
    for n in range(1, most + 1):
        j = np.arange(n + 1)
        law[n] = np.sum(stats.binom.pmf(j, n, asked) * stats.poisson.pmf(n - 1, names * j)) / n
    return law


def _pursued(names: float, asked: float, first: int, seed: int, rng: np.random.Generator) -> Finding:
    """Cases from s first accused: s / (1 - R), R = m q, when a case is asked for names with probability q."""
    sizes, _ = _trees(arrests(simulate(world(names, first, 301, pressed=asked), seed=seed)))
    test = [
        oracles.uniformity(oracles.spread(sizes, pursued_sizes(names, q, 300), rng)) for q in (asked, asked**2, 1.0)
    ]
    r = names * asked
    return Finding(
        "H6",
        f"R = m q = {r:g}: cases from s first accused are s / (1 - R)",
        "HISTORY.md, formal models, 6; Dwass (1969), 10.2307/3212112",
        f"KS of tree sizes on {first} trees; means shown",
        1.0 / (1.0 - r),
        float(sizes.mean()),
        test[0],
        {"q counted twice": test[1], "everybody asked": test[2]},
    )


def _die_out_figures() -> Finding:
    """Check the printed die-out probabilities: of the formula, not of the simulator."""
    printed, computed = np.array([0.417, 0.203]), np.array([die_out(1.5), die_out(2.0)])
    return Finding(
        "H6",
        "x = exp(R(x-1)): 0.417 for R = 1.5 and 0.203 for R = 2",
        "HISTORY.md, formal models, 6",
        "identity to 0.0005",
        float(printed[0]),
        float(computed[0]),
        float(np.all(np.abs(printed - computed) < 5e-4)),
        {"x = exp(-R x)": float(abs(optimize.brentq(lambda x: x - np.exp(-1.5 * x), 0, 1) - printed[0]) < 5e-4)},
    )


def _limit(mean: float, places: int, regions: int, seed: int, rng: np.random.Generator) -> Finding:
    """Test that a limit of L prison places cuts total size at L: min(T, L)."""
    per_100k = (places + 0.5) * 1e5 / (ENDLESS // regions)
    run = simulate(world(mean, regions, GENERATION * places + 4, regions, custody=per_100k), seed=seed)
    sizes = np.bincount(arrests(run).region, minlength=regions)
    test = {}
    for limit, m in ((places, mean), (places - 1, mean), (places, 0.6 * mean)):
        pmf = borel(m, limit)
        pmf[limit] = 1.0 - pmf[:limit].sum()
        test[limit, m] = oracles.uniformity(oracles.spread(sizes, pmf, rng)) if sizes.max() <= limit else 0.0
    pmf = borel(mean, places)
    pmf[places] = 1.0 - pmf[:places].sum()
    p, too_low, m_off = test.values()
    return Finding(
        "H6",
        f"a limit of L = {places} places cuts growth at L: total size is min(Borel-Tanner, L)",
        _BOREL,
        f"KS on {regions} regions; means shown",
        float(pmf @ np.arange(pmf.size)),
        float(sizes.mean()),
        p,
        {"limit one too low": too_low, "m too small": m_off},
    )
