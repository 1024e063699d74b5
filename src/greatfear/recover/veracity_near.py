"""Who is near whom: kin, other recorded ties, unit and region, and what a speaker may have heard from kin and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.describe.columns import coded, numbers

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Nearness:
    """Kin and acquaintances as two sorted columns each (every tie in both directions), unit and region; -1 is not recorded.

    Acquaintances are all who are tied by anything but kinship.
    """

    kin_of: Ints
    kin: Ints
    known_by: Ints
    known: Ints
    unit: Ints
    region: Ints

    @property
    def n_persons(self) -> int:
        """Persons of the archive."""
        return len(self.region)

    def sizes(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Return for each person the number of kin, of acquaintances, of others in the unit, and of others in the region."""
        tied = (np.bincount(ends, minlength=self.n_persons).astype(np.float64) for ends in (self.kin_of, self.known_by))
        kin, known = tied
        return kin, known, _others(self.unit), _others(self.region)

    def acquaintance(self, speaker: Ints, subject: Ints) -> Floats:
        """Return, for pairs, the weights by kin, ties, unit, region and everywhere: 1 over the number of such persons."""
        kin, known, unit, region = self.sizes()
        wanted = speaker * np.int64(self.n_persons) + subject
        found = np.zeros((len(speaker), 5))
        for column, (of, whom, many) in enumerate(((self.kin_of, self.kin, kin), (self.known_by, self.known, known))):
            key = of * np.int64(self.n_persons) + whom
            place = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
            is_tied = (key[place] == wanted) if len(key) else np.zeros(len(wanted), bool)
            found[:, column] = np.where(is_tied, 1.0 / np.maximum(many[speaker], 1), 0.0)
        for column, (group, size) in enumerate(((self.unit, unit), (self.region, region)), 2):
            same = (group[speaker] == group[subject]) & (group[speaker] >= 0) & (speaker != subject)
            found[:, column] = np.where(same, 1.0 / np.maximum(size[speaker], 1), 0.0)
        found[:, 4] = 1.0 / max(self.n_persons - 1, 1)
        return found

    def any_acquaintance(self, speaker: Ints) -> Floats:
        """Return for speakers whether they have kin, acquaintances, a unit with others, a region with others; and 1."""
        columns = [(size[speaker] > 0).astype(float) for size in self.sizes()]
        return np.stack([*columns, np.ones(len(speaker))], axis=1)

    def hearsay(
        self,
        said: tuple[Ints, Ints, Floats],
        asked: tuple[Ints, Floats],
        pairs: tuple[Ints, Ints, Floats] | None = None,
    ) -> tuple[Floats, Floats]:
        """Return, for each naming, the subject's share in what kin and unit of the speaker had said before.

        `said` is speaker, subject and time of each naming; `asked` speaker and time of each sitting, for which the second
        array says whether kin or unit had said anything before. With `pairs` (speaker, subject, time), the first array is
        about these instead.
        """
        speaker, subject, time = said
        who, whom, when = said if pairs is None else pairs
        n = np.int64(self.n_persons)
        moments = np.unique(np.r_[time, asked[1], when])
        at, sat_at, now = (np.searchsorted(moments, times) for times in (time, asked[1], when))
        width = np.int64(len(moments) + 1)
        # What kin said, once for each relative who could hear it.
        low, high = np.searchsorted(self.kin_of, speaker), np.searchsorted(self.kin_of, speaker, side="right")
        source = np.repeat(np.arange(len(speaker)), high - low)
        ends = np.cumsum(high - low)
        place = np.arange(len(source)) - np.repeat(ends - (high - low), high - low) + np.repeat(low, high - low)
        hearer = self.kin[place]
        heard = _before(hearer * n + subject[source], at[source], who * n + whom, now, width)
        in_all = _before(hearer, at[source], who, now, width)
        sat_all = _before(hearer, at[source], asked[0], sat_at, width)
        # What the unit said, less what the speaker had said.
        unit, own_unit, sat_unit = self.unit[speaker], self.unit[who], self.unit[asked[0]]
        rows = np.flatnonzero(unit >= 0)
        then = at[rows]
        own = _before(speaker[rows] * n + subject[rows], then, who * n + whom, now, width)
        group = _before(unit[rows] * n + subject[rows], then, own_unit * n + whom, now, width)
        everything = _before(unit[rows], then, own_unit, now, width) - _before(speaker[rows], then, who, now, width)
        heard += np.where(own_unit >= 0, group - own, 0.0)
        in_all += np.where(own_unit >= 0, everything, 0.0)
        others = _before(unit[rows], then, sat_unit, sat_at, width) - _before(
            speaker[rows], then, asked[0], sat_at, width
        )
        sat_all += np.where(sat_unit >= 0, others, 0.0)
        return heard / np.maximum(in_all, 1.0), (sat_all > 0).astype(float)


def _before(owner: Ints, moment: Ints, asked: Ints, until: Ints, width: np.int64) -> Floats:
    """Return how many entries of each asked owner have an earlier moment."""
    owners = np.unique(owner)
    place = np.searchsorted(owners, asked)
    known = place < len(owners)
    known[known] = owners[place[known]] == asked[known]
    key = np.sort(np.searchsorted(owners, owner) * width + moment)
    found = np.searchsorted(key, place * width + until) - np.searchsorted(key, place * width)
    return np.where(known, found, 0).astype(np.float64)


def _others(group: Ints) -> Floats:
    """Return how many others share each person's group; 0 where it is not recorded."""
    sizes = np.bincount(group[group >= 0], minlength=1)
    return np.where(group >= 0, sizes[np.maximum(group, 0)] - 1.0, 0.0)


def nearness_of(archive: Archive, place: Ints, region: Ints, unit: Ints) -> Nearness:
    """Return who is near whom, persons numbered by `place`."""
    ties = archive.table("ties", ["a", "b", "kind"])
    is_kin, n = coded(ties, "kind").equals("kin"), np.int64(max(len(place), 1))
    a, b = place[numbers(ties, "a")], place[numbers(ties, "b")]
    kin, known = (np.unique(np.r_[a[rows], b[rows]] * n + np.r_[b[rows], a[rows]]) for rows in (is_kin, ~is_kin))
    known = np.setdiff1d(known[known // n != known % n], kin, assume_unique=True)
    return Nearness(kin // n, kin % n, known // n, known % n, unit, region)
