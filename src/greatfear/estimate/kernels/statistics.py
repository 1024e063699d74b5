"""The statistics: a number for (sender i, receiver j) at a moment, picked by an integer code. Names are in `effects`.

Those of the mechanism (codes from MECHANISM on) are values of `greatfear.naming`, the text that the simulator runs.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import lean_kernel
from greatfear.estimate.kernels.memory import _of_memory
from greatfear.estimate.kernels.state import COUNT, NEXT, WHO, _is_kept, _is_tied, _left, _weight
from greatfear.naming import facts
from greatfear.naming import statistics as naming
from greatfear.naming.statistics import transformed, value

__all__ = ["TERM", "statistics", "statistics_of_set"]

INTERCEPT, EGO, ALTER, SAME, DIFF, SIM, EGO_ALTER = 0, 1, 2, 3, 4, 5, 6
TIE, RECIP, INDEG, OUTDEG = 10, 11, 12, 13
TRANS, CYCLE, COMMON_SENDER, COMMON_RECEIVER, FOUR, NODE_TRANS = 20, 21, 22, 23, 24, 25
TERTIUS, TERTIUS_DIFF = 30, 31
MEMORY = 40
"""From here to MECHANISM: recency, time since, participation shifts; see `memory`."""
MECHANISM = 100
"""Plus a code of `greatfear.naming.statistics`."""
NODE_ALTER, NODE_EGO = 0, 1

_BIT = np.zeros(16, np.int64)
for _code, _fact in (
    (naming.KIN, facts.KIN),
    (naming.UNIT, facts.UNIT),
    (naming.ACQUAINTANCE, facts.ACQUAINTANCE),
    (naming.ORGANISATION, facts.ORGANISATION),
    (naming.PROMPTED, facts.PROMPTED),
    (naming.STRATUM, facts.SAME_STRATUM),
    (naming.TARGETED, facts.TARGETED),
):
    _BIT[_code] = _fact
_OF_TIES = np.isin(np.arange(16), [naming.KIN, naming.UNIT, naming.ACQUAINTANCE, naming.ORGANISATION, naming.PROMPTED])
_STRATUM, _TARGETED, _SENIORITY = naming.STRATUM, naming.TARGETED, naming.SENIORITY

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
def statistics(terms, state, i, j, out, row):
    """Write the values of all terms for sender i and receiver j into a row of `out`; in rate models j = i."""
    for k in range(terms.size):
        out[row, k] = _column(terms[k], k, state, i, j)
    for k in range(terms.size):
        if terms[k].times >= 0:
            out[row, k] *= out[row, terms[k].times]


@lean_kernel
def statistics_of_set(terms, state, pair, first, last, out):
    """Write the rows `first` to before `last` of `out`, for the pairs i * n + j that stand at these places.

    A column at a time: look-ups for different pairs do not wait for one another.
    """
    n = state.node.shape[1]
    for k in range(terms.size):
        term = terms[k]
        for row in range(first, last):
            i, j = pair[row] // n, pair[row] % n
            out[row, k] = _column(term, k, state, i, j)
    for k in range(terms.size):
        if terms[k].times >= 0:
            for row in range(first, last):
                out[row, k] *= out[row, terms[k].times]


@lean_kernel
def _column(term, k, state, i, j):
    """Return a term before it is multiplied by another one."""
    if term.ignore_rep and _is_tied(state, term.network, i, j) > 0:
        return 0.0
    return transformed(_value(term, k, state, i, j), term.transform)


@lean_kernel
def _value(term, k, state, i, j):
    """Return one statistic before its transform; k is the place of the term."""
    code = term.code
    if code == INTERCEPT:
        return 1.0
    if code < TIE:
        return _of_attributes(term, state, i, j)
    if code in (TIE, RECIP):
        a, b = (i, j) if code == TIE else (j, i)
        return _weight(state, term.network, a, b) if term.weighted else _is_tied(state, term.network, a, b)
    p = i if term.node == NODE_EGO else j
    if code in (INDEG, OUTDEG):
        return _degree(term, state, p)
    if code == NODE_TRANS:
        return _node_transitivity(state, term.network, p)
    if code == FOUR:
        return _four(state, term.network, i, j)
    if code < TERTIUS:
        return _closure(term, state, i, j)
    if code < MEMORY:
        return _tertius(term, k, state, i, p)
    if code < MECHANISM:
        return _of_memory(term, state, i, j, p)
    return _of_mechanism(term, state, i, j)


@lean_kernel
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


@lean_kernel
def _degree(term, state, p):
    """Return how many are tied to p, or p to them; or the sum of weights."""
    node = state.node[term.network, p]
    if not term.weighted:
        return node.degree_in if term.code == INDEG else node.degree_out
    if term.code == INDEG:
        return node.strength_in * _left(state, term.network, node.last_in) if node.strength_in > 0 else 0.0
    return node.strength_out * _left(state, term.network, node.last_out) if node.strength_out > 0 else 0.0


@lean_kernel
def _closure(term, state, i, j):
    """Return the number of third persons k; the leg at i is in one network, the leg at j in the other.

    trans: i to k, k to j. cycle: j to k, k to i. commonSender: k to i, k to j. commonReceiver: i to k, j to k.
    With weights, each k counts the smaller weight of its two legs.
    """
    a, b = state.node[term.network, i], state.node[term.second, j]
    i_points = term.code in (TRANS, COMMON_RECEIVER)
    j_points = term.code in (CYCLE, COMMON_RECEIVER)
    at_i, at_j = a.degree_out if i_points else a.degree_in, b.degree_out if j_points else b.degree_in
    if at_i == 0 or at_j == 0:
        return 0.0
    # the shorter list is gone through, the longer one only asked: few persons have very many ties
    if at_i <= at_j:
        return _legs(state, term, (term.network, i, i_points), (term.second, j, j_points))
    return _legs(state, term, (term.second, j, j_points), (term.network, i, i_points))


@lean_kernel
def _legs(state, term, listed, other):
    """Return how many k of the list of one person also have the other leg; both are (network, person, whether it points at k)."""
    network, p, is_out = listed
    total = 0.0
    block = state.node[network, p].head_out if is_out else state.node[network, p].head_in
    while block > 0:
        for cell in range(WHO + state.block[block - 1, COUNT] - 1, WHO - 1, -1):
            k = np.int64(state.block[block - 1, cell])
            a, b = (other[1], k) if other[2] else (k, other[1])
            c, d = (p, k) if is_out else (k, p)
            if term.weighted:
                total += min(_weight(state, network, c, d), _weight(state, other[0], a, b))
            elif _is_kept(state, network, c, d):
                total += _is_tied(state, other[0], a, b)
        block = state.block[block - 1, NEXT]
    return total


@lean_kernel
def _four(state, network, i, j):
    """Return the number of (k, l), k not j and l not i, with i to k, l to k, l to j."""
    total = 0.0
    block = state.node[network, i].head_out
    while block > 0:
        for cell in range(WHO, WHO + state.block[block - 1, COUNT]):
            k = np.int64(state.block[block - 1, cell])
            if k != j and _is_kept(state, network, i, k):
                total += _of_both(state, network, k, j, False, i)
        block = state.block[block - 1, NEXT]
    return total


@lean_kernel
def _of_both(state, network, k, other, is_out, without):
    """Return how many of the list of k, but for one person, are tied to the other person in the same way."""
    total = 0.0
    block = state.node[network, k].head_out if is_out else state.node[network, k].head_in
    while block > 0:
        for cell in range(WHO, WHO + state.block[block - 1, COUNT]):
            m = np.int64(state.block[block - 1, cell])
            a, b = (k, m) if is_out else (m, k)
            if m != without and _is_kept(state, network, a, b):
                total += _is_tied(state, network, other, m) if is_out else _is_tied(state, network, m, other)
        block = state.block[block - 1, NEXT]
    return total


@lean_kernel
def _node_transitivity(state, network, i):
    """Return the number of (k, l) with i to k, k to l, i to l."""
    total = 0.0
    block = state.node[network, i].head_out
    while block > 0:
        for cell in range(WHO, WHO + state.block[block - 1, COUNT]):
            k = np.int64(state.block[block - 1, cell])
            if _is_kept(state, network, i, k):
                total += _of_both(state, network, k, i, True, -1)
        block = state.block[block - 1, NEXT]
    return total


@lean_kernel
def _mean_before(term, state, p):
    """Return the mean attribute of those tied to p; NaN where nobody is."""
    total, count = 0.0, 0
    block = state.node[term.network, p].head_in
    while block > 0:
        for cell in range(WHO + state.block[block - 1, COUNT] - 1, WHO - 1, -1):
            k = state.block[block - 1, cell]
            if _is_kept(state, term.network, k, p):
                total += state.attribute[term.attribute, k]
                count += 1
        block = state.block[block - 1, NEXT]
    return total / count if count > 0 else np.nan


@lean_kernel
def _tertius(term, k, state, i, p):
    """Return the mean attribute of those tied to p, or its distance from that of i; the average of others for none."""
    mean = _mean_before(term, state, p)
    if not np.isnan(mean):
        return mean if term.code == TERTIUS else abs(state.attribute[term.attribute, i] - mean)
    if state.memo[k, 1] == state.clock[0].stamp:
        return state.memo[k, 0]
    # the average over all persons, or pairs of different persons, for whom there is a mean
    total, count = 0.0, 0
    for j in range(state.node.shape[1]):
        mean = _mean_before(term, state, j)
        if np.isnan(mean):
            continue
        if term.code == TERTIUS:
            total += mean
            count += 1
            continue
        for a in range(state.node.shape[1]):
            if a != j:
                total += abs(state.attribute[term.attribute, a] - mean)
                count += 1
    state.memo[k, 0] = total / count if count > 0 else 0.0
    state.memo[k, 1] = state.clock[0].stamp
    return state.memo[k, 0]


@lean_kernel
def _of_mechanism(term, state, i, j):
    """Return a statistic of the naming rule; what ties i to j is read off a network or an attribute."""
    code = term.code - MECHANISM
    bits, rank = 0, 0.0
    if _OF_TIES[code]:
        bits = _BIT[code] if _is_tied(state, term.network, i, j) > 0 else 0
    elif code == _STRATUM:
        bits = _BIT[code] if state.attribute[term.attribute, i] == state.attribute[term.attribute, j] else 0
    elif code == _TARGETED:
        bits = _BIT[code] if state.attribute[term.attribute, j] > 0 else 0
    elif code == _SENIORITY:
        rank = state.attribute[term.attribute, j]
    return value(code, naming.IDENTITY, term.window, state.history, i, j, bits, rank)
