"""The statement without which each person's probability would fall most, and how far that fall can be trusted.

Striking a naming gives each draw of the sampler the weight 1 over the likelihood of that naming. A few draws with very large
weights then decide the answer; the tail index of the weights (Pareto k) says so. Where it is above 0.7, the fall is found
again by belief propagation on the record without the naming.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_fit import Fitted, over_twins, side_by_side
from greatfear.recover.veracity_learning import learn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]

UNSURE = 0.7
"""Pareto k above which a mean over weighted draws cannot be trusted.

References
----------
Vehtari, Simpson, Gelman, Yao and Gabry (2024), JMLR 25(72), section 3.
"""
_LEAST, _MOST = 0.01, 60


def decisive(fitted: Fitted) -> dict[str, Any]:
    """Return columns over persons: the statement, the fall of the probability without it, its Pareto k, and how it was found."""
    design = fitted.design
    drop = fitted.member[design.subject] - fitted.without
    order = np.lexsort((-drop, design.subject))
    first = order[np.unique(design.subject[order], return_index=True)[1]]
    row_of = np.full(len(design.sitting), -1)
    row_of[design.naming[::-1]] = design.row[::-1]
    who, n = design.subject[first], design.n_persons
    statement, fall, k = np.full(n, -1, np.int32), np.zeros(n), np.full(n, np.nan)
    statement[who], fall[who] = row_of[first], np.maximum(drop[first], 0.0)
    found_by = np.full(n, "draws", object)
    found_by[statement < 0] = None
    looked_at = first[drop[first] >= _LEAST]
    weights = np.concatenate([chain.weights for chain in fitted.chains])
    k[design.subject[looked_at]] = [pareto_k(weights[:, e]) for e in looked_at.tolist()]
    unsure = looked_at[k[design.subject[looked_at]] > UNSURE]
    unsure = unsure[np.lexsort((unsure, -drop[unsure]))]
    if len(unsure):
        fall[design.subject[unsure]] = np.nan
        found_by[design.subject[unsure]] = "not known"
        again = unsure[:_MOST]
        fall[design.subject[again]] = _again(fitted, again)
        found_by[design.subject[again]] = "without the statement"
    fall, k = over_twins(design, fall), over_twins(design, k)
    return {"decisive_statement": statement, "drop": fall, "pareto_k": k, "drop_found_by": found_by.tolist()}


def _again(fitted: Fitted, namings: Ints) -> Floats:
    """Return the fall of each subject's probability by belief propagation with and without the naming, at drawn rates."""
    rates = fitted.chains[0].last
    whole = learn(
        fitted.design, fitted.priors, fitted.question, rounds=20, start=rates, learns=False, member=fitted.member
    )

    def one(number: int) -> float:
        e = int(namings[number])
        less = struck(fitted.design, e)
        found = learn(less, fitted.priors, fitted.question, rounds=20, start=rates, learns=False, member=whole.member)
        subject = fitted.design.subject[e]
        return float(max(whole.member[subject] - found.member[subject], 0.0))

    return np.array(side_by_side(one, range(len(namings))))


def struck(design: Design, naming: int) -> Design:
    """Return the design without one naming; what others had heard of it stays as it was."""
    keep = np.arange(len(design.sitting)) != naming
    rows = keep[design.naming]
    place = np.cumsum(keep) - 1
    columns: dict[str, Any] = {
        name: getattr(design, name)[keep] for name in ("sitting", "speaker", "subject", "cls", "features", "near")
    }
    return replace(design, row=design.row[rows], naming=place[design.naming[rows]], **columns)


def pareto_k(weights: npt.NDArray[Any]) -> float:
    """Return the tail index of positive weights: that of a generalised Pareto distribution of the largest fifth.

    References
    ----------
    Zhang and Stephens (2009), 10.1198/tech.2009.08017, with the weak prior of Vehtari et al. (2024).

    Examples
    --------
    >>> round(pareto_k(np.ones(100)), 1)
    0.0
    """
    ordered = np.sort(np.asarray(weights, np.float64))
    n = int(np.ceil(min(0.2 * len(ordered), 3 * np.sqrt(len(ordered)))))
    if len(ordered) < 25:
        return float("nan")
    x = ordered[-n:] - ordered[-n - 1]
    if x[-1] <= 1e-9 * max(ordered[-1], 1e-300):
        return 0.0
    x = np.maximum(x, 1e-12 * x[-1])
    many = 30 + int(np.sqrt(n))
    b = 1 / x[-1] + (1 - np.sqrt(many / (np.arange(1, many + 1) - 0.5))) / (3 * x[int(n / 4 + 0.5) - 1])
    k = np.log1p(-b[:, None] * x).mean(axis=1)
    score = n * (np.log(-b / k) - k - 1)
    weight = np.exp(score - score.max())
    found = float(np.log1p(-(b * weight).sum() / weight.sum() * x).mean())
    return (n * found + 10 * 0.5) / (n + 10)
