"""Item 4 and item 7 of the history: denunciation that excites itself, and spread that stops among those who know each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from greatfear.simulation.run import simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.reed_frost import exact_sizes, naming_each
from verification.worlds import arrests, first_accused, scenario

_HAWKES = "Hawkes (1971), 10.1093/biomet/58.1.83; in discrete time Kirchner (2016), 10.1016/j.spa.2016.02.008"
_DISSINET = "Mertel, Zbíral and others, inculpation model in NetLogo (DISSINET); HISTORY.md, 7"
_UNIT = 100_000
NODES, CHANCE = 50, 0.2
Ties = list[tuple[int, int]]


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on contagion."""
    seeds = draw.seeds(4, 4)
    yield from _self_exciting(seeds[0], 800 * draw.size)
    yield from _circles(draw.seeds(7, 3), 100 * draw.size, draw.rng(7))


def hawkes(base: float, branching: float, keep: float, window: int) -> tuple[float, float]:
    """Return mean and variance of the count in a window of days, of a linear Hawkes process in daily steps.

    A denunciation of day s moves others on day s + 2 and, fading by `keep`, on every day after.
    """
    lag = np.zeros(600)
    lag[2:] = branching * (1.0 - keep) * keep ** np.arange(598)
    moving = np.zeros(600)  # the process as a moving average of its surprises
    moving[0] = 1.0
    for t in range(1, 600):
        moving[t] = lag[1 : t + 1] @ moving[t - 1 :: -1][:t]
    covariance = np.array([moving[: 600 - h] @ moving[h:] for h in range(window)])
    rate = base / (1.0 - branching)
    weights = np.concatenate(([window], 2.0 * (window - np.arange(1, window))))
    return rate * window, rate * float(weights @ covariance)


def counts_by_unit(
    units: int, u: float, days: tuple[int, int], seed: int, base: float, decay: float
) -> NDArray[np.int64]:
    """Return denunciations by unit between two days, where all denounced are arrested and only units frighten."""
    world = scenario(
        days[1],
        {"r": units * _UNIT},
        leads={"denunciation": {"rate": base / _UNIT}},
        fear={"unit": u, "rule": "linear"},
        offices={"pressed": 0, "fear_decay": decay},
        population={"unit": _UNIT, "contacts": {"unit": 4, "region": 0, "country": 0}},
    )
    run = simulate(world, seed=seed)
    statements = run.archive.table("statements")
    address = run.truth["members"].column("address").to_numpy()[statements.column("subject").to_numpy()]
    late = statements.column("time").to_numpy() >= days[0]
    return np.bincount((address[late] & 0xFFFFFFFF) // _UNIT, minlength=units)


def _self_exciting(
    seed: int, units: int, base: float = 1.0, branching: float = 0.5, decay: float = 3.0
) -> Iterator[Finding]:
    """Test rate and dispersion, with an allowance for persons who are denounced again and cannot be arrested twice."""
    keep = float(np.exp(-1.0 / decay))
    found = counts_by_unit(units, branching * (1.0 - keep) / base, (60, 140), seed, base, decay).astype(float)
    mean, variance = hawkes(base, branching, keep, 80)
    more, _ = hawkes(base, 1.1 * branching, keep, 80)
    yield Finding(
        "M4",
        "denunciations moved by arrests in the unit: the stationary rate of a linear Hawkes process, base / (1 - b)",
        _HAWKES,
        f"t on {units} units of {_UNIT:,}, 80 days, allowance 0.4 per cent",
        mean,
        float(found.mean()),
        oracles.mean(found, mean, 0.004 * mean),
        {"b a tenth larger": oracles.mean(found, more, 0.004 * mean)},
    )
    square = (found - mean) ** 2
    yield Finding(
        "M4",
        "their dispersion over 80 days, near 1 / (1 - b)^2",
        _HAWKES,
        f"t on squared deviations of {units} units, allowance 3 per cent",
        variance / mean,
        float(square.mean() / mean),
        oracles.mean(square, variance, 0.03 * variance),
        {"Poisson": oracles.mean(square, mean, 0.03 * variance)},
    )


def targets(kind: str, rng: np.random.Generator) -> Ties:
    """Return who could be named by whom among fifty: a clique of ten, those two steps away on a ring, or anybody."""
    if kind == "local":
        return [(a, b) for a in range(NODES) for b in range(a + 1, NODES) if a // 10 == b // 10]
    if kind == "two steps away":  # on a ring where everybody knows five on either side: those whom these know besides
        return [(a, (a + step) % NODES) for a in range(NODES) for step in range(6, 11)]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < 5 * NODES:
        a, b = (int(x) for x in rng.integers(0, NODES, 2))
        if a != b:
            pairs.add((min(a, b), max(a, b)))
    return sorted(pairs)


def plain_sizes(make: Callable[[], Ties], worlds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return final sizes of plain chains, each on ties of its own, from one person drawn at random."""
    sizes = []
    for _ in range(worlds):
        known: list[list[int]] = [[] for _ in range(NODES)]
        for a, b in make():
            known[a].append(b)
            known[b].append(a)
        accused = {int(rng.integers(NODES))}
        asked = list(accused)
        while asked:
            heard = {j for i in asked for j in known[i] if j not in accused and rng.random() < CHANCE}
            accused |= heard
            asked = list(heard)
        sizes.append(len(accused))
    return np.array(sizes)


def _sizes_of(kind: str, worlds: int, seed: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rows = [{"a": w * NODES + a, "b": w * NODES + b} for w in range(worlds) for a, b in targets(kind, rng)]
    world = scenario(
        2 * NODES + 2,
        {f"r{w}": NODES for w in range(worlds)},
        naming=naming_each(CHANCE),
        orders=first_accused(worlds),
        population={"ties": {"rule": "table", "rows": rows}},
    )
    return np.bincount(arrests(simulate(world, seed=seed)).region, minlength=worlds)


def _circles(seeds: list[int], worlds: int, rng: np.random.Generator) -> Iterator[Finding]:
    """Test targets near and far, each named with the same probability."""
    kinds = ("local", "two steps away", "random")
    plain = {kind: plain_sizes(lambda kind=kind: targets(kind, rng), 600, rng).astype(float) for kind in kinds}  # type: ignore[misc]
    for kind, seed, wrong in zip(kinds, seeds, ("random", "local", "local"), strict=True):
        sizes = _sizes_of(kind, worlds, seed, rng)
        if kind == "local":
            own = oracles.uniformity(oracles.spread(sizes, exact_sizes(10, CHANCE), rng))
            own = own if sizes.max() <= 10 else 0.0
        else:
            own = oracles.two_samples(sizes.astype(float), plain[kind])
        yield Finding(
            "H7",
            f"fifty persons, each target named with 0.2, targets {kind}: "
            + ("spread stops in the clique" if kind == "local" else "spread leaves the circle"),
            _DISSINET,
            f"KS of {worlds} worlds; share of worlds with more than ten accused shown",
            float((plain[kind] > 10).mean()),
            float((sizes > 10).mean()),
            own,
            {f"targets {wrong}": oracles.two_samples(sizes.astype(float), plain[wrong])},
        )
