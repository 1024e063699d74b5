"""Kernels: after the sitting, and before the board: queues, sentences, releases."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.naming.statistics import settle
from greatfear.simulation.kernels.arrest import schedule
from greatfear.simulation.kernels.route import board_of

__all__ = ["after_sittings", "judge"]

_HOUR, _SENTENCE, _REVIEW = int(Purpose.HOUR), int(Purpose.SENTENCE), int(Purpose.REVIEW)
ACTS = 2
ACT_SENTENCE, ACT_RELEASE, CAUSE_NONE = 3, 4, 4
DEATH, CAMP, RELEASED = 0, 1, 4
UNLIMITED = 1e8
ENOUGH, NEEDED = 1, 2
RING = 4096


@lean_kernel
def after_sittings(world, people, desk, boards, routes, day):
    """Send everybody who sat today on to a board."""
    row = desk.calendar[day].sit_head
    while row >= 0:
        following = people[row].after
        people[row].after = -1
        schedule(world, people, desk, boards, routes, people[row].arrested, day, row)
        row = following


@lean_kernel
def _line_up(people, desk, board, row):
    people[row].after = -1
    if desk.queue[board].head < 0:
        desk.queue[board].head = row
    else:
        people[desk.queue[board].tail].after = row
    desk.queue[board].tail = row
    desk.queue[board].count += 1


@lean_kernel
def _outcome(world, history, boards, board, people, row):
    """Return the outcome of a case: too little evidence, the category, or the board's shares."""
    confession, held = boards.table[board].confession, history.person[row].speakers >= boards.table[board].evidence
    if confession == ENOUGH:
        held = held or people[row].confessed > 0
    elif confession == NEEDED:
        held = held and people[row].confessed > 0
    if not held:
        return RELEASED
    if boards.table[board].by_category and people[row].category >= 0:
        return DEATH if people[row].category == 0 else CAMP
    u = uniform(world.keys[_SENTENCE], people[row].id, board, 0)
    outcome = 0
    while outcome < 4 and u >= boards.outcome[board, outcome]:
        outcome += 1
    return outcome


@lean_kernel
def _decide(world, people, acts, history, desk, meter, boards, board, day, row, review):
    """Write the sentence or release of one case; `review` is (chance of release, day of the halt)."""
    person = people[row].id
    r = person >> 32
    outcome = _outcome(world, history, boards, board, people, row)
    if people[row].arrested < review[1] and uniform(world.keys[_REVIEW], person, 0, 0) < review[0]:
        outcome = RELEASED
    people[row].status = 2 + outcome
    people[row].after = -1
    desk.office[r].held -= 1
    if outcome != RELEASED:
        settle(history, row)
        desk.doomed[r, desk.office[r].doomed_count % RING] = row
        desk.office[r].doomed_count += 1
    a = meter[ACTS]
    meter[ACTS] = a + 1
    acts[a].time = day + uniform(world.keys[_HOUR], person, day, 60)
    acts[a].person, acts[a].cause, acts[a].statement = row, CAUSE_NONE, -1
    acts[a].kind = ACT_RELEASE if outcome == RELEASED else ACT_SENTENCE
    acts[a].source, acts[a].board, acts[a].outcome = people[row].source, board, outcome
    acts[a].pressure, acts[a].sitting = math.nan, -1
    acts[a].evidence, acts[a].office = history.person[row].speakers, r


@lean_kernel
def _place(world, people, acts, history, desk, meter, boards, routes, day, row, review):
    """Bring a case before its board: at once where there is no queue, else to the end of the line."""
    board = board_of(world, people, routes, day, row)
    if board < 0:
        return
    if boards.table[board].capacity >= UNLIMITED:
        _decide(world, people, acts, history, desk, meter, boards, board, day, row, review)
    else:
        _line_up(people, desk, board, row)


@lean_kernel
def judge(world, people, acts, history, desk, meter, boards, routes, day, review, rerouted):
    """Judge the cases that are due; where routes have changed today, send waiting cases to their new board."""
    if rerouted:
        for board in range(boards.table.size):
            row, waiting = desk.queue[board].head, desk.queue[board].count
            desk.queue[board].head, desk.queue[board].tail, desk.queue[board].count = -1, -1, 0
            for _ in range(waiting):
                following = people[row].after
                _place(world, people, acts, history, desk, meter, boards, routes, day, row, review)
                row = following
    row = desk.calendar[day].judge_head
    while row >= 0:
        following = people[row].after
        _place(world, people, acts, history, desk, meter, boards, routes, day, row, review)
        row = following
    for board in range(boards.table.size):
        today = (
            int(boards.table[board].capacity * (day + 1)) - int(boards.table[board].capacity * day)
            if boards.table[board].capacity < UNLIMITED
            else 0
        )
        while today > 0 and desk.queue[board].head >= 0:
            row = desk.queue[board].head
            desk.queue[board].head = people[row].after
            if desk.queue[board].head < 0:
                desk.queue[board].tail = -1
            desk.queue[board].count -= 1
            _decide(world, people, acts, history, desk, meter, boards, board, day, row, review)
            today -= 1
