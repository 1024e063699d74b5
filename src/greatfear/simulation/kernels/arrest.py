"""Kernels: arrests from leads, from registers and from orders; requests for more places."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, exponential, poisson, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.simulation.codes import (
    ARREST,
    BY_BUDGET,
    BY_ORDER,
    BY_REGISTER,
    BY_SHAM,
    BY_STATEMENT,
    FREE,
    HELD,
    HOUR_OF_ARREST,
    IN_NO_CHAIN,
    LAST_OF_CHAIN,
    N_ACTS,
    N_ARRESTS,
    N_MEMBERS_ARRESTED,
    N_OFF_FILE,
    N_OFF_REGISTER,
    N_OPEN_NAMED,
    N_SENIOR_ARRESTS,
    NO_OUTCOME,
    OF_NOBODY,
    OF_REGISTER,
    OF_SUSPECTS,
)
from greatfear.simulation.kernels.index import find_or_add
from greatfear.simulation.kernels.leads import pop, push
from greatfear.simulation.kernels.route import board_of
from greatfear.world.people import member_of, walk_list

__all__ = ["arrest_all", "ask", "quotas", "schedule", "take_all"]

_QUOTA, _CATEGORY, _PRESSED, _HOUR, _DELAY = (
    int(Purpose.QUOTA), int(Purpose.CATEGORY), int(Purpose.PRESSED), int(Purpose.HOUR), int(Purpose.DELAY),
)  # fmt: skip
_REQUEST, _ANSWER = int(Purpose.REQUEST), int(Purpose.ANSWER)


@lean_kernel
def _running(campaigns, g, r, day):
    """Return whether source g draws arrests in region r today."""
    return campaigns.source[g].start <= day < campaigns.source[g].end and day >= campaigns.starts[g, r]


@lean_kernel
def _open_places(desk, g, r, category):
    """Return how many places of a limit are open; an office that exceeded it has none."""
    return max(0, desk.places[g, r, category] - desk.used[g, r, category])


@lean_kernel
def _rounded(world, g, r, day, mean):
    """Return a whole number with the given mean: rounded down, or up with the probability of the rest."""
    whole = math.floor(mean)
    return int(whole) + (1 if uniform(world.keys[_QUOTA], r, g, day) < mean - whole else 0)


@lean_kernel
def _wanted(world, state, rules, today, g, r, left):
    """Return how many persons source g would draw in region r today if the list were long enough."""
    source, campaigns = rules.campaigns.source[g], rules.campaigns
    # an order is spread evenly over its days, a whole person at a time
    if g >= campaigns.operations:
        k, n = today.day - source.start, campaigns.total[g, r]
        return n * (k + 1) // source.span - n * k // source.span if 0 <= k < source.span else 0
    if today.halted or not _running(campaigns, g, r, today.day):
        return 0
    # an operation begins with a rush
    since = today.day - max(source.start, campaigns.starts[g, r])
    rush = source.surge if since < source.surge_days else 1.0
    # under a limit an office works off its open places at a pace; without one, everybody listed runs the same risk
    if source.limited:
        free = _open_places(state.desk, g, r, 0) + _open_places(state.desk, g, r, 1)
        return min(free, _rounded(world, g, r, today.day, today.zeal * rush * free / source.pace))
    return poisson(world.keys[_QUOTA], r, g, today.day, source.hazard * today.zeal * rush * left)


@lean_kernel
def quotas(world, state, rules, today):
    """Write how many persons each source is to draw in each region today, and return the sum."""
    total, line = 0, state.desk.line
    for g in range(rules.campaigns.source.size):
        for r in range(world.regions):
            left = rules.campaigns.cut[g, r, -1] - line[g, r].pointer
            line[g, r].quota = min(_wanted(world, state, rules, today, g, r, left), left)
            total += line[g, r].quota
    return total


@lean_kernel
def _take(world, state, rules, day, row, source, cause):
    """Arrest one person: the act, the category, and the day of the sitting or of the sentence."""
    person, speakers = state.people[row].id, state.history.person[row].speakers
    one, r, meter = state.people[row], person >> 32, state.meter
    one.status, one.arrested, one.source, one.evidence = HELD, day, source, speakers
    # counters, so that nobody need go through all cases to know how many there are
    state.desk.office[r].held += 1
    state.desk.office[r].arrests_today += 1
    meter[N_ARRESTS] += 1
    # the centre tells arrests of suspects from those off a register
    file = rules.campaigns.source[source].file if cause in (BY_REGISTER, BY_ORDER) else OF_NOBODY
    if one.filed or file == OF_SUSPECTS:
        meter[N_OFF_FILE] += 1
    elif file == OF_REGISTER:
        meter[N_OFF_REGISTER] += 1
    if world.seniority[one.stratum] >= 1.0:
        meter[N_SENIOR_ARRESTS] += 1
    if world.organisation.size > 0 and member_of(world, person)[0] >= 0:
        meter[N_MEMBERS_ARRESTED] += 1
    if state.history.person[row].named > 0:
        meter[N_OPEN_NAMED] -= 1
    # the act says what the arrest rests on, and how many had spoken against the person by then
    act = state.acts[meter[N_ACTS]]
    meter[N_ACTS] += 1
    act.time, act.person, act.kind = day + uniform(world.keys[_HOUR], person, day, HOUR_OF_ARREST), row, ARREST
    act.cause, act.source, act.statement = cause, source, one.first if cause == BY_STATEMENT else -1
    act.board, act.outcome, act.pressure, act.sitting = -1, NO_OUTCOME, math.nan, -1
    act.evidence, act.office = speakers, r
    # an operation has its own share of persons to be questioned, and one with limits sorts them into categories
    pressed = rules.pressed
    if 0 <= source < rules.campaigns.operations:
        pressed = rules.campaigns.source[source].pressed
        if rules.campaigns.source[source].limited:
            _categorise(world, state, r, row, source)
    # who is to be questioned waits for the sitting, everybody else for the sentence
    if uniform(world.keys[_PRESSED], person, 0, 0) < pressed:
        _sit_on(state, day + rules.wait, row)
    if one.after == IN_NO_CHAIN:
        schedule(world, state, rules, day, day, row)


@lean_kernel
def _categorise(world, state, r, row, source):
    """Put a case into a category in proportion to the places that are open."""
    first, second = _open_places(state.desk, source, r, 0), _open_places(state.desk, source, r, 1)
    drawn = uniform(world.keys[_CATEGORY], state.people[row].id, source, 0)
    category = 0 if drawn * (first + second) < first else 1
    state.people[row].category = category
    state.desk.used[source, r, category] += 1


@lean_kernel
def _sit_on(state, day, row):
    """Enter a person for a sitting; a day past the end is never reached."""
    date = state.desk.calendar[min(day, state.desk.calendar.size - 1)]
    state.people[row].after = date.sit_head if date.sit_head >= 0 else LAST_OF_CHAIN
    date.sit_head = row
    date.sit_count += 1


@lean_kernel
def _judge_on(state, day, row):
    """Enter a person for a sentence; a day past the end is never reached."""
    date = state.desk.calendar[min(day, state.desk.calendar.size - 1)]
    state.people[row].after = date.judge_head if date.judge_head >= 0 else LAST_OF_CHAIN
    date.judge_head = row
    date.judge_count += 1


@lean_kernel
def schedule(world, state, rules, arrested, day, row):
    """Set the day of the sentence: that of the board on which the case would fall today, at the earliest tomorrow."""
    board = board_of(world, state, rules, day, row)
    if board < 0:
        return
    table = rules.boards.table[board]
    spread = max(table.delay - table.least, 0.0)
    delay = table.least + spread * exponential(world.keys[_DELAY], state.people[row].id, 0, 0)
    _judge_on(state, max(day + 1, arrested + int(min(delay, 1e6))), row)


@lean_kernel
def _covering(state, rules, today, r, stratum):
    """Return the first running operation that takes a lead on this stratum here, -1 for none."""
    campaigns, desk = rules.campaigns, state.desk
    if today.halted:
        return -1
    for g in range(campaigns.operations):
        # an operation takes a lead where it covers the stratum, runs here, and has a list here
        if not campaigns.source[g].takes_leads or not campaigns.covers[g, stratum]:
            continue
        if not _running(campaigns, g, r, today.day) or campaigns.cut[g, r, -1] == 0:
            continue
        if not campaigns.source[g].limited or _open_places(desk, g, r, 0) + _open_places(desk, g, r, 1) > 0:
            return g
    return -1


@lean_kernel
def _best(state, r, evidence):
    """Remove stale leads and those with too little evidence; return the best that holds, -1 for none."""
    office = state.desk.office[r]
    while office.root >= 0:
        node = office.root
        row = state.log[node].subject
        # a lead is stale where a newer statement against the same person stands in the heap too
        is_fresh = state.people[row].status == FREE and state.log[node].key == state.people[row].score
        if is_fresh and state.history.person[row].speakers >= evidence:
            return node
        office.root = pop(state.log, node)
    return -1


@lean_kernel
def _lay_out_prompts(state, rules, r, evidence):
    """Lay out the best open leads for the interrogators, and put them back."""
    kept, nodes, office = 0, state.desk.prompt[r], state.desk.office[r]
    # only taking the best one out shows the next best
    while kept < rules.prompted:
        node = _best(state, r, evidence)
        if node < 0:
            break
        office.root = pop(state.log, node)
        nodes[kept] = node
        kept += 1
    # back they go, and persons stand where leads stood
    for p in range(kept):
        node = nodes[p]
        office.root = push(state.log, office.root, node, state.log[node].key)
        nodes[p] = state.log[node].subject
    office.prompt_count = kept


@lean_kernel
def _draw_lists(world, state, rules, day, r, places):
    """Arrest today's quotas from registers and orders in one region, as far as its prison places go."""
    campaigns = rules.campaigns
    for g in range(campaigns.source.size):
        line, cut = state.desk.line[g, r], campaigns.cut[g, r]
        wanted = min(line.quota, places)
        is_order = g >= campaigns.operations
        # a turn of a list may be empty, or name somebody who was arrested before: the next one takes the place
        while wanted > 0 and line.pointer < cut[-1]:
            person = walk_list(world, g, r, cut, line.pointer, is_order)
            line.pointer += 1
            if person < 0:
                continue
            row = find_or_add(world, state, person)
            if state.people[row].status == FREE:
                _take(world, state, rules, day, row, g, BY_ORDER if is_order else BY_REGISTER)
                wanted -= 1
                places -= 1


