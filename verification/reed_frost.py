"""Item 1: each contact named once with one probability, everybody named is asked: the Reed-Frost chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from greatfear.scenario import Scenario
from greatfear.simulation.run import Run, simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import arrests, first_accused, scenario

_ABBEY = "Abbey (1952), Human Biology 24, 201-233; Reed-Frost recursion, exact"
_NEWMAN = "Newman (2002), 10.1103/PhysRevE.66.016128, eqs. 12-20: u = (1-p+pu)^(d-1)"


def naming_each(probability: float) -> dict[str, object]:
    """Return the naming rule of Reed and Frost."""
    return {"count": {"rule": "each", "at_rest": probability, "under_pressure": probability}}


def exact_sizes(persons: int, probability: float) -> NDArray[np.float64]:
    """Return the probabilities of final size 0, 1, ..., `persons` where all know one another and one is accused first.

    By the chain itself, over (still free, accused today): a person stays free with probability (1-p)^accused.
    """
    final = np.zeros(persons + 1)
    states = {(persons - 1, 1): 1.0}
    while states:
        following: dict[tuple[int, int], float] = {}
        for (free, now), weight in states.items():
            if now == 0:
                final[persons - free] += weight
                continue
            stay = (1.0 - probability) ** now
            for new in range(free + 1):
                chance = special.comb(free, new) * (1.0 - stay) ** new * stay ** (free - new)
                following[free - new, new] = following.get((free - new, new), 0.0) + weight * chance
        states = following
    return final


def chains(
    ties: NDArray[np.int64],
    persons: int,
    first: Sequence[int],
    probability: float,
    count: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the final sizes of Reed-Frost chains on given ties (rows of two persons), generation by generation.

    Whether `a` would name `b` is drawn once for each chain and ordered pair: a person is asked at most once.
    """
    knows = np.zeros((persons, persons), bool)
    knows[ties[:, 0], ties[:, 1]] = knows[ties[:, 1], ties[:, 0]] = True
    names = knows & (rng.random((count, persons, persons)) < probability)
    accused = np.zeros((count, persons), bool)
    accused[:, list(first)] = True
    today = accused.copy()
    while today.any():
        named = (today[:, None, :].astype(np.float32) @ names.astype(np.float32))[:, 0] > 0
        today = named & ~accused
        accused |= named
    return accused.sum(axis=1)


