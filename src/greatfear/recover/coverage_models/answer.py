"""What all models together say: the range of those that stand, or that the lists cannot tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.recover.coverage_models.lists import ListCounts
from greatfear.recover.coverage_models.models import Model
from greatfear.recover.coverage_models.refusing import reasons_to_refuse
from greatfear.recover.result import Verdict

MOST_RATIO = 2.0
"""Largest estimate over the smallest, among the models that stand, above which no number is named."""


@dataclass(frozen=True)
class Answer:
    """The verdict over all models.

    Parameters
    ----------
    verdict : {"tells in part", "cannot tell"}
    reasons : tuple of str
        Why there is no number; empty where there is one.
    estimate : float
        Median of the estimates of the models that stand; NaN after "cannot tell".
    smallest, largest : float
        Range of these estimates; NaN where no model stands.
    low, high : float
        From the lowest to the highest end of their 90 % intervals.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    estimate: float
    smallest: float
    largest: float
    low: float
    high: float


def answer(lists: ListCounts, models: Sequence[Model]) -> Answer:
    """Return the verdict: refused, or the range of the models that stand."""
    nan = math.nan
    refused = reasons_to_refuse(lists)
    if refused:
        return Answer("cannot tell", tuple(refused), nan, nan, nan, nan, nan)
    standing = sorted((model for model in models if model.stands), key=lambda model: model.estimate)
    if not standing:
        return Answer("cannot tell", ("No model stands: " + _why_none(models),), nan, nan, nan, nan, nan)
    smallest, largest = standing[0].estimate, standing[-1].estimate
    low, high = min(model.low for model in standing), max(model.high for model in standing)
    if largest > MOST_RATIO * smallest:
        why = (
            f"The models that stand give from {smallest:,.0f} ({standing[0].name}) to {largest:,.0f} ({standing[-1].name}), a "
            f"factor of {largest / smallest:.1f}; which of their assumptions holds the lists cannot say."
        )
        return Answer("cannot tell", (why,), nan, smallest, largest, low, high)
    middle = _median([model.estimate for model in standing])
    # never more than in part: the dependence of all lists together stays an assumption
    return Answer("tells in part", (), middle, smallest, largest, low, high)


def interaction_needed(lists: ListCounts, estimate: float, claim: float) -> float:
    """Return exp(xi) that turns an estimate into a claimed number of all persons; NaN for a claim below those on the lists.

    xi is the interaction of all lists together on the logarithmic scale. No table shows it.
    """
    if claim <= lists.n_observed or estimate <= lists.n_observed:
        return math.nan
    return (claim - lists.n_observed) / (estimate - lists.n_observed)


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _why_none(models: Sequence[Model]) -> str:
    return "; ".join(f"{model.name}: {model.not_standing}" for model in models)
