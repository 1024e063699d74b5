"""The sources of an archive with what rests on each, and the rows of one source in the order of the document."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from greatfear.errors import UnknownNameError
from greatfear.plots.findings import many
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import ROWS, archive_page, person_cell
from greatfear.web.pages.statements import side_cell, statement_values
from greatfear.web.parts import Block, Cell, Link, Notice, Page, Prose, Table, cell

SIZE = 100
_TABLES = ("statements", "acts", "ties", "aliases")


def sources(lab: Lab, address: at.Sources) -> Page:
    """Return every source with its citation and the rows that rest on it."""
    entry = lab.entry(address.name)
    index = entry.index()
    n = index.store.n_rows("sources")
    counts = {table: _counts(index, table, n) for table in _TABLES}
    rows = []
    for k in range(n):
        row = index.row("sources", k)
        address_of = str(at.Source(name=entry.name, id=str(row["id"])))
        rows.append(
            (
                cell(row["id"], address_of),
                cell(row["citation"]),
                cell(row["licence"]),
                *(cell(int(counts[t][k])) for t in _TABLES),
            )
        )
    bare = tuple(cell(int(counts[table][n])) for table in _TABLES)
    if not n:
        words = "This archive names no source. The column that would give one is `source`, with a row in the table `sources`."
        return archive_page(entry, address, "Sources", blocks=(Notice(words),))
    total = (cell("no source"), cell("rows that name no source"), cell(None), *bare)
    columns = ("source", "citation", "licence", *_TABLES)
    blocks: list[Block] = [Table("rows", columns, (*rows, total), numeric=_TABLES, title=many(n, "source"))]
    if entry.opened.kind == "simulated" and not any(int(counts[table][:n].sum()) for table in _TABLES):
        words = "The rows of a simulated archive rest on the scenario; the sources are those of the scenario's numbers."
        blocks.append(Notice(words))
    return archive_page(entry, address, "Sources", blocks=tuple(blocks), rows_as=ROWS)


def _counts(index: Index, table: str, n: int) -> Any:
    """Return rows by source; those without one last."""
    values = index.store.number(f"{table}.source")
    if not len(values):
        return np.zeros(n + 1, int)
    return np.bincount(np.where(values < 0, n, values), minlength=n + 1)


def source(lab: Lab, address: at.Source) -> Page:
    """Return the statements and acts that rest on one source, in the order of the document."""
    entry = lab.entry(address.name)
    index = entry.index()
    ids = [str(index.store.value("sources.id", k)) for k in range(index.store.n_rows("sources"))]
    if address.id not in ids:
        raise UnknownNameError("source", address.id, ids)
    number = ids.index(address.id)
    row = index.row("sources", number)
    rows = _rows_of(index, number)
    start = max(address.after + 1, 0)
    shown = [_line(entry, index, table, k) for table, k in rows[start : start + SIZE]]
    links = [Link(str(address.to(after=-1)), "first page")] if start else []
    links += [Link(str(address.to(after=start + SIZE - 1)), "next page")] if start + SIZE < len(rows) else []
    facts = [f"{key}: {row[key]}" for key in ("doi", "url", "licence", "note") if row[key]]
    blocks: list[Block] = [Prose((str(row["citation"]), *facts))]
    if rows:
        columns = ("place", "table", "date", "person", "what", "by", "level", "certainty")
        blocks.append(Table("rows", columns, tuple(shown), title=f"{len(rows):,} rows rest on it", pages=tuple(links)))
    else:
        blocks.append(Notice("No statement and no act rests on this source."))
    return archive_page(entry, address, f"Source: {address.id}", blocks=tuple(blocks))


def _rows_of(index: Index, number: int) -> list[tuple[str, int]]:
    """Return statements and acts of a source by their place in it, numbers within the place as numbers."""
    found = [
        (table, int(k))
        for table in ("statements", "acts")
        for k in np.flatnonzero(index.store.number(f"{table}.source") == number)
    ]
    if len(found) > 20_000:
        return found
    return sorted(found, key=lambda pair: (_natural(index.store.value(f"{pair[0]}.place", pair[1]) or ""), pair))


def _natural(place: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", place) if part]


def _line(entry: Entry, index: Index, table: str, number: int) -> tuple[Cell, ...]:
    if table == "statements":
        row = statement_values(index, number)
        return (
            cell(row["place"]), cell("statement"), cell(row["date"]), side_cell(entry, index, number, "subject"),
            cell(row["channel"]), side_cell(entry, index, number, "speaker"), cell(row["level"]), cell(row["certainty"]),
        )  # fmt: skip
    from greatfear.describe.why_text import date_text

    act = index.row("acts", number)
    office = index.store.value("offices.id", act["office"]) if act["office"] >= 0 else None
    return (
        cell(act["place"]), cell("act"), cell(date_text(index.archive.epoch, act)),
        person_cell(entry, index, int(act["person"])), cell(act["kind"]),
        cell(office), cell(act["level"]), cell(act["certainty"]),
    )  # fmt: skip
