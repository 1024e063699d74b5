"""What a description shows, as drawings for the report and the lab: counts over time, naming, what cases rest on."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from greatfear.describe.description import Description
from greatfear.describe.series_figure import called
from greatfear.plots.marks.bars import bars
from greatfear.plots.marks.calendar import Period
from greatfear.plots.marks.lines import Line, panel
from greatfear.plots.marks.strip import strip
from greatfear.plots.marks.svg import shown
from greatfear.plots.points import Point
from greatfear.show.wording import Wording

_COUNTS = (
    ("statements", "Statements"), ("arrests", "Arrests"), ("summonses", "Summonses"), ("interrogations", "Interrogations"),
    ("sentences", "Sentences"), ("deaths", "Death sentences"),
)  # fmt: skip
COUNTED = tuple(name for name, _ in _COUNTS)
"""What is counted by window."""
_UNITS = {"day": "D", "month": "M", "year": "Y"}
MOST_WINDOWS = 10_000
"""Windows that are drawn at most."""


@dataclass(frozen=True)
class Drawn:
    """A drawing with its words and the numbers behind it."""

    key: str
    title: str
    svg: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Windows:
    """The windows of a description from the first to the last that holds anything, without gaps.

    Parameters
    ----------
    by : str
        ``"day"``, ``"month"`` or ``"year"``.
    labels : tuple of str
    edges : array of int
        Days since the epoch at which the windows begin, with the end of the last.
    rows : tuple of dict
        The row of ``frames["by_..."]`` of each window; empty where it has none.
    """

    by: str
    labels: tuple[str, ...]
    edges: np.ndarray[tuple[int], np.dtype[np.int64]]
    rows: tuple[dict[str, Any], ...]
    epoch: dt.date
    words: Wording = field(default_factory=Wording)

    @classmethod
    def of(
        cls, found: Description, by: str, begin: dt.date | None = None, until: dt.date | None = None
    ) -> Windows | None:
        """Return the windows that lie between two days; None where nothing is dated finely enough.

        Where there would be more than 10,000, the windows are years: a single stray date can lie thousands of years apart.
        """
        frame = {str(row["window"]): row for row in found.frames[f"by_{by}"].rows() if row["window"] != "undated"}
        known = [_start(label, by) for label, row in frame.items() if any(row[name] for name in COUNTED)]
        first = min(known, default=None) if begin is None else _start(begin, by)
        last = max(known, default=None) if until is None else _start(until, by)
        if first is None or last is None or last < first:
            return None
        if by != "year" and int((last - first).astype(np.int64)) >= MOST_WINDOWS:
            return cls.of(found, "year", begin, until)
        starts = np.arange(first, last + np.array(2, f"timedelta64[{_UNITS[by]}]"))
        labels = tuple(str(start) for start in starts[:-1])
        edges = (starts.astype("datetime64[D]") - np.datetime64(found.epoch, "D")).astype(np.int64)
        return cls(by, labels, edges, tuple(frame.get(label, {}) for label in labels), found.epoch, found.words)

    @classmethod
    def legible(
        cls, found: Description, by: str, begin: dt.date | None = None, until: dt.date | None = None
    ) -> Windows | None:
        """Return windows as `of` does, but years where months would be thinner than a point."""
        windows = cls.of(found, by, begin, until)
        is_long = windows is not None and len(windows.labels) > _CENTURY
        return cls.of(found, "year", begin, until) if is_long else windows

    def counts(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return one count by window."""
        return np.array([int(row.get(name, 0) or 0) for row in self.rows], np.int64)

    @property
    def span(self) -> tuple[int, int]:
        """First day and the day after the last."""
        return int(self.edges[0]), int(self.edges[-1])


_CENTURY = 1_200
"""Months of a hundred years."""


def _start(date: str | dt.date, by: str) -> Any:
    """Return the window in which a date lies, or which a label names."""
    unit: Any = _UNITS[by]
    return np.datetime64(str(date), unit)


def over_time(windows: Windows, names: Sequence[str] = (), periods: Sequence[Period] = ()) -> list[Drawn]:
    """Return a histogram for each count that holds anything; what stands in one window only is told in the note of none."""
    found = []
    for name, standard in _COUNTS:
        counts = windows.counts(name)
        if (names and name not in names) or np.count_nonzero(counts) < 2:
            continue
        most = int(np.argmax(counts))
        about = f"{int(counts.sum()):,} dated; the most in {windows.labels[most]}: {int(counts[most]):,}."
        title = called(windows.words, name, standard)
        words = f"{title} by {windows.by}"
        drawing = strip(
            name, (words, about), windows.edges, (counts, counts), epoch=windows.epoch, height=130, periods=periods
        )
        rows = tuple((label, int(n)) for label, n in zip(windows.labels, counts, strict=True) if n)
        found.append(Drawn(name, words, drawing, about, (windows.by, title.lower()), rows))
    return found


def in_one_window(windows: Windows) -> list[str]:
    """Return in words the counts that fall into one window, for which a drawing would be one bar."""
    found = []
    for name, title in _COUNTS:
        counts = windows.counts(name)
        if np.count_nonzero(counts) == 1:
            most = int(np.argmax(counts))
            found.append(
                f"{called(windows.words, name, title)}: all {int(counts[most]):,} that are dated fall into "
                f"{windows.labels[most]}."
            )
    return found


