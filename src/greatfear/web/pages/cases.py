"""Cases under facets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from greatfear.describe.why_forest import ROOTS
from greatfear.describe.why_text import date_text
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.chosen import chosen_case
from greatfear.web.pages.filtering import Filtering
from greatfear.web.pages.frame import FIGURE, ROWS, archive_page, kind_in_words, person_link, without_unknown
from greatfear.web.pages.paging import SIZE, pages_of, range_of, steps_of
from greatfear.web.pages.stepping import CASE, linker
from greatfear.web.parts import Block, Cell, Notice, Page, Table, cell

SORTS = ("time", "depth", "below", "against", "evidence", "origins")


def cases(lab: Lab, address: at.Cases) -> Page:
    """Return the cases that pass the filter: counts, histogram, facets, and a table of fifty."""
    entry = lab.entry(address.name)
    index = entry.index()
    address.hold_to(sort=SORTS)
    filtering = Filtering.of(address, index.cases, entry.opened.epoch, "cases", words=entry.opened.words)
    order = None if address.sort == "time" else index.order_of(address.sort)
    found = index.cases.page(filtering.chosen, SIZE + 1, address.after, order)
    places = [position if order is None else int(order[position]) for position in found[:SIZE]]
    shown = [int(index.cases.order[place]) for place in places]
    row = _case_row(entry, address)
    rows = tuple(row(case, values) for case, values in zip(shown, case_rows(index, shown), strict=True))
    where = entry.opened.words.one("places", "region")
    table = Table(
        "rows", ("date", "person", "rests on", "speaker", "operation", where, *SORTS[1:]), rows,
        title=range_of(filtering.chosen.n, len(index.cases), "cases"), numeric=SORTS[1:], pages=pages_of(address, found),
        heads={"date": str(address.to(sort="time", after=-1))} | {key: str(address.to(sort=key, after=-1)) for key in SORTS[1:]},
        note=entry.opened.words.reworded(_HEADS), chosen=shown.index(address.show) if address.show in shown else -1,
    )  # fmt: skip
    origins = {"operation": "acts.operation", where: "persons.region", "evidence": "acts.evidence"}
    table = without_unknown(index, table, origins)
    return archive_page(
        entry, address, kind_in_words(index), blocks=(
            *filtering.time(), *_none(index), *filtering.nothing(), *((table,) if rows else ()),
        ),
        side=filtering.facets(), beside=chosen_case(entry, index, address),
        close=str(address.to(show=-1)) if address.show >= 0 else "", chips=filtering.chips(),
        count=(filtering.chosen.n, len(index.cases), "cases"),
        rows_as=(*ROWS, *FIGURE), steps=steps_of(table.pages),
    )  # fmt: skip


_HEADS = (
    "A date opens the chain of the case beside the table (key v). depth: namings back to the root. "
    "below: cases that follow from this one. against: statements against the person in the whole record. "
    "evidence: statements held at the arrest. origins: independent origins of the statements against the person, at most."
)


def _none(index: Index) -> tuple[Block, ...]:
    """Say so where the archive holds no cases at all."""
    if len(index.cases):
        return ()
    return (
        Notice(
            "This archive records no arrest and no summons, so it holds no cases. "
            "A row in `acts` of the kind arrest or summons would be one."
        ),
    )


def case_rows(index: Index, cases: Sequence[int]) -> list[dict[str, Any]]:
    """Return cases as plain values."""
    store, chains = index.store, index.forest
    rows = np.array(cases, np.int64)
    act, person, said = (array[rows] for array in (chains.act, chains.person, chains.statement))
    speaker = np.full(len(rows), -1, np.int64)
    is_said = (said >= 0) & (said < store.n_rows("statements"))
    speaker[is_said] = store.number("statements.speaker")[said[is_said]]
    dates = {key: store.values(f"acts.{key}", act) for key in ("time", "time_end", "precision")}
    roots = [index.archive.words.root(root) for root in ROOTS]
    columns: dict[str, Sequence[Any]] = {
        "date": [
            date_text(index.archive.epoch, dict(zip(dates, row, strict=True)))
            for row in zip(*dates.values(), strict=True)
        ],
        "person": store.values("persons.id", person),
        "name": store.values("persons.name", person),
        "rests on": [roots[root] for root in chains.direct[rows].tolist()],
        "speaker": store.values("persons.id", speaker),
        "speaker name": store.values("persons.name", speaker),
        "operation": store.values("acts.operation", act),
        "region": store.values("persons.region", person),
        **{key: [None if n < 0 else n for n in index.measure_at(key, rows)] for key in SORTS[1:]},
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _case_row(entry: Entry, address: at.Cases) -> Callable[[int, dict[str, Any]], tuple[Cell, ...]]:
    """Return what makes the cells of a case; the addresses of a page differ in little and are written from patterns."""
    link, show = linker(entry, address), str(address.to(show=int(CASE)))
    tree = str(at.Tree(name=entry.name, case=at.SLOTS[0]))

    def made(case: int, row: dict[str, Any]) -> tuple[Cell, ...]:
        names = {"person": row.pop("name") or "", "speaker": row.pop("speaker name") or ""}
        links = {
            "date": show.replace(CASE, str(case), 1), "person": link(row["person"], case),
            "speaker": person_link(entry, row["speaker"] or ""),
        }  # fmt: skip
        if row["depth"] or row["below"]:
            links["depth"] = at.filled(tree, str(case))
        return tuple(
            [
                cell(value, links.get(key, ""), "", "show" if key == "date" else "", names.get(key, ""))
                for key, value in row.items()
            ]
        )

    return made
