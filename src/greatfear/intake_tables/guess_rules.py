"""The rules that a guess proposes for one table, each line with its certainty and reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from greatfear.intake_tables.guess_columns import Column, Line, name_parts, tells_of_persons, year_parts
from greatfear.intake_tables.guess_persons import attributes_of, is_sex, second_person
from greatfear.intake_tables.guess_words import (
    ACCUSING,
    ACT_WORDS,
    act_of,
    is_weak,
    role_words,
)
from greatfear.intake_tables.profile import DateWays, date_ways, has_words
from greatfear.intake_tables.raw import RawTable

_PAIRS = (("id1", "id2"), ("a", "b"), ("v1", "v2"), ("person1", "person2"), ("i", "j"))
_SITTING = {"deponent", "deponens", "допрошенныи", "допрашиваемыи", "допрошенный", "допрашиваемый", "deposant", "interroge",
    "interrogato", "verhorter", "vernommener", "przesłuchiwany", "przesłuchany"}  # fmt: skip
"""Words for those who spoke in a sitting."""
_PERSON_FIELDS = ("name", "sex", "region", "stratum", "unit")
_CHANNEL = Line("unsure", "the tables do not say how the statements reached the office; choose a channel")


@dataclass(slots=True)
class Rules:
    """Rules of one table, keys of the table, the reason of each line, and the columns that are read."""

    rules: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[Any, ...], Line] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def add(self, rule: dict[str, Any], lines: Mapping[str, Line]) -> None:
        """Add a rule with the reasons of its lines."""
        number = len(self.rules)
        self.rules.append(rule)
        self.lines |= {("makes", number, key): line for key, line in lines.items()}
        for value in rule.values():
            self.read |= _columns_in(value)


def _columns_in(value: Any) -> set[str]:
    """Return the columns that a proposed value names."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        own = {value["column"]} if isinstance(value.get("column"), str) else set()
        return own.union(
            *(_columns_in(item) for key, item in value.items() if key not in ("constant", "values", "column"))
        )
    return set().union(*(_columns_in(item) for item in value)) if isinstance(value, list) else set()


def rules_of(table: RawTable, columns: Sequence[Column], others: Mapping[str, Sequence[Column]]) -> Rules:
    """Return the rules proposed for one table: statements, acts, groups, ties, or persons; none where nothing fits."""
    made = Rules()
    speaker, subject = _ends(columns)
    if speaker is not None and subject is not None:
        _statements(made, columns, speaker, subject)
    elif not (_groups(made, columns) or _pairs(made, columns) or _acts(made, columns)):
        _persons(made, table.name, columns, others)
        if not made.rules:
            _among(made, columns)
    return made


def _ends(columns: Sequence[Column]) -> tuple[Column | None, Column | None]:
    """Return the columns of speaker and subject; of a file without names the first two columns of like values."""
    of_role = {role: _best(columns, role) for role in ("speaker", "subject")}
    if of_role["speaker"] is not None and of_role["subject"] is not None:
        return of_role["speaker"], of_role["subject"]
    if len(columns) >= 2 and all(column.name == f"column {i}" for i, column in enumerate(columns, 1)):
        names = [column for column in columns if column.is_of_names][:2]
        if len(names) == 2 and names[0].names() & names[1].names():
            return names[0], names[1]
    return None, None


def _best(columns: Sequence[Column], role: str) -> Column | None:
    """Return the column of a role: one that bears its very word, else one that is like it."""
    found = [column for column in columns if column.meaning.role == role and column.kind != "prose"]
    if role in ("speaker", "subject"):
        found = [column for column in found if column.is_of_names]
    if role == "date":
        found = [column for column in found if column.kind in ("date", "year")]
        found = [column for column in found if not act_of(column.name)] or found
    words = list(role_words(role))

    def rank(column: Column) -> tuple[bool, bool, int]:
        word = column.meaning.word
        return is_weak(word), not column.meaning.is_exact, words.index(word) if word in words else len(words)

    return min(found, key=rank, default=None)


