"""Addressed random numbers for columns: the same address gives the same number, whatever else the archive holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, purpose_key, subkey
from greatfear.simulate.kernels.paper_draws import changes_before, four_uniforms

__all__ = ["Addresses", "Numbers"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of papers or entries: three whole numbers each, of 48, 48 and 32 bits."""

    who: Ints
    whom: Ints
    count: Ints

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.who)

    def take(self, rows: Ints) -> Addresses:
        """Return the addresses of some rows."""
        return Addresses(self.who[rows], self.whom[rows], self.count[rows])


@dataclass(frozen=True, slots=True)
class Numbers:
    """All random numbers of one seed and replicate, and of one draw of papers."""

    seed: int
    replicate: int
    draw: int = 0

    def four(self, purpose: Purpose, at: Addresses, part: int = 0) -> Floats:
        """Return four uniform numbers per address, shape (n, 4).

        Parameters
        ----------
        purpose : Purpose
        at : Addresses
        part : int
            Further numbers for the same purpose and address.

        Examples
        --------
        >>> zero = np.zeros(2, np.int64)
        >>> Numbers(1, 0).four(Purpose.COPY, Addresses(zero, zero, np.arange(2))).shape
        (2, 4)
        """
        key = self._key(purpose)
        out = np.empty((len(at), 4))
        four_uniforms(np.uint64(subkey(key, part)) if part else key, at.who, at.whom, at.count, out)
        return out

    def changes(self, at: Addresses, time: Floats, per_year: float) -> Ints:
        """Return how many changes of code name, at a rate per year from day 0, lie before each time (days).

        Examples
        --------
        >>> zero = np.zeros(2, np.int64)
        >>> Numbers(1, 0).changes(Addresses(zero, zero, zero), np.array([0.0, 3652.5]), 0.0).tolist()
        [0, 0]
        """
        key = self._key(Purpose.COVER_CHANGE)
        out = np.empty(len(at), np.int64)
        changes_before(key, at.who, at.whom, time, YEAR_DAYS / per_year if per_year > 0 else 0.0, out)
        return out

    def _key(self, purpose: Purpose) -> np.uint64:
        key = np.uint64(purpose_key(self.seed, self.replicate, int(purpose)))
        return np.uint64(subkey(key, self.draw)) if self.draw else key
