"""Kernels of the reduced forms on who accuses: patrols sent by records, namings under penalty, accusers with one source."""

from __future__ import annotations

from greatfear.draws import choice, integer, uniform
from greatfear.draws._jit import kernel, lean_kernel

RECORD, FORCED, STEP, SIDE, ENEMY = 0, 1, 2, 3, 4
COMMON, WORD = 0, 1


@kernel
def patrol(key, world, rate, days, teams, records, visits):
    """Send teams to the places with the most records every day; return on how many days the first place lost share.

    Parameters
    ----------
    rate : float64 array, shape (places,)
        Probability that a visit yields a record.
    records, visits : int64 arrays, shape (places,)
        Records so far, changed in place; visits are counted.
    """
    falls = 0
    sent = records.copy()
    for day in range(days):
        before, all_before = records[0], records.sum()
        sent[:] = records
        for _ in range(teams):
            place = 0
            for c in range(sent.size):
                if sent[c] > sent[place]:
                    place = c
            sent[place] = -1  # one team to a place
            visits[place] += 1
            if uniform(key, world, place, day * 4 + RECORD) < rate[place]:
                records[place] += 1
        if records[0] * all_before < before * records.sum():
            falls += 1
    return falls


@lean_kernel
def name_near(key, world, weights, penalty, enemy, named):
    """Let everybody on a ring name one person: near ones under the penalty for silence, else the own enemy.

    Parameters
    ----------
    weights : float64 array, shape (half,)
        Weight of a person at distance 1, 2, ... on either side.
    penalty : float
        Probability that a person is forced to name somebody.
    enemy, named : int64 arrays, shape (persons,)
        Output: whom each holds a grudge against, and whom each names.
    """
    n = enemy.size
    for i in range(n):
        other = integer(key, world, i, ENEMY, n - 1)
        enemy[i] = other if other < i else other + 1
        named[i] = enemy[i]
        if uniform(key, world, i, FORCED) < penalty:
            step = 1 + choice(key, world, i, STEP, weights)
            side = 1 if uniform(key, world, i, SIDE) < 0.5 else -1
            named[i] = (i + side * step) % n


@lean_kernel
def agree(key, accusers, members, hit, false, common, agreeing):
    """Write how many of the accusers of each person accuse; the first `members` persons are members."""
    for i in range(agreeing.size):
        chance = hit if i < members else false
        one = uniform(key, i, COMMON, 0) < common
        agreeing[i] = 0
        for k in range(accusers):
            if uniform(key, i, WORD, 0 if one else k) < chance:
                agreeing[i] += 1
