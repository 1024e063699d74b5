"""Items 12 and 13, and what capacity does: a staff that binds, the first category first, two layers of naming."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.simulation.run import Run, simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, arrests, codes, first_accused, scenario

__all__ = ["findings"]

_MODEL = "MODEL.md sections 6 and 14"
_HARRIS = "MODEL.md section 14, 12; Harris (1963), The Theory of Branching Processes, II: several types"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on capacity, categories and layers."""
    seeds = draw.seeds(17, 3)
    yield _capacity(seeds[0])
    yield _categories(seeds[1])
    yield from _layers(seeds[2], 4000 * draw.size)


def _capacity(seed: int, days: int = 60, half: int = 35) -> Finding:
    """Let a staff of 20 days a day work on cases of 10 days, and of 2 once pressure is permitted."""
    persons = 100_000_000
    staff = {"investigators": 20 * 1e5 / persons, "filing": 0.5, "case_at_rest": 9.5, "case_pressed": 1.5}
    pressure = [{"since": str(EPOCH), "value": 0}, {"since": str(EPOCH + half), "value": 1}]
    world = scenario(
        days,
        {"all": persons},
        naming={"count": {"rule": "poisson", "at_rest": 1.3, "under_pressure": 1.3}, "pools": {"strangers": 16}},
        orders=first_accused(8),
        offices={"staff": staff, "pressure": pressure},
    )
    run = simulate(world, seed=seed)
    taken, open_before = _flow(run, days)
    able = np.where(np.arange(days) < half, 2, 10)
    asked = [np.minimum(able + more, open_before) for more in (0, 1)]
    bound = np.round(run.parts["offices"]["bound"]["staff"] * days)
    both = oracles.identity(np.r_[taken, bound], np.r_[asked[0], np.count_nonzero(open_before > able)], 1e-9)
    return Finding(
        "M6 M14",
        "staff: arrests on names are min(K, what the process asks), K grows as a case gets shorter; binding days are told",
        _MODEL,
        f"identity over {days} days, K = 2 and 10; arrests shown",
        float(asked[0].sum()),
        float(taken.sum()),
        both if taken[half:].max() == 10 else 0.0,
        {
            "one case a day more": oracles.identity(taken, asked[1]),
            "a binding day forgotten": oracles.identity(bound + 1, np.count_nonzero(open_before > able)),
        },
    )


def _flow(run: Run, days: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return arrests on names by day, and how many named persons were free before each day, from the tables alone."""
    statements, found = run.archive.table("statements"), arrests(run)
    who, first = np.unique(statements.column("subject").to_numpy(), return_index=True)
    ordered = found.person[found.by_order]
    named = statements.column("time").to_numpy()[first].astype(np.int64)[~np.isin(who, ordered)]
    taken = np.bincount(found.day[~found.by_order], minlength=days)
    before = np.concatenate(([0], np.cumsum(np.bincount(named, minlength=days))[:-1]))
    return taken, before - np.concatenate(([0], np.cumsum(taken)[:-1]))


def _categories(seed: int, first: int = 300, second: int = 500) -> Finding:
    """One region, no requests: of the first n cases min(n, L1) are of the first category."""

    def world(ahead: float) -> Any:
        limits = {"all": {"first": first, "second": second}}
        lists = {"start": str(EPOCH), "end": str(EPOCH + 400), "strata": ["people"], "limits": limits, "pace": 20}
        return scenario(
            400,
            {"all": 100_000},
            population={"strata": {"people": {"share": 1, "listed": 1}}},
            operations={"lists": lists | {"first_ahead": ahead, "pressed": 0}},
            boards={"board": {"delay": 1, "least": 1, "by_category": True}},
            routes=[{"board": "board"}],
        )

    share, law = zip(*(_by_day(simulate(world(ahead), seed=seed), first) for ahead in (1.0, 0.0)), strict=True)
    return Finding(
        "M13",
        "first category first: its share among sentences is min(1, L1 / n), then falls to L1 / (L1 + L2)",
        _MODEL,
        f"identity over {share[0].size} days; last shown",
        first / (first + second),
        float(share[0][-1]),
        min(oracles.identity(share[0], law[0]), oracles.identity(share[0][-1], first / (first + second))),
        {"categories in proportion": oracles.identity(share[1], law[1])},
    )


def _by_day(run: Run, first: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of death among all sentences so far on each day with a sentence, and what it should be."""
    acts = run.archive.table("acts")
    sentence = codes(run, "acts", "kind", ["sentence"]) == 0
    day = acts.column("time").to_numpy()[sentence].astype(np.int64)
    death = codes(run, "acts", "outcome", ["death"])[sentence] == 0
    n = np.cumsum(np.bincount(day))
    n_first = np.cumsum(np.bincount(day, weights=death))
    some = n > 0
    return n_first[some] / n[some], np.minimum(n, first)[some] / n[some]


def _expected(p: float, share: float) -> NDArray[np.float64]:
    """Return the expected cases of both strata for a first case of the state: its own, and the sum over generations.

    Types: of the state and reached by a tie of the state, of the state and reached by another tie, not of the state. Who was
    reached by a tie has one less of that kind to follow.
    """
    ties = np.array([[7, 4], [8, 3], [0, 3]], float)  # ties of the state, other ties
    leads_to = np.array([[1, 0, 0], [0, share, 1 - share]])
    generation = p * ties @ leads_to
    first = p * np.array([8, 4]) @ leads_to
    total = first @ np.linalg.inv(np.eye(3) - generation)
    return np.array([1 + total[0] + total[1], total[2]])


def _layers(seed: int, roots: int, p: float = 0.1, share: float = 0.05) -> Iterator[Finding]:
    """Heads of the state know eight of their own and four of everybody; others know four: trees of two types."""
    world = scenario(
        150,
        {"all": 100_000_000},
        population={
            "strata": {"people": {"share": 1 - share}, "state": {"share": share}},
            "contacts": {"unit": 0, "region": 4, "country": 0},
            "state": {"strata": ["state"], "apparatus": 100_000, "workplace": 4, "patronage": 4},
        },
        naming={"count": {"rule": "each", "at_rest": p, "under_pressure": p}},
        orders={"first-accused": {"start": str(EPOCH), "persons": roots, "strata": ["state"]}},
    )
    sizes = _sizes(simulate(world, seed=seed))
    planted = {"patronage forgotten": _expected(p, 0.0) * [0.7, 1], "each tie a fifth more": _expected(1.2 * p, share)}
    for k, (name, known) in enumerate(zip(("state", "people"), _expected(p, share), strict=True)):
        # a few chains meet: some thousandths of a case
        yield Finding(
            "M12",
            f"two layers, each tie named with {p:g}: cases of stratum {name} for each first case of the state",
            _HARRIS,
            f"t on {roots} trees, allowance 0.02",
            float(known),
            float(sizes[name].mean()),
            oracles.mean(sizes[name], float(known), 0.02),
            {
                error: oracles.mean(sizes[name], float(wrong[k]), 0.02)
                for error, wrong in planted.items()
                if abs(wrong[k] - known) > 0.1
            },
        )


def _sizes(run: Run) -> dict[str, NDArray[np.float64]]:
    """Return cases of each stratum by tree."""
    found = arrests(run)
    stratum = codes(run, "persons", "stratum", ["people", "state"])[found.person]
    number = {root: k for k, root in enumerate(np.unique(found.root))}
    place = np.array([number[root] for root in found.root])
    return {
        name: np.bincount(place[stratum == k], minlength=len(number)).astype(float)
        for k, name in enumerate(("people", "state"))
    }
