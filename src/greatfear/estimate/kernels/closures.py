"""Closures: how many third persons stand between a sender and a receiver, for one pair or for a whole set of alternatives.

With the networks of a long archive these are what costs: lists of ties get longer as events go on. So the shorter of two lists is
gone through; and where the alternatives of one sender are asked for together, the sender's list is marked once, and reading the
lists of the others against the marks takes no look-ups at all.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import lean_kernel
from greatfear.estimate.kernels.networks import COUNT, NEXT, WHO, _is_tied, _weight

TRANS, CYCLE, COMMON_SENDER, COMMON_RECEIVER, FOUR, NODE_TRANS = 20, 21, 22, 23, 24, 25
_LOOK_UP = 16
"""A look-up in the map of ties takes about as long as reading this many places of a list."""


@lean_kernel
def _directions(code):
    """Return whether the sender, and the receiver, of a closure points at the third person."""
    return code in (TRANS, COMMON_RECEIVER), code in (CYCLE, COMMON_RECEIVER)


@lean_kernel
def _closure(term, nets, i, j):
    """Return the number of third persons k; the leg at i is in one network, the leg at j in the other.

    trans: i to k, k to j. cycle: j to k, k to i. commonSender: k to i, k to j. commonReceiver: i to k, j to k.
    With weights, each k counts the smaller weight of its two legs.
    """
    a, b = nets.node[term.network, i], nets.node[term.second, j]
    i_points, j_points = _directions(term.code)
    at_i, at_j = a.degree_out if i_points else a.degree_in, b.degree_out if j_points else b.degree_in
    if at_i == 0 or at_j == 0:
        return 0.0
    # the shorter list is gone through, the longer one only asked: few persons have very many ties
    if at_i <= at_j:
        return _legs(nets, term.weighted, (term.network, i, i_points), (term.second, j, j_points))
    return _legs(nets, term.weighted, (term.second, j, j_points), (term.network, i, i_points))


@lean_kernel
def _legs(nets, weighted, listed, other):
    """Return how many k of the list of one person also have the other leg; both are (network, person, whether it points at k)."""
    network, p, is_out = listed
    total = 0.0
    block = nets.node[network, p].head_out if is_out else nets.node[network, p].head_in
    # a list is a chain of blocks of one cache line each: a person with few ties costs one load
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            k = np.int64(nets.block[block - 1, cell])
            a, b = (other[1], k) if other[2] else (k, other[1])
            # a third person counts as much as the weaker of the two ties that lead over that person
            if weighted:
                c, d = (p, k) if is_out else (k, p)
                total += min(_weight(nets, network, c, d), _weight(nets, other[0], a, b))
            else:
                total += _is_tied(nets, other[0], a, b)
        block = nets.block[block - 1, NEXT]
    return total


@lean_kernel
def fill_closures(term, nets, who, count, out, row, k):
    """Write a closure for the pairs who[0, :count], who[1, :count] into column k of `out`, from a row on."""
    i_points, j_points = _directions(term.code)
    i = who[0, 0]
    degree = nets.node[term.network, i].degree_out if i_points else nets.node[term.network, i].degree_in
    if term.weighted or not _pays(term, nets, who, count, degree, j_points):
        for m in range(count):
            out[row + m, k] = _closure(term, nets, who[0, m], who[1, m])
        return
    # the sender's list is marked once; receivers' lists are held against the marks, unless look-ups cost less
    mark = _marked(nets, nets.node[term.network, i].head_out if i_points else nets.node[term.network, i].head_in)
    for m in range(count):
        node = nets.node[term.second, who[1, m]]
        if (node.degree_out if j_points else node.degree_in) <= _LOOK_UP * degree:
            out[row + m, k] = _count_marked(nets, node.head_out if j_points else node.head_in, mark)
        else:
            out[row + m, k] = _closure(term, nets, i, who[1, m])


@lean_kernel
def _pays(term, nets, who, count, degree, j_points):
    """Whether to mark the list of the sender: all pairs must have that sender, and look-ups cost more in sum."""
    if degree == 0:
        return False
    shorter = 0
    for m in range(count):
        if who[0, m] != who[0, 0]:
            return False
        node = nets.node[term.second, who[1, m]]
        shorter += min(degree, node.degree_out if j_points else node.degree_in)
    return degree <= _LOOK_UP * shorter


@lean_kernel
def _marked(nets, block):
    """Mark who is in a list, and return the mark."""
    clock = nets.clock[0]
    clock.mark += 1
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            nets.mark[nets.block[block - 1, cell]] = clock.mark
        block = nets.block[block - 1, NEXT]
    return clock.mark


@lean_kernel
def _count_marked(nets, block, mark):
    """Return how many of a list bear a mark."""
    total = 0
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            total += nets.mark[nets.block[block - 1, cell]] == mark
        block = nets.block[block - 1, NEXT]
    return total


@lean_kernel
def _four(nets, network, i, j):
    """Return the number of (k, l), k not j and l not i, with i to k, l to k, l to j."""
    total = 0.0
    block = nets.node[network, i].head_out
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            k = np.int64(nets.block[block - 1, cell])
            if k != j:
                total += _of_both(nets, network, k, j, False, i)
        block = nets.block[block - 1, NEXT]
    return total


@lean_kernel
def _of_both(nets, network, k, other, is_out, without):
    """Return how many of the list of k, but for one person, are tied to the other person in the same way."""
    total = 0.0
    block = nets.node[network, k].head_out if is_out else nets.node[network, k].head_in
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            m = np.int64(nets.block[block - 1, cell])
            if m != without:
                total += _is_tied(nets, network, other, m) if is_out else _is_tied(nets, network, m, other)
        block = nets.block[block - 1, NEXT]
    return total


@lean_kernel
def _node_transitivity(nets, network, i):
    """Return the number of (k, l) with i to k, k to l, i to l."""
    total = 0.0
    block = nets.node[network, i].head_out
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            total += _of_both(nets, network, np.int64(nets.block[block - 1, cell]), i, True, -1)
        block = nets.block[block - 1, NEXT]
    return total
