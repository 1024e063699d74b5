"""What a file says before anybody asks what it means: a tree of scalars, lists and mappings that knows its lines."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel

from greatfear.errors import Fault, ScenarioError

Scalar = str | int | float | bool | None
MAX_DEPTH = 40
MAX_NODES = 1_000_000


class Written:
    """One node of a file.

    Parameters
    ----------
    value : scalar, list of Written, or dict of str to Written
        What stands there.
    line : int
        Line in the file from 1; 0 where there is no file. A value in a mapping has the line of its key.
    """

    __slots__ = ("line", "value")

    def __init__(self, value: Scalar | list[Written] | dict[str, Written], line: int = 0) -> None:
        self.value = value
        self.line = line

    @property
    def is_number(self) -> bool:
        """Whether a bare number stands here (true and false are none)."""
        return isinstance(self.value, (int, float)) and not isinstance(self.value, bool)

    def get(self, key: str) -> Written | None:
        """Return what a mapping holds at `key`; None where this is no mapping or the key is absent or null."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return None if found is None or found.value is None else found


def written(given: Any, line: int = 0) -> Written:
    """Return Python objects as a tree: mappings, sequences, scalars, dates, models, claims and assumptions.

    Raises
    ------
    ScenarioError
        For an object of another kind, or one nested too deeply.
    """
    return _grow(given, line, 0)


def _grow(given: Any, line: int, depth: int) -> Written:
    """Return `given` as a tree; `depth` guards against objects that hold themselves."""
    if depth > MAX_DEPTH:
        raise ScenarioError([Fault("scenario", "nesting", f"at most {MAX_DEPTH} levels")], "scenario")
    if isinstance(given, BaseModel):
        given = given.model_dump(mode="json")
    elif is_dataclass(given) and not isinstance(given, type):
        given = _claim(asdict(given))
    if isinstance(given, Mapping):
        return Written({str(key): _grow(value, line, depth + 1) for key, value in given.items()}, line)
    if isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        return Written([_grow(value, line, depth + 1) for value in given], line)
    return Written(_scalar(given), line)


def _scalar(given: Any) -> Scalar:
    """Return a Python object as a scalar."""
    if isinstance(given, Enum):
        given = given.value
    if given is None or isinstance(given, (str, bool)):
        return given
    if isinstance(given, dt.date):
        return given.isoformat()[:10]
    if isinstance(given, numbers.Integral):
        return int(given)
    if isinstance(given, numbers.Real) and math.isfinite(float(given)):
        return float(given)
    raise ScenarioError([Fault("scenario", short(given), "a finite number, text, date, list or mapping")], "scenario")


def _claim(given: dict[str, Any]) -> dict[str, Any]:
    """Return a claim or an assumption with the keys that a scenario uses; empty texts are not given."""
    if "source" not in given and "reason" in given:
        given["assumption"] = given.pop("reason")
    return {key: value for key, value in given.items() if value != ""}


def plain(node: Written) -> Any:
    """Return the tree as plain Python objects."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def line_at(root: Written, path: Sequence[str | int]) -> int:
    """Return the line of the deepest node on `path` that exists."""
    node, line = root, root.line
    for key in path:
        inner: Written | None = None
        if isinstance(node.value, dict):
            inner = node.value.get(str(key))
        elif isinstance(node.value, list) and isinstance(key, int) and key < len(node.value):
            inner = node.value[key]
        if inner is None:
            return line
        node, line = inner, inner.line or line
    return line


def short(given: Any, limit: int = 60) -> str:
    """Return what was found, quoted and cut to a length that fits a line."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, dict):
        return "a mapping with " + (short(", ".join(map(str, given)), limit).strip("'") if given else "no keys")
    if isinstance(given, (list, tuple)):
        return f"a list of {len(given)}"
    text = repr(given[: 2 * limit]) if isinstance(given, str) else str(given)[: 2 * limit]
    return text if len(text) <= limit else text[: limit - 3] + "..."
