"""A slow clear twin of the naming rule: every statistic is counted again from the full list of earlier statements.

It knows nothing of the package but the names of statistics. What ties speaker and candidate is a set of words. To add a
statistic, add its function to `VALUES` (or its word to `TIES`) and, where an archive says it by an attribute, how to `READS`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

TIES = {
    "kin": "kin",
    "unit": "unit",
    "stratum": "same-stratum",
    "acquaintance": "acquaintance",
    "organisation": "organisation",
    "prompted": "prompted",
    "targeted": "targeted",
}
"""Statistics that are 1 if a word is among the ties."""

READS = {"stratum": "same", "targeted": "flag", "seniority": "value", "doomed": "settles"}
"""How an archive's attribute says a statistic: equal values, a value above 0, the value itself, a flag that stays."""

TRANSFORMS: dict[str, Callable[[float], float]] = {
    "identity": float,
    "log1p": math.log1p,
    "sqrt": math.sqrt,
    "binary": lambda x: float(x > 0),
}


@dataclass
class Past:
    """Everything said and settled so far: (day, speaker or None, subject) of each statement, and the doomed.

    What is read off the list is kept until the list has grown, since a whole day reads the same past.
    """

    said: list[tuple[int, int | None, int]] = field(default_factory=list)
    doomed: set[int] = field(default_factory=set)
    _since: dict[float, Counter[int]] = field(default_factory=dict)
    _speakers: dict[int, set[int]] = field(default_factory=dict)
    _length: int = 0

    def _read_again(self) -> None:
        if self._length != len(self.said):
            self._length, self._since, self._speakers = len(self.said), {}, {}
            for _, i, j in self.said:
                if i is not None:
                    self._speakers.setdefault(j, set()).add(i)

    def speakers(self, j: int) -> set[int]:
        """Return the known persons who named j."""
        self._read_again()
        return self._speakers.get(j, set())

    def speakers_against(self, j: int) -> int:
        """Return how many named j, each known speaker once and every unknown one."""
        return len({i for _, i, k in self.said if k == j and i is not None}) + self.said_by_nobody(j)

    def said_by_nobody(self, j: int) -> int:
        """Return how many statements of unknown speakers name j."""
        return sum(1 for _, i, k in self.said if k == j and i is None)

    def named_since(self, first_day: float) -> Counter[int]:
        """Return how many statements from a day on name each person."""
        self._read_again()
        if first_day not in self._since:
            self._since[first_day] = Counter(j for day, _, j in self.said if day >= first_day)
        return self._since[first_day]

    def has_named(self, i: int, j: int) -> bool:
        """Return whether i named j before."""
        return i in self.speakers(j)


@dataclass(frozen=True)
class Pair:
    """A speaker, a candidate, what ties them and the candidate's rank, on a day."""

    i: int
    j: int
    ties: frozenset[str] = frozenset()
    rank: float = 0.0
    day: int = 0


VALUES: dict[str, Callable[[Past, Pair, float | None], float]] = {
    "seniority": lambda past, pair, window: pair.rank,
    "accused": lambda past, pair, window: past.named_since(-math.inf if window is None else pair.day - window)[pair.j],
    "doomed": lambda past, pair, window: pair.j in past.doomed,
    "reciprocity": lambda past, pair, window: past.has_named(pair.j, pair.i),
    "inertia": lambda past, pair, window: past.has_named(pair.i, pair.j),
    "two_path": lambda past, pair, window: len(past.speakers(pair.i) & past.speakers(pair.j)),
}
"""Statistics that are counted from the past, or read off the candidate."""


def statistic(name: str, past: Past, pair: Pair, window: float | None = None) -> float:
    """Return a statistic before any transform."""
    if name.startswith("tie("):
        return float(name[4:-1] in pair.ties)
    return float(TIES[name] in pair.ties) if name in TIES else float(VALUES[name](past, pair, window))


def read_term(text: str) -> tuple[str, float | None, str]:
    """Return name, window and transform of a term that has no faults."""
    text = text.replace(" ", "")
    if text.startswith("tie("):
        return text, None, "identity"
    name, _, rest = text.partition("(")
    window = re.search(r"window=([\d.]+)", rest)
    transform = re.search(r"transform=(\w+)", rest)
    return name, float(window.group(1)) if window else None, transform.group(1) if transform else "identity"


def coefficients(theta: Mapping[str, float], pressure: float) -> dict[str, float]:
    """Return the coefficient of each statistic under a pressure: its own, plus that of its product with pressure."""
    found = {text.removesuffix(":pressure"): 0.0 for text in theta}
    for text in found:
        found[text] = theta.get(text, 0.0) + theta.get(f"{text}:pressure", 0.0) * pressure
    return found


def utility(theta: Mapping[str, float], past: Past, pair: Pair, pressure: float = 0.0) -> float:
    """Return the sum of coefficient times transformed statistic, in the order of the terms."""
    total = 0.0
    for text, coefficient in coefficients(theta, pressure).items():
        name, window, transform = read_term(text)
        total += coefficient * TRANSFORMS[transform](statistic(name, past, pair, window))
    return total


def names_in_order(scores: Sequence[float], k: int) -> list[int]:
    """Return the places of the k largest scores, largest first, of equal ones the first."""
    return sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:k]


def log_probabilities(utilities: Sequence[float], chosen: Sequence[int]) -> list[float]:
    """Return the log-probability of each choice given those before (Plackett-Luce)."""
    found = []
    for turn, place in enumerate(chosen):
        left = [u for c, u in enumerate(utilities) if c not in chosen[:turn]]
        top = max(left)
        found.append(utilities[place] - top - math.log(math.fsum(math.exp(u - top) for u in left)))
    return found


BASES = ("known", "prompted", "repeated", "heard", "other")
SHARES = tuple(f"share_{basis}" for basis in BASES)
BASIS = {
    "organisation": "known",
    "prompted": "prompted",
    "inertia": "repeated",
    "accused": "heard",
    "two_path": "heard",
}
"""What a statistic speaks for; all others for "other"."""


def without(theta: Mapping[str, float], basis: str) -> dict[str, float]:
    """Return the coefficients without the terms of a basis."""
    return {text: value for text, value in theta.items() if BASIS.get(re.split(r"[(:]", text)[0], "other") != basis}


def shares(utilities: Sequence[float], bare: Mapping[str, Sequence[float]], chosen: Sequence[int]) -> list[list[float]]:
    """Return for each choice what share each basis has; `bare` are the utilities without its terms."""
    own = log_probabilities(utilities, chosen)
    other = {basis: log_probabilities(bare[basis], chosen) for basis in BASES}
    return [[max(0.0, 1 - math.exp(other[b][turn] - own[turn])) for b in BASES] for turn in range(len(chosen))]
