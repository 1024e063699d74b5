"""Joins: columns of one table beside the rows of another, by a key."""

from __future__ import annotations

from collections.abc import Mapping

from greatfear.errors import Fault
from greatfear.intake_tables.mapping import TableMap
from greatfear.intake_tables.raw import RawTable, Record


def joined(
    table: RawTable, entry: TableMap, raw: Mapping[str, RawTable]
) -> tuple[RawTable, list[Fault], dict[str, int]]:
    """Return a table with the columns of the tables that its map joins, named ``table.column``.

    Returns
    -------
    table : RawTable
        The columns of the other table are empty where no row of it has the key.
    faults : list of Fault
        Unknown tables and columns, and keys that stand twice in the other table.
    remarks : dict of str to int
        How many keys have no row.
    """
    faults: list[Fault] = []
    remarks: dict[str, int] = {}
    for name, on in entry.join.items():
        place = f"{table.name}: join.{name}"
        other = raw.get(name)
        if other is None:
            faults.append(Fault(place, "no such table", ", ".join(raw)))
            continue
        missing = [key for key in on if key not in table.header] + [
            key for key in on.values() if key not in other.header
        ]
        if missing or not on:
            got = f"no column {', '.join(missing)}" if missing else "no columns"
            faults.append(Fault(place, got, f"columns of {table.name} with columns of {name}"))
            continue
        index = _index(other, tuple(on.values()), place, faults)
        table = _beside(table, other, tuple(on), index, remarks)
    return table, faults, remarks


def _index(other: RawTable, columns: tuple[str, ...], place: str, faults: list[Fault]) -> dict[tuple[str, ...], Record]:
    """Return the rows of the other table by their key; a key that stands twice is a fault."""
    at = [other.header.index(column) for column in columns]
    found: dict[tuple[str, ...], Record] = {}
    for record in other.records:
        if record.fault or not record.cells:
            continue
        key = tuple(record.cells[i] for i in at)
        if key in found:
            faults.append(Fault(place, f"{key} in row {found[key].row} and row {record.row}", "a key that stands once"))
        found.setdefault(key, record)
    return found


def _beside(
    table: RawTable,
    other: RawTable,
    columns: tuple[str, ...],
    index: Mapping[tuple[str, ...], Record],
    remarks: dict[str, int],
) -> RawTable:
    """Return the table with the cells of the other one beside its own."""
    at = [table.header.index(column) for column in columns]
    empty = ("",) * len(other.header)
    made = []
    for record in table.records:
        if record.fault or not record.cells:
            made.append(record)
            continue
        key = tuple(record.cells[i] for i in at)
        found = index.get(key)
        if found is None and any(key):
            remark = f"{table.name}: rows have no row in {other.name} to join"
            remarks[remark] = remarks.get(remark, 0) + 1
        made.append(Record(record.row, record.cells + (found.cells if found else empty), "", record.part))
    header = table.header + tuple(f"{other.name}.{column}" for column in other.header)
    return RawTable(table.name, header, tuple(made), table.faults, table.remarks)
