"""Item 5: draws from a register without feedback are hypergeometric."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats

from greatfear.simulation.run import simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, arrests, codes, scenario

_SOURCE = "Johnson, Kemp, Kotz (2005), Univariate Discrete Distributions, 10.1002/0471715816, ch. 6"
PERSONS, PLACES, ON_LIST, INFORMERS = 200, 30, {"one": 60, "two": 20}, 40


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on registers: many regions, each with a register of its own."""
    rng, regions = draw.rng(5), 700
    first, informers, units = [], [], []
    for seed in draw.seeds(5, draw.size):
        one, two, three = _drawn(regions, seed)
        first.append(one)
        informers.append(two)
        units.append(three)
    listed = sum(ON_LIST.values())
    yield _finding(np.concatenate(first), "of the first of two strata on a register", (listed, ON_LIST["one"]), rng)
    yield _finding(
        np.concatenate(informers), "informers, an attribute the register does not know", (PERSONS, INFORMERS), rng
    )
    yield _finding(np.concatenate(units), "from the first fifth of the units", (PERSONS, PERSONS // 5), rng)


def _drawn(regions: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, by region, how many of the drawn are of the first stratum, informers, of the first units."""
    names = {f"r{k}": PERSONS for k in range(regions)}
    operation = {
        "start": str(EPOCH),
        "end": str(EPOCH + 60),
        "strata": list(ON_LIST),
        "pace": 2,
        "limits": {name: {"first": 10, "second": PLACES - 10} for name in names},
    }
    strata = {name: {"share": 0.5, "listed": 2 * number / PERSONS} for name, number in ON_LIST.items()}
    run = simulate(
        scenario(
            90,
            names,
            operations={"register": operation},
            naming={"count": {"rule": "poisson", "at_rest": 0, "under_pressure": 0}},
            population={"strata": strata, "informers": INFORMERS / PERSONS},
        ),
        seed=seed,
    )
    found = arrests(run)
    stratum = codes(run, "persons", "stratum", list(ON_LIST))[found.person]
    informer = run.truth["members"].column("informer").to_numpy()[found.person] == 1
    local = run.truth["members"].column("address").to_numpy()[found.person] & 0xFFFFFFFF
    sizes = np.bincount(found.region, minlength=regions)
    if not np.all(sizes == PLACES):
        raise AssertionError(f"a register with room for all draws gave {sizes.min()} to {sizes.max()}, not {PLACES}")
    one, two, three = (
        np.bincount(found.region[keep], minlength=regions) for keep in (stratum == 0, informer, local < PERSONS // 5)
    )
    return one, two, three


def _finding(counts: np.ndarray, what: str, urn: tuple[int, int], rng: np.random.Generator) -> Finding:
    total, marked = urn
    right = stats.hypergeom(total, marked, PLACES)
    test = [
        oracles.uniformity(oracles.spread(counts, law.pmf(np.arange(PLACES + 1)), rng))
        for law in (right, stats.hypergeom(total, round(0.8 * marked), PLACES))
    ]
    return Finding(
        "M5",
        f"{PLACES} draws without replacement: {what}, hypergeometric ({marked} of {total})",
        _SOURCE,
        f"KS on {counts.size} registers; means shown",
        float(right.mean()),
        float(counts.mean()),
        test[0],
        {"a fifth fewer marked": test[1]},
    )
