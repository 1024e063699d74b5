"""What a mechanism family is to a scenario and to a reader: its checks, its words, and what its report says in words.

The other half, which takes part in the day, is in `greatfear.simulation.families`, in a module of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from greatfear.scenario.found import Found, Path

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

Report: TypeAlias = Mapping[str, Any]
"""What a family did in a run, as its file in the run folder holds it."""


@dataclass(frozen=True, slots=True)
class MechanismRow:
    """One number of one mechanism family; `is_true` says that the archive alone does not tell it."""

    family: str
    words: str
    value: float
    unit: str
    is_true: bool = False

    def __str__(self) -> str:
        """Return the row as a line."""
        if self.unit == "share":
            number = f"{self.value:.3f}"
        else:
            is_whole = not self.value % 1 or abs(self.value) >= 1000
            number = f"{self.value:,.0f}" if is_whole else f"{self.value:.4g}"
        return f"{self.family}: {self.words} {number}{'' if self.unit == 'share' else ' ' + self.unit}"


@dataclass(frozen=True)
class Mechanism:
    """One mechanism family.

    Parameters
    ----------
    name : str
        Its module in `greatfear.simulation.families`, and its file in a run folder.
    checks : tuple of (places, check)
        What must hold between fields, and the places that each check reads; see `greatfear.scenario.checks`.
    words : callable, optional
        Returns what a scenario supposes of it, for `explain`; empty where it supposes nothing.
    rows : callable, optional
        Returns what it came to in a run, from its report.
    title : tuple of (str, str), optional
        Word by which its rows are called, and what the report calls them, where these are not its name.
    """

    name: str
    checks: tuple[tuple[tuple[Path, ...], Callable[[Scenario], Iterator[Found]]], ...] = ()
    words: Callable[[Scenario], str] | None = None
    rows: Callable[[Report], Iterator[MechanismRow]] | None = None
    title: tuple[str, str] | None = None


def ordered(start: Any, end: Any, path: Path) -> Iterator[Found]:
    """Yield a fault where an end is not after its start."""
    if start and end and end <= start:
        yield Found(path, f"{end}, not after {start}", "a later date")
