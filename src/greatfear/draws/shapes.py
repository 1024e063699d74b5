"""Shapes of addressed random numbers: exponential, Gumbel, normal, Poisson, negative binomial, weighted choice.

Each is a function of one address (key, who, whom, count). Those that need several uniforms take them from keys derived
from the address, so that no draw shifts another.
"""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import lean_kernel
from greatfear.draws.generator import bits, uniform

_11, _STEP = np.uint64(11), np.uint64(0x9E3779B97F4A7C15)


@lean_kernel
def exponential(key, who, whom, count):
    """Return a standard exponential number, more than 0."""
    return -math.log(uniform(key, who, whom, count))


@lean_kernel
def gumbel(key, who, whom, count):
    """Return a standard Gumbel number: the largest of utility + Gumbel is a choice by softmax."""
    return -math.log(-math.log(uniform(key, who, whom, count)))


@lean_kernel
def normal(key, who, whom, count):
    """Return a standard normal number by Box and Muller (1958), 10.1214/aoms/1177706645."""
    a, b = bits(key, who, whom, count)
    u = (np.float64(a >> _11) + 0.5) * 1.1102230246251565e-16
    v = np.float64(b >> _11) * 1.1102230246251565e-16
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@lean_kernel
def integer(key, who, whom, count, n):
    """Return a whole number from 0 to n - 1, each equally likely to within n / 2^64."""
    return min(np.int64(uniform(key, who, whom, count) * n), n - 1)


@lean_kernel
def poisson(key, who, whom, count, mean):
    """Return a Poisson number with the given mean, exact for every mean up to 1e9.

    Below 10 by inversion; above by transformed rejection, Hörmann (1993), 10.1016/0167-6687(93)90997-4.
    """
    if mean <= 0.0:
        return np.int64(0)
    # few: add up probabilities until they pass one uniform number
    if mean < 10.0:
        u = uniform(key, who, whom, count)
        term = math.exp(-mean)
        k, total = 0, term
        while u > total and k < 1000:
            k += 1
            term *= mean / k
            total += term
        return np.int64(k)
    # many: a bell-shaped hat over the distribution, most draws under its inner part are accepted at once
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    squeeze = 0.9277 - 3.6224 / (b - 2.0)
    while True:
        w0, w1 = bits(key, who, whom, count)
        key += _STEP  # the next attempt has a key of its own
        u = (np.float64(w0 >> _11) + 0.5) * 1.1102230246251565e-16 - 0.5
        v = (np.float64(w1 >> _11) + 0.5) * 1.1102230246251565e-16
        us = 0.5 - abs(u)
        k = np.int64(math.floor((2.0 * a / us + b) * u + mean + 0.43))
        if us >= 0.07 and v <= squeeze:
            return k
        # the rest is compared with the exact probability
        if k < 0 or (us < 0.013 and v > us):
            continue
        if math.log(v) + math.log(inverse_alpha) - math.log(a / (us * us) + b) <= -mean + k * math.log(
            mean
        ) - math.lgamma(k + 1.0):
            return k


@lean_kernel
def negative_binomial(key, who, whom, count, mean, size):
    """Return a negative binomial number with the given mean and dispersion `size` (variance mean + mean^2 / size).

    By inversion; meant for means up to about a hundred.
    """
    if mean <= 0.0:
        return np.int64(0)
    u = uniform(key, who, whom, count)
    fail = mean / (mean + size)
    term = math.exp(size * math.log1p(-fail))
    k, total = 0, term
    while u > total and k < 100_000:
        term *= fail * (size + k) / (k + 1)
        k += 1
        total += term
    return np.int64(k)


@lean_kernel
def choice(key, who, whom, count, weights):
    """Return an index drawn in proportion to `weights` (float64 array, none negative, not all 0)."""
    target = uniform(key, who, whom, count) * weights.sum()
    last = 0
    for index in range(weights.size):
        if weights[index] > 0.0:
            last = index
            target -= weights[index]
            if target < 0.0:
                break
    return last
