"""Figures of membership."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_curve"]


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
