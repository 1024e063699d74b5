"""Reduced forms: small models of the literature whose answers are known, in closed form and simulated.

They stand beside the full process and share its addressed random numbers, so that a user can set a mechanism of the
full process against the smallest model that has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import purpose_key
from greatfear.errors import Fault, ScenarioError
from greatfear.simulation.kernels import urn as kernels

# Numbers of purposes are fixed for ever; those of the reduced forms begin at 300, far from those of the full process.
_URN, _ELIMINATIONS = 300, 301


@dataclass(frozen=True, slots=True)
class Eliminations:
    """What it takes to bring the share of enemies down to a target, under flags of limited precision.

    Parameters
    ----------
    precision : float
        Share of enemies among the flagged.
    removals : float
        Expected persons to be removed; infinite where no number suffices.
    innocents : float
        How many of these are not enemies.
    flagged : float
        Expected persons flagged.
    feasible : bool
        Whether the precision exceeds the target and the flagged suffice.
    """

    precision: float
    removals: float
    innocents: float
    flagged: float
    feasible: bool


def eliminations(persons: int, enemy_share: float, target: float, flag_enemy: float, flag_other: float) -> Eliminations:
    """Return how many must be removed, on average, until the share of enemies is at the target.

    Parameters
    ----------
    persons : int
        Size of the population.
    enemy_share, target : float
        Share of enemies before, and the share that is tolerated; 0 to 1.
    flag_enemy, flag_other : float
        Probability that an enemy, and that somebody else, is flagged; 0 to 1.

    Returns
    -------
    Eliminations

    Raises
    ------
    ScenarioError
        If a share is not in [0, 1] or nobody is flagged.

    References
    ----------
    Reduced form of Gregory, Schröder, Sonin (2011), Journal of Comparative Economics 39(1), on eliminations under poor
    information: removed enemies are K v, so that (N theta - K v) / (N - K) is the target at K removals.
    """
    _check_shares(enemy_share=enemy_share, target=target, flag_enemy=flag_enemy, flag_other=flag_other)
    hits, rest = enemy_share * flag_enemy, (1.0 - enemy_share) * flag_other
    if hits + rest <= 0.0:
        raise ScenarioError(
            [Fault("flag_enemy, flag_other", "nobody flagged", "at least one probability above 0")], "eliminations"
        )
    precision, flagged = hits / (hits + rest), persons * (hits + rest)
    if enemy_share <= target:
        return Eliminations(precision, 0.0, 0.0, flagged, True)
    if precision <= target:
        return Eliminations(precision, np.inf, np.inf, flagged, False)
    removals = persons * (enemy_share - target) / (precision - target)
    return Eliminations(precision, removals, removals * (1.0 - precision), flagged, removals <= flagged)


def draw_eliminations(
    persons: int, rates: tuple[float, float, float, float], turns: int, seed: int, replicate: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return removals and innocents of simulated eliminations, one entry per repetition.

    Parameters
    ----------
    persons : int
        Size of the population.
    rates : tuple of four floats
        Share of enemies, target, flag rates of enemies and of others, as in `eliminations`.
    turns : int
        Repetitions.
    seed, replicate : int
        Address of the draws.

    Returns
    -------
    tuple of two int64 arrays, shape (turns,)
        Persons removed (-1 where the flagged did not suffice), and how many of them were not enemies.

    Raises
    ------
    ScenarioError
        If a share is not in [0, 1].
    """
    share, target, flag_enemy, flag_other = rates
    _check_shares(enemy_share=share, target=target, flag_enemy=flag_enemy, flag_other=flag_other)
    removed, innocents = np.zeros(turns, np.int64), np.zeros(turns, np.int64)
    key = np.uint64(purpose_key(seed, replicate, _ELIMINATIONS))
    enemies = round(persons * share)
    kernels.removals(key, persons, enemies, target, flag_enemy, flag_other, removed, innocents)
    return removed, innocents


def draw_urn(
    urns: int, records: int, *, start: tuple[float, float] = (1.0, 1.0), rates: tuple[float, float] = (0.5, 0.5),
    corrected: bool = False, seed: int = 0, replicate: int = 0,
) -> NDArray[np.int64]:  # fmt: skip
    """Return how many of `records` new records two offices, fed by their own findings, make in the first region.

    A visit goes to a region with the probability of its share of all records and yields a record with the rate of the
    region. With the correction a record is accepted with probability one minus the share of its region.

    Parameters
    ----------
    urns : int
        Repetitions.
    records : int
        New records in each.
    start : tuple of two floats
        Records before the first visit; more than 0.
    rates : tuple of two floats
        Probability that a visit to the region yields a record; more than 0, up to 1.
    corrected : bool
        Whether to correct.
    seed, replicate : int
        Address of the draws.

    Returns
    -------
    int64 array, shape (urns,)

    Raises
    ------
    ScenarioError
        If a start or rate is out of range.

    References
    ----------
    Ensign, Friedler, Neville, Scheidegger, Venkatasubramanian (2018), Runaway feedback loops in predictive policing,
    PMLR 81, arXiv 1706.09847, sections 3 and 4.
    """
    _check_shares(**{f"rates[{i}]": rate for i, rate in enumerate(rates)})
    if min(*start, *rates) <= 0:
        raise ScenarioError(
            [Fault("start, rates", str(min(*start, *rates)), "more than 0", "else the urn may never end")], "urn"
        )
    found = np.zeros(urns, np.int64)
    key = np.uint64(purpose_key(seed, replicate, _URN))
    kernels.urn(key, np.array(start, np.float64), np.array(rates, np.float64), records, corrected, found)
    return found


def belief_path(
    prior: float, arrested: Sequence[float], named: Sequence[float], at_large: Sequence[float], *,
    credulity: float, gamma: float = 1.0, learning: float = 0.25,
) -> NDArray[np.float64]:  # fmt: skip
    """Return how many enemies the centre believes to be at large, after each period.

    Parameters
    ----------
    prior : float
        Belief before the first period, persons.
    arrested, named, at_large : sequences of float, equal lengths
        By period: persons arrested from the file of suspects, persons entered on it, and real members at large at its end.
        A period with neither changes nothing.
    credulity : float
        1 takes confessions at face value, 0 knows what they are worth.
    gamma : float
        Enemies inferred from one new name.
    learning : float
        Share of the error that a centre of credulity 0 corrects in a period.

    Returns
    -------
    float64 array, shape (periods,)
    """
    path, belief = [], float(prior)
    for taken, new, true in zip(arrested, named, at_large, strict=True):
        if not (taken or new):
            path.append(belief)
            continue
        believed, corrected = gamma * new - taken, learning * (true - belief)
        belief = max(0.0, belief + credulity * believed + (1.0 - credulity) * corrected)
        path.append(belief)
    return np.array(path, np.float64)


def _check_shares(**shares: float) -> None:
    """Refuse shares and probabilities outside [0, 1], all at once."""
    faults = [
        Fault(name, f"{value:g}", "a number from 0 to 1") for name, value in shares.items() if not 0.0 <= value <= 1.0
    ]
    if faults:
        raise ScenarioError(faults, "reduced form")
