"""Kernel: belief propagation between persons who named one another."""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel, small_kernel


@small_kernel
def _passed(x, gain):
    """Return log(1 + exp(x + strength)) - log(1 + exp(x)), where `gain` is exp(strength) - 1."""
    odds = math.exp(min(x, 300.0))
    return math.log1p(gain * odds / (1.0 + odds))


@lean_kernel
def pass_messages(edges, gain, field, message, belief, settings):
    """Pass messages until nothing moves; return the largest change of the last round.

    Two members who named one another change the log-probability by a strength; a person alone by `field`. On a tree the
    beliefs are exact.

    Parameters
    ----------
    edges : (first, second)
        Persons at both ends of each edge.
    gain : array over edges
        exp(strength) - 1.
    field : array over persons, nats
    message : array (edges, 2)
        Log-odds sent to the second and to the first end; start and output.
    belief : array over persons
        Output: log-odds of membership.
    settings : (rounds, damping, tolerance)
    """
    first, second = edges
    rounds, damping, tolerance = settings
    change = 0.0
    for _ in range(rounds):
        for i in range(field.size):
            belief[i] = field[i]
        for e in range(gain.size):
            belief[second[e]] += message[e, 0]
            belief[first[e]] += message[e, 1]
        change = 0.0
        for e in range(gain.size):
            a, b = belief[first[e]] - message[e, 1], belief[second[e]] - message[e, 0]
            to_second, to_first = _passed(a, gain[e]), _passed(b, gain[e])
            change = max(change, abs(to_second - message[e, 0]), abs(to_first - message[e, 1]))
            message[e, 0] += (1.0 - damping) * (to_second - message[e, 0])
            message[e, 1] += (1.0 - damping) * (to_first - message[e, 1])
        if change < tolerance:
            break
    for i in range(field.size):
        belief[i] = field[i]
    for e in range(gain.size):
        belief[second[e]] += message[e, 0]
        belief[first[e]] += message[e, 1]
    return change
