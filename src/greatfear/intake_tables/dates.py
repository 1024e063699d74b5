"""Dates as they stand in records: a day, a month, a year, an interval, or nothing; with the precision kept.

Days are counted as Python's ``datetime.date`` counts them. A date before 1582 is read as it is written (no change of
calendar): differences of days are right within one year and off by at most one across a leap year that only one of the
two calendars has.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

__all__ = ["Moment", "UNKNOWN", "moment", "moment_of_parts"]

_ISO = re.compile(r"(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?)?)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in days since the epoch, the open end of an interval (NaN elsewhere), and the precision."""

    time: float
    end: float
    precision: str


UNKNOWN = Moment(math.nan, math.nan, "unknown")
"""A time that is not known."""


def moment(text: str, epoch: dt.date, pattern: str | None = None, years: int | None = None) -> Moment:
    """Return the moment that a text says.

    Parameters
    ----------
    text : str
        ``1335-01-20``, ``1335-01``, ``1335``, ``1335-01-20T14:30``, or an interval ``A/B`` that includes B.
    epoch : datetime.date
        Day 0.
    pattern : str, optional
        Another way of writing, as for ``datetime.strptime``.
    years : int, optional
        The text is the first year of a span of so many years (10 for a decade).

    Raises
    ------
    ValueError
        Where the text is no such date.
    """
    if years is not None:
        first = int(text)
        return _interval(dt.date(first, 1, 1), dt.date(first + years, 1, 1), epoch)
    if pattern is not None:
        return _by_pattern(text, pattern, epoch)
    if "/" in text:
        start, _, end = text.partition("/")
        return _interval(_bounds(start)[0], _bounds(end)[1], epoch)
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = match.groups()
    found = moment_of_parts(int(year), int(month) if month else None, int(day) if day else None, epoch)
    if hour is None:
        return found
    clock = dt.time(int(hour), int(minute), int(second or 0))
    return Moment(found.time + (clock.hour * 3600 + clock.minute * 60 + clock.second) / 86400, math.nan, "instant")


def moment_of_parts(year: int, month: int | None, day: int | None, epoch: dt.date) -> Moment:
    """Return the moment of a year, with month and day where they are known.

    Raises
    ------
    ValueError
        Where there is no such date, or a day without a month.
    """
    if month is None and day is not None:
        raise ValueError("a day without a month")
    precision = "year" if month is None else "month" if day is None else "day"
    return Moment(_days(dt.date(year, month or 1, day or 1), epoch), math.nan, precision)


def _by_pattern(text: str, pattern: str, epoch: dt.date) -> Moment:
    """Return the moment of a text written after a pattern; the pattern tells the precision."""
    stamp = dt.datetime.strptime(text, pattern)
    has_day, has_month = (
        any(code in pattern for code in ("%d", "%j", "%x")),
        any(code in pattern for code in ("%m", "%b", "%B")),
    )
    found = moment_of_parts(
        stamp.year, stamp.month if has_month or has_day else None, stamp.day if has_day else None, epoch
    )
    if "%H" not in pattern and "%I" not in pattern:
        return found
    return Moment(found.time + (stamp.hour * 3600 + stamp.minute * 60 + stamp.second) / 86400, math.nan, "instant")


def _bounds(text: str) -> tuple[dt.date, dt.date]:
    """Return the first day of a date and the day after its last."""
    match = _ISO.fullmatch(text.strip())
    if match is None or match[4]:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups()[:3])
    first = dt.date(year or 0, month or 1, day or 1)
    if day is not None:
        return first, first + dt.timedelta(days=1)
    if month is not None:
        return first, dt.date(first.year + month // 12, month % 12 + 1, 1)
    return first, dt.date(first.year + 1, 1, 1)


def _interval(start: dt.date, end: dt.date, epoch: dt.date) -> Moment:
    """Return the interval from `start` to `end` (open)."""
    if end <= start:
        raise ValueError("an interval that ends before it starts")
    return Moment(_days(start, epoch), _days(end, epoch), "interval")


def _days(day: dt.date, epoch: dt.date) -> float:
    """Return days since the epoch."""
    return float((day - epoch).days)
