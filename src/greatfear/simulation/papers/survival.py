"""What became of the sheets: which are lost and to what, and how much of its date each one keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose
from greatfear.record.schema import PRECISIONS
from greatfear.scenario.papers import Dates, Fire
from greatfear.simulation.papers.numbers import Addresses, Floats, Ints, Numbers

BY_FIRE, BY_SELECTION = 0, 1
_STEPS = tuple(PRECISIONS.index(name) for name in ("instant", "day", "month", "year", "unknown"))
_LAST = 1e9
"""Where sheets without a date stand: after every day."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Sheets as an office files them: address, day of the making, office, and the probability that somebody keeps them."""

    sheet: Addresses
    time: Floats
    office: Ints
    kept: Floats


def lost_by(filed: Filed, numbers: Numbers, fires: Sequence[Fire], offices: Sequence[str], epoch: dt.date) -> Ints:
    """Return by what each sheet was lost: `BY_FIRE`, `BY_SELECTION`, or -1 for none. What burnt could not be selected.

    Parameters
    ----------
    filed : Filed
    numbers : Numbers
    fires : sequence of Fire
    offices : sequence of str
        Region of every office, in their order.
    epoch : date
        Day 0 of the times.
    """
    lost = np.full(len(filed.sheet), -1, np.int64)
    if (filed.kept < 1).any():
        lost[numbers.one(Purpose.SELECTION, filed.sheet) >= filed.kept] = BY_SELECTION
    for place, fire in enumerate(fires):
        there = np.array([not fire.regions or region in fire.regions for region in offices] + [not fire.regions])
        first, last = (fire.start - epoch).days, (fire.end - epoch).days
        rows = np.flatnonzero(there[filed.office] & (filed.time >= first) & (filed.time < last))
        drawn = numbers.one(Purpose.FIRE, filed.sheet.take(rows), place + 1)
        lost[rows[drawn < fire.share.value]] = BY_FIRE
    return lost


def written_dates(
    sheet: Addresses, dated: tuple[Floats, Ints], numbers: Numbers, rules: Dates, epoch: dt.date
) -> tuple[Floats, Ints]:
    """Return time and precision as they stand on each sheet after it lost the hour, the day, the month and the year.

    Parameters
    ----------
    sheet : Addresses
    dated : tuple of ndarray
        Times in days since `epoch`, and precisions as places in `PRECISIONS`.
    numbers : Numbers
    rules : Dates
    epoch : date

    Returns
    -------
    time : ndarray of float64
        First day of the month or year where no more is known, NaN where nothing is.
    precision : ndarray of int64
    """
    time, precision = dated
    if rules.day.value == 0:
        return dated
    shares = np.array([rules.day.value, rules.month.value, rules.year.value, rules.unknown.value])
    steps = numbers.steps(Purpose.PRECISION, sheet, shares)
    known = (precision == _STEPS[0]) | (precision == _STEPS[1])
    left = np.where(known & (steps > precision), np.array(_STEPS)[steps], precision)
    return _first_day(time, left, precision, epoch), left


def _first_day(time: Floats, left: Ints, before: Ints, epoch: dt.date) -> Floats:
    """Return the first day of what is left of each date."""
    written = time.copy()
    less = np.flatnonzero((left != before) & ~np.isnan(time))
    days = np.datetime64(epoch, "D") + np.floor(time[less]).astype("timedelta64[D]")
    starts = (days, days.astype("datetime64[M]"), days.astype("datetime64[Y]"))
    for step, start in zip(_STEPS[1:4], starts, strict=True):
        since = (start.astype("datetime64[D]") - np.datetime64(epoch, "D")).astype(np.int64)
        at_step = left[less] == step
        written[less[at_step]] = since[at_step]
    written[left == _STEPS[4]] = np.nan
    return written


def shelf_order(sheet: Addresses, time: Floats, precision: Ints, numbers: Numbers) -> NDArray[np.int64]:
    """Return the order of sheets in the archive: by written time; where the hour is not known, by chance within the day.

    The order in which sheets were made must not tell what their dates no longer do.
    """
    chance = numbers.one(Purpose.SHELF, sheet)
    undated = np.isnan(time)
    day = np.floor(np.where(undated, _LAST, time))
    place = np.where((precision == _STEPS[0]) & ~undated, time, day + chance)
    return np.argsort(place, kind="stable")
