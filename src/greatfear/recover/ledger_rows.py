"""The namings of an archive as columns: who named whom, when, and in what circumstances, as far as is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.describe.columns import Coded, coded, dated, numbers
from greatfear.errors import UnknownNameError

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HARD_PRESSURE = 0.9
"""Pressure from which an interrogation counts as torture, where the archive records a number."""


@dataclass(frozen=True, slots=True)
class Namings:
    """Namings of one person by another whose name is known, a row each, in the order of the archive.

    Parameters
    ----------
    row : array of int
        Row numbers in the table statements.
    speaker, subject, sitting, office : arrays of int
        Row numbers; -1 where not recorded (never for speaker and subject).
    day : array of float
        Day since the epoch; NaN where the archive does not say the day.
    channel, circumstance, certainty : Coded
        Categories; code -1 is absent.
    pressure : array of float, prompted : array of int
        NaN and -1 where not recorded.
    n_statements, n_self, n_collective, n_unspoken : int
        All statements of the archive; of these, left out: by the subject, of a group, without a known speaker.
    """

    row: Ints
    speaker: Ints
    subject: Ints
    sitting: Ints
    office: Ints
    day: Floats
    channel: Coded
    circumstance: Coded
    certainty: Coded
    pressure: Floats
    prompted: Ints
    n_statements: int
    n_self: int
    n_collective: int
    n_unspoken: int
    n_persons: int

    def __len__(self) -> int:
        """Return the number of namings."""
        return len(self.row)


def read_namings(archive: Archive) -> Namings:
    """Return the namings; a self-naming, a naming of a group, and a statement without a speaker are counted and left out."""
    columns = ["time", "precision", "speaker", "subject", "sitting", "office", "channel", "pressure", "prompted",
               "certainty", "collective"]  # fmt: skip
    table = archive.table("statements", columns)
    speaker, subject = numbers(table, "speaker"), numbers(table, "subject")
    group = np.asarray(table.column("collective").is_valid().to_numpy())
    spoken, own = speaker >= 0, speaker == subject
    keep = np.flatnonzero(spoken & ~own & ~group & (subject >= 0))
    when = dated(table, archive.epoch, lambda: archive.table("statements", ["time_end"]))
    day = np.where(when.grain == 0, when.day, np.nan)
    circumstance = column_or_none(archive, "statements", "circumstance")
    absent = Coded(np.full(len(keep), -1, np.int32), ())
    return Namings(
        keep, speaker[keep], subject[keep], numbers(table, "sitting")[keep], numbers(table, "office")[keep], day[keep],
        _taken(coded(table, "channel"), keep), absent if circumstance is None else _taken(circumstance, keep),
        _taken(coded(table, "certainty"), keep), numbers(table, "pressure")[keep].astype(np.float64),
        numbers(table, "prompted")[keep], len(speaker), int((spoken & own).sum()), int((spoken & ~own & group).sum()),
        int((~spoken).sum()), archive.n_rows("persons"),
    )  # fmt: skip


def column_or_none(archive: Archive, table: str, name: str) -> Coded | None:
    """Return a category column, or None where the archive's format has no such column."""
    try:
        return coded(archive.table(table, [name]), name)
    except UnknownNameError:
        return None


def _taken(column: Coded, rows: Ints) -> Coded:
    return Coded(column.codes[rows], column.names)


def first_day(archive: Archive, kinds: Sequence[str], *, least_pressure: float = 0.0) -> Floats:
    """Return for each person the first day of an act of these kinds; infinity where there is none.

    An act without a day counts from the beginning: nothing shows that the person spoke before it. With `least_pressure`,
    only acts with at least this recorded pressure count.
    """
    acts = archive.table("acts", ["time", "precision", "person", "kind", "pressure"])
    kind, person = coded(acts, "kind"), numbers(acts, "person")
    keep = np.zeros(len(person), bool)
    for name in kinds:
        keep |= kind.equals(name)
    if least_pressure > 0:
        keep &= np.nan_to_num(numbers(acts, "pressure"), nan=-1.0) >= least_pressure
    when = dated(acts, archive.epoch, lambda: archive.table("acts", ["time_end"]))
    # A month or a year is taken from its first day, an unknown date from the beginning: the filter is then the stricter.
    day = np.where(when.grain == 3, -np.inf, when.day)
    first = np.full(archive.n_rows("persons"), np.inf)
    np.minimum.at(first, person[keep], day[keep])
    return first