def _statements(made: Rules, columns: Sequence[Column], speaker: Column, subject: Column) -> None:
    """Propose statements; a column of relations that speak of accusing chooses the rows."""
    rule: dict[str, Any] = {"into": "statements", "when": {subject.name: "known"}}
    lines: dict[str, Line] = {}
    relation = _best(columns, "act")
    accusing = sorted(text for text in (relation.counts if relation else ()) if ACCUSING.search(text))
    if relation is not None and accusing:
        rule["when"][relation.name] = accusing
        lines["when"] = Line("likely", f"these values of {relation.name} speak of accusing")
    both = len(speaker.names() & subject.names())
    for key, column in (("speaker", speaker), ("subject", subject)):
        sign = column.split or _comma(column, speaker.names() | subject.names())
        rule[key] = {"column": column.name, "split": sign} if sign else column.name
        lines[key] = _line_of_end(column, both)
        if sign and not column.split:
            lines[key] = Line("unsure", f"{lines[key].why}; names with commas between them, or surname and first name?")
    is_sitting = speaker.meaning.word in _SITTING
    rule["channel"] = {"constant": "interrogation" if is_sitting else "denunciation"}
    is_told = accusing or is_sitting or ACCUSING.search(f"{speaker.meaning.word} {subject.meaning.word}")
    lines["channel"] = (
        _CHANNEL
        if is_told
        else Line("unsure", "nothing says that these pairs are accusations: letters, kin or calls look alike")
    )
    _date(made, rule, lines, columns)
    weight = _best(columns, "weight") or next((c for c in columns if c.name == "column 3" and c.kind == "number"), None)
    if weight is not None and weight.kind in ("number", "flag"):
        rule["weight"] = weight.name
        lines["weight"] = Line("unsure", "whole numbers; how many times it was said?")
    made.add(rule, lines)


def _comma(column: Column, names: set[str]) -> str | None:
    """Return a comma where parts of cells stand elsewhere as names, or cells have several commas."""
    listed = [text for text in column.counts if ", " in text]
    parts = {part.strip() for text in listed for part in text.split(", ")}
    return ", " if parts & names or any(text.count(", ") > 1 for text in listed) else None


def _line_of_end(column: Column, both: int) -> Line:
    """Return how sure it is that a column holds speakers or subjects."""
    more = f"; cells hold several names, parted by {column.split!r}" if column.split else ""
    more += f"; {both} names stand in both columns" if both else ""
    if column.meaning.role == "":
        return Line("unsure", f"a column of names without a header{more}")
    if column.meaning.is_exact and both:
        return Line("sure", f"the header says {column.meaning.word!r}{more}")
    how = "says" if column.meaning.is_exact else "is like"
    return Line("likely" if column.meaning.is_exact else "unsure", f"the header {how} {column.meaning.word!r}{more}")


def _date(made: Rules, rule: dict[str, Any], lines: dict[str, Line], columns: Sequence[Column]) -> None:
    """Add the date to a rule, with the order of its figures to the table."""
    column, is_named = _best(columns, "date"), True
    if column is None:
        if _seconds(rule, lines, columns):
            return
        dated = [c for c in columns if c.kind == "date" and c.meaning.role != "birth"]
        dated = dated if len(dated) == 1 else [c for c in dated if not act_of(c.name)]
        column, is_named = (dated[0] if len(dated) == 1 else None), False
    if column is None:
        return
    ways = date_ways(column.counts)
    if ways.two_figures:
        lines["channel"] = lines.get("channel", _CHANNEL)
        made.lines["makes",] = Line(
            "unsure", f"{column.name} has years of two figures: declare their century and add 'time'"
        )
        return
    parts = year_parts(column, columns)
    rule["time"] = parts or column.name
    if parts:
        lines["time"] = Line("likely", f"columns of year, month and day: {', '.join(parts.values())}")
        return
    act = act_of(column.name)
    if act:
        lines["time"] = Line(
            "unsure", f"the header speaks of {act}: is this also the day of the statement? {ways.told}"
        )
        _order(made, ways, column)
        return
    left = [c.name for c in columns if column.kind == "year" and c is not column and c.meaning.role == "date"]
    if left:
        lines["time"] = Line("unsure", f"only the year is read; {', '.join(left)} may hold the day or the month")
        return
    how = "unsure" if not is_named else "sure" if column.meaning.is_exact and not ways.order else "likely"
    lines["time"] = Line(how, f"{'' if is_named else 'the only column of dates; '}{ways.told}")
    _order(made, ways, column)


