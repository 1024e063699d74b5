"""Votes in a meeting, reduced: the exact law of raised hands, the share in large meetings, and its tipping point."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def chance_of_hand(
    share: float, pressure: float, *, social: float, threshold: float = 0.0, spread: float = 1.0
) -> float:
    """Return the probability that a person raises a hand who sees a share of hands up.

    Parameters
    ----------
    share : float
        Share of hands that are up, 0 to 1.
    pressure : float
        What fear adds to everybody's support; mean private support is 0.
    social : float
        Weight of the share seen.
    threshold, spread : float
        Support needed; standard deviation of private support.

    References
    ----------
    Kuran (1989), Sparks and prairie fires, Public Choice 61, 10.1007/BF00116762.
    """
    return 0.5 * math.erfc((threshold - pressure - social * share) / (spread * math.sqrt(2.0)))


def hands_law(chances: Sequence[float]) -> NDArray[np.float64]:
    """Return the probabilities of 0, 1, ..., n hands up when no further one follows.

    Parameters
    ----------
    chances : sequence of float, length n + 1
        Probability that a person raises a hand when k of n are up; not falling with k.

    Returns
    -------
    float64 array, shape (n + 1,)
        All terms of the sums are positive, so no digits are lost; the work grows with n^3.

    References
    ----------
    Granovetter (1978), Threshold models of collective behavior, 10.1086/226707; the law as that of the final size of an
    epidemic among persons with independent resistances, Ludwig (1975), 10.1016/0025-5564(75)90120-4.
    """
    n = len(chances) - 1
    law = np.zeros(n + 1)
    # a round of the vote: (hands seen by those who keep theirs down, hands up)
    now = {(0, m): p for m, p in enumerate(_binomial(n, chances[0]))}
    law[0] = now.pop((0, 0))
    while now:
        following: dict[tuple[int, int], float] = {}
        for (seen, up), p in now.items():
            rest = 1.0 - chances[seen]
            more = (chances[up] - chances[seen]) / rest if rest > 0.0 else 0.0
            for new, q in enumerate(_binomial(n - up, more)):
                if new == 0:
                    law[up] += p * q
                else:
                    following[up, up + new] = following.get((up, up + new), 0.0) + p * q
        now = following
    return law


def _binomial(n: int, p: float) -> list[float]:
    """Return the probabilities of 0 to n."""
    return [math.comb(n, k) * p**k * (1.0 - p) ** (n - k) for k in range(n + 1)]


def lowest_share(
    pressure: float, *, social: float, threshold: float = 0.0, spread: float = 1.0, first: float = 0.0
) -> float:
    """Return the share of hands in a large meeting: the lowest fixed point at or above the share up at first."""
    share = first
    for _ in range(100_000):
        following = max(share, chance_of_hand(share, pressure, social=social, threshold=threshold, spread=spread))
        if following - share < 1e-13:
            break
        share = following
    return following


def tipping_pressure(*, social: float, threshold: float = 0.0, spread: float = 1.0) -> tuple[float, float, float]:
    """Return the pressure at which the lower share vanishes, and the shares just below and above it.

    Parameters
    ----------
    social : float
        More than spread * sqrt(2 pi), else the share rises without a jump.

    Raises
    ------
    ValueError
        If there is no jump.
    """
    steepest = social / (spread * math.sqrt(2.0 * math.pi))
    if steepest <= 1.0:
        raise ValueError("the vote has no tipping point: social must exceed spread * sqrt(2 pi)")
    z = math.sqrt(2.0 * math.log(steepest))  # here the curve of chances has slope 1, below its middle
    share = 0.5 * math.erfc(z / math.sqrt(2.0))
    pressure = threshold - social * share - spread * z
    above = lowest_share(pressure, social=social, threshold=threshold, spread=spread, first=share + 0.02)
    return pressure, share, above
