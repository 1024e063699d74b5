"""Rows counted by every combination of their facets: filters at the click, exactly.

A row has one combination of facet values; there are far fewer combinations than rows. A filter is a yes or no for each
combination. Rows lie in the order of the first day on which they may have happened, so that a range of dates is a slice.
Counts of (bin of time, combination) are kept too: a whole bin is counted without looking at its rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.plots.marks.calendar import date_of
from greatfear.web.cube_months import FEW, Months
from greatfear.web.store import Store
from greatfear.web.when import UNDATED

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
_NONE = np.zeros(0)
Side = tuple[tuple[str, tuple[str, ...]], ...]
Faceted = tuple[dict[str, Bools | None], npt.NDArray[np.int16], Bools, Ints]


@dataclass(frozen=True, eq=False)
class Selection:
    """What a filter leaves.

    Parameters
    ----------
    n : int
        Rows that pass.
    counts : mapping of str to ndarray
        For each facet, rows by value under all *other* filters; the last place counts rows without a value.
    bins : ndarray
        Rows by bin of time under all filters but the dates.
    n_partly : int
        Rows that pass but for a date that may lie inside or outside of the range; they are not in `n`.
    n_undated : int
        Rows that pass but for a date that is not known; not in `n` where a range is given.
    """

    n: int
    counts: Mapping[str, Ints]
    bins: Ints
    n_partly: int
    n_undated: int
    passes: Bools
    weights: Ints
    """Rows that pass by combination."""
    span: tuple[int, int]
    until: int | None


class _Later(Mapping[str, Ints]):
    """Counts that are made when the first of them is asked for: pages without facets need none."""

    def __init__(self, made: Callable[[], dict[str, Ints]]) -> None:
        self._made = made

    @cached_property
    def _all(self) -> dict[str, Ints]:
        return self._made()

    def __getitem__(self, name: str) -> Ints:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class Cube:
    """The rows of one table under their facets, from the arrays of `greatfear.web.cube_build`."""

    def __init__(self, store: Store, name: str) -> None:
        self._arrays = {
            key.partition(".")[2]: array for key, array in store.arrays.items() if key.startswith(f"{name}.")
        }
        self.meta: Mapping[str, Any] = store.meta[name]
        self.facets: dict[str, tuple[str, ...]] = {key: tuple(names) for key, names in self.meta["facets"].items()}
        self.order, self.low, self.combo = (self._arrays[key] for key in ("order", "low", "combo"))
        self.codes, self.edges = self._arrays["codes"], self._arrays["edges"]
        self.n_dated = int(self.meta["n_dated"])

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.order)

    @property
    def days(self) -> tuple[int, int]:
        """First day and the day after the last."""
        return int(self.meta["first"]), int(self.meta["last"])

    @cached_property
    def ghost(self) -> Ints:
        """Rows by bin of time without any filter."""
        return self._by_bin(np.ones(self.codes.shape[1], bool))

    def select(
        self,
        include: Mapping[str, list[str]],
        exclude: Mapping[str, list[str]],
        begin: int | None,
        end: int | None,
    ) -> Selection:
        """Return what passes: one of the included values of every facet, none of the excluded, days from begin to before end.

        The value ``""`` stands for rows without a value.
        """
        if not (include or exclude or begin is not None or end is not None):
            return self._whole
        sides = (tuple((name, tuple(side[name])) for name in sorted(side)) for side in (include, exclude))
        allowed, failed, passes, bins = self._kept_faceted(*sides)
        low, high = self._rows(begin, end)
        weights = self._weights(low, high, end if self.is_coarse else None)
        kept = weights * passes

        def counted() -> dict[str, Ints]:
            counts = self._unfiltered(kept)
            for k, (name, is_allowed) in enumerate(allowed.items()):
                if is_allowed is not None:
                    counts[name] = self._facet(k, weights * (failed == ~is_allowed))
            return counts

        partly, undated = self._beside(passes, begin, end, (low, high))
        until = end if self.is_coarse else None
        return Selection(int(kept.sum()), _Later(counted), bins, partly, undated, passes, kept, (low, high), until)

    @cached_property
    def _kept_faceted(self) -> Callable[[Side, Side], Faceted]:
        """What facets let pass, kept for a few filters: who drags over dates asks for the same facets again."""
        return lru_cache(8)(self._faceted)

    def _faceted(self, include: Side, exclude: Side) -> Faceted:
        """Return which combinations each facet lets pass, how many facets each fails, which pass, and their bins."""
        kept, dropped = ({name: list(values) for name, values in side} for side in (include, exclude))
        allowed = {name: self._allowed(name, kept.get(name), dropped.get(name)) for name in self.facets}
        failed = np.zeros(self.codes.shape[1], np.int16)
        for is_allowed in allowed.values():
            if is_allowed is not None:
                failed += ~is_allowed
        passes = failed == 0
        bins = self._by_bin(passes)
        for one in (failed, passes, bins):
            one.flags.writeable = False
        return allowed, failed, passes, bins

    @cached_property
    def _whole(self) -> Selection:
        """Everything: what a page without a filter asks for."""
        every = self._arrays["all"]
        passes = np.ones(self.codes.shape[1], bool)
        counts, undated = self._unfiltered(every), len(self) - self.n_dated
        return Selection(len(self), counts, self.ghost, 0, undated, passes, every, (0, len(self)), None)

    @property
    def is_coarse(self) -> bool:
        """Whether some rows are dated to more than a day."""
        return not self.meta["is_exact"]

    def _allowed(self, name: str, include: list[str] | None, exclude: list[str] | None) -> Bools | None:
        """Return which combinations a facet lets pass; None where it is not filtered."""
        if not include and not exclude:
            return None
        names = ["", *self.facets[name]]
        flags = np.array([(not include or value in include) and value not in (exclude or ()) for value in names])
        found: Bools = flags.take(self.codes[list(self.facets).index(name)] + 1)
        return found

    def _rows(self, begin: int | None, end: int | None) -> tuple[int, int]:
        """Return the slice of rows that may lie in the range; undated rows belong to no range."""
        if begin is None and end is None:
            return 0, len(self)
        dated = self.low[: self.n_dated]
        kind = dated.dtype.type  # a number of another type would have the whole column copied
        low = 0 if begin is None else int(np.searchsorted(dated, kind(begin)))
        high = self.n_dated if end is None else int(np.searchsorted(dated, kind(end)))
        return low, max(low, high)

    def _weights(self, low: int, high: int, end: int | None) -> Ints:
        """Return the rows of a slice by combination; with `end`, only those that end by then."""
        width = self.codes.shape[1]
        if end is not None:
            rows = self.combo[low:high][self._arrays["high"][low:high] <= end]
            return np.bincount(rows, minlength=width)
        if (low, high) == (0, len(self)):
            return self._arrays["all"]
        if self.is_coarse or high - low < FEW:
            return np.bincount(self.combo[low:high], minlength=width)
        return self._whole_bins(low, high)

    @cached_property
    def _bounds(self) -> Ints:
        """Rows at which the bins begin."""
        return np.searchsorted(self.low[: self.n_dated], self.edges)

    def _whole_bins(self, low: int, high: int) -> Ints:
        """Return the rows of a long slice by combination: whole bins from their counts, the ends row by row."""
        first = int(np.searchsorted(self._bounds, low))
        last = int(np.searchsorted(self._bounds, high, side="right")) - 1
        width = self.codes.shape[1]
        if last <= first:
            return np.bincount(self.combo[low:high], minlength=width)
        whole = np.zeros(len(self._bounds) - 1, np.int32)
        whole[first:last] = 1
        found: Ints = self._pairs.T @ whole
        for start, stop in ((low, int(self._bounds[first])), (int(self._bounds[last]), high)):
            if stop > start:
                found += np.bincount(self.combo[start:stop], minlength=width).astype(np.int32)
        return found

    def _unfiltered(self, weights: Ints) -> dict[str, Ints]:
        """Return weighted combinations by value of every facet."""
        halves = [self._half(is_tail, weights) for is_tail in (False, True)]
        return {name: self._of_half(halves, place) for place, name in enumerate(self.facets)}

    def _facet(self, place: int, weights: Ints) -> Ints:
        """Return weighted combinations by value of one facet, those without a value last."""
        is_tail = place >= self._n_head
        return self._of_half([self._half(half, weights) if half is is_tail else _NONE for half in (False, True)], place)

    @property
    def _n_head(self) -> int:
        """Facets that the first half of a combination holds."""
        return len(self._arrays["head_codes"])

    def _half(self, is_tail: bool, weights: Ints) -> npt.NDArray[np.float64]:
        """Return weighted combinations by what one half of them says; combinations of one head stand in a row."""
        if is_tail:
            width = self._arrays["tail_codes"].shape[1]
            return np.asarray(np.bincount(self._tail, weights, minlength=width), np.float64)
        found: Ints = np.add.reduceat(weights, self._arrays["head"]) if len(weights) else weights
        return found.astype(np.float64)

    @cached_property
    def _tail(self) -> Ints:
        """Second half of each combination, in the type that NumPy counts without a copy."""
        return self._arrays["tail"].astype(np.intp)

    def _of_half(self, halves: Sequence[npt.NDArray[np.float64]], place: int) -> Ints:
        """Return counts of halves by value of one facet, rows without a value last."""
        width = len(self.facets[list(self.facets)[place]]) + 1
        codes = self._half_codes[place]
        found = np.bincount(codes, halves[place >= self._n_head], minlength=width).astype(np.int64)
        return np.concatenate((found[1:], found[:1]))

    @cached_property
    def _half_codes(self) -> list[Ints]:
        """Values of each facet in the half that holds it, from 0 for rows without one."""
        return [codes + np.intp(1) for half in ("head_codes", "tail_codes") for codes in self._arrays[half]]

    def _by_bin(self, passes: Bools) -> Ints:
        """Return the rows of the passing combinations by bin of time."""
        found: Ints = self._pairs @ passes.astype(np.int32)
        return found.astype(np.int64)

    @cached_property
    def _pairs(self) -> Any:
        """Rows by bin of time and combination, a sparse matrix."""
        from scipy.sparse import csr_array

        bins = max(len(self.edges) - 1, 1)
        starts = np.searchsorted(self._arrays["pair_bin"], np.arange(bins + 1, dtype=np.int32)).astype(np.int32)
        parts = self._arrays["pair_count"], self._arrays["pair_combo"], starts
        return csr_array(parts, shape=(bins, self.codes.shape[1]))

    def _beside(self, passes: Bools, begin: int | None, end: int | None, span: tuple[int, int]) -> tuple[int, int]:
        """Return how many passing rows lie only partly in the range, and how many have no date."""
        undated = int(passes[self.combo[self.n_dated :]].sum())
        if not self.is_coarse or (begin is None and end is None):
            return 0, undated
        dated = slice(0, self.n_dated)
        low, high = self.low[dated], self._arrays["high"][dated]
        start, stop = -UNDATED if begin is None else begin, UNDATED if end is None else end
        partly = (low < stop) & (high > start) & ~((low >= start) & (high <= stop))
        return int(passes[self.combo[dated][partly]].sum()), undated

    def pairs(self, facets: tuple[str, str]) -> Ints:
        """Return the cell of each combination in a table of two facets; rows without a value stand in the first row or column.

        A facet that is not there counts as one without values.
        """
        if facets not in self._kept_pairs:
            key: Any = 0
            for name in facets:
                width = len(self.facets.get(name, ())) + 1
                key = key * width + (
                    self.codes[list(self.facets).index(name)] + np.int64(1) if name in self.facets else 0
                )
            self._kept_pairs[facets] = np.broadcast_to(np.asarray(key, np.int64), self.codes.shape[1:])
        return self._kept_pairs[facets]

    @cached_property
    def _kept_pairs(self) -> dict[tuple[str, str], Ints]:
        return {}

    def ends(self, places: Ints) -> Ints:
        """Return the day after the last on which the rows at some places may lie."""
        if self.is_coarse:
            return np.asarray(self._arrays["high"][places])
        return np.asarray(self.low[places] + 1)

    @cached_property
    def labels(self) -> list[str]:
        """First days of the bins, as dates."""
        return [str(date_of(int(day), dt.date.fromisoformat(str(self.meta["epoch"])))) for day in self.edges[:-1]]

    @cached_property
    def _monthly(self) -> Months:
        return Months(self, self._arrays.get("high"))

    @property
    def months(self) -> tuple[int, int]:
        """First month, counted from 1970, and how many there are."""
        return self._monthly.span

    def by_month(self, chosen: Selection, facet: str) -> Ints:
        """Return the rows that pass by value of a facet and month; rows that no month holds, or without a value, are left out."""
        return self._monthly.counts(chosen, facet)

    def n_passing(self, chosen: Selection) -> int:
        """Return the rows that pass the facets, whatever their date."""
        return int(self._arrays["all"][chosen.passes].sum())

    def rows(self, chosen: Selection, order: Ints | None = None) -> Ints:
        """Return all rows that pass, as numbers of the table, in the order of time or of `order`."""
        return self.order[self.places(chosen, order)]

    def places(self, chosen: Selection, order: Ints | None = None) -> Ints:
        """Return the places of all rows that pass, in the order of time or of `order` (places)."""
        if order is None:
            return chosen.span[0] + np.flatnonzero(self._passing(chosen, np.arange(*chosen.span)))
        return order[self._passing(chosen, order)]

    def page(self, chosen: Selection, size: int, after: int, order: Ints | None = None) -> list[int]:
        """Return the next passing places behind position `after` of the order (-1: from the start), at most `size`.

        Each is a position in the order; see `place_at`.
        """
        found: list[int] = []
        start, step = (max(after + 1, chosen.span[0]), chosen.span[1]) if order is None else (after + 1, len(self))
        chunk = 2048
        while start < step and len(found) < size:
            stop = min(start + chunk, step)
            places = np.arange(start, stop) if order is None else order[start:stop]
            found += (start + np.flatnonzero(self._passing(chosen, places)))[: size - len(found)].tolist()
            start, chunk = stop, chunk * 4
        return found

    def before(self, chosen: Selection, position: int, order: Ints | None = None) -> int:
        """Return the last passing position of the order before this one; -1 where there is none."""
        stop, chunk = position, 2048
        while stop > 0:
            start = max(stop - chunk, 0)
            places = np.arange(start, stop) if order is None else order[start:stop]
            found = np.flatnonzero(self._passing(chosen, places))
            if len(found):
                return start + int(found[-1])
            stop, chunk = start, chunk * 4
        return -1

    def _passing(self, chosen: Selection, places: Ints) -> Bools:
        """Return which places pass the filter."""
        passing = chosen.passes[self.combo[places]]
        passing &= (places >= chosen.span[0]) & (places < chosen.span[1])
        if chosen.until is not None:
            passing &= self._arrays["high"][places] <= chosen.until
        return np.asarray(passing)
