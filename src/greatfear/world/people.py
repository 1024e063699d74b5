"""Kernels: fixed attributes of persons who are not stored, and the lists that offices hold of them.

Numbers of a region from its size on belong to nobody who lives there. From `ABROAD` on they stand for members of
organisations abroad, from `TARGETS` on for persons abroad who are lured, from `INVENTED` on for persons who never lived: such
a person can be named, but knows nobody, stands on no list, and is arrested only where an office has the person at hand.
"""

from __future__ import annotations

import numpy as np

from greatfear.draws import Purpose, back, forth, subkey
from greatfear.draws._jit import lean_kernel, small_kernel

_STRATUM, _INFORMER, _MEMBER, _LISTED = (
    int(Purpose.STRATUM),
    int(Purpose.INFORMER),
    int(Purpose.MEMBER),
    int(Purpose.LISTED),
)
_REGISTER = int(Purpose.REGISTER)
_LOCAL = 0xFFFFFFFF
ABROAD, TARGETS, INVENTED = 1 << 31, (1 << 31) + (1 << 28), (1 << 31) + (1 << 29)
"""First numbers for persons who do not live in a region; each organisation abroad has 2^20 of its own."""
_EACH_ABROAD = 20


@lean_kernel
def region_of(person):
    """Return the region of an address."""
    return person >> 32


@lean_kernel
def local_of(person):
    """Return the number of a person within the region."""
    return person & _LOCAL


@small_kernel
def lives_at_home(world, person):
    """Return whether a person lives in the region of the address."""
    return (person & _LOCAL) < world.region[person >> 32].size


@small_kernel
def stratum_of(world, person):
    """Return the stratum of a person: that of the household; the first one for who does not live in the region."""
    r = person >> 32
    if (person & _LOCAL) >= world.region[r].size:
        return 0
    place = back(subkey(world.keys[_STRATUM], r), (person & _LOCAL) // world.household, world.region[r].households)
    # strata ascend: those that begin at or before the place are counted, without a guess where the count ends
    s = 0
    for k in range(1, world.cut.shape[1] - 1):
        s += 1 if place >= world.cut[r, k] else 0
    return s


@lean_kernel
def stratum_member(world, r, s, m):
    """Return the m-th person of stratum s in region r, or -1 where the last household is not full."""
    household = forth(
        subkey(world.keys[_STRATUM], r), world.cut[r, s] + m // world.household, world.region[r].households
    )
    local = household * world.household + m % world.household
    return (r << 32) | local if local < world.region[r].size else np.int64(-1)


@lean_kernel
def is_informer(world, person):
    """Return whether a person is an informer."""
    r = person >> 32
    if world.region[r].informers == 0 or (person & _LOCAL) >= world.region[r].size:
        return False
    return back(subkey(world.keys[_INFORMER], r), person & _LOCAL, world.region[r].size) < world.region[r].informers


@lean_kernel
def informer_address(world, r, m):
    """Return the m-th informer of region r."""
    return (r << 32) | forth(subkey(world.keys[_INFORMER], r), m, world.region[r].size)


@lean_kernel
def member_of(world, person):
    """Return (organisation, number among its members) of a person, (-1, -1) for none; the first organisation counts."""
    r, local = person >> 32, person & _LOCAL
    if local >= world.region[r].size:
        if ABROAD <= local < TARGETS:
            return (local - ABROAD) >> _EACH_ABROAD, (local - ABROAD) & ((1 << _EACH_ABROAD) - 1)
        return -1, np.int64(-1)
    for o in range(world.organisation.size):
        if world.organisation[o].members > 0 and world.span[o, r + 1] > world.span[o, r]:
            n = world.span[o, world.regions]
            m = back(subkey(world.keys[_MEMBER], o), world.span[o, r] + local, n)
            if m < world.organisation[o].members:
                return o, m
    return -1, np.int64(-1)


@lean_kernel
def member_address(world, o, m):
    """Return the m-th member of organisation o; one that is abroad bears a number of the first region."""
    total = world.span[o, world.regions]
    if total == 0:
        return np.int64(ABROAD + (o << _EACH_ABROAD) + m)
    place = forth(subkey(world.keys[_MEMBER], o), m, total)
    r = 0
    while place >= world.span[o, r + 1]:
        r += 1
    return (np.int64(r) << 32) | (place - world.span[o, r])


@lean_kernel
def walk_list(world, source, r, cut, turn, whole):
    """Return the person at a turn of an office's list, drawn in keyed random order, or -1 for an empty line.

    Parameters
    ----------
    source : int
        Number of the list; each has an order of its own.
    cut : int64 array, shape (strata + 1,)
        Cumulated numbers of persons by stratum on this list in region r.
    turn : int
        0 to cut[-1] - 1.
    whole : bool
        True if the list holds whole strata, False if only those registered.
    """
    strata = cut.size - 1
    place = forth(subkey(subkey(world.keys[_REGISTER], source), r), turn, cut[strata])
    s = 0
    while place >= cut[s + 1]:
        s += 1
    place -= cut[s]
    if not whole:
        room = (world.cut[r, s + 1] - world.cut[r, s]) * world.household
        place = forth(subkey(subkey(world.keys[_LISTED], r), s), place, room)
    return stratum_member(world, r, s, place)
