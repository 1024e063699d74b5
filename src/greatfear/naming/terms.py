"""From the terms of a scenario to the arrays that kernels read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.errors import Fault, FaultList, nearest
from greatfear.naming.formula import MOST_TERMS, Effect, parse_formula
from greatfear.naming.registry import BASES, STATISTICS, TIE, TRANSFORMS

__all__ = ["Terms", "compile_terms", "faults_of_theta", "keeps", "reads"]


_LONG = 80
"""Letters of a term that a message repeats."""


@by_reference
class Terms(NamedTuple):
    """What kernels read of a formula: arrays of equal length, and the window lengths that `window` points into."""

    code: NDArray[np.int64]
    transform: NDArray[np.int64]
    window: NDArray[np.int64]
    """Place of the windowed count that a term reads, or of its own kind of tie; -1 for neither."""
    theta: NDArray[np.float64]
    slope: NDArray[np.float64]
    """What is added to each coefficient per unit of pressure: theta + slope * c."""
    basis: NDArray[np.int64]
    """Place in `BASES` of each term."""
    windows: NDArray[np.float64]


def compile_terms(theta: Mapping[str, float], kinds: Sequence[str] = ()) -> Terms:
    """Return the arrays for a mapping from term text to coefficient.

    Parameters
    ----------
    theta : mapping of str to float
    kinds : sequence of str
        Kinds of ties of the scenario's own, in the order of their bits.

    Raises
    ------
    FaultList
        With the faults of all terms.
    """
    read, faults = _read(theta, kinds)
    if faults:
        raise FaultList(faults, "naming.theta")
    values = list(theta.values())
    effects = list(dict.fromkeys(effect for effect, _ in read))
    theta_at = {key: values[place] for place, key in enumerate(read)}
    windows = sorted({effect.window for effect in effects if effect.window is not None})
    return Terms(
        code=np.array([effect.kind.code for effect in effects], np.int64),
        transform=np.array([TRANSFORMS[effect.transform] for effect in effects], np.int64),
        window=np.array([_place(effect, windows, kinds) for effect in effects], np.int64),
        theta=np.array([theta_at.get((effect, False), 0.0) for effect in effects], np.float64),
        slope=np.array([theta_at.get((effect, True), 0.0) for effect in effects], np.float64),
        basis=np.array([BASES.index(effect.kind.basis) for effect in effects], np.int64),
        windows=np.array(windows, np.float64),
    )


def _place(effect: Effect, windows: list[float], kinds: Sequence[str]) -> int:
    """Return the place of a window among all windows, or of an own kind of tie among all of these; -1 for neither."""
    if effect.kind is TIE:
        return kinds.index(effect.arguments[0])
    return -1 if effect.window is None else windows.index(effect.window)


def faults_of_theta(theta: Iterable[str], kinds: Sequence[str] = ()) -> list[Fault]:
    """Return what is wrong with the terms of a scenario: names, options, kinds of ties, a term that stands there twice."""
    return _read(theta, kinds)[1]


def reads(theta: Iterable[str]) -> set[str]:
    """Return what the terms read; see `Statistic.reads`, and ``"stratum"`` where the stratum of a candidate is needed."""
    effects = [effect for effect, _ in _read(theta, None)[0]]
    of_stratum = any(effect.kind.in_archive in ("same", "flag", "value") for effect in effects)
    return {effect.kind.reads for effect in effects} | ({"stratum"} if of_stratum else set())


def keeps(theta: Iterable[str]) -> int:
    """Return what a history must keep for the terms: 1 pairs (distinct speakers are counted from them), 2 lists as well."""
    return 2 if "lists" in reads(theta) else 1


def _read(theta: Iterable[str], kinds: Sequence[str] | None) -> tuple[list[tuple[Effect, bool]], list[Fault]]:
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
        wrong = _fault_of_tie(columns[0][0], place, kinds)
        if wrong is not None:
            faults.append(wrong)
            continue
        key = (columns[0][0], by_pressure)
        if key in seen:
            got = f"the same term as {seen[key]!r}"
            faults.append(Fault(place, got, "each term once", "leave one of them out"))
            continue
        seen[key] = text
        read.append(key)
    return read, faults


def _fault_of_tie(effect: Effect, place: str, kinds: Sequence[str] | None) -> Fault | None:
    """Return what is wrong with a kind of tie; None where nothing is, or where kinds are not asked for."""
    if effect.kind is not TIE or kinds is None or effect.arguments[0] in kinds:
        return None
    kind = effect.arguments[0]
    if kind in STATISTICS and STATISTICS[kind].in_archive == "tie":
        return Fault(place, f"tie({kind})", f"{kind}, which is a statistic of its own")
    near = nearest(kind, list(kinds))
    fix = (
        f"did you mean tie({near[0]})?"
        if near
        else "write the ties into population.ties.rows, or a file beside the scenario"
    )
    known = ", ".join(kinds) or "none in this scenario"
    return Fault(place, f"the kind of tie {kind!r}", f"a kind of tie of the scenario's own: {known}", fix)
