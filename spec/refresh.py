"""Writes what follows from the models: field tables of the specification, JSON Schema, resolved twins of valid files.

Run it after a change of the models, read the difference, and say in the changelog what changed:
``python spec/refresh.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from greatfear.scenario import json_schema, load, to_json
from greatfear.scenario.field_tables import field_tables

SPEC = Path(__file__).parent
MARK = "<!-- fields: held equal to the models by tests/test_scenario_spec.py -->\n"


def main() -> None:
    """Write everything."""
    specification = SPEC / "specification.md"
    text = specification.read_text(encoding="utf-8").partition(MARK)[0]
    specification.write_text(text + MARK + field_tables() + "\n", encoding="utf-8")
    schema = json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
    (SPEC / "scenario.schema.json").write_text(schema, encoding="utf-8")
    for file in sorted((SPEC / "valid").glob("*.yaml")):
        file.with_suffix(".resolved.json").write_text(to_json(load(file)), encoding="utf-8")


if __name__ == "__main__":
    main()
