"""Dates that are counts of days: since the epoch, or serial numbers of a spreadsheet."""

from __future__ import annotations

import datetime as dt
import math

from greatfear.intake_tables.date_style import DateError, DateStyle, Moment
from greatfear.record.strays import MOST_DAYS

_EXCEL_FIRST = dt.date(1899, 12, 30).toordinal()
_EXCEL_1904 = dt.date(1904, 1, 1).toordinal()


def moment_of_excel(serial: float, style: DateStyle, *, from_1904: bool = False) -> Moment:
    """Return the moment of a serial number as spreadsheets count days: 1 is 1900-01-01, 61 is 1900-03-01.

    Old workbooks of the Macintosh count from 1904: 0 is 1904-01-01.

    Raises
    ------
    ValueError
        Where no day has this number; 60 is a 29 February 1900 that never was.
    """
    if from_1904:
        if not 0 <= serial < 2_957_004:
            raise DateError("a serial number of a spreadsheet that counts from 1904 is 0 (1904-01-01) or more")
        return moment_of_count(_EXCEL_1904 + serial - style.epoch.toordinal(), style)
    if not 1 <= serial < 2_958_466 or 60 <= serial < 61:
        raise DateError("a serial number of a spreadsheet is 1 (1900-01-01) or more, and 60 is no day")
    first = _EXCEL_FIRST if serial > 60 else _EXCEL_FIRST + 1
    return moment_of_count(first + serial - style.epoch.toordinal(), style)


def moment_of_count(days: float, style: DateStyle) -> Moment:
    """Return a moment that is given in days since the epoch.

    Raises
    ------
    ValueError
        Where the number is no count of days that a calendar can hold.
    """
    if not math.isfinite(days) or abs(days) > MOST_DAYS:
        raise DateError("at most 3,000,000 days from the epoch are read; for seconds since 1970 write 'seconds'")
    is_day = days == int(days)
    return Moment(days, math.nan, "day" if is_day else "instant", math.floor(days) + 1.0)
