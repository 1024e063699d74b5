"""The kernels of the process and its plain twin write the same statements and acts."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from greatfear.record.schema import ACT_KINDS, CAUSES, CHANNELS
from greatfear.scenario.model import Scenario
from greatfear.simulation import process
from greatfear.simulation.boards import outcomes_of
from greatfear.simulation.codes import N_ACTS, N_STATEMENTS
from greatfear.simulation.truth_schema import MOTIVES
from process_scenarios import IN_VILLAGES, scenario
from reference import process as plain
from reference.naming import SHARES
from reference.world import address

SIZE = sum(region["persons"] for region in IN_VILLAGES["population"]["regions"])
KINDS = ("kin", "godparent", "lodger", "unit")
OWN_TIES = [
    {"a": i, "b": j, "kind": KINDS[(i + step) % 4]}
    for i in range(SIZE)
    for step in (1, 3, 4)
    if (j := (i * 7 + step) % SIZE) != i
]
CASES: dict[str, Scenario] = {
    "everything": scenario(),
    "a village with explicit ties": scenario(**IN_VILLAGES),
    "a small world with orders": scenario(
        population={"ties": {"rule": "small-world", "neighbours": 6, "rewiring": 0.3}},
        naming={"count": {"rule": "poisson"}},
    ),
    "everybody names each contact with a chance": scenario(
        naming={"count": {"rule": "each", "at_rest": 0.05, "under_pressure": 0.2}}, halt={}, offices={"wait": 1}
    ),
    "a judging chief and a bound": scenario(
        centre={
            "prior": 200,
            "dismissal": {"active": True, "months": 1, "tolerance": 0.4, "too_many": 0.1, "halts": True},
        },
        halt={"date": None, "cost_bound": 0.12},
        offices={"custody": 4000},
    ),
    "ties of its own": scenario(
        **{
            **IN_VILLAGES,
            "population": {**IN_VILLAGES["population"], "ties": {"rule": "table", "rows": OWN_TIES}},
            "naming": {"theta": {"kin": -0.5, "tie(godparent)": 0.9, "tie(lodger):pressure": 0.6, "reciprocity": 0.4}},
        }
    ),
    "outcomes of its own": scenario(
        outcomes=[
            {"id": "warned", "effect": "stays"},
            {"id": "sent-home", "effect": "away", "days": 9.5},
            {"id": "expelled"},
            {"id": "relaxed", "effect": "dies"},
        ],
        time={"start": "1937-01-01", "end": "1937-02-15"},
        leads={"denunciation": {"rate": 0.02}, "informers": {"rate": 0.2, "true": 0.6, "false": 0.5}},
        offices={"arrests": 2000},
        boards=[
            {
                "id": "court",
                "delay": 4,
                "outcomes": {"camp": 0.1, "own": {"warned": 0.25, "sent-home": 0.3, "expelled": 0.15, "relaxed": 0.1}},
            }
        ],
        routes=[{"board": "court"}],
        operations=[
            {
                "id": "blacklist",
                "start": "1937-01-10",
                "end": "1937-02-10",
                "strata": ["a"],
                "hazard": 0.08,
                "listed": [401, 7, 3, 250, 12, 99, 202, 203, 5, 260],
            },
        ],
        orders=[
            {
                "id": "whole",
                "start": "1937-01-20",
                "days": 2,
                "persons": 4,
                "strata": ["b"],
                "regions": ["south", "north"],
                "listed": [205, 1, 0, 210, 7],
            }
        ],
    ),
    "nothing to remember": scenario(
        naming={"theta": {}, "pools": {}}, operations=[], orders=[], routes=[{"board": "court"}]
    ),
}


def kernel_rows(given: Scenario, seed: int) -> tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return persons, statements and acts as the kernels write them."""
    run = process.start(given, seed)
    run.advance(run.n_days)
    people, statements, acts = (
        table[: int(run.state.meter[place])]
        for place, table in enumerate((run.state.people, run.state.log, run.state.acts))
    )
    names = ("time", "speaker", "subject", "pressure", "prompted", "sitting", "office", "logp", "true_lead")
    said = [
        {
            **{name: row[name].item() for name in names},
            "channel": CHANNELS[row["channel"]],
            "motive": MOTIVES[row["motive"]],
            **dict(zip(SHARES, share.tolist(), strict=True)),
        }
        for row, share in zip(statements, run.state.share, strict=False)
    ]
    names = ("time", "person", "statement", "board", "pressure", "sitting", "evidence", "office")
    done = [
        {
            **{name: row[name].item() for name in names},
            "operation": int(row["source"]),
            "kind": ACT_KINDS[row["kind"]],
            "cause": CAUSES[row["cause"]],
            "outcome": outcomes_of(given)[row["outcome"]],
        }
        for row in acts
    ]
    return people["id"].tolist(), said, done


