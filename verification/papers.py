"""Papers: what survives, what dates keep, how often code names change, how long chains of copies are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import stats

from greatfear.record.columns import table_from_columns
from greatfear.scenario import Scenario, from_dict
from greatfear.simulation.papers.sheets import MOST_COPIES
from greatfear.simulation.papers.stage import through_papers
from greatfear.simulation.truth_schema import truth_table
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, scenario

_PAPERS = "the model, section 11"
_POISSON = "Kingman (1993), Poisson Processes, 10.1093/oso/9780198536932.001.0001, ch. 1"
DAYS = 700


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on papers: denunciations and reports by many speakers, one a day and person, seen through papers."""
    rng, n, seeds = draw.rng(11), 20_000 * draw.size, draw.seeds(11, 4)
    yield from _survival(n, seeds[0])
    yield _dates(n, seeds[1], rng)
    yield from _copies(n, seeds[2], rng)
    yield from _agents(n, seeds[3], rng)


def seen(n: int, seed: int, channel: str, rules: dict[str, Any], last: int = DAYS) -> tuple[dict[str, pa.Table], Any]:
    """Return archive and truth of `n` statements, each by a speaker of its own, through papers.

    The days are spread evenly over 0 to `last` - 1; speakers and subjects live in one region.
    """
    given: Scenario = scenario(DAYS, {"r": 4 * n})
    given = given.model_copy(update={"papers": from_dict({**_BARE, "papers": rules}).papers})
    people, day = np.arange(2 * n), (np.arange(n) * last) // n
    persons = table_from_columns("persons", {"region": "r"}, 2 * n)
    said = {
        "time": day + 0.5, "precision": "instant", "speaker": people[:n], "subject": people[n:], "channel": channel,
        "office": 0,
    }  # fmt: skip
    empty = {"time": [], "precision": [], "person": [], "kind": [], "cause": [], "outcome": []}
    tables = {
        "persons": persons,
        "statements": table_from_columns("statements", said, n),
        "acts": table_from_columns("acts", empty, 0),
        "ties": table_from_columns("ties", {"a": [], "b": [], "kind": [], "directed": []}, 0),
        "offices": table_from_columns("offices", {"id": ["r"], "name": ["R"], "region": ["r"]}, 1),
        "sources": table_from_columns("sources", {"id": [], "citation": []}, 0),
    }
    members = {"person": people, "informer": (people < n).astype(np.int8), "address": people}
    namings = {"statement": np.arange(n), "true_lead": 0, "motive": "none"}
    truth = {
        "members": truth_table("members", members, 2 * n),
        "namings": truth_table("namings", namings, n),
    }
    written, links = through_papers(tables, truth, given, (seed, 0))
    return dict(written), links


_BARE = {
    "id": "x", "title": "x", "time": [str(EPOCH), str(EPOCH + DAYS)],
    "population": {"regions": {"r": 2}, "strata": {"s": 1}},
}  # fmt: skip


