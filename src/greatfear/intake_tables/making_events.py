"""Makes statements and acts from records."""

from __future__ import annotations

import math
from typing import Any

from greatfear.intake_tables.making import Book, Row, dated
from greatfear.intake_tables.people import Origin
from greatfear.intake_tables.rules import Acts, Statements
from greatfear.intake_tables.values import CellError, Reader, shown
from greatfear.record.schema import ACT_KINDS, CAUSES, CERTAINTIES, CHANNELS, OUTCOMES

CIRCUMSTANCES = ("voluntary", "summoned", "in custody", "tortured")
_Named = dict[int, str | None]


def _names(reader: Reader, field: Any) -> list[str]:
    """Return the names of a cell, at least one."""
    names = reader.items(field) if field.split else [reader.needed(field)]
    if not names:
        raise CellError(field.name, "nothing", "a text")
    return names


def doubt(certainty: str | None, written: str | None) -> str | None:
    """Return the lower one of two certainties."""
    known = [word for word in (certainty, written) if word is not None]
    return max(known, key=CERTAINTIES.index) if known else None


def make_statements(book: Book, rule: Statements, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
    """Return one statement for each speaker and each person named, with one sitting where a cell holds several names."""
    names = _names(reader, rule.subject)
    sourced = book.sourced(rule, reader, origin)
    moment = book.moment(rule.time, reader, origin)
    key = reader.text(rule.key)
    if key is not None and key in book.keys:
        raise CellError(rule.key.name if rule.key else "key", shown(key), "a key that no other statement has")
    row: Row = {**_common(book, rule, reader, origin), **sourced, **(dated(moment) if moment else {})}
    if moment is None:
        return {}
    row["certainty"] = doubt(sourced["certainty"], moment.certainty)
    subjects, details, mentions = _named(book, names, rule, origin)
    details += [(detail["kind"], detail["value"]) for detail in book.details(rule.details, reader)]
    mentions = [{**mention, **{key: sourced[key] for key in sourced}} for mention in mentions]
    if not subjects:
        return {"mentions": mentions} if mentions else {}
    speakers = _speakers(book, rule, reader, origin, details)
    made = _said(book, rule, reader, origin, ([{**row, "speaker": speaker} for speaker in speakers], subjects))
    first = len(book.rows["statements"])
    if key is not None and made:
        book.keys[key] = list(range(first, first + len(made)))
    _note_copies(book, rule, reader, origin, made)
    rows = [
        {"statement": first + i, "kind": kind, "value": value, **sourced}
        for i in range(len(made))
        for kind, value in details
    ]
    return {"statements": made, "details": rows, "mentions": mentions}


def _said(book: Book, rule: Statements, reader: Reader, origin: Origin, rows: tuple[list[Row], _Named]) -> list[Row]:
    """Return a statement for each speaker and subject; the names of one cell are of one sitting."""
    by_speaker, subjects = rows
    sitting = book.sitting(rule.sitting, reader)
    made: list[Row] = []
    for row in by_speaker:
        own = sitting
        if sitting < 0 and not rule.sitting and len(subjects) > 1 and rule.subject.split:
            own = book.sittings.setdefault(("row", origin.place, row["speaker"]), len(book.sittings))
        made += [
            {**row, "subject": subject, "sitting": own, "collective": row["collective"] or collective}
            for subject, collective in subjects.items()
        ]
    return made


def _common(book: Book, rule: Statements, reader: Reader, origin: Origin) -> Row:
    """Return the columns that all statements of a record share, its time left out."""
    row: Row = {
        "channel": reader.needed(rule.channel, CHANNELS), "pressure": reader.number(rule.pressure, 0, 1),
        "prompted": reader.flag(rule.prompted), "office": book.office(reader, rule.office),
        "collective": reader.text(rule.collective),
    }  # fmt: skip
    if rule.circumstance is not None:
        row["circumstance"] = reader.text(rule.circumstance, CIRCUMSTANCES)
    if rule.weight is not None:
        row["weight"] = reader.integer(rule.weight, 1)
    if rule.heard_from is not None:
        name = reader.text(rule.heard_from)
        number = None if name is None else book.people.number(name, rule.heard_from.name, origin)
        row["heard_from"] = -1 if number is None else number
    return row


def _named(
    book: Book, names: list[str], rule: Statements, origin: Origin
) -> tuple[_Named, list[tuple[str, str]], list[Row]]:
    """Return the persons named with the collective name of each, what else the cell says, and groups of nobody known."""
    subjects: _Named = {}
    details: list[tuple[str, str]] = []
    mentions: list[Row] = []
    for name in names:
        group = book.people.group(name)
        if group is None and not book.is_unnamed(name):
            for number in book.people.several([name], rule.subject.name, origin):
                subjects.setdefault(number, None)
        elif group is not None and group.members:
            for number in book.people.several(group.members, rule.subject.name, origin):
                subjects.setdefault(number, group.name)
        else:
            text = name if group is None or group.count < 0 else f"{group.name} ({group.count} persons)"
            details.append(("also named", text))
            if group is None or group.count >= 0:  # nobody else keeps them
                mentions.append({"person": -1, "list": "named without a name", "name": text})
            origin.reasons.append(f"the group named ({name}) has no members who are known")
    return subjects, details, mentions


def _speakers(
    book: Book, rule: Statements, reader: Reader, origin: Origin, details: list[tuple[str, str]]
) -> list[int]:
    """Return the speakers; -1 where nobody is known, or where a group spoke: its name is kept as a detail."""
    if rule.speaker is None:
        return [-1]
    found: list[int] = []
    names = reader.items(rule.speaker) if rule.speaker.split else [reader.text(rule.speaker)]
    for name in names or [None]:
        if name is None:
            found.append(-1)
        elif book.people.group(name) is not None or book.is_unnamed(name):
            details.append(("speaker", name))
            book.note("statements by a group: no person is their speaker, the group's name is kept as a detail")
            found.append(-1)
        else:
            found += book.people.several([name], rule.speaker.name, origin)
    return list(dict.fromkeys(found))


def _note_copies(book: Book, rule: Statements, reader: Reader, origin: Origin, made: list[Row]) -> None:
    """Remember of which statement these are copies; it may stand further down."""
    if rule.copy_of is None:
        return
    key = reader.text(rule.copy_of)
    if key is not None:
        book.copies += [(row, key, rule.copy_of.name, origin) for row in made]


def resolve_copies(book: Book) -> None:
    """Fill in the statements of which others are copies; a key that no statement has is a fault of the copy."""
    for row, key, column, origin in book.copies:
        if key not in book.keys:
            origin.faults.append(CellError(column, shown(key), "the key of a statement"))
            continue
        choices = book.keys[key]
        same = [at for at in choices if book.rows["statements"][at]["subject"] == row["subject"]]
        found = (same or choices)[0]
        if book.rows["statements"][found] is row:
            origin.faults.append(CellError(column, shown(key), "the key of another statement"))
        row["copy_of"] = found


def make_act(book: Book, rule: Acts, reader: Reader, origin: Origin) -> dict[str, list[Row]]:
    """Return one act for each person of the record, unless the same is known already."""
    sourced = book.sourced(rule, reader, origin)
    moment = book.moment(rule.time, reader, origin)
    names = _names(reader, rule.person)
    row: Row = {
        "kind": reader.needed(rule.kind, ACT_KINDS), "office": book.office(reader, rule.office),
        "cause": reader.text(rule.cause, CAUSES) or "unknown", "operation": reader.text(rule.operation),
        "board": reader.text(rule.board), "outcome": reader.text(rule.outcome, OUTCOMES) or "none",
        "pressure": reader.number(rule.pressure, 0, 1), "evidence": reader.integer(rule.evidence), **sourced,
    }  # fmt: skip
    if moment is None:
        return {}
    row |= {**dated(moment), "certainty": doubt(sourced["certainty"], moment.certainty)}
    people = book.people.several(_expanded(book, names), rule.person.name, origin)
    row["sitting"] = book.sitting(rule.sitting, reader)
    made = [{**row, "person": person, "statement": _cause(book, rule, reader, row, person)} for person in people]
    acts = [act for act in made if not _is_known(book, rule, act, origin)]
    first = len(book.rows["acts"])
    facts = book.details(rule.details, reader)
    details = [{**fact, **sourced, "act": first + i} for i in range(len(acts)) for fact in facts]
    return {"acts": acts, "details": details}


def _expanded(book: Book, names: list[str]) -> list[str]:
    """Return the names with groups as their known members."""
    found: list[str] = []
    for name in names:
        group = book.people.group(name)
        found += [name] if group is None or not group.members else group.members
    return list(dict.fromkeys(found))


def _cause(book: Book, rule: Acts, reader: Reader, row: Row, person: int) -> int:
    """Return the statement that an act rests on: that of the key which names the person, else its first one.

    Raises
    ------
    CellError
        No statement has the key, or it was made after the act.
    """
    key = reader.text(rule.statement)
    if key is None or row["cause"] != "statement" or rule.statement is None:
        return -1
    if key not in book.keys:
        spoilt = book.people.spoilt.get(f"key {key}", "")
        raise CellError(rule.statement.name, shown(key), "the key of a statement", cause=spoilt)
    choices = book.keys[key]
    own = [at for at in choices if book.rows["statements"][at]["subject"] == person]
    at = (own or choices)[0]
    said = book.rows["statements"][at]["time"]
    if not math.isnan(said) and not math.isnan(row["time"]) and math.floor(said) >= row["after"]:
        late = f"the statement {key!r}, which was made {math.floor(said) - math.floor(row['time'])} days after the act"
        raise CellError(rule.statement.name, late, "a statement that was made before the act, or on its day")
    return at


def _is_known(book: Book, rule: Acts, row: Row, origin: Origin) -> bool:
    """Whether an act that is equal in the columns of `once_by` was made before; every act is remembered."""
    known = None
    for columns in book.once_by:
        key = (columns, *(None if row[name] != row[name] else row[name] for name in columns))
        if columns == rule.once_by and columns:
            known = book.seen.get(key)
        book.seen.setdefault(key, origin.place)
    if known is not None:
        origin.reasons.append(f"the same {row['kind']} as in {known}")
    return known is not None