def first_difference(one: list[dict[str, Any]], two: list[dict[str, Any]]) -> str:
    """Say where two tables differ: times and counts exactly, log-probabilities to 1e-12, pressure to single precision."""
    for number, (a, b) in enumerate(zip(one, two, strict=False)):
        for name in sorted({*a, *b}):
            x, y = a[name], b[name]
            near = {"logp": 1e-12, "pressure": 1e-7, **dict.fromkeys(SHARES, 1e-6)}.get(name, 0.0)
            same = x == y or (isinstance(x, float) and (abs(x - y) <= near or (math.isnan(x) and math.isnan(y))))
            if not same:
                return f"row {number}, {name}: {x} against {y}; {a} against {b}"
    return "" if len(one) == len(two) else f"{len(one)} rows against {len(two)}"


@pytest.fixture(scope="module")
def everything() -> tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]]:
    return kernel_rows(CASES["everything"], 1)


@pytest.mark.parametrize("name", CASES)
def test_the_process_is_its_twin(name: str) -> None:
    people, statements, acts = kernel_rows(CASES[name], 1)
    twin = plain.Twin(CASES[name], 1).run()
    assert first_difference(statements, twin.statements) == ""
    assert first_difference(acts, twin.acts) == ""
    assert people == [address(case.person) for case in twin.cases]


def test_everything_happens(everything: tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    """What does not occur in a comparison has not been compared."""
    _, statements, acts = everything
    assert {row["channel"] for row in statements} == set(CHANNELS) - {"document", "order"}  # papers come from families
    assert {row["motive"] for row in statements} == set(MOTIVES)
    assert {row["prompted"] for row in statements} == {-1, 0, 1}
    assert {row["true_lead"] for row in statements} == {0, 1}
    assert {row["kind"] for row in acts} >= {"arrest", "interrogation", "sentence", "release"}
    assert {row["cause"] for row in acts} == {"statement", "register", "order", "none"}
    assert {row["operation"] for row in acts} == {-1, 0, 1, 2, 3, 4}
    assert {row["board"] for row in acts} == {-1, 0, 1, 2}
    assert Counter(row["outcome"] for row in acts).keys() >= {
        "death",
        "camp",
        "exile",
        "released",
        "confessed",
        "denied",
    }


def test_who_is_gone_is_silent_until_back() -> None:
    """Outcomes of its own: who is held or gone comes forward no more, who is away does after the days, who stays at once."""
    run = process.start(CASES["outcomes of its own"], 1)
    run.advance(run.n_days)
    log, acts = run.state.log[: run.state.meter[N_STATEMENTS]], run.state.acts[: run.state.meter[N_ACTS]]
    names = outcomes_of(run.scenario)
    lasts = {"warned": 0, "sent-home": 10, "released": 0}
    free = log[(log["channel"] == CHANNELS.index("denunciation")) | (log["channel"] == CHANNELS.index("report"))]
    back: Counter[str] = Counter()
    for act in acts[acts["board"] >= 0]:
        held = acts[(acts["person"] == act["person"]) & (acts["kind"] == ACT_KINDS.index("arrest"))]["time"][0]
        days = np.floor(free["time"][free["speaker"] == act["person"]]) - np.floor(act["time"])
        outcome = names[act["outcome"]]
        silent = (days > np.floor(held) - np.floor(act["time"])) & (days < max(1, lasts.get(outcome, 1000)))
        assert not silent.any(), (outcome, days)
        back[outcome] += int((days > 0).sum())
    assert back["warned"] > 3
    assert back["sent-home"] > 3
    assert back["expelled"] == back["relaxed"] == back["camp"] == 0
    assert {names[k] for k in acts["outcome"]} >= {"warned", "sent-home", "expelled", "relaxed", "camp", "released"}


def test_a_planted_difference_is_seen(everything: tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    _, statements, acts = everything
    assert first_difference(statements, statements) == ""
    for name, value in [
        ("share_heard", 0.77),
        ("time", 0.5),
        ("speaker", -9),
        ("logp", -1.0),
        ("channel", "rumour"),
        ("pressure", 0.123),
    ]:
        planted = [dict(row) for row in statements]
        planted[7][name] = value
        assert first_difference(statements, planted).startswith(f"row 7, {name}:"), name
    assert first_difference(acts, acts[:-1]) == f"{len(acts)} rows against {len(acts) - 1}"


def test_another_seed_or_rule_gives_another_history(
    everything: tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    assert first_difference(everything[1], kernel_rows(CASES["everything"], 2)[1])
    other = kernel_rows(scenario(halt={"review": 0.9}), 1)
    for mine, theirs in zip(everything[1:], other[1:], strict=True):
        assert (
            first_difference([row for row in mine if row["time"] < 83], [row for row in theirs if row["time"] < 83])
            == ""
        )
    assert first_difference(everything[2], other[2])
