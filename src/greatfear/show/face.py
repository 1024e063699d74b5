"""What every result has: a short line for the console, and a page for a notebook."""

from __future__ import annotations

import html
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""Plain data as JSON has it: None, flags, numbers, text, and lists and dictionaries of these."""

_LINES = 60


class Shown:
    """A result that shows itself: `repr` is one line, a notebook shows the text of `str`, at most sixty lines of it."""

    def __str__(self) -> str:
        """Return the result in words."""
        return repr(self)

    def _repr_html_(self) -> str:
        lines = str(self).splitlines()
        cut = [f"... {len(lines) - _LINES} more lines; print() shows all"] if len(lines) > _LINES else []
        return f"<pre>{html.escape(chr(10).join([*lines[:_LINES], *cut]))}</pre>"
