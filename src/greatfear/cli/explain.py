"""greatfear explain: what a scenario means."""

from __future__ import annotations

from greatfear.cli.choosing import open_scenario
from greatfear.cli.options import JsonOption, ScenarioArgument, WhatIfOption
from greatfear.cli.show import answer


def explain(scenario: ScenarioArgument, what_if: WhatIfOption = None, json: JsonOption = False) -> None:
    """Explain a scenario in words: what it means, period by period, with units, and which numbers are assumptions.

    For example:

      greatfear explain great-terror
    """
    found = open_scenario(scenario, what_if)
    text = found.explain()
    answer(text, {"scenario": found.id, "title": found.title, "text": text}, as_json=json)
