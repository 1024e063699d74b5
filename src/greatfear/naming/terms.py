"""From the terms of a scenario to the arrays that kernels read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.errors import Fault, FaultList, nearest
from greatfear.naming.facts import MOST_OWN
from greatfear.naming.formula import MOST_TERMS, Effect, parse_formula
from greatfear.naming.registry import ALTER, BASES, SAME, STATISTICS, TIE, TRANSFORMS

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


class OwnTerms(NamedTuple):
    """What kernels read of terms on attributes of the scenario's own."""

    same: NDArray[np.int64]
    """Attributes that `same` compares, by place among all; the k-th sets bit FIRST_OWN << (MOST_OWN + k)."""
    alter: NDArray[np.int64]
    """Attributes whose value `alter` takes."""
    alter_theta: NDArray[np.float64]
    alter_slope: NDArray[np.float64]


def own_terms(theta: Mapping[str, float], attributes: Sequence[str]) -> OwnTerms:
    """Return the terms on attributes of the scenario's own, the attributes in the order given."""
    read = _read(theta, None)[0]
    values = dict(zip(read, theta.values(), strict=True))
    alters = list(dict.fromkeys(effect for effect, _ in read if effect.kind is ALTER))
    places = [attributes.index(effect.arguments[0]) for effect in alters]
    return OwnTerms(
        np.array([attributes.index(name) for name in _compared(read)], np.int64),
        np.array(places, np.int64),
        np.array([values.get((effect, False), 0.0) for effect in alters], np.float64),
        np.array([values.get((effect, True), 0.0) for effect in alters], np.float64),
    )


def _compared(read: Iterable[tuple[Effect, bool]]) -> list[str]:
    """Return the attributes that `same` compares, in alphabetical order."""
    return sorted({effect.arguments[0] for effect, _ in read if effect.kind is SAME})


def compile_terms(
    theta: Mapping[str, float], kinds: Sequence[str] = (), own: Mapping[str, bool] | None = None
) -> Terms:
    """Return the arrays for a mapping from term text to coefficient.

    Parameters
    ----------
    theta : mapping of str to float
    kinds : sequence of str
        Kinds of ties of the scenario's own, in the order of their bits.
    own : mapping of str to bool, optional
        Attributes of the scenario's own, and whether each is a number. Terms of `alter` are left to `own_terms`.

    Raises
    ------
    FaultList
        With the faults of all terms.
    """
    read, faults = _read(theta, kinds, own or {})
    if faults:
        raise FaultList(faults, "naming.theta")
    values = list(theta.values())
    effects = list(dict.fromkeys(effect for effect, _ in read if effect.kind is not ALTER))
    compared = _compared(read)
    theta_at = {key: values[place] for place, key in enumerate(read)}
    windows = sorted({effect.window for effect in effects if effect.window is not None})
    return Terms(
        code=np.array([TIE.code if effect.kind is SAME else effect.kind.code for effect in effects], np.int64),
        transform=np.array([TRANSFORMS[effect.transform] for effect in effects], np.int64),
        window=np.array([_place(effect, windows, kinds, compared) for effect in effects], np.int64),
        theta=np.array([theta_at.get((effect, False), 0.0) for effect in effects], np.float64),
        slope=np.array([theta_at.get((effect, True), 0.0) for effect in effects], np.float64),
        basis=np.array([BASES.index(effect.kind.basis) for effect in effects], np.int64),
        windows=np.array(windows, np.float64),
    )


def _place(effect: Effect, windows: list[float], kinds: Sequence[str], compared: Sequence[str]) -> int:
    """Return the place of a window among all windows, or of an own kind of tie or attribute among all of these; else -1."""
    if effect.kind is SAME:
        return MOST_OWN + compared.index(effect.arguments[0])
    if effect.kind is TIE:
        return kinds.index(effect.arguments[0])
    return -1 if effect.window is None else windows.index(effect.window)


def faults_of_theta(
    theta: Iterable[str], kinds: Sequence[str] = (), own: Mapping[str, bool] | None = None
) -> list[Fault]:
    """Return what is wrong with the terms of a scenario: names, options, kinds, attributes, a term that stands there twice."""
    read, faults = _read(theta, kinds, own or {})
    if len(_compared(read)) > MOST_OWN:
        faults.append(Fault("naming.theta", f"{len(_compared(read))} attributes in same(...)", f"at most {MOST_OWN}"))
    return faults


def reads(theta: Iterable[str]) -> set[str]:
    """Return what the terms read; see `Statistic.reads`, and ``"stratum"`` where the stratum of a candidate is needed."""
    effects = [effect for effect, _ in _read(theta, None)[0]]
    of_stratum = any(e.kind.in_archive in ("same", "flag", "value") and e.kind.reads != "own" for e in effects)
    return {effect.kind.reads for effect in effects} | ({"stratum"} if of_stratum else set())


def keeps(theta: Iterable[str]) -> int:
    """Return what a history must keep for the terms: 1 pairs (distinct speakers are counted from them), 2 lists as well."""
    return 2 if "lists" in reads(theta) else 1


def _read(
    theta: Iterable[str], kinds: Sequence[str] | None, own: Mapping[str, bool] | None = None
) -> tuple[list[tuple[Effect, bool]], list[Fault]]:
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
        wrong = _fault_of_tie(columns[0][0], place, kinds) or _fault_of_attribute(columns[0][0], place, own)
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


def _fault_of_attribute(effect: Effect, place: str, own: Mapping[str, bool] | None) -> Fault | None:
    """Return what is wrong with an attribute; None where nothing is, or where attributes are not asked for."""
    if effect.kind not in (SAME, ALTER) or own is None:
        return None
    name, term = effect.arguments[0], f"{effect.kind.name}({effect.arguments[0]})"
    if name not in own:
        near = nearest(name, list(own))
        fix = f"did you mean {effect.kind.name}({near[0]})?" if near else "write it into population.attributes"
        if name in STATISTICS and not near:
            fix = f"write {name} for the statistic of the stratum"
        known = ", ".join(own) or "none in this scenario"
        return Fault(place, f"the attribute {name!r}", f"an attribute of the scenario's own: {known}", fix)
    if effect.kind is ALTER and not own[name]:
        return Fault(place, f"{term}, where {name} is a text", "an attribute of numbers", f"write same({name})")
    if effect.transform != "identity":
        return Fault(place, f"{term} with a transform", "the attribute as it is", "transform its values in the file")
    return None
