"""Reads workbooks of OpenDocument (ods): values, and what stands beside them."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from greatfear.intake_tables.ods_styles import Look, Styles
from greatfear.intake_tables.sheet import Sheet, address, column_letters, part_of_text, shortened_text
from greatfear.intake_tables.sheet_formats import as_shown

_MOST_ROWS, _WIDEST = 1_048_576, 16_384
_PICTURES = ("image", "text-box", "custom-shape")
_HIDDEN = ("collapse", "filter")


def ods_sheets(path: Path, most_cells: int) -> list[Sheet]:
    """Return the sheets of a workbook.

    Raises
    ------
    OSError
        A sheet of more rows, columns or cells than are read: also where one row says that it is repeated.
    """
    with zipfile.ZipFile(path) as packed:
        styles = Styles()
        if "styles.xml" in packed.namelist():
            styles.read(ET.fromstring(packed.read("styles.xml")))
        meta = packed.read("meta.xml") if "meta.xml" in packed.namelist() else b""
        in_libre = re.search(rb"generator>(?:LibreOffice|OpenOffice)", meta) is not None
        sheets: list[Sheet] = []
        reader: _Reader | None = None
        with packed.open("content.xml") as file:
            for event, element in ET.iterparse(file, ("start", "end")):
                tag = _tag(element)
                if event == "end" and tag == "automatic-styles":
                    styles.read(element)
                elif event == "start" and tag == "table" and reader is None:
                    reader = _Reader(element, styles, most_cells, in_libre=in_libre)
                elif event == "end" and tag == "table" and reader is not None and element is reader.table:
                    sheets.append(reader.finished())
                    reader = None
                    element.clear()
                elif event == "end" and reader is not None and tag in ("table-row", "table-column"):
                    (reader.row if tag == "table-row" else reader.columns)(element)
                    element.clear()
        return sheets


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _get(element: ET.Element, name: str, otherwise: str = "") -> str:
    """Return an attribute, whatever its namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), otherwise)


