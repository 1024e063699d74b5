"""Reads workbooks: xlsx by openpyxl, xls, xlsb and ods by calamine. Merged cells are filled, and said."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from greatfear.errors import MissingExtraError
from greatfear.intake_tables.raw import Grid
from greatfear.intake_tables.raw_objects import cell_text

if TYPE_CHECKING:
    from greatfear.intake_tables.mapping import TableMap

__all__ = ["read_workbook"]

_LARGEST = 256 * 2**20
_MOST_COLUMNS = 4096
_MOST_CELLS = 40_000_000
_MOST_ROWS, _WIDEST, _MOST_PARTS = 1_048_576, 16_384, 10_000
"""Rows and columns of a full sheet of Excel, and the files that a workbook may be packed of."""
_PIECE = 1 << 20
_ROW, _CELL = re.compile(rb"<(?:x:)?row[\s/>]"), (b"<c ", b"<c>", b"<c/", b"<x:c ")
_Range = tuple[int, int, int, int]


@dataclass(slots=True)
class _Sheet:
    """One sheet: its title, rows of values, merged ranges (from row and column 0), formulas without a value."""

    title: str
    rows: list[list[Any]]
    merged: list[_Range]
    n_empty_formulas: int = 0
    n_hidden: int = 0
    is_hidden: bool = False


def read_workbook(name: str, path: Path, how: dict[str, TableMap], stems: set[str]) -> dict[str, Grid]:
    """Return the sheets of a workbook that hold anything.

    A table whose entry in the map has `sheet` is that sheet; otherwise a single sheet is called after the file, several
    after their titles.

    Raises
    ------
    OSError
        Not a workbook, or one that is too large.
    """
    sheets = [sheet for sheet in _sheets(path) if any(any(cell is not None for cell in row) for row in sheet.rows)]
    asked = {
        entry.table: entry.sheet
        for entry in how.values()
        if entry.sheet is not None and (entry.table == name or entry.table not in stems)
    }
    if not asked:
        return {name if len(sheets) == 1 else sheet.title: _grid(sheet) for sheet in sheets}
    found = {}
    for table, wanted in asked.items():
        chosen = [s for i, s in enumerate(sheets, 1) if wanted in (s.title, i)]
        if chosen:
            found[table] = _grid(chosen[0])
        elif table == name:
            raise OSError(f"no sheet {wanted!r}; it has {', '.join(sheet.title for sheet in sheets) or 'no sheet'}")
    return found


def _sheets(path: Path) -> list[_Sheet]:
    """Return all sheets of a workbook."""
    return _by_openpyxl(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _by_calamine(path)


def _by_openpyxl(path: Path) -> list[_Sheet]:
    """Return the sheets of an xlsx file."""
    import openpyxl  # type: ignore[import-untyped,unused-ignore]

    try:
        with zipfile.ZipFile(path) as packed:
            _refuse_bomb(packed)
            _refuse_long(packed)
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return [_of_worksheet(sheet, packed) for sheet in book.worksheets]
            finally:
                book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, ET.ParseError) as error:
        raise OSError(f"not an Excel file that can be read ({error})") from None


def _refuse_bomb(packed: zipfile.ZipFile) -> None:
    """Refuse a workbook that grows beyond all measure when unpacked."""
    n_parts = len(packed.infolist())
    if n_parts > _MOST_PARTS:
        raise OSError(f"a workbook of {n_parts:,} parts; up to {_MOST_PARTS:,} are read; save it as CSV")
    size = sum(item.file_size for item in packed.infolist())
    if size > _LARGEST:
        raise OSError(f"a workbook of {size:,} bytes when unpacked; up to {_LARGEST:,} are read; save it as CSV")


def _refuse_long(packed: zipfile.ZipFile) -> None:
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
                    if in_row > _WIDEST or n_rows > _MOST_ROWS or n_cells > _MOST_CELLS:
                        raise OSError(
                            f"{item.filename}: more than {_MOST_ROWS:,} rows, {_WIDEST:,} columns or {_MOST_CELLS:,} cells; "
                            "save the part that is needed as CSV"
                        )


def _of_worksheet(sheet: Any, packed: zipfile.ZipFile) -> _Sheet:
    """Return one sheet of openpyxl."""
    sheet.reset_dimensions()
    rows = _bounded(sheet.iter_rows(values_only=True), sheet.title)
    is_hidden = sheet.sheet_state != "visible"
    return _Sheet(sheet.title, rows, *_from_xml(packed, sheet._worksheet_path), is_hidden=is_hidden)


def _bounded(rows: Iterable[Any], title: str) -> list[list[Any]]:
    """Return the rows of a sheet without empty cells at the right; a sheet that is too wide or large is refused."""
    kept: list[list[Any]] = []
    n_cells, width = 0, 0
    for row in rows:
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if len(kept) > _MOST_ROWS:
            raise OSError(
                f"sheet {title!r}: more than {_MOST_ROWS:,} rows; the numbers of its rows may be wrong; save it as CSV"
            )
        n_cells, width = n_cells + len(cells), max(width, len(cells))
        if width > _MOST_COLUMNS or n_cells > _MOST_CELLS:
            raise OSError(
                f"sheet {title!r}: {width:,} columns, {n_cells:,} cells; up to {_MOST_COLUMNS:,} columns and "
                f"{_MOST_CELLS:,} cells are read"
            )
        kept.append(cells)
    while kept and not kept[-1]:
        kept.pop()
    return [cells + [None] * (width - len(cells)) for cells in kept]


def _from_xml(packed: zipfile.ZipFile, path: str) -> tuple[list[_Range], int, int]:
    """Return the merged ranges of a sheet, how many formulas have no stored value, and how many rows are hidden."""
    merged: list[_Range] = []
    n_empty = n_hidden = 0
    with packed.open(path.lstrip("/")) as file:
        for _, element in ET.iterparse(file):
            tag = element.tag.rpartition("}")[2]
            if tag == "mergeCell":
                merged += _range(element.get("ref", ""))
            elif tag == "c":
                texts = {child.tag.rpartition("}")[2]: child.text for child in element}
                n_empty += "f" in texts and not texts.get("v")
                element.clear()
            elif tag == "row":
                n_hidden += element.get("hidden") in ("1", "true")
                element.clear()
    return merged, n_empty, n_hidden


def _range(text: str) -> list[_Range]:
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


def _by_calamine(path: Path) -> list[_Sheet]:
    """Return the sheets of an xls, xlsb or ods file."""
    try:
        import python_calamine  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise MissingExtraError("python-calamine", "frames", f"reading {path.suffix} files") from None
    if path.stat().st_size > _LARGEST:
        raise OSError(f"a workbook of {path.stat().st_size:,} bytes; up to {_LARGEST:,} are read; save it as CSV")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            _refuse_bomb(packed)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        made = []
        seen = {str(item.name): "visible" in str(item.visible).casefold() for item in book.sheets_metadata}
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            rows = _bounded(sheet.to_python(skip_empty_area=False), title)
            ranges = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
            cells = [[None if cell == "" else cell for cell in row] for row in rows]
            made.append(_Sheet(title, cells, ranges, is_hidden=not seen.get(str(title), True)))
    except (python_calamine.CalamineError, ValueError, zipfile.BadZipFile) as error:
        raise OSError(f"not a workbook that can be read ({error})") from None
    return made


def _grid(sheet: _Sheet) -> Grid:
    """Return a sheet as texts, merged cells filled downwards."""
    rows = [[cell_text(cell) for cell in row] for row in sheet.rows]
    n_down = n_across = 0
    within = [(top, bottom) for top, left, bottom, _ in sheet.merged if top < len(rows) and left < len(rows[top])]
    if sum(min(bottom + 1, len(rows)) - top for top, bottom in within) > sum(map(len, rows)):
        raise OSError(
            f"sheet {sheet.title!r}: {len(sheet.merged):,} merged cells that lie on one another; save it as CSV"
        )
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        n_across += right > left and top > 0
        if bottom > top:
            n_down += 1
            for row in range(top + 1, min(bottom + 1, len(rows))):
                rows[row][left] = rows[top][left]
    remarks = []
    if n_down:
        remarks.append(f"{n_down} merged cells were filled into all rows that they cover")
    if n_across:
        remarks.append(f"{n_across} cells are merged across columns; their text counts for the first of these columns")
    if sheet.n_empty_formulas:
        remarks.append(
            f"{sheet.n_empty_formulas} formulas have no stored value and were read as empty; save the workbook in its program"
        )
    if sheet.is_hidden:
        remarks.append("the sheet is hidden in the workbook; it was read like the others")
    if sheet.n_hidden:
        remarks.append(f"{sheet.n_hidden} rows are hidden in the workbook; they were read like the others")
    return Grid([(row, "") for row in rows], remarks=tuple(remarks))
