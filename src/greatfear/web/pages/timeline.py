"""Everything that is counted by time, in small drawings on one axis."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from greatfear.archive import Archive
from greatfear.describe.description import Description
from greatfear.errors import Fault
from greatfear.plots.drawn import COUNTED, MOST_WINDOWS, Drawn, Windows, in_one_window, over_time, reproduction
from greatfear.plots.marks.calendar import Period, date_of, shown_periods
from greatfear.plots.marks.lines import Line, panel
from greatfear.plots.marks.svg import shown
from greatfear.record.side_files import json_beside
from greatfear.web import address as at
from greatfear.web.aside import answered
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import FIGURE, ROWS, archive_page, dates_in_words, period
from greatfear.web.parts import Block, Chip, Figure, Form, Input, Notice, Page, Table, cell

_UNITS = ("day", "month", "year")
_SERIES = {
    "fear.json": (("mean_fear", "Mean fear of the units"), ("frightened_units", "Frightened units")),
    "votes.json": (("reported_share", "Share of hands raised in meetings"), ("private_share", "Share that agreed in private")),
    "centre.json": (("belief", "Members that the centre believes in"), ("members_at_large", "Members at large, in truth")),
}  # fmt: skip
"""Series that a simulated run writes beside its archive."""


def described(entry: Entry, by: str) -> Description:
    """Return the description of an archive, worked out once for each unit of time."""
    archive = entry.opened
    found: Description = entry.kept(
        ("describe", by), lambda: answered(archive, "describe", {"by": by}), "The description"
    )
    return found


def window_of(archive: Archive) -> str:
    """Return the unit of tables by time: days where a record covers less than four months, in which months say nothing."""
    return "day" if archive.end is not None and (archive.end - archive.epoch).days < 120 else "month"


def timeline(lab: Lab, address: at.Time) -> Page:
    """Return counts, naming and what else a run measures, by day, month or year."""
    entry = lab.entry(address.name)
    archive = entry.opened
    _check(address)
    by = address.by or window_of(archive)
    found, windows = _read(entry, by, address)
    by = "year" if windows is not None and not address.by and windows.by == "year" else by
    form = Form(
        str(at.Time(name=entry.name)),
        (
            Input("by", "By", by, "select", tuple((u, u) for u in _UNITS)),
            Input("from", "from", str(address.from_ or ""), "date-text", note=period(entry)),
            Input("until", "to", str(address.until or ""), "date-text", note=period(entry)),
        ),
        "Show", style="row",
    )  # fmt: skip
    if windows is None:
        words = (
            "Nothing in this archive is dated finely enough. The column `time` of statements and acts would give it."
        )
        return archive_page(entry, address, "Over time", blocks=(form, Notice(words)))
    marks = periods(entry)
    drawn = [*over_time(windows, periods=marks), *reproduction(found, windows)]
    blocks = [
        form,
        *map(Notice, _told(windows, by)),
        *(_figure(one, windows) for one in drawn),
    ]
    blocks += [*_measured(entry, windows.span, archive.epoch), *_named(marks, windows), _table(windows)]
    chip = Chip(dates_in_words(address.from_, address.until), str(address.to(from_=None, until=None)))
    return archive_page(
        entry,
        address,
        "Over time",
        blocks=tuple(blocks),
        chips=(chip,) if address.from_ or address.until else (),
        rows_as=(*ROWS, *FIGURE),
    )


def _read(entry: Entry, by: str, address: at.Time) -> tuple[Description, Windows | None]:
    """Return the description and its windows; by year where days would be too many to be drawn."""
    is_long = by == "day" and not (address.from_ or address.until) and _days(entry) > MOST_WINDOWS
    by = "year" if is_long else by
    found = described(entry, by)
    pick = Windows.of if address.by else Windows.legible
    return found, pick(found, by, address.from_, address.until)


def _days(entry: Entry) -> int:
    """Return the days from the first to the last case or statement; days that nobody could see are then not counted."""
    index = entry.index()
    spans = [cube.days for cube in (index.cases, index.statements) if cube.n_dated]
    return max((last for _, last in spans), default=0) - min((first for first, _ in spans), default=0)


_TOO_MANY = (
    "By {by} there would be more than 10,000 windows, so years are shown. A shorter range of dates has room for {by}s."
)


def _told(windows: Windows, by: str) -> list[str]:
    """Return in words what the drawings leave out."""
    return [*([_TOO_MANY.format(by=by)] if windows.by != by else []), *in_one_window(windows)]


def _check(address: at.Time) -> None:
    faults = []
    if address.by not in ("", *_UNITS):
        faults.append(Fault("address: by", repr(address.by), ", ".join(_UNITS)))
    if address.from_ and address.until and address.from_ > address.until:
        faults.append(Fault("address: until", str(address.until), f"a date not before {address.from_}"))
    if faults:
        raise at.AddressError(faults, "address")


def _figure(one: Drawn, windows: Windows) -> Figure:
    """Return a drawing as a figure of the page; dragging across any of them chooses the dates of all."""
    cells = tuple(tuple(map(cell, row)) for row in one.rows)
    numbers = Table(one.key, one.heads, cells, title="The numbers behind it", numeric=one.heads[1:], is_folded=True)
    first, last = windows.span
    brush = {"first": first, "last": last, "epoch": windows.epoch.isoformat(), "step": 7}
    return Figure(one.key, one.title, one.svg, numbers=numbers, note=one.note, brush=brush)


def periods(entry: Entry) -> list[Period]:
    """Return when operations, chiefs and the halt of the scenario began, earliest first; none where there is no scenario."""
    told = json_beside(entry.opened, "scenario.json")
    try:
        found = [(one["start"], one["name"] or one["id"]) for one in told.get("operations") or ()]
        found += [(one["since"], f"{one['name']} becomes chief") for one in (told.get("chiefs") or ())[1:]]
        found += [(told["halt"]["date"], "the halt")] if (told.get("halt") or {}).get("date") else []
        days = {dt.date.fromisoformat(str(date)): str(name) for date, name in found}
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    return [((date - entry.opened.epoch).days, name) for date, name in sorted(days.items())][:_MOST_PERIODS]


_MOST_PERIODS = 20


def _named(marks: list[Period], windows: Windows) -> list[Block]:
    """Return what the numbers above the dashed lines stand for."""
    rows = tuple(
        (cell(k), cell(str(date_of(day, windows.epoch))), cell(name))
        for k, (day, name) in enumerate(shown_periods(marks, windows.span), 1)
    )
    title = "The dashed lines: what began then, in the scenario"
    return [Table("periods", ("mark", "date", "what began"), rows, title=title)] if rows else []


def _measured(entry: Entry, span: tuple[int, int], epoch: dt.date) -> list[Block]:
    """Return what a simulated run measured besides its archive."""
    if entry.path is None or entry.opened.kind != "simulated":
        return []
    blocks: list[Block] = []
    for file, measures in _SERIES.items():
        series = _read_series(json_beside(entry.opened, file))
        for key, title in measures:
            if key in series and "day" in series and any(math.isfinite(v) for v in series[key]):
                title = entry.opened.words.reworded(title)  # noqa: PLW2901
                line = Line(series["day"], series[key], title)
                blocks.append(
                    _panel(key.replace("_", "-"), f"{title} (measured in the simulated world)", line, (span, epoch))
                )
    return blocks


def _read_series(told: Any) -> dict[str, list[float]]:
    """Return the columns of a series that a run wrote; empty where there is none."""
    try:
        names, rows = told["columns"], told["series"]
        if "meetings" in names:  # without a meeting there is no share of hands raised
            held = names.index("meetings")
            rows = [[v if k < 4 or row[held] else None for k, v in enumerate(row)] for row in rows]
        return {name: [_float(row[k]) for row in rows] for k, name in enumerate(names)}
    except (ValueError, KeyError, TypeError, IndexError):
        return {}


def _table(windows: Windows) -> Table:
    counted = [name for name in COUNTED if not windows.words or windows.counts(name).any()]
    columns = ("window", *map(windows.words.quantity, counted))
    rows = tuple(
        tuple(map(cell, (label, *(int(row.get(name, 0) or 0) for name in counted))))
        for label, row in zip(windows.labels, windows.rows, strict=True)
    )
    return Table("rows", columns, rows, title=f"All counts by {windows.by}", numeric=columns[1:], is_folded=True)


def _panel(key: str, title: str, line: Line, axis: tuple[tuple[int, int], dt.date]) -> Figure:
    """Return one small drawing of what was measured between the days of the axis."""
    span, epoch = axis
    pairs = [
        (d, v) for d, v in zip(line.days, line.values, strict=True) if math.isfinite(d) and span[0] <= d <= span[1]
    ]
    highest = max((v for _, v in pairs if math.isfinite(v)), default=0)
    about = f"{len(pairs):,} values, the highest {shown(highest)}."
    line = Line([d for d, _ in pairs], [v for _, v in pairs], line.name)
    return Figure(key, title, panel(key, (title, about), [line], span, epoch=epoch), note=about)


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)
