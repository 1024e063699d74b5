"""What can go wrong, said so that a person can act on it.

Every error of the package is a `GreatFearError`. A fault has four parts: the *place* (file, line, dotted path, table and
row), what was *got*, what is *allowed*, and how to *fix* it. Readers of files collect all faults and raise them at once.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import SupportsIndex

__all__ = [
    "AlteredArchiveError",
    "ArchiveError",
    "Fault",
    "FaultList",
    "GreatFearError",
    "IncompleteRunError",
    "IntakeError",
    "MissingExtraError",
    "NewerFormatError",
    "NotAnArchiveError",
    "OlderFormatError",
    "RiskSetError",
    "ScenarioError",
    "UnknownNameError",
    "WrongArgumentError",
    "found",
    "grouped_faults",
    "is_whole",
    "nearest",
    "path_of",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, and how to fix it.

    Parameters
    ----------
    place : str
        Where: ``"great-terror.yaml line 12: offices.capacity"`` or ``"statements row 7: speaker"``.
    got : str
        What was found there, quoted.
    allowed : str
        What may stand there; empty where `got` says it all, as in "--ordinal" and "does not apply to --choice".
    fix : str
        What to do about it; empty where `allowed` says it all.

    Examples
    --------
    >>> print(Fault("line 3: offices.zeal", "'high'", "a number, 0 or more"))
    line 3: offices.zeal: found 'high', but expected a number, 0 or more
    """

    place: str
    got: str
    allowed: str
    fix: str = ""

    def __str__(self) -> str:
        """Return the fault as a sentence, and a second one that says how to fix it."""
        sentence = f"{self.place}: found {self.got}, but expected {self.allowed}"
        sentence = sentence if self.allowed else f"{self.place} {self.got}"
        return f"{_ended(sentence)} {_ended(self.fix[:1].upper() + self.fix[1:])}" if self.fix else sentence

    def to_dict(self) -> dict[str, str]:
        """Return the fault as a plain dictionary, for ``--json``."""
        return {"place": self.place, "got": self.got, "allowed": self.allowed, "fix": self.fix}


def _ended(sentence: str) -> str:
    """Return a sentence with its full stop."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


class GreatFearError(Exception):
    """Base of all errors of this package.

    Examples
    --------
    >>> GreatFearError("no such run").to_dict()
    {'error': 'GreatFearError', 'message': 'no such run'}
    """

    def to_dict(self) -> dict[str, object]:
        """Return kind and message as a plain dictionary, for ``--json``."""
        return {"error": type(self).__name__, "message": str(self)}


class FaultList(GreatFearError):  # noqa: N818  a list of faults is what it is
    """All faults of one file or object, raised together.

    Parameters
    ----------
    faults : iterable of Fault
        At least one.
    what : str
        What was being read, for the first line.

    Examples
    --------
    >>> error = FaultList([Fault("a", "1", "2")], "x.yaml")
    >>> len(error.faults)
    1
    """

    def __init__(self, faults: Iterable[Fault], what: str = "input") -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.what = what
        count = len(self.faults)
        head = f"{what}: {count} fault{'s' if count != 1 else ''}"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))

    def to_dict(self) -> dict[str, object]:
        """Return kind, subject and every fault as a plain dictionary."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "faults": [fault.to_dict() for fault in self.faults],
        }


class ScenarioError(FaultList):
    """A scenario that cannot be read, resolved or run."""


