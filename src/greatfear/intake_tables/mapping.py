"""The column map: which column of which table becomes what. Checked as a whole, all faults at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic import Field as PydanticField

from greatfear.errors import Fault, IntakeError, nearest

__all__ = [
    "Acts",
    "Aliases",
    "Cohort",
    "ColumnMap",
    "Field",
    "Groups",
    "Persons",
    "Rule",
    "Statements",
    "TableMap",
    "Ties",
    "When",
    "read_map",
]

Scalar = str | int | float | bool


class _Strict(BaseModel):
    """Unknown keys are faults; values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Field(_Strict):
    """Where a value comes from: a column (with what to make of its texts) or a constant."""

    column: str | None = None
    constant: Scalar | None = None
    values: dict[str, Scalar | None] | None = None
    default: Scalar | None = None
    type: Literal["text", "number", "integer", "flag"] = "text"
    split: str | None = None
    strip: str = ""
    upper: bool = False
    missing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> Field:
        """Check that a field has a column or a constant."""
        if (self.column is None) == (self.constant is None):
            raise ValueError("a field has either 'column' or 'constant'")
        return self


class When(_Strict):
    """Where a date comes from: one column, or columns (or numbers) for year, month and day, or days since the epoch."""

    column: str | None = None
    format: str | None = None
    years: int | None = None
    year: str | int | None = None
    month: str | int | None = None
    day: str | int | None = None
    days: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> When:
        """Check that a date has exactly one origin."""
        if sum(origin is not None for origin in (self.column, self.year, self.days)) != 1:
            raise ValueError("a date has one of 'column', 'year' (with 'month', 'day') and 'days'")
        return self


def _short(value: Any) -> Any:
    """Return a field for a bare text: it stands for a column."""
    return {"column": value} if isinstance(value, str) else value


def _several(value: Any) -> Any:
    """One date or a list of dates of which the first that is known counts."""
    return [_short(item) for item in value] if isinstance(value, list) else [_short(value)]


AField = Annotated[Field, BeforeValidator(_short)]
ADate = Annotated[tuple[When, ...], BeforeValidator(_several)]
Test = Literal["known", "missing"] | list[Scalar]


class _Rule(_Strict):
    """What all rules have: a condition, and source, place, level and certainty of the rows that they make."""

    when: dict[str, Test] = {}
    source: AField | None = None
    place: AField | None = None
    level: AField | None = None
    certainty: AField | None = None


class Persons(_Rule):
    """Each row is a person."""

    into: Literal["persons"]
    id: AField
    name: AField | None = None
    region: AField | None = None
    stratum: AField | None = None
    unit: AField | None = None
    sex: AField | None = None
    seniority: AField | None = None
    attributes: dict[str, AField] = {}


class Groups(_Rule):
    """Each row is a collective name with those of its members who are known."""

    into: Literal["groups"]
    id: AField
    name: AField | None = None
    members: AField


class Statements(_Rule):
    """Each row is a naming; a subject that is a group becomes one statement per member."""

    into: Literal["statements"]
    subject: AField
    speaker: AField | None = None
    channel: AField
    time: ADate | None = None
    pressure: AField | None = None
    prompted: AField | None = None
    sitting: tuple[str, ...] = ()
    office: AField | None = None
    collective: AField | None = None
    key: AField | None = None


class Acts(_Rule):
    """Each row is something an office did to a person."""

    into: Literal["acts"]
    person: AField
    kind: AField
    time: ADate | None = None
    cause: AField | None = None
    statement: AField | None = None
    office: AField | None = None
    operation: AField | None = None
    board: AField | None = None
    outcome: AField | None = None
    pressure: AField | None = None
    evidence: AField | None = None
    sitting: tuple[str, ...] = ()
    once_by: tuple[Literal["person", "kind", "time", "sitting"], ...] = ()


class Ties(_Rule):
    """Each row is a tie of `a` and `b`, or makes ties among all persons listed in the columns `among`."""

    into: Literal["ties"]
    kind: AField
    a: AField | None = None
    b: AField | None = None
    among: tuple[AField, ...] = ()
    directed: AField | None = None
    start: ADate | None = None
    end: ADate | None = None

    @model_validator(mode="after")
    def _ends(self) -> Ties:
        """Either both ends or a list."""
        if bool(self.among) == (self.a is not None and self.b is not None) or (self.a is None) != (self.b is None):
            raise ValueError("a tie has both 'a' and 'b', or 'among'")
        return self


class Aliases(_Rule):
    """Each row is a further name of a person."""

    into: Literal["aliases"]
    person: AField
    alias: AField
    kind: AField | None = None


