"""Horizontal bars with their names and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from greatfear.plots.marks.svg import ACCENT, INK, esc, frame, number, shown, text

_ROW, _HIGH, _LONG = 22, 38, 14


def bars(key: str, words: tuple[str, str], rows: Sequence[tuple[str, float]], record: Sequence[float] = ()) -> str:
    """Return one bar for each row; it needs no axis, since every bar bears its number.

    Names stand left of the bars, long ones above them. `record` gives published numbers, drawn as circles; NaN for none.
    """
    known = [value for value in (*(value for _, value in rows), *record) if not math.isnan(value)]
    top = max(known, default=0) or 1
    is_long = max((len(name) for name, _ in rows), default=0) > _LONG
    high, left, room = (_HIGH, 0, 76) if is_long else (_ROW, 26, 52)
    body = ""
    for k, (name, value) in enumerate(rows):
        y = high * k + 4
        body += text("0", y + 11, name, font_size="12")
        y += 16 if is_long else 0
        width = room * value / top
        body += f'<rect x="{left}%" y="{y}" width="{number(width)}%" height="15" fill="{ACCENT}"/>'
        published = record[k] if k < len(record) else math.nan
        ends = left + (width if math.isnan(published) else max(width, room * published / top))
        body += text(
            f"{number(ends + 2)}%", y + 12, shown(int(value) if value == int(value) else value), font_size="12"
        )
        if not math.isnan(published):
            body += (
                f'<circle cx="{number(left + room * published / top)}%" cy="{y + 7.5}" r="5" fill="#ffffff" stroke="{INK}" '
                f'stroke-width="2"><title>{esc(f"published: {published:,.0f}")}</title></circle>'
            )
    return frame(key, words, high * len(rows) + 6, body)
