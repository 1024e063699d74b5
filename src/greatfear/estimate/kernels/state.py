"""What a model reads at a moment: networks, persons, attributes, the history of the naming rule; and the updates.

All networks share one open-addressing map of pairs (network, i, j), so that nothing of size n x n is kept. Beside it stand two
lists for everybody: of those who point at the person, and of those the person points at. A list is a chain of blocks of one
cache line, the newest first, so that it is read in a few loads and the look-ups of its members overlap. An undone tie stays in
the lists with weight 0. The statistics of the mechanism read a `naming.History`, which the simulator keeps in the same way.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._jit import lean_kernel
from greatfear.naming.history import History, fade, new_history, note, settle

__all__ = ["ATTRIBUTE", "FADE", "NOTE", "SETTLE", "TIE", "UPDATE", "Room", "State", "advance", "new_state"]

TIE, ATTRIBUTE, NOTE, FADE, SETTLE = 0, 1, 2, 3, 4
IN, OUT = 0, 1
_MUL = np.uint64(0x9E3779B97F4A7C15)
_LOAD = 0.6

UPDATE = np.dtype(
    [
        ("time", "f8"),
        ("value", "f8"),
        ("kind", "i4"),
        ("where", "i4"),
        ("i", "i4"),
        ("j", "i4"),
        ("event", "i4"),
    ],
    align=True,
)
"""A change. TIE: `value` is added to tie (i, j) of network `where`. ATTRIBUTE: attribute `where` of i becomes `value`. In the
history of the naming rule: NOTE: i (-1: unknown) named j; FADE: a statement against j leaves window `where`; SETTLE: i was
sentenced, died or fled. `event` is the event that caused it, -1 for none; i or j is -1 where a change concerns one person."""

_LINK = np.dtype([("key", "i8"), ("weight", "f8"), ("last", "f8")], align=True)
_NODE = np.dtype(
    [
        *((f"{what}_{way}", kind) for what, kind in (("head", "i8"), ("degree", "f8")) for way in ("in", "out")),
        *((f"{what}_{way}", kind) for what, kind in (("strength", "f8"), ("last", "f8")) for way in ("in", "out")),
        ("turn_in", "i8"),
        ("turn_out", "i8"),
    ],
    align=True,
)
_NET = np.dtype([("halflife", "f8"), ("moment", "f8"), ("turns", "i8"), ("undone", "i8")], align=True)
_CLOCK = np.dtype([("now", "f8"), ("stamp", "f8"), ("blocks", "i8")], align=True)
NEXT, COUNT, WHO, _END = 0, 1, 2, 16
"""Cells of a block: one more than the next block, how many persons stand in it, the first of them, and the end."""


class State(NamedTuple):
    """Networks and attributes at a moment.

    `link` holds one entry per pair that ever had a tie: key ((network * n + i) * n + j) + 1, weight at the time of the
    last event, and that time.
    """

    link: NDArray[np.void]
    block: NDArray[np.int32]
    """Shape (blocks, 16): pieces of lists of persons."""
    node: NDArray[np.void]
    """Shape (networks, actors): one more than the newest block (head), distinct senders and receivers (degree), sum of
    weights (strength), time of the last tie (last), different pairs at the network's last moment (turn)."""
    net: NDArray[np.void]
    """By network: half-life of its weights (0: none), time of its latest ties (moment), number of these (turns), and how often a
    tie was undone."""
    attribute: NDArray[np.float64]
    """Shape (attributes, actors)."""
    clock: NDArray[np.void]
    """The moment that is looked at (now), a number that grows with every change (stamp), and blocks in use."""
    memo: NDArray[np.float64]
    """Shape (terms, 2): a number that holds for all pairs, and the stamp for which it was computed."""
    history: History


class Room(NamedTuple):
    """How large a state must be: ties over all networks, terms, statements, windows; and what the history keeps."""

    n_ties: int
    n_terms: int = 0
    n_statements: int = 0
    n_windows: int = 0
    keeps_history: bool = False


def new_state(halflives: NDArray[np.float64], attribute: NDArray[np.float64], room: Room) -> State:
    """Return a state without ties, with room for so many.

    Parameters
    ----------
    halflives : array, shape (networks,)
        Days, 0 for weights that stay.
    attribute : array, shape (attributes, actors)
        Values at the start.
    room : Room

    Examples
    --------
    >>> state = new_state(np.zeros(2), np.zeros((1, 3)), Room(5))
    >>> state.node.shape
    (2, 3)
    """
    n = attribute.shape[1]
    slots = 1 << max(4, math.ceil(math.log2(max(room.n_ties, 1) / _LOAD)))
    link = np.zeros(slots, _LINK)
    link["last"] = -np.inf
    node = np.zeros((max(len(halflives), 1), n), _NODE)
    most_blocks = room.n_ties // (_END - WHO) + min(room.n_ties, node.size) + 1
    block = np.zeros((2 * most_blocks, _END), np.int32)
    node["last_in"], node["last_out"] = -np.inf, -np.inf
    net = np.zeros(max(len(halflives), 1), _NET)
    net["halflife"][: len(halflives)], net["moment"] = halflives, -np.inf
    keeps = room.keeps_history
    history = new_history(
        n if keeps else 1, room.n_statements + 1 if keeps else 1, room.n_windows, pairs=keeps, lists=keeps
    )
    memo = np.full((max(room.n_terms, 1), 2), -1.0)
    return State(link, block, node, net, attribute.copy(), np.zeros(1, _CLOCK), memo, history)


