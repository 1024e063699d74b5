"""The corpus of the scenario language, its specification, its schema and its reference parser."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from greatfear.errors import ScenarioError
from greatfear.scenario import json_schema, load, resolve, to_json, to_yaml
from greatfear.scenario.field_tables import field_tables
from greatfear.scenario.written import plain
from greatfear.scenario.yaml_text import read_yaml

ROOT = Path(__file__).parent.parent
VALID = sorted((ROOT / "spec" / "valid").glob("*.yaml"))
INVALID = sorted((ROOT / "spec" / "invalid").glob("*.yaml"))


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Return every place where two trees differ, value by value."""
    if isinstance(one, dict) and isinstance(other, dict):
        odd = [f"{place}.{key}" for key in sorted(one.keys() ^ other.keys())]
        return odd + [
            d for key in one.keys() & other.keys() for d in differences(one[key], other[key], f"{place}.{key}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for i, pair in enumerate(zip(one, other, strict=True)) for d in differences(*pair, f"{place}[{i}]")]
    return [] if type(one) is type(other) and one == other else [f"{place}: {one!r} and {other!r}"]


@pytest.fixture(scope="module")
def reference() -> Any:
    """Return the reference parser, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("scenario_parser", ROOT / "reference" / "scenario_parser.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_corpus_is_large_enough() -> None:
    assert len(VALID) >= 40
    assert len(INVALID) >= 80


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_valid_file_resolves_to_its_twin_and_agrees_with_the_reference(file: Path, reference: Any) -> None:
    scenario = load(file)
    text = to_json(scenario)
    assert text == file.with_suffix(".resolved.json").read_text(encoding="utf-8")
    assert differences(resolve(scenario), reference.resolve_text(file.read_text(encoding="utf-8"))) == []
    assert to_json(load(text)) == text
    assert to_json(load(to_yaml(scenario))) == text


def test_planted_difference_is_seen(reference: Any) -> None:
    text = VALID[0].read_text(encoding="utf-8")
    planted = reference.resolve_text(text)
    planted["offices"]["wait"]["value"] += 1
    del planted["halt"]["evidence"]
    found = differences(resolve(load(VALID[0])), planted)
    assert len(found) == 2


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_file_names_exactly_its_faults(file: Path) -> None:
    heads = [line[9:] for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("# fault: ")]
    wanted = [tuple(part.strip() for part in head.partition("|")[::2]) for head in heads]
    assert wanted
    with pytest.raises(ScenarioError) as caught:
        load(file)
    found = [(fault.place.partition(": ")[2], str(fault)) for fault in caught.value.faults]
    assert {path for path, _ in found} == {path for path, _ in wanted}
    for path, words in wanted:
        assert any(place == path and words.lower() in text.lower() for place, text in found), (path, words, found)
    assert all(file.name in fault.place for fault in caught.value.faults)


def test_field_tables_of_the_specification_are_those_of_the_models() -> None:
    assert field_tables() in (ROOT / "spec" / "specification.md").read_text(encoding="utf-8")


def test_schema_file_is_that_of_the_models_and_takes_the_corpus() -> None:
    schema = json.loads((ROOT / "spec" / "scenario.schema.json").read_text(encoding="utf-8"))
    assert schema == json.loads(json.dumps(json_schema()))
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema)
    for file in VALID:
        tree = plain(read_yaml(file.read_text(encoding="utf-8"), file.name))
        assert [error.message for error in validator.iter_errors(tree)] == [], file.name
    wrong = plain(read_yaml("id: x\ntitle: X\nofices: {}\n", "x"))
    assert len(list(validator.iter_errors(wrong))) >= 2