def _times(element: ET.Element, name: str) -> int:
    """Return how often a row, column or cell is repeated, or how far it spans."""
    text = _get(element, name, "1")
    return max(int(text), 1) if text.isdecimal() else 1


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value with its look, and what stands beside it."""

    value: Any
    look: Look
    struck: str = ""
    raised: str = ""
    comments: tuple[str, ...] = ()
    is_empty_formula: bool = False


class _Reader:
    """Reads one sheet row by row."""

    def __init__(self, table: ET.Element, styles: Styles, most_cells: int, *, in_libre: bool) -> None:
        self.in_libre = in_libre
        self.table, self.styles, self.most_cells = table, styles, most_cells
        is_hidden = not styles.is_displayed(_get(table, "style-name"))
        self.sheet = Sheet(_get(table, "name"), [], is_hidden=is_hidden)
        self.beside = self.sheet.beside
        self.defaults: list[tuple[int, str]] = []
        self.hidden: list[tuple[int, int]] = []
        self.n_columns = self.at = self.n_cells = self.n_coloured = 0
        self.coloured: list[str] = []

    def columns(self, column: ET.Element) -> None:
        """Note some columns: the style of their cells, and whether they are hidden."""
        first, self.n_columns = self.n_columns, self.n_columns + _times(column, "number-columns-repeated")
        self.defaults.append((self.n_columns, _get(column, "default-cell-style-name")))
        if _get(column, "visibility") in _HIDDEN:
            self.hidden.append((first, self.n_columns))

    def row(self, row: ET.Element) -> None:
        """Read a row, as often as it says that it stands there."""
        times = _times(row, "number-rows-repeated")
        values: list[Any] = []
        cells: list[tuple[int, _Cell]] = []
        for cell in row:
            if _tag(cell) not in ("table-cell", "covered-table-cell"):
                continue
            width = _times(cell, "number-columns-repeated")
            read = self._cell(cell, _get(row, "default-cell-style-name"), len(values))
            if read is None:
                values += [None] * min(width, _WIDEST + 1 - len(values))
                continue
            if len(values) + width > _WIDEST:
                raise OSError(
                    f"sheet {self.sheet.title!r}: more than {_WIDEST:,} columns; save the part that is needed as CSV"
                )
            cells += [(len(values) + i, read) for i in range(width)]
            self._spans(cell, len(values))
            values += [read.value] * width
        while values and values[-1] is None:
            values.pop()
        if not values and not cells:
            self.at += times
            return
        self._refuse_long(times, len(values))
        self.sheet.rows += [[] for _ in range(self.at - len(self.sheet.rows))]
        for _ in range(times):
            self.sheet.rows.append(list(values))
            self._note(cells)
            if _get(row, "visibility") in _HIDDEN:
                self.beside.add("row", str(self.at + 1))
            self.at += 1

    def _refuse_long(self, times: int, width: int) -> None:
        """Refuse a sheet that is longer or larger than one can be."""
        self.n_cells += times * width
        if self.at + times > _MOST_ROWS or self.n_cells > self.most_cells:
            raise OSError(
                f"sheet {self.sheet.title!r}: row {self.at + 1:,} stands there {times:,} times: more than {_MOST_ROWS:,} rows or "
                f"{self.most_cells:,} cells; save the part that is needed as CSV"
            )

    def _spans(self, cell: ET.Element, column: int) -> None:
        down, across = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            self.sheet.merged.append((self.at, column, self.at + down - 1, column + across - 1))

    def _style(self, cell: ET.Element, of_row: str, column: int) -> str:
        """Return the style of a cell: its own, that of its row, or that of its column."""
        of_column = next((name for end, name in self.defaults if column < end), "")
        return _get(cell, "style-name") or of_row or of_column

    def _cell(self, cell: ET.Element, of_row: str, column: int) -> _Cell | None:
        """Return a cell that holds anything; None for an empty one."""
        for part in cell.iter():
            if _tag(part) in _PICTURES:
                self.beside.add("picture", "")
        is_formula, kind = bool(_get(cell, "formula")), _get(cell, "value-type")
        notes = tuple(_plain(note) for note in cell if _tag(note) == "annotation")
        value = None if _tag(cell) == "covered-table-cell" else _value(cell)
        is_empty_formula = is_formula and not kind
        if value in (None, "") and not notes and not is_empty_formula:
            return None
        look = self.styles.look(self._style(cell, of_row, column))
        struck, raised = ("".join(_marked(cell, self.styles, mark)).strip() for mark in ("is_struck", "is_raised"))
        return _Cell(None if value == "" else value, look, struck, raised, notes, is_empty_formula)

    def _note(self, cells: list[tuple[int, _Cell]]) -> None:
        """Note what stands beside the values of the last row, and put in what is read as shown."""
        row = len(self.sheet.rows) - 1
        for column, cell in cells:
            place = address(row, column)
            for text in cell.comments:
                self.beside.add("comment", f"{place} {shortened_text(text)}")
            if cell.is_empty_formula:
                self.beside.add("no value", place)
            if cell.value is None:
                continue
            look = cell.look
            for kind, part, is_whole in (
                ("struck", cell.struck, look.is_struck),
                ("raised", cell.raised, look.is_raised),
            ):
                if part or is_whole:
                    self.beside.add(kind, f"{place} {part_of_text('' if is_whole else part, cell.value)}")
            if look.is_coloured and row:
                self.n_coloured += 1
                self.coloured.append(place)
            shown = as_shown(cell.value, look.form, in_libre=self.in_libre)
            if shown is not None:
                self.beside.add(shown.kind, f"{place} {shown.example}")
                self.sheet.rows[row][column] = cell.value if shown.text is None else shown.text

    def finished(self) -> Sheet:
        """Return the sheet; hidden columns are told with what stands at their top."""
        rows = self.sheet.rows
        width = max(map(len, rows), default=0)
        for first, end in self.hidden:
            for column in range(first, min(end, width)):
                head = next((row[column] for row in rows if column < len(row) and row[column] is not None), "")
                self.beside.add("column", f"{column_letters(column)} {shortened_text(str(head))}")
        if 2 * self.n_coloured < sum(value is not None for row in rows for value in row):
            for place in self.coloured:
                self.beside.add("colour", place)
        self.sheet.rows = [row + [None] * (width - len(row)) for row in rows]
        return self.sheet


def _value(cell: ET.Element) -> Any:
    """Return the value of a cell."""
    kind = _get(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        return float(_get(cell, "value"))
    if kind == "boolean":
        return _get(cell, "boolean-value") == "true"
    if kind == "date":
        return _date(_get(cell, "date-value"))
    if kind == "time":
        found = re.fullmatch(r"PT(\d+)H(\d+)M([\d.,]+)S", _get(cell, "time-value"))
        return f"{int(found[1]):02d}:{found[2]}:{found[3][:2]}" if found else _get(cell, "time-value")
    return _get(cell, "string-value") or "\n".join(_plain(part) for part in cell if _tag(part) == "p")


def _date(text: str) -> Any:
    """Return a date, or its text where Python has no such date."""
    try:
        day = dt.datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text
    return day if "T" in text else day.date()


def _plain(part: ET.Element) -> str:
    """Return the text of a paragraph or comment."""
    return "".join(_said(part)).strip()


def _said(part: ET.Element) -> Iterator[str]:
    """Yield the pieces of a text; blanks, tabulators and line breaks are marks of their own."""
    tag = _tag(part)
    if tag == "s":
        yield " " * min(_times(part, "c"), 1000)
    elif tag in ("tab", "line-break"):
        yield "\t" if tag == "tab" else "\n"
    elif part.text and tag not in ("creator", "date", "date-string"):
        yield re.sub(r"[ \t\r\n]+", " ", part.text)
    for inner in part:
        if _tag(inner) not in ("annotation", "creator", "date", "date-string", "ruby-text", "frame"):
            yield from _said(inner)
        if inner.tail:
            yield re.sub(r"[ \t\r\n]+", " ", inner.tail)


def _marked(part: ET.Element, styles: Styles, mark: str) -> Iterator[str]:
    """Yield the pieces of a text that are struck out, or raised."""
    for inner in part:
        if _tag(inner) == "annotation":
            continue
        if _tag(inner) == "span" and getattr(styles.look(_get(inner, "style-name")), mark):
            yield _plain(inner)
        else:
            yield from _marked(inner, styles, mark)
