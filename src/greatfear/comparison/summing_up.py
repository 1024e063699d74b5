"""What a comparison comes to: the best and the worst rows, how many are within a factor, and what its intervals hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

CHANCE_ONLY = (
    "The intervals hold chance alone: the same rules and numbers, run again with other random draws. They do not hold what is "
    "unknown about the rules, so the record can lie far outside one. A run that lies outside is marked."
)
OTHER_SCENARIO = (
    "This run is not of great-terror as it stands in the catalogue: it is of another entry, or something was changed. The "
    "intervals of great-terror do not belong to it and are not shown, and it was not fitted as a whole."
)
_WITHIN = 1.25


class _Row(Protocol):
    """What is needed of a row."""

    @property
    def simulated(self) -> float: ...
    @property
    def record(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def role(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def quantity(self) -> str: ...
    @property
    def error(self) -> float: ...


AnyRow = TypeVar("AnyRow", bound=_Row)


def factor(row: _Row) -> float:
    """Return the factor between archive and record, at least 1; infinite where one of them is 0, NaN where one is missing."""
    if math.isnan(row.simulated) or math.isnan(row.record):
        return math.nan
    if row.simulated <= 0 or row.record <= 0:
        return 1.0 if row.simulated == row.record else math.inf
    return max(row.simulated / row.record, row.record / row.simulated)


def is_outside(row: _Row) -> bool:
    """Return whether the run lies outside the interval of the replicates."""
    return not math.isnan(row.low) and not row.low <= row.simulated <= row.high


def judged(rows: Iterable[AnyRow]) -> list[AnyRow]:
    """Return the rows that say something: those with a record that were neither given nor fitted, without the article's own."""
    return [
        row
        for row in rows
        if row.role not in ("input", "calibrated") and not math.isnan(factor(row)) and row.group != "the source article"
    ]


def best_and_worst(rows: Iterable[AnyRow], n: int = 5) -> tuple[list[AnyRow], list[AnyRow]]:
    """Return the n rows nearest to the record and the n farthest from it, the worst first; no row stands in both."""
    ordered = sorted(judged(rows), key=factor)
    kept = min(n, len(ordered) // 2)
    return ordered[:kept], ordered[len(ordered) - kept :][::-1]


def sentences(rows: Sequence[_Row], n_replicates: int, *, is_altered: bool) -> list[str]:
    """Return what a reader must know before the table: how many rows agree, and what the intervals hold."""
    told = []
    for role in ("prediction", "partly calibrated", "other scenario", "own record"):
        found = [factor(row) for row in judged(rows) if row.role == role]
        if found:
            near = sum(value <= _WITHIN for value in found)
            words = {"prediction": "predictions", "partly calibrated": "partly calibrated rows"}.get(role, "rows")
            told.append(f"{near} of {len(found)} {words} lie within a factor of {_WITHIN} of the record.")
    if is_altered:
        told.append(OTHER_SCENARIO)
    elif n_replicates:
        told.append(f"Intervals: fifth to ninety-fifth percentile of {n_replicates} replicates. {CHANCE_ONLY}")
    return told
