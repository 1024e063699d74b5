"""Kernels that both kinds of computed ties share: who comes next under a keyed permutation, and entering a contact once."""

from __future__ import annotations

import numpy as np

from greatfear.draws import back, forth
from greatfear.draws._jit import lean_kernel, small_kernel


@lean_kernel
def next_to(key, x, n, way):
    """Return the next of x under a permutation of 0 to n - 1 (way 0), or the one before (way 1)."""
    return forth(key, x, n) if way == 0 else back(key, x, n)


@small_kernel
def add_candidate(ids, bits, n, person, bit):
    """Enter a candidate once, joining the bits, and return how many there are."""
    for c in range(n):
        if ids[c] == person:
            bits[c] |= bit
            return n
    ids[n] = person
    bits[n] = bit
    return n + 1


@small_kernel
def enter(ids, bits, n, other, person, bit):
    """Enter another person as a contact unless the permutation led back to the person."""
    return n if other == person else add_candidate(ids, bits, n, other, bit)


@small_kernel
def part_at(parts, count, slot):
    """Return which of `count` records, ascending by their first `slot`, holds a slot."""
    low, high = np.int64(0), count
    while high - low > 1:
        middle = (low + high) // 2
        if parts[middle].slot <= slot:
            low = middle
        else:
            high = middle
    return low
