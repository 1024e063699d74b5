"""The world in which chains of naming carry the hunt."""

from __future__ import annotations

import pytest

from greatfear import catalogue
from greatfear.simulation.run import simulate

_COUNT = """
select count(*) as arrests, count(*) filter (where s.channel = 'interrogation') as on_names
from acts a left join statements s on s.statement = a.statement where a.kind = 'arrest'
"""


@pytest.mark.parametrize("pressed", [True, False])
def test_chains_carry_the_hunt_and_without_questions_there_is_none(pressed: bool) -> None:
    scenario = catalogue.scenario("salem-1692")
    scenario = scenario if pressed else scenario.alter({"offices.pressed": 0})
    rows = [simulate(scenario, seed=seed).archive.sql(_COUNT).to_pylist()[0] for seed in range(1, 9)]
    arrests, on_names = (sum(row[name] for row in rows) for name in ("arrests", "on_names"))
    assert (on_names > 0.7 * arrests) is pressed
    assert (80 < arrests / 8 < 250) is pressed
