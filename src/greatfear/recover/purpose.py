"""An archive of living memory asks for a purpose: what it says may concern persons who are alive."""

from __future__ import annotations

import datetime as dt

import numpy as np

from greatfear.archive import Archive
from greatfear.describe.columns import numbers
from greatfear.errors import Fault, FaultList

__all__ = ["YEARS", "ask_for_purpose", "last_year"]

YEARS = 80
"""An archive that ends fewer years ago than this may speak of living persons."""


def ask_for_purpose(archive: Archive, purpose: str | None, *, today: dt.date | None = None) -> dict[str, str]:
    """Return what the provenance keeps about the purpose, or raise where a purpose must be stated.

    Raises
    ------
    greatfear.errors.FaultList
        The archive is real, ends less than 80 years before today, and no purpose is given.
    """
    said = (purpose or "").strip()
    year = last_year(archive)
    if archive.kind == "real" and year + YEARS > (today or dt.date.today()).year and not said:
        fault = Fault(
            "purpose", "nothing", f"a sentence that says what the answer is for, since this archive reaches to {year}",
            "persons in it may be alive: give --purpose TEXT (in Python purpose=\"...\"); it is kept with the result",
        )  # fmt: skip
        raise FaultList([fault], "recover")
    return {"purpose": said} if said else {}


def last_year(archive: Archive) -> int:
    """Return the last year that the archive reaches: its end, its last dated row, or its epoch."""
    years = [archive.epoch.year]
    if archive.end is not None:
        years.append((archive.end - dt.timedelta(days=1)).year)
    for table in ("statements", "acts"):
        time = numbers(archive.table(table, ["time"]), "time")
        if np.isfinite(time).any():
            days = int(np.nanmax(time))
            years.append(int((np.datetime64(archive.epoch) + days).astype("datetime64[Y]").astype(int)) + 1970)
    return max(years)
