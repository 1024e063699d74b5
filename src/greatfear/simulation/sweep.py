"""From ranges of parameters to the points of a design: every combination, a Latin hypercube, or a Sobol sequence."""

from __future__ import annotations

import itertools
import math
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from greatfear.errors import Fault, FaultList, ScenarioError, nearest
from greatfear.scenario.altering import shape_of, stated_range
from greatfear.scenario.model import Scenario

DESIGNS = ("grid", "latin", "sobol")
MOST_POINTS = 100_000
STATED_VALUES, WIDE = 5, 20.0
"""Values of a grid over a range that the scenario states; from this factor between its ends on, in equal factors."""
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER}):({_NUMBER})(?::(\d+))?(:log)?")
_DRAWN = "LOW:HIGH or LOW:HIGH:log, as in 0:1"
_STEPS = "LOW:HIGH:COUNT as in 0:1:5, LOW:HIGH:COUNT:log, or values as in 1,2,5"

Value = float | int | str | bool


@dataclass(frozen=True)
class Range:
    """What one parameter runs through.

    Parameters
    ----------
    path : str
        Dotted path of the parameter.
    low, high : float
        Ends of the range; of listed values, the smallest and the largest.
    values : tuple
        Values of a grid; empty where a design draws them.
    is_log : bool
        Whether equal steps are equal factors.
    is_whole : bool
        Whether the parameter is a whole number.
    """

    path: str
    low: float
    high: float
    values: tuple[Value, ...] = ()
    is_log: bool = False
    is_whole: bool = False

    def at(self, share: float) -> Value:
        """Return the value at a share of the range, 0 to 1; whole numbers are equally likely under a uniform share."""
        if self.is_whole:
            return int(min(self.high, math.floor(self.low + share * (self.high - self.low + 1))))
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return float(self.low + share * (self.high - self.low))


def points_of(
    scenario: Scenario, sweep: Mapping[str, object], design: str = "grid", runs: int | None = None, seed: int = 0
) -> tuple[dict[str, Any], ...]:
    """Return the points of a design: for each, the value of every parameter by its path.

    Parameters
    ----------
    scenario : Scenario
        Whose parameters vary.
    sweep : mapping of str to values
        Dotted path to what it runs through: a text such as ``"0:1:5"``, or a sequence of values. Of the designs that
        draw, ``"0:1"`` or a pair of numbers. None for the range that the scenario states beside the number: five values
        of it in a grid; where its ends are a factor of 20 or more apart, in equal factors.
    design : {"grid", "latin", "sobol"}
        Every combination, a Latin hypercube, or a scrambled Sobol sequence.
    runs : int, optional
        Number of points of a design that draws them.
    seed : int
        Of the design.

    Raises
    ------
    FaultList
        With everything that is wrong with the ranges.
    ScenarioError
        For paths that lead nowhere, with the nearest.
    """
    ranges = read_ranges(scenario, sweep, design, runs)
    if design == "grid":
        return tuple(dict(zip(sweep, values, strict=True)) for values in itertools.product(*(r.values for r in ranges)))
    shares = _shares(design, len(ranges), int(runs or 0), seed)
    return tuple({one.path: one.at(share) for one, share in zip(ranges, row, strict=True)} for row in shares.tolist())


def read_ranges(
    scenario: Scenario, sweep: Mapping[str, object], design: str = "grid", runs: int | None = None
) -> list[Range]:
    """Return the ranges of a sweep; every fault is told at once."""
    faults = _faults_of_design(design, runs)
    ranges: list[Range] = []
    for path, given in sweep.items():
        whole = _is_whole(scenario, path)
        if given is None:
            made = _stated(scenario, path, design, whole)
            ranges += [made] if isinstance(made, Range) else []
            faults += [made] if isinstance(made, Fault) else []
            continue
        kinds = (whole, _takes_numbers(scenario, path))
        made = _written(path, given, design, kinds) if isinstance(given, str) else _listed(path, given, design, whole)
        ranges += [made] if isinstance(made, Range) else []
        faults += [made] if isinstance(made, Fault) else []
    n_points = math.prod(len(one.values) for one in ranges) if design == "grid" else runs or 0
    if n_points > MOST_POINTS:
        faults.append(
            Fault("sweep", f"{n_points:,} points", f"at most {MOST_POINTS:,}", "give fewer values, or --design")
        )
    if not sweep:
        faults.append(Fault("sweep", "no parameter", "one or more, as in offices.pressure=0:1:5"))
    if faults:
        raise FaultList(faults, "sweep")
    ends = ([one.values[0], one.values[-1]] if one.values else [one.at(0.0), one.at(1.0)] for one in ranges)
    _try_ends(scenario, [dict(zip(sweep, values, strict=True)) for values in zip(*ends, strict=True)])
    return ranges


def _try_ends(scenario: Scenario, ends: list[dict[str, Value]]) -> None:
    """Refuse paths that lead nowhere, and ends out of range, before any run; what is wrong with both ends is told at once."""
    faults: list[Fault] = []
    for changes in ends:
        try:
            scenario.alter(changes)
        except ScenarioError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise ScenarioError(faults, f"sweep of {scenario.id}")


def _is_whole(scenario: Scenario, path: str) -> bool:
    shape = shape_of(scenario, path)
    return shape is not None and (shape.kind == "whole" or (shape.unit is not None and shape.unit.whole))


