"""The naming rule: every statistic keeps its contract and is its naive twin; the choice is Plackett and Luce's."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from choosing import log_probability
from greatfear.draws import gumbel
from greatfear.errors import FaultList
from greatfear.naming import STATISTICS, TRANSFORMS, choice, compile_terms, facts, parse_formula
from greatfear.naming import history as store
from greatfear.naming import statistics as codes
from greatfear.naming.registry import BASES
from reference import naming as plain

PERSONS = 6
WINDOW = 5.0
BITS = {
    "kin": facts.KIN, "unit": facts.UNIT, "acquaintance": facts.ACQUAINTANCE, "organisation": facts.ORGANISATION,
    "prompted": facts.PROMPTED, "same-stratum": facts.SAME_STRATUM, "targeted": facts.TARGETED,
}  # fmt: skip
ALL = [pytest.param(row, id=name) for name, row in STATISTICS.items()]

someone = st.integers(0, PERSONS - 1)
speech = st.tuples(st.integers(0, 3), st.none() | someone, someone)  # days since the one before, speaker, subject


@dataclass
class Both:
    """The same past, as the kernels keep it and as a plain list."""

    history: store.History
    past: plain.Past
    day: int


def enter(said: list[tuple[int, int | None, int]], doomed: set[int], **kept: bool) -> Both:
    history, past, day = store.new_history(PERSONS, 1, windows=1, **kept), plain.Past(doomed=doomed), 0
    for e, (gap, speaker, subject) in enumerate(said):
        day += gap
        if e >= history.statement.size or e >= 0.6 * history.pair.size:
            history = store.grown(history, PERSONS, 2 * e + 1)
        codes.note(history, e, -1 if speaker is None else speaker, subject)
        past.said.append((day, speaker, subject))
    today = day + 1
    for when, _, subject in past.said:
        if when + WINDOW < today:
            codes.fade(history, 0, subject)
    for person in doomed:
        codes.settle(history, person)
    return Both(history, past, today)


def both_values(both: Both, term: tuple[Any, str, bool], pair: plain.Pair) -> tuple[float, float]:
    row, transform, windowed = term
    bits = sum(BITS[tie] for tie in pair.ties)
    kernel = codes.value(
        row.code, TRANSFORMS[transform], 0 if windowed else -1, both.history, pair.i, pair.j, bits, pair.rank
    )
    twin = plain.TRANSFORMS[transform](plain.statistic(row.name, both.past, pair, WINDOW if windowed else None))
    return kernel, twin


pasts = st.builds(enter, st.lists(speech, max_size=40), st.sets(someone))


@given(pasts, st.sets(st.sampled_from(sorted(BITS))), st.floats(0, 1))
@settings(max_examples=25)
def test_statistics_are_their_twins(both: Both, ties: set[str], rank: float) -> None:
    for i, j in itertools.permutations(range(PERSONS), 2):
        pair = plain.Pair(i, j, frozenset(ties), rank, both.day)
        for row, transform in itertools.product(STATISTICS.values(), TRANSFORMS):
            for windowed in (False, True) if "window" in row.options else (False,):
                kernel, twin = both_values(both, (row, transform, windowed), pair)
                assert kernel == twin, (row.name, transform, windowed, pair)
                assert math.isfinite(kernel)


@given(pasts)
def test_counts_are_their_twins(both: Both) -> None:
    for j in range(PERSONS):
        assert both.history.person["speakers"][j] == both.past.speakers_against(j)
        assert both.history.person["named"][j] == sum(subject == j for _, _, subject in both.past.said)
        assert both.history.person["subjects"][j] == sum(both.past.has_named(j, k) for k in range(PERSONS))
        for i in range(PERSONS):
            assert store.pair_count(both.history, i, j) == sum((a, b) == (i, j) for _, a, b in both.past.said)


def test_a_twin_of_another_past_is_seen() -> None:
    said = [(1, 0, 2), (1, 1, 2), (1, 0, 1), (1, 2, 0)]
    both, other = enter(said, {2}), enter(said[:-1], set())
    wrong = Both(both.history, other.past, both.day)
    differ = {
        row.name
        for row in STATISTICS.values()
        for i, j in itertools.permutations(range(PERSONS), 2)
        if len(set(both_values(wrong, (row, "identity", False), plain.Pair(i, j, day=both.day)))) == 2
    }
    assert {"accused", "doomed", "reciprocity", "inertia"} <= differ


@pytest.mark.parametrize("row", ALL)
def test_every_statistic_starts_at_nothing(row: Any) -> None:
    empty = store.new_history(PERSONS, 4, windows=1)
    every = sum(BITS.values())
    for transform, window, (i, j) in itertools.product(
        TRANSFORMS.values(), (-1, 0), [(0, 1), (0, -1), (-1, 1), (-1, -1)]
    ):
        assert codes.value(row.code, transform, window, empty, i, j, 0, 0.0) == 0.0
        if row.reads not in {"fact", "rank"}:
            assert codes.value(row.code, transform, window, empty, i, j, every, 1.0) == 0.0


@pytest.mark.parametrize("row", ALL)
@given(pasts, st.integers(0, 1023), st.floats(0, 1))
@settings(max_examples=10)
def test_every_statistic_stays_in_its_range(row: Any, both: Both, bits: int, rank: float) -> None:
    for i, j in itertools.product(range(-1, PERSONS), repeat=2):
        x = codes.value(row.code, 0, -1, both.history, i, j, bits, rank)
        assert row.low <= x <= row.high


@pytest.mark.parametrize("row", ALL)
def test_every_statistic_has_its_whole_row(row: Any) -> None:
    assert compile_terms({row.name: 1.0}).code.tolist() == [row.code]
    assert row.about
    assert row.reference
    assert row.definition
    assert row.basis in BASES
    assert row.reads in {"fact", "rank", "counts", "pairs", "lists"}
    assert (row.fact > 0) == (row.reads == "fact")
    assert len(row.arguments) == len(row.defaults) <= 1
    for other in row.aliases:
        assert compile_terms({other: 1.0}).code.tolist() == [row.code]


def test_codes_are_distinct() -> None:
    assert sorted(row.code for row in STATISTICS.values()) == list(range(len(STATISTICS)))


@pytest.mark.parametrize("row", ALL)
def test_every_statistic_moves(row: Any) -> None:
    """A statistic that is 0 on everything would pass every other test."""
    both = enter([(1, 1, 0), (1, 0, 1), (1, 2, 0), (1, 2, 1)], {1})
    assert codes.value(row.code, 0, -1, both.history, 0, 1, 1023, 0.5) > 0


def test_pairs_are_kept_only_where_asked() -> None:
    both = enter([(1, 0, 1), (1, 0, 1)], set(), pairs=False, lists=False)
    assert store.pair_count(both.history, 0, 1) == 0
    assert both.history.person["speakers"].tolist() == [0, 2, 0, 0, 0, 0]  # nobody remembers that it was the same one


@given(
    pasts,
    st.dictionaries(
        st.sampled_from(["kin", "accused(window=5)", "accused(transform=log1p)", "two_path"]), st.floats(-3, 3)
    ),
)
def test_utility_is_its_twin(both: Both, theta: dict[str, float]) -> None:
    terms = compile_terms(theta)
    if terms.windows.size == 0:  # the windowed count stands at place 0 whether or not a term reads it
        assert "accused(window=5)" not in theta
    for i, j in itertools.permutations(range(PERSONS), 2):
        pair = plain.Pair(i, j, frozenset({"kin"}), 0.0, both.day)
        assert codes.utility(terms, both.history, 0.0, i, j, facts.KIN, 0.0) == plain.utility(theta, both.past, pair)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kim", "Did you mean kin"), ("kim", "effects. Did you mean kin?"), ("kin +", "a + with nothing beside it"),
        ("kin:", "a : with nothing beside it"), ("", "at least one term"), ("kin(", "one of"), ("kin(window=3)", "transform="),
        ("accused(window=0)", "more than 0"), ("accused(window=-3)", "more than 0"), ("accused(window=x)", "more than 0"),
        ("accused(window=inf)", "more than 0"), ("accused(transform=log)", "log1p"), ("accused(windows=3)", "window="),
    ],
)  # fmt: skip
def test_faults_of_terms_say_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(FaultList) as caught:
        parse_formula(text)
    assert says in str(caught.value)


def test_all_faults_of_all_terms_come_at_once() -> None:
    with pytest.raises(FaultList) as caught:
        compile_terms({"kim": 1.0, "accused(window=x, transform=y)": 1.0, "kin": 1.0})
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    "text", ["kin", "accused(window=30)", "accused(window=2.5, transform=sqrt)", "two_path(transform=binary)"]
)
def test_canonical_terms_read_back(text: str) -> None:
    assert parse_formula(text).names == (text,)
    assert parse_formula(f" {text.replace(',', ' , ')} ").names == (text,)


# beyond some 700 nats below the best the kernel's sum underflows
utilities = st.lists(st.floats(-30, 30), min_size=1, max_size=12)


@given(utilities, st.integers(0, 12))
def test_log_probability_is_plackett_and_luce(u: list[float], k: int) -> None:
    chosen = np.empty(12, np.int64)
    found = int(choice.pick_largest(np.array(u), len(u), k, chosen))
    assert found == min(k, len(u))
    assert chosen[:found].tolist() == plain.names_in_order(u, k)
    logp = log_probability(np.array(u), chosen[:found])
    expected = plain.log_probabilities(u, chosen[:found].tolist())
    assert logp == pytest.approx(expected, abs=1e-12)


def test_the_other_order_is_seen_as_another_event() -> None:
    u = [0.0, 1.0, -1.0]
    logp = log_probability(np.array(u), np.array([1, 0]))
    assert logp == pytest.approx(plain.log_probabilities(u, [1, 0]), abs=1e-12)
    assert logp != pytest.approx(plain.log_probabilities(u, [0, 1]), abs=1e-12)


def test_probabilities_of_all_orders_sum_to_one() -> None:
    u, total = np.array([0.3, -1.0, 2.0, 0.0]), 0.0
    for order in itertools.permutations(range(4), 2):
        total += math.exp(log_probability(u, np.array(order)).sum())
    assert total == pytest.approx(1.0, abs=1e-13)


def test_names_come_with_their_probabilities() -> None:
    u, key, draws = np.array([0.0, 1.0, -0.5, 0.4]), np.uint64(11), 20_000
    seen: Counter[tuple[int, ...]] = Counter()
    chosen = np.empty(2, np.int64)
    for who in range(draws):
        choice.pick_largest(u + [gumbel(key, who, c, 0) for c in range(4)], 4, 2, chosen)
        seen[tuple(map(int, chosen))] += 1
    orders = list(itertools.permutations(range(4), 2))
    expected = np.array([draws * math.exp(sum(plain.log_probabilities(u.tolist(), order))) for order in orders])
    squares = (np.array([seen[order] for order in orders]) - expected) ** 2 / expected
    assert squares.sum() < 40  # chi square with 11 degrees of freedom: 4e-5
    planted = np.roll(expected, 1)
    assert ((np.array([seen[order] for order in orders]) - planted) ** 2 / planted).sum() > 40
