"""Kernel: whom today's speakers name. History is frozen for the day, so speakers are independent and run side by side."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, gumbel, integer, negative_binomial, poisson, uniform
from greatfear.draws._ahead import fetch
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.naming import facts
from greatfear.naming.choice import pick_largest, share_out
from greatfear.naming.history import fetch_person
from greatfear.naming.registry import BASES
from greatfear.naming.statistics import utilities
from greatfear.simulation.codes import EACH, INTERROGATION, NEGATIVE_BINOMIAL, POOL_TURNS, REPORT
from greatfear.simulation.kernels.index import fetch_entry, find
from greatfear.world.contacts import contacts
from greatfear.world.entering import add_candidate
from greatfear.world.people import member_of, stratum_of

_NAMES, _NAMED, _POOL, _EACH = int(Purpose.NAMES), int(Purpose.NAMED), int(Purpose.POOL), int(Purpose.EACH)
_REPORTED, _ALARM, _DENOUNCED = int(Purpose.REPORTED), int(Purpose.ALARM), int(Purpose.DENOUNCED)
_PROMPTED, _NOTORIOUS, _DOOMED, _STRANGER = facts.PROMPTED, facts.NOTORIOUS_POOL, facts.DOOMED_POOL, facts.STRANGER_POOL
_SAME, _TARGETED, _CONTACT, _KIN = facts.SAME_STRATUM, facts.TARGETED, facts.CONTACT, facts.KIN

_LOCAL, _FIRST_SAME = 0xFFFFFFFF, facts.FIRST_OWN << facts.MOST_OWN
_OTHER = BASES.index("other")

PARTS = 5
"""First of the scratch columns that hold what each basis adds to the utility."""


@small_kernel
def _from_ring(world, people, pool, draws, bit, speaker, room, n):
    """Draw candidates from a pool: places `low` to `end` - 1 of a ring of rows, each with the log of its size over draws."""
    (ring, low, end), (who, number), (ids, bits, weights) = pool, speaker, room
    size = end - low
    weight = math.log(size / draws) if size > draws else 0.0
    # places and rows stand for a while where the candidates will: looking far away overlaps where all is fetched first
    first, last = n, n + min(draws, size)
    for c in range(first, last):
        # a pool no larger than the draws is taken whole
        turn = c - first
        drawn = turn if size <= draws else integer(world.keys[_POOL], who, bit, number * POOL_TURNS + turn, size)
        ids[c] = (low + drawn) % ring.size
        fetch(ring, ids[c])
    # of places the rows, of rows the persons
    for c in range(first, last):
        ids[c] = ring[ids[c]]
        fetch(people, ids[c])
    for c in range(first, last):
        person, before = people[ids[c]].id, n
        if person != who:
            n = add_candidate(ids, bits, n, person, bit)
        if n > before:
            weights[before] = weight
    return n


@lean_kernel
def _first_kept(desk, r, since):
    """Return the first place in a region's ring of the notorious that is neither overwritten nor older than `since`."""
    days, count = desk.notorious_day[r], desk.office[r].notorious_count
    # days ascend in the order of entry, and the ring is long: the place is found by halving
    low, end = max(0, count - days.size), count
    while low < end:
        middle = (low + end) >> 1
        if days[middle % days.size] < since:
            low = middle + 1
        else:
            end = middle
    return low


@lean_kernel
def candidates(world, state, rules, day, person, number, room):
    """Write who could be named in a sitting; return how many.

    `room` holds addresses, bits of what ties them to the speaker, and log weights (of those drawn from a pool).
    """
    people, desk, r = state.people, state.desk, person >> 32
    ids, bits, weights = room
    n = contacts(world, person, ids, bits)
    weights[:n] = 0.0
    # the open leads that the interrogators hold out
    for p in range(min(rules.prompted, desk.office[r].prompt_count)):
        other = people[desk.prompt[r, p]].id
        if other != person:
            weights[n] = 0.0
            n = add_candidate(ids, bits, n, other, _PROMPTED)
    # persons of whom one has heard, and those who cannot be harmed any more
    speaker = (person, number)
    if rules.notorious > 0:
        low, end = _first_kept(desk, r, day - rules.notorious_days), desk.office[r].notorious_count
        n = _from_ring(world, people, (desk.notorious[r], low, end), rules.notorious, _NOTORIOUS, speaker, room, n)
    if rules.doomed > 0:
        end = desk.office[r].doomed_count
        low = max(0, end - desk.doomed.shape[1])
        n = _from_ring(world, people, (desk.doomed[r], low, end), rules.doomed, _DOOMED, speaker, room, n)
    # anybody of the region: each drawn one stands for many
    size = world.region[r].size
    weight = math.log(size / rules.strangers) if size > rules.strangers > 0 else 0.0
    for turn in range(rules.strangers):
        other = (r << 32) | integer(world.keys[_POOL], person, _STRANGER, number * POOL_TURNS + turn, size)
        before = n
        if other != person:
            n = add_candidate(ids, bits, n, other, _STRANGER)
        if n > before:
            weights[before] = weight
    return n


