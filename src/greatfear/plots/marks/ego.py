"""One person with those one and two namings away, on two rings whose places follow from the ids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.plots.marks.svg import INK, RULE, esc, frame, number, text

__all__ = ["Spot", "Tie", "ego"]

_SIZE, _FIRST, _SECOND = 360, 92, 160
_NAMED = 26
"""Spots of a ring that still bear their names; beyond, the names stand in their titles and in the table."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A person, or a group of `n` persons where there are too many to draw."""

    label: str
    words: str
    href: str = ""
    n: int = 1


@dataclass(frozen=True, slots=True)
class Tie:
    """A line between two spots: 0 is the person in the middle, then the first ring, then the second."""

    start: int
    end: int
    kind: str
    """``"named"`` (start named end) or ``"both"``."""


def ego(
    key: str, words: tuple[str, str], rings: tuple[str, Sequence[Spot], Sequence[Spot]], ties: Sequence[Tie]
) -> str:
    """Return the drawing; an arrow points from the speaker to the person named, a thick line without one goes both ways."""
    middle, first, second = rings
    centre = _SIZE / 2
    places = [(centre, centre), *_ring(len(first), _FIRST), *_ring(len(second), _SECOND)]
    spots = [Spot(middle, middle), *first, *second]
    lines = "".join(_line(places[tie.start], places[tie.end], tie.kind) for tie in ties)
    body = _ARROW + "".join(
        f'<circle cx="{centre}" cy="{centre}" r="{radius}" fill="none" stroke="{RULE}" stroke-width="0.4" '
        'stroke-dasharray="1 4"/>'
        for radius, ring in ((_FIRST, first), (_SECOND, second))
        if ring
    )
    body += lines
    for k, (spot, place) in enumerate(zip(spots, places, strict=True)):
        ring = 0 if k == 0 else 1 if k <= len(first) else 2
        is_named = ring == 0 or spot.n > 1 or (ring == 1 and len(first) <= _NAMED)
        body += _spot(spot, place, ring, is_named)
    return frame(key, words, _SIZE, body, width=str(_SIZE), role="group")


_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
    f'<path d="M0 0L8 4L0 8Z" fill="{INK}"/></marker></defs>'
)


def _ring(n: int, radius: float) -> list[tuple[float, float]]:
    """Return places on a circle, the first at the top, then clockwise."""
    centre = _SIZE / 2
    turns = [2 * math.pi * k / max(n, 1) - math.pi / 2 for k in range(n)]
    return [(centre + radius * math.cos(turn), centre + radius * math.sin(turn)) for turn in turns]


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    """Return a line that ends before the spots it joins."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1) or 1
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    ends = (x1 + 7 * dx, y1 + 7 * dy, x2 - 8 * dx, y2 - 8 * dy)
    look = 'stroke-width="2.4"' if kind == "both" else 'stroke-width="0.9" marker-end="url(#arrow)"'
    return '<path d="M{} {}L{} {}" stroke="{}" {}/>'.format(*map(number, ends), INK, look)


def _spot(spot: Spot, place: tuple[float, float], ring: int, is_named: bool) -> str:
    x, y = place
    radius = (9.0, 6.0, 4.5)[ring] if spot.n == 1 else min(7 + 3 * math.log10(spot.n), 14)
    fill = ("#f2e6c9", "#ffffff", "#e3ddcd")[ring]
    body = f"<title>{esc(spot.words)}</title>"
    body += f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}" stroke="{INK}"/>'
    if is_named:
        above = y - radius - 4 if ring == 0 or y < _SIZE / 2 else y + radius + 11
        anchor = "middle" if abs(x - _SIZE / 2) < 60 else "start" if x < _SIZE / 2 else "end"
        halo = {"stroke": "#fbfaf6", "stroke_width": "3", "paint_order": "stroke"}
        at = x if anchor == "middle" else x - 8 if anchor == "start" else x + 8
        body += text(number(at), above, _short(spot.label), anchor, font_size="10", **halo)
    return f'<a href="{esc(spot.href)}">{body}</a>' if spot.href else f"<g>{body}</g>"


def _short(words: str, most: int = 16) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
