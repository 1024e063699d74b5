"""Intake as a whole: read the tables, apply the rules, explain every row, and make an archive."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from greatfear.errors import Fault, IntakeError
from greatfear.intake_tables.making import Book, Origin, Row
from greatfear.intake_tables.mapping import ColumnMap, Rule, TableMap, columns_read, read_map
from greatfear.intake_tables.raw import RawTable, Record, read_tables
from greatfear.intake_tables.report import IntakeReport, RowNote, TableReport
from greatfear.intake_tables.values import Reader
from greatfear.record.columns import table_from_columns

if TYPE_CHECKING:
    from greatfear.archive import Archive

__all__ = ["Intake", "intake"]

_DEFINING = ("persons", "groups", "cohort")
_ORDER = {"statements": 1, "acts": 2}


@dataclass(frozen=True, slots=True)
class Intake:
    """What an intake made.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Tables of the record format.
    report : IntakeReport
        What was read, made and left out, row by row.
    map : ColumnMap
        The map, checked.
    """

    tables: Mapping[str, pa.Table]
    report: IntakeReport
    map: ColumnMap

    @property
    def epoch(self) -> dt.date:
        """Day 0 of the archive."""
        return self.map.epoch

    @property
    def archive(self) -> Archive:
        """The archive, in memory."""
        from greatfear.archive import Archive

        return Archive.from_tables(
            self.tables,
            epoch=self.map.epoch,
            end=self.map.end,
            kind="real",
            title=self.map.title,
            provenance=self.provenance(),
        )

    def provenance(self) -> dict[str, Any]:
        """Return what the manifest says of the intake: counts by table, and the sources."""
        sources = [
            {"key": source.id} | {name: text for name, text in source.model_dump(exclude={"id"}).items() if text}
            for source in self.map.sources
        ]
        return {"intake": self.report.to_dict()["tables"], "sources": sources}


def intake(
    tables: Any, column_map: Mapping[str, Any] | ColumnMap, *, on_fault: Literal["refuse", "leave out"] = "refuse"
) -> Intake:
    """Turn tables into an archive.

    Every record of every table either makes at least one row of the archive or is explained in the report; the sum of
    both is the number of records read.

    Parameters
    ----------
    tables : path, iterable of paths, or mapping of name to source
        See `read_tables`.
    column_map : mapping or ColumnMap
        See docs/intake.md.
    on_fault : {"refuse", "leave out"}
        Whether a fault in any row refuses the whole, with a list of all faults, or leaves that row out and notes it.

    Returns
    -------
    Intake
        Tables, report and ``archive``.

    Raises
    ------
    greatfear.errors.IntakeError
        All faults of the map, of the files, and (with "refuse") of the rows.

    Examples
    --------
    >>> rule = {"into": "statements", "speaker": "by", "subject": "of", "time": "day"}
    >>> rule["channel"] = {"constant": "report"}
    >>> columns = {"format": 1, "epoch": "1951-04-10", "tables": [{"table": "edges", "makes": [rule]}]}
    >>> taken = intake({"edges": [{"by": "A", "of": "B", "day": "1951-04-12"}]}, columns)
    >>> taken.tables["statements"].column("time").to_pylist()
    [2.0]
    """
    checked = read_map(column_map)
    wanted = {entry.table: entry for entry in checked.tables}
    raw = read_tables(
        tables,
        delimiters={name: entry.delimiter for name, entry in wanted.items() if entry.delimiter},
        encodings={name: entry.encoding for name, entry in wanted.items()},
    )
    report = IntakeReport()
    book = _fill(raw, checked, report)
    report.added = list(book.added)
    if report.faults and on_fault == "refuse":
        raise IntakeError(report.faults, checked.title or "intake")
    return Intake(_arrow(book, checked), report, checked)


def _fill(raw: Mapping[str, RawTable], checked: ColumnMap, report: IntakeReport) -> Book:
    """Apply all rules in two passes: first what others refer to, then the rest, statements before acts."""
    book = Book(checked)
    origins: dict[tuple[str, int], Origin] = {}
    ready = [(entry, raw[entry.table]) for entry in checked.tables if _is_ready(entry, raw, report)]
    missing = frozenset(checked.missing)
    rules = [(rule, table) for entry, table in ready for rule in entry.makes]
    for rule, table in sorted(rules, key=lambda pair: 0 if pair[0].into in _DEFINING else _ORDER.get(pair[0].into, 3)):
        for record in table.records:
            if record.fault or not record.cells:
                continue
            origin = origins.setdefault((table.name, record.row), Origin(table.name, record.row))
            reader = Reader(dict(zip(table.header, record.cells, strict=True)), missing, checked.epoch)
            if reader.holds(rule.when):
                book.make(rule, reader, origin)
    for name, table in raw.items():
        rules_of = [rule for entry, known in ready if known is table for rule in entry.makes]
        report.tables.append(_account(name, table, rules_of, origins, report))
    return book


def _is_ready(entry: TableMap, raw: Mapping[str, RawTable], report: IntakeReport) -> bool:
    """Whether a table is there with all columns that its rules read; note what is not."""
    if entry.table not in raw:
        report.faults.append(Fault(f"table {entry.table}", "no such table", ", ".join(raw) or "a table"))
        return False
    table = raw[entry.table]
    report.faults += table.faults
    absent = [] if table.faults else sorted(columns_read(entry.makes) - set(table.header))
    report.faults += [
        Fault(f"{entry.table} row 1: {name}", "no such column", ", ".join(table.header)) for name in absent
    ]
    return not absent


def _account(
    name: str, table: RawTable, rules: list[Rule], origins: Mapping[tuple[str, int], Origin], report: IntakeReport
) -> TableReport:
    """Count one table and explain every record that made nothing, and every part that was left out."""
    counts = TableReport(name, len(table.records))
    counts.unread = tuple(sorted(set(table.header) - columns_read(rules))) if rules else ()
    for record in table.records:
        origin = origins.get((name, record.row), Origin(name, record.row))
        is_used = any(origin.made.values())
        for made, number in origin.made.items():
            counts.made[made] = counts.made.get(made, 0) + number
        counts.used += is_used
        counts.left_out += not is_used
        _explain(record, origin, report, is_used=is_used, has_rules=bool(rules))
    return counts


def _explain(record: Record, origin: Origin, report: IntakeReport, *, is_used: bool, has_rules: bool) -> None:
    """Note why a record, or a part of it, made nothing."""
    place = f"{origin.table} row {origin.row}"
    reasons = list(dict.fromkeys(origin.reasons))
    if record.fault:
        report.faults.append(Fault(place, record.fault, "as many readable cells as the header has"))
        reasons.append(record.fault)
    for error in origin.faults:
        report.faults.append(Fault(f"{place}: {error.column}", error.got, error.allowed))
        reasons.append(f"fault in {error.column}: {error.got}")
    if not is_used and not reasons:
        reasons = (
            ["an empty row"]
            if not record.cells
            else ["no rule applies" if has_rules else "the map does not read this table"]
        )
    report.notes += [
        RowNote(origin.table, origin.row, reason, not is_used) for reason in (reasons[:1] if not is_used else reasons)
    ]
    if not is_used:
        report.notes += [RowNote(origin.table, origin.row, reason, False) for reason in reasons[1:]]


def _arrow(book: Book, checked: ColumnMap) -> dict[str, pa.Table]:
    """Return the tables of the record: statements and acts in the order of their day."""
    rows = book.rows
    order = _by_day(rows["statements"])
    place = {old: new for new, old in enumerate(order)}
    statements = [rows["statements"][i] for i in order]
    for act in rows["acts"]:
        act["statement"] = place.get(act.get("statement", -1), -1)
    acts = [rows["acts"][i] for i in _by_day(rows["acts"])]
    return {
        "persons": _table("persons", rows["persons"]),
        "statements": _table("statements", statements),
        "acts": _table("acts", acts),
        "ties": _table("ties", rows["ties"]),
        "aliases": _table("aliases", rows["aliases"]),
        "offices": _table("offices", [office.model_dump() for office in checked.offices]),
        "sources": _table("sources", [source.model_dump() for source in checked.sources]),
    }


def _by_day(rows: list[Row]) -> list[int]:
    """Return the order of rows by day; those without a time come last."""
    days = np.array([math.floor(row["time"]) if row["time"] == row["time"] else math.inf for row in rows])
    return [int(i) for i in np.argsort(days, kind="stable")]


_EMPTY: dict[str, Any] = {
    "time": math.nan,
    "time_end": math.nan,
    "seniority": math.nan,
    "pressure": math.nan,
    "start": math.nan,
    "end": math.nan,
    "prompted": -1,
    "sitting": -1,
    "office": -1,
    "source": -1,
    "statement": -1,
    "evidence": -1,
}


def _table(name: str, rows: list[Row]) -> pa.Table:
    """Return one table from rows; a value that a row lacks is unknown, by the kind of its column."""
    columns: dict[str, list[Any]] = {}
    for key in dict.fromkeys(key for row in rows for key in row):
        null = _EMPTY.get(key, _null_of(rows, key))
        columns[key] = [null if row.get(key) is None else row[key] for row in rows]
    if not rows:
        from greatfear.record.columns import arrow_schema, table_named

        return arrow_schema(table_named(name)).empty_table()
    return table_from_columns(name, columns, len(rows))


def _null_of(rows: list[Row], key: str) -> Any:
    """Return what stands for unknown in an attribute: NaN for numbers, -1 for whole numbers, absent for text."""
    kind = next((type(row[key]) for row in rows if row.get(key) is not None), str)
    return {float: math.nan, int: -1}.get(kind)
