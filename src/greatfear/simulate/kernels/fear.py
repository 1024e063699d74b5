"""Kernels: who denounces because somebody of the own unit was arrested."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, exponential, integer, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.simulate.kernels.plan import DENUNCIATION, _speaker

__all__ = ["add_denouncers", "move"]

_MOVED, _MOVER, _MOTIVE = int(Purpose.MOVED), int(Purpose.MOVER), int(Purpose.MOTIVE)
OWN_TURNS = 32768
"""Running numbers of a day from here on are those of denouncers whom a unit's fear moves."""


@lean_kernel
def move(world, rules, office, unit, felt, weight, linear, day, persons):
    """Write who denounces today beyond those whom the region's fear moves, and return how many (also beyond the room).

    The hazard of all units of a region is laid end to end, and one unit-rate Poisson process runs over it: as many draws
    as denunciations, whatever the number of frightened units.

    Parameters
    ----------
    office : OFFICE records
        Fear by region.
    unit : int64 array, ascending
        Address of each frightened unit: region << 32 | number.
    felt : float64 array
        Arrests seen in it.
    weight : float
        What one arrest does.
    linear : bool
        Whether the rate is multiplied by 1 + weight * felt, else by exp(weight * felt).
    persons : int64 array
        Output.
    """
    n, last, at, turn, following, base = 0, -1, 0.0, 0, 0.0, 0.0
    for k in range(unit.size):
        r = unit[k] >> 32
        if r != last:
            last, at, turn = r, 0.0, 0
            following = exponential(world.keys[_MOVED], r, day, 0)
            base = rules.denounce_rate * math.exp(min(rules.denounce_fear * office[r].fear, 50.0))
        first = (unit[k] & 0xFFFFFFFF) * world.unit
        size = min(world.unit, world.region[r].size - first)
        more = weight * felt[k] if linear else math.expm1(min(weight * felt[k], 50.0))
        at += size * min(base * more, 1.0)
        while following < at and turn < OWN_TURNS:
            if n < persons.size:
                persons[n] = (r << 32) | (first + integer(world.keys[_MOVER], r, day, turn, size))
            n += 1
            turn += 1
            following += exponential(world.keys[_MOVED], r, day, turn)
    return n


@lean_kernel
def add_denouncers(world, index, rules, day, moved, n, said):
    """Enter persons whom a family moves as today's speakers, after the n others."""
    turn, last = 0, -1
    for k in range(moved.size):
        r = moved[k] >> 32
        turn = turn + 1 if r == last else OWN_TURNS
        last = r
        u = uniform(world.keys[_MOTIVE], r, day, turn)
        motive = 1 if u < rules.conviction else 2 if u < rules.conviction + rules.self_protection else 3
        n = _speaker(said, n, index, moved[k], DENUNCIATION, day * 65536 + turn, motive)
