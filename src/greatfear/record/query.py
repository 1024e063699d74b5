"""SQL over the tables of one archive, through DuckDB: reading only, these tables only.

The views are made first; then the connection is closed to every other file, to extensions, to settings and to the
variables of the calling program. A query runs in a transaction that cannot write.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from greatfear.errors import GreatFearError
from greatfear.record.schema import TABLES, Column

__all__ = ["QueryError", "Session"]

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "threads": "2",
}
_SQL_TYPES = {"int8": "tinyint", "int32": "integer", "int64": "bigint", "float32": "float", "float64": "double"}
_GLOB = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})
_USER_ERRORS = ("ParserException", "BinderException", "CatalogException", "SyntaxException", "PermissionException")


class QueryError(GreatFearError):
    """A query that cannot be run: not SQL, unknown names, or more than reading."""


class Session:
    """One closed connection with a view per table.

    Tables with a ``time`` get a further column ``date`` (the day of the time, absent where the time is unknown).

    Parameters
    ----------
    tables : mapping of str to path or pyarrow.Table
        Parquet files or tables in memory, by view name.
    epoch : date
        Day 0 of the times.
    """

    def __init__(self, tables: Mapping[str, Path | pa.Table], epoch: dt.date) -> None:
        import duckdb

        self._duckdb = duckdb
        self._lock = threading.RLock()
        self._connection = duckdb.connect(":memory:", config=_CONFIG)
        files = [table for table in tables.values() if isinstance(table, Path)]
        for name, table in tables.items():
            self._view(name, table, epoch)
        allowed = {text for file in files for text in (str(file), str(file).translate(_GLOB))}
        self._connection.execute(f"set allowed_paths = [{', '.join(map(_quoted, sorted(allowed)))}]")
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")

    def run(self, query: str, parameters: Sequence[Any] | None = None) -> pa.Table:
        """Run one reading statement and return its rows.

        Parameters
        ----------
        query : str
            One SELECT (also WITH, FROM, DESCRIBE, SUMMARIZE, SHOW).
        parameters : sequence, optional
            Values for the question marks in it.

        Returns
        -------
        pyarrow.Table

        Raises
        ------
        QueryError
            The query is at fault.
        RuntimeError
            The data could not be read; the archive says which file.
        """
        with self._lock:
            try:
                self._refuse_writing(query)
                self._connection.execute("begin transaction read only")
                try:
                    return self._connection.sql(query, params=list(parameters or ())).to_arrow_table()
                finally:
                    self._connection.execute("rollback")
            except self._duckdb.Error as error:
                raise self._named(error) from error

    def _named(self, error: Exception) -> Exception:
        """Return what the error means: a fault of the query, or of the data."""
        if type(error).__name__ in _USER_ERRORS or "read-only" in str(error):
            return QueryError(f"the query cannot be run: {error}")
        return RuntimeError(str(error))

    def _refuse_writing(self, query: str) -> None:
        statements = self._connection.extract_statements(query)
        if len(statements) != 1:
            raise QueryError(f"{len(statements)} statements, but expected one SELECT")
        kind = statements[0].type.name
        if kind != "SELECT":
            raise QueryError(f"the query writes or sets something ({kind}), but expected one SELECT")

    def _view(self, name: str, table: Path | pa.Table, epoch: dt.date) -> None:
        """Make the view of one table."""
        if isinstance(table, Path):
            import pyarrow.parquet as pq

            names = pq.read_schema(table).names
            source = f"read_parquet({_quoted(str(table).translate(_GLOB))})"
            columns = _columns(name, names)
        else:
            names, source, columns = table.column_names, f'"_{name}"', "*"
            self._connection.register(f"_{name}", table)
        day = f"date '{epoch.isoformat()}' + try_cast(floor(time) as integer)"
        dated = f", case when isnan(time) then null else cast({day} as date) end as date" if "time" in names else ""
        kind = "view" if isinstance(table, Path) else "temp view"
        self._connection.execute(f'create {kind} "{name}" as select {columns}{dated} from {source}')


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