@lean_kernel
def arrest_all(world, state, rules, today):
    """Arrest from leads in the order of score, then from registers and orders, in every region, within the prison places."""
    for r in range(world.regions):
        size = world.region[r].size
        places = max(0, int(rules.custody * size * 1e-5) - state.desk.office[r].held)
        budget = _rounded(world, BY_BUDGET, r, today.day, rules.arrests * today.arrest_factor * size * 1e-5)
        # the office's own cases come first: the best leads, as far as its hands and its cells go
        for _ in range(min(places, budget)):
            node = _best(state, r, today.evidence)
            if node < 0:
                break
            state.desk.office[r].root = pop(state.log, node)
            row = state.log[node].subject
            source = _covering(state, rules, today, r, state.people[row].stratum)
            _take(world, state, rules, today.day, row, source, BY_STATEMENT)
            places -= 1
        # what is still open is held out to those who are questioned today
        if rules.prompted > 0:
            _lay_out_prompts(state, rules, r, today.evidence)
        _draw_lists(world, state, rules, today.day, r, places)


@lean_kernel
def take_all(world, state, rules, day, persons, taken):
    """Arrest persons named in the file of a sham organisation; write 0 in `taken` for those who were arrested before."""
    for s in range(persons.size):
        row = find_or_add(world, state, persons[s])
        taken[s] = state.people[row].status == FREE
        if taken[s]:
            _take(world, state, rules, day, row, -1, BY_SHAM)


