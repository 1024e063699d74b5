"""Choice-coordination: which two agree? The choice part of a dynamic network actor model for ties without direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from greatfear.errors import RiskSetError
from greatfear.estimate.deciding import Request
from greatfear.estimate.events import Exclusion, Floats, Ints
from greatfear.estimate.fit import Fit
from greatfear.estimate.fitting import Data, Task, as_events, fit_table, refuse_alone, table_of
from greatfear.estimate.formula import as_formula, canonical
from greatfear.estimate.kernels.coordination import coordination_likelihood
from greatfear.estimate.newton import Moment
from greatfear.estimate.pressure import refuse_pressure
from greatfear.estimate.risk import RiskSet
from greatfear.estimate.tabulating import Table
from greatfear.estimate.unknown import Missing, check_missing
from greatfear.naming.formula import Effect, Formula

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class CoordinationModel:
    """Which pair comes together? Each of the two must choose the other.

    The probability of the pair {i, j} is proportional to p(i chooses j) p(j chooses i), over all pairs at risk, where each p
    is that of a `NamingModel`. An event ties both to one another.

    Parameters
    ----------
    formula : str, Effect or Formula
        Effects of a choice.
    receivers : str or None
        Attribute: only those for whom it is more than 0 at the moment can come together.
    opportunities : str, tuple of str or None
        Network, or several of them joined: only those tied both ways can.
    start, end, fixed, missing
        As in `NamingModel`.

    References
    ----------
    Stadtfeld, Hollway, Block (2017), doi:10.1177/0081175017709295.

    Examples
    --------
    >>> from greatfear.estimate.events import Events
    >>> events = Events(4, np.arange(4.0), np.array([0, 1, 2, 0]), np.array([1, 2, 0, 1]))
    >>> fit = CoordinationModel("inertia").fit(events)
    >>> fit.model, fit.risk_set_sizes.tolist(), round(float(fit.null_loglik / np.log(6)), 6)
    ('coordination', [6.0, 6.0, 6.0, 6.0], -4.0)
    """

    formula: str | Effect | Formula
    receivers: str | None = None
    opportunities: str | tuple[str, ...] | None = None
    start: float | None = None
    end: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    missing: Missing = "refuse"

    def fit(self, events: Data) -> Fit:
        """Return the maximum-likelihood fit."""
        known = as_events(events)
        table = self.table(known)
        mirror = _mirror(table)
        table = _by_pairs(table, mirror)
        sender, chosen = table.pair // table.n_actors, np.sort(table.chosen)

        def moment(theta: Floats) -> Moment:
            score, information = np.zeros(theta.size), np.zeros((theta.size, theta.size))
            rows = (table.x, sender, mirror, table.start, chosen)
            total = coordination_likelihood(*rows, theta, score, information)
            return total, score, information

        return replace(fit_table(self.task(), table, moment), origin=known.origin, epoch=known.epoch)

    def table(self, events: Data) -> Table:
        """Return the statistics of all ordered pairs at every time."""
        return table_of(self.task(), events)

    def task(self) -> Task:
        """Return what is to be done."""
        request = self.request()
        return Task(request, canonical(self.fixed, request.formula.names))

    def request(self) -> Request:
        """Return what is to be tabulated."""
        formula = as_formula(self.formula, "alter")
        refuse_alone(formula, ("intercept", "ego"), "a choice compares the alternatives of one person")
        risk = RiskSet(self.receivers, self.receivers, self.opportunities)
        check_missing(self.missing)
        refuse_pressure(formula, "a coordination model")
        return Request(formula, risk, "coordination", False, self.start, self.end, missing=self.missing)


def _mirror(table: Table) -> Ints:
    """Return for the row of (i, j) that of (j, i), -1 where that is not at risk."""
    n, square = table.n_actors, table.n_actors * table.n_actors
    of_set = np.repeat(np.arange(table.start.size - 1), np.diff(table.start)) * square
    key = of_set + table.pair
    wanted = of_set + table.pair % n * n + table.pair // n
    row = np.minimum(np.searchsorted(key, wanted), key.size - 1)
    return np.where(key[row] == wanted, row, -1)


def _by_pairs(table: Table, mirror: Ints) -> Table:
    """Return the table with sizes of risk sets counted in pairs, and without events of pairs that cannot both choose."""
    is_mutual = mirror[table.chosen] >= 0
    lost = int((~is_mutual).sum())
    if not is_mutual.any():
        raise RiskSetError("no event is left: no pair that came together was at risk both ways")
    sizes = np.add.reduceat(np.append(mirror >= 0, 0), table.start[:-1]) / 2
    reason = Exclusion("event", "not at risk both ways", lost)
    return replace(
        table,
        chosen=table.chosen[is_mutual],
        number=table.number[is_mutual],
        sizes=sizes[table.sets_of_events()][is_mutual],
        left_out=(*table.left_out, *([reason] if lost else [])),
    )
