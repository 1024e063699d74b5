"""Lines by day or month as the lab draws them, for the sections of the report on the centre and the offices."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence

from greatfear.plots.marks.calendar import Period
from greatfear.plots.marks.lines import Line, panel
from greatfear.plots.marks.svg import ACCENT, INK

Course = tuple[str, Sequence[float], Sequence[float]]
"""What a line shows, its days since the epoch, and its values (NaN: a gap)."""
_LOOKS = ((ACCENT, "", "Solid"), ("#8c3d00", "6 4", "Dashed"), (INK, "2 3", "Dotted"))


def course(
    key: str, title: str, courses: Sequence[Course], epoch: dt.date, note: str = "", *, marks: Sequence[Period] = (),
    span: tuple[int, int] | None = None,
) -> str:  # fmt: skip
    """Return a figure of one to three lines on one scale; the caption says which is which.

    `marks` are days with what happened on them: each has a number in the drawing. `span` gives the days that the axis holds,
    where it is that of other drawings too.
    """
    lines = [
        Line(list(days), [float(value) for value in values], name, colour=colour, dash=dash)
        for (name, days, values), (colour, dash, _) in zip(courses, _LOOKS, strict=False)
    ]
    told = (
        [f"{look}: {name}." for (name, *_), (*_, look) in zip(courses, _LOOKS, strict=False)]
        if len(courses) > 1
        else []
    )
    about = " ".join([*told, *([note] if note else [])])
    days = [day for line in lines for day in line.days]
    drawn = panel(
        key, (title, about), lines, span or (int(min(days)), int(max(days)) + 1), epoch=epoch, height=150, periods=marks
    )
    caption = f"<figcaption>{html.escape(about)}</figcaption>" if about else ""
    return f'<figure><h3>{html.escape(title)}</h3><div class="drawn">{drawn}</div>{caption}</figure>'


def by_month(name: str, months: Sequence[str], values: Sequence[float], epoch: dt.date) -> Course:
    """Return values by month as steps: each holds from the first day of its month to the first of the next."""
    days: list[float] = []
    steps: list[float] = []
    for month, value in zip(months, values, strict=True):
        year, number = map(int, month.split("-"))
        ends = dt.date(year, number, 1), dt.date(year + number // 12, number % 12 + 1, 1)
        days += [(end - epoch).days for end in ends]
        steps += [float(value)] * 2
    return name, days, steps
