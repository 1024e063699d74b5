"""What must hold between persons with names and the rest: ids, ties, dates, offices that they hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.persons import NamedPerson
from greatfear.scenario.references import refer_one

_COLUMNS = {"person", "id", "name", "region", "stratum", "unit", "sex", "seniority"}
"""Columns that the table of persons has in any case."""


def _references(scenario: Scenario) -> Iterator[Found]:
    ids = [person.id for person in scenario.persons]
    abroad = {person.id for person in scenario.persons if person.abroad}
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
            if tie.to in abroad and not person.abroad:
                yield Found((*at, "to"), f"{tie.to!r}, who lives abroad", "a person with a name who lives here")
            if (tie.to, tie.kind) in [(one.to, one.kind) for one in person.ties[:k]]:
                yield Found(at, f"the tie {tie.kind} to {tie.to!r} again", "each tie once")


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
        yield from _order(person, end if begin < end else None, here)
        yield from _abroad(person, here)


def _order(person: NamedPerson, end: dt.date | None, here: Path) -> Iterator[Found]:
    """Yield dates of a person that lie after the end of the period, or in an order that cannot be."""
    for name in ("held_out", "questioned", "tried"):
        date = getattr(person, name)
        if date and end and date >= end:
            yield Found((*here, name), f"{date}, after the end of the period", f"a date before {end}")
    if person.questioned and person.tried and person.tried < person.questioned:
        got = f"{person.tried}, before the first sitting on {person.questioned}"
        yield Found((*here, "tried"), got, "the same date, or a later one")
    if person.held_out and person.tried and person.held_out >= person.tried:
        got = f"{person.held_out}, not before the sentence on {person.tried}"
        yield Found((*here, "held_out"), got, "an earlier date: nobody is asked for one who was sentenced")
    fate = person.fate
    if fate.arrested and fate.died and fate.died < fate.arrested:
        yield Found(
            (*here, "fate", "died"), f"{fate.died}, before the arrest {fate.arrested}", "the same date, or a later one"
        )


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
        for k, name in enumerate(sham.named):
            yield from _lives(name, (home, away), "here", (*here, "named", k))
            if name in sham.named[:k]:
                yield Found((*here, "named", k), f"{name!r} again", "each agent once")
        if len(sham.named) > sham.agents.value:
            got = f"{len(sham.named)} persons with names among {sham.agents.value:g} agents"
            yield Found((*here, "named"), got, "at most as many as there are agents")
        if sham.defection.person and sham.defection.person not in sham.named:
            allowed = "one of the agents under `named`"
            yield Found((*here, "defection", "person"), repr(sham.defection.person), allowed)
        for key in ("leaders", "visits", "targets"):
            for k, one in enumerate(getattr(sham, key)):
                yield from _lives(one.person, (away, home), "abroad", (*here, key, k, "person"))
    for i, board in enumerate(scenario.boards):
        for k, name in enumerate(board.sits):
            yield from _lives(name, (home, away), "here", ("boards", i, "sits", k))
            if name in board.sits[:k]:
                yield Found(("boards", i, "sits", k), f"{name!r} again", "each judge once")
        if len(board.sits) > board.judges:
            got = f"{len(board.sits)} persons with names among {board.judges} judges"
            yield Found(("boards", i, "sits"), got, "at most as many as there are judges")


def _lives(name: str | None, known: tuple[list[str], list[str]], where: str, path: Path) -> Iterator[Found]:
    """Yield the fault of a reference to a person who lives elsewhere, or whom nobody knows; `known` has the right ones first."""
    right, wrong = known
    if name in wrong:
        some = f": {', '.join(right[:12])}" if right else "; there are none"
        got = f"{name!r}, who lives {'here' if where == 'abroad' else 'abroad'}"
        yield Found(path, got, f"the id of a person with a name who lives {where}{some}")
    else:
        for one in refer_one(name, right, f"person with a name who lives {where}", path):
            yield Found(path, repr(name), one.allowed, one.fix)


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
