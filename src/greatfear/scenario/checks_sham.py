"""What must hold between the fields of shams and organisations and the rest: references, dates, sizes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.references import refer_one
from greatfear.scenario.sham import Sham

MOST_ABROAD = 1 << 20
"""Members of one organisation abroad, at most."""


def _references(scenario: Scenario) -> Iterator[Found]:
    """Yield the names of regions and organisations that nobody bears, each with the nearest that exists."""
    regions = [one.id for one in scenario.population.regions]
    organisations = [one.id for one in scenario.population.organisations]
    for i, sham in enumerate(scenario.shams):
        here: Path = ("shams", i)
        led = [one.organisation for one in sham.leaders]
        for k, twice in enumerate(led):
            if twice in led[:k]:
                yield Found(
                    (*here, "leaders", k, "organisation"), f"{twice!r} again", "one leader of each organisation"
                )
        yield from refer_one(sham.region, regions, "region", (*here, "region"))
        yield from refer_one(sham.network, organisations, "organisation", (*here, "network"))
        for k, name in enumerate(led):
            yield from refer_one(name, organisations, "organisation", (*here, "leaders", k, "organisation"))
        if sham.network and sham.network in organisations:
            yield from _network(scenario, i)


def _network(scenario: Scenario, i: int) -> Iterator[Found]:
    """Yield the fault of a sham that is built on an organisation abroad, or on more members than there are."""
    sham = scenario.shams[i]
    network = next(one for one in scenario.population.organisations if one.id == sham.network)
    if network.abroad:
        yield Found(("shams", i, "network"), f"{sham.network!r}, which is abroad", "an organisation at home")
    elif sham.initial.value > network.members.value:
        got = f"{sham.initial.value:g} of {network.members.value:g} members"
        yield Found(("shams", i, "initial"), got, "at most the members of the network")


def _dates(scenario: Scenario) -> Iterator[Found]:
    """Yield dates of shams that lie outside the period or before their start."""
    begin, end = scenario.time.start, scenario.time.end
    for i, sham in enumerate(scenario.shams):
        here: Path = ("shams", i)
        if begin < end and not begin <= sham.start < end:
            allowed = f"a date in the period {begin} to {end}, end excluded"
            yield Found((*here, "start"), str(sham.start), allowed)
        if sham.defection.date and sham.defection.date <= sham.start:
            yield Found((*here, "defection", "date"), str(sham.defection.date), f"a date after the start {sham.start}")
        for place, date in _dated(sham):
            if date and begin < end and date >= end:
                yield Found((*here, *place), f"{date}, after the end of the period", f"a date before {end}")
        for k, visit in enumerate(sham.visits):
            if visit.start < sham.start:
                yield Found((*here, "visits", k, "start"), str(visit.start), f"a date from the start {sham.start} on")
        for k, target in enumerate(sham.targets):
            if target.since and target.until and target.until <= target.since:
                yield Found((*here, "targets", k, "until"), f"{target.until}, not after {target.since}", "a later date")


def _dated(sham: Sham) -> Iterator[tuple[Path, dt.date | None]]:
    """Yield the dates of a sham after its start, with their places in it."""
    yield ("defection", "date"), sham.defection.date
    for k, visit in enumerate(sham.visits):
        yield ("visits", k, "start"), visit.start
    for k, target in enumerate(sham.targets):
        yield ("targets", k, "since"), target.since


def _sizes_abroad(scenario: Scenario) -> Iterator[Found]:
    """Yield organisations abroad that are too large to be numbered."""
    for i, one in enumerate(scenario.population.organisations):
        if one.abroad and one.members.value > MOST_ABROAD:
            path: Path = ("population", "organisations", i, "members")
            yield Found(path, f"{one.members.value:,.0f} members abroad", f"at most {MOST_ABROAD:,}")


_SIZES: tuple[Path, ...] = (("population", "organisations"),)
SHAM_CHECKS = (
    ((("shams",), ("population", "regions"), ("population", "strata"), *_SIZES), _references),
    ((("shams",), ("time",)), _dates),
)
ORGANISATION_CHECKS = ((_SIZES, _sizes_abroad),)
