"""Kernels: the ties of a rewired ring, and the contacts of everybody on it."""

from __future__ import annotations

import numpy as np

from greatfear.draws import integer
from greatfear.draws._jit import kernel
from greatfear.draws.batch import below, ceiling

_BLOCK = 1024


@kernel
def ring_ends(key, n, half, rewiring):
    """Return the far end of each tie of a ring of n persons with `half` ties forward each.

    With probability `rewiring` the far end is anybody else. Ties are in the order of person, then distance.
    """
    ends = np.empty(n * half, np.int32)
    top = ceiling(rewiring)
    who, whom = np.empty(_BLOCK * half, np.uint32), np.empty(_BLOCK * half, np.uint32)
    moved = np.empty(_BLOCK * half, np.uint8)
    for base in range(0, n, _BLOCK):
        # all ties of a block of persons are drawn for at once
        m = 0
        for person in range(base, min(base + _BLOCK, n)):
            for step in range(1, half + 1):
                who[m], whom[m] = person, step
                m += 1
        below(key, who, whom, m, top, moved)
        # an end that moves is anybody but the person; the others go round the ring
        for c in range(m):
            person, step = np.int64(who[c]), np.int64(whom[c])
            end = person + step
            if end >= n:
                end -= n
            if moved[c]:
                end = integer(key, person, step, 1, n - 1)
                if end >= person:
                    end += 1
            ends[base * half + c] = end
    return ends


@kernel
def mutual(ends, half, n):
    """Return (indptr, contacts): of person p, in rising order, contacts[indptr[p]] to contacts[indptr[p + 1] - 1].

    Ties run both ways; two ties of one pair are one contact.

    Parameters
    ----------
    ends : int32 array, shape (n * half,)
        Far end of each tie, nobody's own number, in the order of `ring_ends`.
    half, n : int
        Ties forward of each person, and persons.
    """
    # count the contacts of everybody, then say where each person's row begins
    place = np.full(n + 1, half, np.int64)
    for end in ends:
        place[end] += 1
    total = 0
    for p in range(n + 1):
        degree = place[p]
        place[p] = total
        total += degree
    # enter each tie at both ends; `place` moves on
    contacts = np.empty(2 * n * half, np.int32)
    for p in range(n):
        for t in range(p * half, (p + 1) * half):
            contacts[place[p]] = ends[t]
            place[p] += 1
            contacts[place[ends[t]]] = p
            place[ends[t]] += 1
    # now place[p] is where the contacts of p + 1 begin: sort each row, and write it again without what stands twice
    indptr = np.zeros(n + 1, np.int64)
    first = kept = 0
    for p in range(n):
        for t in range(first + 1, place[p]):
            value, s = contacts[t], t
            while s > first and contacts[s - 1] > value:
                contacts[s] = contacts[s - 1]
                s -= 1
            contacts[s] = value
        # equal neighbours stand side by side now
        for t in range(first, place[p]):
            if kept == indptr[p] or contacts[kept - 1] != contacts[t]:
                contacts[kept] = contacts[t]
                kept += 1
        first, indptr[p + 1] = place[p], kept
    return indptr, contacts[:kept]