@lean_kernel
def ask(world, state, rules, today):
    """Let regions that have used most of their places ask for more, and the centre answer after its delay.

    `today.favour` multiplies the chance that a request is granted.
    """
    campaigns, desk, day = rules.campaigns, state.desk, today.day
    for g in range(campaigns.operations):
        if not campaigns.source[g].limited or today.halted:
            continue
        threshold, chance, size, first, granted, delay, until = campaigns.ask[g]
        for r in range(world.regions):
            line, places = desk.line[g, r], desk.places[g, r, 0] + desk.places[g, r, 1]
            # the answer to an earlier request comes today: more places, shared out between the categories
            if line.answer == day:
                line.answer = -1
                if uniform(world.keys[_ANSWER], r, g, day) < granted * today.favour:
                    more = max(1, int(size * places))
                    one = int(round(more * first))  # noqa: RUF046  compiled round gives a float
                    desk.places[g, r, 0] += one
                    desk.places[g, r, 1] += more - one
            # a region asks when few places are left and no answer is on its way
            elif day < until and line.answer < 0 and places > 0 and _running(campaigns, g, r, day):
                used = desk.used[g, r, 0] + desk.used[g, r, 1]
                asks = uniform(world.keys[_REQUEST], r, g, day) < min(1.0, chance * today.zeal)
                if used >= threshold * places and asks:
                    line.answer = day + max(1, int(delay))
