"""SQL over the tables of one archive, through DuckDB: reading only, these tables only.

The views are made first; then the database is closed to every other file, to extensions, to settings and to the
variables of the calling program, and it writes no temporary files. Each query has a cursor of its own, in a transaction
that cannot write, so that a slow query holds up no other one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from greatfear.errors import GreatFearError
from greatfear.record.schema import TABLES
from greatfear.record.table import Column
from greatfear.show.wording import Wording

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "threads": "2",
}
_SQL_TYPES = {"int8": "tinyint", "int32": "integer", "int64": "bigint", "float32": "float", "float64": "double"}
_GLOB = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})
_DAMAGE = ("IOException", "InternalException", "SerializationException", "FatalException")
"""Errors that a damaged file can cause. All others are the query's own."""
_LONGEST_QUERY = 100_000
_BATCH = 65_536
WORDED = (
    ("acts", "kind", "acts"), ("acts", "outcome", "outcomes"), ("acts", "cause", "routes"), ("statements", "channel", "channels"),
)  # fmt: skip
"""Columns of codes for which a case may have words: table, column, group of the words."""


class QueryError(GreatFearError):
    """A query that cannot be run: not SQL, unknown names, or more than reading."""


class QueryLimitError(QueryError):
    """A query that was stopped because it took more time or memory than it may."""


class Session:
    """One closed database with a view per table.

    Tables with a ``time`` get a further column ``date``: the day of the time, absent where the time is unknown or lies
    outside the years 1 to 9999.

    Parameters
    ----------
    tables : mapping of str to path or pyarrow.Table
        Parquet files or tables in memory, by view name.
    epoch : date
        Day 0 of the times.
    megabytes : int, optional
        Memory that all queries together may take; four fifths of the machine's where not given.
    words : Wording, optional
        Words of the case: where it has its own, views have further columns with them, such as ``outcome_word``.
    """

    def __init__(
        self,
        tables: Mapping[str, Path | pa.Table],
        epoch: dt.date,
        *,
        megabytes: int | None = None,
        words: Wording | None = None,
    ) -> None:
        import duckdb

        self._duckdb = duckdb
        self._megabytes = megabytes
        config = _CONFIG if megabytes is None else _CONFIG | {"memory_limit": f"{megabytes}MB"}
        self._database = duckdb.connect(":memory:", config=config)
        files = {name: table for name, table in tables.items() if isinstance(table, Path)}
        self._held = {name: table for name, table in tables.items() if not isinstance(table, Path)}
        named = words or Wording()
        self._views = {
            name: _view(name, table.column_names, f'"_{name}"', epoch, named) for name, table in self._held.items()
        }
        for name, file in files.items():
            self._database.execute(_file_view(name, file, epoch, named))
        if any(_has_bounds_of_measures(file) for file in files.values()):
            self._database.execute("set disabled_optimizers = 'statistics_propagation,filter_pushdown'")
        allowed = {text for file in files.values() for text in (str(file), str(file).translate(_GLOB))}
        self._database.execute(f"set allowed_paths = [{', '.join(map(_quoted, sorted(allowed)))}]")
        self._database.execute("set enable_external_access = false")
        self._database.execute("set lock_configuration = true")

    def run(self, query: str, parameters: Sequence[Any] | None = None, *, seconds: float | None = None) -> pa.Table:
        """Run one reading statement and return its rows.

        Parameters
        ----------
        query : str
            One SELECT (also WITH, FROM, DESCRIBE, SUMMARIZE, SHOW).
        parameters : sequence, optional
            Values for the question marks in it.
        seconds : float, optional
            Time after which the query is stopped; no limit where not given.

        Returns
        -------
        pyarrow.Table

        Raises
        ------
        QueryError
            The query is at fault.
        QueryLimitError
            The query took too much time or memory.
        RuntimeError
            The data could not be read; the archive says which file.
        """
        with self._named_errors(seconds), self._cursor() as cursor, _stopped_after(cursor, seconds):
            _refuse_writing(cursor, query)
            return cursor.sql(query, params=list(parameters or ())).to_arrow_table()

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of one SELECT as they are found, some thousands at a time."""
        with self._named_errors(None), self._cursor() as cursor:
            _refuse_writing(cursor, query)
            yield from cursor.sql(query).to_arrow_reader(_BATCH)

    @contextlib.contextmanager
    def several(self) -> Iterator[Callable[[str], pa.Table]]:
        """Give a function that runs one SELECT after another; the tables are made known once and not for each of them."""
        with self._cursor() as cursor:

            def ask(query: str) -> pa.Table:
                with self._named_errors(None):
                    return cursor.sql(query).to_arrow_table()

            yield ask

    @contextlib.contextmanager
    def _named_errors(self, seconds: float | None) -> Iterator[None]:
        """Raise errors of the database as ours."""
        try:
            yield
        except self._duckdb.Error as error:
            raise self._named(error, seconds) from error
        except MemoryError as error:
            raise self._too_large() from error
        except (UnicodeError, TypeError, ValueError) as error:
            raise QueryError(f"the query or a parameter of it is not what SQL can hold ({error})") from error

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Any]:
        """Give a cursor that can only read, with the views of tables in memory, which belong to one cursor each."""
        cursor = self._database.cursor()
        try:
            for name, table in self._held.items():
                cursor.register(f"_{name}", table)
                cursor.execute(self._views[name])
            cursor.execute("begin transaction read only")
            yield cursor
        finally:
            cursor.close()

    def _named(self, error: Exception, seconds: float | None) -> Exception:
        """Return what the error means: a limit, a fault of the data, or a fault of the query."""
        kind = type(error).__name__
        if kind == "InterruptException":
            limit = "" if seconds is None else f" after {seconds:g} seconds"
            return QueryLimitError(f"the query was stopped{limit}. Ask for fewer rows, or join on fewer pairs")
        if kind == "OutOfMemoryException":
            return self._too_large()
        if kind in _DAMAGE:
            return RuntimeError(str(error))
        return QueryError(f"the query cannot be run: {error}")

    def _too_large(self) -> QueryLimitError:
        limit = "the memory there is" if self._megabytes is None else f"{self._megabytes} MB of memory"
        return QueryLimitError(f"the query needs more than {limit}. Ask for fewer rows, or join on fewer pairs")


@contextlib.contextmanager
def _stopped_after(cursor: Any, seconds: float | None) -> Iterator[None]:
    """Interrupt what the cursor does after this many seconds."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _refuse_writing(cursor: Any, query: str) -> None:
    """Refuse what is not one SELECT."""
    if len(query) > _LONGEST_QUERY:
        raise QueryError(f"the query has {len(query)} characters, but expected at most {_LONGEST_QUERY}")
    statements = cursor.extract_statements(query)
    if len(statements) != 1:
        raise QueryError(f"{len(statements)} statements, but expected one SELECT")
    try:
        kind = statements[0].type.name
    except ValueError:  # a kind of statement that DuckDB knows and its Python face does not
        kind = "another kind of statement"
    if kind != "SELECT":
        raise QueryError(f"the query writes or sets something ({kind}), but expected one SELECT")


