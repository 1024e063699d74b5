"""Whether persons in an archive may be alive: a real archive that ends less than 80 years ago speaks of living memory."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np

from greatfear.describe.columns import numbers

if TYPE_CHECKING:
    from greatfear.record.archive import StoredArchive

YEARS = 80
"""An archive that ends fewer years ago than this may speak of living persons."""


def last_day(archive: StoredArchive) -> dt.date:
    """Return the last day that an archive reaches: of its period or of its dated rows; its epoch where it has neither."""
    days = [0 if archive.end is None else (archive.end - archive.epoch).days - 1]
    for table in ("statements", "acts"):
        for column in ("time", "time_end"):
            time = numbers(archive.table(table, [column]), column)
            if np.isfinite(time).any():
                days.append(math.floor(np.nanmax(time[np.isfinite(time)])))
    try:
        return archive.epoch + dt.timedelta(days=max(days))
    except OverflowError:
        return dt.date.max


def living_memory(archive: StoredArchive, today: dt.date | None = None) -> dt.date | None:
    """Return the last day of a real archive that ends less than 80 years before today; None for any other."""
    if archive.kind != "real":
        return None
    last, today = last_day(archive), today or dt.date.today()
    return last if (last.year + YEARS, last.month, last.day) > (today.year, today.month, today.day) else None


def warning(archive: StoredArchive) -> str:
    """Return a sentence on living persons for an archive of living memory; an empty text for any other."""
    last = living_memory(archive)
    if last is None:
        return ""
    return (
        f"This archive reaches to {last.isoformat()}: persons in it may be alive. "
        "Before you share it or what you made of it, see `greatfear pseudonymise`."
    )
