"""The section of the report on the numbers of the mechanisms: fear, votes, papers from abroad, tribunals and others."""

from __future__ import annotations

from collections.abc import Sequence

from greatfear.plots.markup import quantity, table
from greatfear.scenario.mechanism import MechanismRow
from greatfear.scenario.mechanisms import MECHANISMS

_TITLES = dict(one.title for one in MECHANISMS if one.title)


def mechanisms_section(rows: Sequence[MechanismRow]) -> tuple[str, str, str]:
    """Return key, title and HTML of the section."""
    cells = [
        (row.family, row.words, f"{row.value:.3f}" if row.unit == "share" else quantity(row.value), row.unit,
         "truth" if row.is_true else "the record")
        for row in rows
    ]  # fmt: skip
    note = (
        '<p class="note">Rows marked truth are about the simulated world itself: its archive does not tell them.</p>'
        + table(("mechanism", "what", "this run", "unit", "known to"), cells, (2,))
    )
    known = dict.fromkeys(row.family for row in rows if row.family not in ("offices", "centre"))
    families = [_TITLES.get(name, name) for name in known]
    title = ", ".join(families) if families else "further numbers of the run"
    return "mechanisms", title[0].upper() + title[1:], note
