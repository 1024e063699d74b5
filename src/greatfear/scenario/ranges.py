"""Ranges of numbers that were chosen: what each may be, as written beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.quantity import Part, Quantity
from greatfear.scenario.written import Written, plain, short

_ALLOWED = "two numbers, the lower end first, as in [0.1, 0.6]"


def range_fault(node: Written, path: Path) -> Found | None:
    """Return what is wrong with the form of a range at the key ``range`` below `path`, or None."""
    ends = node.value if isinstance(node.value, list) else []
    numbers = [float(end.value) for end in ends if end.is_number]  # type: ignore[arg-type]
    is_right = len(ends) == 2 and len(numbers) == 2 and all(map(math.isfinite, numbers)) and numbers[0] < numbers[1]
    return None if is_right else Found((*path, "range"), short(plain(node)), _ALLOWED, "", node.line)


def range_words(ends: tuple[float, float] | list[float]) -> str:
    """Return a range in words.

    >>> range_words((0.1, 0.6))
    'range 0.1 to 0.6'
    """
    return f"range {ends[0]:,.10g} to {ends[1]:,.10g}"


def check_ranges(scenario: Scenario, found: Iterator[tuple[Path, Quantity]]) -> Iterator[Found]:
    """Yield the ranges that do not hold their number, or go beyond what the field allows.

    Parameters
    ----------
    scenario : Scenario
        For the grounds of its settings.
    found : iterator of (path, Quantity)
        Its quantities.
    """
    from greatfear.scenario.shape import at

    for path, quantity in found:
        if quantity.range is not None:
            shape = at(path)
            unit = shape.unit if shape is not None else None
            bounds = (unit.low, unit.high) if unit is not None else (-math.inf, math.inf)
            allowed = f"ends that are each {unit.allowed()}" if unit is not None else ""
            yield from _faults(path, quantity.value, quantity.range, bounds, allowed)
    grounds = scenario.metadata.get("grounds", {})
    for key, ground in grounds.items() if isinstance(grounds, Mapping) else ():
        if isinstance(ground, Mapping) and "range" in ground:
            yield from _of_setting(scenario, str(key), ground["range"])


def _faults(
    path: Path, value: float, ends: tuple[float, float], bounds: tuple[float, float], allowed: str
) -> Iterator[Found]:
    """Yield what is wrong between a number, its range and the range of its field."""
    low, high = ends
    told = f"[{low:g}, {high:g}]"
    if not low <= value <= high:
        yield Found((*path, "range"), f"{told} beside {value:g}", f"a range that holds its number, {value:g}")
    elif low < bounds[0] or high > bounds[1]:
        yield Found((*path, "range"), told, allowed)


def _of_setting(scenario: Scenario, key: str, given: Any) -> Iterator[Found]:
    """Yield what is wrong with the range of a setting."""
    here: Path = ("metadata", "grounds", key, "range")
    is_pair = isinstance(given, list | tuple) and len(given) == 2
    if not is_pair or not all(isinstance(end, int | float) and not isinstance(end, bool) for end in given):
        yield Found(here, short(given), _ALLOWED)
        return
    value = _setting(scenario, key)
    if isinstance(value, int):
        yield from (Found(here, one.got, one.allowed) for one in _faults((), value, (given[0], given[1]), _ANY, ""))
    elif value is not None:
        yield Found(here, f"a range of {short(value)}", "ranges beside numbers only", "write it into the assumption")


_ANY = (-math.inf, math.inf)


def _setting(part: Any, key: str) -> Any:
    """Return the setting at a dotted path; None where it leads nowhere."""
    for step in key.split("."):
        if isinstance(part, Part):
            part = getattr(part, step, None)
        elif isinstance(part, list):
            part = next((one for k, one in enumerate(part) if step in (getattr(one, "id", None), str(k))), None)
        elif isinstance(part, dict):
            part = part.get(step)
        else:
            return None
    return part if not isinstance(part, bool) else None
