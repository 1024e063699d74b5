"""Lists of persons that operations and orders work off: given by number, as a table of a firm or a parish has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from greatfear.scenario.found import Found, Path
from greatfear.scenario.written import short

if TYPE_CHECKING:
    from greatfear.scenario.campaign import Operation, Order
    from greatfear.scenario.model import Scenario

MOST_LISTED = 1_000_000


def check_listed(scenario: Scenario) -> Iterator[Found]:
    """Yield lists that are no lists of persons, each once, of the regions in which the list is worked off."""
    regions = scenario.population.regions
    ends = list(accumulate(int(region.persons.value) for region in regions))
    inside = {region.id: range(end - int(region.persons.value), end) for region, end in zip(regions, ends, strict=True)}
    sources: list[tuple[str, int, Operation | Order]] = [
        ("operations", i, one) for i, one in enumerate(scenario.operations)
    ]
    sources += [("orders", i, one) for i, one in enumerate(scenario.orders)]
    for name, i, source in sources:
        if source.listed is not None:
            spans = [span for region, span in inside.items() if not source.regions or region in source.regions]
            yield from _faults((name, i, "listed"), source.listed, spans, ends[-1])


def _faults(here: Path, given: object, spans: list[range], persons: int) -> Iterator[Found]:
    """Yield what is wrong with one list."""
    allowed = f"persons by number from 0 to {persons - 1:,}, each once"
    if not isinstance(given, list) or not given or len(given) > MOST_LISTED:
        got = short(given) if not isinstance(given, list) else f"a list of {len(given):,}"
        yield Found(here, got, f"1 to {MOST_LISTED:,} {allowed}, or `file: list.csv` with the column person")
        return
    odd = [one for one in given if isinstance(one, bool) or not isinstance(one, int) or not 0 <= one < persons]
    twice = [one for one, n in Counter(one for one in given if isinstance(one, int)).items() if n > 1]
    if odd:
        yield Found(here, f"{short(odd[0])}{f' and {len(odd) - 1} more' if len(odd) > 1 else ''}", allowed)
    if twice:
        yield Found(
            here, f"the person {twice[0]} again{f', and {len(twice) - 1} more' if len(twice) > 1 else ''}", allowed
        )
    if not odd:
        away = [one for one in given if not any(one in span for span in spans)]
        if away:
            yield Found(here, f"the person {away[0]}, who lives elsewhere", "persons of the regions of the list")


LISTED_CHECKS = (((("operations",), ("orders",), ("population", "regions")), check_listed),)
"""Places read and the check, as in `greatfear.scenario.checks`."""
