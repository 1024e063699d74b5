"""A figure over time: acts beside the published record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from greatfear.canvas import INK, PALETTE, as_it_stands, calendar_axis, figure, thousands, titled
from greatfear.show.wording import Wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.describe.description import Description


class RecordPoint(Protocol):
    """One published number: what is counted, in which window, and how much."""

    @property
    def quantity(self) -> str:
        """What is counted: ``"arrests"``, ``"sentences"`` or ``"deaths"``."""

    @property
    def window(self) -> str:
        """Year, month or day as an ISO date cut to that length."""

    @property
    def value(self) -> float:
        """Persons."""


_QUANTITIES = (("arrests", "arrests"), ("sentences", "sentences"), ("deaths", "death sentences"))


def _dates(labels: Sequence[str]) -> list[dt.date]:
    """Return the first day of each window; labels are ISO dates cut to year, month or day."""
    return [dt.date.fromisoformat(label + "-01-01"[len(label) - 4 :] if len(label) < 10 else label) for label in labels]


def _dated(columns: Mapping[str, Sequence[Any]], name: str) -> tuple[list[str], list[Any]]:
    """Return windows and values without the undated row."""
    pairs = [(w, v) for w, v in zip(columns["window"], columns[name], strict=True) if w != "undated"]
    return [w for w, _ in pairs], [v for _, v in pairs]


def called(words: Wording, name: str, standard: str) -> str:
    """Return the title of a count of acts, in the words of the case."""
    act = _ACTS.get(name)
    if not words or act is None:
        return standard
    title = words.many("acts", act)
    return f"{title}: {words.death}".capitalize() if name == "deaths" else title.capitalize()


_ACTS = {
    "arrests": "arrest", "summonses": "summons", "interrogations": "interrogation", "sentences": "sentence", "deaths": "sentence",
}  # fmt: skip


@as_it_stands
def draw_series(described: Description, points: Sequence[RecordPoint] = (), *, ax: Axes | None = None) -> Figure:
    """Return arrests, sentences and death sentences by window and by year, with the record as points.

    Left: the archive by month (or the unit of the description). Right: by year, bars for the archive, points for the record.
    Drawn into `ax`, the first series alone.
    """
    frames = {name: described.frames[f"by_{name}"].columns for name in dict.fromkeys((described.by, "year"))}
    kinds = [pair for pair in _QUANTITIES if any(frames["year"][pair[0]])] or [("statements", "statements")]
    kinds = kinds[:1] if ax is not None else kinds
    drawn, axes = figure((10, 0.6 + 1.9 * len(kinds)), (len(kinds), 2), ax=ax, width_ratios=(2.2, 1), sharex="col")
    for row, (name, standard) in enumerate(kinds):
        words = called(described.words, name, standard)
        labels, values = _dated(frames[described.by], name)
        left = axes[2 * row]
        left.fill_between(_dates(labels), values, step="post", color=PALETTE[0], alpha=0.25, linewidth=0)
        left.step(_dates(labels), values, where="post", color=PALETTE[0])
        left.set_ylim(bottom=0)
        left.set_ylabel("persons" if name != "statements" else "statements")
        titled(left, f"{words} per {described.by}")
        thousands(left)
        calendar_axis(left)
        if ax is None:
            right, shown = axes[2 * row + 1], [p for p in points if p.quantity == name]
            _yearly(right, _dated(frames["year"], name), shown, words)
    return drawn  # type: ignore[no-any-return]


def _yearly(axes: Any, series: tuple[list[str], list[Any]], points: Sequence[RecordPoint], words: str) -> None:
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
