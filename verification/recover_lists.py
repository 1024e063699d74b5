"""Targets of coverage: made lists of known totals, published values of R packages, lists that must be refused."""

from __future__ import annotations

import json
import math
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from greatfear.recover.coverage_models.answer import Answer, answer
from greatfear.recover.coverage_models.decomposable import average_graphs
from greatfear.recover.coverage_models.lists import ListCounts, lists_from_file
from greatfear.recover.coverage_models.models import Model, all_models
from verification.recover_targets import Target, at_least, at_most

_HOLDS = {"independent": 0.85, "pair": 0.85, "two-class": 0.85, "sparse": 0.85}
_OUT_OF_RANGE = 0.95


def targets(folder: Path) -> Iterator[Target]:
    """Yield all targets on a folder that holds ``open`` and ``truth``."""
    kinds: dict[str, list[tuple[Answer, float]]] = defaultdict(list)
    for path in sorted((folder / "open").glob("*.csv")):
        told = json.loads((folder / "truth" / f"{path.stem}.json").read_text("utf-8"))
        lists = lists_from_file(path)
        kind = re.sub(r"-\d+$", "", path.stem)
        if path.stem.startswith(("refuse", "twin", "Artificial")):
            yield from _special(path.stem, lists, told)
            continue
        models = all_models(lists)
        if "total" in told:
            kinds[kind].append((answer(lists, models), told["total"]))
        else:
            yield from _against_r(path.stem, lists, models, told)
    for kind, answers in kinds.items():
        sure = [(a.low <= total <= a.high) for a, total in answers if a.verdict != "cannot tell"]
        wide = [
            (a.low <= total <= a.high) for a, total in answers if math.isfinite(a.low) and a.verdict == "cannot tell"
        ]
        if sure:
            name = f"{kind}: share of {len(sure)} tables whose range holds the truth"
            yield at_least("coverage", name, float(np.mean(sure)), _HOLDS.get(kind, 0.85))
        if wide:
            name = f"{kind}: the same of {len(wide)} tables that cannot tell"
            yield at_least("coverage", name, float(np.mean(wide)), _OUT_OF_RANGE)
    yield _speed()


def _special(name: str, lists: ListCounts, told: dict[str, object]) -> Iterator[Target]:
    """Yield whether a table that must be refused is, and a twin is not."""
    models = all_models(lists, effort=0.2) if name.startswith("twin") else []
    is_refused = answer(lists, models).verdict == "cannot tell"
    is_due = not name.startswith("twin")
    yield Target(
        "coverage",
        f"{name}: {'refused' if is_due else 'answered'}",
        "yes",
        float(is_refused == is_due),
        is_refused == is_due,
    )
    if name.startswith("twin"):
        standing = [model for model in models if model.stands]
        reach = max(lists.n_observed + 8 * (model.estimate - lists.n_observed) for model in standing)
        yield at_least("coverage", f"{name}: the sensitivity curve reaches", reach, 6000)


def _against_r(
    name: str, lists: ListCounts, models: list[Model], told: dict[str, list[dict[str, object]]]
) -> Iterator[Target]:
    """Yield the relative distance to each published value of an R package."""
    by_name = {model.name: model for model in models}
    for value in told.get("computed_with_the_R_package", []):
        tool, call = str(value["tool"]), str(value["call"])
        found: float | None = None
        if tool.startswith("SparseMSE"):
            due, limit, found = float(str(value["point"])), 0.001, by_name["pairs by significance"].estimate
        elif tool.startswith("LCMCR"):
            due, limit, found = float(np.mean(value["median"])), 0.03, by_name["latent classes"].estimate
            limit = 0.1 if "Rome" in name else limit
        elif tool.startswith("dga") and "logprior" not in call:
            due, limit, found = float(str(value["mean"])), 0.005, _dga(lists, call)
        if found is not None:
            note = (
                ""
                if by_name["latent classes"].stands or not tool.startswith("LCMCR")
                else " (refused: chains disagree)"
            )
            yield at_most("coverage", f"{name}: distance to {tool}{note}", abs(found / due - 1), limit)


def _dga(lists: ListCounts, call: str) -> float:
    """Return the mean of the average over graphs, over the numbers that the call of dga weighed."""
    delta = eval_fraction(re.findall(r"delta=([\d./]+)", call)[0])
    most = int(re.findall(r"1:(\d+)", call)[0])
    prior = -np.log(lists.n_observed + np.arange(1, most + 1.0))
    return lists.n_observed + average_graphs(lists, delta, prior).mean


def eval_fraction(text: str) -> float:
    """Return 1/16 or .5 as a number."""
    above, _, below = text.partition("/")
    return float(above) / float(below or 1)


def _speed() -> Target:
    """Return how long all models of six lists take, in seconds of processor time."""
    rng = np.random.default_rng(6)
    cells = rng.poisson(np.exp(6 - 1.1 * np.array([h.bit_count() for h in range(64)]) + rng.normal(0, 0.3, 64)))
    cells[0] = 0
    begun = time.process_time()
    all_models(ListCounts(tuple("ABCDEF"), cells.astype(np.int64)))
    return at_most("coverage", "six lists, all models: seconds of processor time", time.process_time() - begun, 30)
