"""Spells: for models in time, a row per alternative and stretch of time in which its statistics stay as they are.

A change of tie (a, b) or of an attribute of a can alter only rows in which a or b is sender or receiver, for every statistic
but those that read ties of persons further off (`is_local` 0). So few rows are computed again at a change.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import kernel, lean_kernel
from greatfear.estimate.kernels.rows import _is_open
from greatfear.estimate.kernels.state import advance
from greatfear.estimate.kernels.statistics import statistics_of_set

SPELL = np.dtype([("pair", "i8"), ("length", "f8")], align=True)
"""i * n + j (in rate models j = i), and how long its statistics stayed as they are, in days."""


@lean_kernel
def _touch(updates, first, last, is_local, is_touched, who):
    """Enter the actors that updates[first:last] concern into `who`; return how many there are."""
    count = 0
    # a column that reads ties further off may change for anybody
    if first < last and not is_local:
        for i in range(is_touched.size):
            is_touched[i] = True
            who[i] = i
        return is_touched.size
    # each actor once, although many updates may concern the same one
    for u in range(first, last):
        for end in range(2):
            i = updates[u].i if end == 0 else updates[u].j
            if i >= 0 and not is_touched[i]:
                is_touched[i] = True
                who[count] = i
                count += 1
    return count


@kernel
def most_spells(time, updates, is_local, is_rate, n):
    """Return how many spells there can be at most."""
    is_touched, who = np.zeros(n, np.bool_), np.zeros(n, np.int64)
    total, u = n if is_rate else n * (n - 1), 0
    for s in range(time.size):
        first = u
        while u < updates.size and updates[u].time < time[s]:
            u += 1
        count = _touch(updates, first, u, is_local, is_touched, who)
        is_touched[who[:count]] = False
        total += count if is_rate else min(2 * n * count, n * (n - 1))
    return total


@lean_kernel
def _renew(terms, rule, state, since, count, i, j, x, spell, current, pair, out):
    """Compute a pair again: keep its row where nothing differs, else end it and begin another.

    `since` is the time from which the state is as it is; `count` holds rows in use and pairs at risk, and is kept.
    """
    n = state.nets.node.shape[1]
    place = i if rule.is_rate else i * n + j
    # a pair that is not at risk has no spell: opportunity and attributes decide
    if rule.is_rate:
        is_open = not (rule.sender >= 0 and not state.attribute[rule.sender, i] > 0)
    else:
        is_open = not (rule.sender >= 0 and not state.attribute[rule.sender, i] > 0) and _is_open(rule, state, i, j)
    row = current[place]
    # a spell goes on as long as its statistics do: many updates leave most pairs as they are
    if is_open:
        pair[0, 0], pair[1, 0] = i, j
        statistics_of_set(terms, state, pair, 1, out, 0)
        if row >= 0:
            is_same = True
            for k in range(terms.size):
                if x[row, k] != out[0, k]:
                    is_same = False
                    break
            if is_same:
                return
    # the spell ends where the state changed; its length was entered less its beginning
    if row >= 0:
        spell[row].length += since
        current[place] = -1
        count[1] -= 1
    # another spell begins, with its beginning taken off its length
    if is_open:
        for k in range(terms.size):
            x[count[0], k] = out[0, k]
        spell[count[0]].pair = i * n + j
        spell[count[0]].length = -since
        current[place] = count[0]
        count[0] += 1
        count[1] += 1


@kernel
def fill_spells(time, start, terms, rule, is_local, state, updates, events, x, spell, chosen, size):
    """Write all spells, the row of each event and the size of the risk set at each moment; return the number of rows.

    Parameters
    ----------
    time : float64 array, shape (moments,)
        All changes and events, in ascending order.
    start : float
        Begin of observation.
    terms, rule, is_local, state, updates
        As in `fill_rows`; `is_local` is 0 if a column reads ties of persons further off.
    events : int64 array, shape (events, 2)
        Moment and pair of each event, in ascending order of moments.
    x, spell : arrays with room for `most_spells` rows
        Output; the length of a spell is in days.
    chosen, size : int64 arrays, shapes (events,) and (moments,)
        Output; -1 for an event that was not at risk.
    """
    n = state.nets.node.shape[1]
    current = np.full(n if rule.is_rate else n * n, -1, np.int64)
    is_touched, who = np.zeros(n, np.bool_), np.arange(n)
    pair, out, count = np.zeros((2, 1), np.int64), np.zeros((1, terms.size)), np.zeros(2, np.int64)
    _fill_all(
        time, start, terms, rule, is_local, state, updates, events, x, spell, chosen, size,
        current, is_touched, who, pair, out, count,
    )  # fmt: skip
    return count[0]


@lean_kernel
def _fill_all(
    time, start, terms, rule, is_local, state, updates, events, x, spell, chosen, size,
    current, is_touched, who, pair, out, count,
):  # fmt: skip
    """Do the work of `fill_spells` with the room that it made."""
    n = state.nets.node.shape[1]
    u, e = 0, 0
    for s in range(time.size):
        first, n_touched = u, n
        u = advance(state, updates, u, time[s])
        since = start if s == 0 else time[s - 1]
        # at the start every pair is looked at, later only those of actors whom an update concerned
        if s == 0:
            for i in range(n):
                is_touched[i] = True
        else:
            n_touched = _touch(updates, first, u, is_local, is_touched, who)
        # pairs of touched actors in both directions; of a pair of two such actors, each does the own direction
        for t in range(n_touched):
            i = who[t]
            if rule.is_rate:
                _renew(terms, rule, state, since, count, i, i, x, spell, current, pair, out)
                continue
            for j in range(n):
                _renew(terms, rule, state, since, count, i, j, x, spell, current, pair, out)
                if not is_touched[j]:
                    _renew(terms, rule, state, since, count, j, i, x, spell, current, pair, out)
        # marks are taken back one by one: most actors were not touched
        for t in range(n_touched):
            is_touched[who[t]] = False
        size[s] = count[1]
        while e < events.shape[0] and events[e, 0] == s:
            chosen[e] = current[events[e, 1] // n if rule.is_rate else events[e, 1]]
            e += 1
    # spells that last to the end
    for place in range(current.size):
        if current[place] >= 0:
            spell[current[place]].length += time[time.size - 1]
