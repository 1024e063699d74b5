"""Tests that return a p-value which holds at any sample size: exact, or conservative.

The level of a single claim is near 1e-6, where the usual approximations (chi-square, normal) are not to be trusted in
small samples. Counts are therefore tested by the exact binomial, distributions by Kolmogorov-Smirnov on continuous values;
discrete ones are first spread evenly over their step (randomised probability integral transform), which is exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def proportion(hits: int, trials: int, probability: float) -> float:
    """Return the p-value of a count, by the exact binomial test, two-sided."""
    return float(stats.binomtest(int(hits), int(trials), min(max(probability, 0.0), 1.0)).pvalue)


def spread(values: NDArray[np.int64], pmf: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return values that are uniform on (0, 1) if `values` has the probabilities `pmf` of 0, 1, 2, ...

    What lies beyond the end of `pmf` counts as one value that has the rest of the probability.
    """
    below = np.concatenate(([0.0], np.cumsum(pmf), [1.0]))
    place = np.minimum(values, pmf.size)
    low, high = below[place], np.maximum(below[place + 1], below[place])
    return np.clip(low + (high - low) * rng.random(values.size), 0.0, 1.0)


def uniformity(values: NDArray[np.float64]) -> float:
    """Return the p-value of values that should be uniform on (0, 1)."""
    return float(stats.kstest(values, "uniform", method="exact" if values.size <= 5000 else "asymp").pvalue)


def two_samples(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Return the p-value of two independent samples that should have one distribution; conservative where values tie."""
    return float(stats.ks_2samp(one, two, method="asymp").pvalue)


def mean(values: NDArray[np.float64], expected: float, allowance: float = 0.0) -> float:
    """Return the p-value of a mean, by Student's t; `allowance` is how far off it may be for a reason that is stated."""
    error = float(values.std(ddof=1)) / np.sqrt(values.size)
    beyond = max(0.0, abs(float(values.mean()) - expected) - allowance)
    if error == 0.0:
        return 1.0 if beyond == 0.0 else 0.0
    return float(2.0 * stats.t.sf(beyond / error, values.size - 1))


def identity(one: object, two: object, tolerance: float = 0.0) -> float:
    """Return 1 if both are the same, else 0; numbers may differ by `tolerance` in relation to their size."""
    a, b = np.asarray(one), np.asarray(two)
    if a.shape != b.shape:
        return 0.0
    same = np.allclose(a, b, rtol=tolerance, atol=tolerance) if tolerance else np.array_equal(a, b)
    return 1.0 if same else 0.0
