"""Everything that is counted by time, in small drawings on one axis."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from typing import Any

from greatfear.describe.description import Description
from greatfear.errors import Fault
from greatfear.web import address as at
from greatfear.web.lab import Entry, Lab
from greatfear.web.marks.lines import Line, panel
from greatfear.web.pages.frame import archive_page
from greatfear.web.parts import Block, Figure, Form, Input, Notice, Page, Table, cell

__all__ = ["described", "timeline"]

_UNITS = ("day", "month", "year")
_COUNTS = (
    ("statements", "Statements"), ("arrests", "Arrests"), ("summonses", "Summonses"), ("interrogations", "Interrogations"),
    ("sentences", "Sentences"), ("deaths", "Death sentences"),
)  # fmt: skip
_SERIES = {
    "fear.json": (("mean_fear", "Mean fear of the units"), ("frightened_units", "Frightened units")),
    "votes.json": (("reported_share", "Share of hands raised in meetings"), ("private_share", "Share that agreed in private")),
    "centre.json": (("belief", "Members that the centre believes in"), ("members_at_large", "Members at large, in truth")),
}  # fmt: skip
"""Series that a simulated run writes beside its archive."""


def described(entry: Entry, by: str) -> Description:
    """Return the description of an archive, worked out once for each unit of time."""
    archive = entry.opened
    found: Description = entry.kept(("describe", by), lambda: archive.describe(by=by), "The description")
    return found


def timeline(lab: Lab, address: at.Time) -> Page:
    """Return counts, naming and what else a run measures, by day, month or year."""
    entry = lab.entry(address.name)
    archive = entry.opened
    if address.by not in ("", *_UNITS):
        raise at.AddressError([Fault("address: by", repr(address.by), ", ".join(_UNITS))], "address")
    by = address.by or ("day" if archive.end and (archive.end - archive.epoch).days < 120 else "month")
    found = described(entry, by)
    rows = found.frames[f"by_{by}"].rows()
    days = [_day(row["window"], archive.epoch) for row in rows]
    form = Form(
        str(at.Time(name=entry.name)),
        (Input("by", "By", by, "select", tuple((u, u) for u in _UNITS)),),
        "Show",
        style="row",
    )
    blocks: list[Block] = [form]
    known = [day for day in days if day is not None]
    if not known:
        blocks.append(
            Notice(
                "Nothing in this archive is dated finely enough. The column `time` of statements and acts would give it."
            )
        )
        return archive_page(entry, address, "Over time", blocks=tuple(blocks))
    span = (int(min(known)), int(max(known)) + {"day": 1, "month": 31, "year": 366}[by])
    for key, title in _COUNTS:
        values = [float(row[key]) for row in rows]
        if any(values):
            blocks.append(_panel(key, f"{title} by {by}", Line(_numbers(days), values, title), (span, archive.epoch)))
    blocks += _reproduction(found, by, span, archive.epoch)
    blocks += _measured(entry, span, archive.epoch)
    blocks.append(_table(rows, by))
    return archive_page(entry, address, "Over time", blocks=tuple(blocks), rows_as=(("csv", "CSV"), ("svg", "SVG")))


def _day(window: str, epoch: dt.date) -> int | None:
    """Return the first day of a window; None for rows that are not dated finely enough."""
    text = f"{window}-01-01"[:10] if len(window) == 4 else f"{window}-01"[:10] if len(window) == 7 else window
    try:
        return (dt.date.fromisoformat(text) - epoch).days
    except ValueError:
        return None


def _numbers(days: Sequence[int | None]) -> list[float]:
    return [math.nan if day is None else float(day) for day in days]


def _panel(key: str, title: str, line: Line, axis: tuple[tuple[int, int], dt.date], **more: Any) -> Figure:
    """Return one small drawing."""
    span, epoch = axis
    pairs = [(d, k) for k, d in enumerate(line.days) if math.isfinite(d)]
    kept = [k for _, k in pairs]

    def take(values: Sequence[float]) -> list[float]:
        return [values[k] for k in kept] if len(values) else []

    line = Line(
        [d for d, _ in pairs], take(line.values), line.name, take(line.low), take(line.high), line.colour, line.dash
    )
    highest = max((v for v in line.values if math.isfinite(v)), default=0)
    about = f"{len(kept):,} values, the highest {highest:,.4g}."
    return Figure(key, title, panel(key, (title, about), [line], span, epoch=epoch, **more), note=more.get("note", ""))


def _reproduction(found: Description, by: str, span: tuple[int, int], epoch: dt.date) -> list[Block]:
    """Return the new persons named per deponent, with the interval."""
    frame = found.frames.get("deponents") or found.frames["reproduction"]
    rows = frame.rows()
    if not rows or not any(row["deponents"] for row in rows):
        return []
    measure = "new_names_per_deponent" if "new_names_per_deponent" in frame.columns else "R"
    keys = (measure, f"{measure}_low", f"{measure}_high")
    values = [[_float(row[key]) for row in rows] for key in keys]
    days = _numbers([_day(row["window"], epoch) for row in rows])
    line = Line(days, values[0], "new persons named per deponent", values[1], values[2])
    title = f"New persons named per deponent, by {by}, with its 95 per cent interval"
    columns = ("window", "deponents", "new_names", *keys)
    table = Table(
        "reproduction", columns, tuple(tuple(cell(row[c]) for c in columns) for row in rows), title="The numbers behind it",
        numeric=columns[1:], is_folded=True,
    )  # fmt: skip
    figure = _panel("R", title, line, (span, epoch), level=1.0)
    return [
        Figure(
            figure.key,
            title,
            figure.svg,
            numbers=table,
            note="Above the dashed line each deponent brings in more than one new person.",
        )
    ]


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _measured(entry: Entry, span: tuple[int, int], epoch: dt.date) -> list[Block]:
    """Return what a simulated run measured besides its archive."""
    if entry.path is None or entry.opened.kind != "simulated":
        return []
    blocks: list[Block] = []
    for file, measures in _SERIES.items():
        series = _read_series(entry.path / file)
        for key, title in measures:
            if key in series and "day" in series and any(math.isfinite(v) for v in series[key]):
                line = Line(series["day"], series[key], title)
                blocks.append(
                    _panel(key.replace("_", "-"), f"{title} (measured in the simulated world)", line, (span, epoch))
                )
    return blocks


def _read_series(file: Any) -> dict[str, list[float]]:
    """Return the columns of a series that a run wrote; empty where there is none."""
    try:
        told = json.loads(file.read_text("utf-8"))
        names, rows = told["columns"], told["series"]
        if "meetings" in names:  # without a meeting there is no share of hands raised
            held = names.index("meetings")
            rows = [[v if k < 4 or row[held] else None for k, v in enumerate(row)] for row in rows]
        return {name: [_float(row[k]) for row in rows] for k, name in enumerate(names)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _table(rows: list[dict[str, Any]], by: str) -> Table:
    columns = tuple(rows[0]) if rows else ("window",)
    return Table(
        "rows", columns, tuple(tuple(cell(row[name]) for name in columns) for row in rows), title=f"All counts by {by}",
        numeric=columns[1:], is_folded=True,
    )  # fmt: skip
