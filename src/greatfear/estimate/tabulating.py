"""The table behind a fit: decisions, their alternatives, the statistics of each, and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from greatfear.estimate.compiling import Compiled, compile_formula
from greatfear.estimate.deciding import Explained, Request, events_within, exclusions, first_of_sitting, moments
from greatfear.estimate.events import Events, Exclusion, Floats, Ints
from greatfear.estimate.kernels.rows import fill_rows
from greatfear.estimate.kernels.spells import SPELL, fill_spells, most_spells
from greatfear.estimate.pressure import by_pressure, weigh_by_pressure
from greatfear.estimate.unknown import settle_unknown
from greatfear.show.face import Shown


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table(Shown):
    """Statistics of all alternatives of all decisions.

    Parameters
    ----------
    names : tuple of str
        Columns of `x`.
    x : array, shape (rows, columns)
    weight : array, shape (rows,)
        How many alternatives a row stands for.
    pair : array of int, shape (rows,)
        i * n_actors + j; in rate models j = i.
    start : array of int, shape (sets + 1,)
        First row of each set.
    time, exposure, events : arrays, shape (sets,)
        Moment; length of the interval up to it; number of dependent events then.
    chosen : array of int, shape (events,)
        Row of each event, in the order of the events.
    number : array of int, shape (events,)
        Place of each event among all events.
    sizes : array, shape (events,)
        Size of the risk set of each event.
    n_silent : int
        Intervals that end without an event.
    n_actors : int
    left_out : tuple of Exclusion
    missing : str
        What was done with unknown attributes, in words; empty where none was met.
    observed : tuple of float or None
        First and last time of observation, where time counts.
    """

    names: tuple[str, ...]
    x: Floats
    weight: Floats
    pair: Ints
    start: Ints
    time: Floats
    exposure: Floats
    events: Floats
    chosen: Ints
    number: Ints
    sizes: Floats
    n_silent: int
    n_actors: int
    left_out: tuple[Exclusion, ...]
    missing: str = ""
    observed: tuple[float, float] | None = None

    def __repr__(self) -> str:
        """Return the size and the columns on one line."""
        return f"<Statistics of {len(self.x):,} alternatives at {len(self.chosen):,} events: {', '.join(self.names)}>"

    def sets_of_events(self) -> Ints:
        """Return the set of each event."""
        return np.searchsorted(self.start, self.chosen, side="right") - 1

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the statistics to other programs by the Arrow protocol."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> Any:
        """Return the rows as an Arrow table: set, sender, receiver, weight, chosen (how often), and every column."""
        import pyarrow as pa

        columns = {
            "set": np.repeat(np.arange(self.start.size - 1), np.diff(self.start)),
            "sender": self.pair // self.n_actors,
            "receiver": self.pair % self.n_actors,
            "weight": self.weight,
            "chosen": np.bincount(self.chosen, minlength=len(self.x)),
        }
        return pa.table(columns | dict(zip(self.names, self.x.T, strict=True)))


def tabulate(request: Request, events: Events) -> Table:
    """Return the table of statistics: every alternative of every decision or interval.

    Raises
    ------
    RiskSetError
        If no event is left in the risk set.
    """
    is_mutual = request.kind == "coordination"
    compiled = compile_formula(request.formula, request.risk, events, is_mutual=is_mutual, missing=request.missing)
    compiled.rule["is_rate"] = request.kind == "rate"
    found = events_within(request, compiled, events)
    has_pressure = bool(by_pressure(request.formula).any())
    time, actor, of_set = moments(request, compiled, found, events.pressure if has_pressure else None)
    x, pair, first = _rows(compiled, time, actor)
    if request.kind == "choice" and request.ties == "plackett-luce":
        x, pair, first = _without_taken((x, pair, first), found, first_of_sitting(events, found), events.n_actors)
    weigh_by_pressure(x, first, of_set, request, (events, found))
    chosen = _chosen(found, of_set, (first, pair), events.n_actors)
    at_risk = chosen >= 0
    counts = np.bincount(of_set[at_risk], minlength=time.size).astype(np.float64)
    exposure = np.diff(time, prepend=found.start) if request.is_timed else np.zeros(time.size)
    table = Table(
        names=request.formula.names,
        x=np.ascontiguousarray(x[:, : len(request.formula.columns)]),
        weight=np.ones(len(x)),
        pair=pair,
        start=first,
        time=time,
        exposure=exposure,
        events=counts,
        chosen=chosen[at_risk],
        number=found.number[at_risk],
        sizes=np.diff(first)[of_set[at_risk]].astype(np.float64),
        n_silent=int(((counts == 0) & (exposure > 0)).sum()),
        n_actors=events.n_actors,
        left_out=exclusions(request, events, found, at_risk),
        observed=(found.start, found.end) if request.is_timed else None,
    )
    return settle_unknown(table, request.formula, events, request.missing)


def tabulate_spells(request: Request, events: Events) -> Table:
    """Return the table of a model in time with a row per spell: as much as `tabulate` says, in far fewer rows.

    Statistics that change as time passes have no spells; `tabulate` is for them.

    Returns
    -------
    Table
        Of one set with exposure 1; the weight of a row is the length of its spell in days.

    Raises
    ------
    RiskSetError
        If no event is left in the risk set.
    """
    compiled = compile_formula(request.formula, request.risk, events, missing=request.missing)
    compiled.rule["is_rate"] = request.kind == "rate"
    found = events_within(request, compiled, events)
    time, _, of_set = moments(request, compiled, found)
    which = np.stack([of_set, found.sender * events.n_actors + found.receiver], axis=1)
    x, spell, chosen, size = _spells(compiled, (time, found.start), which)
    at_risk = chosen >= 0
    is_eventful = np.isin(np.arange(time.size), of_set[at_risk])
    table = Table(
        names=request.formula.names,
        x=np.ascontiguousarray(x[:, : len(request.formula.columns)]),
        weight=np.ascontiguousarray(spell["length"]),
        pair=np.ascontiguousarray(spell["pair"]),
        start=np.array([0, len(x)]),
        time=time[-1:],
        exposure=np.ones(1),
        events=np.array([float(at_risk.sum())]),
        chosen=chosen[at_risk],
        number=found.number[at_risk],
        sizes=size[of_set[at_risk]].astype(np.float64),
        n_silent=int((~is_eventful & (np.diff(time, prepend=found.start) > 0)).sum()),
        n_actors=events.n_actors,
        left_out=exclusions(request, events, found, at_risk),
        observed=(found.start, found.end) if request.is_timed else None,
    )
    return settle_unknown(table, request.formula, events, request.missing)


def _spells(compiled: Compiled, span: tuple[Floats, float], which: Ints) -> tuple[Floats, Any, Ints, Ints]:
    """Return statistics and spells, the row of each event, and the size of the risk set at each moment."""
    time, start = span
    rule, n = compiled.rule[0], compiled.attribute.shape[1]
    is_local = compiled.is_local
    room = most_spells(time, compiled.updates, is_local, bool(rule["is_rate"]), n)
    x, spell = np.empty((room, len(compiled.terms))), np.zeros(room, SPELL)
    chosen, size = np.full(len(which), -1, np.int64), np.zeros(time.size, np.int64)
    state, terms = compiled.new_state(), compiled.terms
    used = fill_spells(time, start, terms, rule, is_local, state, compiled.updates, which, x, spell, chosen, size)
    return x[:used], spell[:used], chosen, size


def _rows(compiled: Compiled, time: Floats, actor: Ints) -> tuple[Floats, Ints, Ints]:
    """Return statistics, pairs and first rows of all sets: counted first, then filled."""
    n_terms, rule = len(compiled.terms), compiled.rule[0]
    start = np.zeros(time.size + 1, np.int64)
    x, pair, who = np.zeros((0, n_terms)), np.zeros(0, np.int64), np.zeros((2, compiled.attribute.shape[1]), np.int64)
    for _ in range(2):
        fill_rows(time, actor, compiled.terms, rule, compiled.new_state(), compiled.updates, start, x, pair, who)
        if len(x) == 0:
            x, pair = np.zeros((int(start[-1]), n_terms)), np.zeros(int(start[-1]), np.int64)
    return x, pair, start


def _without_taken(
    rows: tuple[Floats, Ints, Ints], found: Explained, group: Ints, n_actors: int
) -> tuple[Floats, Ints, Ints]:
    """Return the rows of one set per event without those who were named before in the sitting."""
    x, pair, first = rows
    square = n_actors * n_actors
    key = np.repeat(np.arange(group.size), np.diff(first)) * square + pair
    of_sitting: dict[int, list[int]] = {}
    gone = []
    for event, head in enumerate(group.tolist()):
        earlier = of_sitting.setdefault(head, [])
        gone += [event * square + int(found.sender[event]) * n_actors + j for j in earlier]
        earlier.append(int(found.receiver[event]))
    is_kept = ~np.isin(key, np.array(gone, np.int64))
    sizes = np.bincount(key[is_kept] // square, minlength=group.size)
    return x[is_kept], pair[is_kept], np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _chosen(found: Explained, of_set: Ints, rows: tuple[Ints, Ints], n_actors: int) -> Ints:
    """Return the row of every event, -1 where it is not in its set."""
    first, pair = rows
    square = n_actors * n_actors
    key = np.repeat(np.arange(first.size - 1), np.diff(first)) * square + pair
    wanted = of_set * square + found.sender * n_actors + found.receiver
    if key.size == 0:
        return np.full(wanted.size, -1, np.int64)
    row = np.minimum(np.searchsorted(key, wanted), key.size - 1)
    return np.where(key[row] == wanted, row, -1)
