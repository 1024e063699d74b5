"""A sampler of partitions of the records of one component: records move, clusters split and merge. Compiled."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel, lean_kernel
from greatfear.recover.aliases_links.weighing import add_pair, evidence_within, gain, insert, next_uniform


@lean_kernel
def _near(r, graph, label, sums, links, found):
    """Add up for each cluster that holds a neighbour of r the ratios by column; return how many clusters there are."""
    start, nbr, ratio, known = graph
    columns = known.shape[1]
    n_found = 0
    for e in range(start[r], start[r + 1]):
        j = nbr[e]
        c = label[j]
        if links[c, columns] == 0:
            found[n_found] = c
            n_found += 1
        links[c, columns] += 1
        add_pair(ratio[e], known[r], known[j], sums[c], links[c])
    return n_found


@lean_kernel
def _collect(first, after, c, members, skip):
    """Write the members of a cluster in order, one left out; return how many."""
    count = 0
    m = first[c]
    while m >= 0:
        if m != skip:
            insert(members, count, m)
            count += 1
        m = after[m]
    return count


@lean_kernel
def _take(state, graph, r):
    """Take a record out of its cluster; an empty cluster becomes free."""
    label, size, knows, free, first, after, before = (
        state[0],
        state[1],
        state[2],
        state[4],
        state[5],
        state[6],
        state[7],
    )
    c = label[r]
    if before[r] >= 0:
        after[before[r]] = after[r]
    else:
        first[c] = after[r]
    if after[r] >= 0:
        before[after[r]] = before[r]
    size[c] -= 1
    for f in range(graph[3].shape[1]):
        knows[c, f] -= graph[3][r, f]
    if size[c] == 0:
        free[0] += 1
        free[free[0]] = c


@lean_kernel
def _put(state, graph, r, c):
    """Put a record into a cluster; c below 0: into an empty one. Return the cluster."""
    label, size, knows, value, free, first, after, before = state
    if c < 0:
        c = free[free[0]]
        free[0] -= 1
        first[c] = -1
        value[c] = 0.0
    after[r] = first[c]
    before[r] = -1
    if first[c] >= 0:
        before[first[c]] = r
    first[c] = r
    size[c] += 1
    label[r] = c
    for f in range(graph[3].shape[1]):
        knows[c, f] += graph[3][r, f]
    return c


@lean_kernel
def _weigh(r, graph, state, prior, unlisted, scratch):
    """Write the clusters that a record could join, each with its chance; return how many, and the chance of a new one.

    The record's own cluster is weighed without it. Chances are relative; the cluster that stands last may be the old one.
    """
    label, size, knows = state[0], state[1], state[2]
    sums, links, found, chance, row = scratch[0], scratch[1], scratch[2], scratch[3], scratch[7]
    known = graph[3]
    columns = known.shape[1]
    old = label[r]
    n_found = _near(r, graph, label, sums, links, found)
    if links[old, columns] == 0 and size[old] > 1:
        found[n_found] = old
        n_found += 1
    for f in range(columns):
        knows[old, f] -= known[r, f]
    size[old] -= 1
    top = prior[1]
    for x in range(n_found):
        c = found[x]
        for f in range(columns):
            row[f] = links[c, f]
        chance[x] = -1e300
        if size[c] > 0:
            chance[x] = gain(sums[c], row, knows[c], known[r], unlisted) + prior[size[c] + 1] - prior[size[c]]
        top = max(top, chance[x])
    for f in range(columns):
        knows[old, f] += known[r, f]
    size[old] += 1
    for x in range(n_found):
        chance[x] = math.exp(chance[x] - top)
    return n_found, math.exp(prior[1] - top)


@lean_kernel
def _move(r, graph, state, prior, unlisted, key, at, scratch, share):
    """Propose a cluster for one record by its evidence in each, and accept by the weight of the partition."""
    label, size = state[0], state[1]
    sums, links, found, chance = scratch[0], scratch[1], scratch[2], scratch[3]
    start, nbr = graph[0], graph[1]
    columns = graph[3].shape[1]
    old = label[r]
    n_found, alone = _weigh(r, graph, state, prior, unlisted, scratch)
    whole, at_old = alone, alone
    for x in range(n_found):
        whole += chance[x]
        if found[x] == old and size[old] > 1:
            at_old = chance[x]
    u = next_uniform(key, at) * whole
    chosen, at_chosen = -1, alone
    for x in range(n_found):
        u -= chance[x]
        if u < 0.0 and chosen < 0 and chance[x] > 0.0:
            chosen, at_chosen = found[x], chance[x]
        links[found[x], columns] = x
    for e in range(start[r], start[r + 1]):
        share[e] += chance[links[label[nbr[e]], columns]] / whole
    for x in range(n_found):
        sums[found[x], :] = 0.0
        links[found[x], :] = 0
    if chosen != old and not (chosen < 0 and size[old] == 1):
        odds = math.log(at_old) - math.log(at_chosen)
        _accept(r, chosen, odds, graph, state, prior, unlisted, key, at, scratch)


@lean_kernel
def _accept(r, chosen, odds, graph, state, prior, unlisted, key, at, scratch):
    """Move a record to another cluster, or to a new one, if the weight of the partition and the proposal allow it."""
    value, first, after = state[3], state[5], state[6]
    members, mark, work = scratch[4], scratch[5], scratch[6]
    old = state[0][r]
    count = _collect(first, after, old, members, r)
    left = evidence_within(members, count, graph, unlisted, mark, work)
    change = left - value[old] + odds
    change += prior[count] - prior[count + 1] if count > 0 else -prior[1]
    grown = 0.0
    if chosen < 0:
        change += prior[1]
    else:
        count = _collect(first, after, chosen, members, -1)
        insert(members, count, r)
        grown = evidence_within(members, count + 1, graph, unlisted, mark, work)
        change += grown - value[chosen] + prior[count + 1] - prior[count]
    if math.log(next_uniform(key, at)) < change:
        _take(state, graph, r)
        value[old] = left
        value[_put(state, graph, r, chosen)] = grown


@lean_kernel
def _deal(count, pair, forced, graph, prior, unlisted, key, at, deal):
    """Deal records to the two of a pair, one after another by their evidence; return the log chance of this deal.

    With `forced` the sides are given, and only their chance is computed.
    """
    start, nbr, ratio, known = graph
    members, side, knows, size, sums, links = deal
    columns = known.shape[1]
    for x in range(count):
        side[members[x]] = -side[members[x]] if forced else 0  # negative or 0: not dealt yet
    side[pair[0]], side[pair[1]] = 1, 2
    size[1], size[2] = 1, 1
    for f in range(columns):
        knows[1, f], knows[2, f] = known[pair[0], f], known[pair[1], f]
    log_chance = 0.0
    for x in range(count):
        m = members[x]
        if m == pair[0] or m == pair[1]:
            continue
        sums[:] = 0.0
        links[:] = 0
        for e in range(start[m], start[m + 1]):
            s = side[nbr[e]]
            if s > 0:
                add_pair(ratio[e], known[m], known[nbr[e]], sums[s], links[s])
        one = gain(sums[1], links[1], knows[1], known[m], unlisted) + prior[size[1] + 1] - prior[size[1]]
        two = gain(sums[2], links[2], knows[2], known[m], unlisted) + prior[size[2] + 1] - prior[size[2]]
        p = 1.0 / (1.0 + math.exp(min(max(two - one, -700.0), 700.0)))
        is_one = side[m] == -1 if forced else next_uniform(key, at) < p
        log_chance += math.log(max(p if is_one else 1.0 - p, 1e-300))
        s = 1 if is_one else 2
        side[m] = s
        size[s] += 1
        for f in range(columns):
            knows[s, f] += known[m, f]
    return log_chance


@lean_kernel
def _pick(start, n_links, key, at):
    """Return one listed link at random: its first record and its place."""
    e = min(int(next_uniform(key, at) * n_links), n_links - 1)
    low, high = 0, len(start) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if start[middle] <= e:
            low = middle
        else:
            high = middle
    return low, e


@lean_kernel
def _gather(state, one, two, members, side, key, at):
    """Write the members of two clusters in random order, with their sides; return how many."""
    first, after = state[5], state[6]
    count = _collect(first, after, one, members, -1)
    if two != one:
        m = first[two]
        while m >= 0:
            members[count] = m
            count += 1
            m = after[m]
    for x in range(count):
        side[members[x]] = 1 if state[0][members[x]] == one else 2
    # from an order that does not depend on the way here
    for x in range(1, count):
        record = members[x]
        insert(members, x, record)
    for x in range(count - 1, 0, -1):
        y = min(int(next_uniform(key, at) * (x + 1)), x)
        members[x], members[y] = members[y], members[x]
    return count


@lean_kernel
def _jump(graph, state, prior, unlisted, key, at, scratch, deal):
    """Propose once to split a cluster or to merge two, by one listed pair (sequentially allocated, Dahl 2005)."""
    label, value = state[0], state[3]
    members, side = deal[0], deal[1]
    own, mark, work = scratch[4], scratch[5], scratch[6]
    i, e = _pick(graph[0], len(graph[1]), key, at)
    j = graph[1][e]
    one, two = label[i], label[j]
    is_split = one == two
    count = _gather(state, one, two, members, side, key, at)
    log_chance = _deal(count, (i, j), not is_split, graph, prior, unlisted, key, at, deal)
    values_one, values_two, values_both = 0.0, 0.0, 0.0
    n_one, n_two = 0, 0
    for s in range(3):
        k = 0
        for x in range(count):
            if s == 0 or side[members[x]] == s:
                insert(own, k, members[x])
                k += 1
        v = evidence_within(own, k, graph, unlisted, mark, work)
        if s == 0:
            values_both = v
        elif s == 1:
            values_one, n_one = v, k
        else:
            values_two, n_two = v, k
    change = values_one + values_two + prior[n_one] + prior[n_two] - values_both - prior[count] - log_chance
    if not is_split:
        change = -change
    if math.log(next_uniform(key, at)) < change:
        other = -1
        for x in range(count):
            m = members[x]
            if is_split and side[m] == 2:
                _take(state, graph, m)
                other = _put(state, graph, m, other)
            elif not is_split and label[m] == two:
                _take(state, graph, m)
                _put(state, graph, m, one)
        value[one] = values_one if is_split else values_both
        if is_split:
            value[other] = values_two
    for x in range(count):
        side[members[x]] = 0


@kernel
def sample_partitions(graph, prior, unlisted, address, schedule, draws, share):
    """Sample partitions of one component: single records move, clusters split and merge.

    Parameters
    ----------
    graph : (int64 (n + 1,), int32 (m,), float64 (m, columns), int64 (n, columns))
        Neighbours of each record with the likelihood ratio of the pair by column, both directions; which columns a record
        has.
    prior : float64
        Log prior weight of a cluster by size, for sizes up to n.
    unlisted : float64 (columns,)
        Likelihood ratio of a pair that is not listed.
    address : (uint64, int)
        Key and component.
    schedule : (int, int)
        Sweeps left out; sweeps from one draw to the next.
    draws : int32 (n_draws, n)
        Written.
    share : float64 (m,)
        Written: the mean chance of each link.
    """
    n, columns = graph[3].shape
    key, component = address
    burn, thin = schedule
    label, size, knows = np.arange(n), np.ones(n + 1, np.int64), np.zeros((n + 1, columns), np.int64)
    knows[:n] = graph[3]
    free, value = np.zeros(n + 2, np.int64), np.zeros(n + 1)
    free[0], free[1], size[n] = 1, n, 0
    first, after, before = np.arange(n + 1), np.full(n, -1), np.full(n, -1)
    state = (label, size, knows, value, free, first, after, before)
    work = (np.zeros(columns), np.zeros(columns, np.int64), np.zeros(columns, np.int64))
    scratch = (
        np.zeros((n + 1, columns)), np.zeros((n + 1, columns + 1), np.int64), np.zeros(n + 1, np.int64), np.zeros(n + 1),
        np.zeros(n + 1, np.int64), np.zeros(n, np.int64), work, np.zeros(columns, np.int64),
    )  # fmt: skip
    deal = (
        np.zeros(n + 1, np.int64), np.zeros(n, np.int64), np.zeros((3, columns), np.int64), np.zeros(3, np.int64),
        np.zeros((3, columns)), np.zeros((3, columns), np.int64),
    )  # fmt: skip
    trial = np.zeros(len(share))
    at = np.zeros(3, np.int64)
    at[0] = component
    sweeps = burn + thin * len(draws)
    for sweep in range(sweeps):
        at[1], at[2] = sweep + 1, 0
        for r in range(n):
            _move(r, graph, state, prior, unlisted, key, at, scratch, share if sweep >= burn else trial)
        for _ in range(n // 8 + 1):
            _jump(graph, state, prior, unlisted, key, at, scratch, deal)
        if sweep >= burn and (sweep - burn + 1) % thin == 0:
            draws[(sweep - burn) // thin] = label
    for e in range(len(share)):
        share[e] /= sweeps - burn
