"""The arrays of a cube: rows in the order of time, their combinations of facet values, and counts by bin of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Coded
from greatfear.web.when import UNDATED, bins_of

Ints = npt.NDArray[np.integer[Any]]


def cube_arrays(
    facets: Mapping[str, Coded], low: Ints, high: Ints, epoch: dt.date
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Return the arrays of a cube and what JSON can hold of it."""
    order = np.argsort(low, kind="stable").astype(np.int32)
    low, high = low[order], high[order]
    combo, codes = _combinations([facet.codes[order] for facet in facets.values()], len(order))
    n_dated = int(np.searchsorted(low, UNDATED))
    first, last = (int(low[0]), int(high[:n_dated].max())) if n_dated else (0, 1)
    unit, edges = bins_of(first, last, epoch)
    is_exact = bool((high[:n_dated] - low[:n_dated] == 1).all())
    bins = _bins(low, high, edges, n_dated)
    arrays = {"order": order, "low": low, "combo": combo, "codes": codes, "edges": edges}
    if not is_exact:
        arrays |= {"high": high, "bin": bins}
    width = codes.shape[1]
    is_placed = bins[:n_dated] >= 0
    pair, place = _distinct(bins[:n_dated][is_placed].astype(np.int64) * width + combo[:n_dated][is_placed])
    count = np.bincount(place, minlength=len(pair))
    arrays |= {
        "pair_bin": (pair // width).astype(np.int32),
        "pair_combo": (pair % width).astype(np.int32), "pair_count": count.astype(np.int32),
        "all": np.bincount(combo, minlength=width),
    }  # fmt: skip
    arrays |= _halves(codes)
    meta = {
        "facets": {name: list(facet.names) for name, facet in facets.items()},
        "n_dated": n_dated, "unit": unit, "is_exact": is_exact,
        "epoch": epoch.isoformat(), "first": first, "last": last,
    }  # fmt: skip
    return arrays, meta


def _halves(codes: Ints) -> dict[str, Ints]:
    """Return the heads and tails of the combinations, each once with its codes: counts by facet are made from these few.

    Combinations stand in the order of their codes, so that those of one head follow one another.
    """
    cut, width = len(codes) // 2, codes.shape[1]
    head = np.flatnonzero(np.r_[np.ones(min(width, 1), bool), (codes[:cut, 1:] != codes[:cut, :-1]).any(0)])
    tail, tail_codes = _combinations(list(codes[cut:]), width)
    return {"head": head, "head_codes": codes[:cut, head], "tail": tail, "tail_codes": tail_codes}


def _combinations(columns: list[Ints], n_rows: int) -> tuple[Ints, Ints]:
    """Return the number of each row's combination, and the codes of every combination (facets by combinations)."""
    key: Ints = np.zeros(n_rows, np.int64)
    room = 1
    held: list[tuple[int, int]] = []
    codes: Ints = np.zeros((0, 1 if n_rows else 0), np.int16)
    for place, column in enumerate(columns):
        width = int(column.max(initial=-1)) + 2
        if room * width >= _ROOM:  # renumbered, so that the product never leaves 64 bits
            key, codes = _renumbered(key, codes, held)
            room, held = codes.shape[1], []
        key = key * width + (column.astype(np.int64) + 1)
        room *= width
        held.append((place, width))
    key, codes = _renumbered(key, codes, held)
    return key.astype(np.int32), codes


_ROOM = 1 << 62


def _renumbered(key: Ints, codes: Ints, held: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    """Return keys as numbers from 0, and the codes of the facets that each stands for."""
    found, combo = _distinct(key)
    parts = []
    for _, width in reversed(held):
        found, code = np.divmod(found, width)
        parts.append((code - 1).astype(np.int16))
    return combo, np.vstack([codes[:, found], *(part[None] for part in reversed(parts))])


def _distinct(keys: Ints) -> tuple[Ints, Ints]:
    """Return the distinct keys in their order, and the place of each key among them; few of many keys are distinct."""
    found = pa.array(keys).dictionary_encode()
    values = found.dictionary.to_numpy()
    order = np.argsort(values)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return values[order], place[found.indices.to_numpy()]


def _bins(low: Ints, high: Ints, edges: Ints, n_dated: int) -> Ints:
    """Return the bin of each row; -1 where no bin holds all days on which it may lie."""
    found = np.full(len(low), -1, np.int32)
    place = np.searchsorted(edges, low[:n_dated], side="right") - 1
    fits = (place >= 0) & (place < len(edges) - 1)
    fits &= high[:n_dated] <= edges[np.clip(place + 1, 0, len(edges) - 1)]
    found[:n_dated] = np.where(fits, place, -1)
    return found
