"""Gibbs sampler for latent classes of persons: within a class the lists are independent. Compiled.

Manrique-Vallier (2016), 10.1111/biom.12502; the package LCMCR of R. Every random number has an address: chain, sweep, and
its running number within the sweep.
"""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws import normal, uniform
from greatfear.draws._jit import kernel, lean_kernel


@lean_kernel
def _uniform(key, at):
    """Return the next uniform number of a sweep; `at` holds chain, sweep and running number."""
    at[2] += 1
    return uniform(np.uint64(key), at[0], at[1], at[2])


@lean_kernel
def _gamma(key, at, shape):
    """Return a gamma number with unit scale: Marsaglia and Tsang (2000), 10.1145/358407.358414."""
    scale = 1.0
    # a shape below 1 is drawn with the next larger one and a power of a uniform number
    if shape < 1.0:
        scale = math.exp(math.log(_uniform(key, at)) / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    # tries until one lies under the density; nearly all do
    while True:
        at[2] += 1
        x = normal(np.uint64(key), at[0], at[1], at[2])
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        if math.log(_uniform(key, at)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return max(d * v * scale, 1e-300)


@lean_kernel
def _beta(key, at, a, b):
    """Return a beta number."""
    x = _gamma(key, at, a)
    return x / (x + _gamma(key, at, b))


@lean_kernel
def _binomial(key, at, n, p):
    """Return a binomial number: by inversion where few are expected, by transformed rejection above.

    Hörmann (1993), 10.1080/00949659308811496.
    """
    if n == 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - _binomial_half(key, at, n, 1.0 - p)
    return _binomial_half(key, at, n, p)


@lean_kernel
def _binomial_half(key, at, n, p):
    """Return a binomial number for p of at most one half."""
    odds = p / (1.0 - p)
    # few are expected: add up probabilities until they pass one uniform number
    if n * p < 10.0:
        term = math.exp(n * math.log1p(-p))
        u = _uniform(key, at)
        k = 0
        while u > term and k < n:
            u -= term
            k += 1
            term *= odds * (n - k + 1) / k
        return k
    # many: a bell-shaped hat over the distribution
    spread = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    alpha = (2.83 + 5.1 / b) * spread
    mode = math.floor((n + 1) * p)
    at_mode = math.lgamma(mode + 1.0) + math.lgamma(n - mode + 1.0)
    # most draws lie under the inner part of the hat and need no logarithm
    while True:
        u = _uniform(key, at) - 0.5
        v = _uniform(key, at)
        us = 0.5 - abs(u)
        k = math.floor((2.0 * a / us + b) * u + c)
        if k < 0 or k > n:
            continue
        if us >= 0.07 and v <= 0.92 - 4.2 / b:
            return int(k)
        # the rest is compared with the exact probability
        level = at_mode - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0) + (k - mode) * math.log(odds)
        if math.log(v * alpha / (a / (us * us) + b)) <= level:
            return int(k)


@lean_kernel
def _poisson(key, at, mean):
    """Return a Poisson number: a sum over gamma-reduced stretches (Ahrens and Dieter 1974, 10.1007/BF02293108)."""
    k = 0
    # a gamma number is the time of the m-th of m events: if it fits into the mean, m events are done at once
    while mean > 12.0:
        m = math.floor(0.875 * mean)
        x = _gamma(key, at, float(m))
        if x > mean:
            return k + _binomial(key, at, m - 1, mean / x)
        k += m
        mean -= x
    # what is left is short: count uniform numbers until their product falls below e^-mean
    limit = math.exp(-mean)
    product = _uniform(key, at)
    while product > limit:
        k += 1
        product *= _uniform(key, at)
    return k


@lean_kernel
def _spread(key, at, cell, n, weight, has, sums, chances):
    """Share the persons of one combination among the classes, and count them by class and by list."""
    n_classes, K = chances.shape
    total = 0.0
    for c in range(n_classes):
        total += weight[c]
    # a multinomial number class by class: each takes its share of those who are left
    left, rest = n, total
    for c in range(n_classes):
        if left == 0:
            break
        share = 1.0 if c == n_classes - 1 or rest <= 0.0 else min(weight[c] / rest, 1.0)
        x = _binomial(key, at, left, share)
        rest -= weight[c]
        left -= x
        has[c] += x
        # persons of a combination are on its lists, whichever class they are of
        for k in range(K):
            if cell >> k & 1:
                sums[c, k] += x


@lean_kernel
def _begin(key, at, counts, share, chances):
    """Write where a chain begins: from half as many missing as seen to many times as many, by chain.

    Chains that begin far apart and agree tell something.
    """
    n_classes, n_lists = chances.shape
    cells = len(counts)
    # how many were seen at all, and how many there might be; each chain has a larger guess
    observed = 0
    for h in range(1, cells):
        observed += counts[h]
    guess = observed * (1.0 + 0.5 * 3.0 ** at[0])
    for c in range(n_classes):
        share[c] = 0.8 if c == 0 else 0.2 / (n_classes - 1)
        # one large class with the rates that this guess implies, and small ones that differ at random
        for k in range(n_lists):
            on = 0
            for h in range(1, cells):
                if h >> k & 1:
                    on += counts[h]
            chance = min(max((on + 0.5) / guess, 1e-4), 0.95)
            chances[c, k] = chance if c == 0 else min(chance * (0.5 + _uniform(key, at)), 0.97)


@lean_kernel
def _renew(key, at, counted, share, chances, concentration):
    """Draw shares and chances of the classes given who is in them, and return the new concentration."""
    has, sums = counted
    alpha, shape, rate = concentration
    n_classes, n_lists = chances.shape
    # stick-breaking: each class takes a share of what those before it left, by how many are in it and after it
    later = 0
    for c in range(n_classes):
        later += has[c]
    rest, log_rest = 1.0, 0.0
    for c in range(n_classes):
        later -= has[c]
        v = 1.0 if c == n_classes - 1 else min(_beta(key, at, 1.0 + has[c], alpha + later), 1.0 - 1e-15)
        share[c] = rest * v
        if c < n_classes - 1:
            rest *= 1.0 - v
            log_rest += math.log1p(-v)
        # within a class each list is a coin of its own, with a flat prior
        for k in range(n_lists):
            chances[c, k] = _beta(key, at, 1.0 + sums[c, k], 1.0 + has[c] - sums[c, k])
    return _gamma(key, at, shape + n_classes - 1.0) / (rate - log_rest)


@kernel
def latent_chain(key, chain, counts, n_lists, settings, out):
    """Run one chain and write the number on no list after every `thin` sweeps.

    Parameters
    ----------
    key : uint64
        From `purpose_key`.
    chain : int
    counts : int64 (2^K,)
        Position 0 is not read.
    n_lists : int
    settings : (int, int, int, float, float)
        Classes at most, sweeps left out at the beginning, sweeps from one kept number to the next, shape and rate of the
        gamma prior of the concentration.
    out : float64 (kept,)
        Written.
    """
    n_classes, burn, thin, shape, rate = settings
    cells = len(counts)
    at = np.zeros(3, np.int64)
    at[0] = chain
    chances = np.empty((n_classes, n_lists))
    share = np.empty(n_classes)
    weight = np.empty(n_classes)
    observed = counts[1:].sum()
    _begin(key, at, counts, share, chances)
    alpha = 0.2
    has = np.zeros(n_classes, np.int64)
    sums = np.zeros((n_classes, n_lists), np.int64)
    # how likely somebody is to be on no list, given the classes as they stand
    for sweep in range(burn + thin * len(out)):
        at[1] = sweep + 1
        at[2] = 0
        has[:] = 0
        sums[:] = 0
        unseen = 0.0
        for c in range(n_classes):
            none = share[c]
            for k in range(n_lists):
                none *= 1.0 - chances[c, k]
            unseen += none
        # given that chance, the number on no list is negative binomial: a Poisson number with a gamma mean
        unseen = min(max(unseen, 1e-12), 1.0 - 1e-9)
        missing = _poisson(key, at, _gamma(key, at, float(observed)) * unseen / (1.0 - unseen))
        # everybody, seen or not, is put into a class again, combination by combination: persons with one are alike
        for h in range(cells):
            n = missing if h == 0 else counts[h]
            if n == 0:
                continue
            for c in range(n_classes):
                value = share[c]
                for k in range(n_lists):
                    value *= chances[c, k] if h >> k & 1 else 1.0 - chances[c, k]
                weight[c] = value
            _spread(key, at, h, n, weight, has, sums, chances)
        # classes are drawn again from who is in them; early sweeps still know where the chain began
        alpha = _renew(key, at, (has, sums), share, chances, (alpha, shape, rate))
        if sweep >= burn and (sweep - burn + 1) % thin == 0:
            out[(sweep - burn) // thin] = missing
