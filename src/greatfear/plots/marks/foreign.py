"""Drawings of matplotlib for pages whose policy allows no inline style: styles become attributes."""

from __future__ import annotations

import contextlib
import re
import warnings
from typing import Any

_NARROW = 3.9
_FONT = re.compile(r"^(?:(?P<weight>bold|\d{3}) )?(?P<size>[\d.]+px) (?P<family>.+)$")


def without_styles(svg: str) -> str:
    """Return a drawing whose style attributes and style elements are attributes of the elements they style.

    Examples
    --------
    >>> without_styles('<svg><path style="fill: none; stroke: #222222"/></svg>')
    '<svg stroke-linejoin="round"><path fill="none" stroke="#222222"/></svg>'
    """
    text = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.S)
    text = re.sub(r' style="([^"]*)"', lambda found: _attributes(found[1]), text)
    return re.sub(r"<svg\b", '<svg stroke-linejoin="round"', text, count=1)


def for_both_widths(drawn: Any, name: str, title: str) -> tuple[str, str]:
    """Return a figure of matplotlib as a drawing, and once more for a narrow screen; no second one where its texts leave no room.

    Parameters
    ----------
    drawn : matplotlib.figure.Figure
    name : str
        Beginning of all ids in the drawing.
    title : str
        What a screen reader says.
    """
    from greatfear.canvas import svg

    wide, narrow = without_styles(svg(drawn, name, title)), ""
    width, height = drawn.get_size_inches()
    for inches in (max(_NARROW, 0.55 * width), 0.8 * width):
        drawn.set_size_inches(inches, max(height, 2.6))
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # texts so long that no room is left for the drawing
            with contextlib.suppress(UserWarning):
                narrow = without_styles(svg(drawn, f"{name}-narrow", title))
                break
    return wide, narrow


def _attributes(style: str) -> str:
    """Return the declarations of a style as attributes."""
    found: dict[str, str] = {}
    for part in style.split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), value.strip()
        if name == "font" and (font := _FONT.match(value)):
            found |= {"font-size": font["size"], "font-family": font["family"].replace("&quot;", "").replace("'", "")}
            if font["weight"]:
                found["font-weight"] = font["weight"]
        elif name:
            found[name] = value
    return "".join(f' {name}="{value}"' for name, value in found.items())
