"""Test of fit for waiting times: under the model, time counted in expected events runs evenly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from greatfear.draws import Purpose, purpose_key
from greatfear.draws.generator import uniform
from greatfear.errors import Fault, FaultList
from greatfear.estimate.events import Floats
from greatfear.estimate.fit import Fit
from greatfear.estimate.fitting import Data, as_events
from greatfear.estimate.probabilities import Model, check_own
from greatfear.estimate.tabulating import Table, tabulate
from greatfear.show.face import Shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rescaled(Shown):
    """Residuals of a model in which time counts.

    Parameters
    ----------
    time : array, shape (m,)
        End of each gap between events, or of each unit of time.
    expected : array, shape (m,)
        Events that the model expected in it.
    count : array, shape (m,)
        Events that came: 1 for a gap.
    uniform : array, shape (m,)
        Evenly spread between 0 and 1 if the model holds.
    statistic, p : float
        Kolmogorov-Smirnov distance of `uniform` from the even spread, and its p-value.
    observed_by_actor, expected_by_actor : arrays, shape (actors,)
        Events sent, and expected to be sent over the whole observation (martingale residuals are their differences).
    unit : float or None
        Days of a unit of time; None where gaps were taken.
    """

    time: Floats
    expected: Floats
    count: Floats
    uniform: Floats
    statistic: float
    p: float
    observed_by_actor: Floats
    expected_by_actor: Floats
    unit: float | None

    def __repr__(self) -> str:
        """Return the number of gaps and the test on one line."""
        return (
            f"<Rescaled: {len(self.time):,} gaps; Kolmogorov-Smirnov distance {self.statistic:.3f}, p = {self.p:.3g}>"
        )

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of waiting times beside the model's; drawn into `ax` where axes are given."""
        from greatfear.estimate.figures import draw_rescaling

        return draw_rescaling(self, ax=ax)


def time_rescaling(model: Model, events: Data, fit: Fit, *, unit: float | None = None, seed: int = 0) -> Rescaled:
    """Return residuals of waiting times, and the test of whether they are what the model says.

    Between events, the expected number of events is exponential with mean 1. Where times are tied (dates of days), give `unit`:
    the number of events of each unit is then Poisson, and is spread evenly over its step.

    Parameters
    ----------
    model : RateModel or DyadicModel
        With ``timing="interval"``.
    events : Events, archive, path of one, or table
    fit : Fit
        Of that model.
    unit : float, optional
        Days.
    seed : int
        Of the even spread of counts.

    Raises
    ------
    FaultList
        If time does not count in the model, or times are tied and no unit is given.

    References
    ----------
    Brown et al. (2002), doi:10.1162/08997660252741149; Ogata (1988), doi:10.1080/01621459.1988.10478560.

    Examples
    --------
    >>> from greatfear.estimate.models import RateModel
    >>> from greatfear.estimate.events import Events
    >>> events = Events(3, np.arange(6.0), np.array([0, 1, 2, 0, 1, 2]), np.array([1, 0, 0, 1, 2, 1]))
    >>> model = RateModel("1")
    >>> round(float(time_rescaling(model, events, model.fit(events)).expected.mean()), 3)
    1.2
    """
    from scipy.stats import kstest

    check_own(model, fit)
    request = model.request()
    if not request.is_timed:
        raise FaultList([Fault("timing", "'ordinal'", "'interval': only then is there time to test")], "rescaling")
    table = tabulate(request, as_events(events))
    hazard = table.weight * np.exp(table.x @ fit.theta)
    of_set = np.repeat(np.arange(table.time.size), np.diff(table.start))
    expected = np.bincount(of_set, hazard, table.time.size) * table.exposure
    if unit is None:
        time, gap, count, spread = _by_gap(table, expected)
    else:
        time, gap, count, spread = _by_unit(table, expected, unit, seed)
    test = kstest(spread, "uniform")
    sender = table.pair // table.n_actors
    return Rescaled(
        *(time, gap, count, spread, float(test.statistic), float(test.pvalue)),
        observed_by_actor=np.bincount(sender[table.chosen], minlength=table.n_actors).astype(np.float64),
        expected_by_actor=np.bincount(sender, hazard * table.exposure[of_set], table.n_actors).astype(np.float64),
        unit=unit,
    )


def _by_gap(table: Table, expected: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return end, expected events, count and uniform value of every gap between events."""
    if (table.events > 1).any():
        worst = int(table.events.max())
        raise FaultList(
            [Fault("times", f"up to {worst} events at one time", "different times", "give unit=1.0 for dates of days")],
            "rescaling",
        )
    at = np.flatnonzero(table.events)
    total = np.cumsum(expected)[at]
    gap = np.diff(total, prepend=0.0)
    # observation may begin with the first event, before which nothing could be expected
    is_gap = gap > 0
    return table.time[at][is_gap], gap[is_gap], np.ones(int(is_gap.sum())), -np.expm1(-gap[is_gap])


def _by_unit(table: Table, expected: Floats, unit: float, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return end, expected events, count and uniform value of every unit of time."""
    from scipy.stats import poisson

    if not unit > 0:
        raise FaultList([Fault("unit", repr(unit), "days, more than 0")], "rescaling")
    # a unit ends with its events: (k - 1, k]
    place = np.ceil(np.round(table.time / unit, 9)).astype(np.int64)
    first, number = int(place.min()), int(place.max() - place.min()) + 1
    gap = np.bincount(place - first, expected, number).astype(np.float64)
    count = np.bincount(place - first, table.events, number).astype(np.float64)
    kept = gap > 0
    key = np.uint64(purpose_key(seed, 0, int(Purpose.REPLAY)))
    share = np.array([uniform(key, k, 1, 0) for k in range(number)])
    below = poisson.cdf(count - 1, gap)
    spread = below + share * (poisson.cdf(count, gap) - below)
    return np.asarray((first + np.arange(number)[kept]) * unit, np.float64), gap[kept], count[kept], spread[kept]
