"""From a formula and events to the arrays that kernels read: columns, updates in the order of time, state at the start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from greatfear.errors import Fault, FaultList, UnknownNameError
from greatfear.estimate.events import Events, Floats
from greatfear.estimate.kernels.rows import RULE
from greatfear.estimate.kernels.state import ATTRIBUTE, FADE, NOTE, SETTLE, TIE, UPDATE, Room, State, new_state
from greatfear.estimate.kernels.statistics import MECHANISM, MEMORY, NODE_ALTER, NODE_EGO, TERM
from greatfear.estimate.risk import RiskSet
from greatfear.estimate.unknown import refuse_unknown_rule, refuse_words
from greatfear.naming.formula import Effect, Formula
from greatfear.naming.registry import TRANSFORMS

_KEPT = ("counts", "pairs", "lists")
"""What statistics read that the history of the naming rule keeps."""


class Network(NamedTuple):
    """A network as an effect reads it: its names joined (empty: that of the events), a window, a half-life.

    What only remembers when ties began (`is_endless`) does not see them end.
    """

    names: tuple[str, ...]
    window: float | None = None
    halflife: float | None = None
    is_endless: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What kernels read of a formula.

    Parameters
    ----------
    terms : array of TERM, shape (columns + helpers,)
        The columns of the model come first; second factors of products follow.
    rule : array of RULE, shape (1,)
    updates : array of UPDATE
    attribute : array, shape (attributes, actors)
        Values at the start.
    halflives : array, shape (networks,)
    room : Room
    is_local, is_moving : bool
        Whether a change alters only rows of the persons it concerns; whether values change as time passes.
    """

    terms: npt.NDArray[np.void]
    rule: npt.NDArray[np.void]
    updates: npt.NDArray[np.void]
    attribute: Floats
    halflives: Floats
    room: Room
    is_local: bool
    is_moving: bool

    def new_state(self) -> State:
        """Return the state before the first update."""
        return new_state(self.halflives, self.attribute, self.room)

    def change_times(self) -> Floats:
        """Return the times at which a network or attribute that the formula reads changes, each once."""
        times = self.updates["time"]
        return np.unique(times[np.isfinite(times)])


def compile_formula(
    formula: Formula, risk: RiskSet, events: Events, *, is_mutual: bool = False, missing: str = "refuse"
) -> Compiled:
    """Return the arrays for a formula, a risk set and events.

    Parameters
    ----------
    formula, risk, events
    is_mutual : bool
        Whether an event ties both persons to one another.
    missing : str
        ``"mean"`` puts the mean of the known values in the place of unknown numbers; else they stay unknown (NaN).

    Raises
    ------
    UnknownNameError
        If an effect or rule names an attribute or network that the events do not have.
    RiskSetError
        If a rule of inclusion reads an attribute that is not known of everybody.
    FaultList
        If a term takes words for numbers.
    """
    refuse_words(formula, risk, events)
    refuse_unknown_rule(risk, events, missing)
    formula = _off_history(formula) if is_mutual else formula
    networks, attributes = _networks(formula, risk), _attributes(formula, risk)
    remembered = [effect for effect in formula.effects if _is_remembered(effect)]
    windows = sorted({effect.window for effect in remembered if effect.window is not None})
    terms = _terms(formula, (networks, attributes, windows))
    parts = [_of_network(events, network, place, is_mutual) for place, network in enumerate(networks)]
    parts += [_of_attribute(events, name, place, missing) for place, name in enumerate(attributes)]
    parts += _of_history(events, remembered, windows)
    updates = np.concatenate([*parts, np.zeros(0, UPDATE)])
    updates = updates[np.argsort(updates["time"], kind="stable")]
    values = np.array([_values(events, name, missing) for name in attributes], np.float64)
    n_ties = int((updates["kind"] == TIE).sum())
    return Compiled(
        np.array([tuple(term) for term in terms], TERM),
        np.array([_rule(risk, networks, attributes)], RULE),
        updates,
        values.reshape(len(attributes), events.n_actors),
        np.array([network.halflife or 0.0 for network in networks]),
        Room(n_ties, len(terms), events.time.size, len(windows), bool(remembered)),
        is_local=not any(effect.kind.is_global for effect in formula.effects),
        is_moving=any(effect.is_moving for effect in formula.effects),
    )


