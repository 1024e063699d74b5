"""From an archive to sittings and namings with the features of the model, in canonical order.

Only what came before a sitting enters its features, so the likelihood is a product over sittings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.describe.columns import Coded, coded, numbers
from greatfear.recover.kernels.memory import remembered_shares
from greatfear.recover.ledger_rows import Namings, read_namings
from greatfear.recover.veracity_canonical import canonical_order, mixed, text_words
from greatfear.recover.veracity_near import Nearness, nearness_of
from greatfear.recover.veracity_sittings import Sittings, sittings_of

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """Sittings and namings of an archive with what went before each.

    Parameters
    ----------
    person : array of int
        Row number in the archive of each person, in canonical order; all other arrays count persons by this order.
    twin : array of int
        Persons with equal numbers are alike in everything that the record says.
    sittings : Sittings
        Speaker, office, time and class of each sitting, in the order of time.
    sitting, speaker, subject, cls : arrays over namings
        A name is counted once a sitting.
    features : array (namings, 9)
        Suggestion, repetition, reciprocity, hearsay; kin, acquaintances, unit, region, all
        (`greatfear.recover.kernels.expecting`).
    near : array (namings, 2)
        Weight of the pair for knowledge: same region, everywhere; each adds up to 1 over all persons.
    exposure : array (sittings, 9)
        The sum of each feature over all persons who could have been named.
    row : array over statements that entered
        Row number in the archive; `naming` gives its naming.
    n_undated : int
        Namings without a day; they cannot be placed and do not enter.
    """

    person: Ints
    twin: Ints
    near_by: Nearness
    sittings: Sittings
    sitting: Ints
    speaker: Ints
    subject: Ints
    cls: Ints
    features: Floats
    near: Floats
    exposure: Floats
    row: Ints
    naming: Ints
    n_undated: int

    @property
    def n_persons(self) -> int:
        """Persons of the archive."""
        return len(self.person)

    def names(self, scale: float) -> tuple[Ints, Ints, Ints, Floats, Floats]:
        """Return the arrays that kernels read; `scale` is persons over expected members."""
        return self.speaker, self.subject, self.cls, self.features, self.near * scale


def design_of(archive: Archive, *, tau: float, namings: Namings | None = None) -> Design:
    """Return the design of an archive; a word fades with the time `tau` (days) from an office's memory."""
    said = read_namings(archive) if namings is None else namings
    keep = np.flatnonzero(~np.isnan(said.day))
    exact = numbers(archive.table("statements", ["time"]), "time")[said.row[keep]]
    found, of_statement = sittings_of(archive, said, keep, exact)
    people = archive.table("persons", ["region", "unit"])
    region, unit = coded(people, "region"), coded(people, "unit")
    order, twin = _order(archive, said, keep, found, of_statement, people=(region, unit))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    near_by = nearness_of(archive, place, _codes(region, order), _codes(unit, order))
    sitting_order = np.lexsort((found.cls, place[found.speaker], found.office, found.time))
    rank = np.empty(len(sitting_order), np.int64)
    rank[sitting_order] = np.arange(len(sitting_order))
    sat = found.reordered(sitting_order, place)
    pair = rank[of_statement] * np.int64(len(order)) + place[said.subject[keep]]
    key, naming = np.unique(pair, return_inverse=True)
    sitting, subject = key // len(order) if len(key) else key, key % max(len(order), 1)
    speaker = sat.speaker[sitting]
    features, exposure = features_of(sat, sitting, subject, near_by, tau)
    prompted = np.zeros(len(key), bool)
    prompted[naming[said.prompted[keep] == 1]] = True
    features[prompted, 0] = 1.0
    near = features[:, 7:].copy()
    return Design(
        order, twin, near_by, sat, sitting, speaker, subject, sat.cls[sitting], features, near, exposure,
        said.row[keep], naming, len(said) - len(keep),
    )  # fmt: skip


def _codes(column: Coded, order: Ints) -> Ints:
    """Return the codes of a category in canonical order of persons, numbered by the order of their names."""
    rank = np.argsort(np.argsort(np.array(column.names, object))) if column.names else np.zeros(0, np.int64)
    return np.asarray(np.r_[rank, -1].astype(np.int64)[column.codes][order])


def _order(
    archive: Archive, said: Namings, keep: Ints, sat: Sittings, of_statement: Ints, *, people: tuple[Coded, Coded]
) -> tuple[Ints, Ints]:
    """Return the canonical order of persons and their groups of twins."""
    words = [np.r_[text_words(column.names), np.uint64(0)][column.codes] for column in people]
    what = mixed(sat.time[of_statement], sat.office[of_statement], sat.cls[of_statement], said.prompted[keep])
    itself = mixed(sat.time, sat.office, sat.cls)
    ties = archive.table("ties", ["a", "b", "kind"])
    kinds = coded(ties, "kind")
    tie_words = np.r_[text_words(kinds.names), np.uint64(0)][kinds.codes]
    a, b = numbers(ties, "a"), numbers(ties, "b")
    return canonical_order(
        mixed(*words),
        [
            (said.speaker[keep], said.subject[keep], what), (sat.speaker, sat.speaker, itself),
            (a, b, tie_words), (b, a, tie_words),
        ],
    )  # fmt: skip


