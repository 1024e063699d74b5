"""Ticks of the calendar under a drawing, and marks where a period began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from greatfear.plots.marks.svg import INK, esc, number, text

__all__ = ["Period", "date_of", "period_marks", "shown_periods", "time_ticks"]

Period = tuple[int, str]
"""Day on which a period began, and its name."""


def date_of(day: int, epoch: dt.date) -> dt.date:
    """Return a day since the epoch as a date, the nearest that the calendar has."""
    return dt.date.fromordinal(min(max(epoch.toordinal() + int(day), 1), dt.date.max.toordinal()))


def time_ticks(first: int, last: int, epoch: dt.date) -> list[tuple[int, str, bool]]:
    """Return days at which a calendar is marked, with their words, and whether they matter most."""
    low, high = date_of(first, epoch), date_of(last, epoch)
    span = last - first
    if span > 365 * 12:
        step = next(step for step in (2, 5, 10, 20, 50, 100, 200, 500, 1000) if span / 365.25 / step <= 9)
        years = range(-(-low.year // step) * step, high.year + 1, step)
        return [
            ((dt.date(year, 1, 1) - epoch).days, str(year), True)
            for year in years
            if year >= 1 and first <= (dt.date(year, 1, 1) - epoch).days <= last
        ]
    if span > 120:
        return _months(low, high, epoch, (first, last))
    step = next(step for step in (1, 2, 7, 14, 30) if span / step <= 9)
    days = range(first, last, step)
    return [(day, _short(date_of(day, epoch), day == first), k % 2 == 0) for k, day in enumerate(days)]


def _months(low: dt.date, high: dt.date, epoch: dt.date, span: tuple[int, int]) -> list[tuple[int, str, bool]]:
    """Return years, and quarters or months between them."""
    step = 3 if span[1] - span[0] > 800 else 1
    found = []
    for year in range(low.year, high.year + 1):
        for month in range(1, 13, step):
            day = (dt.date(year, month, 1) - epoch).days
            if span[0] <= day <= span[1]:
                words = str(year) if month == 1 else dt.date(year, month, 1).strftime("%b")
                found.append((day, words if month == 1 or step == 1 or month == 7 else "", month == 1))
    return found


def _short(date: dt.date, is_first: bool) -> str:
    return f"{date.day} {date.strftime('%b')} {date.year}" if is_first else f"{date.day} {date.strftime('%b')}"


def shown_periods(periods: Sequence[Period], span: tuple[int, int]) -> list[Period]:
    """Return the periods that began inside a range of days; their numbers count from 1."""
    return [(day, name) for day, name in periods if span[0] < day < span[1]]


def period_marks(periods: Sequence[Period], span: tuple[int, int], place: tuple[float, float]) -> str:
    """Return a dashed line and a number where each period began; its name stands in the title of the mark."""
    (first, last), (top, room) = span, place
    body, before, is_low = "", -99.0, False
    for k, (day, name) in enumerate(shown_periods(periods, span), 1):
        share = 100 * (day - first) / (last - first)
        is_low = share - before < _APART and not is_low  # two close numbers stand one below the other
        before, x = share, f"{number(share)}%"
        body += (
            f'<g><title>{esc(name)}</title><line x1="{x}" x2="{x}" y1="{number(top)}" y2="{number(top + room)}" '
            f'stroke="{INK}" stroke-width="0.8" stroke-dasharray="2 3"/>'
            f"{text(x, top + (9 if is_low else -2), str(k), 'middle', font_size='10')}</g>"
        )
    return body


_APART = 1.6
"""Per cent of the width that two numbers side by side need."""
