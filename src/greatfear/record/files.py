"""Reading the Parquet files of a run folder: cheap checks at each reading, hashes on request, clear errors always."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from greatfear.errors import AlteredArchiveError, ArchiveError, IncompleteRunError
from greatfear.record.columns import arrow_field, arrow_schema, null_column
from greatfear.record.manifest import FileEntry, TableEntry, unknown_here
from greatfear.record.table import Table
from greatfear.record.writing import footer_hash, hash_file


def check_table(folder: Path, entry: TableEntry, table: Table | None = None, writer: str = "") -> None:
    """Check size, footer, number of rows and columns of one table; its rows are not read.

    Where `table` is given, the columns must be its own. `writer` is the version that wrote the archive, for messages.

    Raises
    ------
    greatfear.errors.IncompleteRunError
        The file is missing.
    greatfear.errors.AlteredArchiveError
        Size, footer or columns are not those that were written.
    greatfear.errors.NewerFormatError
        A column that this version does not know.
    """
    path = folder / entry.file
    _check_size(path, entry)
    try:
        if footer_hash(path) != entry.footer_sha256:
            raise AlteredArchiveError(f"{path}: the footer does not agree with the manifest; the file was altered")
        with pq.ParquetFile(path) as file:
            schema, n_rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from error
    if n_rows != entry.rows:
        raise AlteredArchiveError(f"{path}: {n_rows} rows; the manifest says {entry.rows}")
    if table is not None:
        _check_columns(path, table, entry, (schema, writer))


def check_file(path: Path, entry: FileEntry) -> None:
    """Check size and hash of one listed file.

    Raises
    ------
    greatfear.errors.IncompleteRunError
        The file is missing.
    greatfear.errors.AlteredArchiveError
        Its bytes are not those that were written.
    """
    _check_size(path, entry)
    try:
        found = hash_file(path)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror or error})") from error
    if found != entry.sha256:
        raise AlteredArchiveError(f"{path}: SHA-256 {found[:12]}...; the manifest says {entry.sha256[:12]}...")


_VERIFIED: dict[tuple[Path, str], tuple[int, ...]] = {}
_MOST_VERIFIED = 100_000
_RACY_SECONDS = 1.0
"""A file that changed so shortly before it was hashed is hashed again: a second change could bear the same time."""


def ensure_file(path: Path, entry: FileEntry) -> None:
    """Check the hash of a file once: as long as its size, times and place on the disk stay, it is not hashed again.

    Raises
    ------
    greatfear.errors.ArchiveError
        As `check_file`.
    """
    key, now = (path, entry.sha256), _stamp(path)
    if now is not None and _VERIFIED.get(key) == now:
        return
    check_file(path, entry)
    if now is not None and time.time() - path.stat().st_mtime > _RACY_SECONDS and _stamp(path) == now:
        if len(_VERIFIED) >= _MOST_VERIFIED:
            _VERIFIED.clear()
        _VERIFIED[key] = now


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return what changes with a file; None where it cannot be asked."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino, about.st_dev


def load_table(path: Path, columns: Sequence[str] | None = None, *, table: Table | None = None) -> pa.Table:
    """Load a table, or some of its columns, with its page checksums verified.

    Where `table` is given, columns of it that the file lacks, because an older greatfear wrote it, read as null.

    Raises
    ------
    greatfear.errors.AlteredArchiveError
        The file is damaged.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            held = file.schema_arrow.names
            rows = file.read(None if columns is None else [name for name in columns if name in held])
            rows.validate(full=True)
            n_rows = file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(path, error) from error
    return rows if table is None else _filled(rows, table, n_rows, columns)


def _filled(rows: pa.Table, table: Table, n_rows: int, columns: Sequence[str] | None) -> pa.Table:
    """Return the rows with the columns asked for, or all of the table and then the attributes; absent ones are null."""
    own = {column.name: column for column in table.columns}
    wanted = list(columns) if columns is not None else [*own, *(name for name in rows.column_names if name not in own)]
    if wanted == rows.column_names:
        return rows
    made = [rows.column(name) if name in rows.column_names else null_column(own[name], n_rows) for name in wanted]
    fields = [rows.schema.field(name) if name in rows.column_names else arrow_field(own[name]) for name in wanted]
    return pa.Table.from_arrays(made, schema=pa.schema(fields))


_FIX = (
    "another program wrote the file. Take a copy as greatfear wrote it, or take the tables in with `greatfear intake`"
)


def _check_size(path: Path, entry: FileEntry) -> None:
    """Check that the file is there, with the size that was written."""
    if not path.is_file():
        raise IncompleteRunError(
            f"{path.as_posix()}: missing, although the manifest names it. Copy the whole folder once more, or make it again"
        )
    size = path.stat().st_size
    if size != entry.bytes:
        raise AlteredArchiveError(f"{path}: {size} bytes; the manifest says {entry.bytes}")


def _check_columns(path: Path, table: Table, entry: TableEntry, stored: tuple[pa.Schema, str]) -> None:
    """Check names, order and types of the columns against the record format."""
    schema, writer = stored
    own = {column.name: column for column in table.columns}
    attributes = [field for field in schema if field.name not in own]
    unknown = [field.name for field in attributes if field.name not in entry.attributes]
    if unknown and not table.open:
        raise unknown_here(path, f"the column {', '.join(unknown)}", writer)
    absent = [column for column in table.columns if column.name not in schema.names]
    lost = [column.name for column in absent if column.since <= table.since]
    if lost:
        raise AlteredArchiveError(f"{path}: no column {', '.join(lost)}, which every version of greatfear writes")
    wanted = arrow_schema(table, attributes, [column.name for column in absent])
    other = [field for field in wanted if schema.field(field.name).type != field.type]
    if other:
        told = ", ".join(f"{one.name} holds {schema.field(one.name).type} in place of {one.type}" for one in other)
        raise AlteredArchiveError(f"{path}: the type of a column is not that of the record format: {told}; {_FIX}")
    if schema.names != wanted.names:
        raise AlteredArchiveError(
            f"{path}: the columns stand in another order than in the record format ({', '.join(wanted.names)}); {_FIX}"
        )
    if [field.name for field in attributes] != list(entry.attributes):
        told = ", ".join(field.name for field in attributes) or "none"
        named = ", ".join(entry.attributes) or "none"
        raise AlteredArchiveError(
            f"{path}: columns beside those of the format: {told}; the manifest names {named}; {_FIX}"
        )


def _damaged(path: Path, error: Exception) -> AlteredArchiveError:
    """Return the clear form of what Parquet says of a damaged file."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return AlteredArchiveError(f"{path}: cannot be read as Parquet ({first}); the file was altered or damaged")
