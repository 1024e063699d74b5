"""From the terms of a scenario to the arrays that kernels read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.errors import Fault, FaultList
from greatfear.naming.formula import MOST_TERMS, Effect, parse_formula
from greatfear.naming.registry import BASES, TRANSFORMS

__all__ = ["Terms", "compile_terms", "faults_of_theta", "keeps", "reads"]


_LONG = 80
"""Letters of a term that a message repeats."""


@by_reference
class Terms(NamedTuple):
    """What kernels read of a formula: arrays of equal length, and the window lengths that `window` points into."""

    code: NDArray[np.int64]
    transform: NDArray[np.int64]
    window: NDArray[np.int64]
    theta: NDArray[np.float64]
    slope: NDArray[np.float64]
    """What is added to each coefficient per unit of pressure: theta + slope * c."""
    basis: NDArray[np.int64]
    """Place in `BASES` of each term."""
    windows: NDArray[np.float64]


def compile_terms(theta: Mapping[str, float]) -> Terms:
    """Return the arrays for a mapping from term text to coefficient.

    Raises
    ------
    FaultList
        With the faults of all terms.
    """
    read, faults = _read(theta)
    if faults:
        raise FaultList(faults, "naming.theta")
    values = list(theta.values())
    effects = list(dict.fromkeys(effect for effect, _ in read))
    theta_at = {key: values[place] for place, key in enumerate(read)}
    windows = sorted({effect.window for effect in effects if effect.window is not None})
    return Terms(
        code=np.array([effect.kind.code for effect in effects], np.int64),
        transform=np.array([TRANSFORMS[effect.transform] for effect in effects], np.int64),
        window=np.array([-1 if e.window is None else windows.index(e.window) for e in effects], np.int64),
        theta=np.array([theta_at.get((effect, False), 0.0) for effect in effects], np.float64),
        slope=np.array([theta_at.get((effect, True), 0.0) for effect in effects], np.float64),
        basis=np.array([BASES.index(effect.kind.basis) for effect in effects], np.int64),
        windows=np.array(windows, np.float64),
    )


def faults_of_theta(theta: Iterable[str]) -> list[Fault]:
    """Return what is wrong with the terms of a scenario: names, options, a statistic that stands there twice."""
    return _read(theta)[1]


def reads(theta: Iterable[str]) -> set[str]:
    """Return what the terms read; see `Statistic.reads`, and ``"stratum"`` where the stratum of a candidate is needed."""
    effects = [effect for effect, _ in _read(theta)[0]]
    of_stratum = any(effect.kind.in_archive in ("same", "flag", "value") for effect in effects)
    return {effect.kind.reads for effect in effects} | ({"stratum"} if of_stratum else set())


def keeps(theta: Iterable[str]) -> int:
    """Return what a history must keep for the terms: 1 pairs (distinct speakers are counted from them), 2 lists as well."""
    return 2 if "lists" in reads(theta) else 1


def _read(theta: Iterable[str]) -> tuple[list[tuple[Effect, bool]], list[Fault]]:
    """Return statistics and whether pressure multiplies them, of all terms that can be read, and the faults of the others."""
    read: list[tuple[Effect, bool]] = []
    faults: list[Fault] = []
    seen: dict[tuple[Effect, bool], str] = {}
    for number, text in enumerate(theta):
        place = f"naming.theta.{text if len(text) <= _LONG else text[:_LONG] + '…'}"
        if number == MOST_TERMS:
            faults.append(Fault("naming.theta", "more terms", f"at most {MOST_TERMS} terms"))
            break
        try:
            columns = parse_formula(text).columns
        except FaultList as error:
            faults.extend(Fault(place, fault.got, fault.allowed, fault.fix) for fault in error.faults)
            continue
        by_pressure = len(columns[0]) == 2 and columns[0][1].kind.reads == "pressure"
        if len(columns) != 1 or len(columns[0]) != 1 + by_pressure:
            allowed = "one statistic for each coefficient, or a statistic times pressure"
            faults.append(Fault(place, "several statistics", allowed))
            continue
        key = (columns[0][0], by_pressure)
        if key in seen:
            got = f"the same term as {seen[key]!r}"
            faults.append(Fault(place, got, "each term once", "leave one of them out"))
            continue
        seen[key] = text
        read.append(key)
    return read, faults
