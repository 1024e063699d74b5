"""Makes persons, further names, statements, acts and ties of long tables, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns import Ints, TooOdd, Valued, taken
from greatfear.intake_tables.columns_dates import Dated, dates_of, moments
from greatfear.intake_tables.columns_people import LEFT_OUT, NOBODY, Names
from greatfear.intake_tables.columns_rules import (
    Asked,
    Made,
    Part,
    add_part,
    facts_of,
    grounds_at,
    kept_names,
    look_up,
    needed,
    person_names,
    sitting_of,
    sourced,
    statement_keys,
)
from greatfear.intake_tables.making_events import CIRCUMSTANCES
from greatfear.intake_tables.values import CellError, shown
from greatfear.record.schema import ACT_KINDS, CAUSES, CHANNELS, OUTCOMES


def statements(asked: Asked, made: Made) -> None:
    """Make a statement for each speaker and each person named in a record."""
    rule, store = asked.rule, asked.store
    subject = person_names(asked, rule.subject)
    grounds = sourced(asked)
    when, outside = moments(asked, rule.time)
    key = statement_keys(asked)
    common = _common(asked)
    heard = person_names(asked, rule.heard_from, is_needed=False)
    assert subject is not None
    look_up(asked, heard)
    asked.live.rows &= ~outside
    look_up(asked, subject)
    asked.live.rows &= subject.kept(asked.columns.n_rows)
    facts = facts_of(asked)
    speaker = person_names(asked, rule.speaker, is_needed=False)
    look_up(asked, speaker)
    people = [names for names in (heard, subject, speaker) if names is not None]
    store.add_unknown(people, asked.live.rows)
    rows, who, whom = _crossed(asked, speaker, subject)
    store.count_resolved(people, rows)
    part: Part = {"speaker": who, "subject": whom, "sitting": _sittings(asked, rows, who)} | grounds_at(
        asked, grounds, rows
    )
    part |= {name: value(rows) for name, value in common.items()}
    part |= dates_of(when, grounds["certainty"], rows)
    if heard is not None:
        part["heard_from"] = np.maximum(heard.people()[rows], NOBODY).astype(np.int32)
    first = add_part(asked, made, "statements", part, (facts, grounds))
    if key is not None:
        numbers = np.arange(first, first + len(rows))
        made.setdefault("keys", []).append({"texts": key.texts(), "codes": key.codes[rows], "numbers": numbers})


def _common(asked: Asked) -> dict[str, Any]:
    """Return the columns that all statements of a record share, as functions of records."""
    rule = asked.rule
    channel = asked.live.take(asked.text(rule.channel, CHANNELS), rule.channel.name, ", ".join(CHANNELS))
    pressure = asked.live.take(asked.field(rule.pressure, lambda r, f: r.number(f, 0, 1)))
    prompted = asked.live.take(asked.field(rule.prompted, lambda r, f: r.flag(f)))
    office = _office(asked)
    collective = asked.live.take(asked.text(rule.collective))
    circumstance = asked.live.take(asked.text(rule.circumstance, CIRCUMSTANCES))
    weight = asked.live.take(asked.field(rule.weight, lambda r, f: r.integer(f, 1)))
    assert channel is not None
    found: dict[str, Any] = {"channel": lambda rows: channel.at(rows).column(), "office": office}
    for name, valued in (("collective", collective), ("circumstance", circumstance)):
        if valued is not None:
            found[name] = lambda rows, valued=valued: valued.at(rows).column()
    for name, valued, null in (("pressure", pressure, np.nan), ("prompted", prompted, -1), ("weight", weight, -1)):
        if valued is not None:
            kind = np.float64 if name == "pressure" else np.int64
            found[name] = lambda rows, valued=valued, null=null, kind=kind: valued.at(rows).array(null, kind)
    return found


def _office(asked: Asked) -> Any:
    """Return the office of records, as a function of records; an unknown one is a fault where the map says so."""
    store, item = asked.store, asked.rule.office
    valued = asked.live.take(asked.text(item))
    if valued is None:
        only = 0 if len(store.map.offices) == 1 else -1
        return lambda rows: np.broadcast_to(np.int32(only), len(rows))
    if store.map.unknown_offices == "fault":
        texts = valued.texts().to_pylist()
        unknown = np.array([text is not None and text not in store.offices for text in texts], bool)
        allowed = ", ".join(store.offices) or "an office of the map"
        fix = "write 'unknown_offices: add' to add it"
        asked.live.check(
            valued.codes, unknown, lambda code: CellError(item.name, shown(texts[code] or ""), allowed, fix=fix)
        )
    return lambda rows: store.office_numbers(valued, rows)


def _crossed(asked: Asked, speaker: Names | None, subject: Names) -> tuple[Ints, Ints, Ints]:
    """Return record, speaker and subject of each statement: every speaker of a record with every person named."""
    rows, whom = kept_names(asked, subject)
    if speaker is None:
        return rows, np.full(len(rows), NOBODY, np.int32), whom.astype(np.int32)
    if not speaker.is_split and not subject.is_split:
        people = taken(speaker.people(), rows)
        if not (speaker.numbers < NOBODY).any():
            return rows, people.astype(np.int32, copy=False), whom.astype(np.int32, copy=False)
        keep = people >= NOBODY
        return rows[keep], people[keep].astype(np.int32), whom[keep].astype(np.int32)
    if speaker.is_split:
        by, who = kept_names(asked, speaker)
        silent = np.setdiff1d(asked.rows(), speaker.rows)  # nobody is known to have spoken
        by, who = np.concatenate([by, silent]), np.concatenate([who, np.full(len(silent), NOBODY)])
        order = np.argsort(by, kind="stable")
        by, who = by[order], who[order]
    else:
        by = asked.rows()
        who = speaker.people()[by]
        by, who = by[who >= NOBODY], who[who >= NOBODY]
    n = len(asked.live.rows)
    n_named, start = np.bincount(rows, minlength=n), np.searchsorted(rows, np.arange(n))
    times = n_named[by]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    record = np.repeat(by, times)
    return record, np.repeat(who, times).astype(np.int32), whom[start[record] + within].astype(np.int32)


def _sittings(asked: Asked, rows: Ints, who: Ints) -> Ints:
    """Return the sittings; the names of one cell, said by one speaker, are of one sitting."""
    rule = asked.rule
    if rule.sitting or not rule.subject.split or not len(rows):
        return sitting_of(asked, rule.sitting, rows)
    starts = np.r_[True, (rows[1:] != rows[:-1]) | (who[1:] != who[:-1])]
    group = np.cumsum(starts) - 1
    several = np.bincount(group) > 1
    first = len(asked.store.sittings)
    number = np.where(several, np.cumsum(several) - 1 + first, -1)
    for at in np.flatnonzero(several).tolist():
        asked.store.sittings["row", asked.columns.name, asked.rule.into, id(rule), at] = int(number[at])
    found: Ints = number[group].astype(np.int32)
    return found


def acts(asked: Asked, made: Made) -> None:
    """Make an act for each person of a record."""
    rule, store = asked.rule, asked.store
    grounds = sourced(asked)
    when, outside = moments(asked, rule.time)
    person = person_names(asked, rule.person)
    kind = needed(asked, rule.kind, ACT_KINDS)
    office = _office(asked)
    texts = {"cause": asked.text(rule.cause, CAUSES), "operation": asked.text(rule.operation), "board": asked.text(rule.board),
             "outcome": asked.text(rule.outcome, OUTCOMES)}  # fmt: skip
    for valued in texts.values():
        asked.live.take(valued)
    pressure = asked.live.take(asked.field(rule.pressure, lambda r, f: r.number(f, 0, 1)))
    evidence = asked.live.take(asked.field(rule.evidence, lambda r, f: r.integer(f)))
    asked.live.rows &= ~outside
    look_up(asked, person)
    assert person is not None
    assert kind is not None
    if "sitting" in rule.once_by:
        raise TooOdd("acts that are made once in a sitting")
    rests = _causes(asked, made, person, texts["cause"], when)
    facts = facts_of(asked)
    store.add_unknown([person], asked.live.rows)
    rows, who = kept_names(asked, person)
    rows, who = _made_once(asked, made, (rows, who), kind, when)
    store.count_resolved([person], rows)
    part: Part = {"person": who.astype(np.int32), "kind": kind.at(rows).column(), "office": office(rows),
                  "sitting": sitting_of(asked, rule.sitting, rows), **grounds_at(asked, grounds, rows)}  # fmt: skip
    for name, default in (("cause", "unknown"), ("outcome", "none"), ("operation", None), ("board", None)):
        found = texts[name]
        column = None if found is None else found.at(rows).column()
        part[name] = (
            default if column is None else column if default is None else column.cast(pa.string()).fill_null(default)
        )
    part["pressure"] = np.nan if pressure is None else pressure.at(rows).array(np.nan, np.float64)
    part["statement"] = -1 if rests is None else rests[rows]
    part["evidence"] = -1 if evidence is None else evidence.at(rows).array(-1, np.int64)
    part |= dates_of(when, grounds["certainty"], rows)
    add_part(asked, made, "acts", part, (facts, grounds))


def _causes(asked: Asked, made: Made, person: Names, cause: Valued | None, date: Valued | None) -> Ints | None:
    """Return the statement on which the act of each record rests; a later one, or a key that none has, is a fault."""
    rule = asked.rule
    if rule.statement is None or cause is None:
        return None
    if person.is_split:
        raise TooOdd("acts of several persons on one key")
    valued = asked.live.take(asked.text(rule.statement)) or asked.columns.constant(None)
    parts = made.get("keys", [])
    keys = pa.concat_arrays(
        [part["texts"].take(pa.array(part["codes"])) for part in parts] or [pa.array([], pa.string())]
    )
    numbers = np.concatenate([part["numbers"] for part in parts] or [np.zeros(0, np.int64)])
    if len(keys.unique()) < len(keys):
        raise TooOdd("keys of several statements")
    texts = valued.texts()
    found = pc.index_in(texts, value_set=keys).fill_null(-1).to_numpy(zero_copy_only=False)
    by = np.array([value == "statement" for value in cause.values], bool)[cause.codes]
    asked_for = by & ~texts.is_null().to_numpy(zero_copy_only=False)[valued.codes] & asked.live.rows
    asked_for &= person.people() != LEFT_OUT  # without a person there is no act to rest on it
    lost = asked_for & (found < 0)[valued.codes]
    if lost.any() and any(account for account in made.get("spoilt", [])):
        raise TooOdd("keys of statements with faults")
    for row in np.flatnonzero(lost).tolist():
        got = shown(texts[int(valued.codes[row])].as_py())
        asked.live.account.fault(row, CellError(rule.statement.name, got, "the key of a statement"))
    said = np.concatenate([part["when"].each("time") for part in made["statements"]] or [np.zeros(0)])
    when = (
        Dated.of(np.zeros(asked.columns.n_rows, np.int8), [None]) if date is None else Dated.of(date.codes, date.values)
    )
    at = np.where(asked_for & ~lost, numbers[found[valued.codes]] if len(numbers) else -1, -1)
    with np.errstate(invalid="ignore"):
        late = (at >= 0) & (np.floor(said[at] if len(said) else np.nan) >= when.each("after"))
    for row in np.flatnonzero(late).tolist():
        days = int(np.floor(said[at[row]]) - np.floor(when.time[when.codes[row]]))
        key = texts[int(valued.codes[row])].as_py()
        told = f"the statement {key!r}, which was made {days} days after the act"
        error = CellError(rule.statement.name, told, "a statement that was made before the act, or on its day")
        asked.live.account.fault(row, error)
    asked.live.rows &= ~(lost | late)
    return at


def _made_once(
    asked: Asked, made: Made, candidates: tuple[Ints, Ints], kind: Valued, date: Valued | None
) -> tuple[Ints, Ints]:
    """Return record and person of the acts that no earlier one equals in the columns of `once_by`; all are remembered."""
    rows, who = candidates
    kinds = np.array(
        [ACT_KINDS.index(text) if text in ACT_KINDS else -1 for text in kind.texts().to_pylist()], np.int64
    )
    time = np.full(len(rows), np.nan) if date is None else Dated.of(date.codes[rows], date.values).each("time")
    own = {"person": who, "kind": kinds[kind.codes[rows]], "time": np.nan_to_num(time, nan=np.inf), "row": rows}
    seen = made.setdefault("candidates", [])
    earlier = [part for part in seen if len(part["row"])]
    seen.append({**own, "table": asked.columns, "n": 0})
    columns = asked.rule.once_by
    if not columns or not len(rows):
        return rows, who
    whole = [np.concatenate([*(part[name] for part in earlier), own[name]]) for name in columns]
    codes = np.zeros(len(whole[0]), np.int64)
    for values in whole:
        different, code = np.unique(values, return_inverse=True)
        codes = np.unique(codes * len(different) + code, return_inverse=True)[1]
    first = np.full(int(codes.max()) + 1, len(codes), np.int64)
    np.minimum.at(first, codes, np.arange(len(codes)))
    n_earlier = len(codes) - len(rows)
    at = first[codes[n_earlier:]]
    again = at < np.arange(n_earlier, len(codes))
    labels = [(part["table"], part["row"]) for part in seen if len(part["row"])]
    starts = np.cumsum([0, *(len(own_rows) for _, own_rows in labels)])
    for place in np.flatnonzero(again).tolist():
        part = int(np.searchsorted(starts, at[place], side="right")) - 1
        table, own_rows = labels[part]
        label = table.label(int(own_rows[at[place] - starts[part]]))
        told = ACT_KINDS[int(own["kind"][place])]
        asked.live.account.reason(int(rows[place]), f"the same {told} as in {label}")
    return rows[~again], who[~again]
