"""An ensemble in words and as plain data: mean, spread and percentiles by variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.show.grid import grid
from greatfear.simulation.course import BOUND_SHORT, BOUND_WORDS
from greatfear.simulation.summary import OWN, unit_of

if TYPE_CHECKING:
    from greatfear.simulation.ensemble import Ensemble

_MAIN = ("accused", "statements", "arrests", "sentences", "deaths", "released", "true_leads", "names_per_sitting",
         "half_arrests_day")  # fmt: skip
_SWEPT = ("accused", "statements", "arrests", "sentences", "deaths", "released")
_MOST_POINTS = 60
_STANDARD = ("deaths",)
"""Quantities that a case with outcomes of its own shows only where they are not 0: it has a column for each outcome."""
_HEAD = ("quantity", "unit", "mean", "sd", "5%", "50%", "95%")


def spread(values: Any) -> dict[str, float]:
    """Return mean, standard deviation (n - 1) and percentiles of the values that are numbers.

    Parameters
    ----------
    values : array of float
        One per replicate; NaN is left out.
    """
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    low, middle, high = np.percentile(known, [5, 50, 95]) if known.size else (np.nan,) * 3
    return {
        "n": int(known.size),
        "mean": float(known.mean()) if known.size else np.nan,
        "sd": float(known.std(ddof=1)) if known.size > 1 else np.nan,
        "p5": float(low),
        "p50": float(middle),
        "p95": float(high),
    }


def as_text(many: Ensemble) -> str:
    """Return the main quantities of each variant as a table."""
    n = many.table.num_rows // len(many.scenarios)
    lines = [f"{many.scenarios[0].id}, seed {many.seed}: {n:,} replicate{'s' if n != 1 else ''}"]
    if many.parameters:
        head = f"{lines[0]} of each of {len(many.changes):,} points; means"
        return "\n".join([head, "", *_points(many), *_note_of_points(many), *_columns(many)])
    for variant, changes in enumerate(many.changes):
        told = "; ".join(f"{path} = {value}" for path, value in changes.items()) or "as it stands"
        lines += ["", f"variant {variant}: {told}", *_table(many, variant), "", *_limits(many, variant)]
    return "\n".join([*lines, *_columns(many)])


def _shown(many: Ensemble, names: tuple[str, ...]) -> list[str]:
    """Return the quantities that are shown, with the case's own outcomes behind the sentences."""
    shown: list[str] = []
    for name in names:
        if not (many.words.effects and name in _STANDARD and not np.nansum(many.column(name))):
            shown.append(name)
        if name == "sentences":
            shown += [one for one in many.quantities if one.startswith(OWN)]
    return shown


def _columns(many: Ensemble) -> list[str]:
    """Return which columns of the table stand behind the words of the case."""
    shown = _shown(many, _MAIN)
    told = [f"{many.words.quantity(name)} = {name}" for name in shown if many.words.quantity(name) != name]
    return ["", f"columns of the table: {', '.join(told)}"] if told else []


def _table(many: Ensemble, variant: int) -> list[str]:
    rows: list[tuple[str, ...]] = [_HEAD]
    for name in _shown(many, _MAIN):
        found = spread(many.column(name, variant))
        head = many.words.quantity(name)
        rows.append(
            (
                head,
                many.words.reworded(unit_of(name)),
                *(_number(found[key]) for key in ("mean", "sd", "p5", "p50", "p95")),
            )
        )
    return grid(rows, left=(0, 1))


def _limits(many: Ensemble, variant: int) -> list[str]:
    """Return the limits that bound in a variant: in how many replicates, and on how many days."""
    bound = [name for name in BOUND_WORDS if _days(many, name, variant).any()]
    if not bound:
        return ["no limit bound on any day of any replicate"]
    rows: list[tuple[str, ...]] = [
        ("days on which a limit bound in any office", "in replicates", "mean", "5%", "50%", "95%")
    ]
    for name in bound:
        days = _days(many, name, variant)
        found = spread(days)
        often = f"{np.count_nonzero(days):,} of {days.size:,}"
        rows.append(
            (
                many.words.reworded(BOUND_WORDS[name]),
                often,
                *(_number(found[key]) for key in ("mean", "p5", "p50", "p95")),
            )
        )
    length = _number(spread(many.column("days", variant))["mean"])
    return [*grid(rows, left=(0,)), f"of {length} days simulated"]


def _days(many: Ensemble, name: str, variant: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the days on which a limit bound, by replicate; 0 in tables of versions that did not tell them."""
    column = f"bound_{name}_days"
    told = many.column(column, variant) if column in many.table.column_names else np.zeros(0)
    return np.nan_to_num(np.asarray(told, np.float64))


def _bound_anywhere(many: Ensemble) -> list[str]:
    """Return the limits that bound in any point of a sweep."""
    return [name for name in BOUND_WORDS if any(_days(many, name, k).any() for k in range(len(many.changes)))]


def _note_of_points(many: Ensemble) -> list[str]:
    """Return what the columns on limits mean, or that no limit bound."""
    bound = _bound_anywhere(many)
    if not bound:
        return ["", "no limit bound on any day of any replicate"]
    told = "; ".join(f"{BOUND_SHORT[name]}: {BOUND_WORDS[name]}" for name in bound)
    length = _number(spread(many.column("days"))["mean"])
    return [
        "",
        many.words.reworded(f"days bound: mean days, of {length}, on which a limit bound in any office ({told})"),
    ]


def _points(many: Ensemble) -> list[str]:
    """Return the points of a sweep as a table, one line for each, with the mean of the main quantities and binding limits."""
    shown = [name for name in _shown(many, _SWEPT) if np.isfinite(many.column(name)).any()]
    bound = _bound_anywhere(many)
    heads = [f"days bound: {many.words.reworded(BOUND_SHORT[name])}" for name in bound]
    rows: list[tuple[str, ...]] = [(*many.parameters, *map(many.words.quantity, shown), *heads)]
    for variant, point in enumerate(many.changes[:_MOST_POINTS]):
        means = [spread(many.column(name, variant))["mean"] for name in shown]
        means += [spread(_days(many, name, variant))["mean"] for name in bound]
        values = (f"{value:.4g}" if isinstance(value, float) else str(value) for value in point.values())
        rows.append((*values, *map(_number, means)))
    more = len(many.changes) - _MOST_POINTS
    return grid(rows, left=()) + ([f"... and {more:,} more points: they stand in the table"] if more > 0 else [])


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def as_dict(many: Ensemble) -> dict[str, Any]:
    """Return the spread of every quantity by variant, as plain data."""
    return {
        "scenario": many.scenarios[0].id,
        "seed": many.seed,
        "replicates": many.table.num_rows // len(many.scenarios),
        "simulated_now": many.n_simulated,
        "parameters": list(many.parameters),
        "folder": None if many.path is None else str(many.path),
        "variants": [
            {
                "variant": variant,
                "changes": changes,
                "quantities": {name: spread(many.column(name, variant)) for name in many.quantities},
            }
            for variant, changes in enumerate(many.changes)
        ],
    }
