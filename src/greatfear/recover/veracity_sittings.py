"""Sittings: when somebody spoke, to which office, in what circumstances; also those that yielded no name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.describe.columns import coded, dated, numbers
from greatfear.recover.ledger_rows import Namings

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]

BANDS = (0.25, 0.6, 0.9)
"""Pressures at which one class of circumstance ends and the next begins."""
_BAND_WORDS = (
    "pressure below 0.25",
    "pressure 0.25 to 0.6",
    "pressure 0.6 to 0.9",
    "pressure 0.9 and more",
    "pressure not recorded",
)


@dataclass(frozen=True, slots=True)
class Sittings:
    """Arrays over sittings, and the names of their classes of circumstance."""

    speaker: Ints
    office: Ints
    time: Floats
    cls: Ints
    classes: tuple[str, ...]

    def reordered(self, order: Ints, place: Ints) -> Sittings:
        """Return the sittings in another order, speakers numbered by `place`."""
        return Sittings(place[self.speaker[order]], self.office[order], self.time[order], self.cls[order], self.classes)


def sittings_of(archive: Archive, said: Namings, keep: Ints, time: Floats) -> tuple[Sittings, Ints]:
    """Return the sittings of an archive, and for each kept naming the number of its sitting.

    A sitting is one interrogation, or what one person said to one office at one time by one channel. Interrogations without
    a name are sittings too: that somebody named nobody is evidence.
    """
    acts = archive.table("acts", ["time", "precision", "person", "kind", "office", "pressure", "sitting"])
    when = dated(acts, archive.epoch, lambda: archive.table("acts", ["time_end"]))
    rows = np.flatnonzero(coded(acts, "kind").equals("interrogation") & (when.grain == 0))
    # Interrogations first: where a statement and an act share a sitting, the statement's circumstances are taken.
    speaker = np.r_[said.speaker[keep], numbers(acts, "person")[rows]].astype(np.int64)
    office = np.r_[said.office[keep], numbers(acts, "office")[rows]].astype(np.int64)
    number = np.r_[said.sitting[keep], numbers(acts, "sitting")[rows]].astype(np.int64)
    moment = np.r_[time, numbers(acts, "time")[rows]]
    pressure = np.r_[said.pressure[keep], numbers(acts, "pressure")[rows].astype(np.float64)]
    names = (*said.channel.names, "interrogation", "absent")
    channel = np.r_[said.channel.codes[keep], np.full(len(rows), names.index("interrogation"))]
    circumstance = np.r_[said.circumstance.codes[keep], np.full(len(rows), -1)]
    # A numbered sitting is that number; one without is a speaker at a time before an office by a channel.
    _, day_code = np.unique(moment, return_inverse=True)
    is_numbered = number >= 0
    columns = [
        np.where(is_numbered, number, -1), speaker, np.where(is_numbered, -1, day_code),
        np.where(is_numbered, -1, office * 64 + channel),
    ]  # fmt: skip
    parts = np.stack(columns, axis=1)
    order = np.lexsort(tuple(columns[::-1]))
    starts = np.r_[True, (parts[order][1:] != parts[order][:-1]).any(axis=1)] if len(order) else np.zeros(0, bool)
    label = np.empty(len(order), np.int64)
    label[order] = np.cumsum(starts) - 1
    first = np.full(int(starts.sum()), len(order), np.int64)
    np.minimum.at(first, label, np.arange(len(order)))
    band = np.where(np.isnan(pressure), len(BANDS) + 1, np.searchsorted(BANDS, np.nan_to_num(pressure), side="right"))
    cls, classes = _classes(channel[first], band[first], circumstance[first], (names, said.circumstance.names))
    return Sittings(speaker[first], office[first], moment[first], cls, classes), label[: len(keep)]


def _classes(
    channel: Ints, band: Ints, circumstance: Ints, names: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[Ints, tuple[str, ...]]:
    """Return the class of each sitting and the names of the classes that occur, in the order of their names."""
    key = (channel * 8 + band) * 16 + circumstance + 1
    found, code = np.unique(key, return_inverse=True)
    words = []
    for value in found.tolist():
        how = value % 16 - 1
        parts = [names[0][value // 128], _BAND_WORDS[value // 16 % 8], *([names[1][how]] if how >= 0 else [])]
        words.append(", ".join(parts))
    rank = np.argsort(np.array(words, object)) if words else np.zeros(0, np.int64)
    place = np.empty(len(rank), np.int64)
    place[rank] = np.arange(len(rank))
    return place[code] if len(rank) else code, tuple(words[k] for k in rank.tolist())
