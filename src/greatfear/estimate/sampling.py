"""Tables with sampled risk sets, for archives in which every event has very many alternatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from greatfear.draws import Purpose, purpose_key
from greatfear.errors import Fault, FaultList
from greatfear.estimate.compiling import compile_formula
from greatfear.estimate.deciding import Explained, Request, events_within, exclusions, first_of_sitting
from greatfear.estimate.events import Events, Ints
from greatfear.estimate.kernels.sampled import CHOICE, DYAD, RATE, fill_sampled
from greatfear.estimate.pressure import weigh_by_pressure
from greatfear.estimate.tabulating import Table
from greatfear.estimate.unknown import settle_unknown

_KINDS = {"choice": CHOICE, "rate": RATE, "dyad": DYAD}


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
    """Return a table with the chosen one and drawn controls of each event.

    The events are gone through once, in the order of time; what is kept between them is the state, so that the cost
    grows linearly with events. The weight of a row is the size of the full risk set by the rows that were drawn.

    Parameters
    ----------
    request : Request
        Without time: of a choice, an ordinal rate or an ordinal dyadic model.
    events : Events
    controls : Controls

    Raises
    ------
    RiskSetError
        If no event is left in the risk set.

    References
    ----------
    Lerner, Lomi (2020), doi:10.1017/nws.2019.57.
    """
    compiled = compile_formula(request.formula, request.risk, events, missing=request.missing)
    found = events_within(request, compiled, events)
    n, n_events = events.n_actors, found.time.size
    own = found.sender * n + found.receiver if request.kind == "dyad" else found.receiver
    order, group = _in_sittings(request, events, found)
    most = min(controls.count, n * (n - 1) - 1 if request.kind == "dyad" else n - 1 - (request.kind == "choice"))
    x, pair = np.empty((n_events * (most + 1), len(compiled.terms))), np.empty(n_events * (most + 1), np.int64)
    start, sizes = np.zeros(n_events + 1, np.int64), np.zeros(n_events, np.int64)
    fill_sampled(
        *(_KINDS[request.kind], found.time[order], np.stack([found.sender, own], axis=1)[order], group),
        *(compiled.terms, compiled.rule[0], compiled.new_state(), compiled.updates, most),
        *(np.uint64(purpose_key(controls.seed, 0, int(Purpose.CONTROLS))), start, x, pair, sizes),
    )
    weigh_by_pressure(x[: int(start[-1])], start, np.argsort(order), request, (events, found))
    used, at_risk = int(start[-1]), np.diff(start) > 0
    kept = np.zeros(n_events, np.bool_)
    kept[order] = at_risk
    row, size = np.empty(n_events, np.int64), np.empty(n_events)
    row[order], size[order] = start[:-1], sizes
    table = Table(
        names=request.formula.names,
        x=np.ascontiguousarray(x[:used, : len(request.formula.columns)]),
        weight=_weights(start, sizes),
        pair=pair[:used],
        start=start,
        time=found.time[order],
        exposure=np.zeros(n_events),
        events=at_risk.astype(np.float64),
        chosen=row[kept],
        number=found.number[kept],
        sizes=size[kept],
        n_silent=0,
        n_actors=n,
        left_out=exclusions(request, events, found, kept),
    )
    return settle_unknown(table, request.formula, events, request.missing)


def _in_sittings(request: Request, events: Events, found: Explained) -> tuple[Ints, Ints]:
    """Return an order in which the names of a sitting follow one another, and the first of each sitting in that order."""
    alone = np.arange(found.time.size)
    if request.kind != "choice" or request.ties == "breslow":
        return alone, alone
    group = first_of_sitting(events, found)
    order = np.argsort(group, kind="stable")
    place = np.empty_like(order)
    place[order] = alone
    return order, place[group[order]]


def _weights(start: Ints, sizes: Ints) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return for every row how many alternatives it stands for."""
    rows = np.diff(start)
    return np.repeat(np.divide(sizes, rows, out=np.ones(rows.size), where=rows > 0), rows)
