"""Kernels: rows of persons by address, entering persons, and what a person of the record starts with."""

from __future__ import annotations

import numpy as np

from greatfear.draws._ahead import fetch
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.draws.table import first_slot, slot_of
from greatfear.simulation.codes import FREE, HELD, IN_NO_CHAIN, N_PEOPLE
from greatfear.world.people import stratum_of


@small_kernel
def find(rows, person):
    """Return the row of an address, -1 if the person is not in the record."""
    slot = slot_of(rows, person + 1)
    return np.int64(rows[slot].row) if rows[slot].key != 0 else np.int64(-1)


@small_kernel
def fetch_entry(rows, person):
    """Ask memory for the entry of an address, which is soon to be looked up."""
    fetch(rows, first_slot(rows, person + 1))


@lean_kernel
def find_or_add(world, state, person):
    """Return the row of an address, entering the person first if need be."""
    slot = slot_of(state.rows, person + 1)
    if state.rows[slot].key != 0:
        return np.int64(state.rows[slot].row)
    # the next row is the person's for the whole run
    row = state.meter[N_PEOPLE]
    state.meter[N_PEOPLE] = row + 1
    state.rows[slot].key = person + 1
    state.rows[slot].row = row
    # null is -1, and nothing is known against anybody at first
    new = state.people[row]
    new.id = person
    new.score = -np.inf
    new.first, new.arrested, new.source, new.category, new.after = -1, -1, -1, -1, IN_NO_CHAIN
    new.stratum = stratum_of(world, person)
    return row


@small_kernel
def is_present(people, row, day):
    """Return whether a person is neither held nor gone on a day; row -1 is somebody of whom the record knows nothing."""
    return row < 0 or people[row].status == FREE or (people[row].status != HELD and people[row].until <= day)


@lean_kernel
def enter_all(world, state):
    """Enter everybody, in the order of region and number."""
    for r in range(world.regions):
        for local in range(world.region[r].size):
            find_or_add(world, state, (np.int64(r) << 32) | local)


@lean_kernel
def refill(rows, people, n):
    """Enter the first n persons into an empty map."""
    for row in range(n):
        slot = slot_of(rows, people[row].id + 1)
        rows[slot].key = people[row].id + 1
        rows[slot].row = row
