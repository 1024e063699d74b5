"""Errors planted in what is simulated: the tests of the mechanism families must see them. And their theory by itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from greatfear.simulation.reduced_accusers import draw_patrols, posterior
from greatfear.simulation.reduced_votes import chance_of_hand, hands_law, lowest_share, tipping_pressure
from verification import accusers, contagion, hands, oracles, reed_frost
from verification.findings import Draw


@pytest.fixture(scope="module")
def draw() -> Draw:
    return Draw()


def test_arrests_that_move_more_denouncers_than_supposed_are_seen(draw: Draw) -> None:
    keep = float(np.exp(-1 / 3))
    found = contagion.counts_by_unit(300, 1.3 * 0.5 * (1 - keep), (60, 140), draw.seed, 1.0, 3.0)
    assert oracles.mean(found.astype(float), contagion.hawkes(1.0, 0.5, keep, 80)[0], 1.0) < 1e-10


def test_targets_that_are_not_where_they_should_be_are_seen(draw: Draw) -> None:
    sizes = contagion._sizes_of("random", 80, draw.seed, draw.rng(21))
    law = reed_frost.exact_sizes(10, contagion.CHANCE)
    assert oracles.uniformity(oracles.spread(sizes, law, draw.rng(22))) < 1e-10


def test_a_vote_without_regard_for_others_is_seen(draw: Draw) -> None:
    up = hands.meet(40, 600, 0.3, draw.seed, social=0.0)[:, 1]
    law = hands_law([chance_of_hand(k / 40, 0.3, social=4.0, threshold=2.0) for k in range(41)])
    assert oracles.uniformity(oracles.spread(up, law, draw.rng(23))) < 1e-10


def test_patrols_that_know_the_truth_are_seen(draw: Draw) -> None:
    truth = draw.rng(24).poisson(50, (100, 40))
    records, _, _ = draw_patrols(truth, [0.3] * 40, 200, teams=5, seed=draw.seed)
    assert oracles.mean(accusers.correlation(records - truth, truth), 0.0) < 1e-10


def test_the_law_of_hands_agrees_with_that_of_final_sizes() -> None:
    """Among m persons, those of the meeting who never raise a hand left out, the probabilities sum to 1."""
    chances = [chance_of_hand(k / 12, 0.3, social=4.0, threshold=2.0) for k in range(13)]
    among: list[float] = []
    for m in range(13):
        among.append(1 - sum(math.comb(m, j) * among[j] * (1 - chances[j]) ** (m - j) for j in range(m)))
    expected = [math.comb(12, m) * among[m] * (1 - chances[m]) ** (12 - m) for m in range(13)]
    assert hands_law(chances) == pytest.approx(expected, abs=1e-9)


def test_the_share_jumps_at_the_tipping_point() -> None:
    tip, low, high = tipping_pressure(social=4.0, threshold=2.0)
    below, above = (lowest_share(tip + side, social=4.0, threshold=2.0) for side in (-1e-3, 1e-3))
    assert below == pytest.approx(low, abs=0.02)
    assert above == pytest.approx(high, abs=1e-3)
    with pytest.raises(ValueError, match="no tipping point"):
        tipping_pressure(social=2.5)


def test_hawkes_in_long_windows() -> None:
    mean, variance = contagion.hawkes(1.0, 0.5, float(np.exp(-1 / 3)), 400)
    assert mean == pytest.approx(800)
    assert variance / mean == pytest.approx(4, rel=0.03)


def test_independent_accusers_go_to_certainty_and_those_of_one_source_do_not() -> None:
    assert posterior(50, 0.1, 0.6, 0.2, 0.0) > 1 - 1e-9
    assert posterior(50, 0.1, 0.6, 0.2, 1.0) == pytest.approx(posterior(1, 0.1, 0.6, 0.2, 0.0))
