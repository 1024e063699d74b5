"""Finds the person whom a name means: an id, a further name, a group, or nobody who is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from greatfear.intake_tables.marks import no_name
from greatfear.intake_tables.values import CellError, shown

_LONGEST_WORD = 25


@dataclass(slots=True)
class Origin:
    """The record that is being read: table, row, what its rules made, and why they made no more."""

    table: str
    label: str
    made: dict[str, int] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    faults: list[CellError] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Return table and row."""
        return f"{self.table} {self.label}"


@dataclass(frozen=True, slots=True)
class Group:
    """A collective name with its known members, and how many belong to it where that is known (-1: not)."""

    name: str
    members: tuple[str, ...]
    count: int = -1


def refuse_no_name(key: str, column: str) -> None:
    """Refuse a text that is no name of a person: a ditto mark, a word for totals, a word for "not known".

    Raises
    ------
    CellError
        What it is, and what a map can declare.
    """
    told = no_name(key) if len(key) < _LONGEST_WORD or key[0] in "[{" else None
    if told is not None:
        raise CellError(column, told[0], "the name or id of a person", fix=told[1])


class People:
    """Persons by id and by further names, groups, and ids whose own row has a fault.

    Parameters
    ----------
    unknown : str
        What becomes of a person who stands in no table: ``"fault"``, ``"add"`` or ``"leave out"``.
    """

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown
        self.numbers: dict[str, int] = {}
        self.groups: dict[str, Group] = {}
        self.aliases: dict[str, set[int]] = {}
        self.spoilt: dict[str, str] = {}
        self.added: list[str] = []
        self.resolved: dict[str, int] = {}
        self.just_resolved: list[str] = []

    def enter(self, key: str) -> int:
        """Give a new person a number."""
        number = self.numbers[key] = len(self.numbers)
        return number

    def add_alias(self, alias: str, number: int) -> None:
        """Note a further name of a person."""
        self.aliases.setdefault(alias, set()).add(number)

    def group(self, key: str) -> Group | None:
        """Return the group of this name; a person of the name comes first."""
        return None if key in self.numbers else self.groups.get(key)

    def number(self, key: str, column: str, origin: Origin) -> int | None:
        """Return the number of a person, None where the map leaves unknown ones out.

        Raises
        ------
        CellError
            A further name of several persons; an id whose own row has a fault; an unknown one where that is a fault.
        """
        known = self.numbers.get(key)
        others = self.aliases.get(key, set()) - {known}
        if others and (known is not None or len(others) > 1):
            names = ", ".join(self._ids(others | ({known} if known is not None else set())))
            raise CellError(
                column, shown(key), f"a name of one person only; this is a name of {names}", fix="write the id"
            )
        if others:
            self.resolved[key] = self.resolved.get(key, 0) + 1
            self.just_resolved.append(key)
            return next(iter(others))
        return known if known is not None else self._unknown(key, column, origin)

    def _unknown(self, key: str, column: str, origin: Origin) -> int | None:
        """Return the number of a person who stands in no table, as the map says."""
        if key in self.spoilt:
            allowed = "the id of a person whose own row can be used"
            raise CellError(column, shown(key), allowed, cause=self.spoilt[key])
        if self.unknown == "add":
            refuse_no_name(key, column)
            self.added.append(key)
            return self.enter(key)
        if self.unknown == "leave out":
            origin.reasons.append(f"{key} stands in no table of persons")
            return None
        raise CellError(column, shown(key), "the id or a further name of a person or group of the tables")

    def several(self, keys: Sequence[str], column: str, origin: Origin) -> list[int]:
        """Return the numbers of persons, without those who are left out."""
        numbers = (self.number(key, column, origin) for key in keys)
        return [number for number in numbers if number is not None]

    def _ids(self, numbers: set[int]) -> list[str]:
        """Return the ids of some persons."""
        return sorted(key for key, number in self.numbers.items() if number in numbers)
