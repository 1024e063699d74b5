"""Philox4x32-10, a counter-based generator: a pure function from (key, counter) to 128 bits.

Reference: Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC'11, 10.1145/2063384.2063405.
The known answers of its authors (Random123, kat_vectors) are held by tests.
"""

from __future__ import annotations

import numpy as np

from greatfear.draws._jit import lean_kernel

_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_11 = np.uint64(11)


@lean_kernel
def philox(c0, c1, c2, c3, k0, k1):
    """Return the four output words for counter (c0..c3) and key (k0, k1).

    Parameters
    ----------
    c0, c1, c2, c3, k0, k1 : uint64
        32-bit words held in 64 bits.

    Returns
    -------
    tuple of four uint64
        32-bit words held in 64 bits.
    """
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@lean_kernel
def purpose_key(seed, replicate, purpose):
    """Return the 64-bit key of all draws for one purpose in one replicate of one seed.

    Parameters
    ----------
    seed : int64
        0 or more.
    replicate, purpose : int64
        0 to 2^32 - 1.
    """
    s = np.uint64(seed)
    a, b, _, _ = philox(
        s & _LOW,
        s >> _32,
        np.uint64(replicate) & _LOW,
        np.uint64(purpose) & _LOW,
        np.uint64(0x67726661),
        np.uint64(0x66656172),
    )
    return (a << _32) | b


@lean_kernel
def bits(key, who, whom, count):
    """Return two independent 64-bit words for one address.

    Parameters
    ----------
    key : uint64
        From `purpose_key`.
    who, whom : int64
        Persons or other numbers, 0 to 2^48 - 1.
    count : int64
        Running number of the draw, 0 to 2^32 - 1.
    """
    a, b = np.uint64(who), np.uint64(whom)
    high = ((a >> _32) & np.uint64(0xFFFF)) | ((b >> _32) << np.uint64(16))
    w0, w1, w2, w3 = philox(a & _LOW, b & _LOW, high & _LOW, np.uint64(count) & _LOW, key & _LOW, key >> _32)
    return (w0 << _32) | w1, (w2 << _32) | w3


@lean_kernel
def uniform(key, who, whom, count):
    """Return a uniform number in the open interval (0, 1), a multiple of 2^-54."""
    word, _ = bits(key, who, whom, count)
    return min(
        (np.float64(word >> _11) + 0.5) * 1.1102230246251565e-16, 0.9999999999999999
    )  # the topmost would round to 1


@lean_kernel
def two_uniforms(key, who, whom, count):
    """Return the number of `uniform` and an independent second one for the price of one."""
    first, second = bits(key, who, whom, count)
    return (
        min((np.float64(first >> _11) + 0.5) * 1.1102230246251565e-16, 0.9999999999999999),
        min((np.float64(second >> _11) + 0.5) * 1.1102230246251565e-16, 0.9999999999999999),
    )
