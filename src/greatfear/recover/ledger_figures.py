"""Figures of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from greatfear.recover.result import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = ("all", "untortured", "unprompted", "unsummoned", "first by speaker", "kin joined", "free")
_LONGEST, _FEW_DAYS, _LONG = 10, 300, 5_000
_MARKERS = "os^vDPX"


def ledger_drawings(tables: Mapping[str, pa.Table], k: int) -> tuple[Drawing, ...]:
    """Return the figures of the ledger; they keep small tables only."""
    filters, days = tables["filters"].to_pylist(), tables["days"]
    unit = _unit(days)
    speakers = tables["speakers"]
    lost = speakers.column("rest_on_this_speaker_alone" if k == 1 else f"fall_below_{k}").to_numpy()
    order = np.argsort(-lost, kind="stable")[:_LONGEST]
    order = order[lost[order] > 0]
    bars = (speakers.column("id").take(pa.array(order)).to_pylist(), lost[order].tolist())
    named = f"Persons who would fall below {k} {'speaker' if k == 1 else 'speakers'}"
    drawings = (
        Drawing(
            "list", "How the list of persons named shrinks",
            "Each line is one condition on the testimony. The further down a line lies, the more the list owes to testimony that "
            "does not meet the condition.",
            lambda: _draw_list(filters),
        ),
        Drawing(
            "striking", f"{named} if one speaker's word is struck",
            f"The {len(order)} speakers on whom most rests.",
            lambda: _draw_bars(*bars, named.lower()),
        ),
        Drawing(
            "novelty", f"New names by {unit}",
            f"Namings of a {unit}, and those of persons whose name the office had not heard on an earlier day.",
            lambda: _draw_days(days, unit),
        ),
    )  # fmt: skip
    shown = {"striking": len(order), "novelty": days.num_rows}  # a figure of one bar says no more than the words
    return tuple(one for one in drawings if shown.get(one.name, 2) > 1)


def _draw_list(filters: list[dict[str, Any]]) -> Figure:
    from greatfear.canvas import PALETTE, figure, thousands, titled

    drawn, (axes,) = figure((6.4, 3.4))
    ks = [1, 2, 3, 4, 5]
    lines: dict[tuple[int, ...], list[str]] = {}
    for row in filters:
        if row["filter"] in _SHOWN:
            lines.setdefault(tuple(row[f"with_{least}"] for least in ks), []).append(str(row["filter"]))
    for place, (lengths, names) in enumerate(lines.items()):
        style = {"color": PALETTE[place % len(PALETTE)], "marker": _MARKERS[place], "markersize": 4.5}
        # Conditions that leave the same list are one line; one that leaves nobody has none.
        if any(lengths):
            label = (
                " = ".join(names)
                if len(names) < 4
                else f"{names[0]}, and {len(names) - 1} conditions that leave it as it is"
            )
            axes.plot(ks, lengths, label=label, linestyle="-" if place % 2 else "--", **style)
    axes.set_xticks(ks)
    axes.set_xlabel("speakers at least")
    axes.set_ylabel("persons")
    axes.set_ylim(bottom=0)
    thousands(axes)
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    titled(axes, "Persons named, by condition on the testimony")
    return drawn  # type: ignore[no-any-return]


def _draw_bars(ids: list[str], lost: list[int], words: str) -> Figure:
    from greatfear.canvas import PALETTE, figure, thousands, titled

    drawn, (axes,) = figure((6.4, 0.8 + 0.26 * max(len(ids), 1)))
    axes.barh(range(len(ids)), lost, color=PALETTE[0])
    axes.set_yticks(range(len(ids)), ids)
    axes.invert_yaxis()
    axes.set_xlabel(words)
    axes.xaxis.get_major_locator().set_params(integer=True)
    thousands(axes, "x")
    titled(axes, "If the word of one speaker is struck")
    return drawn  # type: ignore[no-any-return]


def _unit(days: pa.Table) -> str:
    """Return how fine namings are drawn: a day of a long record is thinner than any line."""
    dates = np.array(days.column("date").to_pylist(), "datetime64[D]")
    return "year" if len(dates) and int((dates.max() - dates.min()).astype(int)) > _LONG else "day"


def _draw_days(days: pa.Table, unit: str) -> Figure:
    from greatfear.canvas import PALETTE, calendar_axis, figure, thousands, titled

    drawn, (axes,) = figure((6.4, 2.8))
    dates = np.array(days.column("date").to_pylist(), "datetime64[D]")
    starts = dates.astype("datetime64[Y]") if unit == "year" else dates
    for name, colour, words in (("namings", "#BDBDBD", "namings"), ("first_day_of_the_name", PALETTE[3], "new names")):
        counts = days.column(name).to_numpy()
        if len(dates) < _FEW_DAYS and unit == "day":
            axes.vlines(dates, 0, counts, color=colour, linewidth=1.6, label=words)
        else:  # one outline for all days: a bar for each makes a page of many hundred kilobytes
            first = starts.min()
            whole = np.bincount((starts - first).astype(int), counts)
            edges = (first + np.arange(len(whole) + 1)).astype("datetime64[D]")
            axes.stairs(whole, edges, fill=True, color=colour, label=words)
    axes.set_ylim(bottom=0)
    calendar_axis(axes)
    axes.set_ylabel(f"namings a {unit}")
    axes.yaxis.get_major_locator().set_params(integer=True)
    thousands(axes)
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    titled(axes, f"Namings by {unit}")
    return drawn  # type: ignore[no-any-return]
