"""Reduced forms on who accuses: patrols sent by records, namings under a penalty for silence, accusers with one source."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import purpose_key
from greatfear.simulation.kernels import accusers as kernels

# Numbers of purposes are fixed for ever; 300 and 301 are those of the urn and of eliminations.
_PATROLS, _NAMINGS, _AGREEMENT = 302, 303, 304


def draw_patrols(
    start: NDArray[np.int64], rate: Sequence[float], days: int, *, teams: int = 1, seed: int = 0, replicate: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return records and visits by place, and on how many days the first place lost share, where records send the patrols.

    Parameters
    ----------
    start : int64 array, shape (worlds, places)
        Records before the first day.
    rate : sequence of float, length places
        Probability that a visit yields a record.
    days, teams : int
        Length; every day the `teams` places with the most records are visited.
    seed, replicate : int
        Address of the draws.

    References
    ----------
    Lum, Isaac (2016), To predict and serve?, 10.1111/j.1740-9713.2016.00960.x.
    """
    key = np.uint64(purpose_key(seed, replicate, _PATROLS))
    records, visits = start.astype(np.int64).copy(), np.zeros(start.shape, np.int64)
    rates = np.asarray(rate, np.float64)
    falls = [kernels.patrol(key, w, rates, days, teams, records[w], visits[w]) for w in range(start.shape[0])]
    return records, visits, np.array(falls, np.int64)


def draw_namings(
    worlds: int, persons: int, *, penalty: float, closeness: float, seed: int = 0, replicate: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return whom everybody names, and against whom everybody holds a grudge, on a ring of social distance.

    Parameters
    ----------
    worlds, persons : int
        Repetitions; persons on the ring, an odd number.
    penalty : float
        Probability that a person is forced to name somebody, 0 to 1; else the own enemy is named.
    closeness : float
        Anyone who is forced names somebody at distance d with weight exp(-closeness * d).
    seed, replicate : int
        Address of the draws.

    Returns
    -------
    tuple of two int64 arrays, shape (worlds, persons)

    References
    ----------
    Bergemann (2019), Judge Thy Neighbor, Columbia University Press.
    """
    key = np.uint64(purpose_key(seed, replicate, _NAMINGS))
    weights = np.exp(-closeness * np.arange(1, (persons - 1) // 2 + 1))
    named, enemy = np.zeros((worlds, persons), np.int64), np.zeros((worlds, persons), np.int64)
    for w in range(worlds):
        kernels.name_near(key, w, weights, penalty, enemy[w], named[w])
    return named, enemy


def posterior(agreeing: int, prior: float, hit: float, false: float, common: float) -> float:
    """Return the probability that a person is a member whom `agreeing` accusers all accuse.

    Parameters
    ----------
    agreeing : int
        Accusers who agree.
    prior : float
        Share of members, 0 to 1.
    hit, false : float
        Probability that an accuser accuses a member, and somebody else.
    common : float
        Probability that all accusers have one source.

    References
    ----------
    Reduced form of Pei, Strulovici, Crime aggregation, deterrence, and witness credibility, arXiv 2009.06470, and of
    Chassang, Padró i Miquel (2019), 10.1093/restud/rdy072: accusations that are not independent.
    """
    member = prior * (common * hit + (1.0 - common) * hit**agreeing)
    other = (1.0 - prior) * (common * false + (1.0 - common) * false**agreeing)
    return member / (member + other)


def draw_agreement(
    persons: int, accusers: int, rates: tuple[float, float, float, float], *, seed: int = 0, replicate: int = 0
) -> tuple[int, NDArray[np.int64]]:
    """Return how many members there are, and for everybody how many accusers agree; members come first.

    Parameters
    ----------
    persons, accusers : int
        Persons, and accusers of each.
    rates : tuple of four floats
        Prior, hit, false and common, as in `posterior`.
    seed, replicate : int
        Address of the draws.
    """
    prior, hit, false, common = rates
    agreeing, members = np.zeros(persons, np.int64), round(persons * prior)
    kernels.agree(np.uint64(purpose_key(seed, replicate, _AGREEMENT)), accusers, members, hit, false, common, agreeing)
    return members, agreeing
