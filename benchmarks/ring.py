"""The graph of NAMES-1, made without greatfear: Watts and Strogatz (1998), 10.1038/30918, as NetworkX makes it.

Each of the n * k / 2 ties of a ring is moved with a probability: its far end becomes anybody, drawn again while that is the
person, a neighbour on the ring to whom the tie stands, or an end of another tie of the two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def ring(n: int, neighbours: int, rewiring: float, seed: int) -> NDArray[np.int32]:
    """Return the far end of each tie, shape (n, neighbours / 2).

    Draws are repeated until no tie leads to its own person and no two persons are tied twice. The seed is none that a tool
    gets: NumPy takes [1, 0] and 1 for the same.
    """
    rng, half = np.random.default_rng([seed, 7]), neighbours // 2
    ends = (np.arange(n)[:, None] + np.arange(1, half + 1)) % n
    moved = np.flatnonzero(rng.random(n * half) < rewiring)
    flat, one = ends.ravel(), np.repeat(np.arange(n), half)
    flat[moved] = rng.integers(0, n, moved.size)
    while True:
        again = moved[_faulty(one, flat, n)[moved]]
        if again.size == 0:
            return flat.reshape(n, half).astype(np.int32)
        flat[again] = rng.integers(0, n, again.size)


def _faulty(one: NDArray[np.int64], two: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Return which ties lead to their own person or tie two who are tied by an earlier or an unmoved tie as well."""
    pair = np.minimum(one, two) * n + np.maximum(one, two)
    order = np.argsort(pair, kind="stable")
    twice = np.concatenate(([False], pair[order][1:] == pair[order][:-1]))
    twice[:-1] |= twice[1:]
    faulty = np.empty(pair.size, bool)
    faulty[order] = twice
    return faulty | (one == two)