def _has_bounds_of_measures(file: Path) -> bool:
    """Whether a file tells least and greatest values of measures, as other writers do.

    They leave NaN out, and DuckDB then concludes that there is none; our own files do not have them.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        about, schema = opened.metadata, opened.schema_arrow
        measures = [i for i, field in enumerate(schema) if pa.types.is_floating(field.type)]
        flat = about.num_columns == len(schema)
        return any(
            not flat or about.row_group(group).column(i).is_stats_set
            for group in range(about.num_row_groups)
            for i in measures
        )


def _file_view(name: str, file: Path, epoch: dt.date, words: Wording) -> str:
    """Return the statement that makes the view of one file."""
    import pyarrow.parquet as pq

    names = pq.read_schema(file).names
    return _view(name, names, f"read_parquet({_quoted(str(file).translate(_GLOB))})", epoch, words).replace(
        "temp view", "view", 1
    )


def _view(name: str, held: Sequence[str], source: str, epoch: dt.date, words: Wording) -> str:
    """Return the statement that makes the view of one table."""
    first, last = (dt.date.min - epoch).days, (dt.date.max - epoch).days
    day = f"cast(date '{epoch.isoformat()}' + try_cast(floor(time) as integer) as date)"
    dated = f", case when time >= {first} and time < {last + 1} then {day} end as date" if "time" in held else ""
    return (
        f'create temp view "{name}" as select {_columns(name, held)}{dated}{_worded(name, held, words)} from {source}'
    )


def _worded(name: str, held: Sequence[str], words: Wording) -> str:
    """Return further columns that hold the words of the case; nothing where it has none of its own."""
    found = ""
    for table, column, group in WORDED if words else ():
        if table == name and column in held:
            own = words.given.get(group, {})
            cases = " ".join(f"when {_quoted(code)} then {_quoted(words.one(group, code))}" for code in own)
            text = f"cast({column} as varchar)"
            found += (
                f", case {text} {cases} else {text} end as {column}_word" if cases else f", {text} as {column}_word"
            )
    return found


def _columns(name: str, held: Sequence[str]) -> str:
    """Return what to select from a file: every column it holds, and the null of those that came after it was written."""
    own = TABLES[name].columns if name in TABLES else ()
    if all(column.name in held for column in own):
        return "*"
    parts = [f'"{one.name}"' if one.name in held else f'{_null(one)} as "{one.name}"' for one in own]
    known = {column.name for column in own}
    return ", ".join([*parts, *('"' + other.replace('"', '""') + '"' for other in held if other not in known)])


def _null(column: Column) -> str:
    """Return the null of a column as SQL."""
    return {
        "-1": f"cast(-1 as {_SQL_TYPES.get(column.type)})",
        "NaN": f"cast('nan' as {_SQL_TYPES.get(column.type)})",
    }.get(column.null, "cast(null as varchar)")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
