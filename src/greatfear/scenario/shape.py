"""What may stand where: the fields of every part, read off the models once and asked by path.

Expansion of the human form, faults, alterations, explanations and the JSON Schema all ask this module, so that the
models stay the one text that says what a scenario holds.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from greatfear.scenario.campaign import Limit, Operation
from greatfear.scenario.custody import Mortality
from greatfear.scenario.fear import Fear
from greatfear.scenario.model import Scenario
from greatfear.scenario.population import Population, TieRow
from greatfear.scenario.process import Offices, Staff
from greatfear.scenario.quantity import Part, Quantity, Unit

Kind = Literal[
    "quantity", "number", "whole", "yesno", "text", "id", "date", "choice", "part", "list", "ids", "map", "any"
]

PRINCIPAL = {
    "regions": "persons", "strata": "share", "organisations": "members", "orders": "persons", "outcomes": "days",
}  # fmt: skip
"""Lists of parts with ids whose mapping form may give one number for a part, and the field it stands for."""

STEP_UNITS = {"pressure": Unit("share of full pressure", 0, 1), "evidence": Unit("statements", 1, 100, whole=True)}
"""Units of the two step lists of offices; a step itself does not know which list it stands in."""
_MORE_STEPS: dict[type[Part], dict[str, Unit]] = {
    Offices: STEP_UNITS,
    Staff: {"drafts": Unit("factor", 0, 1000)},
    Mortality: {"held": Unit("per person and year", 0, 100), "camp": Unit("per person and year", 0, 100)},
    Fear: {"expectation": Unit("share: 0 none, 1 certain", 0, 1)},
    Operation: {"hazards": Unit("per listed person and day", 0, 1)},
}


@dataclass(frozen=True)
class Shape:
    """What may stand at one place.

    Parameters
    ----------
    name : str
        Name of the field; empty for the whole scenario and for items.
    kind : str
        ``quantity``, ``number`` (the value of one), ``whole`` (number), ``yesno``, ``text``, ``id``, ``date``,
        ``choice``, ``part``, ``list`` (of parts),
        ``ids`` (list of ids), ``map`` (by id or term) or ``any``.
    part : type or None
        Class of the part, or of the parts of a list or map.
    item : Shape or None
        What a map holds.
    unit : Unit or None
        Unit and range of a quantity.
    choices, low, high
        Words of a choice; bounds of a whole number.
    required, optional : bool
        Whether it must be given; whether null is a value.
    field : FieldInfo or None
        The field of the model, for default and description.
    """

    name: str
    kind: Kind
    part: type[Part] | None = None
    item: Shape | None = None
    unit: Unit | None = None
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    required: bool = False
    optional: bool = False
    field: FieldInfo | None = None

    def allowed(self) -> str:
        """Return in words what may stand here."""
        if self.kind in ("quantity", "number"):
            return (self.unit or Unit("", float("-inf"))).allowed()
        if self.kind == "whole":
            bounds = f"from {self.low} to {self.high}" if self.high is not None else f"{self.low or 0} or more"
            return f"a whole number, {bounds}" if self.high is None else f"a whole number {bounds}"
        return _WORDS[self.kind].format(", ".join(self.choices))

    @property
    def has_ids(self) -> bool:
        """Whether this is a list whose parts have ids."""
        return self.kind == "list" and self.part is not None and "id" in self.part.model_fields

    @property
    def is_steps(self) -> bool:
        """Whether this is a list of steps."""
        return self.kind == "list" and self.part is not None and self.part.__name__ == "Step"

    @property
    def is_later(self) -> bool:
        """Whether the resolved form leaves the field out while it holds its default; see `greatfear.scenario.quantity.LATER`."""
        extra = None if self.field is None else self.field.json_schema_extra
        return isinstance(extra, dict) and bool(extra.get("later"))

    @property
    def default(self) -> Any:
        """The default of the language, or None where there is none."""
        if self.field is None or self.required:
            return None
        return self.field.get_default(call_default_factory=True)

    @property
    def meaning(self) -> str:
        """The description of the field; for an assumed default the reason it gives."""
        if self.field is not None and self.field.description:
            return self.field.description
        if self.kind == "part" and self.part is not None:
            return (self.part.__doc__ or "").strip().partition("\n")[0]
        return ""


_WORDS = {
    "yesno": "true or false",
    "text": "a text (put it in quotes if it looks like a number)",
    "id": "an id: lower-case letters, digits and hyphens, at most 60, not one of ground, table, list, defaults",
    "date": "a date YYYY-MM-DD",
    "choice": "one of {}",
    "part": "a mapping of keys",
    "list": "a list, or a table",
    "ids": "a list of ids",
    "map": "a mapping",
    "any": "anything",
}


@cache
def root() -> Shape:
    """Return the shape of a whole scenario."""
    return Shape("", "part", part=Scenario, required=True)


@cache
def fields(part: type[Part]) -> dict[str, Shape]:
    """Return the shapes of the fields of `part`, in the order of the model."""
    shapes = {name: _field_shape(name, info) for name, info in part.model_fields.items()}
    for name, unit in _MORE_STEPS.get(part, {}).items():
        shapes[name] = replace(shapes[name], unit=unit)
    return shapes


def _field_shape(name: str, info: FieldInfo) -> Shape:
    """Return the shape of one field of a model."""
    shape = _annotation_shape(name, info.annotation, info.metadata)
    return replace(shape, required=info.is_required(), field=info)


def _annotation_shape(name: str, annotation: Any, metadata: Sequence[Any] = ()) -> Shape:
    """Return the shape that a type annotation and its metadata describe."""
    if hasattr(annotation, "__metadata__"):
        return _annotation_shape(name, annotation.__origin__, [*annotation.__metadata__, *metadata])
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        inner = next(argument for argument in arguments if argument is not type(None))
        return replace(_annotation_shape(name, inner, metadata), optional=True)
    if origin is Literal:
        return Shape(name, "choice", choices=tuple(map(str, arguments)))
    if origin is list:
        item = _annotation_shape("", arguments[0])
        return Shape(name, "list", part=item.part) if item.kind == "part" else Shape(name, "ids")
    if origin is dict:
        item = _annotation_shape("", arguments[1])
        return Shape(name, "any") if item.kind == "any" else Shape(name, "map", part=item.part, item=item)
    return _plain_shape(name, annotation, list(_flat(metadata)))


def _flat(metadata: Sequence[Any]) -> Iterator[Any]:
    """Yield metadata with pydantic's `Field` objects opened."""
    for entry in metadata:
        if isinstance(entry, FieldInfo):
            yield from entry.metadata
        else:
            yield entry


