"""What can go wrong, said so that a person can act on it.

Every error of the package is a `GreatFearError`. A fault has four parts: the *place* (file, line, dotted path, table and
row), what was *got*, what is *allowed*, and how to *fix* it. Readers of files collect all faults and raise them at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
    "nearest",
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
        What may stand there.
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

    def to_dict(self) -> dict[str, Any]:
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

    def to_dict(self) -> dict[str, Any]:
        """Return kind, subject and every fault as a plain dictionary."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "faults": [fault.to_dict() for fault in self.faults],
        }


class ScenarioError(FaultList):
    """A scenario that cannot be read, resolved or run."""


class IntakeError(FaultList):
    """Tables of a real archive that cannot be taken in."""


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


class UnknownNameError(GreatFearError, KeyError):
    """A name that is not in a list; the message gives the nearest ones."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        near = nearest(name, known)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(known))}"
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
