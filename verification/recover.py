"""The closed loop of `recover`: ``python -m verification.recover [--archives 40] [--grid 24] [--seed 1]``.

Two studies on archives that the model itself draws. *Ranks*: rates are drawn from their priors, an archive from the rates,
and the rates are sampled from the archive; the rank of the truth among the draws is uniform if the sampler is right
(Talts et al. 2018, arXiv 1804.06788). *Refusals*: archives over a grid of suggestion and knowledge; how often membership is
answered, how often refused, and how honest the answers are.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from greatfear.recover.veracity_checks import slope_of
from greatfear.recover.veracity_design import Design, design_of
from greatfear.recover.veracity_fit import Effort, start_of
from greatfear.recover.veracity_gibbs import Settings, sample
from greatfear.recover.veracity_messages import Question
from greatfear.recover.veracity_rates import Priors
from greatfear.recover.veracity_replay import replayed
from greatfear.recover.veracity_result import veracity
from verification.recover_worlds import empty_world, history, rates_for

RANGE = Question(0.04, 0.16)
TRACED = ("suggestion", "repetition", "knowledge", "members")
_KEPT = 40


def _priors(design: Design) -> Priors:
    """Priors that do not look at the record, so that truths can be drawn from them."""
    shape = np.array([1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 3.0, 3.0])
    rate = np.array([1.0, 4.0, 40.0, 1.0, 0.1, 0.1, 5.0, 5.0])
    return Priors(shape, rate, 1.0, (2.0, 1.0), np.zeros(len(design.sittings.classes), bool))


def _truth(design: Design, priors: Priors, rng: np.random.Generator) -> tuple[Any, NDArray[np.float64]]:
    """Draw rates and members from the priors."""
    classes = len(design.sittings.classes)
    linear = rng.gamma(priors.shape, 1 / priors.rate, (classes, 9)) * (design.exposure.sum(axis=0) > 0)
    linear[:, 2] = rng.gamma(1.0, 1 / priors.rate[2], classes)
    x = rng.random()
    rates = replace(
        rates_for(design), linear=linear, knowledge=rng.gamma(1.0, 1.0, classes), where=np.array([x, 1 - x])
    )
    n = design.n_persons
    middle, spread = RANGE.middle, (RANGE.high - RANGE.low) / 3.29
    total = max(middle * (1 - middle) / spread**2 - 1, 2.0)
    while True:
        member = (rng.random(n) < rng.beta(middle * total, (1 - middle) * total)).astype(float)
        if RANGE.low * n <= member.sum() <= RANGE.high * n:
            return rates, member


def ranks(archives: int, seed: int, *, n_persons: int = 120, n_sittings: int = 300) -> dict[str, list[int]]:
    """Return for each traced number the rank of the truth among 40 draws, archive by archive."""
    found: dict[str, list[int]] = {name: [] for name in TRACED}
    for number in range(archives):
        rng = np.random.default_rng([seed, number])
        empty = design_of(empty_world(n_persons, n_sittings, seed * 1000 + number), tau=1e6)
        priors = _priors(empty)
        # Nothing was said before the first sitting; in the drawn history these three can occur.
        opened = replace(empty, exposure=empty.exposure + np.array([1.0, 1.0, 1.0, 0, 0, 0, 0, 0]))
        rates, member = _truth(opened, priors, rng)
        design = replayed(empty, rates, member, scale=1 / RANGE.middle, tau=1e6, address=(seed, number))
        start = start_of(design, priors, RANGE)
        chain = sample(design, priors, RANGE, start, Settings(1000, 200, varies=False), number=number, seed=seed)
        step = len(chain.trace["members"]) // _KEPT
        drawn = {
            "suggestion": (chain.trace["linear"][:, 0, 0], rates.linear[0, 0]),
            "repetition": (chain.trace["linear"][:, 0, 1], rates.linear[0, 1]),
            "knowledge": (chain.trace["knowledge"][:, 0], rates.knowledge[0]),
            "members": (chain.trace["members"] + rng.random(len(chain.trace["members"])), member.sum() + rng.random()),
        }
        for name, (values, truth) in drawn.items():
            found[name].append(int((values[::step][:_KEPT] < truth).sum()))
    return found


def uniform_p(found: Sequence[int]) -> float:
    """Return the p-value of uniform ranks (Kolmogorov and Smirnov, ranks spread within their step)."""
    rng = np.random.default_rng(1)
    return float(stats.kstest((np.array(found) + rng.random(len(found))) / (_KEPT + 1), "uniform").pvalue)


def refusals(archives: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield one row an archive of a grid of knowledge and suggestion: verdict, members, expected members, slope."""
    effort = Effort(chains=4, sweeps=900, burn=300, short=20, replays=60, nulls=20, again=10)
    grid = [(k, s) for k in (0.0, 0.5, 1.5, 4.0) for s in (0.5, 2.0)]
    for number in range(archives):
        knowledge, suggestion = grid[number % len(grid)]
        rates = {"knowledge": knowledge, "suggestion": suggestion, "repetition": 0.1, "region": 0.5, "everybody": 0.5}
        archive, truth, _ = history(empty_world(400, 1000, seed * 100 + number), rates, 20, seed * 100 + number)
        result = veracity(archive, question="members", prevalence=(0.03, 0.08), effort=effort, seed=number)
        row: dict[str, Any] = {
            "knowledge": knowledge,
            "suggestion": suggestion,
            "verdict": result.verdict,
            "members": 20,
        }
        if "probability" in result.table.column_names:
            p = result.table.column("probability").to_numpy()
            y = truth[result.table.column("person").to_numpy()]
            row |= {"expected": float(p.sum()), "slope": slope_of(y, p)}
        row["failed"] = [check.name for check in result.checks if not check.passed]
        yield row


def main(arguments: Sequence[str] | None = None) -> None:
    """Run both studies and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archives", type=int, default=40)
    parser.add_argument("--grid", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    if given.archives:
        found = ranks(given.archives, given.seed)
        for name, values in found.items():
            print(f"ranks of {name:12} uniform: p = {uniform_p(values):.3f}  ({len(values)} archives)")
    for row in refusals(given.grid, given.seed):
        print(row, flush=True)


if __name__ == "__main__":
    main()
