"""Names without replacement: the K largest of utility + Gumbel, and the log-probability of that choice (Plackett-Luce).

Yellott (1977), 10.1016/0022-2496(77)90026-8; Plackett (1975), 10.2307/2346567.
"""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel


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
def _log_all(utilities, n, chosen, turn, powers, known):
    """Return the largest utility among the candidates not chosen before this turn, and the log of the sum of exp(u - largest).

    `powers` holds exp(u - largest) of all afterwards; it does before where the largest is the one `known`.
    """
    top, total = -math.inf, 0.0
    for c in range(n):
        if not _taken(chosen, turn, c):
            top = max(top, utilities[c])
    # exponentials cost more than all else here: they stand until the largest utility is taken
    for c in range(n if top != known else 0):
        powers[c] = math.exp(utilities[c] - top)
    for c in range(n):
        if not _taken(chosen, turn, c):
            total += powers[c]
    return top, math.log(total)


@lean_kernel
def _log_without(utilities, part, n, chosen, turn, top, powers):
    """Return the log of the sum of exp(u - part) over the candidates who were not chosen before this turn.

    `top` and `powers` are those of `_log_all`: they serve where a candidate has no part.
    """
    highest, total = -math.inf, 0.0
    for c in range(n):
        if not _taken(chosen, turn, c):
            highest = max(highest, utilities[c] - part[c])
    # the largest utility may itself rest on this basis: then all exponentials are computed again
    for c in range(n):
        if not _taken(chosen, turn, c):
            known = highest == top and part[c] == 0.0
            total += powers[c] if known else math.exp(utilities[c] - part[c] - highest)
    return highest + math.log(total)


@lean_kernel
def share_out(utilities, parts, n, chosen, found, logp, shares, powers):
    """Write the log-probability of each choice, and what share each basis has in it.

    The share is 1 - P(choice without the terms of the basis) / P(choice), 0 where these terms lower P.

    Parameters
    ----------
    utilities : float64 array
        Utility plus log weight of each candidate; the first n count.
    chosen : int64 array
        Places of the named, in the order of naming; the first `found` count.
    logp : float64 array
        Output, nats: given those before in the sitting.
    parts : float64 array, shape (bases, n or more)
        The part of each basis in the utilities.
    shares : float32 array, shape (found or more, bases)
        Output.
    powers : float64 array, shape (n or more,)
        Room for exponentials.
    """
    # a basis whose terms are all 0 here has no share: few bases have part in one choice
    moved = 0
    for b in range(parts.shape[0]):
        for c in range(n):
            if parts[b, c] != 0.0:
                moved |= 1 << b
                break
    top = math.nan
    for turn in range(found):
        # the sum with all terms is the same for each basis
        top, total = _log_all(utilities, n, chosen, turn, powers, top)
        logp[turn] = utilities[chosen[turn]] - top - total
        for b in range(parts.shape[0]):
            shares[turn, b] = 0.0
            if moved >> b & 1:
                without = _log_without(utilities, parts[b], n, chosen, turn, top, powers)
                shares[turn, b] = max(0.0, -math.expm1(top + total - without - parts[b, chosen[turn]]))
