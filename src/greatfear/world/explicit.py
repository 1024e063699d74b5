"""Small worlds: ties that are stored, as a compressed table of neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose
from greatfear.naming import facts
from greatfear.scenario.population import Population
from greatfear.world.rewire import ring_ends

__all__ = ["explicit_ties"]

_BITS = {"kin": facts.KIN, "unit": facts.UNIT, "acquaintance": facts.ACQUAINTANCE, "organisation": facts.ORGANISATION}
Table = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
TIE = np.dtype([("person", "i8"), ("bits", "i8")])


def explicit_ties(
    population: Population, size: NDArray[np.int64], keys: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Return (indptr, tie) over flat persons; both empty if ties are computed.

    A tie has the address of the other person and bits of `greatfear.naming.facts`.

    Examples
    --------
    >>> from greatfear.scenario.population import Population
    >>> regions, strata = [{"id": "a", "name": "A", "persons": 3}], [{"id": "all", "share": 1}]
    >>> ties = {"rule": "table", "rows": [{"a": 0, "b": 2}]}
    >>> population = Population.model_validate({"regions": regions, "strata": strata, "ties": ties})
    >>> explicit_ties(population, np.array([3]), np.zeros(128, np.uint64))[0].tolist()
    [0, 1, 1, 2]
    """
    rule = population.ties.rule
    if rule == "computed":
        return np.zeros(0, np.int64), np.zeros(0, TIE)
    n = int(size.sum())
    if rule == "table":
        rows = population.ties.rows
        a = np.array([row.a for row in rows], np.int64)
        b = np.array([row.b for row in rows], np.int64)
        kind = np.array([_BITS[row.kind] for row in rows], np.int64)
    else:
        a, b, kind = _small_world(population, n, keys)
    return _compress(a, b, kind, n, _addresses(size))


def _small_world(population: Population, n: int, keys: NDArray[np.uint64]) -> Table:
    """Return a Watts-Strogatz ring (10.1038/30918) and, for households larger than one, their kin."""
    half = min(population.ties.neighbours, n - 1) // 2
    a = np.repeat(np.arange(n, dtype=np.int64), half)
    b = ring_ends(keys[Purpose.REWIRE], n, half, population.ties.rewiring.value)
    kind = np.full(a.size, facts.ACQUAINTANCE, np.int64)
    h = population.household
    if h > 1:
        people = np.arange(n, dtype=np.int64)
        for step in range(1, h):
            other = people + step
            inside = (other < n) & (people // h == other // h)
            a, b = np.concatenate((a, people[inside])), np.concatenate((b, other[inside]))
            kind = np.concatenate((kind, np.full(int(inside.sum()), facts.KIN, np.int64)))
    return a, b, kind


def _addresses(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the address of every flat person."""
    regions = np.repeat(np.arange(size.size, dtype=np.int64), size)
    first = np.concatenate(([0], np.cumsum(size)[:-1]))
    return (regions << 32) | (np.arange(regions.size, dtype=np.int64) - first[regions])


def _compress(
    a: NDArray[np.int64], b: NDArray[np.int64], kind: NDArray[np.int64], n: int, address: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Return mutual ties as neighbours by person; several ties of one pair become one with all their bits."""
    keep = a != b
    one, two = np.concatenate((a[keep], b[keep])), np.concatenate((b[keep], a[keep]))
    bits = np.concatenate((kind[keep], kind[keep]))
    pair = one * n + two
    order = np.argsort(pair, kind="stable")
    pair, bits = pair[order], bits[order]
    first = np.flatnonzero(np.concatenate(([True], pair[1:] != pair[:-1]))) if pair.size else np.zeros(0, np.int64)
    merged = np.bitwise_or.reduceat(bits, first) if pair.size else bits
    distinct = pair[first]
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(distinct // n, minlength=n), out=indptr[1:])
    tie = np.zeros(distinct.size, TIE)
    tie["person"], tie["bits"] = address[distinct % n], merged
    return indptr, tie
