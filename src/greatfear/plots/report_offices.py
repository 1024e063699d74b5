"""The section of the report on the offices: leads that wait, arrests on leads and from lists, and the limits that bound."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping
from typing import Any

from greatfear.canvas import PALETTE, calendar_axis, figure, svg, thousands, titled
from greatfear.comparison.mechanisms import tells_of_centre
from greatfear.plots.markup import figure_block, table
from greatfear.show.wording import Wording

__all__ = ["draw_course", "offices_section"]


def offices_section(
    parts: Mapping[str, Mapping[str, Any]], epoch: dt.date, words: Wording | None = None
) -> tuple[str, str, str]:
    """Return key, title and HTML of the section; `parts` is what a run left beside its archive, `words` those of the case."""
    from greatfear.simulation.course import BOUND_WORDS

    said = (words or Wording()).reworded
    queue = "persons named, with no open case" if words else "persons named who are free"
    told = parts["offices"]
    columns = dict(zip(told["columns"], map(list, zip(*told["series"], strict=True)), strict=True))
    days = told.get("bound_days", {})
    rows = [(said(BOUND_WORDS[name]), f"{share:.1%}", days.get(name)) for name, share in told["bound"].items() if share]
    note = (
        "A limit bound on the office-days on which there was ground for arrests and this limit prevented them. Where "
        "a limit binds on most days, more pressure or more leads change few arrests."
    )
    heads = ("limit", "share of office-days on which it bound", "days on which it bound in any office")
    text = f'<p class="note">{html.escape(said(note))}</p>'
    text += table(tuple(map(said, heads)), rows, (1, 2)) if rows else "<p>No limit bound on any day.</p>"
    if len(columns["month"]) > 2:  # two months make no curve
        caption = (
            f"Above: arrests on leads, and arrests from registers and orders, by month. Middle: {queue}. Below: "
            "share of office-days on which limits bound."
        )
        drawing = svg(draw_course(columns, said, queue), "offices", "arrests on leads and from lists over time")
        text += figure_block(drawing, said(caption))
    shown = {said(words): columns[key] for key, words in _HEADS.items()}
    centre = parts.get("centre", {})
    if tells_of_centre(parts):
        shown["enemies believed at large"] = _belief(centre, columns["month"], epoch)
    body = [[month, *(column[k] for column in shown.values())] for k, month in enumerate(columns["month"])]
    inner = table(("month", *shown), body, range(1, len(shown) + 1))
    return "offices", "Leads, lists and limits", f"{text}<details><summary>as a table</summary>{inner}</details>"


_HEADS = {
    "arrests_on_leads": "arrests on leads", "arrests_from_lists": "from lists", "open_leads": "named, with no open case",
    "days_waited": "days a lead waited",
}  # fmt: skip


def _belief(centre: Mapping[str, Any], months: list[str], epoch: dt.date) -> list[float | None]:
    """Return what the centre last believed by the end of each month; None before its first update."""
    dates = [(epoch + dt.timedelta(days=int(row[0])), float(row[1])) for row in centre.get("series", [])]
    found: list[float | None] = []
    for month in months:
        year, number = map(int, month.split("-"))
        end = dt.date(year + number // 12, number % 12 + 1, 1)
        before = [belief for date, belief in dates if date <= end]
        found.append(before[-1] if before else None)
    return found


def draw_course(
    columns: Mapping[str, list[Any]], said: Callable[[str], str] = str, queue: str = "persons named who are free"
) -> Any:
    """Return arrests on leads and from lists, the queue of leads, and the limits that bound, by month."""
    drawn, (above, middle, below) = figure((8, 6), (3, 1), sharex=True)
    dates = [dt.date.fromisoformat(f"{month}-01") for month in columns["month"]]
    above.step(dates, columns["arrests_on_leads"], where="post", color=PALETTE[0], label="on leads")
    above.step(dates, columns["arrests_from_lists"], where="post", color=PALETTE[3], linestyle="--", label="from lists")
    above.set(ylabel=said("arrests"), ylim=(0, None))
    above.legend(loc="best", fontsize=7.5, frameon=False)
    titled(above, said("arrests by month").capitalize())
    middle.plot(dates, columns["open_leads"], color=PALETTE[0])
    middle.set(ylabel=said("persons"), ylim=(0, None))
    titled(middle, f"The queue of leads: {said(queue)}")
    for k, (name, words) in enumerate(
        (("arrests", "capacity"), ("staff", "staff"), ("custody", said("prison places")))
    ):
        share = columns[f"bound_{name}"]
        if any(share):  # a limit that never bound needs no line
            style = ("-", "--", ":")[k]
            below.step(dates, share, where="post", color=PALETTE[k], linestyle=style, label=words)
    below.set(ylabel=said("share of office-days"), xlabel="date", ylim=(0, 1.05))
    if below.lines:
        below.legend(loc="best", fontsize=7.5, frameon=False)
    titled(below, "Limits that bound")
    thousands(above)
    thousands(middle)
    calendar_axis(below)
    return drawn
