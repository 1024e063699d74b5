"""The table behind a fit: decisions, their alternatives, the statistics of each, and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from greatfear.errors import Fault, FaultList, RiskSetError
from greatfear.estimate.compiling import Compiled, compile_formula
from greatfear.estimate.events import Bools, Events, Exclusion, Floats, Ints
from greatfear.estimate.formula import Formula
from greatfear.estimate.kernels import statistics as kernels
from greatfear.estimate.kernels.rows import fill_rows
from greatfear.estimate.kernels.spells import SPELL, fill_spells, most_spells
from greatfear.estimate.risk import RiskSet

__all__ = ["Request", "Table", "tabulate", "tabulate_spells"]

Kind = Literal["choice", "rate", "dyad"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a model asks for.

    Parameters
    ----------
    formula, risk
    kind : str
        ``"choice"``: a sender among receivers; ``"rate"``: among senders; ``"dyad"``: among pairs.
    is_timed : bool
        Whether intervals count: one set per change, with its length; else one set per time of events.
    start, end : float or None
        Observation; None stands for the first and the last time at which anything that the formula reads happens.
    """

    formula: Formula
    risk: RiskSet
    kind: Kind
    is_timed: bool = False
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
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
    sizes : array, shape (events,)
        Size of the risk set of each event.
    n_silent : int
        Intervals that end without an event.
    n_actors : int
    left_out : tuple of Exclusion
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
    sizes: Floats
    n_silent: int
    n_actors: int
    left_out: tuple[Exclusion, ...]

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

    Examples
    --------
    >>> from greatfear.estimate.formula import parse_formula
    >>> events = Events(3, np.array([1.0, 2.0]), np.array([0, 1]), np.array([1, 0]))
    >>> tabulate(Request(parse_formula("recip"), RiskSet(), "choice"), events).x.ravel().tolist()
    [0.0, 0.0, 1.0, 0.0]
    """
    compiled = compile_formula(request.formula, request.risk, events)
    compiled.rule["is_rate"] = request.kind == "rate"
    is_kept, start, end = events_within(request, compiled, events)
    time, actor = _decisions(request, compiled, events, (is_kept, start, end))
    x, pair, first = _rows(compiled, time, actor)
    chosen = _chosen(request, events, is_kept, (time, actor, first, pair))
    found = chosen >= 0
    left_out = exclusions(request, events, is_kept, found)
    of_set = np.searchsorted(first, chosen[found], side="right") - 1
    counts = np.bincount(of_set, minlength=time.size).astype(np.float64)
    exposure = np.diff(time, prepend=start) if request.is_timed else np.zeros(time.size)
    return Table(
        names=request.formula.names,
        x=columns_of(x, request.formula),
        weight=np.ones(len(x)),
        pair=pair,
        start=first,
        time=time,
        exposure=exposure,
        events=counts,
        chosen=chosen[found],
        sizes=np.diff(first)[of_set].astype(np.float64),
        n_silent=int(((counts == 0) & (exposure > 0)).sum()),
        n_actors=events.n_actors,
        left_out=left_out,
    )


def tabulate_spells(request: Request, events: Events) -> Table:
    """Return the table of a model in time with a row per spell: as much as `tabulate` says, in far fewer rows.

    Returns
    -------
    Table
        Of one set with exposure 1; the weight of a row is the length of its spell in days.

    Raises
    ------
    RiskSetError
        If no event is left in the risk set.

    Examples
    --------
    >>> from greatfear.estimate.formula import parse_formula
    >>> events = Events(3, np.array([1.0, 2.0, 4.0]), np.array([0, 1, 2]), np.array([1, 0, 1]))
    >>> tabulate_spells(Request(parse_formula("1"), RiskSet(), "rate", True), events).weight.tolist()
    [3.0, 3.0, 3.0]
    """
    compiled = compile_formula(request.formula, request.risk, events)
    compiled.rule["is_rate"] = request.kind == "rate"
    is_kept, start, end = events_within(request, compiled, events)
    time, _ = _decisions(request, compiled, events, (is_kept, start, end))
    second = events.sender if request.kind == "rate" else events.receiver
    pairs = (events.sender * events.n_actors + second)[is_kept]
    which = np.stack([np.searchsorted(time, events.time[is_kept]), pairs], axis=1)
    x, spell, chosen, size = _spells(compiled, (time, start), which)
    found = chosen >= 0
    left_out = exclusions(request, events, is_kept, found)
    is_eventful = np.isin(np.arange(time.size), which[found, 0])
    return Table(
        names=request.formula.names,
        x=columns_of(x, request.formula),
        weight=np.ascontiguousarray(spell["length"]),
        pair=np.ascontiguousarray(spell["pair"]),
        start=np.array([0, len(x)]),
        time=time[-1:],
        exposure=np.ones(1),
        events=np.array([float(found.sum())]),
        chosen=chosen[found],
        sizes=size[which[found, 0]].astype(np.float64),
        n_silent=int((~is_eventful & (np.diff(time, prepend=start) > 0)).sum()),
        n_actors=events.n_actors,
        left_out=left_out,
    )


def columns_of(x: Floats, formula: Formula) -> Floats:
    """Return the columns of the model without helpers; refuse values that are no number."""
    own = np.ascontiguousarray(x[:, : len(formula.columns)])
    _check_finite(own, formula)
    return own


def exclusions(request: Request, events: Events, is_kept: Bools, found: Bools) -> tuple[Exclusion, ...]:
    """Return what was left out and why; refuse to go on where nothing is left."""
    late = int(events.is_dependent.sum() - is_kept.sum())
    left_out = [Exclusion("event", "outside the time of observation", late)] if late else []
    if not found.all():
        left_out.append(Exclusion("event", f"not in the risk set ({request.risk})", int((~found).sum())))
    if not found.any():
        observed = f"{len(found)} in the time of observation, none in the risk set ({request.risk})"
        raise RiskSetError(f"no event is left: {observed}")
    return (*events.left_out, *left_out)


def _spells(compiled: Compiled, span: tuple[Floats, float], which: Ints) -> tuple[Floats, Any, Ints, Ints]:
    """Return statistics and spells, the row of each event, and the size of the risk set at each moment."""
    time, start = span
    rule, n = compiled.rule[0], compiled.attribute.shape[1]
    is_local = not np.isin(compiled.terms["code"], (kernels.FOUR, kernels.NODE_TRANS)).any()
    room = most_spells(time, compiled.updates, is_local, bool(rule["is_rate"]), n)
    x, spell = np.empty((room, len(compiled.terms))), np.zeros(room, SPELL)
    chosen, size = np.full(len(which), -1, np.int64), np.zeros(time.size, np.int64)
    state, terms = compiled.new_state(), compiled.terms
    used = fill_spells(time, start, terms, rule, is_local, state, compiled.updates, which, x, spell, chosen, size)
    return x[:used], spell[:used], chosen, size


def _check_finite(x: Floats, formula: Formula) -> None:
    """Refuse statistics that are no number, such as the root of a negative attribute."""
    faults = [
        Fault(f"term {name!r}", "values that are no number", "a transform that the values allow")
        for name, column in zip(formula.names, x.T, strict=False)
        if not np.isfinite(column).all()
    ]
    if faults:
        raise FaultList(faults, "statistics")


def events_within(request: Request, compiled: Compiled, events: Events) -> tuple[Bools, float, float]:
    """Return which events are explained, and the time of observation."""
    own = events.time[events.is_dependent]
    if own.size == 0:
        raise RiskSetError("no dependent event: there is nothing to explain")
    times = np.concatenate([own, compiled.change_times()])
    start = float(times.min()) if request.start is None else request.start
    end = float(times.max()) if request.end is None else request.end
    return events.is_dependent & (events.time >= start) & (events.time <= end), start, end


def _decisions(
    request: Request, compiled: Compiled, events: Events, observed: tuple[Bools, float, float]
) -> tuple[Floats, Ints]:
    """Return moment and sender (-1: any) of every set, in the order of time."""
    is_kept, start, end = observed
    time, sender = events.time[is_kept], events.sender[is_kept]
    if request.kind == "choice":
        both = np.unique(np.stack([time, sender.astype(np.float64)], axis=1), axis=0)
        return np.ascontiguousarray(both[:, 0]), both[:, 1].astype(np.int64)
    times = np.unique(time)
    if request.is_timed:
        changes = compiled.change_times()
        # the end closes the last interval even if nothing happens then
        times = np.union1d(times, [*changes[(changes >= start) & (changes <= end)], end])
    return times, np.full(times.size, -1, np.int64)


def _rows(compiled: Compiled, time: Floats, actor: Ints) -> tuple[Floats, Ints, Ints]:
    """Return statistics, pairs and first rows of all sets: counted first, then filled."""
    n_terms, rule = len(compiled.terms), compiled.rule[0]
    start = np.zeros(time.size + 1, np.int64)
    x, pair = np.zeros((0, n_terms)), np.zeros(0, np.int64)
    for _ in range(2):
        fill_rows(time, actor, compiled.terms, rule, compiled.new_state(), compiled.updates, start, x, pair)
        if len(x) == 0:
            x, pair = np.zeros((int(start[-1]), n_terms)), np.zeros(int(start[-1]), np.int64)
    return x, pair, start


def _chosen(
    request: Request, events: Events, is_kept: Bools, table: tuple[Floats, Ints, Ints, Ints]
) -> npt.NDArray[np.int64]:
    """Return the row of every event, -1 where it is not in its set."""
    time, actor, first, pair = table
    sender = events.sender[is_kept]
    receiver = sender if request.kind == "rate" else events.receiver[is_kept]
    of_set = np.searchsorted(time, events.time[is_kept])
    if request.kind == "choice":
        # sets are in the order of (time, sender): go on to the sender within the time
        order = np.searchsorted(np.unique(time), events.time[is_kept]) * events.n_actors + sender
        of_set = np.searchsorted(np.searchsorted(np.unique(time), time) * events.n_actors + actor, order)
    square = events.n_actors * events.n_actors
    key = np.repeat(np.arange(time.size), np.diff(first)) * square + pair
    wanted = of_set * square + sender * events.n_actors + receiver
    row = np.minimum(np.searchsorted(key, wanted), max(key.size - 1, 0))
    if key.size == 0:
        return np.full(wanted.size, -1, np.int64)
    return np.where(key[row] == wanted, row, -1)
