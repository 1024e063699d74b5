"""The log-probabilities of a choice alone, without the shares of its bases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from greatfear.naming import choice


def log_probability(utilities: NDArray[np.float64], chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the log-probability of each choice given those before it."""
    n, found = utilities.size, len(chosen)
    logp, shares = np.empty(found), np.empty((found, 1), np.float32)
    choice.share_out(utilities, np.zeros((1, n)), n, chosen, found, logp, shares, np.empty(n))
    return logp
