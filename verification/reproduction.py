"""Item 14, arrests per case: a branching process cut at any date, and the instantaneous number beside its closed form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from greatfear.describe.columns import Calendar, Dated
from greatfear.describe.reproduction import Links, cori, reproduction
from verification import oracles
from verification.findings import Draw, Finding

__all__ = ["branching", "findings"]

MEAN, ASKED, YEAR = 1.5, 0.4, 365
"""Names per case and the share of cases that is asked: arrests per case are their product."""
_MODEL = "MODEL.md section 14, item 14"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on arrests per case."""
    yield _cut(draw)
    yield _instantaneous(draw.rng(31))


def branching(rng: np.random.Generator, per_year: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return day and parent of each case of a year and a half: origins at random days, delays of a gamma law of mean 30."""
    length = 1.5 * YEAR
    day = list(rng.uniform(0, length, int(per_year * length / YEAR)))
    parent = [-1] * len(day)
    case = 0
    while case < len(day):
        asked = rng.random() < ASKED
        for delay in rng.gamma(2.0, 15.0, rng.poisson(MEAN) if asked else 0):
            day.append(day[case] + delay)
            parent.append(case)
        case += 1
    return np.array(day), np.array(parent)


def _seen(day: NDArray[np.float64], parent: NDArray[np.int64], end: int) -> list[dict[str, float]]:
    """Return what is read by month off the part that an archive holds which ends on a day."""
    kept = np.flatnonzero(day < end)
    place = np.full(len(day), -1)
    place[kept] = np.arange(len(kept))
    parent = np.where(parent[kept] >= 0, place[parent[kept]], -1)
    held = np.flatnonzero(parent >= 0)
    whole = np.floor(day[kept])
    links = Links(whole, parent, np.column_stack([held, parent[held]]), end - 1)
    when = Dated(whole.astype(np.int32), np.zeros(len(kept), np.uint8))
    return reproduction(links, Calendar(dt.date(1937, 1, 1), 0, end), when, "month").rows()


def _cut(draw: Draw) -> Finding:
    """Cut archives on random days: the corrected number of the windows that are half in has the mean m q."""
    rng, corrected, plain = draw.rng(30), [], []
    for _ in range(30 * draw.size):
        rows = [r for r in _seen(*branching(rng, 2500), int(rng.integers(200, 400))) if 0.5 <= r["share_in"] < 0.95]
        cases = sum(row["cases"] for row in rows)
        if cases:
            corrected.append(sum(r["led_to"] for r in rows) / sum(r["cases"] * r["share_in"] for r in rows))
            plain.append(sum(row["led_to"] for row in rows) / cases)
    found, without = np.array(corrected), np.array(plain)
    # delays are counted in whole days and estimated from the cut archive itself: a hundredth is allowed for both
    return Finding(
        "M14",
        "an archive cut on any day: arrests per case, corrected for its end, are m q",
        _MODEL,
        f"t-test on {found.size} archives, windows of which half to 0.95 is in, allowance 0.01",
        MEAN * ASKED,
        float(found.mean()),
        oracles.mean(found, MEAN * ASKED, 0.01),
        {
            "not corrected for the end": oracles.mean(without, MEAN * ASKED, 0.01),
            "a quarter more names": oracles.mean(found, MEAN * ASKED * 5 / 4, 0.01),
        },
    )


def _instantaneous(rng: np.random.Generator) -> Finding:
    """Sum the closed form one by one: events and infectiousness by day are the same."""
    cases, led = rng.poisson(20, 300), rng.poisson(8, 300)
    weights = rng.dirichlet(np.ones(40))

    def force(late: int) -> NDArray[np.float64]:
        return np.array(
            [sum(weights[s - 1] * cases[t - s - late] for s in range(1, 41) if t - s - late >= 0) for t in range(300)]
        )

    events, told = cori(led, cases, weights)
    return Finding(
        "M14",
        "the instantaneous number is cases that rest on earlier ones over the sum of w(s) cases(t - s)",
        "Cori et al. (2013), 10.1093/aje/kwt133, equation 1",
        "identity to 1e-9 over 300 days; last sum shown",
        float(force(0)[-1]),
        float(told[-1]),
        oracles.identity(told, force(0), 1e-9) * oracles.identity(events, led.astype(float)),
        {"weights a day late": oracles.identity(told, force(1), 1e-9)},
    )