@small_kernel
def _flat(world, person):
    """Return the number that runs through the regions, -1 for who does not live in the region."""
    local = person & _LOCAL
    return world.region[person >> 32].start + local if local < world.region[person >> 32].size else np.int64(-1)


@lean_kernel
def _mark_same(world, rules, person, ids, bits):
    """Set a bit for each attribute of the scenario's own of which speaker and candidate have the same value."""
    i = _flat(world, person)
    for k in range(rules.own_same.size if i >= 0 else 0):
        mine = rules.own[rules.own_same[k], i]
        # an unknown value is like no other
        for c in range(0 if math.isnan(mine) else ids.size):
            j = _flat(world, ids[c])
            if j >= 0 and rules.own[rules.own_same[k], j] == mine:
                bits[c] |= np.int64(_FIRST_SAME) << k


@lean_kernel
def _add_own(world, rules, pressure, ids, out, part):
    """Add coefficient times value of each attribute of the scenario's own to the utilities and to what rests on other grounds."""
    for k in range(rules.own_alter.size):
        theta = rules.alter_theta[k] + rules.alter_slope[k] * pressure
        for c in range(ids.size):
            j = _flat(world, ids[c])
            # who does not live here has no such attribute, which weighs nothing
            if j >= 0 and not math.isnan(rules.own[rules.own_alter[k], j]):
                out[c] += theta * rules.own[rules.own_alter[k], j]
                part[c] += theta * rules.own[rules.own_alter[k], j]


@lean_kernel
def weigh(world, state, rules, today, speaker, whole, real, n):
    """Write utility plus log weight of each of n candidates; `whole` and `real` hold one column per line, see `speak`.

    `speaker` is the address, the row in the record (-1: none) and the pressure of the sitting (0 outside of one).
    """
    person, row, pressure = speaker
    ids, bits, rows = whole[0][:n], whole[1][:n], whole[2][:n]
    weights, out, ranks = real[0][:n], real[1][:n], real[2][:n]
    known, people = state.rows, state.people
    # looking far away in memory overlaps where all is asked for first
    for c in range(ids.size):
        fetch_entry(known, ids[c])
    for c in range(ids.size):
        rows[c] = find(known, ids[c])
        fetch(people, rows[c])
        fetch_person(state.history, rows[c])
    # strata are computed, which is slow: only where a statistic reads them
    if rules.needs_stratum:
        own, strata = stratum_of(world, person), whole[3][:n]
        # a loop that does nothing else, so that the processor computes several at a time: only for who is not in the record
        for c in range(ids.size):
            strata[c] = own if rows[c] >= 0 or bits[c] & _KIN else stratum_of(world, ids[c])
        for c in range(ids.size):
            # noted for those in the record; where others are kin, that is by household, which shares a stratum
            s = people[rows[c]].stratum if rows[c] >= 0 else strata[c]
            ranks[c] = world.seniority[s]
            if s == own:
                bits[c] |= _SAME
            if today.targeted[s]:
                bits[c] |= _TARGETED
    # attributes of the scenario's own: equal values are bits like ties, numbers are added to the sum
    if rules.own_same.size > 0:
        _mark_same(world, rules, person, ids, bits)
    utilities(rules.terms, state.history, pressure, row, rows, bits, ranks, real[3][:n], out, real[PARTS:])
    if rules.own_alter.size > 0:
        _add_own(world, rules, pressure, ids, out, real[PARTS + _OTHER])
    for c in range(ids.size):
        out[c] += weights[c]


@small_kernel
def _mean_names(rules, pressure):
    """Return the mean number of names under a pressure; the rule `each` takes it for the chance of every contact."""
    return rules.at_rest + (rules.under_pressure - rules.at_rest) * pressure


@lean_kernel
def _how_many(world, rules, person, number, pressure):
    """Return how many names a sitting would yield if there were candidates enough."""
    mean = _mean_names(rules, pressure)
    if rules.count_rule == NEGATIVE_BINOMIAL:
        return negative_binomial(world.keys[_NAMES], person, 0, number, mean, rules.dispersion)
    return poisson(world.keys[_NAMES], person, 0, number, mean)