@lean_kernel
def _place(state, network, i, j):
    """Return the place of a pair in the map, or of the empty cell where it would go."""
    n = state.node.shape[1]
    key = (np.int64(network) * n + i) * n + j + 1
    mask = state.link.size - 1
    place = np.int64((np.uint64(key) * _MUL) >> np.uint64(20)) & mask
    while state.link[place].key != 0 and state.link[place].key != key:
        place = (place + 1) & mask
    return place


@lean_kernel
def _left(state, network, last):
    """Return the share of a weight of time `last` that is left now."""
    halflife = state.net[network].halflife
    return 2.0 ** ((last - state.clock[0].now) / halflife) if halflife > 0 else 1.0


@lean_kernel
def _weight(state, network, i, j):
    """Return the weight of tie (i, j) now, 0 where there is none."""
    place = _place(state, network, i, j)
    weight = state.link[place].weight
    return weight * _left(state, network, state.link[place].last) if weight > 0 else 0.0


@lean_kernel
def _is_tied(state, network, i, j):
    """Return 1 where i is tied to j, else 0."""
    return 1.0 if state.link[_place(state, network, i, j)].weight > 0 else 0.0


@lean_kernel
def _last(state, network, i, j):
    """Return when i was last tied to j, minus infinity for never."""
    return state.link[_place(state, network, i, j)].last


@lean_kernel
def _add_tie(state, network, i, j, value, time):
    """Add to the weight of a tie; keep lists, degrees and turns in step."""
    n = state.node.shape[1]
    place = _place(state, network, i, j)
    a, b = state.node[network, i], state.node[network, j]
    if state.link[place].key == 0:
        state.link[place].key = (np.int64(network) * n + i) * n + j + 1
        a.head_out = _listed(state, a.head_out, j)
        b.head_in = _listed(state, b.head_in, i)
    # what is left of earlier weights at this time
    state.clock[0].now = time
    before = state.link[place].weight
    if state.net[network].halflife > 0:
        if before > 0:
            before *= _left(state, network, state.link[place].last)
        if a.strength_out > 0:
            a.strength_out *= _left(state, network, a.last_out)
        if b.strength_in > 0:
            b.strength_in *= _left(state, network, b.last_in)
    after = before + value
    if abs(after) < 1e-12:
        after = 0.0
    state.link[place].weight = after
    state.net[network].undone += before > 0 and after == 0.0
    step = (1.0 if after > 0 else 0.0) - (1.0 if before > 0 else 0.0)
    b.degree_in += step
    a.degree_out += step
    b.strength_in += after - before
    a.strength_out += after - before
    if value > 0 and time > -math.inf:
        _take_turn(state, network, place, i, j, time)


@lean_kernel
def _listed(state, head, who):
    """Put a person in front of a list and return its head."""
    if head == 0 or state.block[head - 1, COUNT] == _END - WHO:
        fresh = state.clock[0].blocks
        state.clock[0].blocks += 1
        state.block[fresh, NEXT] = head
        head = fresh + 1
    count = state.block[head - 1, COUNT]
    state.block[head - 1, WHO + count] = who
    state.block[head - 1, COUNT] = count + 1
    return head


@lean_kernel
def _is_kept(state, network, i, j):
    """Whether a tie of a list still stands; nothing need be looked up where none was ever undone."""
    return state.net[network].undone == 0 or _is_tied(state, network, i, j) > 0


@lean_kernel
def _take_turn(state, network, place, i, j, time):
    """Enter that i turned to j at a time: as the network's latest moment, and as the last time of both."""
    net, a, b = state.net[network], state.node[network, i], state.node[network, j]
    if time > net.moment:
        net.moment = time
        net.turns = 0
    if a.last_out < time:
        a.turn_out = 0
    if b.last_in < time:
        b.turn_in = 0
    if state.link[place].last < time:
        net.turns += 1
        a.turn_out += 1
        b.turn_in += 1
    a.last_out = time
    b.last_in = time
    state.link[place].last = time


@lean_kernel
def _apply(state, update):
    """Apply one update."""
    if update.kind == TIE:
        _add_tie(state, update.where, update.i, update.j, update.value, update.time)
    elif update.kind == ATTRIBUTE:
        state.attribute[update.where, update.i] = update.value
    elif update.kind == NOTE:
        note(state.history, update.event, update.i, update.j)
    elif update.kind == FADE:
        fade(state.history, update.where, update.j)
    else:
        settle(state.history, update.i)


@lean_kernel
def advance(state, updates, first, time):
    """Apply the updates from place `first` that are earlier than `time`; return the place of the next one."""
    u = first
    while u < updates.size and updates[u].time < time:
        _apply(state, updates[u])
        u += 1
    state.clock[0].now = time
    if u > first:
        state.clock[0].stamp += 1
    return u
