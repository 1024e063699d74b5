"""The section of the report on a sham organisation: the truth, beside what is documented."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from greatfear.comparison.sham_story import ShamStory, number, share, span
from greatfear.plots.courses import course
from greatfear.plots.marks.calendar import Period, shown_periods
from greatfear.plots.marks.lanes import Event, lanes
from greatfear.plots.markup import table

_LINES = (("members", "real members drawn in"), ("provoked", "others provoked"), ("invented", "invented members"))


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
    text += _figures(story) if story.sham.get("series") else ""
    return "sham", "A sham organisation, and the truth", text


def _figures(story: ShamStory) -> str:
    """Return trust, persons and attempts over time, with the events of the sham as numbers."""
    columns = dict(zip(story.sham["columns"], zip(*story.sham["series"], strict=True), strict=True))
    days, epoch = [float(day) for day in columns["day"]], story.epoch
    attempted = sorted(story.attempts)
    span = int(min([*days, *attempted])) - 15, int(max([*days, *attempted])) + 15  # room for whole dots
    marks = shown_periods(_marks(story), span)
    trust = course(
        "sham-trust", "Trust of the leaders abroad, and plans held back",
        [("trust of leaders abroad (0 to 1)", days, columns["trust"]),
         ("share of plans held back", days, columns["held_back"])],
        epoch, _told(marks, epoch), marks=marks, span=span,
    )  # fmt: skip
    persons = [(words, days, columns[name]) for name, words in _LINES]
    text = trust + course(
        "sham-persons", "Persons of the sham", persons, epoch, "Numbers as above.", marks=marks, span=span
    )
    attempts = [Event(int(day), int(day) + 1, f"attempt on {_day(day, epoch)}") for day in attempted]
    if not attempts:
        return text
    title, about = "Attempts by real organisations", "A dot for each; dates stand in the table."
    drawn = lanes("sham-attempts", (title, about), [("attempts", attempts)], epoch, span)
    rows = [(k, _day(day, epoch)) for k, day in enumerate(attempted, 1)]
    numbers = f"<details><summary>the numbers</summary>{table(('attempt', 'date'), rows, (0,))}</details>"
    return f'{text}<figure><h3>{title}</h3><div class="drawn">{drawn}</div><figcaption>{about}</figcaption>{numbers}</figure>'


def _marks(story: ShamStory) -> list[Period]:
    """Return lures, visits, exposed agents and the end, in the order of time."""
    words = {"lured": "lured", "visit": "visit", "found out": "agent found out", "exposed": "exposed"}
    told = [
        (int(event["time"]), words[event["kind"]] + (f": {event['who']}" if event["who"] else ""))
        for event in story.sham["events"]
        if event["kind"] in words and math.isfinite(event["time"])
    ]
    return sorted(told)


def _told(marks: Sequence[Period], epoch: dt.date) -> str:
    """Return in words what the numbers of a drawing stand for."""
    return " ".join(f"{k}: {words} ({_day(day, epoch)})." for k, (day, words) in enumerate(marks, 1))


def _day(day: float, epoch: dt.date) -> str:
    return (epoch + dt.timedelta(days=math.floor(day))).isoformat()