def _survival(n: int, seed: int) -> Iterator[Finding]:
    kept, burnt = 0.7, 0.4
    fire = {"start": str(EPOCH), "end": str(EPOCH + DAYS // 2), "share": burnt}
    rules = {"dates": {"day": 0.5}, "losses": {"statements": {"denunciation": kept}, "fires": [fire]}}
    written, truth = seen(n, seed, "denunciation", rules)
    half, lost = n // 2, truth["lost_statements"]
    by_fire = np.array(lost["lost_by"].to_pylist()) == "fire"
    later = written["statements"].filter(pa.array(truth["written_statements"]["made"].to_numpy() >= half))
    instant = int(np.sum(np.array(later["precision"].to_pylist()) == "instant"))
    for what, hits, trials, share, wrong in (
        ("kept by those who selected, after the fire", later.num_rows, n - half, kept, kept + 0.06),
        ("burnt, of the first half", int(by_fire.sum()), half, burnt, burnt - 0.06),
        ("kept, with the hour: losses and dates are independent", instant, n - half, kept * 0.5, kept * 0.5 + 0.07),
        ("kept, of the first half: neither burnt nor cast out", written["statements"].num_rows - later.num_rows, half,
         kept * (1 - burnt), kept),
    ):  # fmt: skip
        yield Finding(
            "P", f"share of statements {what}", _PAPERS, f"exact binomial, {trials} sheets", share, hits / trials,
            oracles.proportion(hits, trials, share), {f"share {wrong:.2g}": oracles.proportion(hits, trials, wrong)},
        )  # fmt: skip


def _dates(n: int, seed: int, rng: np.random.Generator) -> Finding:
    shares = (0.8, 0.6, 0.5, 0.4)
    rules = dict(zip(("day", "month", "year", "unknown"), shares, strict=True))
    written, _ = seen(n, seed, "denunciation", {"dates": rules})
    names = ["instant", "day", "month", "year", "unknown"]
    steps = np.array([names.index(name) for name in written["statements"]["precision"].to_pylist()])
    test = [oracles.uniformity(oracles.spread(steps, _stopped(s), rng)) for s in (shares, (0.8, 0.7, 0.5, 0.4))]
    return Finding(
        "P", "steps by which a date loses precision: each with its share", _PAPERS, f"KS on {n} sheets; means shown",
        float(_stopped(shares) @ np.arange(5)), float(steps.mean()), test[0], {"a month for a day too often": test[1]},
    )  # fmt: skip


def _stopped(shares: tuple[float, ...]) -> np.ndarray:
    """Return the probabilities that a chain of steps stops after 0, 1, 2, ... of them."""
    reached = np.concatenate(([1.0], np.cumprod(shares)))
    return reached * np.concatenate((1 - np.array(shares), [1.0]))


def _copies(n: int, seed: int, rng: np.random.Generator) -> Iterator[Finding]:
    rate, delay = 0.4, 20.0
    _, truth = seen(n, seed, "denunciation", {"copies": {"rate": rate, "delay": delay, "stated": 0}})
    links = truth["written_statements"].sort_by("made")
    parent, time = links["copy_of"].to_numpy(), links["time"].to_numpy()
    root, length = np.arange(len(parent)), np.zeros(n, np.int64)
    for row in range(n, len(parent)):  # a paper has a higher number than what it was taken from
        root[row] = root[parent[row]]
    np.add.at(length, root[n:], 1)
    laws = {c: _stopped((c,) * MOST_COPIES) for c in (rate, rate + 0.05)}
    test = {c: oracles.uniformity(oracles.spread(length, law, rng)) for c, law in laws.items()}
    yield Finding(
        "P", f"copies that go back to one statement: geometric, at most {MOST_COPIES}", _PAPERS,
        f"KS on {n} statements; means shown", float(laws[rate] @ np.arange(MOST_COPIES + 1)), float(length.mean()),
        test[rate], {"rate 0.05 higher": test[rate + 0.05]},
    )  # fmt: skip
    waits = time[n:] - time[parent[n:]]
    waited = [oracles.uniformity(stats.expon(scale=mean).cdf(waits)) for mean in (delay, 1.1 * delay)]
    yield Finding(
        "P", "wait until a copy: exponential", _PAPERS, f"KS on {waits.size} copies; means shown", delay,
        float(waits.mean()), waited[0], {"mean a tenth longer": waited[1]},
    )  # fmt: skip


def _agents(n: int, seed: int, rng: np.random.Generator) -> Iterator[Finding]:
    rules = {"covered": 1, "changes": 2, "two_sides": 0.3, "both": 0.6, "delay": 10}
    written, _ = seen(n, seed, "report", {"agents": rules}, last=1)
    handed = written["statements"].num_rows - n
    share = 0.3 * 0.6
    yield Finding(
        "P", "reports that the other side hands on too", _PAPERS, f"exact binomial, {n} agents", share, handed / n,
        oracles.proportion(handed, n, share), {"everything handed on": oracles.proportion(handed, n, 0.3)},
    )  # fmt: skip
    _, truth = seen(n, seed, "report", {"agents": {**rules, "two_sides": 0}})
    entries = truth["entries"].filter(pa.array(np.array(truth["entries"]["kind"].to_pylist()) == "code name"))
    made, number = entries["made"].to_numpy(), entries["number"].to_numpy()
    day = (made * DAYS) // n + 0.5
    placed = {wrong: _placed(number, wrong * 2 * day / 365.25, rng) for wrong in (1.0, 1.15)}
    yield Finding(
        "P", "changes of code name until a report: Poisson(rate x time)", _POISSON, f"KS on {made.size} agents; means shown",
        float((2 * day / 365.25).mean()), float(number.mean()), oracles.uniformity(placed[1.0]),
        {"rate times 1.15": oracles.uniformity(placed[1.15])},
    )  # fmt: skip


def _placed(number: np.ndarray, mean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return values that are uniform if each number is Poisson with its own mean."""
    below, own = stats.poisson.cdf(number - 1, mean), stats.poisson.pmf(number, mean)
    return np.clip(below + own * rng.random(number.size), 0.0, 1.0)
