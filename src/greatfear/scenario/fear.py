"""Fear beyond a region's own arrests: units in which somebody was arrested, accidents, war scares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from greatfear.scenario.found import Found, Path
from greatfear.scenario.mechanism import Mechanism, MechanismRow, Report
from greatfear.scenario.population import Id
from greatfear.scenario.process import Step
from greatfear.scenario.quantity import LATER, Part, Quantity, Unit, assumed, is_left_out
from greatfear.scenario.references import refer
from greatfear.scenario.steps import check_steps
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario


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


_REGIONS: Path = ("population", "regions")


def _scares(scenario: Scenario) -> Iterator[Found]:
    regions = [region.id for region in scenario.population.regions]
    for i, scare in enumerate(scenario.fear.scares):
        here: Path = ("fear", "scares", i)
        yield from refer(scare.regions, regions, "region", (*here, "regions"))
        if not scenario.time.start <= scare.start < scenario.time.end:
            allowed = f"a date in the period {scenario.time.start} to {scenario.time.end}, end excluded"
            yield Found((*here, "start"), str(scare.start), allowed)


def _expectation(scenario: Scenario) -> Iterator[Found]:
    yield from check_steps(("fear", "expectation"), scenario.fear.expectation)
    if scenario.fear.expectation and is_left_out(scenario.fear, "expected"):
        got = "an expectation that frightens nobody"
        fix = "write fear.expected, 0 if it shall have no effect"
        yield Found(("fear", "expectation"), got, "`expected` beside it: what it adds to fear on a day", fix)


def _words(scenario: Scenario) -> str:
    fear = scenario.fear
    lines = []
    if fear.unit.value:
        how = f"exp({fear.unit.value:g} U)" if fear.rule == "exponential" else f"1 + {fear.unit.value:g} U"
        lines.append(f"  Where U arrests were seen in the unit, denunciations are multiplied by {how}.")
    if fear.accident.value:
        lines.append(f"  An accident read as sabotage frightens like {counted(fear.accident.value, 'arrest', 'g')}.")
    for scare in fear.scares:
        where = ", ".join(scare.regions) or "everywhere"
        lines.append(
            f"  {scare.name or scare.id}: from {scare.start}, {counted(scare.days, 'day')}, {scare.fear.value:g} a day, {where}."
        )
    lines += _expected_invasion(fear)
    return "\n".join(["Fear, besides arrests in the region:", *lines]) if lines else ""


def _expected_invasion(fear: Fear) -> list[str]:
    """Return what the expectation of an invasion adds to fear, a line each."""
    if not (fear.expected.value and fear.expectation):
        return []
    steps = ", ".join(f"{step.value.value:g} from {step.since}" for step in fear.expectation)
    return [f"  An expected invasion adds {fear.expected.value:g} a day times its expectation: {steps}."]


def _rows(told: Report) -> Iterator[MechanismRow]:
    largest = max((row[2] for row in told["series"]), default=0.0)
    yield MechanismRow("fear", "largest of a region", largest, "arrests per thousand persons")
    yield MechanismRow(
        "fear", "denunciations moved by arrests in the unit", told["denouncers_moved"], "statements", True
    )


FEAR = Mechanism(
    "fear",
    checks=(
        ((("fear",), ("time",), _REGIONS), _scares),
        ((("fear", "expectation"),), _expectation),
    ),
    words=_words,
    rows=_rows,
)
