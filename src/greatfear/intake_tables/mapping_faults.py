"""Says in our own words what is wrong with a column map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from greatfear.errors import Fault, nearest

_ALLOWED = {
    "missing": "a value, because this key is needed",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values, or the name of a column",
    "date_type": 'a date in quotation marks, for example "1937-01-01"',
    "date_parsing": 'a date in quotation marks, for example "1937-01-01"',
    "date_from_datetime_parsing": 'a date in quotation marks, for example "1937-01-01"',
    "date_from_datetime_inexact": "a date without a time of day",
    "date_outside": "a date of the years 1 to 9999",
    "union_tag_not_found": "'into' says what a row becomes; it is needed",
    "string_unicode": "a text",
    "string_too_short": "a text of one letter or more",
}


def fault_of(name: str, item: Any, models: Sequence[type[BaseModel]]) -> Fault:
    """Return one fault of the check of a map.

    Parameters
    ----------
    name : str
        Name of the map.
    item : mapping
        One error of the library that checks the map.
    models : sequence of model
        Whose keys a map may use, for "did you mean".
    """
    place = f"{name}: {_path(item['loc'])}"
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(item["loc"][-1])
        near = nearest(key, sorted({known for model in models for known in model.model_fields} | {"not"}))
        near = [each for each in near if each != key]  # a key that belongs elsewhere
        fix = f"did you mean {', '.join(near)}?" if near else ""
        return Fault(place, "an unknown key", "a key that docs/intake.md allows here", fix)
    got = "nothing" if kind == "missing" else _shown(item.get("input"))
    if kind in ("literal_error", "union_tag_invalid"):
        return Fault(place, got, str(context.get("expected") or context.get("expected_tags")))
    if kind == "value_error":
        return Fault(place, got, str(context["error"]))
    is_word = isinstance(item.get("input"), bool) and kind in ("model_type", "string_type", "date_type")
    fix = "YAML reads yes, no, on and off as true and false: put the word in quotation marks" if is_word else ""
    return Fault(place, got, _ALLOWED.get(kind, "what docs/intake.md says of this key"), fix)


def _path(parts: Sequence[Any]) -> str:
    """Return a dotted path without the names of the alternatives that the library tried."""
    return (
        ".".join(str(part) for part in parts if not str(part).startswith(("literal[", "list[", "function-", "tuple[")))
        or "the map"
    )


def _shown(value: Any) -> str:
    """Return a value, shortened."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
