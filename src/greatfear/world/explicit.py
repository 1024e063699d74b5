"""Small worlds: ties that are stored, as a compressed table of neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose
from greatfear.naming import facts
from greatfear.scenario.population import Population
from greatfear.world.rewire import mutual, ring_ends

_BITS = {"kin": facts.KIN, "unit": facts.UNIT, "acquaintance": facts.ACQUAINTANCE, "organisation": facts.ORGANISATION}
Table = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
Contacts = tuple[NDArray[np.int64], NDArray[np.int32], "NDArray[np.int64] | np.int64"]
TIE = np.dtype([("person", "i8"), ("bits", "i8")])


def tie_bits(own: Sequence[str]) -> dict[str, int]:
    """Return the bit of each kind of tie; `own` are the kinds that are the scenario's own, in order."""
    return _BITS | {kind: facts.FIRST_OWN << k for k, kind in enumerate(own)}


def explicit_ties(
    population: Population, size: NDArray[np.int64], keys: NDArray[np.uint64], own: Sequence[str] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Return (indptr, tie) over flat persons; both empty if ties are computed.

    A tie has the address of the other person and bits of `greatfear.naming.facts`; `own` are the scenario's own kinds, in order.
    """
    if population.ties.rule == "computed":
        return np.zeros(0, np.int64), np.zeros(0, TIE)
    indptr, contacts, bits = flat_ties(population, int(size.sum()), keys, own)
    tie = np.empty(contacts.size, TIE)
    tie["person"], tie["bits"] = _addresses(size)[contacts], bits
    return indptr, tie


def flat_ties(population: Population, n: int, keys: NDArray[np.uint64], own: Sequence[str] | None = None) -> Contacts:
    """Return (indptr, contacts, bits) of a population whose ties are stored, by numbers that run through the regions.

    Of person p, contacts[indptr[p]] to contacts[indptr[p + 1] - 1] in rising order; `bits` may be one number for all.
    """
    if population.ties.rule == "table":
        rows = population.ties.rows
        a = np.array([row.a for row in rows], np.int64)
        b = np.array([row.b for row in rows], np.int64)
        bits = tie_bits(population.ties.own_kinds if own is None else own)
        return _compress(a, b, np.array([bits[row.kind] for row in rows], np.int64), n)
    half = min(population.ties.neighbours, n - 1) // 2
    b = ring_ends(keys[Purpose.REWIRE], n, half, population.ties.rewiring.value)
    if population.household == 1:
        return (*mutual(b, half, n), np.int64(facts.ACQUAINTANCE))
    a = np.repeat(np.arange(n, dtype=np.int64), half)
    return _compress(*_with_kin(a, b, n, population.household), n)


def _with_kin(a: NDArray[np.int64], b: NDArray[np.int32], n: int, household: int) -> Table:
    """Return the ties of a Watts-Strogatz ring (10.1038/30918) and, behind them, those of kin."""
    people = np.arange(n, dtype=np.int64)
    one, two = [a], [b.astype(np.int64)]
    for step in range(1, household):
        other = people + step
        inside = (other < n) & (people // household == other // household)
        one.append(people[inside])
        two.append(other[inside])
    n_kin = sum(part.size for part in one[1:])
    kind = np.repeat(np.array([facts.ACQUAINTANCE, facts.KIN], np.int64), [a.size, n_kin])
    return np.concatenate(one), np.concatenate(two), kind


def _addresses(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the address of every flat person."""
    regions = np.repeat(np.arange(size.size, dtype=np.int64), size)
    first = np.concatenate(([0], np.cumsum(size)[:-1]))
    return (regions << 32) | (np.arange(regions.size, dtype=np.int64) - first[regions])


def _compress(a: NDArray[np.int64], b: NDArray[np.int64], kind: NDArray[np.int64], n: int) -> Contacts:
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
    return indptr, (distinct % n).astype(np.int32), merged
