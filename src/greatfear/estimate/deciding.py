"""Who decided what, and when: the moments and sets of a model, which events it explains, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from greatfear.errors import RiskSetError
from greatfear.estimate.compiling import Compiled
from greatfear.estimate.events import Bools, Events, Exclusion, Floats, Ints
from greatfear.estimate.risk import RiskSet
from greatfear.naming.formula import Formula

Kind = Literal["choice", "rate", "dyad", "coordination"]
TiedTimes = Literal["breslow", "plackett-luce"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a model asks for.

    Parameters
    ----------
    formula, risk
    kind : str
        ``"choice"``: a sender among receivers; ``"rate"``: among senders; ``"dyad"``: among pairs; ``"coordination"``: among
        pairs without direction.
    is_timed : bool
        Whether intervals count: one set per change, with its length; else one set per time of events.
    start, end : float or None
        Observation; None stands for the first and the last time at which anything that the formula reads happens.
    ties : str
        ``"breslow"``: events of one time have the same alternatives; ``"plackett-luce"``: those named
        before in the sitting are no alternatives any more, in the order of the events.
    step : float or None
        Longest interval in days, for statistics that change as time passes.
    missing : str
        What is done with unknown attributes: ``"refuse"``, ``"drop"``, ``"indicator"`` or ``"mean"``.
    """

    formula: Formula
    risk: RiskSet
    kind: Kind
    is_timed: bool = False
    start: float | None = None
    end: float | None = None
    ties: TiedTimes = "breslow"
    step: float | None = None
    missing: str = "refuse"


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """The events that a model explains.

    Parameters
    ----------
    number : array of int
        Places among all events.
    time, sender, receiver : arrays
        In rate models the receiver is the sender.
    start, end : float
        Observation.
    """

    number: Ints
    time: Floats
    sender: Ints
    receiver: Ints
    start: float
    end: float


def events_within(request: Request, compiled: Compiled, events: Events) -> Explained:
    """Return which events are explained, and the time of observation.

    Raises
    ------
    RiskSetError
        If there is no dependent event.
    """
    own = events.time[events.is_dependent]
    if own.size == 0:
        gone = "; ".join(f"{each.count:,} {each.what}s {each.reason}" for each in events.left_out)
        raise RiskSetError(
            f"no event to explain. Excluded: {gone}" if gone else "no event to explain: no statement is recorded"
        )
    start, end = _observation(request, np.concatenate([own, compiled.change_times()]), events)
    number = np.flatnonzero(events.is_dependent & (events.time >= start) & (events.time <= end))
    sender = events.sender[number]
    receiver = sender if request.kind == "rate" else events.receiver[number]
    return Explained(number, events.time[number], sender, receiver, start, end)


def _observation(request: Request, times: Floats, events: Events) -> tuple[float, float]:
    """Return first and last time: as asked, else (where time counts) those of the record, else those of what happened."""
    covered = events.observed if request.is_timed else (None, None)
    asked = (request.start, request.end)
    first, last = (own if own is not None else known for own, known in zip(asked, covered, strict=True))
    return float(times.min()) if first is None else first, float(times.max()) if last is None else last


def moments(
    request: Request, compiled: Compiled, found: Explained, pressure: Floats | None = None
) -> tuple[Floats, Ints, Ints]:
    """Return moment and sender (-1: any) of every set, in the order of time, and the set of every event.

    Where a pressure is given for every event, those of one sender, time and pressure share a set.
    """
    if request.kind == "choice" and request.ties == "plackett-luce":
        return found.time, found.sender, np.arange(found.time.size)
    if request.kind == "choice":
        apart = [] if pressure is None else [np.nan_to_num(pressure[found.number], nan=-1.0)]
        pairs = np.stack([found.time, found.sender.astype(np.float64), *apart], axis=1)
        both, of_set = np.unique(pairs, axis=0, return_inverse=True)
        return np.ascontiguousarray(both[:, 0]), both[:, 1].astype(np.int64), of_set.ravel()
    times = np.unique(found.time)
    if request.is_timed:
        changes = compiled.change_times()
        # the end closes the last interval even if nothing happens then
        times = np.union1d(times, [*changes[(changes >= found.start) & (changes <= found.end)], found.end])
        if request.step is not None:
            times = np.union1d(times, np.arange(found.start + request.step, found.end, request.step))
    return times, np.full(times.size, -1, np.int64), np.searchsorted(times, found.time)


def first_of_sitting(events: Events, found: Explained) -> npt.NDArray[np.int64]:
    """Return for every explained event the place of the first one of its sitting.

    Without a sitting, the events of one sender and time are taken for one.
    """
    keys = np.stack([found.time, found.sender, events.sitting[found.number]], axis=1)
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return first[inverse.ravel()].astype(np.int64)


def exclusions(request: Request, events: Events, found: Explained, is_at_risk: Bools) -> tuple[Exclusion, ...]:
    """Return what was left out and why; refuse to go on where nothing is left.

    Raises
    ------
    RiskSetError
        If no event is left.
    """
    late = int(events.is_dependent.sum() - found.number.size)
    left_out = [Exclusion("event", "outside the time of observation", late)] if late else []
    if not is_at_risk.all():
        left_out.append(Exclusion("event", f"not in the risk set ({request.risk})", int((~is_at_risk).sum())))
    if not is_at_risk.any():
        observed = f"{len(is_at_risk)} in the time of observation, none in the risk set ({request.risk})"
        raise RiskSetError(f"no event is left: {observed}")
    return (*events.left_out, *left_out)
