"""A simulated archive beside the published record: every quantity with its error, also where it is bad."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from greatfear.plots.marks.factors import LEGEND, factors
from greatfear.plots.report_record import factors_of
from greatfear.web import address as at
from greatfear.web.aside import answered
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import FIGURE, ROWS, archive_page
from greatfear.web.parts import Block, Figure, Notice, Page, Table, cell

_SORTS = ("order", "error")


def record(lab: Lab, address: at.Record) -> Page:
    """Return the comparison with the published record, where the scenario has one."""
    entry = lab.entry(address.name)
    address.hold_to(sort=_SORTS)
    found = compared(entry)
    if found is None:
        words = (
            "There is no published record to compare this archive with: the catalogue holds one for the "
            "Great Terror and its variants."
        )
        return archive_page(entry, address, "Beside the published record", blocks=(Notice(words),))
    rows = (
        sorted(found.rows, key=lambda row: -abs(row.error) if math.isfinite(row.error) else 1)
        if address.sort == "error"
        else list(found.rows)
    )
    told = tuple(Notice(line) for line in found.sentences())
    blocks: tuple[Block, ...] = (*told, *_figures(rows, found.n_replicates), _table(entry, address, rows))
    return archive_page(
        entry,
        address,
        "Beside the published record",
        blocks=blocks,
        rows_as=(*ROWS, *FIGURE),
    )


def compared(entry: Entry) -> Any:
    """Return the comparison, or None where there is no record of the same history."""
    archive = entry.opened
    scenario = archive.manifest.provenance.get("scenario")
    name = scenario.get("id", "") if isinstance(scenario, dict) else ""
    if archive.kind != "simulated" or not str(name).startswith("great-terror"):
        return None
    from greatfear.catalogue import scenarios

    base = str(name) if name in scenarios() else "great-terror"
    return entry.kept(
        ("record",), lambda: answered(archive, "record", {"entry": base}), "The comparison with the record"
    )


_AT_ONCE = 18
"""Quantities of one drawing: as many as stand on a sheet of paper."""


def _figures(rows: list[Any], n_replicates: int) -> list[Figure]:
    """Return the errors as in the report, on one scale of factors; a drawing holds as many as stand on a sheet."""
    drawn = factors_of(rows)
    chance = (
        f" Bar: fifth to ninety-fifth percentile of {n_replicates:,} replicates, chance alone." if n_replicates else ""
    )
    figures = []
    for first in range(0, len(drawn), _AT_ONCE):
        part = drawn[first : first + _AT_ONCE]
        about = f"quantities {first + 1:,} to {first + len(part):,} of {len(drawn):,}"
        title = f"{'Simulated over record, every quantity' if first == 0 else 'Simulated over record'} ({about})"
        key = f"errors-{first // _AT_ONCE + 1}"
        figures.append(Figure(key, title, factors(key, (title, about), part), note="" if first else LEGEND + chance))
    return figures


def _table(entry: Entry, address: at.Record, rows: list[Any]) -> Table:
    columns: tuple[str, ...] = (
        "quantity",
        "unit",
        "simulated",
        "low",
        "high",
        "record",
        "error",
        "role",
        "group",
        "claim",
        "verdict",
        "source",
        "note",
    )
    columns = tuple(name for name in columns if any(getattr(row, name) not in (None, "") for row in rows))
    cells = tuple(
        tuple(
            cell(
                getattr(row, name),
                days_address(entry, row.key) if name == "quantity" else "",
                mark="doubt" if name == "error" and math.isfinite(row.error) and abs(row.error) > 0.25 else "",
            )
            for name in columns
        )
        for row in rows
    )
    return Table(
        "rows", columns, cells, title="Every quantity", numeric=("simulated", "low", "high", "record", "error"),
        heads={"error": str(address.to(sort="error")), "quantity": str(address.to(sort="order"))},
        note="Role: an input was given to the scenario; a calibrated number was fitted; a partly calibrated one is a total that "
        "contains what was fitted; a prediction is none of these. A "
        "quantity that counts the days of a period leads to the counts of these days over time.",
    )  # fmt: skip


def days_address(entry: Entry, key: str) -> str:
    """Return the address of the counts over the days that a quantity counts; empty where its name holds no dates."""
    window, until = days_of(key), re.search(r"-(\d{4}-\d\d-\d\d)$", key)
    if window is not None:
        return str(at.Time(name=entry.name, from_=window[0], until=window[1] - dt.timedelta(1)))
    return str(at.Time(name=entry.name, until=dt.date.fromisoformat(until[1]))) if until else ""


def days_of(key: str) -> tuple[dt.date, dt.date] | None:
    """Return the days that a published number of arrests counts: the first, and the one after the last.

    Keys are as in ``arrests-1937`` and ``arrests-1938-07-to-1938-10``.
    """
    found = re.fullmatch(r"arrests-(\d{4})(?:-(\d\d)-to-(\d{4})-(\d\d))?", key)
    if found is None:
        return None
    year, month, last_year, last_month = (int(part) if part else 0 for part in found.groups())
    if not month:
        return dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    return dt.date(year, month, 1), dt.date(last_year + last_month // 12, last_month % 12 + 1, 1)
