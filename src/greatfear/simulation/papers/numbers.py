"""Addressed random numbers for columns: the same address gives the same number, whatever else the archive holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, purpose_key, subkey
from greatfear.simulation.kernels.paper_draws import changes_before, first_uniforms, four_uniforms, steps_down

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

    def one(self, purpose: Purpose, at: Addresses, part: int = 0) -> Floats:
        """Return the first of the numbers of `four`, shape (n,)."""
        out = np.empty(len(at))
        first_uniforms(self.key(purpose, part), at.who, at.whom, at.count, out)
        return out

    def four(self, purpose: Purpose, at: Addresses, part: int = 0) -> Floats:
        """Return four uniform numbers per address, shape (n, 4).

        Parameters
        ----------
        purpose : Purpose
        at : Addresses
        part : int
            Further numbers for the same purpose and address.
        """
        out = np.empty((len(at), 4))
        four_uniforms(self.key(purpose, part), at.who, at.whom, at.count, out)
        return out

    def steps(self, purpose: Purpose, at: Addresses, shares: Floats) -> NDArray[np.int8]:
        """Return how many of four steps each address takes; each is for a share of those who took the one before."""
        out = np.empty(len(at), np.int8)
        steps_down(self.key(purpose), at.who, at.whom, at.count, shares, out)
        return out

    def changes(self, at: Addresses, time: Floats, per_year: float) -> Ints:
        """Return how many changes of code name, at a rate per year from day 0, lie before each time (days)."""
        out = np.empty(len(at), np.int64)
        mean = YEAR_DAYS / per_year if per_year > 0 else 0.0
        changes_before(self.key(Purpose.COVER_CHANGE), at.who, at.whom, time, mean, out)
        return out

    def key(self, purpose: Purpose, part: int = 0) -> np.uint64:
        """Return the key of a purpose, of this draw, of a part of it."""
        key = np.uint64(purpose_key(self.seed, self.replicate, int(purpose)))
        key = np.uint64(subkey(key, self.draw)) if self.draw else key
        return np.uint64(subkey(key, part)) if part else key
