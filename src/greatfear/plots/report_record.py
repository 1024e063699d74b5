"""The section of the report that sets an archive beside the published record: sentences, worst and best rows, figures, tables."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from greatfear.canvas import GREY, INK, figure, mark, svg, titled
from greatfear.comparison.summing_up import best_and_worst, is_outside, sentences
from greatfear.landing import land, refuse_other
from greatfear.plots.markup import figure_block, quantity, section, table
from greatfear.plots.policy import POLICY
from greatfear.plots.style import CSS

_HEADS = ("quantity", "unit", "simulated", "interval", "record", "error", "role", "claim and verdict", "source, note")
_EDGE = 8.0
"""Factors beyond this stand at the edge of a figure, as arrows; errors in figures stand to the right of it."""
_RIGHT = _EDGE * 2.3
_MARKS = {
    "prediction": ("o", INK), "partly calibrated": ("o", "white"), "calibrated": ("s", "white"), "input": ("^", "white"),
    "other scenario": ("o", INK), "own record": ("o", INK),
}  # fmt: skip
_CAPTION = (
    "Simulated over record: on the line in the middle both agree, in the grey band they agree within a factor of 1.25. "
    "Filled circle: a prediction. Open circle: a total that contains the fitted year. Square: calibrated. Triangle: input. "
    "Bar: chance alone."
)
_ROLES = (
    "An input was given to the scenario. A calibrated number was fitted. A partly calibrated one is a total that contains "
    "what was fitted. A prediction is none of these. Of an own record its author alone knows. Error: simulated over record, "
    "less one."
)


def rows_of(given: Iterable[Any]) -> list[Any]:
    """Return the rows of a comparison, or of mappings with the same keys, as objects; what a mapping leaves out is unknown."""
    blank = {
        "quantity": "", "unit": "", "role": "", "claim": "", "verdict": "", "source": "", "note": "", "group": "totals",
        "simulated": math.nan, "low": math.nan, "high": math.nan, "record": math.nan, "error": math.nan,
    }  # fmt: skip
    rows = []
    for row in given:
        if isinstance(row, Mapping):
            rows.append(SimpleNamespace(**blank | {k: blank.get(k) if v is None else v for k, v in row.items()}))
        else:
            rows.append(row)
    return rows


def record_section(given: Iterable[Any], n_replicates: int, *, is_altered: bool = False) -> tuple[str, str, str]:
    """Return key, title and HTML of the section; empty HTML where there is nothing to compare with."""
    rows = rows_of(given)
    if not rows:
        return "compared", "", ""
    told = sentences(rows, n_replicates, is_altered=is_altered)
    body = "".join(f'<p class="note">{html.escape(line)}</p>' for line in (*told, _ROLES))
    best, worst = best_and_worst(rows)
    for title, part in (("The worst", worst), ("The best", best)):
        if part:
            body += f"<h3>{title}</h3>{_brief(part)}"
    body += "<h3>Every quantity</h3>"
    for k, group in enumerate(dict.fromkeys(row.group for row in rows)):
        part = [row for row in rows if row.group == group]
        drawn = [row for row in part if _ratio(row) is not None]
        if drawn:
            alt = f"simulated over record, {group}: {len(drawn)} quantities"
            body += figure_block(
                svg(draw_errors(drawn, group), f"errors{k}", alt), _CAPTION if k == 0 else "", "narrow"
            )
        body += f"<details><summary>{html.escape(group)} as a table</summary>{_table(part)}</details>"
    return "compared", "Against the record", body


def _ratio(row: Any) -> float | None:
    """Return simulated over record; None where it says nothing."""
    if math.isnan(row.simulated) or math.isnan(row.record) or row.record <= 0:
        return None
    return float(row.simulated / row.record)


def draw_errors(rows: Sequence[Any], title: str) -> Any:
    """Return dots with intervals on a scale of factors, each under its own words; legible in grey and on a narrow screen."""
    drawn, (axes,) = figure((4.6, 0.9 + 0.36 * len(rows)))
    axes.axvspan(1 / 1.25, 1.25, color="#e3e3e3", lw=0)
    axes.axvline(1, color=INK, lw=1)
    for k, row in enumerate(rows):
        _draw_row(axes, row, -k)
    axes.set_xscale("log", base=2)
    axes.set_xlim(1 / _EDGE / 1.1, _RIGHT)
    ticks = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8)
    axes.set_xticks(ticks, ["1/8", "1/4", "1/2", "equal", "2", "4", "8"])
    axes.set_ylim(-len(rows) + 0.35, 0.85)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("simulated over record")
    titled(axes, title.capitalize())
    roles = [role for role in _MARKS if any(row.role == role for row in rows)]
    drawn.legend(
        handles=[
            mark(role, marker=_MARKS[role][0], color=INK, markerfacecolor=_MARKS[role][1], linestyle="") for role in roles
        ],
        loc="outside lower left", ncols=2, fontsize=7.5, frameon=False,
    )  # fmt: skip
    return drawn


def _draw_row(axes: Any, row: Any, y: float) -> None:
    """Draw one quantity: its words above, the interval, the dot, and the error in figures."""
    ratio, (shape, fill) = _ratio(row), _MARKS.get(row.role, ("o", "white"))
    if ratio is None:
        return
    shown = min(max(ratio, 1 / _EDGE), _EDGE)
    if not math.isnan(row.low):
        ends = [min(max(end / row.record, 1 / _EDGE), _EDGE) for end in (row.low, row.high)]
        axes.plot(ends, [y, y], color=GREY, lw=4, solid_capstyle="butt", alpha=0.8)
    beyond = "<" if ratio < 1 / _EDGE else ">" if ratio > _EDGE else ""
    axes.plot(shown, y, marker=beyond or shape, color=INK, markerfacecolor=fill, markersize=6, zorder=4)
    axes.plot([1, shown], [y, y], color=INK, lw=0.6)
    words = row.quantity if len(row.quantity) <= 58 else f"{row.quantity[:56]}…"
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # a long name crosses the grey band and the line
    axes.text(1 / _EDGE / 1.1, y + 0.36, words, fontsize=8.2, va="center", bbox=behind)
    axes.text(_RIGHT, y, _error(row), fontsize=8.2, va="center", ha="right")


def _table(rows: Sequence[Any]) -> str:
    """Return rows as a table; rows that carry a claim of the source article show it with its verdict."""
    body = [
        (
            row.quantity, row.unit, row.simulated, _interval(row), row.record, _error(row), row.role,
            ": ".join(filter(None, (row.claim, row.verdict))), "; ".join(filter(None, (row.source, row.note))),
        )
        for row in rows
    ]  # fmt: skip
    return table(_HEADS, body, (2, 3, 4, 5))


def _brief(rows: Sequence[Any]) -> str:
    """Return rows as a table that fits a narrow screen."""
    body = [(row.quantity, row.simulated, row.record, _error(row), row.role) for row in rows]
    return table(("quantity", "simulated", "record", "error", "role"), body, (1, 2, 3))


def _interval(row: Any) -> str:
    if math.isnan(row.low) or math.isnan(row.high):
        return "–"
    return f"{quantity(row.low)} to {quantity(row.high)}" + (" (run outside)" if is_outside(row) else "")


def _error(row: Any) -> str:
    return "–" if math.isnan(row.error) else f"{row.error:+.1%}" if abs(row.error) < 0.1 else f"{row.error:+.0%}"


def record_page(found: Mapping[str, Any], path: Path) -> Path:
    """Write comparisons, one per run, as an HTML page that needs no network."""
    parts: list[str] = []
    for name, one in found.items():
        _, title, body = record_section(one, one.n_replicates, is_altered=one.is_altered)
        parts.append(section(f"run{len(parts)}", f"{title}: {name}", body))
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{POLICY}<title>Beside the published record</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{CSS}</style></head>'
        f"<body><h1>Beside the published record</h1>{''.join(parts)}</body></html>\n"
    )
    refuse_other(path, b"<!doctype html", b"<html", text=page)
    return land(path, page)