def _is_remembered(effect: Effect) -> bool:
    """Return whether an effect reads the history of the naming rule."""
    return effect.code >= MECHANISM and effect.kind.reads in _KEPT


def _off_history(formula: Formula) -> Formula:
    """Return a formula that reads all it can off networks: the history knows no events that go both ways."""

    def put(effect: Effect) -> Effect:
        return replace(effect, kind=replace(effect.kind, history_code=-1))

    return Formula(tuple(tuple(put(effect) for effect in column) for column in formula.columns))


def _named(effect: Effect, what: str) -> list[str]:
    """Return the networks, or attributes, that an effect reads; the history keeps some of them itself."""
    if _is_remembered(effect):
        return []
    return [name for name, kind in zip(effect.arguments, effect.kind.arguments, strict=True) if kind == what]


def _networks(formula: Formula, risk: RiskSet) -> list[Network]:
    """Return the networks that are read, each with its window and half-life, in the order of first use."""
    found = [_network(effect, name) for effect in formula.effects for name in _named(effect, "network")]
    found += [Network(risk.networks)] if risk.networks else []
    return list(dict.fromkeys(found))


def _network(effect: Effect, name: str) -> Network:
    """Return the network that an effect reads under a name; events have no end anyway."""
    remembers = MEMORY <= effect.code < MECHANISM and name != ""
    return Network((name,), effect.window, effect.halflife, is_endless=remembers)


def _attributes(formula: Formula, risk: RiskSet) -> list[str]:
    """Return the attributes that are read, in the order of first use."""
    found = [name for effect in formula.effects for name in _named(effect, "attribute")]
    return list(dict.fromkeys([*found, *(name for name in (risk.senders, risk.receivers) if name is not None)]))


def _rule(risk: RiskSet, networks: list[Network], attributes: list[str]) -> tuple[int, int, int, int]:
    """Return the fields of a RULE."""

    def place(name: str | None) -> int:
        return -1 if name is None else attributes.index(name)

    opportunity = networks.index(Network(risk.networks)) if risk.networks else -1
    return 0, place(risk.senders), place(risk.receivers), opportunity


def _terms(formula: Formula, known: tuple[list[Network], list[str], list[float]]) -> list[list[int]]:
    """Return the terms of all columns, then the second factors of products."""
    terms = [_term(column[0], *known) for column in formula.columns]
    for place, column in enumerate(formula.columns):
        if len(column) == 2:
            terms[place][-1] = len(terms)
            terms.append(_term(column[1], *known))
    return terms


def _term(effect: Effect, networks: list[Network], attributes: list[str], windows: list[float]) -> list[int]:
    """Return the fields of a TERM."""
    nets = [networks.index(_network(effect, name)) for name in _named(effect, "network")]
    values = [attributes.index(name) for name in _named(effect, "attribute")]
    return [
        effect.code,
        nets[0] if nets else 0,
        nets[-1] if nets else 0,
        values[0] if values else 0,
        values[-1] if values else 0,
        NODE_EGO if effect.node == "ego" else NODE_ALTER,
        TRANSFORMS[effect.transform],
        int(effect.weighted),
        int(effect.ignore_rep),
        windows.index(effect.window) if _is_remembered(effect) and effect.window is not None else -1,
        -1,
    ]


def _updates(kind: int, where: int, time: Floats) -> npt.NDArray[np.void]:
    """Return updates of one kind without persons, values and events."""
    updates = np.zeros(time.size, UPDATE)
    updates["kind"], updates["where"], updates["time"] = kind, where, time
    updates["i"] = updates["j"] = updates["event"] = -1
    return updates


def _of_network(events: Events, network: Network, place: int, is_mutual: bool) -> npt.NDArray[np.void]:
    """Return when ties of a network come and go."""
    return np.concatenate([_of_name(events, name, network, place, is_mutual) for name in network.names])


