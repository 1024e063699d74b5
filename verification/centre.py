"""Item 6, the centre: draws from registers leave the belief, names and confessions move it, chiefs fall at a first passage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from greatfear.simulation.process import start
from greatfear.simulation.run import Run, simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, scenario

_MODEL = "MODEL.md section 7"
_RUNS = "Feller (1968), An Introduction to Probability Theory I, XIII.7: runs of successes"
PRIOR, PERSONS, PER_DAY, PERIOD = 1000.0, 100_000_000, 2.0, 15


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on what moves the belief and what the belief does to chiefs."""
    seeds, rng = draw.seeds(16, 4), draw.rng(16)
    for seed, credulity in zip(seeds[:2], (1.0, 0.5), strict=True):
        yield _registers_only(seed, credulity)
    yield _both(seeds[3])
    yield _first_passage(seeds[2], 120 * draw.size, rng)


def _world(days: int, file: str, centre: dict[str, Any], pressed: float = 0.0, names: float = 0.0) -> Any:
    """Return a world in which an operation draws persons from an endless register; who is pressed names `names` strangers."""
    return scenario(
        days,
        {"all": PERSONS},
        population={"strata": {"people": {"share": 1, "listed": 1}}},
        naming={"count": {"rule": "poisson", "at_rest": names, "under_pressure": names}, "pools": {"strangers": 16}},
        operations={
            "lists": {
                "start": str(EPOCH), "end": str(EPOCH + days), "strata": ["people"], "hazard": PER_DAY / PERSONS,
                "file": file, "pressed": pressed, "takes_leads": False,
            }
        },
        centre=centre,
    )  # fmt: skip


def _belief(run: Run) -> NDArray[np.float64]:
    return np.array([row[1] for row in run.centre["series"]])


def _registers_only(seed: int, credulity: float) -> Finding:
    """Thousands of draws and not one name: the belief is the prior, to the last digit."""
    centre = {"prior": PRIOR, "credulity": credulity, "learning": 0.5, "period": PERIOD}
    run, suspects = (simulate(_world(600, file, centre), seed=seed) for file in ("register", "suspects"))
    belief, drawn = _belief(run), np.array([row[6] for row in run.centre["series"]]).sum()
    flat = np.full(belief.size, PRIOR)
    return Finding(
        "M6",
        f"credulity {credulity:g}: {drawn} arrests from registers alone leave the belief at the prior",
        _MODEL,
        f"identity over {belief.size} periods; last shown",
        PRIOR,
        float(belief[-1]),
        oracles.identity(belief, flat) if drawn > 500 else 0.0,
        {"draws taken off the belief": oracles.identity(_belief(suspects), flat)},
    )


def _both(seed: int, claimed: float = 0.5) -> Finding:
    """Draws, names and confessions in one world: the belief is recounted from the tables, period by period."""
    days = 40 * PERIOD
    centre = {"prior": PRIOR, "credulity": 1, "gamma": 1, "claimed": claimed, "period": PERIOD}
    run = simulate(_world(days, "register", centre, pressed=1.0, names=0.6), seed=seed)
    belief = _belief(run)

    def by_period(query: str) -> NDArray[np.int64]:
        day = run.archive.sql(query).column("day").to_numpy().astype(np.int64)
        return np.bincount(day // PERIOD, minlength=belief.size)

    named = by_period("select floor(min(time)) as day from statements group by subject")
    confessed = by_period("select floor(time) as day from acts where kind = 'interrogation' and outcome = 'confessed'")
    of_file, drawn = (
        by_period(f"select floor(time) as day from acts where kind = 'arrest' and cause = '{cause}'")
        for cause in ("statement", "register")
    )

    def recounted(*, draws: float = 0.0, claim: float = claimed) -> NDArray[np.float64]:
        return PRIOR + np.cumsum(named + claim * confessed - of_file - draws * drawn)

    return Finding(
        "M6",
        f"credulity 1: {drawn.sum()} draws beside {named.sum()} persons named: the belief rises by names and confessions, "
        "falls by arrests of the named",
        _MODEL,
        f"identity over {belief.size} periods; last shown",
        float(recounted()[-1]),
        float(belief[-1]),
        oracles.identity(belief, recounted()) if min(drawn.sum(), named.sum(), of_file.sum()) > 300 else 0.0,
        {
            "draws taken off the belief": oracles.identity(belief, recounted(draws=1.0)),
            "confessions not heard": oracles.identity(belief, recounted(claim=0.0)),
        },
    )


def passage_law(p: float, run: int, periods: int) -> NDArray[np.float64]:
    """Return the probability that the first run of `run` successes of probability `p` ends at period 0, 1, ..., `periods`."""
    law, waiting = np.zeros(periods + 1), np.zeros(run)
    waiting[0] = 1.0  # waiting[k]: no run yet, and the last k periods were successes
    for t in range(1, periods + 1):
        law[t] = waiting[-1] * p
        waiting = np.concatenate(([waiting.sum() * (1 - p)], waiting[:-1] * p))
    return law


def _first_passage(seed: int, runs: int, rng: np.random.Generator, periods: int = 24) -> Finding:
    """Draws of a period are Poisson and the belief stays: the months to the first dismissal are a waiting time for a run."""
    rule = {"active": True, "months": 1, "tolerance": 2 * PER_DAY * PERIOD / PRIOR}
    world = _world(periods * PERIOD, "register", {"prior": PRIOR, "period": PERIOD, "dismissal": rule})
    found = np.array([_fell(world, seed, replicate, periods) for replicate in range(runs)])
    # below the tolerance of two periods a month: fewer than PER_DAY * PERIOD in a period
    chance = [float(stats.poisson(PER_DAY * PERIOD).cdf(PER_DAY * PERIOD * share - 1)) for share in (1.0, 1.2)]
    law = [passage_law(p, 2, periods) for p in chance]
    test = [oracles.uniformity(oracles.spread(found, one, rng)) for one in law]
    expected = float((np.arange(periods + 1) * law[0]).sum() / law[0].sum()) * PERIOD / 30
    fell = found[found <= periods]
    return Finding(
        "M6",
        "months until a chief falls for too few: first passage of arrests / belief below the tolerance",
        f"{_MODEL}; {_RUNS}",
        f"KS on {runs} chiefs; mean months of those who fell within a year shown",
        expected,
        float(fell.mean()) * PERIOD / 30 if fell.size else float("nan"),
        test[0],
        {"tolerance a fifth higher": test[1], "one period is enough": oracles.uniformity(
            oracles.spread(found, passage_law(chance[0], 1, periods), rng)
        )},
    )  # fmt: skip


def _fell(world: Any, seed: int, replicate: int, periods: int) -> int:
    """Return the period at whose end the first chief fell; one more than there are if none did."""
    process = start(world, seed, replicate)
    while process.day < process.n_days and not process.centre.memory["fallen"]:
        process.advance(process.day + PERIOD)
    fallen = process.centre.memory["fallen"]
    return fallen[0]["day"] // PERIOD if fallen else periods + 1
