"""Coefficients that depend on the pressure of the sitting: ``organisation:pressure``, as in the naming rule."""

from __future__ import annotations

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.deciding import Explained, Request
from greatfear.estimate.events import Bools, Events, Floats, Ints
from greatfear.naming.formula import Formula


def by_pressure(formula: Formula) -> Bools:
    """Return which columns pressure multiplies."""
    found = [any(effect.kind.reads == "pressure" for effect in column) for column in formula.columns]
    return np.array(found, np.bool_)


def refuse_pressure(formula: Formula, model: str) -> None:
    """Refuse pressure in a model that is not of a choice: only a sitting has a pressure.

    Raises
    ------
    FaultList
        Naming the terms.
    """
    names = [name for name, is_by in zip(formula.names, by_pressure(formula), strict=True) if is_by]
    if names:
        fix = "use a NamingModel, whose events belong to sittings"
        raise FaultList(
            [Fault(f"term {name!r}", f"pressure in {model}", "no pressure", fix) for name in names], "formula"
        )


def pressure_of(request: Request, events: Events) -> Floats:
    """Return the pressure of every event; unknown ones are NaN, or the mean where that was asked."""
    pressure = events.pressure
    known = pressure[events.is_dependent & ~np.isnan(pressure)]
    if request.missing == "mean" and known.size:
        return np.where(np.isnan(pressure), known.mean(), pressure)
    return pressure


def weigh_by_pressure(x: Floats, first: Ints, of_set: Ints, request: Request, where: tuple[Events, Explained]) -> None:
    """Multiply the columns that pressure multiplies by that of the event that each set is of.

    Parameters
    ----------
    x, first : arrays, shapes (rows, columns) and (sets + 1,)
        Statistics, changed; first row of each set.
    of_set : array of int, shape (events,)
        Set of each explained event; events of one set have one pressure.
    request
    where : tuple of Events and Explained
    """
    columns = np.flatnonzero(by_pressure(request.formula))
    if not columns.size:
        return
    events, found = where
    of_each = np.zeros(first.size - 1)
    of_each[of_set] = pressure_of(request, events)[found.number]
    x[:, columns] *= np.repeat(of_each, np.diff(first))[:, None]
