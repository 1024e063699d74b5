"""Formula terms: from ``accused(window=30, transform=log1p)`` to the arrays that kernels read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.errors import Fault, FaultList, nearest
from greatfear.naming.registry import STATISTICS, TRANSFORMS, Statistic

__all__ = ["Term", "Terms", "compile_terms", "parse_term"]

_TERM = re.compile(r"^\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*$")


class Terms(NamedTuple):
    """What kernels read of a formula: arrays of equal length, and the window lengths that `window` points into."""

    code: NDArray[np.int64]
    transform: NDArray[np.int64]
    window: NDArray[np.int64]
    theta: NDArray[np.float64]
    windows: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Term:
    """One statistic with its options."""

    statistic: Statistic
    transform: str = "identity"
    window_days: float | None = None

    @property
    def name(self) -> str:
        """Return the term in canonical form; unique by what it computes."""
        options = [] if self.window_days is None else [f"window={self.window_days:g}"]
        if self.transform != "identity":
            options.append(f"transform={self.transform}")
        return f"{self.statistic.name}({', '.join(options)})" if options else self.statistic.name


def parse_term(text: str, place: str = "term") -> Term:
    """Return the term that `text` names.

    Raises
    ------
    FaultList
        With every fault of the text.
    """
    match = _TERM.match(text)
    name = match.group(1) if match else text
    statistic = STATISTICS.get(name)
    if match is None or statistic is None:
        near = nearest(name, list(STATISTICS))
        fix = f"did you mean {near[0]}?" if near else ""
        raise FaultList([Fault(place, repr(text), f"one of {', '.join(STATISTICS)}", fix)], "formula")
    return _with_options(statistic, match.group(2) or "", place)


def _with_options(statistic: Statistic, options: str, place: str) -> Term:
    faults: list[Fault] = []
    transform, window = "identity", None
    for option in filter(None, (part.strip() for part in options.split(","))):
        key, _, text = (piece.strip(" '\"") for piece in option.partition("="))
        if key == "transform" and text in TRANSFORMS:
            transform = text
        elif key == "window" and statistic.windowed and re.fullmatch(r"\d+(\.\d*)?", text) and float(text) > 0:
            window = float(text)
        else:
            allowed = f"transform= one of {', '.join(TRANSFORMS)}"
            allowed += "; window= a number of days more than 0" if statistic.windowed else ""
            faults.append(Fault(f"{place}: {statistic.name}", repr(option), allowed))
    if faults:
        raise FaultList(faults, "formula")
    return Term(statistic, transform, window)


def compile_terms(theta: Mapping[str, float]) -> Terms:
    """Return the arrays for a mapping from term text to coefficient.

    Raises
    ------
    FaultList
        With the faults of all terms.
    """
    faults: list[Fault] = []
    terms: list[Term] = []
    for text in theta:
        try:
            terms.append(parse_term(text, f"naming.theta.{text}"))
        except FaultList as error:
            faults.extend(error.faults)
    if faults:
        raise FaultList(faults, "formula")
    windows = sorted({term.window_days for term in terms if term.window_days is not None})
    return Terms(
        np.array([term.statistic.code for term in terms], np.int64),
        np.array([TRANSFORMS[term.transform] for term in terms], np.int64),
        np.array([-1 if t.window_days is None else windows.index(t.window_days) for t in terms], np.int64),
        np.array(list(theta.values()), np.float64),
        np.array(windows, np.float64),
    )
