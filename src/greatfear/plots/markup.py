"""Small pieces of HTML: tables, figures, facts. Everything that comes from data is escaped here."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def quantity(value: Any) -> str:
    """Return a number for a reader, or the text as it is; a dash for what is unknown."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def cell(value: Any) -> str:
    """Return a value as escaped text."""
    return html.escape(quantity(value))


_NARROW = 5
"""Columns that a telephone can show beside one another; a wider table is scrolled there."""


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], numeric: Sequence[int] = ()) -> str:
    r"""Return a table; the columns at the positions `numeric` are set flush right."""

    def line(values: Sequence[Any], tag: str) -> str:
        mark = [' class="n"' if k in numeric else "" for k in range(len(values))]
        return "<tr>" + "".join(f"<{tag}{m}>{cell(v)}</{tag}>" for m, v in zip(mark, values, strict=True)) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    wide = ' class="wide"' if len(heads) > _NARROW else ""
    return f'<div class="scroll"><table{wide}><thead>{line(heads, "th")}</thead><tbody>{body}</tbody></table></div>'


def facts(pairs: Mapping[str, Any]) -> str:
    """Return the main numbers, large, each with its words below."""
    parts = (
        f'<div><div class="n">{cell(value)}</div><div class="label">{html.escape(words)}</div></div>'
        for words, value in pairs.items()
    )
    return f'<div class="facts">{"".join(parts)}</div>'


def figure_block(drawn: str, caption: str, kind: str = "") -> str:
    """Return a figure (SVG text) with its caption; a ``"narrow"`` one fits a narrow screen as it is."""
    opened = f'<figure class="{kind}">' if kind else "<figure>"
    return f"{opened}{drawn}<figcaption>{html.escape(caption)}</figcaption></figure>"


def section(key: str, title: str, *parts: str) -> str:
    """Return a section with a heading that can be linked to."""
    return f'<section id="{key}"><h2>{html.escape(title)}</h2>{"".join(parts)}</section>'


def in_words(value: Any) -> str:
    """Return a value of a record of provenance as a reader would write it."""
    if isinstance(value, Mapping):
        return ", ".join(
            f"{quantity(v)} {k}" if isinstance(v, int) else f"{k}: {in_words(v)}" for k, v in value.items()
        )
    return ", ".join(map(in_words, value)) if isinstance(value, list | tuple) else str(value)
