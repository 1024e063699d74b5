"""What must hold in a list of dated steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from greatfear.scenario.found import Found, Path


def check_steps(path: Path, steps: Sequence[Any]) -> Iterator[Found]:
    """Yield what is wrong in a list of steps: values out of range, dates that do not ascend."""
    from greatfear.scenario.shape import at  # which reads the models, some of which bring checks with them

    shape = at(path)
    unit = shape.unit if shape else None
    before = None
    for i, step in enumerate(steps):
        try:
            if unit:
                unit.check(step.value)
        except ValueError:
            yield Found((*path, i, "value"), f"{step.value.value:g}", unit.allowed() if unit else "")
        if before is not None and step.since <= before:
            allowed = "steps in ascending order of date"
            yield Found((*path, i, "since"), f"{step.since}, not after {before}", allowed)
        before = step.since
