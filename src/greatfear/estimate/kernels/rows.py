"""The table of statistics: for every decision, one row per alternative, in the order of senders and receivers."""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import lean_kernel
from greatfear.estimate.kernels.networks import _is_tied
from greatfear.estimate.kernels.state import advance
from greatfear.estimate.kernels.statistics import statistics_of_set

RULE = np.dtype([("is_rate", "i4"), ("sender", "i4"), ("receiver", "i4"), ("opportunity", "i4")], align=True)
"""Who is at risk: attributes that must be more than 0 for senders and receivers, and a network; -1 for no rule."""


@lean_kernel
def fill_rows(time, actor, terms, rule, state, updates, start, x, pair, who):
    """Write the first row of every set into `start`, and its rows into `x` and `pair` if these have room.

    Parameters
    ----------
    time : float64 array, shape (sets,)
        Moments in ascending order; every set sees the updates before its moment.
    actor : int64 array, shape (sets,)
        Who chooses, -1 where every actor may send.
    terms, rule, state, updates
        Columns (TERM), risk set (a RULE record), state at the start (changed), updates in the order of their times.
    start : int64 array, shape (sets + 1,)
        Output.
    x, pair : arrays, shapes (rows, terms) and (rows,)
        Output; of no rows in a first call that only counts. `pair` is i * n + j.
    who : int64 array, shape (2, actors)
        Room for senders and receivers of alternatives whose statistics are computed together.
    """
    n = state.nets.node.shape[1]
    row, u = 0, 0
    for s in range(time.size):
        u = advance(state, updates, u, time[s])
        start[s] = row
        first, last, count = (actor[s], actor[s] + 1, 0) if actor[s] >= 0 else (0, n, 0)
        for i in range(first, last):
            if actor[s] < 0 and rule.sender >= 0 and not state.attribute[rule.sender, i] > 0:
                continue
            # a rate has one row per sender, the others one per receiver
            begin, end = (i, i + 1) if rule.is_rate else (0, n)
            for j in range(begin, end):
                if rule.is_rate or _is_open(rule, state, i, j):
                    who[0, count], who[1, count] = i, j
                    count += 1
            if not rule.is_rate:
                row, count = write_rows(terms, state, who, count, x, pair, row), 0
        row = write_rows(terms, state, who, count, x, pair, row)
    start[time.size] = row


@lean_kernel
def write_rows(terms, state, who, count, x, pair, row):
    """Write rows and pairs from a row on, if there is room for any, and return the next row."""
    if x.shape[0] > 0 and count > 0:
        n = state.nets.node.shape[1]
        for m in range(count):
            pair[row + m] = who[0, m] * n + who[1, m]
        statistics_of_set(terms, state, who, count, x, row)
    return row + count


@lean_kernel
def _is_open(rule, state, i, j):
    """Whether i could have chosen j."""
    if i == j:
        return False
    if rule.receiver >= 0 and not state.attribute[rule.receiver, j] > 0:
        return False
    return not (rule.opportunity >= 0 and _is_tied(state.nets, rule.opportunity, i, j) == 0)
