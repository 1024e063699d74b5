"""Names without replacement: the K largest of utility + Gumbel, and the log-probability of that choice (Plackett-Luce).

Yellott (1977), 10.1016/0022-2496(77)90026-8; Plackett (1975), 10.2307/2346567.
"""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel

__all__ = ["log_probability", "pick_largest", "share_out"]


@lean_kernel
def _taken(chosen, turn, c):
    """Return whether place c was chosen before this turn."""
    for earlier in range(turn):  # noqa: SIM110  compiled code knows no any() over a generator
        if chosen[earlier] == c:
            return True
    return False


@lean_kernel
def pick_largest(scores, n, k, chosen):
    """Write the places of the k largest of scores[:n] into `chosen`, largest first, and return how many were found."""
    found = min(k, n)
    for turn in range(found):
        best = -1
        for c in range(n):
            if not _taken(chosen, turn, c) and (best < 0 or scores[c] > scores[best]):
                best = c
        chosen[turn] = best
    return found


@lean_kernel
def log_probability(utilities, n, chosen, found, logp):
    """Write into `logp` the log-probability of each choice given those before it in the sitting.

    Parameters
    ----------
    utilities : float64 array
        Utility plus log weight of each candidate; the first n count.
    chosen : int64 array
        Places of the named, in the order of naming; the first `found` count.
    logp : float64 array
        Output, nats.
    """
    for turn in range(found):
        top, total = utilities[chosen[turn]], 0.0
        for c in range(n):
            if not _taken(chosen, turn, c):
                top = max(top, utilities[c])
        for c in range(n):
            if not _taken(chosen, turn, c):
                total += math.exp(utilities[c] - top)
        logp[turn] = utilities[chosen[turn]] - top - math.log(total)


@lean_kernel
def _log_total(utilities, part, n, chosen, turn, weight):
    """Return the log of the sum of exp(u - weight * part) over the candidates who were not chosen before this turn."""
    top, total = -math.inf, 0.0
    for c in range(n):
        if not _taken(chosen, turn, c):
            top = max(top, utilities[c] - weight * part[c])
    for c in range(n):
        if not _taken(chosen, turn, c):
            total += math.exp(utilities[c] - weight * part[c] - top)
    return top + math.log(total)


@lean_kernel
def share_out(utilities, parts, n, chosen, found, shares):
    """Write what share each basis has in each choice: 1 - P(choice without its terms) / P(choice), 0 where it lowers P.

    Parameters
    ----------
    utilities, n, chosen, found
        As for `log_probability`.
    parts : float64 array, shape (bases, n)
        The part of each basis in the utilities.
    shares : float32 array, shape (found or more, bases)
        Output.
    """
    # a basis whose terms are all 0 here has no share: few bases have part in one choice
    moved = 0
    for b in range(parts.shape[0]):
        for c in range(n):
            if parts[b, c] != 0.0:
                moved |= 1 << b
                break
    for turn in range(found):
        # the sum with all terms is the same for each basis
        own = _log_total(utilities, parts[0], n, chosen, turn, 0.0) if moved else 0.0
        for b in range(parts.shape[0]):
            shares[turn, b] = 0.0
            if moved >> b & 1:
                without = _log_total(utilities, parts[b], n, chosen, turn, 1.0)
                shares[turn, b] = max(0.0, -math.expm1(own - without - parts[b, chosen[turn]]))
