"""The sentences of `recover` in the words of the case."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

import pyarrow as pa

from greatfear.archive import Archive
from greatfear.recover.result import Result
from greatfear.show.wording import Wording

P = ParamSpec("P")

_BY_NOUN = (
    (r"had not been summoned or arrested", "had no summons or arrest"),
    (r"neither been tortured nor summoned or arrested", "neither been tortured nor had a summons or arrest"),
    (r"not summoned or arrested", "no summons or arrest"),
)
"""Clauses with participles, and the same with nouns: a case names its acts by nouns."""


def in_words_of_case(part: Callable[P, Result]) -> Callable[P, Result]:
    """Return a part of `recover` whose sentences have the words of the archive; the columns of its tables keep their names."""

    @wraps(part)
    def worded(*args: P.args, **kwargs: P.kwargs) -> Result:
        found = part(*args, **kwargs)
        given = [one for one in (*args, *kwargs.values()) if isinstance(one, Archive)]
        return _worded(found, given[0].words) if given and given[0].words else found

    return worded


def _worded(found: Result, words: Wording) -> Result:
    """Return a result whose sentences, captions and conditions have the words of a case."""

    def told(text: str) -> str:
        if any(code in words.given.get("acts", {}) for code in ("arrest", "summons")):
            for standard, by_noun in _BY_NOUN:
                text = re.sub(standard, by_noun, text)
        return words.reworded(text)

    def table(rows: pa.Table) -> pa.Table:
        if "condition" not in rows.column_names:
            return rows
        place = rows.column_names.index("condition")
        return rows.set_column(place, "condition", pa.array(map(told, rows.column(place).to_pylist()), pa.string()))

    return replace(
        found,
        words=tuple(map(told, found.words)),
        tables={name: table(rows) for name, rows in found.tables.items()},
        about={name: told(text) for name, text in found.about.items()},
        checks=tuple(replace(check, means=told(check.means)) for check in found.checks),
        drawings=tuple(replace(one, title=told(one.title), caption=told(one.caption)) for one in found.drawings),
    )
