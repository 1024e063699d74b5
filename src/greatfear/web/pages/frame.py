"""What the pages of an archive have in common: title, kind, navigation, ways to read the filter."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry
from greatfear.web.parts import Cell, Link, Page, Table, cell

FIGURE = (("svg", "SVG"), ("png", "PNG"))
GRAPH = (("gexf", "GEXF"), ("graphml", "GraphML"))
ROWS = (("csv", "CSV"), ("parquet", "Parquet"))
"""Forms of a page beside JSON: its figure, its graph, its rows."""

_NAV: tuple[tuple[type[at.OfArchive], str, str], ...] = (
    (at.Overview, "Overview", "o"),
    (at.Cases, "Cases", "c"),
    (at.Statements, "Statements", "s"),
    (at.Persons, "Persons", "p"),
    (at.Naming, "Naming", "n"),
    (at.Time, "Time", "t"),
    (at.Map, "Map", "m"),
    (at.Sources, "Sources", "q"),
    (at.Recover, "Recover", "r"),
    (at.Sql, "SQL", "x"),
)


def archive_page(entry: Entry, address: at.OfArchive, title: str, **parts: Any) -> Page:
    """Return a page of an archive with its head."""
    manifest = entry.opened.manifest
    here = type(address)
    pages, hrefs = _pages(entry), _bare(entry.name)
    nav = tuple(Link(hrefs[words], words, is_here=page is here) for page, words, _ in pages)
    steps = {f"g {key}": hrefs[words] for _, words, key in pages} | parts.pop("steps", {})
    forms = tuple(
        Link(str(address.to(form=form)), words)
        for form, words in (("json", "JSON"), *parts.pop("rows_as", ()), ("bib", "cite"))
    )
    return Page(
        title=title, address=str(address), archive=manifest.title or entry.name, kind=manifest.kind, about=about(entry),
        nav=nav, steps=steps, forms=forms, **parts,
    )  # fmt: skip


_REAL = (at.Intake, "Intake", "i")
_RECORD, _PAPERS, _MODEL = (at.Record, "Record", "d"), (at.Papers, "Papers", "a"), (at.Model, "Model", "w")


@lru_cache(100)
def _bare(name: str) -> dict[str, str]:
    """Return the addresses of the pages of an archive with nothing chosen, by what they are called."""
    every: tuple[tuple[type[at.OfArchive], str, str], ...] = (*_NAV, _REAL, _RECORD, _PAPERS, _MODEL)
    return {words: str(page(name=name)) for page, words, _ in every}


def _pages(entry: Entry) -> list[tuple[type[at.OfArchive], str, str]]:
    """Return the pages that this archive has something for."""
    manifest = entry.opened.manifest
    found = list(_NAV)
    if manifest.kind == "real":
        found.append(_REAL)
    else:
        found.append(_RECORD)
        if "papers" in manifest.provenance:
            found.append(_PAPERS)
    return [*found, _MODEL]


def about(entry: Entry) -> str:
    """Return in words how an archive came about: simulated with which seed, or real, and its period."""
    manifest = entry.opened.manifest
    seed = manifest.provenance.get("seed")
    kind = (
        "simulated" + (f", seed {seed}" if seed is not None else "") if manifest.kind == "simulated" else "real archive"
    )
    return f"{kind}, {period(entry)}"


def period(entry: Entry) -> str:
    """Return the first and the last day of the record."""
    manifest = entry.opened.manifest
    last = entry.opened.end
    return f"{manifest.epoch} to {last - dt.timedelta(1)}" if last else f"from {manifest.epoch}"


def dates_in_words(begin: dt.date | None, until: dt.date | None) -> str:
    """Return a range of dates as a reader would write it; `until` is the last day."""
    if begin and until:
        return f"{begin} to {until}"
    return f"from {begin}" if begin else f"to {until}" if until else "all dates"


def person_link(entry: Entry, person: str) -> str:
    """Return the address of a person; empty for nobody."""
    return (
        at.filled(_person_pattern(entry.name), person) if person and "." not in person else _whole_link(entry, person)
    )


@lru_cache(100)
def _person_pattern(name: str) -> str:
    return str(at.Person(name=name, id=at.SLOTS[0]))


def _whole_link(entry: Entry, person: str) -> str:
    """Return the address of a person whose id may need an ending behind it, as one with a dot may."""
    return str(at.Person(name=entry.name, id=person)) if person else ""


def person_cell(entry: Entry, index: Index, row: int, *, href: str = "", nobody: str = "") -> Cell:
    """Return the cell of a person: the id with its link and, where one is on record, the name; `nobody` for row -1."""
    if row < 0:
        return cell(nobody or None)
    key = index.id_of(row)
    return cell(key, href or person_link(entry, key), name=index.name_of(row))


def without_unknown(index: Index, block: Table, of: str | Mapping[str, str]) -> Table:
    """Return a table without the columns that are known of no row in the whole archive.

    `of` is the table of the archive they come from, or by column the place, as in ``"acts.operation"``.
    """
    constants = index.store.meta["constants"]
    keys = (f"{of}.{name}" if isinstance(of, str) else of.get(name, "") for name in block.columns)
    kept = [k for k, key in enumerate(keys) if key not in constants or constants[key] not in (None, -1)]
    if len(kept) == len(block.columns):
        return block
    names = tuple(block.columns[k] for k in kept)
    return dataclasses.replace(
        block, columns=names, rows=tuple(tuple(row[k] for k in kept) for row in block.rows),
        numeric=tuple(name for name in block.numeric if name in names),
    )  # fmt: skip


def kind_in_words(index: Index) -> str:
    """Return what a case of the archive is, as a title."""
    words = index.archive.words
    if words:
        return f"Cases ({words.many('acts', index.forest.kind)})"
    return "Cases (arrests)" if index.forest.kind == "arrest" else "Cases (summons)"
