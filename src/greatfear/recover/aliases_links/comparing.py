"""Comparison of two records in levels, for all candidate pairs, compiled.

A pattern is the levels of six columns as one number: given name (not known, same, initials agree), patronymic (the same and
differs), sex, year of birth (same, one apart, two, more), place, unit.
"""

from __future__ import annotations

from greatfear.draws._jit import kernel, lean_kernel

LEVELS = (3, 4, 3, 5, 3, 3)
N_PATTERNS = 3 * 4 * 3 * 5 * 3 * 3


@lean_kernel
def _levels(f, a, b):
    """Return the pattern of two records, -1 where their given names exclude one another."""
    given, given_initials, father, father_initials, sex, born, place, unit = f
    g = 0
    if given_initials[a] != 0 and given_initials[b] != 0:
        if (given_initials[a] & given_initials[b]) == 0:
            return -1
        g = 2
        if given[a, 0] >= 0 and given[b, 0] >= 0:
            is_same = False
            for i in range(given.shape[1]):
                for j in range(given.shape[1]):
                    is_same = is_same or (given[a, i] >= 0 and given[a, i] == given[b, j])
            if not is_same:
                return -1
            g = 1
    p = 0
    if father_initials[a] != 0 and father_initials[b] != 0:
        if (father_initials[a] & father_initials[b]) == 0:
            p = 3
        elif father[a] >= 0 and father[b] >= 0:
            p = 1 if father[a] == father[b] else 3
        else:
            p = 2
    s = 0
    if sex[a] >= 0 and sex[b] >= 0:
        s = 1 if sex[a] == sex[b] else 2
    y = 0
    if born[a] >= 0 and born[b] >= 0:
        y = 1 + min(abs(born[a] - born[b]), 3)
    at = 0
    if place[a] >= 0 and place[b] >= 0:
        at = 1 if place[a] == place[b] else 2
    w = 0
    if unit[a] >= 0 and unit[b] >= 0:
        w = 1 if unit[a] == unit[b] else 2
    return ((((g * 4 + p) * 3 + s) * 5 + y) * 3 + at) * 3 + w


@lean_kernel
def _bucket(n):
    """Return the whole part of the binary logarithm of a number of 1 or more."""
    k = 0
    while n > 1:
        n >>= 1
        k += 1
    return k


@kernel
def tally_within(f, order, start, hist):
    """Count the patterns of all pairs of records with one surname.

    Parameters
    ----------
    f : tuple of arrays
        Columns of the records.
    order : int32 (n,)
        Records by surname.
    start : int64 (surnames + 1,)
    hist : int64 (kinds, buckets, patterns)
        Kind 0 is added to; the bucket is that of the number of records with the surname.
    """
    for s in range(len(start) - 1):
        low, high = start[s], start[s + 1]
        k = _bucket(max(high - low, 1))
        for x in range(low, high):
            for y in range(low, x):
                pattern = _levels(f, order[x], order[y])
                if pattern >= 0:
                    hist[0, k, pattern] += 1


@lean_kernel
def _kind(distance, small):
    """Return the kind of a pair of surnames: 1 to 3 by how rare the rarer is, 4 for two slips, 5 for a rare one with two."""
    if distance > 1:
        return 5 if small == 1 else 4
    return 1 if small == 1 else 2 if small <= 3 else 3


@kernel
def tally_pairs(f, order, start, near, hist):
    """Count the patterns of all pairs of records whose surnames are a slip apart; see `tally_within`.

    Parameters
    ----------
    near : int32 (pairs, 3)
        Two surnames and how many slips lie between them.
    """
    for row in range(len(near)):
        s, t = near[row, 0], near[row, 1]
        n, m = start[s + 1] - start[s], start[t + 1] - start[t]
        k, kind = _bucket(max(n, m)), _kind(near[row, 2], min(n, m))
        for x in range(start[s], start[s + 1]):
            for y in range(start[t], start[t + 1]):
                pattern = _levels(f, order[x], order[y])
                if pattern >= 0:
                    hist[kind, k, pattern] += 1


@lean_kernel
def _rarity(f, tables, a, b, pattern):
    """Return what the rarity of agreeing values adds to the evidence of a pattern."""
    given, given_initials, father, father_initials, _, _, place, unit = f
    rare_given, rare_first, rare_father, rare_second, rare_place, rare_unit = tables
    w = pattern % 3
    at = (pattern // 3) % 3
    p = (pattern // 135) % 4
    g = pattern // 540
    total = 0.0
    if g == 1:
        total += rare_given[given[a, 0]]
    elif g == 2:
        total += rare_first[_bucket(given_initials[a] & given_initials[b])]
    if p == 1:
        total += rare_father[father[a]]
    elif p == 2:
        total += rare_second[_bucket(father_initials[a] & father_initials[b])]
    if at == 1:
        total += rare_place[place[a]]
    if w == 1:
        total += rare_unit[unit[a]]
    return total


@kernel
def score_within(f, order, start, evidence, tables, least, out):
    """Write the pairs of one surname whose log odds reach a limit, and return how many there are.

    Parameters
    ----------
    evidence : float64 (kinds, buckets, patterns)
        Log odds of a pattern, the prior included.
    tables : tuple of float64 arrays
        What rarity adds, by value.
    least : float
    out : (int32 (m, 2), float64 (m,), int32 (m,))
        Records, log odds, kind and pattern; with m = 0 the pairs are only counted.
    """
    pairs, odds, codes = out
    found = 0
    for s in range(len(start) - 1):
        low, high = start[s], start[s + 1]
        k = _bucket(max(high - low, 1))
        for x in range(low, high):
            for y in range(low, x):
                a, b = order[x], order[y]
                pattern = _levels(f, a, b)
                if pattern < 0:
                    continue
                value = evidence[0, k, pattern] + _rarity(f, tables, a, b, pattern)
                if value >= least:
                    if len(odds):
                        pairs[found, 0], pairs[found, 1] = min(a, b), max(a, b)
                        odds[found], codes[found] = value, pattern
                    found += 1
    return found


@kernel
def score_pairs(f, order, start, near, evidence, tables, least, out):
    """Write the pairs whose surnames are a slip apart and whose log odds reach a limit; see `score_within`."""
    pairs, odds, codes = out
    found = 0
    for row in range(len(near)):
        s, t = near[row, 0], near[row, 1]
        n, m = start[s + 1] - start[s], start[t + 1] - start[t]
        k, kind = _bucket(max(n, m)), _kind(near[row, 2], min(n, m))
        for x in range(start[s], start[s + 1]):
            for y in range(start[t], start[t + 1]):
                a, b = order[x], order[y]
                pattern = _levels(f, a, b)
                if pattern < 0:
                    continue
                value = evidence[kind, k, pattern] + _rarity(f, tables, a, b, pattern)
                if value >= least:
                    if len(odds):
                        pairs[found, 0], pairs[found, 1] = min(a, b), max(a, b)
                        odds[found], codes[found] = value, kind * 10_000 + pattern
                    found += 1
    return found
