"""Kernel: another history on the same sittings, drawn from the model."""

from __future__ import annotations

import math

from greatfear.draws import poisson, uniform
from greatfear.draws._jit import lean_kernel, small_kernel


@lean_kernel
def _walk(chain, place, steps):
    """Return the entry that is `steps` back in a chain."""
    for _ in range(steps):
        place = chain[place]
    return place


@lean_kernel
def _remembered(office_names, office_times, low, high, now, tau, u):
    """Return a name that an office had heard, old words fading; -1 where it had heard nothing."""
    if high <= low:
        return -1
    if tau > 1e5:
        return office_names[low + min(int(u * (high - low)), high - low - 1)]
    total = 0.0
    for place in range(high - 1, low - 1, -1):
        weight = math.exp((office_times[place] - now) / tau)
        total += weight
        if weight < 1e-9 * total:
            break
    target = u * total
    for place in range(high - 1, low - 1, -1):
        target -= math.exp((office_times[place] - now) / tau)
        if target <= 0.0:
            return office_names[place]
    return office_names[low]


@lean_kernel
def _write(names, chains, heads, e, i, j, unit):
    """Enter naming `e` of j by i into the chains: of the speaker, of first namings, of first namers, of the unit."""
    said, first, namer, in_unit = chains
    last_said, last_first, n_first, last_namer, n_namer, n_said, last_unit, n_unit = heads
    subject = names[1]
    place, is_new = last_first[i], True
    while place >= 0:
        if subject[place] == j:
            is_new = False
            break
        place = first[place]
    said[e], last_said[i] = last_said[i], e
    n_said[i] += 1
    if is_new:
        first[e], last_first[i] = last_first[i], e
        n_first[i] += 1
        namer[e], last_namer[j] = last_namer[j], e
        n_namer[j] += 1
    if unit[i] >= 0:
        in_unit[e], last_unit[unit[i]] = last_unit[unit[i]], e
        n_unit[unit[i]] += 1


@lean_kernel
def _from_fellows(names, chains, heads, kin_start, kin, unit, i, u):
    """Return a name that kin or unit of person i had said, one of their namings taken at random; -1 for none."""
    said, _, _, in_unit = chains
    last_said, _, _, _, _, n_said, last_unit, n_unit = heads
    total = 0
    for place in range(kin_start[i], kin_start[i + 1]):
        total += n_said[kin[place]]
    of_unit = n_unit[unit[i]] if unit[i] >= 0 else 0
    if total + of_unit <= 0:
        return -1
    step = min(int(u * (total + of_unit)), total + of_unit - 1)
    for place in range(kin_start[i], kin_start[i + 1]):
        k = kin[place]
        if step < n_said[k]:
            return names[1][_walk(said, last_said[k], step)]
        step -= n_said[k]
    place = _walk(in_unit, last_unit[unit[i]], step)
    # What the speaker had said oneself is no hearsay.
    return names[1][place] if names[0][place] != i else -1


@small_kernel
def _one_of(lists, start, group, u):
    """Return an entry of a group's list, each equally likely; -1 where the list is empty."""
    many = start[group + 1] - start[group]
    return lists[start[group] + min(int(u * many), many - 1)] if many > 0 else -1


@lean_kernel
def _mean_of(part, i, r, rates, groups, members, heads, n_persons, top):
    """Return how many names a part is expected to bring in a sitting of person i in class r."""
    linear, knowledge, where, omega, scale, _ = rates
    if part == 1:
        return linear[r, 1] * heads[2][i]
    if part == 2:
        return linear[r, 2] * heads[4][i]
    if part < 4:
        return linear[r, part]
    if part < 9:
        # More are drawn than needed; each is kept in proportion to the fame of the person.
        return linear[r, part] * top * max(omega[r], 1.0)
    if part == 10:
        return scale * knowledge[r] * where[1] * members[2].size / max(n_persons - 1, 1)
    region, region_start = groups[7], groups[8]
    if region[i] < 0:
        return 0.0
    there = members[0][region[i] + 1] - members[0][region[i]]
    return scale * knowledge[r] * where[0] * there / max(region_start[region[i] + 1] - region_start[region[i]] - 1, 1)


