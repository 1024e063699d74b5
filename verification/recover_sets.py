"""Archives of interrogations with known truth: informative, middle, hard, blind, misrecorded, by seed.

A record of 5,000 persons in twenty regions before five offices, 4,300 sittings in two years. Who sits next is fresh with
probability 0.15, else one of those who were accused. The names of a sitting come from knowledge (members name members), from
what the office had heard, from what the speaker had said, and from acquaintance; the more pressure, the more names and the
less knowledge. Nothing here is taken from `greatfear.recover`: the maker is not the model.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.archive import Archive

KNOWN = {"informative": 2.2, "middle": 0.85, "misrecorded": 0.85, "hard": 0.3, "blind": 0.0}
"""Names of fellow members that a member says in a sitting, by kind of set."""
_PRESSURE, _SHARE = np.array([0.0, 0.3, 0.7, 1.0]), np.array([0.106, 0.293, 0.35, 0.251])
_OTHER = np.array([0.8, 1.23, 2.0, 3.5])
_SUGGESTED = np.array([0.12, 0.85, 3.0, 6.1])
_REPEATED = np.array([0.1, 0.15, 0.19, 0.23])
_LURED = np.array([3.5, 2.4, 1.4, 0.8])
_OFFICES, _REGIONS, _FRESH, _FOUND, _MEMORY = 5, 20, 0.15, 3.0, 120.0


@dataclass(frozen=True, slots=True)
class Made:
    """An archive with its truth.

    Parameters
    ----------
    archive : Archive
    member : array over persons
        1 for a member.
    basis : array over statements
        Why each name was given: 0 knowledge, 1 suggestion, 2 repetition, 3 other.
    """

    archive: Archive
    member: NDArray[np.float64]
    basis: NDArray[np.int64]


class _Telling:
    """Who says whom, sitting by sitting."""

    def __init__(self, kind: str, rng: np.random.Generator, persons: int, members: int) -> None:
        self.rng, self.kind, self.n = rng, kind, persons
        self.member = np.zeros(persons)
        self.member[rng.permutation(persons)[:members]] = 1.0
        self.region = rng.integers(_REGIONS, size=persons)
        self.office = rng.integers(_OFFICES, size=persons)
        self.fame = rng.gamma(4.0, 0.25, persons)
        self.rows: list[tuple[int, int, int, int]] = []
        self.said: dict[int, list[int]] = {}
        self.heard: list[tuple[list[int], list[float]]] = [([], []) for _ in range(_OFFICES)]
        self.circle = np.flatnonzero(self.member)
        self.near = [np.flatnonzero(self.region == r) for r in range(_REGIONS)]

    def next_speaker(self) -> int:
        """Return who sits next: somebody fresh, members rather than others, else one of the accused."""
        if not self.rows or self.rng.random() < _FRESH:
            weight = 1.0 if self.kind == "blind" else _FOUND
            while True:
                i = int(self.rng.integers(self.n))
                if self.rng.random() * weight < (weight if self.member[i] else 1.0):
                    return i
        return self.rows[int(self.rng.integers(len(self.rows)))][1]

    def sit(self, number: int, day: float, i: int, band: int) -> None:
        """Write the names of one sitting; nobody twice."""
        named = {i}
        names, days = self.heard[self.office[i]]
        for basis, j in self._names(i, band, (np.array(names, int), np.array(days)), day):
            if j not in named:
                named.add(j)
                self.rows.append((number, j, basis, i))
        new = sorted(named - {i})
        names.extend(new)
        days.extend([day] * len(new))
        known = self.said.setdefault(i, [])
        known.extend(j for j in new if j not in known)

    def _names(self, i: int, band: int, heard: tuple[Any, Any], day: float) -> list[tuple[int, int]]:
        """Return names with their basis, in the order in which one who is written for two reasons counts."""
        rng, found = self.rng, []
        if self.member[i] and KNOWN[self.kind]:
            known = KNOWN[self.kind] * (1.1, 1.15, 1.0, 0.75)[band]
            home = self.circle[self.region[self.circle] == self.region[i]]
            for _ in range(rng.poisson(known)):
                circle = home if len(home) > 1 and rng.random() < 0.6 else self.circle
                found.append((0, int(rng.choice(circle))))
        if len(heard[0]):
            weight = np.exp((heard[1] - day) / _MEMORY)
            edges = np.cumsum(weight)
            places = np.searchsorted(edges, rng.random(rng.poisson(_SUGGESTED[band])) * edges[-1])
            found += [(1, int(heard[0][min(p, len(edges) - 1)])) for p in places]
        found += [(2, j) for j in self.said.get(i, []) if rng.random() < _REPEATED[band]]
        lure = 1.0 if self.kind == "blind" else _LURED[band]
        for _ in range(rng.poisson(_OTHER[band])):
            pool = self.near[self.region[i]] if rng.random() < 0.85 else None
            for _ in range(50):
                j = int(rng.choice(pool)) if pool is not None else int(rng.integers(self.n))
                if rng.random() * 12 < self.fame[j] * (lure if self.member[j] else 1.0):
                    break
            found.append((3, j))
        return found


def make_archive(kind: str, seed: int, *, persons: int = 5000, members: int = 100, sittings: int = 4300) -> Made:
    """Return an archive of one kind (`KNOWN`).

    Parameters
    ----------
    kind : str
        "misrecorded": as middle; the pressure is wrong on 15 % of sittings and not recorded on 20 %.
    seed : int
    persons, members, sittings : int
    """
    rng = np.random.default_rng([seed, 47])
    told = _Telling(kind, rng, persons, members)
    band = rng.choice(4, sittings, p=_SHARE)
    day = np.sort(rng.uniform(0, 715, sittings))
    speaker = np.zeros(sittings, np.int32)
    for s in range(sittings):
        speaker[s] = told.next_speaker()
        told.sit(s, float(day[s]), int(speaker[s]), int(band[s]))
    pressure = _PRESSURE[band]
    if kind == "misrecorded":
        wrong = rng.random(sittings)
        pressure = np.where(wrong < 0.15, rng.choice(_PRESSURE, sittings), np.where(wrong < 0.35, np.nan, pressure))
    rows = np.array(told.rows, np.int64)
    return Made(_archive(told, speaker, day, pressure, rows), told.member, rows[:, 2])


def _archive(told: _Telling, speaker: Any, day: Any, pressure: Any, rows: Any) -> Archive:
    """Return the record alone."""
    sitting = rows[:, 0]
    written = pa.array(pressure.astype(np.float32), from_pandas=True)
    acts = {
        "act": np.arange(len(day), dtype=np.int32), "time": day, "precision": ["instant"] * len(day), "person": speaker,
        "kind": ["interrogation"] * len(day), "office": told.office[speaker].astype(np.int32),
        "cause": ["unknown"] * len(day), "outcome": ["none"] * len(day), "pressure": written,
        "sitting": np.arange(len(day), dtype=np.int32),
    }  # fmt: skip
    said = {
        "statement": np.arange(len(rows), dtype=np.int32), "time": day[sitting], "precision": ["instant"] * len(rows),
        "speaker": speaker[sitting], "subject": rows[:, 1].astype(np.int32), "channel": ["interrogation"] * len(rows),
        "office": told.office[speaker[sitting]].astype(np.int32), "pressure": written.take(pa.array(sitting)),
        "sitting": sitting.astype(np.int32),
    }  # fmt: skip
    persons = {
        "person": np.arange(told.n, dtype=np.int32), "id": [f"P{k:05d}" for k in range(told.n)],
        "region": [f"r{r:02d}" for r in told.region.tolist()],
    }  # fmt: skip
    tables = {"persons": pa.table(persons), "acts": pa.table(acts), "statements": pa.table(said)}
    return Archive.from_tables(tables, epoch=dt.date(1837, 1, 1))
