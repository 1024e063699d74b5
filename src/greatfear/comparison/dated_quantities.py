"""Counts by date, line and region: one grouped query, read row by row."""

from __future__ import annotations

import math
from typing import Any, Protocol

from greatfear.comparison.dated_rows import DATED, LINES, Dated

_DATES = sorted({date for row in DATED for date in (row.since, row.until)} | {"1938-02-08", "1938-03-22"})
"""Days on which a count begins or ends; the archive is grouped by the days between them."""

_BUCKET = " + ".join(f"cast(a.date >= date '{date}' as integer)" for date in _DATES)
_QUERY = f"""
select cast(a.kind as varchar) as kind, cast(a.outcome as varchar) as outcome,
       coalesce(cast(a.operation as varchar), '') as operation, coalesce(cast(a.board as varchar), '') as board,
       coalesce(cast(p.region as varchar), '') as region,
       coalesce(cast(p.stratum as varchar), '') like 'line-%' as of_line, {_BUCKET} as bucket, count(*) as cases
from acts a left join persons p on p.person = a.person
where cast(a.kind as varchar) in ('arrest', 'sentence', 'release') group by all
"""
_OF_SVERDLOVSK = "1938-03-22"
_OF_FEBRUARY = "1938-02-08"


class _Source(Protocol):
    """Whatever answers SQL over the tables of an archive."""

    def sql(self, query: str) -> Any:
        """Return the answer to a query."""


def dated_quantities(archive: _Source) -> dict[str, float]:
    """Return the counts of every row of `DATED`, and shares by line, by their keys."""
    rows = archive.sql(_QUERY).to_pylist()
    found = {wanted.key: _count(rows, wanted) for wanted in DATED}
    for line in LINES:
        before = _arrests(rows, (line,), until=_OF_FEBRUARY)
        found[f"line-{line}-by-february"] = 100 * _ratio(before, _arrests(rows, (line,)))
    local = [row for row in rows if row["region"] == "sverdlovsk-oblast"]
    named, of_line = (
        _arrests(part, LINES[:4], until=_OF_SVERDLOVSK) for part in (local, [row for row in local if row["of_line"]])
    )
    found["lines-own-group-sverdlovsk"] = 100 * _ratio(of_line, named)
    return found


def _count(rows: list[dict[str, Any]], wanted: Dated) -> float:
    """Return how many acts count for a row."""
    first, end = _DATES.index(wanted.since) + 1, _DATES.index(wanted.until) + 1
    return float(
        sum(
            row["cases"]
            for row in rows
            if first <= row["bucket"] < end
            and (row["outcome"] in wanted.outcomes if wanted.outcomes else row["kind"] == "arrest")
            and (not wanted.operations or row["operation"] in wanted.operations)
            and (not wanted.boards or row["board"] in wanted.boards)
            and (not wanted.regions or row["region"] in wanted.regions)
        )
    )


def _arrests(rows: list[dict[str, Any]], operations: tuple[str, ...], until: str = "1940-01-01") -> float:
    """Return the arrests of some operations before a day."""
    end = _DATES.index(until) + 1
    return float(
        sum(
            row["cases"]
            for row in rows
            if row["kind"] == "arrest" and row["operation"] in operations and row["bucket"] < end
        )
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
