"""The section of the report that sets an archive beside the published record: sentences, worst and best rows, figures, tables."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from greatfear.comparison.summing_up import best_and_worst, is_outside, sentences
from greatfear.landing import land, refuse_other
from greatfear.plots.marks.factors import LEGEND, Factor, factors
from greatfear.plots.markup import figure_block, quantity, section, table
from greatfear.plots.policy import POLICY
from greatfear.plots.style import CSS

_HEADS = ("quantity", "unit", "simulated", "interval", "record", "error", "role", "claim and verdict", "source, note")
_CAPTION = f"Simulated over record. {LEGEND} Bar: chance alone."
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
        drawn = factors_of(part)
        if drawn:
            about = f"simulated over record, {group}: {len(drawn)} quantities"
            caption = _CAPTION if k == 0 else ""
            body += f"<h4>{html.escape(group.capitalize())}</h4>"
            body += figure_block(factors(f"errors{k}", (group, about), drawn), caption, "narrow")
        body += f"<details><summary>{html.escape(group)} as a table</summary>{_table(part)}</details>"
    return "compared", "Against the record", body


def factors_of(rows: Iterable[Any]) -> list[Factor]:
    """Return what can be drawn of the rows of a comparison: those with a simulated and a recorded value."""
    found = []
    for row in rows:
        if math.isfinite(row.simulated) and math.isfinite(row.record) and row.record > 0:
            low, high = row.low / row.record, row.high / row.record
            found.append(Factor(row.quantity, row.simulated / row.record, low, high, row.role, _error(row)))
    return found


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
