"""Reads workbooks of Excel (xlsx): values by openpyxl, and what stands beside them from the marks of the sheet."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from greatfear.intake_tables.sheet import Beside, Range, Sheet, address, column_letters, part_of_text, shortened_text
from greatfear.intake_tables.sheet_formats import as_shown

_MOST_ROWS, _WIDEST = 1_048_576, 16_384
"""Rows and columns of a full sheet of Excel."""
_PIECE = 1 << 20
_ROW, _CELL = re.compile(rb"<(?:x:)?row[\s/>]"), (b"<c ", b"<c>", b"<c/", b"<x:c ")
_PLAIN_COLOURS = (None, "00000000", "FF000000", "FFFFFFFF", "00FFFFFF")
Bounded = Callable[[Iterator[Any], str], list[list[Any]]]


def xlsx_sheets(path: Path, bounded: Bounded, most_cells: int) -> list[Sheet]:
    """Return the sheets of a workbook; `bounded` cuts the rows of a sheet, or refuses one that is too large."""
    import openpyxl  # type: ignore[import-untyped,unused-ignore]

    with zipfile.ZipFile(path) as packed:
        _refuse_long(packed, most_cells)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            marked = _Marked(packed, book, _marked_texts(packed), _in_libre(packed))
            return [_of_worksheet(sheet, marked, bounded) for sheet in book.worksheets]
        finally:
            book.close()


def _refuse_long(packed: zipfile.ZipFile, most_cells: int) -> None:
    """Refuse sheets of more rows or wider rows than Excel has, by their marks alone, before anything is understood."""
    for item in packed.infolist():
        if item.file_size < _PIECE // 16 or not item.filename.endswith(".xml"):
            continue
        n_rows = n_cells = in_row = 0
        with packed.open(item) as file:
            while piece := file.read(_PIECE):
                for number, row in enumerate(_ROW.split(piece)):
                    n_rows += number > 0
                    n_here = sum(map(row.count, _CELL))
                    in_row = n_here + (0 if number else in_row)
                    n_cells += n_here
                    if in_row > _WIDEST or n_rows > _MOST_ROWS or n_cells > most_cells:
                        raise OSError(
                            f"{item.filename}: more than {_MOST_ROWS:,} rows, {_WIDEST:,} columns or {most_cells:,} cells; "
                            "save the part that is needed as CSV"
                        )


def _of_worksheet(sheet: Any, marked: _Marked, bounded: Bounded) -> Sheet:
    """Return one sheet of openpyxl."""
    sheet.reset_dimensions()
    rows = bounded(sheet.iter_rows(values_only=True), sheet.title)
    made = Sheet(sheet.title, rows, is_hidden=sheet.sheet_state != "visible")
    _Marks(made, marked).read(sheet._worksheet_path.lstrip("/"))
    return made


@dataclass(slots=True)
class _Marked:
    """A packed workbook, its styles, and what is struck out or raised in its shared texts."""

    packed: zipfile.ZipFile
    book: Any
    texts: dict[int, tuple[str, str]]
    in_libre: bool
    looks: dict[int, tuple[str, bool, bool, bool]] = field(default_factory=dict)

    def look(self, style: int) -> tuple[str, bool, bool, bool]:
        """Return the format of a style, and whether it strikes out, raises, or has a colour."""
        if style not in self.looks:
            self.looks[style] = self._look(style)
        return self.looks[style]

    def _look(self, style: int) -> tuple[str, bool, bool, bool]:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE  # type: ignore[import-untyped,unused-ignore]

        array = self.book._cell_styles[style]
        number, first = array.numFmtId, BUILTIN_FORMATS_MAX_SIZE
        form = BUILTIN_FORMATS.get(number, "General") if number < first else self.book._number_formats[number - first]
        font, fill = self.book._fonts[array.fontId], self.book._fills[array.fillId]
        colours = [getattr(font.color, "rgb", None)]
        if getattr(fill, "patternType", None) not in (None, "none"):
            colours.append(fill.fgColor.rgb if fill.fgColor.type == "rgb" else "a theme")
        is_coloured = any(isinstance(colour, str) and colour not in _PLAIN_COLOURS for colour in colours)
        return str(form), bool(font.strike), font.vertAlign == "superscript", is_coloured


def _in_libre(packed: zipfile.ZipFile) -> bool:
    """Whether LibreOffice has written the workbook: its calendar differs from that of Excel."""
    return "docProps/app.xml" in packed.namelist() and b"<Application>LibreOffice" in packed.read("docProps/app.xml")


def _is_before_march_1900(texts: dict[str, ET.Element]) -> bool:
    """Whether the number of a day is one that LibreOffice counts otherwise than Excel, which knows a 29 February 1900."""
    try:
        return "v" in texts and 0 < float(texts["v"].text or "x") < 60
    except ValueError:
        return False


def _marked_texts(packed: zipfile.ZipFile) -> dict[int, tuple[str, str]]:
    """Return what is struck out and what is raised within the shared texts, by their number."""
    name = next((name for name in packed.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    found: dict[int, tuple[str, str]] = {}
    if name is None:
        return found
    number = 0
    with packed.open(name) as file:
        for _, element in ET.iterparse(file):
            if element.tag.endswith("}si"):
                marks = _within(element)
                if any(marks):
                    found[number] = marks
                number += 1
                element.clear()
    return found


def _within(text: ET.Element) -> tuple[str, str]:
    """Return the parts of a text that are struck out, and those that are raised."""
    struck, raised = [], []
    for run in text.iterfind("{*}r"):
        said = "".join(part.text or "" for part in run.iterfind("{*}t"))
        for mark in run.iterfind("{*}rPr/*"):
            tag = mark.tag.rpartition("}")[2]
            if tag == "strike" and mark.get("val") not in ("0", "false"):
                struck.append(said)
            if tag == "vertAlign" and mark.get("val") == "superscript":
                raised.append(said)
    return "".join(struck).strip(), "".join(raised).strip()


class _Marks:
    """Reads the marks of one sheet: merged cells, comments, formats, what is hidden, struck out, raised or coloured."""

    def __init__(self, sheet: Sheet, marked: _Marked) -> None:
        self.sheet, self.marked, self.beside = sheet, marked, sheet.beside
        self.row = self.column = -1
        self.n_cells, self.coloured = 0, Beside()

    def read(self, path: str) -> None:
        """Read the marks of the sheet at this path of the packed workbook."""
        by_tag = {"row": self._row, "c": self._cell, "col": self._columns, "mergeCell": self._merged}
        with self.marked.packed.open(path) as file:
            for event, element in ET.iterparse(file, ("start", "end")):
                tag = element.tag.rpartition("}")[2]
                if event == "start" and tag == "row":
                    self.row, self.column = int(element.get("r", self.row + 2)) - 1, -1
                elif event == "end" and tag in by_tag:
                    by_tag[tag](element)
                    element.clear()
        if 2 * self.coloured.counts.get("colour", 0) < self.n_cells:
            self.beside.counts |= self.coloured.counts
            self.beside.examples |= self.coloured.examples
        self._related(path)

    def _row(self, row: ET.Element) -> None:
        if row.get("hidden") in ("1", "true") or row.get("ht") in ("0", "0.0"):
            self.beside.add("row", str(self.row + 1))

    def _columns(self, columns: ET.Element) -> None:
        if columns.get("hidden") not in ("1", "true") and columns.get("width") not in ("0", "0.0"):
            return
        width = max(map(len, self.sheet.rows), default=0)
        for column in range(int(columns.get("min", 1)) - 1, min(int(columns.get("max", 1)), width)):
            heads = (row[column] for row in self.sheet.rows if column < len(row) and row[column] is not None)
            self.beside.add("column", f"{column_letters(column)} {shortened_text(str(next(heads, '')))}")

    def _merged(self, cells: ET.Element) -> None:
        self.sheet.merged += _range(cells.get("ref", ""))

    def _cell(self, cell: ET.Element) -> None:
        place = re.fullmatch(r"([A-Z]{1,3})\d+", cell.get("r", ""))
        self.column = _column(place[1]) if place else self.column + 1
        rows, row, column = self.sheet.rows, self.row, self.column
        value = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        texts = {child.tag.rpartition("}")[2]: child for child in cell}
        if "f" in texts and not ("v" in texts and texts["v"].text):
            self.beside.add("no value", address(row, column))
        if value is None:
            return
        self.n_cells += 1
        struck, raised = self._runs(cell, texts)
        form, is_struck, is_raised, is_coloured = self.marked.look(int(cell.get("s", 0)))
        for kind, part, is_whole in (("struck", struck, is_struck), ("raised", raised, is_raised)):
            if part or is_whole:
                self.beside.add(kind, f"{address(row, column)} {part_of_text('' if is_whole else part, value)}")
        if is_coloured and row:
            self.coloured.add("colour", address(row, column))
        if self.marked.in_libre and isinstance(value, dt.datetime) and _is_before_march_1900(texts):
            value = rows[row][column] = value - dt.timedelta(1)
        shown = as_shown(value, form, in_libre=self.marked.in_libre)
        if shown is not None:
            self.beside.add(shown.kind, f"{address(row, column)} {shown.example}")
            rows[row][column] = value if shown.text is None else shown.text

    def _runs(self, cell: ET.Element, texts: dict[str, ET.Element]) -> tuple[str, str]:
        """Return what is struck out and what is raised within the text of a cell."""
        if cell.get("t") == "s" and "v" in texts and (texts["v"].text or "").isdecimal():
            return self.marked.texts.get(int(texts["v"].text or 0), ("", ""))
        return _within(texts["is"]) if "is" in texts else ("", "")

    def _related(self, path: str) -> None:
        """Read the comments of the sheet, and see whether it has pictures or text boxes."""
        folder, name = posixpath.split(path)
        related = f"{folder}/_rels/{name}.rels"
        if related not in self.marked.packed.namelist():
            return
        for link in ET.fromstring(self.marked.packed.read(related)):
            target = posixpath.normpath(posixpath.join(folder, link.get("Target", ""))).lstrip("/")
            target = link.get("Target", "").lstrip("/") if link.get("Target", "").startswith("/") else target
            if link.get("TargetMode") == "External" or target not in self.marked.packed.namelist():
                continue
            kind = link.get("Type", "").rpartition("/")[2]
            tags = {"comments": ("comment",), "drawing": ("sp", "pic")}.get(kind, ())
            for element in ET.fromstring(self.marked.packed.read(target)).iter() if tags else ():
                if element.tag.rpartition("}")[2] in tags:
                    self._beside_cells(kind, element)

    def _beside_cells(self, kind: str, element: ET.Element) -> None:
        """Note one comment, picture or text box."""
        text = "".join(part.text or "" for part in element.iter() if part.tag.rpartition("}")[2] == "t")
        if kind == "comments":
            self.beside.add("comment", f"{element.get('ref', '')} {shortened_text(text)}")
        else:
            self.beside.add("picture", shortened_text(text) if text.strip() else "")


def _range(text: str) -> list[Range]:
    """Return a range such as A2:A5, counted from 0."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)", text)
    if found is None:
        return []
    left, top, right, bottom = found.groups()
    return [(int(top) - 1, _column(left), int(bottom) - 1, _column(right))]


def _column(letters: str) -> int:
    """Return the number of a column, counted from 0."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1
