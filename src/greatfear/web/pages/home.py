"""The first screen: three questions, your archives, the scenarios."""

from __future__ import annotations

from greatfear.web import address as at
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import period
from greatfear.web.parts import Cell, Page, Table, cell

__all__ = ["home"]


def home(lab: Lab, address: at.Home) -> Page:
    """Return the first screen."""
    lab.look_for_runs()
    rows = tuple(_row(entry) for entry in lab.entries.values())
    columns = ("archive", "kind", "persons", "statements", "acts", "period")
    table = Table(
        "archives", columns, rows, title="Your archives", numeric=("persons", "statements", "acts"),
        note="" if rows else "None yet. Give one on the command line: greatfear lab FOLDER",
    )  # fmt: skip
    return Page(title="The lab", address=str(address), blocks=(table,))


def _row(entry: Entry) -> tuple[Cell, ...]:
    """Return one archive of the list; a damaged one with its error."""
    if entry.archive is None:
        return (
            cell(f"{entry.name}: {entry.error}", mark="doubt"),
            cell("damaged"),
            cell(None),
            cell(None),
            cell(None),
            cell(""),
        )
    manifest = entry.archive.manifest
    counts = (manifest.tables[name].rows for name in ("persons", "statements", "acts"))
    title = manifest.title or entry.name
    return (
        cell(title, str(at.Overview(name=entry.name))),
        cell(manifest.kind),
        *map(cell, counts),
        cell(period(entry)),
    )
