"""What the lists say, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from greatfear.recover.coverage_models.answer import Answer, interaction_needed
from greatfear.recover.coverage_models.lists import ListCounts
from greatfear.recover.coverage_models.models import Model

_CAUTION = (
    "Lists of accused persons are often made from one another's statements (lists from confessions): then a person on one list "
    "is likely to be on the next, the lists are not independent, and the true number is larger than these models say."
)


def words_of(counts: ListCounts, said: Answer, models: Sequence[Model], claim: float | None) -> tuple[str, ...]:
    """Return the sentences of the answer, the most important first."""
    n = counts.n_observed
    names = ", ".join(counts.names)
    lines: list[str] = []
    if said.reasons and math.isfinite(said.smallest):
        lines.append(f"Cannot tell: {said.smallest:,.0f} to {said.largest:,.0f}. {said.reasons[0]}")
        lines.append(f"With the 90 % intervals of these models: {said.low:,.0f} to {said.high:,.0f} persons.")
    elif said.reasons:
        lines += list(said.reasons)
    else:
        n_standing = sum(model.stands for model in models)
        lines.append(
            f"{n:,} persons stand on the {counts.n_lists} lists. The {n_standing} models that stand put the number of all "
            f"persons at {said.smallest:,.0f} to {said.largest:,.0f}; with their 90 % intervals, {said.low:,.0f} to "
            f"{said.high:,.0f}."
        )
        lines.append(
            "Each number rests on an assumption that the lists cannot test; the table of models gives each in a sentence."
        )
    if not (said.reasons and math.isfinite(said.smallest)) and said.reasons and counts.names:
        lines.append(f"{n:,} persons stand on these lists: {names}.")
    if counts.n_repeated:
        lines.append(f"{counts.n_repeated:,} entries repeat a person on the same list; each person counts once.")
    if counts.n_unlisted:
        lines.append(_on_no_list(counts.n_unlisted))
    lines += _about_claim(counts, models, claim)
    if models:
        lines.append(_CAUTION)
    return tuple(lines)


def _on_no_list(n: int) -> str:
    """Return what becomes of persons whom the table counts as standing on no list (rows of zeros)."""
    who = "1 person stands" if n == 1 else f"{n:,} persons stand"
    return (
        f"In the table {who} on no list (a row of zeros). This count is left out and changes nothing in the answer: lists cannot "
        "count those whom all of them miss. If another source names these persons, give it as a list of its own."
    )


def _about_claim(counts: ListCounts, models: Sequence[Model], claim: float | None) -> list[str]:
    """Return what a claimed number needs to be true."""
    if claim is None:
        return []
    if claim < counts.n_observed:
        return [f"{claim:,.0f} cannot be the number of all persons: {counts.n_observed:,} stand on the lists."]
    need = [(interaction_needed(counts, model.estimate, claim), model.name) for model in models if model.stands]
    need = sorted((x, name) for x, name in need if math.isfinite(x))
    if not need:
        return []
    (least, first), (most, last) = need[0], need[-1]
    span = f"{least:.2g} times" if least == most else f"{least:.2g} times ({first}) to {most:.2g} times ({last})"
    need_words = (
        f"{claim:,.0f} persons need a dependence of all {counts.n_lists} lists together that multiplies the number on no list "
        f"by {span}. No table of lists can show or exclude that."
    )
    return [need_words]
