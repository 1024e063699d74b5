"""Proposes a column map from names of columns and what stands in them; to be read and corrected by a person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from greatfear.intake_tables.dates import DateStyle, moment
from greatfear.intake_tables.mapping import columns_read, read_map
from greatfear.intake_tables.raw import RawTable, read_tables

__all__ = ["guess", "unread_columns"]

_SPEAKER = (
    "source",
    "speaker",
    "from",
    "sender",
    "denouncer",
    "accuser",
    "deponent",
    "informer",
    "author",
    "witness",
    "by",
)
_SUBJECT = (
    "target",
    "subject",
    "to",
    "receiver",
    "denounced",
    "accused",
    "recipient",
    "named",
    "suspect",
    "about",
    "of",
)
_DATE = ("time", "date", "day", "when", "year")
_ACTS = {
    "summons": "summons",
    "summoned": "summons",
    "arrest": "arrest",
    "arrested": "arrest",
    "deposition": "interrogation",
    "interrogation": "interrogation",
    "torture": "interrogation",
    "sentence": "sentence",
    "release": "release",
    "rehabilitation": "rehabilitation",
    "flight": "flight",
    "death": "death",
    "execution": "death",
}
_FIELDS = {
    "name": ("name", "label", "fullname"),
    "sex": ("sex", "gender"),
    "region": ("region", "residence", "town", "country"),
    "stratum": ("stratum", "class", "status"),
    "unit": ("unit", "workplace", "village"),
}
_MISSING = ("", "NA", "N/A", "#N/A", "null", "None", "?")
_LIST = re.compile(r"[^#;|]+([#;|][^#;|]+)+")
_EPOCH = dt.date(1, 1, 1)


def guess(tables: Any) -> dict[str, Any]:
    """Return a proposed column map.

    Parameters
    ----------
    tables : path, iterable of paths, or mapping of name to source
        See `read_tables`.

    Returns
    -------
    dict
        A map as `intake` takes it. Tables of which nothing can be guessed are left out; columns that a proposal for
        persons does not know become attributes.

    Raises
    ------
    greatfear.errors.IntakeError
        Files that cannot be read.

    Examples
    --------
    >>> proposal = guess({"letters": [{"from": "A", "to": "B", "date": "1951-04-12"}]})
    >>> proposal["tables"][0]["makes"][0]["into"], proposal["epoch"]
    ('statements', '1951-01-01')
    """
    raw = read_tables(tables)
    entries = [(name, _rules(table)) for name, table in raw.items() if table.header and not table.faults]
    texts = {cell for table in raw.values() for record in table.records for cell in record.cells}
    return {
        "format": 1,
        "title": "",
        "epoch": f"{_first_year(raw, entries):04d}-01-01",
        "missing": [text for text in _MISSING if text == "" or text in texts],
        "unknown_persons": "add",
        "tables": [{"table": name, "makes": rules} for name, rules in entries if rules],
    }


def unread_columns(proposal: dict[str, Any], tables: Any) -> dict[str, list[str]]:
    """Return, by table, the columns that a proposal leaves out; a table without rules leaves out all.

    Examples
    --------
    >>> tables = {"letters": [{"from": "A", "to": "B", "sent": "12/04/1951"}]}
    >>> unread_columns(guess(tables), tables)
    {'letters': ['sent']}
    """
    rules = {entry.table: entry.makes for entry in read_map(proposal).tables}
    return {
        name: left
        for name, table in read_tables(tables).items()
        if (left := [column for column in table.header if column not in columns_read(rules.get(name, ()))])
    }


def _rules(table: RawTable) -> list[dict[str, Any]]:
    """Return the rules proposed for one table."""
    low = {column.lower(): column for column in table.header}
    date = next((column for name, column in low.items() if name in _DATE and _is_date(table, column)), None)
    speaker, subject = (_first(low, names) for names in (_SPEAKER, _SUBJECT))
    if speaker and subject:
        return [_statement(speaker, subject, date)]
    lists = [column for column in table.header if any(_LIST.fullmatch(text) for text in _column(table, column))]
    if "id" in low and "members" in low:
        return [
            {
                "into": "groups",
                "id": low["id"],
                **_some("name", _first(low, _FIELDS["name"])),
                "members": _list(table, low["members"]),
            }
        ]
    if lists:
        return [
            {"into": "ties", "kind": {"constant": "organisation"}, "among": [_list(table, column) for column in lists]}
        ]
    ends = [(low.get("id1"), low.get("id2")), (low.get("a"), low.get("b")), (low.get("v1"), low.get("v2"))]
    pair = next(((a, b) for a, b in ends if a and b), None)
    if pair:
        kind = _first(low, ("type", "kind", "role", "relation"))
        return [{"into": "ties", "a": pair[0], "b": pair[1], "kind": kind or {"constant": "acquaintance"}}]
    person = _first(low, ("id", "person", "person_id", "subject", "name"))
    kind = _first(low, ("type", "kind", "event", "act"))
    if person and kind and date and set(_column(table, kind)) & set(_ACTS):
        return [_act(table, person, kind, date)]
    return [_person(table, low, person)] if person and _is_unique(table, person) else []


def _statement(speaker: str, subject: str, date: str | None) -> dict[str, Any]:
    """Return a rule for an edge list; rows that name nobody are left to the report."""
    rule: dict[str, Any] = {"into": "statements", "when": {subject: "known"}, "speaker": speaker, "subject": subject}
    return rule | {"channel": {"constant": "denunciation"}} | _some("time", date)


def _act(table: RawTable, person: str, kind: str, date: str) -> dict[str, Any]:
    """Return a rule for a table of events of several kinds."""
    values = {text: _ACTS[text] for text in sorted(set(_column(table, kind))) if text in _ACTS}
    return {
        "into": "acts",
        "when": {kind: list(values)},
        "person": person,
        "kind": {"column": kind, "values": values},
        "time": date,
    }


def _person(table: RawTable, low: dict[str, str], person: str) -> dict[str, Any]:
    """Return a rule for a table of persons; other columns become attributes."""
    rule: dict[str, Any] = {"into": "persons", "id": person}
    taken = {person}
    for field, names in _FIELDS.items():
        column = _first({name: column for name, column in low.items() if column not in taken}, names)
        if column:
            rule[field] = column
            taken.add(column)
    others = {re.sub(r"\W+", "_", column.lower()).strip("_"): column for column in table.header if column not in taken}
    return rule | ({"attributes": others} if others else {})


def _list(table: RawTable, column: str) -> dict[str, Any]:
    """Return a field for a column that holds lists, with the sign that parts them."""
    joined = "".join(_column(table, column))
    return {"column": column, "split": max("#;|", key=joined.count)}


def _some(key: str, value: Any) -> dict[str, Any]:
    """Return a one-entry mapping, or none where the value is unknown."""
    return {key: value} if value else {}


def _first(low: dict[str, str], names: Sequence[str]) -> str | None:
    """Return the column that bears the first of the names."""
    return next((low[name] for name in names if name in low), None)


def _column(table: RawTable, column: str) -> list[str]:
    """Return the known texts of a column."""
    at = table.header.index(column)
    return [r.cells[at] for r in table.records if not r.fault and r.cells and r.cells[at] not in _MISSING]


def _is_date(table: RawTable, column: str) -> bool:
    """Whether more than half of a column's texts are dates; the others are faults for a person to fix."""
    texts = _column(table, column)
    return sum(_parses(text) for text in texts) > 0.5 * len(texts)


def _parses(text: str) -> bool:
    """Whether a text is a date."""
    try:
        moment(text, DateStyle(_EPOCH))
    except (ValueError, OverflowError):
        return False
    return True


def _is_unique(table: RawTable, column: str) -> bool:
    """Whether no text of a column stands twice."""
    texts = _column(table, column)
    return len(texts) == len(set(texts)) > 0


def _first_year(raw: dict[str, RawTable], entries: list[tuple[str, list[dict[str, Any]]]]) -> int:
    """Return the first year of all dates that the rules read."""
    texts = [
        text for name, rules in entries for rule in rules if "time" in rule for text in _column(raw[name], rule["time"])
    ]
    years = [int(text[:4]) for text in texts if _parses(text) and re.match(r"\d{4}", text) and int(text[:4]) > 0]
    return min(years, default=1)
