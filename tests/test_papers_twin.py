"""Papers and their plain twin: the same rows survive, in the same order, under the same names, with the same dates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greatfear.simulation.papers.apply import papers
from greatfear.simulation.run import Run, simulate
from papers_worlds import EVERYTHING, linked, twin_of
from process_scenarios import IN_VILLAGES, scenario


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [simulate(scenario(), 5), simulate(scenario(**IN_VILLAGES), 8, replicate=2)]


def differing(run: Run, rules: dict[str, Any], told: dict[str, Any] | None = None) -> list[str]:
    """Return the parts in which papers differ from the twin, which may be told other rules; times to 1e-6 days."""
    papered = papers(run, rules)
    one = linked(papered)
    two = twin_of(run, papered.scenario.papers if told is None else papers(run, told).scenario.papers)

    def rounded(value: Any) -> Any:
        if isinstance(value, list):
            return [tuple(round(x, 6) if isinstance(x, float) else x for x in row) for row in value]
        return value

    return [name for name in two if rounded(one[name]) != rounded(two[name])]


@pytest.mark.parametrize("part", ["names", "agents", "dates", "losses", "copies", None])
@pytest.mark.parametrize("which", [0, 1])
def test_papers_are_their_twin(runs: list[Run], which: int, part: str | None) -> None:
    rules = dict(EVERYTHING) if part is None else {part: EVERYTHING[part]}
    if which == 1 and "losses" in rules:  # another country: fires without a region
        rules["losses"] = {**rules["losses"], "fires": [rules["losses"]["fires"][1]]}
    assert differing(runs[which], rules) == []


SHARE = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
RULES = st.fixed_dictionaries(
    {
        "names": st.fixed_dictionaries(
            {"recorded": SHARE, "split": SHARE, "joined": SHARE, "spellings": st.integers(1, 3)}
        ),
        "agents": st.fixed_dictionaries({"covered": SHARE, "changes": st.sampled_from([0, 1, 50]), "two_sides": SHARE}),
        "dates": st.fixed_dictionaries({"day": SHARE, "month": SHARE, "year": SHARE, "unknown": SHARE}),
        "losses": st.fixed_dictionaries(
            {"statements": st.fixed_dictionaries({"interrogation": SHARE, "document": SHARE})}
        ),
        "copies": st.fixed_dictionaries({"rate": SHARE, "signed": SHARE, "elsewhere": SHARE, "delay": st.just(2)}),
        "draw": st.integers(0, 3),
    }
)


@settings(max_examples=8)
@given(RULES)
def test_papers_are_their_twin_for_any_rules(runs: list[Run], rules: dict[str, Any]) -> None:
    assert differing(runs[1], rules) == []


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"dates": {**EVERYTHING["dates"], "month": 0.6}}, "statements"),
        ({"copies": {**EVERYTHING["copies"], "delay": 7.5}}, "statements"),
        ({"losses": {**EVERYTHING["losses"], "fires": []}}, "lost"),
        ({"names": {**EVERYTHING["names"], "mistyped": 0.4}}, "entries"),
        ({"agents": {**EVERYTHING["agents"], "changes": 12}}, "entries"),
        ({"draw": 1}, "lost_acts"),
    ],
)
def test_a_planted_difference_is_seen(runs: list[Run], change: dict[str, Any], seen: str) -> None:
    assert seen in differing(runs[0], EVERYTHING, {**EVERYTHING, **change})
