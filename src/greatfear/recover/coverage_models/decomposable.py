"""Averaging over decomposable graphs: which lists depend on which, weighed by how well the counts support it.

Prior on the chances of the combinations: hyper-Dirichlet with `delta` pseudo-persons in each; prior on the number of all
persons: in proportion to its inverse. Madigan and York (1997), 10.1093/biomet/84.1.19; the package dga of R.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from greatfear.recover.coverage_models.lists import ListCounts

DELTAS = (1 / 16, 1 / 4, 1.0)
"""Pseudo-persons in each combination. The answer depends on them, so all are shown."""

Floats = npt.NDArray[np.float64]
_BEYOND = 0.01


@dataclass(frozen=True)
class Posterior:
    """Posterior of the number of persons on no list: `missing` with probabilities `weight` that add up to 1.

    `reached` is False where the numbers that were weighed end before the posterior does.
    """

    missing: Floats
    weight: Floats
    reached: bool

    def quantile(self, share: float) -> float:
        """Return the smallest number whose cumulated probability reaches a share."""
        return float(self.missing[min(int(np.searchsorted(np.cumsum(self.weight), share)), len(self.missing) - 1)])

    @property
    def mean(self) -> float:
        """Expected number."""
        return float(self.missing @ self.weight)


@cache
def decomposable_graphs(n_lists: int) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Return (cliques, separators) of each decomposable graph of K lists as bit masks, the complete one last.

    Three lists have 8, four 61, five 822. The complete graph is the saturated model: there only the prior speaks of the
    number on no list. `complete_share` says how much of an answer comes from it.
    """
    edges = list(combinations(range(n_lists), 2))
    found = []
    for chosen in range(1 << len(edges)):
        near = [0] * n_lists
        for k, (a, b) in enumerate(edges):
            if chosen >> k & 1:
                near[a] |= 1 << b
                near[b] |= 1 << a
        parts = _junction(near)
        if parts is not None:
            found.append(parts)
    return tuple(found)


def _junction(near: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return cliques and separators by maximum cardinality search; None where the graph is not decomposable."""
    n = len(near)
    order: list[int] = []
    numbered = 0
    cliques: list[int] = []
    separators: list[int] = []
    while len(order) < n:
        v = max((v for v in range(n) if not numbered >> v & 1), key=lambda v: ((near[v] & numbered).bit_count(), -v))
        before = near[v] & numbered
        if any(before & ~(near[u] | 1 << u) for u in range(n) if before >> u & 1):
            return None
        grown = before | 1 << v
        if cliques and before == cliques[-1]:
            cliques[-1] = grown
        else:
            # the first clique has no separator; an empty one has weight 1 and is kept for clearness
            if order:
                separators.append(before)
            cliques.append(grown)
        numbered |= 1 << v
        order.append(v)
    return tuple(cliques), tuple(separators)


def average_graphs(lists: ListCounts, delta: float, log_prior: Floats | None = None) -> Posterior:
    """Return the posterior of the number on no list, averaged over all decomposable graphs.

    Parameters
    ----------
    lists : ListCounts
        Two to five lists.
    delta : float
        Pseudo-persons in each combination.
    log_prior : ndarray, optional
        Logarithm of the prior for 1, 2, ... persons on no list; with it no other number is weighed.
    """
    incidence = _incidence(lists.n_lists)
    if log_prior is not None:
        missing = np.arange(1.0, len(log_prior) + 1)
        logs = _log_weight(lists, delta, missing, incidence) + log_prior
        weight = np.exp(logs - logs.max())
        return Posterior(missing, weight / weight.sum(), True)
    missing, width = _grid(lists.n_observed)
    logs = _log_weight(lists, delta, missing, incidence) - np.log(lists.n_observed + missing)
    weight = np.exp(logs - logs.max()) * width
    # the tail falls like a power of the number: what lies beyond the grid is less than its last doubling
    beyond = weight[missing > missing[-1] / 2].sum() / weight.sum()
    return Posterior(missing, weight / weight.sum(), bool(beyond < _BEYOND))


def _grid(n_observed: int) -> tuple[Floats, Floats]:
    """Return the numbers that are weighed and how many numbers each stands for: all up to 1,000, then steps of 1/1000."""
    most = max(1000 * n_observed, 100_000)
    steps = np.diff(
        np.r_[0.0, np.arange(1.0, 1001), np.ceil(1000 * np.exp(np.arange(1, np.log(most / 1000) * 1000) / 1000))]
    )
    steps = steps[steps > 0]
    ends = np.cumsum(steps)
    return ends - (steps - 1) / 2, steps


@cache
def _incidence(n_lists: int) -> npt.NDArray[np.float64]:
    """Return +1 for each clique and -1 for each separator of a graph, a row a graph, a column a combination."""
    graphs = decomposable_graphs(n_lists)
    table = np.zeros((len(graphs), 1 << n_lists))
    for row, (cliques, separators) in enumerate(graphs):
        for mask in cliques:
            table[row, mask] += 1
        for mask in separators:
            table[row, mask] -= 1
    table[:, 0] = 0
    return table


def complete_share(lists: ListCounts, delta: float, posterior: Posterior) -> float:
    """Return the posterior probability of the complete graph."""
    every = _incidence(lists.n_lists)
    missing = posterior.missing[posterior.weight > posterior.weight.max() * 1e-9]
    weight = posterior.weight[posterior.weight > posterior.weight.max() * 1e-9]
    both = _log_weight(lists, delta, missing, every)
    alone = _log_weight(lists, delta, missing, every[-1:])
    return float(weight @ np.exp(alone - both)) / len(every)


def _log_weight(lists: ListCounts, delta: float, missing: Floats, incidence: Floats) -> Floats:
    """Return the logarithm of the likelihood of each number on no list, averaged over graphs."""
    from scipy.special import gammaln

    K = lists.n_lists
    total = missing + lists.n_observed
    marginal = np.zeros((1 << K, len(missing)))
    for mask in range(1, 1 << K):
        marginal[mask] = marginal_likelihood(lists, mask, delta, missing)
    graphs = incidence @ marginal
    top = graphs.max(axis=0)
    mean = top + np.log(np.exp(graphs - top).mean(axis=0))
    seen = lists.cells[1:].astype(np.float64)
    out: Floats = mean + gammaln(total + 1) - gammaln(missing + 1) - gammaln(seen + 1).sum()
    return out


def marginal_likelihood(lists: ListCounts, mask: int, delta: float, missing: Floats) -> Floats:
    """Return the log marginal likelihood of the table of some of the lists: Dirichlet, `delta` summed over the others."""
    from scipy.special import gammaln

    K = lists.n_lists
    share = delta * 2.0 ** (K - mask.bit_count())
    cells = np.zeros(1 << K)
    np.add.at(cells, np.arange(1, 1 << K) & mask, lists.cells[1:].astype(np.float64))
    own = [h for h in range(1 << K) if h & mask == h]
    whole = delta * 2.0**K
    total = missing + lists.n_observed
    value = gammaln(whole) - gammaln(total + whole) + gammaln(cells[0] + missing + share) - len(own) * gammaln(share)
    out: Floats = value + gammaln(cells[own[1:]] + share).sum()
    return out
