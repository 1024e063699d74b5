"""A profile of tables before the map: what kind of values each column holds, and what is odd about it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from greatfear.intake_tables.date_advice import reads_as_date
from greatfear.intake_tables.date_patterns import patterns_of
from greatfear.intake_tables.date_style import DateStyle
from greatfear.intake_tables.month_names import month_number
from greatfear.intake_tables.oddities import skeleton
from greatfear.intake_tables.raw import RawTable, read_tables
from greatfear.show.wording import counted

MISSING_WORDS = frozenset(
    (
        "",
        "na",
        "n/a",
        "#n/a",
        "null",
        "none",
        "nan",
        "?",
        "-",
        "--",
        "нет данных",
        "неизв.",
        "unknown",
        "unbekannt",
        "inconnu",
    )
)
_STYLE = DateStyle(dt.date(1, 1, 1))
_DAY_FIRST, _MONTH_FIRST = (
    DateStyle(dt.date(1, 1, 1), order=order, century=1900) for order in ("day first", "month first")
)
_WAYS = {
    "day first": re.compile(r"(0?[1-9]|[12]\d|3[01])[./-](0?[1-9]|1[0-2])[./-]\d{4}"),
    "month first": re.compile(r"(0?[1-9]|1[0-2])[./-](0?[1-9]|[12]\d|3[01])[./-]\d{4}"),
    "month and year": re.compile(r"(0?[1-9]|1[0-2])[./-]\d{4}"),
    "two figures": re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}"),
}
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
_PROSE_LETTERS = 60
_MOST_SEEN = 5
_SIGNS = (";", "#", "|", " / ", "\n")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        ``date``, ``year``, ``number``, ``flag``, ``list``, ``text``, ``prose`` or ``empty``.
    known : float
        Share of rows with a value, 0 to 1.
    n_values : int
        Different values.
    common : tuple of (str, int)
        The most frequent values with their counts.
    odd : tuple of str
        What a person should look at.
    """

    name: str
    kind: str
    known: float
    n_values: int
    common: tuple[tuple[str, int], ...]
    odd: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One table: its rows, its columns, and how it was read."""

    name: str
    n_rows: int
    columns: tuple[ColumnProfile, ...]
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        """Return the profile as text, one line a column."""
        lines = [f"{self.name}: {self.n_rows} rows", *(f"  {remark}" for remark in self.remarks)]
        width = max((len(column.name) for column in self.columns), default=0)
        for column in self.columns:
            common = ", ".join(f"{text[:30]!r} {count}" for text, count in column.common)
            line = f"  {column.name:<{width}}  {column.kind:<6}  {column.known:4.0%} known, {column.n_values} different: {common}"
            lines += [line, *(f"  {'':<{width}}  look: {odd}" for odd in column.odd)]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as a plain dictionary."""
        return asdict(self)


def profile(tables: Any, how: Any = None) -> list[TableProfile]:
    """Return a profile of each table.

    Parameters
    ----------
    tables, how
        As for `read_tables`.
    """
    made = []
    from greatfear.intake_tables.guess_columns import readable

    for name, raw in read_tables(tables, how).items():
        table, _ = readable(raw)
        columns = tuple(column_profile(table, column) for column in dict.fromkeys(table.header))
        remarks = (*(f"fault: {fault}" for fault in raw.faults), *table.remarks)
        made.append(TableProfile(name, len(table.records), columns, remarks))
    return made


def column_profile(table: RawTable, column: str) -> ColumnProfile:
    """Return the profile of one column."""
    at = table.header.index(column)
    cells = [record.cells[at] for record in table.records if len(record.cells) > at]
    known = [cell for cell in cells if cell.casefold() not in MISSING_WORDS]
    counts = Counter(known)
    kind = kind_of(counts)
    share = len(known) / len(cells) if cells else 0.0
    return ColumnProfile(
        column, kind, share, len(counts), tuple(counts.most_common(_MOST_SEEN)), tuple(_odd(counts, kind))
    )


def kind_of(counts: Counter[str]) -> str:
    """Return what kind of values a column holds: the kind of most of them."""
    n = sum(counts.values())
    if not n:
        return "empty"

    def share(test: Any) -> float:
        return sum(count for text, count in counts.items() if test(text)) / n

    if set(map(str.casefold, counts)) <= {
        "0",
        "1",
        "true",
        "false",
        "yes",
        "no",
        "y",
        "n",
        "да",
        "нет",
        "ja",
        "nein",
        "oui",
        "non",
    }:
        return "flag"
    if share(_YEAR.fullmatch) > 0.8:
        return "year"
    if share(is_date) > 0.6:
        return "date"
    if share(_NUMBER.fullmatch) > 0.9:
        return "number"
    if share(lambda text: len(text) > _PROSE_LETTERS) > 0.3:
        return "prose"
    if share(lambda text: any(sign in text.strip(sign) for sign in _SIGNS)) > 0.1:
        return "list"
    return "text"


