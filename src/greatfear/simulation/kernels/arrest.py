"""Kernels: arrests from leads, from registers and from orders, as far as capacity, staff and prison places go."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws import Purpose, exponential, poisson, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.simulation.codes import (
    ARREST,
    BOUND_ARRESTS,
    BOUND_CUSTODY,
    BOUND_PLACES,
    BOUND_REGISTERS,
    BOUND_STAFF,
    BY_BUDGET,
    BY_ORDER,
    BY_REGISTER,
    BY_SHAM,
    BY_STATEMENT,
    FREE,
    HELD,
    HOUR_OF_ARREST,
    IN_NO_CHAIN,
    INTERROGATION,
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
from greatfear.simulation.kernels.index import fetch_entry, find_or_add
from greatfear.simulation.kernels.leads import pop, push
from greatfear.simulation.kernels.places import is_open, open_places, running
from greatfear.simulation.kernels.route import board_of
from greatfear.world.people import member_of, walk_list

_QUOTA, _CATEGORY, _PRESSED, _HOUR, _DELAY = (
    int(Purpose.QUOTA), int(Purpose.CATEGORY), int(Purpose.PRESSED), int(Purpose.HOUR), int(Purpose.DELAY),
)  # fmt: skip


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
    if today.halted or not running(rules, today, g, r):
        return 0
    if left == 0 and campaigns.cut[g, r, -1] > 0:
        state.desk.office[r].bound |= BOUND_REGISTERS
    # an operation begins with a rush
    since = today.day - max(source.start, campaigns.starts[g, r])
    rush = source.surge if since < source.surge_days else 1.0
    # under a limit an office works off its open places at a pace; without one, everybody listed runs the same risk
    if source.limited:
        free = open_places(state.desk, g, r, 0) + open_places(state.desk, g, r, 1)
        if free == 0 and campaigns.cut[g, r, -1] > 0:
            state.desk.office[r].bound |= BOUND_PLACES
        return min(free, _rounded(world, g, r, today.day, today.zeal * rush * free / source.pace))
    return poisson(world.keys[_QUOTA], r, g, today.day, today.hazard[g] * today.zeal * rush * left)


@lean_kernel
def quotas(world, state, rules, today):
    """Write how many persons each source is to draw in each region today, and return the sum."""
    total, line = 0, state.desk.line
    state.desk.office.bound[:] = 0
    for g in range(rules.campaigns.source.size):
        for r in range(world.regions):
            left = rules.campaigns.cut[g, r, -1] - line[g, r].pointer
            wanted = _wanted(world, state, rules, today, g, r, left)
            if wanted > left:
                state.desk.office[r].bound |= BOUND_REGISTERS
            line[g, r].quota = min(wanted, left)
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
            categorise(world, state, rules, r, row, source)
    # who is to be questioned waits for the sitting, everybody else for the sentence
    if uniform(world.keys[_PRESSED], person, 0, 0) < pressed:
        _sit_on(state, day + rules.wait, row)
    if one.after == IN_NO_CHAIN:
        schedule(world, state, rules, day, day, row)


@lean_kernel
def categorise(world, state, rules, r, row, source):
    """Put a case into a category: the first one first, or in proportion to the places that are open."""
    first, second = open_places(state.desk, source, r, 0), open_places(state.desk, source, r, 1)
    # where the order has the first category taken first, it gets the case as long as it has places
    ahead = rules.campaigns.source[source].first_ahead
    if first > 0 and ahead > 0.0 and uniform(world.keys[_CATEGORY], state.people[row].id, source, 1) < ahead:
        state.people[row].category = 0
        state.desk.used[source, r, 0] += 1
        return
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
    # a board that takes the first category first leaves the second one waiting
    wait = table.delay + (table.second_wait if state.people[row].category == 1 else 0.0)
    spread = max(wait - table.least, 0.0)
    delay = table.least + spread * exponential(world.keys[_DELAY], state.people[row].id, 0, 0)
    _judge_on(state, max(day + 1, arrested + int(min(delay, 1e6))), row)


@lean_kernel
def _covering(state, rules, today, r, row):
    """Return the operation that takes a lead here: that of the case that gave it, the first that covers the stratum, or -1."""
    campaigns, stratum, first = rules.campaigns, state.people[row].stratum, state.people[row].first
    if today.halted:
        return -1
    # a file that is built as a network takes in whom its own cases name, whatever the stratum
    if state.log[first].channel == INTERROGATION:
        own = state.people[state.log[first].speaker].source
        if (
            0 <= own < campaigns.operations
            and campaigns.source[own].takes_named
            and is_open(state, rules, today, own, r)
        ):
            return own
    for g in range(campaigns.operations):
        # an operation takes a lead where it covers the stratum
        if campaigns.source[g].takes_leads and campaigns.covers[g, stratum] and is_open(state, rules, today, g, r):
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
def _cost(rules, today, source):
    """Return the investigator-days that an arrest for a source takes on average: filing, and questioning of the share pressed."""
    pressed = rules.pressed
    if 0 <= source < rules.campaigns.operations:
        pressed = rules.campaigns.source[source].pressed
    return rules.filing + pressed * today.case_days


@lean_kernel
def _on_turn(world, state, rules, g, r):
    """Return who stands on a list now, -1 for an empty line or its end, and ask memory for the entry of that person."""
    campaigns, turn, cut = rules.campaigns, state.desk.line[g, r].pointer, rules.campaigns.cut[g, r]
    if turn >= cut[-1]:
        return np.int64(-1)
    # a list that the scenario gives is worked off from the top, any other in its keyed order
    if campaigns.given[g, r] >= 0:
        person = campaigns.persons[campaigns.given[g, r] + turn]
    else:
        person = walk_list(world, g, r, cut, turn, g >= campaigns.operations)
    fetch_entry(state.rows, person)
    return person


@lean_kernel
def _draw_one(world, state, rules, day, g, r, following):
    """Arrest the next free person on a list; return whether there was one, and who follows.

    `following` is who stands on the list now: one looks a turn ahead, since everybody lies far away in memory.
    """
    line, most, is_order = state.desk.line[g, r], rules.campaigns.cut[g, r, -1], g >= rules.campaigns.operations
    # a turn of a list may be empty, or name somebody who was arrested before: the next one takes the place
    while line.pointer < most:
        person = following
        line.pointer += 1
        following = _on_turn(world, state, rules, g, r)
        if person < 0:
            continue
        # who was arrested before stays as he is
        row = find_or_add(world, state, person)
        if state.people[row].status == FREE:
            _take(world, state, rules, day, row, g, BY_ORDER if is_order else BY_REGISTER)
            return True, following
    return False, following


@lean_kernel
def _draw_lists(world, state, rules, today, r, places, days):
    """Arrest today's quotas from registers and orders in one region, as far as its places and its staff go."""
    office = state.desk.office[r]
    for g in range(rules.campaigns.source.size):
        # an order from above is carried out on its day, whatever else must wait for it
        counted = rules.counts_staff and g < rules.campaigns.operations
        wanted, cost = state.desk.line[g, r].quota, _cost(rules, today, g)
        if wanted > places:
            office.bound |= BOUND_CUSTODY
        # the list is drawn from until quota, staff or the list itself ends; what bound is noted
        following = _on_turn(world, state, rules, g, r) if wanted > 0 else np.int64(-1)
        for _ in range(min(wanted, places)):
            if counted and days <= 0.0:
                office.bound |= BOUND_STAFF
                break
            is_drawn, following = _draw_one(world, state, rules, today.day, g, r, following)
            if not is_drawn:
                office.bound |= BOUND_REGISTERS
                break
            state.desk.calendar[today.day].listed += 1
            places -= 1
            days -= cost
    # the last case may take more than was left: tomorrow has less
    office.list_debt = min(0.0, days)


