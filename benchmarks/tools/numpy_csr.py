"""A bound: NumPy over neighbours in compressed rows, a whole step at a time."""

import numpy as np

PACKAGE, WHO = "numpy", True


def build(n, ends, first):
    """Return (indptr, contacts, first)."""
    half = ends.shape[1]
    one = np.concatenate((np.repeat(np.arange(n, dtype=np.int32), half), ends.ravel()))
    two = np.concatenate((ends.ravel(), np.repeat(np.arange(n, dtype=np.int32), half)))
    indptr = np.concatenate(([0], np.cumsum(np.bincount(one, minlength=n))))
    return indptr, two[np.argsort(one, kind="stable")], first


def run(model, p, seed):
    """Name by whole steps; of several who name one person in a step, the last counts."""
    indptr, contacts, now = model
    rng, seen, place = np.random.default_rng(seed), np.zeros(indptr.size - 1, bool), np.zeros(indptr.size - 1, np.int64)
    seen[now] = True
    log = [(np.zeros(now.size, np.int32), np.full(now.size, -1), now)]
    while now.size:
        degree = indptr[now + 1] - indptr[now]
        start = np.cumsum(degree) - degree
        who, rows = np.repeat(now, degree), np.arange(degree.sum()) + np.repeat(indptr[now] - start, degree)
        whom = contacts[rows]
        kept = ~seen[whom]
        who, whom = who[kept], whom[kept]
        kept = rng.random(whom.size) < p
        who, whom = who[kept], whom[kept]
        turn = np.arange(whom.size)
        place[whom] = turn
        kept = place[whom] == turn
        who, now = who[kept], whom[kept]
        seen[now] = True
        log.append((np.full(now.size, len(log), np.int32), who, now))
    return tuple(np.concatenate(column) for column in zip(*log, strict=True))
