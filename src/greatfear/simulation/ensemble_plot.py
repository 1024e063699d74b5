"""The figure of an ensemble: one quantity against each parameter of a sweep, or by variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.canvas import GREY, INK, PALETTE, as_it_stands, figure, thousands, titled
from greatfear.errors import UnknownNameError
from greatfear.show.grid import number
from greatfear.simulation.ensemble_text import spread
from greatfear.simulation.summary import unit_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.simulation.ensemble import Ensemble

_MOST_LINES = 12
"""A parameter with more different values than this was drawn by a design: its points are shown one by one."""


@as_it_stands
def draw(many: Ensemble, quantity: str, ax: Axes | None) -> Figure:
    """Draw one quantity of an ensemble into axes, or into a new figure."""
    if quantity not in many.quantities:
        raise UnknownNameError("column of the ensemble", quantity, many.quantities)
    table = {name: many.table.column(name).to_pylist() for name in (*many.parameters, quantity)}
    values = np.array([np.nan if value is None else value for value in table[quantity]], float)
    is_field = len(many.parameters) == 2 and all(
        len(set(table[name])) <= _MOST_LINES and len(set(table[name])) > 1 for name in many.parameters
    )
    said, unit = (many.words.quantity(quantity).replace("_", " "), many.words.reworded(unit_of(quantity)))
    panels = list(many.parameters) if many.parameters else [""]
    if ax is not None:
        axes: list[Any] = [ax]
        panels = panels[:1]
    else:
        _, axes = figure((4.6 * len(panels) + (4.2 if is_field else 0.4), 3.4), (1, len(panels) + is_field))
    for one, name in zip(axes, panels, strict=False):
        if name:
            _against(one, name, table[name], values)
        else:
            _by_variant(one, many, quantity)
        one.set_ylabel(f"{said} ({unit})" if unit else quantity)
        thousands(one)
    if is_field and ax is None:
        _field(axes[-1], [(name, table[name]) for name in many.parameters], values, said)
    titled(axes[0], f"{said}: mean and nine tenths of the replicates")
    return axes[0].figure  # type: ignore[no-any-return]


def _against(axes: Any, name: str, given: list[Any], values: np.ndarray[Any, Any]) -> None:
    """Draw the values against one parameter, over all values of the others."""
    is_number = all(isinstance(one, int | float) for one in given)
    known = sorted(set(given), key=lambda one: one if is_number else str(one))
    axes.set_xlabel(name)
    if is_number and len(known) > _MOST_LINES:
        axes.plot(given, values, "o", color=PALETTE[0], markersize=3.5, alpha=0.5, markeredgewidth=0)
        return
    place = known if is_number else list(range(len(known)))
    found = [spread(values[[one == value for one in given]]) for value in known]
    low, mean, high = ([one[key] for one in found] for key in ("p5", "mean", "p95"))
    axes.fill_between(place, low, high, color=PALETTE[0], alpha=0.2, linewidth=0)
    axes.plot(place, mean, "o-", color=PALETTE[0], markersize=4)
    if not is_number:
        axes.set_xticks(place, [str(value) for value in known], rotation=30, ha="right")


def _by_variant(axes: Any, many: Ensemble, quantity: str) -> None:
    """Draw a mean with its band for each variant."""
    found = [spread(many.column(quantity, variant)) for variant in range(len(many.scenarios))]
    for place, one in enumerate(found):
        axes.plot([place, place], [one["p5"], one["p95"]], color=GREY)
        axes.plot([place], [one["mean"]], "o", color=PALETTE[0])
    names = ["as it stands", *(f"variant {k}" for k in range(1, len(found)))]
    axes.set_xticks(
        range(len(found)), names, rotation=30 if len(found) > 3 else 0, ha="right" if len(found) > 3 else "center"
    )
    axes.set_xlim(-0.6, len(found) - 0.4)


def _field(axes: Any, parameters: list[tuple[str, list[Any]]], values: np.ndarray[Any, Any], said: str) -> None:
    """Draw the mean over two parameters as a field of cells, each with its number."""
    (across, first), (up, second) = parameters
    columns, rows = sorted(set(first), key=_order), sorted(set(second), key=_order)
    means = np.full((len(rows), len(columns)), np.nan)
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            cell = values[[a == column and b == row for a, b in zip(first, second, strict=True)]]
            means[r, c] = spread(cell)["mean"]
    axes.imshow(means, origin="lower", aspect="auto", cmap="Blues")
    middle = (np.nanmin(means) + np.nanmax(means)) / 2
    for (r, c), mean in np.ndenumerate(means):
        axes.text(c, r, number(round(float(mean), 1)), ha="center", va="center", fontsize=7.5,
                  color="white" if mean > middle else INK)  # fmt: skip
    axes.set_xticks(range(len(columns)), [f"{x:g}" if isinstance(x, float) else str(x) for x in columns])
    axes.set_yticks(range(len(rows)), [f"{x:g}" if isinstance(x, float) else str(x) for x in rows])
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    titled(axes, f"mean {said}")


def _order(value: Any) -> tuple[int, Any]:
    """Return a key that puts numbers before texts."""
    return (0, value) if isinstance(value, int | float) else (1, str(value))
