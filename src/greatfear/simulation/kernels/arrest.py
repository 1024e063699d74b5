"""Kernels: arrests from leads, from registers and from orders; requests for more places."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, exponential, poisson, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.simulation.kernels.index import find_or_add
from greatfear.simulation.kernels.leads import pop, push
from greatfear.simulation.kernels.route import board_of
from greatfear.world.people import member_of, walk_list

__all__ = ["arrest_all", "ask", "quotas", "take_all"]

_QUOTA, _CATEGORY, _PRESSED, _HOUR, _DELAY = (
    int(Purpose.QUOTA), int(Purpose.CATEGORY), int(Purpose.PRESSED), int(Purpose.HOUR), int(Purpose.DELAY),
)  # fmt: skip
_REQUEST, _ANSWER = int(Purpose.REQUEST), int(Purpose.ANSWER)
ACTS, OPEN_NAMED, ARRESTS, SENIOR, MEMBERS, OFF_FILE, OFF_REGISTER = 2, 4, 5, 8, 9, 11, 12
SUSPECTS, REGISTER = 0, 1
ACT_ARREST, BY_STATEMENT, BY_REGISTER, BY_ORDER, BY_SHAM, OUTCOME_NONE = 1, 0, 1, 2, 3, 7


@lean_kernel
def _running(campaigns, g, r, day):
    return campaigns.source[g].start <= day < campaigns.source[g].end and day >= campaigns.starts[g, r]


@lean_kernel
def _rounded(world, g, r, day, mean):
    """Return a whole number with the given mean: rounded down, or up with the probability of the rest."""
    whole = math.floor(mean)
    return int(whole) + (1 if uniform(world.keys[_QUOTA], r, g, day) < mean - whole else 0)


@lean_kernel
def quotas(world, campaigns, desk, day, zeal, halted):
    """Write how many persons each source is to draw in each region today, and return the sum."""
    total = 0
    operations = campaigns.operations
    for g in range(campaigns.source.size):
        for r in range(world.regions):
            wanted = 0
            left = campaigns.cut[g, r, -1] - desk.line[g, r].pointer
            if g >= operations:
                k = day - campaigns.source[g].start
                if 0 <= k < campaigns.source[g].span:
                    n = campaigns.total[g, r]
                    wanted = n * (k + 1) // campaigns.source[g].span - n * k // campaigns.source[g].span
            elif not halted and _running(campaigns, g, r, day):
                rush = (
                    campaigns.source[g].surge
                    if day - max(campaigns.source[g].start, campaigns.starts[g, r]) < campaigns.source[g].surge_days
                    else 1.0
                )
                if campaigns.source[g].limited:
                    free = max(0, desk.places[g, r, 0] - desk.used[g, r, 0]) + max(
                        0, desk.places[g, r, 1] - desk.used[g, r, 1]
                    )
                    wanted = min(free, _rounded(world, g, r, day, zeal * rush * free / campaigns.source[g].pace))
                else:
                    wanted = poisson(world.keys[_QUOTA], r, g, day, campaigns.source[g].hazard * zeal * rush * left)
            desk.line[g, r].quota = min(wanted, left)
            total += desk.line[g, r].quota
    return total


@lean_kernel
def _take(world, people, acts, history, desk, meter, rules, campaigns, boards, routes, day, row, source, cause):
    """Arrest one person: the act, the category, and the day of the sitting or of the sentence."""
    person = people[row].id
    r = person >> 32
    people[row].status, people[row].arrested, people[row].source = 1, day, source
    people[row].evidence = history.person[row].speakers
    desk.office[r].held += 1
    desk.office[r].arrests_today += 1
    meter[ARRESTS] += 1
    if people[row].filed or (cause in (BY_REGISTER, BY_ORDER) and campaigns.source[source].file == SUSPECTS):
        meter[OFF_FILE] += 1
    elif cause in (BY_REGISTER, BY_ORDER) and campaigns.source[source].file == REGISTER:
        meter[OFF_REGISTER] += 1
    if world.seniority[people[row].stratum] >= 1.0:
        meter[SENIOR] += 1
    if world.organisation.size > 0 and member_of(world, person)[0] >= 0:
        meter[MEMBERS] += 1
    if history.person[row].named > 0:
        meter[OPEN_NAMED] -= 1
    a = meter[ACTS]
    meter[ACTS] = a + 1
    acts[a].time = day + uniform(world.keys[_HOUR], person, day, 50)
    acts[a].person, acts[a].kind, acts[a].cause, acts[a].source = row, ACT_ARREST, cause, source
    acts[a].statement = people[row].first if cause == BY_STATEMENT else -1
    acts[a].board, acts[a].outcome, acts[a].pressure, acts[a].sitting = -1, OUTCOME_NONE, math.nan, -1
    acts[a].evidence, acts[a].office = history.person[row].speakers, r
    pressed = rules.pressed
    if 0 <= source < campaigns.operations:
        pressed = campaigns.source[source].pressed
        if campaigns.source[source].limited:
            _categorise(world, people, desk, r, row, source)
    if uniform(world.keys[_PRESSED], person, 0, 0) < pressed:
        _sit_on(desk.calendar, people, day + rules.wait, row)
    if people[row].after == -1:
        schedule(world, people, desk, boards, routes, day, day, row)


@lean_kernel
def _categorise(world, people, desk, r, row, source):
    """Put a case into a category in proportion to the places that are open."""
    first = max(0, desk.places[source, r, 0] - desk.used[source, r, 0])
    second = max(0, desk.places[source, r, 1] - desk.used[source, r, 1])
    category = 0 if uniform(world.keys[_CATEGORY], people[row].id, source, 0) * (first + second) < first else 1
    people[row].category = category
    desk.used[source, r, category] += 1


@lean_kernel
def _sit_on(calendar, people, day, row):
    """Enter a person for a sitting; a day past the end is never reached. Whoever is in a calendar has after != -1."""
    day = min(day, calendar.size - 1)
    people[row].after = calendar[day].sit_head if calendar[day].sit_head >= 0 else -2
    calendar[day].sit_head = row
    calendar[day].sit_count += 1


@lean_kernel
def _judge_on(calendar, people, day, row):
    """Enter a person for a sentence; a day past the end is never reached."""
    day = min(day, calendar.size - 1)
    people[row].after = calendar[day].judge_head if calendar[day].judge_head >= 0 else -2
    calendar[day].judge_head = row
    calendar[day].judge_count += 1


@lean_kernel
def schedule(world, people, desk, boards, routes, arrested, day, row):
    """Set the day of the sentence: that of the board on which the case would fall today, at the earliest tomorrow."""
    board = board_of(world, people, routes, day, row)
    if board < 0:
        return
    spread = max(boards.table[board].delay - boards.table[board].least, 0.0)
    delay = boards.table[board].least + spread * exponential(world.keys[_DELAY], people[row].id, 0, 0)
    _judge_on(desk.calendar, people, max(day + 1, arrested + int(min(delay, 1e6))), row)


@lean_kernel
def _covering(campaigns, desk, halted, day, r, stratum):
    """Return the first running operation that takes a lead on this stratum here, -1 for none."""
    if halted:
        return -1
    for g in range(campaigns.operations):
        if campaigns.source[g].takes_leads and campaigns.covers[g, stratum] and _running(campaigns, g, r, day):
            if campaigns.cut[g, r, -1] == 0:
                continue
            if not campaigns.source[g].limited:
                return g
            if desk.places[g, r, 0] > desk.used[g, r, 0] or desk.places[g, r, 1] > desk.used[g, r, 1]:
                return g
    return -1


@lean_kernel
def _best(people, log, history, desk, r, evidence):
    """Remove stale leads and those with too little evidence; return the best that holds, -1 for none."""
    while desk.office[r].root >= 0:
        node = desk.office[r].root
        row = log[node].subject
        if people[row].status == 0 and log[node].key == people[row].score and history.person[row].speakers >= evidence:
            return node
        desk.office[r].root = pop(log, node)
    return -1


@lean_kernel
def _prompts(people, log, history, desk, rules, r, evidence):
    """Lay out the best open leads for the interrogators, and put them back."""
    kept = 0
    nodes = desk.prompt[r]
    while kept < rules.prompted:
        node = _best(people, log, history, desk, r, evidence)
        if node < 0:
            break
        desk.office[r].root = pop(log, node)
        nodes[kept] = node
        kept += 1
    for p in range(kept):
        node = nodes[p]
        desk.office[r].root = push(log, desk.office[r].root, node, log[node].key)
        nodes[p] = log[node].subject
    desk.office[r].prompt_count = kept


@lean_kernel
def _draw_lists(world, people, index, acts, history, desk, meter, rules, campaigns, boards, routes, day, r, places):
    """Arrest today's quotas from registers and orders in one region, as far as its prison places go."""
    for g in range(campaigns.source.size):
        wanted = min(desk.line[g, r].quota, places)
        whole = g >= campaigns.operations
        cause = BY_ORDER if whole else BY_REGISTER
        while wanted > 0 and desk.line[g, r].pointer < campaigns.cut[g, r, -1]:
            person = walk_list(world, g, r, campaigns.cut[g, r], desk.line[g, r].pointer, whole)
            desk.line[g, r].pointer += 1
            if person < 0:
                continue
            row = find_or_add(world, people, index, meter, person)
            if people[row].status == 0:
                _take(world, people, acts, history, desk, meter, rules, campaigns, boards, routes, day, row, g, cause)
                wanted -= 1
                places -= 1


