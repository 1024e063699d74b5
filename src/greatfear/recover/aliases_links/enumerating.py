"""All partitions of up to eight records, weighed one by one; compiled."""

from __future__ import annotations

import numpy as np

from greatfear.draws import uniform
from greatfear.draws._jit import kernel, lean_kernel
from greatfear.recover.aliases_links.weighing import evidence_within


@lean_kernel
def _next(label, most, n):
    """Change labels to the next restricted growth string; return False after the last."""
    for k in range(n - 1, 0, -1):
        if label[k] <= most[k - 1]:
            label[k] += 1
            most[k] = max(most[k - 1], label[k])
            for rest in range(k + 1, n):
                label[rest] = 0
                most[rest] = most[k]
            return True
    return False


@kernel
def enumerate_partitions(graph, prior, unlisted, address, draws, together):
    """Weigh all partitions of up to eight records, write draws from them and the chance of each pair to be together.

    Parameters
    ----------
    graph, prior, unlisted, address, draws
        As in `sample_partitions`.
    together : float64 (n, n)
        Written.
    """
    n, columns = graph[3].shape
    key, component = address
    work = (np.zeros(columns), np.zeros(columns, np.int64), np.zeros(columns, np.int64))
    mark, members = np.zeros(n, np.int64), np.zeros(n, np.int64)
    subsets = np.zeros(1 << n)  # each cluster's weight once: there are far fewer subsets than partitions
    for subset in range(1, 1 << n):
        count = 0
        for r in range(n):
            if subset >> r & 1:
                members[count] = r
                count += 1
        subsets[subset] = prior[count] + evidence_within(members, count, graph, unlisted, mark, work)
    label, most, sets = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    weights = np.empty(4140)
    count, going = 0, True
    while going:
        sets[:] = 0
        for r in range(n):
            sets[label[r]] |= 1 << r
        weights[count] = 0.0
        for c in range(n):
            weights[count] += subsets[sets[c]]
        count += 1
        going = _next(label, most, n)
    weights = np.exp(weights[:count] - weights[:count].max())
    weights /= weights.sum()
    label[:] = 0
    most[:] = 0
    n_draws, done, cumulated = len(draws), 0, 0.0
    begin = uniform(np.uint64(key), component, 0, 1)
    for row in range(count):
        cumulated += weights[row]
        for a in range(n):
            for b in range(a):
                if label[a] == label[b]:
                    together[a, b] += weights[row]
                    together[b, a] += weights[row]
        # equal steps of the cumulated weight from one random start: each partition is drawn as often as it weighs
        while done < n_draws and ((done + begin) / n_draws < cumulated or row == count - 1):
            for a in range(n):
                draws[done, a] = label[a]
            done += 1
        _next(label, most, n)
