"""Reads the value of a field from a record: text, number, flag, date or list; a value that does not fit is a fault."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.intake_tables.dates import UNKNOWN, Moment, moment, moment_of_parts
from greatfear.intake_tables.mapping import Field, Scalar, Test, When

__all__ = ["CellError", "Reader"]

_FLAGS = {"true": 1, "t": 1, "yes": 1, "y": 1, "1": 1, "false": 0, "f": 0, "no": 0, "n": 0, "0": 0}


class CellError(Exception):
    """A cell that cannot be used: column, what stands there, what may stand there."""

    def __init__(self, column: str, got: str, allowed: str) -> None:
        self.column, self.got, self.allowed = column, got, allowed
        super().__init__(f"{column}: {got}")


@dataclass(frozen=True, slots=True)
class Reader:
    """One record with what is needed to read it.

    Parameters
    ----------
    cells : dict of str to str
        The record.
    missing : frozenset of str
        Texts that mean "not known".
    epoch : datetime.date
        Day 0.
    """

    cells: dict[str, str]
    missing: frozenset[str]
    epoch: dt.date

    def text(self, field: Field | None, allowed: Sequence[str] = ()) -> str | None:
        """Return the text of a field, or None where it is not known."""
        value = self._value(field)
        if value is None:
            return None
        if allowed and str(value) not in allowed:
            raise CellError(_name(field), repr(value), ", ".join(allowed))
        return str(value)

    def number(self, field: Field | None, low: float = -math.inf, high: float = math.inf) -> float:
        """Return the number of a field, NaN where it is not known."""
        value = self._value(field)
        if value is None:
            return math.nan
        try:
            number = float(value)
        except ValueError:
            number = math.inf
        if not (math.isfinite(number) and low <= number <= high):
            raise CellError(_name(field), repr(value), _range(low, high))
        return number

    def integer(self, field: Field | None, low: int = 0, high: int = 2**31 - 1) -> int:
        """Return the whole number of a field, -1 where it is not known."""
        number = self.number(field, low, high)
        if math.isnan(number):
            return -1
        if number != int(number):
            raise CellError(_name(field), repr(number), "a whole number")
        return int(number)

    def flag(self, field: Field | None) -> int:
        """Return 1, 0, or -1 where it is not known."""
        value = self._value(field)
        if value is None:
            return -1
        if str(value).lower() not in _FLAGS:
            raise CellError(_name(field), repr(value), "1 or 0, true or false, yes or no")
        return _FLAGS[str(value).lower()]

    def items(self, field: Field) -> list[str]:
        """Return the texts of a list in one cell, without those that are not known, each once."""
        value = self._value(field)
        if value is None:
            return []
        parts = str(value).split(field.split) if field.split else [str(value)]
        unknown = self.missing | set(field.missing)
        clean = (_clean(part, field) for part in parts)
        return list(dict.fromkeys(part for part in clean if part not in unknown))

    def moment(self, dates: Sequence[When] | None) -> Moment:
        """Return the first date that is known."""
        for when in dates or ():
            found = self._moment(when)
            if found is not None:
                return found
        return UNKNOWN

    def holds(self, conditions: dict[str, Test]) -> bool:
        """Whether the record meets all conditions of a rule."""
        for column, test in conditions.items():
            text = self.cells.get(column, "")
            known = text not in self.missing
            met = known == (test == "known") if isinstance(test, str) else text in {str(value) for value in test}
            if not met:
                return False
        return True

    def _value(self, field: Field | None) -> Scalar | None:
        """Return the value of a field after its table of values and default."""
        if field is None:
            return None
        if field.constant is not None:
            return field.constant
        text = self.cells.get(field.column or "", "")
        if not field.split:
            text = _clean(text, field)
        if text in self.missing or text in field.missing:
            return field.default
        if field.values is None:
            return text
        if text not in field.values:
            raise CellError(_name(field), repr(text), ", ".join(field.values))
        value = field.values[text]
        return field.default if value is None else value

    def _moment(self, when: When) -> Moment | None:
        """Return one date, None where it is not known."""
        column = when.column or when.days or (when.year if isinstance(when.year, str) else "year")
        try:
            if when.days is not None:
                text = self.cells.get(when.days, "")
                return None if text in self.missing else _counted(float(text))
            if when.column is not None:
                text = self.cells.get(when.column, "")
                return None if text in self.missing else moment(text, self.epoch, when.format, when.years)
            year, month, day = (self._part(part) for part in (when.year, when.month, when.day))
            return None if year is None else moment_of_parts(year, month, day, self.epoch)
        except (ValueError, OverflowError):
            shown = self.cells.get(column, "")
            written = (
                when.format or "year-month-day, year-month, year, or two of them with / between; others with a format"
            )
            raise CellError(column, repr(shown), f"a date ({written})") from None

    def _part(self, part: str | int | None) -> int | None:
        """Return year, month or day: a number, or that of a column."""
        if part is None or isinstance(part, int):
            return part
        text = self.cells.get(part, "")
        return None if text in self.missing else int(text)


def _counted(days: float) -> Moment:
    """Return a moment that was given in days since the epoch."""
    if not math.isfinite(days):
        raise ValueError("not a finite number")
    return Moment(days, math.nan, "day" if days == int(days) else "instant")


def _clean(text: str, field: Field) -> str:
    """Return a text without the signs that the field takes off."""
    text = text.strip().strip(field.strip) if field.strip else text.strip()
    return text.upper() if field.upper else text


def _name(field: Field | None) -> str:
    """Return the name of a field's column, for messages."""
    return (field.column or "constant") if field else "nothing"


def _range(low: float, high: float) -> str:
    """Return a range in words."""
    if low == -math.inf:
        return "a number"
    return f"a number, {low:g} or more" if high in (math.inf, 2**31 - 1) else f"a number from {low:g} to {high:g}"
