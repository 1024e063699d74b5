"""Kernels: whom a sham organisation approaches and who joins it; members of real organisations and who of them is free."""

from __future__ import annotations

import numpy as np

from greatfear.draws import Purpose, integer, poisson, subkey, uniform
from greatfear.draws._jit import kernel, lean_kernel
from greatfear.simulation.codes import FREE, MOST_APPROACHES
from greatfear.simulation.kernels.index import find
from greatfear.world.contacts import contacts, most_contacts
from greatfear.world.people import member_address, member_of, stratum_of

_APPROACHES, _APPROACHED, _JOINED = int(Purpose.APPROACHES), int(Purpose.APPROACHED), int(Purpose.JOINED)


@kernel
def approach(world, sham, day, person, mean, joins_member, joins_other):
    """Return who approaches whom today, the organisation of each person approached (-1: none), and who would join.

    Parameters
    ----------
    person : int64 array, shape (n,)
        Addresses of those who approach.
    mean : float64 array, shape (n,)
        Approaches a day of each, 0 or more.
    joins_member, joins_other : float
        Probability that a real member joins, and anybody else.
    """
    often, chosen, join = (
        subkey(world.keys[_APPROACHES], sham),
        subkey(world.keys[_APPROACHED], sham),
        subkey(world.keys[_JOINED], sham),
    )
    number = np.zeros(person.size, np.int64)
    for i in range(person.size):
        number[i] = min(poisson(often, person[i], day, 0, mean[i]), MOST_APPROACHES)
    # room for all of today's, and for the contacts of one person
    total = number.sum()
    by, whom = np.empty(total, np.int64), np.empty(total, np.int64)
    organisation, joined = np.empty(total, np.int64), np.zeros(total, np.int8)
    room = most_contacts(world) + 1 if total > 0 else 1
    ids, bits = np.empty(room, np.int64), np.empty(room, np.int64)
    k = 0
    # each approaches contacts of the own, real members and others alike
    for i in range(person.size):
        n = contacts(world, person[i], ids, bits) if number[i] > 0 else 0
        for turn in range(number[i] if n > 0 else 0):
            count = day * MOST_APPROACHES + turn
            by[k], whom[k] = person[i], ids[integer(chosen, person[i], 0, count, n)]
            organisation[k] = member_of(world, whom[k])[0]
            chance = joins_member if organisation[k] >= 0 else joins_other
            joined[k] = uniform(join, person[i], whom[k], count) < chance
            k += 1
    return by[:k], whom[:k], organisation[:k], joined[:k]


@lean_kernel
def list_members(world, o, address, senior):
    """Write the members of organisation o and whether each is of the most senior strata."""
    for m in range(address.size):
        address[m] = member_address(world, o, m)
        at_home = (address[m] & 0xFFFFFFFF) < world.region[address[m] >> 32].size
        senior[m] = at_home and world.seniority[stratum_of(world, address[m])] >= 1.0


@lean_kernel
def mark_arrested(state, address, free):
    """Write 0 in `free` for everybody who was arrested, and return for how many that was new."""
    new = 0
    for k in range(address.size):
        row = find(state.rows, address[k])
        if free[k] and row >= 0 and state.people[row].status != FREE:
            free[k] = 0
            new += 1
    return new
