"""Figures of membership."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.result import Drawing
from greatfear.recover.shares_result import draw_shares
from greatfear.recover.veracity_fit import Fitted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PARTS = ("knowledge", "suggestion", "repetition", "hearsay", "other")
_MOST = 30


def drawings_of(
    fitted: Fitted, curve: list[dict[str, Any]], reliability: list[dict[str, Any]], *, is_printed: bool
) -> tuple[Drawing, ...]:
    """Return the figures; that of one person only where probabilities are printed."""
    design, rows = fitted.design, []
    for cls, name in enumerate(design.sittings.classes):
        mine = design.cls == cls
        if mine.any():
            means = dict(zip(PARTS, fitted.parts[mine].mean(axis=0).tolist(), strict=True))
            rows.append({"circumstance": name, "namings": int(mine.sum()), **means})
    made = [
        Drawing(
            "shares", "What explains the namings, by circumstance", "The shares of a bar add up to 1.",
            lambda: draw_shares(rows, PARTS),
        )
    ]  # fmt: skip
    if curve:
        caption = "Dashed: what the prevalence alone would give, if the archive said nothing."
        title = "Expected members by the prevalence that is given"
        made.append(Drawing("number", title, caption, lambda: draw_curve(curve)))
    if reliability:
        caption = (
            "Archives were drawn from the fit and asked again; in them it is known who was a member. On the dashed line a "
            "probability means what it says."
        )
        made.append(
            Drawing("reliability", "What a probability would mean here", caption, lambda: draw_reliability(reliability))
        )
    if is_printed:
        bars = _one_person(fitted)
        caption = (
            "An example: the person whose namings the other parts explain least. Each bar is one naming: how far "
            "the log-odds of membership would fall without it. Hatched: mostly explained by suggestion or repetition."
        )
        made.append(Drawing("person", "One person, naming by naming", caption, lambda: draw_person(*bars)))
    return tuple(made)


def _one_person(fitted: Fitted) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return for the namings of one person the fall of the log-odds without each, and whether it was an echo."""
    design = fitted.design
    told = np.bincount(design.subject, fitted.parts[:, 0], design.n_persons)
    mine = np.flatnonzero(design.subject == int(np.argmax(told)))[:_MOST]
    p = np.clip(fitted.member[design.subject[mine]], 1e-6, 1 - 1e-6)
    q = np.clip(fitted.without[mine], 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p)) - np.log(q / (1 - q)), fitted.parts[mine, 1:3].sum(axis=1) > 0.5


def draw_person(gain: npt.NDArray[np.float64], is_echo: npt.NDArray[np.bool_]) -> Figure:
    """Draw one bar for each naming of a person, in the order of time."""
    from greatfear.canvas import GREY, PALETTE, figure, titled

    drawn, (axes,) = figure((6.4, 1.0 + 0.2 * max(len(gain), 1)))
    for flag, color, hatch, label in (
        (False, PALETTE[0], "", "said freely or of own knowledge"),
        (True, GREY, "//", "suggested or repeated"),
    ):
        rows = np.flatnonzero(is_echo == flag)
        axes.barh(rows, gain[rows], color=color, hatch=hatch, edgecolor="white", label=label)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks([])
    axes.invert_yaxis()
    axes.set_xlabel("log-odds of membership that rest on this naming")
    axes.legend(frameon=False, fontsize=8)
    titled(axes, "Namings of one person, earliest above")
    return drawn  # type: ignore[no-any-return]


def draw_reliability(rows: list[dict[str, Any]]) -> Figure:
    """Draw the share of members against the probability found, in archives drawn from the fit."""
    from greatfear.canvas import GREY, PALETTE, figure, titled

    drawn, (axes,) = figure((4.4, 3.6))
    axes.plot([0, 1], [0, 1], "--", color=GREY)
    axes.plot([r["probability"] for r in rows], [r["share_of_members"] for r in rows], marker="o", color=PALETTE[0])
    axes.set_xlabel("probability found")
    axes.set_ylabel("share of members")
    titled(axes, "In archives drawn from the fit")
    return drawn  # type: ignore[no-any-return]


def draw_curve(curve: list[dict[str, Any]]) -> Figure:
    """Draw the expected number of members against the prevalence that is given."""
    from greatfear.canvas import GREY, PALETTE, figure, titled

    drawn, (axes,) = figure((5.2, 3.0))
    x = [row["prevalence"] for row in curve]
    axes.plot(x, [row["expected"] for row in curve], marker="o", color=PALETTE[0], label="expected from this archive")
    axes.plot(
        x, [row["members_if_archive_says_nothing"] for row in curve], "--", color=GREY, label="the archive says nothing"
    )
    axes.set_xlabel("share of members given by the user")
    axes.set_ylabel("expected members")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8)
    titled(axes, "Whose number is it?")
    return drawn  # type: ignore[no-any-return]
