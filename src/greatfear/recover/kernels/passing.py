"""Kernels: belief propagation between persons who named one another."""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel, small_kernel


@small_kernel
def _passed(x, gain):
    """Return log(1 + exp(x + strength)) - log(1 + exp(x)), where `gain` is exp(strength) - 1."""
    odds = math.exp(min(x, 300.0))
    return math.log1p(gain * odds / (1.0 + odds))


@lean_kernel
def pass_messages(edges, gain, belief, message, keep, received):
    """Pass each message once; return the largest change.

    Two members who named one another change the log-probability by a strength; a person alone by a field. On a tree the
    beliefs, field and messages received, come to rest where they are exact.

    Parameters
    ----------
    edges : (first, second)
        Persons at both ends of each edge.
    gain : array over edges
        exp(strength) - 1.
    belief : array over persons
        Log-odds of membership: field and messages received.
    message : array (edges, 2)
        Log-odds sent to the second and to the first end; changed.
    keep : float
        Share of the old message that stays.
    received : array over persons
        What is sent to each person is added here.
    """
    first, second = edges
    change = 0.0
    for e in range(gain.size):
        i, j = first[e], second[e]
        old_second, old_first = message[e, 0], message[e, 1]
        to_second, to_first = _passed(belief[i] - old_first, gain[e]), _passed(belief[j] - old_second, gain[e])
        change = max(change, abs(to_second - old_second), abs(to_first - old_first))
        to_second, to_first = to_second + keep * (old_second - to_second), to_first + keep * (old_first - to_first)
        message[e, 0], message[e, 1] = to_second, to_first
        received[j] += to_second
        received[i] += to_first
    return change


@lean_kernel
def add_silence(edges, silence, member, field):
    """Add to the field of each person the silence of each edge, as far as the other end is a member."""
    first, second = edges
    for e in range(silence.size):
        i, j = first[e], second[e]
        field[i] += silence[e] * member[j]
        field[j] += silence[e] * member[i]
