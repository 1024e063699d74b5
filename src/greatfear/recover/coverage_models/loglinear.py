"""Log-linear models of the counts of combinations: which terms they have, whether an estimate exists, what it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations

import numpy as np
import numpy.typing as npt

from greatfear.recover.coverage_models.fitting import fit_counts, search
from greatfear.recover.coverage_models.lists import ListCounts

Floats = npt.NDArray[np.float64]
Z90 = 1.6448536269514722
_ENTER = 0.02


@dataclass(frozen=True)
class Fit:
    """One log-linear model fitted to the observed combinations.

    Parameters
    ----------
    terms : tuple of int
        Bit masks of its interactions.
    missing : float
        Estimated number of persons on no list.
    spread : float
        Standard error of the logarithm of `missing`.
    deviance : float
        Twice the log-likelihood it lacks against the counts themselves.
    n_free : int
        Combinations less coefficients.
    bic : float
        Bayesian information criterion, up to a constant of the table.
    empty : tuple of int
        Interactions whose persons are none: set to minus infinity, their combinations taken out.
    """

    terms: tuple[int, ...]
    missing: float
    spread: float
    deviance: float
    n_free: int
    bic: float
    empty: tuple[int, ...] = ()

    def interval(self, z: float = Z90) -> tuple[float, float]:
        """Return the interval of the number on no list: normal on the scale of the logarithm, 90 % by default."""
        return self.missing * math.exp(-z * self.spread), self.missing * math.exp(z * self.spread)

    @property
    def fits(self) -> float:
        """Probability of a deviance at least as large, if the model holds; NaN where nothing is left to test with."""
        from scipy.stats import chi2

        return float(chi2.sf(self.deviance, self.n_free)) if self.n_free else math.nan


def design(n_lists: int, terms: Sequence[int]) -> Floats:
    """Return the columns of a model over the combinations 1 to 2^K - 1: the constant, each list, each interaction."""
    cells = np.arange(1, 1 << n_lists)
    masks = [0, *(1 << k for k in range(n_lists)), *terms]
    return np.stack([(cells & mask) == mask for mask in masks], axis=1).astype(np.float64)


def exists(columns: Floats, counts: Floats) -> bool:
    """Return whether the maximum likelihood estimate exists and is the only one.

    It exists exactly if some table of positive numbers has the same sums over the columns as the counts: a linear
    programme (Fienberg and Rinaldo 2012, 10.1214/12-AOS986).
    """
    from scipy.optimize import linprog

    if np.linalg.matrix_rank(columns) < columns.shape[1]:
        return False
    n = len(counts)
    scale = max(float(counts.sum()), 1.0)
    cost = np.append(np.zeros(n), -1.0)
    equal = np.hstack([columns.T, np.zeros((columns.shape[1], 1))])
    least = np.hstack([-np.eye(n), np.ones((n, 1))])
    answer = linprog(
        cost,
        A_ub=least,
        b_ub=np.zeros(n),
        A_eq=equal,
        b_eq=columns.T @ counts / scale,
        bounds=[(0, None)] * n + [(None, 1)],
    )
    return bool(answer.success and -answer.fun * scale > 1e-7)


def fit_terms(lists: ListCounts, terms: Sequence[int], *, drop_empty: bool = False) -> Fit | None:
    """Return the fit of a model, or None where its estimate does not exist.

    With `drop_empty`, an interaction that nobody shows is taken for impossible: its combinations leave the table (Chan,
    Silverman and Vincent 2021, 10.1093/jssam/smaa018). Without it such a model has no estimate.
    """
    counts = lists.cells[1:].astype(np.float64)
    cells = np.arange(1, len(lists.cells))
    empty = tuple(mask for mask in terms if drop_empty and lists.on(mask) == 0)
    kept = np.all([(cells & mask) != mask for mask in empty], axis=0) if empty else np.ones(len(cells), bool)
    used = tuple(mask for mask in terms if mask not in empty)
    columns = np.ascontiguousarray(design(lists.n_lists, used)[kept])
    if not exists(columns, counts[kept]):
        return None
    return _fitted(columns, counts[kept], (tuple(terms), empty))


def _fitted(columns: Floats, counts: Floats, what: tuple[tuple[int, ...], tuple[int, ...]]) -> Fit | None:
    """Return the fit of given columns; None where the search for the estimate ran away."""
    beta = np.zeros(columns.shape[1])
    value, variance, ended = fit_counts(columns, counts, beta)
    if not ended:
        return None
    full = float(sum(n * math.log(n) - n for n in counts.tolist() if n > 0))
    n = len(beta)
    bic = -2 * value + math.log(max(counts.sum(), 1.0)) * (n + len(what[1]))
    deviance = max(2 * (full - value), 0.0)
    return Fit(what[0], math.exp(beta[0]), math.sqrt(max(variance, 0.0)), deviance, len(counts) - n, bic, what[1])


@cache
def hierarchical(n_lists: int) -> tuple[tuple[int, ...], ...]:
    """Return all hierarchical models of K lists that hold each list and lack the interaction of all K.

    Hierarchical: with an interaction come those of its parts. Three lists have 8 such models, four lists 113.
    """
    found = []
    masks = [sum(1 << k for k in group) for size in range(2, n_lists) for group in combinations(range(n_lists), size)]
    pairs = [mask for mask in masks if mask.bit_count() == 2]
    triples = [mask for mask in masks if mask.bit_count() == 3]
    for above in _subsets(triples):
        must = [mask for mask in pairs if any(mask & triple == mask for triple in above)]
        more = _subsets([mask for mask in pairs if mask not in must])
        found += [tuple(sorted([*must, *free, *above], key=lambda mask: (mask.bit_count(), mask))) for free in more]
    return tuple(found)


def _subsets(items: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def best_by_bic(lists: ListCounts) -> Fit | None:
    """Return the model with the lowest BIC: of all hierarchical ones up to four lists, by steps above."""
    if lists.n_lists <= 4:
        fits = [fit for terms in hierarchical(lists.n_lists) if (fit := fit_terms(lists, terms)) is not None]
        return min(fits, key=lambda fit: fit.bic, default=None)
    return Steps.of(lists.n_lists).fit(lists)


@dataclass(frozen=True)
class Steps:
    """The search by steps over pairs and triples, with what does not depend on the counts."""

    terms: npt.NDArray[np.int64]
    needs: npt.NDArray[np.bool_]
    full: Floats

    @classmethod
    def of(cls, n_lists: int) -> Steps:
        """Return the search for K lists."""
        masks = [sum(1 << k for k in group) for size in (2, 3) for group in combinations(range(n_lists), size)]
        masks = [mask for mask in masks if mask.bit_count() < n_lists]
        needs = np.array([[a != b and a & b == b for b in masks] for a in masks])
        return cls(np.array(masks, np.int64), needs, design(n_lists, masks))

    def run(self, cells: Floats) -> tuple[float, float, float, npt.NDArray[np.bool_]]:
        """Return the constant of the model found, its variance, whether the fit ended, and which terms it holds."""
        hold = np.arange(1, len(cells) + 1)
        sums = np.array([cells[hold & mask == mask].sum() for mask in self.terms.tolist()])
        chosen = np.zeros(len(self.terms), bool)
        start = self.full.shape[1] - len(self.terms)
        penalty = math.log(max(cells.sum(), 2.0))
        constant, variance, ended = search(self.terms, self.needs, sums, start, cells, self.full, penalty, chosen)
        return constant, variance, ended, chosen

    def fit(self, lists: ListCounts) -> Fit | None:
        """Return the model found; terms whose estimate does not exist are taken back, the last first."""
        chosen = self.run(lists.cells[1:].astype(np.float64))[3]
        terms = [int(mask) for mask in self.terms[chosen]]
        while (found := fit_terms(lists, terms)) is None and terms:
            terms.pop()
        return found


def stepwise_by_significance(lists: ListCounts, enter: float = _ENTER) -> Fit | None:
    """Return the model of pairs that enter by significance, the surest first, as SparseMSE of R chooses it.

    At each step the number seen on both lists of a pair is set against the number that the model of that step expects; the
    pair with the smallest tail probability enters while that is below `enter`.
    """
    pairs = [(1 << a) | (1 << b) for a, b in combinations(range(lists.n_lists), 2)]
    terms: list[int] = []
    fit = fit_terms(lists, terms, drop_empty=True)
    while fit is not None:
        tails = {mask: _tail(lists, terms, mask) for mask in pairs if mask not in terms}
        tails = {mask: p for mask, p in sorted(tails.items(), key=lambda item: item[1]) if p < enter}
        grown = next((f for mask in tails if (f := fit_terms(lists, [*terms, mask], drop_empty=True))), None)
        if grown is None:
            return fit
        fit, terms = grown, list(grown.terms)
    return fit


def _tail(lists: ListCounts, terms: Sequence[int], mask: int) -> float:
    """Return the smaller tail probability of the number on a pair of lists, under a model without that pair."""
    from scipy.stats import poisson

    cells = np.arange(1, len(lists.cells))
    empty = [term for term in terms if lists.on(term) == 0]
    kept = np.all([(cells & term) != term for term in empty], axis=0) if empty else np.ones(len(cells), bool)
    used = [term for term in terms if term not in empty]
    columns = np.ascontiguousarray(design(lists.n_lists, used)[kept])
    beta = np.zeros(columns.shape[1])
    fit_counts(columns, lists.cells[1:].astype(np.float64)[kept], beta)
    expected = float(np.exp(columns @ beta)[(cells[kept] & mask) == mask].sum())
    seen = lists.on(mask)
    return float(min(poisson.cdf(seen, expected), poisson.sf(seen - 1, expected)))


def chao(lists: ListCounts) -> Fit | None:
    """Return Chao's lower bound where lists differ in reach: independence on combinations of at most two lists.

    Each number of lists above two has a coefficient of its own, which is dropped where it would be negative, so that these
    combinations say nothing about the number on no list (Chao 1987, 10.2307/2531532; Rivest and Baillargeon 2007,
    10.1111/j.1541-0420.2007.00779.x).
    """
    size = np.array([h.bit_count() for h in range(1, len(lists.cells))])
    counts = lists.cells[1:].astype(np.float64)
    above = list(range(3, lists.n_lists + 1))
    while True:
        extra = [np.maximum(size - k + 1, 0)[:, None].astype(np.float64) for k in above]
        columns = np.ascontiguousarray(np.hstack([design(lists.n_lists, ()), *extra]))
        if not exists(columns, counts):
            if not above:
                return None
            above.pop()
            continue
        beta = np.zeros(columns.shape[1])
        fit_counts(columns, counts, beta)
        below = [k for k, b in zip(above, beta[lists.n_lists + 1 :].tolist(), strict=True) if b < 0]
        if not below:
            return _fitted(columns, counts, ((), ()))
        above.remove(below[0])


def term_text(names: Sequence[str], terms: Sequence[int]) -> str:
    """Return interactions in words: ``A with B, A with B with C``."""
    groups = [" with ".join(name for k, name in enumerate(names) if mask >> k & 1) for mask in terms]
    return ", ".join(groups) or "none"
