"""A run with a sham as a historian would tell it: its dated events beside the documented ones, and what it came to."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from greatfear.comparison.against_record import replicate_values
from greatfear.comparison.sham_quantities import OF_EACH, SCORES, sham_quantities, words_of
from greatfear.show.grid import grid
from greatfear.show.plain import plain

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Documented:
    """An event of the record, and the quantity of a run that stands beside it."""

    quantity: str
    date: str
    """As in the record: a day, a month, a year or a span of years."""
    words: str
    role: str
    """``input`` or ``prediction``."""


TRUST = (
    Documented("day-begun", "1922", "MUCR set up", "input"),
    Documented("day-trusted", "1923-1927", "Kutepov persuaded to hold back (run: half of his plans held back)", "prediction"),
    Documented("day-reilly", "1925-09-25", "Reilly crosses the border and is arrested", "prediction"),
    Documented("day-shulgin", "1925-12-23", "Shulgin crosses the border for a watched journey", "input"),
    Documented("day-exposed", "1927-04-13", "Opperput flees and exposes the Trust", "input"),
    Documented("day-first-attempt-after", "1927-06", "bombings tried in Moscow and Leningrad (run: first attempt)", "prediction"),
)  # fmt: skip
"""Events of the record operation-trust-timeline that a run of operation-trust has a counterpart of."""

TWO = (
    TRUST[0],
    Documented("day-begun-syndicate", "1922-10", "Syndicate-2 begins: a recruited agent is sent to Poland", "input"),
    TRUST[1],
    Documented("day-pavlovskii", "1923-09-18", "Pavlovskii, sent to look, is arrested", "prediction"),
    Documented("day-savinkov", "1924-08-16", "Savinkov crosses the border and is arrested", "prediction"),
    Documented("day-exposed-syndicate", "1924-08-29", "the end of his trial makes Syndicate-2 known", "prediction"),
    *TRUST[2:],
)
"""Those of trust-and-syndicate, with the rows of the record on Savinkov."""

DOCUMENTED = {"operation-trust": TRUST, "trust-and-syndicate": TWO}
"""Documented events of each entry with a sham."""


@dataclass(frozen=True, slots=True)
class ShamEvent:
    """A documented event beside that of the run.

    Parameters
    ----------
    documented, words, role : str
        As in `Documented`.
    run : str
        Date in the run; empty where it did not happen.
    low, high : str
        Fifth and ninety-fifth percentile of the date over the replicates in which it happened; empty without replicates.
    share : float
        Share of replicates in which it happened; NaN without replicates.
    """

    documented: str
    words: str
    role: str
    run: str
    low: str
    high: str
    share: float


@dataclass(frozen=True, slots=True)
class ShamScore:
    """One score of the run with its interval over the replicates (fifth to ninety-fifth percentile; NaN for none)."""

    key: str
    words: str
    unit: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ShamStory:
    """What a run with a sham came to; ``print`` shows it in short.

    Parameters
    ----------
    events : tuple of ShamEvent
    scores : tuple of ShamScore
    n_replicates : int
    epoch : date
    sham : mapping
        What the first sham reports, with its series.
    attempts : tuple of float
        Days of all attempts by real organisations.
    """

    events: tuple[ShamEvent, ...]
    scores: tuple[ShamScore, ...]
    n_replicates: int
    epoch: dt.date
    sham: Mapping[str, Any] = field(default_factory=dict)
    attempts: tuple[float, ...] = ()

    def __str__(self) -> str:
        """Return both tables as plain text."""
        blocks = []
        if self.events:
            head = ("documented", "this run", "90 per cent", "in", "role", "event")
            rows = [
                (e.documented, e.run or "did not happen", span(e.low, e.high), share(e.share), e.role, e.words)
                for e in self.events
            ]
            blocks.append("\n".join(grid([head, *rows], left=range(len(head)), indent="")))
        shown = [(s.words, number(s.value), span(number(s.low), number(s.high)), s.unit) for s in self.scores]
        blocks.append(
            "\n".join(grid([("score", "this run", "90 per cent", "unit"), *shown], left=(0, 2, 3), indent=""))
        )
        if self.n_replicates:
            blocks[-1] += f"\nintervals: fifth to ninety-fifth percentile of {self.n_replicates} replicates"
        return "\n\n".join(blocks)

    def to_dict(self) -> dict[str, Any]:
        """Return all as plain data, for ``--json``; missing numbers are None."""

        def rows(parts: Sequence[Any]) -> list[dict[str, Any]]:
            return [{key: plain(value) for key, value in asdict(part).items()} for part in parts]

        return {"events": rows(self.events), "scores": rows(self.scores), "n_replicates": self.n_replicates}


def number(value: float) -> str:
    """Return a score as a reader wants it."""
    return "" if math.isnan(value) else f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.2g}"


def span(low: str, high: str) -> str:
    """Return an interval in words; empty where there is none."""
    return f"{low} to {high}" if low and high else ""


def share(value: float) -> str:
    """Return a share as per cent; empty where unknown."""
    return "" if math.isnan(value) else f"{value:.0%}"


def sham_story(families: Mapping[str, Mapping[str, Any]], scenario: Scenario) -> ShamStory | None:
    """Return the story of a run's first sham; None where the run has none.

    Intervals come from ``replicates.csv`` of the catalogue entry with the scenario's id, where the scenario is that of the
    entry; a scenario that was altered has none.
    """
    if not families.get("shams", {}).get("shams"):
        return None
    altered = bool(scenario.metadata.get("altered"))
    values, n_replicates = ({}, 0) if altered else replicate_values(scenario.id)
    found, epoch = sham_quantities(families), scenario.time.start
    events = tuple(_event(one, found, values, epoch) for one in DOCUMENTED.get(scenario.id, ()))
    keys = [
        *SCORES,
        *(key for key in found if key == "trust-lost" or (key.rpartition("/")[2] in OF_EACH and "/" in key)),
    ]
    scores = tuple(ShamScore(key, *words_of(key), found[key], *_bounds(values.get(key, []))) for key in keys)
    organisations = families.get("organisations", {}).get("organisations", [])
    attempts = tuple(sorted(attempt["time"] for one in organisations for attempt in one["attempts"]))
    return ShamStory(events, scores, n_replicates, epoch, families["shams"]["shams"][0], attempts)


def _event(one: Documented, found: Mapping[str, float], values: Mapping[str, list[float]], epoch: dt.date) -> ShamEvent:
    """Return a documented event beside that of the run."""
    days = values.get(one.quantity, [])
    happened = [day for day in days if not math.isnan(day)]
    low, high = (_date(day, epoch) for day in _bounds(happened))
    when = _date(found.get(one.quantity, math.nan), epoch)
    return ShamEvent(one.date, one.words, one.role, when, low, high, len(happened) / len(days) if days else math.nan)


def _date(day: float, epoch: dt.date) -> str:
    return "" if math.isnan(day) else str(epoch + dt.timedelta(days=math.floor(day)))


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """Return the fifth and ninety-fifth percentile, NaN for no values."""
    import numpy as np

    known = [value for value in values if not math.isnan(value)]
    return (float(np.percentile(known, 5)), float(np.percentile(known, 95))) if known else (math.nan, math.nan)
