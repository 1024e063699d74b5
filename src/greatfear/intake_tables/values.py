"""Reads the value of a field from a record: text, number, flag, date or list; a value that does not fit is a fault."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from greatfear.intake_tables.conditions import holds
from greatfear.intake_tables.date_advice import date_advice
from greatfear.intake_tables.date_counts import moment_of_count, moment_of_excel
from greatfear.intake_tables.date_style import UNKNOWN, DateError, DateStyle, Moment
from greatfear.intake_tables.dates import is_plain, moment, moment_of_parts
from greatfear.intake_tables.fields import DateRules, Field, Scalar, When
from greatfear.intake_tables.marks import NO_DATES
from greatfear.intake_tables.numbers import FLAGS, PLAIN_NUMBERS, likely_numbers, number_of
from greatfear.intake_tables.rules import Conditions

_SECONDS_TO_1970 = 719_163
_TEXT_LIMIT = 80

_SERIAL = "for serial numbers of a spreadsheet (days from 1900) write {excel: COLUMN}, for days since the epoch {days: COLUMN}"
StyleOf = Callable[[When, DateRules | None], DateStyle]


class CellError(Exception):
    """A cell that cannot be used: column, what stands there, what may stand there, how to fix it, and on which row it depends."""

    def __init__(self, column: str, got: str, allowed: str, *, fix: str = "", cause: str = "") -> None:
        if got == "nothing" and not fix:
            fix = f"to leave such rows out, write when: {{{column}: known}}"
        self.column, self.got, self.allowed, self.fix, self.cause = column, got, allowed, fix, cause
        super().__init__(f"{column}: {got}")


@dataclass(slots=True)
class Reader:
    """One record with what is needed to read it.

    Parameters
    ----------
    cells : dict of str to str
        The record.
    missing : frozenset of str
        Texts that mean "not known".
    style_of : callable
        How a date of this table is written.
    source_dates : DateRules, optional
        How the source of this record writes dates.
    numbers : str
        How numbers are written, as an example.
    dates : dict
        Dates of this table that were read before, by where they stand and their text.
    """

    cells: dict[str, str]
    missing: frozenset[str]
    style_of: StyleOf
    source_dates: DateRules | None = field(default=None)
    numbers: str = PLAIN_NUMBERS
    dates: dict[tuple[int, int, str], Moment | None] = field(default_factory=dict)

    def text(self, field: Field | None, allowed: Sequence[str] = ()) -> str | None:
        """Return the text of a field, or None where it is not known."""
        value = self._value(field)
        if value is None:
            return None
        if allowed and str(value) not in allowed:
            raise CellError(_name(field), shown(value), ", ".join(allowed))
        return str(value)

    def number(self, field: Field | None, low: float = -math.inf, high: float = math.inf) -> float:
        """Return the number of a field, NaN where it is not known."""
        value = self._value(field)
        if value is None:
            return math.nan
        number = number_of(value, self.numbers)
        if not (math.isfinite(number) and low <= number <= high):
            fix = likely_numbers(value) if math.isinf(number) else ""
            raise CellError(_name(field), shown(value), _range(low, high), fix=fix)
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
        if str(value).casefold() not in FLAGS:
            raise CellError(_name(field), shown(value), "1 or 0, true or false, yes or no")
        return FLAGS[str(value).casefold()]

    def items(self, field: Field | None) -> list[str]:
        """Return the texts of a list in one cell, without those that are not known, each once."""
        value = self._value(field)
        if value is None or field is None:
            return []
        parts = [str(value)]
        for sign in field.split:
            parts = [piece for part in parts for piece in part.split(sign)]
        unknown = self.missing | set(field.missing)
        clean = (_clean(part, field) for part in parts)
        return list(dict.fromkeys(part for part in clean if part not in unknown))

    def needed(self, field: Field, allowed: Sequence[str] = ()) -> str:
        """Return the text of a field that must be known."""
        text = self.text(field, allowed)
        if text is None:
            raise CellError(field.name, "nothing", ", ".join(allowed) or "a text")
        return text

    def moment(self, dates: Sequence[When] | None) -> Moment:
        """Return the first date that is known.

        Several dates of one column are ways of writing: the first that fits counts, and a text that fits none is a
        fault. A date of another column counts only where the columns before it are not known.
        """
        fault: CellError | None = None
        for when in dates or ():
            if fault is not None and when.name != fault.column:
                raise fault
            try:
                found = self._moment(when)
            except CellError as error:
                fault = fault or error
                continue
            if found is not None:
                return found
        if fault is not None:
            raise fault
        return UNKNOWN

    def holds(self, conditions: Conditions) -> bool:
        """Whether the record meets the conditions of a rule."""
        return holds(conditions, self.cells, self.missing)

    def _value(self, field: Field | None) -> Scalar | None:
        """Return the value of a field after its table of values and default."""
        if field is None:
            return None
        if field.constant is not None:
            return field.constant
        text = self._joined(field)
        if not field.split:
            text = _clean(text, field)
        if text in self.missing or text in field.missing:
            return field.default
        if field.values is None or field.split:
            return text
        return self._listed(text, field)

    def _joined(self, field: Field) -> str:
        """Return the text of the column, or the known texts of the columns with what stands between."""
        if not field.columns:
            return self.cells.get(field.column or "", "")
        parts = [self.cells.get(column, "") for column in field.columns]
        known = [part for part in parts if part not in self.missing]
        return (" " if field.between is None else field.between).join(known)

    def _listed(self, text: str, field: Field) -> Scalar | None:
        """Return what the table of values makes of a text."""
        if text not in (field.values or {}):
            raise CellError(_name(field), shown(text), ", ".join(field.values or {}))
        value = (field.values or {})[text]
        return field.default if value is None else value

    def _moment(self, when: When) -> Moment | None:
        """Return one date, None where it is not known."""
        text = when.constant or self.cells.get(when.name, "")
        if when.year is not None:
            return self._new_moment(when, text)
        key = (id(when), id(self.source_dates), text)
        if key not in self.dates:
            self.dates[key] = self._new_moment(when, text)
        return self.dates[key]

    def _new_moment(self, when: When, text: str) -> Moment | None:
        """Return one date that was not read before."""
        style = self.style_of(when, self.source_dates)
        try:
            found = self._read(when, text, style)
        except (ValueError, OverflowError) as error:
            got = shown(text if when.day is None and when.month is None else self._shown_parts(when))
            fix = _SERIAL if re.fullmatch(r"[1-9]\d{4}(\.\d+)?", text) else _fix(when, style, error, text)
            raise CellError(when.name, got, _allowed(when, style), fix=fix) from None
        if found is None or found.precision == "unknown":
            return None
        return found if when.constant is not None else self._as_written(when, text, found, style)

    def _as_written(self, when: When, text: str, found: Moment, style: DateStyle) -> Moment:
        """Return a date with its text, unless the text is plainly its day, month or year."""
        written = text if when.year is None else "-".join(filter(None, self._parts(when)))
        return found if is_plain(written, found, style.epoch) else replace(found, written=written)

    def _read(self, when: When, text: str, style: DateStyle) -> Moment | None:
        """Return what the text or the parts of a date say."""
        if when.year is not None:
            year, month, day = (
                self._part(part, style if i == 0 else None) for i, part in enumerate((when.year, when.month, when.day))
            )
            return None if year is None else moment_of_parts(year, month, day, style)
        if text in self.missing:
            return None
        if when.days is not None:
            return moment_of_count(float(text), style)
        if when.excel is not None:
            return moment_of_excel(float(text), style)
        if when.excel_1904 is not None:
            return moment_of_excel(float(text), style, from_1904=True)
        if when.seconds is not None:
            return moment_of_count(float(text) / 86400 + _SECONDS_TO_1970 - style.epoch.toordinal(), style)
        return moment(text, style)

    def _part(self, part: str | int | None, style: DateStyle | None) -> int | None:
        """Return year, month or day: a number, or that of a column; a style reads a year."""
        if part is None or isinstance(part, int):
            return part
        text = self.cells.get(part, "")
        if text in self.missing:
            return None
        text = re.sub(r"^(\d{1,4})\.0$", r"\1", text)  # so programs write whole numbers beside unknown ones
        if not text.isdecimal():
            raise ValueError("no whole number")
        return int(text) if style is None else style.year(text)

    def _shown_parts(self, when: When) -> str:
        """Return year, month and day as they stand in the record."""
        return ", ".join(self._parts(when))

    def _parts(self, when: When) -> list[str]:
        """Return the texts of year, month and day."""
        parts = (when.year, when.month, when.day)
        return [self.cells.get(part, "") if isinstance(part, str) else str(part) for part in parts if part]


def _allowed(when: When, style: DateStyle) -> str:
    """Return what a date may look like."""
    if when.format:
        return f"a date ({' | '.join(when.format)})"
    if when.excel_1904 is not None:
        return "a serial number of a spreadsheet that counts from 1904 (12270 is 1937-08-05)"
    if when.excel is not None:
        return "a serial number of a spreadsheet (13732 is 1937-08-05)"
    if when.days is not None or when.seconds is not None:
        return "a count of days since the epoch" if when.days is not None else "a count of seconds since 1970"
    if style.order:
        return f"a date ({style.order}, or year-month-day)"
    return "a date (year-month-day, year-month, a year of four figures, or two of them with / between)"


def _fix(when: When, style: DateStyle, error: Exception, text: str) -> str:
    """Return what a map can declare to make a date of the text."""
    if isinstance(error, DateError) and not str(error).startswith("a year has four figures"):
        return str(error)
    if text.casefold() in NO_DATES:
        return f"if this says that no date is known, declare it (missing: ['', {text!r}])"
    return date_advice(text, style) if when.column is not None and when.years is None else ""


def _clean(text: str, field: Field) -> str:
    """Return a text without the signs that the field takes off."""
    text = text.strip().strip(field.strip) if field.strip else text.strip()
    return text.upper() if field.upper else text


def shown(value: Scalar) -> str:
    """Return a value as it stands in messages, shortened."""
    text = repr(value)
    return text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}... ({len(text):,} signs)"


def _name(field: Field | None) -> str:
    """Return the name of a field's column, for messages."""
    return field.name if field else "nothing"


def _range(low: float, high: float) -> str:
    """Return a range in words."""
    if low == -math.inf:
        return "a number"
    return f"a number, {low:g} or more" if high in (math.inf, 2**31 - 1) else f"a number from {low:g} to {high:g}"
