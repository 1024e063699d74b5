"""The models: settings only. `fit` takes events, or an archive, and returns a frozen result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from greatfear.errors import Fault, FaultList, UnknownNameError
from greatfear.estimate.events import Bools, Events, Floats
from greatfear.estimate.fit import Fit
from greatfear.estimate.formula import Formula, parse_formula
from greatfear.estimate.newton import Climb, check_varies, climb, likelihood
from greatfear.estimate.risk import RiskSet
from greatfear.estimate.sampling import Controls, tabulate_sampled
from greatfear.estimate.tabulating import Kind, Request, Table, tabulate, tabulate_spells

if TYPE_CHECKING:
    from greatfear.record.archive import Archive

__all__ = ["DyadicModel", "NamingModel", "RateModel"]

Timing = Literal["interval", "ordinal"]
_RATE_EFFECTS = ("intercept", "ego", "indeg", "outdeg", "nodeTrans")


@dataclass(frozen=True, slots=True)
class NamingModel:
    """Whom does a sender choose? The choice part of a dynamic network actor model, a conditional logit by event.

    Parameters
    ----------
    formula : str
        Effects, see `greatfear.estimate.effects`.
    receivers : str or None
        Attribute: only those for whom it is more than 0 at the moment can be chosen. None: all but the sender.
    opportunities : str or None
        Network: only those tied to the sender can be chosen.
    start, end : float or None
        Events outside are not explained; they still change the state.
    fixed : mapping of str to float
        Coefficients that are given rather than estimated, by full term.
    controls : Controls or None
        Draw so many alternatives per event rather than take all.

    Notes
    -----
    Events of one time all see the state before it, and all have the same alternatives.

    References
    ----------
    Stadtfeld, Block (2017), doi:10.15195/v4.a14.

    Examples
    --------
    >>> events = Events(3, np.arange(4.0), np.array([0, 1, 2, 0]), np.array([1, 0, 0, 1]))
    >>> NamingModel("recip").fit(events).n_events
    4
    """

    formula: str
    receivers: str | None = None
    opportunities: str | None = None
    start: float | None = None
    end: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    controls: Controls | None = None

    def fit(self, events: Events | Archive) -> Fit:
        """Return the maximum-likelihood fit."""
        request = self.request()
        return _fit(request, self.fixed, self.table(events), "choice", self.controls)

    def table(self, events: Events | Archive) -> Table:
        """Return the statistics of all alternatives, to be fitted with anything else."""
        if self.controls is not None:
            return tabulate_sampled(self.request(), _events(events), self.controls)
        return tabulate(self.request(), _events(events))

    def request(self) -> Request:
        """Return what is to be tabulated."""
        formula = parse_formula(self.formula, "alter")
        _refuse(formula, ("intercept",), "a choice has no intercept")
        risk = RiskSet(receivers=self.receivers, opportunities=self.opportunities)
        return Request(formula, risk, "choice", False, self.start, self.end)


@dataclass(frozen=True, slots=True)
class RateModel:
    """Who sends next, and when? The rate part of a dynamic network actor model.

    Parameters
    ----------
    formula : str
        Effects of the sender; ``1`` is the intercept, the log rate per day.
    senders : str or None
        Attribute: only those for whom it is more than 0 at the moment can send. None: all actors.
    timing : str
        ``"interval"``: waiting times count; ``"ordinal"``: only who sends.
    start, end, fixed
        As in `NamingModel`.

    Notes
    -----
    The rate is constant between changes of anything that the formula reads. What happens at a time is seen after it.

    References
    ----------
    Stadtfeld, Block (2017), doi:10.15195/v4.a14.

    Examples
    --------
    >>> events = Events(3, np.arange(4.0), np.array([0, 1, 2, 0]), np.array([1, 0, 0, 1]))
    >>> round(float(np.exp(RateModel("1").fit(events).coefficients["intercept"])), 4)
    0.4444
    """

    formula: str
    senders: str | None = None
    timing: Timing = "interval"
    start: float | None = None
    end: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)

    def fit(self, events: Events | Archive) -> Fit:
        """Return the maximum-likelihood fit."""
        request = self.request()
        return _fit(request, self.fixed, _table_for_fit(request, events), "rate")

    def table(self, events: Events | Archive) -> Table:
        """Return the statistics of all senders in all intervals."""
        return tabulate(self.request(), _events(events))

    def request(self) -> Request:
        """Return what is to be tabulated."""
        formula = parse_formula(self.formula, "ego")
        faults = [
            Fault(f"term {effect.name!r}", f"{effect.kind.name} of a pair", "effects of the sender (type=ego)")
            for effect in formula.effects
            if effect.kind.name not in _RATE_EFFECTS or effect.node == "alter"
        ]
        if faults:
            raise FaultList(faults, "rate formula")
        return _timed(formula, RiskSet(senders=self.senders), "rate", self)


@dataclass(frozen=True, slots=True)
class DyadicModel:
    """Which pair is next, and when? The relational event model.

    Parameters
    ----------
    formula : str
        Effects; ``1`` is the intercept, the log rate per pair and day.
    senders, receivers, opportunities : str or None
        Who is at risk, as in the other models.
    timing : str
        ``"interval"``: waiting times count; ``"ordinal"``: only which pair.
    start, end, fixed
        As in `NamingModel`.

    References
    ----------
    Butts (2008), doi:10.1111/j.1467-9531.2008.00203.x.

    Examples
    --------
    >>> events = Events(3, np.arange(4.0), np.array([0, 1, 2, 0]), np.array([1, 0, 0, 1]))
    >>> DyadicModel("recip", timing="ordinal").fit(events).risk_set_sizes.tolist()
    [6.0, 6.0, 6.0, 6.0]
    """

    formula: str
    senders: str | None = None
    receivers: str | None = None
    opportunities: str | None = None
    timing: Timing = "interval"
    start: float | None = None
    end: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)

    def fit(self, events: Events | Archive) -> Fit:
        """Return the maximum-likelihood fit."""
        request = self.request()
        return _fit(request, self.fixed, _table_for_fit(request, events), "dyadic")

    def table(self, events: Events | Archive) -> Table:
        """Return the statistics of all pairs in all intervals."""
        return tabulate(self.request(), _events(events))

    def request(self) -> Request:
        """Return what is to be tabulated."""
        risk = RiskSet(self.senders, self.receivers, self.opportunities)
        return _timed(parse_formula(self.formula, "alter"), risk, "dyad", self)


def _timed(formula: Formula, risk: RiskSet, kind: Kind, model: RateModel | DyadicModel) -> Request:
    """Return the request of a model that may count time."""
    if model.timing not in ("interval", "ordinal"):
        raise FaultList([Fault("timing", repr(model.timing), "'interval' or 'ordinal'")], "model")
    if model.timing == "ordinal":
        _refuse(formula, ("intercept",), "without time there is no intercept")
    return Request(formula, risk, kind, model.timing == "interval", model.start, model.end)


def _refuse(formula: Formula, names: tuple[str, ...], why: str) -> None:
    """Refuse effects that a model cannot have alone."""
    faults = [
        Fault(f"term {column[0].name!r}", column[0].name, "effects that differ between alternatives", why)
        for column in formula.columns
        if len(column) == 1 and column[0].kind.name in names
    ]
    if faults:
        raise FaultList(faults, "formula")


def _events(events: Events | Archive) -> Events:
    """Return events; an archive is read for them."""
    if isinstance(events, Events):
        return events
    from greatfear.estimate.from_archive import events_from_archive

    return events_from_archive(events)


def _table_for_fit(request: Request, events: Events | Archive) -> Table:
    """Return the table of a model that may count time, as short as it can be."""
    return (tabulate_spells if request.is_timed else tabulate)(request, _events(events))


def _fit(
    request: Request, fixed: Mapping[str, float], table: Table, model: str, controls: Controls | None = None
) -> Fit:
    """Climb, and put the result together."""
    names = request.formula.names
    for name in fixed:
        if name not in names:
            raise UnknownNameError("fixed term", name, names)
    start = _first_guess(table, request)
    for name, value in fixed.items():
        start[names.index(name)] = value
    is_free = np.array([name not in fixed for name in names])
    if not request.is_timed:
        check_varies(table, is_free)
    end = climb(lambda theta: likelihood(table, theta, is_timed=request.is_timed), start, is_free, names)
    null = likelihood(table, np.zeros(len(names)), is_timed=request.is_timed)[0]
    risk = str(request.risk).removesuffix("; never the sender") if request.kind == "rate" else str(request.risk)
    risk = risk if controls is None else f"{risk}; {controls}"
    return _result(table, end, (is_free, null, model, risk, "interval" if request.is_timed else "ordinal"))


def _first_guess(table: Table, request: Request) -> Floats:
    """Return zeros, and for an intercept the log of events per day and row."""
    start = np.zeros(len(table.names))
    if request.is_timed and "intercept" in table.names:
        at_risk = np.add.reduceat(np.append(table.weight, 0.0), table.start[:-1]) * (np.diff(table.start) > 0)
        exposure = float(table.exposure @ at_risk)
        if exposure > 0:
            start[table.names.index("intercept")] = math.log(table.chosen.size / exposure)
    return start


def _result(table: Table, end: Climb, about: tuple[Bools, float, str, str, str]) -> Fit:
    """Put the result together."""
    is_free, null, model, risk, timing = about
    free = np.flatnonzero(is_free)
    covariance = np.zeros_like(end.information)
    if free.size:
        covariance[np.ix_(free, free)] = np.linalg.inv(end.information[np.ix_(free, free)])
    return Fit(
        model=model,
        timing=timing,
        names=table.names,
        theta=end.theta,
        covariance=covariance,
        is_free=is_free,
        loglik=end.loglik,
        null_loglik=null,
        n_events=int(table.chosen.size),
        n_silent=table.n_silent,
        risk_set=risk,
        risk_set_sizes=table.sizes,
        left_out=table.left_out,
        converged=end.converged,
        iterations=end.iterations,
        max_score=end.max_score,
    )
