"""Kernels: what an office writes down of what was said, and the leads it makes of it."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, forth, integer, subkey, uniform
from greatfear.draws._ahead import fetch
from greatfear.draws._jit import lean_kernel
from greatfear.naming.history import fetch_pair, fetch_person
from greatfear.naming.statistics import note
from greatfear.simulation.codes import (
    ACCIDENT,
    ACCIDENT_TURNS,
    CONFESSED,
    DENIED,
    FREE,
    HOUR_OF_ACCIDENT,
    INTERROGATION,
    N_ACTS,
    N_CONFESSIONS,
    N_FILED,
    N_NAMED_NEW,
    N_OPEN_NAMED,
    N_STATEMENTS,
    N_TRUE_NEW,
    NO_CAUSE,
    NO_MOTIVE,
    RING,
    SITTING,
)
from greatfear.simulation.kernels.index import fetch_entry, find, find_or_add
from greatfear.simulation.kernels.leads import add_score, push
from greatfear.world.people import lives_at_home, member_of

_HOUR, _CONFESSION = int(Purpose.HOUR), int(Purpose.CONFESSION)
_AHEAD = 32
"""Speakers whose names are looked up together."""
_PLACE, _SUSPICION, _SABOTAGE = int(Purpose.PLACE), int(Purpose.SUSPICION), int(Purpose.SABOTAGE)


@lean_kernel
def _is_member(world, person):
    """Return whether a person is a member of a real organisation."""
    return world.organisation.size > 0 and member_of(world, person)[0] >= 0


@lean_kernel
def _write(world, state, rules, day, i, j, fields):
    """Write one statement, update history and the lead against its subject; return its number.

    Parameters
    ----------
    i, j : int
        Rows of speaker (-1: none) and subject.
    fields : tuple
        Time, channel, pressure, prompted, sitting, office, log-probability, motive.
    """
    e, person = state.meter[N_STATEMENTS], state.people[j].id
    state.meter[N_STATEMENTS] = e + 1
    one = state.log[e]
    one.speaker, one.subject = i, j
    one.time, one.channel, one.pressure, one.prompted, one.sitting, one.office, one.logp, one.motive = fields
    is_true = _is_member(world, person)
    one.true_lead = 1 if is_true else 0
    if state.history.person[j].named == 0:
        _make_known(state, day, e, j, is_true)
    # the centre files a name once; a person named when in custody is on file, but not at large
    if rules.counts[one.channel] and state.people[j].filed == 0:
        state.people[j].filed = 1
        if state.people[j].status == FREE:
            state.meter[N_FILED] += 1
    note(state.history, e, i, j)
    # nobody can go and fetch a person who lives abroad or never lived; a person seen at an attempt is there
    weight, channel = rules.log_weight[one.channel], one.channel
    can_be_fetched = channel == ACCIDENT or lives_at_home(world, person)
    if state.people[j].status == FREE and weight > -math.inf and can_be_fetched:
        # weights fade by the same factor everywhere: adding what is newer to the log keeps the order of leads
        state.people[j].score = add_score(state.people[j].score, weight + day / rules.memory)
        office = state.desk.office[person >> 32]
        office.root = push(state.log, office.root, e, state.people[j].score)
    return e


@lean_kernel
def _make_known(state, day, e, j, is_true):
    """Note that person j is named for the first time, by statement e: the office of the region has heard of j."""
    r = state.people[j].id >> 32
    state.people[j].first = e
    # of all the names it ever heard an office keeps the latest in mind
    office, place = state.desk.office[r], state.desk.office[r].notorious_count % RING
    state.desk.notorious[r, place], state.desk.notorious_day[r, place] = j, day
    office.notorious_count += 1
    # counters that the centre reads
    state.meter[N_NAMED_NEW] += 1
    if is_true:
        state.meter[N_TRUE_NEW] += 1
    if state.people[j].status == FREE:
        state.meter[N_OPEN_NAMED] += 1


@lean_kernel
def _look_up(state, said, first, last):
    """Write the rows of the names that some speakers give, -1 for who is not in the record yet, in place of the choices."""
    # looking far away in memory overlaps where all is fetched first: the entries of the names
    for s in range(first, last):
        for turn in range(said.found[s]):
            fetch_entry(state.rows, said.name[s, turn])
    # and then what is noted of speakers and named
    for s in range(first, last):
        i = said.row[s]
        fetch(state.people, i)
        fetch_person(state.history, i)
        for turn in range(said.found[s]):
            j = find(state.rows, said.name[s, turn])
            said.chosen[s, turn] = j
            fetch(state.people, j)
            fetch_person(state.history, j)
            if state.history.size[1] > 0:
                fetch_pair(state.history, i, j)


@lean_kernel
def hear(world, state, rules, today, total, said):
    """Write all of today's statements, an act for every sitting with its confession or denial, and today's accidents."""
    day = today.day
    for s in range(total):
        if s % _AHEAD == 0:
            _look_up(state, said, s, min(s + _AHEAD, total))
        person, channel, i = said.person[s], said.channel[s], said.row[s]
        is_sitting = channel == INTERROGATION
        time, office = day + uniform(world.keys[_HOUR], person, day, channel), person >> 32
        # a sitting is written down even where it yields no name
        if is_sitting:
            _sit(world, state, rules, today.pressure, time, i, said.sitting[s])
        if said.found[s] > 0 and i < 0:
            i = find_or_add(world, state, person)
        # the names in the order in which they were given
        for turn in range(said.found[s]):
            j = said.chosen[s, turn]
            if j < 0:
                j = find_or_add(world, state, said.name[s, turn])
            pressure, prompted = (today.pressure, said.held_out[s, turn]) if is_sitting else (math.nan, -1)
            fields = (time, channel, pressure, prompted, said.sitting[s], office, said.logp[s, turn], said.motive[s])
            e = _write(world, state, rules, day, i, j, fields)
            for basis in range(said.share.shape[2]):
                state.share[e, basis] = said.share[s, turn, basis]
    for r in range(world.regions):
        for turn in range(state.desk.office[r].accidents):
            _strike(world, state, rules, day, r, turn)


@lean_kernel
def _sit(world, state, rules, pressure, time, row, sitting):
    """Write the act of a sitting."""
    one = state.people[row]
    member = 1.0 if _is_member(world, one.id) else 0.0
    odds = rules.confess_base + rules.confess_pressure * pressure + rules.confess_member * member
    confessed = uniform(world.keys[_CONFESSION], one.id, 0, one.sat) < 1.0 / (1.0 + math.exp(-odds))
    if confessed:
        one.confessed = 1
        state.meter[N_CONFESSIONS] += 1
    # the act shares number and time with the statements of its sitting
    act = state.acts[state.meter[N_ACTS]]
    state.meter[N_ACTS] += 1
    act.time, act.person, act.kind, act.cause = time, row, SITTING, NO_CAUSE
    act.statement, act.source, act.board = -1, one.source, -1
    act.outcome = CONFESSED if confessed else DENIED
    act.pressure, act.sitting = pressure, sitting
    act.evidence, act.office = state.history.person[row].speakers, one.id >> 32


@lean_kernel
def _suspicion(state, rules, r):
    """Return the probability that an accident is read as sabotage: fear raises its odds."""
    chance = rules.suspicion
    if rules.suspicion_fear == 0.0 or not 0.0 < chance < 1.0:
        return chance
    odds = math.log(chance / (1.0 - chance)) + rules.suspicion_fear * state.desk.office[r].fear
    return 1.0 / (1.0 + math.exp(-odds))


@lean_kernel
def _strike(world, state, rules, day, r, turn):
    """Let an accident happen in a unit of region r; if it is read as sabotage, open leads against persons of the unit."""
    if uniform(world.keys[_SUSPICION], r, day, turn) >= _suspicion(state, rules, r):
        return
    # some unit, and as many of its people as the rule asks for, in a random order of the accident's own
    units = -(-world.region[r].size // world.unit)
    base = integer(world.keys[_PLACE], r, day, turn, units) * world.unit
    count = min(world.unit, world.region[r].size - base)
    key = subkey(subkey(world.keys[_SABOTAGE], base + r), day * ACCIDENT_TURNS + turn)
    time = day + uniform(world.keys[_HOUR], r, day, HOUR_OF_ACCIDENT + turn)
    for m in range(min(rules.accident_subjects, count)):
        j = find_or_add(world, state, (r << 32) | (base + forth(key, m, count)))
        fields = (time, ACCIDENT, math.nan, -1, -1, r, math.nan, NO_MOTIVE)
        _write(world, state, rules, day, -1, j, fields)


@lean_kernel
def tell(world, state, rules, day, told, rows):
    """Write statements that reach the office of the subject's region by other ways; note the row of each in `rows`.

    Parameters
    ----------
    told : Told
        Columns `speaker` (-1: none), `subject`, `channel`, `hour`, `motive`.
    """
    for s in range(told.subject.size):
        i = find_or_add(world, state, told.speaker[s]) if told.speaker[s] >= 0 else -1
        j = find_or_add(world, state, told.subject[s])
        office = told.subject[s] >> 32
        fields = (day + told.hour[s], told.channel[s], math.nan, -1, -1, office, math.nan, told.motive[s])
        rows[s] = _write(world, state, rules, day, i, j, fields)
