"""Cases and statements under facets."""

from __future__ import annotations

from typing import Any

import numpy as np

from greatfear.describe.why_forest import ROOTS
from greatfear.describe.why_text import date_text
from greatfear.errors import Fault
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.filtering import Filtering
from greatfear.web.pages.frame import archive_page, person_link
from greatfear.web.parts import Block, Cell, Link, Notice, Page, Table, cell

__all__ = ["case_rows", "cases", "statements"]

SIZE = 50
SORTS = ("time", "depth", "below", "against", "evidence", "origins")


def cases(lab: Lab, address: at.Cases) -> Page:
    """Return the cases that pass the filter: counts, histogram, facets, and a table of fifty."""
    entry = lab.entry(address.name)
    index = entry.index()
    if address.sort not in SORTS:
        raise at.AddressError([Fault("address: sort", repr(address.sort), ", ".join(SORTS))], "address")
    filtering = Filtering.of(address, index.cases, entry.opened.epoch, "cases")
    order = None if address.sort == "time" else index.order_of(address.sort)
    found = index.cases.page(filtering.chosen, SIZE + 1, address.after, order)
    places = [position if order is None else int(order[position]) for position in found[:SIZE]]
    rows = tuple(_case_row(entry, index, int(index.cases.order[place])) for place in places)
    table = Table(
        "rows", ("date", "person", "rests on", "speaker", "operation", "region", *SORTS[1:]), rows,
        title=_range(filtering.chosen.n, len(index.cases), "cases"), numeric=SORTS[1:], pages=_pages(address, found),
        heads={"date": str(address.to(sort="time", after=-1))} | {key: str(address.to(sort=key, after=-1)) for key in SORTS[1:]},
        note=_HEADS,
    )  # fmt: skip
    return archive_page(
        entry, address, f"{_kind(index)}", blocks=(
            *filtering.time(), *_none(index), *filtering.nothing(), *((table,) if rows else ()),
        ),
        side=filtering.facets(), chips=filtering.chips(), count=(filtering.chosen.n, len(index.cases), "cases"),
        rows_as=(("csv", "CSV"), ("parquet", "Parquet")), steps=_steps(table.pages),
    )  # fmt: skip


_HEADS = (
    "depth: namings back to the root. below: cases that hang below. against: statements against the person in the whole record. "
    "evidence: statements held at the arrest. origins: independent origins of the statements against the person, at most."
)


def _kind(index: Index) -> str:
    return "Cases (arrests)" if index.forest.kind == "arrest" else "Cases (summons)"


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


def _range(n: int, of: int, what: str) -> str:
    return f"{n:,} of {of:,} {what}"


def _pages(address: Any, found: list[int]) -> tuple[Link, ...]:
    """Return the links to the first and the next page."""
    links = []
    if address.after >= 0:
        links.append(Link(str(address.to(after=-1)), "first page"))
    if len(found) > SIZE:
        links.append(Link(str(address.to(after=found[SIZE - 1])), "next page"))
    return tuple(links)


def _steps(pages: tuple[Link, ...]) -> dict[str, str]:
    keys = {"first page": "[", "next page": "]"}
    return {keys[link.text]: link.href for link in pages}


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
        "rests on": ROOTS[int(chains.direct[case])],
        "speaker": index.id_of(speaker),
        "operation": store.value("acts.operation", act),
        "region": store.value("persons.region", person),
        **{key: _known(index.measure_at(key, case)) for key in SORTS[1:]},
    }


def _known(value: int) -> int | None:
    return None if value < 0 else int(value)


def _case_row(entry: Entry, index: Index, case: int) -> tuple[Cell, ...]:
    row = case_rows(index, case)
    links = {"person": person_link(entry, row["person"]), "speaker": person_link(entry, row["speaker"])}
    if row["depth"] or row["below"]:
        links["depth"] = str(at.Tree(name=entry.name, case=str(case)))
    name, row["speaker"] = row.pop("name"), row["speaker"] or None
    return tuple(
        cell(value, links.get(key, ""), note=name or "" if key == "person" else "") for key, value in row.items()
    )


def statements(lab: Lab, address: at.Statements) -> Page:
    """Return the statements that pass the filter."""
    entry = lab.entry(address.name)
    index = entry.index()
    filtering = Filtering.of(address, index.statements, entry.opened.epoch, "statements")
    found = index.statements.page(filtering.chosen, SIZE + 1, address.after)
    numbers = index.statements.order[np.array(found[:SIZE], int)].tolist()
    rows = tuple(_statement_row(entry, index, number) for number in numbers)
    table = Table(
        "rows", ("date", "speaker", "subject", "channel", "pressure", "prompted", "source", "place", "level", "certainty"),
        rows, title=_range(filtering.chosen.n, len(index.statements), "statements"), numeric=("pressure",),
        pages=_pages(address, found),
    )  # fmt: skip
    none = () if len(index.statements) else (Notice("This archive holds no statements."),)
    return archive_page(
        entry, address, "Statements", blocks=(*filtering.time(), *none, *filtering.nothing(), *((table,) if rows else ())),
        side=filtering.facets(), chips=filtering.chips(),
        count=(filtering.chosen.n, len(index.statements), "statements"), rows_as=(("csv", "CSV"), ("parquet", "Parquet")),
        steps=_steps(table.pages),
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


def _statement_row(entry: Entry, index: Index, number: int) -> tuple[Cell, ...]:
    row = statement_values(index, number)
    links = {key: person_link(entry, row[key]) for key in ("speaker", "subject")}
    mark = "doubt" if row["certainty"] in ("dubious", "false") else ""
    return tuple(
        cell(
            "not recorded" if key == "speaker" and not value else value,
            links.get(key, ""),
            mark=mark if key == "certainty" else "",
        )
        for key, value in row.items()
    )
