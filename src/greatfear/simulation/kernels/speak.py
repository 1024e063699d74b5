"""Kernel: whom today's speakers name. History is frozen for the day, so speakers are independent and run side by side."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws import Purpose, gumbel, integer, negative_binomial, poisson, uniform
from greatfear.draws._jit import kernel, lean_kernel, parallel_kernel, prange, small_kernel
from greatfear.naming import facts
from greatfear.naming.choice import log_probability, pick_largest
from greatfear.naming.statistics import utilities
from greatfear.simulation.kernels.index import find
from greatfear.simulation.kernels.plan import INTERROGATION, REPORT
from greatfear.world.contacts import add_candidate, contacts
from greatfear.world.people import member_of, stratum_of

__all__ = ["candidates", "speak", "speak_in_turn", "weigh"]

_NAMES, _NAMED, _POOL, _EACH = int(Purpose.NAMES), int(Purpose.NAMED), int(Purpose.POOL), int(Purpose.EACH)
_REPORTED, _ALARM, _DENOUNCED = int(Purpose.REPORTED), int(Purpose.ALARM), int(Purpose.DENOUNCED)
_PROMPTED, _NOTORIOUS, _DOOMED, _STRANGER = facts.PROMPTED, facts.NOTORIOUS_POOL, facts.DOOMED_POOL, facts.STRANGER_POOL
_SAME, _TARGETED, _CONTACT, _KIN = facts.SAME_STRATUM, facts.TARGETED, facts.CONTACT, facts.KIN
EACH = 2
BLOCK = 64


@small_kernel
def _from_ring(world, people, ring, days, count, oldest, draws, bit, who, number, ids, bits, weights, n):
    """Draw candidates from a ring of rows, each with the log of pool over draws; rows before `oldest` are forgotten."""
    size = ring.size
    low = max(0, count - size)
    while days.size > 0 and low < count and days[low % size] < oldest:
        low += 1
    pool = count - low
    weight = math.log(pool / draws) if pool > draws else 0.0
    for turn in range(min(draws, pool)):
        place = low + turn if pool <= draws else low + integer(world.keys[_POOL], who, bit, number * 64 + turn, pool)
        person = people[ring[place % size]].id
        before = n
        if person != who:
            n = add_candidate(ids, bits, n, person, bit)
        if n > before:
            weights[before] = weight
    return n


@lean_kernel
def candidates(world, people, desk, rules, day, person, number, ids, bits, weights):
    """Write who could be named in a sitting: contacts, prompts, the notorious, the doomed, strangers; return how many."""
    n = contacts(world, person, ids, bits)
    weights[:n] = 0.0
    r = person >> 32
    none = desk.notorious_day[r, :0]
    for p in range(min(rules.prompted, desk.office[r].prompt_count)):
        other = people[desk.prompt[r, p]].id
        if other != person:
            weights[n] = 0.0
            n = add_candidate(ids, bits, n, other, _PROMPTED)
    if rules.notorious > 0:
        n = _from_ring(
            world, people, desk.notorious[r], desk.notorious_day[r], desk.office[r].notorious_count, day - rules.notorious_days,
            rules.notorious, _NOTORIOUS, person, number, ids, bits, weights, n,
        )  # fmt: skip
    if rules.doomed > 0:
        n = _from_ring(
            world,
            people,
            desk.doomed[r],
            none,
            desk.office[r].doomed_count,
            0,
            rules.doomed,
            _DOOMED,
            person,
            number,
            ids,
            bits,
            weights,
            n,
        )
    weight = math.log(world.region[r].size / rules.strangers) if world.region[r].size > rules.strangers > 0 else 0.0
    for turn in range(rules.strangers):
        other = (r << 32) | integer(world.keys[_POOL], person, _STRANGER, number * 64 + turn, world.region[r].size)
        before = n
        if other != person:
            n = add_candidate(ids, bits, n, other, _STRANGER)
        if n > before:
            weights[before] = weight
    return n


@lean_kernel
def weigh(world, people, index, history, terms, rules, targeted, person, row, whole, real):
    """Write utility plus log weight of each candidate; `whole` and `real` hold one column per line, see `_speak_some`."""
    ids, bits, rows = whole[0], whole[1], whole[2]
    weights, out, ranks = real[0], real[1], real[2]
    for c in range(ids.size):  # alone in a short loop, so that looking far away in memory overlaps
        rows[c] = find(index, ids[c])
    if rules.needs_stratum:
        own = stratum_of(world, person)
        for c in range(ids.size):
            # noted for whoever is in the record; where others are kin, that is by household, which shares a stratum
            s = people[rows[c]].stratum if rows[c] >= 0 else own if bits[c] & _KIN else stratum_of(world, ids[c])
            ranks[c] = world.seniority[s]
            if s == own:
                bits[c] |= _SAME
            if targeted[s]:
                bits[c] |= _TARGETED
    utilities(terms, history, row, rows, bits, ranks, real[3], out)
    for c in range(ids.size):
        out[c] += weights[c]


@small_kernel
def _how_many(world, rules, person, number, pressure):
    mean = rules.at_rest + (rules.under_pressure - rules.at_rest) * pressure
    if rules.count_rule == 0:
        return negative_binomial(world.keys[_NAMES], person, 0, number, mean, rules.dispersion)
    return poisson(world.keys[_NAMES], person, 0, number, mean)


@lean_kernel
def _name_each(world, rules, person, number, pressure, ids, bits, n, chosen, logp):
    """Name every contact with the same probability (Reed-Frost); return how many are named."""
    mean = rules.at_rest + (rules.under_pressure - rules.at_rest) * pressure
    found = 0
    for c in range(n):
        if bits[c] & _CONTACT and found < chosen.size and uniform(world.keys[_EACH], person, ids[c], number) < mean:
            chosen[found] = c
            logp[found] = math.log(min(mean, 1.0))
            found += 1
    return found


@lean_kernel
def _is_false_alarm(world, rules, person, number, fear):
    """Return whether an informer who knows of no member reports somebody all the same."""
    false = rules.report_false
    if rules.report_fear != 0.0 and 0.0 < false < 1.0:
        false = 1.0 / (1.0 + math.exp(-(math.log(false / (1.0 - false)) + rules.report_fear * fear)))
    return uniform(world.keys[_ALARM], person, 0, number) < false


@lean_kernel
def _keep_for_report(world, rules, person, number, fear, ids, bits, n):
    """Keep the contacts an informer may name: real members with one chance, else all with another; else none."""
    kept = 0
    for c in range(n):
        if world.organisation.size > 0 and member_of(world, ids[c])[0] >= 0:
            ids[kept], bits[kept] = ids[c], bits[c]
            kept += 1
    if kept > 0:
        r = person >> 32
        talk = math.exp(-rules.report_caution * 1000.0 * world.region[r].informers / world.region[r].size)
        return kept if uniform(world.keys[_REPORTED], person, 0, number) < rules.report_true * talk else 0
    return n if _is_false_alarm(world, rules, person, number, fear) else 0


@lean_kernel
def _names_wanted(world, rules, channel, person, number, pressure, fear, most):
    """Return how many names a speaker would give if there were candidates enough; most sittings and reports give none."""
    if channel == INTERROGATION:
        return most if rules.count_rule == EACH else min(most, _how_many(world, rules, person, number, pressure))
    if channel == REPORT and world.organisation.size == 0:  # nobody is a member: decided before anybody is looked at
        return 1 if _is_false_alarm(world, rules, person, number, fear) else 0
    return 1


@lean_kernel
def _speak_one(world, people, index, desk, history, terms, rules, targeted, day, pressure, whole, real, said, s):
    """Write the names one speaker gives."""
    person, channel, number = said.person[s], said.channel[s], said.number[s]
    fear = desk.office[person >> 32].fear
    said.found[s] = 0
    k = _names_wanted(world, rules, channel, person, number, pressure, fear, said.name.shape[1])
    if k == 0:
        return
    ids, bits, weights, utility, scores = whole[0], whole[1], real[0], real[1], real[4]
    key = world.keys[_NAMED] if channel == INTERROGATION else world.keys[_DENOUNCED]
    if channel == INTERROGATION:
        n = candidates(world, people, desk, rules, day, person, number, ids, bits, weights)
    else:
        n = contacts(world, person, ids, bits)
        weights[:n] = 0.0
        if channel == REPORT and world.organisation.size > 0:
            n = _keep_for_report(world, rules, person, number, fear, ids, bits, n)
    found, chosen, logp = 0, said.chosen[s], said.logp[s]
    if channel == INTERROGATION and rules.count_rule == EACH:
        found = _name_each(world, rules, person, number, pressure, ids, bits, n, chosen, logp)
    elif n > 0:
        weigh(world, people, index, history, terms, rules, targeted, person, said.row[s], whole[:, :n], real[:, :n])
        for c in range(n):
            scores[c] = utility[c] + gumbel(key, person, ids[c], number)
        found = pick_largest(scores, n, k, chosen)
        log_probability(utility, n, chosen, found, logp)
        if found > 0 and math.isnan(logp[0]):
            found = -1  # a statistic that has no value: the run stops rather than name somebody by chance
    said.found[s] = found
    for turn in range(found):
        said.name[s, turn] = ids[chosen[turn]]
        said.held_out[s, turn] = 1 if bits[chosen[turn]] & _PROMPTED else 0


@kernel
def speak_in_turn(world, people, index, desk, history, terms, rules, targeted, day, pressure, room, first, last, said):
    """Write the names that speakers `first` to `last` - 1 give today with their log-probabilities.

    Each speaker reads only what was so at the end of yesterday and writes only its own rows of `said`. Scratch columns:
    candidates, bits, rows; log weights, utilities, ranks, one statistic, scores.
    """
    whole, real = np.empty((3, room), np.int64), np.zeros((5, room))
    for s in range(first, last):
        _speak_one(world, people, index, desk, history, terms, rules, targeted, day, pressure, whole, real, said, s)


@parallel_kernel
def speak(world, people, index, desk, history, terms, rules, targeted, day, pressure, room, first, last, said):
    """As `speak_in_turn`, on all threads: blocks of speakers side by side."""
    for block in prange((last - first + BLOCK - 1) // BLOCK):
        low = first + block * BLOCK
        speak_in_turn(
            world, people, index, desk, history, terms, rules, targeted, day, pressure, room, low, min(low + BLOCK, last), said
        )  # fmt: skip
