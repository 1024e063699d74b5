"""Statistics of when things happened: recency, time since, and who turned to whom last (participation shifts)."""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import lean_kernel
from greatfear.estimate.kernels.networks import COUNT, NEXT, WHO, _last

RECENCY, RECENCY_SEND, RECENCY_RECEIVE, RECENCY_RANK, RECENCY_RANK_RECEIVE = 40, 41, 42, 43, 44
TIME_SINCE, TIME_SINCE_SEND, TIME_SINCE_RECEIVE = 45, 46, 47
PS_ABBA, PS_ABBY, PS_ABAY, PS_ABXA, PS_ABXB, PS_ABXY = 50, 51, 52, 53, 54, 55


@lean_kernel
def _of_memory(term, nets, i, j, p):
    """Return one statistic; p is the person whose own last time is asked for."""
    code, network = term.code, term.network
    if code >= PS_ABBA:
        return _shift(code, nets, network, i, j)
    if code == RECENCY_RANK:
        return _rank(nets, network, i, j, True)
    if code == RECENCY_RANK_RECEIVE:
        return _rank(nets, network, i, j, False)
    # what is asked for is how long ago: of this pair, or of the one person towards anybody
    if code in (RECENCY, TIME_SINCE):
        last = _last(nets, network, i, j)
    elif code in (RECENCY_SEND, TIME_SINCE_SEND):
        last = nets.turn[network, p].last_out
    else:
        last = nets.turn[network, p].last_in
    # who never turned has no such time: both forms of the statistic count 0
    if last == -math.inf:
        return 0.0
    days = nets.clock[0].now - last
    return days if code >= TIME_SINCE else 1.0 / (1.0 + days)


@lean_kernel
def _rank(nets, network, i, j, is_sent):
    """Return 1 / place of j among those to whom i turned (or who turned to i), the latest first; equal times share a place."""
    own = _last(nets, network, i, j) if is_sent else _last(nets, network, j, i)
    if own == -math.inf:
        return 0.0
    place = 1
    block = nets.node[network, i].head_out if is_sent else nets.node[network, i].head_in
    while block > 0:
        for cell in range(WHO, WHO + nets.block[block - 1, COUNT]):
            k = np.int64(nets.block[block - 1, cell])
            place += (_last(nets, network, i, k) if is_sent else _last(nets, network, k, i)) > own
        block = nets.block[block - 1, NEXT]
    return 1.0 / place


@lean_kernel
def _shift(code, nets, network, i, j):
    """Return 1 where a tie of the latest moment, a to b, makes i to j such a shift; x and y are neither a nor b.

    All ties of one time are the latest together: their order is not known.
    """
    net = nets.net[network]
    if net.turns == 0:
        return 0.0
    # how many of the latest ties lead to i or j, or away from them; of an earlier moment nothing counts
    a, b = nets.turn[network, i], nets.turn[network, j]
    to_i = a.turn_in if a.last_in == net.moment else 0
    from_i = a.turn_out if a.last_out == net.moment else 0
    to_j = b.turn_in if b.last_in == net.moment else 0
    from_j = b.turn_out if b.last_out == net.moment else 0
    same = 1 if _last(nets, network, i, j) == net.moment else 0
    back = 1 if _last(nets, network, j, i) == net.moment else 0
    # each shift is a count of such ties less those that would make it another shift
    count = 0
    if code == PS_ABBA:
        count = back
    elif code == PS_ABBY:
        count = to_i - back
    elif code == PS_ABAY:
        count = from_i - same
    elif code == PS_ABXA:
        count = from_j - back
    elif code == PS_ABXB:
        count = to_j - same
    # of all latest ties, those that touch neither i nor j
    else:
        count = net.turns - (to_i + from_i + to_j + from_j - same - back)
    return 1.0 if count > 0 else 0.0
