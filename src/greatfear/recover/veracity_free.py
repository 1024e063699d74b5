"""What only free speech says: namings that nobody had prompted or said before, in sittings of a free class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.result import Check
from greatfear.recover.veracity_design import Design, features_of_pairs
from greatfear.recover.veracity_fit import Effort, Fitted, fit_short

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_LEAST_NAMINGS, _LEAST_LABELLED = 20, 5


def only_free(design: Design, is_free: Bools) -> Design:
    """Return the sittings of free classes with the namings in them that were not prompted and not said before by the speaker."""
    sat = design.sittings
    keep_sitting = is_free[sat.cls]
    new = np.cumsum(keep_sitting) - 1
    keep = keep_sitting[design.sitting] & (design.features[:, 0] < 1.0) & (design.features[:, 1] == 0)
    place = np.cumsum(keep) - 1
    rows = keep[design.naming]
    left: dict[str, Any] = {name: getattr(sat, name)[keep_sitting] for name in ("speaker", "office", "time", "cls")}
    return replace(
        design, sittings=replace(sat, **left), sitting=new[design.sitting[keep]], speaker=design.speaker[keep],
        subject=design.subject[keep], cls=design.cls[keep], features=design.features[keep], near=design.near[keep],
        exposure=design.exposure[keep_sitting], row=design.row[rows], naming=place[design.naming[rows]],
    )  # fmt: skip


def free_probability(fitted: Fitted, is_free: Bools, effort: Effort, seed: int) -> Floats | None:
    """Return probabilities from free, unprompted, first statements alone; None where there are next to none."""
    design = only_free(fitted.design, is_free)
    if len(design.sitting) < _LEAST_NAMINGS:
        return None
    return fit_short(design, is_free, fitted.question, effort.short, address=(seed, 6000)).member


def shielding(fitted: Fitted, tau: float) -> Check:
    """Return M1: whether persons known to be members named one another less often than the other parts explain.

    The model allows knowledge to add names, never to take them away. Members who shield one another would show as too few
    names among themselves; only labels can tell who they are.
    """
    from scipy.stats import poisson

    known = fitted.question.known
    members = np.zeros(0, np.int64) if known is None else np.asarray(known[0])[np.asarray(known[1]) > 0]
    nan = float("nan")
    if len(members) < _LEAST_LABELLED:
        why = f"fewer than {_LEAST_LABELLED} persons are known to be members"
        words = f"not tested: {why}; members who shield one another stay unseen"
        return Check("M1 shielding", nan, 0.01, True, words)
    design, sat = fitted.design, fitted.design.sittings
    sitting = np.repeat(np.flatnonzero(np.isin(sat.speaker, members)), len(members))
    subject = np.tile(members, len(sitting) // max(len(members), 1))
    other = sat.speaker[sitting] != subject
    sitting, subject = sitting[other], subject[other]
    n = np.int64(design.n_persons)
    named = int(np.isin(design.sitting * n + design.subject, sitting * n + subject).sum())
    features, linear = features_of_pairs(design, sitting, subject, tau), fitted.start.rates.linear[sat.cls[sitting]]
    expected = float((-np.expm1(-(features * linear).sum(axis=1))).sum())
    p = float(poisson.cdf(named, expected))
    words = (
        f"p of {named:,} namings among {len(members):,} persons known to be members, where {expected:,.1f} are expected without "
        "any knowledge; too few would mean that members shield one another, which this model cannot see"
    )
    return Check("M1 shielding", p, 0.01, p >= 0.01, words)
