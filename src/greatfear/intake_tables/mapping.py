"""The column map: which column of which table becomes what. Checked as a whole, all faults at once."""

from __future__ import annotations

import datetime as dt
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field as PydanticField
from pydantic import ValidationError, field_validator, model_validator

from greatfear.errors import Fault, IntakeError
from greatfear.intake_tables.calendars import GREGORIAN, calendar_named
from greatfear.intake_tables.date_forms import format_fault
from greatfear.intake_tables.date_patterns import patterns_of
from greatfear.intake_tables.date_style import DateStyle
from greatfear.intake_tables.fields import BYZANTINE, DateRules, Dates, Strict, When
from greatfear.intake_tables.map_text import map_from_file
from greatfear.intake_tables.mapping_faults import fault_of
from greatfear.intake_tables.numbers import NUMBER_STYLES
from greatfear.intake_tables.rules import Acts, Rule, RuleBase, columns_of


class TableMap(Strict):
    """How one table is read, and what is made of it."""

    table: str
    delimiter: str | None = None
    encoding: str | None = None
    quote: str | None = None
    sheet: str | int | None = None
    header: int | Literal["none"] | None = None
    columns: tuple[str, ...] = ()
    skip: int = 0
    footer: int = 0
    fill: Literal["down"] | tuple[str, ...] | None = None
    ditto: Literal["common"] | tuple[str, ...] = ()
    numbers: str | None = None
    shape: Literal["rows", "adjacency", "incidence"] = "rows"
    join: dict[str, dict[str, str]] = {}
    dates: Dates | None = None
    makes: tuple[Annotated[Rule, PydanticField(discriminator="into")], ...]

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, value: str | None) -> str | None:
        """Check that a delimiter is one sign."""
        value = {"tab": "\t", "\\t": "\t"}.get(value or "", value)
        if value is not None and (len(value) != 1 or value in '"\r\n\0'):
            raise ValueError('one sign, for example ";", or "tab"')
        return value

    @field_validator("quote")
    @classmethod
    def _quote(cls, value: str | None) -> str | None:
        """Check that a quotation mark is one sign."""
        if value is not None and value != "none" and len(value) != 1:
            raise ValueError('one sign, or "none"')
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, value: str | None) -> str | None:
        """Check that Python knows the encoding of texts."""
        import codecs

        try:
            known = value is None or codecs.lookup(value)._is_text_encoding
        except (LookupError, ValueError):
            known = False
        if not known:
            raise ValueError("an encoding of texts, for example utf-8, windows-1251, koi8-r")
        return value

    @field_validator("skip", "footer", "header")
    @classmethod
    def _rows(cls, value: int | str | None) -> int | str | None:
        """Check that numbers of rows are not negative."""
        if isinstance(value, int) and value < 0:
            raise ValueError("a number of rows, 0 or more")
        return value

    @field_validator("numbers")
    @classmethod
    def _numbers(cls, value: str | None) -> str | None:
        """Check how numbers are written."""
        return _number_style(value)

    @field_validator("ditto", mode="before")
    @classmethod
    def _ditto(cls, value: Any) -> Any:
        """Return a list of marks, also for one mark."""
        return (value,) if isinstance(value, str) and value != "common" else value

    @field_validator("fill", mode="before")
    @classmethod
    def _fill(cls, value: Any) -> Any:
        """Return one column, several, or all of them."""
        if isinstance(value, dict) and set(value) == {"down"}:
            value = value["down"]
            return (value,) if isinstance(value, str) else value
        return value

    @model_validator(mode="after")
    def _header(self) -> TableMap:
        """Check where the names of columns come from."""
        if self.header == 0:
            raise ValueError("'header' is the row with the names of columns, 1 or more, or none")
        if self.skip and isinstance(self.header, int):
            raise ValueError("'skip' and the row of 'header' say the same; write one of them")
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("'columns' names a column twice")
        return self


