"""Where persons of the record are said to live: also those who live abroad, and those who never lived."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, integer
from greatfear.simulation.kernels.index import find
from greatfear.world.layout import World
from greatfear.world.people import INVENTED, stratum_of

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


def beyond(world: World, index: NDArray[np.void], address: NDArray[np.int64]) -> Beyond:
    """Return who of the persons at some addresses lives abroad or never lived, and where the record puts them.

    An invented person is given the number, unit and stratum of somebody of the region who is not in the record, so that
    the archive does not tell who was invented; where everybody is in the record, a number of its own.

    Parameters
    ----------
    world : World
    index : record array
        Rows of the record by address.
    address : int64 array, shape (n,)
        Addresses of the persons of the record, in the order of rows.
    """
    local, row = address & _LOCAL, np.flatnonzero(_elsewhere(world, address))
    written, stratum, is_abroad = np.arange(row.size), np.zeros(row.size, np.int64), local[row] < INVENTED
    if is_abroad.all():
        return Beyond(row, written, stratum, is_abroad)
    given: set[int] = set()
    for k in np.flatnonzero(~is_abroad):
        home = next(
            place for place in _numbers(world, int(address[row[k]])) if place not in given and find(index, place) < 0
        )
        given.add(home)
        written[k], stratum[k] = home & _LOCAL, stratum_of(world, home)
    return Beyond(row, written, stratum, is_abroad)


def nobody() -> Beyond:
    """Return that all live where their addresses say."""
    none = np.zeros(0, np.int64)
    return Beyond(none, none, none, np.zeros(0, np.bool_))


def all_at_home(world: World, address: NDArray[np.int64]) -> bool:
    """Return whether all persons at some addresses live where these say."""
    return not _elsewhere(world, address).any()


def _elsewhere(world: World, address: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((address & _LOCAL) >= world.region["size"].astype(np.int64)[address >> 32])


def _numbers(world: World, person: int) -> Iterator[int]:
    """Yield addresses at which an invented person could be written down: some of the living at random, then beyond them."""
    region, key = person >> 32, world.keys[Purpose.INVENTED]
    size = int(world.region["size"][region])
    for turn in range(_TRIES):
        yield (region << 32) | int(integer(key, person, 0, turn, size))
    yield from ((region << 32) | number for number in count(size))
