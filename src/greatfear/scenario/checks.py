"""What must hold between fields: references, sums, orders of dates, and limits of size.

Each check names the places it reads; it is left out where a field has a fault, so that one slip is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from greatfear.naming import faults_of_theta
from greatfear.naming.facts import MOST_OWN
from greatfear.scenario.attributes import attribute_kinds, check_attributes
from greatfear.scenario.checks_campaign import CAMPAIGN_CHECKS
from greatfear.scenario.checks_texts import check_texts
from greatfear.scenario.found import Found, Path, under
from greatfear.scenario.grounds import GROUND_KEYS
from greatfear.scenario.listed import LISTED_CHECKS
from greatfear.scenario.mechanisms import MECHANISMS
from greatfear.scenario.model import Scenario
from greatfear.scenario.outcomes import check_outcomes, check_shares
from greatfear.scenario.papers_checks import check_fires, check_spellings
from greatfear.scenario.quantity import Part, Quantity
from greatfear.scenario.ranges import check_ranges
from greatfear.scenario.references import refer, refer_one
from greatfear.scenario.shape import at
from greatfear.scenario.steps import check_steps
from greatfear.scenario.words import check_words

MOST_PERSONS = 2_000_000_000
MOST_STORED = 20_000_000
TOLERANCE = 1e-6
RESERVED = ("ground", "table", "list", "defaults")

Check = Callable[[Scenario], Iterator[Found]]


def check(scenario: Scenario, before: Sequence[Found] = ()) -> list[Found]:
    """Return what is wrong between the fields of `scenario`.

    Parameters
    ----------
    scenario : Scenario
        Fields are valid one by one.
    before : sequence of Found
        Faults found already; checks that read such places are left out.
    """
    found: list[Found] = []
    for reads, one in _CHECKS:
        if not any(under(fault.path, place) or under(place, fault.path) for fault in before for place in reads):
            found.extend(one(scenario))
    return found


def theta_terms(scenario: Scenario) -> dict[str, float]:
    """Return the terms of the naming formula and their coefficients."""
    return {term: quantity.value for term, quantity in scenario.naming.theta.items()}


def quantities(part: Any, path: Path = ()) -> Iterator[tuple[Path, Quantity]]:
    """Yield every quantity of a part with its path, in the order of the models."""
    if isinstance(part, Quantity):
        yield path, part
    elif isinstance(part, Part):
        for name in type(part).model_fields:
            if name != "metadata":
                yield from quantities(getattr(part, name), (*path, name))
    elif isinstance(part, list):
        for index, item in enumerate(part):
            yield from quantities(item, (*path, index))
    elif isinstance(part, dict):
        for key, item in part.items():
            yield from quantities(item, (*path, key))


def _ids(scenario: Scenario) -> dict[str, list[str]]:
    """Return the ids that can be referred to, by kind."""
    return {
        "region": [region.id for region in scenario.population.regions],
        "stratum": [stratum.id for stratum in scenario.population.strata],
        "operation": [operation.id for operation in scenario.operations] + [order.id for order in scenario.orders],
        "board": [board.id for board in scenario.boards],
        "organisation": [organisation.id for organisation in scenario.population.organisations],
        "source": list(scenario.sources),
    }


def _listed(part: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    """Yield every list of parts with ids, with its path, in the order of the models."""
    if isinstance(part, Part):
        for name in type(part).model_fields:
            yield from _listed(getattr(part, name), (*path, name))
    elif isinstance(part, list) and part and isinstance(part[0], Part):
        if "id" in type(part[0]).model_fields:
            yield path, part
        for index, item in enumerate(part):
            yield from _listed(item, (*path, index))


def _unique_ids(scenario: Scenario) -> Iterator[Found]:
    for path, parts in _listed(scenario):
        seen: set[str] = {part.id for part in scenario.operations} if path == ("orders",) else set()
        for index, part in enumerate(parts):
            if part.id in seen:
                together = " (orders and operations together)" if path in (("orders",), ("operations",)) else ""
                yield Found((*path, index, "id"), f"the id {part.id!r} again", f"each id once{together}")
            if part.id in RESERVED:
                yield Found((*path, index, "id"), repr(part.id), f"an id other than {', '.join(RESERVED)}")
            seen.add(part.id)


def _references(scenario: Scenario) -> Iterator[Found]:
    ids = _ids(scenario)
    regions, strata = ids["region"], ids["stratum"]
    for i, region in enumerate(scenario.population.regions):
        yield from refer(region.shares, strata, "stratum", ("population", "regions", i, "shares"), keys=True)
    for i, organisation in enumerate(scenario.population.organisations):
        yield from refer(organisation.regions, regions, "region", ("population", "organisations", i, "regions"))
    for i, operation in enumerate(scenario.operations):
        here: Path = ("operations", i)
        yield from refer(operation.strata, strata, "stratum", (*here, "strata"))
        yield from refer(operation.regions, regions, "region", (*here, "regions"))
        yield from refer(operation.starts, regions, "region", (*here, "starts"), keys=True)
        yield from refer(operation.limits, regions, "region", (*here, "limits"), keys=True)
        for k, grant in enumerate(operation.grants):
            yield from refer_one(grant.region, regions, "region", (*here, "grants", k, "region"))
    for i, order in enumerate(scenario.orders):
        yield from refer(order.strata, strata, "stratum", ("orders", i, "strata"))
        yield from refer(order.regions, regions, "region", ("orders", i, "regions"))


def _route_references(scenario: Scenario) -> Iterator[Found]:
    ids = _ids(scenario)
    for i, route in enumerate(scenario.routes):
        yield from refer_one(route.board, ids["board"], "board", ("routes", i, "board"))
        yield from refer(route.operations, ids["operation"], "operation", ("routes", i, "operations"))
        yield from refer(route.strata, ids["stratum"], "stratum", ("routes", i, "strata"))


def _source_references(scenario: Scenario) -> Iterator[Found]:
    known = list(scenario.sources)
    for path, quantity in quantities(scenario):
        if quantity.source:
            for one in refer([quantity.source], known, "source", ()):
                yield Found((*path, "source"), one.got, one.allowed, one.fix or "write it under `sources`")
    grounds = scenario.metadata.get("grounds", {})
    for key, ground in grounds.items() if isinstance(grounds, Mapping) else ():
        here: Path = ("metadata", "grounds", key)
        if not isinstance(ground, Mapping) or not set(ground) <= {*GROUND_KEYS, "range"}:
            yield Found(here, "something else", f"a mapping with keys from {', '.join(GROUND_KEYS)}")
        elif ground.get("source"):
            for one in refer([str(ground["source"])], known, "source", here):
                yield Found((*here, "source"), one.got, one.allowed, one.fix or "write it under `sources`")


def _ranges(scenario: Scenario) -> Iterator[Found]:
    yield from check_ranges(scenario, quantities(scenario))


def _sums(scenario: Scenario) -> Iterator[Found]:
    strata = {stratum.id: stratum.share.value for stratum in scenario.population.strata}
    whole = sum(strata.values())
    if abs(whole - 1) > TOLERANCE:
        yield Found(("population", "strata"), f"shares that sum to {whole:.8g}", "shares that sum to 1")
        return
    for i, region in enumerate(scenario.population.regions):
        own = {key: share.value for key, share in region.shares.items()}
        total = sum({**strata, **own}.values())
        if own and abs(total - 1) > TOLERANCE and own.keys() <= strata.keys():
            got = f"shares that sum to {total:.8g}"
            fix = "give fewer strata: those not given are scaled"
            yield Found(("population", "regions", i, "shares"), got, "shares that sum to 1", fix)


def _part_sums(scenario: Scenario) -> Iterator[Found]:
    motives = scenario.leads.denunciation.motives
    lists: list[tuple[Path, list[float]]] = [
        (("leads", "denunciation", "motives"), [motives.conviction.value, motives.self_protection.value])
    ]
    for i, board in enumerate(scenario.boards):
        shares = [quantity.value for _, quantity in quantities(board.outcomes)]
        lists.append((("boards", i, "outcomes"), shares))
    for path, shares in lists:
        if sum(shares) > 1 + TOLERANCE:
            yield Found(path, f"shares that sum to {sum(shares):.8g}", "shares that sum to 1 or less")


def _period(scenario: Scenario) -> Iterator[Found]:
    if scenario.time.end <= scenario.time.start:
        got = f"{scenario.time.end}, not after the start {scenario.time.start}"
        yield Found(("time", "end"), got, "a later date (the first day that is not simulated)")


def _dates(scenario: Scenario) -> Iterator[Found]:
    begin, end = scenario.time.start, scenario.time.end
    for i, operation in enumerate(scenario.operations):
        here: Path = ("operations", i)
        if operation.end <= operation.start:
            yield Found((*here, "end"), f"{operation.end}, not after the start {operation.start}", "a later date")
        elif begin < end and (operation.start >= end or operation.end <= begin):
            got = f"{operation.start} to {operation.end}"
            yield Found((*here, "start"), got, f"a time that overlaps the period {begin} to {end}")
        for region, start in operation.starts.items():
            if not operation.start <= start <= operation.end:
                allowed = f"a date from {operation.start} to {operation.end}"
                yield Found((*here, "starts", region), str(start), allowed)
    for i, order in enumerate(scenario.orders):
        if begin < end and not begin <= order.start < end:
            yield Found(
                ("orders", i, "start"), str(order.start), f"a date in the period {begin} to {end}, end excluded"
            )
    for i, route in enumerate(scenario.routes):
        if route.since and route.until and route.until <= route.since:
            yield Found(("routes", i, "until"), f"{route.until}, not after {route.since}", "a later date")
    for i, chief in enumerate(scenario.chiefs[1:], start=1):
        if chief.since <= scenario.chiefs[i - 1].since:
            yield Found(
                ("chiefs", i, "since"), f"{chief.since}, not after the chief before", "dates in ascending order"
            )


def _steps(scenario: Scenario) -> Iterator[Found]:
    for name in ("pressure", "evidence"):
        yield from check_steps(("offices", name), getattr(scenario.offices, name))


def _contacts(scenario: Scenario) -> Iterator[Found]:
    population = scenario.population
    if population.unit % population.household:
        got = f"{population.unit}, with households of {population.household}"
        yield Found(("population", "unit"), got, "a multiple of household")
    counts: list[tuple[Path, int]] = [
        (("population", "contacts", name), getattr(population.contacts, name)) for name in ("unit", "region", "country")
    ]
    state = population.state
    counts += [(("population", "state", name), getattr(state, name)) for name in ("workplace", "patronage", "country")]
    counts += [
        (("population", "organisations", i, "fellows"), o.fellows) for i, o in enumerate(population.organisations)
    ]
    counts.append((("population", "ties", "neighbours"), population.ties.neighbours))
    for path, count in counts:
        if count % 2:
            yield Found(
                path, str(count), "an even number (acquaintance is mutual)", f"write {count - 1} or {count + 1}"
            )


def _sizes(scenario: Scenario) -> Iterator[Found]:
    population = scenario.population
    persons = int(sum(region.persons.value for region in population.regions))
    ties = population.ties
    if persons > MOST_PERSONS:
        yield Found(("population", "regions"), f"{persons:,} persons in all", f"at most {MOST_PERSONS:,}")
    if ties.rule != "computed" and persons > MOST_STORED:
        allowed = f"at most {MOST_STORED:,} persons with stored ties"
        yield Found(
            ("population", "ties", "rule"), f"{ties.rule} with {persons:,} persons", allowed, "use computed ties"
        )
    if ties.rows and ties.rule != "table":
        yield Found(
            ("population", "ties", "rows"),
            f"{len(ties.rows)} rows with the rule {ties.rule}",
            "rows only with rule: table",
        )
    for i, row in enumerate(ties.rows):
        for end, person in (("a", row.a), ("b", row.b)):
            if person >= persons:
                allowed = f"a person from 0 to {persons - 1}"
                yield Found(("population", "ties", "rows", i, end), f"the person {person} in row {i + 1}", allowed)
        if row.a == row.b:
            yield Found(("population", "ties", "rows", i), f"person {row.a} tied to itself", "two different persons")


def _theta(scenario: Scenario) -> Iterator[Found]:
    kinds = scenario.tie_kinds
    if len(kinds) > MOST_OWN:
        yield Found(
            ("population", "ties", "rows"), f"{len(kinds)} kinds of ties", f"at most {MOST_OWN} kinds of your own"
        )
    own = attribute_kinds(scenario.population.attributes)
    for fault in faults_of_theta(scenario.naming.theta, kinds, own):
        _, _, term = fault.place.partition("naming.theta.")
        yield Found(("naming", "theta", *([term] if term else [])), fault.got, fault.allowed, fault.fix)


def _routes_cover(scenario: Scenario) -> Iterator[Found]:
    """With boards, the last word must be a route that takes every case at every time."""
    if not scenario.boards:
        return
    for route in scenario.routes:
        if (
            not (route.operations or route.strata or route.since or route.until or route.confessed)
            and route.share.value >= 1
        ):
            return
    got = f"{len(scenario.routes)} routes, none of which takes every case"
    fix = "end the list with a route that has only a board"
    yield Found(("routes",), got, "a route without conditions, so that every arrest has a board", fix)


def _claims(scenario: Scenario) -> Iterator[Found]:
    for path, quantity in quantities(scenario):
        if quantity.source is None:
            for key in ("place", "reason", "level", "certainty"):
                if getattr(quantity, key) is not None:
                    fix = "add a source, or say it in `assumption`"
                    yield Found((*path, key), f"{key} without a source", "a source beside it", fix)
                    break


_POPULATION: tuple[Path, ...] = (("population", "regions"), ("population", "strata"))
_CHECKS: tuple[tuple[tuple[Path, ...], Check], ...] = (
    ((), _unique_ids),
    ((*_POPULATION, ("operations",), ("orders",), ("population", "organisations")), _references),
    ((("routes",), ("boards",), ("operations",), ("orders",), ("population", "strata")), _route_references),
    ((("sources",), ("metadata",)), _source_references),
    ((), _ranges),
    (_POPULATION, _sums),
    ((("boards",), ("leads", "denunciation", "motives")), _part_sums),
    ((("time",),), _period),
    ((("time",), ("operations",), ("orders",), ("routes",), ("chiefs",)), _dates),
    ((("offices", "pressure"), ("offices", "evidence")), _steps),
    ((("population", "household"), ("population", "unit"), ("population", "contacts")), _contacts),
    ((("population", "regions"), ("population", "ties")), _sizes),
    ((("naming", "theta"), ("population", "ties"), ("population", "attributes"), ("persons",)), _theta),
    ((("routes",), ("boards",)), _routes_cover),
    ((), _claims),
    ((("papers", "names"),), check_spellings),
    ((("papers", "losses"), ("population", "regions")), check_fires),
    ((("words",),), check_words),
    ((("outcomes",), ("words",)), check_outcomes),
    ((("outcomes",),), check_shares),
    ((("population", "regions"), ("population", "attributes")), check_attributes),
    *CAMPAIGN_CHECKS,
    *LISTED_CHECKS,
    ((), check_texts),
    *(check for one in MECHANISMS for check in one.checks),
)
assert at(("routes",)) is not None
