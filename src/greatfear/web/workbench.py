"""What the workbench asks of a text while it is being written: its faults, what it means, its numbers, its differences."""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from greatfear.errors import Fault, FaultList, UnknownNameError
from greatfear.web.memory import megabytes

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

LONGEST = 1_000_000
_ALIASES = 100
_DEEPEST = 40


def read_text(text: str) -> Scenario:
    """Return the scenario of a text; a text that is too long or too deep is refused before it is read.

    Raises
    ------
    greatfear.errors.FaultList
        All faults of the text.
    """
    from greatfear.scenario.reading import load

    faults = []
    if len(text) > LONGEST:
        faults.append(Fault("scenario", f"{len(text):,} characters", f"at most {LONGEST:,}"))
    if len(re.findall(r"(?:^|[\s\[{,:-])\*\w", text)) > _ALIASES:
        faults.append(Fault("scenario", f"more than {_ALIASES} aliases", f"at most {_ALIASES}", "write the values out"))
    indent = max((len(line) - len(line.lstrip(" ")) for line in text.splitlines()), default=0)
    if indent > 4 * _DEEPEST or text.count("[[[[[[[[") or text.count("{{{{{{{{"):
        faults.append(Fault("scenario", "a text nested too deeply", f"at most {_DEEPEST} levels"))
    if faults:
        raise FaultList(faults, "scenario")
    try:
        return load(text.encode("utf-8", "replace"))
    except RecursionError:
        raise FaultList(
            [Fault("scenario", "a text nested too deeply", f"at most {_DEEPEST} levels")], "scenario"
        ) from None


def text_of(name: str) -> str:
    """Return the text of a scenario of the catalogue, as a person would write it."""
    from importlib.resources import files

    from greatfear.catalogue import scenario, scenarios
    from greatfear.scenario.resolving import to_yaml

    if name not in scenarios():
        raise UnknownNameError("scenario", name[:100], scenarios())
    file = files("greatfear.catalogue").joinpath("entries", name, "scenario.yaml")
    return file.read_text("utf-8") if file.is_file() else to_yaml(scenario(name))


def checked(text: str, parent: str = "") -> dict[str, Any]:
    """Return all faults of a text; where there are none, its explanation, its numbers, and its differences to the parent."""
    difference = _difference(parent, text) if parent else []
    try:
        scenario = read_text(text)
    except FaultList as error:
        return {
            "faults": [_fault(fault) for fault in error.faults],
            "explain": "",
            "numbers": [],
            "difference": difference,
        }
    from greatfear.scenario import citing

    numbers = [
        {
            "path": row["path"], "value": row["value"], "unit": row["unit"], "kind": row["kind"],
            "ground": _ground(row),
        }
        for row in citing.grounds_table(scenario)
        if row["kind"] != "default"
    ]  # fmt: skip
    return {
        "faults": [], "explain": scenario.explain(), "numbers": numbers, "difference": difference, "id": scenario.id,
        "title": scenario.title, "megabytes": megabytes(scenario),
        "persons": float(sum(region.persons.value or 0 for region in scenario.population.regions)),
    }  # fmt: skip


def _ground(row: dict[str, Any]) -> str:
    """Return in one line what a number rests on."""
    from greatfear.scenario.ranges import range_words

    keys = ("source", "place", "reason", "level", "assumption", "calibrated_to")
    words = [str(row[key]) for key in keys if row.get(key)]
    return "; ".join(words + ([range_words(row["range"])] if row.get("range") else []))


def _fault(fault: Fault) -> dict[str, Any]:
    """Return a fault with its line, where its place names one."""
    line = re.search(r"line (\d+)", fault.place)
    return {"text": str(fault), "line": int(line[1]) if line else 1, **fault.to_dict()}


def _difference(parent: str, text: str) -> list[str]:
    """Return the lines that differ from the parent."""
    found = difflib.unified_diff(text_of(parent).splitlines(), text.splitlines(), parent, "this text", lineterm="", n=1)
    return list(found)[:400]


@cache
def completions() -> list[dict[str, str]]:
    """Return every key of the language with its meaning, for completion in the editor."""
    from greatfear.scenario.schema_json import json_schema

    found: dict[str, str] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for name, shape in (node.get("properties") or {}).items():
                about = shape.get("description", "") if isinstance(shape, dict) else ""
                found.setdefault(name, about) if not about else found.update({name: about})
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    walk(json_schema())
    return [{"label": name, "info": about} for name, about in sorted(found.items())]
