"""A view of an archive in which several rows of persons are read as one person; the archive itself is not changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pyarrow as pa

from greatfear.errors import UnknownNameError
from greatfear.record.archive import StoredArchive
from greatfear.record.schema import TABLES


class WithTables(Protocol):
    """A result that holds a table ``partitions``: columns ``record`` (id of a person) and ``draw_0``, ``draw_1``, ..."""

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Tables by name."""


def joined_tables(archive: StoredArchive, partitions: pa.Table, draw: int) -> dict[str, pa.Table]:
    """Return all tables with references to persons led to the first row of each person of one draw.

    Raises
    ------
    greatfear.errors.UnknownNameError
        There is no such draw.
    """
    names = [name for name in partitions.column_names if name.startswith("draw_")]
    wanted = next((name for name in names if int(name.removeprefix("draw_")) == draw), None)
    if wanted is None:
        raise UnknownNameError("draw", str(draw), [str(int(name.removeprefix("draw_"))) for name in names])
    first = _first_rows(archive, partitions, wanted)
    return {name: _led(archive.table(name), name, first) for name in TABLES}


def _first_rows(archive: StoredArchive, partitions: pa.Table, wanted: str) -> np.ndarray:
    """Return for each row of persons the first row that is the same person."""
    ids = archive.table("persons", ["id"]).column("id").to_pylist()
    row = {key: k for k, key in enumerate(ids)}
    first = np.arange(len(ids), dtype=np.int32)
    held: dict[int, int] = {}
    told = zip(partitions.column("record").to_pylist(), partitions.column(wanted).to_pylist(), strict=True)
    for k, label in sorted((row[key], label) for key, label in told if key in row):
        first[k] = held.setdefault(label, k)
    return first


def _led(table: pa.Table, name: str, first: np.ndarray) -> pa.Table:
    """Return a table with its references to persons changed."""
    for column in TABLES[name].columns:
        if column.refers == "persons":
            values = table.column(column.name).to_numpy()
            led = np.where(values >= 0, first[np.maximum(values, 0)], values).astype(values.dtype)
            place = table.column_names.index(column.name)
            table = table.set_column(place, table.schema.field(place), pa.array(led, table.schema.field(place).type))
    return table
