"""Figures over time: acts beside the published record, naming reproduction number, roots of cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.canvas import GREY, INK, PALETTE, calendar_axis, figure, thousands, titled
from greatfear.describe.description import Description
from greatfear.describe.reproduction import HALF_IN
from greatfear.plots.points import Point

__all__ = ["draw_reproduction", "draw_roots", "draw_series"]

_QUANTITIES = (("arrests", "arrests"), ("sentences", "sentences"), ("deaths", "death sentences"))


def _dates(labels: Sequence[str]) -> list[dt.date]:
    """Return the first day of each window; labels are ISO dates cut to year, month or day."""
    return [dt.date.fromisoformat(label + "-01-01"[len(label) - 4 :] if len(label) < 10 else label) for label in labels]


def _dated(columns: Mapping[str, Sequence[Any]], name: str) -> tuple[list[str], list[Any]]:
    """Return windows and values without the undated row."""
    pairs = [(w, v) for w, v in zip(columns["window"], columns[name], strict=True) if w != "undated"]
    return [w for w, _ in pairs], [v for _, v in pairs]


def draw_series(described: Description, points: Sequence[Point] = ()) -> Any:
    """Return arrests, sentences and death sentences by window and by year, with the record as points.

    Left: the archive by month (or the unit of the description). Right: by year, bars for the archive, points for the record.
    """
    frames = {name: described.frames[f"by_{name}"].columns for name in dict.fromkeys((described.by, "year"))}
    kinds = [pair for pair in _QUANTITIES if any(frames["year"][pair[0]])] or [("statements", "statements")]
    drawn, axes = figure((10, 0.6 + 1.9 * len(kinds)), (len(kinds), 2), width_ratios=(2.2, 1), sharex="col")
    for row, (name, words) in enumerate(kinds):
        labels, values = _dated(frames[described.by], name)
        left, right = axes[2 * row], axes[2 * row + 1]
        left.fill_between(_dates(labels), values, step="post", color=PALETTE[0], alpha=0.25, linewidth=0)
        left.step(_dates(labels), values, where="post", color=PALETTE[0])
        left.set_ylim(bottom=0)
        left.set_ylabel("persons" if name != "statements" else "statements")
        titled(left, f"{words} per {described.by}")
        thousands(left)
        calendar_axis(left)
        _yearly(right, _dated(frames["year"], name), [p for p in points if p.quantity == name], words)
    return drawn


def _yearly(axes: Any, series: tuple[list[str], list[Any]], points: Sequence[Point], words: str) -> None:
    """Draw bars for the archive and points for the record."""
    labels, values = series
    axes.bar(range(len(labels)), values, color=PALETTE[0], alpha=0.35, width=0.7)
    step = max(1, len(labels) // 6)
    axes.set_xticks(range(0, len(labels), step), labels[::step])
    shown = [(labels.index(p.window), p.value) for p in points if p.window in labels]
    if shown:
        axes.plot(*zip(*shown, strict=True), "o", color=INK, markersize=6, markerfacecolor="white", markeredgewidth=1.6)
    titled(axes, f"{words} per year" + ("; circle: record" if shown else ""))
    axes.set_ylim(bottom=0)
    thousands(axes)


def draw_reproduction(described: Description) -> Any:
    """Return arrests per case with its limits, and the share of new names; windows mostly unseen at the end are dotted."""
    columns = described.frames["reproduction"].columns
    dates = _dates(columns["window"])
    drawn, (left, right) = figure((10, 3.2), (1, 2), width_ratios=(1.6, 1))
    mean, low, high = (np.array(columns[key], float) for key in ("R_case_corrected", "R_low", "R_high"))
    instant = np.array(columns["R_instant"], float)
    sure = np.array(columns["share_in"], float) >= HALF_IN
    mark = "." if len(dates) < 80 else None
    left.fill_between(dates, low, high, where=sure, color=PALETTE[0], alpha=0.2, linewidth=0)
    left.plot(dates, np.where(sure, mean, np.nan), "-", color=PALETTE[0], marker=mark)
    left.plot(dates, np.where(sure, np.nan, mean), ":", color=GREY, marker=mark)
    left.plot(dates, instant, "--", color=PALETTE[3], linewidth=1)
    ends = [(float(line[known[-1]]), words, colour)
            for line, words, colour in ((mean, "by cohort", PALETTE[0]), (instant, "instantaneous", PALETTE[3]))
            if len(known := np.flatnonzero(np.isfinite(line)))]  # fmt: skip
    left.axhline(1, color=GREY, linewidth=0.8)
    left.set_ylim(0, _ceiling(mean[sure], np.concatenate([high[sure], instant])))
    _label_ends(left, ends)
    left.set_ylabel(f"{described.cases_are} per case")
    titled(left, f"{described.cases_are} that a case led to, by {described.by}, 95% limits")
    fresh = described.frames["new_names"].columns
    right.plot(_dates(fresh["window"]), fresh["share_new"], color=PALETTE[2], marker=mark)
    right.set_ylim(0, 1)
    right.set_ylabel("share of namings")
    titled(right, "names never heard before")
    for axes in (left, right):
        calendar_axis(axes)
    return drawn


def _label_ends(axes: Any, ends: list[tuple[float, str, str]]) -> None:
    """Write the name of each line at its right end, apart from one another."""
    top = axes.get_ylim()[1]
    last = -1.0
    for end, words, colour in sorted(ends):
        level = max(min(end, top), last + 0.17 * top)
        last = level
        axes.annotate(
            words, (1.01, level), xycoords=("axes fraction", "data"), va="center", color=colour, weight="bold", fontsize=8,
            annotation_clip=False,
        )  # fmt: skip


def _ceiling(rates: NDArray[Any], highs: NDArray[Any]) -> float:
    """Return an upper limit of the axis that single wide intervals do not stretch."""
    top = np.nanmax(rates) if np.isfinite(rates).any() else 1.0
    wide = np.nanpercentile(highs, 90) if np.isfinite(highs).any() else 1.0
    return float(max(1.2, 1.15 * top, min(1.1 * wide, 2 * top)))


_LAYERS = (
    ("register", "drawn from a register", 0, ""),
    ("order", "on an order", 7, "...."),
    ("denunciation", "denunciation", 1, "\\\\\\\\"),
    ("report", "informer's report", 5, ""),
    ("accident", "accident read as sabotage", 4, "xxxx"),
    ("interrogation", "named under interrogation", 3, "////"),
    ("other", "other or unknown", 6, ""),
)


def draw_roots(described: Description) -> Any:
    """Return cases by what they rest on over time, and what the chains of naming go back to.

    Layers are told apart by colour and by hatching, and are labelled where they are thickest.
    """
    drawn, (left, right) = figure((10, 3.8), (1, 2), width_ratios=(1.9, 1))
    rows = [row for row in described.frames["roots_by_window"].rows() if row["window"] != "undated"]
    labels = _dated(described.frames[f"by_{described.by}"].columns, "statements")[0]
    known = {name for name, *_ in _LAYERS}
    heights = {name: np.zeros(len(labels)) for name, *_ in _LAYERS}
    place = {label: k for k, label in enumerate(labels)}
    for row in rows:
        heights[row["rests_on"] if row["rests_on"] in known else "other"][place[row["window"]]] += row["cases"]
    _stack(left, _dates(labels), heights)
    thousands(left)
    calendar_axis(left)
    left.set_ylabel("persons")
    titled(left, f"{described.cases_are} per {described.by} by what they rest on")
    _chain_roots(right, described)
    return drawn


def _stack(axes: Any, dates: list[dt.date], heights: dict[str, Any]) -> None:
    """Draw the layers, the label of each beside its thickest place."""
    base = np.zeros(len(dates))
    total = sum(heights.values(), base)
    top = float(total.max()) if len(total) else 1.0
    axes.set_ylim(0, max(top * 1.05, 1))
    marks: list[tuple[float, int, str, int]] = []
    for name, words, colour, hatch in _LAYERS:
        height = heights[name]
        if not height.any():
            continue
        axes.fill_between(
            dates,
            base,
            base + height,
            step="post",
            facecolor=PALETTE[colour],
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
        )
        thick = int(np.argmax(height))
        marks.append((float(base[thick] + height[thick] / 2), thick, words, colour))
        base = base + height
    last = -1.0
    for height_at, thick, words, colour in sorted(marks):
        level = max(height_at, last + 0.075 * top)
        last = level
        axes.annotate(
            words, (dates[thick], height_at), xytext=(1.01, level), textcoords=("axes fraction", "data"), va="center", fontsize=8,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5},
            bbox={"facecolor": PALETTE[colour], "alpha": 0.25, "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip


def _chain_roots(axes: Any, described: Description) -> None:
    """Draw what the cases that rest on a naming go back to."""
    roots: dict[str, int] = {}
    for row in described.frames["roots"].rows():
        if row["rests_on"] == "interrogation":
            roots[row["root"]] = roots.get(row["root"], 0) + row["cases"]
    shown = sorted(roots.items(), key=lambda item: item[1])
    axes.barh([name for name, _ in shown], [count for _, count in shown], color=PALETTE[3], alpha=0.7, height=0.65)
    for k, (_, count) in enumerate(shown):
        axes.text(count, k, f" {count:,}", va="center", fontsize=8)
    axes.set_xlabel("persons")
    axes.margins(x=0.25)
    titled(axes, "roots of the chains of naming")
    axes.locator_params(axis="x", nbins=3)
    thousands(axes, "x")
    if not shown:
        axes.text(0.5, 0.5, "no case rests on a naming", ha="center", transform=axes.transAxes, color=GREY)
        axes.set(xticks=[], yticks=[])
