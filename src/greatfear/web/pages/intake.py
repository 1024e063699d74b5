"""For a real archive: what became of the rows of the tables that were taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from greatfear.errors import Fault
from greatfear.plots.findings import many
from greatfear.record.side_files import json_beside
from greatfear.web import address as at
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import ROWS, archive_page
from greatfear.web.pages.paging import SIZE
from greatfear.web.parts import Block, Cell, Chip, Link, Notice, Page, Prose, Table, cell


def intake(lab: Lab, address: at.Intake) -> Page:
    """Return what became of the rows: those left out with their reasons, then the provenance of the archive."""
    entry = lab.entry(address.name)
    given = entry.opened.manifest.provenance
    blocks: list[Block] = _left_out(entry, address)
    for key, value in given.items():
        if _is_table(value):
            blocks.append(_table(key, value))
        elif isinstance(value, Mapping):
            blocks.append(_table(key, [{"item": k, "value": v} for k, v in value.items()]))
        elif value not in (None, "", [], ()):
            blocks.append(Prose((_words(value),), title=key.replace("_", " ")))
    if not blocks:
        blocks.append(Notice("The archive does not record how it was taken in."))
    chips = tuple(
        Chip(f"{key}: {value}", str(address.to(**{key: "", "after": -1})))
        for key, value in (("table", address.table), ("reason", address.reason)) if value
    )  # fmt: skip
    title = "What became of the rows taken in" if entry.opened.kind == "real" else "How this archive was made"
    return archive_page(entry, address, title, blocks=tuple(blocks), rows_as=ROWS, chips=chips)


def notes(entry: Entry) -> list[dict[str, Any]]:
    """Return what the intake said of single rows; empty where it said nothing, or its report does not lie beside the archive."""
    told = json_beside(entry.opened, "intake.json")
    try:
        return [{key: row[key] for key in _KEYS} | {"rows": int(row.get("rows", 1))} for row in told["notes"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


_KEYS = ("table", "row", "part", "reason", "whole")


def chosen_notes(entry: Entry, address: at.Intake) -> list[dict[str, Any]]:
    """Return the notes that the address asks for; a table or reason that no note has is a fault."""
    found = notes(entry)
    faults = []
    for key, value in (("table", address.table), ("reason", address.reason)):
        known = list(dict.fromkeys(str(row[key]) for row in found))
        if value and value not in known:
            faults.append(
                Fault(f"address: {key}", repr(value), "; ".join(known[:20]) or "nothing: no row was left out")
            )
        found = [row for row in found if not value or row[key] == value]
    if faults:
        raise at.AddressError(faults, "address")
    return found


def _left_out(entry: Entry, address: at.Intake) -> list[Block]:
    """Return the reasons with their counts as links, and the rows, fifty at a time."""
    found = chosen_notes(entry, address)
    if not found:
        return []
    counts: Counter[tuple[str, str, bool]] = Counter()
    for row in found:
        counts[str(row["table"]), str(row["reason"]), bool(row["whole"])] += row["rows"]
    reasons = tuple(
        (
            cell(table), cell(reason, str(address.to(table=table, reason=reason, after=-1))),
            cell("the whole row" if whole else "in part"), cell(n),
        )
        for (table, reason, whole), n in counts.most_common()
    )  # fmt: skip
    start = max(address.after + 1, 0)
    listed = [_note(row) for row in found[start : start + SIZE]]
    links = [Link(str(address.to(after=-1)), "first page")] if start else []
    links += [Link(str(address.to(after=start + SIZE - 1)), "next page")] if start + SIZE < len(found) else []
    return [
        Table("reasons", ("table", "reason", "left out", "rows"), reasons, title="Why rows were left out", numeric=("rows",)),
        Table("rows", (*_KEYS[:-1], "left out"), tuple(listed), title=f"{many(counts.total(), 'row')} left out, whole or in part",
              numeric=("row",), pages=tuple(links)),
    ]  # fmt: skip


def _note(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    values = (
        row["table"],
        row["row"],
        row["part"] or (f"and {row['rows'] - 1:,} more rows" if row["rows"] > 1 else None),
        row["reason"],
        "the whole row" if row["whole"] else "in part",
    )
    return tuple(map(cell, values))


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _table(key: str, rows: list[Any]) -> Table:
    """Return a list of mappings as a table; whole numbers stand flush right."""
    heads = tuple(dict.fromkeys(str(name) for row in rows for name in row))
    numeric = tuple(head for head in heads if all(isinstance(row.get(head), int) for row in rows))
    cells = tuple(
        tuple(cell(row[head] if head in numeric else _words(row.get(head, ""))) for head in heads) for row in rows
    )
    shown = tuple(head.replace("_", " ") for head in heads)
    numeric = tuple(head.replace("_", " ") for head in numeric)
    return Table(f"provenance-{key}", shown, cells, title=key.replace("_", " ").capitalize(), numeric=numeric)


def _words(value: Any) -> str:
    """Return a value of the provenance as a reader would write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_words(v)}" for k, v in value.items())
    return ", ".join(map(_words, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
