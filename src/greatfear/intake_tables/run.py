"""Intake as a whole: read the tables, apply the rules, explain every row, and make an archive."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from greatfear.errors import Fault, IntakeError, WrongArgumentError
from greatfear.intake_tables.accounting import account
from greatfear.intake_tables.columns_blocks import Coming, RecordTables
from greatfear.intake_tables.date_style import DateStyle
from greatfear.intake_tables.fields import DateRules, When
from greatfear.intake_tables.finishing import record_tables
from greatfear.intake_tables.joining import joined
from greatfear.intake_tables.making import Book
from greatfear.intake_tables.making_events import resolve_copies
from greatfear.intake_tables.mapping import ColumnMap, TableMap, columns_read, date_style, declared_texts, read_map
from greatfear.intake_tables.marks import with_marks
from greatfear.intake_tables.numbers import PLAIN_NUMBERS
from greatfear.intake_tables.oddities import grouped_numbers, look_alike, several_names
from greatfear.intake_tables.oddities_made import composite_names
from greatfear.intake_tables.oddities_record import odd_record
from greatfear.intake_tables.people import Origin
from greatfear.intake_tables.presume import presume
from greatfear.intake_tables.raw import RawTable, TableSource, read_tables
from greatfear.intake_tables.report import COARSE, IntakeReport, iso_day
from greatfear.intake_tables.rules import Rule
from greatfear.intake_tables.values import Reader, StyleOf
from greatfear.show.face import Shown
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.archive import Archive

_ORDER = {"persons": 0, "groups": 0, "cohort": 0, "aliases": 1, "statements": 2, "acts": 3, "ties": 4}
"""What others refer to is made first: persons and groups, further names, statements, then the rest."""

Origins = dict[tuple[str, int], Origin]


@dataclass(frozen=True, slots=True, repr=False)
class Intake(Shown):
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

    def __repr__(self) -> str:
        """Return the title and the number of rows of each table on one line."""
        rows = ", ".join(f"{name} {table.num_rows:,}" for name, table in self.rows().items() if table.num_rows)
        return f"<Intake {self.map.title!r}: rows made: {rows or 'none'}>"

    def __str__(self) -> str:
        """Return the report on every row."""
        return str(self.report)

    def rows(self) -> dict[str, pa.Table | Coming]:
        """Return what `write_archive` writes: the tables, long ones in blocks that are made when they are written."""
        return self.tables.rows() if isinstance(self.tables, RecordTables) else dict(self.tables)

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

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the cases by month and by year; drawn into `ax` where axes are given."""
        return self.archive.plot(ax=ax)

    def provenance(self) -> dict[str, Any]:
        """Return what the manifest says of the intake: counts by table, and the sources."""
        sources = [
            {"key": source.id}
            | {name: text for name, text in source.model_dump(exclude={"id", "dates"}).items() if text}
            for source in self.map.sources
        ]
        return {"intake": self.report.to_dict()["tables"], "sources": sources}


