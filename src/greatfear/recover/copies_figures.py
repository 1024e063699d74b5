"""Figures of inferred copies: one subject as a tree ordered by time, and the intervals of all subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 80


def draw_subject(days: list[float], speakers: list[str], parents: list[int], chances: list[float]) -> Figure:
    """Draw the statements on one person by day; a line leads to the likeliest source, as wide as it is likely."""
    from greatfear.canvas import INK, PALETTE, figure

    n = len(days)
    drawn, (axes,) = figure((8.0, 0.24 * n + 1.0))
    for row in range(n):
        k = parents[row]
        if k >= 0 and chances[row] >= 0.05:
            axes.plot(
                [days[k], days[row]],
                [k, row],
                color=PALETTE[0],
                linewidth=0.3 + 3.2 * chances[row],
                alpha=0.6,
                zorder=1,
            )
    roots = [k for k in range(n) if parents[k] < 0 or chances[k] < 0.5]
    rest = [k for k in range(n) if k not in roots]
    axes.plot([days[k] for k in roots], roots, "s", color=PALETTE[3], markersize=5, zorder=2, label="likelier a root")
    axes.plot([days[k] for k in rest], rest, "o", color=INK, markersize=4, zorder=2, label="likelier a copy")
    axes.set_yticks(range(n), speakers, fontsize=6.5)
    axes.set(ylim=(n - 0.5, -0.5), xlabel="day")
    axes.legend(fontsize=7, frameon=False, loc="upper right")
    out: Figure = drawn
    return out


def draw_intervals(
    statements: npt.NDArray[np.int64],
    roots: npt.NDArray[np.float64],
    low: npt.NDArray[np.int64],
    high: npt.NDArray[np.int64],
) -> Figure:
    """Draw the interval of independent roots of each subject, those with most statements first."""
    from greatfear.canvas import GREY, PALETTE, figure, titled

    order = np.argsort(-statements, kind="stable")[:_MOST]
    drawn, (axes,) = figure((8.0, 3.2))
    place = np.arange(len(order))
    axes.plot(place, statements[order], "_", color=GREY, markersize=5, label="statements")
    axes.vlines(place, low[order], high[order], color=PALETTE[0], linewidth=2, alpha=0.6)
    axes.plot(place, roots[order], "o", color=PALETTE[0], markersize=2.5, label="independent roots")
    axes.set(xlabel=f"persons named, the {len(order)} with most statements", ylim=(0, None), xticks=[])
    axes.legend(fontsize=7, frameon=False)
    titled(axes, "statements and independent roots")
    out: Figure = drawn
    return out
