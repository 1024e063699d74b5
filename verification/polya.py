"""Item 3: named in proportion to past namings: the urn of Eggenberger and Pólya."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from greatfear.simulation.run import simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import first_accused, scenario

_SOURCE = (
    "Eggenberger, Pólya (1923), 10.1002/zamm.19230030407; beta-binomial(n, 1, 1); Johnson, Kotz (1977), Urn Models"
)


def urn_law(doubles: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the probabilities of 0, 1, ... namings of the first of two candidates by speakers who give one name.

    Parameters
    ----------
    doubles : array of bool
        By sitting, in order: whether the speaker gave both names, which adds a ball of each kind; else one.
        Without doubles this is the beta-binomial(n, 1, 1), uniform.
    """
    law, both = np.array([1.0]), 0
    for double in doubles:
        if double:
            both += 1
            continue
        k, n = np.arange(law.size), law.size - 1
        share = (1 + both + k) / (2 + 2 * both + n)
        law = np.concatenate((law * (1 - share), [0.0])) + np.concatenate(([0.0], law * share))
    return law


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on naming in proportion to past namings."""
    rng, stars, speakers = draw.rng(3), 150, 40
    sittings = [star for seed in draw.seeds(3, 3 * draw.size) for star in _stars(stars, speakers, seed)]
    placed = [oracles.spread(np.array([first[~double].sum()]), urn_law(double), rng)[0] for first, double in sittings]
    once = [first[~double].mean() for first, double in sittings if (~double).any()]
    even = [stats.binom.cdf(first[~double].sum() - rng.random(), (~double).sum(), 0.5) for first, double in sittings]
    yield Finding(
        "M3",
        "two candidates weighed by 1 + past namings: shares follow the Pólya urn (beta-binomial)",
        _SOURCE,
        f"KS on {len(sittings)} stars of {speakers} speakers; mean share shown",
        0.5,
        float(np.mean(once)),
        oracles.uniformity(np.array(placed)),
        {"no memory": oracles.uniformity(np.clip(np.array(even), 0, 1))},
    )


def _stars(stars: int, speakers: int, seed: int) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield for each star its sittings with a name, in order: whether the first candidate was named, and whether both were.

    Everybody in region k knows the same two persons of the last region; one speaker of each region sits each day, so that
    the history, which is frozen for the day, is that of all speakers before.
    """
    named = [f"r{k}" for k in range(stars)]
    rows = [
        {"a": k * speakers + i, "b": stars * speakers + 2 * k + c}
        for k in range(stars)
        for i in range(speakers)
        for c in (0, 1)
    ]
    world = scenario(
        speakers + 3,
        dict.fromkeys(named, speakers) | {"candidates": 2 * stars},
        orders=first_accused(stars * speakers, named, days=speakers),
        offices={"arrests": 0},
        naming={
            "count": {"rule": "poisson", "at_rest": 0.4, "under_pressure": 0.4},
            "theta": {"accused(transform=log1p)": 1},
        },
        population={"ties": {"rule": "table", "rows": rows}},
    )
    run = simulate(world, seed=seed)
    statements = run.archive.table("statements")
    subject, sitting = statements.column("subject").to_numpy(), statements.column("sitting").to_numpy()
    candidate = subject - stars * speakers
    for k in range(stars):
        mine = candidate // 2 == k
        order = np.unique(sitting[mine], return_inverse=True)[1]
        count = np.bincount(order)
        first = np.bincount(order, weights=(candidate[mine] % 2 == 0)) > 0
        yield first, count == 2
