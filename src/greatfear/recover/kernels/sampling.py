"""Kernels of the sampler: how often each part brought a name, and who was a member, given everything else."""

from __future__ import annotations

import math

from greatfear.draws import normal, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.draws.generator import two_uniforms
from greatfear.recover.kernels.expecting import LINEAR, OWN, pair_evidence


@lean_kernel
def gamma(key, who, whom, shape):
    """Return a Gamma number with the given shape and rate 1, by Marsaglia and Tsang (2000), 10.1145/358407.358414."""
    boost = 1.0
    if shape < 1.0:
        boost = uniform(key, who, whom, 0) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    count = 1
    while True:
        x = normal(key, who, whom, count)
        v = (1.0 + c * x) ** 3
        u = uniform(key, who, whom, count + 1)
        count += 2
        if v > 0.0 and math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v * boost


@lean_kernel
def gammas(key, sweep, shape, rate, out):
    """Write one Gamma number for each shape and rate."""
    for i in range(shape.size):
        out[i] = gamma(key, i, sweep, shape[i]) / rate[i]


@lean_kernel
def allot_names(names, rates, persons, member, key, sweep, counts, sums):
    """Draw how often each part brought each name, and add it up; with `sums`, note what is averaged over draws.

    Parameters
    ----------
    member : array of float, 0 or 1
    counts : (linear, knowledge, where, lured, of_speaker, of_subject, first, room)
        Output: events by class and part; by speaker; acquaintance events by subject; `first`: the part of one event of each
        naming, by class, knowledge last; `room`: a place for each part.
    sums : (weight, parts, without, without_member)
        weight 0: nothing is noted. parts: five shares a naming. without, without_member: sums of 1 over the likelihood of
        the naming, and of the same times membership of the subject.
    """
    speaker, subject, cls, features, near = names
    linear, knowledge, where, omega = rates
    talk, fame = persons
    n_linear, n_knowledge, n_where, n_lured, of_speaker, of_subject, n_first, share = counts
    weight, parts, without, without_member = sums
    for e in range(speaker.size):
        i, j, r = speaker[e], subject[e], cls[e]
        a = talk[i]
        own_factor = a * fame[j] * (1.0 + (omega[r] - 1.0) * member[j])
        here, there = 0.0, 0.0
        # Most pairs are not both members.
        if member[i] * member[j] > 0.0:
            known = a * knowledge[r]
            here, there = known * where[0] * near[e, 0], known * where[1] * near[e, 1]
        total = here + there
        for f in range(LINEAR):
            share[f] = (a if f < OWN else own_factor) * linear[r, f] * features[e, f]
            total += share[f]
        total = max(total, 1e-12)
        if weight > 0.0:
            part_of = weight / total
            parts[e, 0] += part_of * (here + there)
            for f in range(2):
                parts[e, 1 + f] += part_of * share[f]
            parts[e, 3] += part_of * share[3]
            inverse = weight / max(math.expm1(min(total, 50.0)), 1e-9)
            without[e] += inverse
            without_member[e] += inverse * member[j]
        # The number of events that brought the name, at least one: Poisson, cut off below 1, by inversion.
        u, left = two_uniforms(key, e, sweep, 0)
        events = 1
        # The chance of one event is more than 1 - total / 2: mostly the exact number need not be computed.
        if u > 1.0 - 0.5 * total:
            term = total / math.expm1(min(total, 50.0))
            while u > term and events < 60:
                u -= term
                events += 1
                term *= total / events
        for event in range(events):
            left = (left if event == 0 else uniform(key, e, sweep, event)) * total
            of_speaker[i] += 1.0
            if left < here + there:
                n_knowledge[r] += 1.0
                n_where[0 if left < here else 1] += 1.0
                if event == 0:
                    n_first[r, LINEAR] += 1.0
                continue
            left -= here + there
            part = LINEAR - 1
            for f in range(LINEAR):
                left -= share[f]
                if left < 0.0:
                    part = f
                    break
            n_linear[r, part] += 1.0
            if event == 0:
                n_first[r, part] += 1.0
            if part >= OWN:
                of_subject[j] += 1.0
                n_lured[r] += member[j]


@lean_kernel
def flip_members(model, graph, evidence, groups, member, sums, limits, address, chance):
    """Draw the membership of each person, given all others; return the number of members.

    Parameters
    ----------
    model : (names, rates, persons)
        As in `greatfear.recover.kernels.expecting`.
    graph : (start, other, naming)
        The namings of person i, as speaker or subject, are places start[i] to start[i + 1].
    evidence : (alone, spoken, fixed)
        alone: log-odds of each person without others; spoken: names that knowledge would bring in all sittings of a
        speaker; fixed: -1 free, else the known answer.
    groups : (region, in_region, everywhere)
        Region or -1; weight of a pair in the same region, by person; weight of any pair.
    member : array of float, 0 or 1
        State; changed.
    sums : (members by region, spoken by members by region, all members, spoken by all members)
        Arrays that follow the state; the last two hold one number.
    limits : (least, most)
        Number of members allowed.
    address : (key, sweep)
        Address of the random numbers.
    chance : array
        Output: probability of membership given all others.
    """
    start, other, naming = graph
    names, rates, persons = model
    alone, spoken, fixed = evidence
    key, sweep = address
    region, in_region, everywhere = groups
    in_group, said_in_group, in_all, said_in_all = sums
    least, most = limits
    for i in range(member.size):
        if fixed[i] >= 0:
            chance[i] = fixed[i]
            continue
        z = member[i]
        field = alone[i]
        for place in range(start[i], start[i + 1]):
            if member[other[place]] > 0.0:
                field += pair_evidence(names, rates, persons, naming[place])
        field -= everywhere * (spoken[i] * (in_all[0] - z) + said_in_all[0] - z * spoken[i])
        g = region[i]
        if g >= 0:
            field -= in_region[i] * (spoken[i] * (in_group[g] - z) + said_in_group[g] - z * spoken[i])
        p = 1.0 / (1.0 + math.exp(-min(max(field, -500.0), 500.0)))
        without = in_all[0] - z
        if without + 1.0 > most:
            p = 0.0
        elif without < least:
            p = 1.0
        chance[i] = p
        new = 1.0 if uniform(key, i, sweep, 0) < p else 0.0
        if new != z:
            step = new - z
            member[i] = new
            in_all[0] += step
            said_in_all[0] += step * spoken[i]
            if g >= 0:
                in_group[g] += step
                said_in_group[g] += step * spoken[i]
    return in_all[0]
