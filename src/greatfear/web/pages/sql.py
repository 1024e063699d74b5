"""One SELECT over the tables of an archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from greatfear.archive import Archive
from greatfear.plots.findings import many
from greatfear.record.query import QueryError
from greatfear.record.schema import TABLES
from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.memory import give_back
from greatfear.web.pages.frame import ROWS, archive_page
from greatfear.web.parts import Block, Cell, Form, Input, Notice, Page, Table, cell

MOST, SECONDS, MEGABYTES = 1000, 2.0, 1000
_EXAMPLE = "select channel, count(*) as n from statements group by channel order by n desc"


def sql(lab: Lab, address: at.Sql) -> Page:
    """Return the first thousand rows of a query and the number of all; beside it the tables and what their columns mean."""
    entry = lab.entry(address.name)
    archive = entry.opened
    form = Form(
        str(at.Sql(name=entry.name)), (Input("q", "One SELECT", address.q or _EXAMPLE, "lines"),), "Run", style="code"
    )
    blocks: list[Block] = [form]
    if address.q:
        try:
            whole = queried(archive, address.q, SECONDS)
        except QueryError as error:
            blocks.append(Notice(str(error), "fault"))
        else:
            blocks += [] if whole.num_rows else [Notice("The query ran. No row answers it.")]
            blocks.append(_result(whole))
            del whole
        give_back()
    return archive_page(
        entry,
        address,
        "SQL",
        blocks=tuple(blocks),
        side=_schema(),
        rows_as=ROWS if address.q else (),
    )


def queried(archive: Archive, query: str, seconds: float) -> pa.Table:
    """Return the rows of a query; the memory that DuckDB took for it is given back, which it does only when it is closed."""
    try:
        return archive.sql(query, seconds=seconds, megabytes=MEGABYTES)
    finally:
        archive.close_queries()


def _result(whole: pa.Table) -> Table:
    """Return the first rows of a result, and say how many there are."""
    found, n = whole.slice(0, MOST), whole.num_rows
    given = found.column_names
    names = tuple(f"{name} ({k})" if given.count(name) > 1 else name for k, name in enumerate(given))
    columns = [column.to_pylist() for column in found.columns]
    numeric = tuple(
        name for name, values in zip(names, columns, strict=True) if any(isinstance(v, int | float) for v in values)
    )
    rows = tuple(tuple(map(_cell, row)) for row in zip(*columns, strict=True))
    note = f"The first {MOST:,} of {n:,} rows. CSV holds all." if n > MOST else ""
    return Table("rows", names, rows, title=many(n, "row") if n else "", numeric=numeric, note=note)


def _cell(value: Any) -> Cell:
    plain = (
        value
        if value is None or isinstance(value, str | int | float)
        else value.isoformat()
        if isinstance(value, dt.date)
        else str(value)
    )
    return cell(plain)


def _schema() -> tuple[Block, ...]:
    """Return the tables with the meaning of their columns."""
    return tuple(
        Table(
            f"schema-{table.name}", ("column", "meaning"),
            tuple((cell(one.name), cell(one.about + (f" ({one.unit})" if one.unit else ""))) for one in table.columns),
            title=table.name, is_folded=True, note=f"A row is {table.row}.",
        )
        for table in TABLES.values()
    )  # fmt: skip
