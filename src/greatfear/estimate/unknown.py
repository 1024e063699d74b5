"""What is not known: attributes without a value. A term that meets one is refused, unless the user says what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from greatfear.errors import Fault, FaultList, RiskSetError
from greatfear.estimate.events import Bools, Events, Exclusion, Floats, Ints
from greatfear.estimate.kernels.likelihood import are_finite
from greatfear.estimate.risk import RiskSet
from greatfear.naming.formula import Effect, Formula

if TYPE_CHECKING:
    from greatfear.estimate.tabulating import Table

Missing = Literal["refuse", "indicator", "drop", "mean"]
_CHOICES = {
    "drop": "leave out alternatives with an unknown value, and events of such persons",
    "indicator": "count an unknown value as 0 and estimate one more coefficient for being unknown",
    "mean": "put the mean of the known values in its place",
}
_FIX = "write " + ", or ".join(f"missing='{word}' to {what}" for word, what in _CHOICES.items())
_MOST_WORDS = 5


def check_missing(missing: str) -> None:
    """Refuse a word that is none of the choices.

    Raises
    ------
    FaultList
        With the choices.
    """
    if missing not in ("refuse", *_CHOICES):
        raise FaultList([Fault("missing", repr(missing), f"'refuse', {', '.join(map(repr, _CHOICES))}")], "model")


def refuse_words(formula: Formula, risk: RiskSet, events: Events) -> None:
    """Refuse a term that takes words for numbers: only their being equal can be measured.

    Raises
    ------
    FaultList
        With what to write instead.
    """
    faults = [
        Fault(
            f"term {effect.name!r}", f"the words of {name!r}", "an attribute of numbers", _instead(effect, name, events)
        )
        for effect in formula.effects
        for name in _attributes_of(effect)
        if name in events.words and not (effect.kind.name == "same" or effect.kind.in_archive == "same")
    ]
    faults += [
        Fault(
            what, f"the words of {name!r}", "a flag of 1 or 0", f"name the flag of one word, such as {name}_{words[0]}"
        )
        for what, name in (("senders", risk.senders), ("receivers", risk.receivers))
        if (words := events.words.get(name or "", ()))
    ]
    if faults:
        raise FaultList(faults, "formula")


def _instead(effect: Effect, name: str, events: Events) -> str:
    """Return what to write for a term that would take words for numbers."""
    words = events.words[name]
    flags = [f"{name}_{word}" for word in words if f"{name}_{word}" in events.attributes]
    if not flags:
        return f"write same({name}); {len(words)} different words are too many for a flag each"
    terms = [Effect(effect.kind, (*effect.arguments[:-1], flag), effect.node).name for flag in flags[1:]]
    shown = " + ".join(terms[:_MOST_WORDS]) + (f" + ... ({len(terms)} terms)" if len(terms) > _MOST_WORDS else "")
    return f"write {shown or f'same({name})'}, compared with {flags[0]!r}, or same({name}) for equal words"


def unknown_of(events: Events, name: str) -> Ints:
    """Return the actors whose value of an attribute is unknown at the start or becomes so."""
    values = events.attributes.get(name)
    at_start = np.zeros(0, np.int64) if values is None else np.flatnonzero(np.isnan(np.asarray(values, np.float64)))
    if name not in events.changes:
        return at_start
    changes = events.changes[name]
    return np.union1d(at_start, np.asarray(changes.actor)[np.isnan(changes.value)]).astype(np.int64)


def has_unknown(formula: Formula, events: Events) -> bool:
    """Return whether a formula reads an attribute that is not known of everybody."""
    return any(_unknown_names(column, events) for column in formula.columns)


def refuse_unknown_rule(risk: RiskSet, events: Events, missing: str) -> None:
    """Refuse a rule of inclusion that reads an attribute not known of everybody, unless such persons shall be left out.

    Raises
    ------
    RiskSetError
        With the count.
    """
    for name in (risk.senders, risk.receivers):
        count = 0 if name is None else unknown_of(events, name).size
        if count and missing != "drop":
            gap = f"{count} of {events.n_actors} persons have no value of {name!r}, which says who is at risk"
            raise RiskSetError(f"{gap}. Give 1 or 0 to everybody, or write missing='drop' to leave these persons out.")


def settle_unknown(table: Table, formula: Formula, events: Events, missing: str) -> Table:
    """Return a table without unknown values, settled as the user asked.

    Raises
    ------
    FaultList
        Where unknown values are met and nothing was asked, or a transform has no value.
    """
    _mark_settled(table, formula, events)
    is_finite = np.ones(table.x.shape[1], np.bool_)
    are_finite(table.x, is_finite)
    names = {name: _unknown_names(column, events) for name, column in zip(formula.names, formula.columns, strict=True)}
    met = [name for name, finite in zip(formula.names, is_finite, strict=True) if not finite]
    wrong = [name for name in met if not names[name]]
    if wrong:
        allowed = "a transform that the values allow"
        raise FaultList([Fault(f"term {name!r}", "values that are no number", allowed) for name in wrong], "statistics")
    told = sorted({name for term in formula.names if term in met or missing == "mean" for name in names[term]})
    if met and missing in ("refuse", "mean"):
        columns = [(k, column) for k, column in enumerate(formula.columns) if formula.names[k] in met]
        raise FaultList([_fault(table, events, *each) for each in columns], "unknown values")
    of_sitting = [name for name in met if "pressure" in names[name]]
    if of_sitting and missing == "indicator":
        allowed = "known pressures, or missing='drop' or 'mean': being unknown is the same for all candidates"
        raise FaultList(
            [Fault(f"term {name!r}", "unknown pressures", allowed) for name in of_sitting], "unknown values"
        )
    if met:
        table = _dropped(table, told) if missing == "drop" else _indicated(table, met)
    return replace(table, missing=_in_words(told, events, missing)) if told else table


def _attributes_of(effect: Effect) -> list[str]:
    """Return the attributes that an effect names."""
    return [name for name, kind in zip(effect.arguments, effect.kind.arguments, strict=True) if kind == "attribute"]


def _unknown_names(column: tuple[Effect, ...], events: Events) -> list[str]:
    """Return the attributes of a column that are not known of everybody."""
    names = sorted(name for name in {n for e in column for n in _attributes_of(e)} if unknown_of(events, name).size)
    has_gap = any(e.kind.reads == "pressure" for e in column) and np.isnan(events.pressure[events.is_dependent]).any()
    return [*names, *(["pressure"] if has_gap else [])]


def _count(events: Events, name: str) -> str:
    """Return of how many something is unknown; the pressure is one of events."""
    if name == "pressure" and "pressure" not in (*events.attributes, *events.changes):
        own = events.is_dependent
        return f"{int(np.isnan(events.pressure[own]).sum()):,} of {int(own.sum()):,} events without 'pressure'"
    return f"{unknown_of(events, name).size:,} of {events.n_actors:,} persons without {name!r}"


def _mark_settled(table: Table, formula: Formula, events: Events) -> None:
    """Write NaN where it is unknown whether a candidate is doomed, which the history of the naming rule cannot hold."""
    for k, column in enumerate(formula.columns):
        for name in (e.arguments[0] for e in column if e.kind.in_archive == "settles"):
            table.x[np.isin(table.pair % table.n_actors, unknown_of(events, name)), k] = np.nan


def _fault(table: Table, events: Events, place: int, column: tuple[Effect, ...]) -> Fault:
    """Return the fault of a column that meets unknown values, with the counts."""
    gap: Bools = np.asarray(np.isnan(table.x[:, place]), np.bool_)
    names = _unknown_names(column, events)
    of_whom = " and ".join(_count(events, name) for name in names)
    n_events = int(np.count_nonzero(gap[table.chosen]))
    got = f"{of_whom}, met in {int(gap.sum()):,} of {gap.size:,} alternatives and {n_events:,} events"
    has_no_mean = any(name in events.words for name in names) or any(e.kind.in_archive == "settles" for e in column)
    return Fault(
        f"term {table.names[place]!r}", got, "known values", _FIX + ". Words and `doomed` have no mean" * has_no_mean
    )


def _dropped(table: Table, names: list[str]) -> Table:
    """Return a table without rows that hold an unknown value, and without events whose own row does."""
    is_kept: Bools = np.asarray(~np.isnan(table.x).any(axis=1), np.bool_)
    before = np.concatenate([[0], np.cumsum(is_kept)]).astype(np.int64)
    is_known = is_kept[table.chosen]
    lost = int((~is_known).sum())
    if not is_known.any():
        raise RiskSetError(f"no event is left: {' or '.join(names)} is unknown in all {lost} events")
    of_set = table.sets_of_events()
    start, weight = before[table.start], table.weight[is_kept]
    events = np.bincount(of_set[is_known], minlength=table.time.size).astype(np.float64)
    size = np.concatenate([[0.0], np.cumsum(weight)])[start]
    reason = f"in which {' or '.join(names)} is not known of the persons concerned"
    return replace(
        table,
        x=np.ascontiguousarray(table.x[is_kept]),
        weight=weight,
        pair=table.pair[is_kept],
        start=start,
        events=events,
        chosen=before[table.chosen[is_known]],
        number=table.number[is_known],
        sizes=np.asarray(np.round(np.diff(size)[of_set[is_known]]), np.float64),
        left_out=(*table.left_out, *([Exclusion("event", reason, lost)] if lost else [])),
    )


def _indicated(table: Table, met: list[str]) -> Table:
    """Return a table with 0 for what is unknown, and a column for being unknown."""
    columns: list[Bools] = []
    names: list[str] = []
    for name in met:
        gap = np.isnan(table.x[:, table.names.index(name)])
        if not any(np.array_equal(gap, other) for other in columns):
            columns.append(gap)
            names.append(f"unknown({name})")
    more: Floats = np.stack(columns, axis=1).astype(np.float64)
    x = np.ascontiguousarray(np.concatenate([np.nan_to_num(table.x), more], axis=1))
    return replace(table, x=x, names=(*table.names, *names))


def _in_words(names: list[str], events: Events, missing: str) -> str:
    """Return the choice as it stands in the output."""
    counts = ", ".join(_count(events, name) for name in names)
    done = {
        "drop": "alternatives with an unknown value are left out",
        "indicator": "an unknown value counts as 0 and has a coefficient of its own",
        "mean": "the mean of the known values stands in its place",
    }
    return f"{counts}; {done[missing]} (missing='{missing}')"
