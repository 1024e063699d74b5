"""Days on which a row may lie, and the bins of a histogram of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import Coded

Days = npt.NDArray[np.int32]
UNDATED = np.iinfo(np.int32).max
"""First day of a row whose time is not known."""
_UNITS = {"month": "M", "year": "Y"}
_MOST = 220


def days_of(time: npt.NDArray[Any], time_end: npt.NDArray[Any], precision: Coded, epoch: dt.date) -> tuple[Days, Days]:
    """Return the first day on which each row may lie, and the day after the last; `UNDATED` where it is not known."""
    known = np.isfinite(time) & ~precision.equals("unknown")
    day = np.floor(np.where(known, time, 0)).astype(np.int64)
    low, high = day.copy(), day + 1
    start = np.datetime64(epoch, "D")
    for name, unit in _UNITS.items():
        rows = np.flatnonzero(precision.equals(name) & known)
        if len(rows):
            whole = (start + day[rows].astype("timedelta64[D]")).astype(f"datetime64[{unit}]")
            low[rows] = (whole.astype("datetime64[D]") - start).astype(np.int64)
            high[rows] = ((whole + np.array(1, f"timedelta64[{unit}]")).astype("datetime64[D]") - start).astype(
                np.int64
            )
    rows = np.flatnonzero(precision.equals("interval") & known)
    if len(rows):
        end = time_end[rows]
        high[rows] = np.where(np.isfinite(end), np.ceil(end), day[rows] + 1)
    low[~known] = high[~known] = UNDATED
    return low.astype(np.int32), high.astype(np.int32)


def day_of(date: dt.date, epoch: dt.date) -> int:
    """Return a date as a day since the epoch."""
    return (date - epoch).days


def unit_of(first: int, last: int) -> str:
    """Return the finest unit that cuts the days from `first` to before `last` into at most 220 bins."""
    span = max(last - first, 1)
    for unit, days in (("day", 1), ("week", 7), ("month", 30.4), ("year", 365.2), ("decade", 3652.4)):
        if span / days <= _MOST:
            return unit
    return "century"


def bins_of(first: int, last: int, epoch: dt.date) -> tuple[str, Days]:
    """Return the unit of the bins and the days at which they begin, with the day after the last bin."""
    unit = unit_of(first, last)
    if unit == "day":
        return unit, np.arange(first, max(last, first + 1) + 1, dtype=np.int32)
    if unit == "week":
        monday = first - (epoch.toordinal() + first - 1) % 7
        return unit, np.arange(monday, last + 7, 7, dtype=np.int32)
    start = np.datetime64(epoch, "D")
    kind, step = ("M", 1) if unit == "month" else ("Y", {"year": 1, "decade": 10, "century": 100}[unit])
    low, high = (
        (start + np.timedelta64(day, "D")).astype(f"datetime64[{kind}]").astype(np.int64)
        for day in (first, max(last - 1, first))
    )
    low -= (low + (1970 if kind == "Y" else 0)) % step
    marks: Any = np.arange(low, high + step + 1, step).astype(f"datetime64[{kind}]")
    return unit, (marks.astype("datetime64[D]") - start).astype(np.int32)
