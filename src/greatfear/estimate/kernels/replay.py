"""Events drawn from a fitted model, at the times (and for a choice by the senders) that were observed."""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel
from greatfear.draws.shapes import gumbel
from greatfear.estimate.kernels.sampled import CHOICE, DYAD, RATE, _is_taken, _may, _pair
from greatfear.estimate.kernels.state import advance
from greatfear.estimate.kernels.statistics import statistics_of_set


@kernel
def _weigh(kind, model, state, i, e, utility):
    """Write the utility of every candidate of sender i, minus infinity for those not at risk."""
    terms, rule, theta = model
    row = e if theta.shape[0] > 1 else 0
    n, out, pair = state.nets.node.shape[1], np.zeros((1, terms.size)), np.zeros((2, 1), np.int64)
    for c in range(utility.size):
        a, b = _pair(kind, n, i, c)
        utility[c] = -math.inf
        if _may(kind, rule, state, a, b):
            pair[0, 0], pair[1, 0] = a, b
            statistics_of_set(terms, state, pair, 1, out, 0)
            utility[c] = 0.0
            for k in range(theta.shape[1]):
                utility[c] += theta[row, k] * out[0, k]


@kernel
def replay(kind, time, sender, group, model, state, updates, place, key, drawn):
    """Write sender and receiver of every event, the largest of utility + Gumbel, and let them change the state.

    Parameters
    ----------
    kind : int
        CHOICE, DYAD or RATE; a rate leaves the observed history as it was.
    time, sender, group : arrays, shape (events,)
        As in `fill_sampled`; who was named before in the sitting is no candidate.
    model : tuple
        Terms (TERM), risk set (a RULE record) and coefficients: one row for all events, or a row for each.
    state : State
        At the start; changed.
    updates : array of UPDATE
        Changed: those that an event causes get its drawn persons.
    place : tuple of int64 arrays
        First of each event's updates in the second array, which holds places among all updates.
    key : uint64
        Of the draws.
    drawn : int64 array, shape (events, 2)
        Output; -1 where nobody was at risk.
    """
    n = state.nets.node.shape[1]
    first, which = place
    utility = np.zeros(n * n if kind == DYAD else n)
    named = np.full(time.size, -1, np.int64)
    u = 0
    for e in range(time.size):
        i = sender[e]
        # events of one time see one state
        is_new = e == 0 or time[e] != time[e - 1] or (kind == CHOICE and i != sender[e - 1])
        if is_new or model[2].shape[0] > 1:
            u = advance(state, updates, u, time[e])
            _weigh(kind, model, state, i, e, utility)
        # the largest of utility + Gumbel is a choice by softmax, each draw with an address of its own
        best, top = -1, -math.inf
        for c in range(utility.size):
            if utility[c] == -math.inf or _is_taken(named, group[e], e, c):
                continue
            a, b = _pair(kind, n, i, c)
            score = utility[c] + gumbel(key, e, a, b)
            if score > top:
                best, top = c, score
        named[e] = best
        drawn[e] = -1
        # nobody was at risk: the event is left out, and nothing that follows from it happens
        if best < 0:
            continue
        a, b = _pair(kind, n, i, best)
        drawn[e, 0], drawn[e, 1] = a, b
        # a rate is asked about the history as it was, which its draws do not change
        if kind == RATE:
            continue
        for m in range(first[e], first[e + 1]):
            # an event that ties both has its second update the other way round
            updates[which[m]].i = a
            updates[which[m]].j = b
