"""Twin of membership: the posterior of a few persons by listing all possible memberships, in plain Python.

The likelihood is written down from the rule itself: in a sitting, i names j with probability 1 - exp(-intensity), for every
j; nothing is shared with the package.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple


class Sitting(NamedTuple):
    """Who sat, when, before which office, and who was named."""

    speaker: int
    time: float
    office: int
    names: frozenset[int]


def log_likelihood(
    sittings: Sequence[Sitting], member: Sequence[int], region: Sequence[int], rates: Mapping[str, float], scale: float
) -> float:
    """Return the log-probability of who was named and who was not, over all sittings and all persons."""
    n, total = len(member), 0.0
    for sitting in sittings:
        before = [s for s in sittings if s.time < sitting.time]
        heard = [j for s in before if s.office == sitting.office for j in s.names]
        i = sitting.speaker
        said = {j for s in before if s.speaker == i for j in s.names}
        named_by = {s.speaker for s in before if i in s.names}
        fellows = sum(region[j] == region[i] for j in range(n)) - 1
        for j in range(n):
            if j == i:
                continue
            own = rates.get("everybody", 0.0) / (n - 1)
            own += rates.get("region", 0.0) / fellows if region[j] == region[i] and fellows else 0.0
            value = own * (1 + (rates.get("omega", 1.0) - 1) * member[j])
            value += rates.get("suggestion", 0.0) * heard.count(j) / len(heard) if heard else 0.0
            value += rates.get("repetition", 0.0) * (j in said) + rates.get("reciprocity", 0.0) * (j in named_by)
            there = rates["there"] / (n - 1) + (rates["here"] / fellows if region[j] == region[i] and fellows else 0.0)
            value += rates.get("knowledge", 0.0) * member[i] * member[j] * scale * there
            total += math.log(-math.expm1(-value)) if j in sitting.names else -value
    return total


def posterior(
    sittings: Sequence[Sitting], region: Sequence[int], rates: Mapping[str, float], prevalence: float, scale: float
) -> list[float]:
    """Return the probability of membership of each person, over all 2^n memberships."""
    n = len(region)
    states = list(product((0, 1), repeat=n))
    logs = []
    for member in states:
        m = sum(member)
        prior = m * math.log(prevalence) + (n - m) * math.log1p(-prevalence)
        logs.append(log_likelihood(sittings, member, region, rates, scale) + prior)
    top = max(logs)
    weights = [math.exp(value - top) for value in logs]
    whole = sum(weights)
    return [sum(w for w, member in zip(weights, states, strict=True) if member[k]) / whole for k in range(n)]


def tree_beliefs(field: Sequence[float], edges: Sequence[tuple[int, int, float]]) -> list[float]:
    """Return marginal probabilities of a model of yes and no on a graph, by listing all states."""
    n = len(field)
    weights = {}
    for state in product((0, 1), repeat=n):
        value = sum(f * s for f, s in zip(field, state, strict=True)) + sum(
            w * state[a] * state[b] for a, b, w in edges
        )
        weights[state] = math.exp(value)
    whole = sum(weights.values())
    return [sum(w for state, w in weights.items() if state[k]) / whole for k in range(n)]
