"""What a model reads at a moment: networks, attributes, degrees; and the updates that change it.

All networks share one open-addressing map of pairs (network, i, j), so that nothing of size n x n is kept. Each entry is
also a link of two lists: of those who point at j, and of those at whom i points. An undone tie stays in the lists with
weight 0.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._jit import kernel

__all__ = ["ATTRIBUTE", "TIE", "UPDATE", "State", "advance", "new_state"]

TIE, ATTRIBUTE = 0, 1
IN, OUT = 0, 1
_MUL = np.uint64(0x9E3779B97F4A7C15)
_LOAD = 0.6

UPDATE = np.dtype(
    [("time", "f8"), ("value", "f8"), ("kind", "i4"), ("where", "i4"), ("i", "i4"), ("j", "i4")], align=True
)
"""A change: `value` is added to tie (i, j) of network `where`, or becomes attribute `where` of actor i."""

_LINK = np.dtype([("key", "i8"), ("weight", "f8"), ("last", "f8"), ("next_in", "i8"), ("next_out", "i8")], align=True)


class State(NamedTuple):
    """Networks and attributes at a moment.

    `link` holds one entry per pair that ever had a tie: key ((network * n + i) * n + j) + 1, weight, time of the last
    update, and one more than the place of the next link of the same receiver and of the same sender.
    """

    link: NDArray[np.void]
    head: NDArray[np.int64]
    """One more than the first link, 0 for none; shape (2, networks, actors): by receiver, by sender."""
    degree: NDArray[np.float64]
    """Shape (4, networks, actors): distinct senders, distinct receivers, sum of weights received, and sent."""
    attribute: NDArray[np.float64]
    """Shape (attributes, actors)."""


def new_state(n_networks: int, attribute: NDArray[np.float64], n_ties: int) -> State:
    """Return a state without ties, with room for so many.

    Parameters
    ----------
    n_networks, n_ties : int
        How many networks, and at most how many different pairs over all of them.
    attribute : array, shape (attributes, actors)
        Values at the start.

    Examples
    --------
    >>> new_state(1, np.zeros((0, 3)), 4).degree.shape
    (4, 1, 3)
    """
    n = attribute.shape[1]
    slots = 1 << max(4, math.ceil(math.log2(max(n_ties, 1) / _LOAD)))
    link = np.zeros(slots, _LINK)
    shape = (max(n_networks, 1), n)
    return State(link, np.zeros((2, *shape), np.int64), np.zeros((4, *shape)), attribute.copy())


@kernel
def _place(state, network, i, j):
    """Return the place of a pair in the map, or of the empty cell where it would go."""
    n = state.head.shape[2]
    key = (np.int64(network) * n + i) * n + j + 1
    mask = state.link.size - 1
    place = np.int64((np.uint64(key) * _MUL) >> np.uint64(20)) & mask
    while state.link[place].key != 0 and state.link[place].key != key:
        place = (place + 1) & mask
    return place


@kernel
def _weight(state, network, i, j):
    """Return the weight of tie (i, j), 0 where there is none."""
    return state.link[_place(state, network, i, j)].weight


@kernel
def _is_tied(state, network, i, j):
    """Return 1 where i is tied to j, else 0."""
    return 1.0 if state.link[_place(state, network, i, j)].weight > 0 else 0.0


@kernel
def _add_tie(state, network, i, j, value, time):
    """Add to the weight of a tie; keep lists and degrees in step."""
    n = state.head.shape[2]
    place = _place(state, network, i, j)
    if state.link[place].key == 0:
        state.link[place].key = (np.int64(network) * n + i) * n + j + 1
        state.link[place].next_in = state.head[IN, network, j]
        state.head[IN, network, j] = place + 1
        state.link[place].next_out = state.head[OUT, network, i]
        state.head[OUT, network, i] = place + 1
    before = state.link[place].weight
    after = before + value
    if abs(after) < 1e-12:
        after = 0.0
    state.link[place].weight = after
    if value > 0:
        state.link[place].last = time
    step = (1.0 if after > 0 else 0.0) - (1.0 if before > 0 else 0.0)
    state.degree[0, network, j] += step
    state.degree[1, network, i] += step
    state.degree[2, network, j] += after - before
    state.degree[3, network, i] += after - before


@kernel
def advance(state, updates, first, time):
    """Apply the updates from place `first` that are earlier than `time`; return the place of the next one."""
    u = first
    while u < updates.size and updates[u].time < time:
        if updates[u].kind == TIE:
            _add_tie(state, updates[u].where, updates[u].i, updates[u].j, updates[u].value, updates[u].time)
        else:
            state.attribute[updates[u].where, updates[u].i] = updates[u].value
        u += 1
    return u
