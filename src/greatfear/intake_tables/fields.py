"""Parts of a column map: where a value, a date or a condition comes from. A key without an effect is refused."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator, model_validator

from greatfear.intake_tables.calendars import calendar_named
from greatfear.intake_tables.date_forms import format_fault
from greatfear.intake_tables.date_patterns import patterns_of

Scalar = str | int | float | bool
BYZANTINE = 5508
"""Years from the creation of the world to that of our count which began in the same winter."""
_HALF = 6


class Strict(BaseModel):
    """Unknown keys are faults; values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Field(Strict):
    """Where a value comes from: a column, several columns as one text, or a constant; and what to make of it."""

    column: str | None = None
    columns: tuple[str, ...] = ()
    between: str | None = None
    constant: Scalar | None = None
    values: dict[str, Scalar | None] | None = None
    default: Scalar | None = None
    type: Literal["text", "number", "integer", "flag"] = "text"
    split: tuple[str, ...] = ()
    strip: str = ""
    upper: bool = False
    missing: tuple[str, ...] = ()

    @field_validator("split", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        """Return a list of signs, also for one sign."""
        return (value,) if isinstance(value, str) else value

    @field_validator("split")
    @classmethod
    def _not_empty(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse an empty sign between the items of a list."""
        if "" in value:
            raise ValueError("'split' is the sign between the items of a list; it cannot be empty")
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Field:
        """Check that a field has one origin, and no key without an effect."""
        if sum((self.column is not None, bool(self.columns), self.constant is not None)) != 1:
            raise ValueError("a field has either 'column', 'columns' or 'constant'")
        if self.between is not None and not self.columns:
            raise ValueError("'between' stands between 'columns'; it has no effect here")
        reads = ("values", "default", "split", "strip", "upper", "missing")
        idle = [key for key in reads if key in self.model_fields_set]
        if self.constant is not None and idle:
            raise ValueError(f"a constant is not read from a column: {', '.join(idle)} has no effect")
        return self

    @property
    def name(self) -> str:
        """The column or columns, for messages."""
        return self.column or " + ".join(self.columns) or "constant"


class DateRules(Strict):
    """How dates are written: for the map, a table, a source or one date."""

    order: Literal["day first", "month first", "year first"] | None = None
    calendar: str | None = None
    year_begins: str | None = None
    era: Literal["byzantine"] | None = None
    century: int | None = None
    short_years: bool | None = None
    zone: str | None = None
    patterns: dict[str, str] | str | None = None

    @field_validator("calendar")
    @classmethod
    def _calendar(cls, value: str | None) -> str | None:
        """Check the name of a calendar."""
        if value is not None:
            calendar_named(value)
        return value

    @field_validator("year_begins")
    @classmethod
    def _year_begins(cls, value: str | None) -> str | None:
        """Check a month and day; in the second half of a year it must be said in which year this day lies."""
        if value is None:
            return None
        if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])( of the (same year|year before))?", value):
            raise ValueError('month and day on which the year began: "03-25", "12-25 of the year before"')
        if int(value[:2]) > _HALF and len(value) == len("03-25"):
            raise ValueError(
                f'the year before or the same? 1336 began on {value} 1335: "{value} of the year before"; on {value} 1336: '
                f'"{value} of the same year"'
            )
        return value

    @field_validator("century")
    @classmethod
    def _century(cls, value: int | None) -> int | None:
        """Check the first year of a hundred."""
        if value is not None and not 0 <= value <= 9899:
            raise ValueError("first year of the hundred years, for example 1900")
        return value

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        """Check the name of a time zone."""
        from zoneinfo import ZoneInfo

        if value is not None:
            try:
                ZoneInfo(value)
            except (OSError, ValueError, KeyError):
                raise ValueError("a time zone, for example Europe/Moscow") from None
        return value

    @field_validator("patterns")
    @classmethod
    def _patterns(cls, value: dict[str, str] | str | None) -> dict[str, str] | str | None:
        """Check the patterns."""
        if value is not None:
            patterns_of(value)
        return value


class When(DateRules):
    """Where a date comes from: one column, or columns (or numbers) for year, month and day, or a count of days."""

    column: str | None = None
    format: tuple[str, ...] = ()
    years: int | None = None
    year: str | int | None = None
    month: str | int | None = None
    day: str | int | None = None
    days: str | None = None
    seconds: str | None = None
    excel: str | None = None
    excel_1904: str | None = None
    constant: str | None = None

    @field_validator("format", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """Return formats from a list, or from one text with bars between them."""
        return tuple(part.strip() for part in value.split(" | ")) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> When:
        """Check that a date has one origin, and no key without an effect."""
        origins = (self.column, self.year, self.days, self.seconds, self.excel, self.excel_1904, self.constant)
        if sum(origin is not None for origin in origins) != 1:
            raise ValueError(
                "a date has one of 'column', 'year' (with 'month', 'day'), 'days', 'seconds', 'excel', 'excel_1904', 'constant'"
            )
        if self.column is None and (self.format or self.years is not None):
            raise ValueError("'format' and 'years' belong to 'column'; they have no effect here")
        if self.year is None and (self.month is not None or self.day is not None):
            raise ValueError("'month' and 'day' belong to 'year'")
        if self.day is not None and self.month is None:
            raise ValueError("a day without a month")
        if self.years is not None and (self.format or self.years < 1):
            raise ValueError("'years' is a number from 1 on, and stands without 'format'")
        for form in self.format:
            fault = format_fault(form, has_century=True)
            if fault:
                raise ValueError(f"{form!r}: {fault}")
        return self

    @property
    def name(self) -> str:
        """The column, for messages."""
        return (
            self.column
            or self.days
            or self.seconds
            or self.excel
            or self.excel_1904
            or (self.year if isinstance(self.year, str) else "date")
        )


class Comparison(Strict):
    """What a column's text must be: compared, like a pattern, or not so."""

    above: float | dt.date | None = None
    below: float | dt.date | None = None
    at_least: float | dt.date | None = None
    at_most: float | dt.date | None = None
    matches: str | None = None
    one_of: tuple[Scalar, ...] = ()
    is_not: Literal["known", "missing"] | tuple[Scalar, ...] | None = None
    not_matches: str | None = None

    @field_validator("matches", "not_matches")
    @classmethod
    def _pattern(cls, value: str | None) -> str | None:
        """Check a regular expression."""
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _any(self) -> Comparison:
        """Check that at least one condition stands in it."""
        if not self.model_fields_set:
            raise ValueError("a condition needs one of " + ", ".join(type(self).model_fields))
        return self


def short(value: Any) -> Any:
    """Return a field for a bare text: it stands for a column."""
    return {"column": value} if isinstance(value, str) else value


def _several(value: Any) -> Any:
    """Return a list of dates, of which the first that is known counts."""
    return [short(item) for item in value] if isinstance(value, list) else [short(value)]


def _negated(value: Any) -> Any:
    """Return a condition with another word for ``not``, which Python keeps for itself."""
    if isinstance(value, dict) and "not" in value:
        return {("is_not" if key == "not" else key): item for key, item in value.items()}
    return value


def _order(value: Any) -> Any:
    """Return the rules that a bare text means: the order of the figures."""
    return {"order": value} if isinstance(value, str) else value


AField = Annotated[Field, BeforeValidator(short)]
ADate = Annotated[tuple[When, ...], BeforeValidator(_several)]
Dates = Annotated[DateRules, BeforeValidator(_order)]
Condition = Literal["known", "missing"] | list[Scalar] | Annotated[Comparison, BeforeValidator(_negated)]
