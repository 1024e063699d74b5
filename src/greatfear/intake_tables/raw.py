"""Tables as texts: every record keeps its row number, and what is wrong with it as a whole.

Nothing is guessed about the values here: a cell is a text, an empty one is "". A record that cannot be read is kept
with the fault that says why, so that it can be counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from greatfear.errors import Fault, IntakeError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from greatfear.intake_tables.mapping import TableMap

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".jsonl", ".ndjson")
"""Endings of files that a folder stands for; text files may be packed (``.gz``)."""


OneTable: TypeAlias = (
    "str | os.PathLike[str] | bytes | pd.DataFrame | pl.DataFrame | pa.Table | list[dict[str, object]] | RawTable"
)
"""A file, the bytes of a CSV file, a data frame, or rows."""
TableSource: TypeAlias = "str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Mapping[str, OneTable]"
"""A folder or file, several files, or tables by name."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table: its number as a spreadsheet counts, its cells, what is wrong with it, and which part it is."""

    row: int
    cells: tuple[str, ...]
    fault: str = ""
    part: str = ""

    @property
    def label(self) -> str:
        """Return the row, and the column in a matrix."""
        return f"row {self.row}{', ' + self.part if self.part else ''}"


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table of texts, with remarks on how it was read."""

    name: str
    header: tuple[str, ...]
    records: tuple[Record, ...]
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class Grid:
    """Rows of cells before the header is known.

    Parameters
    ----------
    rows : list
        Cells of each row with the fault that hinders it.
    header : tuple of str, optional
        Names of columns where the source has names by itself (data frames, Parquet).
    remarks : list of str
        How it was read.
    """

    rows: list[tuple[list[str], str]]
    header: tuple[str, ...] | None = None
    remarks: tuple[str, ...] = ()


def read_tables(tables: TableSource, how: Mapping[str, TableMap] | None = None) -> dict[str, RawTable]:
    """Read tables from files or objects.

    Parameters
    ----------
    tables : path, iterable of paths, or mapping of name to source
        A folder stands for its tables. A table is called after its file without the ending; a sheet of a workbook that
        has several is called after the sheet. A source is a path, the bytes of a CSV file, a data frame (pandas, polars,
        Arrow), a list of dictionaries, or a table that was read before.
    how : mapping, optional
        By table: delimiter, encoding, header and so on, as a map declares them.

    Returns
    -------
    dict of str to RawTable

    Raises
    ------
    greatfear.errors.IntakeError
        Files that are not there or are of no known kind, two tables of one name, or no table at all.
    """
    found: dict[str, RawTable] = {}
    faults: list[Fault] = []
    sources = sources_of(tables)
    for name, source in sources:
        try:
            read = _read(name, source, dict(how or {}), {stem for stem, _ in sources})
        except (OSError, LookupError) as error:
            faults.append(_unread(name, source, error))
            continue
        faults += [
            Fault(table, "a second table of this name", "a name for each table", "rename its file or sheet")
            for table in found.keys() & read
        ]
        found |= {table: grid for table, grid in read.items() if table not in found}
    if not found and not faults:
        given = tables if isinstance(tables, str | os.PathLike) else ", ".join(map(str, tables)) or "tables"
        faults.append(Fault(str(given), "no table", "CSV, Excel or other tables, or a folder that holds some"))
    if faults:
        raise IntakeError(faults, "tables")
    return found


def _unread(name: str, source: Any, error: OSError | LookupError) -> Fault:
    """Return the fault of a table that could not be read, in words."""
    if isinstance(error, FileNotFoundError):
        return Fault(name, f"no file {source}", "a table that can be read", "check the path")
    reason = error.strerror if isinstance(error, OSError) else None
    return Fault(name, reason or str(error), "a table that can be read")


def sources_of(tables: Any) -> list[tuple[str, Any]]:
    """Return name and source of every table."""
    if isinstance(tables, Mapping):
        return list(tables.items())
    if hasattr(tables, "columns") or hasattr(tables, "__arrow_c_stream__"):
        return [("table", tables)]
    paths = [tables] if isinstance(tables, str | os.PathLike) else list(tables)
    files: list[Path] = []
    for path in map(Path, paths):
        files += sorted(inside for inside in path.iterdir() if _is_table(inside)) if path.is_dir() else [path]
    return [(path.name.removesuffix(".gz").rpartition(".")[0] or path.name, path) for path in files]


def _is_table(path: Path) -> bool:
    """Whether a file of a folder is taken as a table."""
    return path.name.lower().removesuffix(".gz").endswith(SUFFIXES) and path.is_file()


def _read(name: str, source: Any, how: dict[str, TableMap], stems: set[str]) -> dict[str, RawTable]:
    """Return the tables of one source, each with its header found."""
    from greatfear.intake_tables import raw_files, raw_objects
    from greatfear.intake_tables.layout import with_header
    from greatfear.intake_tables.numbers import decimal_sign

    if isinstance(source, RawTable):
        return {name: source}
    if isinstance(source, str | Path):
        grids = raw_files.read_file(name, Path(source), how, stems)
    elif isinstance(source, bytes):
        grids = {name: raw_files.text_grid(source, how.get(name))}
    else:
        grids = {name: raw_objects.object_grid(source, decimal_sign(how[name].numbers if name in how else None))}
    return {key: with_header(key, grid, how.get(key)) for key, grid in grids.items()}
