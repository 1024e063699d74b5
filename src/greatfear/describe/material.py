"""The columns of an archive that its description is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Dated, Readable, coded, dated, numbers
from greatfear.describe.counts import Happened
from greatfear.describe.naming import Namings, Sat, first_namings
from greatfear.describe.newness import Spans, firsts, spans
from greatfear.describe.why_forest import Spoken

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Words:
    """Columns of the statements."""

    spoken: Spoken
    subject: Ints
    single: npt.NDArray[np.bool_]
    when: Dated
    days: Spans | None = None
    """Days on which each may have been made; None where every one is known to the day."""

    def namings(self, n_persons: int) -> tuple[Namings, Ints]:
        """Return the namings of single persons, and their rows."""
        keep = self.single & (self.subject >= 0)
        rows = np.arange(len(keep), dtype=np.int32) if keep.all() else np.flatnonzero(keep).astype(np.int32)
        subject, spoken = self.subject[rows], self.spoken
        pressed = spoken.channel.equals("interrogation")[rows]
        when = Dated(self.when.day[rows], self.when.grain[rows])
        is_new = first_namings(subject, n_persons)
        surely = may = is_new
        if self.days is not None:
            surely, may = firsts(subject, (self.days[0][rows], self.days[1][rows]), n_persons)
        return Namings(spoken.speaker[rows], subject, pressed, spoken.sitting[rows], when, is_new, surely, may), rows


@dataclass(frozen=True, slots=True)
class Acts:
    """Columns of the acts."""

    happened: Happened
    sitting: Ints
    table: pa.Table
    days: Spans | None = None

    @property
    def when(self) -> Dated:
        """When each was."""
        return self.happened.when

    def sat(self) -> Sat:
        """Return the interrogations."""
        rows = np.flatnonzero(self.happened.kind.equals("interrogation"))
        when = Dated(self.when.day[rows], self.when.grain[rows])
        return Sat(self.happened.person[rows], self.sitting[rows], when)


def read_words(archive: Readable) -> Words:
    """Return the columns of the statements."""
    columns = ["time", "precision", "speaker", "subject", "sitting", "channel", "collective"]
    table = archive.table("statements", columns)
    spoken = Spoken(
        numbers(table, "time"), numbers(table, "speaker"), numbers(table, "sitting"), coded(table, "channel")
    )
    collective = table.column("collective")
    if collective.null_count == len(collective):
        single = np.ones(len(collective), bool)
    else:
        single = np.asarray(collective.is_null().to_numpy())
    when, days = _when(archive, "statements", table)
    return Words(spoken, numbers(table, "subject"), single, when, days)


def _when(archive: Readable, name: str, table: pa.Table) -> tuple[Dated, Spans | None]:
    """Return the rows placed in time, and their possible days; ends of intervals are read only where there are intervals."""

    def ends() -> pa.Table:
        return archive.table(name, ["time_end"])

    return dated(table, archive.epoch, ends), spans(table, archive.epoch, ends)


def read_acts(archive: Readable) -> Acts:
    """Return the columns of the acts."""
    columns = ["time", "precision", "person", "kind", "outcome", "operation", "board", "sitting", "cause", "statement"]
    table = archive.table("acts", columns)
    when, days = _when(archive, "acts", table)
    happened = Happened(
        numbers(table, "person"), coded(table, "kind"), coded(table, "outcome"),
        coded(table, "operation"), coded(table, "board"), when,
    )  # fmt: skip
    return Acts(happened, numbers(table, "sitting"), table, days)


def first_and_last(*parts: tuple[Dated, Spans | None]) -> tuple[int, int] | None:
    """Return the first and the last day of all dated rows, or None where no row has a date."""
    ends: list[tuple[int, int]] = []
    for when, days in parts:
        if days is None and len(when.day):
            ends.append((int(when.day.min()), int(when.day.max())))
        elif days is not None and (known := np.isfinite(days[0])).any():
            last = days[1][known & np.isfinite(days[1])].max(initial=days[0][known].max() + 1)
            ends.append((int(days[0][known].min()), int(last) - 1))
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None
