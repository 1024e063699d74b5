"""Tests between nested models: by likelihood ratio (both fitted) and by score (only the smaller one fitted)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.fit import Fit
from greatfear.estimate.fitting import Data, table_for_fit
from greatfear.estimate.newton import likelihood
from greatfear.estimate.probabilities import Model
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class NestedTest:
    """Whether terms that a smaller model lacks are needed.

    Parameters
    ----------
    kind : str
        ``"likelihood ratio"`` or ``"score"``.
    terms : tuple of str
        What the larger model has more.
    statistic, df, p
        Degrees of freedom of the chi-square, if the terms are not needed.

    Examples
    --------
    >>> print(NestedTest("score", ("recip",), 3.84, 1, 0.05))
    score test of recip: chi-square 3.840 with 1 degree of freedom, p = 0.05
    """

    kind: str
    terms: tuple[str, ...]
    statistic: float
    df: int
    p: float

    def __str__(self) -> str:
        """Return the test in words."""
        what = f"{self.kind} test of {', '.join(self.terms)}"
        return f"{what}: chi-square {self.statistic:.3f} with {counted(self.df, 'degree')} of freedom, p = {self.p:.3g}"

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the statistic beside what chance reaches; drawn into `ax` where axes are given."""
        from greatfear.estimate.figures import draw_nested

        return draw_nested([self], ax=ax)


def likelihood_ratio(small: Fit, large: Fit) -> NestedTest:
    """Return the likelihood-ratio test between a model and one that has more terms.

    Raises
    ------
    FaultList
        If the two are not nested, or do not explain the same events among the same alternatives.

    References
    ----------
    Wilks (1938), doi:10.1214/aoms/1177732360.

    Examples
    --------
    >>> from greatfear.estimate.models import NamingModel
    >>> from greatfear.estimate.events import Events
    >>> events = Events(4, np.arange(6.0), np.array([0, 1, 2, 0, 3, 1]), np.array([1, 0, 0, 1, 2, 3]))
    >>> fits = [NamingModel(text).fit(events) for text in ("recip", "recip + indeg")]
    >>> likelihood_ratio(*fits).terms
    ('indeg(type=alter)',)
    """
    terms = _more(small, large.names, large.is_free.tolist())
    faults = [
        Fault(what, f"{one} and {other}", "the same")
        for what, one, other in (
            ("model", f"{small.model}, {small.timing}", f"{large.model}, {large.timing}"),
            ("events", small.n_events, large.n_events),
            ("risk set", small.risk_set, large.risk_set),
            ("tied times", small.ties, large.ties),
        )
        if one != other
    ]
    if not faults and not np.array_equal(small.risk_set_sizes, large.risk_set_sizes):
        faults.append(Fault("risk set", "sizes that differ by event", "the same alternatives for every event"))
    if small.timing == "interval" and not np.isclose(_exposure(small), _exposure(large), rtol=1e-9):
        fix = "give both start and end"
        faults.append(Fault("observation", "periods that differ", "the same start and end", fix))
    if faults:
        raise FaultList(faults, "likelihood ratio")
    return _test("likelihood ratio", terms, 2 * (large.loglik - small.loglik))


def score_test(small: Fit, model: Model, events: Data) -> NestedTest:
    """Return the score test of the terms that a model has beyond a fitted one; the model itself is not fitted.

    Parameters
    ----------
    small : Fit
    model : NamingModel, RateModel or DyadicModel
        With all terms of the fit and more; else as that of the fit.
    events : Events, archive, path of one, or table

    Raises
    ------
    FaultList
        If the two are not nested, or the model explains other events.

    References
    ----------
    Rao (1948), doi:10.1017/S0305004100023987.

    Examples
    --------
    >>> from greatfear.estimate.models import NamingModel
    >>> from greatfear.estimate.events import Events
    >>> events = Events(4, np.arange(6.0), np.array([0, 1, 2, 0, 3, 1]), np.array([1, 0, 0, 1, 2, 3]))
    >>> score_test(NamingModel("recip").fit(events), NamingModel("recip + indeg"), events).df
    1
    """
    task = model.task()
    table = table_for_fit(task, events)
    names = table.names
    is_free = [name not in task.fixed for name in names]
    terms = _more(small, names, is_free)
    if table.chosen.size != small.n_events or not np.array_equal(table.sizes, small.risk_set_sizes):
        found = f"{table.chosen.size} events, {small.n_events} in the fit, or other risk sets"
        raise FaultList([Fault("events", found, "the events and alternatives of the fit")], "score test")
    theta = np.array([small.coefficients.get(name, task.fixed.get(name, 0.0)) for name in names])
    _, score, information = likelihood(table, theta, is_timed=task.request.is_timed)
    free = np.flatnonzero(is_free)
    # a smaller model that held terms fixed has a score in these too: it counts against their freedom
    statistic = score[free] @ np.linalg.solve(information[np.ix_(free, free)], score[free])
    return _test("score", terms, float(statistic))


def _exposure(fit: Fit) -> float:
    """Return person-days (or pair-days) at risk: with every coefficient 0, each day of each is one expected event."""
    return -fit.null_loglik


def _more(small: Fit, names: tuple[str, ...], is_free: list[bool]) -> tuple[str, ...]:
    """Return the free terms that the larger model has more; refuse where it lacks one or has none more."""
    absent = [name for name in small.names if name not in names]
    free = {name for name, held in zip(small.names, small.is_free, strict=True) if held}
    terms = tuple(name for name, held in zip(names, is_free, strict=True) if held and name not in free)
    lost = [name for name in free if name in names and not is_free[names.index(name)]]
    if absent or lost or not terms:
        found = f"without {', '.join([*absent, *lost])}" if absent or lost else "no further free term"
        raise FaultList([Fault("larger model", found, f"all of {' + '.join(small.names)}, and more")], "nested models")
    return terms


def _test(kind: str, terms: tuple[str, ...], statistic: float) -> NestedTest:
    """Return the test with its p-value."""
    from scipy.stats import chi2

    return NestedTest(kind, terms, float(statistic), len(terms), float(chi2.sf(statistic, len(terms))))
