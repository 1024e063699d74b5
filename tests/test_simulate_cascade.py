"""A pure cascade gives the first accusations of the whole process, and of its plain twin."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import greatfear as gf
from greatfear.draws import purpose_key, uniform
from greatfear.draws.batch import below, ceiling
from greatfear.simulation import families
from greatfear.simulation.codes import ARREST, BY_ORDER, N_ACTS, N_STATEMENTS
from greatfear.simulation.process import start
from process_scenarios import scenario as busy
from reference.cascade import cascade as plain

Log = list[tuple[int, int, int]]

RING: dict[str, Any] = {
    "population.ties.rule": "small-world",
    "population.regions.place.persons": 600,
    "orders.first-accused.persons": 6,
}
CASES: dict[str, dict[str, Any]] = {
    "ring": {"population.ties.rewiring": 0.25, "naming.count.at_rest": 0.25, "naming.count.under_pressure": 0.25},
    "households and a longer wait": {"population.household": 3, "population.unit": 99, "offices.wait": 4},
    "hardly anybody": {"naming.count.at_rest": 0.02, "population.ties.rewiring": 1.0},
    "thirteen with many ties twice": {
        "population.regions.place.persons": 13,
        "population.ties.rewiring": 0.6,
        "naming.count.at_rest": 0.3,
    },
    "everybody": {"naming.count.at_rest": 1.0, "naming.count.under_pressure": 1.0},
    "pressure": {"naming.count.under_pressure": 0.6, "offices.pressure": [{"since": "2000-01-07", "value": 1}]},
    "cut short": {"naming.count.at_rest": 0.5, "time.end": "2000-01-09"},
    "many first": {"orders.first-accused.persons": 300, "orders.first-accused.start": "2000-01-20"},
}


def scenario_of(changes: dict[str, Any]) -> gf.Scenario:
    return gf.catalogue.scenario("naming-cascade").alter(RING | changes)


def log_of(scenario: gf.Scenario, seed: int) -> Log:
    return list(zip(*gf.cascade(scenario, seed).to_table().to_pydict().values(), strict=True))


def log_of_process(scenario: gf.Scenario, seed: int) -> Log:
    """Return the first accusations of the whole process: its statements, read generation by generation."""
    process = start(scenario, seed)
    process.advance(process.n_days)
    people, acts = process.state.people, process.state.acts[: process.state.meter[N_ACTS]]
    named = defaultdict(list)
    for row in process.state.log[: process.state.meter[N_STATEMENTS]]:
        named[people[row["speaker"]]["id"].item()].append(people[row["subject"]]["id"].item())
    first = [people[act["person"]]["id"].item() for act in acts if act["kind"] == ARREST and act["cause"] == BY_ORDER]
    log, now, seen, step = [(0, -1, person) for person in first], first, set(first), 1
    while now:
        following = []
        for person in now:
            for other in sorted(set(named[person]) - seen):
                seen.add(other)
                following.append(other)
                log.append((step, person, other))
        now, step = following, step + 1
    return log


@pytest.mark.parametrize("name", CASES)
def test_a_cascade_is_that_of_the_process_and_of_the_twin(name: str) -> None:
    scenario = scenario_of(CASES[name])
    for seed in (1, 2):
        log = log_of(scenario, seed)
        assert log == log_of_process(scenario, seed)
        if seed == 1:
            assert log == plain(scenario, seed)
    assert len(log) > 6 or scenario.population.regions[0].persons.value < 600


def test_a_change_of_the_rule_is_seen() -> None:
    one, other = scenario_of(CASES["ring"]), scenario_of(CASES["ring"] | {"naming.count.at_rest": 0.24999})
    assert log_of(one, 1) != log_of(one, 2)
    assert log_of(scenario_of(CASES["ring"] | {"naming.count.at_rest": 0.26}), 1) != log_of_process(other, 1)


def test_ties_of_a_table_will_do() -> None:
    ring = scenario_of(CASES["ring"])
    rows = gf.simulate(ring, 3).archive.table("ties").select(["a", "b"]).to_pylist()
    table = ring.alter({"population.ties.rule": "table", "population.ties.rows": rows})
    assert log_of(table, 3) == log_of(ring, 3)


def test_nobody_first_is_nobody_at_all() -> None:
    assert log_of(scenario_of({"orders.first-accused.persons": 0}), 1) == []


def test_more_than_a_cascade_is_refused_point_by_point() -> None:
    with pytest.raises(gf.GreatFearError) as caught:
        gf.cascade(busy(), 1)
    text = str(caught.value)
    assert all(
        place in text for place in ("population.regions", "naming.count.rule", "operations", "orders", "halt.date")
    )
    with pytest.raises(gf.GreatFearError, match=r"ties\.rule: found computed"):
        gf.cascade(gf.catalogue.scenario("naming-cascade"), 1)
    with pytest.raises(gf.GreatFearError, match="seed"):
        gf.cascade(scenario_of({}), -1)


def test_a_mechanism_that_takes_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    family = SimpleNamespace(name="sham")
    monkeypatch.setattr(families, "FAMILIES", (lambda *_: family,))
    with pytest.raises(gf.GreatFearError, match="sham: found supposed"):
        gf.cascade(scenario_of({}), 1)


@given(chance=st.floats(0, 1.5), key=st.integers(0, 2**63 - 1), n=st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_draws_in_a_batch_are_those_one_by_one(chance: float, key: int, n: int) -> None:
    own = np.uint64(purpose_key(key, 0, 65))
    who = np.arange(n, dtype=np.uint32) * 104729
    whom = np.arange(n, dtype=np.uint32)[::-1] + np.uint32(key % 2**31)
    out = np.zeros(n, np.uint8)
    below(own, who, whom, n, ceiling(chance), out)
    assert out.tolist() == [uniform(own, a, b, 0) < chance for a, b in zip(who.tolist(), whom.tolist(), strict=True)]


@given(word=st.integers(0, 2**53 - 1))
def test_the_ceiling_parts_the_values_of_uniform_exactly(word: int) -> None:
    value = min((float(word) + 0.5) * 2.0**-53, 0.9999999999999999)
    assert ceiling(value) <= word < ceiling(np.nextafter(value, 2.0))
