"""A histogram over time: what is chosen in ink before everything in grey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.plots.marks.calendar import Period, period_marks, time_ticks
from greatfear.plots.marks.svg import ACCENT, GHOST, INK, RULE, frame, label, number, text, ticks

Ints = npt.NDArray[np.integer[Any]]
_LEFT, _TOP = 6, 18


def strip(
    key: str,
    words: tuple[str, str],
    edges: Ints,
    counts: tuple[Ints, Ints],
    *,
    epoch: dt.date,
    brush: tuple[int, int] | None = None,
    height: int = 150,
    periods: Sequence[Period] = (),
) -> str:
    """Return bars by bin of time.

    Parameters
    ----------
    key : str
        Id of the drawing.
    words : (str, str)
        Title and description.
    edges : ndarray
        Days at which bins begin, with the end of the last.
    counts : (ndarray, ndarray)
        Everything, and what is chosen.
    epoch : date
        Day 0.
    brush : (int, int), optional
        First day and the day after the last that are chosen.
    periods : sequence of (int, str), optional
        Days at which something began, with its name.
    """
    ghost, chosen = counts
    first, span = int(edges[0]), max(int(edges[-1] - edges[0]), 1)
    scale = ticks(float(chosen.max(initial=0)))
    is_same = bool((ghost == chosen).all())
    room = height - _TOP - 20
    body = _rules(scale, room, is_text=False)
    sides = _sides(tuple((edges - first).tolist()))
    behind = "" if is_same else _kept_bars(tuple(ghost.tolist()), sides, float(max(ghost.max(initial=0), 1)), GHOST)
    inner = [behind, _bars(chosen.tolist(), sides, scale[-1], ACCENT)]
    if brush is not None:
        low, high = (min(max(day - first, 0), span) for day in brush)
        inner.insert(
            0, f'<rect class="chosen" x="{low}" y="0" width="{max(high - low, 0)}" height="1000" fill="#f2e6c9"/>'
        )
        line = '<path d="M%d 0V1000" stroke="%s" stroke-width="1.5" vector-effect="non-scaling-stroke"/>'
        inner += [line % (day, INK) for day in (low, high)]
    body += (
        f'<svg class="plot" x="0" y="{_TOP}" width="100%" height="{room}" viewBox="0 0 {span} 1000" '
        f'preserveAspectRatio="none">{"".join(inner)}</svg>'
    )
    body += _rules(scale, room, is_text=True) + _calendar(first, span, epoch, _TOP + room)
    body += period_marks(periods, (first, first + span), (_TOP, room))
    return frame(key, words, height, body)


def _rules(scale: Sequence[float], room: float, *, is_text: bool) -> str:
    """Return the lines of the scale, or their numbers, which stand before the bars with paper around them."""
    body = ""
    for value in scale:
        y = _TOP + room * (1 - value / scale[-1])
        if not is_text:
            body += f'<line x1="0" x2="100%" y1="{number(y)}" y2="{number(y)}" stroke="{RULE}" stroke-width="0.5"/>'
        elif value:
            halo = {"stroke": "#fbfaf6", "stroke_width": "3", "paint_order": "stroke"}
            body += text("0", y - 3, label(value), font_size="11", class_="scale", **halo)
    return body


Sides = tuple[tuple[str, str], ...]
"""Beginning and end of the outline of each bar."""


@lru_cache(20)
def _sides(edges: tuple[int, ...]) -> Sides:
    """Return where bars begin and end; every drawing of one archive has the same."""
    gaps = [(high - low) * 0.08 for low, high in pairwise(edges)]
    return tuple(
        (f"M{number(low + gap)} 1000V", f"H{number(high - gap)}V1000Z")
        for (low, high), gap in zip(pairwise(edges), gaps, strict=True)
    )


def _bars(counts: Sequence[int], sides: Sides, top: float, fill: str) -> str:
    """Return all bars as one path."""
    path = [
        f"{begin}{number(1000 - max(1000 * count / top, 4))}{end}"
        for count, (begin, end) in zip(counts, sides, strict=False)
        if count
    ]
    return f'<path d="{"".join(path)}" fill="{fill}"/>' if path else ""


_kept_bars = lru_cache(20)(_bars)
"""The bars of everything, which every drawing of one archive shows behind."""


@lru_cache(100)
def _calendar(first: int, span: int, epoch: dt.date, y: float) -> str:
    """Return ticks and labels of the calendar."""
    body = ""
    for day, words, is_major in time_ticks(first, first + span, epoch):
        share = 100 * (day - first) / span
        x = f"{number(share)}%"
        body += f'<line x1="{x}" x2="{x}" y1="{number(y)}" y2="{number(y + (6 if is_major else 3))}" stroke="{RULE}"/>'
        if words:  # at the right end a name stands before its mark, so that it stays inside
            body += text(
                x,
                y + 17,
                words,
                "end" if share > 95 else "start",
                font_size="11",
                class_="major" if is_major else "minor",
            )
    return body
