"""A fit as text, LaTeX and HTML."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

from greatfear.show.grid import grid
from greatfear.show.table import latex_text

if TYPE_CHECKING:
    from greatfear.estimate.fit import Fit

__all__ = ["as_html", "as_latex", "as_text"]

_HEAD = ("term", "estimate", "std. error", "z", "p")
_TIES = {
    "breslow": "all see the state before, and have the same alternatives",
    "plackett-luce": "all see the state before; whoever was named before in the sitting is no alternative any more",
}


def as_text(fit: Fit) -> str:
    """Return coefficients, fit, risk set and what was left out."""
    rows = [_HEAD, *(_cells(row) for row in fit.to_rows())]
    lines = grid(rows, indent="")
    head = f"{fit.model} model, {fit.timing}: {fit.n_events} events"
    head += f" and {fit.n_silent} intervals that end without one" if fit.n_silent else ""
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
        *("fixed" if n == "nan" and k == 1 else "" if n == "nan" else n for k, n in enumerate(numbers)),
    )


def _notes(fit: Fit) -> list[tuple[str, str]]:
    """Return what stands above or below the coefficients."""
    sizes = fit.risk_set_sizes
    low, high = float(sizes.min()), float(sizes.max())
    size = f"{low:g}" if low == high else f"{low:g} to {high:g}, mean {float(sizes.mean()):.1f}"
    notes = [
        ("risk set", f"{fit.risk_set}; size {size}"),
        ("log-likelihood", f"{fit.loglik:.4f} (all coefficients 0: {fit.null_loglik:.4f})"),
        (
            "AIC, BIC, AICc",
            f"{fit.aic:.2f}, {fit.bic:.2f}, {fit.aicc:.2f}" if math.isfinite(fit.aicc) else "too few events",
        ),
        ("tied times", f"{_TIES[fit.ties]} ({fit.ties})"),
        *([("unknown", fit.missing)] if fit.missing else []),
        ("left out", "; ".join(f"{e.count} {e.what}(s): {e.reason}" for e in fit.left_out) or "nothing"),
    ]
    state = (
        f"converged after {fit.iterations} steps" if fit.converged else f"NOT converged after {fit.iterations} steps"
    )
    if fit.boundless:
        state = f"NO finite estimate of {', '.join(fit.boundless)}: all events, or none, have it"
    return [*notes, ("estimation", f"{state}, largest score {fit.max_score:.1e}")]
