"""Plain twins of the models of lists: each formula written out, slow, without shared code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, permutations

import numpy as np

Table = Mapping[tuple[int, ...], int]
"""Persons by combination of lists, as in ``{(1, 0, 1): 40}``; the combination of no list is absent."""


def poisson_missing(table: Table, interactions: Sequence[tuple[int, ...]]) -> float:
    """Return the number on no list by gradient-free iterative proportional fitting of the margins.

    Works for models whose observed combinations can be fitted by scaling: each term's sum is matched in turn.
    """
    K = len(next(iter(table)))
    cells = [h for h in np.ndindex(*[2] * K) if any(h)]
    terms = [(), *((k,) for k in range(K)), *interactions]
    weight = dict.fromkeys(terms, 0.0)

    def mean(h: tuple[int, ...]) -> float:
        return math.exp(sum(weight[term] for term in terms if all(h[k] for k in term)))

    for _ in range(20_000):
        largest = 0.0
        for term in terms:
            held = [h for h in cells if all(h[k] for k in term)]
            step = math.log(sum(table.get(h, 0) for h in held) / sum(mean(h) for h in held))
            weight[term] += step
            largest = max(largest, abs(step))
        if largest < 1e-12:
            break
    return math.exp(weight[()])


def urn(counts: Iterable[int], share: float) -> float:
    """Return the log chance of a table under a Dirichlet prior, person by person: Pólya's urn."""
    counts = list(counts)
    log, drawn = 0.0, 0
    for n in counts:
        for already in range(n):
            log += math.log((already + share) / (drawn + share * len(counts)))
            drawn += 1
    return log


def is_decomposable(n: int, edges: set[tuple[int, int]]) -> bool:
    """Return whether no circle of four or more lists lacks a chord, by looking at every one."""

    def near(a: int, b: int) -> bool:
        return (min(a, b), max(a, b)) in edges

    for size in range(4, n + 1):
        for ring in permutations(range(n), size):
            if all(near(ring[k], ring[(k + 1) % size]) for k in range(size)) and not any(
                near(ring[a], ring[b]) for a, b in combinations(range(size), 2) if (b - a) % size not in (1, size - 1)
            ):
                return False
    return True


def graph_likelihood(table: Table, missing: int, edges: set[tuple[int, int]], delta: float) -> float:
    """Return the log chance of a full table under one graph: each list given those of its earlier neighbours.

    The order of lists must leave the earlier neighbours of each list all joined; it is searched for.
    """
    K = len(next(iter(table)))
    full = dict(table) | {(0,) * K: missing}

    def margin(lists: Sequence[int]) -> float:
        sums = {
            h: sum(n for cell, n in full.items() if all(cell[k] == x for k, x in zip(lists, h, strict=True)))
            for h in np.ndindex(*[2] * len(lists))
        }
        return urn(sums.values(), delta * 2 ** (K - len(lists)))

    for order in permutations(range(K)):
        log = 0.0
        for place, v in enumerate(order):
            before = [u for u in order[:place] if (min(u, v), max(u, v)) in edges]
            if any((min(a, b), max(a, b)) not in edges for a, b in combinations(before, 2)):
                break
            log += margin([*before, v]) - (margin(before) if before else 0.0)
        else:
            return log
    raise ValueError("not decomposable")


def graphs_posterior(table: Table, delta: float, most: int) -> np.ndarray:
    """Return the posterior of 1..most persons on no list, averaged over all decomposable graphs; prior 1/N."""
    K = len(next(iter(table)))
    pairs = list(combinations(range(K), 2))
    graphs = [set(chosen) for size in range(len(pairs) + 1) for chosen in combinations(pairs, size)]
    graphs = [edges for edges in graphs if is_decomposable(K, edges)]
    seen = sum(table.values())
    logs = np.array(
        [
            [
                graph_likelihood(table, m, edges, delta)
                + math.lgamma(seen + m + 1)
                - math.lgamma(m + 1)
                - math.log(seen + m)
                for m in range(1, most + 1)
            ]
            for edges in graphs
        ]
    )
    weight = np.exp(logs - logs.max())
    return weight.sum(axis=0) / weight.sum()


def latent_sweeps(cells: Sequence[int], n_classes: int, n_sweeps: int, rng: np.random.Generator) -> np.ndarray:
    """Return the number on no list after each sweep of the latent class sampler, person by person."""
    K = int(math.log2(len(cells)))
    seen = [h for h, n in enumerate(cells) for _ in range(n) if h]
    share = np.full(n_classes, 1 / n_classes)
    chance = rng.uniform(0.2, 0.6, (n_classes, K))
    alpha, out = 0.25, []
    for _ in range(n_sweeps):
        unseen = float((share * np.prod(1 - chance, axis=1)).sum())
        missing = rng.negative_binomial(len(seen), 1 - unseen)
        members = [[] for _ in range(n_classes)]
        for h in [*seen, *[0] * missing]:
            bits = np.array([h >> k & 1 for k in range(K)])
            weight = share * np.prod(np.where(bits, chance, 1 - chance), axis=1)
            members[rng.choice(n_classes, p=weight / weight.sum())].append(bits)
        sizes = [len(group) for group in members]
        sticks = [rng.beta(1 + sizes[c], alpha + sum(sizes[c + 1 :])) for c in range(n_classes - 1)] + [1.0]
        share = np.array([sticks[c] * np.prod([1 - x for x in sticks[:c]]) for c in range(n_classes)])
        for c, group in enumerate(members):
            on = np.sum(group, axis=0) if group else np.zeros(K)
            chance[c] = rng.beta(1 + on, 1 + len(group) - on)
        alpha = rng.gamma(0.25 + n_classes - 1) / (0.25 - math.log(max(np.prod([1 - x for x in sticks[:-1]]), 1e-300)))
        out.append(missing)
    return np.array(out)
