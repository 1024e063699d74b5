"""Kernels: addressed random numbers for whole columns of papers."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel, parallel_kernel, prange
from greatfear.draws.generator import bits, uniform

__all__ = ["changes_before", "four_uniforms"]

_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)
_STEP = 2.0**-32
_MOST = 10_000


@parallel_kernel
def four_uniforms(key, who, whom, count, out):
    """Write four uniform numbers of (0, 1), multiples of 2^-33, for every address into the rows of `out`."""
    for row in prange(who.size):
        one, two = bits(key, who[row], whom[row], count[row])
        out[row, 0] = (np.float64(one >> _32) + 0.5) * _STEP
        out[row, 1] = (np.float64(one & _LOW) + 0.5) * _STEP
        out[row, 2] = (np.float64(two >> _32) + 0.5) * _STEP
        out[row, 3] = (np.float64(two & _LOW) + 0.5) * _STEP


@kernel
def changes_before(key, who, whom, time, mean_days, out):
    """Write how many changes of a Poisson process lie before each time; one process per (who, whom), from time 0.

    The waits are exponential with the given mean; a mean of 0 or less says that nothing ever changes.
    """
    for row in range(who.size):
        changes = 0
        if mean_days > 0.0:
            passed = -math.log(uniform(key, who[row], whom[row], 0)) * mean_days
            while passed <= time[row] and changes < _MOST:
                changes += 1
                passed += -math.log(uniform(key, who[row], whom[row], changes)) * mean_days
        out[row] = changes
