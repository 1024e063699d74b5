"""The statistics that weigh whom a pressed person names: the one text that simulator and estimator share.

Each is a number for (speaker i, candidate j, history). Those on ties read bits that the caller sets (`facts`), the others
read the `History`, whose `note` is their update. Every one is finite, and 0 on an empty history unless it reads ties.
The naive twins are in reference/naming.py.
"""

from __future__ import annotations

import math

from greatfear.draws._jit import kernel, small_kernel
from greatfear.naming import facts
from greatfear.naming.history import pair_count

__all__ = ["transformed", "two_path", "utility", "value"]

KIN, UNIT, STRATUM, ACQUAINTANCE, ORGANISATION, PROMPTED, ACCUSED, DOOMED = 0, 1, 2, 3, 4, 5, 6, 7
RECIPROCITY, INERTIA, TWO_PATH, TARGETED, SENIORITY = 8, 9, 10, 11, 12
IDENTITY, LOG1P, SQRT, BINARY = 0, 1, 2, 3

_KIN, _UNIT, _ACQUAINTANCE, _ORGANISATION = facts.KIN, facts.UNIT, facts.ACQUAINTANCE, facts.ORGANISATION
_PROMPTED, _STRATUM, _TARGETED = facts.PROMPTED, facts.SAME_STRATUM, facts.TARGETED


@small_kernel
def transformed(x, transform):
    """Return x, log(1 + x), sqrt(x) or 1[x > 0]."""
    if transform == LOG1P:
        return math.log1p(x)
    if transform == SQRT:
        return math.sqrt(x)
    if transform == BINARY:
        return 1.0 if x > 0 else 0.0
    return x


@kernel
def two_path(history, i, j):
    """Return how many persons named both i and j (goldfish: commonSender)."""
    if i < 0 or j < 0 or history.size[1] < 2:
        return 0
    total, statement = 0, history.person[i].first_in
    while statement > 0:
        if pair_count(history, history.statement[statement - 1].speaker, j) > 0:
            total += 1
        statement = history.statement[statement - 1].next_in
    return total


@small_kernel
def value(code, transform, window, history, i, j, facts, rank):
    """Return one statistic for speaker i and candidate j.

    Parameters
    ----------
    code, transform, window : int
        Which statistic, how it is transformed, and the windowed count it reads (-1: all time).
    history : History
    i, j : int
        Rows in the record, -1 for a person not in it.
    facts : int
        Bits of `greatfear.naming.facts`.
    rank : float
        Seniority of the candidate, 0 to 1.

    Returns
    -------
    float

    Examples
    --------
    >>> from greatfear.naming.history import new_history
    >>> value(KIN, 0, -1, new_history(2, 2), 0, 1, 1, 0.0)
    1.0
    """
    x = 0.0
    if code == KIN:
        x = 1.0 if facts & _KIN else 0.0
    elif code == UNIT:
        x = 1.0 if facts & _UNIT else 0.0
    elif code == STRATUM:
        x = 1.0 if facts & _STRATUM else 0.0
    elif code == ACQUAINTANCE:
        x = 1.0 if facts & _ACQUAINTANCE else 0.0
    elif code == ORGANISATION:
        x = 1.0 if facts & _ORGANISATION else 0.0
    elif code == PROMPTED:
        x = 1.0 if facts & _PROMPTED else 0.0
    elif code == TARGETED:
        x = 1.0 if facts & _TARGETED else 0.0
    elif code == SENIORITY:
        x = rank
    elif j >= 0:
        x = _remembered(code, window, history, i, j)
    return transformed(x, transform)


@small_kernel
def _remembered(code, window, history, i, j):
    """Return a statistic that reads what was said before."""
    if code == ACCUSED:
        return float(history.person[j].named) if window < 0 else float(history.recent[window, j])
    if code == DOOMED:
        return float(history.person[j].doomed)
    if code == RECIPROCITY:
        return 1.0 if pair_count(history, j, i) > 0 else 0.0
    if code == INERTIA:
        return 1.0 if pair_count(history, i, j) > 0 else 0.0
    return float(two_path(history, i, j))


@small_kernel
def utility(terms, history, i, j, facts, rank):
    """Return the sum of coefficient times statistic over all terms.

    Parameters
    ----------
    terms : Terms
        Arrays `code`, `transform`, `window`, `theta` of equal length.
    """
    total = 0.0
    for k in range(terms.code.size):
        total += terms.theta[k] * value(terms.code[k], terms.transform[k], terms.window[k], history, i, j, facts, rank)
    return total
