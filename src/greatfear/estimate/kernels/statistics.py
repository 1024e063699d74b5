"""The statistics: a number for (sender i, receiver j) at a moment, picked by an integer code. Names are in `effects`.

Those of the mechanism (codes from MECHANISM on) are values of `greatfear.naming`, the text that the simulator runs.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import lean_kernel
from greatfear.estimate.kernels.closures import (
    COMMON_RECEIVER,
    FOUR,
    NODE_TRANS,
    TRANS,
    _four,
    _node_transitivity,
    fill_closures,
)
from greatfear.estimate.kernels.memory import _of_memory
from greatfear.estimate.kernels.networks import COUNT, NEXT, WHO, _is_tied, _left, _weight
from greatfear.naming.registry import IDENTITY, STATISTICS
from greatfear.naming.statistics import FACT, transformed, value

INTERCEPT, EGO, ALTER, SAME, DIFF, SIM, EGO_ALTER = 0, 1, 2, 3, 4, 5, 6
TIE, RECIP, INDEG, OUTDEG = 10, 11, 12, 13
TERTIUS, TERTIUS_DIFF = 30, 31
MEMORY = 40
"""From here to MECHANISM: recency, time since, participation shifts; see `memory`."""
MECHANISM = 100
"""Plus a code of `greatfear.naming.registry.STATISTICS`."""
NODE_ALTER, NODE_EGO = 0, 1

_OF_TIES, _OF_SAME, _OF_FLAG, _OF_VALUE = (
    np.array([row.in_archive == way for row in STATISTICS.values()]) for way in ("tie", "same", "flag", "value")
)
"""How an archive says what a statistic of the naming rule reads, by its code there."""

TERM = np.dtype(
    [
        (name, "i4")
        for name in (
            *("code", "network", "second", "attribute", "other", "node"),
            *("transform", "weighted", "ignore_rep", "window", "times"),
        )
    ],
    align=True,
)
"""A column: `second` is the second network of a closure, `other` the second attribute, `window` the place of a windowed count
of the naming rule; `times` is the place of the term that this one is multiplied by, -1 for none."""


@lean_kernel
def statistics_of_set(terms, state, who, count, out, row):
    """Write the values of all terms into rows of `out` from one on, for senders who[0, :count] and receivers who[1, :count].

    In rate models the receiver is the sender.
    A column at a time: look-ups for different pairs do not wait for one another, and taking a state apart costs more than
    reading one number from it.
    """
    for k in range(terms.size):
        _fill_column(terms[k], k, state, who, count, out, row)
    for k in range(terms.size):
        if terms[k].times >= 0:
            for m in range(row, row + count):
                out[m, k] *= out[m, terms[k].times]


@lean_kernel
def _fill_column(term, k, state, who, count, out, row):
    """Write column k of a set before it is multiplied by another one."""
    code = term.code
    if code < TIE:
        for m in range(count):
            out[row + m, k] = _of_attributes(term, state.attribute, who[0, m], who[1, m])
    elif code in (TIE, RECIP):
        for m in range(count):
            out[row + m, k] = _tie(term, state.nets, who[0, m], who[1, m])
    elif code in (INDEG, OUTDEG):
        for m in range(count):
            out[row + m, k] = _degree(term, state.nets, who[0 if term.node == NODE_EGO else 1, m])
    # closures of a whole set share the sender's list
    elif TRANS <= code <= COMMON_RECEIVER:
        fill_closures(term, state.nets, who, count, out, row, k)
    else:
        for m in range(count):
            out[row + m, k] = _value(term, k, state, who[0, m], who[1, m])
    # where repetition is to be ignored, a pair that is tied already counts 0
    if term.ignore_rep:
        for m in range(count):
            if _is_tied(state.nets, term.network, who[0, m], who[1, m]) > 0:
                out[row + m, k] = 0.0
    if term.transform != IDENTITY:
        for m in range(row, row + count):
            out[m, k] = transformed(out[m, k], term.transform)


@lean_kernel
def _value(term, k, state, i, j):
    """Return a statistic that is not filled in a column of its own, before its transform; k is the place of the term."""
    code, nets = term.code, state.nets
    p = i if term.node == NODE_EGO else j
    if code == NODE_TRANS:
        return _node_transitivity(nets, term.network, p)
    if code == FOUR:
        return _four(nets, term.network, i, j)
    if code < MEMORY:
        return _tertius(term, k, state, i, p)
    if code < MECHANISM:
        return _of_memory(term, nets, i, j, p)
    return _of_mechanism(term, state, i, j)


@lean_kernel
def _of_attributes(term, attribute, i, j):
    """Return a statistic of attributes alone, or 1."""
    code = term.code
    if code == INTERCEPT:
        return 1.0
    if code == EGO:
        return attribute[term.attribute, i]
    if code == ALTER:
        return attribute[term.attribute, j]
    # a missing attribute is no value, so that it is compared with nothing
    a = attribute[term.attribute, i]
    if code == EGO_ALTER:
        return a * attribute[term.other, j]
    b = attribute[term.attribute, j]
    if code == SAME:
        return np.nan if np.isnan(a) or np.isnan(b) else 1.0 if a == b else 0.0
    return abs(a - b) if code == DIFF else -abs(a - b)


@lean_kernel
def _tie(term, nets, i, j):
    """Return whether i is tied to j, or j to i; or the weight."""
    a, b = (i, j) if term.code == TIE else (j, i)
    return _weight(nets, term.network, a, b) if term.weighted else _is_tied(nets, term.network, a, b)


@lean_kernel
def _degree(term, nets, p):
    """Return how many are tied to p, or p to them; or the sum of weights."""
    if not term.weighted:
        node = nets.node[term.network, p]
        return np.float64(node.degree_in if term.code == INDEG else node.degree_out)
    turn = nets.turn[term.network, p]
    if term.code == INDEG:
        return turn.strength_in * _left(nets, term.network, turn.last_in) if turn.strength_in > 0 else 0.0
    return turn.strength_out * _left(nets, term.network, turn.last_out) if turn.strength_out > 0 else 0.0


@lean_kernel
def _mean_before(term, state, p):
    """Return the mean attribute of those tied to p; NaN where nobody is."""
    nets, total = state.nets, 0.0
    node = nets.node[term.network, p]
    block = node.head_in
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            total += state.attribute[term.attribute, nets.block[block - 1, cell]]
        block = nets.block[block - 1, NEXT]
    return total / node.degree_in if node.degree_in > 0 else np.nan


@lean_kernel
def _tertius(term, k, state, i, p):
    """Return the mean attribute of those tied to p, or its distance from that of i; the average of others for none."""
    mean = _mean_before(term, state, p)
    if state.nets.node[term.network, p].degree_in > 0:  # of a value that is not known, the mean is not known
        return mean if term.code == TERTIUS else abs(state.attribute[term.attribute, i] - mean)
    # the average is the same for all persons until something changes: it is kept with the stamp of that moment
    if state.memo[k, 1] == state.nets.clock[0].stamp:
        return state.memo[k, 0]
    # the average over all persons, or pairs of different persons, for whom there is a mean
    total, count = 0.0, 0
    for j in range(state.attribute.shape[1]):
        mean = _mean_before(term, state, j)
        if np.isnan(mean):
            continue
        if term.code == TERTIUS:
            total += mean
            count += 1
            continue
        # the distance depends on the one who asks, so that all pairs have part in the average
        for a in range(state.attribute.shape[1]):
            if a != j:
                total += abs(state.attribute[term.attribute, a] - mean)
                count += 1
    state.memo[k, 0] = total / count if count > 0 else 0.0
    state.memo[k, 1] = state.nets.clock[0].stamp
    return state.memo[k, 0]


@lean_kernel
def _of_mechanism(term, state, i, j):
    """Return a statistic of the naming rule; what ties i to j is read off a network or an attribute."""
    code = term.code - MECHANISM
    bits, rank = 0, 0.0
    if _OF_TIES[code]:
        bits = FACT[code] if _is_tied(state.nets, term.network, i, j) > 0 else 0
    # whether two persons are alike is not known where one of them is not known
    elif _OF_SAME[code]:
        if np.isnan(state.attribute[term.attribute, i]) or np.isnan(state.attribute[term.attribute, j]):
            return np.nan
        bits = FACT[code] if state.attribute[term.attribute, i] == state.attribute[term.attribute, j] else 0
    elif _OF_FLAG[code]:
        if np.isnan(state.attribute[term.attribute, j]):
            return np.nan
        bits = FACT[code] if state.attribute[term.attribute, j] > 0 else 0
    elif _OF_VALUE[code]:
        rank = state.attribute[term.attribute, j]
    return value(code, IDENTITY, term.window, state.history, i, j, bits, rank)