def years(found: Description, points: Sequence[Point]) -> list[Drawn]:
    """Return bars by year beside the published numbers, for each quantity with such numbers."""
    drawn = []
    rows = {str(row["window"]): row for row in found.frames["by_year"].rows()}
    for name, title in _COUNTS:
        held = {point.window: point for point in points if point.quantity == name and len(point.window) == 4}
        if not held:
            continue
        labels = sorted({*(y for y, row in rows.items() if y.isdigit() and row[name]), *held})
        counts = [float(rows[y][name]) if y in rows else 0.0 for y in labels]
        record = [held[y].value if y in held else math.nan for y in labels]
        cells = tuple(
            (y, int(n), None if math.isnan(r) else r, None if math.isnan(r) or not r else n / r - 1)
            for y, n, r in zip(labels, counts, record, strict=True)
        )
        words = f"{called(found.words, name, title)} by year, and as published"
        sources = "; ".join(sorted({point.source for point in held.values() if point.source}))
        note = f"Bars: this archive. Circles: {sources or 'published numbers'}."
        svg = bars(f"{name}-years", (words, note), list(zip(labels, counts, strict=True)), record)
        drawn.append(Drawn(f"{name}-years", words, svg, note, ("year", "this archive", "published", "error"), cells))
    return drawn


def reproduction(found: Description, windows: Windows) -> list[Drawn]:
    """Return cases led to by a case, and new persons named by a deponent, with their intervals; see docs of `describe`."""
    drawn = []
    for frame, measure, ends, size, standard in _RATES:
        if frame not in found.frames:
            continue
        by_label = {str(row["window"]): row for row in found.frames[frame].rows()}
        rows = [by_label.get(label, {}) for label in windows.labels]
        columns = [[_number(row.get(key)) for row in rows] for key in (measure, *ends)]
        known = [v for v in columns[0] if math.isfinite(v)]
        if len(known) < 2 or not any(known):
            continue
        ceiling = _ceiling(known, columns[2])
        band = [[min(v, ceiling) for v in column] for column in columns[1:]]
        title = windows.words.reworded(standard)
        line = Line(windows.edges[:-1].tolist(), columns[0], title, low=band[0], high=band[1])
        words = f"{title}, by {windows.by}"
        note = "Band: 95 per cent. Above the dashed line (1) naming grows by itself."
        note += (
            f" Bands are cut at {shown(ceiling)}; the numbers hold the whole." if _exceeds(columns[2], ceiling) else ""
        )
        svg = panel(frame, (words, note), [line], windows.span, epoch=windows.epoch, level=1.0)
        heads = (windows.by, size.replace("_", " "), "rate", "low", "high")
        cells = tuple(
            (label, row.get(size), *values)
            for label, row, *values in zip(windows.labels, rows, *columns, strict=True)
            if math.isfinite(values[0])
        )
        drawn.append(Drawn(frame, words, svg, note, heads, cells))
    return drawn


_RATES = (
    ("reproduction", "R_case_corrected", ("R_low", "R_high"), "cases",
     "Cases that a case led to, corrected for the end of the record"),
    ("deponents", "new_names_per_deponent", ("new_names_per_deponent_low", "new_names_per_deponent_high"), "deponents",
     "New persons named per deponent"),
)  # fmt: skip


def _ceiling(values: Sequence[float], highs: Sequence[float]) -> float:
    """Return an upper limit of a drawing that single wide intervals do not stretch."""
    top, held = max(values), [v for v in highs if math.isfinite(v)]
    wide = float(np.percentile(held, 90)) if held else 1.0
    return max(1.2, 1.15 * top, min(1.1 * wide, 2 * top))


def _exceeds(values: Sequence[float], limit: float) -> bool:
    return any(math.isfinite(v) and v > limit for v in values)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def rests_on(found: Description) -> list[Drawn]:
    """Return cases by what they rest on, and those that rest on a naming by the root of their chain."""
    drawn = []
    named = grounds(found)
    direct: dict[str, int] = {}
    roots: dict[str, int] = {}
    for row in found.frames["roots"].rows():
        direct[row["rests_on"]] = direct.get(row["rests_on"], 0) + row["cases"]
        if row["rests_on"] == "interrogation":
            roots[row["root"]] = roots.get(row["root"], 0) + row["cases"]
    for key, title, counts in (
        ("rests", f"{found.cases_are.capitalize()} by what they rest on", direct),
        ("chain-roots", f"Of those that rest on {named['interrogation']}: the root of the chain", roots),
    ):
        if len(counts) < 2:
            continue
        ordered = sorted(counts.items(), key=lambda pair: -pair[1])
        total = sum(counts.values())
        note = f"{total:,} {found.cases_are}."
        svg = bars(key, (title, note), [(named.get(name, name), float(n)) for name, n in ordered])
        cells = tuple((named.get(name, name), n, n / total) for name, n in ordered)
        drawn.append(Drawn(key, title, svg, note, ("ground", found.cases_are, "share"), cells))
    return drawn


def grounds(found: Description) -> dict[str, str]:
    """Return what a case may rest on, in words: those of the case where it has its own."""
    own = {code for group in ("routes", "channels") for code in found.words.given.get(group, {})}
    return WORDS | {code: found.words.root(code) for code in own}


WORDS = {
    "register": "a register", "order": "an order", "denunciation": "a denunciation", "report": "an informer's report",
    "accident": "an accident", "document": "a document or minutes", "sham": "the file of a sham",
    "interrogation": "a naming under interrogation",
    "none": "no ground recorded", "unknown": "not on record", "statement": "a statement not on record", "cut": "a circle, cut",
}  # fmt: skip
"""What a case may rest on, in words."""
