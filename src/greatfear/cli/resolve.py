"""greatfear resolve: the resolved form of a scenario."""

from __future__ import annotations

from greatfear.cli.choosing import open_scenario, refuse_itself
from greatfear.cli.options import JsonOption, OutputOption, ScenarioArgument, WhatIfOption
from greatfear.cli.show import note, say, say_json
from greatfear.landing import land, refuse_other


def resolve(
    scenario: ScenarioArgument,
    output: OutputOption = None,
    what_if: WhatIfOption = None,
    json: JsonOption = False,
) -> None:
    """Print a scenario in full: every default and every shorthand is written out.

    This resolved form is a scenario too; resolving it again changes nothing. It is YAML. With --json, or a file name that
    ends in .json, it is JSON.

    For example:

      greatfear resolve witch-hunt -o witch-hunt.json
    """
    from greatfear.scenario.resolving import to_json, to_yaml

    refuse_itself(scenario, output)
    found = open_scenario(scenario, what_if)
    if output is not None:
        is_json = json or output.suffix == ".json"
        text = to_json(found) if is_json else to_yaml(found)
        refuse_other(output, b"{" if is_json else b"format:", text=text)
        land(output, text)
        note(f"written: {output}")
        if json:
            say_json({"scenario": found.id, "output": str(output)})
    elif json:
        say(to_json(found))
    else:
        say(to_yaml(found))
