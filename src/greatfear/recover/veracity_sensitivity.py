"""Check D5: how far the probabilities move when the assumptions are changed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.draws import purpose_key, uniform
from greatfear.draws.purpose import Purpose
from greatfear.recover.shares_fit import MEMORIES, faded
from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_fit import Effort, Fitted, fit_short, side_by_side

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def sensitivity(fitted: Fitted, is_free: Bools, tau: float, effort: Effort, seed: int) -> tuple[Floats, Floats, int]:
    """Return the least and greatest probability of each person over all variants, and how many variants there are.

    Variants: both ends of the range of prevalence, memory of offices halved and doubled, hearsay left out, and the
    circumstance of a random fifth of the sittings taken as not recorded.
    """
    design, question = fitted.design, fitted.question
    memories = (tau / 2, tau * 2) if tau < MEMORIES[-1] else (MEMORIES[-2], tau)
    hearsay = (True, False) if design.exposure[:, 3].any() else (True,)
    unknown = (False, True) if len(design.sittings.classes) > 1 else (False,)
    variants = list(product((question.low, question.high), memories, hearsay, unknown))

    def one(number: int) -> Floats:
        prevalence, memory, heard, blurred = variants[number]
        other, free = _variant(design, is_free, (memory, heard, blurred), seed)
        asked = replace(question, fixed=prevalence)
        return fit_short(other, free, asked, effort.short, address=(seed, 5000 + number)).member

    found = np.array([fitted.member, *side_by_side(one, range(len(variants)))])
    return found.min(axis=0), found.max(axis=0), len(variants)


def _variant(design: Design, is_free: Bools, what: tuple[float, bool, bool], seed: int) -> tuple[Design, Bools]:
    """Return the design under other assumptions, and which of its classes are free."""
    memory, heard, blurred = what
    other = faded(design, memory)
    if not heard:
        features, exposure = other.features.copy(), other.exposure.copy()
        features[:, 3], exposure[:, 3] = 0.0, 0.0
        other = replace(other, features=features, exposure=exposure)
    if blurred:
        return _blurred(other, seed), np.r_[is_free, False]
    return other, is_free


def _blurred(design: Design, seed: int) -> Design:
    """Return the design with the circumstance of a random fifth of the sittings not recorded."""
    sat: Any = design.sittings
    key = np.uint64(purpose_key(seed, 0, int(Purpose.RECOVER_REPLAY)))
    is_lost = np.array([uniform(key, s, 1 << 40, 0) < 0.2 for s in range(len(sat.time))])
    cls = np.where(is_lost, len(sat.classes), sat.cls)
    sittings = replace(sat, cls=cls, classes=(*sat.classes, "circumstance taken as not recorded"))
    return replace(design, sittings=sittings, cls=cls[design.sitting])
