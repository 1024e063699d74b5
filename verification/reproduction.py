"""Item 14, arrests per case: archives cut at any date, the instantaneous number, long delays, bounds."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from greatfear.describe.columns import Calendar, Dated
from greatfear.describe.reproduction import Links, case_totals, cori, delay_distribution, reproduction, share_seen
from verification import oracles
from verification.findings import Draw, Finding

MEAN, ASKED, YEAR = 1.5, 0.4, 365
"""Names per case and the share of cases that is asked: arrests per case are their product."""
_MODEL = "MODEL.md section 14, item 14"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on arrests per case."""
    yield _cut(draw)
    yield _instantaneous(draw.rng(31))
    yield _delays(draw.rng(32), 40 * draw.size)
    yield _attributions(draw.rng(33), 60)
    yield _origins(draw.rng(34))


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


def _delays(rng: np.random.Generator, archives: int, size: int = 1500, mean: float = 20.0) -> Finding:
    """Delays that are exponential, and seen if they fit into a window: their law is given back."""
    longest, at = 100, 20

    def law(scale: float) -> float:
        """Return the share of delays of at most `at` whole days among those of at most the longest window."""
        return float((1 - np.exp(-(at + 1) / scale)) / (1 - np.exp(-longest / scale)))

    found, naive = [], []
    for _ in range(archives):
        window, delay = rng.integers(1, longest, size), np.floor(rng.exponential(mean, size))
        seen = delay <= window
        values, distribution = delay_distribution(delay[seen].astype(float), window[seen].astype(float))
        found.append(float(share_seen(values, distribution, np.array([float(at)]))[0]))
        naive.append(float((delay[seen] <= at).mean()))
    # the few who could have been seen at the longest delays make the product-limit estimate lean by some thousandths
    return Finding(
        "M14",
        "the delay from a case to those that it leads to is given back from an archive that cuts long delays off",
        "Lynden-Bell (1971), 10.1093/mnras/155.1.95; Lawless (1994), 10.2307/3315820",
        f"t on {archives} archives of {size} delays, share of at most {at} days, allowance 0.015",
        law(mean),
        float(np.mean(found)),
        oracles.mean(np.array(found), law(mean), 0.015),
        {
            "delays taken as they are seen": oracles.mean(np.array(naive), law(mean), 0.015),
            "delays a fifth longer": oracles.mean(np.array(found), law(1.2 * mean), 0.015),
        },
    )


def _attributions(rng: np.random.Generator, worlds: int) -> Finding:
    """Go through all attributions of small archives one by one: least and most of each month are the bounds that are printed."""
    printed, counted, credited = [], [], []
    for _ in range(worlds):
        day = np.sort(rng.integers(0, 89, 9)).astype(float)
        named = [np.flatnonzero(day < day[k]) for k in range(9)]
        named = [rng.choice(one, min(len(one), int(rng.integers(0, 4))), replace=False) for one in named]
        parent = np.array([int(one[0]) if len(one) else -1 for one in named])
        pairs = np.array([(k, p) for k, one in enumerate(named) for p in one]).reshape(-1, 2)
        when = Dated(day.astype(np.int32), np.zeros(9, np.uint8))
        calendar = Calendar(dt.date(1937, 1, 1), 0, 89)
        rows = reproduction(Links(day, parent, pairs, 88.0), calendar, when, "month").rows()
        month = np.searchsorted([31, 59], day, side="right")
        trees = itertools.product(*(one for one in named if len(one)))
        led = np.array([np.bincount(month[list(tree)], minlength=3) for tree in trees])
        cases = np.bincount(month, minlength=3)
        some = cases > 0
        printed.append([(r["R_least"], r["R_shared"], r["R_most"]) for r, has in zip(rows, some, strict=True) if has])
        every = (led.min(axis=0), led.mean(axis=0), led.max(axis=0))  # each attribution as likely: shares of 1 / k
        counted.append(np.column_stack(every)[some] / cases[some, None])
        credited.append(
            np.column_stack(3 * (np.bincount(month[parent[parent >= 0]], minlength=3),))[some] / cases[some, None]
        )
    told, right, first = (np.vstack(one) for one in (printed, counted, credited))
    return Finding(
        "M14",
        "where several had named one person: least, mean and most arrests per case over all attributions",
        f"{_MODEL}: bounds over all attributions",
        f"identity to 1e-9 in {worlds} archives of which each attribution is gone through; sum of the means shown",
        float(right[:, 1].sum()),
        float(told[:, 1].sum()),
        oracles.identity(told, right, 1e-9),
        {"all credit to the first who named": oracles.identity(first, right, 1e-9)},
    )


def _origins(rng: np.random.Generator) -> Finding:
    """Of a whole record: cases are origins over one less arrests per case."""
    day, parent = branching(rng, 600)
    held = np.flatnonzero(parent >= 0)
    totals = case_totals(Links(np.floor(day), parent, np.column_stack([held, parent[held]]), float(day.max()) + 1e4))
    origins = int((parent < 0).sum())
    told = [origins / (1 - totals["arrests_per_case"]), origins / (1 - totals["arrests_per_case_corrected"])]
    names = len(held) / np.unique(parent[held]).size  # what a case leads to that leads to any: no R of cases
    return Finding(
        "M14",
        "of a record that is whole, cases are origins / (1 - R), R in arrests per case, corrected or not",
        _MODEL,
        "identity to 1e-9; cases shown",
        float(len(day)),
        float(told[0]),
        oracles.identity(told, [len(day)] * 2, 1e-9),
        {"arrests per deponent instead": oracles.identity(origins / (1 - min(names, 0.99)), len(day), 1e-9)},
    )
