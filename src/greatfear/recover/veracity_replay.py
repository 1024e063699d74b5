"""Histories drawn from the model on the sittings of an archive: to test the fit, and what the archive could tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.draws import purpose_key
from greatfear.draws.purpose import Purpose
from greatfear.recover.kernels.replaying import replay
from greatfear.recover.veracity_design import Design, count_before, features_of
from greatfear.recover.veracity_rates import Rates

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


def replayed(
    design: Design,
    rates: Rates,
    member: Floats,
    *,
    scale: float,
    tau: float,
    address: tuple[int, int],
    arrests: Arrests | None = None,
) -> Design:
    """Return the design of a history drawn on the same sittings.

    Of those who sit in the record, many sit because they had been named. Where the same persons sit in a history in which others
    are named, hardly anybody who is named ever speaks, and next to nobody answers a naming. With `arrests`, who comes to sit is
    drawn again: in the place of a speaker whom the office had heard named comes one of those whom it has now heard named.

    Parameters
    ----------
    member : array of float over persons, 0 or 1
    scale : float
        Persons over expected members, as where the rates were learned.
    tau : float
        Memory of offices, days.
    address : (seed, replicate)
    arrests : Arrests, optional
        How speakers came to sit: they are drawn again.
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
    ways = np.full(len(sat.time), -1) if arrests is None else arrests.drawn(address)
    sits = np.zeros(len(sat.time), np.int64)
    written = replay(
        (sat.speaker, office, sat.time, sat.cls), (ways, np.full(n, -1), sits), (*rates.kernel(), float(scale), float(tau)),
        (rates.talk, rates.fame, member),
        groups, _members(design, member), np.zeros(n, np.int64), chains, heads,
        (low, low.copy(), np.zeros(int(sizes.sum()), np.int64), np.zeros(int(sizes.sum()))),
        (np.uint64(purpose_key(address[0], address[1], int(Purpose.RECOVER_REPLAY))), address[1]), names,
    )  # fmt: skip
    speaker, subject, sitting = (column[:written] for column in names)
    order = np.lexsort((subject, sitting))
    speaker, subject, sitting = speaker[order], subject[order], sitting[order]
    now = replace(sat, speaker=sits)
    features, exposure = features_of(now, sitting, subject, near, tau)
    rows = np.arange(written)
    twin = design.twin if arrests is None else np.arange(n)
    return replace(
        design, twin=twin, sittings=now, sitting=sitting, speaker=speaker, subject=subject, cls=sat.cls[sitting],
        features=features, near=features[:, 7:].copy(), exposure=exposure, row=rows, naming=rows, n_undated=0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrests:
    """How the speaker of each sitting came to sit, as far as the record shows it: chances of four ways.

    Parameters
    ----------
    chance : array (sittings, 4)
        Nothing of what was said brought the speaker; one of those named anywhere, in proportion to how often, was taken; one
        of those named to this office; or one who had sat before came back.
    """

    chance: Floats

    @classmethod
    def of(cls, design: Design) -> Arrests:
        """Return what a record shows: a mixture of the four ways, whose shares are those that explain best who sat."""
        sat, time = design.sittings, design.sittings.time[design.sitting]
        offices = np.unique(sat.office, return_inverse=True)[1].astype(np.int64)
        width = np.int64(offices.max(initial=0) + 1)
        heard = offices[design.sitting]
        kinds = (
            ((design.subject, sat.speaker), (np.zeros_like(heard), np.zeros_like(offices)), time),
            ((design.subject * width + heard, sat.speaker * width + offices), (heard, offices), time),
            ((sat.speaker, sat.speaker), (np.zeros_like(offices), np.zeros_like(offices)), sat.time),
        )
        columns = [np.full(len(sat.time), 1.0 / max(design.n_persons, 1))]
        for (owner, asked), (group, of), when in kinds:
            many = count_before(owner, when, asked, sat.time)
            columns.append(many / np.maximum(count_before(group, when, of, sat.time), 1.0))
        each = np.stack(columns, axis=1)
        share = np.full(4, 0.25)
        for _ in range(100):
            chance = each * share
            chance /= chance.sum(axis=1, keepdims=True)
            share = chance.mean(axis=0) if len(chance) else share
        return cls(chance)

    def drawn(self, address: tuple[int, int]) -> Ints:
        """Return the way of each sitting in one history: 0 to 3."""
        key = purpose_key(address[0], address[1], int(Purpose.RECOVER_REPLAY))
        lot = np.random.default_rng(int(key)).random(len(self.chance))
        return np.asarray((np.cumsum(self.chance, axis=1)[:, :3] <= lot[:, None]).sum(axis=1), np.int64)


def _groups(design: Design) -> tuple[Ints, ...]:
    """Return kin, acquaintances, units and regions as lists."""
    near, n = design.near_by, design.n_persons
    kin, known = (np.searchsorted(ends, np.arange(n + 1)) for ends in (near.kin_of, near.known_by))
    tied = (kin, near.kin.astype(np.int64), known, near.known.astype(np.int64))
    return (*tied, near.unit, *_lists(near.unit), near.region, *_lists(near.region))


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
