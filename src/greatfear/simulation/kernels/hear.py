"""Kernels: what an office writes down of what was said, and the leads it makes of it."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, forth, integer, poisson, subkey, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.naming.statistics import fade, note
from greatfear.simulation.kernels.index import find_or_add
from greatfear.simulation.kernels.leads import add_score, push
from greatfear.simulation.kernels.plan import ACCIDENT, INTERROGATION
from greatfear.world.people import lives_at_home, member_of

__all__ = ["fade_windows", "hear", "strike", "tell"]

_HOUR, _CONFESSION = int(Purpose.HOUR), int(Purpose.CONFESSION)
_ACCIDENTS, _PLACE, _SUSPICION, _SABOTAGE = (
    int(Purpose.ACCIDENTS), int(Purpose.PLACE), int(Purpose.SUSPICION), int(Purpose.SABOTAGE),
)  # fmt: skip
PEOPLE, STATEMENTS, ACTS, OPEN_NAMED, NAMED_NEW, TRUE_NEW, FILED, CONFESSIONS = 0, 1, 2, 4, 6, 7, 10, 13
ACT_INTERROGATION, CAUSE_NONE = 2, 4
CONFESSED, DENIED = 5, 6
RING = 4096


@lean_kernel
def _write(world, people, log, history, desk, meter, rules, day, i, j, fields):
    """Write one statement, update history and the lead against its subject; return its number."""
    e = meter[STATEMENTS]
    meter[STATEMENTS] = e + 1
    log[e].speaker, log[e].subject = i, j
    time, channel, pressure, prompted, sitting, office, logp, motive = fields
    log[e].time, log[e].channel, log[e].pressure, log[e].prompted = time, channel, pressure, prompted
    log[e].sitting, log[e].office, log[e].logp, log[e].motive = sitting, office, logp, motive
    real = world.organisation.size > 0 and member_of(world, people[j].id)[0] >= 0
    log[e].true_lead = 1 if real else 0
    if history.person[j].named == 0:
        people[j].first = e
        r = people[j].id >> 32
        place = desk.office[r].notorious_count % RING
        desk.notorious[r, place] = j
        desk.notorious_day[r, place] = day
        desk.office[r].notorious_count += 1
        meter[NAMED_NEW] += 1
        if real:
            meter[TRUE_NEW] += 1
        if people[j].status == 0:
            meter[OPEN_NAMED] += 1
    if rules.counts[channel] and people[j].filed == 0:  # who is named when in custody is on file, but not at large
        people[j].filed = 1
        if people[j].status == 0:
            meter[FILED] += 1
    note(history, e, i, j)
    weight = rules.log_weight[channel]
    # nobody can go and fetch a person who lives abroad or never lived; whoever is seen at an attempt is there
    reachable = channel == ACCIDENT or lives_at_home(world, people[j].id)
    if people[j].status == 0 and weight > -math.inf and reachable:
        people[j].score = add_score(people[j].score, weight + day / rules.memory)
        r = people[j].id >> 32
        desk.office[r].root = push(log, desk.office[r].root, e, people[j].score)
    return e


@lean_kernel
def hear(world, people, index, log, acts, history, desk, meter, rules, day, pressure, total, said):
    """Write all of today's statements, and an act for every sitting with its confession or denial."""
    for s in range(total):
        person, channel = said.person[s], said.channel[s]
        time = day + uniform(world.keys[_HOUR], person, day, channel)
        held = math.nan if channel != INTERROGATION else pressure
        office = person >> 32
        i = said.row[s]
        if channel == INTERROGATION:
            _sit(world, people, acts, history, meter, rules, time, pressure, i, said.sitting[s])
        if said.found[s] > 0 and i < 0:
            i = find_or_add(world, people, index, meter, person)
        for turn in range(said.found[s]):
            j = find_or_add(world, people, index, meter, said.name[s, turn])
            prompted = said.held_out[s, turn] if channel == INTERROGATION else -1
            fields = (time, channel, held, prompted, said.sitting[s], office, said.logp[s, turn], said.motive[s])
            _write(world, people, log, history, desk, meter, rules, day, i, j, fields)


