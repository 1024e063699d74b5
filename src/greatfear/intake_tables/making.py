"""Makes the rows of an archive from records, rule by rule, and remembers where each came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from greatfear.intake_tables.date_style import Moment
from greatfear.intake_tables.mapping import ColumnMap
from greatfear.intake_tables.people import Group, Origin, People, refuse_no_name
from greatfear.intake_tables.rules import Acts, Aliases, Cohort, Groups, Persons, Rule, RuleBase
from greatfear.intake_tables.values import CellError, Reader, shown
from greatfear.record.schema import ACT_KINDS, CERTAINTIES, LEVELS

Row = dict[str, Any]
_TEXTS = ("name", "region", "stratum", "unit", "sex")
_LARGEST_COHORT = 1_000_000
_ROOM = {"persons": 50_000_000}


def dated(moment: Moment) -> Row:
    """Return the columns of a time; `after`, the first day after it, is for our own use."""
    return {
        "time": moment.time, "time_end": moment.end, "precision": moment.precision, "after": moment.after,
        "written": moment.written,
    }  # fmt: skip


class Book:
    """Rows made so far, with what references are looked up in.

    Parameters
    ----------
    column_map : ColumnMap
        The map, for what holds for all tables.
    """

    def __init__(self, column_map: ColumnMap) -> None:
        self.map = column_map
        names = ("persons", "statements", "acts", "ties", "aliases", "details", "mentions")
        self.rows: dict[str, list[Row]] = {name: [] for name in names}
        self.people = People(column_map.unknown_persons)
        self.sources = {source.id: i for i, source in enumerate(column_map.sources)}
        self.offices = {office.id: i for i, office in enumerate(column_map.offices)}
        self.sittings: dict[tuple[Any, ...], int] = {}
        self.keys: dict[str, list[int]] = {}
        self.seen: dict[tuple[Any, ...], str] = {}
        rules = [rule for table in column_map.tables for rule in table.makes]
        self.once_by = {rule.once_by for rule in rules if isinstance(rule, Acts) and rule.once_by}
        self.copies: list[tuple[Row, str, str, Origin]] = []
        self.remarks: dict[str, int] = {}
        self.unnamed = [re.compile(pattern, re.IGNORECASE) for pattern in column_map.unnamed]

    def make(self, rule: Rule, reader: Reader, origin: Origin) -> None:
        """Apply one rule to one record: all of its rows are made, or none and a fault is noted."""
        from greatfear.intake_tables.making_events import make_act, make_statements
        from greatfear.intake_tables.making_ties import make_ties

        makers: dict[str, Callable[[Book, Any, Reader, Origin], dict[str, list[Row]]]] = {
            "persons": _person, "groups": _group, "statements": make_statements, "acts": make_act, "ties": make_ties,
            "aliases": _alias, "cohort": _cohort,
        }  # fmt: skip
        n_added = len(self.people.added)
        self.people.just_resolved.clear()
        sizes: list[tuple[dict[Any, int], int]] = [(known, len(known)) for known in (self.offices, self.sittings)]
        try:
            made = makers[rule.into](self, rule, reader, origin)
        except CellError as error:
            self._take_back(n_added)
            self._forget(sizes)
            self._spoil(rule, reader, origin)
            origin.faults.append(error)
            return
        if not any(made.values()):
            self._forget(sizes)
        self.rows["persons"] += [{"id": key} for key in self.people.added[n_added:]]
        for table, rows in made.items():
            if not rows:
                continue
            origin.made[table] = origin.made.get(table, 0) + len(rows)
            if table != "groups":
                self.rows[table] += rows

    def _spoil(self, rule: Rule, reader: Reader, origin: Origin) -> None:
        """Remember the key of a statement that could not be made, so that acts which rest on it say why."""
        key = getattr(rule, "key", None)
        if key is not None and key.column is not None:
            self.people.spoilt.setdefault(f"key {reader.cells.get(key.column, '')}", origin.place)

    def _take_back(self, n_added: int) -> None:
        """Forget the persons that a faulty record added."""
        for key in self.people.added[n_added:]:
            del self.people.numbers[key]
        del self.people.added[n_added:]

    def _forget(self, sizes: list[tuple[dict[Any, int], int]]) -> None:
        """Forget the offices, sittings and further names that only a record without rows had."""
        for known, size in sizes:
            for key in list(known)[size:] if len(known) > size else ():
                del known[key]
        for key in self.people.just_resolved:
            self.people.resolved[key] -= 1
            if not self.people.resolved[key]:
                del self.people.resolved[key]

    def note(self, remark: str) -> None:
        """Count one remark for the report."""
        self.remarks[remark] = self.remarks.get(remark, 0) + 1

    def sourced(self, rule: RuleBase, reader: Reader, origin: Origin) -> Row:
        """Return source, place, level and certainty; the place is the row of the table unless another one is given."""
        source = reader.text(rule.source)
        if source is not None and source not in self.sources:
            column = rule.source.name if rule.source else "source"
            raise CellError(column, shown(source), ", ".join(self.sources) or "a source of the map")
        number = self.sources[source] if source is not None else 0 if len(self.sources) == 1 else -1
        reader.source_dates = self.map.sources[number].dates if number >= 0 else None
        return {
            "source": number, "place": reader.text(rule.place) or origin.place,
            "level": reader.text(rule.level, LEVELS), "certainty": reader.text(rule.certainty, CERTAINTIES),
        }  # fmt: skip

    def moment(self, dates: Any, reader: Reader, origin: Origin) -> Moment | None:
        """Return the date of a record; None where it lies outside the archive and such rows are left out."""
        moment = reader.moment(dates)
        low, high = 0, (self.map.end - self.map.epoch).days if self.map.end else float("inf")
        if moment.precision == "unknown" or (moment.after > low and moment.time < high):
            return moment
        span = f"from {self.map.epoch}" + (f" to before {self.map.end}" if self.map.end else " on")
        column, text = as_written(dates, reader)
        if self.map.outside == "fault":
            raise CellError(
                column,
                shown(text),
                f"a date of the archive, {span}",
                fix="write 'outside: note' or 'outside: leave out' to take the rest",
            )
        origin.reasons.append(f"a date outside the archive ({column}: {text[:40]}); the archive runs {span}")
        return moment if self.map.outside == "note" else None

    def office(self, reader: Reader, item: Any) -> int:
        """Return the number of an office; with a single office and no field it is that one."""
        if item is None:
            return 0 if len(self.map.offices) == 1 else -1
        key = reader.text(item)
        if key is None:
            return -1
        if key not in self.offices:
            if self.map.unknown_offices == "fault":
                allowed = ", ".join(self.offices) or "an office of the map"
                raise CellError(item.name, shown(key), allowed, fix="write 'unknown_offices: add' to add it")
            self.offices[key] = len(self.offices)
        return self.offices[key]

    def sitting(self, columns: Sequence[str], reader: Reader) -> int:
        """Return the number of the sitting that the columns tell apart; -1 where one of them is not known."""
        key = tuple(reader.cells.get(column, "") for column in columns)
        if not key or any(text in reader.missing for text in key):
            return -1
        return self.sittings.setdefault(key, len(self.sittings))

    def details(self, fields: dict[str, Any], reader: Reader) -> list[Row]:
        """Return kind and value of each open fact that is known."""
        return [
            {"kind": kind, "value": text} for kind, item in fields.items() if (text := reader.text(item)) is not None
        ]

    def is_unnamed(self, text: str) -> bool:
        """Whether a text names persons without a name, as the map says ("and others")."""
        return any(pattern.fullmatch(text) for pattern in self.unnamed)


def as_written(dates: Any, reader: Reader) -> tuple[str, str]:
    """Return column and text of the date that counted."""
    for when in dates or ():
        parts = [part for part in (when.year, when.month, when.day) if part is not None]
        if parts:
            return when.name, "-".join(
                reader.cells.get(part, "") if isinstance(part, str) else str(part) for part in parts
            )
        text = when.constant or reader.cells.get(when.name, "")
        if text not in reader.missing:
            return when.name, text
    return "date", ""


def _person(book: Book, rule: Persons, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
    """Return one person."""
    key = reader.needed(rule.id)
    if key in book.people.numbers:
        raise CellError(rule.id.name, shown(key), "an id that no other person has")
    refuse_no_name(key, rule.id.name)
    row: Row = {"id": key}
    try:
        row |= {name: reader.text(getattr(rule, name)) for name in _TEXTS}
        row["seniority"] = reader.number(rule.seniority, 0, 1)
        row |= _attributes(rule.attributes, reader)
        sourced = book.sourced(rule, reader, origin) if rule.details else {}
    except CellError:
        book.people.spoilt[key] = origin.place
        raise
    number = book.people.enter(key)
    details = [{**detail, **sourced, "person": number} for detail in book.details(rule.details, reader)]
    return {"persons": [row], "details": details}


def _attributes(attributes: dict[str, Any], reader: Reader) -> Row:
    """Return further columns of a person, each by its type."""
    read: dict[str, Callable[[Any], Any]] = {
        "text": reader.text,
        "number": reader.number,
        "integer": reader.integer,
        "flag": reader.flag,
    }
    return {name: read[item.type](item) for name, item in attributes.items()}


def _group(book: Book, rule: Groups, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
    """Note one collective name; one without known members is kept, so that its uses can be explained."""
    key = reader.needed(rule.id)
    if key in book.people.groups:
        raise CellError(rule.id.name, shown(key), "an id that no other group has")
    members = tuple(reader.items(rule.members))
    book.people.groups[key] = Group(reader.text(rule.name) or key, members, reader.integer(rule.count))
    return {"groups": [{}]}


def _alias(book: Book, rule: Aliases, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
    """Return one further name, or several of one cell; from now on they mean this person."""
    names = reader.items(rule.alias)
    if not names:
        raise CellError(rule.alias.name, "nothing", "a text")
    row: Row = {"kind": reader.text(rule.kind), **book.sourced(rule, reader, origin)}
    number = book.people.number(reader.needed(rule.person), rule.person.name, origin)
    if number is None:
        return {}
    for name in names:
        book.people.add_alias(name, number)
    return {"aliases": [{**row, "alias": name, "person": number} for name in names]}


def _cohort(book: Book, rule: Cohort, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
    """Return as many persons without a name as the record counts, with an act each."""
    size = reader.integer(rule.size, 0, _LARGEST_COHORT)
    dead = reader.integer(rule.dead, 0, max(size, 0))
    if size < 1:
        origin.reasons.append("it counts nobody")
        return {}
    if len(book.people.numbers) + size > _ROOM["persons"]:
        raise CellError(rule.size.name, str(size), f"at most {_ROOM['persons']:,} persons in an archive")
    sourced = book.sourced(rule, reader, origin)
    moment = book.moment(rule.time, reader, origin)
    if moment is None:
        return {}
    fixed = {"region": reader.text(rule.region), "unit": reader.text(rule.unit), **_attributes(rule.attributes, reader)}
    kind = reader.needed(rule.kind, ACT_KINDS)
    people, acts = [], []
    for i in range(size):
        key = f"{origin.place.replace(' row ', '-')}-{i + 1}"
        number = book.people.enter(key)
        people.append({"id": key, **fixed})
        outcome = "none" if dead < 0 else "death" if i < dead else "other"
        acts.append(
            {**dated(moment), "person": number, "kind": kind, "cause": "unknown", "outcome": outcome, **sourced}
        )
    return {"persons": people, "acts": acts}
