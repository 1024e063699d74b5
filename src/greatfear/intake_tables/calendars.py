"""Days of the Gregorian and the Julian calendar, as one count of days (that of ``datetime.date.toordinal``)."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

_JULIAN_BEFORE_FIRST = 1721425  # Julian day number at noon, less the ordinal of the same day


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar in which dates are written.

    Parameters
    ----------
    name : str
        ``"gregorian"`` (also before 1582: proleptic), ``"julian"``, or ``"republican"``: dates of the French Republic are
        read too, others are Gregorian.
    last : tuple of int, optional
        Last day (year, month, day) written in the Julian calendar; later days are Gregorian.
    """

    name: str
    last: tuple[int, int, int] | None = None

    def is_julian(self, year: int, month: int, day: int) -> bool:
        """Whether this day is written in the Julian calendar."""
        return self.name == "julian" and (self.last is None or (year, month, day) <= self.last)

    def ordinal(self, year: int, month: int, day: int) -> int:
        """Return the day as a proleptic Gregorian ordinal.

        Raises
        ------
        ValueError
            Where this calendar has no such day.

        Examples
        --------
        >>> dt.date.fromordinal(JULIAN.ordinal(1917, 10, 25)).isoformat()
        '1917-11-07'
        """
        if not self.is_julian(year, month, day):
            return dt.date(year, month, day).toordinal()
        if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= _julian_days(year, month)):
            raise ValueError("a day that the Julian calendar does not have")
        return _julian_number(year, month, day) - _JULIAN_BEFORE_FIRST

    def after_month(self, year: int, month: int) -> int:
        """Return the ordinal of the first day after a month."""
        return self.ordinal(year + month // 12, month % 12 + 1, 1)


GREGORIAN = Calendar("gregorian")
REPUBLICAN = Calendar("republican")
JULIAN = Calendar("julian")


def calendar_named(text: str) -> Calendar:
    """Return the calendar that a map names: ``gregorian``, ``julian``, ``julian until 1918-01-31``, or ``republican``.

    Raises
    ------
    ValueError
        Where the text names none.

    Examples
    --------
    >>> calendar_named("julian until 1918-01-31").is_julian(1918, 2, 14)
    False
    """
    if text == "gregorian":
        return GREGORIAN
    if text == "republican":
        return REPUBLICAN
    head, _, last = text.partition(" until ")
    if head != "julian":
        raise ValueError("gregorian, julian, julian until YEAR-MONTH-DAY, or republican")
    if not last:
        return JULIAN
    year, month, day = (int(part) for part in last.split("-"))
    return Calendar("julian", (year, month, day))


def julian_day(ordinal: int) -> tuple[int, int, int]:
    """Return year, month and day in the Julian calendar of a proleptic Gregorian ordinal.

    >>> julian_day(dt.date(1352, 5, 31).toordinal())
    (1352, 5, 23)
    """
    c = ordinal + _JULIAN_BEFORE_FIRST + 32082
    d = (4 * c + 3) // 1461
    e = c - 1461 * d // 4
    m = (5 * e + 2) // 153
    return d - 4800 + m // 10, m + 3 - 12 * (m // 10), e - (153 * m + 2) // 5 + 1


def is_julian_only(year: int, month: int, day: int) -> bool:
    """Whether only the Julian calendar has this day (29 February of 1700, 1800, 1900 and the like)."""
    return month == 2 and day == 29 and year % 4 == 0 and not calendar.isleap(year)


def _julian_days(year: int, month: int) -> int:
    """Return the number of days of a Julian month."""
    if month == 2:
        return 29 if year % 4 == 0 else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _julian_number(year: int, month: int, day: int) -> int:
    """Return the Julian day number at noon of a day of the Julian calendar (Meeus, chapter 7, in whole numbers)."""
    a = (14 - month) // 12
    y, m = year + 4800 - a, month + 12 * a - 3
    return day + (153 * m + 2) // 5 + 365 * y + y // 4 - 32083
