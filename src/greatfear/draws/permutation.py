"""Keyed permutations of 0..n-1 that are not stored, with their inverse.

A generalised Feistel network over a rectangle of about sqrt(n) by sqrt(n) with additive rounds (Black and Rogaway 2002,
10.1007/3-540-45760-7_9); numbers outside 0..n-1 walk on along their cycle. The rectangle exceeds n by less than 2 sqrt(n) + 1,
so a walk longer than one step is rare.
"""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import lean_kernel

_ROUNDS = 4
_MUL1, _MUL2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_GOLD, _33, _32 = np.uint64(0x9E3779B97F4A7C15), np.uint64(33), np.uint64(32)


@lean_kernel
def _side(n):
    """Return the side of the smallest square that holds n numbers."""
    side = np.int64(math.sqrt(np.float64(n)))
    while side * side < n:
        side += 1
    return side


@lean_kernel
def _shift(key, turn, value, side):
    """Return a keyed number in 0..side-1 that depends on the turn and the other half."""
    x = (key + _GOLD * np.uint64(turn + 1)) ^ (np.uint64(value) * _MUL1)
    x = (x ^ (x >> _33)) * _MUL2
    x = (x ^ (x >> _33)) * _MUL1
    return np.int64(((x >> _32) * np.uint64(side)) >> _32)


@lean_kernel
def _step(key, x, side):
    left, right = x // side, x % side
    for turn in range(_ROUNDS):
        left += _shift(key, turn, right, side)
        if left >= side:
            left -= side
        left, right = right, left
    return left * side + right


@lean_kernel
def _unstep(key, x, side):
    left, right = x // side, x % side
    for turn in range(_ROUNDS - 1, -1, -1):
        left, right = right, left
        left -= _shift(key, turn, right, side)
        if left < 0:
            left += side
    return left * side + right


@lean_kernel
def forth(key, x, n):
    """Return where the permutation of 0..n-1 under `key` takes x."""
    side = _side(n)
    y = _step(key, x, side)
    while y >= n:
        y = _step(key, y, side)
    return y


@lean_kernel
def back(key, y, n):
    """Return what the permutation of 0..n-1 under `key` takes to y."""
    side = _side(n)
    x = _unstep(key, y, side)
    while x >= n:
        x = _unstep(key, x, side)
    return x


@lean_kernel
def subkey(key, number):
    """Return a key of its own for each number, by the finaliser of SplitMix64 (Steele et al. 2014, 10.1145/2660193.2660195)."""
    x = key + _GOLD * np.uint64(number + 1)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
