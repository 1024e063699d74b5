"""Log-likelihood, score and expected information of the two families: conditional logit, and counts by exposure."""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel, lean_kernel


@lean_kernel
def add_rows(x, rows, total):
    """Add the rows of these numbers, in their order."""
    for row in rows:
        for k in range(total.size):
            total[k] += x[row, k]


@lean_kernel
def are_finite(x, found):
    """Set `found` to False for columns with a value that is no number; x has at least as many columns."""
    for row in range(x.shape[0]):
        for k in range(found.size):
            found[k] &= math.isfinite(x[row, k])


@lean_kernel
def vary_within(x, start, found):
    """Set `found` to True for columns that differ within a set of rows; ends as soon as all are known to."""
    missing = found.size
    for s in range(start.size - 1):
        for row in range(start[s] + 1, start[s + 1]):
            for k in range(found.size):
                if not found[k] and x[row, k] != x[start[s], k]:
                    found[k] = True
                    missing -= 1
        if missing == 0:
            return


@kernel
def _utility(x, theta, row):
    total = 0.0
    for k in range(theta.size):
        total += theta[k] * x[row, k]
    return total


@kernel
def choice_likelihood(x, weight, start, events, theta, score, information):
    """Return minus the sum over sets of events * log sum w exp(x'theta); subtract its gradient from `score`.

    Parameters
    ----------
    x, weight : float64 arrays, shapes (rows, p) and (rows,)
        Statistics and weight of each alternative.
    start : int64 array, shape (sets + 1,)
        First row of each set.
    events : float64 array, shape (sets,)
        How many choices are made from the set.
    theta : float64 array, shape (p,)
    score, information : float64 arrays
        Added to: minus events times the mean of x, and plus events times its covariance.
    """
    p = theta.size
    mean, square, u = np.zeros(p), np.zeros((p, p)), np.zeros(1)
    total = 0.0
    for s in range(start.size - 1):
        first, last = start[s], start[s + 1]
        if events[s] == 0 or first == last:
            continue
        # the room for utilities grows with the largest set and serves all others
        if u.size < last - first:
            u = np.zeros(last - first)
        # the largest utility is taken off before the exponential, which would overflow otherwise
        top = -math.inf
        for row in range(first, last):
            u[row - first] = _utility(x, theta, row)
            top = max(top, u[row - first])
        # moments of x under the choice probabilities, unnormalised
        mean[:] = 0.0
        square[:] = 0.0
        norm = 0.0
        for row in range(first, last):
            share = weight[row] * math.exp(u[row - first] - top)
            norm += share
            for k in range(p):
                if x[row, k] != 0.0:
                    part = share * x[row, k]
                    mean[k] += part
                    # the covariance is symmetric: only its lower half is added up
                    for m in range(k + 1):
                        square[k, m] += part * x[row, m]
        total -= events[s] * (top + math.log(norm))
        for k in range(p):
            score[k] -= events[s] * mean[k] / norm
            for m in range(k + 1):
                information[k, m] += events[s] * (square[k, m] / norm - mean[k] * mean[m] / (norm * norm))
    # the upper half is filled in once, at the end
    for k in range(p):
        for m in range(k):
            information[m, k] = information[k, m]
    return total


@kernel
def interval_likelihood(x, weight, start, exposure, theta, score, information):
    """Return minus the sum over sets of exposure * sum w exp(x'theta); subtract its gradient from `score`.

    Parameters are those of `choice_likelihood`, with the length of the interval of each set for `events`.
    """
    p = theta.size
    total = 0.0
    for s in range(start.size - 1):
        # a set that was at risk for no time has nothing to say
        if exposure[s] == 0:
            continue
        for row in range(start[s], start[s + 1]):
            expected = exposure[s] * weight[row] * math.exp(_utility(x, theta, row))
            # the expected number of events is the rate times the time at risk
            total -= expected
            for k in range(p):
                if x[row, k] != 0.0:
                    part = expected * x[row, k]
                    score[k] -= part
                    for m in range(k + 1):
                        information[k, m] += part * x[row, m]
    # the upper half is filled in once, at the end
    for k in range(p):
        for m in range(k):
            information[m, k] = information[k, m]
    return total
