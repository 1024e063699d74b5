"""Figure of a counterfactual: who was accused and arrested in both histories, and who in one of them only, by month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.canvas import GREY, INK, PALETTE, as_it_stands, calendar_axis, figure, thousands, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.simulation.counterfactual import Counterfactual

_PANELS = (("accused", "persons accused"), ("arrested", "persons arrested"))
_LONGEST = 80
_SIDES = (("base", 1, "as it was"), ("changed", -1, "with the change"))


@as_it_stands
def draw_what_if(pair: Counterfactual, *, ax: Axes | None = None) -> Figure:
    """Return persons by the month of their first accusation and of their arrest, as it was (up) and with the change (down).

    Plain: the same persons in both histories, each at the month it has in that history. Hatched: persons of this history only.
    Drawn into `ax`, the accused alone.
    """
    drawn, panels = figure((7.5, 6.2), (len(_PANELS), 1), ax=ax, sharex=True)
    for axes, (fate, words) in zip(panels, _PANELS, strict=False):
        own = pair.scenario.wording.quantity(fate)
        _draw(axes, pair, fate, words if own == fate else f"persons: {own}")
    calendar_axis(panels[-1])
    panels[-1].set_xlabel("month")
    if ax is not None:
        ax.legend(frameon=False)
        return drawn  # type: ignore[no-any-return]
    told = "; ".join(f"{path} = {value}" for path, value in pair.changes.items())
    told = told if len(told) <= _LONGEST else f"{told[: _LONGEST - 3]}..."
    replicate = pair.table.column("replicate")[0].as_py()
    drawn.suptitle(
        f"{pair.scenario.id}, seed {pair.seed}, replicate {replicate}: what if {told}", x=0.01, ha="left", fontsize=9
    )
    handles, labels = panels[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return drawn  # type: ignore[no-any-return]


def _draw(axes: Any, pair: Counterfactual, fate: str, words: str) -> None:
    """Draw one fate: above the axis as it was, below with the change."""
    start = np.datetime64(pair.scenario.time.start, "M")
    n = int(np.datetime64(pair.scenario.time.end - dt.timedelta(days=1), "M") - start) + 1
    months = [month.astype(object) for month in (start + np.arange(n).astype("timedelta64[M]")).astype("datetime64[D]")]
    top = 1
    for which, sign, whose in _SIDES:
        both, alone = (_by_month(pair, fate, which, n, is_both=is_both) for is_both in (True, False))
        top = max(top, int((both + alone).max()))
        colour = PALETTE[0] if sign > 0 else PALETTE[1]
        axes.bar(
            months, sign * both, width=24, align="edge", color=PALETTE[6], alpha=0.75,
            label="in both histories" if sign > 0 else None,
        )  # fmt: skip
        axes.bar(
            months, sign * alone, bottom=sign * both, width=24, align="edge", facecolor=colour, edgecolor="white",
            hatch="////" if sign > 0 else "....", linewidth=0.3, label=f"only {whose}",
        )  # fmt: skip
        axes.annotate(
            f"{whose}: {int(both.sum()):,} in both, {int(alone.sum()):,} here only", (0.995, 0.5 + sign * 0.46),
            xycoords="axes fraction", ha="right", va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_ylim(-1.3 * top, 1.3 * top)
    axes.set_ylabel("persons per month")
    titled(axes, f"{words}, by month")
    thousands(axes)
    _without_sign(axes)


def _by_month(pair: Counterfactual, fate: str, which: str, n: int, *, is_both: bool) -> Any:
    """Return persons of one history by month: those of both, or those of this one only."""
    column = {name: np.asarray(pair.persons.column(f"{fate}_{name}").to_numpy()) for name in ("base", "changed")}
    other = column["changed" if which == "base" else "base"]
    keep = column[which] & (other if is_both else ~other)
    day = np.floor(np.asarray(pair.persons.column(f"{fate}_day_{which}").to_numpy())[keep]).astype(np.int64)
    start = np.datetime64(pair.scenario.time.start, "D")
    month = (start + day.astype("timedelta64[D]")).astype("datetime64[M]") - start.astype("datetime64[M]")
    return np.bincount(month.astype(np.int64), minlength=n)[:n]


def _without_sign(axes: Any) -> None:
    """Write the numbers below the axis as they count, without a minus."""
    inner = axes.yaxis.get_major_formatter()
    axes.yaxis.set_major_formatter(lambda value, at: inner(abs(value), at))
