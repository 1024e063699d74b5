"""Filters of the ledger: which namings stand if one asks more of the circumstances in which they were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.recover.ledger_rows import HARD_PRESSURE, Namings, first_day

Bools = npt.NDArray[np.bool_]
Kept = Mapping[str, Bools]

FILTERS = {
    "all": "every naming by a known speaker of another person",
    "untortured": "the speaker had not been tortured on or before that day",
    "both untortured": "neither the speaker nor the person named had been tortured on or before that day",
    "unprompted": "no record says that the office held the name out",
    "unsummoned": "the speaker had not been summoned or arrested before",
    "first by speaker": "the speaker had not named the person on an earlier day",
    "new to the office": "no earlier day on which this office heard the name",
    "certain": "the recorder does not call the row possible, dubious or false",
    "free": "not tortured, not prompted, not summoned or arrested before",
}
"""Each filter with its condition in words; a naming without a day passes no filter about the order of days."""

_DOUBTFUL = ("possible", "dubious", "false")


def filters_of(archive: Archive, namings: Namings) -> dict[str, Bools]:
    """Return for each filter which namings pass it."""
    tortured = first_day(archive, ["interrogation"], least_pressure=HARD_PRESSURE)
    held = first_day(archive, ["summons", "arrest"])
    # A naming without a day may have come after any act that has one.
    day = np.where(np.isnan(namings.day), np.inf, namings.day)
    pressed = np.nan_to_num(namings.pressure, nan=0.0) >= HARD_PRESSURE
    untortured = _before(day, tortured[namings.speaker]) & ~pressed & ~namings.circumstance.equals("tortured")
    unsummoned = _before(day, held[namings.speaker])
    for circumstance in ("summoned", "in custody", "tortured"):
        unsummoned &= ~namings.circumstance.equals(circumstance)
    voluntary = namings.circumstance.equals("voluntary")
    unsummoned |= voluntary
    unprompted = namings.prompted != 1
    doubtful = np.zeros(len(namings), bool)
    for name in _DOUBTFUL:
        doubtful |= namings.certainty.equals(name)
    pair = namings.subject.astype(np.int64) * max(namings.n_persons, 1) + namings.speaker
    return {
        "all": np.ones(len(namings), bool),
        "untortured": untortured,
        "both untortured": untortured & _before(day, tortured[namings.subject]),
        "unprompted": unprompted,
        "unsummoned": unsummoned,
        "first by speaker": _is_first(pair, namings.day),
        "new to the office": _is_first(_office_name(namings), namings.day),
        "certain": ~doubtful,
        "free": untortured & unprompted & unsummoned,
    }


def _before(day: npt.NDArray[np.float64], act: npt.NDArray[np.float64]) -> Bools:
    """Return which namings are earlier than the day of the act, or of speakers who have no such act."""
    return np.asarray((day < act) | np.isposinf(act))


def _is_first(key: npt.NDArray[np.int64], day: npt.NDArray[np.float64]) -> Bools:
    """Return which rows fall on the first day on which their key occurs."""
    known = np.flatnonzero(~np.isnan(day))
    passed = np.zeros(len(key), bool)
    order = known[np.lexsort((day[known], key[known]))]
    if not len(order):
        return passed
    starts = np.r_[True, key[order][1:] != key[order][:-1]]
    first = day[order][starts][np.cumsum(starts) - 1]
    passed[order] = day[order] == first
    return passed


def _office_name(namings: Namings) -> npt.NDArray[Any]:
    """Return a key for each pair of an office and a name; unknown offices count as one."""
    n_offices = int(namings.office.max(initial=-1)) + 2
    return namings.subject.astype(np.int64) * n_offices + namings.office + 1
