"""Origins as bounds: an unknown root is not an origin. Known answers, a naive twin, and long chains."""

from __future__ import annotations

import math
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import greatfear as gf
from greatfear.describe.origins import Leads, bounds
from greatfear.describe.why import why
from reference.origins import KNOWN, Told
from reference.origins import bounds as naive
from test_why import small

ROOTS = ("register", "denunciation", "interrogation", "unknown")


def leads_from(told: list[Told]) -> Leads:
    n = len(told)
    root = np.array([ROOTS.index(t.root) for t in told])
    return Leads(
        np.zeros(n, np.int64), np.array([t.key for t in told], np.int64), np.full(n, -1), root, ROOTS,
        np.array([t.root in KNOWN for t in told]), np.array([math.nan if t.time is None else t.time for t in told]),
        np.array([t.office for t in told]), np.array([t.is_prompted for t in told]), np.full(n, -1),
    )  # fmt: skip


TOLD = st.builds(
    Told,
    st.integers(0, 5),
    st.sampled_from(ROOTS),
    st.none() | st.integers(0, 4).map(float),
    st.integers(-1, 2),
    st.booleans(),
)


@given(st.lists(TOLD, min_size=1, max_size=9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=4))
def test_bounds_are_those_of_the_twin(told: list[Told], near: list[tuple[int, int]]) -> None:
    near = [(a, b) for a, b in near if a != b and max(a, b) < len(told)]
    pairs = np.array(near, np.int64).reshape(-1, 2)
    found = bounds(leads_from(told), 1, (pairs[:, 0], pairs[:, 1]))
    assert (int(found.low[0]), int(found.high[0])) == naive(told, near)


def test_the_twin_sees_an_unknown_root_that_counts_as_an_origin() -> None:
    told = [Told(1, "denunciation", 1.0, 0), Told(2, "unknown", 2.0, 0)]
    planted = leads_from([told[0], told[1]._replace(root="denunciation")])
    assert int(bounds(planted, 1).low[0]) != naive(told)[0] == 1


def test_giaveno_shows_at_least_one_origin_where_twenty_two_spoke() -> None:
    answer = gf.datasets.giaveno_1335().why("P0053")
    assert (answer.origins_low, answer.origins_high) == (1, 22)
    assert answer.unknown_roots == {"interrogation": 6, "unknown": 16}
    assert "at least 1, at most 22; what prompted 16 of them is not recorded" in str(answer)
    assert {"origins_low", "origins_high", "unknown_roots"} <= set(answer.to_dict())
    described = str(gf.datasets.giaveno_1335().describe())
    assert re.search(r"independent origins of these\s+not known: no case has a recorded cause", described)


def test_two_denouncers_are_two_origins_and_a_prompt_is_none() -> None:
    archive = small([(1.0, 0, 2, "denunciation"), (2.0, 1, 2, "denunciation"), (3.0, 3, 2, "interrogation")], [])
    answer = why(archive, "P2")
    assert (answer.origins_low, answer.origins_high) == (2, 3)


def test_two_unsigned_denunciations_may_be_one_persons() -> None:
    answer = why(small([(1.0, -1, 2, "denunciation"), (2.0, -1, 2, "denunciation")], []), "P2")
    assert (answer.origins_low, answer.origins_high) == (1, 2)


@pytest.mark.parametrize("depth", [60, 30_000])
def test_why_walks_a_long_chain(depth: int) -> None:
    said = [(float(k + 1), k, k + 1, "interrogation") for k in range(depth)]
    arrests = [(0.5, 0, "register", -1)] + [(k + 1.5, k + 1, "statement", k) for k in range(depth)]
    archive = small(said, arrests, depth + 1)
    began = time.process_time()
    answer = why(archive, f"P{depth}")
    assert time.process_time() - began < 3
    assert len(answer.chains[0]) == depth + 1
    assert answer.roots == ("register",)
    assert (answer.origins_low, answer.origins_high) == (1, 1)
