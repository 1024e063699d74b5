"""Proposes a column map from names of columns and what stands in them; to be read and corrected by a person.

Each line says how sure it is and why. For prose, charges and addresses nothing is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from greatfear.intake_tables.guess_columns import Column, Line, columns_of_table, readable
from greatfear.intake_tables.guess_rules import Rules, rules_of
from greatfear.intake_tables.mapping import columns_read, read_map
from greatfear.intake_tables.profile import MISSING_WORDS
from greatfear.intake_tables.raw import RawTable, read_tables

_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)")


@dataclass(slots=True)
class Guess:
    """A proposed map, with a reason for each line.

    Parameters
    ----------
    map : dict
        As `intake` takes it.
    lines : dict of tuple to Line
        How sure each line is, and why, by its path in the map.
    left : dict of str to list of str
        By table, the columns that were not understood, each with the reason.
    told : dict of str to tuple of str
        By table, how it was read, and what a workbook holds beside the values.
    """

    map: dict[str, Any]
    lines: dict[tuple[Any, ...], Line] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
    """
    return guess_lines(tables).map


def guess_lines(tables: Any) -> Guess:
    """Return a proposed column map with the certainty and the reason of each line.

    Parameters
    ----------
    tables : path, iterable of paths, or mapping of name to source
        See `read_tables`.
    """
    raw = {name: readable(table) for name, table in read_tables(tables).items()}
    columns = {name: columns_of_table(table) for name, (table, _) in raw.items()}
    made = Guess({}, told={name: table.remarks for name, (table, _) in raw.items() if table.remarks})
    entries: list[dict[str, Any]] = []
    for name, (table, how) in raw.items():
        rules = rules_of(table, columns[name], columns)
        made.left[name] = _not_understood(columns[name], rules)
        if not rules.rules:
            continue
        number = len(entries)
        entries.append({"table": name, **how.keys, **rules.keys, "makes": rules.rules})
        made.lines |= {("tables", number, *path): line for path, line in (how.lines | rules.lines).items()}
    _drop_second_persons(entries, columns, made)
    made.map = _whole({name: table for name, (table, _) in raw.items()}, columns, entries, made)
    return made


def _drop_second_persons(entries: list[dict[str, Any]], columns: Mapping[str, Sequence[Column]], made: Guess) -> None:
    """Leave out persons of a table whose ids are those of another table of persons: its rows are something else."""
    known: dict[int, set[str]] = {}
    for number in sorted(range(len(entries)), key=lambda n: -len(entries[n]["makes"][0])):
        entry = entries[number]
        rule = next((rule for rule in entry["makes"] if rule["into"] == "persons"), None)
        if rule is None:
            continue
        ids = next(column.names() for column in columns[entry["table"]] if column.name == rule["id"])
        if any(ids & others for others in known.values()):
            entry["makes"].remove(rule)
            told = f"its persons ({rule['id']}) stand in another table; what do its rows say of them?"
            made.left[entry["table"]].append(told)
            made.lines["tables", number, "makes"] = Line("unsure", told)
        else:
            known[number] = ids
    for number in reversed(range(len(entries))):
        if not entries[number]["makes"]:
            del entries[number]
            shifted = {("tables", path[1] - 1, *path[2:]) if path[:1] == ("tables",) and path[1] > number else path: line
                       for path, line in made.lines.items() if path[:2] != ("tables", number)}  # fmt: skip
            made.lines = shifted


def _whole(
    raw: Mapping[str, RawTable], columns: Mapping[str, Sequence[Column]], entries: list[dict[str, Any]], made: Guess
) -> dict[str, Any]:
    """Return the map around its tables."""
    texts = {cell for table in raw.values() for record in table.records for cell in record.cells}
    missing = ["", *sorted(text for text in texts if text and text.casefold() in MISSING_WORDS)]
    years = [year for entry in entries for year in _years(entry, columns[entry["table"]])]
    made.lines["epoch",] = (
        Line("likely", f"the first year of the dates is {min(years)}")
        if years
        else Line("unsure", "no date was found; write day 0 of the archive")
    )
    if len(missing) > 1:
        made.lines["missing",] = Line("likely", "these texts stand in cells and usually mean that nothing is known")
    made.lines["unknown_persons",] = Line(
        "unsure", "persons who stand in no table of persons are added; 'fault' refuses them"
    )
    return {
        "format": 1,
        "title": "",
        "epoch": f"{min(years, default=1):04d}-01-01",
        "missing": missing,
        "unknown_persons": "add",
        "tables": entries,
    }


def _years(entry: dict[str, Any], columns: Sequence[Column]) -> list[int]:
    """Return the years of the dates that the rules of one table read."""
    times = [rule["time"] for rule in entry["makes"] if "time" in rule]
    stamps = {time["seconds"] for time in times if isinstance(time, dict) and "seconds" in time}
    read = {str(time["year"] if isinstance(time, dict) and "year" in time else time) for time in times}
    found = [1970 + int(float(text) // 31_556_952) for c in columns if c.name in stamps for text in c.counts]
    return found + [
        int(year) for column in columns if column.name in read for text in column.counts for year in _YEAR.findall(text)
    ]


def _not_understood(columns: Sequence[Column], rules: Rules) -> list[str]:
    """Return the columns that no rule reads, each with what it seems to be."""
    reasons = {
        "charge": "charges: nothing is proposed for them; 'details' of a statement can keep them",
        "address": "addresses: nothing is proposed for them",
        "prose": "prose: nothing is proposed for it; 'details' of a statement can keep it",
    }
    left = []
    for column in columns:
        if column.name not in rules.read:
            role = "prose" if column.kind == "prose" else column.meaning.role
            left.append(f"{column.name} ({reasons.get(role, 'not understood')})")
    return left


def unread_columns(proposal: dict[str, Any], tables: Any) -> dict[str, list[str]]:
    """Return, by table, the columns that a proposal leaves out; a table without rules leaves out all."""
    checked = {entry.table: entry for entry in read_map(proposal).tables}
    found = {}
    for name, table in read_tables(tables).items():
        rules = checked[name].makes if name in checked else ()
        left = [column for column in readable(table)[0].header if column not in columns_read(rules)]
        if left:
            found[name] = left
    return found
