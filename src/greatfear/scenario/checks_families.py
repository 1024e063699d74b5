"""What must hold between the fields of fear, votes, papers and tribunals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.references import refer

__all__ = ["FAMILY_CHECKS"]


def _scares(scenario: Scenario) -> Iterator[Found]:
    regions = [region.id for region in scenario.population.regions]
    for i, scare in enumerate(scenario.fear.scares):
        here: Path = ("fear", "scares", i)
        yield from refer(scare.regions, regions, "region", (*here, "regions"))
        if not scenario.time.start <= scare.start < scenario.time.end:
            allowed = f"a date in the period {scenario.time.start} to {scenario.time.end}, end excluded"
            yield Found((*here, "start"), str(scare.start), allowed)


def _votes(scenario: Scenario) -> Iterator[Found]:
    votes, strata = scenario.votes, [stratum.id for stratum in scenario.population.strata]
    yield from refer(votes.by_stratum, strata, "stratum", ("votes", "by_stratum"), keys=True)
    yield from _ordered(votes.since, votes.until, ("votes", "until"))


def _services(scenario: Scenario) -> Iterator[Found]:
    regions = [region.id for region in scenario.population.regions]
    strata = [stratum.id for stratum in scenario.population.strata]
    for i, service in enumerate(scenario.documents):
        here: Path = ("documents", i)
        yield from refer(service.regions, regions, "region", (*here, "regions"))
        yield from refer(service.strata, strata, "stratum", (*here, "strata"))
        yield from _ordered(service.start, service.end, (*here, "end"))
        if service.leaks.value > 0 and not scenario.population.organisations:
            got = f"{service.leaks.value:g}, with no real organisation"
            yield Found((*here, "leaks"), got, "0", "add an organisation under population, or leave leaks out")


def _benches(scenario: Scenario) -> Iterator[Found]:
    strata = [stratum.id for stratum in scenario.population.strata]
    for i, board in enumerate(scenario.boards):
        here: Path = ("boards", i)
        if board.judges and not board.bench:
            yield Found((*here, "bench"), "nothing", "the id of the stratum from which judges are drawn", "add bench")
        for one in refer([board.bench] if board.bench else [], strata, "stratum", ()):
            yield Found((*here, "bench"), one.got, one.allowed, one.fix)
        if board.suspicion.value > 0 and board.judges < 2:
            allowed = "0, or two judges or more, since it is a fellow judge who reports"
            yield Found((*here, "suspicion"), f"{board.suspicion.value:g} with {board.judges} judges", allowed)


def _ordered(start: dt.date | None, end: dt.date | None, path: Path) -> Iterator[Found]:
    if start and end and end <= start:
        yield Found(path, f"{end}, not after {start}", "a later date")


_STRATA: Path = ("population", "strata")
_REGIONS: Path = ("population", "regions")
FAMILY_CHECKS = (
    ((("fear",), ("time",), _REGIONS), _scares),
    ((("votes",), _STRATA), _votes),
    ((("documents",), _STRATA, _REGIONS, ("population", "organisations")), _services),
    ((("boards",), _STRATA), _benches),
)
"""Places read and the check, as in `greatfear.scenario.checks`."""
