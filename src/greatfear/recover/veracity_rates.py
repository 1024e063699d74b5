"""Rates of the model, their priors, and what was at risk: how much of each part there could have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.veracity_design import Design

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates a sitting, by class of circumstance.

    Parameters
    ----------
    linear : array (classes, 9)
        Suggestion, repetition (for each name said before), reciprocity (for each who named the speaker), hearsay, and
        names taken from kin, acquaintances, unit, region and everybody.
    knowledge : array (classes,)
        Names of members that a member knows and says.
    where : array (2,)
        How much of that lies within the own region, and everywhere; adds up to 1.
    omega : array (classes,)
        How much more often a member is named than another, by acquaintance; 1: not at all.
    talk, fame : arrays over persons
        Factors of speakers and of the persons named, around 1.
    """

    linear: Floats
    knowledge: Floats
    where: Floats
    omega: Floats
    talk: Floats
    fame: Floats

    def kernel(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the arrays that kernels read."""
        return self.linear, self.knowledge, self.where, self.omega


@dataclass(frozen=True, slots=True)
class Priors:
    """Gamma priors, shape and rate: linear parts, knowledge, omega - 1; which classes have a free omega."""

    shape: Floats
    rate: Floats
    knowledge_rate: float
    omega: tuple[float, float]
    is_free: npt.NDArray[np.bool_]


def priors_of(design: Design, is_free: npt.NDArray[np.bool_]) -> Priors:
    """Return the priors: scales come from the mean number of names a sitting."""
    mean = max(len(design.sitting) / max(len(design.sittings.time), 1), 1e-3)
    # Suggestion and hearsay: mean names a sitting; repetition: a quarter for each name; acquaintance: nearly flat.
    shape = np.array([1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5])
    rate = np.array([1 / mean, 4.0, 4.0, 1 / mean, 0.1, 0.1, 0.1, 0.1, 0.1])
    return Priors(shape, rate, 1 / mean, (2.0, 1.0), is_free)


def first_rates(design: Design, priors: Priors) -> Rates:
    """Return rates to start from: each part gets the same share of the names of its class."""
    classes = len(design.sittings.classes)
    exposed = np.zeros((classes, 9))
    np.add.at(exposed, design.sittings.cls, design.exposure)
    names = np.bincount(design.cls, minlength=classes).astype(float)
    linear = (names[:, None] / 9 + 0.5) / (exposed + 1.0)
    linear[exposed == 0] = 0.0
    ones = np.ones(design.n_persons)
    omega = np.where(priors.is_free, 1.5, 1.0)
    return Rates(linear, np.ones(classes), np.array([0.5, 0.5]), omega, ones, ones.copy())


@dataclass(frozen=True, slots=True)
class Exposure:
    """Sums over sittings that stand for all pairs at risk; nothing here loops over pairs.

    Parameters
    ----------
    design : Design
    scale : float
        Persons over expected members: a member who knows one member a sitting has the rate 1.
    speaker, of_class : array, array (groups, classes)
        A group is the sittings of one speaker in one class; `of_class` marks its class with the number of sittings.
    exposed : array (groups, 9)
        Sums of the exposures of its sittings.
    sizes : tuple of arrays over persons
        Number of kin, of acquaintances, of others in the unit, of others in the region, of everybody else; at least 1.
    has : array (persons, 5)
        Whether the person has such others at all.
    """

    design: Design
    scale: float
    speaker: Ints
    of_class: Floats
    exposed: Floats
    sizes: tuple[Floats, Floats, Floats, Floats, Floats]
    has: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, design: Design, scale: float) -> Exposure:
        """Return the sums of a design."""
        sat, classes = design.sittings, max(len(design.sittings.classes), 1)
        key, group = np.unique(sat.speaker * np.int64(classes) + sat.cls, return_inverse=True)
        of_class = np.zeros((len(key), classes))
        of_class[np.arange(len(key)), key % classes] = np.bincount(group, minlength=len(key))
        columns = [np.bincount(group, design.exposure[:, f], len(key)) for f in range(9)]
        each = design.near_by.sizes()
        everybody = np.full(design.n_persons, max(design.n_persons - 1.0, 1.0))
        kin, known, unit, region = (np.maximum(size, 1) for size in each)
        sizes = (kin, known, unit, region, everybody)
        has = np.stack([*(size > 0 for size in each), np.ones(design.n_persons, bool)], axis=1)
        return cls(design, scale, key // classes, of_class, np.stack(columns, axis=1), sizes, has)

    def linear(self, rates: Rates, lured: Floats | None = None) -> Floats:
        """Return what each linear rate is multiplied by; with `lured`, omega raises what falls on members."""
        is_one = (self.of_class > 0).astype(float)
        weight = self.exposed * rates.talk[self.speaker][:, None]
        found = is_one.T @ weight
        near = self.near_sum(rates.fame)[self.speaker] * rates.talk[self.speaker][:, None]
        found[:, 4:] = self.of_class.T @ near
        if lured is not None:
            found[:, 4:] += lured * (rates.omega - 1.0)[:, None]
        return found

    def lured(self, rates: Rates, member: Floats) -> Floats:
        """Return what each rate of acquaintance is multiplied by for members, by class, at omega - 1 = 1."""
        near = self.near_sum(rates.fame * member)[self.speaker] * rates.talk[self.speaker][:, None]
        return np.asarray(self.of_class.T @ near)

    def near_sum(self, value: Floats) -> Floats:
        """Return for each person the mean of a value over kin, acquaintances, unit, region, everybody else; 0 for none."""
        found = np.zeros((self.design.n_persons, 5))
        for column in range(5):
            found[:, column] = self._near_one(column, value)
        return found

    def _near_one(self, column: int, value: Floats) -> Floats:
        """Return one column of `near_sum`."""
        near, n, has = self.design.near_by, self.design.n_persons, self.has[:, column]
        if not has.any():
            return np.zeros(n)
        if column < 2:
            of, whom = (near.kin_of, near.kin) if column == 0 else (near.known_by, near.known)
            total = np.asarray(np.bincount(of, value[whom], n), np.float64)
        elif column < 4:
            total = _group_sum(near.unit if column == 2 else near.region, value) - value
        else:
            total = value.sum() - value
        return np.where(has, total / self.sizes[column], 0.0)

    def talked(self, rates: Rates, per_class: Floats) -> Floats:
        """Return for each speaker the sum over own sittings of a rate by class, times the speaker's factor."""
        return np.bincount(self.speaker, self.of_class @ per_class, self.design.n_persons) * rates.talk

    def of_subjects(self, rates: Rates, linear: Floats) -> Floats:
        """Return for each person how many names by acquaintance would fall on a person of fame 1.

        `linear` has the five rates of acquaintance by class.
        """
        near, n = self.design.near_by, self.design.n_persons
        found = np.zeros(n)
        for column in range(5):
            if not linear[:, column].any():
                continue
            each = self.talked(rates, linear[:, column]) / self.sizes[column]
            if column < 2:
                of, whom = (near.kin_of, near.kin) if column == 0 else (near.known_by, near.known)
                found += np.bincount(of, each[whom], n)
            elif column < 4:
                group = near.unit if column == 2 else near.region
                found += np.where(group >= 0, _group_sum(group, each) - each, 0.0)
            else:
                found += each.sum() - each
        return found

    def knowledge_field(self, rates: Rates, member: Floats) -> Floats:
        """Return for each person the names that knowledge would have brought, had the person been a member.

        That is the loss of log-probability by which the silence of others, and the own silence, speak against membership.
        """
        spoken = self.talked(rates, rates.knowledge) * self.scale
        near, both = self.design.near_by, spoken * member
        found = rates.where[1] / self.sizes[4] * (spoken * (member.sum() - member) + both.sum() - both)
        own_region = spoken * (_group_sum(near.region, member) - member) + _group_sum(near.region, both) - both
        return np.asarray(found + np.where(self.has[:, 3], rates.where[0] / self.sizes[3] * own_region, 0.0))

    def known_members(self, member: Floats) -> tuple[Floats, Floats]:
        """Return for each person the share of members in the own region, and everywhere, times `scale`."""
        return self._near_one(3, member) * self.scale, self._near_one(4, member) * self.scale

    def knowledge(self, rates: Rates, member: Floats, known: tuple[Floats, Floats]) -> Floats:
        """Return what each rate of knowledge is multiplied by; `known` is `known_members` of the same members."""
        each = rates.talk * member * (rates.where[0] * known[0] + rates.where[1] * known[1])
        return np.asarray(each[self.speaker] @ self.of_class)

    def where(self, rates: Rates, member: Floats, known: tuple[Floats, Floats]) -> Floats:
        """Return what each of `where` is multiplied by."""
        spoken, weight = self.of_class @ rates.knowledge, rates.talk * member
        return np.array([float(spoken @ (weight * part)[self.speaker]) for part in known])

    def by_speaker(self, rates: Rates, member: Floats, known: tuple[Floats, Floats]) -> Floats:
        """Return for each speaker the names expected at a factor of 1."""
        cls = self.of_class.argmax(axis=1)
        linear = rates.linear[cls]
        near = self.near_sum(rates.fame)[self.speaker]
        if (rates.omega != 1.0).any():
            near = near + self.near_sum(rates.fame * member)[self.speaker] * (rates.omega[cls] - 1.0)[:, None]
        sittings = self.of_class.sum(axis=1)
        each = (self.exposed[:, :4] * linear[:, :4]).sum(axis=1) + (near * linear[:, 4:]).sum(axis=1) * sittings
        fellows = member * (rates.where[0] * known[0] + rates.where[1] * known[1])
        each += fellows[self.speaker] * rates.knowledge[cls] * sittings
        return np.asarray(np.bincount(self.speaker, each, self.design.n_persons), np.float64)


def _group_sum(group: Ints, value: Floats) -> Floats:
    """Return for each person the sum over the own group; 0 where the group is not recorded."""
    place = group + 1
    sums = np.bincount(place, value, minlength=1)
    sums[0] = 0.0
    return np.asarray(sums[place])
