"""Deaths in custody: how many of those held before the sentence die, and of those in camps after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from greatfear.scenario.found import Found
from greatfear.scenario.mechanism import Mechanism, MechanismRow, Report
from greatfear.scenario.process import Step
from greatfear.scenario.quantity import Part
from greatfear.scenario.steps import check_steps

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario


class Mortality(Part):
    """How many persons die in custody, as rates that change by date; without steps nobody does.

    Who dies before the sentence is found dead when the case comes before its board: instead of a sentence or release the record
    has an act `death` on that day. Who dies in a camp has an act `death` on the day of the death, after the sentence.
    """

    held: list[Step] = Field(
        default_factory=list, description="deaths per person and year from the arrest to the sentence or release"
    )
    camp: list[Step] = Field(
        default_factory=list, description="deaths per person and year in camps, from the sentence to the end of the run"
    )


def _check(scenario: Scenario) -> Iterator[Found]:
    for name in ("held", "camp"):
        yield from check_steps(("mortality", name), getattr(scenario.mortality, name))


def _words(scenario: Scenario) -> str:
    lines = []
    for name, where in (("held", "before the sentence"), ("camp", "in camps, after it")):
        steps = getattr(scenario.mortality, name)
        if any(step.value.value for step in steps):
            told = ", ".join(f"{step.value.value:g} from {step.since}" for step in steps)
            lines.append(f"  {where}: {told} per person and year.")
    return "\n".join(["Deaths in custody:", *lines]) if lines else ""


def _rows(told: Report) -> Iterator[MechanismRow]:
    yield MechanismRow("custody", "found dead when the case came up", told["before_sentence"], "persons")
    yield MechanismRow("custody", "died in camps by the end", told["in_camps"], "persons")


CUSTODY = Mechanism("custody", checks=(((("mortality",),), _check),), words=_words, rows=_rows)