def is_date(text: str) -> bool:
    """Whether a text looks like a date, also one that needs a declared way of writing."""
    if any(way.fullmatch(text) for way in _WAYS.values()):
        return True
    if has_words(text):
        return True
    words = re.findall(r"[^\W\d_]+", text)
    if len(words) == 1 and month_number(words[0]) and re.search(r"\d{4}", text):
        return True
    if _YEAR.fullmatch(text):
        return True
    if not re.search(r"\d", text) or _NUMBER.fullmatch(text):
        return False
    return any(reads_as_date(text, style) for style in (_STYLE, _DAY_FIRST, _MONTH_FIRST))


def has_words(text: str) -> bool:
    """Whether words around a date, or two dates, stand in a text, as the patterns of a map read them."""
    dates = (pattern.match(text) for pattern in patterns_of("common")) if re.search(r"\d{4}", text) else ()
    plain = re.compile(r"[\d./-]*\d{4}|\d{4}[\d-]*|\d{1,2} [^\W\d_]+ \d{4}")
    return any(all(plain.fullmatch(date) for date in found) for found in dates if found)


def _odd(counts: Counter[str], kind: str) -> list[str]:
    """Return what a person should look at in a column."""
    found = []
    if kind == "date":
        found += _odd_dates(counts)
    skeletons: dict[str, list[str]] = {}
    for text in counts:
        skeletons.setdefault(skeleton(text), []).append(text)
    twins = [texts for texts in skeletons.values() if len(texts) > 1]
    if twins and kind in ("text", "list"):
        found.append(
            f"{counted(len(twins), 'value')} written in several ways, for example {' / '.join(map(repr, twins[0][:3]))}"
        )
    for sign in (";", " and ", " и ", "/", ", "):
        n = sum(sign in text for text in counts)
        if kind in ("text", "list") and n:
            found.append(f"{counted(n, 'value')} with {sign!r}: several names in one cell?")
    return found


@dataclass(frozen=True, slots=True)
class DateWays:
    """In which order the figures of dates stand.

    Parameters
    ----------
    order : str
        As in a map; empty where all are ISO dates.
    is_sure : bool
        Whether a value settles it (a figure above 12).
    told : str
        In words.
    two_figures : bool
        Whether years of two figures stand among them.
    """

    order: str
    is_sure: bool
    told: str
    two_figures: bool


def date_ways(counts: Counter[str]) -> DateWays:
    """Return in which order the figures of dates stand, and whether the values settle it."""
    fits = {name: {text for text in counts if way.fullmatch(text)} for name, way in _WAYS.items()}
    day, month = fits["day first"], fits["month first"]
    two = bool(fits["two figures"] - day - month)
    words = any(re.search(r"[^\W\d_]{3,}|\b[IVX]+\b", text) for text in counts)
    if not (day or month or fits["month and year"] or words):
        return DateWays("", True, "dates as year-month-day, or years", two)
    if month - day and day - month:
        return DateWays("day first", False, "some values have the day first and some the month first", two)
    if month - day:
        return DateWays(
            "month first", True, f"{len(month - day)} values have the month first, such as {min(month - day)}", two
        )
    if day - month:
        return DateWays(
            "day first", True, f"{len(day - month)} values have the day first, such as {min(day - month)}", two
        )
    if day:
        return DateWays("day first", False, "whether day or month comes first cannot be told from the values", two)
    return DateWays("day first", True, "a month and a year, or names of months", two)


def _odd_dates(counts: Counter[str]) -> list[str]:
    """Return in how many ways the dates of a column are written, and which cannot be read as they are."""
    ways = {name: sum(bool(way.fullmatch(text)) for text in counts) for name, way in _WAYS.items()}
    ways = {name: n for name, n in ways.items() if n}
    found = []
    if ways.get("day first") and ways.get("month first"):
        sure = {
            name: [t for t in counts if _WAYS[name].fullmatch(t) and not _WAYS[other].fullmatch(t)]
            for name, other in (("day first", "month first"), ("month first", "day first"))
        }
        told = [f"{len(texts)} are {name} for sure" for name, texts in sure.items() if texts]
        found.append("figures of days and months: " + (", ".join(told) or "the order cannot be told from the values"))
    if "month and year" in ways:
        found.append(f"{ways['month and year']} values hold a month and a year")
    if "two figures" in ways:
        found.append(f"{ways['two figures']} values have years of two figures; declare their century")
    odd = [text for text in counts if not is_date(text)]
    if odd:
        found.append(f"{counted(len(odd), 'value')} that are no dates, for example {', '.join(map(repr, odd[:3]))}")
    return found
