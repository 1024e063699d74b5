"""Searching persons."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import ROWS, archive_page, person_link, without_unknown
from greatfear.web.parts import Cell, Form, Input, Link, Notice, Page, Table, cell

SIZE = 50
SORTS = ("id", "named", "naming", "acts")
HOWS = (("start", "ids that begin with this"), ("any", "ids, names and aliases that hold this"))


def persons(lab: Lab, address: at.Persons) -> Page:
    """Return the persons whose id begins with a text, or who hold it anywhere, fifty at a time."""
    entry = lab.entry(address.name)
    index = entry.index()
    address.hold_to(sort=SORTS, how=(how for how, _ in HOWS))
    rows = found_rows(index, address)
    start = max(address.after + 1, 0)
    page = rows[start : start + SIZE].tolist()
    links = [Link(str(address.to(after=-1)), "first page")] if start else []
    links += [Link(str(address.to(after=start + SIZE - 1)), "next page")] if start + SIZE < len(rows) else []
    table = Table(
        "rows", ("person", "name", "region", "stratum", "unit", "named", "naming", "acts"),
        tuple(_row(entry, index, row) for row in page),
        title=f"{len(rows):,} of {len(index.people):,} persons" if len(rows) else "",
        numeric=SORTS[1:], pages=tuple(links),
        heads={"person": str(address.to(sort="id", after=-1))} | {key: str(address.to(sort=key, after=-1)) for key in SORTS[1:]},
        note="named: statements against the person. naming: statements by the person. acts: what an office did to the person.",
    )  # fmt: skip
    table = without_unknown(index, table, "persons")
    form = Form(
        str(at.Persons(name=entry.name)),
        (Input("q", "Id or name", address.q, "search"), Input("how", "Look for", address.how, "choice", HOWS)),
        "Search", style="row",
    )  # fmt: skip
    keys = {"first page": "[", "next page": "]"}
    return archive_page(
        entry, address, "Persons", blocks=(form, *_nothing(address, index, len(rows)), table), rows_as=ROWS,
        count=(len(rows), len(index.people), "persons"), steps={keys[link.text]: link.href for link in links},
    )  # fmt: skip


def _nothing(address: at.Persons, index: Index, n: int) -> tuple[Notice, ...]:
    """Say why there is no row, and where else to look."""
    if n:
        return ()
    if not len(index.people):
        return (Notice("This archive holds no person. A row in `persons`, with an `id`, would be one."),)
    if address.how == "any":
        return (Notice("No id, name or alias holds this."),)
    within = Link(str(address.to(how="any", after=-1)), "Look inside ids, names and aliases")
    return (Notice("No id begins with this.", links=(within,)),)


def found_rows(index: Index, address: at.Persons) -> npt.NDArray[np.integer[Any]]:
    """Return the rows of the persons that a search finds, in the order asked for."""
    rows = index.people.holding(address.q) if address.how == "any" and address.q else index.people.starting(address.q)
    if (own := index.people.find(address.q)) >= 0:  # the person whose whole id is asked for comes first
        rows = np.r_[own, rows[rows != own]]
    if address.sort == "id":
        return rows
    counts = _counts(index, address.sort)[rows]
    found: npt.NDArray[np.integer[Any]] = rows[np.argsort(-counts.astype(np.int64), kind="stable")]
    return found


def _counts(index: Index, key: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    if key == "acts":
        return np.asarray(index.n_acts)
    return np.asarray(index.n_against if key == "named" else index.n_by)


def _row(entry: Entry, index: Index, row: int) -> tuple[Cell, ...]:
    person, store = index.id_of(row), index.store
    about = (store.value(f"persons.{key}", row) for key in ("name", "region", "stratum", "unit"))
    counts = (int(_counts(index, key)[row]) for key in SORTS[1:])
    return (cell(person, person_link(entry, person)), *map(cell, about), *map(cell, counts))
