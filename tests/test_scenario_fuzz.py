"""Whatever is read gives a scenario or a clear error, never another exception."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greatfear.errors import GreatFearError
from greatfear.scenario import from_dict, json_schema, load, to_json

ROOT = Path(__file__).parent.parent
TEXTS = [file.read_bytes() for file in sorted((ROOT / "spec" / "valid").glob("*.yaml"))]
SCHEMA = json_schema()
QUICK = settings(
    max_examples=500, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(-1e9, 1e9), st.text(max_size=8),
    st.sampled_from(["north", "a", "1937-01-01", "1936-13-01", "x y", "ground", "0.5"]),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def from_schema(schema: Any, depth: int) -> st.SearchStrategy[Any]:
    """Return a strategy for what a schema allows, with a chance of something else anywhere."""
    return st.one_of(*[_right(schema, depth)] * 9, ANYTHING) if depth < 5 else SCALARS


def _right(schema: Any, depth: int) -> st.SearchStrategy[Any]:
    if not isinstance(schema, dict) or not schema:
        return ANYTHING
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return st.deferred(lambda: from_schema(SCHEMA["$defs"][name], depth + 1))
    if "anyOf" in schema:
        return st.one_of(*[_right(form, depth) for form in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        return _mapping(schema, depth)
    if kind == "array":
        return st.lists(from_schema(schema.get("items", {}), depth + 1), max_size=3)
    if kind in ("number", "integer"):
        low, high = schema.get("minimum", -100), schema.get("maximum", 1e6)
        return st.integers(int(low), int(max(low, high))) if kind == "integer" else st.floats(low, high)
    if kind == "boolean":
        return st.booleans()
    return st.sampled_from(["north", "a", "b", "1936-01-01", "1937-06-01", "census"])


def _mapping(schema: Any, depth: int) -> st.SearchStrategy[Any]:
    known = schema.get("properties", {})
    required = {
        key: st.deferred(lambda key=key: from_schema(known[key], depth + 1)) for key in schema.get("required", [])
    }
    some = st.lists(st.sampled_from(sorted(known)), max_size=4, unique=True) if known else st.just([])
    more = some.flatmap(lambda keys: st.fixed_dictionaries({key: from_schema(known[key], depth + 1) for key in keys}))
    base = st.tuples(st.fixed_dictionaries(required), more).map(lambda pair: {**pair[1], **pair[0]})
    extra = schema.get("additionalProperties")
    if not isinstance(extra, dict):
        return base
    others = st.dictionaries(
        st.sampled_from(["north", "a", "b", "c1"]), st.deferred(lambda: from_schema(extra, depth + 1)), max_size=3
    )
    return st.tuples(base, others).map(lambda pair: {**pair[0], **pair[1]})


def outcome(read: Any) -> str:
    """Return how a reading ends; exceptions of other kinds escape and fail the test."""
    try:
        scenario = read()
    except GreatFearError as error:
        assert "fault" in str(error)  # noqa: PT017  the error is what is looked at
        return "faults"
    text = to_json(scenario)
    assert to_json(load(text)) == text
    return "scenario"


BASE = {
    "id": "x",
    "title": "X",
    "time": ["1936-01-01", "1938-01-01"],
    "population": {"regions": {"a": 9}, "strata": {"b": 1}},
}


@QUICK
@given(tree=st.deferred(lambda: _right(SCHEMA, 0)), whole=st.booleans())
def test_trees_from_the_schema(tree: Any, whole: bool) -> None:
    outcome(lambda: from_dict(tree if whole or not isinstance(tree, dict) else {**tree, **BASE}))


@QUICK
@given(data=st.data(), text=st.sampled_from(TEXTS))
def test_damaged_bytes(data: st.DataObject, text: bytes) -> None:
    damaged = bytearray(text)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged)))
        piece = data.draw(
            st.one_of(
                st.binary(max_size=3),
                st.sampled_from([b":", b"[", b"{", b"}", b"\t", b"\n", b"&a ", b"*a", b"- ", b"'", b"null", b"1e999"]),
            )
        )
        damaged[place : place + data.draw(st.integers(0, 4))] = piece
    outcome(lambda: load(bytes(damaged)))


@QUICK
@given(text=st.one_of(st.text(max_size=60), st.text(alphabet="{}[]:,-&*!|>'\"%#?\t\n ab1.~<", max_size=40)))
def test_any_text(text: str) -> None:
    outcome(lambda: load(text.encode("utf-8", "surrogatepass")))


def test_a_list_or_a_mapping_in_the_place_of_an_id_is_a_fault() -> None:
    """Of every list of every resolved file of the corpus, each kind of place once."""
    seen = set()
    for file in sorted((ROOT / "spec" / "valid").glob("*.resolved.json")):
        tree = json.loads(file.read_bytes())
        for path in _ids(tree, ()):
            kind = tuple("#" if isinstance(key, int) else key for key in path)
            if kind in seen:
                continue
            seen.add(kind)
            for wrong in (["a"], {"a": 1}):
                changed = copy.deepcopy(tree)
                part = changed
                for key in path:
                    part = part[key]
                part["id"] = wrong
                assert outcome(lambda changed=changed: from_dict(changed)) == "faults", (path, wrong)  # type: ignore[misc]
    assert len(seen) >= 8


def _ids(node: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the paths of all mappings that have an id."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    here = [path] if isinstance(node, dict) and "id" in node else []
    return here + [found for key, value in inner for found in _ids(value, (*path, key))]


def test_the_strategies_reach_both_ends() -> None:
    assert outcome(lambda: load(TEXTS[0])) == "scenario"
    assert outcome(lambda: from_dict({**BASE, "halt": 3})) == "faults"
