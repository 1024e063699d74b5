"""Kernel: belief propagation between persons who named one another."""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel, small_kernel

__all__ = ["pass_messages"]


@small_kernel
def _softplus(x):
    """Return log(1 + exp(x))."""
    return x + math.log1p(math.exp(-x)) if x > 0.0 else math.log1p(math.exp(x))


@lean_kernel
def pass_messages(edges, strength, field, message, belief, settings):
    """Pass messages until nothing moves; return the largest change of the last round.

    Two members who named one another change the log-probability by `strength`; a person alone by `field`. On a tree the
    beliefs are exact.

    Parameters
    ----------
    edges : (first, second)
        Persons at both ends of each edge.
    strength : array over edges, nats
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
        for e in range(strength.size):
            belief[second[e]] += message[e, 0]
            belief[first[e]] += message[e, 1]
        change = 0.0
        for e in range(strength.size):
            a, b = belief[first[e]] - message[e, 1], belief[second[e]] - message[e, 0]
            to_second = _softplus(a + strength[e]) - _softplus(a)
            to_first = _softplus(b + strength[e]) - _softplus(b)
            change = max(change, abs(to_second - message[e, 0]), abs(to_first - message[e, 1]))
            message[e, 0] += (1.0 - damping) * (to_second - message[e, 0])
            message[e, 1] += (1.0 - damping) * (to_first - message[e, 1])
        if change < tolerance:
            break
    for i in range(field.size):
        belief[i] = field[i]
    for e in range(strength.size):
        belief[second[e]] += message[e, 0]
        belief[first[e]] += message[e, 1]
    return change
