"""A slow clear twin of the addressed random numbers: Philox, shapes and keyed permutations in plain Python integers.

It knows nothing of the package. Integers have no width here; wherever a kernel relies on 64 bits, `% 2**64` says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

WORD = 2**32
LONG = 2**64
GOLD = 0x9E3779B97F4A7C15


def philox(counter: Sequence[int], key: Sequence[int]) -> list[int]:
    """Return the four words of Philox4x32-10 for four words of counter and two of key (10.1145/2063384.2063405)."""
    c = list(counter)
    k = list(key)
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [second // WORD ^ c[1] ^ k[0], second % WORD, first // WORD ^ c[3] ^ k[1], first % WORD]
        k = [(k[0] + 0x9E3779B9) % WORD, (k[1] + 0xBB67AE85) % WORD]
    return c


def purpose_key(seed: int, replicate: int, purpose: int) -> int:
    """Return the key of a purpose: a Philox block whose counter is seed, replicate and purpose."""
    words = philox([seed % WORD, seed // WORD, replicate, purpose], [0x67726661, 0x66656172])
    return words[0] * WORD + words[1]


def bits(key: int, who: int, whom: int, count: int) -> tuple[int, int]:
    """Return two 64-bit words: low halves of who and whom, their upper 16 bits side by side, and the count."""
    upper = who // WORD % 65536 + whom // WORD % 65536 * 65536
    words = philox([who % WORD, whom % WORD, upper, count % WORD], [key % WORD, key // WORD])
    return words[0] * WORD + words[1], words[2] * WORD + words[3]


def uniform(key: int, who: int, whom: int, count: int) -> float:
    """Return the middle of the cell of 2^-53 that the upper 53 bits of the first word name."""
    return (bits(key, who, whom, count)[0] // 2**11 + 0.5) / 2**53


def exponential(key: int, who: int, whom: int, count: int) -> float:
    """Return a standard exponential number."""
    return -math.log(uniform(key, who, whom, count))


def gumbel(key: int, who: int, whom: int, count: int) -> float:
    """Return a standard Gumbel number."""
    return -math.log(exponential(key, who, whom, count))


def normal(key: int, who: int, whom: int, count: int) -> float:
    """Return a standard normal number (Box and Muller)."""
    a, b = bits(key, who, whom, count)
    radius = math.sqrt(-2 * math.log((a // 2**11 + 0.5) / 2**53))
    return radius * math.cos(2 * math.pi * (b // 2**11 / 2**53))


def integer(key: int, who: int, whom: int, count: int, n: int) -> int:
    """Return a whole number from 0 to n - 1."""
    return min(int(uniform(key, who, whom, count) * n), n - 1)


def poisson(key: int, who: int, whom: int, count: int, mean: float) -> int:
    """Return a Poisson number: by inversion below 10, else by Hörmann's transformed rejection PTRS."""
    if mean <= 0:
        return 0
    if mean >= 10:
        return _poisson_by_rejection(key, who, whom, count, mean)
    u, k, term = uniform(key, who, whom, count), 0, math.exp(-mean)
    total = term
    while u > total and k < 1000:
        k += 1
        term *= mean / k
        total += term
    return k


def _poisson_by_rejection(key: int, who: int, whom: int, count: int, mean: float) -> int:
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    attempt = 0
    while True:
        first, second = bits((key + attempt * GOLD) % LONG, who, whom, count)
        attempt += 1
        u, v = (first // 2**11 + 0.5) / 2**53 - 0.5, (second // 2**11 + 0.5) / 2**53
        us = 0.5 - abs(u)
        k = math.floor((2 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= 0.9277 - 3.6224 / (b - 2):
            return k
        if k < 0 or (us < 0.013 and v > us):
            continue
        ratio = math.log(v) + math.log(1.1239 + 1.1328 / (b - 3.4)) - math.log(a / (us * us) + b)
        if ratio <= -mean + k * math.log(mean) - math.lgamma(k + 1):
            return k


def negative_binomial(key: int, who: int, whom: int, count: int, law: tuple[float, float]) -> int:
    """Return a negative binomial number by inversion; the law is (mean, dispersion)."""
    mean, size = law
    if mean <= 0:
        return 0
    u, k, fail = uniform(key, who, whom, count), 0, mean / (mean + size)
    term = math.exp(size * math.log1p(-fail))
    total = term
    while u > total and k < 100_000:
        term *= fail * (size + k) / (k + 1)
        k += 1
        total += term
    return k


def choice(key: int, who: int, whom: int, count: int, weights: Sequence[float]) -> int:
    """Return a place drawn in proportion to the weights."""
    whole = 0.0
    for weight in weights:
        whole += weight
    target, last = uniform(key, who, whom, count) * whole, 0
    for place, weight in enumerate(weights):
        if weight > 0:
            last = place
            target -= weight
            if target < 0:
                return place
    return last


def subkey(key: int, number: int) -> int:
    """Return a key of its own for each number: the finaliser of SplitMix64."""
    x = (key + GOLD * (number + 1)) % LONG
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % LONG
    x = (x ^ x >> 27) * 0x94D049BB133111EB % LONG
    return x ^ x >> 31


def _shift(key: int, turn: int, value: int, side: int) -> int:
    """Return the keyed number of one Feistel round, 0 to side - 1."""
    x = (key + GOLD * (turn + 1)) % LONG ^ value * 0xFF51AFD7ED558CCD % LONG
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53 % LONG
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD % LONG
    return x // WORD * side // WORD


def _once(key: int, x: int, side: int) -> int:
    """Return where four Feistel rounds take x in the square."""
    left, right = divmod(x, side)
    for turn in range(4):
        left, right = right, (left + _shift(key, turn, right, side)) % side
    return left * side + right


def _side(n: int) -> int:
    """Return the side of the smallest square that holds n numbers."""
    side = math.isqrt(n)
    return side if side * side == n else side + 1


def forth(key: int, x: int, n: int) -> int:
    """Return where the permutation of 0..n-1 takes x: through the square until back inside."""
    y = _once(key, x, _side(n))
    while y >= n:
        y = _once(key, y, _side(n))
    return y


def back(key: int, y: int, n: int) -> int:
    """Return what the permutation takes to y: undo the rounds until inside."""
    side = _side(n)
    while True:
        left, right = divmod(y, side)
        for turn in (3, 2, 1, 0):
            left, right = (right - _shift(key, turn, left, side)) % side, left
        y = left * side + right
        if y < n:
            return y
