"""One axis of time with a lane for each kind of event in a person's record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.plots.marks.calendar import time_ticks
from greatfear.plots.marks.svg import COLOURS, INK, RULE, esc, frame, number, text

_ROW, _TOP = 34, 20
_MOST = 300


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: first day and the day after the last, what it was, and a link."""

    low: int
    high: int
    words: str
    href: str = ""


def lanes(
    key: str, words: tuple[str, str], rows: Sequence[tuple[str, Sequence[Event]]], epoch: dt.date,
    span: tuple[int, int] | None = None,
) -> str:  # fmt: skip
    """Return a drawing with one lane for each row; events of uncertain date are drawn as wide as they are uncertain.

    `span` gives the days that the axis holds, as beside another drawing; without it, the events with some room around them.
    """
    if span is None:
        dated = [event for _, events in rows for event in events]
        first, last = min(event.low for event in dated), max(event.high for event in dated)
        pad = max((last - first) // 30, 3)
        span = first - pad, last + pad
    first, last = span
    height = _TOP + _ROW * len(rows) + 24
    body = ""
    for place, (name, events) in enumerate(rows):
        y = _TOP + _ROW * place
        body += f'<line x1="0" x2="100%" y1="{y + 18}" y2="{y + 18}" stroke="{RULE}" stroke-width="0.5"/>'
        body += text("0", y + 2, f"{name} ({len(events):,})", font_size="11.5")
        body += "".join(_event(event, y + 18, COLOURS[(0, 3, 2)[place % 3]], (first, last)) for event in events[:_MOST])
    ticks = time_ticks(first, last, epoch)
    named = [day for day, label, _ in ticks if label]
    step = 1 if len(named) <= 5 else 2  # few, since the lanes also stand in a narrow column
    years = [day for day, label, is_major in ticks if label and is_major]
    kept = set(named[named.index(years[0]) % step :: step] if len(years) == 1 else years or named[::step])
    for day, label, is_major in ticks:
        share = 100 * (day - first) / (last - first)
        x, anchor = f"{number(share)}%", "start" if share < 5 else "end" if share > 95 else "middle"
        if day in kept:
            body += text(x, height - 6, label, anchor=anchor, font_size="11", class_="major" if is_major else "minor")
        body += f'<line x1="{x}" x2="{x}" y1="{height - 22}" y2="{height - 17}" stroke="{RULE}"/>'
    return frame(key, words, height, body)


def _event(event: Event, y: float, fill: str, span: tuple[int, int]) -> str:
    """Return one event with its words."""
    first, last = span
    x = 100 * (event.low - first) / (last - first)
    title = f"<title>{esc(event.words)}</title>"
    if event.high - event.low > 1:
        width = 100 * (event.high - event.low) / (last - first)
        return (
            f'<rect x="{number(x)}%" y="{y - 5}" width="{number(width)}%" height="10" fill="{fill}" fill-opacity="0.35" '
            f'stroke="{INK}" stroke-dasharray="3 2">{title}</rect>'
        )
    return f'<circle cx="{number(x)}%" cy="{y}" r="5.5" fill="{fill}" stroke="{INK}" stroke-width="1">{title}</circle>'
