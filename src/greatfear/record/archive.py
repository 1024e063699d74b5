"""The tables of an archive, on disk or in memory, as a frozen view; `greatfear.archive.Archive` adds what is read off them."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pyarrow as pa

from greatfear.errors import ArchiveError, Fault, FaultList, MissingExtraError, UnknownNameError, WrongArgumentError
from greatfear.record.blocks import conform
from greatfear.record.columns import arrow_schema
from greatfear.record.files import check_file, check_table, ensure_file, load_table
from greatfear.record.given import tables_given
from greatfear.record.manifest import Manifest, TableEntry, digest_of
from greatfear.record.query import QueryError, Session
from greatfear.record.schema import TABLES, format_of
from greatfear.record.strays import refuse_strays
from greatfear.show.wording import Wording

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import polars as pl

Opened = TypeVar("Opened", bound="StoredArchive")

_NO_HASH = "0" * 64


@dataclass(frozen=True, eq=False, repr=False)
class StoredArchive:
    """Tables of one archive, real or simulated; nothing done with it changes it.

    Times are days from `epoch`; null is -1 for references, NaN for measures, an absent value for text (docs/record.md).
    Made by `open_folder` or `StoredArchive.from_tables` (memory), not by hand.

    Parameters
    ----------
    manifest : Manifest
        What the archive holds.
    path : pathlib.Path or None
        Its folder; None where it lives in memory.
    tables : mapping of str to pyarrow.Table
        Its tables where it lives in memory.
    """

    manifest: Manifest
    path: Path | None = None
    tables: Mapping[str, pa.Table] = field(default_factory=dict)

    @classmethod
    def from_tables(
        cls,
        tables: Mapping[str, Any],
        *,
        epoch: dt.date,
        end: dt.date | None = None,
        kind: str = "real",
        title: str = "",
        provenance: Mapping[str, Any] | None = None,
    ) -> Self:
        """Make an archive in memory; missing tables are empty, missing columns hold their null.

        Parameters
        ----------
        tables : mapping of str to table
            A table is a pyarrow table, its batches, or a mapping of columns as in ``{"id": ["a", "b"], "sex": ["f", "m"]}``;
            in such a mapping row numbers and ids of persons are counted where they are not given, and None is unknown.
        epoch, end : datetime.date
            Day 0 of all times; the first day after the period, where it is known.
        kind : {"real", "simulated"}
            Where the archive is from.
        title : str
            Its title.
        provenance : mapping, optional
            What the manifest says of its making.

        Raises
        ------
        greatfear.errors.FaultList
            Unknown tables or columns, values that do not fit their type, or something that is not a table.
        """
        if not isinstance(tables, Mapping):
            raise FaultList(
                [Fault("tables", f"something of type {type(tables).__name__}", "a mapping from name to table")],
                "archive",
            )
        unknown = [Fault("tables", repr(name), ", ".join(TABLES)) for name in tables if name not in TABLES]
        if kind not in ("simulated", "real"):
            unknown.append(Fault("kind", repr(kind), "'simulated' or 'real'"))
        unknown += [
            Fault(place, repr(day), "a datetime.date, as in datetime.date(1937, 8, 5)")
            for place, day in (("epoch", epoch), ("end", end))
            if type(day) is not dt.date and (place == "epoch" or day is not None)
        ]
        if unknown:
            raise FaultList(unknown, "archive")
        given = tables_given(tables)
        made = {name: conform(table, given.get(name)) for name, table in TABLES.items()}
        manifest = Manifest(
            format=format_of(provenance or {}),
            kind="simulated" if kind == "simulated" else "real",
            epoch=epoch.isoformat(),
            end=None if end is None else end.isoformat(),
            title=title,
            greatfear=version("greatfear"),
            tables={name: _entry(name, table) for name, table in made.items()},
            provenance=dict(provenance or {}),
        )
        return cls(manifest, tables=made)

    def __repr__(self) -> str:
        """Return title, kind and size on one line."""
        one = {"aliases": "alias"}
        sizes = {name: entry.rows for name, entry in self.manifest.tables.items() if entry.rows}
        rows = ", ".join(
            f"{n:,} {name if n > 1 else one.get(name, name.removesuffix('s'))}" for name, n in sizes.items()
        )
        return f"<Archive {self.manifest.title!r} ({self.kind}): {rows or 'empty'}>"

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled: manifest, folder and tables; the open session stays here."""
        return {"manifest": self.manifest, "path": self.path, "tables": self.tables}

    @property
    def epoch(self) -> dt.date:
        """Day 0 of all times."""
        return dt.date.fromisoformat(self.manifest.epoch)

    @property
    def end(self) -> dt.date | None:
        """First day after the period; None where it is not known."""
        return None if self.manifest.end is None else dt.date.fromisoformat(self.manifest.end)

    @property
    def kind(self) -> str:
        """``"simulated"`` or ``"real"``."""
        return self.manifest.kind

    @cached_property
    def words(self) -> Wording:
        """What the case calls its acts, outcomes, channels, routes, roles and places; the standard words where it says nothing.

        The codes of the tables stay as they are. Where the case has words of its own, the views of `sql` have further columns
        with them: ``kind_word``, ``outcome_word`` and ``cause_word`` of acts, ``channel_word`` of statements.
        """
        provenance = self.manifest.provenance
        return Wording.of(provenance.get("words"), provenance.get("outcomes"))

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, which holds the hash of every file; in memory, of what the manifest says of it."""
        return digest_of(self.manifest)

    def n_rows(self, table: str) -> int:
        """Return the number of rows of a table; 0 where an older greatfear wrote the archive without it."""
        return self._entry(table).rows

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns, as Arrow.

        A table or column that came to the record format after the archive was written is empty or null.

        Raises
        ------
        greatfear.errors.UnknownNameError
            There is no such table or column; the message names the nearest.
        greatfear.errors.AlteredArchiveError
            The file is damaged.
        greatfear.errors.ArchiveError
            A reference leads to a row that does not exist, or a time is further from the epoch than a calendar reaches.
        """
        known = [column.name for column in TABLES[self._checked(name)].columns] + list(self._entry(name).attributes)
        for column in columns or ():
            if column not in known:
                raise UnknownNameError(f"column of {name}", column, known)
        if self.path is None or name not in self.manifest.tables:
            table = self.tables[name] if self.path is None else _empty(name)
            rows = table if columns is None else table.select(list(columns))
        else:
            self._ensure(name)
            rows = load_table(self._file(name), columns, table=TABLES[name])
        refuse_strays(self, name, rows)
        return rows

    def sql(
        self,
        query: str,
        parameters: Sequence[Any] | None = None,
        *,
        seconds: float | None = None,
        megabytes: int | None = None,
    ) -> pa.Table:
        """Run one SELECT over the tables and return its rows; nothing can be written and no other file read.

        Every table is a view of its name; those with a ``time`` also have a ``date``. Several threads may ask at once.

        Parameters
        ----------
        query : str
            SQL as DuckDB knows it.
        parameters : sequence, optional
            Values for the question marks in it.
        seconds : float, optional
            Time after which the query is stopped; no limit where not given.
        megabytes : int, optional
            Memory for all queries with this limit together; four fifths of the machine's where not given.

        Raises
        ------
        greatfear.record.query.QueryError
            The query is at fault; `QueryLimitError` where it took too much time or memory.
        greatfear.errors.AlteredArchiveError
            A file is damaged.
        """
        self._ensure(*self.manifest.tables)
        with self._damage_named():
            return self._session(megabytes).run(query, parameters, seconds=seconds)

    @contextlib.contextmanager
    def several_queries(self) -> Iterator[Callable[[str], pa.Table]]:
        """Give a function that runs one SELECT after another, in less time than `sql` takes for each of them."""
        self._ensure(*self.manifest.tables)
        with self._damage_named(), self._session(None).several() as ask:
            yield ask

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of one SELECT as they are found, where all of them would be too many to hold."""
        self._ensure(*self.manifest.tables)
        with self._damage_named():
            yield from self._session(None).batches(query)

    @contextlib.contextmanager
    def _damage_named(self) -> Iterator[None]:
        """Where the data cannot be read, name the file that is not as it was written."""
        try:
            yield
        except RuntimeError as error:
            self.verify()
            raise QueryError(f"the query cannot be run: {error}") from error

    def close_queries(self) -> None:
        """Let go of what DuckDB holds for further queries, up to hundreds of MB; a query under way ends as it would.

        The next query opens the tables again, in about 40 ms.
        """
        self._sessions.clear()

    def verify(self) -> None:
        """Check the hash of every listed file; a truth folder that was taken away is not missed.

        Raises
        ------
        greatfear.errors.IncompleteRunError
            A listed file is missing.
        greatfear.errors.AlteredArchiveError
            A file is not as it was written.
        """
        if self.path is None:
            return
        listed = dict(self.manifest.tables)
        if (self.path / "truth").exists():
            listed |= self.manifest.truth
        for name, entry in listed.items():
            check_file(self.path / entry.file, entry)
            check_table(self.path, entry, TABLES.get(name), self.manifest.greatfear)
        for name, other in self.manifest.files.items():
            check_file(self.path / name, other)

    def check(self) -> list[Fault]:
        """Return every breach of the requirements of the record format; see `greatfear.record.checks.check`."""
        from greatfear.record.checks import check

        return check(self)

    def to_pandas(self, name: str) -> pd.DataFrame:
        """Return a table as a pandas frame (needs pandas)."""
        _need("pandas", "frames", "to_pandas")
        frame: pd.DataFrame = self.table(name).to_pandas()
        return frame

    def to_polars(self, name: str) -> pl.DataFrame:
        """Return a table as a polars frame (needs polars)."""
        _need("polars", "frames", "to_polars")
        import polars as pl

        frame = pl.from_arrow(self.table(name))
        if not isinstance(frame, pl.DataFrame):
            raise ArchiveError(f"{name}: not a table")
        return frame

    def to_networkx(self) -> nx.DiGraph:
        """Return who named whom as a directed graph; see `greatfear.record.export.to_networkx`."""
        from greatfear.record.export import to_networkx

        _need("networkx", "graphs", "to_networkx")
        return to_networkx(self)

    def cite(self) -> str:
        """Return the sources of the archive as BibTeX, with the archive itself first."""
        from greatfear.record.provenance import cite

        return cite(self)

    @property
    def places(self) -> dict[str, Path | pa.Table]:
        """Where each table is: its file, or its rows where they are in memory or no file holds them."""
        if self.path is None:
            return dict(self.tables)
        held = self.manifest.tables
        return {name: self._file(name).resolve() if name in held else _empty(name) for name in TABLES}

    def _session(self, megabytes: int | None) -> Session:
        """Return the session with this limit of memory; it is made once."""
        found = self._sessions.get(megabytes)
        if found is None:
            try:
                found = Session(self.places, self.epoch, megabytes=megabytes, words=self.words)
            except (RuntimeError, OSError, ValueError) as error:
                self.verify()
                raise ArchiveError(f"{self.path}: cannot be queried ({error})") from error
            self._sessions[megabytes] = found
        return found

    @cached_property
    def _sessions(self) -> dict[int | None, Session]:
        return {}

    def _ensure(self, *names: str) -> None:
        """Check the hash of the files of these tables, each once as long as it stays as it is."""
        for name in names if self.path is not None else ():
            ensure_file(self._file(name), self._entry(name))

    def _file(self, name: str) -> Path:
        if self.path is None:
            raise ArchiveError("an archive in memory has no files")
        return self.path / self._entry(name).file

    def _entry(self, name: str) -> TableEntry:
        return self.manifest.tables.get(self._checked(name)) or _entry(name, _empty(name))

    def _checked(self, name: str) -> str:
        if name not in TABLES:
            raise UnknownNameError("table", name, list(TABLES))
        return name


def _empty(name: str) -> pa.Table:
    """Return a table without rows."""
    return arrow_schema(TABLES[name]).empty_table()


def _entry(name: str, table: pa.Table) -> TableEntry:
    """Return the entry of a table in memory, which has no file and no hash."""
    own = {column.name for column in TABLES[name].columns}
    return TableEntry(
        file=f"archive/{name}.parquet",
        rows=table.num_rows,
        bytes=0,
        sha256=_NO_HASH,
        footer_sha256=_NO_HASH,
        attributes=[column for column in table.column_names if column not in own],
    )


def _need(library: str, extra: str, purpose: str) -> None:
    """Raise where an optional library is not installed."""
    import importlib.util

    if importlib.util.find_spec(library) is None:
        raise MissingExtraError(library, extra, purpose)


def archive_of(value: object, kind: type[Opened], place: str = "archive") -> Opened:
    """Return a value that is an archive, or refuse it and say how to get one.

    Raises
    ------
    greatfear.errors.WrongArgumentError
        For anything but an archive.
    """
    if isinstance(value, kind):
        return value
    fix = "open the folder first: greatfear.read(path)" if isinstance(value, (str, os.PathLike)) else ""
    fix = "a run holds its archive: run.archive" if hasattr(value, "archive") else fix
    raise WrongArgumentError(place, value, "an archive", fix)
