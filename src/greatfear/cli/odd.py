"""greatfear odd: the ODD protocol text of a scenario."""

from __future__ import annotations

from greatfear.cli.choosing import open_scenario, refuse_itself
from greatfear.cli.options import JsonOption, OutputOption, ScenarioArgument, WhatIfOption
from greatfear.cli.show import answer, note
from greatfear.landing import land, refuse_other


def odd(
    scenario: ScenarioArgument,
    output: OutputOption = None,
    what_if: WhatIfOption = None,
    json: JsonOption = False,
) -> None:
    """Describe the model of a scenario by the ODD protocol (Grimm et al. 2020), in Markdown.

    For example:

      greatfear odd great-terror -o great-terror-odd.md
    """
    refuse_itself(scenario, output)
    found = open_scenario(scenario, what_if)
    text = found.odd()
    if output is not None:
        refuse_other(output, b"# odd protocol")
        land(output, text)
        note(f"written: {output}")
    told = {"scenario": found.id, "text": text, "output": output}
    if json or output is None:
        answer(text, told, as_json=json)
