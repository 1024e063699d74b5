"""Attributes of persons that are the scenario's own: a value for each person, read from a file or written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from greatfear.scenario.found import Found
from greatfear.scenario.written import short

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

MOST_ATTRIBUTES, MOST_VALUES = 30, 5_000_000
OF_THE_RECORD = ("name", "sex")
"""Attributes that fill the column of the same name in the record."""
_TAKEN = ("person", "id", "region", "stratum", "unit")


def attribute_kinds(attributes: Mapping[str, Any]) -> dict[str, bool]:
    """Return the attributes in alphabetical order, and whether each is a number."""
    return {name: _is_number(attributes[name]) for name in sorted(attributes)}


def _is_number(values: Any) -> bool:
    if not isinstance(values, list):
        return False  # told elsewhere
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, int | float) for value in known)


def check_attributes(scenario: Scenario) -> Iterator[Found]:
    """Yield attributes that do not have one value for each person, or values that do not go together."""
    population = scenario.population
    persons = int(sum(region.persons.value for region in population.regions))
    if len(population.attributes) > MOST_ATTRIBUTES:
        yield Found(
            ("population", "attributes"), f"{len(population.attributes)} attributes", f"at most {MOST_ATTRIBUTES}"
        )
    for name, values in population.attributes.items():
        here = ("population", "attributes", name)
        if any(name in person.attributes for person in scenario.persons):
            yield Found(
                here,
                f"the name {name!r}",
                "a name that no person with a name has an attribute of",
                "give it another name",
            )
        if name in _TAKEN:
            yield Found(here, f"the name {name!r}", "a name that the record does not have", "give it another name")
        if not isinstance(values, list):
            yield Found(
                here, short(values), "a list with a value for each person, or `file: people.csv` for all attributes"
            )
        elif len(values) != persons or persons * len(population.attributes) > MOST_VALUES:
            yield Found(
                here,
                f"{len(values):,} values",
                f"one for each of the {persons:,} persons, at most {MOST_VALUES:,} in all",
            )
        else:
            yield from _values(here, name, values)


def _values(here: tuple[str | int, ...], name: str, values: list[Any]) -> Iterator[Found]:
    """Yield values that are neither all numbers nor all texts."""
    odd = [value for value in values if value is not None and not isinstance(value, int | float | str)]
    kinds = {isinstance(value, str) for value in values if value is not None}
    if odd or len(kinds) > 1:
        yield Found(
            here,
            "texts and numbers together" if not odd else short(odd[0]),
            "all texts or all numbers; null is unknown",
        )
    elif name in OF_THE_RECORD and kinds == {False}:
        yield Found(here, "numbers", "texts")
    elif name == "seniority" and not all(value is None or (kinds == {False} and 0 <= value <= 1) for value in values):
        fix = "give it another name, such as years"
        yield Found(
            here, "a value outside 0 to 1", "ranks from 0 to 1, as the record's column seniority holds them", fix
        )