@lean_kernel
def _name_of(part, i, now, u, tau, groups, members, office, names, chains, heads, n_persons):
    """Return a name that a part brings; -1 for none. `office` is (low, high, names, times) of the office at hand."""
    kin_start, kin, known_start, known, unit, unit_start, in_unit, region, region_start, in_region = groups
    if part == 0:
        return _remembered(office[2], office[3], office[0], office[1], now, tau, u)
    if part == 1:
        n = heads[2][i]
        return names[1][_walk(chains[1], heads[1][i], min(int(u * n), n - 1))] if n > 0 else -1
    if part == 2:
        n = heads[4][i]
        return names[0][_walk(chains[2], heads[3][i], min(int(u * n), n - 1))] if n > 0 else -1
    if part == 3:
        return _from_fellows(names, chains, heads, kin_start, kin, unit, i, u)
    if part == 4:
        return _one_of(kin, kin_start, i, u)
    if part == 5:
        return _one_of(known, known_start, i, u)
    if part == 6:
        return _one_of(in_unit, unit_start, unit[i], u) if unit[i] >= 0 else -1
    if part == 7:
        return _one_of(in_region, region_start, region[i], u) if region[i] >= 0 else -1
    if part == 8:
        return min(int(u * n_persons), n_persons - 1)
    if part == 9:
        return _one_of(members[1], members[0], region[i], u) if region[i] >= 0 else -1
    return members[2][min(int(u * members[2].size), members[2].size - 1)] if members[2].size > 0 else -1


@lean_kernel
def _remember(names, chains, heads, office, sat, unit, done, n):
    """Enter the names of one moment into all memories."""
    low, high, office_names, office_times = office
    for e in range(done, n):
        j, s = names[1][e], names[2][e]
        o = sat[1][s]
        _write(names, chains, heads, e, names[0][e], j, unit)
        if high[o] < (low[o + 1] if o + 1 < low.size else office_names.size):
            office_names[high[o]], office_times[high[o]] = j, sat[2][s]
            high[o] += 1


@lean_kernel
def _who_sits(k, way, heard, names, done, who, u):
    """Return who sits where person k sat in the record.

    way 0 or less: k; 1: one of those named anywhere, in proportion to how often; 2: one of those whom the office had heard named;
    3: who sat last in the place of k.
    """
    low, high, office_names, _ = heard
    if way == 1 and done > 0:
        return names[1][min(int(u * done), done - 1)]
    if way == 2 and high > low:
        return office_names[low + min(int(u * (high - low)), high - low - 1)]
    return who[k] if way == 3 and who[k] >= 0 else k


@lean_kernel
def replay(sat, arrests, rates, persons, groups, members, mark, chains, heads, office, address, names):
    """Draw the names of all sittings and return how many there are; what came before in the drawn history counts.

    Parameters
    ----------
    sat : (speaker, office, time, cls)
        Sittings in the order of time; those of one moment see the state before it.
    arrests : (way, who, sits)
        way of each sitting: how the speaker came to sit (`_who_sits`). who: room over persons, -1; who sits in the place of a
        speaker of the record. sits: output; the speaker of each sitting.
    rates : (linear, knowledge, where, omega, scale, tau)
    persons : (talk, fame, member)
    groups : (kin_start, kin, known_start, known, unit, unit_start, in_unit, region, region_start, in_region)
        Lists of kin, of acquaintances, of the persons of each unit, and of each region.
    members : (member_start, in_region, everywhere)
        Members by region, and all members.
    mark : array over persons, 0
        Room: the last sitting in which the person was named.
    chains, heads, office : tuples of arrays
        Room: see `_write`; office is (low, high, names, times).
    address : (key, replicate)
    names : (speaker, subject, sitting)
        Output, with room.
    """
    omega, tau = rates[3], rates[5]
    talk, fame, member = persons
    way, who, sits = arrests
    key, number = address
    top = 0.0
    for j in range(fame.size):
        top = max(top, fame[j])
    n, done = 0, 0
    for s in range(sat[0].size):
        k, o, now, r = sat[0][s], sat[1][s], sat[2][s], sat[3][s]
        if s > 0 and now > sat[2][s - 1]:
            _remember(names, chains, heads, office, sat, groups[4], done, n)
            done = n
        heard = (office[0][o], office[1][o], office[2], office[3])
        count = 12
        i = _who_sits(k, way[s], heard, names, done, who, uniform(key, s, number, 11))
        who[k], sits[s] = i, i
        for part in range(11):
            if part >= 9 and member[i] == 0.0:
                continue
            mean = talk[i] * _mean_of(part, i, r, rates, groups, members, heads, fame.size, top)
            for _ in range(poisson(key, s, number, part, mean)):
                u, v = uniform(key, s, number, count), uniform(key, s, number, count + 1)
                count += 2
                j = _name_of(part, i, now, u, tau, groups, members, heard, names, chains, heads, fame.size)
                # Nobody is written twice in a sitting.
                if j < 0 or j == i or mark[j] == s + 1 or n >= names[0].size:
                    continue
                weight = fame[j] * (1.0 + (omega[r] - 1.0) * member[j])
                if 4 <= part < 9 and v * top * max(omega[r], 1.0) >= weight:
                    continue
                mark[j] = s + 1
                names[0][n], names[1][n], names[2][n] = i, j, s
                n += 1
    return n