def _takes_numbers(scenario: Scenario, path: str) -> bool:
    shape = shape_of(scenario, path)
    return shape is not None and (shape.kind in ("quantity", "number", "whole") or shape.is_steps)


def _faults_of_design(design: str, runs: int | None) -> list[Fault]:
    if design not in DESIGNS:
        near = nearest(design, DESIGNS)
        return [
            Fault("design", repr(design), f"one of {', '.join(DESIGNS)}", f"did you mean {near[0]}?" if near else "")
        ]
    if design == "grid" and runs is not None:
        return [
            Fault(
                "runs",
                str(runs),
                "nothing: a grid has a point for every combination",
                "name a --design, or leave it out",
            )
        ]
    if design != "grid" and (runs is None or runs < 1):
        return [
            Fault(
                "runs",
                "nothing" if runs is None else str(runs),
                f"how many points the design {design} shall have, 1 or more",
                "add --runs 64",
            )
        ]
    return []


def _written(path: str, text: str, design: str, kinds: tuple[bool, bool]) -> Range | Fault:
    """Return the range that a text says."""
    is_whole, takes_numbers = kinds
    allowed = _STEPS if design == "grid" else _DRAWN
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        listed = [_value(part) for part in text.split(",")]
        is_list = design == "grid" and ":" not in text and text.strip()
        if is_list and not (takes_numbers and any(isinstance(value, str) for value in listed)):
            return _listed(path, listed, design, is_whole)
        return Fault(path, repr(text), allowed)
    low, high, count, is_log = float(match[1]), float(match[2]), match[3], bool(match[4])
    if low >= high or (is_log and low <= 0):
        return Fault(path, repr(text), "a lower end before a higher one" + (", both above 0" if is_log else ""))
    if design != "grid":
        wrong = Fault(path, repr(text), allowed, "the design says how many values there are")
        return wrong if count else Range(path, low, high, (), is_log, is_whole)
    if count is None or int(count) < 2:
        return Fault(path, repr(text), f"{_STEPS}; with 2 or more values")
    if int(count) > MOST_POINTS:
        return Fault(path, f"{int(count):,} values", f"at most {MOST_POINTS:,}")
    steps = np.geomspace(low, high, int(count)) if is_log else np.linspace(low, high, int(count))
    # Twelve figures: 0.3, not 0.30000000000000004.
    values: list[Value] = [float(f"{value:.12g}") for value in steps.tolist()]
    return _listed(path, values, design, is_whole)


def _stated(scenario: Scenario, path: str, design: str, is_whole: bool) -> Range | Fault:
    """Return the range that the scenario states beside a number."""
    ends = stated_range(scenario, path)
    if ends is None:
        if shape_of(scenario, path) is None:
            scenario.alter({path: 0})  # tells the nearest path
        return Fault(path, "no bounds, and no range beside the number", _STEPS if design == "grid" else _DRAWN)
    low, high = ends
    is_log = low > 0 and high / low >= WIDE and not is_whole
    if design != "grid":
        return Range(path, low, high, (), is_log, is_whole)
    steps = np.geomspace(low, high, STATED_VALUES) if is_log else np.linspace(low, high, STATED_VALUES)
    values: list[Value] = [float(f"{value:.12g}") for value in steps.tolist()]
    if is_whole:
        values = sorted({round(value) for value in steps.tolist()})
    return _listed(path, values, design, is_whole)


def _value(text: str) -> Value:
    """Return a value of a list: a number, true or false, or a text such as a date."""
    text = text.strip()
    if re.fullmatch(_NUMBER, text):
        return float(text) if re.search(r"[.eE]", text) else int(text)
    return {"true": True, "false": False}.get(text, text)


def _listed(path: str, given: object, design: str, is_whole: bool) -> Range | Fault:
    """Return the range of listed values."""
    if not isinstance(given, Iterable):
        return Fault(path, repr(given)[:60], f"{_STEPS if design == 'grid' else _DRAWN}, or a list of values")
    values: list[Value] = [value.item() if hasattr(value, "item") else value for value in given]
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    if design != "grid":
        if len(values) != 2 or len(numbers) != 2 or numbers[0] >= numbers[1]:
            return Fault(path, repr(values)[:60], f"two numbers, the lower end first, or {_DRAWN}")
        return Range(path, numbers[0], numbers[1], is_whole=is_whole)
    if not values or len(set(map(repr, values))) < len(values):
        return Fault(path, repr(values)[:60], "one or more values, each once")
    if is_whole:
        if any(number != int(number) for number in numbers):
            return Fault(
                path, ", ".join(map(str, values))[:60], "whole numbers", "choose a COUNT that gives whole steps"
            )
        values = [int(value) if isinstance(value, float) else value for value in values]
    return Range(path, min(numbers, default=math.nan), max(numbers, default=math.nan), tuple(values), False, is_whole)


def _shares(design: str, n_parameters: int, n_points: int, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return points in the unit cube: shape (points, parameters)."""
    from scipy.stats import qmc

    source = np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a Sobol sequence is balanced at powers of 2 stands in the documentation
        drawn = (qmc.LatinHypercube if design == "latin" else qmc.Sobol)(n_parameters, seed=source).random(n_points)
    return np.asarray(drawn, np.float64)
