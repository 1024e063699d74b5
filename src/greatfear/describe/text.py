"""A description as plain text and as HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from greatfear.show.grid import number
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from greatfear.describe.description import Description
    from greatfear.show.table import Table
    from greatfear.show.wording import Wording

_WINDOWS = ("reproduction", "new_names", "deponents")
"""Tables by window: printed whole, as the user chose the windows."""
_SHOWN = (
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
    "reproduction": (
        "window", "cases", "led_to", "R_case", "R_case_corrected", "share_in", "R_instant", "R_least", "R_shared", "R_most",
    ),
    "deponents": ("window", "deponents", "new_names", "new_names_per_deponent", "arrests_per_deponent"),
}  # fmt: skip
"""Columns that fit on a terminal; the table itself has more."""


_GROUPS = {"outcomes": ("outcomes", "outcome"), "kinds": ("acts", "kind"), "channels": ("channels", "channel")}
"""Of tables that count by a code: the group of its words, and the column."""


def in_words(table: Table, words: Wording) -> Table:
    """Return a table that counts by outcome, kind or channel with the words of the case."""
    group, column = _GROUPS.get(table.name.partition("_by_")[0], ("", ""))
    if table.name == "confessions":
        group, column = "outcomes", "confessions"
    column = column if column in table.columns else table.name
    if not words or not group or column not in table.columns:
        return table
    return replace(table, columns=dict(table.columns) | {column: words.renamed(group, list(table.columns[column]))})


def _headed(table: Table, words: Wording) -> Table:
    """Return a table as it is printed: its heads, and what cases rest on, in the words of the case."""
    if not words:
        return table
    columns = {}
    for name, cells in table.columns.items():
        if (name == "summonses" or (name == "deaths" and words.effects)) and not any(cells):
            continue
        is_root = table.name == "roots" and name in ("rests_on", "root")
        head = words.death if name == "deaths" else words.reworded(name.replace("_", " "))
        columns[head] = [words.root(cell) for cell in cells] if is_root else cells
    told = f"; {words.death} counts {words.many('acts', 'sentence')}" if words.death in columns else ""
    about = table.about.replace("; deaths are death sentences", told)
    return replace(table, name=words.reworded(table.name), columns=columns, about=words.reworded(about))


def bounds_in_words(total: Mapping[str, float | int]) -> str:
    """Return the bounds on the independent origins of the cases, and why they differ."""
    low, high = total["origins_low"], total["origins_high"]
    if math.isnan(low):
        return "not known: no case has a recorded cause"
    if low == high:
        return number(low)
    unknown = number(total["cases_of_unknown_root"])
    return f"at least {number(low)}, at most {number(high)}; the root of {unknown} cases is not recorded"


def _per_case(total: Mapping[str, float | int]) -> str:
    """Return how many cases a case led to: on record, corrected for the end of the archive, and by stratum."""
    record, corrected = total["arrests_per_case"], total["arrests_per_case_corrected"]
    if math.isnan(record):
        return "not known: no case has a recorded cause" if total["cases"] else number(record)
    return f"{number(record)} on record; {number(corrected)} corrected for the end of the archive"


def _case_in_words(described: Description) -> str:
    """Return what a case is, and what else could be one."""
    others = {kind: n for kind, n in described.case_counts.items() if kind != described.case}
    told = "as chosen" if described.is_chosen else "the default if any is recorded"
    if described.case == "summons" and not described.is_chosen:
        told = "the default if no arrest is recorded"
        told += "" if "summons" in described.case_counts else " (no summons is recorded either)"
    also = ", ".join(f"{described.words.one('acts', kind)} ({number(n)})" for kind, n in others.items())
    case = described.words.one("acts", described.case)
    return f"a case is: {case}, {told}" + (f"; --case can count something else: {also}" if also else "")


def _dates_in_words(described: Description) -> str:
    """Return from when to when the dates run, and how many rows have none or a coarse one."""
    total = described.totals
    parts = [f"dates from {described.dates[0]} to {described.dates[1]}" if described.dates else "no row has a date"]
    for rows in ("statements", "acts"):
        if total[f"coarse_{rows}"]:
            n = int(total[f"coarse_{rows}"])
            parts.append(f"dated only to a month, a year or an interval: {counted(n, rows[:-1], ',')}")
        if total[f"undated_{rows}"]:
            parts.append(f"without a date: {counted(int(total[f'undated_{rows}']), rows[:-1], ',')}")
    return "; ".join(parts)


def _thirds(total: Mapping[str, float | int]) -> str:
    """Return the share of new names by third of the namings, with bounds where dates are not known to the day."""
    new, least, most = (
        [total[f"{prefix}_{third}"] for third in ("first_third", "second_third", "last_third")]
        for prefix in ("new_share", "new_share_least", "new_share_most")
    )
    words = ", ".join(number(share) for share in new)
    if all(low == high or math.isnan(low) for low, high in zip(least, most, strict=True)):
        return words
    bounds = ", ".join(f"{number(low)} to {number(high)}" for low, high in zip(least, most, strict=True))
    return f"{words}; within {bounds}, because some dates do not tell who was named first"


def decided(described: Description) -> list[tuple[str, float | int]]:
    """Return how many sentences were death; in a case with outcomes of its own how often each came, in its order."""
    words = described.words
    if not words.effects:
        return [(words.one("outcomes", "death") if words else "to death", described.totals["deaths"])]
    table = described.frames["outcomes"].columns
    counts = dict(zip(table["outcomes"], table["sentences"], strict=True))
    order = words.renamed("outcomes", list(words.effects))
    return [(told, counts[told]) for told in sorted(counts, key=[*order, *counts].index)]


def _lines(described: Description) -> list[tuple[str, str]]:
    """Return the summary as pairs of words and numbers."""
    total, words = described.totals, described.words
    pairs = [
        (f"{words.many('roles', 'person')} on record", number(total["persons"])),
        (f"cases ({described.cases_are})", number(total["cases"])),
        ("independent origins of these", bounds_in_words(total)),
        (
            f"{described.cases_are} per case (R)",
            _per_case(total),
        ),
        (words.many("acts", "sentence"), number(total["sentences"])),
        *((f"of these {told}", number(n)) for told, n in decided(described)),
        (words.many("roles", "speaker"), number(total["deponents"])),
        ("of these without a name", number(total["deponents_without_names"])),
        (f"namings of {words.many('roles', 'person')}", number(total["namings_of_persons"])),
        ("of these self-accusations", number(total["self_accusations"])),
        (f"{words.many('roles', 'person')} named by others", number(total["named"])),
        ("new names, by third of the namings", _thirds(total)),
        ("namings that fall on the ten most named", _top_ten(total)),
        ("share of the named who are named once", number(total["share_named_once"])),
        ("Gini coefficient of namings", number(total["gini"])),
        ("statements without a date", number(total["undated_statements"])),
    ]
    if total["circles_cut"]:
        pairs.append(("chains that ran in a circle and were cut", number(total["circles_cut"])))
    return pairs


def _top_ten(total: Mapping[str, float | int]) -> str:
    """Return the share of the ten named most; where ten or fewer are named it is the whole, and says nothing."""
    return number(total["top_ten_share"]) if total["named"] > 10 or not total["named"] else "- (ten or fewer are named)"


def _shown(described: Description, name: str) -> Table:
    """Return a table as it is printed: the columns that fit."""
    table = described.frames[name]
    return _headed(table.only(*_NARROW[name]) if name in _NARROW else table, described.words)


def _holds_anything(table: Table) -> bool:
    """Whether a table has a number that is known and not 0; one on strata or operations that there are none of has not."""
    if list(next(iter(table.columns.values()))) in (["everybody"], ["absent"]):
        return False
    cells = (cell for column in table.columns.values() for cell in column if not isinstance(cell, str))
    return any(cell and not math.isnan(cell) for cell in cells)


def as_text(described: Description) -> str:
    """Return the description as plain text: about eighty lines, and one more for each window."""
    head = [
        described.title or "archive",
        f"{described.kind or 'unknown kind'}; days counted from {described.epoch}",
        _dates_in_words(described),
        _case_in_words(described),
        "",
    ]
    pairs = _lines(described)
    width = max(len(words) for words, _ in pairs)
    head += [f"{words.ljust(width)}  {value}" for words, value in pairs]
    for name in (f"by_{described.by}", *_WINDOWS, *_SHOWN):
        frame = _shown(described, name)
        if _holds_anything(frame):
            head += ["", frame.to_text(most=_LONGEST if name in _SHOWN else None)]
    return "\n".join(head)


def as_html(described: Description) -> str:
    """Return the summary and the tables as HTML for a notebook."""
    about = "".join(f"<p>{html.escape(words)}</p>" for words in (_dates_in_words(described), _case_in_words(described)))
    rows = "".join(f"<tr><td>{html.escape(words)}</td><td>{value}</td></tr>" for words, value in _lines(described))
    parts = [f"<h3>{html.escape(described.title or 'archive')}</h3>{about}<table>{rows}</table>"]
    tables = [name for name in (f"by_{described.by}", *_WINDOWS, *_SHOWN) if _holds_anything(described[name])]
    parts += [_shown(described, name).to_html(most=_LONGEST if name in _SHOWN else None) for name in tables]
    return "".join(parts)
