"""The figure of a comparison with the record: how far each quantity is from it, as a ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from greatfear.canvas import GREY, INK, PALETTE, as_it_stands, figure, ratio_axis, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.comparison.against_record import ComparisonRow

_MOST = 30
"""More quantities than this are not legible: those farthest from the record are drawn."""
_COLOURS = {"input": GREY, "calibrated": PALETTE[1], "partly calibrated": PALETTE[4], "prediction": PALETTE[0]}


@as_it_stands
def draw(rows: Sequence[ComparisonRow], ax: Axes | None) -> Figure:
    """Draw the ratio of the simulated to the recorded value, a line per quantity; predictions last, the farthest lowest."""
    known = [row for row in rows if row.record > 0 and row.simulated > 0]
    known = sorted(known, key=lambda row: abs(math.log(row.simulated / row.record)))[-_MOST:]
    known.sort(key=lambda row: (row.role == "prediction", abs(math.log(row.simulated / row.record))))
    drawn, (axes, *_) = figure((7, 1.4 + 0.24 * max(len(known), 1)), ax=ax)
    for place, row in enumerate(known):
        colour = _COLOURS.get(row.role, INK)
        if row.low > 0 and row.high > 0:
            axes.plot(
                [row.low / row.record, row.high / row.record], [place, place], color=colour, linewidth=3, alpha=0.35
            )
        axes.plot(row.simulated / row.record, place, "o", color=colour, markersize=5)
    axes.axvline(1.0, color=INK, linewidth=0.8)
    _scaled(axes, known)
    titled(axes, "Simulated over recorded; bands: nine tenths of the replicates")
    if not known:
        axes.text(0.5, 0.5, "no quantity has a recorded value", ha="center", va="center", transform=axes.transAxes)
    return drawn  # type: ignore[no-any-return]


def _scaled(axes: Any, known: Sequence[ComparisonRow]) -> None:
    """Write the quantities beside their lines, ratios on a scale on which a half is as far as twice, and the roles."""
    ratio_axis(axes)
    axes.set_yticks(range(len(known)), [row.quantity for row in known])
    axes.invert_yaxis()
    for role in dict.fromkeys(row.role for row in known):
        axes.plot([], [], "o", color=_COLOURS.get(role, INK), label=role)
    if known:
        axes.legend(frameon=False, loc="best", fontsize=8)
