"""Item 8: a sham grows logistically, plans of real organisations are Poisson and restraint thins them; informers (history, 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from greatfear.simulation.process import start
from greatfear.simulation.run import simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, codes, scenario

MEMBERS, FIRST, RATE = 41, 12, 0.1
"""A circle in which everybody knows everybody; `RATE` is approaches a day times the probability of joining."""
JOINS = 0.5
_LOGISTIC = "Verhulst (1838); SI epidemic, Daley and Gani (1999), Epidemic Modelling, 10.1017/CBO9780511608834, ch. 2"
_POISSON = "Kingman (1993), Poisson Processes, 10.1093/oso/9780198536932.001.0001, sections 1.3 and 5.1 (thinning)"
_HARRISON = "Harrison (2013), One Day We Will Live Without Fear, informers and trust; rule in HISTORY.md, 9"


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on shams, plans and informers."""
    rng, seeds = draw.rng(80), draw.seeds(80, 3)
    yield from _growth(seeds[0], 250 * draw.size, rng)
    yield from _plans(seeds[1], 40 * draw.size, rng)
    yield from _informers(seeds[2], draw.size)


# Growth


def chain_binomial(members: int, first: int, rate: float, days: int) -> NDArray[np.float64]:
    """Return the law of how many are drawn in after some days, each drawing in each other with 1 - exp(-rate / (n - 1)) a day.

    Approaches of a person in a day are Poisson and each goes to one of n - 1 at random, so that those which make a given
    person join are Poisson too and independent of the others.
    """
    law = np.zeros(members + 1)
    law[first] = 1.0
    for _ in range(days):
        new = np.zeros(members + 1)
        for m in np.flatnonzero(law > 0):
            joins = 1.0 - np.exp(-rate * m / (members - 1))
            left = members - m
            new[m:] += law[m] * stats.binom(left, joins).pmf(np.arange(left + 1))
        law = new
    return law


def logistic(members: int, first: int, rate: float, days: int) -> float:
    """Return how many are drawn in after some days by the logistic equation dM/dt = rate M (N - M) / (N - 1)."""
    n = float(members)
    return float(n / (1.0 + (n / first - 1.0) * np.exp(-rate * n / (n - 1.0) * days)))


def _growth(seed: int, count: int, rng: np.random.Generator) -> Iterator[Finding]:
    days = 12
    grown = np.array([_drawn_in(seed, replicate, days) for replicate in range(count)], np.int64)
    law = {rate: chain_binomial(MEMBERS, FIRST, rate, days) for rate in (RATE, 0.8 * RATE)}
    p = [oracles.uniformity(oracles.spread(grown, found, rng)) for found in law.values()]
    expected = float(law[RATE] @ np.arange(MEMBERS + 1))
    yield Finding(
        "M8",
        f"p0 = 0, v = 0: members found after {days} days follow the chain of binomials behind the logistic curve",
        _LOGISTIC,
        f"KS on {count} circles of {MEMBERS}; means shown",
        expected,
        float(grown.mean()),
        p[0],
        {"a fifth fewer approaches": p[1]},
    )
    curve, own = logistic(MEMBERS, FIRST, RATE, days), abs(logistic(MEMBERS, FIRST, RATE, days) - expected)
    endless = FIRST * np.exp(RATE * days)
    yield Finding(
        "M8",
        f"p0 = 0, v = 0: mean of members found is the logistic curve to within {own:.2f}, by which chance and whole days differ",
        _LOGISTIC,
        f"Student's t on {count} circles of {MEMBERS}",
        curve,
        float(grown.mean()),
        oracles.mean(grown.astype(float), curve, own),
        {"growth without a bound": oracles.mean(grown.astype(float), float(endless), own)},
    )


def _drawn_in(seed: int, replicate: int, days: int) -> int:
    """Return how many members belong to a sham after some days, the first ones among them."""
    growth = {"approaches": RATE / JOINS, "member": JOINS, "other": 0}
    world = scenario(
        days + 1,
        {"all": 400},
        population={"organisations": {"circle": {"members": MEMBERS, "fellows": MEMBERS - 1}}},
        shams={"s": {"start": str(EPOCH), "agents": 0, "network": "circle", "initial": FIRST, "growth": growth}},
    )
    process = start(world, seed, replicate)
    for day in range(days):
        process.families[0].morning(process, day, False)
    report = process.families[0].report()["shams"][0]
    if report["provoked"]:
        raise AssertionError(f"p0 = 0, and {report['provoked']} who are no members joined")
    return int(report["members_found"])


# Plans


