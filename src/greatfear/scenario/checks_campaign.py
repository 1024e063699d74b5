"""What must hold between the fields of operations, staff and the centre."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greatfear.scenario.campaign import CHANNELS
from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.references import refer
from greatfear.scenario.steps import check_steps


def _staff(scenario: Scenario) -> Iterator[Found]:
    staff = scenario.offices.staff
    yield from check_steps(("offices", "staff", "drafts"), staff.drafts)
    if staff.case_pressed.value > staff.case_at_rest.value:
        got = f"{staff.case_pressed.value:g}, above case_at_rest {staff.case_at_rest.value:g}"
        yield Found(("offices", "staff", "case_pressed"), got, "case_at_rest or less: pressure shortens a case")


def _terms(scenario: Scenario) -> Iterator[Found]:
    regions = [region.id for region in scenario.population.regions]
    for i, operation in enumerate(scenario.operations):
        here: Path = ("operations", i)
        yield from check_steps((*here, "hazards"), operation.hazards)
        yield from refer(operation.requests.regions, regions, "region", (*here, "requests", "regions"))
        term = operation.end
        for k, one in enumerate(operation.prolongations):
            last = max(term, one.decided)
            if one.until <= last:
                allowed = "a date after the term before it and after the decision"
                yield Found((*here, "prolongations", k, "until"), f"{one.until}, not after {last}", allowed)
            term = max(term, one.until)


def _state(scenario: Scenario) -> Iterator[Found]:
    strata = [stratum.id for stratum in scenario.population.strata]
    state = scenario.population.state
    yield from refer(state.strata, strata, "stratum", ("population", "state", "strata"))


def _centre(scenario: Scenario) -> Iterator[Found]:
    centre, begin, end = scenario.centre, scenario.time.start, scenario.time.end
    for low, high in (("zeal_low", "zeal_high"), ("mild_low", "mild_high")):
        one, two = getattr(centre.dismissal, low).value, getattr(centre.dismissal, high).value
        if one > two:
            yield Found(("centre", "dismissal", low), f"{one:g}, above {high} {two:g}", f"{high} or less")
    for k, channel in enumerate(centre.counts):
        if channel not in CHANNELS:
            yield Found(("centre", "counts", k), repr(channel), f"one of {', '.join(CHANNELS)}")
    dated: list[tuple[Path, Any]] = [
        (("centre", "reports", k, "date"), one.date) for k, one in enumerate(centre.reports)
    ]
    for path, date in [*dated, (("centre", "prior_date"), centre.prior_date)]:
        if date is not None and begin < end and not begin <= date < end:
            yield Found(path, str(date), f"a date in the period {begin} to {end}, end excluded")


CAMPAIGN_CHECKS = (
    ((("offices", "staff"),), _staff),
    ((("operations",), ("population", "regions")), _terms),
    ((("population", "state"), ("population", "strata")), _state),
    ((("centre",), ("time",)), _centre),
)
"""Places read and the check, as in `greatfear.scenario.checks`."""
