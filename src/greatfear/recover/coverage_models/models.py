"""All models that exist for a table of lists, each with its estimate, its interval and the assumption it rests on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from greatfear.draws import Purpose, poisson, purpose_key
from greatfear.recover.coverage_models.bounds import chapman, no_highest_order
from greatfear.recover.coverage_models.decomposable import DELTAS, average_graphs, complete_share
from greatfear.recover.coverage_models.fitting import fit_counts
from greatfear.recover.coverage_models.latent import draw_classes, split_r_hat
from greatfear.recover.coverage_models.lists import ListCounts
from greatfear.recover.coverage_models.loglinear import (
    Z90,
    Fit,
    Steps,
    best_by_bic,
    chao,
    design,
    fit_terms,
    hierarchical,
    stepwise_by_significance,
    term_text,
)

LEAST_FIT, MOST_R_HAT, MOST_COMPLETE, MOST_WIDE = 0.01, 1.05, 0.1, 4.0
"""Limits within which a model stands: probability of its misfit, agreement of chains, share of the graph that says nothing,
width of its own 90 % interval as a ratio."""


@dataclass(frozen=True)
class Model:
    """One row of the table of models.

    Parameters
    ----------
    name : str
        Short name.
    estimate, low, high : float
        Number of all persons and its 90 % interval; NaN where the model has no estimate.
    assumption : str
        What must be true of the lists for this number to hold, in a sentence.
    detail : str
        What was chosen, such as the interactions.
    not_standing : str
        Why the model does not count for the answer; empty where it counts.
    fits : float
        Probability of a misfit as large, where the model can be tested; else NaN.
    """

    name: str
    estimate: float
    low: float
    high: float
    assumption: str
    detail: str = ""
    not_standing: str = ""
    fits: float = math.nan

    @property
    def stands(self) -> bool:
        """Whether the model counts for the answer."""
        return not self.not_standing and math.isfinite(self.estimate)


INDEPENDENT = (
    "Everybody had the same chance to be on a given list, and being on one list did not change the chance of being on "
    "another."
)
PAIRS = (
    "Lists depend on one another only through the interactions named here, which the counts themselves asked for; the "
    "same dependence holds among the persons on no list."
)
GRAPHS = (
    "Some lists depend on one another and the rest are independent given these; each such pattern counts by how well it "
    "explains the counts."
)
CLASSES = (
    "Persons fall into a few classes that nobody recorded; within a class the lists were made independently, and the persons "
    "on no list belong to the same classes."
)
CHAO = (
    "Persons differ in how easily they were listed; the number is then at least this. It is a bound, not an estimate."
)
HIGHEST = (
    "Lists may depend on one another in every way but one: the dependence of all of them together is absent. No table can show "
    "this."
)
TWO = (
    "The two lists were made independently and everybody had the same chance to be on each. Two lists cannot test this."
)


def all_models(lists: ListCounts, *, seed: int = 1, n_boot: int = 200, effort: float = 1.0) -> list[Model]:
    """Return all models that exist for two to six lists.

    Parameters
    ----------
    lists : ListCounts
    seed : int
        Of the bootstrap and of the chains.
    n_boot : int
        Bootstrap tables in which the choice of the interactions is made again.
    effort : float
        Multiplies the length of the chains of the latent classes.
    """
    if lists.n_lists == 2:
        return [_two_lists(lists)]
    rows = [_from_fit("independence", lists, fit_terms(lists, ()), INDEPENDENT), _by_bic(lists, seed, n_boot)]
    rows.append(_from_fit("pairs by significance", lists, stepwise_by_significance(lists), PAIRS))
    if lists.n_lists <= 5:
        rows += [_graphs(lists, delta) for delta in DELTAS]
    rows.append(_classes(lists, seed, effort))
    rows.append(_highest(lists))
    rows = [_too_wide(row) for row in rows]
    rows.append(_bound(lists))
    return rows


def _two_lists(lists: ListCounts) -> Model:
    both = lists.on(3)
    total, spread = chapman(lists.on(1), lists.on(2), both)
    missing = max(total - lists.n_observed, 1e-9)
    wide = math.exp(Z90 * math.sqrt(math.log1p((spread / missing) ** 2)))
    low, high = lists.n_observed + missing / wide, lists.n_observed + missing * wide
    return Model("two lists (Chapman)", total, low, high, TWO, not_standing="two lists cannot test it")


def _from_fit(name: str, lists: ListCounts, fit: Fit | None, assumption: str) -> Model:
    """Return the row of a log-linear model."""
    if fit is None:
        nan = math.nan
        return Model(name, nan, nan, nan, assumption, not_standing="the counts do not determine its estimate")
    n = lists.n_observed
    low, high = fit.interval()
    shown = [mask for mask in fit.terms if mask not in fit.empty]
    detail = f"interactions: {term_text(lists.names, shown)}"
    if fit.empty:
        detail += f"; taken for impossible, since nobody shows it: {term_text(lists.names, fit.empty)}"
    why = "" if not fit.fits < LEAST_FIT else f"the counts contradict it (p = {fit.fits:.1g})"
    return Model(name, n + fit.missing, n + low, n + high, assumption, detail, why, fit.fits)


def _by_bic(lists: ListCounts, seed: int, n_boot: int) -> Model:
    """Return the row of the model with the lowest BIC; its interval holds the uncertainty of the choice."""
    name = "log-linear by BIC" if lists.n_lists <= 4 else "log-linear by BIC, stepwise"
    row = _from_fit(name, lists, best_by_bic(lists), PAIRS)
    if not math.isfinite(row.estimate) or n_boot < 20:
        return row
    totals = np.array([t for b in range(n_boot) if math.isfinite(t := _again(lists, seed, b))])
    if len(totals) < n_boot / 2:
        return _with(row, not_standing=f"in {n_boot - len(totals)} of {n_boot} bootstrap tables it has no estimate")
    low, high = np.quantile(totals, [0.05, 0.95])
    return _with(row, low=min(float(low), row.estimate), high=max(float(high), row.estimate))


def _again(lists: ListCounts, seed: int, b: int) -> float:
    """Return the number of all persons in one bootstrap table, the interactions chosen again; NaN where there is none."""
    key = np.uint64(purpose_key(seed, 0, int(Purpose.BOOTSTRAP)))
    cells = np.array([poisson(key, h, b, 0, float(n)) for h, n in enumerate(lists.cells.tolist())], np.float64)[1:]
    if cells.sum() < 2:
        return math.nan
    best = _lowest(lists.n_lists, cells) if lists.n_lists <= 4 else _by_steps(lists.n_lists, cells)
    return float(cells.sum()) + math.exp(best) if math.isfinite(best) else math.nan


def _lowest(n_lists: int, cells: npt.NDArray[np.float64]) -> float:
    """Return the constant of the hierarchical model with the lowest BIC."""
    penalty = math.log(cells.sum())
    hold = np.arange(1, len(cells) + 1)
    best, constant = math.inf, math.nan
    for terms, columns in _designs(n_lists):
        if any(cells[hold & mask == mask].sum() == 0 for mask in terms):
            continue
        beta = np.zeros(columns.shape[1])
        value, _, ended = fit_counts(columns, cells, beta)
        score = -2 * value + penalty * len(beta)
        if ended and score < best:
            best, constant = score, float(beta[0])
    return constant


def _designs(n_lists: int) -> Iterator[tuple[tuple[int, ...], npt.NDArray[np.float64]]]:
    if n_lists not in _KEPT:
        _KEPT[n_lists] = [(terms, np.ascontiguousarray(design(n_lists, terms))) for terms in hierarchical(n_lists)]
    yield from _KEPT[n_lists]


_KEPT: dict[int, list[tuple[tuple[int, ...], npt.NDArray[np.float64]]]] = {}


def _by_steps(n_lists: int, cells: npt.NDArray[np.float64]) -> float:
    """Return the constant of the model that the steps find in one table."""
    constant, _, ended, _ = Steps.of(n_lists).run(cells)
    return constant if ended else math.nan


def _graphs(lists: ListCounts, delta: float) -> Model:
    """Return the row of the average over graphs for one number of pseudo-persons."""
    found = average_graphs(lists, delta)
    n = lists.n_observed
    share = complete_share(lists, delta, found)
    name = f"decomposable graphs, {_fraction(delta)}"
    why = ""
    if not found.reached:
        why = "its posterior has no end within a thousand times the persons on the lists"
    elif share > MOST_COMPLETE:
        why = f"{share:.0%} of it comes from the graph in which all lists depend on all, where only the prior speaks"
    detail = f"{_fraction(delta)} pseudo-person in each combination; mean {n + found.mean:,.0f}"
    return Model(name, n + found.quantile(0.5), n + found.quantile(0.05), n + found.quantile(0.95), GRAPHS, detail, why)


def _fraction(delta: float) -> str:
    return "1" if delta == 1 else f"1/{round(1 / delta)}"


def _classes(lists: ListCounts, seed: int, effort: float) -> Model:
    """Return the row of the latent classes; chains that disagree are run once more, twice as long."""
    draws = draw_classes(lists, seed=seed, effort=effort)
    hat = split_r_hat(np.log(draws + 1.0))
    if hat > MOST_R_HAT:
        draws = draw_classes(lists, seed=seed, effort=2 * effort)
        hat = split_r_hat(np.log(draws + 1.0))
    why = "" if hat <= MOST_R_HAT else f"its four chains do not agree (R-hat {hat:.2f}, at most {MOST_R_HAT})"
    low, middle, high = (lists.n_observed + float(q) for q in np.quantile(draws, [0.05, 0.5, 0.95]))
    return Model("latent classes", middle, low, high, CLASSES, f"R-hat {hat:.3f}", why)


def _highest(lists: ListCounts) -> Model:
    found = no_highest_order(lists)
    name = f"no dependence of all {lists.n_lists} lists together"
    if found is None:
        nan, empty = math.nan, int((lists.cells[1:] == 0).sum())
        return Model(name, nan, nan, nan, HIGHEST, not_standing=f"{empty} combinations of lists are empty")
    missing, spread = found
    n, wide = lists.n_observed, math.exp(Z90 * spread)
    return Model(name, n + missing, n + missing / wide, n + missing * wide, HIGHEST)


def _bound(lists: ListCounts) -> Model:
    row = _from_fit("Chao's lower bound", lists, chao(lists), CHAO)
    return _with(
        row,
        detail="",
        not_standing="a bound; it does not count for the range" if math.isfinite(row.estimate) else row.not_standing,
    )


def _too_wide(row: Model) -> Model:
    """Return the row, not standing where its own interval says next to nothing."""
    if row.stands and row.high / row.low > MOST_WIDE:
        return _with(row, not_standing=f"its own interval is wider than a factor of {MOST_WIDE:g}")
    return row


def _with(row: Model, **changes: object) -> Model:
    from dataclasses import replace

    change: Callable[..., Model] = replace
    return change(row, **changes)
