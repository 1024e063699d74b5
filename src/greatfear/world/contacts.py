"""Kernel: who are a person's contacts? One question, answered from keyed permutations or from a table of ties."""

from __future__ import annotations

import numpy as np

from greatfear.draws import Purpose, subkey
from greatfear.draws._jit import lean_kernel
from greatfear.naming import facts
from greatfear.world.entering import add_candidate, enter, next_to, part_at
from greatfear.world.people import member_address, member_of
from greatfear.world.state_ties import state_ties

_UNIT_TIES, _REGION_TIES, _COUNTRY_TIES = int(Purpose.UNIT_TIES), int(Purpose.REGION_TIES), int(Purpose.COUNTRY_TIES)
_KIN, _UNIT, _ACQUAINTANCE, _ORGANISATION = facts.KIN, facts.UNIT, facts.ACQUAINTANCE, facts.ORGANISATION
_LOCAL = 0xFFFFFFFF


@lean_kernel
def most_contacts(world):
    """Return the largest number of contacts anybody can have."""
    most = world.household - 1 + 2 * (world.half_unit + world.half_region + world.half_country)
    if world.indptr.size > 0:
        most = 0
        for p in range(world.indptr.size - 1):
            most = max(most, world.indptr[p + 1] - world.indptr[p])
    if world.head[world.regions].slot > 0:
        most += 2 * (world.half_workplace + world.half_patronage + world.half_far)
    for o in range(world.organisation.size):
        most += 2 * world.organisation[o].fellows
    # ties that a scenario gives to persons with names
    own = 0
    for k in range(world.known.size):
        own = max(own, world.known_from[k + 1] - world.known_from[k])
    return most + own


@lean_kernel
def contacts(world, person, ids, bits):
    """Write the contacts of a person and the bits of what ties them, and return how many there are.

    Who does not live in the region has none. Acquaintance is mutual: each keyed permutation makes everybody acquainted with
    the next and the one before.
    """
    r, local = person >> 32, person & _LOCAL
    if local >= world.region[r].size:
        return 0
    # ties that are stored are read, others are computed
    if world.indptr.size > 0:
        flat = world.region[r].start + local
        first, n = world.indptr[flat], world.indptr[flat + 1] - world.indptr[flat]
        for t in range(n):
            ids[t], bits[t] = world.tie[first + t].person, world.tie[first + t].bits
    else:
        n = _near(world, r, local, ids, bits)
        n = _far(world, person, ids, bits, n)
    if world.head[r].count > 0:
        n = state_ties(world, person, ids, bits, n)
    # persons with names have ties of their own besides
    if world.known.size > 0:
        n = _known(world, person, ids, bits, n)
    return _fellows(world, person, ids, bits, n) if world.organisation.size > 0 else n


@lean_kernel
def _known(world, person, ids, bits, n):
    """Write the contacts of a person with a name whom the scenario names as such."""
    # where the person stands in the list, by halving
    low, high = 0, world.known.size
    while low < high:
        middle = (low + high) // 2
        if world.known[middle] < person:
            low = middle + 1
        else:
            high = middle
    # only persons with ties stand there
    if low < world.known.size and world.known[low] == person:
        for t in range(world.known_from[low], world.known_from[low + 1]):
            n = add_candidate(ids, bits, n, world.known_tie[t].person, world.known_tie[t].bits)
    return n


@lean_kernel
def _near(world, r, local, ids, bits):
    """Write household, unit and region contacts."""
    # kin: everybody else of the household
    n, region = 0, r << 32
    first = local - local % world.household
    for other in range(first, min(first + world.household, world.region[r].size)):
        if other != local:
            ids[n], bits[n] = region | other, _KIN
            n += 1
    # the unit: permutations of its people, each making everybody acquainted with the next and the one before
    u = local // world.unit
    base = u * world.unit
    count = min(world.unit, world.region[r].size - base)
    if count > 1:
        key = subkey(subkey(world.keys[_UNIT_TIES], r), u)
        for turn in range(2 * world.half_unit):
            other = base + next_to(subkey(key, turn >> 1), local - base, count, turn & 1)
            n = enter(ids, bits, n, region | other, region | local, _UNIT)
    # the region, in the same way
    key = subkey(world.keys[_REGION_TIES], r)
    for turn in range(2 * world.half_region):
        other = next_to(subkey(key, turn >> 1), local, world.region[r].size, turn & 1)
        n = enter(ids, bits, n, region | other, region | local, _ACQUAINTANCE)
    return n


@lean_kernel
def _far(world, person, ids, bits, n):
    """Write contacts anywhere in the country; slots of the padding are walked over."""
    here = world.region[person >> 32].slot + (person & _LOCAL)
    total = world.region[world.regions].slot
    # forth and back along each permutation of slots; a slot of the padding leads on to the next
    for turn in range(2 * world.half_country):
        key = subkey(world.keys[_COUNTRY_TIES], turn >> 1)
        there, slot = np.int64(-1), here
        while there < 0:
            slot = next_to(key, slot, total, turn & 1)
            there = _at_slot(world, slot)
        n = enter(ids, bits, n, there, person, _ACQUAINTANCE)
    return n


@lean_kernel
def _at_slot(world, slot):
    """Return the address at a slot, -1 for padding."""
    low = part_at(world.region, world.regions, slot)
    local = slot - world.region[low].slot
    return (np.int64(low) << 32) | local if local < world.region[low].size else np.int64(-1)


@lean_kernel
def _fellows(world, person, ids, bits, n):
    """Write the fellow members a member knows: the nearest on a ring of members."""
    o, m = member_of(world, person)
    if o < 0:
        return n
    for step in range(1, world.organisation[o].fellows + 1):
        for sign in (-1, 1):
            other = (m + sign * step) % world.organisation[o].members
            n = enter(ids, bits, n, member_address(world, o, other), person, _ORGANISATION)
    return n
