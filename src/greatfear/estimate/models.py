"""The models: settings only. `fit` takes events, or an archive, and returns a frozen result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from greatfear.errors import Fault, FaultList, WrongArgumentError
from greatfear.estimate.clusters import Cluster
from greatfear.estimate.deciding import Request, TiedTimes
from greatfear.estimate.dependence import check_dependence, with_dependence
from greatfear.estimate.fit import Fit
from greatfear.estimate.fitting import Data, Task, as_events, fit_table, refuse_alone, table_for_fit, table_of
from greatfear.estimate.formula import as_formula, canonical
from greatfear.estimate.pressure import refuse_pressure
from greatfear.estimate.risk import RiskSet
from greatfear.estimate.sampling import Controls
from greatfear.estimate.tabulating import Table
from greatfear.estimate.unknown import Missing, check_missing
from greatfear.naming.formula import Effect, Formula

Timing = Literal["interval", "ordinal"]


class _Model:
    """What all models do with their settings."""

    __slots__ = ()
    fixed: Mapping[str, float]
    controls: Controls | None
    cluster: Cluster

    def fit(self, events: Data) -> Fit:
        """Return the maximum-likelihood fit.

        Parameters
        ----------
        events
            An archive, the path of one, `Events`, or a table (pandas, polars, Arrow) with the columns `time` (days or dates),
            `speaker` and `subject`, and perhaps `sitting` and `pressure`.
        """
        known, task = as_events(events), self.task()
        table = table_for_fit(task, known)
        fit = replace(fit_table(task, table), origin=known.origin, epoch=known.epoch)
        return with_dependence(fit, table, known, self.cluster, self._varying())

    def table(self, events: Data) -> Table:
        """Return the statistics of all alternatives (of every decision, or in every interval), to be fitted with anything."""
        return table_of(self.task(), events)

    def task(self) -> Task:
        """Return what is to be done."""
        request = self.request()
        self._check_settings(request)
        return Task(request, canonical(self.fixed, request.formula.names), self.controls)

    def _check_settings(self, request: Request) -> None:
        """Refuse settings of a kind that the model cannot use."""
        for name, day in (("start", request.start), ("end", request.end)):
            if day is not None and not isinstance(day, (int, float, np.number)):
                raise WrongArgumentError(name, day, "a number of days since day 0 of the archive")
        if not isinstance(self.fixed, Mapping):
            raise WrongArgumentError("fixed", self.fixed, "coefficients by term, as in {'kin': 0.5}")
        if self.controls is not None and not isinstance(self.controls, Controls):
            raise WrongArgumentError("controls", self.controls, "Controls, as in Controls(10) of greatfear.estimate")

    def request(self) -> Request:
        """Return what is to be tabulated."""
        raise NotImplementedError

    def _varying(self) -> tuple[str, ...]:
        """Return the terms whose coefficient varies from sender to sender."""
        return ()


@dataclass(frozen=True, slots=True)
class NamingModel(_Model):
    """Whom does a sender choose? The choice part of a dynamic network actor model, a conditional logit by event.

    Parameters
    ----------
    formula : str, Effect or Formula
        Effects, see `greatfear.estimate.EFFECTS`.
    receivers : str or None
        Attribute: only those for whom it is more than 0 at the moment can be chosen. None: all but the sender.
    opportunities : str, tuple of str or None
        Network, or several of them joined: only those tied to the sender can be chosen.
    start, end : float or None
        Events outside are not explained; they still change the state.
    fixed : mapping of str to float
        Coefficients that are given rather than estimated, by full term.
    controls : Controls or None
        Draw this many alternatives per event rather than take all.
    ties : str
        Events of one time all see the state before it. ``"breslow"``: they all have the same alternatives, as in goldfish.
        ``"plackett-luce"``: anyone who was named before in the sitting (or, without sittings, by the sender at that time) is no
        alternative any more; the rows of a sitting must then be in the order of naming.
    missing : str
        What is done where a term meets an unknown attribute. ``"refuse"``: the fit is refused, with the counts. ``"drop"``:
        alternatives with an unknown value are left out, and events of such persons. ``"indicator"``: the value counts as 0, and
        being unknown has a coefficient of its own. ``"mean"``: the mean of the known values stands in its place.
    cluster : str
        ``"sender"`` or ``"sitting"``: standard errors allow events of one sender, or of one sitting, to depend on one another;
        intervals then use Student's t. ``"none"``: events are taken for independent, given the terms.
    varying : str or tuple of str
        One or two terms whose coefficient varies from sender to sender, normally around a mean; ``sd(term)`` is estimated too.
        Where tastes differ, this also corrects `inertia`, which else takes a lasting taste for a habit.

    References
    ----------
    Stadtfeld, Block (2017), doi:10.15195/v4.a14; Plackett (1975), doi:10.2307/2346567.

    Examples
    --------
    >>> import numpy as np
    >>> from greatfear.estimate.events import Events
    >>> events = Events(3, np.arange(4.0), np.array([0, 1, 2, 0]), np.array([1, 0, 0, 1]))
    >>> NamingModel("recip").fit(events).n_events
    4
    """

    formula: str | Effect | Formula
    receivers: str | None = None
    opportunities: str | tuple[str, ...] | None = None
    start: float | None = None
    end: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    controls: Controls | None = None
    ties: TiedTimes = "breslow"
    missing: Missing = "refuse"
    cluster: Cluster = "none"
    varying: str | tuple[str, ...] = ()

    def request(self) -> Request:
        """Return what is to be tabulated."""
        formula = as_formula(self.formula, "alter")
        refuse_alone(formula, ("intercept",), "a choice has no intercept")
        if self.ties not in ("breslow", "plackett-luce"):
            raise FaultList([Fault("ties", repr(self.ties), "'breslow' or 'plackett-luce'")], "model")
        risk = RiskSet(receivers=self.receivers, opportunities=self.opportunities)
        check_missing(self.missing)
        request = Request(formula, risk, "choice", False, self.start, self.end, self.ties, missing=self.missing)
        check_dependence(request, self.cluster, self._varying())
        return request

    def _varying(self) -> tuple[str, ...]:
        """Return the terms whose coefficient varies from sender to sender, as the registry names them."""
        given = (self.varying,) if isinstance(self.varying, str) else self.varying
        names = as_formula(self.formula, "alter").names
        return tuple(canonical(dict.fromkeys(given, 0.0), names))


@dataclass(frozen=True, slots=True)
class RateModel(_Model):
    """Who sends next, and when? The rate part of a dynamic network actor model.

    Parameters
    ----------
    formula : str, Effect or Formula
        Effects of the sender; ``1`` is the intercept, the log rate per day.
    senders : str or None
        Attribute: only those for whom it is more than 0 at the moment can send. None: all actors.
    timing : str
        ``"interval"``: waiting times count; ``"ordinal"``: only who sends.
    start, end, fixed, controls, missing, cluster
        As in `NamingModel`; controls can be drawn where only the order counts.
    step : float or None
        Longest interval in days. Statistics that change as time passes (a half-life, time since) hold over an interval the
        value that they have at its end; a small step makes the error small.

    Notes
    -----
    The rate is constant between changes of anything that the formula reads. What happens at a time is seen after it. The time
    after the last event, up to `end`, counts as observed without an event (right-censored).

    References
    ----------
    Stadtfeld, Block (2017), doi:10.15195/v4.a14.

    Examples
    --------
    >>> import numpy as np
    >>> from greatfear.estimate.events import Events
    >>> events = Events(3, np.arange(4.0), np.array([0, 1, 2, 0]), np.array([1, 0, 0, 1]))
    >>> round(float(np.exp(RateModel("1").fit(events).coefficients["intercept"])), 4)
    0.4444
    """

    formula: str | Effect | Formula
    senders: str | None = None
    timing: Timing = "interval"
    start: float | None = None
    end: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    controls: Controls | None = None
    step: float | None = None
    missing: Missing = "refuse"
    cluster: Cluster = "none"

    def request(self) -> Request:
        """Return what is to be tabulated."""
        formula = as_formula(self.formula, "ego")
        refuse_pressure(formula, "a rate model")
        faults = [
            Fault(f"term {effect.name!r}", f"{effect.kind.name} of a pair", "effects of the sender (type=ego)")
            for effect in formula.effects
            if not effect.kind.is_of_one or effect.node == "alter"
        ]
        if faults:
            raise FaultList(faults, "rate formula")
        return _timed(Request(formula, RiskSet(senders=self.senders), "rate"), self)


@dataclass(frozen=True, slots=True)
class DyadicModel(_Model):
    """Which pair is next, and when? The relational event model.

    Parameters
    ----------
    formula : str, Effect or Formula
        Effects; ``1`` is the intercept, the log rate per pair and day.
    senders, receivers, opportunities
        Who is at risk, as in the other models.
    timing : str
        ``"interval"``: waiting times count; ``"ordinal"``: only which pair.
    start, end, fixed, controls, step, missing, cluster
        As in `RateModel`.

    References
    ----------
    Butts (2008), doi:10.1111/j.1467-9531.2008.00203.x.

    Examples
    --------
    >>> import numpy as np
    >>> from greatfear.estimate.events import Events
    >>> events = Events(3, np.arange(4.0), np.array([0, 1, 2, 0]), np.array([1, 0, 0, 1]))
    >>> DyadicModel("recip", timing="ordinal").fit(events).risk_set_sizes.tolist()
    [6.0, 6.0, 6.0, 6.0]
    """

    formula: str | Effect | Formula
    senders: str | None = None
    receivers: str | None = None
    opportunities: str | tuple[str, ...] | None = None
    timing: Timing = "interval"
    start: float | None = None
    end: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    controls: Controls | None = None
    step: float | None = None
    missing: Missing = "refuse"
    cluster: Cluster = "none"

    def request(self) -> Request:
        """Return what is to be tabulated."""
        risk = RiskSet(self.senders, self.receivers, self.opportunities)
        formula = as_formula(self.formula, "alter")
        refuse_pressure(formula, "a dyadic model")
        return _timed(Request(formula, risk, "dyad"), self)


def _timed(request: Request, model: RateModel | DyadicModel) -> Request:
    """Return the request of a model that may count time."""
    if model.timing not in ("interval", "ordinal"):
        raise FaultList([Fault("timing", repr(model.timing), "'interval' or 'ordinal'")], "model")
    if model.timing == "ordinal":
        refuse_alone(request.formula, ("intercept",), "without time there is no intercept")
    if model.step is not None and not model.step > 0:
        raise FaultList([Fault("step", repr(model.step), "days, more than 0")], "model")
    is_timed = model.timing == "interval"
    check_missing(model.missing)
    timed = replace(request, is_timed=is_timed, start=model.start, end=model.end)
    timed = replace(timed, step=model.step, missing=model.missing)
    check_dependence(timed, model.cluster)
    return timed
