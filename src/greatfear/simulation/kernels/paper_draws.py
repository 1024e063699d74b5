"""Kernels: addressed random numbers for whole columns of papers and names."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import lean_kernel, parallel_kernel, prange, small_kernel
from greatfear.draws.generator import bits, uniform

_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)
_STEP = 2.0**-32
_MOST = 10_000
_FULL, _DROPPED, _INITIALS, _FAMILIAR = 0, 1, 2, 3


@small_kernel
def _half(bits_of_word):
    """Return a uniform number of (0, 1), a multiple of 2^-33, from 32 bits."""
    return (np.float64(bits_of_word) + 0.5) * _STEP


@parallel_kernel
def four_uniforms(key, who, whom, count, out):
    """Write four uniform numbers for every address into the rows of `out`."""
    for row in prange(who.size):
        one, two = bits(key, who[row], whom[row], count[row])
        out[row, 0] = _half(one >> _32)
        out[row, 1] = _half(one & _LOW)
        out[row, 2] = _half(two >> _32)
        out[row, 3] = _half(two & _LOW)


@parallel_kernel
def first_uniforms(key, who, whom, count, out):
    """Write the first of the four uniform numbers for every address."""
    for row in prange(who.size):
        one, _ = bits(key, who[row], whom[row], count[row])
        out[row] = _half(one >> _32)


@parallel_kernel
def steps_down(key, who, whom, count, shares, out):
    """Write how many steps in a row are taken, each with its share of those who took the one before."""
    for row in prange(who.size):
        one, two = bits(key, who[row], whom[row], count[row])
        steps = 0
        if _half(one >> _32) < shares[0]:
            steps = 1
            if _half(one & _LOW) < shares[1]:
                steps = 2
                if _half(two >> _32) < shares[2]:
                    steps = 4 if _half(two & _LOW) < shares[3] else 3
        out[row] = steps


@parallel_kernel
def borne_names(key, more, people, sizes, out):
    """Write sex, given name, patronymic, stem and ending of every person as places in lists.

    `sizes` holds the number of men's and women's given names, patronymics, stems and endings.
    """
    for row in prange(people.size):
        one, two = bits(key, people[row], 0, 0)
        further, _ = bits(more, people[row], 0, 0)
        sex = 1 if _half(one >> _32) >= 0.5 else 0
        given, father, stem = _half(one & _LOW), _half(two >> _32), _half(two & _LOW)
        out[row, 0] = sex
        out[row, 1] = np.int32(given * given * sizes[sex])
        out[row, 2] = np.int32(father * father * sizes[2])
        out[row, 3] = np.int32(stem * stem * sizes[3])
        out[row, 4] = np.int32(_half(further >> _32) * sizes[4])


@parallel_kernel
def spelled_codes(key, more, people, spelling, shares, slips, out):
    """Write scheme, form, slip of the ear and slip of the hand (-1: none) of every entry.

    `shares` holds the cumulated shares of the four schemes besides the first; then initials, initials and no patronymic,
    diminutive, misheard, mistyped. `slips` holds how many slips of ear and hand there are.
    """
    for row in prange(people.size):
        one, two = bits(key, people[row], 0, spelling[row])
        scheme, drawn = 0, _half(one >> _32)
        for place in range(4):
            if scheme == 0 and drawn < shares[place]:
                scheme = place + 1
        # the form of the name, and whether a full one is a diminutive
        drawn = _half(one & _LOW)
        form = _INITIALS if drawn < shares[4] else _DROPPED if drawn < shares[5] else _FULL
        if form == _FULL and _half(two >> _32) < shares[6]:
            form = _FAMILIAR
        # slips have draws of their own, so that another share of them moves no scheme
        one, two = bits(more, people[row], 0, spelling[row])
        out[row, 0] = scheme
        out[row, 1] = form
        out[row, 2] = np.int32(_half(one & _LOW) * slips[0]) if _half(one >> _32) < shares[7] else -1
        out[row, 3] = np.int32(_half(two & _LOW) * slips[1]) if _half(two >> _32) < shares[8] else -1


@lean_kernel
def changes_before(key, who, whom, time, mean_days, out):
    """Write how many changes of a Poisson process lie before each time; one process per (who, whom), from time 0.

    The waits are exponential with the given mean; a mean of 0 or less says that nothing ever changes.
    """
    for row in range(who.size):
        changes = 0
        if mean_days > 0.0:
            passed = -math.log(uniform(key, who[row], whom[row], 0)) * mean_days
            while passed <= time[row] and changes < _MOST:
                changes += 1
                passed += -math.log(uniform(key, who[row], whom[row], changes)) * mean_days
        out[row] = changes
