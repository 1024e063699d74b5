"""For a real archive: what became of the rows of the tables that were taken in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.pages.frame import ROWS, archive_page
from greatfear.web.parts import Block, Notice, Page, Prose, Table, cell

__all__ = ["intake"]


def intake(lab: Lab, address: at.Intake) -> Page:
    """Return the provenance of a real archive, each list of it as a table."""
    entry = lab.entry(address.name)
    given = entry.opened.manifest.provenance
    blocks: list[Block] = []
    for key, value in given.items():
        if _is_table(value):
            blocks.append(_table(key, value))
        elif isinstance(value, Mapping):
            blocks.append(_table(key, [{"item": k, "value": v} for k, v in value.items()]))
        elif value not in (None, "", [], ()):
            blocks.append(Prose((_words(value),), title=key.replace("_", " ")))
    if not blocks:
        blocks.append(Notice("The archive does not record how it was taken in."))
    return archive_page(entry, address, "What became of the rows taken in", blocks=tuple(blocks), rows_as=ROWS)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _table(key: str, rows: list[Any]) -> Table:
    """Return a list of mappings as a table; whole numbers stand flush right."""
    heads = tuple(dict.fromkeys(str(name) for row in rows for name in row))
    numeric = tuple(head for head in heads if all(isinstance(row.get(head), int) for row in rows))
    cells = tuple(
        tuple(cell(row[head] if head in numeric else _words(row.get(head, ""))) for head in heads) for row in rows
    )
    return Table(
        "rows" if key == "intake" else key, heads, cells, title=key.replace("_", " ").capitalize(), numeric=numeric
    )


def _words(value: Any) -> str:
    """Return a value of the provenance as a reader would write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_words(v)}" for k, v in value.items())
    return ", ".join(map(_words, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
