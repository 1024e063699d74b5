"""Networks at a moment: a map of ties, and for everybody two lists, of those who point at the person and those pointed at.

All networks share one open-addressing map of pairs (network, i, j), so that nothing of size n x n is kept. A list is a chain of
blocks of one cache line; it holds the ties that stand, so that an effect with a window reads only what is within it. What every
look-up reads is kept apart from what few effects need: records of 16 bytes stay in the caches far longer.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._jit import lean_kernel
from greatfear.draws.table import slot_of, slots_for

_LINK = np.dtype([("key", "i8"), ("weight", "f8")], align=True)
_NODE = np.dtype([("head_in", "i4"), ("head_out", "i4"), ("degree_in", "i4"), ("degree_out", "i4")], align=True)
_TURN = np.dtype(
    [
        (f"{what}_{way}", kind)
        for way in ("in", "out")
        for what, kind in (("strength", "f8"), ("last", "f8"), ("turn", "i8"))
    ],
    align=True,
)
_NET = np.dtype([("halflife", "f8"), ("moment", "f8"), ("turns", "i8")], align=True)
_CLOCK = np.dtype([("now", "f8"), ("stamp", "i8"), ("blocks", "i8"), ("free", "i8"), ("mark", "i4")], align=True)
NEXT, COUNT, WHO, _END = 0, 1, 2, 16
"""Cells of a block: one more than the next block, how many persons stand in it, the first of them, and the end."""


class Networks(NamedTuple):
    """All networks at a moment."""

    link: NDArray[np.void]
    """One entry per pair that ever had a tie: key ((network * n + i) * n + j) + 1, and weight at the time of its last event."""
    last: NDArray[np.float64]
    """Time of the last event of each entry of `link`."""
    block: NDArray[np.int32]
    """Shape (blocks, 16): pieces of lists of persons."""
    node: NDArray[np.void]
    """Shape (networks, actors): one more than the first block (head), distinct senders and receivers (degree)."""
    turn: NDArray[np.void]
    """Shape (networks, actors): sum of weights (strength), time of the last tie (last), different pairs at the network's last
    moment (turn)."""
    net: NDArray[np.void]
    """By network: half-life of its weights (0: none), time of its latest ties (moment), number of these (turns)."""
    clock: NDArray[np.void]
    """The moment that is looked at (now), a number that grows with every change (stamp), blocks in use, one more than the first
    block that is free again, and the latest mark."""
    mark: NDArray[np.int32]
    """Shape (actors,): who is in the list that was gone through last, by its number (`clock.mark`)."""


def new_networks(halflives: NDArray[np.float64], n: int, n_ties: int) -> Networks:
    """Return networks of n actors without ties, with room for this many."""
    count = max(len(halflives), 1)
    slots = slots_for(n_ties)
    turn = np.zeros((count, n), _TURN)
    turn["last_in"], turn["last_out"] = -np.inf, -np.inf
    net = np.zeros(count, _NET)
    net["halflife"][: len(halflives)], net["moment"] = halflives, -np.inf
    most_blocks = n_ties // (_END - WHO) + min(n_ties, count * n) + 1
    return Networks(
        link=np.zeros(slots, _LINK),
        last=np.full(slots, -np.inf),
        block=_in_lines(2 * most_blocks),
        node=np.zeros((count, n), _NODE),
        turn=turn,
        net=net,
        clock=np.zeros(1, _CLOCK),
        mark=np.zeros(n, np.int32),
    )


def _in_lines(blocks: int) -> NDArray[np.int32]:
    """Return empty blocks, each in one cache line of 64 bytes."""
    room = np.zeros((blocks + 1) * _END, np.int32)
    first = -(room.ctypes.data // room.itemsize) % _END
    return room[first : first + blocks * _END].reshape(blocks, _END)


@lean_kernel
def _place(nets, network, i, j):
    """Return the place of a pair in the map, or of the empty cell where it would go."""
    return slot_of(nets.link, _key(nets, network, i, j))


@lean_kernel
def _key(nets, network, i, j):
    """Return the key of a pair in the map."""
    n = nets.node.shape[1]
    return (np.int64(network) * n + i) * n + j + 1


@lean_kernel
def _left(nets, network, last):
    """Return the share of a weight of time `last` that is left now."""
    halflife = nets.net[network].halflife
    return 2.0 ** ((last - nets.clock[0].now) / halflife) if halflife > 0 else 1.0


@lean_kernel
def _weight(nets, network, i, j):
    """Return the weight of tie (i, j) now, 0 where there is none."""
    place = _place(nets, network, i, j)
    weight = nets.link[place].weight
    return weight * _left(nets, network, nets.last[place]) if weight > 0 else 0.0


@lean_kernel
def _is_tied(nets, network, i, j):
    """Return 1 where i is tied to j, else 0."""
    return 1.0 if nets.link[_place(nets, network, i, j)].weight > 0 else 0.0


@lean_kernel
def _last(nets, network, i, j):
    """Return when i was last tied to j, minus infinity for never."""
    return nets.last[_place(nets, network, i, j)]


@lean_kernel
def add_tie(nets, network, i, j, value, time):
    """Add to the weight of a tie; keep lists, degrees and turns in step."""
    place = _place(nets, network, i, j)
    a, b = nets.turn[network, i], nets.turn[network, j]
    # what is left of earlier weights at this time
    nets.clock[0].now = time
    before = nets.link[place].weight
    if nets.net[network].halflife > 0:
        if before > 0:
            before *= _left(nets, network, nets.last[place])
        if a.strength_out > 0:
            a.strength_out *= _left(nets, network, a.last_out)
        if b.strength_in > 0:
            b.strength_in *= _left(nets, network, b.last_in)
    # adding and taking away leave rests of rounding, which must not stand for a tie
    after = before + value
    if abs(after) < 1e-12:
        after = 0.0
    nets.link[place].key = _key(nets, network, i, j)
    nets.link[place].weight = after
    # lists hold who is tied now: they change only when a tie begins or ends
    if after > 0 and not before > 0:
        _enter(nets, nets.node[network, i], nets.node[network, j], i, j)
    elif before > 0 and not after > 0:
        _leave(nets, nets.node[network, i], nets.node[network, j], i, j)
    b.strength_in += after - before
    a.strength_out += after - before
    # a tie that was there from the start has no time, and a weight that is taken off is no turn
    if value > 0 and time > -math.inf:
        _take_turn(nets, network, place, i, j, time)


@lean_kernel
def _enter(nets, a, b, i, j):
    """Enter a tie from a (person i) to b (person j) into their lists."""
    a.head_out = _with(nets, a.head_out, j)
    b.head_in = _with(nets, b.head_in, i)
    a.degree_out += 1
    b.degree_in += 1


@lean_kernel
def _leave(nets, a, b, i, j):
    """Take a tie from a (person i) to b (person j) out of their lists."""
    a.head_out = _without(nets, a.head_out, j)
    b.head_in = _without(nets, b.head_in, i)
    a.degree_out -= 1
    b.degree_in -= 1


@lean_kernel
def _with(nets, head, who):
    """Put a person into a list and return its head."""
    block, clock = nets.block, nets.clock[0]
    if head == 0 or block[head - 1, COUNT] == _END - WHO:
        # no block, or a full one: another goes before it, so that only the first block ever has room
        fresh = clock.free - 1
        if fresh >= 0:
            clock.free = block[fresh, NEXT]
        else:
            fresh = clock.blocks
            clock.blocks += 1
        block[fresh, NEXT] = head
        block[fresh, COUNT] = 0
        head = fresh + 1
    # the order within a list has no meaning, so that the last cell of the first block will do
    block[head - 1, WHO + block[head - 1, COUNT]] = who
    block[head - 1, COUNT] += 1
    return head


@lean_kernel
def _without(nets, head, who):
    """Take a person out of a list, whose place goes to the one who was entered last, and return the head of the list."""
    block, clock = nets.block, nets.clock[0]
    at, cell = head - 1, WHO
    # lists are short where persons have few ties, so that nothing more than a search is kept up
    while block[at, cell] != who:
        cell += 1
        if cell == WHO + block[at, COUNT]:
            at, cell = block[at, NEXT] - 1, WHO
    # the gap is filled from the first block, which alone may be partly full
    final = WHO + block[head - 1, COUNT] - 1
    block[at, cell] = block[head - 1, final]
    block[head - 1, COUNT] -= 1
    if block[head - 1, COUNT] > 0:
        return head
    # an empty block is kept for the next list that needs one
    rest = block[head - 1, NEXT]
    block[head - 1, NEXT] = clock.free
    clock.free = head
    return rest


@lean_kernel
def _take_turn(nets, network, place, i, j, time):
    """Enter that i turned to j at a time: as the network's latest moment, and as the last time of both."""
    net, a, b = nets.net[network], nets.turn[network, i], nets.turn[network, j]
    if time > net.moment:
        net.moment = time
        net.turns = 0
    # of an earlier moment nothing counts any more
    if a.last_out < time:
        a.turn_out = 0
    if b.last_in < time:
        b.turn_in = 0
    # a pair that turned twice at one moment is one pair
    if nets.last[place] < time:
        net.turns += 1
        a.turn_out += 1
        b.turn_in += 1
    a.last_out = time
    b.last_in = time
    nets.last[place] = time
