"""An archive of living memory asks for a purpose: what it says may concern persons who are alive."""

from __future__ import annotations

import datetime as dt

from greatfear.archive import Archive
from greatfear.describe.living import living_memory
from greatfear.errors import Fault, FaultList
from greatfear.record.archive import archive_of


def ask_for_purpose(archive: Archive, purpose: str | None, *, today: dt.date | None = None) -> dict[str, str]:
    """Return what the provenance keeps about the purpose, or raise where a purpose must be stated.

    Raises
    ------
    greatfear.errors.FaultList
        The archive is real, ends less than 80 years before today, and no purpose is given.
    """
    archive_of(archive, Archive)
    said = (purpose or "").strip()
    last = None if said else living_memory(archive, today)
    if last is not None:
        fault = Fault(
            "purpose", "nothing", f"a sentence that says what the answer is for, since this archive reaches to {last.year}",
            "persons in it may be alive: give --purpose TEXT (in Python purpose=\"...\"); it is kept with the result",
        )  # fmt: skip
        raise FaultList([fault], "recover")
    return {"purpose": said} if said else {}
