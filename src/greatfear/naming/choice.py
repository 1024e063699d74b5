"""Names without replacement: the K largest of utility + Gumbel, and the log-probability of that choice (Plackett-Luce).

Yellott (1977), 10.1016/0022-2496(77)90026-8; Plackett (1975), 10.2307/2346567.
"""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel

__all__ = ["log_probability", "pick_largest"]


@lean_kernel
def _taken(chosen, turn, c):
    """Return whether place c was chosen before this turn."""
    for earlier in range(turn):  # noqa: SIM110  compiled code knows no any() over a generator
        if chosen[earlier] == c:
            return True
    return False


@lean_kernel
def pick_largest(scores, n, k, chosen):
    """Write the places of the k largest of scores[:n] into `chosen`, largest first, and return how many were found.

    Examples
    --------
    >>> import numpy as np
    >>> chosen = np.empty(2, np.int64)
    >>> int(pick_largest(np.array([1.0, 3.0, 2.0]), 3, 2, chosen)), chosen.tolist()
    (2, [1, 2])
    """
    found = min(k, n)
    for turn in range(found):
        best = -1
        for c in range(n):
            if not _taken(chosen, turn, c) and (best < 0 or scores[c] > scores[best]):
                best = c
        chosen[turn] = best
    return found


@lean_kernel
def log_probability(utilities, n, chosen, found, logp):
    """Write into `logp` the log-probability of each choice given those before it in the sitting.

    Parameters
    ----------
    utilities : float64 array
        Utility plus log weight of each candidate; the first n count.
    chosen : int64 array
        Places of the named, in the order of naming; the first `found` count.
    logp : float64 array
        Output, nats.

    Examples
    --------
    >>> import numpy as np
    >>> logp = np.empty(2)
    >>> log_probability(np.zeros(3), 3, np.array([0, 2]), 2, logp)
    >>> np.exp(logp).round(3).tolist()
    [0.333, 0.5]
    """
    for turn in range(found):
        top, total = utilities[chosen[turn]], 0.0
        for c in range(n):
            if not _taken(chosen, turn, c):
                top = max(top, utilities[c])
        for c in range(n):
            if not _taken(chosen, turn, c):
                total += math.exp(utilities[c] - top)
        logp[turn] = utilities[chosen[turn]] - top - math.log(total)
