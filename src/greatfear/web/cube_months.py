"""Rows of a cube by month: months that a range holds whole are counted from sums made once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from greatfear.web.cube import Cube, Selection

Ints = npt.NDArray[np.integer[Any]]
_NO_MONTH = np.iinfo(np.int32).min
FEW = 50_000
"""Rows that are counted one by one as quickly as by whole bins."""


class Months:
    """The months of a cube.

    Parameters
    ----------
    cube : Cube
    high : array of int, optional
        The day after the last on which each row may lie, where that is not the next one.
    """

    def __init__(self, cube: Cube, high: Ints | None) -> None:
        self._cube = cube
        self._high: Any = high

    @cached_property
    def _month(self) -> Ints:
        """Month of each row, counted from 1970; the smallest number where no month holds it."""
        dated = slice(0, self._cube.n_dated)
        start = np.datetime64(str(self._cube.meta["epoch"]), "D")
        found = np.full(len(self._cube), _NO_MONTH, np.int32)
        places = np.arange(self._cube.n_dated)
        low = (start + self._cube.low[dated].astype("timedelta64[D]")).astype("datetime64[M]").astype(np.int64)
        last = (
            low
            if self._cube.meta["is_exact"]
            else (start + (self._cube.ends(places).astype(np.int64) - 1).astype("timedelta64[D]"))
            .astype("datetime64[M]")
            .astype(np.int64)
        )
        found[dated] = np.where(low == last, low, _NO_MONTH)
        return found

    @cached_property
    def span(self) -> tuple[int, int]:
        """First month, counted from 1970, and how many there are."""
        known = self._month[self._month != _NO_MONTH]
        return (int(known.min()), int(known.max() - known.min()) + 1) if len(known) else (0, 0)

    def counts(self, chosen: Selection, facet: str) -> Ints:
        """Return the rows that pass by value of a facet and month; rows that no month holds, or without a value, are left out."""
        width, n = self.span[1], len(self._cube.facets[facet])
        found = np.zeros((n + 1, width), np.int64)
        low, high = chosen.span[0], min(chosen.span[1], self._cube.n_dated)
        first = int(np.searchsorted(self._month_bounds, low))
        last = int(np.searchsorted(self._month_bounds, high, side="right")) - 1
        parts = [(low, high)]
        if (
            not self._cube.is_coarse and high - low >= FEW and last > first
        ):  # whole months from their counts, the ends row by row
            parts = [(low, int(self._month_bounds[first])), (int(self._month_bounds[last]), high)]
            self._add_months(found, chosen, facet, (first, last))
        for start, stop in parts:
            self._add_rows(found, chosen, facet, slice(start, max(start, stop)))
        return found[1:]

    def _add_rows(self, found: Ints, chosen: Selection, facet: str, span: slice) -> None:
        """Count rows by value and month, one by one."""
        keep = chosen.passes[self._cube.combo[span]] & (self._month[span] != _NO_MONTH)
        if chosen.until is not None:
            keep &= self._high[span] <= chosen.until
        codes = self._cube.codes[list(self._cube.facets).index(facet)][self._cube.combo[span][keep]] + np.int64(1)
        key = codes * found.shape[1] + (self._month[span][keep] - self.span[0])
        found += np.bincount(key, minlength=found.size).reshape(found.shape)

    def _add_months(self, found: Ints, chosen: Selection, facet: str, months: tuple[int, int]) -> None:
        """Count whole months by value, from the counts of month, value and combination."""
        first, last = (month * found.shape[0] for month in months)
        counted = (self._pairs_of(facet) @ chosen.passes.astype(np.int32))[first:last]
        found[:, slice(*months)] += counted.reshape(-1, found.shape[0]).T

    def _pairs_of(self, facet: str) -> Any:
        """Return the rows by month with value of a facet, and combination: a sparse matrix for each facet asked for."""
        if facet not in self._kept_pairs:
            from scipy.sparse import csr_array

            cube, dated = self._cube, slice(0, self._cube.n_dated)
            width, n = cube.codes.shape[1], len(cube.facets[facet]) + 1
            known = self._month[dated] != _NO_MONTH
            key, count = np.unique(
                (self._month[dated][known] - self.span[0]) * np.int64(width) + cube.combo[dated][known],
                return_counts=True,
            )
            month, combo = np.divmod(key, width)
            cell = month * n + cube.codes[list(cube.facets).index(facet)][combo] + 1
            order = np.argsort(cell, kind="stable")
            starts = np.searchsorted(cell[order], np.arange(self.span[1] * n + 1))
            parts = (array.astype(np.int32) for array in (count[order], combo[order], starts))
            self._kept_pairs[facet] = csr_array(tuple(parts), shape=(self.span[1] * n, width))
        return self._kept_pairs[facet]

    @cached_property
    def _kept_pairs(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _month_bounds(self) -> Ints:
        """Rows at which the months begin, and the end of the last; rows lie in the order of time."""
        return np.searchsorted(self._month[: self._cube.n_dated], self.span[0] + np.arange(self.span[1] + 1))
