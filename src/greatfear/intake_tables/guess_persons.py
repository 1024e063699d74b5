"""What a guess says of a table of persons: their traits, and whether a second person stands in a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from greatfear.intake_tables.guess_columns import Column, Line
from greatfear.intake_tables.guess_words import FIRST_NAMES, SURNAMES, act_of, plain_header

_SEXES = {"m", "f", "w", "male", "female", "man", "woman", "м", "ж", "муж", "жен", "h", "mann", "frau", "k"}
_TAKEN = {"person", "id", "name", "region", "stratum", "unit", "sex", "seniority", "date", "time"}


def second_person(key: Column, rule: Mapping[str, Any], columns: Sequence[Column]) -> Column | None:
    """Return a column with names of somebody else than the person of the row."""
    by_name = {column.name: column for column in columns}
    taken = rule["name"]["columns"] if isinstance(rule.get("name"), dict) else [rule.get("name")]
    own = [by_name[name] for name in (key.name, *taken) if name in by_name]
    named = [c for c in columns if c.kind == "text" and c.meaning.role == "name" and c not in own]
    if any(c.meaning.role == "subject" for c in own) and (named or any(c.meaning.role == "name" for c in own)):
        return next(c for c in own if c.meaning.role == "subject")
    parts = FIRST_NAMES | SURNAMES
    whole = [c for c in named if plain_header(c.name) not in parts and " " in plain_header(c.name)]
    beside = any(c.meaning.role == "name" and " " in plain_header(c.name) for c in own)
    return whole[0] if whole and beside and not own[-1].names() & whole[0].names() else None


def is_sex(column: Column) -> bool:
    """Whether the values of a column are words for sexes; 0 and 1 do not say which is which."""
    return {text.casefold().strip(".") for text in column.counts} <= _SEXES


def attributes_of(columns: Sequence[Column], lines: dict[str, Line]) -> dict[str, Any]:
    """Return the columns that become attributes, each with its type; prose, charges, addresses and dates do not."""
    found: dict[str, Any] = {}
    for column in columns:
        if act_of(column.name) and column.kind in ("date", "year"):
            continue
        if column.kind in ("prose", "list", "empty", "date") or column.meaning.role in ("charge", "address", "prose"):
            continue
        name = re.sub(r"\W+", "_", column.name.casefold()).strip("_") or "attribute"
        name = f"{name}_" if name in _TAKEN or name in found else name
        kind = {"flag": "flag", "year": "integer"}.get(column.kind)
        if column.kind == "number":
            kind = "integer" if all(re.fullmatch(r"\d{1,9}", text) for text in column.counts) else "number"
        if kind == "number" and not all(
            re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text) for text in column.counts
        ):
            kind = None
        if kind == "integer" and not all(text.isdigit() for text in column.counts):
            kind = None
        found[name] = {"column": column.name, "type": kind} if kind else column.name
    if found:
        lines["attributes"] = Line(
            "likely", "what else the table says of persons; strike out what is none of their traits"
        )
    return {"attributes": found} if found else {}
