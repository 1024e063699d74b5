"""Reads files of tables: text with delimiters (packed or not), workbooks, Parquet, lines of JSON."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.intake_tables.encodings import decode, find_delimiter
from greatfear.intake_tables.numbers import decimal_sign
from greatfear.intake_tables.raw import Grid
from greatfear.intake_tables.raw_objects import object_grid

if TYPE_CHECKING:
    from greatfear.intake_tables.mapping import TableMap

_LARGEST = 2 * 2**30
"""Bytes of a text that is read whole; a packed file that grows beyond is refused."""


def read_file(name: str, path: Path, how: dict[str, TableMap], stems: set[str]) -> dict[str, Grid]:
    """Return the tables of one file.

    Raises
    ------
    OSError
        The file cannot be read as what its ending says, or is too large.
    """
    kind = Path(path.name.lower().removesuffix(".gz")).suffix
    if kind in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"):
        from greatfear.intake_tables.raw_sheets import read_workbook

        return read_workbook(name, path, how, stems)
    point = decimal_sign(how[name].numbers if name in how else None)
    if kind == ".parquet":
        return {name: _parquet(path, point)}
    data = _unpacked(path) if path.name.lower().endswith(".gz") else path.read_bytes()
    if len(data) > _LARGEST:
        raise OSError(f"a file of {len(data):,} bytes; texts up to {_LARGEST:,} bytes are read this way")
    if kind in (".jsonl", ".ndjson"):
        return {name: _json_lines(data, point)}
    return {name: text_grid(data, how.get(name))}


def _unpacked(path: Path) -> bytes:
    """Return the content of a packed file, up to the largest size."""
    try:
        with gzip.open(path) as file:
            data = file.read(_LARGEST + 1)
    except (EOFError, zlib.error) as error:
        raise OSError(f"a packed file that is damaged ({error})") from None
    return data


def _parquet(path: Path, point: str) -> Grid:
    """Return a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return object_grid(pq.read_table(path), point)
    except pa.ArrowException as error:
        raise OSError(f"not a Parquet file ({str(error).splitlines()[0]})") from None


def _json_lines(data: bytes, point: str) -> Grid:
    """Return lines of JSON, each an object; a line that is none is a record with a fault."""
    rows: list[dict[str, Any] | str] = []
    for line in data.decode("utf-8-sig", errors="replace").splitlines():
        try:
            value = json.loads(line, object_pairs_hook=_once) if line.strip() else {}
        except _TwiceError as error:
            rows.append(f"the key {error} twice in one line")
            continue
        except (ValueError, RecursionError):
            value = None
        rows.append(value if isinstance(value, dict) else "a line that is no JSON object")
    grid = object_grid([row if isinstance(row, dict) else {} for row in rows], point)
    grid.rows = [(cells, row if isinstance(row, str) else "") for (cells, _), row in zip(grid.rows, rows, strict=True)]
    return grid


class _TwiceError(ValueError):
    """A key that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON in which each key stands once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(repr(next(key for key, n in Counter(keys).items() if n > 1)))
    return found


def text_grid(data: bytes, how: TableMap | None) -> Grid:
    """Return a text with delimiters; where quoting is broken every line is read by itself."""
    read = decode(data, how.encoding if how else None)
    quote = '"' if how is None or how.quote is None else how.quote
    sign = None if quote == "none" else quote
    delimiter = (how.delimiter if how else None) or find_delimiter(read.text, sign)
    rule: dict[str, Any] = {"quoting": csv.QUOTE_NONE} if sign is None else {"quotechar": sign}
    try:
        source = io.StringIO(read.text, newline="")
        rows = [(row, "") for row in csv.reader(source, delimiter=delimiter, strict=True, **rule)]
        if any(_swallowed(row, delimiter) for row, _ in rows):
            raise csv.Error("a quotation mark that swallows lines")
    except csv.Error:
        rows = [_one_line(line, delimiter, rule) for line in re.split("\r\n|\r|\n", read.text.rstrip("\r\n"))]
    return Grid(rows, remarks=(read.remark,) if read.remark else ())


def _swallowed(row: list[str], delimiter: str) -> bool:
    """Whether a cell over several lines begins with the delimiter: a lone quotation mark, perhaps a ditto mark, took them."""
    return any("\n" in cell and cell.lstrip(" ").startswith(delimiter) for cell in row)


def _one_line(line: str, delimiter: str, rule: dict[str, Any]) -> tuple[list[str], str]:
    """Return one physical line as a record, with the fault that hinders it."""
    try:
        return next(iter(csv.reader([line], delimiter=delimiter, strict=True, **rule)), []), ""
    except csv.Error:
        return [line], "a line that cannot be read: its quotation marks do not close"
