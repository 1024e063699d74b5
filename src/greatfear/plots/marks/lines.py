"""Lines over time with their bands, one small drawing for each measure, all on one axis."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.plots.marks.calendar import Period, counted_ticks, period_marks, time_ticks
from greatfear.plots.marks.svg import ACCENT, INK, RULE, esc, frame, label, number, text, ticks

_TOP, _FOOT = 16, 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line: days, values (NaN: a gap), and the limits of its band where there are any."""

    days: Sequence[float]
    values: Sequence[float]
    name: str = ""
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    colour: str = ACCENT
    dash: str = ""
    href: str = ""
    """Where a click on the line leads; a table offers the same to those who use keys."""


@dataclass(frozen=True, slots=True)
class Span:
    """A value that holds for the days from `first` to before `last`, such as a published mean."""

    first: float
    last: float
    value: float
    words: str


def panel(
    key: str, words: tuple[str, str], lines: Sequence[Line], span: tuple[int, int],
    *, epoch: dt.date, level: float | None = None, height: int = 120, spans: Sequence[Span] = (),
    is_dated: bool = True, unit: str = "day", periods: Sequence[Period] = (),
) -> str:  # fmt: skip
    """Return lines over one range of days; `level` draws a line of reference, `spans` are values over their own days.

    `unit` is that of the range where it is not dated (`is_dated`): days become years where they are many.
    """
    first, last = span
    known = [v for line in lines for v in (*line.values, *line.high) if math.isfinite(v)]
    scale = ticks(max([*known, level or 0, *(one.value for one in spans)], default=0))
    room = height - _TOP - _FOOT
    body = "".join(_rule(value, scale[-1], room) for value in scale)
    inner = "".join(_drawn(line, first, scale[-1]) for line in lines)
    if level is not None:
        y = 1000 * (1 - level / scale[-1])
        inner += (
            f'<path d="M0 {number(y)}H{last - first}" stroke="{INK}" stroke-dasharray="4 3" '
            'vector-effect="non-scaling-stroke"/>'
        )
    body += (
        f'<svg class="plot" x="0" y="{_TOP}" width="100%" height="{room}" viewBox="0 0 {max(last - first, 1)} 1000" '
        f'preserveAspectRatio="none">{inner}</svg>'
    )
    for one in spans:
        low, middle, high = (
            f"{number(100 * (day - first) / max(last - first, 1))}%"
            for day in (max(one.first, first), (max(one.first, first) + min(one.last, last)) / 2, min(one.last, last))
        )
        at = number(_TOP + room * (1 - one.value / scale[-1]))
        body += (
            f"<g><title>{esc(one.words)}</title>"
            f'<line x1="{low}" x2="{high}" y1="{at}" y2="{at}" stroke="{INK}" stroke-width="2.5"/>'
            f'<circle cx="{middle}" cy="{at}" r="4.5" fill="#ffffff" stroke="{INK}" stroke-width="2"/></g>'
        )
    body += _calendar(first, last, epoch, height) if is_dated else _counted(last - first, unit, height)
    role = "group" if any(line.href for line in lines) else "img"
    return frame(key, words, height, body + period_marks(periods, span, (_TOP, room)), role=role)


def _calendar(first: int, last: int, epoch: dt.date, height: int) -> str:
    """Return the dates under a drawing."""
    body = ""
    for day, name, is_major in time_ticks(first, last, epoch):
        x, look = 100 * (day - first) / max(last - first, 1), "major" if is_major else "minor"
        anchor = "end" if x > 95 else "start"
        body += text(f"{number(x)}%", height - 5, name, anchor, font_size="11", class_=look) if name else ""
    return body


def _counted(n: float, unit: str, height: int) -> str:
    """Return numbers under a drawing that has no calendar; days become years where they are many."""
    n, unit = (n / 365.25, "year") if unit == "day" and n > 730 else (n, unit)
    body = ""
    for place, name in counted_ticks(n, unit):
        x = 100 * place / max(n, 1)
        anchor = "start" if place == 0 else "end" if x > 90 else "middle"
        body += text(f"{number(x)}%", height - 5, name, anchor, font_size="11")
    return body


def _rule(value: float, top: float, room: float) -> str:
    y = _TOP + room * (1 - value / top)
    body = f'<line x1="0" x2="100%" y1="{number(y)}" y2="{number(y)}" stroke="{RULE}" stroke-width="0.5"/>'
    return body + (text("0", y - 3, label(value), font_size="11", class_="scale") if value else "")


def _drawn(line: Line, first: int, top: float) -> str:
    """Return a line with its band; a gap where a value is not known."""

    def path(values: Sequence[float]) -> str:
        pieces, is_open = [], False
        for day, value in zip(line.days, values, strict=True):
            if math.isfinite(value):
                y = 1000 * (1 - min(value / top, 1.2))
                pieces.append(f"{'L' if is_open else 'M'}{number(day - first)} {number(y)}")
            is_open = math.isfinite(value)
        return "".join(pieces)

    body = ""
    if len(line.low):
        body += "".join(_band(run, line.colour, first, top) for run in _runs(line))
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    drawn = path(line.values)
    mark = (
        f'<path d="{drawn}" fill="none" stroke="{line.colour}" stroke-width="1.8"{dash} '
        'vector-effect="non-scaling-stroke">'
        f"<title>{esc(line.name)}</title></path>"
    )
    if line.href:  # a wide line that is not seen, for the pointer
        wide = (
            f'<path d="{drawn}" fill="none" stroke="transparent" stroke-width="9" vector-effect="non-scaling-stroke"/>'
        )
        mark = f'<a href="{esc(line.href)}" tabindex="-1">{wide}{mark}</a>'
    return body + mark


def _runs(line: Line) -> list[list[tuple[float, float, float]]]:
    """Return the days with their limits, in runs without a gap."""
    runs: list[list[tuple[float, float, float]]] = [[]]
    for day, low, high in zip(line.days, line.low, line.high, strict=True):
        if math.isfinite(low) and math.isfinite(high):
            runs[-1].append((day, low, high))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _band(run: Sequence[tuple[float, float, float]], colour: str, first: int, top: float) -> str:
    """Return the band of one run."""
    up = "L".join(f"{number(d - first)} {number(1000 * (1 - min(b / top, 1.2)))}" for d, _, b in run)
    down = "L".join(f"{number(d - first)} {number(1000 * (1 - a / top))}" for d, a, _ in reversed(run))
    return f'<path d="M{up}L{down}Z" fill="{colour}" fill-opacity="0.18"/>'
