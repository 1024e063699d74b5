"""Horizontal bars with their names and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from greatfear.web.marks.svg import ACCENT, frame, number, text
from greatfear.web.parts import shown

__all__ = ["bars"]

_ROW = 22


def bars(key: str, words: tuple[str, str], rows: Sequence[tuple[str, float]]) -> str:
    """Return one bar for each row; names stand above nothing and need no axis, since every bar bears its number."""
    top = max((value for _, value in rows), default=0) or 1
    body = ""
    for k, (name, value) in enumerate(rows):
        y = _ROW * k + 4
        body += text("0", y + 12, name, font_size="12")
        width = 60 * value / top
        body += f'<rect x="26%" y="{y}" width="{number(width)}%" height="15" fill="{ACCENT}"/>'
        body += text(f"{number(26 + width + 1)}%", y + 12, shown(value), font_size="12")
    return frame(key, words, _ROW * len(rows) + 6, body)
