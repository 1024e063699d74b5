"""The section of the report on a sham organisation: the truth, beside what is documented."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from greatfear.canvas import GREY, INK, PALETTE, calendar_axis, figure, svg, thousands, titled
from greatfear.comparison.sham_story import ShamStory, number, share, span
from greatfear.plots.markup import figure_block, table

__all__ = ["draw_sham", "sham_section"]

_LINES = (
    ("members", "real members drawn in", "-", 0),
    ("provoked", "others provoked", "--", 3),
    ("invented", "invented members", ":", 2),
)


def sham_section(story: ShamStory) -> tuple[str, str, str]:
    """Return key, title and HTML of the section."""
    text = (
        '<p class="note">This section is about the simulated world itself and not about its archive: the archive does not tell '
        "who was a real member, who was provoked and who was invented.</p>"
    )
    if story.events:
        text += table(
            ("documented", "event", "this run", "90 per cent", "in replicates", "role"),
            [
                (e.documented, e.words, e.run or "did not happen", span(e.low, e.high), share(e.share), e.role)
                for e in story.events
            ],
        )
    rows = [(s.words, number(s.value) or "–", s.unit, span(number(s.low), number(s.high)) or "–") for s in story.scores]
    heads = ("what it came to", "this run", "unit", "90 per cent")
    wanted = 4 if story.n_replicates else 3  # without replicates there is no interval to show
    text += table(heads[:wanted], [row[:wanted] for row in rows], (1,)) if rows else ""
    if story.n_replicates:
        text += (
            f'<p class="note">90 per cent: fifth to ninety-fifth percentile of {story.n_replicates} replicates; of a date, over '
            "those in which it happened. Role: an input was given to the scenario, a prediction was not.</p>"
        )
    if story.sham.get("series"):
        caption = (
            "Above: trust of the leaders abroad and the share of plans held back, with attempts of real organisations (ticks) "
            "and events of the sham. Below: who was drawn in, and who was invented."
        )
        text += figure_block(svg(draw_sham(story), "sham", "trust, attempts and growth of a sham over time"), caption)
    return "sham", "A sham organisation, and the truth", text


def draw_sham(story: ShamStory) -> Any:
    """Return the course of a sham as a figure: trust and attempts above, persons below."""
    drawn, (above, below) = figure((8, 5), (2, 1), sharex=True)
    columns = dict(zip(story.sham["columns"], zip(*story.sham["series"], strict=True), strict=True))
    days = [_date(day, story) for day in columns["day"]]
    above.plot(days, columns["trust"], color=PALETTE[0], label="trust of leaders abroad (0 to 1)")
    above.plot(days, columns["held_back"], color=PALETTE[3], linestyle="--", label="share of plans held back")
    above.plot(
        [_date(day, story) for day in story.attempts], [-0.06] * len(story.attempts), "|", color=INK, markersize=9
    )
    above.set(ylabel="share", ylim=(-0.12, 1.36), yticks=[0, 0.25, 0.5, 0.75, 1])
    _mark_events(above, story)
    above.legend(loc="center", bbox_to_anchor=(0.5, 0.36), fontsize=7.5, frameon=False)
    titled(above, "Trust, and attempts by real organisations (ticks)")
    for name, words, style, colour in _LINES:
        below.plot(days, columns[name], linestyle=style, color=PALETTE[colour], label=words)
    below.set(ylabel="persons", xlabel="date", ylim=(0, None))
    below.legend(loc="upper left", fontsize=7.5, frameon=False)
    titled(below, "Persons of the sham")
    thousands(below)
    calendar_axis(below)
    return drawn


def _mark_events(axes: Any, story: ShamStory) -> None:
    """Mark lures, visits, exposed agents and the end, each with a word above its line."""
    words = {"lured": "lured", "visit": "visit", "found out": "agent found out", "exposed": "exposed"}
    height = 0
    for event in story.sham["events"]:
        if event["kind"] not in words:
            continue
        day, label = _date(event["time"], story), words[event["kind"]] + (f": {event['who']}" if event["who"] else "")
        axes.axvline(day, color=GREY, linewidth=0.8, ymax=0.82)
        axes.annotate(label, (day, 1.03 + 0.1 * (height % 3)), fontsize=7, ha="right", color=INK)
        height += 1


def _date(day: float, story: ShamStory) -> dt.datetime:
    return dt.datetime.combine(story.epoch, dt.time()) + dt.timedelta(days=0.0 if math.isnan(day) else day)
