"""From a formula and events to the arrays that kernels read: columns, updates in the order of time, state at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from greatfear.errors import UnknownNameError
from greatfear.estimate.effects import TRANSFORMS
from greatfear.estimate.events import Events, Floats
from greatfear.estimate.formula import Effect, Formula
from greatfear.estimate.kernels.rows import RULE
from greatfear.estimate.kernels.state import ATTRIBUTE, TIE, UPDATE, State, new_state
from greatfear.estimate.kernels.statistics import NODE_ALTER, NODE_EGO, TERM
from greatfear.estimate.risk import RiskSet

__all__ = ["Compiled", "compile_formula"]

Network = tuple[str, float | None]
"""Name (empty: that of the events) and window of a network."""


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
    n_networks : int
    """

    terms: npt.NDArray[np.void]
    rule: npt.NDArray[np.void]
    updates: npt.NDArray[np.void]
    attribute: Floats
    n_networks: int

    def new_state(self) -> State:
        """Return the state before the first update."""
        return new_state(self.n_networks, self.attribute, int((self.updates["kind"] == TIE).sum()))

    def change_times(self) -> Floats:
        """Return the times at which a network or attribute that the formula reads changes, each once."""
        times = self.updates["time"]
        return np.unique(times[np.isfinite(times)])


def compile_formula(formula: Formula, risk: RiskSet, events: Events) -> Compiled:
    """Return the arrays for a formula, a risk set and events.

    Raises
    ------
    UnknownNameError
        If an effect or rule names an attribute or network that the events do not have.

    Examples
    --------
    >>> from greatfear.estimate.formula import parse_formula
    >>> events = Events(3, np.array([1.0]), np.array([0]), np.array([1]))
    >>> compile_formula(parse_formula("recip + indeg(window=5)"), RiskSet(), events).updates["time"].tolist()
    [1.0, 1.0, 6.0]
    """
    networks = _networks(formula, risk)
    attributes = _attributes(formula, risk)
    factors = [column[0] for column in formula.columns]
    terms = [_term(effect, networks, attributes) for effect in factors]
    for place, column in enumerate(formula.columns):
        if len(column) == 2:
            terms[place][-1] = len(terms)
            terms.append(_term(column[1], networks, attributes))
    rule = (
        _place(attributes, risk.senders),
        _place(attributes, risk.receivers),
        networks.index((risk.opportunities, None)) if risk.opportunities is not None else -1,
    )
    parts = [_updates_of_network(events, network, place) for place, network in enumerate(networks)]
    parts += [_updates_of_attribute(events, name, place) for place, name in enumerate(attributes)]
    updates = np.concatenate([*parts, np.zeros(0, UPDATE)])
    return Compiled(
        np.array([tuple(term) for term in terms], TERM),
        np.array([(0, *rule)], RULE),
        updates[np.argsort(updates["time"], kind="stable")],
        np.array([_values(events, name) for name in attributes], np.float64).reshape(len(attributes), events.n_actors),
        len(networks),
    )


def _networks(formula: Formula, risk: RiskSet) -> list[Network]:
    """Return the networks that are read, each with its window, in the order of first use."""
    found = [
        (name, effect.window)
        for effect in formula.effects
        for name, reads in zip(effect.arguments, effect.kind.reads, strict=True)
        if reads == "network"
    ]
    found += [] if risk.opportunities is None else [(risk.opportunities, None)]
    return list(dict.fromkeys(found))


def _attributes(formula: Formula, risk: RiskSet) -> list[str]:
    """Return the attributes that are read, in the order of first use."""
    found = [
        name
        for effect in formula.effects
        for name, reads in zip(effect.arguments, effect.kind.reads, strict=True)
        if reads == "attribute"
    ]
    return list(dict.fromkeys([*found, *(name for name in (risk.senders, risk.receivers) if name is not None)]))


def _place(names: list[str], name: str | None) -> int:
    """Return the place of a name, -1 for none."""
    return -1 if name is None else names.index(name)


def _term(effect: Effect, networks: list[Network], attributes: list[str]) -> list[int]:
    """Return the fields of a TERM."""
    named = list(zip(effect.arguments, effect.kind.reads, strict=True))
    nets = [networks.index((name, effect.window)) for name, reads in named if reads == "network"]
    values = [attributes.index(name) for name, reads in named if reads == "attribute"]
    return [
        effect.kind.code,
        nets[0] if nets else 0,
        nets[-1] if nets else 0,
        values[0] if values else 0,
        values[-1] if values else 0,
        NODE_EGO if effect.node == "ego" else NODE_ALTER,
        TRANSFORMS[effect.transform],
        int(effect.weighted),
        int(effect.ignore_rep),
        -1,
    ]


def _updates_of_network(events: Events, network: Network, place: int) -> npt.NDArray[np.void]:
    """Return when ties of a network come and go."""
    name, window = network
    if not name:
        i, j, start, end = events.sender, events.receiver, events.time, np.full(events.time.size, np.inf)
    elif name in events.networks:
        i, j, start, end = events.networks[name]
    else:
        raise UnknownNameError("network", name, list(events.networks))
    if window is not None:
        # a tie from before all records is older than any window
        end = np.minimum(end, start + window)
        known = np.isfinite(start)
        i, j, start, end = i[known], j[known], start[known], end[known]
    kept = np.isfinite(end)
    updates = np.zeros(i.size + int(kept.sum()), UPDATE)
    updates["kind"], updates["where"] = TIE, place
    updates["i"], updates["j"] = np.concatenate([i, i[kept]]), np.concatenate([j, j[kept]])
    updates["time"] = np.concatenate([start, end[kept]])
    updates["value"] = np.concatenate([np.ones(i.size), -np.ones(int(kept.sum()))])
    return updates


def _updates_of_attribute(events: Events, name: str, place: int) -> npt.NDArray[np.void]:
    """Return when values of an attribute change."""
    if name not in events.changes:
        return np.zeros(0, UPDATE)
    changes = events.changes[name]
    updates = np.zeros(len(changes.time), UPDATE)
    updates["kind"], updates["where"] = ATTRIBUTE, place
    updates["time"], updates["i"], updates["value"] = changes.time, changes.actor, changes.value
    return updates


def _values(events: Events, name: str) -> Floats:
    """Return the values of an attribute at the start; missing ones become the mean."""
    if name not in events.attributes:
        if name not in events.changes:
            raise UnknownNameError("attribute", name, sorted({*events.attributes, *events.changes}))
        return np.zeros(events.n_actors)
    values = np.asarray(events.attributes[name], np.float64)
    missing = np.isnan(values)
    mean = float(values[~missing].mean()) if not missing.all() else 0.0
    return np.where(missing, mean, values)
