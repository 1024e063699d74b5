"""Statements under facets."""

from __future__ import annotations

from typing import Any

import numpy as np

from greatfear.describe.why_text import date_text
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.filtering import Filtering
from greatfear.web.pages.frame import FIGURE, GRAPH, ROWS, archive_page, person_cell, without_unknown
from greatfear.web.pages.paging import SIZE, pages_of, range_of, steps_of
from greatfear.web.parts import Cell, Notice, Page, Table, cell


def statements(lab: Lab, address: at.Statements) -> Page:
    """Return the statements that pass the filter."""
    entry = lab.entry(address.name)
    index = entry.index()
    filtering = Filtering.of(address, index.statements, entry.opened.epoch, "statements", words=entry.opened.words)
    found = index.statements.page(filtering.chosen, SIZE + 1, address.after)
    numbers = index.statements.order[np.array(found[:SIZE], int)].tolist()
    rows = tuple(_statement_row(entry, index, number) for number in numbers)
    table = Table(
        "rows", ("date", "speaker", "subject", "channel", "pressure", "prompted", "source", "place", "level", "certainty"),
        rows, title=range_of(filtering.chosen.n, len(index.statements), "statements"), numeric=("pressure",),
        pages=pages_of(address, found),
    )  # fmt: skip
    table = without_unknown(index, table, "statements")
    none = () if len(index.statements) else (Notice("This archive holds no statements."),)
    return archive_page(
        entry, address, "Statements", blocks=(*filtering.time(), *none, *filtering.nothing(), *((table,) if rows else ())),
        side=filtering.facets(), chips=filtering.chips(),
        count=(filtering.chosen.n, len(index.statements), "statements"), rows_as=(*ROWS, *GRAPH, *FIGURE),
        steps=steps_of(table.pages),
    )  # fmt: skip


def statement_values(index: Index, number: int) -> dict[str, Any]:
    """Return a statement as plain values."""
    row = index.row("statements", number)
    prompted = row["prompted"]
    return {
        "date": date_text(index.archive.epoch, row),
        "speaker": index.id_of(int(row["speaker"])),
        "subject": index.id_of(int(row["subject"])),
        "channel": index.archive.words.one("channels", row["channel"] or "") or None,
        "pressure": row["pressure"],
        "prompted": None if prompted is None or prompted < 0 else bool(prompted),
        "source": index.store.value("sources.id", row["source"]) if row["source"] >= 0 else None,
        "place": row["place"],
        "level": row["level"],
        "certainty": row["certainty"],
    }


def side_cell(entry: Entry, index: Index, number: int, side: str) -> Cell:
    """Return the cell of the speaker or the subject of a statement."""
    return person_cell(entry, index, int(index.store.number(f"statements.{side}")[number]), nobody="not recorded")


def _statement_row(entry: Entry, index: Index, number: int) -> tuple[Cell, ...]:
    row = statement_values(index, number)
    mark = "doubt" if row["certainty"] in ("dubious", "false") else ""
    return tuple(
        side_cell(entry, index, number, key)
        if key in ("speaker", "subject")
        else cell(value, mark=mark if key == "certainty" else "")
        for key, value in row.items()
    )