def escape(degree: int, probability: float, seeds: float = 0.0) -> tuple[float, float]:
    """Return the probability that a chain from one person dies out, and the share reached in a large population.

    Everybody knows `degree` others at random; a share `seeds` of the population is accused first.
    """
    if probability * (degree - 1) <= 1.0 and seeds == 0.0:
        return 1.0, 0.0
    keep = 1.0 - seeds
    top = 1.0 if seeds else 1.0 - 1e-9
    u = optimize.brentq(lambda x: x - keep * (1.0 - probability + probability * x) ** (degree - 1), 0.0, top)
    stay = (1.0 - probability + probability * u) ** degree
    return stay, 1.0 - keep * stay


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on the Reed-Frost chain."""
    seeds, rng = draw.seeds(1, 4), draw.rng(1)
    yield _complete(5, 0.25, min(1000, 400 * draw.size), seeds[0], rng)
    yield _ring(100 * draw.size, draw.seeds(11, 100 * draw.size), rng)
    yield from _random_graph(10, 0.15, 200 * draw.size, 2000, seeds[1])
    yield _many_first(10, 0.15, 20 * draw.size, 5000, seeds[2])


def _sizes(run: Run, regions: int) -> NDArray[np.int64]:
    return np.bincount(arrests(run).region, minlength=regions)


def _complete(persons: int, p: float, groups: int, seed: int, rng: np.random.Generator) -> Finding:
    """Test groups in which all know one another, with one first accused in each."""
    a, b = np.triu_indices(persons, 1)
    rows = [
        {"a": int(g * persons + i), "b": int(g * persons + j)} for g in range(groups) for i, j in zip(a, b, strict=True)
    ]
    world = scenario(
        2 * persons + 2,
        {f"r{g}": persons for g in range(groups)},
        naming=naming_each(p),
        orders=first_accused(groups),
        population={"ties": {"rule": "table", "rows": rows}},
    )
    sizes = _sizes(simulate(world, seed=seed), groups)
    test = {q: oracles.uniformity(oracles.spread(sizes, exact_sizes(persons, q), rng)) for q in (p, 2.0 * p, 0.5 * p)}
    own = exact_sizes(persons, p)
    return Finding(
        "M1",
        f"{persons} persons who all know one another, p = {p:g}: final size",
        _ABBEY,
        f"KS on {groups} groups; means shown",
        float(own @ np.arange(own.size)),
        float(sizes.mean()),
        test[p],
        {"p doubled": test[2 * p], "p halved": test[p / 2]},
    )


def ring_world(persons: int, p: float) -> Scenario:
    """Return a small world: a ring of which some ties are rewired."""
    return scenario(
        2 * persons + 2,
        {"ring": persons},
        naming=naming_each(p),
        orders=first_accused(1),
        population={"ties": {"rule": "small-world", "neighbours": 6, "rewiring": 0.1}},
    )


def _ring(worlds: int, seeds: Sequence[int], rng: np.random.Generator, persons: int = 50, twins: int = 40) -> Finding:
    """Each world has other ties: the rank of its final size among plain chains on the same ties must be uniform."""
    p, ranks, means = 0.24, {0.24: [], 0.36: [], 0.12: []}, []
    world, sizes = ring_world(persons, p), []
    for seed in seeds:
        run = simulate(world, seed=seed)
        found = arrests(run)
        ties = np.stack([run.archive.table("ties").column(name).to_numpy() for name in ("a", "b")], axis=1)
        first = found.person[found.by_order].tolist()
        sizes.append(found.person.size)
        for q, into in ranks.items():
            plain = chains(ties, persons, first, q, twins, rng)
            below, equal = int((plain < sizes[-1]).sum()), int((plain == sizes[-1]).sum())
            into.append((below + rng.integers(0, equal + 1) + rng.random()) / (twins + 1))
            if q == p:
                means.append(float(plain.mean()))
    test = {q: oracles.uniformity(np.array(into)) for q, into in ranks.items()}
    return Finding(
        "M1",
        f"small-world ring of {persons}, p = {p:g}: final size as a plain chain on the same ties",
        "Watts, Strogatz (1998), 10.1038/30918; ranks as in Talts et al. (2018), arXiv 1804.06788",
        f"KS of ranks in {worlds} worlds, {twins} plain chains each; means shown",
        float(np.mean(means)),
        float(np.mean(sizes)),
        test[p],
        {"p times 1.5": test[0.36], "p halved": test[0.12]},
    )


def _random_graph(degree: int, p: float, chains: int, persons: int, seed: int) -> Iterator[Finding]:
    """Regions with computed contacts, one first accused each: a chain dies out early or reaches the giant component."""
    per_run = min(chains, 500)
    sizes = np.concatenate(
        [_grown(degree, p, per_run, persons, per_run, seed + k) for k in range(-(-chains // per_run))]
    )
    small = sizes < persons // 8
    test = {q: oracles.proportion(small.sum(), sizes.size, escape(degree, q)[0]) for q in (p, 1.5 * p, 0.8 * p)}
    yield Finding(
        "M1",
        f"random graph of degree {degree}, p = {p:g}: a chain dies out with probability (1-p+pu)^{degree}",
        _NEWMAN,
        f"exact binomial on {sizes.size} regions of {persons}",
        escape(degree, p)[0],
        float(small.mean()),
        test[p],
        {"p times 1.5": test[1.5 * p], "p times 0.8": test[0.8 * p]},
    )
    share = sizes[~small] / persons
    # to order 1 / N the mean share is off by less than the few persons by which the early, random phase shifts the rest
    giant = {d: oracles.mean(share, escape(d, q)[1], 15.0 / persons) for d, q in ((degree, p), (degree + 1, p))}
    yield Finding(
        "M1",
        "the rest reach the giant component: share 1 - (1-p+pu)^d",
        _NEWMAN,
        f"t on {share.size} regions, allowance 15 persons",
        escape(degree, p)[1],
        float(share.mean()),
        giant[degree],
        {"one contact more": giant[degree + 1]},
    )


def _grown(degree: int, p: float, regions: int, persons: int, first: int, seed: int) -> NDArray[np.int64]:
    world = scenario(
        240,
        {f"r{g}": persons for g in range(regions)},
        naming=naming_each(p),
        orders=first_accused(first),
        population={"contacts": {"unit": 0, "region": degree, "country": 0}},
    )
    return _sizes(simulate(world, seed=seed), regions)


def _many_first(degree: int, p: float, regions: int, persons: int, seed: int) -> Finding:
    """Where one in a hundred is accused first, no chain dies out, and the share reached has no random early phase."""
    share = _grown(degree, p, regions, persons, regions * persons // 100, seed) / persons
    test = {q: oracles.mean(share, escape(degree, q, 0.01)[1], 15.0 / persons) for q in (p, 1.3 * p)}
    return Finding(
        "M1",
        "one in a hundred accused first: share 1 - (1-a)(1-p+pu)^d",
        _NEWMAN,
        f"t on {regions} regions of {persons}, allowance 15 persons",
        escape(degree, p, 0.01)[1],
        float(share.mean()),
        test[p],
        {"p times 1.3": test[1.3 * p]},
    )
