"""Column maps with anything in any place: an error in words, or an archive that keeps the record format."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from greatfear.intake_tables import fields, intake, mapping, rules
from verification.attack.tools import outcome

TABLES = {
    "letters": b"by,of,day,force,how,note\nAnna,Jean,1692-03-01,0.5,letter,x\nJean,Mara,1692-03,,visit,y\n,Ugo,1693,1,,\n",
    "folk": "id,name,where,age\nAnna,Anna Ёжикова,Salem,30\nJean,Jean,Andover,\nMara,=cmd(),Salem,abc\n".encode(),
}

BASE: dict[str, Any] = {
    "format": 1,
    "epoch": "1692-03-01",
    "tables": [
        {
            "table": "folk",
            "makes": [{"into": "persons", "id": "id", "name": "name", "region": "where", "attributes": {"age": "age"}}],
        },
        {
            "table": "letters",
            "makes": [
                {
                    "into": "statements", "speaker": "by", "subject": "of", "time": "day", "pressure": "force",
                    "channel": {"column": "how", "values": {"letter": "denunciation", "visit": "report"}, "default": "report"},
                },
                {"into": "acts", "person": "of", "kind": {"constant": "arrest"}, "time": {"column": "day"}},
            ],
        },
    ],
    "sources": [{"id": "book", "citation": "A book"}],
}  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, -1e308, 1e-308, float("nan"), float("inf"), "", " ", "x", "day", "by",
    "id", "time", "name", "person", "=1", "\x00", "\ud800", "ё" * 300, "1692-02-30", "0000-00-00", "9999-12-31", "1692-03-01",
    "-4000-01-01", "12692-01-01", ";", ";;", ",", "\t", "utf-7", "idna", "punycode", "hex", "rot13", "utf-16", "latin-1",
    "1" * 400, "1e400", "persons", "statements", "acts", "ties", "offices", "sources", "aliases", "details", "labels",
    "arrest", "report", "year", "month", "julian", "%Y", "%q", "(", "[a", "{}", [], {}, [[]], {"column": "by"},
    {"constant": "x"}, {"constant": "9" * 400}, {"column": "day", "format": "%d"}, {"columns": ["by", "of"]},
    {"into": "acts"}, ["by", "of"], ["by", "by"], {"by": "of"}, {"a": {"b": {"c": {}}}},
)  # fmt: skip
_LIKELY: tuple[Any, ...] = (
    "by", "of", "day", "force", "how", "note", "id", "name", "where", "age", "1692-03-05", "1693", 1, 2, 0.5, True, "none",
    {"column": "note"}, {"column": "age", "type": "number"}, {"constant": "x"}, ["by", "of"], ["day"], {"x": "note"},
    {"age": "age"}, {"column": "day", "calendar": "julian"}, {"column": "note", "split": ";"}, {"by": "known"}, {"of": "missing"},
)  # fmt: skip
"""Values that are often right where the language knows a key."""


def _keys(node: dict[str, Any]) -> list[str]:
    """Return the keys that the language knows where a mapping stands, and one that it does not."""
    kinds: dict[str, type[BaseModel]] = {kind.model_fields["into"].default or get_args(
        kind.model_fields["into"].annotation)[0]: kind for kind in _RULES}  # fmt: skip
    if "into" in node:
        known = kinds.get(str(node["into"]), rules.Statements).model_fields
    elif "table" in node or "makes" in node:
        known = mapping.TableMap.model_fields
    elif "tables" in node or "epoch" in node:
        known = mapping.ColumnMap.model_fields
    else:
        known = fields.Field.model_fields | fields.When.model_fields
    return [*known, "x"]


_RULES = (rules.Persons, rules.Groups, rules.Statements, rules.Acts, rules.Ties, rules.Aliases, rules.Cohort)


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _places(inner, (*path, key))


def altered(base: Any, draw: random.Random) -> Any:
    """Return a tree with one to three changes: another value, a key more, a key less, or a part doubled."""
    tree = copy.deepcopy(base)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        places = list(_places(tree))
        if not places:
            break
        path = draw.choice(places)
        parent = tree
        for key in path[:-1]:
            parent = parent[key]
        kind, last = draw.randrange(5), path[-1]
        if kind <= 1:
            parent[last] = copy.deepcopy(draw.choice(VALUES))
        elif kind == 2:
            del parent[last]
        elif isinstance(parent, dict):
            parent[draw.choice(_keys(parent))] = copy.deepcopy(draw.choice((*VALUES, *_LIKELY, *_LIKELY, parent[last])))
        else:
            parent.append(copy.deepcopy(draw.choice((*VALUES, *_LIKELY, parent[last]))))
    return tree


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Take two tables in under maps that were altered anywhere."""
    for _ in range(count):
        column_map = altered(BASE, draw)
        yield outcome(lambda given=column_map: _taken(given), f"map {str(column_map)[:1500]}")  # type: ignore[misc]


class BadArchiveError(Exception):
    """An archive that does not keep the format."""


def _taken(column_map: Any) -> None:
    taken = intake(dict(TABLES), column_map, on_fault="leave out")
    faults = taken.archive.check()
    if faults:
        raise BadArchiveError(str(faults[0])[:300])
