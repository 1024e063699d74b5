"""Sampled risk sets: for every event the chosen one and a few controls, drawn evenly from those who were at risk.

A conditional logit on such sets estimates the same coefficients as on full ones (McFadden 1978; Lerner, Lomi 2020,
10.1017/nws.2019.57), since every set of controls is equally likely, whichever of it was chosen. Each row stands for the same
number of alternatives, its weight; equal weights leave estimates as they are and bring log-likelihoods to full size.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import kernel, lean_kernel
from greatfear.draws.shapes import integer
from greatfear.estimate.kernels.networks import COUNT, NEXT, WHO
from greatfear.estimate.kernels.rows import _is_open, write_rows
from greatfear.estimate.kernels.state import ATTRIBUTE, advance

CHOICE, RATE, DYAD = 0, 1, 2


@lean_kernel
def _pair(kind, n, i, c):
    """Return sender and receiver of candidate number c of an event of sender i."""
    if kind == CHOICE:
        return i, c
    return (c, c) if kind == RATE else (c // n, c % n)


@lean_kernel
def _may(kind, rule, state, i, j):
    """Whether a pair (in a rate: a sender) was at risk."""
    if kind != CHOICE and rule.sender >= 0 and not state.attribute[rule.sender, i] > 0:
        return False
    return kind == RATE or _is_open(rule, state, i, j)


@lean_kernel
def _is_taken(receiver, first, e, c):
    """Whether c was named before in the sitting, which began with event `first`."""
    for q in range(first, e):  # noqa: SIM110  compiled code knows no any() over a generator
        if receiver[q] == c:
            return True
    return False


@lean_kernel
def _count_open(kind, rule, state, counts):
    """Write how many may send, how many may receive, and how many may do both, without regard to opportunities."""
    n = state.nets.node.shape[1]
    counts[0] = counts[1] = counts[2] = 0
    for i in range(n):
        sends = kind == CHOICE or rule.sender < 0 or state.attribute[rule.sender, i] > 0
        receives = kind == RATE or rule.receiver < 0 or state.attribute[rule.receiver, i] > 0
        counts[0] += sends
        counts[1] += receives
        counts[2] += sends and receives


@lean_kernel
def _tied(kind, rule, state, i, found):
    """Write candidates that the opportunities allow into `found`; return how many."""
    n = state.nets.node.shape[1]
    first, last, count = (i, i + 1, 0) if kind == CHOICE else (0, n, 0)
    for a in range(first, last):
        block = state.nets.node[rule.opportunity, a].head_out
        while block > 0:
            for cell in range(WHO, WHO + state.nets.block[block - 1, COUNT]):
                j = np.int64(state.nets.block[block - 1, cell])
                if _may(kind, rule, state, a, j):
                    found[count] = j if kind == CHOICE else a * n + j
                    count += 1
            block = state.nets.block[block - 1, NEXT]
    return count


@lean_kernel
def _draw(kind, rule, state, key, event, own, taken, controls):
    """Write different controls into `controls`; return how many: fewer where not enough were at risk.

    `own` holds sender and chosen candidate, `taken` receivers, first of the sitting and place of the event.
    """
    n = state.nets.node.shape[1]
    receiver, first = taken
    total = n * n if kind == DYAD else n
    wanted, found, count = controls.size, 0, 0
    # few tries suffice where most candidates were at risk
    while found < wanted and count < 10 * wanted + 20:
        c = integer(key, event, 0, count, total)
        count += 1
        i, j = _pair(kind, n, own[0], c)
        is_new = c != own[1] and _may(kind, rule, state, i, j) and not _is_taken(receiver, first, event, c)
        for k in range(found):
            is_new = is_new and controls[k] != c
        if is_new:
            controls[found] = c
            found += 1
    if found == wanted:
        return found
    # else go through all of them once, each kept with equal chance (reservoir); other numbers than above
    seen = 0
    for c in range(total):
        i, j = _pair(kind, n, own[0], c)
        if c != own[1] and _may(kind, rule, state, i, j) and not _is_taken(receiver, first, event, c):
            seen = _keep(key, event, c, seen, controls)
    return min(seen, wanted)


@lean_kernel
def _keep(key, event, c, seen, controls):
    """Give the next candidate its equal chance of a place among the controls; return how many were seen."""
    place = seen if seen < controls.size else integer(key, event, 1, c, seen + 1)
    if place < controls.size:
        controls[place] = c
    return seen + 1


@lean_kernel
def _draw_tied(key, event, own, taken, candidates, listed, controls):
    """As `_draw`, from the first `listed` of some candidates; return also how many were at risk."""
    receiver, first = taken
    seen = 0
    for place in range(listed):
        c = candidates[place]
        if c != own[1] and not _is_taken(receiver, first, event, c):
            seen = _keep(key, event, c, seen, controls)
    return min(seen, controls.size), seen + 1


@kernel
def fill_sampled(kind, time, chosen, group, terms, rule, state, updates, n_controls, key, start, x, pair, size):
    """Write a set of rows per event, the chosen one first; a set has no row where the chosen one was not at risk.

    Parameters
    ----------
    kind : int
        CHOICE: candidates are receivers of the sender; RATE: senders; DYAD: pairs i * n + j.
    time : float64 array, shape (events,)
        In ascending order; every event sees the updates before its time.
    chosen : int64 array, shape (events, 2)
        Sender, and candidate that was chosen.
    group : int64 array, shape (events,)
        First event of the sitting within which nobody is named twice; the event itself where there is none.
    terms, rule, state, updates, x, pair
        As in `fill_rows`; `x` and `pair` have room for events * (n_controls + 1) rows.
    n_controls : int
    key : uint64
        Of the draws.
    start, size : int64 arrays, shapes (events + 1,) and (events,)
        Output: first row of each set; how many were at risk.
    """
    controls, counts, who = (
        np.zeros(n_controls, np.int64),
        np.zeros(3, np.int64),
        np.zeros((2, n_controls + 1), np.int64),
    )
    candidates = np.zeros(state.nets.link.size if rule.opportunity >= 0 else 1, np.int64)
    _fill_sets(
        kind, time, chosen, group, terms, rule, state, updates, key, start, x, pair, size,
        chosen[:, 1].copy(), controls, counts, candidates, who,
    )  # fmt: skip


@lean_kernel
def _fill_sets(
    kind, time, chosen, group, terms, rule, state, updates, key, start, x, pair, size, receiver, controls, counts, candidates, who
):  # fmt: skip
    """Do the work of `fill_sampled` with the room that it made."""
    n = state.nets.node.shape[1]
    _count_open(kind, rule, state, counts)
    row, u = 0, 0
    for e in range(time.size):
        # who may send or receive is counted again only when an attribute changed: it takes a pass over everybody
        before = u
        u = advance(state, updates, u, time[e])
        for changed in range(before, u):
            if updates[changed].kind == ATTRIBUTE:
                _count_open(kind, rule, state, counts)
                break
        # an event whose own pair was not at risk has no set: the model says nothing about it
        start[e] = row
        own, taken = (chosen[e, 0], chosen[e, 1]), (receiver, group[e])
        i, j = _pair(kind, n, own[0], own[1])
        if not _may(kind, rule, state, i, j) or _is_taken(receiver, group[e], e, own[1]):
            continue
        # under an opportunity only tied pairs were at risk, and all are listed; otherwise candidates are tried at random
        if rule.opportunity >= 0 and kind != RATE:
            listed = _tied(kind, rule, state, i, candidates)
            found, size[e] = _draw_tied(key, e, own, taken, candidates, listed, controls)
        else:
            found = _draw(kind, rule, state, key, e, own, taken, controls)
            size[e] = _number(kind, rule, state, counts, i)
            for q in range(group[e], e):
                size[e] -= _may(kind, rule, state, i, receiver[q])
        # the chosen pair stands first in its set, then the controls
        for k in range(-1, found):
            a, b = _pair(kind, n, own[0], own[1] if k < 0 else controls[k])
            who[0, k + 1], who[1, k + 1] = a, b
        row = write_rows(terms, state, who, found + 1, x, pair, row)
    start[time.size] = row


@lean_kernel
def _number(kind, rule, state, counts, i):
    """Return how many were at risk, from the counts of those who may send, receive, and both."""
    if kind == RATE:
        return counts[0]
    if kind == DYAD:
        return counts[0] * counts[1] - counts[2]
    is_own = rule.receiver < 0 or state.attribute[rule.receiver, i] > 0
    return counts[1] - (1 if is_own else 0)
