"""Makes the rows of an archive from records, rule by rule, and remembers where each came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from greatfear.intake_tables.mapping import (
    Acts,
    Aliases,
    Cohort,
    ColumnMap,
    Groups,
    Persons,
    Rule,
    Statements,
    Ties,
    _Rule,
)
from greatfear.intake_tables.values import CellError, Reader
from greatfear.record.schema import ACT_KINDS, CAUSES, CERTAINTIES, CHANNELS, LEVELS, OUTCOMES

__all__ = ["Book", "Origin"]

Row = dict[str, Any]
_TEXTS = ("name", "region", "stratum", "unit", "sex")
_LARGEST_COHORT = 1_000_000


@dataclass(slots=True)
class Origin:
    """The record that is being read: table, row, what its rules made, and why they made no more."""

    table: str
    row: int
    made: dict[str, int] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    faults: list[CellError] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """A collective name with its known members."""

    name: str
    members: list[str]


class Book:
    """Rows made so far, with the tables that references are looked up in.

    Parameters
    ----------
    column_map : ColumnMap
        The map, for what holds for all tables.
    """

    def __init__(self, column_map: ColumnMap) -> None:
        self.map = column_map
        self.rows: dict[str, list[Row]] = {name: [] for name in ("persons", "statements", "acts", "ties", "aliases")}
        self.persons: dict[str, int] = {}
        self.groups: dict[str, _Group] = {}
        self.sources = {source.id: i for i, source in enumerate(column_map.sources)}
        self.offices = {office.id: i for i, office in enumerate(column_map.offices)}
        self.added: list[str] = []
        self.sittings: dict[tuple[str, ...], int] = {}
        self.keys: dict[str, int] = {}
        self.seen: dict[tuple[Any, ...], str] = {}

    def make(self, rule: Rule, reader: Reader, origin: Origin) -> None:
        """Apply one rule to one record: all of its rows are made, or none and a fault is noted."""
        makers: dict[str, Callable[[Any, Reader, Origin], dict[str, list[Row]]]] = {
            "persons": self._person, "groups": self._group, "statements": self._statements, "acts": self._act,
            "ties": self._ties, "aliases": self._alias, "cohort": self._cohort,
        }  # fmt: skip
        try:
            made = makers[rule.into](rule, reader, origin)
        except CellError as error:
            origin.faults.append(error)
            return
        for table, rows in made.items():
            origin.made[table] = origin.made.get(table, 0) + len(rows)
            if table != "groups":
                self.rows[table] += rows

    def _person(self, rule: Persons, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
        """Return one person."""
        key = _needed(reader, rule.id)
        if key in self.persons:
            raise CellError(rule.id.column or "id", repr(key), "an id that no other person has")
        row: Row = {"id": key, **{name: reader.text(getattr(rule, name)) for name in _TEXTS}}
        row["seniority"] = reader.number(rule.seniority, 0, 1)
        row |= self._attributes(rule.attributes, reader)
        self.persons[key] = len(self.persons)
        return {"persons": [row]}

    def _attributes(self, attributes: dict[str, Any], reader: Reader) -> Row:
        """Return further columns of a person, each by its type."""
        read: dict[str, Callable[[Any], Any]] = {
            "text": reader.text,
            "number": reader.number,
            "integer": reader.integer,
            "flag": reader.flag,
        }
        return {name: read[item.type](item) for name, item in attributes.items()}

    def _group(self, rule: Groups, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
        """Note one collective name; one without known members is kept, so that its uses can be explained."""
        key = _needed(reader, rule.id)
        if key in self.groups:
            raise CellError(rule.id.column or "id", repr(key), "an id that no other group has")
        self.groups[key] = _Group(reader.text(rule.name) or key, reader.items(rule.members))
        return {"groups": [{}]}

    def _statements(self, rule: Statements, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
        """Return one statement, or one for each known member of a group."""
        subject = _needed(reader, rule.subject)
        moment, channel = reader.moment(rule.time), _needed(reader, rule.channel, CHANNELS)
        row: Row = {
            "time": moment.time, "time_end": moment.end, "precision": moment.precision, "channel": channel,
            "pressure": reader.number(rule.pressure, 0, 1), "prompted": reader.flag(rule.prompted),
            "office": self._office(reader, rule.office), "collective": reader.text(rule.collective),
            **self._whence(rule, reader, origin),
        }  # fmt: skip
        key = reader.text(rule.key)
        if key is not None and key in self.keys:
            raise CellError(
                rule.key.column or "key" if rule.key else "key", repr(key), "a key that no other statement has"
            )
        speaker = reader.text(rule.speaker)
        group = None if subject in self.persons else self.groups.get(subject)
        if group is None:
            subjects = self._known([subject], rule.subject.column, origin)
        else:
            row["collective"] = row["collective"] or group.name
            subjects = self._known(group.members, rule.subject.column, origin)
            if not group.members:
                origin.reasons.append(f"the group named ({subject}) has no members who are known")
        row["speaker"] = -1 if speaker is None or not subjects else self._person_number(speaker, rule.speaker, origin)
        if row["speaker"] is None:
            return {}
        row["sitting"] = self._sitting(rule.sitting, reader) if subjects else -1
        if key is not None and subjects:
            self.keys[key] = len(self.rows["statements"])
        return {"statements": [{**row, "subject": number} for number in subjects]}

    def _act(self, rule: Acts, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
        """Return one act, unless the same is known already."""
        moment = reader.moment(rule.time)
        row: Row = {
            "time": moment.time, "time_end": moment.end, "precision": moment.precision,
            "kind": _needed(reader, rule.kind, ACT_KINDS), "office": self._office(reader, rule.office),
            "cause": reader.text(rule.cause, CAUSES) or "unknown", "operation": reader.text(rule.operation),
            "board": reader.text(rule.board), "outcome": reader.text(rule.outcome, OUTCOMES) or "none",
            "pressure": reader.number(rule.pressure, 0, 1), "evidence": reader.integer(rule.evidence),
            **self._whence(rule, reader, origin),
        }  # fmt: skip
        row["statement"] = self._statement(rule, reader, row["cause"])
        row["person"] = self._person_number(_needed(reader, rule.person), rule.person, origin)
        if row["person"] is None:
            return {}
        row["sitting"] = self._sitting(rule.sitting, reader)
        if self._is_known(rule, row, origin):
            return {}
        return {"acts": [row]}

    def _is_known(self, rule: Acts, row: Row, origin: Origin) -> bool:
        """Whether an act that is equal in the columns of `once_by` was made before; every act is remembered."""
        known = None
        for columns in {rule.once_by, ("person", "kind"), ("person", "kind", "time"), ("person", "kind", "sitting")}:
            key = (columns, *(None if row[name] != row[name] else row[name] for name in columns))
            if columns == rule.once_by and columns:
                known = self.seen.get(key)
            self.seen.setdefault(key, f"{origin.table} row {origin.row}")
        if known is not None:
            origin.reasons.append(f"the same {row['kind']} as in {known}")
        return known is not None

    def _statement(self, rule: Acts, reader: Reader, cause: str) -> int:
        """Return the statement an act rests on."""
        key = reader.text(rule.statement)
        if key is None or cause != "statement":
            return -1
        if key not in self.keys:
            raise CellError(
                rule.statement.column or "statement" if rule.statement else "", repr(key), "the key of a statement"
            )
        return self.keys[key]

    def _ties(self, rule: Ties, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
        """Return one tie, or the ties among all who are listed."""
        start, end = reader.moment(rule.start).time, reader.moment(rule.end).time
        if end <= start:
            raise CellError("end", str(end), "later than the start")
        directed = reader.flag(rule.directed) if rule.directed else 0
        row: Row = {"kind": _needed(reader, rule.kind), "directed": directed, "start": start, "end": end}
        row |= self._whence(rule, reader, origin)
        if rule.a is None or rule.b is None:
            names = [name for item in rule.among for name in reader.items(item)]
            people = self._members(names, ", ".join(item.column or "" for item in rule.among), origin)
            pairs = list(combinations(people, 2))
            if not pairs:
                origin.reasons.append("fewer than two persons are listed")
        else:
            first = self._members([_needed(reader, rule.a)], rule.a.column, origin)
            second = self._members([_needed(reader, rule.b)], rule.b.column, origin)
            pairs = [(a, b) for a in first for b in second if a != b]
            if first and second and not pairs:
                origin.reasons.append("a tie of a person with themself")
        return {"ties": [{**row, "a": a, "b": b} for a, b in pairs]}

    def _members(self, names: list[str], column: str | None, origin: Origin) -> list[int]:
        """Return the persons of a list in which groups may stand, each once."""
        single: list[str] = []
        for name in names:
            group = None if name in self.persons else self.groups.get(name)
            if group is not None and not group.members:
                origin.reasons.append(f"the group listed ({name}) has no members who are known")
            single += [name] if group is None else group.members
        return list(dict.fromkeys(self._known(single, column, origin)))

    def _alias(self, rule: Aliases, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
        """Return one further name."""
        row: Row = {
            "alias": _needed(reader, rule.alias),
            "kind": reader.text(rule.kind),
            **self._whence(rule, reader, origin),
        }
        row["person"] = self._person_number(_needed(reader, rule.person), rule.person, origin)
        return {} if row["person"] is None else {"aliases": [row]}

    def _cohort(self, rule: Cohort, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
        """Return as many persons without a name as the record counts, with an act each."""
        size = reader.integer(rule.size, 0, _LARGEST_COHORT)
        dead = reader.integer(rule.dead, 0, max(size, 0))
        if size < 1:
            origin.reasons.append("it counts nobody")
            return {}
        moment = reader.moment(rule.time)
        fixed = {
            "region": reader.text(rule.region),
            "unit": reader.text(rule.unit),
            **self._attributes(rule.attributes, reader),
        }
        whence, kind = self._whence(rule, reader, origin), _needed(reader, rule.kind, ACT_KINDS)
        people, acts = [], []
        for i in range(size):
            key = f"{origin.table}-{origin.row}-{i + 1}"
            self.persons[key] = number = len(self.persons)
            people.append({"id": key, **fixed})
            outcome = "none" if dead < 0 else "death" if i < dead else "other"
            acts.append({"time": moment.time, "time_end": moment.end, "precision": moment.precision, "person": number,
                         "kind": kind, "cause": "unknown", "outcome": outcome, **whence})  # fmt: skip
        return {"persons": people, "acts": acts}

    def _whence(self, rule: _Rule, reader: Reader, origin: Origin) -> Row:
        """Return source, place, level and certainty; the place is the row of the table unless another one is given."""
        source = reader.text(rule.source)
        if source is not None and source not in self.sources:
            raise CellError(
                rule.source.column or "source" if rule.source else "", repr(source), ", ".join(self.sources)
            )
        number = self.sources[source] if source is not None else 0 if len(self.sources) == 1 else -1
        return {
            "source": number, "place": reader.text(rule.place) or f"{origin.table} row {origin.row}",
            "level": reader.text(rule.level, LEVELS), "certainty": reader.text(rule.certainty, CERTAINTIES),
        }  # fmt: skip

    def _office(self, reader: Reader, item: Any) -> int:
        """Return the number of an office; with a single office and no field it is that one."""
        if item is None:
            return 0 if len(self.offices) == 1 else -1
        key = reader.text(item)
        if key is not None and key not in self.offices:
            raise CellError(item.column or "office", repr(key), ", ".join(self.offices) or "an office of the map")
        return -1 if key is None else self.offices[key]

    def _sitting(self, columns: Sequence[str], reader: Reader) -> int:
        """Return the number of the sitting that the columns tell apart; -1 where one of them is not known."""
        key = tuple(reader.cells.get(column, "") for column in columns)
        if not key or any(text in reader.missing for text in key):
            return -1
        return self.sittings.setdefault(key, len(self.sittings))

    def _known(self, keys: Sequence[str], column: str | None, origin: Origin) -> list[int]:
        """Return the numbers of persons, without those who are left out."""
        numbers = (self._number(key, column, origin) for key in keys)
        return [number for number in numbers if number is not None]

    def _person_number(self, key: str, item: Any, origin: Origin) -> int | None:
        """Return the number of the person a field refers to."""
        return self._number(key, item.column if item else None, origin)

    def _number(self, key: str, column: str | None, origin: Origin) -> int | None:
        """Return the number of a person; an unknown one is a fault, is added, or is left out, as the map says."""
        if key in self.persons:
            return self.persons[key]
        if self.map.unknown_persons == "add":
            self.persons[key] = len(self.persons)
            self.rows["persons"].append({"id": key})
            self.added.append(key)
            return self.persons[key]
        if self.map.unknown_persons == "leave out":
            origin.reasons.append(f"{key} stands in no table of persons")
            return None
        raise CellError(column or "person", repr(key), "the id of a person or group of the tables")


def _needed(reader: Reader, item: Any, allowed: Sequence[str] = ()) -> str:
    """Return the text of a field that must be known."""
    text = reader.text(item, allowed)
    if text is None:
        raise CellError(item.column or "constant", "nothing", ", ".join(allowed) or "a text")
    return text
