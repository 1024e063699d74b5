"""The resolved form as plain objects and as text: everything written out, in one order, the same bytes every time."""

from __future__ import annotations

import functools
import hashlib
import json
from typing import TYPE_CHECKING, Any

from greatfear.scenario.fill import fill
from greatfear.scenario.quantity import Part
from greatfear.scenario.shape import Shape, fields, root

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

_SAID = {"title", "about", "name", "words", "sources", "metadata", "range"} | {
    "source", "place", "reason", "level", "certainty", "assumption", "calibrated_to",
}  # fmt: skip
"""Keys of the resolved form that move no run."""


def resolve(scenario: Scenario, *, in_full: bool = False) -> dict[str, Any]:
    """Return the resolved form of `scenario` as plain mappings, lists, texts and numbers.

    Fields stand in the order of the models, mappings by id and metadata in alphabetical order; whole numbers are int. Fields
    that came to the language later are left out while they hold their default, unless it is asked for `in_full`.
    """
    ordered: dict[str, Any] = canonical(completed(scenario).model_dump(mode="json"), root())
    return ordered if in_full else _without_later(ordered, root())


def _without_later(given: Any, shape: Shape | None) -> Any:
    """Return a canonical tree without the later fields that hold their defaults."""
    if shape is None or shape.kind in ("any", "quantity") or not isinstance(given, dict | list):
        return given
    if isinstance(given, list):
        part = Shape("", "part", part=shape.part) if shape.part is not None else None
        return [_without_later(item, part) for item in given]
    if shape.kind == "map":
        return {key: _without_later(value, shape.item) for key, value in given.items()}
    if shape.part is None:
        return given
    known = fields(shape.part)
    kept = {key: _without_later(value, known[key]) for key, value in given.items()}
    return {
        key: value for key, value in kept.items() if not known[key].is_later or value != _default_of(shape.part, key)
    }


@functools.cache
def _default_of(part: type[Part], key: str) -> Any:
    """Return the default of a field as it would stand in the resolved form."""
    shape = fields(part)[key]
    default = shape.default
    plain = default.model_dump(mode="json") if isinstance(default, Part) else default
    return _without_later(canonical(plain, shape), shape)


def completed(scenario: Scenario) -> Scenario:
    """Return the scenario with everything written out that a scenario made of models may leave open, such as names."""
    from greatfear.scenario.model import Scenario

    given = scenario.model_dump(mode="json")
    filled = fill(given)
    return scenario if filled == given else Scenario.model_validate(filled)


def canonical(given: Any, shape: Shape | None) -> Any:
    """Return plain objects in the canonical order, whole numbers as int.

    Parameters
    ----------
    given : mapping, list or scalar
        A complete resolved tree or a part of one.
    shape : Shape or None
        What stands here; None or ``any`` sorts every mapping.
    """
    if isinstance(given, dict):
        if shape is None or shape.kind in ("map", "any"):
            inner = None if shape is None or shape.kind == "any" else shape.item
            return {key: canonical(given[key], inner) for key in sorted(given)}
        if shape.part is None:
            return {key: canonical(value, None) for key, value in given.items()}
        known = fields(shape.part)
        return {key: canonical(value, known[key]) for key, value in given.items()}
    if isinstance(given, list):
        part = Shape("", "part", part=shape.part) if shape is not None and shape.kind == "list" else None
        return [canonical(item, part) for item in given]
    if isinstance(given, float) and given.is_integer() and abs(given) < 2**53:
        return int(given)
    return given


def to_json(scenario: Scenario) -> str:
    """Return the resolved form as JSON text that ends with a line break; equal scenarios give equal bytes."""
    return json.dumps(resolve(scenario), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def numbers_digest(scenario: Scenario) -> str:
    """Return the SHA-256 of what can move a run: the resolved form without titles, names, sources, grounds, ranges and notes.

    Two scenarios with the same one give the same rows for the same seed; a file of results is out of date when it differs.
    """
    return hashlib.sha256(json.dumps(_bare(resolve(scenario))).encode()).hexdigest()


def _bare(tree: Any) -> Any:
    """Return a tree without what is said about numbers and parts."""
    if isinstance(tree, dict):
        return {key: _bare(value) for key, value in tree.items() if key not in _SAID}
    return [_bare(item) for item in tree] if isinstance(tree, list) else tree


def to_yaml(scenario: Scenario) -> str:
    """Return the resolved form as YAML text, which is also a valid human form."""
    from greatfear.scenario.yaml_text import dump_yaml

    return dump_yaml(resolve(scenario))


def digest(scenario: Scenario) -> str:
    """Return the SHA-256 of the resolved form, for provenance."""
    return hashlib.sha256(to_json(scenario).encode()).hexdigest()
