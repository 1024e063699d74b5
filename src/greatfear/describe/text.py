"""A description as plain text and as HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from greatfear.show.grid import number

if TYPE_CHECKING:
    from greatfear.describe.description import Description
    from greatfear.show.table import Table

__all__ = ["as_html", "as_text"]

_SHOWN = (
    "by_year",
    "reproduction",
    "deponents",
    "roots",
    "regions",
    "strata",
    "operations",
    "outcomes",
    "bursts",
    "top_speakers",
    "top_subjects",
)
_LONGEST = 12
_NARROW = {
    "reproduction": ("window", "cases", "led_to", "R_case", "R_case_corrected", "share_in", "R_instant"),
    "deponents": ("window", "deponents", "new_names", "new_names_per_deponent", "arrests_per_deponent"),
}
"""Columns that fit on a terminal; the table itself has more."""


def bounds_in_words(total: Mapping[str, float | int]) -> str:
    """Return the bounds on the independent origins of the cases, and why they differ."""
    low, high = total["origins_low"], total["origins_high"]
    if low == high:
        return number(low)
    unknown = number(total["cases_of_unknown_root"])
    return f"at least {number(low)}, at most {number(high)}; the root of {unknown} cases is not recorded"


def _per_case(total: Mapping[str, float | int]) -> str:
    """Return how many cases a case led to: on record, corrected for the end of the archive, and by stratum."""
    record, corrected = total["arrests_per_case"], total["arrests_per_case_corrected"]
    if math.isnan(record):
        return number(record)
    return f"{number(record)} on record; {number(corrected)} corrected for the end of the archive"


def _lines(described: Description) -> list[tuple[str, str]]:
    """Return the summary as pairs of words and numbers."""
    total = described.totals
    thirds = (total["new_share_first_third"], total["new_share_second_third"], total["new_share_last_third"])
    pairs = [
        ("persons on record", number(total["persons"])),
        (f"cases ({described.cases_are})", number(total["cases"])),
        ("independent origins of these", bounds_in_words(total)),
        (
            "arrests per case (R)" if described.case == "arrest" else f"{described.cases_are} per case (R)",
            _per_case(total),
        ),
        ("sentences", number(total["sentences"])),
        ("of these to death", number(total["deaths"])),
        ("deponents", number(total["deponents"])),
        ("of these without a name", number(total["deponents_without_names"])),
        ("namings of persons", number(total["namings_of_persons"])),
        ("of these self-accusations", number(total["self_accusations"])),
        ("persons named by others", number(total["named"])),
        ("new names, by third of the namings", ", ".join(number(share) for share in thirds)),
        ("namings that fall on the ten most named", number(total["top_ten_share"])),
        ("share of the named who are named once", number(total["share_named_once"])),
        ("Gini coefficient of namings", number(total["gini"])),
        ("statements without a date", number(total["undated_statements"])),
    ]
    if total["circles_cut"]:
        pairs.append(("chains that ran in a circle and were cut", number(total["circles_cut"])))
    return pairs


def _shown(described: Description, name: str) -> Table:
    """Return a table as it is printed: the columns that fit."""
    table = described.frames[name]
    return table.only(*_NARROW[name]) if name in _NARROW else table


def as_text(described: Description) -> str:
    """Return the description as plain text, about eighty lines."""
    head = [
        described.title or "archive",
        f"{described.kind or 'unknown kind'}; days counted from {described.epoch}",
        "",
    ]
    pairs = _lines(described)
    width = max(len(words) for words, _ in pairs)
    head += [f"{words.ljust(width)}  {value}" for words, value in pairs]
    for name in _SHOWN:
        frame = _shown(described, name)
        if len(frame):
            head += ["", frame.to_text(most=_LONGEST)]
    return "\n".join(head)


def as_html(described: Description) -> str:
    """Return the summary and the tables as HTML for a notebook."""
    rows = "".join(f"<tr><td>{html.escape(words)}</td><td>{value}</td></tr>" for words, value in _lines(described))
    parts = [f"<h3>{html.escape(described.title or 'archive')}</h3><table>{rows}</table>"]
    parts += [_shown(described, name).to_html(most=_LONGEST) for name in _SHOWN if len(described.frames[name])]
    return "".join(parts)
