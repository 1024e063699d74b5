"""Fitted coefficients as claims of a scenario: values with intervals, and what they were fitted on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greatfear.errors import Fault, FaultList
from greatfear.estimate.fit import Fit
from greatfear.estimate.formula import parse_formula
from greatfear.estimate.kernels.statistics import MECHANISM
from greatfear.naming.formula import Effect
from greatfear.naming.registry import STATISTICS
from greatfear.sources import Certainty, Claim, Level, Source


@dataclass(frozen=True, slots=True)
class Claims:
    """Coefficients that a scenario can take, and those that it cannot.

    Parameters
    ----------
    source : Source
        What the events were.
    theta : mapping of str to Claim
        By term of the naming rule.
    left_out : mapping of str to str
        Terms of the fit that the naming rule has not, and why.
    """

    source: Source
    theta: Mapping[str, Claim]
    left_out: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return `sources` and `naming.theta` in the human form of a scenario."""
        cited = {
            "citation": self.source.citation,
            "year": self.source.year,
            "doi": self.source.doi,
            "url": self.source.url,
        }
        theta = {
            term: {
                "value": claim.value,
                "source": claim.source,
                "place": claim.place,
                "reason": claim.reason,
                "level": claim.level.value,
                "certainty": claim.certainty.value,
            }
            for term, claim in self.theta.items()
        }
        sources = {self.source.key: {name: value for name, value in cited.items() if value}}
        return {"sources": sources, "naming": {"theta": theta}}

    def __str__(self) -> str:
        """Return the same as lines that can stand in a scenario's YAML, with what was left out as comments."""
        import json

        tree = self.to_dict()

        def line(key: str, value: Any) -> str:
            return f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"

        lines = ["sources:", *(f"  {line(key, value)}" for key, value in tree["sources"].items())]
        lines += ["naming:", "  theta:", *(f"    {line(k, v)}" for k, v in tree["naming"]["theta"].items())]
        return "\n".join([*lines, *(f"    # {term}: not carried over: {why}" for term, why in self.left_out.items())])


def claims_of(
    fit: Fit, source: Source, *, rename: Mapping[str, str] | None = None, certainty: Certainty = Certainty.POSSIBLE
) -> Claims:
    """Return the coefficients of a choice as claims of a scenario.

    Parameters
    ----------
    fit : Fit
        Of a `NamingModel`.
    source : Source
        What the events were.
    rename : mapping of str to str, optional
        Terms of the naming rule for terms of the fit that mean the same in this archive, such as
        ``{"alter(dead)": "doomed"}``.
    certainty : Certainty

    Returns
    -------
    Claims
        Values with 95 % intervals; `left_out` has the terms that the naming rule lacks, and those that were given.

    Raises
    ------
    FaultList
        If the fit is not of a choice, did not converge, or two of its terms are one in the naming rule.
    """
    faults = [] if fit.model == "choice" else [Fault("fit", f"a {fit.model} model", "a choice: whom a person names")]
    faults += [] if fit.converged else [Fault("fit", "not converged", "a fit that converged")]
    theta: dict[str, Claim] = {}
    left_out: dict[str, str] = {}
    intervals = fit.interval()
    for name, value, is_free in zip(fit.names, fit.theta.tolist(), fit.is_free.tolist(), strict=True):
        term = (rename or {}).get(name) or _term(name)
        if not is_free:
            left_out[name] = "it was given, not estimated"
        elif term is None:
            left_out[name] = _reason(name)
        elif term in theta:
            faults.append(Fault(f"term {name!r}", f"a second coefficient of {term}", "one for each term"))
        else:
            theta[term] = _claim(fit, source, (name, value, intervals[name]), certainty)
    if faults:
        raise FaultList(faults, "claims")
    return Claims(source, theta, left_out)


def _claim(fit: Fit, source: Source, found: tuple[str, float, tuple[float, float]], certainty: Certainty) -> Claim:
    """Return one claim, rounded to a hundredth of its standard error."""
    name, value, (low, high) = found
    digits = max(0, 2 - math.floor(math.log10(fit.standard_errors[name])))
    interval = f"95 % interval {low:.{digits}f} to {high:.{digits}f}"
    about = f"its events, fitted as {name} with {', '.join(other for other in fit.names if other != name) or 'no other term'}"
    size = fit.risk_set_sizes
    among = (
        f"{fit.n_events} events; risk set: {fit.risk_set}, mean size {float(size.mean()):.1f}; tied times: {fit.ties}"
    )
    return Claim(round(value, digits), source.key, about, f"{interval}; {among}", Level.INFERENTIAL, certainty)


def _term(name: str) -> str | None:
    """Return the term of the naming rule that an effect's term is, None for none."""
    one, *rest = parse_formula(name).columns[0]
    base = _base(one)
    if base is None or any(factor.kind.reads != "pressure" for factor in rest):
        return None
    term = Effect(STATISTICS[base], STATISTICS[base].defaults, transform=one.transform, window=one.window).name
    return f"{term}:pressure" if rest else term


def _reason(name: str) -> str:
    """Return why a term is not carried over."""
    one = parse_formula(name).columns[0][0]
    if one.kind.name == "tie" and not (one.weighted or one.ignore_rep) and one.window is None:
        return f"the scenario must have ties of the kind {one.arguments[0]!r}: then write the value beside {name}"
    return "the naming rule has no such statistic"


def _base(one: Effect) -> str | None:
    """Return the statistic that an effect is, None for none."""
    if one.weighted or one.ignore_rep or one.halflife is not None:
        return None
    name, arguments = one.kind.name, one.arguments
    if one.code >= MECHANISM:
        return name if arguments == one.kind.defaults else None
    ways = {"tie": "tie", "same": "same"}
    if one.window is None and name in (*ways, "alter"):
        row = STATISTICS.get(arguments[0])
        in_archive = (ways[name],) if name in ways else ("flag", "value", "settles")
        return row.name if row is not None and row.in_archive in in_archive else None
    return None
