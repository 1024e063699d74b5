"""The section of the report on fear, votes, papers from abroad and tribunals."""

from __future__ import annotations

from collections.abc import Sequence

from greatfear.comparison.mechanisms import MechanismRow
from greatfear.plots.markup import table

__all__ = ["mechanisms_section"]


def mechanisms_section(rows: Sequence[MechanismRow]) -> tuple[str, str, str]:
    """Return key, title and HTML of the section."""
    cells = [
        (row.family, row.words, f"{row.value:.3f}" if row.unit == "share" else f"{row.value:,.6g}", row.unit,
         "truth" if row.is_true else "the record")
        for row in rows
    ]  # fmt: skip
    note = (
        '<p class="note">Rows marked truth are about the simulated world itself: its archive does not tell them.</p>'
        + table(("mechanism", "what", "this run", "unit", "known to"), cells, (2,))
    )
    return "mechanisms", "Fear, votes, papers from abroad, tribunals", note
