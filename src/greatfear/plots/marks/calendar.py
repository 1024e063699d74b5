"""Ticks of the calendar under a drawing, and marks where a period began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from greatfear.plots.marks.svg import INK, esc, number, text
from greatfear.show.wording import counted

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
        return _with_year(_months(low, high, epoch, (first, last)), epoch)
    step = next(step for step in (1, 2, 7, 14, 30) if span / step <= 9)
    days = range(first, last, step)
    return [(day, _short(date_of(day, epoch), day == first), k % 2 == 0) for k, day in enumerate(days)]


def _months(low: dt.date, high: dt.date, epoch: dt.date, span: tuple[int, int]) -> list[tuple[int, str, bool]]:
    """Return years, and quarters or months between them."""
    step = 3 if span[1] - span[0] > 800 else 1
    named = 2 if span[1] - span[0] > 450 else 1  # every other month has room for its name
    found = []
    for year in range(low.year, high.year + 1):
        for month in range(1, 13, step):
            day = (dt.date(year, month, 1) - epoch).days
            if span[0] <= day <= span[1]:
                words = str(year) if month == 1 else dt.date(year, month, 1).strftime("%b")
                found.append(
                    (
                        day,
                        words if month == 7 or (step == 1 and month % named == 1 % named) or month == 1 else "",
                        month == 1,
                    )
                )
    return found


def _with_year(ticks: list[tuple[int, str, bool]], epoch: dt.date) -> list[tuple[int, str, bool]]:
    """Return ticks of which the first month names its year, and enough of which matter for a narrow screen."""
    named = [k for k, (_, words, _) in enumerate(ticks) if words]
    years = [k for k in named if ticks[k][2]]
    if len(named) < 2 or len(years) > 1:
        return ticks
    step = -(-len(named) // 4)
    kept = set(named[(named.index(years[0]) if years else 0) % step :: step])
    first = min(kept - set(years), default=-1)
    for k in kept:
        day, words, is_year = ticks[k]
        ticks[k] = (day, f"{words} {date_of(day, epoch).year}" if k == first and not is_year else words, True)
    return ticks


def counted_ticks(n: float, unit: str) -> list[tuple[float, str]]:
    """Return places from 0 to `n` with their numbers, the last with its unit, for an axis without a calendar.

    Examples
    --------
    >>> counted_ticks(79, "week")
    [(0, '0'), (20, '20'), (40, '40'), (60, '60 weeks')]
    """
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000) if n / step <= 5), 20_000)
    places = list(range(0, int(n) + 1, step))
    return [(k, f"{k:,}" if k != places[-1] else counted(k, unit, ",")) for k in places]


def _short(date: dt.date, is_first: bool) -> str:
    return f"{date.day} {date.strftime('%b')} {date.year}" if is_first else f"{date.day} {date.strftime('%b')}"


def shown_periods(periods: Sequence[Period], span: tuple[int, int]) -> list[Period]:
    """Return the periods that began inside a range of days; their numbers count from 1."""
    return [(day, name) for day, name in periods if span[0] < day < span[1]]


def period_marks(periods: Sequence[Period], span: tuple[int, int], place: tuple[float, float]) -> str:
    """Return a dashed line and a number where each period began; its name stands in the title of the mark."""
    (first, last), (top, room) = span, place
    body, ends = "", [-99.0, -99.0, -99.0]
    for k, (day, name) in enumerate(shown_periods(periods, span), 1):
        share = 100 * (day - first) / (last - first)
        # close numbers stand below each other: the highest row that has room
        row = next((row for row, end in enumerate(ends) if share - end >= _APART), ends.index(min(ends)))
        ends[row], x = share, f"{number(share)}%"
        body += (
            f'<g><title>{esc(name)}</title><line x1="{x}" x2="{x}" y1="{number(top)}" y2="{number(top + room)}" '
            f'stroke="{INK}" stroke-width="0.8" stroke-dasharray="2 3"/>'
            f"{text(x, top - 2 + 11 * row, str(k), 'middle', font_size='10')}</g>"
        )
    return body


_APART = 2.8
"""Per cent of the width that two numbers side by side need, also on a telephone."""
