"""Whether a record meets the conditions of a rule: known, listed, compared, like a pattern, or not so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from greatfear.intake_tables.fields import Comparison


def holds(conditions: Sequence[Mapping[str, Any]], cells: Mapping[str, str], missing: frozenset[str]) -> bool:
    """Whether one of several sets of conditions is met as a whole.

    A comparison with a text that is no number (or no date) is not met; neither is one with an unknown cell.
    """
    return any(
        all(_met(cells.get(column, ""), test, missing) for column, test in whole.items()) for whole in conditions
    )


def _met(text: str, test: Any, missing: frozenset[str]) -> bool:
    """Whether one cell meets one test."""
    known = text not in missing
    if isinstance(test, str):
        return known == (test == "known")
    if isinstance(test, Comparison):
        return _compared(text, test, missing, known=known)
    return text in {_text(value) for value in test}


def _compared(text: str, test: Comparison, missing: frozenset[str], *, known: bool) -> bool:
    """Whether one cell meets all parts of a comparison."""
    if test.is_not is not None and _met(text, test.is_not, missing):
        return False
    if test.one_of and text not in {_text(value) for value in test.one_of}:
        return False
    if test.not_matches is not None and re.search(test.not_matches, text):
        return False
    if test.matches is not None and not (known and re.search(test.matches, text)):
        return False
    bounds = (test.above, test.below, test.at_least, test.at_most)
    return all(
        known and _beyond(text, bound, sign)
        for bound, sign in zip(bounds, (">", "<", ">=", "<="), strict=True)
        if bound is not None
    )


def _beyond(text: str, bound: float | dt.date, sign: str) -> bool:
    """Whether a text, read as a number or an ISO date, is on the asked side of a bound."""
    value: Any
    try:
        value = dt.date.fromisoformat(text[:10]) if isinstance(bound, dt.date) else float(text)
    except ValueError:
        return False
    order: Any = bound
    return bool({">": value > order, "<": value < order, ">=": value >= order, "<=": value <= order}[sign])


def _text(value: Any) -> str:
    """Return a value of a map as a cell would hold it; YAML reads true and 1.0 as values."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
