"""Kernels: who denounces because somebody of the own unit was arrested."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, exponential, integer, uniform
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.simulation.codes import MOVED_TURNS, STEEPEST

__all__ = ["frighten"]

_MOVED, _MOVER = int(Purpose.MOVED), int(Purpose.MOVER)

SLOPE = math.e - 1.0
"""Up to 1, exp(x) - 1 is at most this times x."""


@small_kernel
def _raised(x, linear):
    """Return by how much fear x raises the rate, in units of the rate without it."""
    return x if linear else math.expm1(min(x, STEEPEST))


@lean_kernel
def frighten(world, state, rules, fears, day):
    """Let the fear of units fade, add what was seen, and write who denounces today; return how many units and persons.

    The hazard of all units of a region is laid end to end, and one unit-rate Poisson process runs over it: about as many
    draws as denunciations, whatever the number of frightened units. For small fear a bound is laid out in place of the
    exponential, and what comes of it is accepted with the ratio of both (Lewis, Shedler 1979, 10.1002/nav.3800260304).

    Parameters
    ----------
    fears : Fears
        Units before and what was seen; units and persons after, where the number of persons can be more than the room.
    """
    unit, felt, new, more, units, felts = fears.unit, fears.felt, fears.new, fears.more, fears.units, fears.felts
    n, i, j, m, last, at, turn, following, base = 0, 0, 0, 0, -1, 0.0, 0, 0.0, 0.0
    while i < unit.size or j < new.size:
        # one pass over two ascending lists: calm units are forgotten, others are frightened for the first time or more
        if j == new.size or (i < unit.size and unit[i] < new[j]):
            units[n], felts[n] = unit[i], felt[i] * fears.keep
            i += 1
            if felts[n] < fears.least:
                continue
        elif i == unit.size or new[j] < unit[i]:
            units[n], felts[n] = new[j], more[j]
            j += 1
        else:
            units[n], felts[n] = new[j], felt[i] * fears.keep + more[j]
            i, j = i + 1, j + 1
        # another region has a process of its own, and a rate that its own fear raises
        r = units[n] >> 32
        if r != last:
            last, at, turn = r, 0.0, 0
            following = exponential(world.keys[_MOVED], r, day, 0)
            base = rules.denounce_rate * math.exp(min(rules.denounce_fear * state.desk.office[r].fear, STEEPEST))
        first = (units[n] & 0xFFFFFFFF) * world.unit
        size = max(0, min(world.unit, world.region[r].size - first))  # nobody lives beyond the region's end
        x = fears.weight * felts[n]
        n += 1
        bound = x if fears.linear else (SLOPE * x if x < 1.0 else _raised(x, fears.linear))
        at += size * min(base * bound, 1.0)
        # what the process yields on this stretch: somebody of the unit
        while following < at and turn < MOVED_TURNS:
            accepted = min(base * _raised(x, fears.linear), 1.0) / min(base * bound, 1.0)
            if accepted >= 1.0 or uniform(world.keys[_MOVER], r, day, MOVED_TURNS + turn) < accepted:
                if m < fears.persons.size:
                    fears.persons[m] = (r << 32) | (first + integer(world.keys[_MOVER], r, day, turn, size))
                m += 1
            turn += 1
            following += exponential(world.keys[_MOVED], r, day, turn)
    return n, m
