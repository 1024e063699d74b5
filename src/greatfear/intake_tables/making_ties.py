"""Makes ties from records: of two persons, of two lists, or among all who are listed."""

from __future__ import annotations

import datetime as dt
import math
from itertools import combinations

from greatfear.intake_tables.date_style import Moment
from greatfear.intake_tables.fields import Field
from greatfear.intake_tables.making import Book, Row
from greatfear.intake_tables.people import Origin
from greatfear.intake_tables.rules import Ties
from greatfear.intake_tables.values import CellError, Reader


def early_end(epoch: dt.date, start: float, end: float) -> tuple[str, str]:
    """Return what is wrong with a tie that no day holds, and what is allowed."""
    first, after = ((epoch + dt.timedelta(days=math.floor(day))).isoformat() for day in (start, end))
    return f"a tie that no longer holds on {after}", f"an end after the start, which is {first}"


def make_ties(book: Book, rule: Ties, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
    """Return one tie, or the ties among all who are listed."""
    sourced = book.sourced(rule, reader, origin)
    first_day, last_day = reader.moment(rule.start), reader.moment(rule.end)
    start, end = first_day.time, _end(book, last_day)
    if end <= start:
        raise CellError(rule.end[0].name if rule.end else "end", *early_end(book.map.epoch, start, end))
    directed = reader.flag(rule.directed) if rule.directed else 0
    row: Row = {"kind": reader.needed(rule.kind), "directed": directed, "start": start, "end": end, **sourced}
    row |= {"weight": reader.number(rule.weight), "written": _written(first_day, last_day)}
    if rule.a is None or rule.b is None:
        names = [name for item in rule.among for name in reader.items(item)]
        people = _members(book, names, ", ".join(item.name for item in rule.among), origin)
        pairs = list(combinations(people, 2))
        if not pairs:
            origin.reasons.append("fewer than two persons are listed")
    else:
        first, second = (_end_of_tie(book, item, reader, origin) for item in (rule.a, rule.b))
        pairs = list(dict.fromkeys((a, b) for a in first for b in second if a != b))
        if first and second and not pairs:
            origin.reasons.append("a tie of a person with themself")
    return {"ties": [{**row, "a": a, "b": b} for a, b in pairs]}


def _written(start: Moment, end: Moment) -> str | None:
    """Return start and end as they are written, where one of them is no plain day."""
    parts = [f"{name}: {moment.written}" for name, moment in (("start", start), ("end", end)) if moment.written]
    return "; ".join(parts) or None


def _end(book: Book, moment: Moment) -> float:
    """Return the first day on which a tie no longer holds.

    A day is that day. A year, a month or an interval does not tell the day: the tie holds until it is over.
    """
    if math.isnan(moment.time) or moment.precision in ("day", "instant"):
        return moment.time
    book.note("ties end within a year, month or interval; they are taken to hold until it is over")
    return moment.after


def _end_of_tie(book: Book, item: Field, reader: Reader, origin: Origin) -> list[int]:
    """Return the persons at one end of a tie."""
    names = reader.items(item) if item.split else [reader.needed(item)]
    if not names:
        raise CellError(item.name, "nothing", "a text")
    return _members(book, names, item.name, origin)


def _members(book: Book, names: list[str], column: str, origin: Origin) -> list[int]:
    """Return the persons of a list in which groups may stand, each once."""
    single: list[str] = []
    for name in names:
        group = book.people.group(name)
        if book.is_unnamed(name) or (group is not None and not group.members):
            origin.reasons.append(f"the group listed ({name}) has no members who are known")
            continue
        single += [name] if group is None else group.members
    return list(dict.fromkeys(book.people.several(single, column, origin)))