def features_of(sat: Sittings, sitting: Ints, subject: Ints, near_by: Nearness, tau: float) -> tuple[Floats, Floats]:
    """Return the features of each naming, and their sums over all who could have been named, for each sitting."""
    n_persons = np.int64(near_by.n_persons)
    time, speaker, office = sat.time[sitting], sat.speaker[sitting], sat.office[sitting]
    features, exposure = np.zeros((len(sitting), 9)), np.zeros((len(sat.time), 9))
    features[:, 0] = suggestion(time, office, subject, n_persons, tau)
    first = _first_times(office, np.zeros(len(office), np.int64), time, np.int64(1))
    exposure[:, 0] = _seen(first, sat.office, np.zeros(len(sat.time), np.int64), sat.time, np.int64(1))
    pairs = _first_times(speaker, subject, time, n_persons)
    features[:, 1] = _seen(pairs, speaker, subject, time, n_persons)
    features[:, 2] = _seen(pairs, subject, speaker, time, n_persons)
    exposure[:, 1] = count_before(pairs[0] // n_persons, pairs[1], sat.speaker, sat.time)
    exposure[:, 2] = count_before(pairs[0] % n_persons, pairs[1], sat.speaker, sat.time)
    features[:, 3], exposure[:, 3] = near_by.hearsay((speaker, subject, time), (sat.speaker, sat.time))
    features[:, 4:], exposure[:, 4:] = near_by.acquaintance(speaker, subject), near_by.any_acquaintance(sat.speaker)
    return features, exposure


def suggestion(time: Floats, office: Ints, subject: Ints, n_persons: np.int64, tau: float) -> Floats:
    """Return the share of each name in what its office had heard before."""
    codes = np.unique(office, return_inverse=True)[1]
    key = np.unique(codes * n_persons + subject, return_inverse=True)[1]
    n_keys, n_offices = int(key.max(initial=-1)) + 1, int(codes.max(initial=-1)) + 1
    room = (np.zeros(n_keys), np.zeros(n_keys), np.zeros(n_offices), np.zeros(n_offices))
    out = np.zeros(len(time))
    remembered_shares(time, codes, key, np.ones(len(time)), float(tau), *room, out)
    return out


def features_of_pairs(design: Design, sitting: Ints, subject: Ints, tau: float) -> Floats:
    """Return the features that other pairs of a sitting and a person would have had, given the same history."""
    sat, near_by, n_persons = design.sittings, design.near_by, np.int64(design.n_persons)
    n = len(design.sitting)
    every, whom = np.r_[design.sitting, sitting], np.r_[design.subject, subject]
    order = np.argsort(sat.time[every], kind="stable")
    time, office = sat.time[every][order], sat.office[every][order]
    codes = np.unique(office, return_inverse=True)[1]
    key = np.unique(codes * n_persons + whom[order], return_inverse=True)[1]
    n_keys, n_offices = int(key.max(initial=-1)) + 1, int(codes.max(initial=-1)) + 1
    room = (np.zeros(n_keys), np.zeros(n_keys), np.zeros(n_offices), np.zeros(n_offices))
    shares, found = np.zeros(len(every)), np.zeros((len(sitting), 9))
    remembered_shares(time, codes, key, (order < n).astype(float), float(tau), *room, shares)
    in_place = np.empty(len(every))
    in_place[order] = shares
    found[:, 0] = in_place[n:]
    speaker, moment = sat.speaker[sitting], sat.time[sitting]
    pairs = _first_times(design.speaker, design.subject, sat.time[design.sitting], n_persons)
    found[:, 1] = _seen(pairs, speaker, subject, moment, n_persons)
    found[:, 2] = _seen(pairs, subject, speaker, moment, n_persons)
    said = (design.speaker, design.subject, sat.time[design.sitting])
    found[:, 3] = near_by.hearsay(said, (sat.speaker, sat.time), (speaker, subject, moment))[0]
    found[:, 4:] = near_by.acquaintance(speaker, subject)
    return found


def _first_times(a: Ints, b: Ints, time: Floats, width: np.int64) -> tuple[Ints, Floats]:
    """Return the distinct pairs as one sorted key, and the first time of each."""
    key = a * width + b
    order = np.lexsort((time, key))
    starts = np.r_[True, key[order][1:] != key[order][:-1]] if len(key) else np.zeros(0, bool)
    return key[order][starts], time[order][starts]


def _seen(pairs: tuple[Ints, Floats], a: Ints, b: Ints, time: Floats, width: np.int64) -> Floats:
    """Return 1 where the pair occurred before the time, 0 elsewhere."""
    keys, first = pairs
    if not len(keys):
        return np.zeros(len(time))
    wanted = a * width + b
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray((keys[place] == wanted) & (first[place] < time), np.float64)


def count_before(owner: Ints, time: Floats, asked: Ints, until: Floats) -> Floats:
    """Return how many entries of each asked owner are earlier than the time."""
    moments = np.unique(np.r_[time, until])
    width = np.int64(len(moments) + 1)
    key = np.sort(owner * width + np.searchsorted(moments, time))
    low = np.searchsorted(key, asked * width)
    found = np.searchsorted(key, asked * width + np.searchsorted(moments, until)) - low
    return np.asarray(found, np.float64)
