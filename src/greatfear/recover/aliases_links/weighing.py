"""The weight of one cluster of records, compiled.

The weight of a partition is the product over its clusters of a prior by size and of the evidence within. A cluster is built up
record by record, in the order of the records; column by column, a new record agrees with one of those that are there, each as
likely as the others: its evidence is the mean of the likelihood ratios to them. A sum of the logarithms over all pairs would
count what the records of one person share again for every pair, and would forbid a person who moved. Compiled.

"""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws import uniform
from greatfear.draws._jit import kernel, lean_kernel


@lean_kernel
def next_uniform(key, at):
    """Return the next uniform number; `at` holds component, sweep and running number."""
    at[2] += 1
    return uniform(np.uint64(key), at[0], at[1], at[2])


@lean_kernel
def gain(sums, links, knows, own, unlisted):
    """Return the evidence of a record in a cluster.

    sums, links: by column, likelihood ratios to listed neighbours there and how many; knows: records there that have the
    column; own: whether the record has it; unlisted: the ratio to a record that is no listed neighbour.
    """
    if sums[0] < 0.0:
        return -1e9  # two that cannot be one person
    value = 0.0
    for f in range(len(own)):
        if own[f] and knows[f] > 0:
            value += math.log(max((sums[f] + (knows[f] - links[f]) * unlisted[f]) / knows[f], 1e-12))
    return value


@lean_kernel
def add_pair(ratio, own, theirs, sums, links):
    """Add the ratios of one listed pair, where both records have the column; a negative first ratio excludes the two."""
    if ratio[0] < 0.0:
        sums[0] = -1e300
    for f in range(len(own)):
        if own[f] and theirs[f]:
            sums[f] += ratio[f]
            links[f] += 1


@lean_kernel
def insert(members, count, record):
    """Insert a record into a sorted list; the list must have room."""
    k = count
    while k > 0 and members[k - 1] > record:
        members[k] = members[k - 1]
        k -= 1
    members[k] = record


@lean_kernel
def evidence_within(members, count, graph, unlisted, mark, work):
    """Return the evidence within a cluster whose members stand in order; `mark` is 0 before and after."""
    start, nbr, ratio, known = graph
    sums, links, knows = work
    columns = known.shape[1]
    knows[:] = 0
    value = 0.0
    for x in range(count):
        m = members[x]
        if x > 0:
            sums[:] = 0.0
            links[:] = 0
            for e in range(start[m], start[m + 1]):
                j = nbr[e]
                if mark[j]:
                    add_pair(ratio[e], known[m], known[j], sums, links)
            value += gain(sums, links, knows, known[m], unlisted)
        mark[m] = 1
        for f in range(columns):
            knows[f] += known[m, f]
    for x in range(count):
        mark[members[x]] = 0
    return value


@kernel
def cluster_value(members, graph, unlisted):
    """Return the evidence within one cluster; `members` are sorted records, `graph` as in `sample_partitions`."""
    n, columns = graph[3].shape
    work = (np.zeros(columns), np.zeros(columns, np.int64), np.zeros(columns, np.int64))
    return evidence_within(members, len(members), graph, unlisted, np.zeros(n, np.int64), work)
