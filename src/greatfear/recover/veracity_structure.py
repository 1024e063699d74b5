"""Check D2, structure: namings that answer a naming, and namings that close a triad, against what the model expects.

Who sits is not drawn again in a replay, although in the record the named were made to speak. So these two are not compared
with replays, but with their expectation, sitting by sitting, given everything that had happened before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.kernels.expecting import intensities
from greatfear.recover.result import Check
from greatfear.recover.veracity_design import Design, features_of_pairs
from greatfear.recover.veracity_fit import Fitted

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
_MOST = 4_000_000
"""With more opportunities than this the check is left out, and says so."""


def structure(fitted: Fitted, tau: float) -> list[Check]:
    """Return the checks of answered namings and of closed triads."""
    design = fitted.design
    n = np.int64(max(design.n_persons, 1))
    time = design.sittings.time[design.sitting]
    answers = (design.subject * n + design.speaker, time)
    found = [_check(fitted, tau, "answered namings", *_opportunities(design, *answers))]
    triads = _triads(design, time)
    if triads is not None:
        found.append(_check(fitted, tau, "closed triads", *_opportunities(design, *triads)))
    return found


def _triads(design: Design, time: Floats) -> tuple[Ints, Floats] | None:
    """Return pairs (i, j) such that i had named somebody who had named j, with the time from which that holds."""
    order = np.argsort(design.speaker, kind="stable")
    low, high = (np.searchsorted(design.speaker[order], design.subject, side=side) for side in ("left", "right"))
    if int((high - low).sum()) > _MOST:
        return None
    source = np.repeat(np.arange(len(time)), high - low)
    ends = np.cumsum(high - low)
    place = np.arange(len(source)) - np.repeat(ends - (high - low), high - low) + np.repeat(low, high - low)
    second = order[place]
    keep = design.subject[second] != design.speaker[source]
    key = design.speaker[source] * np.int64(design.n_persons) + design.subject[second]
    return key[keep], np.maximum(time[source], time[second])[keep]


def _opportunities(design: Design, key: Ints, since: Floats) -> tuple[Ints, Ints]:
    """Return sittings and persons: each pair (speaker, person) in each sitting after the time from which it holds."""
    n = np.int64(max(design.n_persons, 1))
    order = np.lexsort((since, key))
    starts = np.r_[True, key[order][1:] != key[order][:-1]] if len(key) else np.zeros(0, bool)
    pair, first = key[order][starts], since[order][starts]
    sat = design.sittings
    by_speaker = np.argsort(sat.speaker, kind="stable")
    low, high = (np.searchsorted(sat.speaker[by_speaker], pair // n, side=side) for side in ("left", "right"))
    source = np.repeat(np.arange(len(pair)), high - low)
    ends = np.cumsum(high - low)
    place = np.arange(len(source)) - np.repeat(ends - (high - low), high - low) + np.repeat(low, high - low)
    sitting = by_speaker[place]
    keep = sat.time[sitting] > first[source]
    return sitting[keep], (pair % n)[source[keep]]


def _check(fitted: Fitted, tau: float, name: str, sitting: Ints, subject: Ints) -> Check:
    """Return one check: the number of such namings against its expectation, over draws of rates and members."""
    from scipy.stats import norm

    if not len(sitting) or len(sitting) > _MOST:
        return Check(
            f"D2 {name}", float("nan"), 0.01, True, "not tested: there were no opportunities, or too many to count"
        )
    design, n = fitted.design, np.int64(fitted.design.n_persons)
    named = np.isin(sitting * n + subject, design.sitting * n + design.subject)
    features = features_of_pairs(design, sitting, subject, tau)
    scale = 1.0 / fitted.question.middle
    sat = design.sittings
    names = (sat.speaker[sitting], subject, sat.cls[sitting], features, features[:, 7:] * scale)
    out, means, variances = np.zeros(len(sitting)), [], []
    for rates, member in (pair for chain in fitted.chains for pair in chain.drawn[-3:]):
        intensities(names, rates.kernel(), (rates.talk, rates.fame), member, out)
        p = -np.expm1(-out)
        means.append(float(p.sum()))
        variances.append(float((p * (1 - p)).sum()))
    mean, spread = float(np.mean(means)), float(np.sqrt(np.mean(variances) + np.var(means)))
    p_value = float(2 * norm.sf(abs(named.sum() - mean) / max(spread, 1e-9)))
    words = f"p of {int(named.sum()):,} {name}, where the model expects {mean:,.0f} in {len(sitting):,} opportunities"
    return Check(f"D2 {name}", p_value, 0.01, p_value >= 0.01, words)
