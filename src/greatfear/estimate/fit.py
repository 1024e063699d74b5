"""The frozen result of a fit: estimates, fit, size of the risk set, what was left out; and its tables."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.events import Bools, Exclusion, Floats
from greatfear.show.face import Json
from greatfear.sources import Certainty, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.estimate.claims import Claims


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fit:
    """What a model found.

    Parameters
    ----------
    model, timing : str
        ``"choice"``, ``"rate"`` or ``"dyadic"``; ``"interval"`` where time counts, else ``"ordinal"``.
    names : tuple of str
        Full terms, no two the same.
    theta, covariance : arrays, shapes (p,) and (p, p)
        Estimates; inverse of the expected information at the end, 0 for parameters that were fixed.
    is_free : array of bool, shape (p,)
    loglik, null_loglik : float
        At the estimates, and with every coefficient 0 (ordinal: minus the sum of log sizes of risk sets).
    n_events, n_silent : int
        Events explained, and intervals that end without one (right-censored).
    risk_set : str
        The rule in words.
    risk_set_sizes : array of float, shape (n_events,)
    ties : str
        The rule for events of one time: ``"breslow"`` or ``"plackett-luce"``.
    left_out : tuple of Exclusion
    converged, iterations, max_score
        How Newton's method ended; `max_score` is the largest absolute score of a free parameter.
    boundless : tuple of str
        Terms whose estimate diverges (complete separation: all events have them, or none); such a fit has not converged.
    origin : Source or None
        Where the events come from.
    missing : str
        What was done with unknown attributes, in words; empty where no term met one.
    observed : tuple of float or None
        First and last time of observation in days, where time counts.
    epoch : date or None
        The date of day 0.
    dependence : str
        How events of one sender may depend on one another, in words; empty where they are taken for independent.
    n_clusters : int
        Clusters of the standard errors, 0 for none.

    Notes
    -----
    AIC, BIC and AICc count free parameters; n is events plus silent intervals, as in goldfish.

    Examples
    --------
    >>> import numpy as np
    >>> from greatfear.estimate.events import Events
    >>> from greatfear.estimate.models import NamingModel
    >>> events = Events(4, np.arange(6.0), np.array([0, 1, 2, 0, 3, 1]), np.array([1, 0, 0, 1, 2, 3]))
    >>> fit = NamingModel("recip").fit(events)
    >>> fit.names, fit.converged
    (('reciprocity',), True)
    """

    model: str
    timing: str
    names: tuple[str, ...]
    theta: Floats
    covariance: Floats
    is_free: Bools
    loglik: float
    null_loglik: float
    n_events: int
    n_silent: int
    risk_set: str
    risk_set_sizes: Floats
    ties: str
    left_out: tuple[Exclusion, ...]
    converged: bool
    iterations: int
    max_score: float
    boundless: tuple[str, ...] = ()
    origin: Source | None = None
    missing: str = ""
    observed: tuple[float, float] | None = None
    epoch: dt.date | None = None
    dependence: str = ""
    n_clusters: int = 0

    @property
    def coefficients(self) -> dict[str, float]:
        """Return estimates by full term."""
        return dict(zip(self.names, self.theta.tolist(), strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Return standard errors by full term; NaN for fixed parameters."""
        return dict(zip(self.names, self._errors().tolist(), strict=True))

    @property
    def n_parameters(self) -> int:
        """Return the number of free parameters."""
        return int(self.is_free.sum())

    @property
    def n_observations(self) -> int:
        """Return n of BIC and AICc: events and silent intervals."""
        return self.n_events + self.n_silent

    @property
    def aic(self) -> float:
        """Return Akaike's criterion."""
        return 2 * self.n_parameters - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Return the Bayesian criterion."""
        return self.n_parameters * math.log(self.n_observations) - 2 * self.loglik

    @property
    def aicc(self) -> float:
        """Return Akaike's criterion for small samples; infinite where there are too few observations."""
        k, n = self.n_parameters, self.n_observations
        return self.aic + 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else math.inf

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Return Wald intervals by full term, by Student's t where errors are clustered."""
        from scipy.stats import norm, t

        tail = 0.5 + level / 2
        half = float(t.ppf(tail, self.n_clusters - 1) if self.n_clusters else norm.ppf(tail)) * self._errors()
        pairs = zip((self.theta - half).tolist(), (self.theta + half).tolist(), strict=True)
        return dict(zip(self.names, pairs, strict=True))

    def to_rows(self) -> list[dict[str, Json]]:
        """Return one row per term: term, estimate, std_error, z, p."""
        errors = self._errors()
        z = np.divide(self.theta, errors, out=np.full(errors.size, np.nan), where=errors > 0)
        # that a standard deviation is 0 lies on the edge of what is possible: no test of this kind holds there
        z[[name.startswith("sd(") for name in self.names]] = np.nan
        columns = (self.names, self.theta.tolist(), errors.tolist(), z.tolist(), self._p_values(z))
        keys = ("term", "estimate", "std_error", "z", "p")
        return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]

    def _p_values(self, z: Floats) -> list[float]:
        """Return two-sided p-values, by Student's t where errors are clustered."""
        if not self.n_clusters:
            return [math.erfc(abs(value) / math.sqrt(2)) for value in z.tolist()]
        from scipy.stats import t

        return [2 * float(t.sf(abs(value), self.n_clusters - 1)) for value in z.tolist()]

    def to_pandas(self) -> pd.DataFrame:
        """Return `to_rows` as a pandas frame."""
        try:
            import pandas as pd
        except ImportError as error:
            from greatfear.errors import MissingExtraError

            raise MissingExtraError("pandas", "frames", "a table as a frame") from error
        return pd.DataFrame(self.to_rows())

    def to_dict(self) -> dict[str, Json]:
        """Return everything that a table needs, ready for JSON."""
        sizes = self.risk_set_sizes
        return {
            "model": self.model,
            "origin": None if self.origin is None else self.origin.citation,
            "timing": self.timing,
            "loglik": self.loglik,
            "null_loglik": self.null_loglik,
            "aic": self.aic,
            "bic": self.bic,
            "aicc": self.aicc,
            "n_events": self.n_events,
            "n_silent": self.n_silent,
            "coefficients": self.coefficients,
            "standard_errors": {k: None if math.isnan(v) else v for k, v in self.standard_errors.items()},
            "ties": self.ties,
            "risk_set": self.risk_set,
            "risk_set_size": {"least": float(sizes.min()), "mean": float(sizes.mean()), "most": float(sizes.max())},
            "missing": self.missing,
            "dependence": self.dependence,
            "observed": None if self.observed is None else list(self.observed),
            "left_out": [{"what": e.what, "reason": e.reason, "count": e.count} for e in self.left_out],
            "converged": self.converged,
            "iterations": self.iterations,
            "max_score": self.max_score,
            "boundless": list(self.boundless),
        }

    def as_claims(
        self,
        source: Source | None = None,
        *,
        rename: Mapping[str, str] | None = None,
        certainty: Certainty = Certainty.POSSIBLE,
    ) -> Claims:
        """Return the coefficients with intervals and grounds, as a scenario's `naming.theta` takes them.

        The source is that of the archive unless another one is given. See `greatfear.estimate.claims.claims_of`.
        """
        from greatfear.estimate.claims import claims_of

        if source is None and self.origin is None:
            fix = "events that come from no archive need as_claims(Source(key, citation))"
            raise FaultList([Fault("source", "none", "a Source", fix)], "claims")
        return claims_of(self, source or self.origin, rename=rename, certainty=certainty)  # type: ignore[arg-type]

    def plot(self, *, level: float = 0.95, ax: Axes | None = None) -> Figure:
        """Return a figure of the coefficients with their intervals; drawn into `ax` where one is given."""
        from greatfear.estimate.side_by_side import draw_coefficients

        return draw_coefficients({self.model: self}, level, ax)

    def summary(self) -> str:
        """Return the result as text."""
        from greatfear.estimate.fit_text import as_text

        return as_text(self)

    def to_latex(self) -> str:
        """Return the result as a LaTeX table."""
        from greatfear.estimate.fit_text import as_latex

        return as_latex(self)

    def to_html(self) -> str:
        """Return the result as an HTML table."""
        from greatfear.estimate.fit_text import as_html

        return as_html(self)

    def to_csv(self) -> str:
        """Return `to_rows` as text with commas."""
        import csv
        import io

        text = io.StringIO()
        writer = csv.DictWriter(text, ["term", "estimate", "std_error", "z", "p"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.to_rows())
        return text.getvalue().rstrip("\n")

    def to_json(self) -> str:
        """Return `to_dict` as one line of JSON; what is not finite becomes null."""
        import json

        from greatfear.show.plain import plain

        return json.dumps(plain(self.to_dict()), ensure_ascii=False, allow_nan=False)

    def __repr__(self) -> str:
        """Return model, size and log-likelihood on one line."""
        return f"<Fit of a {self.model} model: {len(self.names)} terms, {self.n_events} events, log-likelihood {self.loglik:.2f}>"

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        """Return the table that notebooks show."""
        return self.to_html()

    def _errors(self) -> Floats:
        return np.where(self.is_free, np.sqrt(np.diag(self.covariance)), np.nan)
