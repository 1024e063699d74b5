"""Kernels: who denounces because somebody of the own unit was arrested."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, exponential, integer, uniform
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.simulation.codes import MOVED_TURNS, STEEPEST

_MOVED, _MOVER = int(Purpose.MOVED), int(Purpose.MOVER)
_LOCAL = 0xFFFFFFFF

SLOPE = math.e - 1.0
"""Up to 1, exp(x) - 1 is at most this times x."""


@small_kernel
def _raised(x, linear):
    """Return by how much fear x raises the rate, in units of the rate without it."""
    return x if linear else math.expm1(min(x, STEEPEST))


@lean_kernel
def frighten(world, state, rules, fears, many, seen, day):
    """Let the fear of units fade, add what was seen, and write who denounces today; return how many units and persons.

    The hazard of all units of a region is laid end to end, and one unit-rate Poisson process runs over it: about as many
    draws as denunciations, whatever the number of frightened units. For small fear a bound is laid out in place of the
    exponential, and what comes of it is accepted with the ratio of both (Lewis, Shedler 1979, 10.1002/nav.3800260304).

    Parameters
    ----------
    fears : Fears
        Units before and what was seen; units and persons after, where the number of persons can be more than the room.
    many, seen : int
        How many units there are before, and in how many something was seen.
    """
    unit, new, marks = fears.unit, fears.new, (0, 0, 0, 0)
    while marks[0] < many or marks[1] < seen:
        # each region has a process of its own, and a rate that its own fear raises
        at_unit = unit[marks[0]] if marks[0] < many else new[marks[1]]
        r = min(at_unit, new[marks[1]] if marks[1] < seen else at_unit) >> 32
        base = rules.denounce_rate * math.exp(min(rules.denounce_fear * state.desk.office[r].fear, STEEPEST))
        marks = _in_region(world, fears, (many, seen), (r, day, base), marks)
    return marks[2], marks[3]


@lean_kernel
def _in_region(world, fears, sizes, where, marks):
    """Go through the frightened units of one region; return how many units before, seen units, units and persons are done."""
    (r, day, base), (i, j, first, m) = where, marks
    i, j, n = _faded(fears, sizes, (r + 1) << 32, (i, j, first))
    m = _moved(world, fears, r, day, base, (first, n, m))
    return i, j, n, m


@lean_kernel
def _faded(fears, sizes, end, marks):
    """Write the units of one region after fear has faded and risen; return how many before, seen and after are done.

    One pass over two ascending lists: calm units are forgotten, others are frightened for the first time or more.
    """
    unit, felt, new, more, units, felts = fears.unit, fears.felt, fears.new, fears.more, fears.units, fears.felts
    keep, least, (many, n_seen), (i, j, n) = fears.keep, fears.least, sizes, marks
    while True:
        seen = new[j] if j < n_seen and new[j] < end else end
        # a quarter of a million units a day go through this loop: it has no branch for who is forgotten
        for at in range(i, many):
            if unit[at] >= seen:
                break
            fear = felt[at] * keep
            units[n], felts[n] = unit[at], fear
            n += 1 if fear >= least else 0
            i = at + 1
        if seen == end:
            return i, j, n
        # something was seen here, in a unit that was frightened already or is for the first time
        units[n], felts[n] = seen, more[j]
        if i < many and unit[i] == seen:
            felts[n] = felt[i] * keep + more[j]
            i += 1
        j += 1
        n += 1


@lean_kernel
def _passed(units, felts, which, marks, rule):
    """Go through units as long as they are whole, their fear is small, and nobody in them is moved; return where, and how far."""
    (first, last, whole), (at, following), (base, slope, weight, small, full) = which, marks, rule
    for k in range(first, last):
        x = weight * felts[k]
        here = at + full * min(base * (slope * x), 1.0)
        if units[k] >= whole or x >= small or following < here:
            return k, at
        at = here
    return last, at


@lean_kernel
def _moved(world, fears, r, day, base, marks):
    """Write who denounces today in the units `first` to `last` - 1 of one region; return how many persons there are by now.

    Each unit has a stretch as long as the hazard of all its people, of whom nobody lives beyond the region's end.
    """
    units, felts, weight, (k, last, m) = fears.units, fears.felts, fears.weight, marks
    size, persons = world.unit, world.region[r].size
    whole, full = (r << 32) | (persons // size), float(size)
    slope, small = (1.0, math.inf) if fears.linear else (SLOPE, 1.0)
    at, turn, following = 0.0, 0, exponential(world.keys[_MOVED], r, day, 0)
    while True:
        # most units are whole, their fear is small, and nobody in them is moved: this loop does nothing else
        k, at = _passed(units, felts, (k, last, whole), (at, following), (base, slope, weight, small, full))
        if k == last:
            return m
        number, x = units[k] & _LOCAL, weight * felts[k]
        here = size if units[k] < whole else max(0, persons - number * size)
        rate = min(base * (slope * x if x < small else _raised(x, fears.linear)), 1.0)
        at += here * rate
        # what the process yields on this stretch: somebody of the unit
        while following < at and turn < MOVED_TURNS:
            accepted = min(base * _raised(x, fears.linear), 1.0) / rate
            if accepted >= 1.0 or uniform(world.keys[_MOVER], r, day, MOVED_TURNS + turn) < accepted:
                if m < fears.persons.size:
                    fears.persons[m] = (r << 32) | (number * size + integer(world.keys[_MOVER], r, day, turn, here))
                m += 1
            turn += 1
            following += exponential(world.keys[_MOVED], r, day, turn)
        k += 1
