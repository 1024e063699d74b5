"""Kernels: who denounces because somebody of the own unit was arrested."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, exponential, integer, uniform
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.simulation.codes import MOVED_TURNS, STEEPEST

__all__ = ["frighten"]

_MOVED, _MOVER = int(Purpose.MOVED), int(Purpose.MOVER)
_LOCAL = 0xFFFFFFFF

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
    unit, new, marks = fears.unit, fears.new, (0, 0, 0, 0)
    while marks[0] < unit.size or marks[1] < new.size:
        # each region has a process of its own, and a rate that its own fear raises
        at_unit = unit[marks[0]] if marks[0] < unit.size else new[marks[1]]
        r = min(at_unit, new[marks[1]] if marks[1] < new.size else at_unit) >> 32
        base = rules.denounce_rate * math.exp(min(rules.denounce_fear * state.desk.office[r].fear, STEEPEST))
        marks = _in_region(world, fears, r, day, base, marks)
    return marks[2], marks[3]


@lean_kernel
def _in_region(world, fears, r, day, base, marks):
    """Go through the frightened units of one region; return how many units before, seen units, units and persons are done."""
    unit, felt, new, more, units, felts = fears.unit, fears.felt, fears.new, fears.more, fears.units, fears.felts
    # what the loop reads for each unit stands here: a quarter of a million units a day
    keep, least, weight, linear = fears.keep, fears.least, fears.weight, fears.linear
    size, persons, end = world.unit, world.region[r].size, (r + 1) << 32
    whole, n_unit, n_new = persons // size, unit.size, new.size
    i, j, n, m = marks
    at, turn, following = 0.0, 0, exponential(world.keys[_MOVED], r, day, 0)
    seen = new[j] if j < n_new and new[j] < end else end
    while True:
        # one pass over two ascending lists: calm units are forgotten, others are frightened for the first time or more
        if i < n_unit and unit[i] < seen:
            where, fear = unit[i], felt[i] * keep
            i += 1
            if fear < least:
                continue
        elif seen < end:
            # something was seen here, in a unit that was frightened already or is for the first time
            where, fear = seen, more[j]
            if i < n_unit and unit[i] == seen:
                fear = felt[i] * keep + more[j]
                i += 1
            j += 1
            seen = new[j] if j < n_new and new[j] < end else end
        else:
            return i, j, n, m
        # its stretch: as long as the hazard of all its people, of whom nobody lives beyond the region's end
        units[n], felts[n] = where, fear
        n += 1
        number = where & _LOCAL
        here = size if number < whole else max(0, persons - number * size)
        x = weight * fear
        rate = min(base * (x if linear else (SLOPE * x if x < 1.0 else _raised(x, linear))), 1.0)
        at += here * rate
        # what the process yields on this stretch: somebody of the unit
        while following < at and turn < MOVED_TURNS:
            accepted = min(base * _raised(x, linear), 1.0) / rate
            if accepted >= 1.0 or uniform(world.keys[_MOVER], r, day, MOVED_TURNS + turn) < accepted:
                if m < fears.persons.size:
                    fears.persons[m] = (r << 32) | (number * size + integer(world.keys[_MOVER], r, day, turn, here))
                m += 1
            turn += 1
            following += exponential(world.keys[_MOVED], r, day, turn)
