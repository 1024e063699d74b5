"""Accidents and real sabotage: whom a scenario may name, in words, and what they came to."""

from __future__ import annotations

from collections.abc import Iterator

from greatfear.scenario.found import Found, Path
from greatfear.scenario.mechanism import Mechanism, MechanismRow, Report
from greatfear.scenario.model import Scenario
from greatfear.scenario.quantity import is_left_out
from greatfear.scenario.references import refer_one


def _sabotage(scenario: Scenario) -> Iterator[Found]:
    accidents = scenario.leads.accidents
    if accidents.sabotage.value and is_left_out(accidents, "rate"):
        got = f"a share of {accidents.sabotage.value:g} of accidents that do not happen"
        fix = "write leads.accidents.rate, 0 if there shall be none"
        yield Found(("leads", "accidents", "sabotage"), got, "`rate` beside it: how many accidents happen", fix)
    home = [one.id for one in scenario.population.organisations if not one.abroad and one.members.value > 0]
    here: Path = ("leads", "accidents", "by")
    if accidents.by in [one.id for one in scenario.population.organisations] and accidents.by not in home:
        some = f": {', '.join(home[:12])}" if home else "; there are none"
        got = f"{accidents.by!r}, which is abroad or has no members"
        yield Found(here, got, f"the id of an organisation at home with members{some}")
    else:
        yield from refer_one(accidents.by, home, "organisation at home with members", here)


def _words(scenario: Scenario) -> str:
    """Return what is said of real sabotage; empty where nothing is."""
    rule = scenario.leads.accidents
    if not rule.rate.value or not (rule.sabotage.value or rule.by or rule.seen.value):
        return ""
    who = f"a member of {rule.by}" if rule.by else "a person of the unit"
    return (
        f"Real sabotage: a share of {rule.sabotage.value:g} of the accidents is done by {who}, who is suspected with\n"
        f"  probability {rule.seen.value:g} when the office reads the accident as sabotage."
    )


def _rows(told: Report) -> Iterator[MechanismRow]:
    yield MechanismRow("accidents", "all", told["accidents"], "accidents", True)
    yield MechanismRow("accidents", "read as sabotage", told["read_as_sabotage"], "accidents")
    yield MechanismRow("accidents", "real sabotage", told["sabotage"], "accidents", True)
    yield MechanismRow(
        "accidents", "real sabotage that was read as such", told["sabotage_read_as_such"], "accidents", True
    )
    yield MechanismRow("accidents", "suspects arrested", told["suspects_arrested"], "persons")
    yield MechanismRow("accidents", "of these, who had done sabotage", told["saboteurs_among_them"], "persons", True)


ACCIDENTS = Mechanism(
    "accidents",
    checks=(((("leads", "accidents"), ("population", "organisations")), _sabotage),),
    words=_words,
    rows=_rows,
)
