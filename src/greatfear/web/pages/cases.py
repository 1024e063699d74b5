"""Cases under facets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greatfear.describe.why_forest import ROOTS
from greatfear.describe.why_text import date_text
from greatfear.errors import Fault
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
    if address.sort not in SORTS:
        raise at.AddressError([Fault("address: sort", repr(address.sort), ", ".join(SORTS))], "address")
    filtering = Filtering.of(address, index.cases, entry.opened.epoch, "cases", words=entry.opened.words)
    order = None if address.sort == "time" else index.order_of(address.sort)
    found = index.cases.page(filtering.chosen, SIZE + 1, address.after, order)
    places = [position if order is None else int(order[position]) for position in found[:SIZE]]
    shown = [int(index.cases.order[place]) for place in places]
    row = _case_row(entry, index, address)
    rows = tuple(row(case) for case in shown)
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


def case_rows(index: Index, case: int) -> dict[str, Any]:
    """Return a case as plain values."""
    store, chains = index.store, index.forest
    act, person, said = (int(array[case]) for array in (chains.act, chains.person, chains.statement))
    speaker = int(store.number("statements.speaker")[said]) if 0 <= said < store.n_rows("statements") else -1
    return {
        "date": date_text(
            index.archive.epoch, {key: store.value(f"acts.{key}", act) for key in ("time", "time_end", "precision")}
        ),
        "person": index.id_of(person),
        "name": store.value("persons.name", person),
        "rests on": index.archive.words.root(ROOTS[int(chains.direct[case])]),
        "speaker": index.id_of(speaker),
        "speaker name": store.value("persons.name", speaker) if speaker >= 0 else None,
        "operation": store.value("acts.operation", act),
        "region": store.value("persons.region", person),
        **{key: _known(index.measure_at(key, case)) for key in SORTS[1:]},
    }


def _known(value: int) -> int | None:
    return None if value < 0 else int(value)


def _case_row(entry: Entry, index: Index, address: at.Cases) -> Callable[[int], tuple[Cell, ...]]:
    """Return what makes the cells of a case; the addresses of a page differ in little and are written from patterns."""
    link, show = linker(entry, address), str(address.to(show=int(CASE)))
    tree = str(at.Tree(name=entry.name, case=at.SLOTS[0]))

    def made(case: int) -> tuple[Cell, ...]:
        row = case_rows(index, case)
        links = {
            "date": show.replace(CASE, str(case), 1), "person": link(row["person"], case),
            "speaker": person_link(entry, row["speaker"]),
        }  # fmt: skip
        if row["depth"] or row["below"]:
            links["depth"] = at.filled(tree, str(case))
        names = {"person": row.pop("name"), "speaker": row.pop("speaker name")}
        row["speaker"] = row["speaker"] or None
        return tuple(
            cell(value, links.get(key, ""), mark="show" if key == "date" else "", name=names.get(key) or "")
            for key, value in row.items()
        )

    return made
