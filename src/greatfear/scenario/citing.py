"""Every number with what it rests on: grouped by source, as BibTeX, and the strict rule of the catalogue."""

from __future__ import annotations

from typing import Any

from greatfear.errors import Fault
from greatfear.scenario.checks import quantities
from greatfear.scenario.found import Path, dotted
from greatfear.scenario.model import Scenario, SourceEntry
from greatfear.scenario.quantity import Quantity
from greatfear.scenario.ranges import range_words
from greatfear.scenario.shape import Shape, at, fields, root
from greatfear.show.wording import unit_beside
from greatfear.sources import Source


def grounds_table(scenario: Scenario) -> list[dict[str, Any]]:
    """Return one row per number: path, value, unit, kind, and the keys of its grounds.

    Settings of the model (whole numbers) have kind ``setting`` unless grounds are kept for them.
    """
    tree = scenario.model_dump(mode="json")
    rows = [_row(dotted(path, tree), path, quantity) for path, quantity in quantities(scenario)]
    if scenario.offices.per == "office":
        for row in rows:
            if row["path"].startswith("offices."):
                row["unit"] = row["unit"].replace("per 100,000 persons", "per office")
    kept = scenario.metadata.get("grounds", {})
    kept = kept if isinstance(kept, dict) else {}
    for path, value, default in settings(tree):
        ground = kept.get(path)
        if isinstance(ground, dict):
            kind = "claim" if ground.get("source") else "calibrated" if ground.get("calibrated_to") else "assumption"
            rows.append({"path": path, "value": value, "unit": "", "kind": kind, **ground})
        else:
            rows.append(
                {"path": path, "value": value, "unit": "", "kind": "default" if value == default else "setting"}
            )
    return rows


def settings(tree: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return every whole-number setting as dotted path, value, and default of the language (None where it has none)."""
    found: list[tuple[str, Any, Any]] = []
    _settings(tree, root(), (), (tree, found))
    return found


def _settings(node: Any, shape: Shape, path: Path, into: tuple[Any, list[tuple[str, Any, Any]]]) -> None:
    """Collect the settings below one node; tie rows and years of sources are data, not settings."""
    if shape.kind == "whole" and node is not None:
        into[1].append((dotted(path, into[0]), node, shape.default))
    elif shape.kind == "part" and shape.part is not None and isinstance(node, dict):
        for key, inner in fields(shape.part).items():
            if key not in ("rows", "sources", "year"):
                _settings(node.get(key), inner, (*path, key), into)
    elif shape.kind == "list" and isinstance(node, list):
        for index, item in enumerate(node):
            _settings(item, Shape("", "part", part=shape.part), (*path, index), into)


def _row(path: str, place: Path, quantity: Quantity) -> dict[str, Any]:
    """Return the row of one quantity."""
    shape = at(place)
    given = quantity.model_dump(mode="json", exclude_none=True)
    unit = shape.unit.unit if shape is not None and shape.unit is not None else ""
    default = quantity.kind == "assumption" and str(quantity.assumption).startswith("default of the language")
    return {"path": path, "unit": unit, "kind": "default" if default else quantity.kind, **given}


def cite(scenario: Scenario, *, defaults: bool = False) -> str:
    """Return every number with source, place, reason and level, grouped by source.

    Parameters
    ----------
    scenario : Scenario
        What to cite.
    defaults : bool
        Whether to list the defaults of the language too.
    """
    rows = grounds_table(scenario)
    lines = [f"{scenario.title} ({scenario.id}): what its numbers rest on"]
    for key, entry in scenario.sources.items():
        own = [row for row in rows if row.get("source") == key]
        lines += ["", f"[{key}] {entry.citation}" + (f" doi:{entry.doi}" if entry.doi else "")]
        lines += [_line(row) for row in own] or ["  no number rests on it"]
    heads = {
        "calibrated": "Assumptions fitted to data",
        "assumption": "Assumptions",
        "bare": "Bare numbers (they count as assumptions)",
        "setting": "Settings without grounds",
    }
    if defaults:
        heads["default"] = "Defaults of the language"
    for kind, head in heads.items():
        own = [row for row in rows if row["kind"] == kind]
        if own:
            lines += ["", head, *map(_line, own)]
    count = sum(row["kind"] == "default" for row in rows)
    if count and not defaults:
        lines += ["", f"{count} more numbers are defaults of the language."]
    return "\n".join(lines) + "\n"


def _line(row: dict[str, Any]) -> str:
    """Return one number as a line."""
    words = [str(row[key]) for key in ("place", "reason", "level", "certainty", "assumption") if row.get(key)]
    if row.get("calibrated_to"):
        words.append(f"fitted to {row['calibrated_to']}")
    if row.get("range"):
        words.append(range_words(row["range"]))
    unit = f" {unit_beside(row['value'], row['unit'])}" if row["unit"] else ""
    value = f"{row['value']:,.10g}" if isinstance(row["value"], float) else str(row["value"])
    return f"  {row['path']} = {value}{unit}" + (f": {'; '.join(words)}" if words else "")


def bibtex(scenario: Scenario) -> str:
    """Return the sources of the scenario as BibTeX entries."""
    return "\n".join(_source(key, entry).bibtex() for key, entry in scenario.sources.items())


def _source(key: str, entry: SourceEntry) -> Source:
    """Return an entry of the scenario as a source."""
    return Source(key, entry.citation, entry.year, entry.doi, entry.url, entry.licence, entry.note)


def require_grounds(scenario: Scenario) -> list[Fault]:
    """Return a fault for every number that is neither a complete claim nor an assumption: the rule of the catalogue.

    A claim has source, place, reason, level and certainty. Settings may keep the default of the language.
    """
    faults = []
    for row in grounds_table(scenario):
        lacking = [key for key in ("place", "reason", "level", "certainty") if not row.get(key)]
        place = f"{scenario.id}: {row['path']}"
        if row["kind"] in ("bare", "setting"):
            got = f"the bare number {row['value']}"
            faults.append(Fault(place, got, "a claim or an assumption", "add a source, or an assumption that says why"))
        elif row["kind"] == "claim" and lacking:
            got = f"a claim without {', '.join(lacking)}"
            faults.append(Fault(place, got, "source, place, reason, level and certainty"))
    return faults
