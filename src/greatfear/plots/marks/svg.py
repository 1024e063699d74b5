"""Pieces of SVG that all drawings share: the frame, texts, numbers on an axis."""

from __future__ import annotations

import html
import math
import re
from typing import Any

INK, ACCENT, GHOST, RULE = "#1d1d1b", "#1f5a7a", "#d8d2c4", "#8a8678"
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C")
"""Fills that stay apart for colour-blind readers; each is drawn with an outline in ink, since some are pale."""


def frame(
    key: str,
    words: tuple[str, str],
    height: float,
    body: str,
    *,
    width: str = "100%",
    role: str = "img",
    look: str = "",
) -> str:
    """Return a drawing with its title and description for readers who do not see it."""
    title, about = words
    box = "" if width.endswith("%") else f'viewBox="0 0 {width} {number(height)}" '  # so that paper can make it smaller
    return (
        f'<svg class="{esc(f"mark {look}".strip())}" id="{esc(key)}" xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'height="{number(height)}" {box}'
        f'role="{role}" aria-labelledby="{esc(key)}-t {esc(key)}-d" font-size="12" '
        'font-family="system-ui, Helvetica, Arial, sans-serif">'
        f'<title id="{esc(key)}-t">{esc(title)}</title><desc id="{esc(key)}-d">{esc(about)}</desc>{body}</svg>'
    )


def esc(words: object) -> str:
    """Return a text that can stand in SVG and HTML; most texts hold no sign that must be written otherwise."""
    found = str(words)
    return html.escape(found) if _SIGNS(found) else found


_SIGNS = re.compile("[&<>\"']").search


def number(value: float) -> str:
    """Return a coordinate, as short as it is exact enough.

    Examples
    --------
    >>> number(12.0), number(1 / 3)
    ('12', '0.333')
    """
    if type(value) is int:
        return str(value)
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def text(x: str, y: float, words: object, anchor: str = "start", **more: str) -> str:
    """Return a text; `x` may be in per cent."""
    extra = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{esc(value)}"' for name, value in ({"fill": INK} | more).items()
    )
    return f'<text x="{x}" y="{number(y)}" text-anchor="{anchor}"{extra}>{esc(words)}</text>'


def ticks(top: float) -> list[float]:
    """Return three round numbers of a scale: 0, the middle and a top that holds `top`.

    Examples
    --------
    >>> ticks(8310), ticks(3), ticks(0)
    ([0, 5000.0, 10000], [0, 2.0, 4], [0, 1])
    """
    if top <= 0:
        return [0, 1]
    step = 10 ** math.floor(math.log10(top))
    high = next(step * k for k in (1, 2, 4, 6, 8, 10) if step * k >= top)
    return [0, high / 2, high] if high >= 2 or high != int(high) else [0, high]


def label(value: float) -> str:
    """Return a number on an axis."""
    return shown(int(value)) if value == int(value) else shown(float(value))


def shown(value: Any) -> str:
    """Return a value as a reader sees it: thousands apart, three digits of a measure, a dash for what is unknown.

    Examples
    --------
    >>> shown(1687719), shown(0.07791), shown(0.0000071), shown(7e-10), shown(None), shown("1937")
    ('1,687,719', '0.0779', '0.0000071', 'nearly 0', '–', '1937')
    """
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is int:
        return f"{value:,}"
    if kind is float and 1e-4 <= abs(value) < 1000:
        return f"{value:.3g}"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        if value == 0 or 1e-4 <= abs(value) < 1000:
            return f"{value:.3g}"
        if abs(value) >= 1000:
            return f"{value:,.0f}"
        return f"{value:.7f}".rstrip("0") if abs(value) >= 1e-6 else "nearly 0"
    return str(value)
