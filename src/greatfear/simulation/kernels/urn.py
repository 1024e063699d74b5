"""Kernels of the reduced forms: an urn of records fed by its own findings, and eliminations under poor information."""

from __future__ import annotations

from greatfear.draws import uniform
from greatfear.draws._jit import lean_kernel

VISIT, RECORD, ACCEPT, FLAG, PICK = 0, 1, 2, 3, 4


@lean_kernel
def urn(key, start, rate, records, corrected, found):
    """Visit one of two regions in proportion to its records until this many new records were made, in every urn.

    Parameters
    ----------
    key : uint64
        From `purpose_key`.
    start : float64 array, shape (2,)
        Records before the first visit.
    rate : float64 array, shape (2,)
        Probability that a visit yields a record.
    records : int
        New records per urn.
    corrected : bool
        Whether a record is accepted with probability one minus the share of its region.
    found : int64 array, shape (urns,)
        Output: new records of the first region.
    """
    for i in range(found.size):
        mine, both, made, visit = start[0], start[0] + start[1], 0, 0
        found[i] = 0
        # a region is visited in proportion to its records, so that a find draws more visits there
        while made < records:
            share = mine / both
            first = uniform(key, i, VISIT, visit) < share
            kept = uniform(key, i, RECORD, visit) < (rate[0] if first else rate[1])
            if kept and corrected:
                kept = uniform(key, i, ACCEPT, visit) < (1.0 - share if first else share)
            # a new record counts for the next visit
            visit += 1
            if kept:
                made += 1
                both += 1.0
                if first:
                    mine += 1.0
                    found[i] += 1


@lean_kernel
def removals(key, persons, enemies, target, flag_enemy, flag_other, removed, innocents):
    """Flag persons, then remove flagged ones in random order until the share of enemies is at the target.

    Parameters
    ----------
    key : uint64
        From `purpose_key`.
    persons, enemies : int
        Size of the population and how many of it are enemies.
    target : float
        Share of enemies that is tolerated.
    flag_enemy, flag_other : float
        Probability that an enemy, and that somebody else, is flagged.
    removed, innocents : int64 arrays, shape (n,): one cell for each repetition
        Output; removed is -1 where the flagged do not suffice.
    """
    for turn in range(removed.size):
        real, other = 0, 0
        for i in range(persons):
            if uniform(key, i, FLAG, turn) < (flag_enemy if i < enemies else flag_other):
                if i < enemies:
                    real += 1
                else:
                    other += 1
        # flagged persons go in random order; that the share is reached is not known to those who remove
        left, gone = enemies, 0
        while left > target * (persons - gone) and real + other > 0:
            if uniform(key, gone, PICK, turn) * (real + other) < real:
                real -= 1
                left -= 1
            else:
                other -= 1
            gone += 1
        removed[turn] = gone if left <= target * (persons - gone) else -1
        innocents[turn] = gone - (enemies - left)
