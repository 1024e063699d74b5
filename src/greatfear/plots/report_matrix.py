"""The matrix of cases in the report: what a case of each group led to, and how many cases of each rest on a naming."""

from __future__ import annotations

import math

from greatfear.describe.description import Description
from greatfear.plots.marks.grid import Square, grid
from greatfear.plots.markup import figure_block, table


def matrix_block(found: Description) -> str:
    """Return the matrix of cases by group as HTML; empty where no case led to another, or all are of one group."""
    frame = found.frames.get("case_matrix")
    rows = frame.rows() if frame is not None else []
    names = [str(row["of"]) for row in rows]
    led = [[float(row[f"to {name}"]) for name in names] for row in rows]
    top = max((value for line in led for value in line if not math.isnan(value)), default=0.0)
    if len(rows) < 2 or top <= 0:
        return ""
    cases = [int(row["cases"]) for row in rows]
    cells = [
        [
            Square(math.sqrt(value / top), f"a case of {of} led to {value:.3f} of {to}")
            for to, value in zip(names, line, strict=True)
        ]
        for of, line in zip(names, led, strict=True)
    ]
    radius = found.totals.get("arrests_per_case_by_stratum", math.nan)
    words = (
        f"Cases that one case led to, by group of the first (rows) and of those that followed (columns); darker is more (by the "
        f"square root), the darkest is {top:.2f}."
    )
    words += "" if math.isnan(radius) else f" The largest eigenvalue of the matrix, {radius:.2f}, is R of the whole."
    drawn = grid(
        "case-matrix", ("Which cases led to which", words), (names, names), cells, axes=("a case of", "led to cases of")
    )
    by_group = [
        (name, count, sum(line), f"{sum(cases[j] * led[j][k] for j in range(len(names))) / count:.1%}")
        for k, (name, count, line) in enumerate(zip(names, cases, led, strict=True))
    ]
    heads = ("group", found.cases_are, "cases that a case led to", "of these on a naming by another case")
    matrix = table(("a case of", *(f"to {name}" for name in names)), [(of, *line) for of, line in zip(names, led, strict=True)],
                   tuple(range(1, len(names) + 1)))  # fmt: skip
    return (
        "<h3>Which cases led to which</h3>"
        + figure_block(f'<div class="drawn">{drawn}</div>', words)
        + table(heads, by_group, (1, 2, 3))
        + f"<details><summary>the matrix in numbers</summary>{matrix}</details>"
    )
