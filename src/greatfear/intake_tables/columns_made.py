"""Makes the archive and the report of a long table that was read in columns."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.errors import Fault
from greatfear.intake_tables.columns_read import Coded, Long, Read
from greatfear.intake_tables.making_events import doubt
from greatfear.intake_tables.mapping import ColumnMap
from greatfear.intake_tables.oddities import alike, several_in
from greatfear.intake_tables.report import IntakeReport, RowNote, TableReport
from greatfear.intake_tables.rules import Statements, columns_of
from greatfear.intake_tables.values import CellError, shown
from greatfear.record.columns import arrow_schema, table_from_columns, table_named
from greatfear.record.schema import CERTAINTIES, CHANNELS, LEVELS, PRECISIONS, TABLES

__all__ = ["long_tables"]

_ORDER = (
    "subject",
    "level",
    "certainty",
    "time",
    "channel",
    "pressure",
    "prompted",
    "circumstance",
    "weight",
    "speaker",
)
"""In which order the faults of a row are looked for; as row by row, the first one counts."""
_Columns = dict[str, Coded]


def long_tables(long: Long, checked: ColumnMap, read: Read, report: IntakeReport) -> dict[str, pa.Table]:
    """Return the tables of the record, and fill the report."""
    header, columns, n_rows, empty = read
    codes = {name: coded.codes for name, coded in columns.items()}
    held = _held(columns, codes, n_rows)
    held[empty] = False
    outside = _outside(columns, checked)
    bad = _faulty(long, columns, codes, held, report)
    if "time" in columns and outside.any():
        bad |= _put_outside(long, checked, columns, (codes, held & ~bad, outside), report)
    kept, nothing = np.flatnonzero(held & ~bad), set(empty)
    for row in np.flatnonzero(~held):
        reason = "an empty row" if int(row) in nothing else "no rule applies"
        report.notes.append(RowNote(long.entry.table, int(row) + 2, reason, True))
    made = _statements(
        long,
        checked,
        columns,
        codes if len(kept) == n_rows else {name: code[kept] for name, code in codes.items()},
        kept,
    )
    counts = TableReport(
        long.entry.table, n_rows, len(kept), n_rows - len(kept), {"statements": len(kept)} if len(kept) else {}
    )
    counts.unread = tuple(sorted(set(header) - columns_of(long.rule)))
    report.tables.append(counts)
    _say(long, checked, columns, (codes["time"][kept] if "time" in codes else None), report)
    report.added = made["persons"].column("id").to_pylist()
    report.remarks += alike(report.added)
    return made


def _held(columns: _Columns, codes: dict[str, np.ndarray], n_rows: int) -> np.ndarray:
    """Return which rows meet the conditions of the rule."""
    held = np.ones(n_rows, bool)
    for name in [name for name in columns if name.startswith("when ")]:
        held &= np.array(columns.pop(name).values, bool)[codes.pop(name)]
    return held


def _outside(columns: _Columns, checked: ColumnMap) -> np.ndarray:
    """Return which dates lie outside the archive."""
    high = (checked.end - checked.epoch).days if checked.end else float("inf")
    values = columns["time"].values if "time" in columns else ()
    return np.array(
        [
            not isinstance(v, CellError) and v.precision != "unknown" and not (v.after > 0 and v.time < high)
            for v in values
        ],
        bool,
    )


def _faulty(
    long: Long, columns: _Columns, codes: dict[str, np.ndarray], held: np.ndarray, report: IntakeReport
) -> np.ndarray:
    """Return which rows have a fault; the first fault of each is noted."""
    bad = np.zeros(len(held), bool)
    for name in _ORDER:
        if name not in columns:
            continue
        values = columns[name].values
        is_fault = np.fromiter((isinstance(value, CellError) for value in values), bool, len(values))
        if not is_fault.any():
            continue
        for row in np.flatnonzero(held & ~bad & is_fault[codes[name]]):
            error = values[codes[name][row]]
            place = f"{long.entry.table} row {row + 2}: {error.column}"
            report.faults.append(Fault(place, error.got, error.allowed, error.fix))
            reason = f"fault in {error.column}: {error.got}"
            report.notes.append(RowNote(long.entry.table, int(row) + 2, reason, True))
        bad |= held & is_fault[codes[name]]
    return bad


def _put_outside(
    long: Long, checked: ColumnMap, columns: _Columns, masks: tuple[Any, np.ndarray, np.ndarray], report: IntakeReport
) -> np.ndarray:
    """Note the rows with dates outside the archive; return those that are not taken."""
    codes, sound, outside = masks
    found = sound & outside[codes["time"]]
    texts, column = columns["time"].texts, (long.rule.time or ())[0].name
    span = f"from {checked.epoch}" + (f" to before {checked.end}" if checked.end else " on")
    for row in np.flatnonzero(found):
        text, number = texts[codes["time"][row]], int(row) + 2
        if checked.outside == "fault":
            fix = "write 'outside: note' or 'outside: leave out' to take the rest"
            report.faults.append(
                Fault(f"{long.entry.table} row {number}: {column}", shown(text), f"a date of the archive, {span}", fix)
            )
            report.notes.append(RowNote(long.entry.table, number, f"fault in {column}: {shown(text)}", True))
            continue
        reason = f"a date outside the archive ({column}: {text[:40]}); the archive runs {span}"
        report.notes.append(RowNote(long.entry.table, number, reason, checked.outside == "leave out"))
    return found if checked.outside != "note" else np.zeros(len(found), bool)


def _statements(
    long: Long, checked: ColumnMap, columns: _Columns, codes: dict[str, np.ndarray], rows: np.ndarray
) -> dict[str, pa.Table]:
    """Return persons and statements, these in the order of their day."""
    persons, speaker, subject = _people(columns, codes, long.rule)
    order = _by_day(columns, codes, len(rows))
    codes = {name: code[order] for name, code in codes.items() if name not in ("speaker", "subject")}
    given: dict[str, Any] = {
        "speaker": speaker[order], "subject": subject[order], "place": _places(long.entry.table, rows[order]),
        "source": 0 if len(checked.sources) == 1 else -1, "office": 0 if len(checked.offices) == 1 else -1,
        **_times(columns, codes, long.rule),
    }  # fmt: skip
    for name, texts in (("channel", CHANNELS), ("level", LEVELS)):
        given[name] = _category(name, columns, codes, long.rule, texts)
    for name in ("pressure", "prompted", "weight", "circumstance"):
        if name in columns:
            values = [None if isinstance(v, CellError) else v for v in columns[name].values]
            given[name] = (
                pa.array(values, pa.string()).dictionary_encode().take(codes[name])
                if name == "circumstance"
                else np.array([-1 if v is None else v for v in values])[codes[name]]
            )
        elif getattr(long.rule, name) is not None:
            given[name] = getattr(long.rule, name).constant
    made = {name: arrow_schema(table_named(name)).empty_table() for name in TABLES}
    made["persons"] = table_from_columns("persons", {"id": persons}, len(persons))
    made["statements"] = table_from_columns("statements", given, len(rows))
    for name, listed in (("offices", checked.offices), ("sources", checked.sources)):
        if listed:
            dumped = [item.model_dump(exclude={"dates"}) for item in listed]
            made[name] = table_from_columns(name, {key: [row[key] for row in dumped] for key in dumped[0]}, len(dumped))
    return made


def _people(
    columns: _Columns, codes: dict[str, np.ndarray], rule: Statements
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the persons in the order in which rows name them (the subject first), and both columns as numbers."""
    named: list[tuple[np.ndarray, list[str]]] = []
    for place, name in enumerate(("subject", "speaker")):
        item = getattr(rule, name)
        if name in columns:
            code = codes[name]
            first = np.full(len(columns[name].values), np.iinfo(np.int64).max)
            first[code[::-1]] = np.arange(len(code))[::-1] * 2 + place
            named.append((first, _texts(columns[name])))
        elif item is not None:
            named.append((np.array([place]), [str(item.constant)]))
    firsts, texts = np.concatenate([first for first, _ in named]), [text for _, listed in named for text in listed]
    order = np.argsort(firsts, kind="stable")
    used = order[: int((firsts < np.iinfo(np.int64).max).sum())]
    keys = [key for key in dict.fromkeys(texts[i] for i in used) if key]
    numbers = {key: number for number, key in enumerate(keys)}
    n_rows = len(next(iter(codes.values()))) if codes else 0
    ends = []
    for name in ("speaker", "subject"):
        item = getattr(rule, name)
        if name in columns:
            ends.append(np.array([numbers.get(text, -1) for text in _texts(columns[name])], np.int32)[codes[name]])
        else:
            ends.append(np.full(n_rows, -1 if item is None else numbers[str(item.constant)], np.int32))
    return keys, ends[0], ends[1]


