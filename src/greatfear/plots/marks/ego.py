"""One person with those one and two namings away, on two rings whose places follow from the ids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.plots.marks.svg import INK, RULE, esc, frame, number, text

_WIDE, _HIGH = 700, 430
_FIRST, _SECOND, _ALONE = (130, 110), (210, 180), (200, 165)
"""Half axes of the rings; an ellipse leaves room for the names at its sides. `_ALONE`: of a first ring without a second."""
_MANY = 150
"""Lines beyond which all are drawn faint: otherwise they make one black surface."""
_FEW = 4
"""Spots of the first ring that bear their names on a narrow screen too."""
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
    inner = _FIRST if second else _ALONE
    places = [(_WIDE / 2, _HIGH / 2), *_ring(len(first), inner), *_ring(len(second), _SECOND)]
    spots = [Spot(middle, middle), *first, *second]
    lines = "".join(_line(places[tie.start], places[tie.end], tie.kind) for tie in ties)
    if len(ties) > _MANY:
        lines = f'<g stroke-opacity="0.3">{lines}</g>'
    body = _ARROW + "".join(
        f'<ellipse cx="{_WIDE / 2:g}" cy="{_HIGH / 2:g}" rx="{axes[0]}" ry="{axes[1]}" fill="none" stroke="{RULE}" '
        'stroke-width="0.4" stroke-dasharray="1 4"/>'
        for axes, ring in ((inner, first), (_SECOND, second))
        if ring
    )
    body += lines
    names = ""
    for k, (spot, place) in enumerate(zip(spots, places, strict=True)):
        ring = 0 if k == 0 else 1 if k <= len(first) else 2
        body += _spot(spot, place, ring)
        if ring == 0 or spot.n > 1 or (ring == 1 and len(first) <= _NAMED):
            names += _name(spot, place, ring)
    look = "ego crowded" if sum(spot.n == 1 for spot in first) > _FEW else "ego"
    return frame(key, words, _HIGH, body + names, width=str(_WIDE), role="group", look=look)


_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
    f'<path d="M0 0L8 4L0 8Z" fill="{INK}"/></marker></defs>'
)


def _ring(n: int, axes: tuple[int, int]) -> list[tuple[float, float]]:
    """Return places on an ellipse, the first at the top, then clockwise.

    Where many stand on it, their heights differ by equal steps on either side, so that names beside them do not meet.
    """
    places = []
    for k in range(n):
        turn = 2 * math.pi * k / n - math.pi / 2
        height = math.sin(turn) if n <= 8 else 2 / math.pi * math.asin(max(-1.0, min(1.0, math.sin(turn))))
        aside = math.copysign(math.sqrt(max(0.0, 1 - height**2)), round(math.cos(turn), 9))
        places.append((_WIDE / 2 + axes[0] * aside, _HIGH / 2 + axes[1] * height))
    return places


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    """Return a line that ends before the spots it joins."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1) or 1
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    ends = (x1 + 7 * dx, y1 + 7 * dy, x2 - 8 * dx, y2 - 8 * dy)
    look = 'stroke-width="2"' if kind == "both" else 'stroke-width="0.9" marker-end="url(#arrow)"'
    return '<path d="M{} {}L{} {}" stroke="{}" {}/>'.format(*map(number, ends), INK, look)


def _radius(spot: Spot, ring: int) -> float:
    return (9.0, 6.0, 4.5)[ring] if spot.n == 1 else min(7 + 3 * math.log10(spot.n), 14)


def _spot(spot: Spot, place: tuple[float, float], ring: int) -> str:
    x, y = place
    fill = ("#f2e6c9", "#ffffff", "#e3ddcd")[ring]
    body = f"<title>{esc(spot.words)}</title>"
    body += (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(_radius(spot, ring))}" fill="{fill}" stroke="{INK}"/>'
    )
    return f'<a href="{esc(spot.href)}">{body}</a>' if spot.href else f"<g>{body}</g>"


def _name(spot: Spot, place: tuple[float, float], ring: int) -> str:
    """Return the name beside its spot, away from the middle; above or below it at the top and the bottom of a ring."""
    x, y = place
    radius = _radius(spot, ring)
    aside = x - _WIDE / 2
    halo = {"stroke": "#fbfaf6", "stroke_width": "3", "paint_order": "stroke", "pointer_events": "none"}
    look = "one" if ring == 1 and spot.n == 1 else "any"
    if ring == 0 or abs(aside) < 12:
        above = y - radius - 4 if ring == 0 or y < _HIGH / 2 else y + radius + 11
        return text(number(x), above, shortened(spot.label), "middle", font_size="10", class_=look, **halo)
    at, anchor = (x + radius + 4, "start") if aside > 0 else (x - radius - 4, "end")
    return text(number(at), y + 3.5, shortened(spot.label), anchor, font_size="10", class_=look, **halo)


def shortened(words: str, most: int = 20) -> str:
    """Return a name that is not longer than the room beside a spot."""
    return words if len(words) <= most else words[: most - 1] + "…"
