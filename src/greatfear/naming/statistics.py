"""The statistics: the value of each, and the update of the history after "i names j". Simulator and estimator share this text.

Each is a number for (speaker i, candidate j, history). Those on ties read bits that the caller sets (`facts`), the others
read the `History`. Every one is finite, and 0 on an empty history unless it reads ties; a code without a branch here yields NaN,
never another statistic. They are filled in columns, a statistic for all candidates at once: taking the arrays of a history
apart costs more than reading one number from them. The naive twins are in reference/naming.py.
"""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel, lean_kernel, small_kernel
from greatfear.naming.facts import FIRST_OWN
from greatfear.naming.history import pair_count, pair_slot
from greatfear.naming.registry import BASES, BINARY, IDENTITY, LOG1P, SQRT, STATISTICS, TIE

ACCUSED, DOOMED, RECIPROCITY, INERTIA, TWO_PATH = (
    STATISTICS[name].code for name in ("accused", "doomed", "reciprocity", "inertia", "two_path")
)
FACT = np.array([row.fact for row in STATISTICS.values()], np.int64)
"""The bit that a statistic on ties reads, by code; 0 for those that read something else."""
TIE_CODE = TIE.code
_IS_RANK = np.array([row.reads == "rank" for row in STATISTICS.values()])


@small_kernel
def transformed(x, transform):
    """Return x, log(1 + x), sqrt(x) or 1[x > 0]."""
    if transform == LOG1P:
        return math.log1p(x)
    if transform == SQRT:
        return math.sqrt(x)
    if transform == BINARY and not math.isnan(x):
        return 1.0 if x > 0 else 0.0
    return x


@lean_kernel
def two_path(history, i, j):
    """Return how many persons named both i and j (goldfish: commonSender)."""
    if i < 0 or j < 0 or history.size[1] < 2:
        return 0
    if history.person[j].speakers < history.person[i].speakers:  # both ways count the same; the shorter list is read
        i, j = j, i
    total, statement = 0, history.person[i].first_in
    while statement > 0:
        if pair_count(history, history.statement[statement - 1].speaker, j) > 0:
            total += 1
        statement = history.statement[statement - 1].next_in
    return total


@lean_kernel
def fill(code, transform, window, history, i, rows, facts, ranks, out):
    """Write one statistic of speaker i for every candidate.

    Parameters
    ----------
    code, transform, window : int
        Which statistic, how it is transformed, and the windowed count (-1: all time) or own kind of tie it reads.
    history : History
    i : int
        Row of the speaker in the record, -1 for a person not in it.
    rows : int64 array, shape (n,)
        Rows of the candidates, -1 for a person not in the record.
    facts : int64 array, shape (n,)
        Bits of `greatfear.naming.facts`.
    ranks : float64 array, shape (n,)
        Seniority of the candidates, 0 to 1.
    out : float64 array, shape (n,)
        Output.
    """
    bit, is_rank = np.int64(0), False
    if code == TIE_CODE:
        bit = np.int64(FIRST_OWN) << window
    elif 0 <= code < FACT.size:
        bit, is_rank = FACT[code], _IS_RANK[code]
    for c in range(rows.size):
        out[c] = ranks[c] if is_rank else 1.0 if facts[c] & bit else 0.0
    if bit == 0 and not is_rank:
        _remembered(code, window, history, i, rows, out)
    if transform != IDENTITY:
        for c in range(rows.size):
            out[c] = transformed(out[c], transform)


@lean_kernel
def _remembered(code, window, history, i, rows, out):
    """Write a statistic that reads what was said before; a person not in the record keeps 0."""
    for c in range(rows.size):
        if rows[c] >= 0:
            out[c] = _of_history(code, window, history, i, rows[c])


