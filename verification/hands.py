"""Item 7: votes in meetings, their exact law, and the tipping point of large ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.simulation.reduced_votes import chance_of_hand, hands_law, lowest_share, tipping_pressure
from greatfear.simulation.run import simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, scenario

_KURAN = "Kuran (1989), 10.1007/BF00116762; Granovetter (1978), 10.1086/226707"
SOCIAL, THRESHOLD = 4.0, 2.0


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on votes."""
    seeds, rng = draw.seeds(77, 3), draw.rng(77)
    yield _law(seeds[0], 1500 * draw.size, rng)
    yield from _tipping(seeds[1:], 80 * draw.size)


def meet(persons: int, meetings: int, pressure: float, seed: int, social: float = SOCIAL) -> NDArray[np.int64]:
    """Return present, hands up and private supporters of about this many meetings of one day, each of another unit."""
    units = 40 * meetings
    votes: dict[str, Any] = {"rate": 1.0 / 40.0, "social": social, "threshold": THRESHOLD, "fear": 1.0}
    fear = {"scares": [{"id": "scare", "start": str(EPOCH), "days": 1, "fear": pressure}]}
    world = scenario(1, {"r": units * persons}, votes=votes, fear=fear, population={"unit": persons})
    table = simulate(world, seed=seed).truth["meetings"]
    _, first = np.unique(table.column("unit").to_numpy(), return_index=True)
    return np.stack(
        [table.column(name).to_numpy()[first] for name in ("present", "hands_up", "private_support")], axis=1
    )


def _law(seed: int, meetings: int, rng: np.random.Generator, persons: int = 40, pressure: float = 0.3) -> Finding:
    hands = meet(persons, meetings, pressure, seed)[:, 1]
    laws = {
        social: hands_law(
            [chance_of_hand(k / persons, pressure, social=social, threshold=THRESHOLD) for k in range(persons + 1)]
        )
        for social in (SOCIAL, 0.5 * SOCIAL)
    }
    own, wrong = (oracles.uniformity(oracles.spread(hands, law, rng)) for law in laws.values())
    return Finding(
        "M7",
        f"hands in meetings of {persons}: the exact law of thresholds, all hands or few",
        _KURAN,
        f"KS on {hands.size} meetings; mean hands shown",
        float(laws[SOCIAL] @ np.arange(persons + 1)),
        float(hands.mean()),
        own,
        {"half the weight on others": wrong},
    )


def _tipping(seeds: list[int], meetings: int, persons: int = 20_000) -> Iterator[Finding]:
    """In large meetings the share is the lowest fixed point; it jumps at the tipping point, private support stays."""
    tip, low, high = tipping_pressure(social=SOCIAL, threshold=THRESHOLD)
    private = chance_of_hand(0.0, 0.0, social=0.0, threshold=THRESHOLD)
    for side, seed, name, wrong in ((-0.05, seeds[0], "below", high), (0.05, seeds[1], "above", low)):
        votes = meet(persons, meetings, tip + side, seed)
        share = votes[:, 1] / persons
        expected = lowest_share(tip + side, social=SOCIAL, threshold=THRESHOLD)
        yield Finding(
            "M7",
            f"meetings of {persons:,}, fear just {name} the tipping point: the lowest stable share",
            _KURAN,
            f"t on {share.size} meetings, allowance 0.002",
            expected,
            float(share.mean()),
            oracles.mean(share, expected, 0.002),
            {"the share on the other side of the tipping point": oracles.mean(share, wrong, 0.002)},
        )
        yield Finding(
            "M7",
            f"private support just {name} the tipping point is what it is without fear",
            _KURAN,
            f"exact binomial on {votes[:, 0].sum():,} persons",
            private,
            float(votes[:, 2].sum() / votes[:, 0].sum()),
            oracles.proportion(votes[:, 2].sum(), votes[:, 0].sum(), private),
            {"hands taken for support": oracles.proportion(votes[:, 1].sum(), votes[:, 0].sum(), private)},
        )
