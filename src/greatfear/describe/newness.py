"""Which namings are the first of their person: surely, or possibly, where dates are known no better than a month or a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import coded, numbers

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]
Spans = tuple[Floats, Floats]
"""First day on which each row may have been, and the day after the last; infinite where nothing is known."""


def spans(table: pa.Table, epoch: dt.date, ends: Callable[[], pa.Table]) -> Spans | None:
    """Return the days on which each row may have been; None where every row is known to the day.

    Parameters
    ----------
    table : pyarrow.Table
        With the columns ``time`` and ``precision``.
    epoch : datetime.date
        Day 0.
    ends : callable
        Returns the table with the column ``time_end``; asked only where there are intervals.
    """
    time, precision = numbers(table, "time"), coded(table, "precision")
    known = np.isfinite(time)
    coarse = {kind: precision.equals(kind) & known for kind in ("month", "year", "interval")}
    if known.all() and not any(rows.any() for rows in coarse.values()):
        return None
    low = np.where(known, np.floor(time), -np.inf)
    after = np.where(known, low + 1, np.inf)
    for kind, unit in (("month", "M"), ("year", "Y")):
        rows = coarse[kind]
        days = np.datetime64(epoch, "D") + low[rows].astype("timedelta64[D]")
        following = (days.astype(f"datetime64[{unit}]") + np.array(1, f"timedelta64[{unit}]")).astype("datetime64[D]")
        after[rows] = (following - np.datetime64(epoch, "D")).astype(np.int64)
    if coarse["interval"].any():
        end = numbers(ends(), "time_end")[coarse["interval"]]
        after[coarse["interval"]] = np.where(np.isfinite(end), np.ceil(end), np.inf)
    return low, after


def firsts(subject: Ints, days: Spans, n_persons: int) -> tuple[Bools, Bools]:
    """Return which namings are surely the first of their person, and which may be.

    Two namings of one day that are both known to the day stand in the order of the record. A naming is surely the first if
    every other one of its person is later, whatever the unknown days are; it may be the first if no other one is surely earlier.
    """
    low, after = days
    place = (np.arange(len(subject)) + 1) / (len(subject) + 1)  # within the day, after its beginning
    exact = after - low == 1
    start = np.where(exact, low + place, low)
    end = np.where(exact, low + place, after)
    surely = _least_of_others(start, subject, n_persons) >= end
    preceded = _least_of_others(end, subject, n_persons) <= start
    return surely, ~preceded


def _least_of_others(values: Floats, subject: Ints, n_persons: int) -> Floats:
    """Return for each row the least value among the other rows of its person; infinite where there is none."""
    order = np.lexsort((values, subject))
    who = subject[order]
    first = np.flatnonzero(np.r_[True, who[1:] != who[:-1]]) if len(order) else np.zeros(0, np.int64)
    least, second = np.full(n_persons, np.inf), np.full(n_persons, np.inf)
    least[who[first]] = values[order[first]]
    following = first + 1
    following = following[following < len(who)]
    following = following[who[following] == who[following - 1]]
    second[who[following]] = values[order[following]]
    is_least = np.zeros(len(values), bool)
    is_least[order[first]] = True
    return np.asarray(np.where(is_least, second[subject], least[subject]))
