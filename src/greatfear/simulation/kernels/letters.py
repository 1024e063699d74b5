"""Kernel: texts such as P003-00001234, letter by letter."""

from __future__ import annotations

from greatfear.draws._jit import lean_kernel

_ZERO, _DASH = ord("0"), ord("-")
_REGION_DIGITS = 3


@lean_kernel
def write_numbered(prefix, region, number, digits, letters, offsets):
    """Write a prefix letter, the region in three digits or more, a dash and the number in `digits` digits or more.

    Parameters
    ----------
    prefix : int
        Code of the letter.
    region, number : arrays, shape (n,)
        Not below 0.
    letters : uint8 array
        Output: the texts one after another.
    offsets : int32 array, shape (n + 1,)
        Output: where each begins, and the end.
    """
    end = 0
    for row in range(region.size):
        offsets[row] = end
        letters[end] = prefix
        end = _write_digits(region[row], _REGION_DIGITS, letters, end + 1)
        letters[end] = _DASH
        end = _write_digits(number[row], digits, letters, end + 1)
    offsets[region.size] = end


@lean_kernel
def _write_digits(value, digits, letters, start):
    """Write a number with leading zeros and return where it ends."""
    rest, width = value // 10, 1
    while rest > 0:
        rest, width = rest // 10, width + 1
    width = max(width, digits)
    for place in range(start + width - 1, start - 1, -1):
        letters[place] = _ZERO + value % 10
        value //= 10
    return start + width
