"""The table of statistics: for every decision, one row per alternative, in the order of senders and receivers."""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import lean_kernel
from greatfear.estimate.kernels.state import _is_tied, advance
from greatfear.estimate.kernels.statistics import statistics

__all__ = ["RULE", "fill_rows"]

RULE = np.dtype([("is_rate", "i4"), ("sender", "i4"), ("receiver", "i4"), ("opportunity", "i4")], align=True)
"""Who is at risk: attributes that must be more than 0 for senders and receivers, and a network; -1 for no rule."""


@lean_kernel
def fill_rows(time, actor, terms, rule, state, updates, start, x, pair):
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
    """
    n = state.node.shape[1]
    row, u = 0, 0
    for s in range(time.size):
        u = advance(state, updates, u, time[s])
        start[s] = row
        first, last = (actor[s], actor[s] + 1) if actor[s] >= 0 else (0, n)
        for i in range(first, last):
            if actor[s] < 0 and rule.sender >= 0 and not state.attribute[rule.sender, i] > 0:
                continue
            # a rate has one row per sender, the others one per receiver
            begin, end = (i, i + 1) if rule.is_rate else (0, n)
            for j in range(begin, end):
                if not rule.is_rate and not _is_open(rule, state, i, j):
                    continue
                if x.shape[0] > 0:
                    statistics(terms, state, i, j, x, row)
                    pair[row] = i * n + j
                row += 1
    start[time.size] = row


@lean_kernel
def _is_open(rule, state, i, j):
    """Whether i could have chosen j."""
    if i == j:
        return False
    if rule.receiver >= 0 and not state.attribute[rule.receiver, j] > 0:
        return False
    return not (rule.opportunity >= 0 and _is_tied(state, rule.opportunity, i, j) == 0)