def _seconds(rule: dict[str, Any], lines: dict[str, Line], columns: Sequence[Column]) -> bool:
    """Propose seconds since 1970 for a column of dates that holds numbers of that size."""
    for column in columns:
        if column.meaning.role == "date" and column.kind == "number":
            numbers = [float(text) for text in column.counts if re.fullmatch(r"\d+(\.\d+)?", text)]
            if len(numbers) == len(column.counts) and min(numbers) > 1e8 and max(numbers) < 2.3e9:
                rule["time"] = {"seconds": column.name}
                lines["time"] = Line("unsure", "numbers of this size are usually seconds since 1970")
                return True
    return False


def _order(made: Rules, ways: DateWays, column: Column) -> None:
    """Add the order of figures and the words around dates to the table."""
    n_words = sum(has_words(text) for text in column.counts)
    if ways.order or n_words:
        more = f"; words stand around {n_words} dates" if n_words else ""
        order = {"order": ways.order} if ways.order else {}
        made.keys["dates"] = order | {"patterns": "common"} if n_words else ways.order
        made.lines["dates",] = Line("likely" if ways.is_sure else "unsure", ways.told + more)


def _groups(made: Rules, columns: Sequence[Column]) -> bool:
    """Propose groups for a table with an id and members."""
    low = {column.name.casefold(): column for column in columns}
    if not {"id", "members"} <= set(low):
        return False
    members = low["members"]
    rule: dict[str, Any] = {"into": "groups", "id": low["id"].name}
    name = _best(columns, "name")
    if name is not None:
        rule["name"] = name.name
    rule["members"] = {"column": members.name, "split": members.split} if members.split else members.name
    made.add(rule, {"members": Line("likely", "the header says 'members'")})
    return True


def _pairs(made: Rules, columns: Sequence[Column]) -> bool:
    """Propose ties for a table with two columns of persons."""
    low = {column.name.casefold(): column for column in columns}
    pair = next((pair for pair in _PAIRS if set(pair) <= set(low)), None)
    if pair is None:
        return False
    kind = low.get("role") or low.get("relation") or _best(columns, "act")
    rule: dict[str, Any] = {"into": "ties", "a": low[pair[0]].name, "b": low[pair[1]].name}
    rule["kind"] = kind.name if kind else {"constant": "acquaintance"}
    made.add(
        rule,
        {
            "a": Line("likely", "two columns of persons"),
            "kind": Line("likely" if kind else "unsure", "the kind of the tie"),
        },
    )
    return True


def _acts(made: Rules, columns: Sequence[Column]) -> bool:
    """Propose acts for a table of events of several kinds."""
    person = _best(columns, "id") or _best(columns, "person") or _best(columns, "subject") or _best(columns, "name")
    kind = _best(columns, "act")
    if person is None or kind is None or _best(columns, "date") is None:
        return False
    words = {word: act for act, listed in ACT_WORDS.items() for word in listed.split()}
    values = {text: words[text.casefold()] for text in sorted(kind.counts) if text.casefold() in words}
    if not values:
        return False
    rule: dict[str, Any] = {"into": "acts", "when": {kind.name: list(values)}, "person": person.name}
    rule["kind"] = {"column": kind.name, "values": values}
    lines = {
        "kind": Line("likely", "these values are words for acts; others are left out"),
        "person": Line("likely", "the persons of the events"),
    }
    _date(made, rule, lines, columns)
    made.add(rule, lines)
    return True


def _among(made: Rules, columns: Sequence[Column]) -> None:
    """Propose ties among all who are listed in a cell."""
    lists = [column for column in columns if column.split and column.kind in ("list", "text")]
    if lists:
        rule = {
            "into": "ties",
            "kind": {"constant": "organisation"},
            "among": [{"column": c.name, "split": c.split} for c in lists],
        }
        made.add(
            rule, {"among": Line("unsure", "cells hold lists; are those who stand in one cell tied to each other?")}
        )


