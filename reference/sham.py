"""The slow clear twin of a sham's approaches: who goes to whom today, and who would join."""

from __future__ import annotations

from reference import draws
from reference.world import World, address

APPROACHES, APPROACHED, JOINED = 101, 102, 103
TURNS = 64


def approach(scenario, seed, when, people, chances):
    """Return rows (who approaches, whom, organisation or -1, 1 if the person would join).

    Parameters
    ----------
    when : (int, int)
        Number of the sham, and the day.
    people : list of (int, float)
        Addresses and approaches a day.
    chances : (float, float)
        Of a real member, and of anybody else.
    """
    sham, day = when
    world = World(scenario, seed)
    often, chosen, join = (
        draws.subkey(draws.purpose_key(seed, 0, purpose), sham) for purpose in (APPROACHES, APPROACHED, JOINED)
    )
    rows = []
    for who, mean in people:
        known = list(world.contacts[(who >> 32, who & 0xFFFFFFFF)])
        for turn in range(min(draws.poisson(often, who, day, 0, mean), TURNS)):
            count = day * TURNS + turn
            other = known[draws.integer(chosen, who, 0, count, len(known))]
            organisation = world.organisation.get(other, -1)
            chance = chances[0] if organisation >= 0 else chances[1]
            joined = draws.uniform(join, who, address(other), count) < chance
            rows.append((who, address(other), organisation, int(joined)))
    return rows
