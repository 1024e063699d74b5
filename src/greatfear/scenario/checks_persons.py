"""What must hold between persons with names and the rest: ids, ties, dates, offices that they hold."""

from __future__ import annotations

from collections.abc import Iterator

from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.persons import NamedPerson
from greatfear.scenario.references import refer, refer_one

__all__ = ["PERSON_CHECKS"]

_COLUMNS = {"person", "id", "name", "region", "stratum", "unit", "sex", "seniority"}
"""Columns that the table of persons has in any case."""


def _references(scenario: Scenario) -> Iterator[Found]:
    ids = [person.id for person in scenario.persons]
    regions = [region.id for region in scenario.population.regions]
    strata = [stratum.id for stratum in scenario.population.strata]
    orders, sources = [order.id for order in scenario.orders], list(scenario.sources)
    for i, person in enumerate(scenario.persons):
        here: Path = ("persons", i)
        yield from refer_one(person.region, regions, "region", (*here, "region"))
        yield from refer_one(person.stratum, strata, "stratum", (*here, "stratum"))
        yield from refer_one(person.under, orders, "order", (*here, "under"))
        yield from refer_one(person.source, sources, "source", (*here, "source"))
        yield from refer_one(person.fate.source, sources, "source", (*here, "fate", "source"))
        for key in sorted(_COLUMNS & person.attributes.keys()):
            fix = "use another word"
            yield Found(
                (*here, "attributes", key),
                f"the attribute {key!r}",
                "no name of a column of the archive's persons",
                fix,
            )
        for k, tie in enumerate(person.ties):
            at: Path = (*here, "ties", k)
            yield from refer_one(tie.to, ids, "person with a name", (*at, "to"))
            yield from refer_one(tie.source, sources, "source", (*at, "source"))
            if tie.to == person.id:
                yield Found((*at, "to"), f"{tie.to!r}, the person itself", "another person with a name")


def _dates(scenario: Scenario) -> Iterator[Found]:
    begin, end = scenario.time.start, scenario.time.end
    for i, person in enumerate(scenario.persons):
        here: Path = ("persons", i)
        if person.arrested and not person.under:
            yield Found((*here, "under"), "nothing", "the order by which the person is arrested", "add under")
        if person.arrested and begin < end and not begin <= person.arrested < end:
            allowed = f"a date in the period {begin} to {end}, end excluded"
            yield Found((*here, "arrested"), str(person.arrested), allowed)
        for name in ("questioned", "tried"):
            date = getattr(person, name)
            if date and not person.arrested:
                yield Found((*here, name), f"{date}, without a date of arrest", "a date only beside `arrested`")
            elif date and person.arrested and date <= person.arrested:
                yield Found((*here, name), f"{date}, not after the arrest {person.arrested}", "a later date")
        yield from _abroad(person, here)


def _abroad(person: NamedPerson, here: Path) -> Iterator[Found]:
    """Yield what a person who lives abroad cannot have."""
    for name in ("region", "stratum", "arrested", "held_out"):
        if person.abroad and getattr(person, name):
            fix = "leave it out, or leave out abroad"
            yield Found((*here, name), str(getattr(person, name)), "nothing for a person who lives abroad", fix)
    if person.abroad and person.ties:
        yield Found((*here, "ties"), f"{len(person.ties)} ties", "no ties of a person who lives abroad")


def _roles(scenario: Scenario) -> Iterator[Found]:
    home = [person.id for person in scenario.persons if not person.abroad]
    away = [person.id for person in scenario.persons if person.abroad]
    for i, sham in enumerate(scenario.shams):
        here: Path = ("shams", i)
        yield from refer(sham.named, home, "person with a name who lives here", (*here, "named"))
        if len(sham.named) > sham.agents.value:
            got = f"{len(sham.named)} persons with names among {sham.agents.value:g} agents"
            yield Found((*here, "named"), got, "at most as many as there are agents")
        if sham.defection.person and sham.defection.person not in sham.named:
            allowed = "one of the agents under `named`"
            yield Found((*here, "defection", "person"), repr(sham.defection.person), allowed)
        for key in ("leaders", "visits", "targets"):
            for k, one in enumerate(getattr(sham, key)):
                yield from refer_one(one.person, away, "person with a name who lives abroad", (*here, key, k, "person"))
    for i, board in enumerate(scenario.boards):
        yield from refer(board.sits, home, "person with a name who lives here", ("boards", i, "sits"))
        if len(board.sits) > board.judges:
            got = f"{len(board.sits)} persons with names among {board.judges} judges"
            yield Found(("boards", i, "sits"), got, "at most as many as there are judges")


def _places(scenario: Scenario) -> Iterator[Found]:
    """Yield persons for whom nobody of the region and stratum makes room."""
    population = scenario.population
    for i, person in enumerate(scenario.persons):
        if person.abroad:
            continue
        region = next((r for r in population.regions if r.id == (person.region or population.regions[0].id)), None)
        stratum = next((s for s in population.strata if s.id == (person.stratum or population.strata[0].id)), None)
        if region is None or stratum is None:
            continue
        share = region.shares.get(stratum.id, stratum.share).value
        same = sum(
            not one.abroad
            and (one.region or population.regions[0].id) == region.id
            and (one.stratum or population.strata[0].id) == stratum.id
            for one in scenario.persons
        )
        room = share * region.persons.value - population.household
        if same > room:
            got = f"{same} persons with names in {region.id}, {stratum.id}, where about {share * region.persons.value:,.0f} live"
            yield Found(("persons", i, "stratum"), got, "a region and stratum with room for all")


_PERSONS: Path = ("persons",)
PERSON_CHECKS = (
    ((_PERSONS, ("population", "regions"), ("population", "strata"), ("orders",), ("sources",)), _references),
    ((_PERSONS, ("time",)), _dates),
    ((_PERSONS, ("shams",), ("boards",)), _roles),
    ((_PERSONS, ("population", "regions"), ("population", "strata")), _places),
)
"""Places read and the check, as in `greatfear.scenario.checks`."""
