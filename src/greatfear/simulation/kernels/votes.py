"""Kernels: meetings of units: who is present, who raises a hand, whom the minutes and the floor name."""

from __future__ import annotations

import numpy as np

from greatfear.draws import Purpose, integer, normal, poisson, uniform
from greatfear.draws._ahead import fetch
from greatfear.draws._jit import kernel, lean_kernel
from greatfear.simulation.codes import DENUNCIATION, DOCUMENT, MEETING_TURNS, NO_MOTIVE, SELF_PROTECTION
from greatfear.simulation.kernels.index import fetch_entry, find, is_present
from greatfear.world.people import stratum_of

_MEETINGS, _UNIT, _SUPPORT, _FLOOR = (
    int(Purpose.MEETINGS), int(Purpose.MEETING_UNIT), int(Purpose.SUPPORT), int(Purpose.FLOOR),
)  # fmt: skip
AGAINST, HOUR, SPEAKER, SUBJECT = 4 << 20, 1 << 20, 2 << 20, 3 << 20
"""Kinds of draws at a meeting: added to the running number of the draw."""


@lean_kernel
def call_meetings(world, rate, day, counts, units):
    """Write how many meetings each region holds today and the address of each meeting's unit; return how many."""
    n = 0
    for r in range(world.regions):
        have = -(-world.region[r].size // world.unit)
        counts[r] = poisson(world.keys[_MEETINGS], r, day, 0, rate * have)
        for turn in range(counts[r]):
            if n < units.size:
                units[n] = (r << 32) | integer(world.keys[_UNIT], r, day, turn, have)
            n += 1
    return n


@lean_kernel
def _gather(world, state, unit, rule, day, who, support):
    """Write who of a unit is free to come, and the private support of each; return how many."""
    r, first = unit >> 32, (unit & 0xFFFFFFFF) * world.unit
    n, size = 0, min(world.unit, world.region[r].size - first)
    # looking far away in memory overlaps where all is fetched first
    for k in range(size):
        fetch_entry(state.rows, (r << 32) | (first + k))
    for k in range(size):
        who[k] = find(state.rows, (r << 32) | (first + k))
        fetch(state.people, who[k])
    # those who are free stand in front
    for k in range(size):
        person, row = (r << 32) | (first + k), who[k]
        if not is_present(state.people, row, day):
            continue
        s = stratum_of(world, person) if rule.mean.size > 1 else 0
        who[n] = person
        support[n] = rule.mean[s] + rule.spread * normal(world.keys[_SUPPORT], person, 0, 0)
        n += 1
    return n


@lean_kernel
def _count(support, n, needed):
    hands = 0
    for k in range(n):
        if support[k] > needed:
            hands += 1
    return hands


@lean_kernel
def _vote(support, n, pressure, rule):
    """Return the hands that are up when no further one follows, and the support that is needed then."""
    calm = rule.threshold - pressure
    hands, needed = -1, calm - rule.social * rule.first
    while True:
        up = _count(support, n, needed)
        if up <= hands:
            return up, needed
        hands = up
        needed = min(needed, calm - rule.social * max(rule.first, up / n))


@kernel
def hold_meetings(world, state, rule, day, meetings, told, hours):
    """Hold today's meetings; write the votes, and who is named in the minutes and from the floor; return how many are.

    Parameters
    ----------
    rule : Meetings
        What the scenario supposes of meetings.
    meetings : tuple
        `units`, int64 array of shape (n,): address of each unit, ascending by region. `pressure`, float64 array of shape (n,):
        what fear adds to everybody's support. `votes`, int64 array of shape (n, 3), output: present, hands up, supporters
        in private.
    told : int64 array, shape (room, 4)
        Output: speaker, subject, channel, motive.
    hours : float64 array, shape (room,)
        Output.
    """
    units, pressure, votes = meetings
    who, support = np.empty(world.unit, np.int64), np.empty(world.unit)
    n, last, turn = 0, -1, 0
    for m in range(units.size):
        r = units[m] >> 32
        turn = turn + 1 if r == last else 0
        last = r
        # who comes is what the unit has left of free people
        here = _gather(world, state, units[m], rule, day, who, support)
        votes[m, 0] = here
        if here == 0:
            continue
        # hands go up one after another; private support is counted beside them for the truth
        up, needed = _vote(support, here, pressure[m], rule)
        votes[m, 1], votes[m, 2] = up, _count(support, here, rule.threshold)
        where = (r, day * MEETING_TURNS + turn)
        n = _name(world, where, (who[:here], support[:here]), needed, rule, (told, hours), n)
    return n


@lean_kernel
def _name(world, where, present, needed, rule, out, n):
    """Write whom minutes and floor of one meeting name; return how many statements there are by now."""
    (r, number), (who, support), (told, hours), here = where, present, out, present[0].size
    key, up = world.keys[_FLOOR], 0
    hour = uniform(key, r, number, HOUR)
    # the minutes name some of those who kept their hand down
    for k in range(here):
        up += 1 if support[k] > needed else 0
        if rule.in_minutes > 0.0 and support[k] <= needed and uniform(key, who[k], number, AGAINST) < rule.in_minutes:
            n = _note(told, hours, n, -1, who[k], DOCUMENT, NO_MOTIVE, hour)
    if rule.from_floor <= 0.0 or up == 0:
        return n
    # from the floor speak those who have their hand up
    for turn in range(poisson(key, r, number, 0, rule.from_floor)):
        speaker = integer(key, r, number, SPEAKER + turn, here)
        while support[speaker] <= needed:
            speaker = (speaker + 1) % here
        subject = integer(key, r, number, SUBJECT + turn, here)
        if subject != speaker:
            n = _note(told, hours, n, who[speaker], who[subject], DENUNCIATION, SELF_PROTECTION, hour)
    return n


@lean_kernel
def _note(told, hours, n, speaker, subject, channel, motive, hour):
    """Enter a statement where there is room, and return how many there are."""
    if n < told.shape[0]:
        told[n, 0], told[n, 1], told[n, 2], told[n, 3] = speaker, subject, channel, motive
        hours[n] = hour
    return n + 1
