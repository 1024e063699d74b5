"""Who copied whom: the chance of each earlier statement to be the parent of a later one, compiled."""

from __future__ import annotations

import math

import numpy as np

from greatfear.draws._jit import kernel, lean_kernel


@lean_kernel
def _likeness(told, share, mu, e, q):
    """Return the likelihood ratio of the details of e if they were copied from q, against details of its own."""
    ratio = 1.0
    for d in range(told.shape[1]):
        if told[e, d] >= 0 and told[q, d] >= 0:
            same = (1.0 - mu[d]) / share[e, d] if told[e, d] == told[q, d] else 0.0
            ratio *= same + mu[d]
    return ratio


@lean_kernel
def _citing(cited, speaker_q, cites, one_of):
    """Return the likelihood ratio of what e cites if it copies q: cites = (the parent, another, if nothing was copied)."""
    if cited < 0:
        return (1.0 - cites[0] - cites[1]) / (1.0 - cites[2])
    right = cites[0] if cited == speaker_q else 0.0
    return (right + cites[1] * one_of) / (cites[2] * one_of)


@lean_kernel
def _weights(f, e, low, tau, closer, weight):
    """Write how likely each earlier statement is to be heard of at all; return the sum."""
    day, speaker, near = f[0], f[1], f[5]
    whole = 0.0
    for q in range(low, e):
        k = q - low
        weight[k] = 0.0
        if day[q] < day[e] and speaker[q] != speaker[e]:
            weight[k] = math.exp(-min((day[e] - day[q]) / tau, 600.0))
            for x in range(near.shape[1]):
                if near[e, x] >= 0 and near[e, x] == near[q, x]:
                    weight[k] *= closer
                    break
        whole += weight[k]
    return whole


@lean_kernel
def _count(f, share, mu, pair, r, sums):
    """Add to the sums what one parent, of chance r, says about citing and about changed details."""
    speaker, cited, told = f[1], f[2], f[3]
    e, q = pair
    D = told.shape[1]
    if cited[e] >= 0:
        sums[3 if cited[e] == speaker[q] else 4] += r
    for d in range(D):
        if told[e, d] >= 0 and told[q, d] >= 0:
            changed = 1.0
            if told[e, d] == told[q, d]:
                changed = mu[d] * share[e, d] / ((1.0 - mu[d]) + mu[d] * share[e, d])
            sums[6 + d] += r * changed
            sums[6 + D + d] += r


@kernel
def weigh_parents(f, share, numbers, window, out, sums):
    """Weigh all parents of all statements.

    Parameters
    ----------
    f : (float64 (n,), int32 (n,), int32 (n,), int32 (n, D), int64 (n,), int32 (n, groups))
        Day, speaker, person cited (-1: none), details told (-1: not told), first row of the subject, place, unit and family of
        the speaker (-1: not known). Rows stand by subject, then day.
    share : float64 (n, D)
        Share of the value told among details that were not copied.
    numbers : (float, float, float, float64 (D,), float64 (3,), float)
        sigma, tau, C, mu, chances to cite, one over the number of speakers.
    window : int
        Earlier statements that are weighed at most.
    out : (float64 (n,), int64 (n,), float64 (n,))
        Written: chance of a copy, likeliest parent (-1: none), its chance.
    sums : float64 (6 + 2 D,)
        Written: log-likelihood, copies, statements that could be copies, copies that cite the parent, copies that cite
        another, others that cite; then by detail values changed and values compared.
    """
    day, speaker, cited, told, first = f[0], f[1], f[2], f[3], f[4]
    sigma, tau, closer, mu, cites, one_of = numbers
    chance, parent, best = out
    sums[:] = 0.0
    weight = np.empty(window)
    like = np.empty(window)
    for e in range(len(day)):
        chance[e], parent[e], best[e] = 0.0, -1, 0.0
        low = max(first[e], e - window)
        whole = _weights(f, e, low, tau, closer, weight)
        if whole <= 0.0:
            if cited[e] >= 0:
                sums[5] += 1.0
            continue
        total = 0.0
        for q in range(low, e):
            k = q - low
            like[k] = 0.0
            if weight[k] > 0.0:
                like[k] = sigma * weight[k] / whole
                like[k] *= _likeness(told, share, mu, e, q) * _citing(cited[e], speaker[q], cites, one_of)
            total += like[k]
        all_ways = total + 1.0 - sigma
        sums[0] += math.log(all_ways)
        sums[2] += 1.0
        chance[e] = total / all_ways
        sums[1] += chance[e]
        if cited[e] >= 0:
            sums[5] += 1.0 - chance[e]
        for q in range(low, e):
            r = like[q - low] / all_ways
            if r > best[e]:
                best[e], parent[e] = r, q
            if r >= 1e-12:
                _count(f, share, mu, (e, q), r, sums)


@kernel
def root_interval(chance, start, mass, low, high, held):
    """Write the interval of the number of statements of a subject that are no copies: Poisson-binomial, by convolution.

    Parameters
    ----------
    chance : float64 (n,)
        Chance of a copy.
    start : int64 (subjects + 1,)
    mass : float
        Probability to hold: of the likeliest interval of each width, the one that comes nearest. Counts are whole numbers, so
        that one interval holds more and another less; over many subjects they hold this share.
    low, high : int64 (subjects,)
        Written.
    held : float64 (subjects,)
        Written: what the interval holds.
    """
    most = 1
    for s in range(len(start) - 1):
        most = max(most, start[s + 1] - start[s])
    p = np.zeros(most + 1)
    for s in range(len(start) - 1):
        n = start[s + 1] - start[s]
        p[: n + 1] = 0.0
        p[0] = 1.0
        for x in range(n):
            own = 1.0 - chance[start[s] + x]
            for k in range(x + 1, 0, -1):
                p[k] = p[k] * (1.0 - own) + p[k - 1] * own
            p[0] *= 1.0 - own
        nearest = 2.0
        for width in range(n + 1):
            best, where = -1.0, 0
            for a in range(n + 1 - width):
                total = 0.0
                for b in range(a, a + width + 1):
                    total += p[b]
                if total > best + 1e-12:
                    best, where = total, a
            if abs(best - mass) < nearest - 1e-12:
                nearest = abs(best - mass)
                low[s], high[s], held[s] = where, where + width, best
            if best >= mass:
                break
