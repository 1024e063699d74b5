"""Cases that hang from one root on an axis of time: a row a case, a line from each to the cases it led to."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from greatfear.plots.marks.calendar import time_ticks
from greatfear.plots.marks.svg import ACCENT, INK, RULE, esc, frame, number, text
from greatfear.plots.marks.tree import Node, branches

_HIGH, _LEFT, _TEXT = 26, 12, 250
"""Height of a row; room at the left, and of the words behind the last day."""


def dated_tree(
    key: str, words: tuple[str, str], nodes: Sequence[Node], days: Sequence[float], epoch: dt.date,
    *, wide: int = 620,
) -> str:  # fmt: skip
    """Return a drawing of a tree by date, its axis `wide` points wide.

    Parents stand before their children in `nodes`; a day that is not known is NaN.
    """
    at = _known(nodes, days)
    first, last = math.floor(min(at, default=0)), math.ceil(max(at, default=1))
    last = max(last, first + 1)
    places = [_LEFT + wide * (day - first) / (last - first) for day in at]
    rows = branches(nodes)
    foot = len(nodes) * _HIGH + 8
    lines = "".join(
        f"M{number(places[node.parent])} {rows[node.parent] * _HIGH + 16}V{rows[k] * _HIGH + 16}H{number(places[k])}"
        for k, node in enumerate(nodes)
        if node.parent >= 0
    )
    body = _axis((first, last), epoch, foot, wide)
    body += f'<path d="{lines}" fill="none" stroke="{INK}" stroke-width="1"/>'
    body += "".join(_case(node, places[k], rows[k] * _HIGH + 16) for k, node in enumerate(nodes))
    return frame(key, words, foot + 20, body, width=str(_LEFT + wide + _TEXT), role="group")


def _known(nodes: Sequence[Node], days: Sequence[float]) -> list[float]:
    """Return the days; one that is not known is that of the case above, or the first of all."""
    start = min((day for day in days if math.isfinite(day)), default=0.0)
    found: list[float] = []
    for node, day in zip(nodes, days, strict=True):
        found.append(day if math.isfinite(day) else found[node.parent] if node.parent >= 0 else start)
    return found


def _axis(span: tuple[int, int], epoch: dt.date, foot: float, wide: int) -> str:
    """Return the dates beneath the rows, with a thin line up from each."""
    first, last = span
    body = f'<path d="M{_LEFT} {number(foot)}H{_LEFT + wide}" stroke="{RULE}"/>'
    for day, name, _ in time_ticks(first, last, epoch):
        x = number(_LEFT + wide * (day - first) / (last - first))
        if name:
            body += f'<path d="M{x} 4V{number(foot)}" stroke="{RULE}" stroke-width="0.6"/>'
            body += text(x, foot + 14, name, font_size="11")
    return body


def _case(node: Node, x: float, y: float) -> str:
    """Return the dot of a case with its words to the right."""
    fill = "#f2e6c9" if node.is_marked else ACCENT if node.href else "#ffffff"
    more = f" +{node.folded:,}" if node.folded else ""
    mark = (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{6 if node.is_marked else 4.5}" fill="{fill}" stroke="{INK}"/>'
        + text(
            number(x + 9), y + 4, f"{_short(node.head)}{more}, {node.words}", font_size="11.5", stroke="#fbfaf6",
            stroke_width="3", paint_order="stroke", fill=ACCENT if node.href else INK,
        )
    )  # fmt: skip
    title = f"<title>{esc(f'{node.whole or node.head}: {node.words}')}</title>"
    return f'<a href="{esc(node.href)}">{title}{mark}</a>' if node.href else f"<g>{title}{mark}</g>"


def _short(words: str, most: int = 22) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