def _of_name(events: Events, name: str, network: Network, place: int, is_mutual: bool) -> npt.NDArray[np.void]:
    """Return when ties of one named network come and go."""
    number = np.full(0, -1)
    if not name:
        number = np.flatnonzero(events.sender >= 0)
        i, j, start = events.sender[number], events.receiver[number], events.time[number]
        end = np.full(start.size, np.inf)
        if is_mutual:
            i, j, number = np.concatenate([i, j]), np.concatenate([j, i]), np.tile(number, 2)
            start, end = np.tile(start, 2), np.tile(end, 2)
    elif name in events.networks:
        i, j, start, end = events.networks[name]
        number = np.full(start.size, -1)
    else:
        raise UnknownNameError("network", name, list(events.networks))
    if network.window is not None or network.halflife is not None:
        # a tie from before all records is older than any window
        known = np.isfinite(start)
        i, j, start, end, number = i[known], j[known], start[known], end[known], number[known]
        end = np.full(end.size, np.inf) if network.window is None else np.minimum(end, start + network.window)
    kept = np.isfinite(end) & (not network.is_endless)
    updates = _updates(TIE, place, np.concatenate([start, end[kept]]))
    updates["i"], updates["j"] = np.concatenate([i, i[kept]]), np.concatenate([j, j[kept]])
    updates["event"] = np.concatenate([number, number[kept]])
    updates["value"] = np.concatenate([np.ones(i.size), -np.ones(int(kept.sum()))])
    return updates


def _of_attribute(events: Events, name: str, place: int, missing: str) -> npt.NDArray[np.void]:
    """Return when values of an attribute change."""
    if name not in events.changes:
        return np.zeros(0, UPDATE)
    changes = events.changes[name]
    updates = _updates(ATTRIBUTE, place, changes.time)
    updates["i"], updates["value"] = changes.actor, _filled(events, name, changes.value, missing)
    return updates


def _of_history(events: Events, remembered: list[Effect], windows: list[float]) -> list[npt.NDArray[np.void]]:
    """Return the updates of the naming rule's history: what was said, what leaves a window, who is doomed."""
    if not remembered:
        return []
    parts = [_updates(NOTE, 0, events.time)]
    parts += [_updates(FADE, place, events.time + window) for place, window in enumerate(windows)]
    for part in parts:
        part["i"], part["j"], part["event"] = events.sender, events.receiver, np.arange(events.time.size)
    doomed = sorted({effect.arguments[0] for effect in remembered if effect.kind.in_archive == "settles"})
    if len(doomed) > 1:
        raise FaultList([Fault("doomed", " and ".join(doomed), "one attribute that says who is doomed")], "formula")
    for name in doomed:
        start = np.flatnonzero(_known_values(events, name) > 0)
        time, actor = np.full(start.size, -np.inf), start
        if name in events.changes:
            rises = events.changes[name].value > 0
            time = np.concatenate([time, events.changes[name].time[rises]])
            actor = np.concatenate([actor, events.changes[name].actor[rises]])
        updates = _updates(SETTLE, 0, time)
        updates["i"] = actor
        parts.append(updates)
    return parts


def _known_values(events: Events, name: str) -> Floats:
    """Return the values of an attribute at the start, 0 where it is only among the changes."""
    if name not in events.attributes:
        if name not in events.changes:
            raise UnknownNameError("attribute", name, sorted({*events.attributes, *events.changes}))
        return np.zeros(events.n_actors)
    return np.asarray(events.attributes[name], np.float64)


def _values(events: Events, name: str, missing: str) -> Floats:
    """Return the values of an attribute at the start; unknown ones are NaN, or the mean where that was asked."""
    return _filled(events, name, _known_values(events, name), missing)


def _filled(events: Events, name: str, values: Floats, missing: str) -> Floats:
    """Return values with the mean of the known ones at the start for unknown ones, where that was asked; words have none."""
    if missing != "mean" or name in events.words or not np.isnan(values).any():
        return values
    known = _known_values(events, name)
    return np.where(np.isnan(values), np.nanmean(known) if not np.isnan(known).all() else np.nan, values)
