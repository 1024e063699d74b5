"""The number of slips between pairs of words, compiled."""

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import kernel


@kernel
def slip_distances(letters, length, pairs, most, room, out):
    """Write the number of slips between the words of each pair; a limit plus 1 where there are more.

    Parameters
    ----------
    letters : int32 (words, longest)
        Letters of each word as numbers.
    length : int64 (words,)
    pairs : int64 (pairs, 2)
    most : int64 (pairs,)
        The limit of each pair.
    room : int64 (3, longest + 1)
    out : int64 (pairs,)
    """
    for row in range(len(pairs)):
        a, b, limit = pairs[row, 0], pairs[row, 1], most[row]
        n, m = length[a], length[b]
        out[row] = limit + 1
        if abs(n - m) > limit:
            continue
        for j in range(m + 1):
            room[0, j] = j
        now, last, before = 0, 2, 1
        beyond = False
        for i in range(1, n + 1):
            # Three rows take turns: this letter, the last one, and the one before for exchanged neighbours.
            before, last, now = last, now, before
            room[now, 0] = i
            least = i
            for j in range(1, m + 1):
                same = letters[a, i - 1] == letters[b, j - 1]
                cost = min(room[last, j] + 1, room[now, j - 1] + 1, room[last, j - 1] + (0 if same else 1))
                if (
                    i > 1
                    and j > 1
                    and letters[a, i - 1] == letters[b, j - 2]
                    and letters[a, i - 2] == letters[b, j - 1]
                ):
                    cost = min(cost, room[before, j - 2] + 1)
                room[now, j] = cost
                least = min(least, cost)
            if least > limit:
                beyond = True
                break
        if not beyond:
            out[row] = min(room[now, m], limit + 1)


@kernel
def rests_of(letters, length, times, start, code, owner):
    """Write a number for what is left of each word when up to one or two of its letters are struck, and whose it is.

    Parameters
    ----------
    letters : int32 (words, longest)
    length, times : int64 (words,)
        Letters of each word, and how many of them may be struck: 0 (the word is left out), 1 or 2.
    start : int64 (words,)
        Where the rests of a word begin: 1 + n of them for one letter, n (n - 1) / 2 more for two.
    code : uint64; owner : int64
        Written. Equal rests have equal numbers; unequal ones hardly ever do.
    """
    for w in range(len(length)):
        if times[w] == 0:
            continue
        n, at = length[w], start[w]
        for i in range(-1, n):
            last = n if times[w] == 2 and i >= 0 else i + 1
            for j in range(i, last):
                number = np.uint64(1469598103934665603)
                for k in range(n):
                    if k not in (i, j):
                        number = (number ^ np.uint64(letters[w, k])) * np.uint64(1099511628211)
                        number ^= number >> np.uint64(29)
                code[at], owner[at] = number, w
                at += 1