def _number_style(value: str | None) -> str | None:
    """Check how numbers are written: as one of the examples."""
    if value is not None and value not in NUMBER_STYLES:
        raise ValueError(f"an example of how numbers are written: {', '.join(map(repr, NUMBER_STYLES))}")
    return value


class SourceRow(Strict):
    """One source, as in the table `sources` of the record, and how its dates are written."""

    id: Annotated[str, PydanticField(min_length=1)]
    citation: str
    doi: str | None = None
    url: str | None = None
    licence: str | None = None
    note: str | None = None
    dates: Dates | None = None


class OfficeRow(Strict):
    """One office, as in the table `offices` of the record."""

    id: Annotated[str, PydanticField(min_length=1)]
    name: str | None = None
    region: str | None = None
    kind: str | None = None


class Presumption(Strict):
    """An act without a recorded cause is presumed to follow the last statement against the person."""

    act: Literal["summons", "arrest", "interrogation", "sentence"]
    follows: Literal["statement"] = "statement"
    within_days: int

    @field_validator("within_days")
    @classmethod
    def _days(cls, value: int) -> int:
        """Check a number of days."""
        if not 0 <= value <= 36525:
            raise ValueError("a number of days, 0 to 36525")
        return value


class ColumnMap(Strict):
    """A whole map: what holds for all tables, then one entry per table."""

    format: Literal[1]
    epoch: dt.date
    title: str = ""
    end: dt.date | None = None
    missing: tuple[str, ...] = ("", "NA")
    dates: Dates | None = None
    numbers: str | None = None
    outside: Literal["fault", "leave out", "note"] = "fault"
    unknown_persons: Literal["fault", "add", "leave out", "by tables"] = "by tables"
    unknown_offices: Literal["fault", "add"] = "fault"
    unnamed: tuple[str, ...] = ()
    presume: tuple[Presumption, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    offices: tuple[OfficeRow, ...] = ()
    tables: tuple[TableMap, ...]

    @field_validator("numbers")
    @classmethod
    def _numbers(cls, value: str | None) -> str | None:
        """Check how numbers are written."""
        return _number_style(value)

    @field_validator("unnamed")
    @classmethod
    def _unnamed(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Check regular expressions."""
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _whole(self) -> ColumnMap:
        """Check what stands in several places, and settle what happens with persons who stand in no table."""
        if self.end is not None and self.end <= self.epoch:
            raise ValueError("'end' is the day after the last one of the archive; it must be later than 'epoch'")
        for name, keys in (
            ("sources", [source.id for source in self.sources]),
            ("offices", [office.id for office in self.offices]),
            ("tables", [table.table for table in self.tables]),
        ):
            twice = sorted(key for key, n in Counter(keys).items() if n > 1)
            if twice:
                raise ValueError(f"'{name}' has {', '.join(twice)} twice")
        rules = [rule for table in self.tables for rule in table.makes]
        if self.unknown_persons == "by tables":
            listed = any(rule.into == "persons" for rule in rules)
            object.__setattr__(self, "unknown_persons", "fault" if listed else "add")
        for item in self.presume:
            if not any(isinstance(rule, Acts) for rule in rules):
                raise ValueError(f"'presume' has no effect: no rule makes acts ({item.act})")
        return self

    def entries(self) -> dict[str, TableMap]:
        """Return the entry of each table, with how the whole map writes numbers where the table does not say it."""
        more = {"numbers": self.numbers}
        return {entry.table: entry if entry.numbers else entry.model_copy(update=more) for entry in self.tables}


def date_style(base: ColumnMap, *layers: DateRules | None) -> DateStyle:
    """Return how dates are written, the later layers before the earlier ones: map, table, source, date."""
    found: dict[str, Any] = {}
    for layer in (base.dates, *layers):
        if layer is not None:
            found |= {key: getattr(layer, key) for key in DateRules.model_fields if getattr(layer, key) is not None}
    era = found.get("era")
    begins, _, before = (found.get("year_begins") or ("09-01 of the year before" if era else "")).partition(" ")
    when = next((layer for layer in layers if isinstance(layer, When)), None)
    return DateStyle(
        epoch=base.epoch,
        end=base.end,
        formats=when.format if when else (),
        order=found.get("order", ""),
        calendar=calendar_named(found["calendar"]) if "calendar" in found else GREGORIAN,
        year_begins=(int(begins[:2]), int(begins[3:])) if begins else None,
        begins_before=before == "of the year before",
        years_before=BYZANTINE if era else 0,
        century=found.get("century"),
        short_years=found.get("short_years", False),
        zone=found.get("zone"),
        patterns=patterns_of(found["patterns"]) if "patterns" in found else (),
        years=when.years if when else None,
    )


def read_map(column_map: Mapping[str, Any] | ColumnMap | str | os.PathLike[str], name: str = "map") -> ColumnMap:
    """Return a checked column map.

    Parameters
    ----------
    column_map : mapping, ColumnMap or path
        As written in docs/intake.md; a path is that of a YAML or JSON file.
    name : str
        Name of the map, for messages.

    Returns
    -------
    ColumnMap

    Raises
    ------
    greatfear.errors.IntakeError
        Every fault with its dotted path.
    """
    if isinstance(column_map, ColumnMap):
        return column_map
    if isinstance(column_map, str | os.PathLike):
        file = Path(column_map)
        return read_map(map_from_file(file), file.name)
    try:
        given = _composed(column_map)
        checked = ColumnMap.model_validate(given)
    except ValidationError as error:
        raise IntakeError([fault_of(name, item, _models()) for item in error.errors()], name) from None
    except RecursionError:
        raise IntakeError([Fault(name, "a map too deep to read", "a map as in docs/intake.md")], name) from None
    faults = list(_later_faults(checked, name))
    if faults:
        raise IntakeError(faults, name)
    return checked


def _composed(value: Any) -> Any:
    """Return a map with all texts in composed Unicode form, as the cells of tables are read."""
    if isinstance(value, Mapping):
        return {_composed(key): _composed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(item) for item in value]
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _models() -> tuple[type[Strict], ...]:
    """Return the models whose keys a map may use."""
    from greatfear.intake_tables.fields import Comparison, Field

    return (*Rule.__args__, Field, When, Comparison, TableMap, SourceRow, OfficeRow, Presumption, ColumnMap)


def _later_faults(checked: ColumnMap, name: str) -> Iterable[Fault]:
    """Yield faults that need the whole map: a year of two figures without a century, attributes with a taken name."""
    from greatfear.record.schema import PERSONS

    taken = {column.name for column in PERSONS.columns} | {"date", "time"}
    for number, table in enumerate(checked.tables):
        for place, rule in enumerate(table.makes):
            path = f"{name}: tables.{number}.makes.{place}"
            for when in _dates_of(rule):
                century = date_style(checked, table.dates, when).century is not None
                for form in when.format:
                    fault = format_fault(form, has_century=century)
                    if fault:
                        yield Fault(f"{path}: {when.name}", f"the format {form!r}", fault)
            for attribute in getattr(rule, "attributes", {}):
                if attribute.casefold() in taken or not attribute.strip():
                    yield Fault(f"{path}.attributes", repr(attribute), "a name that the record does not use itself")


def _dates_of(rule: RuleBase) -> Iterable[When]:
    """Yield the dates that a rule reads."""
    for key in ("time", "start", "end"):
        yield from getattr(rule, key, None) or ()


def declared_texts(checked: ColumnMap, entry: TableMap) -> frozenset[str]:
    """Return all texts that the map names for a table: what it declares as missing, as a value, or in a condition."""
    found, left = set(checked.missing), [rule.model_dump() for rule in entry.makes]
    while left:
        item: Any = left.pop()
        if isinstance(item, str):
            found.add(item)
        elif isinstance(item, dict):
            left += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple):
            left += item
    return frozenset(found)


def columns_read(rules: Iterable[Rule]) -> set[str]:
    """Return the columns that rules read."""
    found: set[str] = set()
    return found.union(*(columns_of(rule) for rule in rules))