class IntakeError(FaultList):
    """Tables of a real archive that cannot be taken in; its text groups the faults by their cause.

    Parameters
    ----------
    faults : iterable of Fault
        At least one.
    what : str
        What was being read.
    depends : mapping of str to int, optional
        How many rows cannot be used only because another row has a fault, by the place of that row.
    """

    def __init__(
        self, faults: Iterable[Fault], what: str = "input", *, depends: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(faults, what)
        self.depends = dict(depends or {})
        head = str(self).splitlines()[0]
        self.args = ("\n".join([head, *(f"  {line}" for line in grouped_faults(self.faults, self.depends))]),)


def grouped_faults(faults: Iterable[Fault], depends: Mapping[str, int] | None = None) -> list[str]:
    """Return faults as lines, one for each cause, with the count and three examples.

    Parameters
    ----------
    faults : iterable of Fault
        Faults of rows have places such as ``"letters row 7: date"``.
    depends : mapping of str to int, optional
        How many more rows cannot be used, by the place of the fault on which they depend.
    """
    causes: dict[tuple[str, str, str, str], list[Fault]] = {}
    for fault in faults:
        head, _, column = fault.place.partition(": ")
        table = head.split(" row ")[0] if " row " in head else fault.place
        causes.setdefault((table, column, fault.allowed, fault.fix), []).append(fault)
    lines = [_cause(*cause, same) if len(same) > 1 else str(same[0]) for cause, same in causes.items()]
    return lines + [f"{count} more rows cannot be used because of {place}" for place, count in (depends or {}).items()]


def _cause(table: str, column: str, allowed: str, fix: str, same: list[Fault]) -> str:
    """Return one line for all faults of one cause."""
    found = [f"{fault.place.partition(': ')[0].removeprefix(table).strip()}: {fault.got}" for fault in same]
    shown = "; ".join(dict.fromkeys(found[:3])) + (f"; and {len(same) - 3} more" if len(same) > 3 else "")
    sentence = f"{table}{': ' + column if column else ''}: {len(same)} faults, expected {allowed}, but found {shown}"
    return f"{_ended(sentence)} {_ended(fix[:1].upper() + fix[1:])}" if fix else sentence


class ArchiveError(GreatFearError):
    """A folder or table that cannot be read as an archive."""


class NotAnArchiveError(ArchiveError):
    """The place is not a folder of ours."""


class IncompleteRunError(ArchiveError):
    """A run that was never finished: it has no manifest, or lacks a file that the manifest names."""


class AlteredArchiveError(ArchiveError):
    """A file whose content no longer agrees with the manifest or with the record format."""


class NewerFormatError(ArchiveError):
    """An archive written by a newer greatfear: a later format, or a column or table that this version does not know."""


class OlderFormatError(ArchiveError):
    """An archive written by an older greatfear, in a format that this version no longer reads."""


class RiskSetError(GreatFearError):
    """A rule about who could have been named that cannot be applied."""


class MissingExtraError(GreatFearError):
    """An optional library that is needed here and not installed."""

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs {library}, which is not installed. Install it with: pip install 'greatfear[{extra}]'"
        )


class WrongArgumentError(GreatFearError, TypeError):
    """A function got a value of a kind that it cannot use."""

    def __init__(self, place: str, value: object, allowed: str, fix: str = "") -> None:
        super().__init__(str(Fault(place, found(value), allowed, fix)))


def found(value: object) -> str:
    """Return what was found, for a fault: the value itself where it is short, else its type."""
    if value is None or isinstance(value, (str, int, float)):
        shown = repr(value)
        return shown if len(shown) < 80 else f"{shown[:77]}..."
    return f"an object of type {type(value).__name__}"


def is_whole(value: object, low: int, end: int) -> bool:
    """Whether a value is a whole number, at least `low` and less than `end`; numpy's whole numbers count, True does not."""
    return isinstance(value, SupportsIndex) and not isinstance(value, bool) and low <= value.__index__() < end


def path_of(value: object, place: str) -> Path:
    """Return a path, or refuse a value that is none."""
    if isinstance(value, (str, os.PathLike)):
        return Path(value)
    raise WrongArgumentError(place, value, "a path")


class UnknownNameError(GreatFearError, KeyError):
    """A name that is not in a list; the message gives the nearest ones."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        near = nearest(str(name), known)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(known)) or 'none'}"
        self.message = f"unknown {kind} {name!r}; {hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return the message without the quotes that KeyError adds."""
        return self.message


def nearest(name: str, known: Sequence[str], count: int = 3) -> list[str]:
    """Return the known names most like `name`, best first.

    Examples
    --------
    >>> nearest("grate-terror", ["great-terror", "witch-hunt"])
    ['great-terror']
    """
    return difflib.get_close_matches(name, list(known), n=count, cutoff=0.5)
