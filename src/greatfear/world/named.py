"""Where persons with names live, and the ties that a scenario gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, forth, subkey
from greatfear.scenario.model import Scenario
from greatfear.world.explicit import TIE, tie_bits
from greatfear.world.people import TARGETS, stratum_member

if TYPE_CHECKING:
    from greatfear.world.layout import World

_FIRST_ABROAD = 1 << 27
"""Persons with names abroad have numbers of their own, far from those of the targets of shams."""


def named_addresses(scenario: Scenario, world: World) -> NDArray[np.int64]:
    """Return the address of each person with a name: somebody of the region and stratum, an own number for one abroad."""
    regions = [region.id for region in scenario.population.regions]
    strata = [stratum.id for stratum in scenario.population.strata]
    taken: set[int] = set()
    found = []
    for k, person in enumerate(scenario.persons):
        if person.abroad:
            found.append(TARGETS + _FIRST_ABROAD + k)
            continue
        r = regions.index(person.region) if person.region else 0
        s = strata.index(person.stratum) if person.stratum else 0
        found.append(_somebody(world, r, s, taken))
        taken.add(found[-1])
    return np.array(found, np.int64)


def _somebody(world: World, r: int, s: int, taken: set[int]) -> int:
    """Return the first person of region r and stratum s, in a random order of their own, whose place is not taken yet."""
    room = int(world.cut[r, s + 1] - world.cut[r, s]) * world.household
    key = np.uint64(subkey(np.uint64(subkey(world.keys[Purpose.NAMED_PERSON], r)), s))
    for turn in range(room):
        person = int(stratum_member(world, r, s, int(forth(key, turn, room))))
        if person >= 0 and person not in taken:
            return person
    raise ValueError(f"region {r} has nobody of stratum {s} left who could bear a name")


def named_ties(scenario: Scenario) -> list[tuple[int, int, str]]:
    """Return the ties of persons with names, each pair and kind once: numbers of both persons, and the kind."""
    place = {person.id: k for k, person in enumerate(scenario.persons)}
    rows = {(place[person.id], place[tie.to], tie.kind) for person in scenario.persons for tie in person.ties}
    return sorted({(min(a, b), max(a, b), kind) for a, b, kind in rows})


def with_named_ties(world: World, scenario: Scenario) -> World:
    """Return the world with the ties that the scenario gives to persons with names; the same world where there are none."""
    rows = named_ties(scenario)
    if not rows:
        return world
    address, bit = named_addresses(scenario, world), tie_bits(scenario.tie_kinds)
    ends = [(int(address[a]), int(address[b]), bit[kind]) for a, b, kind in rows]
    ends += [(b, a, bits) for a, b, bits in ends]
    joined: dict[tuple[int, int], int] = {}
    for a, b, bits in sorted(ends):
        joined[a, b] = joined.get((a, b), 0) | bits
    who, count = np.unique(np.array([a for a, _ in joined], np.int64), return_counts=True)
    tie = np.zeros(len(joined), TIE)
    tie["person"], tie["bits"] = [b for _, b in joined], list(joined.values())
    return world._replace(known=who, known_from=np.concatenate(([0], np.cumsum(count))).astype(np.int64), known_tie=tie)