def _texts(coded: Coded) -> list[str]:
    """Return the names of a column; an empty text where it is not known or a fault."""
    return [value if isinstance(value, str) else "" for value in coded.values]


def _by_day(columns: _Columns, codes: dict[str, np.ndarray], n_rows: int) -> Any:
    """Return the order of statements by day; those without a time come last."""
    if "time" not in columns:
        return slice(None)
    days = [np.inf if isinstance(v, CellError) or v.time != v.time else v.time // 1 for v in columns["time"].values]
    ranks = np.unique(days, return_inverse=True)[1]
    ranks = ranks.astype(np.uint16 if len(days) < 65_536 else np.int32)[codes["time"]]  # few days: sorted by figures
    if n_rows and not (ranks[1:] < ranks[:-1]).any():
        return slice(None)
    return np.argsort(ranks, kind="stable")


def _times(columns: _Columns, codes: dict[str, np.ndarray], rule: Statements) -> dict[str, Any]:
    """Return time, its end, its precision, and the certainty that goes with it."""
    constant = None if rule.certainty is None or "certainty" in columns else str(rule.certainty.constant)
    own = columns["certainty"].values if "certainty" in columns else [constant]
    own_code = codes["certainty"] if "certainty" in codes else np.int32(0)
    if "time" not in columns:
        kinds = [CERTAINTIES.index(v) if isinstance(v, str) else -1 for v in own]
        only = constant if "certainty" not in codes else (np.array(kinds, np.int8)[own_code], CERTAINTIES)
        return {"precision": "unknown", "certainty": only}
    moments = [None if isinstance(v, CellError) else v for v in columns["time"].values]
    ends = np.array([m.end if m else np.nan for m in moments])
    code = codes["time"]
    pairs = np.array(
        [
            [
                -1
                if (word := doubt(o if isinstance(o, str) else None, m.certainty if m else None)) is None
                else CERTAINTIES.index(word)
                for m in moments
            ]
            for o in own
        ],
        np.int8,
    )
    return {
        "time": np.array([m.time if m else np.nan for m in moments])[code],
        "time_end": ends[code] if not np.isnan(ends).all() else np.nan,
        "precision": (
            np.array([PRECISIONS.index(m.precision) if m else 0 for m in moments], np.int8)[code],
            PRECISIONS,
        ),
        "certainty": (pairs[own_code, code], CERTAINTIES) if (pairs >= 0).any() else None,
        "written": _written(moments, code),
    }


def _written(moments: list[Any], code: np.ndarray) -> Any:
    """Return the dates as they are written, where they are not plain days."""
    texts = [m.written if m else None for m in moments]
    return pa.array(texts, pa.string()).take(pa.array(code)) if any(texts) else None


def _category(
    name: str, columns: _Columns, codes: dict[str, np.ndarray], rule: Statements, texts: tuple[str, ...]
) -> Any:
    """Return a column of listed words, or the constant of the map."""
    if name in columns:
        numbers = [texts.index(v) if isinstance(v, str) else -1 for v in columns[name].values]
        coded: np.ndarray = np.array(numbers, np.int8)[codes[name]]
        return coded, texts
    item = getattr(rule, name)
    return None if item is None else item.constant


def _places(table: str, rows: np.ndarray) -> pa.ChunkedArray:
    """Return the place of each row in its table."""
    blocks = []
    for start in range(0, max(len(rows), 1), 1 << 20):
        numbers = pa.array(rows[start : start + (1 << 20)] + 2).cast(pa.string())
        blocks.append(pc.binary_join_element_wise(f"{table} row ", numbers, ""))
    return pa.chunked_array(blocks, pa.string())


def _say(long: Long, checked: ColumnMap, columns: _Columns, times: np.ndarray | None, report: IntakeReport) -> None:
    """Say from when to when the dates run, and what a person should look at."""
    from greatfear.intake_tables.run import COARSE, iso_day

    if times is not None:
        counts = np.bincount(times)
        used = [(columns["time"].values[i], int(counts[i])) for i in np.flatnonzero(counts)]
        dated = [(moment, n) for moment, n in used if moment.precision != "unknown"]
        if dated:
            first, last = min(m.time for m, _ in dated), max(m.after for m, _ in dated) - 1
            report.dates = iso_day(checked.epoch, int(first // 1)), iso_day(checked.epoch, int(last))
        coarse = Counter[str]()
        for moment, n in dated:
            coarse[moment.precision] += n
        report.remarks += [
            f"{coarse[kind]} dates are known only as {word}" for kind, word in sorted(COARSE.items()) if coarse[kind]
        ]
    for name in ("speaker", "subject"):
        if name in columns:
            report.remarks += several_in(long.entry.table, getattr(long.rule, name).column, set(columns[name].texts))
