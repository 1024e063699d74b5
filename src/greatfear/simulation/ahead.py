"""Tables written while the run goes on: rows that no later day changes, on threads beside the kernels."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from greatfear.errors import ArchiveError
from greatfear.record.columns import BLOCK_ROWS
from greatfear.record.schema import TABLES
from greatfear.record.writing import WrittenTable, write_table
from greatfear.simulation.truth_schema import TRUTH_TABLES

Maker: TypeAlias = Callable[[slice], pa.Table | None]


class _StoppedError(Exception):
    """The run ended before its last day, or the rows of a table are not settled before."""


class Ahead:
    """Tables under way.

    A row group is written as soon as the run has gone past its rows. The bytes are those of a table that is written at the
    end, since row groups have a fixed number of rows. Files stand in a folder of the unfinished run until they are moved to
    where they belong; a run that is resumed writes them again, from the rows that were saved.

    Parameters
    ----------
    folder : Path
        Where to write; made if there is something to write, and removed if the run stops before its end.
    makers : dict of str to callable
        For each table of the archive or the truth to write: returns the rows of a slice, or None if they are not settled
        before the end; the table is then given up.
    """

    def __init__(self, folder: Path, makers: Mapping[str, Maker]) -> None:
        self._folder, self._makers = folder, dict(makers)
        self._changed = threading.Condition()
        self._rows = dict.fromkeys(makers, 0)
        self._last: dict[str, int] | None = None
        self._stopped = False
        self._pool = ThreadPoolExecutor(max(1, len(makers)), thread_name_prefix="greatfear-writing")
        self._written: dict[str, Future[WrittenTable]] = {}

    def __enter__(self) -> Ahead:
        """Start the threads."""
        if self._makers:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._written = {name: self._pool.submit(self._write, name) for name in self._makers}
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End the threads, whatever they were doing."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._pool.shutdown()
        if self._makers and kind is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            with contextlib.suppress(OSError):  # a saved state may stand beside it
                self._folder.parent.rmdir()

    def reached(self, rows: dict[str, int]) -> None:
        """Tell how many rows of each table stand and will not change.

        Raises
        ------
        ArchiveError
            If a table could not be written.
        """
        self._refuse_failed()
        with self._changed:
            more = any(rows[name] // BLOCK_ROWS > self._rows[name] // BLOCK_ROWS for name in self._makers)
            self._rows = rows
            if more:
                self._changed.notify_all()

    def finished(self, rows: dict[str, int]) -> dict[str, WrittenTable]:
        """Tell how many rows there are in all, and return the tables, except those given up, once they are written.

        Raises
        ------
        ArchiveError
            If a table could not be written.
        """
        with self._changed:
            self._rows = self._last = rows
            self._changed.notify_all()
        self._refuse_failed(wait=True)
        return {name: future.result() for name, future in self._written.items() if future.exception() is None}

    def _refuse_failed(self, wait: bool = False) -> None:
        for future in self._written.values():
            error = future.exception() if wait or future.done() else None
            if isinstance(error, OSError):
                reason = error.strerror or error
                raise ArchiveError(
                    f"{self._folder}: cannot be written ({reason}). Free some space or name another folder"
                ) from error
            if error is not None and not isinstance(error, _StoppedError):
                raise error

    def _write(self, name: str) -> WrittenTable:
        table = TABLES.get(name) or TRUTH_TABLES[name]
        return write_table(self._folder / f"{name}.parquet", table, self._batches(name))

    def _batches(self, name: str) -> Iterator[pa.Table]:
        """Yield rows a row group at a time as they come, and the rest at the end; an empty table has one empty batch."""
        first = 0
        while True:
            end, whole = self._next(name, first)
            if first < end or whole == 0:
                made = self._makers[name](slice(first, end))
                if made is None:
                    raise _StoppedError(name)
                yield made
            if end == whole:
                return
            first = end

    def _next(self, name: str, first: int) -> tuple[int, int]:
        """Wait for the next row group; return its end and the number of all rows, -1 if that is not known yet."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopped or self._last is not None or self._rows[name] - first >= BLOCK_ROWS
            )
            if self._stopped:
                raise _StoppedError(name)
            whole = -1 if self._last is None else self._last[name]
            return (first + BLOCK_ROWS if self._rows[name] - first >= BLOCK_ROWS else self._rows[name]), whole
