"""Presumed causes: an act without a recorded cause that follows a statement against the person within some days."""

from __future__ import annotations

import math
from collections.abc import Sequence

from greatfear.intake_tables.making import Row
from greatfear.intake_tables.mapping import Presumption

_EXACT = ("day", "instant")


def presume(acts: Sequence[Row], statements: Sequence[Row], rules: Sequence[Presumption]) -> dict[str, int]:
    """Give acts of unknown cause the last statement against their person, and mark them as inferential.

    Only days count: an act or a statement that is known to the month or year is left alone, because its order cannot be
    told. A statement of the day of the act counts as before it. Acts with a recorded cause stay as they are.

    Returns
    -------
    dict of str to int
        Remarks for the report, with counts.
    """
    against: dict[int, list[tuple[float, int]]] = {}
    for at, said in enumerate(statements):
        if said["precision"] in _EXACT:
            against.setdefault(said["subject"], []).append((math.floor(said["time"]), at))
    remarks: dict[str, int] = {}
    for rule in rules:
        for act in acts:
            if act["kind"] != rule.act or act["cause"] != "unknown" or act["precision"] not in _EXACT:
                continue
            day = math.floor(act["time"])
            before = [
                (said, at) for said, at in against.get(act["person"], ()) if day - rule.within_days <= said <= day
            ]
            if before:
                act |= {"cause": "statement", "statement": max(before)[1], "level": "inferential"}
                remark = f"{rule.act}s were presumed to follow the last statement within {rule.within_days} days (inferential)"
                remarks[remark] = remarks.get(remark, 0) + 1
    return remarks
