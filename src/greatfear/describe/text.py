"""A description as plain text and as HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from greatfear.describe.columns import Frame

if TYPE_CHECKING:
    from greatfear.describe.description import Description

__all__ = ["as_html", "as_text", "number"]

_SHOWN = ("by_year", "roots", "regions", "strata", "operations", "outcomes", "bursts", "top_speakers", "top_subjects")
_LONGEST = 12


def number(value: Any) -> str:
    """Return a value as a reader wants it: thousands apart, three digits of a fraction, a dash for unknown."""
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def bounds_in_words(total: Mapping[str, float | int]) -> str:
    """Return the bounds on the independent origins of the cases, and why they differ."""
    low, high = total["origins_low"], total["origins_high"]
    if low == high:
        return number(low)
    unknown = number(total["cases_of_unknown_root"])
    return f"at least {number(low)}, at most {number(high)}; the root of {unknown} cases is not recorded"


def _lines(described: Description) -> list[tuple[str, str]]:
    """Return the summary as pairs of words and numbers."""
    total = described.totals
    thirds = (total["new_share_first_third"], total["new_share_second_third"], total["new_share_last_third"])
    pairs = [
        ("persons on record", number(total["persons"])),
        (f"cases ({described.cases_are})", number(total["cases"])),
        ("independent origins of these", bounds_in_words(total)),
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


def _grid(frame: Frame) -> list[str]:
    """Return a table as aligned lines, its longest cut with a note."""
    rows = [[number(value) for value in row] for row in zip(*frame.columns.values(), strict=True)]
    table = [list(frame.columns), *rows[:_LONGEST]]
    widths = [max(len(row[k]) for row in table) for k in range(len(table[0]))]
    lines = [
        "  "
        + "  ".join(
            cell.rjust(width) if k else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]
    return lines + ([f"  ... {len(rows) - _LONGEST} more"] if len(rows) > _LONGEST else [])


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
        frame = described.frames[name]
        if len(frame):
            head += ["", f"{name.replace('_', ' ')}: {frame.about}", *_grid(frame)]
    return "\n".join(head)


def as_html(described: Description) -> str:
    """Return the summary and the tables as HTML for a notebook."""
    rows = "".join(f"<tr><td>{html.escape(words)}</td><td>{value}</td></tr>" for words, value in _lines(described))
    parts = [f"<h3>{html.escape(described.title or 'archive')}</h3><table>{rows}</table>"]
    for name in _SHOWN:
        frame = described.frames[name]
        if not len(frame):
            continue
        head = "".join(f"<th>{html.escape(column)}</th>" for column in frame.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(number(value))}</td>" for value in row) + "</tr>"
            for row in list(zip(*frame.columns.values(), strict=True))[:_LONGEST]
        )
        parts.append(f"<h4>{html.escape(frame.about)}</h4><table><tr>{head}</tr>{body}</table>")
    return "".join(parts)
