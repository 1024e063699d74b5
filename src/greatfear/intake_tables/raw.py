"""Reads tables as texts: CSV, Excel, Arrow, data frames and lists of dictionaries; every record keeps its row number.

Nothing is guessed about the values here: a cell is a text, an empty one is "". A record that cannot be read is kept
with the fault that says why, so that it can be counted.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greatfear.errors import Fault, IntakeError, MissingExtraError

__all__ = ["RawTable", "Record", "read_tables"]

_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table: its number (the header is row 1), its cells, and what is wrong with it as a whole."""

    row: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table of texts."""

    name: str
    header: tuple[str, ...]
    records: tuple[Record, ...]
    faults: tuple[Fault, ...] = field(default=())


def read_tables(
    tables: Any, *, delimiters: Mapping[str, str] | None = None, encodings: Mapping[str, str] | None = None
) -> dict[str, RawTable]:
    """Read tables from files or objects.

    Parameters
    ----------
    tables : path, iterable of paths, or mapping of name to source
        A folder stands for its CSV and Excel files. A table is called after its file without the ending; a sheet of an
        Excel file that has several is called after the sheet. A source is a path, the bytes or text of a CSV file after
        ``bytes``, a pyarrow table, a data frame, a list of dictionaries, or a table that was read before.
    delimiters, encodings : mapping, optional
        By table; else the delimiter is the commonest of comma, semicolon, tab and bar in the header, and UTF-8 is read.

    Returns
    -------
    dict of str to RawTable

    Raises
    ------
    greatfear.errors.IntakeError
        Files that are not there or are of no known kind, two tables of one name, or no table at all.

    Examples
    --------
    >>> read_tables({"edges": [{"from": "A", "to": "B"}]})["edges"].records[0]
    Record(row=2, cells=('A', 'B'), fault='')
    """
    found: dict[str, RawTable] = {}
    faults: list[Fault] = []
    for name, source in _sources(tables):
        try:
            read = _read(name, source, (delimiters or {}).get(name), (encodings or {}).get(name, "utf-8-sig"))
        except (OSError, LookupError) as error:
            faults.append(Fault(name, str(error), "a readable CSV or Excel file"))
            continue
        again = "a second table of this name"
        faults += [
            Fault(table, again, "a name for each table", "rename its file or sheet") for table in found.keys() & read
        ]
        found = read | found
    if not found and not faults:
        given = tables if isinstance(tables, str | Path) else ", ".join(map(str, tables)) or "tables"
        faults.append(Fault(str(given), "no table", "CSV or Excel files, or a folder that holds some"))
    if faults:
        raise IntakeError(faults, "tables")
    return found


def _sources(tables: Any) -> list[tuple[str, Any]]:
    """Return name and source of every table."""
    if isinstance(tables, Mapping):
        return list(tables.items())
    paths = [tables] if isinstance(tables, str | Path) else list(tables)
    files: list[Path] = []
    for path in map(Path, paths):
        inside = (
            sorted(p for p in path.iterdir() if p.suffix.lower() in (".csv", ".tsv", ".xlsx"))
            if path.is_dir()
            else [path]
        )
        files += inside
    return [(path.stem, path) for path in files]


def _read(name: str, source: Any, delimiter: str | None, encoding: str) -> dict[str, RawTable]:
    """Return the tables of one source."""
    if isinstance(source, RawTable):
        return {name: source}
    if isinstance(source, str | Path):
        path = Path(source)
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            return _excel(name, path)
        source = path.read_bytes()
    if isinstance(source, bytes):
        return {name: _csv(name, source, delimiter, encoding)}
    if hasattr(source, "to_pylist"):
        return {name: _objects(name, list(source.column_names), source.to_pylist())}
    if hasattr(source, "to_dict"):
        return {name: _objects(name, [str(c) for c in source.columns], source.to_dict("records"))}
    rows = list(source)
    return {name: _objects(name, list(dict.fromkeys(str(key) for row in rows for key in row)), rows)}


def _objects(name: str, header: list[str], rows: Iterable[Mapping[Any, Any]]) -> RawTable:
    """Return rows of objects as texts."""
    records = (Record(i, tuple(_text(row.get(column)) for column in header)) for i, row in enumerate(rows, 2))
    return RawTable(name, tuple(header), tuple(records))


def _text(value: Any) -> str:
    """Return the text of a cell; unknown is empty, whole numbers have no point, days have no time."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()


def _csv(name: str, data: bytes, delimiter: str | None, encoding: str) -> RawTable:
    """Return a CSV file; where quoting is broken every line is read by itself."""
    text = data.decode(encoding, errors="replace")
    delimiter = delimiter or _delimiter(text)
    try:
        rows = [(row, "") for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error:
        rows = [_one_line(line, delimiter) for line in re.split("\r\n|\r|\n", text.rstrip("\r\n"))]
    if not rows or not any(cell.strip() for cell in rows[0][0]):
        fault = Fault(f"{name} row 1", "no header", "names of columns in the first row")
        return RawTable(
            name, (), tuple(Record(i, (), "the table has no header") for i in range(2, len(rows) + 1)), (fault,)
        )
    return _with_header(name, rows)


def _with_header(name: str, rows: list[tuple[list[str], str]]) -> RawTable:
    """Return header and records; a header with a fault makes every record faulty."""
    header = tuple(cell.strip() or f"column {i}" for i, cell in enumerate(rows[0][0], 1))
    twice = sorted({column for column in header if header.count(column) > 1})
    faults = [
        Fault(f"{name} row 1: {column}", "the same name twice", "a different name for every column") for column in twice
    ]
    if rows[0][1]:
        faults.append(Fault(f"{name} row 1", rows[0][1], "a readable header"))
    records = tuple(_record(i, cells, fault, header, bool(faults)) for i, (cells, fault) in enumerate(rows[1:], 2))
    return RawTable(name, header, records, tuple(faults))


def _record(row: int, cells: list[str], fault: str, header: tuple[str, ...], spoilt: bool) -> Record:
    """Return one record with what is wrong with it."""
    texts = tuple(cell.strip() for cell in cells)
    if spoilt:
        fault = "the header cannot be used"
    elif not fault and not any(texts):
        return Record(row, (), "")
    elif not fault and len(texts) != len(header):
        fault = f"{len(texts)} cells"
    elif not fault and any("\ufffd" in text or "\0" in text for text in texts):
        fault = "characters that are not in the encoding"
    return Record(row, texts, fault)


def _one_line(line: str, delimiter: str) -> tuple[list[str], str]:
    """Return one physical line as a record, with the fault that hinders it."""
    try:
        return next(iter(csv.reader([line], delimiter=delimiter, strict=True)), []), ""
    except csv.Error as error:
        return [line], f"a line that cannot be read ({error})"


def _delimiter(text: str) -> str:
    """Return the commonest delimiter of the first line."""
    first = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _excel(name: str, path: Path) -> dict[str, RawTable]:
    """Return the sheets of an Excel file."""
    try:
        import openpyxl  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise MissingExtraError("openpyxl", "frames", "reading Excel files") from None
    import zipfile

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise OSError(f"not an Excel file ({error})") from None
    tables = {}
    for sheet in book.worksheets:
        rows = [([_text(cell) for cell in row], "") for row in sheet.iter_rows(values_only=True)]
        key = name if len(book.worksheets) == 1 else sheet.title
        if rows:
            tables[key] = _with_header(key, rows)
    book.close()
    return tables
