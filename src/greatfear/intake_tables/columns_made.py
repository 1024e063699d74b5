"""Takes long tables in by their columns: joins, rules, causes that are presumed, the tables of the record, the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.errors import Fault
from greatfear.intake_tables.accounting import gap
from greatfear.intake_tables.columns import Bools, Coded, Columns, Ints, TooOdd, combined, times_of
from greatfear.intake_tables.columns_dates import Dated
from greatfear.intake_tables.columns_events import acts, statements
from greatfear.intake_tables.columns_marks import checked_marks
from greatfear.intake_tables.columns_people import Account, Store
from greatfear.intake_tables.columns_persons import aliases, persons, ties
from greatfear.intake_tables.columns_read import long_tables
from greatfear.intake_tables.columns_record import record_of
from greatfear.intake_tables.columns_rules import Asked, Made, has_columns, live_rows
from greatfear.intake_tables.mapping import ColumnMap, TableMap, columns_read, declared_texts
from greatfear.intake_tables.numbers import PLAIN_NUMBERS
from greatfear.intake_tables.oddities import grouped_in, look_alike, names_in
from greatfear.intake_tables.oddities_made import composites_in
from greatfear.intake_tables.report import COARSE, IntakeReport, RowNote, TableReport, iso_day
from greatfear.intake_tables.values import StyleOf
from greatfear.record.schema import PRECISIONS
from greatfear.show.wording import counted

_MAKERS: dict[str, Callable[[Asked, Made], None]] = {
    "persons": persons, "aliases": aliases, "statements": statements, "acts": acts, "ties": ties,
}  # fmt: skip
StyleFor = Callable[[TableMap], StyleOf]


def in_columns(
    tables: Any, checked: ColumnMap, report: IntakeReport, style_for: StyleFor, order: Mapping[str, int]
) -> Any:
    """Return the tables of the record, or None where the tables are short or must be read row by row.

    Parameters
    ----------
    tables : as of `read_tables`
    checked : ColumnMap
    report : IntakeReport
        It is filled only where tables are returned.
    style_for : callable
        Returns how the dates of a table are written.
    order : mapping of str to int
        In which order rules are applied, by what they make.
    """
    rules = [(rule, entry) for entry in checked.tables for rule in entry.makes]
    if checked.unnamed or not all(has_columns(rule) for rule, _ in rules):
        return None
    try:
        read = long_tables(tables, checked)
        if read is None:
            return None
        ready = {entry.table: _ready(read, entry, checked, report) for entry in checked.tables}
        accounts = {name: Account(ready.get(name, table), np.zeros(table.n_rows, bool)) for name, table in read.items()}
        store = Store(checked)
        made: Made = {name: [] for name in ("persons", "aliases", "statements", "acts", "ties", "details")}
        missing = frozenset(checked.missing)
        for rule, entry in sorted(rules, key=lambda pair: order[pair[0].into]):
            columns, account = ready[entry.table], accounts[entry.table]
            live = live_rows(columns, rule, account, missing)
            numbers = entry.numbers or checked.numbers or PLAIN_NUMBERS
            _MAKERS[rule.into](Asked(store, columns, rule, missing, style_for(entry), numbers, live), made)
            if rule.into == "statements" and account.faults:
                made.setdefault("spoilt", []).append({"n": 0})
    except TooOdd:
        report.remarks.clear()
        return None
    presumed = _presume(made, checked)
    for name, account in accounts.items():
        of_table = [rule for rule, entry in rules if entry.table == name]
        _account(account, of_table, report)
        report.remarks += [f"{name}: {remark}" for remark in read[name].remarks]
        _look(account.table, of_table, checked, report)
    _summarise(made, store, checked, report, presumed)
    return record_of(made, store)


def _ready(read: Mapping[str, Columns], entry: TableMap, checked: ColumnMap, report: IntakeReport) -> Columns:
    """Return a table of the map with the columns of others that its rules read, and its rows that are no data marked."""
    table = read[entry.table]
    wanted = columns_read(entry.makes)
    columns = {name: column for name, column in table.columns.items() if name in wanted}
    for name, on in entry.join.items():
        if name not in read or not on:
            raise TooOdd("join")
        columns |= _joined(table, read[name], on, wanted, report)
    if wanted - columns.keys():
        raise TooOdd("columns")
    header = (*table.header, *(name for name in columns if name not in table.header))
    made = Columns(
        table.name, header, columns, table.n_rows, table.first, table.empty, dict(table.faults), table.remarks
    )
    return checked_marks(made, declared_texts(checked, entry))


def _joined(
    table: Columns, other: Columns, on: Mapping[str, str], wanted: set[str], report: IntakeReport
) -> dict[str, Coded]:
    """Return the columns of another table beside the rows of this one."""
    left, right = _keys(table, list(on)), _keys(other, list(on.values()))
    used = np.ones(other.n_rows, bool)
    used[other.empty] = False
    if (np.bincount(right.codes[used], minlength=len(right.texts)) > 1).any():
        raise TooOdd("a key that stands twice")
    row_of = np.full(len(right.texts), -1, np.int64)
    row_of[right.codes[used]] = np.flatnonzero(used)
    place = pc.index_in(left.texts, value_set=right.texts).fill_null(-1).to_numpy(zero_copy_only=False)
    row = np.where(place >= 0, row_of[place], -1)[left.codes]
    blank = pc.equal(pc.replace_substring(left.texts, "\x1f", ""), "").to_numpy(zero_copy_only=False)[left.codes]
    alive = np.ones(table.n_rows, bool)
    alive[table.empty] = False
    n_lost = int(((row < 0) & ~blank & alive).sum())
    if n_lost:
        report.remarks.append(f"{n_lost} {table.name}: rows have no row in {other.name} to join")
    found = {}
    for name in wanted:
        if name.startswith(f"{other.name}.") and (column := other.columns.get(name[len(other.name) + 1 :])) is not None:
            texts = pa.concat_arrays([column.texts, pa.array([""], pa.string())])
            codes = np.where(row >= 0, column.codes[row], len(column.texts))
            again = texts.dictionary_encode()  # the empty text may stand there already
            found[name] = Coded(again.indices.to_numpy(zero_copy_only=False)[codes], again.dictionary)
    return found


def _keys(table: Columns, names: list[str]) -> Coded:
    """Return the key of each row as one text."""
    codes, sets = combined([table.columns[name] for name in names])
    return Coded(codes, sets[0] if len(sets) == 1 else pc.binary_join_element_wise(*sets, "\x1f"))


def _presume(made: Made, checked: ColumnMap) -> dict[str, int]:
    """Give acts of unknown cause the last statement against their person; see `greatfear.intake_tables.presume`."""
    if not checked.presume or not made["acts"] or not made["statements"]:
        return {}
    exact = [PRECISIONS.index(name) for name in ("day", "instant")]
    subject = np.concatenate([part["subject"] for part in made["statements"]])
    said = Dated.together([part["when"] for part in made["statements"]])
    day, sound = said.days()[said.codes], np.isin(said.precision, exact)[said.codes]
    at = np.flatnonzero(sound)
    order = at[np.lexsort((at, day[at], subject[at]))]
    low = float(day[order].min(initial=0.0))
    step = float(day[order].max(initial=0.0)) - low + 1e6
    keys = subject[order] * step + day[order] - low
    remarks: dict[str, int] = {}
    for rule in checked.presume:
        for part in made["acts"]:
            n = _presumed(part, rule, (order, keys, subject, day), (low, step, exact))
            if n:
                told = f"{rule.act}s were presumed to follow the last statement within {rule.within_days} days (inferential)"
                remarks[told] = remarks.get(told, 0) + n
    return remarks


def _presumed(
    part: dict[str, Any], rule: Any, said: tuple[Ints, Any, Ints, Any], scale: tuple[float, float, list[int]]
) -> int:
    """Give the acts of one part their presumed causes, and return how many got one."""
    order, keys, subject, day = said
    low, step, exact = scale
    kind = part["kind"].cast(pa.string())
    cause = part["cause"]
    unknown = np.full(part["n"], cause == "unknown") if isinstance(cause, str) else _equals(cause, "unknown")
    open_ = unknown & _equals(kind, rule.act) & np.isin(part["when"].each("precision"), exact)
    if not open_.any() or not len(order):
        return 0
    when = np.floor(np.where(open_, part["when"].each("time"), 0.0))
    inside = np.clip(when - low, -1, step - 1)
    place = np.searchsorted(keys, part["person"] * step + inside, side="right") - 1
    last = order[np.maximum(place, 0)]
    found: Bools = open_ & (place >= 0) & (subject[last] == part["person"]) & (day[last] >= when - rule.within_days)
    if not found.any():
        return 0
    causes = pa.array([cause] * part["n"]) if isinstance(cause, str) else cause.cast(pa.string())
    mask = pa.array(found)
    part["cause"] = pc.if_else(mask, "statement", causes)
    part["statement"] = np.where(found, last, part["statement"])
    level = (
        part["level"].at(part["row"]).column().cast(pa.string())
        if part["level"] is not None
        else pa.nulls(part["n"], pa.string())
    )
    part["level"] = pc.if_else(mask, "inferential", level)
    return int(found.sum())


def _equals(column: Any, text: str) -> Bools:
    """Return which rows hold a text."""
    equal: Bools = pc.equal(column.cast(pa.string()), text).fill_null(False).to_numpy(zero_copy_only=False)
    return equal


def _account(account: Account, rules: list[Any], report: IntakeReport) -> None:
    """Count one table and explain every record that made nothing, and every part that was left out."""
    table, used = account.table, account.used
    counts = TableReport(table.name, table.n_rows, int(used.sum()), int((~used).sum()), account.made)
    read = columns_read(rules)
    counts.unread = tuple(sorted({c for c in table.header if "." not in c or c in read} - read)) if rules else ()
    report.tables.append(counts)
    told_of = account.reasons.keys() | account.faults.keys() | (table.faults.keys() if rules else set())
    silent = ~used
    silent[list(told_of)] = False
    is_empty = np.zeros(table.n_rows, bool)
    is_empty[table.empty] = True
    filled = np.flatnonzero(~is_empty)
    report.remarks += gap(
        table.name, (table.empty + table.first).tolist(), int(filled[-1]) + table.first if len(filled) else 0
    )
    nothing = "no rule applies" if rules else "the map does not read this table"
    for chosen, reason in ((silent & is_empty, "an empty row"), (silent & ~is_empty, nothing)):
        report.notes.add_rows(table.name, np.flatnonzero(chosen) + table.first, reason, whole=True)  # type: ignore[arg-type]
    for record in sorted(told_of):
        reasons = list(dict.fromkeys(account.reasons.get(record, [])))
        told = list(account.faults.get(record, []))
        if record in table.faults and rules:
            told.insert(0, (Fault(table.label(record), table.faults[record], "a row of data"), ""))
        for fault, cause in told:
            if cause:
                report.depends[cause] = report.depends.get(cause, 0) + 1
                reasons.append(f"depends on {cause}, which has a fault")
                continue
            report.faults.append(fault)
            own = fault.place == table.label(record)
            reasons.append(fault.got if own else f"fault in {fault.place.partition(': ')[2]}: {fault.got}")
        for number, reason in enumerate(reasons):
            report.notes.append(RowNote(table.name, record + table.first, reason, not used[record] and number == 0))


def _look(table: Columns, rules: list[Any], checked: ColumnMap, report: IntakeReport) -> None:
    """Say which columns of persons seem to hold several names, and which numbers may have a point between thousands."""

    def texts_with(column: str, sign: str) -> set[str]:
        texts = table.columns[column].texts
        return set(texts.filter(pc.match_substring(texts, sign)).to_pylist())

    def sets(columns: Sequence[str]) -> set[tuple[str, ...]]:
        sound = np.ones(table.n_rows, bool)
        sound[table.empty] = False
        sound[list(table.faults)] = False
        codes, texts = combined([table.columns[name] for name in columns])
        used = pa.array(np.flatnonzero(np.bincount(codes[sound], minlength=len(texts[0]))))
        return set(zip(*(text.take(used).to_pylist() for text in texts), strict=True))

    report.remarks += names_in(table.name, [rule for rule in rules if rule], table.columns, texts_with)
    report.remarks += composites_in(table.name, rules, sets, checked.missing)
    if checked.numbers is None and all(entry.numbers is None for entry in checked.tables if entry.table == table.name):
        report.remarks += grouped_in(table.name, rules, table.columns, texts_with)


def _summarise(made: Made, store: Store, checked: ColumnMap, report: IntakeReport, presumed: dict[str, int]) -> None:
    """Say from when to when the dates run, which names look alike, and what was presumed or resolved."""
    report.added = store.added
    _say_dates([part["when"] for name in ("statements", "acts") for part in made[name] if part["n"]], checked, report)
    report.remarks += [f"{count} {remark}" for remark, count in (store.remarks | presumed).items()]
    if store.resolved:
        n_rows, names = sum(store.resolved.values()), len(store.resolved)
        report.remarks.append(
            f"{counted(n_rows, 'cell')} held one of {counted(names, 'further name')} (the person of that name)"
        )
    report.remarks += look_alike(store.ids)


def _say_dates(parts: list[Dated], checked: ColumnMap, report: IntakeReport) -> None:
    """Say from when to when the dates run, and how many are known no better than a month, a year or an interval."""
    if not parts:
        return
    dated = Dated.together(parts)
    times = times_of(dated.codes, len(dated.time))
    known = (times > 0) & np.isfinite(dated.time)
    if not known.any():
        return
    first, last = np.floor(dated.time[known].min()), dated.after[known].max() - 1
    report.dates = iso_day(checked.epoch, int(first)), iso_day(checked.epoch, int(last))
    for kind, word in sorted(COARSE.items()):
        count = int(times[known & (dated.precision == PRECISIONS.index(kind))].sum())
        report.remarks += [f"dates known only as {word}: {count}"] if count else []
