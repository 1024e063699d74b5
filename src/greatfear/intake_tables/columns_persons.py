"""Makes persons, further names and ties of long tables, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns import Ints, TooOdd, Valued
from greatfear.intake_tables.columns_dates import moments
from greatfear.intake_tables.columns_people import no_names_in
from greatfear.intake_tables.columns_rules import (
    Asked,
    Made,
    Part,
    add_details,
    detail_parts,
    grounds_at,
    look_up,
    needed,
    person_names,
    sourced,
)
from greatfear.intake_tables.date_style import UNKNOWN
from greatfear.intake_tables.making_ties import early_end
from greatfear.intake_tables.values import CellError, shown

_TEXTS = ("name", "region", "stratum", "unit", "sex")


def persons(asked: Asked, made: Made) -> None:
    """Make one person of each record."""
    rule, store, account = asked.rule, asked.store, asked.live.account
    key = needed(asked, rule.id)
    assert key is not None
    _new_ids(asked, key)
    checked = asked.live.rows.copy()
    columns: dict[str, Valued | None] = {name: asked.live.take(asked.text(getattr(rule, name))) for name in _TEXTS}
    seniority = asked.live.take(asked.field(rule.seniority, lambda r, f: r.number(f, 0, 1)))
    attributes = _attributes(asked)
    grounds = sourced(asked) if rule.details else {}
    facts = {kind: asked.live.take(asked.text(item)) for kind, item in rule.details.items()}
    texts = key.texts()
    for row in np.flatnonzero(checked & ~asked.live.rows).tolist():
        store.spoilt.setdefault(texts[int(key.codes[row])].as_py(), account.table.label(row))
    rows = asked.rows()
    ids = texts.take(pa.array(key.codes[rows]))
    numbers = store.enter(ids)
    part: Part = {"id": ids, "n": len(rows)}
    part |= {name: valued.at(rows).column() for name, valued in columns.items() if valued is not None}
    if seniority is not None:
        part["seniority"] = seniority.at(rows).array(np.nan, np.float64)
    part |= {name: read(rows) for name, read in attributes.items()}
    made["persons"].append(part)
    account.add(rows, persons=len(rows))
    details = detail_parts(asked, "person", {k: v for k, v in facts.items() if v is not None}, (rows, numbers, grounds))
    add_details(asked, made, details)


def _attributes(asked: Asked) -> dict[str, Any]:
    """Return further columns of persons, each by its type, as functions of records."""
    found: dict[str, Any] = {}
    for name, item in asked.rule.attributes.items():
        if item.type == "text":
            texts = asked.live.take(asked.text(item))
            found[name] = lambda rows, texts=texts: texts.at(rows).column().cast(pa.string())
            continue
        valued = asked.live.take(asked.field(item, lambda reader, field: getattr(reader, field.type)(field)))
        null, kind = (np.nan, np.float64) if item.type == "number" else (-1, np.int64)
        found[name] = lambda rows, valued=valued, null=null, kind=kind: valued.at(rows).array(null, kind)
    return found


def _new_ids(asked: Asked, key: Valued) -> None:
    """Check that each id is a name and stands once."""
    texts, rule = key.texts(), asked.rule
    if len(texts.unique()) < len(texts):
        raise TooOdd("ids")
    known = pc.is_in(texts, value_set=asked.store.ids).to_numpy(zero_copy_only=False)
    rows = asked.rows()
    first = np.full(len(texts), -1, np.int64)
    first[key.codes[rows[::-1]]] = rows[::-1]
    again = rows[first[key.codes[rows]] != rows]
    if len(again) or known.any():
        is_again = np.zeros(len(asked.live.rows), bool)
        is_again[again] = True
        is_again |= known[key.codes] & asked.live.rows
        for row in np.flatnonzero(is_again).tolist():
            got = shown(texts[int(key.codes[row])].as_py())
            asked.live.account.fault(row, CellError(rule.id.name, got, "an id that no other person has"))
        asked.live.rows &= ~is_again
    for code, told in no_names_in(texts).items():
        is_fault = np.zeros(len(texts), bool)
        is_fault[code] = True
        error = CellError(rule.id.name, told[0], "the name or id of a person", fix=told[1])
        asked.live.check(key.codes, is_fault, lambda _, error=error: error)  # type: ignore[misc]


def aliases(asked: Asked, made: Made) -> None:
    """Make further names of persons; from then on they mean this person."""
    rule, store = asked.rule, asked.store
    names = person_names(asked, rule.alias)
    kind = asked.live.take(asked.text(rule.kind))
    grounds = sourced(asked)
    person = person_names(asked, rule.person)
    look_up(asked, person)
    assert names is not None
    assert person is not None
    store.add_unknown([person], asked.live.rows)
    store.count_resolved([person], asked.rows())
    owner = person.people()
    at = np.flatnonzero(asked.live.rows[names.rows] & (owner[names.rows] >= 0))
    rows = names.rows[at]
    texts = names.texts.take(pa.array(names.codes[at]))
    for alias, number in zip(texts.to_pylist(), owner[rows].tolist(), strict=True):
        store.aliases.setdefault(alias, set()).add(number)
    part = {
        "alias": texts,
        "person": owner[rows].astype(np.int32),
        "kind": None if kind is None else kind.at(rows).column(),
    }
    made["aliases"].append(part | grounds_at(asked, grounds, rows))
    asked.live.account.add(np.unique(rows), aliases=len(rows))


def ties(asked: Asked, made: Made) -> None:
    """Make a tie of each record."""
    rule, store = asked.rule, asked.store
    if rule.a.split or rule.b.split:
        raise TooOdd("lists")
    grounds = sourced(asked)
    start, _ = moments(asked, rule.start, is_bounded=False)
    end, _ = moments(asked, rule.end, is_bounded=False)
    n = asked.columns.n_rows
    first, until = _period(asked, start, end)
    directed = asked.live.take(asked.field(rule.directed, lambda r, f: r.flag(f)))
    kind = needed(asked, rule.kind)
    weight = asked.live.take(asked.field(rule.weight, lambda r, f: r.number(f)))
    a = person_names(asked, rule.a)
    look_up(asked, a)
    b = person_names(asked, rule.b)
    look_up(asked, b)
    assert a is not None
    assert b is not None
    assert kind is not None
    store.add_unknown([a, b], asked.live.rows)
    one, other = a.people(), b.people()
    whole = asked.live.rows & (one >= 0) & (other >= 0)
    for row in np.flatnonzero(whole & (one == other)).tolist():
        asked.live.account.reason(row, "a tie of a person with themself")
    rows = np.flatnonzero(whole & (one != other))
    store.count_resolved([a, b], rows)
    part: Part = {
        "a": one[rows].astype(np.int32), "b": other[rows].astype(np.int32), "kind": kind.at(rows).column(),
        "directed": 0 if directed is None else directed.at(rows).array(-1, np.int64),
        "start": np.broadcast_to(first, n)[rows], "end": np.broadcast_to(until, n)[rows],
        "weight": np.nan if weight is None else weight.at(rows).array(np.nan, np.float64),
        "written": _written(start, end, rows), **grounds_at(asked, grounds, rows),
    }  # fmt: skip
    own = grounds["certainty"]
    part["certainty"] = None if own is None else own.at(rows).column()
    made["ties"].append(part)
    asked.live.account.add(rows, ties=len(rows))


def _period(asked: Asked, start: Valued | None, end: Valued | None) -> tuple[Any, Any]:
    """Return first day and first day after each tie; one that ends before it begins is a fault."""
    begins = np.nan if start is None else np.array([_moment(value).time for value in start.values])[start.codes]
    if end is None:
        return begins, np.nan
    exact = [
        m.time if m.precision in ("day", "instant", "unknown") else m.after for m in (_moment(v) for v in end.values)
    ]
    coarse = np.array([_moment(v).precision in ("month", "year", "interval") for v in end.values], bool)
    until = np.array(exact)[end.codes]
    n_coarse = int((asked.live.rows & coarse[end.codes]).sum())
    if n_coarse:
        told = "ties end within a year, month or interval; they are taken to hold until it is over"
        asked.store.remarks[told] = asked.store.remarks.get(told, 0) + n_coarse
    for row in np.flatnonzero(asked.live.rows & (until <= begins)).tolist():
        late = early_end(asked.store.map.epoch, float(np.broadcast_to(begins, until.shape)[row]), float(until[row]))
        asked.live.account.fault(row, CellError(asked.rule.end[0].name, *late))
    asked.live.rows &= ~(until <= begins)
    return begins, until


def _moment(value: Any) -> Any:
    """Return a date; an unknown one for a fault."""
    return UNKNOWN if isinstance(value, CellError) else value


def _written(start: Valued | None, end: Valued | None, rows: Ints) -> Any:
    """Return start and end as they are written, where one of them is no plain day."""
    texts = []
    for name, valued in (("start", start), ("end", end)):
        if valued is not None and any(_moment(value).written for value in valued.values):
            told = [_moment(value).written for value in valued.values]
            array = pa.array([f"{name}: {text}" if text else None for text in told], pa.string())
            texts.append(array.take(pa.array(valued.codes[rows])))
    if not texts:
        return None
    return texts[0] if len(texts) == 1 else pc.coalesce(pc.binary_join_element_wise(*texts, "; "), *texts)
