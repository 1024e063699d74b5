"""From a request to a result: the shortest table, the climb, and what is said of both."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from greatfear.errors import Fault, FaultList, UnknownNameError, found
from greatfear.estimate.deciding import Request
from greatfear.estimate.events import Events, Floats
from greatfear.estimate.fit import Fit
from greatfear.estimate.newton import Climb, Moment, NotIdentifiedError, check_varies, climb, likelihood
from greatfear.estimate.sampling import Controls, tabulate_sampled
from greatfear.estimate.tabulating import Table, tabulate, tabulate_spells
from greatfear.estimate.unknown import has_unknown
from greatfear.naming.formula import Formula

if TYPE_CHECKING:
    from collections.abc import Callable

    from greatfear.estimate.from_frame import Frame
    from greatfear.record.archive import StoredArchive

Data: TypeAlias = "Events | StoredArchive | str | os.PathLike[str] | Frame"
"""What a model can be fitted to."""
_MANY, _SHARE = 50_000, 8
_NAMES = {"choice": "choice", "rate": "rate", "dyad": "dyadic", "coordination": "coordination"}


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be fitted: a request, coefficients that are given, and how alternatives are drawn."""

    request: Request
    fixed: Mapping[str, float]
    controls: Controls | None = None


def as_events(events: Data) -> Events:
    """Return events; an archive, the folder of one, or a table of statements is read for them.

    Raises
    ------
    FaultList
        For another kind of thing.
    """
    if isinstance(events, Events):
        return events
    if isinstance(events, str | os.PathLike):
        from greatfear.record.archive import StoredArchive as Stored
        from greatfear.record.reading import open_folder

        events = open_folder(events, Stored)
    if hasattr(events, "manifest"):
        from greatfear.estimate.from_archive import events_from_archive

        return events_from_archive(cast("StoredArchive", events))
    if hasattr(events, "__arrow_c_stream__"):
        from greatfear.estimate.from_frame import events_from_frame

        return events_from_frame(events)
    allowed = "an archive, the path of one, Events, or a table with the columns time, speaker and subject"
    fix = "a run holds its archive: run.archive" if hasattr(events, "archive") else ""
    raise FaultList([Fault("events", found(events), allowed, fix)], "fit")


def refuse_alone(formula: Formula, names: tuple[str, ...], why: str) -> None:
    """Refuse effects that a model cannot have alone.

    Raises
    ------
    FaultList
        Naming the terms.
    """
    faults = [
        Fault(f"term {column[0].name!r}", column[0].name, "effects that differ between alternatives", why)
        for column in formula.columns
        if len(column) == 1 and column[0].kind.name in names
    ]
    if faults:
        raise FaultList(faults, "formula")


def table_of(task: Task, events: Data) -> Table:
    """Return the statistics of all alternatives, or of those that are drawn.

    Raises
    ------
    FaultList
        If alternatives are to be drawn in a model in which time counts.
    """
    if task.controls is None:
        return tabulate(task.request, as_events(events))
    if task.request.is_timed:
        found = f"{task.controls}, in a model in which time counts"
        raise FaultList([Fault("controls", found, "none, or timing='ordinal'")], "model")
    return tabulate_sampled(task.request, as_events(events), task.controls)


def table_for_fit(task: Task, events: Data) -> Table:
    """Return the table of `table_of`, as short as it can be: in a model in which time counts, a row per spell."""
    is_moving = any(effect.is_moving for effect in task.request.formula.effects)
    known = as_events(events)
    # without the alternatives that are unknown, risk sets must be counted at every moment
    is_whole = task.request.missing != "drop" or not has_unknown(task.request.formula, known)
    if task.request.is_timed and task.controls is None and not is_moving and is_whole:
        return tabulate_spells(task.request, known)
    return table_of(task, known)


def fit_table(task: Task, table: Table, moment: Callable[[Floats], Moment] | None = None) -> Fit:
    """Climb, and put the result together.

    Parameters
    ----------
    task, table
    moment : callable, optional
        Log-likelihood, score and information at theta; those of a choice or of waiting times if not given.

    Raises
    ------
    UnknownNameError
        If a fixed term is not in the formula.
    NotIdentifiedError
        If the events cannot tell terms apart.
    """
    request, names = task.request, table.names
    for name in task.fixed:
        if name not in names:
            raise UnknownNameError("fixed term", name, names)
    start = _first_guess(table, request)
    for name, value in task.fixed.items():
        start[names.index(name)] = value
    is_free = np.array([name not in task.fixed for name in names])
    if moment is None:
        if not request.is_timed:
            check_varies(table, is_free)
            start = _nearer(table, start, is_free)
        moment = _moment_of(table, is_timed=request.is_timed)
    end = climb(moment, start, is_free, names)
    return _result(task, table, end, is_free, moment(np.zeros(len(names)))[0])


def _moment_of(table: Table, *, is_timed: bool) -> Callable[[Floats], Moment]:
    """Return log-likelihood, score and information of a table as a function of theta."""

    def moment(theta: Floats) -> Moment:
        return likelihood(table, theta, is_timed=is_timed)

    return moment


def _nearer(table: Table, start: Floats, is_free: np.ndarray) -> Floats:
    """Return a start near the maximum for a table of very many sets: the estimate from one set in eight.

    The climb on all of them then takes a few steps, however far the maximum is from the first guess. A part that does not settle
    every term says nothing: from a start far out, a term without a finite estimate would look as if it had one.
    """
    if len(table.start) <= _MANY:
        return start
    events = np.where(np.arange(table.events.size) % _SHARE == 0, table.events, 0.0)
    chosen = table.chosen[events[table.sets_of_events()] > 0]
    few = replace(table, events=events, chosen=chosen)
    try:
        end = climb(_moment_of(few, is_timed=False), start, is_free, table.names)
    except NotIdentifiedError:
        return start
    return end.theta if end.converged else start


def _first_guess(table: Table, request: Request) -> Floats:
    """Return zeros, and for an intercept the log of events per day and row."""
    start = np.zeros(len(table.names))
    if request.is_timed and "intercept" in table.names:
        at_risk = np.add.reduceat(np.append(table.weight, 0.0), table.start[:-1]) * (np.diff(table.start) > 0)
        exposure = float(table.exposure @ at_risk)
        if exposure > 0:
            start[table.names.index("intercept")] = math.log(table.chosen.size / exposure)
    return start


def _result(task: Task, table: Table, end: Climb, is_free: np.ndarray, null: float) -> Fit:
    """Put the result together."""
    free, request = np.flatnonzero(is_free), task.request
    covariance = np.zeros_like(end.information)
    if free.size:
        covariance[np.ix_(free, free)] = np.linalg.inv(end.information[np.ix_(free, free)])
    risk = str(request.risk).removesuffix("; never the sender") if request.kind == "rate" else str(request.risk)
    return Fit(
        model=_NAMES[request.kind],
        timing="interval" if request.is_timed else "ordinal",
        names=table.names,
        theta=end.theta,
        covariance=covariance,
        is_free=is_free,
        loglik=end.loglik,
        null_loglik=null,
        n_events=int(table.chosen.size),
        n_silent=table.n_silent,
        risk_set=risk if task.controls is None else f"{risk}; {task.controls}",
        risk_set_sizes=table.sizes,
        ties=request.ties,
        left_out=table.left_out,
        missing=table.missing,
        observed=table.observed,
        converged=end.converged,
        iterations=end.iterations,
        max_score=end.max_score,
        boundless=end.boundless,
    )
