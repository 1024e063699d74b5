"""Kernels: rows of persons by address, entering persons, and what a person of the record starts with."""

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.world.people import stratum_of

__all__ = ["enter_all", "find", "find_or_add", "refill"]

_MUL = np.uint64(0x9E3779B97F4A7C15)
PEOPLE = 0


@small_kernel
def _slot(index, person):
    key = person + 1
    mask = index.size - 1
    slot = np.int64((np.uint64(key) * _MUL) >> np.uint64(24)) & mask
    while index[slot].keys != 0 and index[slot].keys != key:
        slot = (slot + 1) & mask
    return slot


@small_kernel
def find(index, person):
    """Return the row of an address, -1 if the person is not in the record."""
    slot = _slot(index, person)
    return np.int64(index[slot].rows) if index[slot].keys != 0 else np.int64(-1)


@lean_kernel
def find_or_add(world, people, index, meter, person):
    """Return the row of an address, entering the person first if need be."""
    slot = _slot(index, person)
    if index[slot].keys != 0:
        return np.int64(index[slot].rows)
    row = meter[PEOPLE]
    meter[PEOPLE] = row + 1
    index[slot].keys = person + 1
    index[slot].rows = row
    people[row].id = person
    people[row].score = -np.inf
    people[row].first = -1
    people[row].arrested = -1
    people[row].source = -1
    people[row].category = -1
    people[row].after = -1
    people[row].stratum = stratum_of(world, person)
    return row


@lean_kernel
def enter_all(world, people, index, meter):
    """Enter everybody, in the order of region and number."""
    for r in range(world.regions):
        for local in range(world.region[r].size):
            find_or_add(world, people, index, meter, (np.int64(r) << 32) | local)


@lean_kernel
def refill(index, people, n):
    """Enter the first n rows into an empty map."""
    for row in range(n):
        slot = _slot(index, people[row].id)
        index[slot].keys = people[row].id + 1
        index[slot].rows = row
