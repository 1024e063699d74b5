"""Reads long tables in columns: text files and Parquet in blocks, so that memory does not grow with the texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.errors import Fault, IntakeError
from greatfear.intake_tables.columns import Coded, Columns, TooOdd
from greatfear.intake_tables.columns_gathered import How, foot, gathered
from greatfear.intake_tables.encodings import decode, find_delimiter
from greatfear.intake_tables.layout import no_names
from greatfear.intake_tables.mapping import ColumnMap, TableMap, columns_read
from greatfear.intake_tables.marks import is_total
from greatfear.intake_tables.numbers import decimal_sign
from greatfear.intake_tables.raw import RawTable, read_tables, sources_of
from greatfear.intake_tables.raw_objects import cell_text

LONG_BYTES = 300_000
"""From this size on tables are read in columns, where their map allows it."""
LONG_ROWS = 5_000
_BLOCK = 4 * 2**20
_HEAD = 400_000
_LOOKED_AT = 2000
_CODED = pa.dictionary(pa.int32(), pa.string())


def long_tables(tables: Any, checked: ColumnMap) -> dict[str, Columns] | None:
    """Return the tables of a map in columns, or None where they are short or are to be read row by row.

    Raises
    ------
    TooOdd
        A table is to be read row by row.
    """
    sources = dict(sources_of(tables))
    if len(sources) != len(sources_of(tables)) or not any(_is_long(source) for source in sources.values()):
        return None
    entries = checked.entries()
    if len(entries) != len(checked.tables) or entries.keys() - sources.keys():
        return None  # sheets of workbooks, or faults that the reading row by row tells
    wanted = _wanted(checked)
    return {name: _read(name, sources[name], entries.get(name), wanted.get(name, set())) for name in sources}


def _wanted(checked: ColumnMap) -> dict[str, set[str]]:
    """Return by table the columns that rules read, those of joined tables and their keys among them."""
    wanted: dict[str, set[str]] = {}
    for entry in checked.tables:
        read = columns_read(entry.makes)
        for other, on in entry.join.items():
            wanted.setdefault(other, set()).update(
                on.values(), (c[len(other) + 1 :] for c in read if c.startswith(f"{other}."))
            )
            read = {c for c in read if not c.startswith(f"{other}.")} | set(on)
        wanted.setdefault(entry.table, set()).update(read)
    return wanted


def refuse_absent(tables: Any, checked: ColumnMap) -> None:
    """Refuse a map with a table that no long file is, before any is read.

    Raises
    ------
    greatfear.errors.IntakeError
        With all names that no file has.
    """
    sources = dict(sources_of(tables))
    absent = [entry.table for entry in checked.tables if entry.table not in sources]
    if absent and all(map(_is_one_table, sources.values())) and any(map(_is_long, sources.values())):
        faults = [Fault(f"table {name}", "no such table", ", ".join(sources)) for name in absent]
        raise IntakeError(faults, checked.title or "intake")


def _is_one_table(source: Any) -> bool:
    """Whether a source is one table of the name that it has."""
    if isinstance(source, str | Path):
        return Path(source).suffix.lower() in (".csv", ".tsv", ".parquet")
    return hasattr(source, "__arrow_c_stream__")


def _is_long(source: Any) -> bool:
    """Whether a source is worth the reading in columns."""
    if isinstance(source, str | Path):
        path = Path(source)
        return (
            path.is_file() and path.suffix.lower() in (".csv", ".tsv", ".parquet") and path.stat().st_size >= LONG_BYTES
        )
    return hasattr(source, "__arrow_c_stream__") and getattr(source, "shape", (0,))[0] >= LONG_ROWS


def _read(name: str, source: Any, entry: TableMap | None, wanted: set[str]) -> Columns:
    """Return one table in columns."""
    if entry is not None and (entry.shape != "rows" or entry.sheet is not None):
        raise TooOdd("arranged")
    if isinstance(source, str | Path):
        path = Path(source)
        if path.suffix.lower() in (".csv", ".tsv") and path.is_file():
            return _text(name, path, entry, wanted)
        if path.suffix.lower() == ".parquet" and path.is_file():
            return _parquet(name, path, wanted, entry)
    elif hasattr(source, "__arrow_c_stream__") and not hasattr(source, "iterrows"):
        return _arrow(name, pa.table(source), wanted, entry)
    try:
        (raw,) = read_tables({name: source}, {} if entry is None else {name: entry}).values()
    except (IntakeError, ValueError):
        raise TooOdd("no table") from None
    return _of_raw(raw, wanted)


def _of_raw(raw: RawTable, wanted: set[str]) -> Columns:
    """Return a table that was read row by row."""
    records = raw.records
    if raw.faults or any(record.fault or record.part for record in records) or not records:
        raise TooOdd("faults")
    first = records[0].row
    if any(record.row != first + i for i, record in enumerate(records)) or wanted - set(raw.header):
        raise TooOdd("rows")
    empty = np.array([i for i, record in enumerate(records) if not record.cells], np.int64)
    blank = ("",) * len(raw.header)
    columns = {}
    for column in wanted:
        at = raw.header.index(column)
        cells = pa.array([(record.cells or blank)[at] for record in records], pa.string()).dictionary_encode()
        columns[column] = Coded(cells.indices.to_numpy(zero_copy_only=False), cells.dictionary)
    faults = _totals([(record.cells or ("",)) for record in records])
    made = Columns(raw.name, raw.header, columns, len(records), first, empty, faults, list(raw.remarks))
    made.faults |= foot([record.cells for record in records[-50:]], len(records), len(raw.header))
    return made


def _totals(rows: list[tuple[str, ...]]) -> dict[int, str]:
    """Return the rows whose first word says that they hold totals."""
    return {i: "total" for i, cells in enumerate(rows) if is_total(next((cell for cell in cells if cell), ""))}


def _parquet(name: str, path: Path, wanted: set[str], entry: TableMap | None) -> Columns:
    """Return a Parquet file."""
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            header = tuple(file.schema_arrow.names)
            if wanted - set(header):
                raise TooOdd("columns")
            batches = file.iter_batches(batch_size=1 << 18)
            return _of_batches(name, header, batches, How(wanted, "\0", entry))
    except pa.ArrowException as error:
        raise TooOdd(str(error)) from None


def _arrow(name: str, table: pa.Table, wanted: set[str], entry: TableMap | None) -> Columns:
    """Return a table of Arrow, or of polars."""
    if wanted - set(table.column_names):
        raise TooOdd("columns")
    batches = iter(table.to_batches(max_chunksize=1 << 18))
    return _of_batches(name, tuple(table.column_names), batches, How(wanted, "\0", entry))


def _of_batches(name: str, header: tuple[str, ...], batches: Iterator[pa.RecordBatch], how: How) -> Columns:
    """Return columns of values as columns of texts, as the reading row by row writes them."""
    if len(set(header)) != len(header):
        raise TooOdd("columns")

    point = decimal_sign(how.entry.numbers if how.entry is not None else None)

    def texts(batch: pa.RecordBatch) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([_as_texts(column, point) for column in batch.columns], names=list(header))

    return gathered(name, header, (texts(batch) for batch in batches if batch.num_rows), how)


def _as_texts(column: pa.Array, point: str) -> pa.Array:
    """Return a column of values as texts, each different value once."""
    if pa.types.is_string(column.type):
        return column.fill_null("")
    if pa.types.is_nested(column.type):
        raise TooOdd("nested")
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    listed = pa.array([cell_text(value, point) for value in coded.dictionary.to_pylist()], pa.string())
    indices = coded.indices.cast(pa.int32())  # those of polars have no sign
    indices = indices.fill_null(-1) if indices.null_count else indices
    if (indices.to_numpy(zero_copy_only=False) < 0).any():
        listed = pa.concat_arrays([listed, pa.array([""], pa.string())])
        indices = pc.if_else(pc.less(indices, 0), len(listed) - 1, indices)
    return listed.take(indices)


def _text(name: str, path: Path, entry: TableMap | None, wanted: set[str]) -> Columns:
    """Return a text file with delimiters, read in blocks."""
    import pyarrow.csv as pacsv

    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise TooOdd("UTF-16")
    found = decode(head[: head.rfind(b"\n") + 1], entry.encoding if entry else None)
    quote: Any = '"' if entry is None or entry.quote is None else False if entry.quote == "none" else entry.quote
    delimiter = (entry.delimiter if entry else None) or find_delimiter(found.text, quote or None)
    names, skip = _header(name, found.text, (delimiter, quote), entry)
    if wanted - set(names):
        raise TooOdd("columns")
    encoding = "utf8" if found.encoding in ("utf-8", "utf-8-sig") else found.encoding
    options = pacsv.ReadOptions(block_size=_BLOCK, column_names=names, skip_rows=skip, encoding=encoding)
    parse = pacsv.ParseOptions(
        delimiter=delimiter, quote_char=quote, newlines_in_values=False, ignore_empty_lines=False
    )
    types = pacsv.ConvertOptions(
        column_types=_types(names, found.text, skip, (delimiter, quote)),
        strings_can_be_null=False,
        check_utf8=True,
        include_columns=names,
    )
    try:
        with pacsv.open_csv(path, options, parse, types) as reader:
            made = gathered(name, tuple(names), iter(reader), How(wanted, delimiter, entry))
    except pa.ArrowException as error:
        raise TooOdd(str(error)) from None
    above = (entry.header - 1 if isinstance(entry.header, int) else entry.skip) if entry else 0
    made.first = skip + 1
    made.remarks += [f"rows above the header, not read: {above}"] if above else []
    made.remarks += [found.remark] if found.remark else []
    return made


def _types(names: list[str], text: str, skip: int, signs: tuple[str, Any]) -> dict[str, pa.DataType]:
    """Return how each column is read: as codes where the first lines hold the same few texts again and again."""
    delimiter, quote = signs
    rows = list(_split(text.removeprefix("\ufeff").splitlines()[skip : skip + _LOOKED_AT], delimiter, quote))
    sound = [row for row in rows if len(row) == len(names)]
    few = [len({row[i] for row in sound}) <= len(sound) // 4 for i in range(len(names))]
    return {name: _CODED if is_few else pa.string() for name, is_few in zip(names, few, strict=True)}


def _split(lines: list[str], delimiter: str, quote: Any) -> Iterator[list[str]]:
    """Yield the cells of each line."""
    import csv

    rule: dict[str, Any] = {"quoting": csv.QUOTE_NONE} if quote is False else {"quotechar": quote}
    for line in lines:
        yield next(csv.reader([line], delimiter=delimiter, **rule), [])


def _header(name: str, text: str, signs: tuple[str, Any], entry: TableMap | None) -> tuple[list[str], int]:
    """Return the names of the columns, and how many lines stand before the first record."""
    delimiter, quote = signs
    skip = 0 if entry is None else entry.header - 1 if isinstance(entry.header, int) else entry.skip
    lines = text.removeprefix("\ufeff").splitlines()[: skip + 7]
    rows = list(_split(lines, delimiter, quote))
    if len(rows) <= skip or rows[skip][:1] == [""] or lines[0].lower().startswith("sep="):
        raise TooOdd("header")
    if entry is not None and entry.header == "none":
        names = list(entry.columns) or [f"column {i}" for i in range(1, len(rows[skip]) + 1)]
    else:
        names = list(entry.columns) if entry is not None and entry.columns else rows[skip]
        if len(names) != len(rows[skip]):
            raise TooOdd("header")
        if (entry is None or not isinstance(entry.header, int)) and no_names(name, rows[skip], rows[skip + 1 :]):
            raise TooOdd("header")
        skip += 1
    if any(not column.strip() or column != column.strip() or "\ufffd" in column for column in names) or len(
        set(names)
    ) < len(names):
        raise TooOdd("header")
    return names, skip
