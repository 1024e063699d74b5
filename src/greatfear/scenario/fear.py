"""Fear beyond a region's own arrests: units in which somebody was arrested, accidents, war scares."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from greatfear.scenario.population import Id
from greatfear.scenario.process import Step
from greatfear.scenario.quantity import LATER, Part, Quantity, Unit, assumed

__all__ = ["Fear", "Scare"]


class Scare(Part):
    """A war scare or another alarm from outside: fear that is added every day for a while."""

    id: Id
    name: str = ""
    start: dt.date
    days: int = Field(30, ge=1, le=10_000)
    fear: Annotated[Quantity, Unit("units of F per day", 0, 100)]
    regions: list[Id] = Field(default_factory=list, description="empty: all")


class Fear(Part):
    """What else frightens: F of a region and U of a unit fade together, by e in `offices.fear_decay` days.

    F grows by arrests per thousand persons, by `accident` arrests for every accident read as sabotage, by scares, and by
    `expected` times the expectation of an invasion on that day. U
    counts the arrests seen in one's own unit. Persons of such a unit denounce at `rate * exp(fear * F)` times
    `exp(unit * U)`, or, with the rule ``linear``, times `1 + unit * U`.
    """

    rule: Literal["exponential", "linear"] = "exponential"
    unit: Annotated[Quantity, Unit("per arrest seen in the unit", 0, 100)] = assumed(
        0.0, "arrests in one's own unit count like others of the region"
    )
    accident: Annotated[Quantity, Unit("arrests that an accident read as sabotage counts for", 0, 1000)] = assumed(
        0.0, "accidents frighten nobody"
    )
    scares: list[Scare] = Field(default_factory=list, max_length=100)
    expectation: list[Step] = Field(
        default_factory=list, description="expected invasion by date, 0 (none) to 1 (certain)", json_schema_extra=LATER
    )
    expected: Annotated[Quantity, Unit("units of F per day at an expectation of 1", 0, 100)] = assumed(
        0.0, "an expected invasion frightens nobody", later=True
    )