@lean_kernel
def _of_history(code, window, history, i, j):
    """Return a statistic that reads what was said before, for a candidate in the record."""
    if code == ACCUSED:
        return float(history.person[j].named if window < 0 else history.recent[window, j])
    if code == DOOMED:
        return float(history.person[j].doomed)
    if code == RECIPROCITY:
        return 1.0 if pair_count(history, j, i) > 0 else 0.0
    if code == INERTIA:
        return 1.0 if pair_count(history, i, j) > 0 else 0.0
    if code == TWO_PATH:
        return float(two_path(history, i, j))
    return math.nan


@lean_kernel
def note(history, statement, i, j):
    """Enter that i (-1: unknown) named j in the given statement: all counts, the pair, the lists."""
    history.person[j].named += 1
    for window in range(history.recent.shape[0]):
        history.recent[window, j] += 1
    # without pairs, or from an unknown person, each statement counts as that of another speaker
    kept = history.size[1]
    if i < 0 or kept == 0:
        history.person[j].speakers += 1
        return
    # the first time that i names j: the pair is entered, and i heads the list of those who named j
    slot = pair_slot(history, i, j)
    if history.pair[slot].key == 0:
        history.pair[slot].key = (np.int64(i) << 32 | np.int64(j)) + 1
        history.size[0] += 1
        history.person[j].speakers += 1
        history.person[i].subjects += 1
        if kept == 2:
            history.statement[statement].speaker = i
            history.statement[statement].next_in = history.person[j].first_in
            history.person[j].first_in = statement + 1
    history.pair[slot].count += 1


@lean_kernel
def fade(history, window, j):
    """Let one statement that names j leave the window."""
    history.recent[window, j] -= 1


@lean_kernel
def settle(history, j):
    """Enter that j was sentenced, died or fled."""
    history.person[j].doomed = 1


@lean_kernel
def utilities(terms, history, pressure, i, rows, facts, ranks, column, out, parts):
    """Write for every candidate the sum of coefficient times statistic over all terms, and the part of each basis in it.

    Parameters
    ----------
    terms : Terms
        Arrays `code`, `transform`, `window`, `theta`, `slope` of equal length.
    pressure : float
        Of the sitting, 0 to 1; 0 outside of one. The coefficients are theta + slope * pressure.
    history, i, rows, facts, ranks
        As for `fill`.
    column : float64 array, shape (n,)
        Room for one statistic.
    out : float64 array, shape (n,)
        Output.
    parts : float64 array, shape (bases, n)
        Output: the sum over the terms of each of `BASES`.
    """
    for c in range(rows.size):
        out[c] = 0.0
        for b in range(parts.shape[0]):
            parts[b, c] = 0.0
    for k in range(terms.code.size):
        fill(terms.code[k], terms.transform[k], terms.window[k], history, i, rows, facts, ranks, column)
        theta = terms.theta[k] + terms.slope[k] * pressure
        for c in range(rows.size):
            out[c] += theta * column[c]
            parts[terms.basis[k], c] += theta * column[c]


@lean_kernel
def value(code, transform, window, history, i, j, facts, rank):
    """Return one statistic for speaker i and one candidate j; see `fill`."""
    if 0 <= code < FACT.size and _IS_RANK[code]:
        return transformed(rank, transform)
    if code == TIE_CODE:
        return transformed(1.0 if facts & (np.int64(FIRST_OWN) << window) else 0.0, transform)
    if 0 <= code < FACT.size and FACT[code] > 0:
        return transformed(1.0 if facts & FACT[code] else 0.0, transform)
    return transformed(_of_history(code, window, history, i, j) if j >= 0 else 0.0, transform)


@kernel
def utility(terms, history, pressure, i, j, facts, rank):
    """Return the sum of coefficient times statistic over all terms for one candidate; see `utilities`."""
    out, parts = np.empty(1), np.empty((len(BASES), 1))
    one = (np.array([j]), np.array([facts]), np.array([rank]))
    utilities(terms, history, pressure, i, one[0], one[1], one[2], np.empty(1), out, parts)
    return out[0]
