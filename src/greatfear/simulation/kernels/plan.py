"""Kernels: who speaks today: denouncers, informers, those brought to a sitting, and those whom a family moves."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, integer, poisson, uniform
from greatfear.draws._ahead import fetch
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.naming.statistics import fade
from greatfear.simulation.codes import (
    CONVICTION,
    DENUNCIATION,
    FIRST_OWN,
    INTERROGATION,
    MALICE,
    MOVED_TURNS,
    N_SITTINGS,
    N_STATEMENTS,
    PRESSED,
    REPORT,
    REWARD,
    SELF_PROTECTION,
    STEEPEST,
    TURNS,
)
from greatfear.simulation.kernels.index import fetch_entry, find, is_present
from greatfear.world.people import informer_address

_DENUNCIATIONS, _DENOUNCER = int(Purpose.DENUNCIATIONS), int(Purpose.DENOUNCER)
_REPORTS, _REPORTER = int(Purpose.REPORTS), int(Purpose.REPORTER)
_MOTIVE, _ACCIDENTS = int(Purpose.MOTIVE), int(Purpose.ACCIDENTS)


@lean_kernel
def feel(world, state, rules):
    """Let fear fade and rise by yesterday's arrests per thousand persons; then forget the count."""
    for r in range(world.regions):
        office = state.desk.office[r]
        office.fear = office.fear * rules.fear_keep + 1000.0 * office.arrests_today / world.region[r].size
        office.arrests_today = 0


@lean_kernel
def count_speakers(world, state, rules, day):
    """Note how many denounce and report in each region today, and return the sum with today's sittings."""
    total = state.desk.calendar[day].sit_count
    for r in range(world.regions):
        size, office = world.region[r].size, state.desk.office[r]
        mean = rules.denounce_rate * size * math.exp(min(rules.denounce_fear * office.fear, STEEPEST))
        # fear cannot bring more than a hundredth of a region in a day; a rate that is higher by itself stays as it is
        mean = min(mean, max(0.01, rules.denounce_rate) * size)
        office.denouncers = poisson(world.keys[_DENUNCIATIONS], r, day, 0, mean)
        office.reporters = poisson(world.keys[_REPORTS], r, day, 0, rules.report_rate * world.region[r].informers)
        total += office.denouncers + office.reporters
    return total


@lean_kernel
def gather(world, state, rules, today, moved, said):
    """Fill today's speakers, and note today's accidents; return how many speakers there are, also beyond the room.

    Parameters
    ----------
    moved : int64 array, ascending by region
        Addresses of persons whom a family moves to denounce somebody.
    said : Said
        Output; nothing is written where it has too little room.
    """
    _fade_windows(state, rules, today.day)
    total = count_speakers(world, state, rules, today.day) + moved.size
    # with too little room nothing is done yet: the caller comes again with more, and counts are drawn by address
    if total <= said.person.size:
        n = _list_free(world, state, rules, today.day, said)
        n = _list_sitters(state, today.day, said, n)
        total = _list_moved(world, state, rules, today.day, moved, said, n)
        _count_accidents(world, state, rules, today.day)
    return total


@lean_kernel
def _fade_windows(state, rules, day):
    """Let statements older than each window leave it; `faded` holds how far each window has come."""
    log, left, windows = state.log, state.faded, rules.terms.windows
    for w in range(windows.size):
        while left[w] < state.meter[N_STATEMENTS] and math.floor(log[left[w]].time) + windows[w] < day:
            fade(state.history, w, log[left[w]].subject)
            left[w] += 1


@lean_kernel
def _motive(world, rules, r, day, turn):
    """Return why somebody denounces."""
    u = uniform(world.keys[_MOTIVE], r, day, turn)
    if u < rules.conviction:
        return CONVICTION
    return SELF_PROTECTION if u < rules.conviction + rules.self_protection else MALICE


@small_kernel
def _may_speak(state, rules, day, row):
    """Return whether a person can come forward: where the case says what its outcomes do, who is held or gone cannot."""
    return rules.boards.absent.size == FIRST_OWN or is_present(state.people, row, day)


@lean_kernel
def _list_free(world, state, rules, day, said):
    """Enter denouncers and informers by region; return how many speakers there are."""
    n = 0
    for r in range(world.regions):
        # anybody of the region may denounce; they lie far away in memory, and all are fetched first
        first = n
        for turn in range(state.desk.office[r].denouncers):
            said.person[first + turn] = (r << 32) | integer(world.keys[_DENOUNCER], r, day, turn, world.region[r].size)
            fetch_entry(state.rows, said.person[first + turn])
        for turn in range(state.desk.office[r].denouncers):
            motive = _motive(world, rules, r, day, turn)
            person = said.person[first + turn]
            row = find(state.rows, person)
            if _may_speak(state, rules, day, row):
                n = _enter(said, n, (person, row), DENUNCIATION, day * TURNS + turn, motive)
        # reports come from the office's own informers, who are paid
        for turn in range(state.desk.office[r].reporters):
            m = integer(world.keys[_REPORTER], r, day, turn, world.region[r].informers)
            informer = informer_address(world, r, m)
            row = find(state.rows, informer)
            if _may_speak(state, rules, day, row):
                n = _enter(said, n, (informer, row), REPORT, day * TURNS + turn, REWARD)
    return n


@lean_kernel
def _list_sitters(state, day, said, n):
    """Enter those brought to a sitting today, after the n others; return how many speakers there are."""
    row = state.desk.calendar[day].sit_head
    while row >= 0:
        # the next one lies far away in memory, and is fetched meanwhile
        fetch(state.people, state.people[row].after)
        n = _enter(said, n, (state.people[row].id, row), INTERROGATION, state.people[row].sat, PRESSED)
        said.sitting[n - 1] = state.meter[N_SITTINGS]
        state.meter[N_SITTINGS] += 1
        state.people[row].sat += 1
        row = state.people[row].after
    return n


@lean_kernel
def _list_moved(world, state, rules, day, moved, said, n):
    """Enter persons whom a family moves, after the n others; return how many speakers there are."""
    turn, last = 0, -1
    for k in range(moved.size):
        fetch_entry(state.rows, moved[k])
    for k in range(moved.size):
        r = moved[k] >> 32
        turn = turn + 1 if r == last else MOVED_TURNS
        last = r
        motive = _motive(world, rules, r, day, turn)
        row = find(state.rows, moved[k])
        if _may_speak(state, rules, day, row):
            n = _enter(said, n, (moved[k], row), DENUNCIATION, day * TURNS + turn, motive)
    return n


@small_kernel
def _enter(said, n, speaker, channel, number, motive):
    """Enter one speaker by address and row, and return how many there are."""
    (said.person[n], said.row[n]), said.channel[n] = speaker, channel
    said.number[n], said.motive[n], said.sitting[n] = number, motive, -1
    return n + 1


@lean_kernel
def _count_accidents(world, state, rules, day):
    """Note how many accidents each region has today."""
    for r in range(world.regions):
        mean = rules.accident_rate * world.region[r].size * 1e-6
        state.desk.office[r].accidents = poisson(world.keys[_ACCIDENTS], r, day, 0, mean)
