"""A plain twin of inferred copies: the formula written out for one statement, without shared code."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

Statement = Mapping[str, object]
"""``day``, ``speaker``, ``cites`` (or None), ``place`` (or None), ``told``: details by kind."""


def parents(
    e: Statement, earlier: Sequence[Statement], rates: Mapping[str, object], share: Mapping[tuple[str, object], float]
) -> tuple[float, list[float]]:
    """Return the chance that a statement is no copy, and that of each earlier one to be its parent."""
    sigma, tau, closer, mu = rates["sigma"], rates["tau"], rates["closer"], rates["mu"]
    cite_parent, cite_other, cite_alone, one_of = rates["cites"]
    weights = []
    for q in earlier:
        if q["day"] >= e["day"] or q["speaker"] == e["speaker"]:
            weights.append(0.0)
            continue
        near = e["place"] is not None and e["place"] == q["place"]
        weights.append(math.exp(-(e["day"] - q["day"]) / tau) * (closer if near else 1))
    if sum(weights) == 0:
        return 1.0, [0.0] * len(earlier)
    own = 1 - cite_alone if e["cites"] is None else cite_alone * one_of
    for kind, value in e["told"].items():
        own *= share[kind, value]
    ways = [(1 - sigma) * own]
    for q, w in zip(earlier, weights, strict=True):
        p = sigma * w / sum(weights)
        for kind, value in e["told"].items():
            f = share[kind, value]
            p *= (1 - mu[kind]) * (value == q["told"][kind]) + mu[kind] * f if kind in q["told"] else f
        if e["cites"] is None:
            p *= 1 - cite_parent - cite_other
        else:
            p *= cite_parent * (e["cites"] == q["speaker"]) + cite_other * one_of
        ways.append(p)
    return ways[0] / sum(ways), [p / sum(ways) for p in ways[1:]]


def root_counts(copies: Sequence[float]) -> list[float]:
    """Return the chance of each number of roots, by going through all patterns of copies."""
    out = [0.0] * (len(copies) + 1)
    for pattern in itertools.product((0, 1), repeat=len(copies)):
        p = math.prod(c if x else 1 - c for c, x in zip(copies, pattern, strict=True))
        out[len(copies) - sum(pattern)] += p
    return out
