"""What a change does to every quantity, in words; quantities that are nothing in both histories are only counted."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

from greatfear.plots.findings import many
from greatfear.plots.marks.svg import shown
from greatfear.web.parts import Cell, Table, cell

_KNOWN = {("offices.*.pressure", "0"): "What if nobody had been pressed?"}


def question(changes: dict[str, Any]) -> tuple[str, str]:
    """Return the title of a what-if, and the change as it was written."""
    written = "; ".join(f"{path} = {value}" for path, value in changes.items())
    asked = _KNOWN.get(next((path, str(value)) for path, value in changes.items())) if len(changes) == 1 else None
    return asked or f"What if: {written}", written


def effects(result: dict[str, Any]) -> Table:
    """Return the table of the effects of a change."""
    rows = result["effects"]
    columns = tuple(rows[0]) if rows else ("quantity",)
    shown = [row for row in rows if row.get("base") or row.get("changed")]
    known = [row for row in shown if any(_number(row.get(side)) is not None for side in ("base", "changed"))]
    heads = {name: name.replace("_", " ") for name in columns}
    left_out = len(rows) - len(known)
    note = "Error: of the difference, over the pairs."
    note += _variance([row["variance_ratio"] for row in known if _number(row.get("variance_ratio")) is not None])
    if left_out:
        note += f" {many(left_out, 'quantity')} not listed: nothing, or not known, in both histories."
    return Table(
        "effects", tuple(heads.values()), tuple(tuple(_cell(name, row[name]) for name in columns) for row in known),
        title="What the change does to every quantity", numeric=tuple(list(heads.values())[1:]), note=note,
    )  # fmt: skip


def _variance(ratios: list[float]) -> str:
    """Say what the ratio of variances is; with one pair there is none."""
    words = (
        " Variance ratio: variance of the difference between two histories that share their random numbers, over that "
        "between histories of different seeds; 0.1 means that those would need ten times as many pairs."
    )
    if not ratios:
        return f"{words} It takes two pairs or more."
    return f"{words} Its median over the {many(len(ratios), 'quantity')} with one: {shown(float(median(ratios)))}."


def _cell(column: str, value: Any) -> Cell:
    """Return a value; the name of a quantity with what it means beneath."""
    if column != "quantity":
        return cell(_number(value))
    from greatfear.simulation.summary import SUMMARY

    words = SUMMARY.get(str(value), ("", ""))[1].partition(";")[0]
    name = str(value).replace("_", " ")
    return cell(name, note=words if words != name else "")


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