@lean_kernel
def _name_each(world, chance, person, number, ids, bits, chosen, logp):
    """Name every contact with the same probability (Reed-Frost); return how many are named."""
    found = 0
    for c in range(ids.size):
        if bits[c] & _CONTACT and found < chosen.size and uniform(world.keys[_EACH], person, ids[c], number) < chance:
            chosen[found] = c
            logp[found] = math.log(min(chance, 1.0))
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
def _would_report(world, rules, person, number):
    """Return whether an informer who knows a member reports one."""
    # where many are informers, people mind their tongue
    r = person >> 32
    talk = math.exp(-rules.report_caution * 1000.0 * world.region[r].informers / world.region[r].size)
    return uniform(world.keys[_REPORTED], person, 0, number) < rules.report_true * talk


@lean_kernel
def _keep_for_report(world, state, rules, person, number, ids, bits):
    """Keep the contacts an informer may name: real members with one chance, else all with another; else none."""
    kept = 0
    for c in range(ids.size):
        if member_of(world, ids[c])[0] >= 0:
            ids[kept], bits[kept] = ids[c], bits[c]
            kept += 1
    if kept > 0:
        return kept if _would_report(world, rules, person, number) else 0
    return ids.size if _is_false_alarm(world, rules, person, number, state.desk.office[person >> 32].fear) else 0


@lean_kernel
def _names_wanted(world, state, rules, today, said, s):
    """Return how many names a speaker would give if there were candidates enough; most sittings and reports give none."""
    person, number, most = said.person[s], said.number[s], said.name.shape[1]
    if said.channel[s] == INTERROGATION:
        each = rules.count_rule == EACH
        return most if each else min(most, _how_many(world, rules, person, number, today.pressure))
    if said.channel[s] == REPORT and not _is_false_alarm(
        world, rules, person, number, state.desk.office[person >> 32].fear
    ):
        # no false alarm: decided before anybody is looked at, unless there are members, of whom one may be known
        return 1 if world.organisation.size > 0 and _would_report(world, rules, person, number) else 0
    return 1


@lean_kernel
def _speak_one(world, state, rules, today, whole, real, said, s):
    """Write the names one speaker gives."""
    person, channel, number = said.person[s], said.channel[s], said.number[s]
    said.found[s] = 0
    k = _names_wanted(world, state, rules, today, said, s)
    if k == 0:
        return
    # who could be named: in a sitting also names that are held out or known, else contacts only
    ids, bits, weights, utility, scores = whole[0], whole[1], real[0], real[1], real[4]
    is_sitting = channel == INTERROGATION
    if is_sitting:
        n = candidates(world, state, rules, today.day, person, number, (ids, bits, weights))
    else:
        n = contacts(world, person, ids, bits)
        weights[:n] = 0.0
        if channel == REPORT and world.organisation.size > 0:
            n = _keep_for_report(world, state, rules, person, number, ids[:n], bits[:n])
    # the largest of utility + Gumbel are named: a choice by softmax without replacement
    found, chosen, logp = 0, said.chosen[s], said.logp[s]
    said.share[s] = 0.0
    if is_sitting and rules.count_rule == EACH:
        chance = _mean_names(rules, today.pressure)
        found = _name_each(world, chance, person, number, ids[:n], bits[:n], chosen, logp)
    elif n > 0:
        # pressure as the archive holds it, so that the archive gives back every probability
        speaker = (person, said.row[s], np.float64(np.float32(today.pressure)) if is_sitting else 0.0)
        weigh(world, state, rules, today, speaker, whole, real, n)
        key = world.keys[_NAMED] if is_sitting else world.keys[_DENOUNCED]
        for c in range(n):
            scores[c] = utility[c] + gumbel(key, person, ids[c], number)
        found = pick_largest(scores, n, k, chosen)
        share_out(utility, real[PARTS:], n, chosen, found, logp, said.share[s], scores)
        if found > 0 and math.isnan(logp[0]):
            found = -1  # a statistic that has no value: the run stops rather than name somebody by chance
    # addresses, since not all who are named are in the record yet
    said.found[s] = found
    for turn in range(found):
        said.name[s, turn] = ids[chosen[turn]]
        said.held_out[s, turn] = 1 if bits[chosen[turn]] & _PROMPTED else 0


def scratch_for(room: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return columns of `room` cells for `speak` to write on.

    They hold candidates, bits, rows, strata; log weights, utilities, ranks, one statistic, scores, the part of each basis.
    """
    return np.zeros((4, room), np.int64), np.zeros((PARTS + len(BASES), room))


@lean_kernel
def speak(world, state, rules, today, scratch, said, first, last):
    """Write the names that speakers `first` to `last` - 1 give today with their log-probabilities.

    Each speaker reads only the state at the end of yesterday and writes only its own rows of `said`, so that blocks of
    speakers can be handled side by side, each block with scratch of its own.
    """
    whole, real = scratch
    for s in range(first, last):
        _speak_one(world, state, rules, today, whole, real, said, s)
