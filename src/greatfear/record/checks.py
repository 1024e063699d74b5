"""Checks an archive against every requirement of the record format; the loops run inside DuckDB.

Each requirement of `greatfear.record.schema` has one rule here: a condition that finds the rows that break it. A test
holds that no requirement is without a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from greatfear.errors import Fault
from greatfear.record.schema import TABLES
from greatfear.record.strays import MOST_DAYS, UNIT_INTERVAL, allowed_codes, is_day
from greatfear.record.table import Column, Table

if TYPE_CHECKING:
    from greatfear.record.archive import StoredArchive

Ask = Callable[[str], pa.Table]


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement as SQL.

    Parameters
    ----------
    table : str
        Table whose rows are looked at.
    requirement : str
        The sentence of the schema that it holds.
    column : str
        Column named in the fault.
    breach : str
        Condition that is true for a row that breaks it.
    source : str
        What is selected from, if more than the table; the table is always ``t``.
    """

    table: str
    requirement: str
    column: str
    breach: str
    source: str = ""


def _numbered(table: str) -> Rule:
    key = TABLES[table].columns[0].name
    source = f"(select row_number() over () - 1 as at, * from {table}) t"
    return Rule(table, f"{key} equals the row number", key, f"t.{key} <> t.at", source)


def _unique(table: str, requirement: str) -> Rule:
    source = f"(select id, count(*) as n from {table} group by id) t"
    return Rule(table, requirement, "id", "t.n > 1 or t.id is null or t.id = ''", source)


def _ordered(table: str) -> Rule:
    key = TABLES[table].columns[0].name
    source = f"(select {key}, time, lag(time) over () as before from {table}) t"
    breach = "isnan(t.before) and not isnan(t.time) or floor(t.before) > floor(t.time) and not isnan(t.time)"
    return Rule(table, "rows are in the order of their day; rows without a time come last", "time", breach, source)


def _dated(table: str) -> tuple[Rule, Rule]:
    known = "isnan(t.time_end) or t.time_end <= t.time"
    interval = f"case when t.precision = 'interval' then {known} else not isnan(t.time_end) end"
    return (
        Rule(
            table, "time_end is later than time where the precision is 'interval', NaN elsewhere", "time_end", interval
        ),
        Rule(
            table,
            "time is NaN exactly where the precision is 'unknown'",
            "time",
            "isnan(t.time) <> (t.precision = 'unknown')",
        ),
    )


def _period(table: str) -> Rule:
    breach = 't."end" <= t.start and not isnan(t.start) and not isnan(t."end")'
    return Rule(table, "end is later than start where both are known", "end", breach)


_AFTER = (
    "floor(t.time) + case t.precision when 'month' then 1 + date_diff('day', t.date, last_day(t.date)) "
    "when 'year' then 1 + date_diff('day', t.date, make_date(year(t.date), 12, 31)) "
    "when 'interval' then ceil(t.time_end) - floor(t.time) else 1 end"
)
"""First day after all on which an act may have been, its date being known no better."""

RULES: tuple[Rule, ...] = (
    _numbered("persons"),
    _unique("persons", "id is unique and not empty"),
    _numbered("statements"),
    _ordered("statements"),
    *_dated("statements"),
    Rule("statements", "copy_of is another statement", "copy_of", "t.copy_of = t.statement"),
    Rule("statements", "weight is 1 or more where it is known", "weight", "t.weight = 0"),
    _numbered("acts"),
    _ordered("acts"),
    *_dated("acts"),
    Rule(
        "acts",
        "statement is -1 unless the cause is 'statement'",
        "statement",
        "t.statement <> -1 and t.cause <> 'statement'",
    ),
    Rule(
        "acts",
        "a statement that causes an act is not later than the end of the act's day, month, year or interval",
        "statement",
        f"floor(s.time) >= {_AFTER} and not isnan(s.time) and not isnan(t.time)",
        "acts t join statements s on s.statement = t.statement",
    ),
    Rule("ties", "a and b differ", "b", "t.a = t.b"),
    _period("ties"),
    _numbered("offices"),
    _unique("offices", "id is unique"),
    _numbered("sources"),
    _unique("sources", "id is unique"),
    Rule(
        "details",
        "it belongs to one statement, one act or one person",
        "statement",
        "(t.statement >= 0)::int + (t.act >= 0)::int + (t.person >= 0)::int <> 1",
    ),
    Rule("population", "persons is 0 or more", "persons", "t.persons < 0"),
    _period("population"),
)
"""The requirements of the schema, one rule each, in its order."""


