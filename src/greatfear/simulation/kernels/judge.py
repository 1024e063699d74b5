"""Kernels: after the sitting, and before the board: queues, sentences, releases."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, uniform
from greatfear.draws._ahead import fetch
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.naming.statistics import settle
from greatfear.simulation.codes import (
    CAMP,
    DEATH,
    ENOUGH,
    FIRST_OWN,
    FOREVER,
    HOUR_OF_SENTENCE,
    IN_NO_CHAIN,
    JUDGED,
    N_ACTS,
    NEEDED,
    NO_CAUSE,
    PENALTIES,
    RELEASE,
    RELEASED,
    RING,
    SENTENCE,
    UNLIMITED,
)
from greatfear.simulation.kernels.arrest import categorise, schedule
from greatfear.simulation.kernels.places import ask, is_open
from greatfear.simulation.kernels.route import board_of

_HOUR, _SENTENCE, _REVIEW = int(Purpose.HOUR), int(Purpose.SENTENCE), int(Purpose.REVIEW)
_HANDED_OVER = int(Purpose.HANDED_OVER)


@lean_kernel
def close_day(world, state, rules, today):
    """Send those who sat today on to a board, judge the cases that are due, and let regions ask for more places."""
    _after_sittings(world, state, rules, today.day)
    _judge(world, state, rules, today)
    ask(world, state, rules, today)


@lean_kernel
def _after_sittings(world, state, rules, day):
    """Send everybody who sat today on to a board."""
    row = state.desk.calendar[day].sit_head
    # the chain is read before the person enters another one
    while row >= 0:
        following = state.people[row].after
        fetch(state.people, following)
        state.people[row].after = IN_NO_CHAIN
        schedule(world, state, rules, state.people[row].arrested, day, row)
        row = following


@lean_kernel
def _line_up(state, board, row):
    """Send a case to the end of a board's queue."""
    queue = state.desk.queue[board]
    state.people[row].after = IN_NO_CHAIN
    if queue.head < 0:
        queue.head = row
    else:
        state.people[queue.tail].after = row
    queue.tail = row
    queue.count += 1


@lean_kernel
def _outcome(world, state, rules, board, row):
    """Return the outcome of a case: too little evidence, the category, or the board's shares."""
    table, one = rules.boards.table[board], state.people[row]
    # a confession can stand in for statements, or be asked for beside them
    is_enough = state.history.person[row].speakers >= table.evidence
    if table.confession == ENOUGH:
        is_enough = is_enough or one.confessed > 0
    elif table.confession == NEEDED:
        is_enough = is_enough and one.confessed > 0
    if not is_enough:
        return RELEASED
    # the office that arrested has decided already where the board only confirms its category
    if table.by_category and one.category >= 0:
        return DEATH if one.category == 0 else CAMP
    u = uniform(world.keys[_SENTENCE], one.id, board, 0)
    shares, place = rules.boards.outcome[board], 0
    while place < shares.size and u >= shares[place]:
        place += 1
    if place == shares.size:
        return RELEASED
    # behind the four penalties stand the scenario's own outcomes, which have codes of their own
    return place if place < PENALTIES else FIRST_OWN + place - PENALTIES


@lean_kernel
def _decide(world, state, rules, today, board, row):
    """Write the sentence or release of one case."""
    one, meter = state.people[row], state.meter
    person, r, office = one.id, one.id >> 32, state.desk.office[one.id >> 32]
    outcome = _outcome(world, state, rules, board, row)
    # after a halt, cases from before it are looked at again
    if one.arrested < today.halted_on and uniform(world.keys[_REVIEW], person, 0, 0) < rules.review:
        outcome = RELEASED
    absent = rules.boards.absent[outcome]
    one.status, one.after, one.until = JUDGED + outcome, IN_NO_CHAIN, min(today.day + absent, FOREVER)
    office.held -= 1
    # who is gone for good cannot be harmed any more: such persons come to mind when names are asked for
    if absent >= FOREVER:
        settle(state.history, row)
        state.desk.doomed[r, office.doomed_count % RING] = row
        office.doomed_count += 1
    # the act bears the evidence as it stands today
    act = state.acts[meter[N_ACTS]]
    meter[N_ACTS] += 1
    act.time, act.person = today.day + uniform(world.keys[_HOUR], person, today.day, HOUR_OF_SENTENCE), row
    act.kind, act.cause, act.statement = RELEASE if outcome == RELEASED else SENTENCE, NO_CAUSE, -1
    act.source, act.board, act.outcome = one.source, board, outcome
    act.pressure, act.sitting = math.nan, -1
    act.evidence, act.office = state.history.person[row].speakers, r


@lean_kernel
def _hand_over(world, state, rules, today, row):
    """Hand a case of leads, or of an operation without limits, over to a running operation that takes cases from custody."""
    one, campaigns = state.people[row], rules.campaigns
    if one.source >= campaigns.operations:
        return
    if one.source >= 0:
        own = campaigns.source[one.source]
        if own.limited or own.from_custody > 0.0:
            return
    # the first operation that runs here, covers the stratum and has room takes its share of such cases
    r = one.id >> 32
    for g in range(campaigns.operations):
        share = campaigns.source[g].from_custody
        if share <= 0.0 or not campaigns.covers[g, one.stratum] or not is_open(state, rules, today, g, r):
            continue
        if uniform(world.keys[_HANDED_OVER], one.id, g, 0) < share:
            one.source = g
            if campaigns.source[g].limited:
                categorise(world, state, rules, r, row, g)
            return


@lean_kernel
def _place(world, state, rules, today, row):
    """Bring a case before its board: at once where there is no queue, else to the end of the line."""
    if not today.halted:
        _hand_over(world, state, rules, today, row)
    board = board_of(world, state, rules, today.day, row)
    if board < 0:
        return
    if rules.boards.table[board].capacity >= UNLIMITED:
        _decide(world, state, rules, today, board, row)
    else:
        _line_up(state, board, row)


@small_kernel
def _next(state, row):
    """Return the case behind this one in its chain; it lies far away in memory, and is fetched while this one is judged."""
    following = state.people[row].after
    fetch(state.people, following)
    fetch(state.history.person, following)
    return following


@lean_kernel
def _judge(world, state, rules, today):
    """Judge the cases that are due; where routes have changed today, send waiting cases to their new board."""
    day = today.day
    # each queue is emptied and its cases are placed once more, in the order in which they waited
    if today.rerouted:
        for board in range(rules.boards.table.size):
            queue = state.desk.queue[board]
            row, waiting = queue.head, queue.count
            queue.head, queue.tail, queue.count = -1, -1, 0
            for _ in range(waiting):
                following = _next(state, row)
                _place(world, state, rules, today, row)
                row = following
    # cases of today's calendar
    row = state.desk.calendar[day].judge_head
    while row >= 0:
        following = _next(state, row)
        _place(world, state, rules, today, row)
        row = following
    # boards with a queue decide whole cases: a capacity of a half gives one every second day
    for board in range(rules.boards.table.size):
        queue, capacity = state.desk.queue[board], rules.boards.table[board].capacity
        cases = int(capacity * (day + 1)) - int(capacity * day) if capacity < UNLIMITED else 0
        while cases > 0 and queue.head >= 0:
            row = queue.head
            queue.head = _next(state, row)
            if queue.head < 0:
                queue.tail = -1
            queue.count -= 1
            _decide(world, state, rules, today, board, row)
            cases -= 1
