"""Quantities that an archive and the published record have in common, counted from the archive by SQL."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from greatfear.comparison.dated_quantities import dated_quantities
from greatfear.comparison.dated_rows import LINES

if TYPE_CHECKING:
    import pyarrow as pa

    from greatfear.simulation.run import Run

YEARS = (1936, 1937, 1938, 1939)

_SENTENCES = """
select cast(year(date) as integer) as year, cast(outcome as varchar) as outcome,
       coalesce(cast(operation as varchar), '') as operation, count(*) as cases
from acts where cast(kind as varchar) = 'sentence' group by all
"""
_ARRESTS = """
select cast(year(date) * 12 + month(date) - 1 as integer) as month,
       coalesce(cast(operation as varchar), '') as operation, count(*) as cases
from acts where cast(kind as varchar) = 'arrest' group by all
"""
_PENALTIES = ("death", "camp", "exile", "other")


class Queryable(Protocol):
    """Whatever answers SQL over the tables of an archive."""

    def sql(self, query: str) -> pa.Table:
        """Return the answer to `query`."""


class _Counts:
    """Counts of sentences by year, outcome and operation, and of arrests by month and operation."""

    def __init__(self, archive: Queryable) -> None:
        self._sentences = [row for row in archive.sql(_SENTENCES).to_pylist() if row["year"] is not None]
        self._arrests = [row for row in archive.sql(_ARRESTS).to_pylist() if row["month"] is not None]

    def sentences(self, years: tuple[int, ...], outcomes: tuple[str, ...], operations: tuple[str, ...] = ()) -> float:
        """Return the number of sentences; no operations: all. Releases are no sentences."""
        return float(
            sum(
                row["cases"]
                for row in self._sentences
                if row["year"] in years
                and row["outcome"] in outcomes
                and (not operations or row["operation"] in operations)
            )
        )

    def arrests(self, since: tuple[int, int], until: tuple[int, int], operations: tuple[str, ...] = ()) -> float:
        """Return the number of arrests from month `since` to before month `until`, both (year, month)."""
        first, end = (year * 12 + month - 1 for year, month in (since, until))
        return float(
            sum(
                row["cases"]
                for row in self._arrests
                if first <= row["month"] < end and (not operations or row["operation"] in operations)
            )
        )


def quantities(archive: Queryable) -> dict[str, float]:
    """Return every quantity that `against_record` sets beside the record, by its key.

    Parameters
    ----------
    archive : Archive
        Anything with ``sql``, whose view ``acts`` has a column ``date``.

    Returns
    -------
    dict of str to float
        Counts in persons, shares between 0 and 1, ratios in per cent; NaN where nothing was counted to divide by.
    """
    counts = _Counts(archive)
    found: dict[str, float] = {}
    for year in YEARS:
        found |= _of_year(counts, year)
    found |= _of_both_years(counts)
    found |= _after_the_halt(found)
    found |= _before_the_halt(counts)
    found |= _of_campaigns(counts)
    found |= dated_quantities(archive)
    return found


def _of_year(counts: _Counts, year: int) -> dict[str, float]:
    """Return sentences by outcome and arrests of one year."""
    total = counts.sentences((year,), _PENALTIES)
    deaths = counts.sentences((year,), ("death",))
    return {
        f"sentenced-{year}": total,
        f"deaths-{year}": deaths,
        f"custody-{year}": counts.sentences((year,), ("camp",)),
        f"exile-other-{year}": counts.sentences((year,), ("exile", "other")),
        f"death-share-{year}": _ratio(deaths, total),
        f"arrests-{year}": counts.arrests((year, 1), (year + 1, 1)),
    }


def _of_both_years(counts: _Counts) -> dict[str, float]:
    """Return totals of 1937 and 1938."""
    both = (1937, 1938)
    return {
        "sentenced-1937-38": counts.sentences(both, _PENALTIES),
        "deaths-1937-38": counts.sentences(both, ("death",)),
        "custody-1937-38": counts.sentences(both, ("camp",)),
    }


def _after_the_halt(found: Mapping[str, float]) -> dict[str, float]:
    """Return 1939 in per cent of 1938."""
    return {
        f"{what}-1939-of-1938": 100 * _ratio(found[f"{what}-1939"], found[f"{what}-1938"])
        for what in ("deaths", "sentenced")
    }


def _before_the_halt(counts: _Counts) -> dict[str, float]:
    """Return arrests per month before and after 1 July 1938."""
    before = counts.arrests((1936, 10), (1938, 7))
    after = counts.arrests((1938, 7), (1938, 11))
    return {
        "arrests-1936-10-to-1938-06": before,
        "arrests-1938-07-to-1938-10": after,
        "slowing": _ratio(after / 4, before / 21),
    }


def _of_campaigns(counts: _Counts) -> dict[str, float]:
    """Return totals of Order 00447, of the lines and of the orders given as input."""
    order, both = ("order-00447",), (1937, 1938)
    end = (1938, 11)
    lines = counts.sentences(both, _PENALTIES, LINES)
    deaths = counts.sentences(both, ("death",), LINES)
    order_total = counts.sentences(both, _PENALTIES, order)
    order_deaths = counts.sentences(both, ("death",), order)
    return {
        "order-00447-arrests": counts.arrests((1936, 10), end, order),
        "order-00447-sentenced": order_total,
        "order-00447-deaths": order_deaths,
        "order-00447-death-share": _ratio(order_deaths, order_total),
        "lines-arrests": counts.arrests((1936, 10), end, LINES),
        "lines-sentenced": lines,
        "lines-deaths": deaths,
        "lines-death-share": _ratio(deaths, lines),
        "signed-lists": counts.arrests((1936, 1), (1940, 1), ("signed-lists", "signed-lists-spring")),
        "wives": counts.arrests((1936, 1), (1940, 1), ("wives",)),
    }


def _ratio(part: float, whole: float) -> float:
    """Return part / whole, NaN where there is no whole."""
    return part / whole if whole else math.nan


def of_run(run: Run) -> dict[str, float]:
    """Return the quantities of the archive of a run, as `greatfear.ensemble` asks for them."""
    return quantities(run.archive)
