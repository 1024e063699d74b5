"""Kernels: who denounces because somebody of the own unit was arrested."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, exponential, integer, uniform
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.simulation.codes import MOVED_TURNS, STEEPEST

__all__ = ["fade_and_add", "move"]

_MOVED, _MOVER = int(Purpose.MOVED), int(Purpose.MOVER)

SLOPE = math.e - 1.0
"""Up to 1, exp(x) - 1 is at most this times x."""


@lean_kernel
def fade_and_add(unit, felt, keep, least, new, more, units, felts):
    """Let the fear of units fade, forget what is below `least`, and add what was seen; return how many units are left.

    Parameters
    ----------
    unit, felt : arrays, `unit` ascending
        Units and their fear before.
    new, more : arrays, `new` ascending
        Units in which something was seen, and how much.
    units, felts : arrays with room for both
        Output.
    """
    n, i, j = 0, 0, 0
    while i < unit.size or j < new.size:
        if j == new.size or (i < unit.size and unit[i] < new[j]):
            units[n], felts[n] = unit[i], felt[i] * keep
            i += 1
            if felts[n] < least:
                continue
        elif i == unit.size or new[j] < unit[i]:
            units[n], felts[n] = new[j], more[j]
            j += 1
        else:
            units[n], felts[n] = new[j], felt[i] * keep + more[j]
            i, j = i + 1, j + 1
        n += 1
    return n


@small_kernel
def _raised(x, linear):
    """Return by how much fear x raises the rate, in units of the rate without it."""
    return x if linear else math.expm1(min(x, STEEPEST))


@lean_kernel
def move(world, rules, office, unit, felt, weight, linear, day, persons):
    """Write who denounces today beyond those whom the region's fear moves, and return how many (also beyond the room).

    The hazard of all units of a region is laid end to end, and one unit-rate Poisson process runs over it: about as many
    draws as denunciations, whatever the number of frightened units. For small fear a bound is laid out in place of the
    exponential, and what comes of it is accepted with the ratio of both (Lewis, Shedler 1979, 10.1002/nav.3800260304).

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
            base = rules.denounce_rate * math.exp(min(rules.denounce_fear * office[r].fear, STEEPEST))
        first = (unit[k] & 0xFFFFFFFF) * world.unit
        size = max(0, min(world.unit, world.region[r].size - first))  # nobody lives beyond the region's end
        x = weight * felt[k]
        bound = x if linear else (SLOPE * x if x < 1.0 else _raised(x, linear))
        at += size * min(base * bound, 1.0)
        while following < at and turn < MOVED_TURNS:
            accepted = min(base * _raised(x, linear), 1.0) / min(base * bound, 1.0)
            if accepted >= 1.0 or uniform(world.keys[_MOVER], r, day, MOVED_TURNS + turn) < accepted:
                if n < persons.size:
                    persons[n] = (r << 32) | (first + integer(world.keys[_MOVER], r, day, turn, size))
                n += 1
            turn += 1
            following += exponential(world.keys[_MOVED], r, day, turn)
    return n
