"""Applies the rules of a map to long tables: rows of the record as arrays, and why records made nothing.

The order in which faults of a record are looked for is that of the reading row by row, since the first one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.intake_tables.columns import Columns, Ints, TooOdd, Valued, combined, taken
from greatfear.intake_tables.columns_dates import columns_of_field
from greatfear.intake_tables.columns_people import LEFT_OUT, Account, Live, Names, Store
from greatfear.intake_tables.conditions import holds
from greatfear.intake_tables.fields import Field
from greatfear.intake_tables.rules import Rule, RuleBase
from greatfear.intake_tables.values import CellError, Reader, StyleOf, shown
from greatfear.record.schema import CERTAINTIES, LEVELS

Part = dict[str, Any]
"""Columns of the rows that a rule made: arrays of equal length, by name."""
Made = dict[str, list[Part]]
"""Parts of each table of the record, in the order in which they were made."""


@dataclass(slots=True)
class Asked:
    """One rule, asked of one table.

    Parameters
    ----------
    store : Store
        What was made so far.
    columns : Columns
        The table.
    rule : Rule
    missing : frozenset of str
    style_of : callable
        How dates of this table are written.
    numbers : str
        How numbers are written.
    live : Live
        The records to which the rule applies.
    """

    store: Store
    columns: Columns
    rule: Any
    missing: frozenset[str]
    style_of: StyleOf
    numbers: str
    live: Live

    def of(self, names: Sequence[str], call: Callable[[Reader], Any]) -> Valued:
        """Return what a reader makes of some columns, once for each different set of cells."""
        if names:
            return self.columns.read(
                names, lambda cells: call(Reader(cells, self.missing, self.style_of, numbers=self.numbers))
            )
        try:
            return self.columns.constant(call(Reader({}, self.missing, self.style_of, numbers=self.numbers)))
        except CellError as error:
            return self.columns.constant(error)

    def field(self, item: Field | None, call: Callable[[Reader, Field], Any]) -> Valued | None:
        """Return what a reader makes of a field; None where the rule has none."""
        return None if item is None else self.of(columns_of_field(item), lambda reader: call(reader, item))

    def text(self, item: Field | None, allowed: Sequence[str] = ()) -> Valued | None:
        """Return the texts of a field."""
        if item is not None and item.column is not None and not allowed and item == Field(column=item.column):
            return self.columns.texts(item.column, self.missing)
        return self.field(item, lambda reader, field: reader.text(field, allowed))

    def rows(self) -> Ints:
        """Return the records that are left."""
        return self.columns.every() if self.live.rows.all() else np.flatnonzero(self.live.rows)


def has_columns(rule: RuleBase) -> bool:
    """Whether a rule can be applied in columns; groups, cohorts, copies and ties among lists cannot."""
    idle = ("copy_of", "among")
    return rule.into not in ("groups", "cohort") and not any(getattr(rule, name, None) for name in idle)  # type: ignore[attr-defined]


def live_rows(columns: Columns, rule: Rule, account: Account, missing: frozenset[str]) -> Live:
    """Return the records that meet the conditions of a rule."""
    rows = np.zeros(columns.n_rows, bool)
    for conditions in rule.when:
        met = np.ones(columns.n_rows, bool)
        for column, test in conditions.items():
            coded = columns.columns[column]
            each = [holds(({column: test},), {column: text}, missing) for text in coded.texts.to_pylist()]
            met &= np.array(each, bool)[coded.codes]
        rows |= met
    rows[columns.empty] = False
    rows[list(columns.faults)] = False
    return Live(account, rows)


def sourced(asked: Asked) -> Part:
    """Return source, place, level and certainty of all records."""
    rule, store = asked.rule, asked.store
    source = asked.text(rule.source)
    number: Any = 0 if len(store.sources) == 1 else -1
    if source is not None:
        asked.live.take(source)
        texts = [value if isinstance(value, str) else None for value in source.values]
        unknown = np.array([text is not None and text not in store.sources for text in texts], bool)
        allowed = ", ".join(store.sources) or "a source of the map"
        asked.live.check(
            source.codes, unknown, lambda code: CellError(rule.source.name, shown(texts[code] or ""), allowed)
        )
        number = np.array([number if text is None else store.sources.get(text, -1) for text in texts], np.int32)[
            source.codes
        ]
    part: Part = {"source": np.broadcast_to(np.asarray(number, np.int32), asked.columns.n_rows)}
    part["place"] = asked.live.take(asked.text(rule.place))
    part["level"] = asked.live.take(asked.text(rule.level, LEVELS))
    part["certainty"] = asked.live.take(asked.text(rule.certainty, CERTAINTIES))
    return part


def person_names(asked: Asked, item: Field | None, *, is_needed: bool = True) -> Names | None:
    """Return the names of a field of persons; a needed one that is not known is a fault."""
    if item is None:
        return None
    if item.split:
        valued = asked.field(item, lambda reader, field: _listed(reader, field, is_needed=is_needed))
        return None if valued is None else Names.of_lists(item.name, asked.live.take(valued) or valued)
    valued = asked.text(item)
    return (
        None
        if valued is None
        else Names.of(
            item.name, asked.live.take(valued, item.name if is_needed else "") or valued, asked.columns.every()
        )
    )


def _listed(reader: Reader, field: Field, *, is_needed: bool) -> list[str]:
    """Return the names of a cell."""
    names = reader.items(field)
    if is_needed and not names:
        raise CellError(field.name, "nothing", "a text")
    return names


def look_up(asked: Asked, names: Names | None) -> None:
    """Find the persons of names; records in which a name is a fault are taken out."""
    if names is None:
        return
    faults = asked.store.look_up(names)
    first: dict[int, int] = {}  # place of the first fault of each record: what stands before it is noted too
    if faults:
        is_fault = np.zeros(len(names.texts), bool)
        is_fault[list(faults)] = True
        for at in np.flatnonzero(is_fault[names.codes] & asked.live.rows[names.rows]).tolist():
            if first.setdefault(int(names.rows[at]), at) == at:
                asked.live.account.fault(int(names.rows[at]), faults[int(names.codes[at])])
    left = names.numbers == LEFT_OUT
    if left.any():
        for at in np.flatnonzero(left[names.codes] & asked.live.rows[names.rows]).tolist():
            row = int(names.rows[at])
            if at < first.get(row, at + 1):
                told = f"{names.texts[int(names.codes[at])].as_py()} stands in no table of persons"
                asked.live.account.reason(row, told)
    asked.live.rows[list(first)] = False


def kept_names(asked: Asked, names: Names) -> tuple[Ints, Ints]:
    """Return record and person of each name that counts: of records that are left, each person of a record once."""
    people, rows = names.people(), asked.live.rows
    if not names.is_split and not (people == LEFT_OUT).any():
        at = asked.rows()
        return at, taken(people, at)
    at = np.flatnonzero(rows[names.rows] & (people != LEFT_OUT))
    if names.is_split:
        pair = names.rows[at] * (1 << 31) + people[at] + 1
        at = at[np.sort(np.unique(pair, return_index=True)[1])]
    return names.rows[at], people[at]


def detail_parts(asked: Asked, owner: str, fields: dict[str, Valued], made: tuple[Ints, Ints, Part]) -> list[Part]:
    """Return a row for each open fact that is known.

    Parameters
    ----------
    owner : str
        Column of the details that refers to what they belong to: statement, act or person.
    fields : dict of str to Valued
        Facts by kind.
    made : tuple
        Record and number of each row to which facts belong, and where they stand.
    """
    rows, numbers, grounds = made
    parts = []
    for kind, valued in fields.items():
        texts = valued.texts()
        known = ~texts.is_null().to_numpy(zero_copy_only=False)[valued.codes[rows]]
        at = rows[known]
        part: Part = {
            owner: numbers[known], "kind": kind, "value": texts.take(pa.array(valued.codes[at])), "row": at,
            "table": asked.columns, "n": len(at), "source": grounds["source"][at], "place": grounds["place"],
            "level": grounds["level"], "certainty": grounds["certainty"],
        }  # fmt: skip
        parts.append(part)
    return parts


def sitting_of(asked: Asked, names: Sequence[str], rows: Ints) -> Ints:
    """Return the sittings of rows that were made of some records."""
    if not names:
        return np.broadcast_to(np.int32(-1), len(rows))
    codes, sets = combined([asked.columns.columns[name] for name in names])
    return asked.store.sitting_numbers(codes, sets, rows, asked.missing)


def statement_keys(asked: Asked) -> Valued | None:
    """Return the keys of records; one that stands twice needs the reading row by row."""
    valued = asked.live.take(asked.text(asked.rule.key))
    if valued is not None:
        known = ~valued.texts().is_null().to_numpy(zero_copy_only=False)
        counts = np.bincount(valued.codes[asked.live.rows], minlength=len(known))
        if (counts[known] > 1).any():
            raise TooOdd("keys")
    return valued


def needed(asked: Asked, item: Any, allowed: tuple[str, ...] = ()) -> Valued | None:
    """Return the texts of a field that must be known."""
    return asked.live.take(asked.text(item, allowed), item.name, ", ".join(allowed) or "a text")


def grounds_at(asked: Asked, grounds: Part, rows: Ints) -> Part:
    """Return where rows stand, and of which records they were made."""
    own = {name: grounds[name] for name in ("place", "level", "certainty")}
    return {"source": taken(grounds["source"], rows), "row": rows, "table": asked.columns, "n": len(rows), **own}


def facts_of(asked: Asked) -> dict[str, Valued]:
    """Return the open facts of records, by kind."""
    read = {kind: asked.live.take(asked.text(item)) for kind, item in asked.rule.details.items()}
    return {kind: valued for kind, valued in read.items() if valued is not None}


def add_part(asked: Asked, made: Made, name: str, part: Part, told: tuple[dict[str, Valued], Part]) -> int:
    """Add rows of a table with what else is told of them; return the number of the first."""
    facts, grounds = told
    rows = part["row"]
    first: int = sum(other["n"] for other in made[name])
    made[name].append(part)
    asked.live.account.add(
        rows if len(rows) < 2 or (rows[1:] > rows[:-1]).all() else np.unique(rows), **{name: len(rows)}
    )
    if facts:
        numbers = np.arange(first, first + len(rows))
        add_details(asked, made, detail_parts(asked, name.removesuffix("s"), facts, (rows, numbers, grounds)))
    return first


def add_details(asked: Asked, made: Made, parts: list[Part]) -> None:
    """Add rows of details."""
    made["details"] += [part for part in parts if part["n"]]
    count = sum(part["n"] for part in parts)
    if count:
        asked.live.account.made["details"] = asked.live.account.made.get("details", 0) + count
