"""Kernel: far ends of the ties of a rewired ring."""

from __future__ import annotations

import numpy as np

from greatfear.draws import integer, uniform
from greatfear.draws._jit import kernel

__all__ = ["ring_ends"]


@kernel
def ring_ends(key, n, half, rewiring):
    """Return the far end of each tie of a ring of n persons with `half` ties forward each.

    With probability `rewiring` the far end is anybody else. Ties are in the order of person, then distance.

    Examples
    --------
    >>> ring_ends(np.uint64(1), 4, 1, 0.0).tolist()
    [1, 2, 3, 0]
    """
    ends = np.empty(n * half, np.int64)
    for person in range(n):
        for step in range(1, half + 1):
            end = (person + step) % n
            if uniform(key, person, step, 0) < rewiring:
                end = integer(key, person, step, 1, n - 1)
                if end >= person:
                    end += 1
            ends[person * half + step - 1] = end
    return ends
