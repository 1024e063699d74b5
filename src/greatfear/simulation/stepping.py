"""A run day by day, for teaching: step, look, step on. At the end it is the run that `simulate` returns."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.draws._jit import use_threads
from greatfear.errors import Fault, FaultList
from greatfear.scenario.model import Scenario
from greatfear.show.face import Json
from greatfear.simulation.asked import Asked
from greatfear.simulation.codes import LIMITS, N_ACTS, N_ARRESTS, N_PEOPLE, N_SITTINGS, N_STATEMENTS
from greatfear.simulation.process import start as begin
from greatfear.simulation.run import Run, as_asked, finished
from greatfear.simulation.tables import archive_streams, whole


class Stepper:
    """A run under way, which goes on when it is told to.

    Made by `greatfear.start`, not by hand.

    Attributes
    ----------
    scenario : Scenario
    seed, replicate : int

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-01-11], population: {regions: {r: 90}}}"
    >>> village = start(load(text), seed=1)
    >>> village.step(days=7).day, village.is_over
    (7, False)
    >>> village.step(days=7).day, village.is_over
    (10, True)
    """

    def __init__(self, scenario: Scenario, seed: int, replicate: int) -> None:
        self.scenario, self.seed, self.replicate = scenario, seed, replicate
        self._process = begin(scenario, seed, replicate)

    @property
    def day(self) -> int:
        """Days that are done."""
        return self._process.day

    @property
    def date(self) -> dt.date:
        """The day that comes next; after the last one, the end of the period."""
        return self.scenario.time.start + dt.timedelta(days=self.day)

    @property
    def is_over(self) -> bool:
        """Whether every day is done."""
        return self.day >= self._process.n_days

    def step(self, days: int = 1) -> Stepper:
        """Go on by some days, at most to the end, and return the run under way.

        Raises
        ------
        FaultList
            If `days` is not a whole number of 1 or more.
        """
        if isinstance(days, bool) or not isinstance(days, int | np.integer) or days < 1:
            raise FaultList([Fault("days", repr(days)[:60], "a whole number of 1 or more")], "step")
        use_threads(None)
        self._process.advance(self.day + int(days))
        return self

    def until(self, date: dt.date | str) -> Stepper:
        """Go on until a date is the next day; a date that is past, or after the end, goes no further than there is.

        Raises
        ------
        FaultList
            If it is no date YYYY-MM-DD.
        """
        try:
            wanted = dt.date.fromisoformat(date) if isinstance(date, str) else date
            ahead = (wanted - self.date).days
        except (ValueError, TypeError) as error:
            raise FaultList([Fault("date", repr(date)[:60], "a date YYYY-MM-DD")], "until") from error
        return self.step(ahead) if ahead > 0 else self

    @property
    def archive(self) -> Archive:
        """The archive as it stands this evening, before any papers are lost; it does not change when the run goes on."""
        tables: Mapping[str, pa.Table] = whole(archive_streams(self._process))
        return Archive.from_tables(
            tables, epoch=self.scenario.time.start, end=self.date, kind="simulated", title=self.scenario.title,
            provenance=Asked(self.scenario, self.seed, self.replicate).provenance | {"days": self.day},
        )  # fmt: skip

    @property
    def state(self) -> dict[str, Json]:
        """What an observer of everything would note this evening.

        Returns
        -------
        dict
            day, date; persons on record, statements, acts, sittings, arrests so far; pressure, evidence and zeal of the last day;
            belief of the centre; by office: fear, held (persons in custody), open leads held out today, and the limits that
            bound on the last day.
        """
        process, meter = self._process, self._process.state.meter
        last = max(0, self.day - 1)
        counts = {
            "persons": N_PEOPLE, "statements": N_STATEMENTS, "acts": N_ACTS, "sittings": N_SITTINGS, "arrests": N_ARRESTS,
        }  # fmt: skip
        office = process.state.desk.office
        offices: dict[str, Any] = {
            region.id: {
                "fear": float(office[r]["fear"]),
                "held": int(office[r]["held"]),
                "bound": [name for k, name in enumerate(LIMITS) if int(office[r]["bound"]) >> k & 1],
            }
            for r, region in enumerate(self.scenario.population.regions)
        }
        return {
            "day": self.day,
            "date": self.date.isoformat(),
            **{name: int(meter[place]) for name, place in counts.items()},
            "pressure": float(process.days.pressure[last]),
            "evidence": int(process.days.evidence[last]),
            "zeal": float(process.centre.zeal(last)),
            "belief": float(process.centre.to_dict()["belief"]),
            "offices": offices,
        }

    def finish(self) -> Run:
        """Go on to the end and return the run, the same bytes as those of `greatfear.simulate`."""
        if not self.is_over:
            self.step(self._process.n_days - self.day)
        return finished(self._process, self.seed, self.replicate)

    def __repr__(self) -> str:
        """Return scenario, seed, date and counts on one line."""
        meter = self._process.state.meter
        counts = f"{int(meter[N_ARRESTS]):,} arrests, {int(meter[N_STATEMENTS]):,} statements"
        return f"<Run under way of {self.scenario.id!r}, seed {self.seed}: day {self.day} of {self._process.n_days}, {counts}>"


def start(scenario: Scenario | str | os.PathLike[str], seed: int | None = None, *, replicate: int = 0) -> Stepper:
    """Begin a run that goes on step by step, for teaching.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the id of one in the catalogue, or a YAML or JSON file.
    seed : int, optional
        0 to 2^63 - 1; drawn and recorded if absent.
    replicate : int
        0 to 2^32 - 1.

    Returns
    -------
    Stepper
        With `step`, `until`, `archive`, `state` and `finish`.

    Raises
    ------
    UnknownNameError
        If the catalogue has no scenario of that id; the message names the nearest.
    ScenarioError
        If seed or replicate are out of range.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-01-11], population: {regions: {r: 90}}}"
    >>> start(load(text), seed=1).step(days=3).state["date"]
    '1936-01-04'
    """
    asked = as_asked(scenario, seed, replicate)
    return Stepper(asked.scenario, asked.seed, asked.replicate)
