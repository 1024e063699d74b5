"""A number with its grounds, and the units and ranges of the fields that hold numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from greatfear.sources import Certainty, Level

LATER: dict[str, Any] = {"later": True}
"""Marks a field that came to the language later (`json_schema_extra=LATER`): the resolved form leaves it out while it holds its
default, so that the resolved form of every older scenario stays the same, byte for byte."""


class Part(BaseModel):
    """Base of all parts of a scenario: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Quantity(Part):
    """A number, and what it rests on: a claim (source), an assumption (reason), or nothing (bare).

    The human form may write a bare number ``3``; the resolved form always has all keys.
    """

    value: float
    source: str | None = Field(None, description="key of a source listed under `sources`; makes it a claim")
    place: str | None = Field(None, description="page, table, row or paragraph in the source")
    reason: str | None = Field(None, description="why this value stands here")
    level: Level | None = Field(None, description="how the claim stands to the text")
    certainty: Certainty | None = Field(None, description="how sure one can be of the claim")
    assumption: str | None = Field(None, description="why this value was assumed; makes it an assumption")
    calibrated_to: str | None = Field(None, description="what an assumed value was fitted to")
    range: tuple[float, float] | None = Field(None, description="lower and upper end of what the value may be")

    @model_validator(mode="before")
    @classmethod
    def _from_bare(cls, given: Any) -> Any:
        if isinstance(given, (int, float)) and not isinstance(given, bool):
            return {"value": given}
        return given

    @model_serializer(mode="wrap")
    def _without_absent_range(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out a range that is not given: the resolved form of older scenarios has none."""
        found: dict[str, Any] = write(self)
        if self.range is None:
            found.pop("range", None)
        return found

    @model_validator(mode="after")
    def _one_ground(self) -> Quantity:
        if self.source and self.assumption:
            raise ValueError("both a source and an assumption; keep one of them")
        if self.calibrated_to and not self.assumption:
            raise ValueError("calibrated_to without an assumption; say in `assumption` what was chosen and why")
        return self

    @property
    def kind(self) -> str:
        """Return ``"claim"``, ``"calibrated"``, ``"assumption"`` or ``"bare"``."""
        if self.source:
            return "claim"
        if self.calibrated_to:
            return "calibrated"
        return "assumption" if self.assumption else "bare"

    def __float__(self) -> float:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit and range of a numeric field: ``Annotated[Quantity, Unit("share", 0, 1)]``."""

    unit: str
    low: float = 0.0
    high: float = math.inf
    whole: bool = False

    def allowed(self) -> str:
        """Return the range in words."""
        what = "a whole number" if self.whole else "a number"
        if math.isinf(self.high):
            bounds = "" if math.isinf(self.low) else f", {self.low:g} or more"
        else:
            bounds = f" from {self.low:g} to {self.high:g}"
        return f"{what}{bounds} ({self.unit})" if self.unit else f"{what}{bounds}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic check the range right after the quantity was read."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def check(self, quantity: Quantity) -> Quantity:
        """Return `quantity` if it is in range, else raise ValueError with the range in words."""
        value = quantity.value
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            raise ValueError(f"{value:g} is not {self.allowed()}")
        return quantity


def is_left_out(part: Part, name: str) -> bool:
    """Return whether a number has the default of the language with its ground: nobody wrote it."""
    default: object = type(part).model_fields[name].get_default(call_default_factory=True)
    return bool(getattr(part, name) == default)


def assumed(value: float, why: str, *, later: bool = False) -> Any:
    """Return the field default `value` with the reason why the language assumes it; `later` as in `LATER`."""
    extra = LATER if later else None
    return Field(
        default_factory=lambda: Quantity(value=value, assumption=f"default of the language: {why}"),
        json_schema_extra=extra,
    )
