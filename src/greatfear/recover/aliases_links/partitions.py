"""From candidate pairs to partitions of the records: components, prior of cluster sizes, draws, chance of each pair."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from greatfear.draws import Purpose, purpose_key
from greatfear.recover.aliases_links.candidates import Candidates, learn_from_partitions
from greatfear.recover.aliases_links.enumerating import enumerate_partitions
from greatfear.recover.aliases_links.sampling import sample_partitions
from greatfear.recover.aliases_names.records import Records

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEW = 8
"""Records of a component up to which all partitions are weighed: 4,140 of them."""
UNLISTED = np.array([1.0, 1e-3, 1.0, 1.0, 1.0])
"""Likelihood ratio by column of a pair that is no candidate: mostly given names that exclude one another."""
_WIDE = 64
"""Records of a component up to which all draws are labelled at once."""
_MANY = 20_000
"""Records above which rounds are fewer and draws closer, to keep time within a minute for 100,000."""


@dataclass(frozen=True)
class Schedule:
    """How long to sample: rounds that learn, sweeps left out, sweeps from one draw to the next."""

    rounds: int
    burn: int
    thin: int

    @classmethod
    def of(cls, n: int) -> Schedule:
        """Return the schedule for n records."""
        return cls(3, 50, 1) if n > _MANY else cls(6, 100, 4)


@dataclass(frozen=True, eq=False)
class Partitions:
    """What the evidence says about which records are one person.

    Parameters
    ----------
    draws : int32 (n_draws, n)
        Labels; records with equal labels are one person in that draw.
    together : float64 (m,)
        For each candidate pair, the chance that both are one person.
    sizes : (float, float)
        Mean of the cluster sizes less one, and the shape of their negative binomial.
    """

    draws: npt.NDArray[np.int32]
    together: Floats
    sizes: tuple[float, float]


def components(n: int, pairs: npt.NDArray[np.int32]) -> Ints:
    """Return for each record the smallest record it is connected with."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    table = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    label = connected_components(table, directed=False)[1]
    first = np.full(label.max() + 1 if n else 0, n, np.int64)
    np.minimum.at(first, label, np.arange(n))
    out: Ints = first[label]
    return out


def size_prior(n_records: int, mean: float, shape: float, most: int) -> Floats:
    """Return the log prior weight of a cluster by size: sizes less one are negative binomial, clusters exchangeable.

    For K clusters of sizes k the prior is K! prod k! p(k) / n!; log K stands for the growth of log K! with one more cluster.
    """
    k = np.arange(1, most + 1, dtype=np.float64)
    lgamma = np.vectorize(math.lgamma)
    log_p = lgamma(k - 1 + shape) - lgamma(k) - math.lgamma(shape) + shape * math.log(shape / (shape + mean))
    log_p += (k - 1) * math.log(mean / (shape + mean))
    out: Floats = np.r_[0.0, math.log(max(n_records / (1 + mean), 1.0)) + lgamma(k + 1) + log_p]
    return out


def partition_posterior(
    records: Records, found: Candidates, said: npt.NDArray[np.int8], *, seed: int = 1, n_draws: int = 100
) -> tuple[Partitions, Candidates]:
    """Return draws of partitions with the chance of each candidate pair, and the candidates with the evidence used.

    A few short rounds come first: each learns the sizes of clusters and the evidence of the levels from the partitions of
    the one before. `said` is 1 for pairs that are known to be one person, -1 for two, 0 for others.
    """
    sizes = (1.0, 1.0)
    schedule = Schedule.of(len(records))
    for turn in range(schedule.rounds):
        out = _once(found, sizes, (seed + 1000 * turn, 10, 30, 3))
        sizes = _fitted_sizes(out.draws)
        found = learn_from_partitions(records, found, out.together, said)
    return _once(found, sizes, (seed, n_draws, schedule.burn, schedule.thin)), found


