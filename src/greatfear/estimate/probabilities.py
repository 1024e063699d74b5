"""The probability of each event under given coefficients: what the simulator wrote down, and what makes an event odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from greatfear.errors import Fault, FaultList, UnknownNameError
from greatfear.estimate.deciding import Request
from greatfear.estimate.events import Floats, Ints
from greatfear.estimate.fit import Fit
from greatfear.estimate.fitting import Data, Task, table_of
from greatfear.estimate.formula import canonical
from greatfear.estimate.tabulating import Table
from greatfear.show.face import Shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.estimate.events import Events


class Model(Protocol):
    """A rate, naming or dyadic model."""

    def request(self) -> Request:
        """Return what is to be tabulated."""
        ...

    def task(self) -> Task:
        """Return what is to be done."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Probabilities(Shown):
    """For each explained event, what the model gave to the alternatives at that moment.

    Parameters
    ----------
    number : array of int, shape (events,)
        Place among all events.
    logp : array, shape (events,)
        Log-probability of what happened, given that an event happened then, nats.
    entropy, spread : arrays, shape (events,)
        Mean and standard deviation of minus log-probability under the model: what was to be expected.
    """

    number: Ints
    logp: Floats
    entropy: Floats
    spread: Floats

    def __repr__(self) -> str:
        """Return the number of events and their mean log-probability on one line."""
        return f"<Probabilities of {len(self.number):,} events: mean log-probability {self.logp.mean():.3f}>"

    @property
    def surprise(self) -> Floats:
        """Return (-logp - entropy) / spread; 0 where all alternatives were alike."""
        beyond = -self.logp - self.entropy
        return np.divide(beyond, self.spread, out=np.zeros_like(beyond), where=self.spread > 1e-12)

    def plot(self, events: Events | None = None, *, ax: Axes | None = None) -> Figure:
        """Return a figure of how surprising each event was; with the events by their names."""
        from greatfear.estimate.figures import draw_outliers

        return draw_outliers(self, events, ax=ax)


def coefficients_of(names: tuple[str, ...], theta: Mapping[str, float] | Floats | Fit) -> Floats:
    """Return coefficients in the order of the terms.

    Raises
    ------
    UnknownNameError
        If a term is not among the names.
    FaultList
        If a term has no coefficient.
    """
    if isinstance(theta, Fit):
        theta = {name: value for name, value in theta.coefficients.items() if not name.startswith("sd(")}
    if isinstance(theta, Mapping):
        theta = canonical(theta, names)
        for name in theta:
            if name not in names:
                raise UnknownNameError("term", name, names)
        faults = [Fault(f"theta.{name}", "nothing", "a coefficient") for name in names if name not in theta]
        if faults:
            raise FaultList(faults, "coefficients")
        return np.array([theta[name] for name in names], np.float64)
    return np.asarray(theta, np.float64)


def check_own(model: Model, fit: Fit) -> None:
    """Refuse a fit that is of another formula than the model.

    Raises
    ------
    FaultList
        Giving both.
    """
    names = model.request().formula.names
    own = tuple(name for name in fit.names if not name.startswith(("unknown(", "sd(")))
    if names != own:
        raise FaultList([Fault("fit", " + ".join(fit.names), " + ".join(names), "give the model of the fit")], "fit")


def log_probabilities(model: Model, events: Data, theta: Mapping[str, float] | Floats | Fit) -> Floats:
    """Return the log-probability of each explained event, given that an event happened at its moment.

    With ``ties="plackett-luce"`` and the archive of a simulated run, whose risk sets were the contacts of the speakers, this
    is what the simulator wrote into the truth.

    Parameters
    ----------
    model : NamingModel, RateModel or DyadicModel
    events : Events, archive, path of one, or table
    theta : mapping, array or Fit
        Coefficients by full term, or in the order of the terms.

    Returns
    -------
    array, shape (events,)
        Nats, in the order of the events that the model explains.

    Raises
    ------
    FaultList, UnknownNameError
        If coefficients and terms differ.

    Examples
    --------
    >>> from greatfear.estimate.models import NamingModel
    >>> from greatfear.estimate.events import Events
    >>> events = Events(3, np.array([1.0, 2.0]), np.array([0, 1]), np.array([1, 0]))
    >>> np.exp(log_probabilities(NamingModel("recip"), events, {"recip": np.log(3)})).round(3).tolist()
    [0.5, 0.75]
    """
    return event_probabilities(model, events, theta).logp


def event_probabilities(model: Model, events: Data, theta: Mapping[str, float] | Floats | Fit) -> Probabilities:
    """Return what the model gave to each explained event and to its alternatives.

    Raises
    ------
    FaultList, UnknownNameError
        If coefficients and terms differ.

    Examples
    --------
    >>> from greatfear.estimate.models import NamingModel
    >>> from greatfear.estimate.events import Events
    >>> events = Events(3, np.array([1.0, 2.0]), np.array([0, 1]), np.array([1, 0]))
    >>> event_probabilities(NamingModel("recip"), events, {"recip": 0.0}).entropy.round(3).tolist()
    [0.693, 0.693]
    """
    task = model.task()
    # whatever happened, happened at a moment: the sets are those of the order alone
    table = table_of(replace(task, request=replace(task.request, is_timed=False)), events)
    share, log_share = shares(table, coefficients_of(table.names, theta))
    of_set = table.sets_of_events()
    begin = table.start[:-1][np.diff(table.start) > 0]
    place = np.searchsorted(begin, table.start[of_set])
    mean = np.add.reduceat(-share * log_share, begin)
    square = np.add.reduceat(share * log_share**2, begin)
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    return Probabilities(table.number, log_share[table.chosen], mean[place], spread[place])


def shares(table: Table, theta: Floats) -> tuple[Floats, Floats]:
    """Return the probability of every row within its set, and its logarithm; a weight of n counts as n alternatives."""
    u = table.x @ theta
    sizes = np.diff(table.start)
    begin, sizes = table.start[:-1][sizes > 0], sizes[sizes > 0]
    top = np.repeat(np.maximum.reduceat(u, begin), sizes)
    log_sum = np.log(np.add.reduceat(table.weight * np.exp(u - top), begin))
    log_share = u - top - np.repeat(log_sum, sizes)
    return table.weight * np.exp(log_share), log_share
