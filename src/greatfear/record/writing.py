"""Writes a run folder: tables first, in fixed blocks, then the manifest in one step.

The bytes follow from the rows alone. Rows are gathered into blocks of a fixed number whatever the batches they came in,
and the codes of a category are made again in each block, in the order of the texts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from greatfear.errors import ArchiveError, Fault, FaultList
from greatfear.landing import land, sync_file
from greatfear.record.blocks import blocks_of, conform_fields
from greatfear.record.manifest import MANIFEST, FileEntry, Manifest, TableEntry, dump_manifest, write_manifest
from greatfear.record.place import beside, claimed
from greatfear.record.schema import TABLES, format_of
from greatfear.record.table import Table


@dataclass(frozen=True)
class WrittenTable:
    """A table that `write_table` has written beforehand; it is moved to where it belongs."""

    path: Path
    entry: TableEntry

    @property
    def num_rows(self) -> int:
        """Return the number of rows."""
        return self.entry.rows


Rows: TypeAlias = pa.Table | Iterable[pa.RecordBatch | pa.Table] | WrittenTable
"""Rows of one table: whole, in batches, or in a file already."""

_DELTA = ("person", "statement", "act", "speaker", "subject", "sitting", "address", "made", "copy_of")
_ENCODINGS = {
    **dict.fromkeys(_DELTA, "DELTA_BINARY_PACKED"),
    "id": "DELTA_LENGTH_BYTE_ARRAY",
    "time": "BYTE_STREAM_SPLIT",
    "logp": "BYTE_STREAM_SPLIT",
}
"""Columns in which hardly a value comes twice, so that a dictionary would only cost time."""
_THREADS = 2
_FEW = 1000
_UNLIKE = "DELTA_BYTE_ARRAY"


def write_archive(
    folder: str | os.PathLike[str],
    tables: Mapping[str, Rows],
    *,
    epoch: dt.date,
    end: dt.date | None,
    kind: str,
    title: str,
    provenance: Mapping[str, Any],
    truth: Mapping[Table, Rows | None] | None = None,
    files: Mapping[str, bytes] | None = None,
    replace: bool = False,
) -> Path:
    """Write a run folder; it is whole once its manifest stands.

    Parameters
    ----------
    folder : path
        New, empty, or a finished archive of the same provenance. It takes its place in one step once all is written. Files
        of the folder that no manifest lists (log, report, figures) are kept.
    tables : mapping of str to table
        Tables of the archive by name; a table is whole, comes in batches, or was written beforehand (`write_table`), on the
        same file system. What is missing is written empty.
    epoch, end : date
        Period, half-open; times are counted in days from `epoch`. `end` may be None for a real archive.
    kind : str
        ``"simulated"`` or ``"real"``.
    title : str
        One line for people.
    provenance : mapping
        See `greatfear.record.provenance`; only what JSON can hold, no clock and no machine.
    truth : mapping of Table to rows, optional
        Further tables, laid out as the keys say, for the folder ``truth`` beside the archive; None for no such folder.
    files : mapping of str to bytes, optional
        Further files to write and list, such as ``scenario.json``.
    replace : bool
        Whether a finished archive of another provenance gives way.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    greatfear.errors.ArchiveError
        The folder holds something else, somebody else writes there, or it cannot be written.
    greatfear.errors.FaultList
        Unknown tables, columns or kinds, values that do not fit their type, or provenance that JSON cannot hold.
    """
    path, files = Path(folder), dict(files or {})
    _refuse_unknown(tables, files)
    head = Manifest(
        format=format_of(provenance),
        kind=_kind(kind),
        epoch=epoch.isoformat(),
        end=None if end is None else end.isoformat(),
        title=title,
        greatfear=version("greatfear"),
        files={name: _file_entry(data) for name, data in sorted(files.items())},
        provenance=dict(provenance),
    )
    dump_manifest(head)  # refuses a bad provenance before anything is written
    try:
        with claimed(path, head.provenance, replace=replace) as place, beside(place) as made:
            for name, data in files.items():
                land(made / name, data)
            written, true = _write_tables(made, tables, truth)
            write_manifest(made, head.model_copy(update={"tables": written, "truth": true}))
    except OSError as error:
        raise ArchiveError(
            f"{path}: cannot be written ({error.strerror or error}). Free some space or name another folder"
        ) from error
    return path


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def footer_hash(path: Path) -> str:
    """Return the SHA-256 of a Parquet file's footer with its length and mark; of a file without one, of its end."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, size - 8 - length))
        return hashlib.sha256(file.read()).hexdigest()


def _kind(kind: str) -> Any:
    if kind not in ("simulated", "real"):
        raise FaultList([Fault("kind", repr(kind), "'simulated' or 'real'")], "archive")
    return kind


