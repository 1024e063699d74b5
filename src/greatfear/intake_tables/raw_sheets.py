"""Reads workbooks: xlsx, ods, and xls and xlsb by calamine. Merged cells are filled; what is not read is told."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from greatfear.errors import MissingExtraError
from greatfear.intake_tables.numbers import decimal_sign
from greatfear.intake_tables.raw import Grid
from greatfear.intake_tables.raw_objects import cell_text
from greatfear.intake_tables.raw_ods import ods_sheets
from greatfear.intake_tables.raw_xlsx import xlsx_sheets
from greatfear.intake_tables.sheet import Sheet
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from greatfear.intake_tables.mapping import TableMap

_LARGEST = 256 * 2**20
_MOST_COLUMNS = 4096
_MOST_CELLS = 40_000_000
_MOST_ROWS, _MOST_PARTS = 1_048_576, 10_000
"""Rows of a full sheet of Excel, and the files that a workbook may be packed of."""
_OLD = b"\xd0\xcf\x11\xe0"
"""How files of old programs begin, and workbooks that are protected by a password."""


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
        names = {name if len(sheets) == 1 else sheet.title: sheet for sheet in sheets}
        return {key: _grid(sheet, _point(key, how)) for key, sheet in names.items()}
    found, read = {}, set()
    for table, wanted in asked.items():
        chosen = [s for i, s in enumerate(sheets, 1) if wanted in (s.title, i)]
        if chosen:
            found[table] = _grid(chosen[0], _point(table, how))
            read.add(chosen[0].title)
        elif table == name:
            raise OSError(f"no sheet {wanted!r}; it has {', '.join(sheet.title for sheet in sheets) or 'no sheet'}")
    left = [f"{sheet.title} ({counted(len(sheet.rows), 'row')})" for sheet in sheets if sheet.title not in read]
    if left and found:
        last = list(found.values())[-1]
        last.remarks = (*last.remarks, f"sheets of the workbook that the map does not name: {', '.join(left)}")
    return found


def _point(table: str, how: dict[str, TableMap]) -> str:
    """Return the sign with which the numbers of a table are written."""
    return decimal_sign(how[table].numbers if table in how else None)


def _sheets(path: Path) -> list[Sheet]:
    """Return all sheets of a workbook."""
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".xlsm", ".ods"):
        return _by_calamine(path)
    what = "OpenDocument workbook" if kind == ".ods" else "Excel file"
    try:
        with zipfile.ZipFile(path) as packed:
            _refuse_bomb(packed)
        return ods_sheets(path, _MOST_CELLS) if kind == ".ods" else xlsx_sheets(path, _bounded, _MOST_CELLS)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, ET.ParseError) as error:
        with path.open("rb") as file:
            more = "; it is protected by a password, or an old .xls file" if file.read(4) == _OLD else f" ({error})"
        raise OSError(f"not an {what} that can be read{more}") from None


def _refuse_bomb(packed: zipfile.ZipFile) -> None:
    """Refuse a workbook that grows beyond all measure when unpacked."""
    n_parts = len(packed.infolist())
    if n_parts > _MOST_PARTS:
        raise OSError(f"a workbook of {n_parts:,} parts; up to {_MOST_PARTS:,} are read; save it as CSV")
    size = sum(item.file_size for item in packed.infolist())
    if size > _LARGEST:
        raise OSError(f"a workbook of {size:,} bytes when unpacked; up to {_LARGEST:,} are read; save it as CSV")


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


def _by_calamine(path: Path) -> list[Sheet]:
    """Return the sheets of an xls or xlsb file."""
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
            made.append(Sheet(title, cells, ranges, is_hidden=not seen.get(str(title), True)))
            made[-1].beside.add("values only", "")
    except (python_calamine.CalamineError, ValueError, zipfile.BadZipFile) as error:
        raise OSError(f"not a workbook that can be read ({error})") from None
    return made


def _grid(sheet: Sheet, point: str = ".") -> Grid:
    """Return a sheet as texts, merged cells filled downwards."""
    rows = [[cell_text(cell, point) for cell in row] for row in sheet.rows]
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
        remarks.append(f"merged cells were filled into all rows that they cover: {n_down}")
    if n_across:
        remarks.append(f"cells are merged across columns; their text counts for the first of these columns: {n_across}")
    if sheet.is_hidden:
        remarks.append("the sheet is hidden in the workbook; it was read like the others")
    return Grid([(row, "") for row in rows], remarks=(*remarks, *sheet.beside.remarks()))