def _fitted_sizes(draws: npt.NDArray[np.int32]) -> tuple[float, float]:
    """Return mean and shape of the cluster sizes less one, by moments over draws."""
    sizes = np.concatenate([np.unique(row, return_counts=True)[1] for row in draws]).astype(np.float64) - 1
    mean = max(float(sizes.mean()), 0.01)
    spare = float(sizes.var()) - mean
    return mean, min(max(mean * mean / spare if spare > 0 else 50.0, 0.1), 50.0)


def _once(found: Candidates, sizes: tuple[float, float], settings: tuple[int, int, int, int]) -> Partitions:
    """Return partitions for one prior of cluster sizes."""
    seed, n_draws, burn, thin = settings
    n, pairs = len(found.known), found.pairs
    key = np.uint64(purpose_key(seed, 0, int(Purpose.PARTITION)))
    home = components(n, pairs)
    draws = np.tile(np.arange(n, dtype=np.int32), (n_draws, 1))
    together = np.zeros(len(pairs))
    by_home = np.argsort(home[pairs[:, 0]], kind="stable")
    cuts = np.flatnonzero(np.diff(home[pairs[by_home, 0]])) + 1
    prior = size_prior(n, *sizes, int(np.bincount(home).max()) + 1 if n else 1)
    for own in np.split(by_home, cuts) if len(pairs) else []:
        members, flat = np.unique(pairs[own], return_inverse=True)
        a, b = flat.reshape(-1, 2).T
        known = found.known[members].astype(np.int64)
        out = np.zeros((n_draws, len(members)), np.int32)
        graph, place = graph_of(a, b, found.evidence[own], known)
        together[own] = _posterior_of((a, b, graph, place), prior, (key, int(members[0])), (burn, thin), out)
        draws[:, members] = _named(out, members)
    return Partitions(draws, together, sizes)


Graph = tuple[Ints, npt.NDArray[np.int32], Floats, Ints]


def graph_of(a: Ints, b: Ints, evidence: Floats, known: Ints) -> tuple[Graph, Ints]:
    """Return pairs as neighbours in both directions, and the place of each direction of each pair."""
    one, two = np.r_[a, b], np.r_[b, a]
    order = np.lexsort((two, one))
    start = np.searchsorted(one[order], np.arange(len(known) + 1)).astype(np.int64)
    both = np.concatenate([evidence, evidence])[order]
    ratio = np.where(np.isneginf(both), -1.0, np.exp(both))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return (start, two[order].astype(np.int32), ratio, known), place


def _posterior_of(
    pairs: tuple[Ints, Ints, Graph, Ints],
    prior: Floats,
    address: tuple[np.uint64, int],
    schedule: tuple[int, int],
    out: npt.NDArray[np.int32],
) -> Floats:
    """Write draws of one component and return the chance of each of its pairs."""
    a, b, graph, place = pairs
    if out.shape[1] <= FEW:
        both = np.zeros((out.shape[1], out.shape[1]))
        enumerate_partitions(graph, prior, UNLISTED, address, out, both)
        exact: Floats = both[a, b]
        return exact
    share = np.zeros(len(place))
    sample_partitions(graph, prior, UNLISTED, address, schedule, out, share)
    sampled: Floats = (share[place[: len(a)]] + share[place[len(a) :]]) / 2
    return sampled


def _named(labels: npt.NDArray[np.int32], members: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return labels as the smallest record of each cluster; members stand in order, so that is the first with its label."""
    if labels.shape[1] <= _WIDE:
        first = (labels[:, :, None] == labels[:, None, :]).argmax(axis=2)
        return np.asarray(members[first], np.int32)
    out = np.empty_like(labels)
    for row, line in enumerate(labels):
        smallest = np.full(int(line.max()) + 1, np.iinfo(np.int32).max, np.int64)
        np.minimum.at(smallest, line, members)
        out[row] = smallest[line]
    return out
