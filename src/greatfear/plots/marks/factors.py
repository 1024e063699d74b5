"""Simulated over recorded values as dots with intervals on a scale of factors, each under its own words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.plots.marks.svg import ACCENT, INK, RULE, esc, frame, number, text

EDGE = 8.0
"""Factors beyond this stand at the edge of the scale, as arrows."""
NEAR = 1.25
"""Within this factor both are said to agree; drawn as a band."""
_ROW, _TOP = 34, 22
_SHAPES = {
    "prediction": ("circle", ACCENT), "other scenario": ("circle", ACCENT), "own record": ("circle", ACCENT),
    "calibrated": ("square", "#ffffff"), "input": ("triangle", "#ffffff"),
}  # fmt: skip
_PATHS = {
    "square": "M-4.2-4.2H4.2V4.2H-4.2Z",
    "triangle": "M0-5.4 5 4H-5Z",
    "low": "M-5.6 0 3.4-5V5Z",
    "high": "M5.6 0-3.4-5V5Z",
}
LEGEND = (
    "On the line in the middle both agree, in the grey band they agree within a factor of 1.25. Filled circle: a prediction. "
    "Open circle: a total that contains the fitted year. Square: calibrated. Triangle: put in. Arrow: beyond a factor of 8."
)


@dataclass(frozen=True, slots=True)
class Factor:
    """One quantity: simulated over recorded value, the ends of its interval (NaN: none), its role, its error in words."""

    name: str
    ratio: float
    low: float
    high: float
    role: str
    error: str


def factors(key: str, words: tuple[str, str], rows: Sequence[Factor]) -> str:
    """Return a row for each quantity: its name, the interval, the mark of its role, and the error at the right."""
    foot = _TOP + _ROW * len(rows) + 4
    low, high = place(1 / NEAR), place(NEAR)
    body = f'<rect x="{low}%" y="{_TOP}" width="{number(float(high) - float(low))}%" height="{foot - _TOP}" fill="#e3ddcd"/>'
    for value, name in (
        (1 / 8, "1/8"),
        (1 / 4, "1/4"),
        (1 / 2, "1/2"),
        (1.0, "equal"),
        (2.0, "2"),
        (4.0, "4"),
        (8.0, "8"),
    ):
        x, width = f"{place(value)}%", 1.2 if value == 1 else 0.5
        body += f'<line x1="{x}" x2="{x}" y1="{_TOP - 4}" y2="{foot}" stroke="{RULE}" stroke-width="{width}"/>'
        body += text(x, 12, name, "middle", font_size="11")
    body += "".join(_row(row, _TOP + _ROW * k + 24) for k, row in enumerate(rows))
    return frame(key, words, foot + 2, body)


def place(ratio: float) -> str:
    """Return where a factor stands, in per cent of the width.

    Examples
    --------
    >>> place(1), place(1 / 8), place(100)
    ('44', '4', '84')
    """
    inside = min(max(ratio, 1 / EDGE), EDGE) if ratio > 0 else 1 / EDGE
    return number(44 + 40 * math.log(inside) / math.log(EDGE))


def _row(row: Factor, y: float) -> str:
    at = place(row.ratio)
    body = text(
        "0",
        y - 11,
        row.name if len(row.name) <= 60 else f"{row.name[:58]}…",
        font_size="11",
        class_="name",
        stroke="#fbfaf6",
        stroke_width="3",
        paint_order="stroke",
    )
    body += f'<line x1="{place(1)}%" x2="{at}%" y1="{y}" y2="{y}" stroke="{INK}" stroke-width="0.6"/>'
    if math.isfinite(row.low) and math.isfinite(row.high):
        ends = f'x1="{place(row.low)}%" x2="{place(row.high)}%"'
        body += f'<line {ends} y1="{y}" y2="{y}" stroke="{RULE}" stroke-width="5"/>'
    body += text("100%", y + 4, row.error, "end", font_size="11")
    beyond = "low" if row.ratio < 1 / EDGE else "high" if row.ratio > EDGE else ""
    shape, fill = _SHAPES.get(row.role, ("circle", "#ffffff"))
    drawn = f'<circle r="4.5" fill="{fill}" stroke="{INK}"/>'
    if beyond or shape != "circle":
        drawn = f'<path d="{_PATHS[beyond or shape]}" fill="{fill}" stroke="{INK}"/>'
    title = f"<title>{esc(f'{row.name}: {row.error}, {row.role}')}</title>"
    return f'{body}<svg x="{at}%" y="{y}" overflow="visible"><g>{title}{drawn}</g></svg>'
