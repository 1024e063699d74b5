"""Naming in proportion to past namings where newcomers come at a steady rate: the tail of Yule and Simon (M3).

Everybody in a star is asked once, one a day. Speaker i knows the i // EVERY + 1 candidates who have come by then, and names
them in proportion to 1 + past namings. A candidate enters with weight 1 and grows in proportion to it, beside a total that
grows at a constant rate: shares of weight k tend to rho B(k, rho + 1), with rho = (newcomers + names) / names a speaker.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import special

from greatfear.scenario import Scenario
from greatfear.simulation.run import Run, simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import first_accused, scenario

EVERY, SPEAKERS, STARS, NAMES = 3, 90, 24, 1.0
"""A newcomer at every third sitting of a star of 90 speakers, who give one name each in the mean."""
_SOURCE = "Yule (1925), 10.1098/rstb.1925.0002; Simon (1955), 10.1093/biomet/42.3-4.425; ranks as in arXiv 1804.06788"


def yule_simon(k: NDArray[np.int64], rho: float) -> NDArray[np.float64]:
    """Return the probability of weight k = 1, 2, ... in the limit."""
    return np.asarray(rho * special.beta(k, rho + 1.0))


def plain_weights(names: NDArray[np.int64], rng: np.random.Generator, memory: float = 1.0) -> NDArray[np.int64]:
    """Return the weights of all candidates of a plain chain in which the i-th who is asked gives names[i] names."""
    weight = np.ones(names.size // EVERY, np.int64)
    for i in np.flatnonzero(names):
        score = memory * np.log(weight[: i // EVERY + 1]) + rng.gumbel(size=i // EVERY + 1)
        weight[np.argsort(-score)[: names[i]]] += 1
    return weight


def star_world(turns: NDArray[np.int64]) -> Scenario:
    """Return stars whose speakers know those candidates who have come when they are asked.

    `turns` holds, by star, the speakers in the order in which they are asked; candidates live in the last region.
    """
    stars, each = turns.shape[0], SPEAKERS // EVERY
    rows = [
        {"a": int(speaker), "b": stars * SPEAKERS + star * each + j}
        for star in range(stars)
        for i, speaker in enumerate(turns[star])
        for j in range(i // EVERY + 1)
    ]
    regions = [f"r{star}" for star in range(stars)]
    return scenario(
        SPEAKERS + 3,
        dict.fromkeys(regions, SPEAKERS) | {"candidates": stars * each},
        orders=first_accused(stars * SPEAKERS, regions, days=SPEAKERS),
        offices={"arrests": 0},
        naming={
            "count": {"rule": "poisson", "at_rest": NAMES, "under_pressure": NAMES},
            "theta": {"accused(transform=log1p)": 1},
        },
        population={"ties": {"rule": "table", "rows": rows}},
    )


def _turns(run: Run) -> NDArray[np.int64]:
    """Return, by star, the speakers in the order in which they were asked."""
    asked = run.archive.sql("select person from acts where kind = 'interrogation' order by act").column(0).to_numpy()
    return np.stack([asked[asked // SPEAKERS == star] for star in range(STARS)]).astype(np.int64)


def _stars(seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield for each star how many names each sitting gave, in order, and the weights of the candidates at the end.

    Whom an office asks when depends on the seed and not on ties: a first run tells the order, the second has the ties.
    """
    nobody = np.zeros((STARS, 0), np.int64)
    run = simulate(star_world(turns := _turns(simulate(star_world(nobody), seed=seed))), seed=seed)
    table = run.archive.table("statements")
    speaker, subject = (table.column(name).to_numpy().astype(np.int64) for name in ("speaker", "subject"))
    each = SPEAKERS // EVERY
    star, candidate = np.divmod(subject - STARS * SPEAKERS, each)
    given = np.bincount(speaker, minlength=STARS * SPEAKERS)
    for one in range(STARS):
        yield given[turns[one]], 1 + np.bincount(candidate[star == one], minlength=each)


def findings(draw: Draw, twins: int = 30) -> Iterator[Finding]:
    """Yield the finding on naming in proportion to past namings with newcomers."""
    rng, stars = draw.rng(12), [star for seed in draw.seeds(12, 2 * draw.size) for star in _stars(seed)]
    ranks: dict[float, list[float]] = {1.0: [], 0.0: [], 2.0: []}
    heavy: list[float] = []
    for names, weights in stars:
        own = float((weights**2).sum())
        for memory, into in ranks.items():
            chains = [plain_weights(names, rng, memory) for _ in range(twins)]
            plain = np.array([(chain**2).sum() for chain in chains])
            heavy += [float((chain >= 5).mean()) for chain in chains if memory == 1.0]
            below, equal = int((plain < own).sum()), int((plain == own).sum())
            into.append((below + rng.integers(0, equal + 1) + rng.random()) / (twins + 1))
    test = {memory: oracles.uniformity(np.array(into)) for memory, into in ranks.items()}
    every = np.concatenate([weights for _, weights in stars])
    yield Finding(
        "M3",
        f"with a newcomer at every {EVERY}rd sitting: concentration as in a plain chain, whose tail is Yule and Simon's",
        _SOURCE,
        f"KS of ranks among {twins} plain chains on {len(stars)} stars; share of weights of 5 and more shown",
        float(np.mean(heavy)),
        float((every >= 5).mean()),
        test[1.0],
        {"no memory": test[0.0], "in proportion to the square": test[2.0]},
    )
