"""What offices can do, and the campaigns that they carry out, in words."""

from __future__ import annotations

import datetime as dt

from greatfear.scenario.campaign import Operation
from greatfear.scenario.model import Scenario
from greatfear.show.wording import counted


def work_in_words(scenario: Scenario) -> str:
    """Return the block on offices: capacity, staff, prison places, sittings."""
    offices, staff = scenario.offices, scenario.offices.staff
    words, per = scenario.wording, f"per {offices.per}"
    arrests, places, wait = offices.arrests.value, offices.custody.value, offices.wait.value
    no_limit = {name: one for name, one in type(offices).model_fields.items() if name in ("arrests", "custody")}
    is_free = {
        name: getattr(offices, name) == one.get_default(call_default_factory=True) for name, one in no_limit.items()
    }
    confessed = words.one("outcomes", "confessed") if "confessed" in words.given.get("outcomes", {}) else "confessing"
    lines = [
        f"Offices: at most {arrests:g} {'arrest' if arrests == 1 else 'arrests'} from leads {per} and day;",
        f"  {places:g} {'prison place' if places == 1 else 'prison places'} {per};",
        f"  a share of {offices.pressed.value:g} is asked for names {days(wait)} after the arrest;",
        f"  log-odds of {confessed} {offices.confession.base.value:g} {offices.confession.pressure.value:+g} x pressure.",
    ]
    if words and is_free["arrests"]:
        lines[0] = "Offices: no limit of arrests from leads a day;"
    if words and is_free["custody"]:
        lines[1] = "  no limit of prison places;"
    if staff.investigators.value:
        drafts = ", ".join(f"times {step.value.value:g} from {step.since}" for step in staff.drafts)
        lines += [
            f"  Staff: {counted(staff.investigators.value, 'investigator', 'g')} {per}{', ' + drafts if drafts else ''};",
            f"  their days grow with zeal to the power {staff.eagerness.value:g}; filing an arrest takes {staff.filing.value:g},",
            f"  a questioned person {days(staff.case_at_rest.value)}, under full pressure {staff.case_pressed.value:g};",
            f"  lists come first, but leave {staff.kept.value:g} of the staff to cases.",
        ]
    return words.reworded("\n".join(lines))


def days(number: float) -> str:
    """Return a number of days in words."""
    return f"{number:g} {'day' if number == 1 else 'days'}"


def campaigns_in_words(scenario: Scenario) -> str:
    """Return the block on operations and orders, empty where there are none."""
    lines = [line for one in scenario.operations for line in _operation(one)]
    for order in scenario.orders:
        strata, people = ", ".join(order.strata), counted(order.persons.value, "person", ",.0f")
        lines.append(
            f"  {order.name}, {order.start}: {people} of {strata} over {days(order.days)}."
            + ("" if order.listed is None else f" A list of {len(order.listed):,} by number.")
        )
    return "\n".join(["Operations and orders:", *lines]) if lines else ""


def _operation(one: Operation) -> list[str]:
    """Return the lines of one operation: its term, its numbers, and what is special about it."""
    first = sum(limit.first.value for limit in one.limits.values())
    second = sum(limit.second.value for limit in one.limits.values())
    how = f"limits of {first:,.0f} (first category) and {second:,.0f} (second) in {counted(len(one.limits), 'region')}"
    steps = "".join(f", {step.value.value:g} from {step.since}" for step in one.hazards)
    how = how if one.limits else f"{one.hazard.value:g} per listed person and day{steps}"
    how += "" if one.listed is None else f"; {counted(len(one.listed), 'person', ',')} listed by number"
    lines = [
        f"  {one.name}, {one.start} to {one.end}: {', '.join(one.strata)}; {how}; {counted(len(one.grants), 'dated change')}."
    ]
    lines += [f"    Prolonged on {term.decided} until {term.until}." for term in one.prolongations]
    if one.first_ahead.value:
        lines.append(
            f"    A share of {one.first_ahead.value:g} of new cases goes into the first category while it has places."
        )
    if one.takes_named:
        lines.append("    Takes in whom its own cases name, whatever the stratum.")
    if one.from_custody.value:
        lines.append(
            f"    Takes over {one.from_custody.value:g} of the other cases of its strata that come up for sentence."
        )
    if one.requests.regions:
        asking = len(one.requests.regions)
        lines.append(f"    Only {counted(asking, 'region')} {'asks' if asking == 1 else 'ask'} for more places.")
    return lines


def runs_in(operation: Operation, date: dt.date) -> bool:
    """Return whether an operation is in one of its terms on a date."""
    terms = [(operation.start, operation.end), *((one.decided, one.until) for one in operation.prolongations)]
    return operation.start <= date and any(since <= date < until for since, until in terms)