class Cohort(_Rule):
    """Each row counts persons who are not named; as many rows of persons are made, with one act each."""

    into: Literal["cohort"]
    size: AField
    region: AField | None = None
    unit: AField | None = None
    time: ADate | None = None
    kind: AField
    dead: AField | None = None
    attributes: dict[str, AField] = {}


Rule = Persons | Groups | Statements | Acts | Ties | Aliases | Cohort


class TableMap(_Strict):
    """What is made of one table."""

    table: str
    delimiter: str | None = None
    encoding: str = "utf-8-sig"
    makes: tuple[Annotated[Rule, PydanticField(discriminator="into")], ...]


class SourceRow(_Strict):
    """One source, as in the table `sources` of the record."""

    id: str
    citation: str
    doi: str | None = None
    url: str | None = None
    licence: str | None = None
    note: str | None = None


class OfficeRow(_Strict):
    """One office, as in the table `offices` of the record."""

    id: str
    name: str | None = None
    region: str | None = None
    kind: str | None = None


class ColumnMap(_Strict):
    """A whole map: what holds for all tables, then one entry per table.

    Examples
    --------
    >>> rule = {"into": "statements", "speaker": "from", "subject": "to", "channel": {"constant": "document"}}
    >>> read_map({"format": 1, "epoch": "1692-01-01", "tables": [{"table": "edges", "makes": [rule]}]}).unknown_persons
    'add'
    """

    format: Literal[1]
    epoch: dt.date
    title: str = ""
    end: dt.date | None = None
    missing: tuple[str, ...] = ("", "NA")
    unknown_persons: Literal["fault", "add", "leave out", "by tables"] = "by tables"
    sources: tuple[SourceRow, ...] = ()
    offices: tuple[OfficeRow, ...] = ()
    tables: tuple[TableMap, ...]

    @model_validator(mode="after")
    def _unknown(self) -> ColumnMap:
        """Persons who stand in no table are a fault where there is a table of persons, and are added where not."""
        if self.unknown_persons == "by tables":
            listed = any(rule.into == "persons" for table in self.tables for rule in table.makes)
            object.__setattr__(self, "unknown_persons", "fault" if listed else "add")
        return self


def read_map(column_map: Mapping[str, Any] | ColumnMap, name: str = "map") -> ColumnMap:
    """Return a checked column map.

    Parameters
    ----------
    column_map : mapping or ColumnMap
        As written in docs/intake.md; from YAML or JSON.
    name : str
        Name of the map, for messages.

    Returns
    -------
    ColumnMap

    Raises
    ------
    greatfear.errors.IntakeError
        Every fault with its dotted path.

    Examples
    --------
    >>> read_map({"format": 1, "epoch": "1692-01-01", "tables": []}).end is None
    True
    """
    if isinstance(column_map, ColumnMap):
        return column_map
    try:
        return ColumnMap.model_validate(_tagged(column_map))
    except ValidationError as error:
        raise IntakeError([_fault(name, item) for item in error.errors()], name) from None


def _tagged(column_map: Any) -> Any:
    """Return the map as it is; a map that is no mapping is left for the check to refuse."""
    return dict(column_map) if isinstance(column_map, Mapping) else column_map


def _fault(name: str, item: Any) -> Fault:
    """Return one fault of the check in our form."""
    path = ".".join(str(part) for part in item["loc"])
    got = "nothing" if item["type"] == "missing" else repr(item.get("input"))[:80]
    if item["type"] == "extra_forbidden":
        known = sorted(
            {key for model in (*Rule.__args__, Field, When, TableMap, ColumnMap) for key in model.model_fields}
        )
        near = nearest(str(item["loc"][-1]), known)
        return Fault(
            f"{name}: {path}", "an unknown key", f"did you mean {', '.join(near)}?" if near else ", ".join(known)
        )
    return Fault(f"{name}: {path}", got, item["msg"])


def columns_read(rules: Iterable[Rule]) -> set[str]:
    """Return the columns that rules read."""
    found: set[str] = set()
    for rule in rules:
        found |= set(rule.when) | set(getattr(rule, "sitting", ()))
        found |= _named(rule.model_dump(exclude={"when", "into", "sitting", "once_by"}))
    return found


def _named(value: Any) -> set[str]:
    """Return the names of columns in a dumped rule."""
    if isinstance(value, dict):
        own = {value[key] for key in ("column", "days", "year", "month", "day") if isinstance(value.get(key), str)}
        return own.union(*(_named(item) for item in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_named(item) for item in value)) if value else set()
    return set()
