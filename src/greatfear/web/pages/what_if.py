"""What-if pairs: two histories on one axis, and who was concerned in both or in one only, with both chains."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Any

import numpy as np

from greatfear.errors import UnknownNameError, nearest
from greatfear.plots.findings import many
from greatfear.plots.marks.calendar import date_of
from greatfear.plots.marks.lines import Line, panel
from greatfear.web import address as at
from greatfear.web.jobs import Job
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.effects import effects, question
from greatfear.web.pages.why import chain_of
from greatfear.web.pages.work import job
from greatfear.web.parts import Block, Fact, Facts, Figure, Link, Links, Notice, Page, Prose, Sides, Table, cell

SIZE = 50
FATES = ("accused", "arrested", "sentenced", "death")
WHICH = (("both", "in both"), ("only_base", "only as it was"), ("only_changed", "only with the change"))


def what_if(lab: Lab, address: at.WhatIf) -> Page:
    """Return two histories: what the change does to every quantity, and who was concerned in both or in one only."""
    found = lab.jobs.as_it_stands(address.id)
    if not found.result:
        return job(lab, at.JobPage(id=address.id))
    address.hold_to(fate=FATES, which=(which for which, _ in WHICH))
    result = found.result
    title, changes = question(result["changes"])
    blocks = (
        *_fates(address, found, changes), *_chains(lab, address, result), *_histories(lab, result), effects(result),
        _persons(lab, address, result),
    )  # fmt: skip
    return Page(
        title=title,
        address=str(address),
        blocks=blocks,
        kind="simulated",
        archive=result["title"],
        about=f"simulated, seed {found.asked['seed']}",
        forms=(Link(str(address.to(form="json")), "JSON"),),
    )


def _fates(address: at.WhatIf, found: Job, changes: str) -> tuple[Block, ...]:
    """Return how many persons a fate befell in both histories and in one only, over all pairs."""
    counts = found.result["counts"][address.fate]
    facts = Facts(
        tuple(
            Fact(float(counts[key]), f"{address.fate} {words}", str(address.to(which=key, after=-1)))
            for key, words in WHICH
        )
    )
    links = tuple(Link(str(address.to(fate=fate, after=-1)), fate, is_here=fate == address.fate) for fate in FATES)
    note = (
        f"The change: {changes}. Means over {many(found.asked['pairs'], 'pair')}. Random numbers are shared: the two "
        "histories differ in nothing but the change and what follows from it."
    )
    return Links(links, style="row"), facts, Notice(note)


def _histories(lab: Lab, result: dict[str, Any]) -> list[Block]:
    """Return links to the two archives of the first pair."""
    lab.look_for_runs()
    links = []
    for which, words in (
        ("base", "As it was: the archive of the first pair"),
        ("changed", "With the change: the archive of the first pair"),
    ):
        entry = lab.entry_at(result["folders"][which])
        links.append(Link(str(at.Cases(name=entry.name)), words))
    return [Links(tuple(links), style="row"), *_both(result)]


def _both(result: dict[str, Any]) -> list[Block]:
    """Return the arrests of the first pair by week, both histories on one axis, and the difference beneath."""
    if "weeks" not in result:  # kept by an earlier version
        return []
    base, changed = (np.array(result["weeks"][which]["arrests"], float) for which in ("base", "changed"))
    days, epoch = [7.0 * k for k in range(len(base))], dt.date.fromisoformat(result["epoch"])
    lines = [
        Line(days, np.cumsum(base).tolist(), "as it was"),
        Line(days, np.cumsum(changed).tolist(), "with the change", colour="#8c3d00", dash="6 4"),
    ]
    title = "Arrests so far, in the first pair"
    about = f"As it was: {int(base.sum()):,} (solid). With the change: {int(changed.sum()):,} (dashed)."
    heads = ("week", "as it was", "with the change", "difference")
    rows = tuple(
        (cell(k + 1), cell(int(b)), cell(int(c)), cell(int(c - b)))
        for k, (b, c) in enumerate(zip(base, changed, strict=True))
    )
    table = Table("weeks", heads, rows, numeric=heads, is_folded=True)
    svg = panel("histories", (title, about), lines, (0, 7 * len(base)), epoch=epoch, height=200)
    return [Figure("histories", title, svg, numbers=table, note=about)]


def _chains(lab: Lab, address: at.WhatIf, result: dict[str, Any]) -> tuple[Block, ...]:
    """Return the chains behind the cases of the person that was chosen, those of both histories side by side."""
    if not address.show:
        return ()
    if address.show not in (str(row["person"]) for row in result["persons"]):
        known = [str(row["person"]) for row in result["persons"]]
        raise UnknownNameError("person", address.show, nearest(address.show, known) or known[:3])
    base, changed = (
        _side(lab.entry_at(result["folders"][which]), address.show, words)
        for which, words in (("base", "As it was"), ("changed", "With the change"))
    )
    back = Links((Link(str(address.to(show="")), "Close the chains"),), style="row")
    return Prose((), title=f"Both chains of {address.show}, in the first pair"), Sides(base, changed), back


def _side(entry: Entry, person: str, words: str) -> tuple[Block, ...]:
    """Return the chains behind the cases of a person in one history."""
    index = entry.index()
    if index.people.find(person) < 0:
        return (Notice(f"{words}: the record of this history does not hold this person."),)
    answer = index.why(person)
    if not answer.chains:
        return (Notice(f"{words}: no {answer.words.one('acts', answer.case)} of this person is on record."),)
    chains = [chain_of(entry, answer, chain, root) for chain, root in zip(answer.chains, answer.roots, strict=True)]
    link = Links(
        (Link(str(at.Why(name=entry.name, id=person)), f"{words}: every statement against this person"),), style="row"
    )
    return (*(dataclasses.replace(one, title=f"{words}. {one.title}") for one in chains), link)


def _persons(lab: Lab, address: at.WhatIf, result: dict[str, Any]) -> Table:
    """Return the persons of the first pair whom a fate befell in both histories or in one only, with both chains to compare."""
    rows = [row for row in result["persons"] if _befell(row, address.fate) == address.which]
    entries = {which: lab.entry_at(result["folders"][which]) for which in ("base", "changed")}
    names = {which: entry.name for which, entry in entries.items()}
    start = max(address.after + 1, 0)
    called = _called(list(entries.values()), [str(row["person"]) for row in rows[start : start + SIZE]])
    cells = []
    for row in rows[start : start + SIZE]:
        links = [
            cell(words, str(at.Why(name=names[which], id=str(row["person"]))))
            if _is(row, which, address.fate)
            else cell(None)
            for which, words in (("base", "why, as it was"), ("changed", "why, with the change"))
        ]
        cells.append(
            (
                cell(row["person"], str(address.to(show=str(row["person"]))), name=called.get(str(row["person"]), "")),
                *links,
                cell(row["region"]),
                cell(row["stratum"]),
                *(cell(_on(row[f"{fate}_day_{which}"], entries[which])) for fate, which in _DAYS),
            )
        )
    pages = [Link(str(address.to(after=-1)), "first page")] if start else []
    pages += [Link(str(address.to(after=start + SIZE - 1)), "next page")] if start + SIZE < len(rows) else []
    heads = (
        "person",
        "as it was",
        "with the change",
        "region",
        "stratum",
        *(f"{fate}, {_SIDES[which]}" for fate, which in _DAYS),
    )
    return Table(
        "rows",
        heads,
        tuple(cells),
        title=f"{many(len(rows), 'person')} {address.fate} {dict(WHICH)[address.which]}, in the first pair",
        pages=tuple(pages),
        note="A person leads to both chains, side by side.",
    )


def _called(entries: list[Entry], persons: list[str]) -> dict[str, str]:
    """Return the names of persons by id, as far as the archives record them."""
    query = "select id, name from persons where name is not null and list_contains(?, id)"
    found = [entry.opened.sql(query, [persons]).to_pylist() for entry in entries if persons]
    return {row["id"]: row["name"] for rows in found for row in rows}


_DAYS = tuple((fate, which) for fate in ("accused", "arrested") for which in ("base", "changed"))
_SIDES = {"base": "as it was", "changed": "with the change"}


def _on(day: Any, entry: Entry) -> str | None:
    """Return the date of a day of the simulation."""
    return None if day is None or not math.isfinite(day) else str(date_of(int(day), entry.opened.epoch))


def _is(row: dict[str, Any], which: str, fate: str) -> bool:
    return bool(row[f"{fate}_{which}"])


def _befell(row: dict[str, Any], fate: str) -> str:
    base, changed = _is(row, "base", fate), _is(row, "changed", fate)
    return "both" if base and changed else "only_base" if base else "only_changed" if changed else ""
