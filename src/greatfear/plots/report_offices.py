"""The section of the report on the offices: leads that wait, arrests on leads and from lists, and the limits that bound."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping
from typing import Any

from greatfear.comparison.mechanisms import tells_of_centre
from greatfear.plots.courses import Course, by_month, course
from greatfear.plots.markup import table
from greatfear.show.wording import Wording


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
        text += _figures(columns, said, queue, epoch)
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


def _figures(columns: Mapping[str, list[Any]], said: Callable[[str], str], queue: str, epoch: dt.date) -> str:
    """Return arrests on leads and from lists, the queue of leads, and the limits that bound, by month."""
    months = columns["month"]

    def line(key: str, words: str) -> Course:
        return by_month(said(words), months, columns[key], epoch)

    arrests = [line("arrests_on_leads", "on leads"), line("arrests_from_lists", "from registers and orders")]
    text = course("offices-arrests", said("arrests by month").capitalize(), arrests, epoch)
    text += course("offices-queue", f"The queue of leads: {said(queue)}", [line("open_leads", "leads")], epoch)
    limits = (("arrests", "capacity"), ("staff", "staff"), ("custody", "prison places"))
    bound = [line(f"bound_{name}", words) for name, words in limits if any(columns[f"bound_{name}"])]
    if bound:  # a limit that never bound needs no line
        title = said("share of office-days on which a limit bound").capitalize()
        text += course(
            "offices-limits", title, bound, epoch, f"{bound[0][0].capitalize()} alone bound." if len(bound) == 1 else ""
        )
    return text