def _plain_shape(name: str, annotation: Any, metadata: list[Any]) -> Shape:
    """Return the shape of a type that holds no other types."""
    if annotation is Quantity:
        return Shape(name, "quantity", unit=next((entry for entry in metadata if isinstance(entry, Unit)), None))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(name, "part", part=annotation)  # type: ignore[arg-type]
    if annotation is bool:
        return Shape(name, "yesno")
    if annotation is int:
        low = next((int(entry.ge) for entry in metadata if isinstance(entry, Ge)), None)  # type: ignore[call-overload]
        high = next((int(entry.le) for entry in metadata if isinstance(entry, Le)), None)  # type: ignore[call-overload]
        return Shape(name, "whole", low=low, high=high)
    if annotation is float:
        return Shape(name, "number")
    if annotation is dt.date:
        return Shape(name, "date")
    if isinstance(annotation, type) and issubclass(annotation, str) and annotation is not str:
        return Shape(name, "choice", choices=tuple(member.value for member in annotation))  # type: ignore[attr-defined]
    if annotation is str:
        return Shape(name, "id" if metadata else "text")
    return Shape(name, "any")


def at(path: Sequence[str | int]) -> Shape | None:
    """Return what may stand at `path` of the resolved form, or None where nothing may."""
    shape: Shape | None = root()
    for key in path:
        shape = None if shape is None else _inside(shape, key)
    return shape


def _inside(shape: Shape, key: str | int) -> Shape | None:
    """Return the shape one step further in."""
    if shape.kind == "part" and shape.part is not None:
        inner = fields(shape.part).get(str(key))
        if inner is not None and key == "value" and shape.unit is not None:
            return replace(inner, unit=shape.unit)
        return inner
    if shape.kind == "list" and isinstance(key, int):
        return Shape("", "part", part=shape.part, unit=shape.unit)
    if shape.kind == "ids" and isinstance(key, int):
        return Shape("", "id")
    if shape.kind == "map":
        return shape.item
    if shape.kind == "quantity":
        return replace(fields(Quantity)[str(key)], unit=shape.unit) if str(key) in Quantity.model_fields else None
    return shape if shape.kind == "any" else None


# The parts that other modules of this folder treat by name; a rename in a model must not pass unnoticed.
assert {"limits", "grants"} <= Operation.model_fields.keys()
assert {"regions", "strata", "organisations"} <= Population.model_fields.keys()
assert {"first", "second"} == Limit.model_fields.keys()
assert {"a", "b", "kind"} == TieRow.model_fields.keys()
