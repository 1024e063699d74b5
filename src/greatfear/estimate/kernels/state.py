"""What a model reads at a moment: networks, attributes, the history of the naming rule; and the updates that change them.

The statistics of the mechanism read a `naming.History`, which the simulator keeps in the same way.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, no-check-untyped-defs, allow-untyped-calls

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._jit import lean_kernel
from greatfear.estimate.kernels.networks import Networks, add_tie, new_networks
from greatfear.naming.history import History, new_history
from greatfear.naming.statistics import fade, note, settle

TIE, ATTRIBUTE, NOTE, FADE, SETTLE = 0, 1, 2, 3, 4

UPDATE = np.dtype(
    [
        ("time", "f8"),
        ("value", "f8"),
        ("kind", "i4"),
        ("where", "i4"),
        ("i", "i4"),
        ("j", "i4"),
        ("event", "i4"),
    ],
    align=True,
)
"""A change. TIE: `value` is added to tie (i, j) of network `where`. ATTRIBUTE: attribute `where` of i becomes `value`. In the
history of the naming rule: NOTE: i (-1: unknown) named j; FADE: a statement against j leaves window `where`; SETTLE: i was
sentenced, died or fled. `event` is the event that caused it, -1 for none; i or j is -1 where a change concerns one person."""


class State(NamedTuple):
    """Networks and attributes at a moment."""

    nets: Networks
    attribute: NDArray[np.float64]
    """Shape (attributes, actors)."""
    memo: NDArray[np.float64]
    """Shape (terms, 2): a number that holds for all pairs, and the stamp for which it was computed."""
    history: History


class Room(NamedTuple):
    """How large a state must be: ties over all networks, terms, statements, windows; and what the history keeps."""

    n_ties: int
    n_terms: int = 0
    n_statements: int = 0
    n_windows: int = 0
    keeps_history: bool = False


def new_state(halflives: NDArray[np.float64], attribute: NDArray[np.float64], room: Room) -> State:
    """Return a state without ties, with room for this many.

    Parameters
    ----------
    halflives : array, shape (networks,)
        Days, 0 for weights that stay.
    attribute : array, shape (attributes, actors)
        Values at the start.
    room : Room
    """
    n = attribute.shape[1]
    keeps = room.keeps_history
    history = new_history(
        n if keeps else 1, room.n_statements + 1 if keeps else 1, room.n_windows, pairs=keeps, lists=keeps
    )
    memo = np.full((max(room.n_terms, 1), 2), -1.0)
    return State(new_networks(halflives, n, room.n_ties), attribute.copy(), memo, history)


@lean_kernel
def _apply(state, update):
    """Apply one update."""
    if update.kind == TIE:
        add_tie(state.nets, update.where, update.i, update.j, update.value, update.time)
    elif update.kind == ATTRIBUTE:
        state.attribute[update.where, update.i] = update.value
    elif update.kind == NOTE:
        note(state.history, update.event, update.i, update.j)
    elif update.kind == FADE:
        fade(state.history, update.where, update.j)
    else:
        settle(state.history, update.i)


@lean_kernel
def advance(state, updates, first, time):
    """Apply the updates from place `first` that are earlier than `time`; return the place of the next one."""
    u = first
    while u < updates.size and updates[u].time < time:
        _apply(state, updates[u])
        u += 1
    state.nets.clock[0].now = time
    if u > first:
        state.nets.clock[0].stamp += 1
    return u
