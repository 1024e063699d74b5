"""Poisson regression of the counts of combinations on the terms of a log-linear model, compiled."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel, lean_kernel

_ROUNDS = 60
_FAR = 30.0


@lean_kernel
def _factor(a, p):
    """Replace the lower half of a symmetric matrix by its Cholesky factor; return False if it is not positive."""
    for i in range(p):
        for j in range(i + 1):
            total = a[i, j]
            for k in range(j):
                total -= a[i, k] * a[j, k]
            if i == j:
                if total <= 1e-12 * max(1.0, abs(a[i, i])):
                    return False
                a[i, i] = math.sqrt(total)
            else:
                a[i, j] = total / a[j, j]
    return True


@lean_kernel
def _solve(a, b, p):
    """Replace b by the solution of L L' x = b, where a holds L."""
    for i in range(p):
        for k in range(i):
            b[i] -= a[i, k] * b[k]
        b[i] /= a[i, i]
    for i in range(p - 1, -1, -1):
        for k in range(i + 1, p):
            b[i] -= a[k, i] * b[k]
        b[i] /= a[i, i]


@kernel
def fit_counts(design, counts, beta):
    """Fit log E(count) = design @ beta by Newton steps; `beta` is overwritten.

    Parameters
    ----------
    design : float64 (cells, terms)
        Column 0 is 1: its coefficient is the logarithm of the expected number on no list.
    counts : float64 (cells,)
    beta : float64 (terms,)

    Returns
    -------
    (float64, float64, float64)
        Log-likelihood without its constant, variance of beta[0], and 1 for a fit that ended, 0 for one that ran away.
    """
    n, p = design.shape
    a = np.empty((p, p))
    step = np.empty(p)
    beta[:] = 0.0
    beta[0] = math.log(max(counts.sum() / n, 0.1))
    last = -np.inf
    # Newton steps on the log-likelihood: the matrix and the right-hand side are made again from the current fit
    for turn in range(_ROUNDS):
        a[:] = 0.0
        step[:] = 0.0
        value = 0.0
        for h in range(n):
            eta = 0.0
            for j in range(p):
                eta += design[h, j] * beta[j]
            # a first step may overshoot by far: e^30 bounds the mean, more persons than ever lived
            eta = min(eta, _FAR)
            mean = math.exp(eta)
            value += counts[h] * eta - mean
            for i in range(p):
                x = design[h, i]
                if x != 0.0:
                    step[i] += x * (counts[h] - mean)
                    for j in range(i + 1):
                        a[i, j] += x * design[h, j] * mean
        # a matrix that is not positive: terms that these counts cannot tell apart
        if not _factor(a, p):
            return value, np.nan, 0.0
        _solve(a, step, p)
        # near the end the steps of a flat likelihood stop getting shorter: then an unchanged value is enough
        largest = np.abs(step).max()
        if largest < 1e-9 or (turn > 8 and abs(value - last) < 1e-11 * (1 + abs(value)) and largest < 1e-5):
            step[:] = 0.0
            step[0] = 1.0
            _solve(a, step, p)
            return value, step[0], 1.0 if np.abs(beta).max() < _FAR else 0.0
        last = value
        # long first steps overshoot; a step is cut, which changes the way and not the end
        scale = min(1.0, 3.0 / largest)
        for j in range(p):
            beta[j] += scale * step[j]
    return value, np.nan, 0.0


@kernel
def search(terms, needs, sums, start, counts, full, penalty, chosen):
    """Add terms one at a time, each time the one that lowers the criterion most; write which were chosen.

    Parameters
    ----------
    terms : int64 (m,)
        Bit masks of the terms that can be added.
    needs : bool (m, m)
        needs[a, b]: term a must not come before term b (its margin).
    sums : float64 (m,)
        Persons on all lists of a term; a term with none cannot be estimated.
    start : int
        Number of columns of `full` that every model has (the constant and one for each list).
    counts : float64 (cells,)
    full : float64 (cells, start + m)
        Columns of all terms.
    penalty : float
        Price of a term on the scale of -2 log-likelihood: log n for BIC.
    chosen : bool (m,)
        Written.

    Returns
    -------
    (float64, float64, float64)
        beta[0] of the model found, its variance, and 1 if the fit ended.
    """
    n, m = full.shape[0], len(terms)
    # the search begins with the lists alone, as if they were independent
    chosen[:] = False
    kept = 0
    columns = np.empty(start + m, np.int64)
    for j in range(start):
        columns[j] = j
    design = np.ascontiguousarray(full[:, :start])
    beta = np.zeros(start)
    value, variance, ended = fit_counts(design, counts, beta)
    best, constant, spread, good = -2 * value, beta[0], variance, ended
    # the columns that the model has by now, with one free for the term that is tried
    while kept < m:
        top, where = best, -1
        trial = np.empty((n, start + kept + 1))
        for j in range(start + kept):
            trial[:, j] = full[:, columns[j]]
        b = np.zeros(start + kept + 1)
        for c in range(m):
            # a term comes after its margins, and there may not be more coefficients than cells
            if chosen[c] or sums[c] <= 0.0:
                continue
            is_ready = True
            for d in range(m):
                is_ready = is_ready and (chosen[d] or not needs[c, d])
            if not is_ready or start + kept + 1 > n:
                continue
            trial[:, start + kept] = full[:, start + c]
            value, variance, ended = fit_counts(trial, counts, b)
            # a term must lower the criterion by more than rounding can
            score = -2 * value + penalty * (kept + 1)
            if ended == 1.0 and score < top - 1e-9:
                top, where, constant, spread, good = score, c, b[0], variance, ended
        if where < 0:
            break
        chosen[where] = True
        columns[start + kept] = start + where
        kept += 1
        best = top
    return constant, spread, good
