"""Log-likelihood of pairs that choose each other."""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel


@kernel
def _own_choices(x, sender, first, last, theta, logp, mean):
    """Write the log-probability of every row among those of its sender, and the mean of x under these (by row)."""
    p = theta.size
    row = first
    while row < last:
        end = row
        top = -math.inf
        # rows of one sender lie side by side: they are one choice, with utilities of its own
        while end < last and sender[end] == sender[row]:
            logp[end] = 0.0
            for k in range(p):
                logp[end] += theta[k] * x[end, k]
            top = max(top, logp[end])
            end += 1
        # the largest utility is taken off before the exponential, which would overflow otherwise
        norm = 0.0
        for r in range(row, end):
            norm += math.exp(logp[r] - top)
        mean[row - first] = 0.0
        for r in range(row, end):
            logp[r] -= top + math.log(norm)
            for k in range(p):
                mean[row - first, k] += math.exp(logp[r]) * x[r, k]
        for r in range(row + 1, end):
            mean[r - first] = mean[row - first]
        row = end


@kernel
def coordination_likelihood(x, sender, mirror, start, chosen, theta, score, information):
    """Return the sum over events of the log-probability that its two persons choose each other.

    Parameters
    ----------
    x : float64 array, shape (rows, p)
        Statistics of ordered pairs, in the order of senders within each set.
    sender, mirror : int64 arrays, shape (rows,)
        Sender, and row of the same pair the other way round (-1: not at risk).
    start : int64 array, shape (sets + 1,)
    chosen : int64 array, shape (events,)
        Row of each event, in ascending order.
    theta, score, information : float64 arrays
        Coefficients; gradient and expected information are added to.
    """
    p = theta.size
    logp, total, done = np.zeros(x.shape[0]), 0.0, 0
    gap, expected, square = np.zeros(p), np.zeros(p), np.zeros((p, p))
    for s in range(start.size - 1):
        first, last = start[s], start[s + 1]
        # a set without an event says nothing: only the pairs that were at risk when somebody was chosen count
        until = done
        while until < chosen.size and chosen[until] < last:
            until += 1
        if until == done:
            continue
        mean = np.zeros((last - first, p))
        _own_choices(x, sender, first, last, theta, logp, mean)
        # moments are taken over pairs, not over senders: an event needs both to choose each other
        norm = 0.0
        expected[:] = 0.0
        square[:] = 0.0
        for row in range(first, last):
            back = mirror[row]
            if back < row:
                continue
            # each pair once: the derivative of the log of p_ij p_ji, and its moments under the probabilities of pairs
            weight = math.exp(logp[row] + logp[back])
            norm += weight
            gap[:] = x[row] + x[back] - mean[row - first] - mean[back - first]
            for k in range(p):
                expected[k] += weight * gap[k]
                for m in range(p):
                    square[k, m] += weight * gap[k] * gap[m]
        # what was seen less what was expected; the information is the covariance of that under the pairs' probabilities
        for row in chosen[done:until]:
            back = mirror[row]
            total += logp[row] + logp[back] - math.log(norm)
            for k in range(p):
                own = x[row, k] + x[back, k] - mean[row - first, k] - mean[back - first, k]
                score[k] += own - expected[k] / norm
                for m in range(p):
                    information[k, m] += square[k, m] / norm - expected[k] * expected[m] / (norm * norm)
        done = until
    return total
