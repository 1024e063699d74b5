"""Items 3, 4 and 10 of the history: patrols sent by records, penalties for silence, accusers with one source."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from greatfear.simulation.reduced import draw_urn
from greatfear.simulation.reduced_accusers import draw_agreement, draw_namings, draw_patrols, posterior
from verification import oracles
from verification.findings import Draw, Finding

_LUM = "Lum, Isaac (2016), 10.1111/j.1740-9713.2016.00960.x; HISTORY.md, 3"
_BERGEMANN = "Bergemann (2019), Judge Thy Neighbor; reduced form in HISTORY.md, 4"
_PEI = "Pei, Strulovici, arXiv 2009.06470; Chassang, Padró i Miquel (2019), 10.1093/restud/rdy072"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on accusers."""
    seeds, rng = draw.seeds(34, 6), draw.rng(34)
    yield from _over_recorded(seeds[0], 1000 * draw.size, rng)
    yield from _visits_not_truth(seeds[1], 200 * draw.size, rng)
    yield from _penalty(seeds[2], 300 * draw.size)
    yield from _one_source(seeds[3], 200_000 * draw.size)


def _over_recorded(
    seed: int, worlds: int, rng: np.random.Generator, days: int = 400, rate: float = 0.3
) -> Iterator[Finding]:
    """Equal true rates, unequal records: all patrols go where more was recorded."""
    records, _, falls = draw_patrols(np.tile([12, 8], (worlds, 1)), [rate, rate], days, seed=seed)
    urn = draw_urn(worlds, days, start=(12.0, 8.0), rates=(rate, rate), seed=seed)
    yield Finding(
        "H3",
        "equal true rates, unequal records, patrols where most is recorded: the over-recorded share never falls",
        _LUM,
        f"identity in {worlds} worlds of {days} days; days on which it fell shown",
        0.0,
        float(falls.sum()),
        oracles.identity(falls.sum(), 0),
        {"patrols in proportion to records": oracles.identity(int((urn / days < 0.6).sum()), 0)},
    )
    more = records[:, 0] - 12
    law = {
        q: oracles.uniformity(oracles.spread(more, stats.binom(days, q).pmf(np.arange(days + 1)), rng))
        for q in (rate, 0.33)
    }
    yield Finding(
        "H3",
        "all new records are of the over-recorded place, in number as its true rate",
        _LUM,
        f"KS on {worlds} worlds; mean shown",
        rate * days,
        float(more.mean()),
        law[rate] if (records[:, 1] == 8).all() else 0.0,
        {"rate a tenth larger": law[0.33]},
    )


