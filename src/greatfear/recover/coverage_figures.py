"""Figures of coverage: one bar a model with its assumption beside it; the number against the dependence nobody can see."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from greatfear.recover.coverage_models.answer import Answer, interaction_needed
from greatfear.recover.coverage_models.lists import ListCounts
from greatfear.recover.coverage_models.models import Model
from greatfear.recover.result import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDEST = 8.0
_FACTORS = tuple(2.0 ** (k / 4) for k in range(-12, 13))


def drawings_of(counts: ListCounts, said: Answer, models: Sequence[Model], claim: float | None) -> tuple[Drawing, ...]:
    """Return the figures of an answer."""
    kept = [model for model in models if math.isfinite(model.estimate)]
    return (
        Drawing(
            "models",
            "The number of all persons, model by model",
            "Line: 90 % interval; point: estimate. Grey: the model does not stand, with the reason. The sentence below a name is "
            "what must be true for the number to hold.",
            partial(draw_models, counts, kept, claim),
        ),
        Drawing(
            "sensitivity",
            "The number of all persons against the dependence that no list can show",
            "At 1, all lists together have no dependence of their own. To the right, persons on no list are more numerous than "
            "each model supposes.",
            partial(draw_sensitivity, counts, [model for model in kept if model.stands] or kept, claim),
        ),
    )


def draw_models(counts: ListCounts, models: Sequence[Model], claim: float | None) -> Figure:
    """Draw one bar a model with its assumption beside it."""
    from greatfear.canvas import GREY, INK, PALETTE, figure, thousands, titled

    drawn, (axes, *beside) = figure((10.5, 0.72 * len(models) + 1.1), (1, 2), width_ratios=[1.0, 1.25], sharey=True)
    top = max((model.estimate for model in models), default=1.0)
    end = max(min(max(model.high for model in models), _WIDEST * top), claim or 0.0)
    for row, model in enumerate(models):
        colour = PALETTE[0] if model.stands else GREY
        axes.plot(
            [model.low, min(model.high, end)], [row, row], color=colour, linewidth=4, alpha=0.55, solid_capstyle="butt"
        )
        axes.plot([model.estimate], [row], "o", color=colour, markersize=6)
    axes.axvline(counts.n_observed, color=INK, linewidth=0.9)
    axes.annotate(
        f"{counts.n_observed:,} on the lists", (counts.n_observed, -0.62), fontsize=7, ha="left", xytext=(3, 0),
        textcoords="offset points",
    )  # fmt: skip
    if claim is not None:
        axes.axvline(claim, color=PALETTE[3], linestyle="--", linewidth=1)
    axes.set(
        ylim=(len(models) - 0.3, -0.8), yticks=[], xlabel="persons in all", xlim=(0.9 * counts.n_observed, end * 1.03)
    )
    axes.spines["left"].set_visible(False)
    for notes in beside:
        _write_beside(notes, models)
    if not beside:
        axes.set_yticks(range(len(models)), [model.name for model in models], fontsize=8)
    thousands(axes, "x")
    titled(axes, "persons on at least one list or on none")
    out: Figure = drawn
    return out


def _write_beside(notes: Any, models: Sequence[Model]) -> None:
    """Write number and assumption beside the bar of each model."""
    from greatfear.canvas import GREY, INK

    for row, model in enumerate(models):
        ink = INK if model.stands else GREY
        note = f"{model.name}: {model.estimate:,.0f} ({model.low:,.0f} to {model.high:,.0f})"
        notes.text(0, row - 0.3, note, fontsize=8, va="center", color=ink, weight="bold")
        about = model.assumption + (f" Does not stand: {model.not_standing}." if model.not_standing else "")
        notes.text(0, row - 0.1, textwrap.fill(about, 96), fontsize=6.8, va="top", color=ink)
    notes.set(xlim=(0, 1), xticks=[])
    notes.spines[:].set_visible(False)


def draw_sensitivity(counts: ListCounts, models: Sequence[Model], claim: float | None) -> Figure:
    """Draw N against exp(xi), a line a model."""
    from greatfear.canvas import GREY, PALETTE, figure, thousands, titled

    drawn, (axes,) = figure((8.2, 4.0))
    n = counts.n_observed
    shown = factors(counts, models, claim)
    for row, model in enumerate(models):
        style: dict[str, Any] = {"color": PALETTE[row % len(PALETTE)], "linestyle": "-" if row < len(PALETTE) else "--"}
        axes.plot(shown, [n + (model.estimate - n) * x for x in shown], label=model.name, **style)
        axes.plot([1], [model.estimate], "o", markersize=4, **style)
    axes.axvline(1, color=GREY, linewidth=0.8)
    if claim is not None:
        axes.axhline(claim, color=PALETTE[3], linestyle="--", linewidth=1, label=f"claimed: {claim:,.0f}")
    axes.set_xscale("log", base=2)
    axes.set_xticks([1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8], ["1/8", "1/4", "1/2", "1", "2", "4", "8"])
    axes.set(xlabel="factor on the number on no list, exp(xi)", ylabel="persons in all")
    axes.legend(fontsize=7, frameon=False)
    thousands(axes)
    titled(axes, "what the lists cannot show")
    out: Figure = drawn
    return out


def factors(counts: ListCounts, models: Sequence[Model], claim: float | None) -> list[float]:
    """Return the strengths of the dependence that are shown: 1/8 to 8, further where a claim needs it."""
    need = [interaction_needed(counts, model.estimate, claim) for model in models] if claim is not None else []
    return sorted({*_FACTORS, *(x for x in need if math.isfinite(x))})
