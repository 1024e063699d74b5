"""Kernel: a cascade of naming and nothing else: who is named first by whom, generation by generation."""

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import kernel, small_kernel
from greatfear.draws.batch import below

_SPEAKERS = 256
"""Speakers handled together: enough that their loads overlap, few enough that what they load stays in the nearest cache."""


@small_kernel
def _is_in(seen, j):
    return (seen[j >> 3] >> (j & 7)) & 1


@small_kernel
def _enter(seen, j):
    seen[j >> 3] |= np.uint8(1 << (j & 7))


@kernel
def _widest(indptr):
    most = 0
    for p in range(indptr.size - 1):
        most = max(most, indptr[p + 1] - indptr[p])
    return most


@kernel
def cascade(key, top, indptr, ends, step, accuser, accused, first):
    """Let everybody accused name each contact once with the chance of the generation; return how many are accused.

    Those accused in a step are asked in the order in which they were accused, each about the contacts in their order.
    Anyone who is named goes into the log once, by the first to do so. Persons who are in the log already are not drawn for:
    draws have addresses, so that leaving one out shifts no other.

    Parameters
    ----------
    key : uint64
        Key of the purpose `EACH`.
    top : uint64 array
        `greatfear.draws.batch.ceiling` of the chance of a name, by generation; its length bounds the generations asked.
    indptr, ends : int64 array, shape (n + 1,), and int32 array
        Contacts of person p are ends[indptr[p]] to ends[indptr[p + 1] - 1].
    step, accuser, accused : int32 arrays, shape (n,)
        The log, written here; the first rows of `accused` hold the first accused.
    first : int
        How many are accused first.
    """
    room = _SPEAKERS * max(1, _widest(indptr))
    seen = np.zeros((indptr.size >> 3) + 1, np.uint8)
    who, whom, named = np.empty(room, np.uint32), np.empty(room, np.uint32), np.empty(room, np.uint8)
    start, stop, touched = np.empty(_SPEAKERS, np.int64), np.empty(_SPEAKERS, np.int64), np.zeros(2, np.int64)
    for row in range(first):
        step[row], accuser[row] = 0, -1
        _enter(seen, accused[row])
    head, total = 0, first
    for generation in range(top.size):
        end = total
        while head < end:
            block = min(_SPEAKERS, end - head)
            # touch the contacts of all speakers of the block before any is read, so that the memory is asked at once
            for s in range(block):
                start[s], stop[s] = indptr[accused[head + s]], indptr[accused[head + s] + 1]
            for s in range(block):
                if start[s] < stop[s]:
                    touched[0] += ends[start[s]]
                    touched[1] += ends[stop[s] - 1]
            # gather those who are not in the log yet; here and below a row is written always and kept by moving on
            m = 0
            for s in range(block):
                i = accused[head + s]
                for t in range(start[s], stop[s]):
                    who[m], whom[m] = i, ends[t]
                    m += 1 - _is_in(seen, ends[t])
            head += block
            # draw for all of them at once, and keep who is named
            below(key, who, whom, m, top[generation], named)
            kept = 0
            for c in range(m):
                who[kept], whom[kept] = who[c], whom[c]
                kept += named[c]
            # into the log goes who was not named a moment ago
            for c in range(kept):
                if not _is_in(seen, whom[c]):
                    _enter(seen, whom[c])
                    step[total], accuser[total], accused[total] = generation + 1, who[c], whom[c]
                    total += 1
    return total
