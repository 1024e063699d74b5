"""Item 13 and what drives cases: a staff that binds, growth without a limit, the first category first, who takes a lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.simulation.run import Run, simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, arrests, codes, first_accused, scenario

_MODEL = "MODEL.md sections 6 and 14"
_GROWTH = "Lotka (1907); Wallinga, Lipsitch (2007), 10.1098/rspb.2006.3754: 1/R is the sum of w(s) exp(-r s)"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on capacity, categories and layers."""
    seeds = draw.seeds(17, 4)
    yield _capacity(seeds[0])
    yield _categories(seeds[1])
    yield _growth(seeds[2], 1200 * draw.size)
    yield _taken(seeds[3])


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


def _growth(seed: int, roots: int, mean: float = 1.4, wait: int = 3, generations: int = 6) -> Finding:
    """Let nothing bind: arrests of a day grow from generation to generation by the rate of Lotka's equation."""
    interval = wait + 1  # a statement leads to an arrest on the next day, and that to a sitting `wait` days later
    world = scenario(
        interval * generations + 1,
        {"all": 200_000_000},
        naming={"count": {"rule": "poisson", "at_rest": mean, "under_pressure": mean}, "pools": {"strangers": 16}},
        orders=first_accused(roots),
        offices={"wait": wait},
    )
    found = arrests(simulate(world, seed=seed))
    last = np.bincount(found.root[found.day == interval * generations], minlength=found.root.size)[found.by_order]

    def told(m: float, days: int) -> float:
        """Return arrests of the last day for each first accused: exp(r t), with r from the generation interval."""
        return float(np.exp(np.log(m) / days * interval * generations))

    return Finding(
        "M2 M6",
        f"nothing binds: arrests on statements grow by exp(r t), 1 / R = exp(-r {interval}) for intervals of {interval} days",
        _GROWTH,
        f"t on {roots} trees after {generations} generations",
        told(mean, interval),
        float(last.mean()),
        oracles.mean(last.astype(float), told(mean, interval)),
        {
            "an interval of one day more": oracles.mean(last.astype(float), told(mean, interval + 1)),
            "R an eighth larger": oracles.mean(last.astype(float), told(1.125 * mean, interval)),
        },
    )


def _taken(seed: int, days: int = 40, opens: int = 12, closes: int = 28) -> Finding:
    """Let cases of an order name everybody, beside a campaign against one stratum that draws nobody itself."""
    since, until = (str(EPOCH + day) for day in (opens, closes))
    campaign = {"start": since, "end": until, "strata": ["wanted"], "takes_leads": True}
    world = scenario(
        days,
        {"all": 100_000_000},
        population={"strata": {"people": {"share": 0.5}, "wanted": {"share": 0.5, "listed": 0.001}}},
        naming={"count": {"rule": "poisson", "at_rest": 1.1, "under_pressure": 1.1}, "pools": {"strangers": 16}},
        orders=first_accused(150),
        operations={"campaign": campaign},
    )
    run = simulate(world, seed=seed)
    found = arrests(run)
    named = ~found.by_order
    taken = codes(run, "acts", "operation", ["campaign"])[codes(run, "acts", "kind", ["arrest"]) == 0] == 0
    wanted = codes(run, "persons", "stratum", ["wanted"])[found.person] == 0
    runs = (found.day >= opens) & (found.day < closes)
    right = wanted & runs
    return Finding(
        "M12",
        "a named person in a stratum of a running operation is taken into it, before and after it and outside it nobody is",
        "MODEL.md section 4",
        f"identity over {named.sum()} cases on names; cases of the operation shown",
        float(right[named].sum()),
        float(taken[named].sum()),
        oracles.identity(taken[named], right[named]) if 50 < right[named].sum() < named.sum() - 50 else 0.0,
        {
            "whatever the stratum": oracles.identity(taken[named], runs[named]),
            "a day late": oracles.identity(taken[named], (wanted & (found.day > opens) & (found.day <= closes))[named]),
        },
    )