def _refuse_unknown(tables: Mapping[str, Rows], files: Mapping[str, bytes]) -> None:
    """Refuse names that the format does not know, and files that would take the place of ours."""
    faults = [Fault("tables", repr(name), ", ".join(TABLES)) for name in tables if name not in TABLES]
    taken = ("archive", "truth", MANIFEST)
    bad = [name for name in files if name != Path(name).name or name in taken or name.startswith(".")]
    faults += [Fault("files", repr(name), "a plain name that is not taken, such as scenario.json") for name in bad]
    if faults:
        raise FaultList(faults, "archive")


def _write_tables(
    path: Path, tables: Mapping[str, Rows], truth: Mapping[Table, Rows | None] | None
) -> tuple[dict[str, TableEntry], dict[str, TableEntry]]:
    """Write all tables, the largest first, on two threads; return their entries in the order of the format."""
    jobs = [("archive", table, tables.get(table.name)) for table in TABLES.values()]
    if truth is not None:
        jobs += [("truth", table, rows) for table, rows in truth.items()]
    for part in {part for part, _, _ in jobs}:
        (path / part).mkdir(exist_ok=True)
    by_size = sorted(jobs, key=lambda job: -getattr(job[2], "num_rows", 0))
    with ThreadPoolExecutor(_THREADS) as pool:
        futures = {
            (part, table.name): pool.submit(_write_table, path, part, table, rows) for part, table, rows in by_size
        }
        try:
            made = {key: future.result() for key, future in futures.items()}
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    written, true = (
        {table.name: made[where, table.name] for where, table, _ in jobs if where == part}
        for part in ("archive", "truth")
    )
    return written, true


def _write_table(path: Path, part: str, table: Table, rows: Rows | None) -> TableEntry:
    """Put one table in its place and return its entry."""
    place = path / part / f"{table.name}.parquet"
    if isinstance(rows, WrittenTable):
        rows.path.replace(place)
        entry = rows.entry
    else:
        entry = write_table(place, table, rows).entry
    sync_file(place)
    return entry


def write_table(file: Path, table: Table, rows: Any) -> WrittenTable:
    """Write one table into a file of its own.

    Parameters
    ----------
    file : Path
        To be written; its folder exists.
    table : Table
        A table of `greatfear.record.schema`.
    rows : table, iterable of batches, or None
        As for `write_archive`. Batches may come slowly: a row group is written as soon as its rows are there.

    Returns
    -------
    WrittenTable
        For `write_archive`.

    Raises
    ------
    greatfear.errors.FaultList
        Columns or values that do not fit the table.
    OSError
        The file cannot be written.
    """
    schema, batches = conform_fields(table, rows)
    blocks = _ahead(blocks_of(table, schema, batches))
    first = next(blocks, None)
    n_rows = 0
    with pq.ParquetWriter(file, schema, **_options(schema, first)) as writer:
        for block in () if first is None else chain([first], blocks):
            writer.write_table(block)
            n_rows += block.num_rows
    own = {column.name for column in table.columns}
    part = "archive" if table.name in TABLES else "truth"
    entry = TableEntry(
        file=f"{part}/{table.name}.parquet",
        rows=n_rows,
        bytes=file.stat().st_size,
        sha256=hash_file(file),
        footer_sha256=footer_hash(file),
        attributes=[name for name in schema.names if name not in own],
    )
    return WrittenTable(file, entry)


def _ahead(blocks: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield blocks while a second thread makes the next one."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = pool.submit(next, blocks, None)
            yield block


def _options(schema: pa.Schema, first: pa.Table | None = None) -> dict[str, Any]:
    """Return how the columns are stored: dictionaries for what repeats, differences for row numbers.

    Places are stored by what they add to the place above where the first rows have a place each, as rows of a table do.

    Measures have no statistics: those of Parquet leave NaN out, and a reader that trusts them concludes that there is
    none (DuckDB 2.0 then answers isnan(time) wrongly). Page checksums are on, so that damage is seen when a table is
    loaded.
    """
    plain = {name: kind for name, kind in _ENCODINGS.items() if name in schema.names}
    if first is not None and "place" in schema.names and _all_differ(first.column("place").slice(0, _FEW)):
        plain["place"] = _UNLIKE
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": [name for name in schema.names if name not in plain],
        "column_encoding": plain,
        "write_statistics": [
            f.name for f in schema if not pa.types.is_floating(f.type) and plain.get(f.name) != _UNLIKE
        ],
        "write_page_checksum": True,
        "store_schema": True,
        "version": "2.6",
    }


def _all_differ(texts: pa.ChunkedArray) -> bool:
    """Whether each of some texts is another one; of a few or of absent ones, no."""
    return len(texts) == _FEW and not texts.null_count and len(texts.unique()) == _FEW


def _file_entry(data: bytes) -> FileEntry:
    return FileEntry(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
