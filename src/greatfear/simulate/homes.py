"""Where persons of the record are said to live: also those who live abroad, and those who never lived."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, integer
from greatfear.world.layout import World
from greatfear.world.people import INVENTED, stratum_of

__all__ = ["Beyond", "beyond"]

_LOCAL = 0xFFFFFFFF
_TRIES = 32


class Beyond(NamedTuple):
    """Persons of the record who do not live where their address says; one cell per person, in the order of rows."""

    row: NDArray[np.int64]
    local: NDArray[np.int64]
    """Number under which the person stands in the record."""
    stratum: NDArray[np.int64]
    is_abroad: NDArray[np.bool_]

    def part(self, rows: slice) -> Beyond:
        """Return those in a slice of rows, counted from its start."""
        keep = (self.row >= rows.start) & (self.row < rows.stop)
        return Beyond(self.row[keep] - rows.start, self.local[keep], self.stratum[keep], self.is_abroad[keep])


def beyond(world: World, address: NDArray[np.int64]) -> Beyond:
    """Return who of the persons at some addresses lives abroad or never lived, and where the record puts them.

    An invented person is given the number, unit and stratum of somebody of the region who is not in the record, so that
    the archive does not tell who was invented; where everybody is in the record, a number of its own.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> from greatfear.world.layout import build_world
    >>> text = "{id: x, title: X, time: [1936-01-01, 1937-01-01], population: {regions: {r: 9}, strata: {s: 1}}}"
    >>> found = beyond(build_world(load(text), 1), np.array([3, INVENTED]))
    >>> found.row.tolist(), found.is_abroad.tolist(), bool(found.local[0] < 9)
    ([1], [False], True)
    """
    region, local = (address >> 32).astype(np.int64), address & _LOCAL
    row = np.flatnonzero(local >= world.region["size"][region])
    written, stratum, is_abroad = np.arange(row.size), np.zeros(row.size, np.int64), local[row] < INVENTED
    if is_abroad.all():
        return Beyond(row, written, stratum, is_abroad)
    taken = set(address.tolist())
    for k in np.flatnonzero(~is_abroad):
        r = int(region[row[k]])
        written[k] = free = _free_number(world, r, int(address[row[k]]), taken)
        taken.add((r << 32) | free)
        stratum[k] = stratum_of(world, (r << 32) | free)
    return Beyond(row, written, stratum, is_abroad)


def _free_number(world: World, region: int, person: int, taken: set[int]) -> int:
    """Return a number of the region that nobody of the record bears."""
    size, key = int(world.region["size"][region]), world.keys[Purpose.INVENTED]
    for turn in range(_TRIES):
        number = int(integer(key, person, 0, turn, size))
        if (region << 32) | number not in taken:
            return number
    number = size
    while (region << 32) | number in taken:
        number += 1
    return number
