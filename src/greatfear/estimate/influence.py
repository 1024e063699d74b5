"""How much each event, or each sender, moves the coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.events import Floats, Ints
from greatfear.estimate.fit import Fit
from greatfear.estimate.fitting import Data, table_of
from greatfear.estimate.probabilities import Model, check_own, shares
from greatfear.show.face import Shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.estimate.events import Events


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Influence(Shown):
    """What leaving out each event would do, to first order.

    Parameters
    ----------
    names : tuple of str
    number, sender : array of int, shape (events,)
        Place among all events; who sent it.
    time : array, shape (events,)
    change : array, shape (events, p)
        Coefficient with the event minus coefficient without it, in standard errors; 0 for fixed ones.
    """

    names: tuple[str, ...]
    number: Ints
    sender: Ints
    time: Floats
    change: Floats

    def __repr__(self) -> str:
        """Return the number of events and the terms on one line."""
        return f"<Influence of {len(self.number):,} events on {', '.join(self.names)}>"

    @property
    def distance(self) -> Floats:
        """Return the length of each event's change."""
        return np.asarray(np.linalg.norm(self.change, axis=1), np.float64)

    def by_sender(self, n_actors: int) -> Floats:
        """Return the change by all events of each sender, shape (actors, p): senders are clusters of like events."""
        return np.array([np.bincount(self.sender, column, n_actors) for column in self.change.T]).T

    def plot(self, events: Events | None = None, *, ax: Axes | None = None) -> Figure:
        """Return a figure of how far each event moves the coefficients; with the events by their names."""
        from greatfear.estimate.figures import draw_influence

        return draw_influence(self, events, ax=ax)


def influence(model: Model, events: Data, fit: Fit) -> Influence:
    """Return the influence of every event on every coefficient.

    The change is the event's score times the inverse of the information (one step of Newton's method).

    Parameters
    ----------
    model : NamingModel, RateModel or DyadicModel
        In which only the order counts.
    events : Events, archive, path of one, or table
    fit : Fit
        Of that model.

    Raises
    ------
    FaultList
        If time counts in the model: an event then has no alternatives of its own.

    References
    ----------
    Reid, Crépeau (1985), doi:10.1093/biomet/72.1.1.

    Examples
    --------
    >>> from greatfear.estimate.models import NamingModel
    >>> from greatfear.estimate.events import Events
    >>> events = Events(4, np.arange(6.0), np.array([0, 1, 2, 0, 3, 1]), np.array([1, 0, 0, 1, 2, 3]))
    >>> model = NamingModel("recip")
    >>> influence(model, events, model.fit(events)).change.shape
    (6, 1)
    """
    check_own(model, fit)
    task = model.task()
    if task.request.is_timed:
        raise FaultList(
            [Fault("timing", "'interval'", "'ordinal', for the same formula without intercept")], "influence"
        )
    table = table_of(task, events)
    share, _ = shares(table, fit.theta)
    begin = table.start[:-1][np.diff(table.start) > 0]
    mean = np.add.reduceat(table.x * share[:, None], begin, axis=0)
    place = np.searchsorted(begin, table.start[table.sets_of_events()])
    score = table.x[table.chosen] - mean[place]
    error = np.sqrt(np.diag(fit.covariance))
    change = np.divide(score @ fit.covariance, error, out=np.zeros_like(score), where=error > 0)
    sender = table.pair[table.chosen] // table.n_actors
    return Influence(table.names, table.number, sender, table.time[table.sets_of_events()], change)
