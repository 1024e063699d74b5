"""A fit as text, LaTeX and HTML."""

from __future__ import annotations

import datetime as dt
import html
import math
from typing import TYPE_CHECKING, Any

from greatfear.show.grid import grid
from greatfear.show.wording import counted
from greatfear.sources import latex_text

if TYPE_CHECKING:
    from greatfear.estimate.fit import Fit

_HEAD = ("term", "estimate", "std. error", "z", "p")
_TIES = {
    "breslow": "Breslow: events at one time see the same past and have the same candidates",
    "plackett-luce": "Plackett-Luce: events at one time see the same past; a person named earlier in the sitting is no candidate",
}


def as_text(fit: Fit) -> str:
    """Return coefficients, fit, risk set and what was left out."""
    rows = [_HEAD, *(_cells(row) for row in fit.to_rows())]
    lines = grid(rows, indent="")
    head = f"{fit.model} model, {fit.timing}: {fit.n_events} events"
    head += f" and {counted(fit.n_silent, 'interval')} without an event" if fit.n_silent else ""
    return "\n".join([head, *(f"{name}: {value}" for name, value in _notes(fit)), "", *lines])


def as_latex(fit: Fit) -> str:
    r"""Return a table for LaTeX, with its notes below."""
    lines = [r"\begin{tabular}{lrrrr}", r"\hline", " & ".join(_HEAD) + r" \\", r"\hline"]
    lines += [" & ".join(map(latex_text, cells)) + r" \\" for cells in map(_cells, fit.to_rows())]
    notes = [rf"\multicolumn{{5}}{{l}}{{{latex_text(name)}: {latex_text(value)}}} \\" for name, value in _notes(fit)]
    return "\n".join([*lines, r"\hline", *notes, r"\end{tabular}"])


def as_html(fit: Fit) -> str:
    """Return a table for web pages and notebooks."""

    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(row(_cells(r), "td") for r in fit.to_rows())
    notes = "; ".join(f"{name}: {value}" for name, value in _notes(fit))
    caption = f"<caption>{html.escape(f'{fit.model} model, {fit.n_events} events; {notes}')}</caption>"
    return f"<table>{caption}<thead>{row(_HEAD, 'th')}</thead><tbody>{body}</tbody></table>"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the cells of a row of coefficients; a fixed one has no error."""
    p = "<0.0001" if row["p"] < 0.00005 else f"{row['p']:.4f}"
    numbers = (f"{row['estimate']:.4f}", f"{row['std_error']:.4f}", f"{row['z']:.2f}", p)
    return (
        row["term"],
        *(
            _without_error(row["term"]) if n == "nan" and k == 1 else "" if n == "nan" else n
            for k, n in enumerate(numbers)
        ),
    )


def _without_error(term: str) -> str:
    """Return why a coefficient has no standard error."""
    return "at its edge" if term.startswith("sd(") else "fixed"


def _observed(fit: Fit) -> str:
    """Return the time of observation in days, with dates where they are known."""
    start, end = fit.observed or (0.0, 0.0)
    days = f"{end - start:g} days, from day {start:g} to day {end:g}"
    if fit.epoch is None:
        return days
    first, last = (fit.epoch + dt.timedelta(days=math.floor(day)) for day in (start, end))
    return f"{days} ({first.isoformat()} to {last.isoformat()})"


def _notes(fit: Fit) -> list[tuple[str, str]]:
    """Return what stands above or below the coefficients."""
    sizes = fit.risk_set_sizes
    low, high = float(sizes.min()), float(sizes.max())
    size = f"{low:g}" if low == high else f"{low:g} to {high:g}, mean {float(sizes.mean()):.1f}"
    notes = [
        ("risk set", f"{fit.risk_set}; size {size}"),
        *([("observed", _observed(fit))] if fit.observed else []),
        ("log-likelihood", f"{fit.loglik:.4f} (all coefficients 0: {fit.null_loglik:.4f})"),
        (
            "AIC, BIC, AICc",
            f"{fit.aic:.2f}, {fit.bic:.2f}, {fit.aicc:.2f}" if math.isfinite(fit.aicc) else "too few events",
        ),
        ("tied events", _TIES[fit.ties]),
        *([("dependence", fit.dependence)] if fit.dependence else []),
        *([("unknown values", fit.missing)] if fit.missing else []),
        ("excluded", "; ".join(f"{counted(e.count, e.what, ',')} {e.reason}" for e in fit.left_out) or "nothing"),
    ]
    state = f"{'converged' if fit.converged else 'NOT converged'} after {fit.iterations} steps"
    if fit.boundless:
        state = f"estimate diverges (complete separation): {', '.join(fit.boundless)}"
    return [*notes, ("estimation", f"{state}, largest score {fit.max_score:.1e}")]