def check(archive: StoredArchive) -> list[Fault]:
    """Return every breach of the record format, one fault per rule with the number of rows and the first of them.

    Looked at: each requirement of the schema; references in range; categories and flags among their values; measures in
    their range; nothing absent where nothing may be. Cost: a few passes inside DuckDB over each table.

    Parameters
    ----------
    archive : StoredArchive
        On disk or in memory.

    Returns
    -------
    list of Fault
        Empty where the archive keeps the format.
    """
    faults: list[Fault] = []
    with archive.several_queries() as ask:
        for table in TABLES.values():
            if archive.n_rows(table.name):
                asked = [*_column_rules(archive, table), *(rule for rule in RULES if rule.table == table.name)]
                faults += _faults(ask, table, asked)
    return faults


def _column_rules(archive: StoredArchive, table: Table) -> Iterator[Rule]:
    """Yield what single columns must be, as rules."""
    for column in table.columns:
        for breach, allowed in _conditions(archive, column):
            yield Rule(table.name, allowed, column.name, breach)


def _faults(ask: Ask, table: Table, rules: Sequence[Rule]) -> Iterator[Fault]:
    """Yield the breaches of the rules of one table; those that look at its rows alone are counted in one pass."""
    plain = [rule for rule in rules if not rule.source]
    counts = ", ".join(f"count(*) filter (where {rule.breach})" for rule in plain) or "0"
    found = dict(zip(plain, ask(f"select {counts} from {table.name} t").columns, strict=False))
    for rule in rules:
        counted = found.get(rule)
        if counted is None:
            counted = ask(f"select count(*) from {rule.source} where {rule.breach}").column(0)
        n_rows = counted[0].as_py()
        if n_rows:
            yield _fault(rule, *_first(ask, rule), n_rows)


def _conditions(archive: StoredArchive, column: Column) -> Iterator[tuple[str, str]]:
    """Yield the breaches that one column can have, with what is allowed."""
    name = f't."{column.name}"'
    if column.refers:
        low, high = (-1 if column.null == "-1" else 0), archive.n_rows(column.refers) - 1
        also = ", or -1 for none" if low < 0 else ""
        yield f"{name} not between {low} and {high}", f"a row of {column.refers}, 0 to {high}{also}"
    elif column.type in ("int32", "int64") and column.null == "-1":
        yield f"{name} < -1", "0 or more, or -1 for unknown"
    elif column.type == "int8":
        values = "-1, 0, 1" if column.null == "-1" else "0, 1"
        yield f"{name} not in ({values})", f"one of {values}"
    if column.values:
        known = allowed_codes(archive, column)
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in known)
        yield f"{name} not in ({listed})", f"one of {', '.join(known)}"
    if column.name in UNIT_INTERVAL:
        yield f"not isnan({name}) and {name} not between 0 and 1", "0 to 1, or NaN for unknown"
    elif is_day(column):
        yield f"not isnan({name}) and abs({name}) > {MOST_DAYS}", f"days, at most {MOST_DAYS} from the epoch, or NaN"
    if column.null != "absent":
        yield f"{name} is null", f"a value (null is {column.null})"


def _first(ask: Ask, rule: Rule) -> tuple[str, str]:
    """Return the place and the value of the first row that breaks a rule."""
    key = TABLES[rule.table].columns[0].name
    source = rule.source or f"(select row_number() over () - 1 as at, * from {rule.table}) t"
    has_key = "group by" not in source
    at = "t.at" if " as at," in source else f"t.{key}" if has_key else "null"
    order = "order by 1" if has_key else "order by 2"
    query = f'select {at}, t."{rule.column}" from {source} where {rule.breach} {order} limit 1'
    found = ask(query)
    where, value = found.column(0)[0].as_py(), found.column(1)[0].as_py()
    return ("" if where is None else f" row {where}"), ("absent" if value is None else repr(value))


def _fault(rule: Rule, place: str, got: str, n_rows: int) -> Fault:
    told = f"{got} ({n_rows} row{'s' if n_rows != 1 else ''})"
    return Fault(f"{rule.table}{place}: {rule.column}", told, rule.requirement)
