"""Counts of statements and acts by time and by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import GRAINS, Calendar, Coded, Dated, histogram
from greatfear.show.table import Table

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Happened:
    """Columns of acts."""

    person: Ints
    kind: Coded
    outcome: Coded
    operation: Coded
    board: Coded
    when: Dated

    def only(self, kind: str) -> Happened:
        """Return the acts of one kind."""
        rows = np.flatnonzero(self.kind.equals(kind))
        kind_, outcome, operation, board = (
            Coded(one.codes[rows], one.names) for one in (self.kind, self.outcome, self.operation, self.board)
        )
        when = Dated(self.when.day[rows], self.when.grain[rows])
        return Happened(self.person[rows], kind_, outcome, operation, board, when)


@dataclass(frozen=True, slots=True)
class LongCounts:
    """Counts by window and category; the last row holds what could not be placed in a window."""

    windows: list[str]
    names: list[str]
    counts: npt.NDArray[np.int64]

    def of(self, name: str) -> list[int]:
        """Return the counts of one category by window, the undated last."""
        if name not in self.names:
            return [0] * len(self.counts)
        return list(self.counts[:, self.names.index(name)].tolist())

    def columns(self, category: str, what: str) -> dict[str, list[Any]]:
        """Return one row per window and category, without empty ones."""
        window, code = np.nonzero(self.counts)
        labels = [*self.windows, "undated"]
        return {
            "window": [labels[k] for k in window.tolist()],
            category: [self.names[k] for k in code.tolist()],
            what: self.counts[window, code].tolist(),
        }


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Counts by grain, day and category, from which those of any window follow."""

    calendar: Calendar
    names: tuple[str, ...]
    days: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Dated, category: Coded, calendar: Calendar) -> DayCounts:
        """Return the counts of `rows`."""
        return cls(calendar, category.names, histogram(rows, calendar, category.codes, len(category.names)))

    def by(self, unit: str) -> LongCounts:
        """Return the counts by window, what cannot be placed so finely in the last row."""
        labels, window = self.calendar.windows(unit)
        fine = GRAINS.index(unit) + 1
        starts = np.flatnonzero(np.diff(window, prepend=-1))
        placed = np.add.reduceat(self.days[:fine].sum(axis=0), starts, axis=0)
        undated = self.days[fine:].sum(axis=(0, 1))
        return LongCounts(labels, [*self.names, "absent"], np.vstack([placed, undated]))


def counts_by_window(
    by: str, calendar: Calendar, kinds: LongCounts, outcomes: LongCounts, channels: LongCounts, *, deaths: Sequence[str]
) -> Table:
    """Return the main counts, one row per window, the undated last if there are any."""
    columns: dict[str, list[Any]] = {
        "window": [*calendar.windows(by)[0], "undated"],
        "statements": channels.counts.sum(axis=1).tolist(),
        "arrests": kinds.of("arrest"),
        "summonses": kinds.of("summons"),
        "interrogations": kinds.of("interrogation"),
        "sentences": kinds.of("sentence"),
        "deaths": [sum(counts) for counts in zip(*map(outcomes.of, deaths), strict=True)],
    }
    about = f"statements and acts by {by}; deaths are death sentences"
    if any(column[-1] for name, column in columns.items() if name != "window"):
        about += f"; undated: without a date, or with one that does not tell the {by}"
    else:
        columns = {name: column[:-1] for name, column in columns.items()}
    return Table(f"by_{by}", about, columns)


def totals_by(name: str, about: str, category: Coded) -> Table:
    """Return counts by category, largest first, without empty ones."""
    counts = np.bincount(np.where(category.codes < 0, len(category.names), category.codes), minlength=1)
    order = [k for k in np.argsort(-counts, kind="stable").tolist() if counts[k]]
    names = [*category.names, "absent"]
    what = about.split(maxsplit=1)[0]
    return Table(name, about, {name: [names[k] for k in order], what: counts[order].tolist()})


def cases_by_group(
    name: str, group: Coded, case_person: Ints, acts: Happened, subject: Ints, *, deaths: Sequence[str]
) -> Table:
    """Return persons, namings, cases, sentences and deaths by region or stratum, most cases first."""
    n = len(group.names)
    codes = np.where(group.codes < 0, n, group.codes)

    def count(person: Ints) -> Ints:
        return np.bincount(codes[person], minlength=n + 1)

    sentenced = acts.only("sentence")
    columns = {
        "persons": np.bincount(codes, minlength=n + 1),
        "namings": count(subject),
        "cases": count(case_person),
        "sentences": count(sentenced.person),
        "deaths": count(sentenced.person[sentenced.outcome.among(deaths)]),
    }
    order = np.lexsort((-columns["persons"], -columns["cases"]))
    order = order[columns["persons"][order] > 0]
    names = [*group.names, "absent"]
    table: dict[str, list[Any]] = {name: [names[k] for k in order.tolist()]}
    table |= {key: column[order].tolist() for key, column in columns.items()}
    return Table({"region": "regions", "stratum": "strata"}[name], f"persons and acts by {name}", table)
