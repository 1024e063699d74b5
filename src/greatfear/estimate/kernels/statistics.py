"""The statistics: a number for (sender i, receiver j) at a moment, picked by an integer code. Names are in `effects`."""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel
from greatfear.estimate.kernels.state import IN, OUT, _is_tied, _weight

__all__ = ["TERM", "statistics"]

INTERCEPT, EGO, ALTER, SAME, DIFF, SIM, EGO_ALTER = 0, 1, 2, 3, 4, 5, 6
TIE, RECIP, INDEG, OUTDEG = 10, 11, 12, 13
TRANS, CYCLE, COMMON_SENDER, COMMON_RECEIVER, FOUR, NODE_TRANS = 20, 21, 22, 23, 24, 25
IDENTITY, SQRT, LOG1P, BINARY = 0, 1, 2, 3
NODE_ALTER, NODE_EGO = 0, 1

TERM = np.dtype(
    [
        ("code", "i4"),
        ("network", "i4"),
        ("second", "i4"),
        ("attribute", "i4"),
        ("other", "i4"),
        ("node", "i4"),
        ("transform", "i4"),
        ("weighted", "i4"),
        ("ignore_rep", "i4"),
        ("times", "i4"),
    ],
    align=True,
)
"""A column: `second` is the second network of a closure, `other` the second attribute; `times` is the place of the term
that this one is multiplied by, -1 for none."""


@kernel
def statistics(terms, state, i, j, out):
    """Write the values of all terms for sender i and receiver j into `out`; in rate models j = i."""
    for k in range(terms.size):
        out[k] = _transformed(_value(terms[k], state, i, j), terms[k].transform)
        if terms[k].ignore_rep and _is_tied(state, terms[k].network, i, j) > 0:
            out[k] = 0.0
    for k in range(terms.size):
        if terms[k].times >= 0:
            out[k] *= out[terms[k].times]


@kernel
def _transformed(x, transform):
    """Return x, its square root, log(1 + x) or 1[x > 0]."""
    if transform == SQRT:
        return math.sqrt(x)
    if transform == LOG1P:
        return math.log1p(x)
    if transform == BINARY:
        return 1.0 if x > 0 else 0.0
    return x


@kernel
def _value(term, state, i, j):
    """Return one statistic before its transform."""
    code = term.code
    if code == INTERCEPT:
        return 1.0
    if code < TIE:
        return _of_attributes(term, state, i, j)
    if code in (TIE, RECIP):
        a, b = (i, j) if code == TIE else (j, i)
        return _weight(state, term.network, a, b) if term.weighted else _is_tied(state, term.network, a, b)
    node = i if term.node == NODE_EGO else j
    if code in (INDEG, OUTDEG):
        return state.degree[(code - INDEG) + 2 * term.weighted, term.network, node]
    if code == NODE_TRANS:
        return _node_transitivity(state, term.network, node)
    if code == FOUR:
        return _four(state, term.network, i, j)
    return _closure(code, state, term.network, term.second, i, j)


@kernel
def _of_attributes(term, state, i, j):
    """Return a statistic of attributes alone."""
    code = term.code
    if code == EGO:
        return state.attribute[term.attribute, i]
    if code == ALTER:
        return state.attribute[term.attribute, j]
    a = state.attribute[term.attribute, i]
    if code == EGO_ALTER:
        return a * state.attribute[term.other, j]
    b = state.attribute[term.attribute, j]
    if code == SAME:
        return 1.0 if a == b else 0.0
    return abs(a - b) if code == DIFF else -abs(a - b)


@kernel
def _closure(code, state, first, second, i, j):
    """Return the number of third persons k; the leg at i is in network `first`, the leg at j in network `second`.

    trans: i to k, k to j. cycle: j to k, k to i. commonSender: k to i, k to j. commonReceiver: i to k, j to k.
    """
    n = state.head.shape[2]
    # the leg at i: those at whom i points, or those who point at i
    is_out = code in (TRANS, COMMON_RECEIVER)
    link = state.head[OUT if is_out else IN, first, i]
    total = 0.0
    while link > 0:
        entry = state.link[link - 1]
        if entry.weight > 0:
            k = (entry.key - 1) % n if is_out else (entry.key - 1) // n % n
            if code in (TRANS, COMMON_SENDER):
                total += _is_tied(state, second, k, j)
            else:
                total += _is_tied(state, second, j, k)
        link = entry.next_out if is_out else entry.next_in
    return total


@kernel
def _four(state, network, i, j):
    """Return the number of (k, l), k not j and l not i, with i to k, l to k, l to j."""
    n = state.head.shape[2]
    total = 0.0
    link = state.head[OUT, network, i]
    while link > 0:
        k = (state.link[link - 1].key - 1) % n
        if state.link[link - 1].weight > 0 and k != j:
            back = state.head[IN, network, k]
            while back > 0:
                m = (state.link[back - 1].key - 1) // n % n
                if state.link[back - 1].weight > 0 and m != i:
                    total += _is_tied(state, network, m, j)
                back = state.link[back - 1].next_in
        link = state.link[link - 1].next_out
    return total


@kernel
def _node_transitivity(state, network, i):
    """Return the number of (k, l) with i to k, k to l, i to l."""
    n = state.head.shape[2]
    total = 0.0
    link = state.head[OUT, network, i]
    while link > 0:
        k = (state.link[link - 1].key - 1) % n
        if state.link[link - 1].weight > 0:
            total += _closure(TRANS, state, network, network, i, k)
        link = state.link[link - 1].next_out
    return total
