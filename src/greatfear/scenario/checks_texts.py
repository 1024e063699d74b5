"""Names and titles: what a reader can read, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.quantity import Part, Quantity

LONGEST = 200
"""Letters of a name or title."""


def check_texts(scenario: Scenario) -> Iterator[Found]:
    """Yield names, titles and attributes with control characters or spaces alone, and those that are too long."""
    for path, text in _names(scenario, ()):
        if not text.isprintable():
            yield Found(path, repr(text)[:60], "a text in one line, without control characters")
        elif text and not text.strip():
            yield Found(path, "spaces alone", "a text, or nothing")
        elif len(text) > LONGEST:
            yield Found(path, f"a text of {len(text):,} letters", f"at most {LONGEST} letters")


def _names(part: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every name, title and attribute with its path, in the order of the models."""
    if isinstance(part, Part) and not isinstance(part, Quantity):
        for key in type(part).model_fields:
            value = getattr(part, key)
            if key in ("name", "title") and isinstance(value, str):
                yield (*path, key), value
            elif key == "attributes" and isinstance(value, dict):
                yield from (((*path, key, name), text) for name, text in value.items() if isinstance(text, str))
            elif key != "metadata":
                yield from _names(value, (*path, key))
    elif isinstance(part, list):
        for index, item in enumerate(part):
            yield from _names(item, (*path, index))
