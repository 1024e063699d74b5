"""One person: as recorded, in time, and every statement for and against."""

from __future__ import annotations

from typing import Any

import numpy as np

from greatfear.describe.why_text import date_text
from greatfear.plots.findings import many
from greatfear.plots.marks.calendar import date_of
from greatfear.plots.marks.lanes import Event, lanes
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.ego import ego
from greatfear.web.pages.frame import archive_page, without_unknown
from greatfear.web.pages.statements import side_cell, statement_values
from greatfear.web.pages.stepping import neighbours
from greatfear.web.parts import Block, Cell, Facts, Figure, Link, Links, Notice, Page, Table, cell, counted
from greatfear.web.when import UNDATED, days_of

_LISTED = 100


def found(index: Index, person_id: str) -> int:
    """Return the row of a person; an unknown id is an error with the nearest."""
    row = index.people.find(person_id)
    if row < 0:
        index.rows.person(person_id)
    return row


def person(lab: Lab, address: at.Person) -> Page:
    """Return the record of one person."""
    entry = lab.entry(address.name)
    index = entry.index()
    row = found(index, address.id)
    against, by, done = (index.group(name, row) for name in ("against", "by", "done"))
    cases = index.cases_of(row)
    facts = Facts(
        (
            counted(len(against), "statement against this person / statements against this person"),
            counted(len(np.unique(_known(index, against))), "person who spoke / persons who spoke"),
            counted(
                int(index.store.arrays["persons.origins"][row]),
                "independent origin at most / independent origins at most",
            ),
            counted(len(by), "statement by this person / statements by this person"),
            counted(len(cases), entry.opened.words.one("acts", index.forest.kind)),
        )
    )
    stepping, keys = neighbours(entry, index, address)
    blocks: list[Block] = [*stepping, facts, _links(entry, index, address.id, cases)]
    blocks += lanes_of(index, row)
    blocks += ego(entry, index, row)
    blocks += _statements(entry, index, ("against", "speaker", "Statements against this person"), against)
    blocks += _statements(entry, index, ("by", "subject", "Statements by this person"), by)
    blocks += [_acts(index, done)] if len(done) else [Notice("No act of an office concerns this person on record.")]
    return archive_page(
        entry, address, index.called(row), person=address.id, name=index.store.value("persons.name", row) or "",
        blocks=tuple(blocks), side=(_recorded(index, row),),
        steps={"w": str(at.Why(name=entry.name, id=address.id))} | keys,
    )  # fmt: skip


def _known(index: Index, statements: Any) -> Any:
    speaker = index.store.number("statements.speaker")[statements]
    return speaker[speaker >= 0]


def _links(entry: Entry, index: Index, person_id: str, cases: Any) -> Links:
    """Return where the record of the person goes on."""
    links = [Link(str(at.Why(name=entry.name, id=person_id)), "Why: the chain back to its root")]
    for case in cases.tolist():
        size = int(index.store.arrays["cases.tree"][case])
        if size > 1:
            day = float(index.forest.time[case])
            is_told = len(cases) > 1 and np.isfinite(day)
            when = f" as the case of {date_of(int(day), index.archive.epoch)}" if is_told else ""
            links.append(
                Link(
                    str(at.Tree(name=entry.name, case=str(case))),
                    f"All cases from the same root{when}",
                    f"{size:,} cases",
                )
            )
    return Links(tuple(links), style="row")


def _recorded(index: Index, row: int) -> Table:
    """Return the row of the person as it stands, with what is not recorded."""
    values = {key.replace("_", " "): value for key, value in index.row("persons", row).items() if key != "person"}
    words = index.archive.words.reworded
    rows = tuple((cell(words(key)), cell(value)) for key, value in values.items() if value not in (None, "everybody"))
    missing = ", ".join(words(key) for key, value in values.items() if value is None)
    note = f"Not on record: {missing}." if missing else ""
    return Table("recorded", ("column", "as recorded"), rows, title="As recorded", note=note)