def _attempts(seed: int, count: int, shams: Mapping[str, Any]) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
    """Return attempts by run and organisation, the times of all, and the mean person-days held back by an organisation."""
    plans = {"hazard": HAZARD, "party": 1}
    some = {f"o{k}": {"members": ACTIVE, "abroad": True, "plans": plans} for k in range(20)}
    leaders = [{"organisation": name, "trust": 1, "restraint": RESTRAINT} for name in some]
    given = {name: {**sham, "leaders": leaders} for name, sham in shams.items()}
    world = scenario(SPAN, {"all": 400}, population={"organisations": some}, shams=given)
    number, times, held = [], [], 0.0
    for replicate in range(count):
        process = start(world, seed, replicate)
        for day in range(SPAN):
            for family in process.families:
                family.morning(process, day, False)
        rows = process.families[-1].attempts
        number.append(np.bincount(rows["organisation"], minlength=20))
        times.append(rows["time"])
        held += float(process.families[-1].held_days.sum())
    return np.concatenate(number), np.concatenate(times), held / (20 * count)


ACTIVE, HAZARD, SPAN, RESTRAINT = 30, 1e-3, 100, 0.7


def _plans(seed: int, count: int, rng: np.random.Generator) -> Iterator[Finding]:
    mean = HAZARD * ACTIVE * SPAN
    sham = {"s": {"start": str(EPOCH), "agents": 0, "network": None, "initial": 0}}
    for words, given, factor, wrong in (
        (
            "no sham: attempts are Poisson with hazard x active members x days",
            {},
            1.0,
            {"a quarter fewer members": 0.75},
        ),
        (
            "full trust: restraint multiplies the hazard by (1 - restraint)",
            sham,
            1.0 - RESTRAINT,
            {"no restraint": 1.0},
        ),
    ):
        # a leader trusts only a sham that has people, so it is given one agent who does nothing
        shams = {name: {**one, "agents": 1} for name, one in given.items()}
        number, times, held = _attempts(seed, count, shams)
        top = np.arange(60)

        def test(rate: float, number: NDArray[np.int64] = number, top: NDArray[np.int64] = top) -> float:
            return oracles.uniformity(oracles.spread(number, stats.poisson(rate).pmf(top), rng))

        planted = {error: test(part * mean) for error, part in wrong.items()}
        statistic = f"KS on {number.size} organisations; means shown"
        yield Finding(
            "M8", words, _POISSON, statistic, factor * mean, float(number.mean()), test(factor * mean), planted
        )
        if given:
            expected = RESTRAINT * ACTIVE * SPAN
            yield Finding(
                "M8",
                "person-days held back are restraint x active members x days",
                "MODEL.md section 8",
                "identity",
                expected,
                held,
                oracles.identity(expected, held, 1e-9),
                {"held back a day longer": oracles.identity(expected * (1 + 1 / SPAN), held, 1e-9)},
            )
        else:
            part = times / SPAN
            p = [oracles.uniformity(part), oracles.uniformity(part**1.3)]
            claim = "no sham: times of attempts are uniform over the period"
            statistic, planted = f"KS on {times.size} attempts", {"a hazard that falls with time": p[1]}
            yield Finding("M8", claim, _POISSON, statistic, 0.5, float(part.mean()), p[0], planted)


# Informers


def _informers(seed: int, size: int) -> Iterator[Finding]:
    """Everybody knows a member here, so a report names a member with probability d1 exp(-caution x density)."""
    caution, chance, found = 0.02, 0.8, {}
    for per_thousand in (10, 60):
        found[per_thousand] = _reports(seed + per_thousand, per_thousand, (caution, chance), 400 * size)
        told, tried = found[per_thousand]
        law = chance * float(np.exp(-caution * per_thousand))
        yield Finding(
            "H9",
            f"{per_thousand} informers in a thousand: a report names a member with probability d1 exp(-caution x density)",
            _HARRISON,
            f"exact binomial on {tried} reports",
            law,
            told / tried,
            oracles.proportion(told, tried, law),
            {"people talk freely": oracles.proportion(told, tried, chance)},
        )


def _reports(seed: int, per_thousand: int, rule: tuple[float, float], days: int) -> tuple[int, int]:
    """Return how many reports named a member, and how many there were to be by the calendar of draws."""
    from greatfear.simulation.kernels.plan import count_speakers

    caution, chance = rule
    persons = 1000
    world = scenario(
        days,
        {"all": persons},
        population={
            "informers": per_thousand / 1000,
            "contacts": {"unit": 0, "region": 40, "country": 0},
            "organisations": {"circle": {"members": 500}},
        },
        offices={"arrests": 0},
        leads={"informers": {"rate": 4 / per_thousand, "true": chance, "false": 0, "caution": caution}},
    )
    run = simulate(world, seed=seed)
    process, tried = start(world, seed), 0
    for day in range(days):
        tried += int(count_speakers(process.world, process.state, process.rules, day))
    told = int((codes(run, "statements", "channel", ["report"]) == 0).sum())
    return told, tried
