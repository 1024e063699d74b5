"""Networks of long lists, with ties that end: closures, degrees and means equal those of whole matrices."""

from __future__ import annotations

import numpy as np
import pytest

from greatfear.estimate import Events, NamingModel, Ties
from greatfear.estimate.kernels import closures
from greatfear.estimate.kernels.networks import new_networks
from greatfear.estimate.kernels.state import TIE, UPDATE, Room, advance, new_state
from greatfear.estimate.kernels.statistics import TERM, statistics_of_set
from greatfear.estimate.models import DyadicModel

N = 60
CLOSURES = ("mixedTrans", "mixedCycle", "mixedCommonSender", "mixedCommonReceiver")


def _naive(name: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Closures of all pairs, the leg at i in x and the leg at j in y."""
    return {
        "mixedTrans": x @ y,
        "mixedCycle": (y @ x).T,
        "mixedCommonSender": x.T @ y,
        "mixedCommonReceiver": x @ y.T,
    }[name]


def _events(rng: np.random.Generator) -> Events:
    """Ties that come and go in two networks, in which few persons have nearly all, and a handful of events."""
    networks = {}
    for name in ("a", "b"):
        i, j = (N * rng.random((2, 3000)) ** ([[2], [4]] if name == "a" else [[4], [2]])).astype(int)
        start = rng.uniform(0, 100, i.size)
        keep = i != j
        networks[name] = Ties(i[keep], j[keep], start[keep], start[keep] + rng.exponential(20, keep.sum()))
    return Events(
        N, np.linspace(10, 110, 12), np.arange(12) * 5, np.arange(12) * 5 + 1,
        attributes={"z": rng.normal(size=N)}, networks=networks,
    )  # fmt: skip


def _matrix(ties: Ties, time: float) -> np.ndarray:
    """Who is tied to whom just before a time."""
    found = np.zeros((N, N))
    stands = (ties.start < time) & (ties.end >= time)
    found[ties.i[stands], ties.j[stands]] = 1
    return found


@pytest.mark.parametrize("seed", range(3))
def test_long_lists_of_ties_that_end_equal_matrices(seed: int) -> None:
    events = _events(np.random.default_rng(seed))
    formula = " + ".join(f"{name}({pair})" for name in CLOSURES for pair in ("a, b", "b, a"))
    table = DyadicModel(f"{formula} + indeg(a) + outdeg(b) + tertius(a, z)", timing="ordinal").table(events)
    for s, time in enumerate(events.time):
        rows = slice(table.start[s], table.start[s + 1])
        i, j = table.pair[rows] // N, table.pair[rows] % N
        a, b = (_matrix(events.networks[name], time) for name in ("a", "b"))
        expected = [_naive(name, *pair)[i, j] for name in CLOSURES for pair in ((a, b), (b, a))]
        expected += [a.sum(axis=0)[j], b.sum(axis=1)[j]]
        np.testing.assert_array_equal(table.x[rows, :-1], np.stack(expected, axis=1))
        known = a.sum(axis=0) > 0
        mean = (events.attributes["z"] @ a)[known] / a.sum(axis=0)[known]
        average = np.full(N, mean.mean() if mean.size else 0.0)
        average[known] = mean
        np.testing.assert_allclose(table.x[rows, -1], average[j], rtol=1e-12)


@pytest.mark.parametrize(
    ("of_sender", "of_receivers", "is_marked"), [(1, 40, True), (2, 1, True), (40, 0, False), (49, 1, False)]
)
def test_lists_are_marked_where_that_pays(of_sender: int, of_receivers: int, is_marked: bool) -> None:
    state = new_state(np.zeros(1), np.zeros((0, N)), Room(2000))
    ties = [(0, k) for k in range(50 - of_sender, 50)]
    ties += [(k, 50 + m) for m in range(3) for k in range(50 - of_receivers, 50)]
    updates = np.zeros(len(ties), UPDATE)
    updates["kind"], updates["value"] = TIE, 1.0
    updates["i"], updates["j"] = np.array(ties).T
    advance(state, updates, 0, 1.0)
    terms = np.zeros(1, TERM)
    terms["code"], terms["times"] = closures.TRANS, -1
    who, out, alone = np.array([[0, 0, 0], [50, 51, 52]]), np.zeros((3, 1)), np.zeros((1, 1))
    statistics_of_set(terms, state, who, 3, out, 0)
    assert (state.nets.clock[0]["mark"] > 0) == is_marked
    for m in range(3):
        statistics_of_set(terms, state, who[:, m : m + 1].copy(), 1, alone, 0)
        assert out[m, 0] == alone[0, 0] == min(of_sender, of_receivers)


def test_blocks_of_lists_are_used_again() -> None:
    state = new_state(np.zeros(1), np.zeros((0, N)), Room(40))
    pairs = [(0, k) for k in range(1, 41)]
    for turn in range(5):
        updates = np.zeros(80, UPDATE)
        updates["kind"], updates["value"] = TIE, np.repeat([1.0, -1.0], 40)
        updates["i"], updates["j"] = np.array(pairs + pairs[:: (-1) ** turn]).T
        advance(state, updates, 0, 1.0)
        assert state.nets.node["degree_out"][0, 0] == state.nets.node["head_out"][0, 0] == 0
        assert state.nets.clock[0]["blocks"] == 43  # 3 of the one sender, and one of each of 40 receivers


def test_blocks_lie_in_cache_lines() -> None:
    for ties in (1, 10, 1000):
        block = new_networks(np.zeros(1), 5, ties).block
        assert block.ctypes.data % 64 == 0
        assert block.strides == (64, 4)


def test_memory_of_a_network_does_not_see_its_ties_end() -> None:
    ties = Ties(np.array([0, 0]), np.array([1, 2]), np.array([1.0, 2.0]), np.array([3.0, np.inf]))
    events = Events(3, np.array([4.0]), np.array([0]), np.array([1]), networks={"kin": ties})
    table = NamingModel("recencyRank(kin) + recency(kin) + tie(kin)").table(events)
    assert table.x.tolist() == [[0.5, 0.25, 0.0], [1.0, 1 / 3, 1.0]]
