"""Tables with sampled risk sets, for archives in which every event has very many alternatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from greatfear.draws import purpose_key
from greatfear.errors import Fault, FaultList
from greatfear.estimate.compiling import compile_formula
from greatfear.estimate.events import Events
from greatfear.estimate.kernels.sampled import fill_sampled
from greatfear.estimate.tabulating import Request, Table, columns_of, events_within, exclusions

__all__ = ["Controls", "tabulate_sampled"]

_PURPOSE = 100
"""Of the draws of controls, part of their address; never to be changed."""


@dataclass(frozen=True, slots=True)
class Controls:
    """How many alternatives are drawn for each event, and the seed of the draws.

    Examples
    --------
    >>> print(Controls(10))
    10 controls drawn per event (seed 0)
    """

    count: int
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if self.count < 1 or self.seed < 0:
            raise FaultList(
                [Fault("controls", f"{self.count}, seed {self.seed}", "at least 1, seed 0 or more")], "model"
            )

    def __str__(self) -> str:
        """Return the rule in words."""
        return f"{self.count} controls drawn per event (seed {self.seed})"


def tabulate_sampled(request: Request, events: Events, controls: Controls) -> Table:
    """Return a table of choices with the chosen one and drawn controls of each event.

    Parameters
    ----------
    request : Request
        Of a choice.
    events : Events
    controls : Controls

    Raises
    ------
    RiskSetError
        If no event is left in the risk set.

    References
    ----------
    Lerner, Lomi (2020), doi:10.1017/nws.2019.57.

    Examples
    --------
    >>> from greatfear.estimate.formula import parse_formula
    >>> from greatfear.estimate.risk import RiskSet
    >>> events = Events(50, np.array([1.0, 2.0]), np.array([0, 1]), np.array([1, 0]))
    >>> tabulate_sampled(Request(parse_formula("recip"), RiskSet(), "choice"), events, Controls(3)).sizes.tolist()
    [4.0, 4.0]
    """
    compiled = compile_formula(request.formula, request.risk, events)
    is_kept, _, _ = events_within(request, compiled, events)
    time, sender, receiver = events.time[is_kept], events.sender[is_kept], events.receiver[is_kept]
    room = time.size * (min(controls.count, events.n_actors - 2) + 1)
    x, pair = np.empty((room, len(compiled.terms))), np.empty(room, np.int64)
    start, key = np.zeros(time.size + 1, np.int64), np.uint64(purpose_key(controls.seed, 0, _PURPOSE))
    state, rule, n_controls = compiled.new_state(), compiled.rule[0], min(controls.count, events.n_actors - 2)
    terms, updates = compiled.terms, compiled.updates
    fill_sampled(time, sender, receiver, terms, rule, state, updates, n_controls, key, start, x, pair)
    sizes = np.diff(start)
    found = sizes > 0
    used = int(start[-1])
    return Table(
        names=request.formula.names,
        x=columns_of(x[:used], request.formula),
        weight=np.ones(used),
        pair=pair[:used],
        start=start,
        time=time,
        exposure=np.zeros(time.size),
        events=found.astype(np.float64),
        chosen=start[:-1][found],
        sizes=sizes[found].astype(np.float64),
        n_silent=0,
        n_actors=events.n_actors,
        left_out=exclusions(request, events, is_kept, found),
    )