@lean_kernel
def arrest_all(
    world, people, index, log, acts, history, desk, meter, rules, campaigns, boards, routes, day, evidence, factor, halted
):  # fmt: skip
    """Arrest from leads in the order of score, then from registers and orders, in every region, within the prison places."""
    for r in range(world.regions):
        places = max(0, int(rules.custody * world.region[r].size * 1e-5) - desk.office[r].held)
        capacity = min(places, _rounded(world, 1000, r, day, rules.arrests * factor * world.region[r].size * 1e-5))
        for _ in range(capacity):
            node = _best(people, log, history, desk, r, evidence)
            if node < 0:
                break
            desk.office[r].root = pop(log, node)
            row = log[node].subject
            source = _covering(campaigns, desk, halted, day, r, people[row].stratum)
            _take(
                world, people, acts, history, desk, meter, rules, campaigns, boards, routes, day, row, source, BY_STATEMENT
            )  # fmt: skip
            places -= 1
        if rules.prompted > 0:
            _prompts(people, log, history, desk, rules, r, evidence)
        _draw_lists(world, people, index, acts, history, desk, meter, rules, campaigns, boards, routes, day, r, places)


@lean_kernel
def take_all(world, people, index, acts, history, desk, meter, rules, campaigns, boards, routes, day, persons, taken):
    """Arrest persons named in the file of a sham organisation; write 0 in `taken` for whoever was arrested before."""
    for s in range(persons.size):
        row = find_or_add(world, people, index, meter, persons[s])
        taken[s] = people[row].status == 0
        if taken[s]:
            _take(
                world, people, acts, history, desk, meter, rules, campaigns, boards, routes, day, row, -1, BY_SHAM
            )  # fmt: skip


@lean_kernel
def ask(world, campaigns, desk, day, zeal, halted, favour):
    """Let regions that have used most of their places ask for more, and the centre answer after its delay.

    `favour` multiplies the chance that a request is granted.
    """
    for g in range(campaigns.operations):
        if not campaigns.source[g].limited or halted:
            continue
        threshold, chance, size, first, granted, delay, until = campaigns.ask[g]
        for r in range(world.regions):
            places = desk.places[g, r, 0] + desk.places[g, r, 1]
            if desk.line[g, r].answer == day:
                desk.line[g, r].answer = -1
                if uniform(world.keys[_ANSWER], r, g, day) < granted * favour:
                    more = max(1, int(size * places))
                    one = int(round(more * first))  # noqa: RUF046  compiled round gives a float
                    desk.places[g, r, 0] += one
                    desk.places[g, r, 1] += more - one
            elif day < until and desk.line[g, r].answer < 0 and places > 0 and _running(campaigns, g, r, day):
                used = desk.used[g, r, 0] + desk.used[g, r, 1]
                if used >= threshold * places and uniform(world.keys[_REQUEST], r, g, day) < min(1.0, chance * zeal):
                    desk.line[g, r].answer = day + max(1, int(delay))
