"""Archives as other people have them: little in them, much in them, long times, strange names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from greatfear.archive import Archive
from greatfear.record.columns import table_from_columns

EPOCH = dt.date(1, 1, 1)
LONG = "Maria Magdalena Theresia Josepha Antonia " * 6
STRANGE = (
    'O\'Brien "the Red" <b>bold</b> & Söhne', "محمد بن عبد الله", "\u202eesrever\u202c", "יעקב בן יצחק", "王小明", LONG.strip(),
    "Donaudampfschifffahrtsgesellschaft" * 5, "{{ 7*7 }}", "=cmd()", " ", "e\u0301" * 30, "Ёлкинъ",
)  # fmt: skip
"""Names that break what is careless: quotes, brackets, right to left, very long, without a space."""
STRANGE_IDS = ("a b", "50%", "c#d", "e?f=g", "h/i", "j&k", "l+m", "%2F", "..", "ü\u0308", "x" * 200, "'\"<>")


def rows(name: str, n: int, **columns: Any) -> Any:
    """Return a table of which the columns that must be there have a value."""
    given = {"statements": {"channel": "report"}, "acts": {"kind": "arrest", "cause": "unknown", "outcome": "none"}}
    return table_from_columns(name, {"precision": "day", **given.get(name, {}), **columns}, n)


def persons(n: int, **columns: Any) -> Any:
    """Return persons P0, P1, ..."""
    return table_from_columns("persons", {"id": [f"P{k}" for k in range(n)], **columns}, n)


def row_numbers(*numbers: int) -> Any:
    """Return numbers of rows, as the format holds them."""
    return np.array(numbers, np.int32)


ARCHIVES = {
    "only persons": {"persons": persons(2)},
    "one statement": {"persons": persons(1), "statements": rows("statements", 1, time=np.ones(1), subject=row_numbers(0))},
    "a stray date": {
        "persons": persons(2),
        "statements": rows("statements", 3, time=np.array([1.0, 2.0, 4e4]), subject=row_numbers(0, 1, 1)),
    },
    "before the epoch": {"persons": persons(2), "acts": rows("acts", 2, time=np.array([1.0, -4e4]), person=row_numbers(0, 1))},
    "a circle": {
        "persons": persons(2),
        "statements": rows(
            "statements", 2, time=np.ones(2), subject=row_numbers(1, 0), speaker=row_numbers(0, 1), channel="interrogation"
        ),
        "acts": rows("acts", 2, time=np.ones(2), person=row_numbers(0, 1), cause="statement", statement=row_numbers(1, 0)),
    },
}  # fmt: skip
"""Tables of small archives, by title."""


def village(
    n: int, n_persons: int, *, days: int = 700, dated: bool = True, offices: int = 0, seed: int = 4, **columns: Any
) -> dict[str, Any]:
    """Return tables of `n` statements and as many arrests; each arrest but the first rests on an earlier statement."""
    rng = np.random.default_rng(seed)
    time = np.sort(rng.integers(0, days, n)).astype(float) if dated else np.full(n, np.nan)
    when = {"time": time, "precision": "day" if dated else "unknown"}
    subject = rng.integers(0, n_persons, n).astype(np.int32)
    speaker = np.where(np.arange(n) < n // 8, -1, np.roll(subject, n // 8)).astype(np.int32)
    cause = np.where(rng.random(n) < 0.7, "statement", "register")
    held = {"office": rng.integers(0, offices, n).astype(np.int32)} if offices else {}
    found = {
        "persons": persons(n_persons, **columns),
        "statements": rows("statements", n, **when, subject=subject, speaker=speaker, channel="interrogation", **held),
        "acts": rows(
            "acts", n, **when, person=subject, cause=cause.tolist(),
            statement=np.where(cause == "statement", np.arange(n), -1).astype(np.int32), **held,
        ),
    }  # fmt: skip
    if offices:
        names = {"id": [f"O{k}" for k in range(offices)], "name": [f"Board of district {k}" for k in range(offices)]}
        found["offices"] = table_from_columns("offices", names, offices)
    return found


def large() -> dict[str, dict[str, Any]]:
    """Return the tables of archives that hold more, by title: without dates, five centuries, many offices and attributes."""
    n = len(STRANGE)
    strange = {"name": list(STRANGE), "id": list(STRANGE_IDS), "region": [name[:90] or "-" for name in STRANGE],
               "unit": list(reversed(STRANGE))}  # fmt: skip
    groups = {"region": [f"Parish {k % 9}" for k in range(60)], "sex": ["m" if k % 3 else "f" for k in range(60)]}
    many = {f"attribute_{k}": [f"v{(j * (k + 1)) % (k + 2)}" for j in range(60)] for k in range(200)}
    acts_only = {key: table for key, table in village(40, 30, seed=5).items() if key != "statements"}
    acts_only["acts"] = rows("acts", 40, time=np.arange(40.0), person=row_numbers(*(k % 30 for k in range(40))))
    return {
        "no dates": village(120, 60, dated=False, **groups),
        "strange names": village(60, n, **strange),
        "five centuries": village(400, 60, days=182_500, **groups),
        "one office": village(80, 60, offices=1, **groups),
        "three hundred offices": village(600, 60, offices=300, **groups),
        "two hundred attributes": village(120, 60, **groups, **many),
        "no statements": acts_only,
        "one day": village(40, 60, days=1, **groups),
    }


def archives() -> list[Archive]:
    """Return every odd archive."""
    return [Archive.from_tables(tables, epoch=EPOCH, title=title) for title, tables in (ARCHIVES | large()).items()]
