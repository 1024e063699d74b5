"""Histories drawn from the model on the sittings of an archive: to test the fit, and what the archive could tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.draws import purpose_key
from greatfear.draws.purpose import Purpose
from greatfear.recover.kernels.replaying import replay
from greatfear.recover.veracity_design import Design, features_of
from greatfear.recover.veracity_rates import Rates

__all__ = ["replayed"]

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


def replayed(
    design: Design, rates: Rates, member: Floats, *, scale: float, tau: float, address: tuple[int, int]
) -> Design:
    """Return the design of a history drawn on the same sittings.

    Parameters
    ----------
    member : array of float over persons, 0 or 1
    scale : float
        Persons over expected members, as where the rates were learned.
    tau : float
        Memory of offices, days.
    address : (seed, replicate)
    """
    sat, near, n = design.sittings, design.near_by, design.n_persons
    room = 3 * len(design.sitting) + 10 * len(sat.time) + 1000
    office = np.unique(sat.office, return_inverse=True)[1]
    groups = _groups(design)
    names = tuple(np.zeros(room, np.int64) for _ in range(3))
    chains = tuple(np.full(room, -1, np.int64) for _ in range(4))
    n_units = max(int(near.unit.max(initial=-1)) + 1, 1)
    heads = (
        np.full(n, -1), np.full(n, -1), np.zeros(n, np.int64), np.full(n, -1), np.zeros(n, np.int64), np.zeros(n, np.int64),
        np.full(n_units, -1), np.zeros(n_units, np.int64),
    )  # fmt: skip
    sizes = 3 * np.bincount(office[design.sitting], minlength=int(office.max(initial=0)) + 1) + 1000
    low = np.cumsum(sizes) - sizes
    written = replay(
        (sat.speaker, office, sat.time, sat.cls), (*rates.kernel(), float(scale), float(tau)), (rates.talk, rates.fame, member),
        groups, _members(design, member), np.zeros(n, np.int64), chains, heads,
        (low, low.copy(), np.zeros(int(sizes.sum()), np.int64), np.zeros(int(sizes.sum()))),
        (np.uint64(purpose_key(address[0], address[1], int(Purpose.RECOVER_REPLAY))), address[1]), names,
    )  # fmt: skip
    speaker, subject, sitting = (column[:written] for column in names)
    order = np.lexsort((subject, sitting))
    speaker, subject, sitting = speaker[order], subject[order], sitting[order]
    features, exposure = features_of(sat, sitting, subject, near, tau)
    rows = np.arange(written)
    return replace(
        design, sitting=sitting, speaker=speaker, subject=subject, cls=sat.cls[sitting], features=features,
        near=np.c_[features[:, 6], features[:, 7]], exposure=exposure, row=rows, naming=rows, n_undated=0,
    )  # fmt: skip


def _groups(design: Design) -> tuple[Ints, ...]:
    """Return kin, units and regions as lists."""
    near, n = design.near_by, design.n_persons
    kin_start = np.searchsorted(near.kin_of, np.arange(n + 1))
    return (kin_start, near.kin.astype(np.int64), near.unit, *_lists(near.unit), near.region, *_lists(near.region))


def _lists(group: Ints) -> tuple[Ints, Ints]:
    """Return where the list of each group begins, and the lists one after another."""
    known = np.flatnonzero(group >= 0)
    order = known[np.argsort(group[known], kind="stable")]
    count = max(int(group.max(initial=-1)) + 1, 1)
    return np.searchsorted(group[order], np.arange(count + 1)), order


def _members(design: Design, member: Floats) -> tuple[Ints, Ints, Ints]:
    """Return the members by region, and all members."""
    everywhere = np.flatnonzero(member > 0)
    region = np.where(member > 0, design.near_by.region, -1)
    count = max(int(design.near_by.region.max(initial=-1)) + 1, 1)
    known = np.flatnonzero(region >= 0)
    order = known[np.argsort(region[known], kind="stable")]
    return np.searchsorted(region[order], np.arange(count + 1)), order, everywhere
