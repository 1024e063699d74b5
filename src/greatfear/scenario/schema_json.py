"""The JSON Schema of the human form, for editors that complete and check while one writes."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from greatfear.scenario.expand import DEFAULTS
from greatfear.scenario.grounds import GROUND_KEYS
from greatfear.scenario.outcomes import BY_OUTCOME
from greatfear.scenario.quantity import Part, Unit
from greatfear.scenario.shape import Shape, fields, root
from greatfear.scenario.units import units_of
from greatfear.sources import Certainty, Level

_PAIRS = {"Span": 2, "Limit": 2, "TieRow": 3}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the human form."""
    ends = {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    definitions: dict[str, Any] = {"ground": _ground(), "range": ends, "table": _table()}
    schema = _part(root().part, definitions)  # type: ignore[arg-type]
    schema["properties"]["grounds"] = {"type": "object", "additionalProperties": {"$ref": "#/$defs/ground"}}
    schema["properties"]["defaults"] = {"type": "object", "properties": {name: {"type": "object"} for name in DEFAULTS}}
    schema["properties"]["defaults"]["additionalProperties"] = False
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Great Fear scenario, human form"}
    return {**head, **schema, "$defs": dict(sorted(definitions.items()))}


@cache
def _texts() -> dict[str, Any]:
    """Return the schemas of the keys of grounds."""
    texts: dict[str, Any] = {key: {"type": ["string", "null"]} for key in GROUND_KEYS}
    texts["level"] = {"enum": [*(level.value for level in Level), None]}
    texts["range"] = {"$ref": "#/$defs/range"}
    texts["certainty"] = {"enum": [*(certainty.value for certainty in Certainty), None]}
    return texts


def _ground() -> dict[str, Any]:
    """Return the schema of a ground: a name, its keys, or null."""
    keys = {**_texts(), "ground": {"$ref": "#/$defs/ground"}}
    return {
        "anyOf": [{"type": ["string", "null"]}, {"type": "object", "properties": keys, "additionalProperties": False}]
    }


def _table() -> dict[str, Any]:
    """Return the schema of a table."""
    rows = {"type": "array", "items": {"type": "array"}}
    columns = {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
    inner: dict[str, Any] = {"type": "object", "properties": {"columns": columns, "rows": rows, "ground": True}}
    inner |= {"required": ["columns", "rows"], "additionalProperties": False}
    keys = {"table": inner, "ground": {"$ref": "#/$defs/ground"}}
    return {"type": "object", "properties": keys, "required": ["table"], "additionalProperties": False}


def _part(part: type[Part], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the mapping form of a part."""
    known = fields(part)
    properties = {name: _field(shape, definitions) for name, shape in known.items()}
    properties["ground"] = {"$ref": "#/$defs/ground"}
    required = [name for name, shape in known.items() if shape.required]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if part.__name__ in BY_OUTCOME:  # the words of the case may stand there too
        schema["additionalProperties"] = {"anyOf": _quantity(Unit("share", 0, 1))}
    return {**schema, "required": required} if part.__name__ == "Scenario" else schema


def _reference(part: type[Part], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a reference to the schema of a part, which is written when first asked for."""
    name = part.__name__
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _part(part, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _field(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what may stand at one key; null is not given."""
    schema = {"anyOf": [*_forms(shape, definitions), {"type": "null"}]}
    return {"description": shape.meaning, **schema} if shape.meaning else schema


def _forms(shape: Shape, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the forms in which one thing may be written."""
    if shape.kind in ("quantity", "number"):
        return _quantity(shape.unit)
    if shape.kind in ("whole", "date"):
        plain = _leaf(shape)
        keys = {"value": plain, **_texts(), "ground": {"$ref": "#/$defs/ground"}}
        forms: list[dict[str, Any]] = [
            plain,
            {"type": "object", "properties": keys, "required": ["value"], "additionalProperties": False},
        ]
        return [*forms, {"const": "none"}] if shape.name == "household" else forms
    if shape.kind == "part" and shape.part is not None:
        return [_reference(shape.part, definitions), *_short(shape.part)]
    if shape.kind == "list":
        return _list(shape, definitions)
    if shape.kind == "ids":
        return [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    if shape.kind == "map" and shape.item is not None:
        forms = [{"type": "object", "additionalProperties": _field(shape.item, definitions)}]
        forms[0]["properties"] = {"ground": {"$ref": "#/$defs/ground"}}
        return [*forms, {"$ref": "#/$defs/table"}] if shape.name == "limits" else forms
    return [_leaf(shape)]


def _short(part: type[Part]) -> list[dict[str, Any]]:
    """Return the short forms of a part."""
    if part.__name__ in _PAIRS:
        return [{"type": "array", "minItems": 2, "maxItems": _PAIRS[part.__name__]}]
    return [{"type": "string"}] if part.__name__ in ("SourceEntry", "Route") else []


def _quantity(unit: Unit | None) -> list[dict[str, Any]]:
    """Return the forms of a quantity."""
    number: dict[str, Any] = {"type": "integer" if unit and unit.whole else "number"}
    if unit and not math.isinf(unit.low):
        number["minimum"] = unit.low
    if unit and not math.isinf(unit.high):
        number["maximum"] = unit.high
    keys = {"value": number, **_texts(), "ground": {"$ref": "#/$defs/ground"}}
    units = units_of(unit.unit) if unit else ()
    if len(units) > 1:  # a value in another unit may lie outside the range of the field
        keys |= {"unit": {"enum": list(units)}, "value": {"type": "number"}}
    return [number, {"type": "object", "properties": keys, "required": ["value"], "additionalProperties": False}]


def _list(shape: Shape, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the forms of a list of parts."""
    assert shape.part is not None
    item = {"anyOf": [_reference(shape.part, definitions), *_short(shape.part)]}
    forms: list[dict[str, Any]] = [{"type": "array", "items": item}, {"$ref": "#/$defs/table"}]
    if shape.has_ids:
        inner = {"anyOf": [_reference(shape.part, definitions), *_quantity(None), {"type": "null"}]}
        if shape.name == "outcomes":  # a bare text is the effect
            inner["anyOf"].append({"enum": list(fields(shape.part)["effect"].choices)})
        forms.append(
            {"type": "object", "additionalProperties": inner, "properties": {"ground": {"$ref": "#/$defs/ground"}}}
        )
    if shape.is_steps:
        value = {"anyOf": _quantity(shape.unit)}
        forms += _quantity(shape.unit)
        by_date = {"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": value}
        ground = {"ground": {"$ref": "#/$defs/ground"}}
        forms.append(
            {"type": "object", "patternProperties": by_date, "properties": ground, "additionalProperties": False}
        )
    return forms


def _leaf(shape: Shape) -> dict[str, Any]:
    """Return the schema of a plain value."""
    if shape.kind == "whole":
        bounds = {"minimum": shape.low, "maximum": shape.high}
        return {"type": "integer", **{key: bound for key, bound in bounds.items() if bound is not None}}
    if shape.kind == "yesno":
        return {"type": "boolean"}
    if shape.kind == "date":
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    if shape.kind == "choice":
        return {"enum": list(shape.choices)}
    if shape.kind == "id":
        return {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": 60}
    return {"type": "string"} if shape.kind == "text" else {}