def lanes_of(index: Index, row: int) -> list[Block]:
    """Return the drawing of everything with a date in the record of a person; what has none is told."""
    groups = tuple(index.group(name, row) for name in ("against", "by", "done"))
    rows, undated = [], 0
    for name, table, numbers in zip(
        ("named by", "named", "acts"), ("statements", "statements", "acts"), groups, strict=True
    ):
        events, missing = _events(index, table, numbers)
        undated += missing
        rows.append((name, events))
    if not any(events for _, events in rows):
        return (
            [Notice(f"Nothing on record about this person has a date ({undated:,} rows without one).")]
            if undated
            else []
        )
    total = sum(len(events) for _, events in rows)
    words = (
        "The record in time",
        f"{total:,} dated rows: " + ", ".join(f"{name} {len(events):,}" for name, events in rows),
    )
    note = f"Not drawn, since they have no date: {many(undated, 'row')}." if undated else ""
    return [Figure("lanes", words[0], lanes("lanes", words, rows, index.archive.epoch), note=note)]


def _events(index: Index, table: str, numbers: Any) -> tuple[list[Event], int]:
    """Return the dated rows as events, and how many have no date."""
    store, epoch = index.store, index.archive.epoch
    time, end = (store.number(f"{table}.{key}")[numbers] for key in ("time", "time_end"))
    precision = store.coded(f"{table}.precision")
    low, high = days_of(time, end, type(precision)(precision.codes[numbers], precision.names), epoch)
    events = []
    for number, first, last in zip(numbers.tolist(), low.tolist(), high.tolist(), strict=True):
        if first != UNDATED:
            row = index.row(table, number)
            words = index.archive.words
            what = (
                words.one("channels", row["channel"] or "") if table == "statements" else words.one("acts", row["kind"])
            )
            events.append(Event(first, last, f"{date_text(epoch, row)}: {what}"))
    return events, len(numbers) - len(events)


def _statements(entry: Entry, index: Index, what: tuple[str, str, str], numbers: Any) -> list[Block]:
    """Return statements as a table; the other person is linked."""
    key, other, title = what
    if not len(numbers):
        return [Notice(f"{title}: none on record.")]
    columns = (other, "date", "channel", "pressure", "prompted", "source", "place", "level", "certainty")
    rows: list[tuple[Cell, ...]] = []
    for number in numbers[:_LISTED].tolist():
        values = statement_values(index, number)
        head = side_cell(entry, index, number, other)
        rows.append((head, *(cell(values[column]) for column in columns[1:])))
    note = f"The first {_LISTED:,} of {len(numbers):,}; all are counted." if len(numbers) > _LISTED else ""
    table = Table(key, columns, tuple(rows), title=f"{title} ({len(numbers):,})", numeric=("pressure",), note=note)
    return [without_unknown(index, table, "statements")]


def _acts(index: Index, numbers: Any) -> Table:
    """Return what offices did to the person."""
    columns = ("date", "kind", "rests on", "operation", "board", "outcome", "office", "source", "place")
    rows, words = [], index.archive.words
    for number in numbers[:_LISTED].tolist():
        row = index.row("acts", number)
        office = index.store.value("offices.id", row["office"]) if row["office"] >= 0 else None
        source = index.store.value("sources.id", row["source"]) if row["source"] >= 0 else None
        values = (
            date_text(index.archive.epoch, row),
            words.one("acts", row["kind"]),
            words.root(row["cause"]) if row["cause"] else row["cause"],
            row["operation"],
            row["board"],
            words.one("outcomes", row["outcome"]) if row["outcome"] else row["outcome"],
            office,
            source,
            row["place"],
        )
        rows.append(tuple(map(cell, values)))
    note = f"The first {_LISTED:,} of {len(numbers):,}." if len(numbers) > _LISTED else ""
    table = Table("acts", columns, tuple(rows), title=f"Acts that concern this person ({len(numbers):,})", note=note)
    return without_unknown(index, table, "acts")