def _persons(made: Rules, name: str, columns: Sequence[Column], others: Mapping[str, Sequence[Column]]) -> None:
    """Propose persons for a table with a column of ids; what is left and understood becomes attributes."""
    referred = {
        text
        for table, of_table in others.items()
        if table != name
        for end in _ends(of_table)
        if end
        for text in end.names()
    }
    key, line = _key(columns, referred)
    if key is None:
        return
    rule: dict[str, Any] = {"into": "persons", "id": key.name}
    lines = {"id": line}
    for role in _PERSON_FIELDS:
        left = [c for c in columns if c.name not in set(map(str, rule.values())) and c.kind == "text"]
        column = _name(left) if role == "name" else _best(left, role)
        if role == "name" and (parts := name_parts(left)):
            rule["name"] = {"columns": parts, "between": " "}
            lines["name"] = Line("likely", "columns of first name and surname")
        elif column is not None and not (role == "sex" and not is_sex(column)):
            rule[role] = column.name
            how = "says" if column.meaning.is_exact else "is like"
            lines[role] = Line("likely", f"the header {how} {column.meaning.word!r}")
    used = set(map(str, rule.values())) | set(rule["name"]["columns"] if isinstance(rule.get("name"), dict) else ())
    rule |= attributes_of([c for c in columns if c.name not in used], lines)
    other = second_person(key, rule, columns)
    if other is not None and other.meaning.role != "name":
        return  # two persons stand in a row: who speaks, who is named?
    if other is not None:
        lines["id"] = Line(
            "unsure", f"{other.name} holds names too: is a row one person, or does one speak of the other?"
        )
    made.add(rule, lines)
    _acts_of_persons(made, key, columns)


def _acts_of_persons(made: Rules, key: Column, columns: Sequence[Column]) -> None:
    """Propose an act for each column of dates whose header names one: day of arrest, of sentence, of death."""
    for column in columns:
        act = act_of(column.name) if column.kind in ("date", "year") and column.meaning.role != "birth" else ""
        if act:
            rule = {"into": "acts", "when": {column.name: "known"}, "person": key.name, "kind": {"constant": act}}
            ways = date_ways(column.counts)
            if ways.two_figures:
                continue
            rule["time"] = column.name
            _order(made, ways, column)
            made.add(
                rule,
                {
                    "kind": Line("likely", f"the header {column.name!r} speaks of this act"),
                    "time": Line("likely", ways.told),
                },
            )


def _name(columns: Sequence[Column]) -> Column | None:
    """Return the column of names: one called so, else one of the persons whom the table is about."""
    found = _best(columns, "name")
    if found is not None and found.meaning.is_exact:
        return found
    return _best(columns, "subject") or _best(columns, "person") or found


def _key(columns: Sequence[Column], referred: set[str]) -> tuple[Column | None, Line]:
    """Return the column that tells persons apart: one to which others refer, one called so, or a number beside names."""
    unique = [column for column in columns if column.is_unique and column.kind in ("text", "number")]
    best = max(unique, key=lambda column: len(column.names() & referred), default=None)
    if best is not None and best.names() & referred:
        n_known = len(best.names() & referred)
        return best, Line("sure", f"{n_known} names of the other tables stand in it, each once")
    if any(column.split and column.kind == "list" for column in columns):
        return None, Line("unsure", "")  # rows that list persons are no persons
    roles = [column for column in unique if column.meaning.role in ("id", "person", "subject", "name")]
    roles = [column for column in roles if not is_weak(column.meaning.word)]
    if roles and any(c.meaning.role == "speaker" for c in columns):
        return None, Line("unsure", "")  # somebody speaks here: rows are no persons
    if roles and (roles[0].meaning.role != "id" or any(tells_of_persons(column) for column in columns)):
        return roles[0], Line("likely", f"the header is like {roles[0].meaning.word!r}, and no value stands twice")
    if roles:
        return roles[0], Line("unsure", "it stands once in each row, but no header says that a row is a person")
    named = any(column.meaning.role in ("person", "subject", "name") and column.kind == "text" for column in columns)
    numbers = [column for column in unique if column.kind == "number"]
    if named and numbers:
        return numbers[0], Line(
            "unsure", "names stand twice; this number stands once in each row: does it tell persons apart?"
        )
    return None, Line("unsure", "")
