"""Units in which a rate may be written: per day, week, month or year, and per person or per a number of them.

The resolved form has the unit of the field. A value is multiplied by the persons of the field's unit, divided by those of the
written one, and divided by the days of the written one, in this order.
"""

from __future__ import annotations

import re
from functools import cache

DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
PERSONS = {"person": 1.0, "1,000 persons": 1e3, "100,000 persons": 1e5, "million persons": 1e6}


@cache
def units_of(unit: str) -> tuple[str, ...]:
    """Return the units in which a number of a field may be written, its own first; only its own where it is no rate.

    >>> units_of("per person and day")[:3]
    ('per person and day', 'per person and week', 'per person and month')
    >>> units_of("days")
    ('days',)
    """
    if not re.search(r"(?:per|and) day$", unit):
        return (unit,)
    stem, own = unit.removesuffix("day"), _persons(unit)
    heads = [stem]
    if own is not None:
        heads += [stem.replace(f"per {own}", f"per {other}") for other in PERSONS if other != own]
    return tuple(head + days for head in heads for days in DAYS)


def _persons(unit: str) -> str | None:
    """Return the persons by which a rate is counted, None where it is not by persons."""
    return next((persons for persons in PERSONS if f"per {persons} and " in unit), None)


def converted(value: float, written: str, unit: str) -> float:
    """Return a value in the unit of its field.

    >>> converted(365.25, "per person and year", "per person and day")
    1.0
    """
    if written == unit:
        return value
    own, other = _persons(unit), _persons(written)
    days = DAYS[written.rpartition(" ")[2]]
    if own is None or other is None:
        return value / days
    return value * PERSONS[own] / PERSONS[other] / days