@lean_kernel
def _follow_leads(world, state, rules, today, r, places, days):
    """Arrest the best leads of a region as far as capacity, staff and prison places go; return the places that are left."""
    office, course, size = state.desk.office[r], state.desk.calendar[today.day], rules.reckoned[r]
    budget = _rounded(world, BY_BUDGET, r, today.day, rules.arrests * today.arrest_factor * size * 1e-5)
    taken = 0
    while True:
        node = _best(state, r, today.evidence)
        if node < 0:
            break
        # somebody could be arrested: what keeps the office from it is told
        if places <= 0:
            office.bound |= BOUND_CUSTODY
            break
        if taken >= budget:
            office.bound |= BOUND_ARRESTS
            break
        if rules.counts_staff and days <= 0.0:
            office.bound |= BOUND_STAFF
            break
        # the best lead becomes a case; what it waited and cost is counted
        office.root = pop(state.log, node)
        row = state.log[node].subject
        source = _covering(state, rules, today, r, row)
        _take(world, state, rules, today.day, row, source, BY_STATEMENT)
        course.on_leads += 1
        course.waited += today.day - math.floor(state.log[state.people[row].first].time)
        days -= _cost(rules, today, source)
        taken += 1
        places -= 1
    office.case_debt = min(0.0, days)
    return places


@lean_kernel
def arrest_all(world, state, rules, today):
    """Arrest from leads in the order of score, then from registers and orders, in every region, within the prison places."""
    bound = state.desk.calendar[today.day].bound
    for r in range(world.regions):
        size, office = rules.reckoned[r], state.desk.office[r]
        places = max(0, int(rules.custody * size * 1e-5) - office.held)
        # lists are served first, but leave a share of the staff to cases: their days are set aside before leads are followed
        need = 0.0
        for g in range(rules.campaigns.source.size):
            need += state.desk.line[g, r].quota * _cost(rules, today, g)
        days = today.hands * size * 1e-5
        room = (1.0 - rules.kept) * days + office.list_debt
        left = days - min(need, max(0.0, room)) + office.case_debt
        places = _follow_leads(world, state, rules, today, r, places, left)
        # what is still open is held out to those who are questioned today
        if rules.prompted > 0:
            _lay_out_prompts(state, rules, r, today.evidence)
        _draw_lists(world, state, rules, today, r, places, room)
        for k in range(bound.size):
            bound[k] += (office.bound >> k) & 1


@lean_kernel
def take_all(world, state, rules, day, persons, taken):
    """Arrest persons named in the file of a sham organisation; write 0 in `taken` for those who were arrested before."""
    for s in range(persons.size):
        row = find_or_add(world, state, persons[s])
        taken[s] = state.people[row].status == FREE
        if taken[s]:
            _take(world, state, rules, day, row, -1, BY_SHAM)


@lean_kernel
def take_named(world, state, rules, day, persons, source):
    """Arrest persons whom an order names, as cases of that order; who was arrested before stays as he is."""
    for s in range(persons.size):
        row = find_or_add(world, state, persons[s])
        if state.people[row].status == FREE:
            _take(world, state, rules, day, row, source, BY_ORDER)
