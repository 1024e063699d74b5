"""Kernel: the one open-addressing map: where a key stands in an array of records with a field `key`."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import small_kernel

LOAD = 0.6
"""A map is rebuilt at twice the size when this share of its slots is taken."""
_MUL = np.uint64(0x9E3779B97F4A7C15)


def slots_for(count: int) -> int:
    """Return how many slots a map of this many keys has: a power of two."""
    return 1 << max(4, math.ceil(math.log2(max(count, 1) / LOAD)))


@small_kernel
def first_slot(entries, key):
    """Return the slot at which the search for a key (not 0) begins."""
    return np.int64((np.uint64(key) * _MUL) >> np.uint64(20)) & (entries.size - 1)


@small_kernel
def slot_of(entries, key):
    """Return the slot of a key (not 0), or of the empty one where it would go; an empty slot has key 0."""
    mask, slot = entries.size - 1, first_slot(entries, key)
    while entries[slot].key != 0 and entries[slot].key != key:
        slot = (slot + 1) & mask
    return slot