def intake(
    tables: TableSource,
    column_map: Mapping[str, object] | ColumnMap | str | os.PathLike[str],
    *,
    on_fault: Literal["refuse", "leave out"] = "refuse",
) -> Intake:
    """Turn tables into an archive.

    Every record of every table either makes at least one row of the archive or is explained in the report; the sum of
    both is the number of records read. What is made keeps the record format (`greatfear check` finds nothing).

    Parameters
    ----------
    tables : path, iterable of paths, or mapping of name to source
        See `read_tables`.
    column_map : mapping, ColumnMap or path
        See docs/intake.md; a path is that of a YAML or JSON file.
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
    if not isinstance(tables, str | os.PathLike) and not hasattr(tables, "__iter__"):
        raise WrongArgumentError("tables", tables, "a path, several paths, or tables by name")
    if not isinstance(tables, str | os.PathLike | Mapping) and not hasattr(tables, "columns"):
        tables = list(tables)
    long = _taken_in_columns(tables, checked, on_fault)
    if long is not None:
        return long
    raw = read_tables(tables, checked.entries())
    report = IntakeReport()
    book = _fill(raw, checked, report)
    if report.faults and on_fault == "refuse":
        raise IntakeError(report.faults, checked.title or "intake", depends=report.depends)
    made = record_tables(book)
    report.remarks += odd_record(made)
    return Intake(made, report, checked)


def _taken_in_columns(tables: Any, checked: ColumnMap, on_fault: str) -> Intake | None:
    """Take long tables in by their columns, where files and map allow it; None where they are to be read row by row."""
    from greatfear.intake_tables.columns_made import in_columns
    from greatfear.intake_tables.columns_read import refuse_absent

    if on_fault == "refuse":
        refuse_absent(tables, checked)
    report = IntakeReport()
    made = in_columns(tables, checked, report, lambda entry: _style_of(checked, entry), _ORDER)
    if made is None:
        return None
    if report.faults and on_fault == "refuse":
        raise IntakeError(report.faults, checked.title or "intake", depends=report.depends)
    report.remarks += odd_record(made)
    return Intake(made, report, checked)


def _fill(raw: Mapping[str, RawTable], checked: ColumnMap, report: IntakeReport) -> Book:
    """Apply all rules: first what others refer to, then the rest, statements before acts."""
    book = Book(checked)
    origins: Origins = {}
    ready = _ready_tables(raw, checked, report)
    rules = [(rule, entry) for entry in checked.tables if entry.table in ready for rule in entry.makes]
    for rule, entry in sorted(rules, key=lambda pair: _ORDER[pair[0].into]):
        _apply(book, rule, (ready[entry.table], entry), _style_of(checked, entry), origins)
    resolve_copies(book)
    for remark, count in presume(book.rows["acts"], book.rows["statements"], checked.presume).items():
        book.remarks[remark] = count
    for name, table in raw.items():
        of_table = [rule for rule, entry in rules if entry.table == name]
        report.tables.append(account(ready.get(name, table), of_table, origins, report))
        report.remarks += [f"{name}: {remark}" for remark in table.remarks]
        report.remarks += several_names(table, of_table)
        report.remarks += composite_names(table, of_table, checked.missing)
        if checked.numbers is None and all(entry.numbers is None for entry in checked.tables if entry.table == name):
            report.remarks += grouped_numbers(table, of_table)
    _summarise(book, report)
    return book


def _ready_tables(raw: Mapping[str, RawTable], checked: ColumnMap, report: IntakeReport) -> dict[str, RawTable]:
    """Return the tables of the map that have all columns which their rules read, joined; note what is not there."""
    ready = {}
    for entry in checked.tables:
        if entry.table not in raw:
            report.faults.append(Fault(f"table {entry.table}", "no such table", ", ".join(raw) or "a table"))
            continue
        table = raw[entry.table]
        report.faults += table.faults
        if table.faults:
            continue
        table, faults, remarks = joined(table, entry, raw)
        report.faults += faults
        report.remarks += [f"{count} {remark}" for remark, count in remarks.items()]
        absent = sorted(columns_read(entry.makes) - set(table.header))
        report.faults += [
            Fault(f"{entry.table} row 1: {name}", "no such column", ", ".join(table.header)) for name in absent
        ]
        if not absent and not faults:
            ready[entry.table] = (
                with_marks(table, columns_read(entry.makes), declared_texts(checked, entry))
                if entry.shape == "rows"
                else table
            )
    return ready


def _style_of(checked: ColumnMap, entry: TableMap) -> StyleOf:
    """Return how a date of this table is written, remembered for each date of the map."""
    known: dict[tuple[int, int], DateStyle] = {}

    def style(when: When, source: DateRules | None) -> DateStyle:
        key = (id(when), id(source))
        if key not in known:
            known[key] = date_style(checked, entry.dates, source, when)
        return known[key]

    return style


def _apply(book: Book, rule: Rule, table_of: tuple[RawTable, TableMap], style_of: StyleOf, origins: Origins) -> None:
    """Apply one rule to all records of a table."""
    missing = frozenset(book.map.missing)
    table, entry = table_of
    numbers = entry.numbers or book.map.numbers or PLAIN_NUMBERS
    dates: dict[Any, Any] = {}
    for number, record in enumerate(table.records):
        if record.fault or not record.cells:
            continue
        origin = origins.get((table.name, number))
        if origin is None:
            origin = origins[(table.name, number)] = Origin(table.name, record.label)
        reader = Reader(
            dict(zip(table.header, record.cells, strict=True)), missing, style_of, numbers=numbers, dates=dates
        )
        if reader.holds(rule.when):
            book.make(rule, reader, origin)


def _summarise(book: Book, report: IntakeReport) -> None:
    """Say from when to when the dates run, which names look alike, and what was presumed or resolved."""
    report.added = list(book.people.added)
    _say_dates(book, report)
    report.remarks += [f"{count} {remark}" for remark, count in book.remarks.items()]
    if book.people.resolved:
        n_rows, names = sum(book.people.resolved.values()), len(book.people.resolved)
        report.remarks.append(
            f"{counted(n_rows, 'cell')} held one of {counted(names, 'further name')} (the person of that name)"
        )
    report.remarks += look_alike(pa.array(book.people.numbers.keys(), pa.string()))


def _say_dates(book: Book, report: IntakeReport) -> None:
    """Say from when to when the dates run, and how many are known no better than a month, a year or an interval."""
    dated = [row for name in ("statements", "acts") for row in book.rows[name] if row["time"] == row["time"]]
    if not dated:
        return
    first, last = min(row["time"] for row in dated), max(row["after"] for row in dated) - 1
    report.dates = iso_day(book.map.epoch, int(first // 1)), iso_day(book.map.epoch, int(last))
    coarse = Counter(row["precision"] for row in dated if row["precision"] in ("month", "year", "interval"))
    report.remarks += [f"dates known only as {COARSE[kind]}: {count}" for kind, count in sorted(coarse.items())]
