"""Rules of a column map: what a row of a table becomes."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, model_validator

from greatfear.intake_tables.fields import ADate, AField, Condition, Field, Strict, When

_TEXT_KEYS = ("values", "default", "strip", "upper", "missing")


def _one_or_several(value: Any) -> Any:
    """Return sets of conditions of which one must hold."""
    return value if isinstance(value, list) else [value]


Conditions = Annotated[tuple[dict[str, Condition], ...], BeforeValidator(_one_or_several)]


class RuleBase(Strict):
    """What all rules have: a condition, and source, place, level and certainty of the rows that they make."""

    LISTS: ClassVar[tuple[str, ...]] = ()

    when: Conditions = ({},)
    source: AField | None = None
    place: AField | None = None
    level: AField | None = None
    certainty: AField | None = None

    @model_validator(mode="after")
    def _effects(self) -> RuleBase:
        """Refuse keys that would have no effect where they stand."""
        for name, field in _fields(self):
            if field.split and name not in self.LISTS:
                raise ValueError(
                    f"'split' has no effect in {name!r}; it works in {', '.join(self.LISTS) or 'no field here'}"
                )
            if field.type != "text" and not name.startswith(("attributes", "details")):
                raise ValueError(f"'type' has no effect in {name!r}; it works in attributes")
        return self


def _fields(rule: RuleBase) -> list[tuple[str, Field]]:
    """Return the fields of a rule with their names."""
    found: list[tuple[str, Field]] = []
    for name in type(rule).model_fields:
        value = getattr(rule, name)
        if isinstance(value, Field):
            found.append((name, value))
        elif isinstance(value, dict):
            found += [(f"{name}.{key}", item) for key, item in value.items() if isinstance(item, Field)]
        elif isinstance(value, tuple):
            found += [(name, item) for item in value if isinstance(item, Field)]
    return found


class Persons(RuleBase):
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
    details: dict[str, AField] = {}


class Groups(RuleBase):
    """Each row is a collective name with those of its members who are known."""

    LISTS: ClassVar[tuple[str, ...]] = ("members",)

    into: Literal["groups"]
    id: AField
    name: AField | None = None
    members: AField | None = None
    count: AField | None = None


class Statements(RuleBase):
    """Each row is a statement; several names in a cell, or a group, become one statement each."""

    LISTS: ClassVar[tuple[str, ...]] = ("speaker", "subject")

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
    heard_from: AField | None = None
    copy_of: AField | None = None
    circumstance: AField | None = None
    weight: AField | None = None
    details: dict[str, AField] = {}


class Acts(RuleBase):
    """Each row is something that an office did to a person."""

    LISTS: ClassVar[tuple[str, ...]] = ("person",)

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
    details: dict[str, AField] = {}
    sitting: tuple[str, ...] = ()
    once_by: tuple[Literal["person", "kind", "time", "sitting"], ...] = ()

    @model_validator(mode="after")
    def _cause(self) -> Acts:
        """Check that a statement is a cause only where the cause is a statement."""
        if self.statement is not None and self.cause is None:
            raise ValueError("'statement' has no effect without 'cause' (cause: {constant: statement})")
        if "sitting" in self.once_by and not self.sitting:
            raise ValueError("'once_by' names the sitting, and the rule has none")
        return self


class Ties(RuleBase):
    """Each row is a tie of `a` and `b`, or makes ties among all persons listed in the columns `among`."""

    LISTS: ClassVar[tuple[str, ...]] = ("a", "b", "among")

    into: Literal["ties"]
    kind: AField
    a: AField | None = None
    b: AField | None = None
    among: tuple[AField, ...] = ()
    directed: AField | None = None
    start: ADate | None = None
    end: ADate | None = None
    weight: AField | None = None

    @model_validator(mode="after")
    def _ends(self) -> Ties:
        """Check that a tie has either both ends or a list."""
        if bool(self.among) == (self.a is not None and self.b is not None) or (self.a is None) != (self.b is None):
            raise ValueError("a tie has both 'a' and 'b', or 'among'")
        return self


class Aliases(RuleBase):
    """Each row is a further name of a person, or several."""

    LISTS: ClassVar[tuple[str, ...]] = ("alias",)

    into: Literal["aliases"]
    person: AField
    alias: AField
    kind: AField | None = None


class Cohort(RuleBase):
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


def columns_of(rule: RuleBase) -> set[str]:
    """Return the columns that a rule reads."""
    found = {column for conditions in rule.when for column in conditions} | set(getattr(rule, "sitting", ()))
    for _, field in _fields(rule):
        found |= {column for column in (field.column, *field.columns) if column is not None}
    for name in type(rule).model_fields:
        value = getattr(rule, name)
        for item in value if isinstance(value, tuple) else ():
            if isinstance(item, When):
                counts = (item.days, item.seconds, item.excel, item.excel_1904)
                named = (item.column, *counts, item.year, item.month, item.day)
                found |= {column for column in named if isinstance(column, str)}
    return found
