"""What a guess knows of each column: its values, what kind they are, and what its header means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from greatfear.intake_tables.guess_words import FIRST_NAMES, SURNAMES, Meaning, meaning_of, plain_header
from greatfear.intake_tables.layout import SPOILT
from greatfear.intake_tables.profile import MISSING_WORDS, kind_of
from greatfear.intake_tables.raw import RawTable, Record

SPLITS = (";", "#", "|", "\n", " et ", " и ", " and ", " und ", " oraz ", " & ")
_MONTHS = "month monat mois mese mes mensis miesiac месяц"
_DAYS = "day tag jour giorno dia dies dzien день число"


@dataclass(frozen=True, slots=True)
class Line:
    """How sure a proposed line is (``sure``, ``likely``, ``unsure``), and why."""

    certainty: str
    why: str


@dataclass(slots=True)
class How:
    """How a table is read: keys of the map, with their reasons."""

    keys: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[Any, ...], Line] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its known texts, their kind, and the meaning of its header."""

    name: str
    counts: Counter[str]
    n_rows: int
    kind: str
    meaning: Meaning

    @property
    def is_unique(self) -> bool:
        """Whether no known text stands twice, and all are known."""
        return 0 < len(self.counts) == sum(self.counts.values()) == self.n_rows

    @property
    def is_of_names(self) -> bool:
        """Whether the texts can be names or ids of persons."""
        return self.kind in ("text", "list", "number", "year", "flag") and bool(self.counts)

    @property
    def split(self) -> str | None:
        """The sign that parts several names in a cell, where at least one cell in fifty has it."""
        n = {sign: sum(c for text, c in self.counts.items() if sign in text.strip(sign)) for sign in SPLITS}
        best = max(n, key=lambda sign: n[sign])
        return best if n[best] >= max(1, 0.02 * sum(self.counts.values())) else None

    def names(self) -> set[str]:
        """Return the single names of the column."""
        sign = self.split
        return {part.strip() for text in self.counts for part in (text.split(sign) if sign else [text])} - {""}


def year_parts(year: Column, columns: Sequence[Column]) -> dict[str, str]:
    """Return the columns of year, month and day, where a table has a column of years and others of months and days."""
    if year.kind != "year":
        return {}

    def named(words: str, low: int, high: int) -> Column | None:
        for column in columns:
            is_so = plain_header(column.name) in words.split() and column is not year
            if is_so and column.counts and all(_fits(text, low, high) for text in column.counts):
                return column
        return None

    month, day = named(_MONTHS, 0, 12), named(_DAYS, 0, 31)
    if month is None:
        return {}
    return {"year": year.name, "month": month.name} | ({"day": day.name} if day else {})


def _fits(text: str, low: int, high: int) -> bool:
    """Whether a text is a whole number in a range."""
    return text.isdecimal() and low <= int(text) <= high


def name_parts(columns: Sequence[Column]) -> list[str]:
    """Return the columns of first name and surname, where there are both."""
    low = {plain_header(column.name): column.name for column in columns}
    first, last = (next((low[name] for name in low if name in words), "") for words in (FIRST_NAMES, SURNAMES))
    return [first, last] if first and last else []


def columns_of_table(table: RawTable) -> list[Column]:
    """Return the columns of a table."""
    made = []
    for at, name in enumerate(table.header):
        cells = [r.cells[at] for r in table.records if not r.fault and len(r.cells) > at]
        counts = Counter(cell for cell in cells if cell.casefold() not in MISSING_WORDS)
        kind, meaning = kind_of(counts), meaning_of(name)
        if kind == "year" and plain_header(name) == "an":  # a year in French, and no German preposition
            meaning = Meaning("date", "an", True)
        made.append(Column(name, counts, len(cells), kind, meaning))
    return made


_OF_PERSONS = frozenset(("name", "person", "subject", "sex", "birth", "stratum", "address"))


def tells_of_persons(column: Column) -> bool:
    """Whether a table with such a column may be one of persons; a table of events or of places can have numbers of rows, too."""
    return column.meaning.role in _OF_PERSONS or plain_header(column.name) in SURNAMES | FIRST_NAMES


def readable(table: RawTable) -> tuple[RawTable, How]:
    """Return the table as the guess reads it, and the keys that make intake read it so: header, encoding."""
    how = How()
    for remark in table.remarks:
        found = re.match(r"read as (\S+)", remark)
        if found:
            how.keys["encoding"] = found[1]
            how.lines["encoding",] = Line("unsure" if "not surely" in remark else "likely", "found from the letters")
        elif remark.startswith("some bytes are not utf-8"):
            how.keys["encoding"] = "windows-1252"
            how.lines["encoding",] = Line("unsure", "some bytes are not utf-8; too few letters to tell the encoding")
    if not any(record.fault == SPOILT for record in table.records):
        return table, how
    first = tuple("" if cell == f"column {i}" else cell for i, cell in enumerate(table.header, 1))
    rows = [Record(1, first), *(Record(r.row, r.cells) for r in table.records)]
    wide = max(len(row.cells) for row in rows)
    if sum(bool(cell) for cell in rows[0].cells) and any("title" in fault.got for fault in table.faults):
        at = next((i for i, row in enumerate(rows) if sum(map(bool, row.cells)) > 0.6 * wide), 0)
        how.keys["header"] = rows[at].row
        how.lines["header",] = Line("likely", "the rows above it look like a title")
        names = tuple(cell or f"column {i}" for i, cell in enumerate(rows[at].cells, 1))
        return RawTable(table.name, names, tuple(rows[at + 1 :]), (), table.remarks), how
    names = tuple(f"column {i}" for i in range(1, wide + 1))
    how.keys |= {"header": "none", "columns": list(names)}
    how.lines["header",] = Line("likely", "the first row holds values, not names; give the columns names")
    return RawTable(table.name, names, tuple(row for row in rows if len(row.cells) == wide), (), table.remarks), how
