"""The tables of all fields in Markdown, for the specification and the docs; the reference parser reads them back."""

from __future__ import annotations

import json
from typing import Any

from greatfear.scenario.quantity import Part, Quantity
from greatfear.scenario.shape import Shape, fields, root


def field_tables() -> str:
    """Return one Markdown table per part: field, kind, allowed, default, meaning."""
    order: list[type[Part]] = []
    _collect(root().part, order)  # type: ignore[arg-type]
    return "\n".join(_table(part) for part in order)


def _collect(part: type[Part], order: list[type[Part]]) -> None:
    """Put a part and the parts inside it in order."""
    if part in order or part is Quantity:
        return
    order.append(part)
    for shape in fields(part).values():
        if shape.part is not None:
            _collect(shape.part, order)


def _table(part: type[Part]) -> str:
    """Return the table of one part."""
    text = " ".join((part.__doc__ or "").partition("Examples\n")[0].split())  # an example is no part of the meaning
    rows = [_row(shape) for shape in fields(part).values()]
    head = "| field | kind | allowed | default | meaning |\n|---|---|---|---|---|"
    return "\n".join([f"### {part.__name__}", "", text, "", head, *rows, ""])


def _row(shape: Shape) -> str:
    """Return the row of one field."""
    kind: str = shape.kind
    if shape.kind in ("part", "list") and shape.part is not None:
        kind = f"{shape.kind} of {shape.part.__name__}"
    elif shape.kind == "map" and shape.item is not None:
        kind = f"map of {shape.part.__name__ if shape.part is not None else shape.item.kind}"
        kind = "map of quantity" if shape.part is Quantity else kind
    allowed = shape.item.allowed() if shape.kind == "map" and shape.item is not None else shape.allowed()
    name = f"`{shape.name}`" + (" (later)" if shape.is_later else "")
    return f"| {name} | {kind} | {allowed} | {_default(shape)} | {shape.meaning} |".replace("  |", " |")


def _default(shape: Shape) -> str:
    """Return the default of a field: required, or a value; of a quantity with its reason."""
    if shape.required:
        return "required"
    default: Any = shape.default
    if isinstance(default, Quantity):
        return f"{default.value:.15g}; {str(default.assumption).removeprefix('default of the language: ')}"
    return "its own defaults" if shape.kind == "part" else f"`{json.dumps(default, default=str)}`"