@lean_kernel
def _sit(world, people, acts, history, meter, rules, time, pressure, row, sitting):
    """Write the act of a sitting."""
    person = people[row].id
    member = 1.0 if world.organisation.size > 0 and member_of(world, person)[0] >= 0 else 0.0
    odds = rules.confess_base + rules.confess_pressure * pressure + rules.confess_member * member
    confessed = uniform(world.keys[_CONFESSION], person, 0, people[row].sat) < 1.0 / (1.0 + math.exp(-odds))
    a = meter[ACTS]
    meter[ACTS] = a + 1
    acts[a].time, acts[a].person, acts[a].kind, acts[a].cause = time, row, ACT_INTERROGATION, CAUSE_NONE
    acts[a].statement, acts[a].source, acts[a].board = -1, people[row].source, -1
    acts[a].outcome = CONFESSED if confessed else DENIED
    if confessed:
        people[row].confessed = 1
        meter[CONFESSIONS] += 1
    acts[a].pressure, acts[a].sitting = pressure, sitting
    acts[a].evidence, acts[a].office = history.person[row].speakers, person >> 32


@lean_kernel
def strike(world, people, index, log, history, desk, meter, rules, day, r, turn):
    """Let an accident happen in a unit of region r; if it is read as sabotage, open leads against persons of the unit."""
    odds = rules.suspicion
    if rules.suspicion_fear != 0.0 and 0.0 < odds < 1.0:
        odds = 1.0 / (1.0 + math.exp(-(math.log(odds / (1.0 - odds)) + rules.suspicion_fear * desk.office[r].fear)))
    if uniform(world.keys[_SUSPICION], r, day, turn) >= odds:
        return
    units = -(-world.region[r].size // world.unit)
    base = integer(world.keys[_PLACE], r, day, turn, units) * world.unit
    count = min(world.unit, world.region[r].size - base)
    key = subkey(subkey(world.keys[_SABOTAGE], base + r), day * 64 + turn)
    time = day + uniform(world.keys[_HOUR], r, day, 100 + turn)
    for m in range(min(rules.accident_subjects, count)):
        j = find_or_add(world, people, index, meter, (r << 32) | (base + forth(key, m, count)))
        fields = (time, ACCIDENT, math.nan, -1, -1, r, math.nan, 5)
        _write(world, people, log, history, desk, meter, rules, day, -1, j, fields)


@lean_kernel
def tell(
    world, people, index, log, history, desk, meter, rules, day, speaker, subject, channel, hour, motive, rows
):  # fmt: skip
    """Write statements that reach the office of the subject's region by other ways; note the row of each in `rows`."""
    for s in range(subject.size):
        i = find_or_add(world, people, index, meter, speaker[s]) if speaker[s] >= 0 else -1
        j = find_or_add(world, people, index, meter, subject[s])
        fields = (day + hour[s], channel[s], math.nan, -1, -1, subject[s] >> 32, math.nan, motive[s])
        rows[s] = _write(world, people, log, history, desk, meter, rules, day, i, j, fields)


@lean_kernel
def count_accidents(world, rules, day, counts):
    """Write how many accidents each region has today and return the sum."""
    total = 0
    for r in range(world.regions):
        counts[r] = poisson(world.keys[_ACCIDENTS], r, day, 0, rules.accident_rate * world.region[r].size * 1e-6)
        total += counts[r]
    return total


@lean_kernel
def strike_all(world, people, index, log, history, desk, meter, rules, day, counts):
    """Let today's accidents happen."""
    for r in range(world.regions):
        for turn in range(counts[r]):
            strike(world, people, index, log, history, desk, meter, rules, day, r, turn)


@lean_kernel
def fade_windows(log, history, windows, left, day, total):
    """Let statements older than each window leave it; `left` holds how far each window has faded."""
    for w in range(windows.size):
        while left[w] < total and math.floor(log[left[w]].time) + windows[w] < day:
            fade(history, w, log[left[w]].subject)
            left[w] += 1
