"""The slow clear twin of a pure cascade: generation by generation, each accused person about each contact."""

from __future__ import annotations

from typing import Any

from reference import draws
from reference.world import World, address

EACH = 65


def cascade(scenario: Any, seed: int, replicate: int = 0) -> list[tuple[int, int, int]]:
    """Return (step, accuser, accused) of every first accusation, in order; -1 names nobody.

    Those accused in a step are asked in the order in which they were accused, each about the contacts in rising order.
    """
    world = World(scenario, seed, replicate)
    (order,) = scenario.orders
    counts = [
        (world.cut[0][s + 1] - world.cut[0][s]) * scenario.population.household for s in range(len(world.seniority))
    ]
    counts = [
        count if stratum.id in order.strata else 0
        for count, stratum in zip(counts, scenario.population.strata, strict=True)
    ]
    first = [person for person in world.walk_list(0, 0, counts, True) if person is not None][: int(order.persons.value)]
    log = [(0, -1, person[1]) for person in first]
    now, accused = first, set(first)
    wait = max(1, round(scenario.offices.wait.value))
    day, last = (order.start - scenario.time.start).days + wait, (scenario.time.end - scenario.time.start).days
    step = 1
    while now and day < last:
        chance, named = _chance(scenario, day), []
        for person in now:
            for other in sorted(world.contacts[person]):
                u = draws.uniform(world.key[EACH], address(person), address(other), 0)
                if u < chance and other not in accused:
                    accused.add(other)
                    named.append(other)
                    log.append((step, person[1], other[1]))
        now, day, step = named, day + 1 + wait, step + 1
    return log


def _chance(scenario: Any, day: int) -> float:
    """Return the chance of a name on a day, by the pressure of the last step whose date has come."""
    pressure = 0.0
    for rule in scenario.offices.pressure:
        if (rule.since - scenario.time.start).days <= day:
            pressure = rule.value.value
    count = scenario.naming.count
    return count.at_rest.value + (count.under_pressure.value - count.at_rest.value) * pressure
