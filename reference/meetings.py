"""Slow clear twins of what fear moves: hands in meetings, and denouncers in units where somebody was arrested."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reference import draws
from reference.world import Person, World, address

MOVED, MOVER, MEETINGS, MEETING_UNIT, SUPPORT = 116, 117, 118, 119, 120


def hands(scenario: Any, support: Sequence[float], pressure: float) -> int:
    """Return how many hands are up when no further one follows."""
    votes, up = scenario.votes, 0
    share = votes.first.value
    while True:
        raised = sum(s + pressure + votes.social.value * share > votes.threshold.value for s in support)
        if raised <= up:
            return up
        up, share = raised, max(share, raised / len(support))


def meetings(world: World, scenario: Any, day: int, fear: Sequence[float]) -> list[tuple[int, ...]]:
    """Return the meetings of a day among persons who are all free: region, unit, present, hands up, supporters in private."""
    votes, unit, held = scenario.votes, scenario.population.unit, []
    ids = [stratum.id for stratum in scenario.population.strata]
    for r, size in enumerate(world.size):
        units = -(-size // unit)
        for turn in range(draws.poisson(world.key[MEETINGS], r, day, 0, votes.rate.value * units)):
            u = draws.integer(world.key[MEETING_UNIT], r, day, turn, units)
            present = [(r, local) for local in range(u * unit, min((u + 1) * unit, size))]
            support = []
            for person in present:
                mean = votes.by_stratum.get(ids[world.stratum[person]], votes.support).value
                z = draws.normal(world.key[SUPPORT], address(person), 0, 0)
                support.append(mean + votes.spread.value * z)
            private = sum(s > votes.threshold.value for s in support)
            held.append((r, u, len(present), hands(scenario, support, votes.fear.value * fear[r]), private))
    return held


def moved(world: World, scenario: Any, day: int, felt: Mapping[Person, float]) -> list[Person]:
    """Return who denounces on a day because of arrests seen in the unit; `felt` by (region, unit), no fear of the region."""
    unit, found = scenario.population.unit, []
    for r, size in enumerate(world.size):
        at, turn, following = 0.0, 0, draws.exponential(world.key[MOVED], r, day, 0)
        for (region, u), seen in sorted(felt.items()):
            if region != r:
                continue
            here = min(unit, size - u * unit)
            x = scenario.fear.unit.value * seen
            linear, rate = scenario.fear.rule == "linear", scenario.leads.denunciation.rate.value
            more = x if linear else math.expm1(x)
            bound = (math.e - 1) * x if x < 1 and not linear else more  # of which a part is then accepted
            at += here * min(rate * bound, 1.0)
            while following < at:
                accepted = min(rate * more, 1.0) / min(rate * bound, 1.0)
                if accepted >= 1 or draws.uniform(world.key[MOVER], r, day, 32768 + turn) < accepted:
                    found.append((r, u * unit + draws.integer(world.key[MOVER], r, day, turn, here)))
                turn += 1
                following += draws.exponential(world.key[MOVED], r, day, turn)
    return found
