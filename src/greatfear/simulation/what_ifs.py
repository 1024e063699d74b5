"""Changes that are asked for again and again, each spelt out as ordinary paths of `Scenario.alter`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from greatfear.errors import Fault, FaultList, WrongArgumentError
from greatfear.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change with a name.

    Parameters
    ----------
    about : str
        What is supposed.
    argument : str
        What stands after the name: ``DATE``, or nothing.
    paths : callable
        Scenario and argument to the changes by path.
    """

    about: str
    argument: str
    paths: Callable[[Scenario, Any], dict[str, Any]]


def spelt_out(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes by path, with the named ones among them spelt out.

    Parameters
    ----------
    scenario : Scenario
    changes : mapping
        Paths and values as for `Scenario.alter`; or names of `WHAT_IFS` with their argument (None or True where there is none).

    Raises
    ------
    FaultList
        If there are no changes, an argument is missing or not a date, or the scenario has nothing that could be so changed.
    """
    if not changes:
        raise FaultList(
            [Fault("changes", "none", "one or more, as in offices.evidence=2 or halt-on=1938-06-01")], "what if"
        )
    if not isinstance(changes, Mapping):
        raise WrongArgumentError(
            "changes", changes, 'changes by name, as in {"two-statements": True} or {"offices.evidence": 2}'
        )
    found: dict[str, Any] = {}
    for name, value in changes.items():
        found |= WHAT_IFS[name].paths(scenario, value) if name in WHAT_IFS else {name: value}
    return found


def _date(name: str, value: Any) -> str:
    """Return a date as text."""
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise FaultList([Fault(name, repr(value), "a date, as in 1938-06-01")], "what if") from None


def _no_pressure_before(scenario: Scenario, value: Any) -> dict[str, Any]:
    """Return steps of pressure that are 0 before a date and as they were from then on."""
    since = dt.date.fromisoformat(_date("no-pressure-before", value))
    steps = sorted(scenario.offices.pressure, key=lambda step: step.since)
    earlier = [step for step in steps if step.since <= since]
    kept: dict[str, Any] = {scenario.time.start.isoformat(): 0}
    kept[since.isoformat()] = earlier[-1].value.value if earlier else 0
    kept |= {step.since.isoformat(): step.value.value for step in steps if step.since > since}
    return {"offices.pressure": kept}


def _no_limits(scenario: Scenario, value: Any) -> dict[str, Any]:
    """Return the operations that have limits without them and without the changes of them."""
    limited = [operation.id for operation in scenario.operations if operation.limits]
    if not limited:
        raise FaultList(
            [Fault("no-limits", f"no limits in {scenario.id}", "a scenario whose operations have limits")], "what if"
        )
    return {f"operations.{name}.{part}": empty for name in limited for part, empty in (("limits", {}), ("grants", []))}


def _deaths_in_custody(scenario: Scenario, value: Any) -> dict[str, Any]:
    """Return the mortality of the certificate by year, before the sentence as in camps."""
    from greatfear.simulation.review import CAMP_MORTALITY

    start, end = scenario.time.start, scenario.time.end
    if not 1917 <= start.year <= 1953:
        fault = Fault("deaths-in-custody", f"a run that begins in {start.year}", "one that begins in 1917 to 1953")
        raise FaultList([fault], "what if")
    years = range(start.year, (end - dt.timedelta(days=1)).year + 1)
    nearest = {year: min(CAMP_MORTALITY, key=lambda known: (abs(known - year), known)) for year in years}
    steps = {str(max(start, dt.date(year, 1, 1))): CAMP_MORTALITY[nearest[year]] for year in years}
    return {"mortality.held": steps, "mortality.camp": steps}


WHAT_IFS: dict[str, WhatIf] = {
    "no-pressure-before": WhatIf(
        "nobody is pressed before a date; from then on pressure is as it was", "DATE", _no_pressure_before
    ),
    "two-statements": WhatIf(
        "nobody is arrested on a lead without two statements by distinct speakers",
        "",
        lambda scenario, value: {"offices.evidence": 2},
    ),
    "no-limits": WhatIf(
        "operations have no numbers to fill, and no ceilings; draws at a rate (`hazard`) and arrests on leads remain",
        "",
        _no_limits,
    ),
    "halt-on": WhatIf(
        "the halt comes on another date", "DATE", lambda _, value: {"halt.date": _date("halt-on", value)}
    ),
    "no-registers": WhatIf(
        "nobody stood on a register before the first event: operations find nobody to draw",
        "",
        lambda scenario, value: {"population.strata.*.listed": 0},
    ),
    "deaths-in-custody": WhatIf(
        "persons die before the sentence and in camps, at the mortality of the certificate on the Gulag in each year",
        "",
        _deaths_in_custody,
    ),
}
"""Named changes; docs/what-if.md lists them."""
