"""A bound: a plain Numba loop over neighbours in compressed rows, with a queue."""

import numba
import numpy as np
from tools.numpy_csr import build

__all__ = ["PACKAGE", "WHO", "build", "run"]

PACKAGE, WHO = "numba", True


def run(model, p, seed):
    """Name person by person."""
    return _run(*model, p, seed)


@numba.njit(cache=True)
def _run(indptr, contacts, first, p, seed):
    np.random.seed(seed)
    n, total = indptr.size - 1, first.size
    seen = np.zeros(n, np.bool_)
    step, accuser, accused = np.zeros(n, np.int32), np.full(n, -1, np.int32), np.empty(n, np.int32)
    accused[:total] = first
    for i in first:
        seen[i] = True
    head = 0
    while head < total:
        i = accused[head]
        for row in range(indptr[i], indptr[i + 1]):
            j = contacts[row]
            if not seen[j] and np.random.random() < p:
                seen[j] = True
                step[total], accuser[total], accused[total] = step[head] + 1, i, j
                total += 1
        head += 1
    return step[:total], accuser[:total], accused[:total]
