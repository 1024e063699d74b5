"""Whether chains of the sampler agree with one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from greatfear.recover.veracity_gibbs import Chain

AGREE = 1.01
"""Split R-hat up to which chains agree."""


def split_r_hat(draws: npt.NDArray[np.float64]) -> float:
    """Return split R-hat of draws (chains, draws); 1 where nothing varies.

    References
    ----------
    Gelman et al., Bayesian Data Analysis (2013), section 11.4.
    """
    half = draws.shape[1] // 2
    parts = np.concatenate([draws[:, :half], draws[:, half : 2 * half]])
    within = parts.var(axis=1, ddof=1).mean()
    if within <= 0:
        return 1.0
    between = half * parts.mean(axis=1).var(ddof=1)
    return float(np.sqrt((within * (half - 1) / half + between / half) / within))


def mixing(chains: Sequence[Chain]) -> float:
    """Return the largest split R-hat of the number of members and of the rates of suggestion and repetition."""
    linear = np.array([chain.trace["linear"] for chain in chains])
    traces = [np.array([chain.trace["members"] for chain in chains])]
    traces += [linear[:, :, r, f] for r in range(linear.shape[2]) for f in (0, 1)]
    return max(split_r_hat(trace) for trace in traces)
