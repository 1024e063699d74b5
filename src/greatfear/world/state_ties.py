"""Kernel: workplace and patronage ties of those who serve the state, from keyed permutations of the heads of household."""

from __future__ import annotations

import numpy as np

from greatfear.draws import Purpose, back, forth, subkey
from greatfear.draws._jit import lean_kernel
from greatfear.naming import facts
from greatfear.world.entering import enter, next_to, part_at

_STRATUM = int(Purpose.STRATUM)
_WORK, _PATRONS, _FAR = int(Purpose.STATE_WORK), int(Purpose.STATE_PATRONS), int(Purpose.STATE_FAR)
_LOCAL = 0xFFFFFFFF


@lean_kernel
def head_of(world, person):
    """Return the number of a person among the heads of the region who serve the state, -1 for anybody else."""
    r, local = person >> 32, person & _LOCAL
    if world.head[r].count == 0 or local >= world.region[r].size or local % world.household != 0:
        return np.int64(-1)
    place = back(subkey(world.keys[_STRATUM], r), local // world.household, world.region[r].households)
    s = 0
    while s < world.cut.shape[1] - 2 and place >= world.cut[r, s + 1]:
        s += 1
    if world.head_cut[r, s + 1] == world.head_cut[r, s]:
        return np.int64(-1)
    return world.head_cut[r, s] + place - world.cut[r, s]


@lean_kernel
def head_address(world, r, m):
    """Return the address of the m-th head of region r who serves the state."""
    s = 0
    while m >= world.head_cut[r, s + 1]:
        s += 1
    place = world.cut[r, s] + m - world.head_cut[r, s]
    household = forth(subkey(world.keys[_STRATUM], r), place, world.region[r].households)
    return (np.int64(r) << 32) | (household * world.household)


@lean_kernel
def state_ties(world, person, ids, bits, n):
    """Add colleagues and ties of patronage to the n contacts of a person, and return how many there are."""
    m = head_of(world, person)
    if m < 0:
        return n
    r = person >> 32
    # colleagues: an apparatus is a block of heads, and each permutation of it makes everybody know the next and the one before
    block = m // world.apparatus
    base = block * world.apparatus
    count = min(world.apparatus, world.head[r].count - base)
    key = subkey(subkey(world.keys[_WORK], r), block)
    for turn in range(2 * world.half_workplace):
        other = base + next_to(subkey(key, turn >> 1), m - base, count, turn & 1)
        n = enter(ids, bits, n, head_address(world, r, other), person, facts.UNIT)
    # patrons and clients in the region
    key = subkey(world.keys[_PATRONS], r)
    for turn in range(2 * world.half_patronage):
        other = next_to(subkey(key, turn >> 1), m, world.head[r].count, turn & 1)
        n = enter(ids, bits, n, head_address(world, r, other), person, facts.ACQUAINTANCE)
    # and anywhere: regions laid end to end with padding, which is walked over
    for turn in range(2 * world.half_far):
        key = subkey(world.keys[_FAR], turn >> 1)
        there, slot = np.int64(-1), world.head[r].slot + m
        while there < 0:
            slot = next_to(key, slot, world.head[world.regions].slot, turn & 1)
            there = _at_slot(world, slot)
        n = enter(ids, bits, n, there, person, facts.ACQUAINTANCE)
    return n


@lean_kernel
def _at_slot(world, slot):
    """Return the head at a slot, -1 for padding."""
    low = part_at(world.head, world.regions, slot)
    m = slot - world.head[low].slot
    return head_address(world, low, m) if m < world.head[low].count else np.int64(-1)
