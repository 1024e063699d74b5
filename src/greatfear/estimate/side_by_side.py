"""Several fits side by side: a table as papers print it, and a figure of coefficients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.canvas import GREY, PALETTE, as_it_stands, figure
from greatfear.errors import Fault, FaultList, WrongArgumentError
from greatfear.estimate.fit import Fit
from greatfear.show.table import Cell, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKS = "osD^vP"


@dataclass(frozen=True, slots=True, repr=False)
class FitsTable(Table):
    """Fits side by side; all rows are shown."""

    fits: Mapping[str, Fit] = field(default_factory=dict)
    """The fits by the heads of their columns."""

    def plot(self, *, level: float = 0.95, ax: Axes | None = None) -> Figure:
        """Return a figure of the coefficients with Wald intervals, a mark per fit; drawn into `ax` where axes are given."""
        return draw_coefficients(self.fits, level, ax)

    def __str__(self) -> str:
        """Return the whole table as text."""
        return self.to_text(most=None)

    def _repr_html_(self) -> str:
        return self.to_html()


def fits_table(*fits: Fit, names: Sequence[str] | None = None, digits: int = 3) -> FitsTable:
    """Return several fits side by side, a row per term and a column per fit.

    Parameters
    ----------
    *fits : Fit
    names : sequence of str, optional
        Heads of the columns; "model 1", "model 2" and so on if not given.
    digits : int
        Decimals of coefficients and standard errors.

    Returns
    -------
    Table
        Estimates with standard errors in brackets, then log-likelihood, AIC, BIC, events, mean size of the risk set, tied events
        and dependence. `to_latex()`, `to_html()`, `to_csv()` and `to_pandas()` give other forms.

    Raises
    ------
    FaultList
        Without a fit, or with another number of names.

    See Also
    --------
    Fit.plot : the coefficients as a figure.

    Examples
    --------
    >>> import numpy as np
    >>> from greatfear.estimate import Events, NamingModel
    >>> events = Events(4, np.arange(6.0), np.array([0, 1, 2, 0, 3, 1]), np.array([1, 0, 0, 1, 2, 3]))
    >>> table = fits_table(*(NamingModel(text).fit(events) for text in ("reciprocity", "reciprocity + indeg")))
    >>> table["term"][:3]
    ['reciprocity', 'indeg(type=alter)', 'log-likelihood']
    """
    heads = list(names) if names is not None else [f"model {k + 1}" for k in range(len(fits))]
    if not fits or len(heads) != len(fits) or len({*heads, "term"}) != len(heads) + 1:
        got = f"{len(fits)} fits and the names {', '.join(heads) or 'none'}"
        raise FaultList([Fault("fits_table", got, "at least one fit, and a name of its own for each")], "fits_table")
    for fit in fits:
        require_fit(fit)
    terms = list(dict.fromkeys(name for fit in fits for name in fit.names))
    columns: dict[str, Sequence[Cell]] = {"term": [*terms, *_about(fits[0])]}
    for head, fit in zip(heads, fits, strict=True):
        columns[head] = [*(_cell(fit, term, digits) for term in terms), *_about(fit).values()]
    about = "estimates with standard errors in brackets"
    note = "Log-likelihood, AIC and BIC compare only fits of the same events."
    return FitsTable("fits", about, columns, note=note, fits=dict(zip(heads, fits, strict=True)))


def require_fit(value: object) -> None:
    """Refuse a value that is no fit."""
    if not isinstance(value, Fit):
        raise WrongArgumentError("fits", value, "a fit, as in NamingModel('kin').fit(archive)")


@as_it_stands
def draw_coefficients(fits: Mapping[str, Fit], level: float = 0.95, ax: Axes | None = None) -> Figure:
    """Return estimates with Wald intervals, a row per term and a mark per fit.

    Parameters
    ----------
    fits : mapping of str to Fit
        By the name that the legend gives.
    level : float
        Of the intervals.
    ax : matplotlib axes, optional
        Where to draw; a figure of its own if not given.
    """
    if not isinstance(fits, Mapping):
        raise WrongArgumentError("fits", fits, "fits by name, as in {'kin only': fit}")
    for fit in fits.values():
        require_fit(fit)
    terms = list(dict.fromkeys(name for fit in fits.values() for name in fit.names))
    drawn: Any
    if ax is None:
        drawn, (axes,) = figure((7, 1.2 + 0.42 * len(terms)))
    else:
        drawn, axes = ax.figure, ax
    for row, (label, fit) in enumerate(fits.items()):
        place = [terms.index(name) + (row - (len(fits) - 1) / 2) * 0.22 for name in fit.names]
        low, high = np.array(list(fit.interval(level).values())).T
        style = {"color": PALETTE[row % len(PALETTE)], "marker": _MARKS[row % len(_MARKS)], "linestyle": "none"}
        axes.errorbar(fit.theta, place, xerr=[fit.theta - low, high - fit.theta], label=label, markersize=5, **style)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(terms)), [term.replace("$", r"\$") for term in terms])
    axes.invert_yaxis()
    axes.set_xlabel(f"coefficient (change of log odds or log rate per unit), {level:.0%} interval")
    if len(fits) > 1 and ax is None:
        drawn.legend(frameon=False, loc="outside upper center", ncols=min(len(fits), 3))
    elif len(fits) > 1:
        axes.legend(frameon=False)
    found: Figure = drawn
    return found


def _about(fit: Fit) -> dict[str, Cell]:
    """Return what stands below the coefficients of a fit."""
    return {
        "log-likelihood": f"{fit.loglik:.3f}",
        "AIC": f"{fit.aic:.2f}",
        "BIC": f"{fit.bic:.2f}",
        "events": f"{fit.n_events:,}",
        "mean risk set": f"{float(fit.risk_set_sizes.mean()):.1f}",
        "tied events": {"breslow": "Breslow", "plackett-luce": "Plackett-Luce"}[fit.ties],
        "dependence": fit.dependence or "events taken for independent",
    }


def _cell(fit: Fit, term: str, digits: int) -> str:
    """Return an estimate with its standard error; nothing where the fit lacks the term."""
    if term not in fit.names:
        return ""
    error = fit.standard_errors[term]
    bracket = "fixed" if math.isnan(error) else f"{error:.{digits}f}"
    return f"{fit.coefficients[term]:.{digits}f} ({bracket})"
