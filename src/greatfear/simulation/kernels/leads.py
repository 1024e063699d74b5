"""Kernels: leads of an office as a pairing heap whose nodes are statements.

Weights fade by the same factor everywhere, so the order of two leads never changes by waiting: a score is kept as the log of
the sum of weight * exp(day / memory). A person with a newer statement stands in the heap again; the older node is stale.
Fredman et al. (1986), 10.1007/BF01840439.
"""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel


@lean_kernel
def add_score(score, more):
    """Return log(exp(score) + exp(more))."""
    if score == -math.inf:
        return more
    high, low = max(score, more), min(score, more)
    return high + math.log1p(math.exp(low - high))


@lean_kernel
def _meld(log, a, b):
    """Join two heaps; of equal keys the earlier statement goes first."""
    if a < 0:
        return b
    if b < 0:
        return a
    if log[a].key < log[b].key or (log[a].key == log[b].key and a > b):
        a, b = b, a
    log[b].sibling = log[a].child
    log[a].child = b
    return a


@lean_kernel
def push(log, root, node, key):
    """Enter a statement as a lead and return the new root."""
    log[node].key = key
    log[node].child = -1
    log[node].sibling = -1
    return _meld(log, root, node)


@lean_kernel
def pop(log, root):
    """Remove the best lead and return the new root: children are joined in pairs, then from the last to the first."""
    # children are joined in pairs, from the first on; the pairs form a chain in reverse order
    pairs, child = -1, log[root].child
    while child >= 0:
        second = log[child].sibling
        if second < 0:
            log[child].sibling = pairs
            pairs = child
            break
        # the rest of the children waits
        rest = log[second].sibling
        log[child].sibling = -1
        log[second].sibling = -1
        joined = _meld(log, child, second)
        log[joined].sibling = pairs
        pairs = joined
        child = rest
    # the chain is joined into one heap: this order keeps the cost of later removals small
    new = -1
    while pairs >= 0:
        rest = log[pairs].sibling
        log[pairs].sibling = -1
        new = _meld(log, new, pairs)
        pairs = rest
    return new
