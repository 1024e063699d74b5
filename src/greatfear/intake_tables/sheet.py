"""One sheet of a workbook: the values of its cells, and what else stands there that a table of values does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from greatfear.show.wording import counted

Range = tuple[int, int, int, int]
"""First row, first column, last row and last column of merged cells, counted from 0."""
_FEW = 3
_SHOWN = 40
_VALUES_ONLY = (
    "of a workbook of this kind only values are read: how dates are shown, comments, hidden rows, struck text and errors of "
    "formulas (read as empty) are not seen; save it as xlsx or ods to have them told"
)
_TOLD = {
    "comment": ("cell", "comments on {n} were not read"),
    "struck": ("cell", "text is struck out in {n} and was read like the rest; delete it, or say in a column what it means"),
    "raised": ("cell", "letters or figures are raised in {n} (marks of footnotes?) and were read as a part of the text"),
    "colour": ("cell", "colours of {n} were not read; if they mean something, write it into a column of its own"),
    "coarse": ("cell", "only a year or a month is shown, but a day held, in {n}; read as shown"),
    "day": ("cell", "only a day is shown, but a time of day held, in {n}; read as shown"),
    "no year": ("cell", "no year is shown, but a date held, in {n} (a spreadsheet adds the year of typing); read as held"),
    "julian": ("cell", "days before 15 October 1582 are shown in the Julian calendar in {n}; read as shown"),
    "old": ("cell", "days before 15 October 1582 stand in {n}: read as held; LibreOffice would show them in the Julian calendar"),
    "century": ("cell", "years are shown with two figures in {n}; their century was chosen by the spreadsheet; read as held"),
    "zeros": ("cell", "zeros are shown before the number in {n}; read as shown"),
    "percent": ("cell", "percents are shown in {n}; read as held"),
    "other": ("cell", "something else is shown than held in {n}; read as held"),
    "rounded": ("cell", "whole numbers are shown, but fractions held, in {n}; read as held"),
    "no value": ("formula", "{n} without a stored value: read as empty; open the workbook in its program and save it"),
    "row": ("row", "hidden in the workbook and read like the others: {n}"),
    "column": ("column", "hidden in the workbook and read like the others: {n}"),
    "values only": ("sheet", _VALUES_ONLY),
    "picture": ("picture or text box / pictures or text boxes", "on the sheet and not read: {n}"),
}  # fmt: skip
"""What is told of each kind, and the word for one of its kind."""


@dataclass(slots=True)
class Beside:
    """What a sheet says beside its values, by kind: how often, and the first examples."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, example: str) -> None:
        """Note one more of a kind."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= _FEW:
            self.examples.setdefault(kind, []).append(example)

    def remarks(self) -> list[str]:
        """Return a remark for each kind, with its count and examples."""
        made = []
        for kind, (word, told) in _TOLD.items():
            n = self.counts.get(kind, 0)
            if n:
                shown = [text for text in self.examples[kind] if text]
                more = f" and {n - len(shown)} more" if shown and n > len(shown) else ""
                made.append(told.format(n=counted(n, word)) + (f" ({'; '.join(shown)}{more})" if shown else ""))
        return made


@dataclass(slots=True)
class Sheet:
    """Title, rows of values, merged cells, and what else stands there."""

    title: str
    rows: list[list[Any]]
    merged: list[Range] = field(default_factory=list)
    beside: Beside = field(default_factory=Beside)
    is_hidden: bool = False


def column_letters(column: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the address of a cell, row and column counted from 0."""
    return f"{column_letters(column)}{row + 1}"


def shortened_text(text: str) -> str:
    """Return a text in quotation marks as an example, on one line."""
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}...")


def part_of_text(part: str, value: object) -> str:
    """Return a part of a text with the whole, or the whole where no part is given."""
    whole = shortened_text(str(value))
    return f"{shortened_text(part)} in {whole}" if part and part != str(value) else whole
