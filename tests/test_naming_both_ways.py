"""Every statistic of the registry is read in both directions, with the same value; what has no kernel is refused in both."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest

from greatfear import naming
from greatfear.errors import FaultList, GreatFearError, ScenarioError
from greatfear.estimate import EFFECTS, Changes, Events, NamingModel, Ties, parse_formula
from greatfear.naming import STATISTICS, history, registry, statistics
from greatfear.naming.formula import MOST_LETTERS
from greatfear.scenario import alter, load
from greatfear.simulation.run import simulate
from process_scenarios import scenario

N = 7
RNG = np.random.default_rng(4)
PAIRS = [(i, j) for i in range(N) for j in range(N) if i != j]
TIES = [pair for pair in PAIRS if sum(pair) % 3 == 0]
VALUES = {"same": np.arange(N) % 2.0, "flag": np.arange(N) % 3.0, "value": np.arange(N) / N}


def _events() -> Events:
    """Events in which every statistic varies: ties of every kind, attributes, doomed persons, repeated and answered pairs."""
    chosen = [PAIRS[k] for k in RNG.integers(len(PAIRS), size=60)]
    ends = (np.full(len(TIES), -np.inf), np.full(len(TIES), np.inf))
    ties = Ties(*np.array(TIES).T, *ends)
    rows = STATISTICS.values()
    return Events(
        N,
        np.arange(60.0),
        *np.array(chosen).T,
        attributes={row.name: VALUES[row.in_archive] for row in rows if row.in_archive in VALUES},
        changes={"doomed": Changes(np.array([5.0, 30.0]), np.array([2, 4]), np.ones(2))},
        networks={row.name: ties for row in rows if row.in_archive == "tie"},
    )


def _by_the_rule(row: naming.Statistic, events: Events, at: int) -> list[float]:
    """Return the statistic of the sender of one event for all candidates, as the simulator computes it."""
    kept = history.new_history(N, 80)
    for e in range(at):
        statistics.note(kept, e, events.sender[e], events.receiver[e])
    for day, person in zip(*events.changes["doomed"][:2], strict=True):
        if day < at:
            statistics.settle(kept, person)
    i, found = int(events.sender[at]), []
    for j in (j for j in range(N) if j != i):
        value = VALUES.get(row.in_archive, np.zeros(N))
        says = {"tie": (i, j) in TIES, "same": value[i] == value[j], "flag": value[j] > 0}.get(row.in_archive, False)
        found.append(statistics.value(row.code, 0, -1, kept, i, j, row.fact if says else 0, value[j]))
    return found


@pytest.mark.parametrize("name", list(STATISTICS))
def test_simulator_and_estimator_give_one_value(name: str) -> None:
    events, row = _events(), STATISTICS[name]
    table = NamingModel(name).table(events)
    assert np.ptp(table.x) > 0, "a column that never varies shows nothing"
    for at in (10, 33, 59):
        expected = _by_the_rule(row, events, at)
        assert table.x[table.start[at] : table.start[at + 1], 0].tolist() == expected
    # an event more is seen: the comparison can fail
    late = [_by_the_rule(row, events, at)[0:] for at in (1, 59)]
    assert row.reads in {"fact", "rank"} or late[0] != late[1]


def test_every_name_and_alias_is_read_in_both_directions() -> None:
    for row in STATISTICS.values():
        for name in (row.name, *row.aliases):
            assert naming.parse_formula(name).names == parse_formula(name).names == (row.name,)
    assert parse_formula("tie").names == ("inertia",)
    assert parse_formula("common_sender").names == ("two_path",)
    assert set(STATISTICS) < set(EFFECTS)
    with pytest.raises(FaultList, match="same term twice"):
        parse_formula("recip + reciprocity")
    with pytest.raises(FaultList, match="same term as 'recip'"):
        naming.compile_terms({"recip": 1.0, "reciprocity": 1.0})


def test_a_row_without_a_kernel_is_refused_in_both_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    ghost = dataclasses.replace(STATISTICS["inertia"], name="ghost", code=len(STATISTICS), aliases=())
    assert np.isnan(statistics.value(ghost.code, registry.BINARY, -1, history.new_history(2, 2), 0, 1, 1023, 0.5))
    monkeypatch.setitem(STATISTICS, "ghost", ghost)
    monkeypatch.setitem(EFFECTS, "ghost", dataclasses.replace(ghost, code=ghost.code + 100))
    with pytest.raises(FaultList, match="no number"):
        NamingModel("ghost").fit(_events())
    with pytest.raises(GreatFearError, match="ghost has no value"):
        simulate(scenario(naming={"theta": {"ghost": 1.0}}), 1)


def test_check_and_alter_refuse_unknown_names() -> None:
    text = (
        "{id: x, title: X, time: [1936-01-01, 1937-01-01], population: {regions: {r: 9}, strata: {s: 1}}, naming: %s}"
    )
    with pytest.raises(ScenarioError, match="Did you mean kin"):
        load(text % "{theta: {kim: 1.0}}")
    known = load(text % "{theta: {kin: 1.0}}")
    with pytest.raises(ScenarioError, match="Did you mean reciprocity"):
        alter(known, {"naming.theta.reciprocty": 1.0})
    with pytest.raises(ScenarioError, match="same term"):
        alter(known, {"naming.theta": {"recip": 1.0, "reciprocity": 1.0}})
    with pytest.raises(ScenarioError) as caught:
        load(text % ("{theta: {" + "a" * 5000 + ": 1.0}}"))
    assert len(str(caught.value)) < 3000


@pytest.mark.parametrize(
    "unit", ["a", "(", ")", "recip+", "kim+", "a:", "'", "kin(", "accused(window=", "x=,", "\n", "é"]
)
def test_long_formulas_are_refused_at_once_and_briefly(unit: str) -> None:
    for size in (MOST_LETTERS, 1_000_000):
        text, begun = (unit * size)[:size], time.process_time()
        for read in (parse_formula, naming.parse_formula):
            with pytest.raises(FaultList) as caught:
                read(text)
            assert len(str(caught.value)) < 30_000
        with pytest.raises(FaultList) as caught:
            naming.compile_terms({text: 1.0})
        assert len(str(caught.value)) < 30_000
        assert time.process_time() - begun < 2.0


def test_names_with_signs_of_the_grammar_stand_in_quotes() -> None:
    names = parse_formula("alter('town_Frankfurt, Oder: old') + same(\"d'Arc\") + diff(a b)").names
    assert names == ("alter('town_Frankfurt, Oder: old')", 'same("d\'Arc")', "diff(a b)")
    assert parse_formula(" + ".join(names)).names == names


def test_a_window_reads_back_as_itself() -> None:
    for days in (1234567.0, 0.125, 30.0, 1 / 3):
        name = f"accused(window={days:.6f})"
        assert parse_formula(parse_formula(name).names[0]) == parse_formula(name)
