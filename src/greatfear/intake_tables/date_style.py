"""How dates are written: what a map declares, and what holds where it declares nothing."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from greatfear.intake_tables.calendars import GREGORIAN, Calendar
from greatfear.intake_tables.date_patterns import Pattern


class DateError(ValueError):
    """A text that is no date as it stands, with what a map can declare to make it one."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in days since the epoch, and how exactly it is known.

    Parameters
    ----------
    time : float
        First day (with a fraction for an instant); NaN where unknown.
    end : float
        Open end of an interval; NaN elsewhere.
    precision : str
        As in the record format.
    after : float
        First day after the last day that the text allows; NaN where unknown.
    certainty : str, optional
        What the writing says about it: ``"possible"`` for ``1937?``, ``"probable"`` for ``1937~``.
    written : str, optional
        The text as it stands, where it is not plainly the day, month or year of `time` (``1937-08-05``).
    """

    time: float
    end: float
    precision: str
    after: float = math.nan
    certainty: str | None = None
    written: str | None = None


UNKNOWN = Moment(math.nan, math.nan, "unknown")
"""A time that is not known."""


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How dates are written.

    Parameters
    ----------
    epoch : datetime.date
        Day 0.
    end : datetime.date, optional
        First day after the archive; an open interval ends there.
    formats : tuple of str
        Ways of writing, as for ``strptime``; tried in turn. Empty: ISO 8601 and EDTF, and what `order` allows.
    order : str
        ``"day first"``, ``"month first"``, ``"year first"``, or empty: figures in another order than ISO's are refused.
    calendar : Calendar
        In which the dates are written.
    year_begins : tuple of int, optional
        Month and day on which a year began; dates before it belong to the following year (3, 25 for Lady Day).
    begins_before : bool
        Whether that day lies in the year before (25 December, 1 September): from it on dates belong to the year before.
    years_before : int
        What is taken off a year as written, for years of the world: 5508 in the Byzantine count.
    century : int, optional
        First year of the hundred years in which years of two figures lie.
    short_years : bool
        Whether years of one to three figures are meant as they stand.
    zone : str, optional
        Time zone of the archive; a clock time with an offset is turned into it.
    patterns : tuple of Pattern
        Words around a date and what they mean.
    years : int, optional
        The text is the first year of a span of this many years.
    """

    epoch: dt.date
    end: dt.date | None = None
    formats: tuple[str, ...] = ()
    order: str = ""
    calendar: Calendar = GREGORIAN
    year_begins: tuple[int, int] | None = None
    begins_before: bool = False
    years_before: int = 0
    century: int | None = None
    short_years: bool = False
    zone: str | None = None
    patterns: tuple[Pattern, ...] = ()
    years: int | None = None

    def year(self, text: str) -> int:
        """Return the year that figures mean; a year has four figures unless the style says otherwise.

        Raises
        ------
        ValueError
            Where the figures could be another year.
        """
        value = int(text)
        if text == "00" and self.century is not None:
            raise DateError("00 may be a year, or say that the year is not known; write four figures")
        if len(text) == 4 or value == 0:
            if value and value <= self.years_before:
                raise DateError(
                    f"a year of the world is later than {self.years_before}; this seems to be a year of our count"
                )
            return value - self.years_before if value else 0
        if len(text) == 2 and self.century is not None:
            return self.century + (value - self.century) % 100
        if self.short_years and len(text) < 4:
            return value
        raise DateError("a year has four figures; declare 'century' for years of two, 'short_years' for early ones")
