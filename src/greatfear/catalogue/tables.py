"""Records: published aggregate series that an explanation must face, each with its sources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greatfear.catalogue.resources import folder, rows_of
from greatfear.errors import UnknownNameError
from greatfear.show.face import Shown
from greatfear.show.wording import counted
from greatfear.sources import Source

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_READ = {"whole": int, "number": float, "text": str}


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """One column of a record.

    Parameters
    ----------
    name : str
        Column name.
    type : str
        ``whole``, ``number`` or ``text``.
    about : str
        What the value means.
    unit : str
        Unit; empty for none.

    Examples
    --------
    >>> record("moscow-daily").columns[1].unit
    'persons'
    """

    name: str
    type: str
    about: str
    unit: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Record(Shown):
    """A published table with its sources.

    A value that the source does not give is null, never 0. Dates are text: many are known to the month or year only.

    Parameters
    ----------
    id, title, unit : str
        Id, title, and what a number counts.
    columns : tuple of RecordColumn
        Columns in the order of the table.
    sources : tuple of Source
        Where it was taken from.
    notes : tuple of str
        Sums, discrepancies and traps.
    rows : pyarrow.Table
        The table.

    Examples
    --------
    >>> limits = record("order-00447-limits")
    >>> sum(row["first_category"] for row in limits)
    75950
    """

    id: str
    title: str
    unit: str
    columns: tuple[RecordColumn, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    rows: pa.Table

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as mappings from column to value; None is null."""
        return iter(self.rows.to_pylist())

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.rows.num_rows)

    def __repr__(self) -> str:
        """Return id, title and size on one line."""
        return (
            f"<Record {self.id!r}: {self.title}; {counted(len(self), 'row')}, {counted(len(self.columns), 'column')}>"
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the rows to other programs by the Arrow protocol."""
        return self.rows.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a pandas frame; whole numbers with nulls become the nullable Int64.

        Examples
        --------
        >>> int(record("ussr-sentences").to_pandas()["death"].sum())
        799455
        """
        import pandas as pd
        import pyarrow as pa

        frame: pd.DataFrame = self.rows.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        return frame

    def cite(self) -> str:
        """Return the sources as text, one a line.

        Examples
        --------
        >>> record("europe-decades").cite().startswith("P. T. Leeson")
        True
        """
        return "\n".join(source.citation for source in self.sources)


def records() -> list[str]:
    """Return the ids of all records, in alphabetical order.

    Examples
    --------
    >>> "ussr-sentences" in records()
    True
    """
    return sorted(_index()["records"])


def record(name: str) -> Record:
    """Return the record called `name`.

    Raises
    ------
    UnknownNameError
        Where there is no such record; the message gives the nearest ones.

    Examples
    --------
    >>> len(record("order-00447-limits"))
    65
    """
    import pyarrow as pa

    index = _index()
    if name not in index["records"]:
        raise UnknownNameError("record", name, sorted(index["records"]))
    entry = index["records"][name]
    columns = tuple(RecordColumn(**column) for column in entry["columns"])
    raw = rows_of(folder("records").joinpath(f"{name}.csv"))
    types = {"whole": pa.int64(), "number": pa.float64(), "text": pa.string()}
    arrays = {
        column.name: pa.array(
            [_READ[column.type](row[column.name]) if row[column.name] else None for row in raw], types[column.type]
        )
        for column in columns
    }
    return Record(
        id=name,
        title=entry["title"],
        unit=entry["unit"],
        columns=columns,
        sources=tuple(Source(key, **index["sources"][key]) for key in entry["sources"]),
        notes=tuple(entry["notes"]),
        rows=pa.table(arrays),
    )


def _index() -> dict[str, Any]:
    """Return titles, columns and sources of all records."""
    index: dict[str, Any] = json.loads(folder("records").joinpath("index.json").read_text(encoding="utf-8"))
    return index
