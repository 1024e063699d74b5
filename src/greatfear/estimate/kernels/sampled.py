"""Sampled risk sets: for every event the chosen one and a few controls, drawn evenly from those who could have been chosen.

A conditional logit on such sets estimates the same coefficients as on full ones (McFadden 1978; Lerner, Lomi 2020,
10.1017/nws.2019.57), without weights, since every set of controls is equally likely whoever of it was chosen.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import kernel
from greatfear.draws.shapes import integer
from greatfear.estimate.kernels.rows import _is_open
from greatfear.estimate.kernels.state import advance
from greatfear.estimate.kernels.statistics import statistics

__all__ = ["fill_sampled"]


@kernel
def _draw(rule, state, key, event, i, chosen, controls):
    """Write different controls into `controls`; return how many there are: fewer where not so many could be chosen."""
    n = state.head.shape[2]
    found, count = 0, 0
    wanted = controls.size
    # few tries suffice where most actors could be chosen
    while found < wanted and count < 10 * wanted + 20:
        j = integer(key, event, 0, count, n)
        count += 1
        is_new = j != chosen and _is_open(rule, state, i, j)
        for c in range(found):
            is_new = is_new and controls[c] != j
        if is_new:
            controls[found] = j
            found += 1
    if found == wanted:
        return found
    # else go through all of them once, each kept with equal chance (reservoir); other numbers than above
    seen = 0
    for j in range(n):
        if j != chosen and _is_open(rule, state, i, j):
            place = seen if seen < wanted else integer(key, event, 1, j, seen + 1)
            if place < wanted:
                controls[place] = j
            seen += 1
    return min(seen, wanted)


@kernel
def fill_sampled(time, sender, receiver, terms, rule, state, updates, n_controls, key, start, x, pair):
    """Write a set of rows per event, the chosen one first; a set has no row where the chosen one was not at risk.

    Parameters
    ----------
    time, sender, receiver : arrays, shape (events,)
        In ascending order of time; every event sees the updates before its time.
    terms, rule, state, updates, x, pair
        As in `fill_rows`; `x` and `pair` have room for events * (n_controls + 1) rows.
    n_controls : int
    key : uint64
        Of the draws.
    start : int64 array, shape (events + 1,)
        Output: first row of each set.
    """
    n = state.head.shape[2]
    controls, out = np.zeros(n_controls, np.int64), np.zeros(terms.size)
    row, u = 0, 0
    for e in range(time.size):
        u = advance(state, updates, u, time[e])
        start[e] = row
        i = sender[e]
        if not _is_open(rule, state, i, receiver[e]):
            continue
        found = _draw(rule, state, key, e, i, receiver[e], controls)
        for c in range(-1, found):
            j = receiver[e] if c < 0 else controls[c]
            statistics(terms, state, i, j, out)
            x[row] = out
            pair[row] = i * n + j
            row += 1
    start[time.size] = row