def correlation(one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the rank correlation of two arrays (worlds, places) in each world."""
    return np.array([stats.spearmanr(a, b).statistic for a, b in zip(one, two, strict=True)])


def _visits_not_truth(seed: int, worlds: int, rng: np.random.Generator, places: int = 40) -> Iterator[Finding]:
    """Many places with one true rate of incidents; incidents themselves differ by chance and are not what is recorded."""
    truth, start = rng.poisson(50, (worlds, places)), rng.poisson(10, (worlds, places))
    records, visits, _ = draw_patrols(start, [0.3] * places, 200, teams=5, seed=seed)
    fed, _, _ = draw_patrols(truth, [0.3] * places, 200, teams=5, seed=seed)
    new = records - start
    by_truth, planted = correlation(new, truth), correlation(fed - truth, truth)
    yield Finding(
        "H3",
        "new records do not correlate with incidents",
        _LUM,
        f"t on rank correlations in {worlds} worlds of {places} places",
        0.0,
        float(by_truth.mean()),
        oracles.mean(by_truth, 0.0),
        {"patrols sent by incidents": oracles.mean(planted, 0.0)},
    )
    by_visits = correlation(new, visits)
    yield Finding(
        "H3",
        "new records correlate with visits: a share of 0.3 of the visits to every place, whatever happened there",
        _LUM,
        f"exact binomial on {visits.sum():,} visits; mean rank correlation {by_visits.mean():.3f}",
        0.3,
        float(new.sum() / visits.sum()),
        oracles.proportion(new.sum(), visits.sum(), 0.3) if by_visits.min() > 0.9 else 0.0,
        {"rate a tenth larger": oracles.proportion(new.sum(), visits.sum(), 0.33)},
    )


def mutual_share(named: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of namings that are returned, by world."""
    back = np.take_along_axis(named, named, axis=1)
    return (back == np.arange(named.shape[1])).mean(axis=1)


def _penalty(seed: int, worlds: int, persons: int = 201, closeness: float = 0.5) -> Iterator[Finding]:
    """With a penalty for silence those near are named, and each other; with neither, the grudge decides."""
    half = np.arange(1, (persons - 1) // 2 + 1)

    def near(c: float) -> NDArray[np.float64]:
        return np.exp(-c * half) / np.exp(-c * half).sum()

    runs = {p: draw_namings(worlds, persons, penalty=p, closeness=closeness, seed=seed) for p in (0.0, 0.1, 0.5)}
    named, enemy = runs[0.0]
    yield Finding(
        "H4",
        "no penalty, no reward: namings are the graph of conflicts",
        _BERGEMANN,
        f"identity in {worlds} worlds of {persons}",
        1.0,
        float((named == enemy).mean()),
        oracles.identity(named, enemy),
        {"a penalty for one in ten": oracles.identity(*runs[0.1])},
    )
    gap = np.abs(runs[0.5][0] - np.arange(persons))
    distance = np.minimum(gap, persons - gap).mean(axis=1)
    expected = {c: 0.5 * float(near(c) @ half) + 0.5 * float(half.mean()) for c in (closeness, 0.0)}
    yield Finding(
        "H4",
        "a penalty for silence: the mean social distance to the named falls",
        _BERGEMANN,
        f"t on {worlds} worlds; without it {half.mean():.1f}",
        expected[closeness],
        float(distance.mean()),
        oracles.mean(distance, expected[closeness]),
        {"no pull of the near": oracles.mean(distance, expected[0.0])},
    )
    each = 0.5 * near(closeness) / 2 + 0.5 / (persons - 1)  # of one person at each distance
    mutual = mutual_share(runs[0.5][0])
    yield Finding(
        "H4",
        "a penalty for silence: the share of namings that are returned rises",
        _BERGEMANN,
        f"t on {worlds} worlds; without it {1 / (persons - 1):.4f}",
        float(2 * (each**2).sum()),
        float(mutual.mean()),
        oracles.mean(mutual, float(2 * (each**2).sum())),
        {"grudges alone": oracles.mean(mutual, 1 / (persons - 1))},
    )


def _one_source(seed: int, persons: int, prior: float = 0.1, hit: float = 0.6, false: float = 0.2) -> Iterator[Finding]:
    """Agreeing accusers who may have one source: the posterior stays where one accuser has left it."""
    for k, common in ((5, 0.8), (10, 0.8)):
        members, agreeing = draw_agreement(persons, k, (prior, hit, false, common), seed=seed + k)
        all_agree = agreeing == k
        hits = int(all_agree[:members].sum())
        expected = posterior(k, prior, hit, false, common)
        yield Finding(
            "H10",
            f"{k} accusers agree who have one source with probability {common:g}: the posterior stays flat",
            _PEI,
            f"exact binomial on {all_agree.sum():,} persons; one accuser {posterior(1, prior, hit, false, 1.0):.3f}",
            expected,
            hits / int(all_agree.sum()),
            oracles.proportion(hits, int(all_agree.sum()), expected),
            {
                "taken for independent": oracles.proportion(
                    hits, int(all_agree.sum()), posterior(k, prior, hit, false, 0.0)
                )
            },
        )
    flat = [posterior(k, prior, hit, false, 0.8) for k in (200, 400)]
    odds = prior * hit / (prior * hit + (1 - prior) * false)
    yield Finding(
        "H10",
        "however many agree: the posterior of one accuser; independent ones would go to certainty",
        _PEI,
        "identity at 200 and 400 accusers",
        odds,
        flat[-1],
        oracles.identity(flat, [odds, odds], 1e-12),
        {"taken for independent": oracles.identity(posterior(200, prior, hit, false, 0.0), odds, 1e-3)},
    )
