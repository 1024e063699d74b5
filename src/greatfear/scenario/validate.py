"""Turns the complaints of the models into faults, and mends a copy so that references can be checked all the same."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import ValidationError

from greatfear.errors import nearest
from greatfear.scenario.found import Found, Path
from greatfear.scenario.model import Scenario
from greatfear.scenario.outcomes import BY_OUTCOME
from greatfear.scenario.quantity import Unit
from greatfear.scenario.shape import Shape, at
from greatfear.scenario.written import short

_ROUNDS = 4


def read_fields(raw: dict[str, Any]) -> tuple[Scenario | None, list[Found]]:
    """Return the scenario and the faults of its fields.

    With faults, the scenario is that of a copy without the faulty fields, so that everything else can still be checked;
    None where too much is missing.
    """
    try:
        return Scenario.model_validate(raw), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    found = [one for one in map(_found, errors[:2000]) if one is not None]
    return _pruned(raw, errors), found


def _pruned(raw: dict[str, Any], errors: list[Any]) -> Scenario | None:
    """Return the scenario that is left when faulty fields are taken away, or None."""
    raw = copy.deepcopy(raw)
    for _ in range(_ROUNDS):
        paths = sorted({tuple(error["loc"]) for error in errors}, key=lambda path: (len(path), str(path)), reverse=True)
        taken: set[Path] = set()
        for path in paths:
            _take_away(raw, path, taken)
        _drop_marked(raw)
        try:
            return Scenario.model_validate(raw)
        except ValidationError as error:
            errors = error.errors(include_url=False)
    return None


_GONE = object()


def _take_away(raw: Any, path: Path, taken: set[Path]) -> None:
    """Mark the smallest thing around `path` that a scenario can do without."""
    while path:
        shape = at(path)
        dispensable = shape is None or (isinstance(path[-1], int) or not shape.required)
        if dispensable or (len(path) > 1 and _is_entry(path)):
            break
        path = path[:-1]
    owner: Any = raw
    for key in path[:-1]:
        try:
            owner = owner[key]
        except (KeyError, IndexError, TypeError):
            return
    if path and path not in taken:
        taken.add(path)
        last = path[-1]
        in_list = isinstance(owner, list) and isinstance(last, int) and last < len(owner)
        if in_list or (isinstance(owner, dict) and last in owner):
            owner[last] = _GONE


def _is_entry(path: Path) -> bool:
    """Whether `path` is an entry of a mapping by id."""
    around = at(path[:-1])
    return around is not None and around.kind == "map"


def _drop_marked(raw: Any) -> None:
    """Remove what was marked, in place."""
    if isinstance(raw, dict):
        for key in [key for key, value in raw.items() if value is _GONE]:
            del raw[key]
        for value in raw.values():
            _drop_marked(value)
    elif isinstance(raw, list):
        raw[:] = [value for value in raw if value is not _GONE]
        for value in raw:
            _drop_marked(value)


def _found(error: Any) -> Found | None:
    """Return one complaint of the models as a fault."""
    path = tuple(error["loc"])
    kind, given = error["type"], error["input"]
    if path and path[-1] == "[key]":
        allowed = "keys that are ids: lower-case letters, digits and hyphens, at most 60"
        return Found(path[:-1], f"the key {short(path[-2])}", allowed)
    shape = at(path)
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        allowed = "" if shape is None else shape.allowed()
        return Found(path, "nothing", allowed, f"add {path[-1]}")
    if kind == "value_error":
        return _value_error(path, error, shape)
    if kind in ("too_short", "too_long"):
        limit = error["ctx"].get("min_length", error["ctx"].get("max_length"))
        bound = "at least" if kind == "too_short" else "at most"
        return Found(path, f"a list of {len(given)}", f"{bound} {limit}")
    if path and path[0] == "format":
        return Found(path, short(given), "greatfear-scenario/1", "a later format needs a later version of greatfear")
    return Found(path, short(given), error["msg"] if shape is None else shape.allowed())


def _unknown_key(path: Path) -> Found:
    """Return the fault of a key that no part knows, with the nearest one."""
    around = at(path[:-1])
    known = list(around.part.model_fields) if around is not None and around.part is not None else []
    if around is not None and around.kind == "quantity":
        known = ["value", "ground", "source", "place", "reason", "level", "certainty"]
        known += ["assumption", "calibrated_to", "range"]
    near = nearest(str(path[-1]), known)
    fix = f"did you mean {near[0]}?" if near else "remove it; free keys may stand under metadata"
    if around is not None and around.part is not None and around.part.__name__ in BY_OUTCOME:
        known.remove("own")
        listed = "list it under `outcomes` of the scenario, with what it does to a person"
        fix = f"did you mean {near[0]}? Else {listed}" if near and near[0] != "own" else listed
    return Found(path, f"the key {str(path[-1])!r}", f"one of {', '.join(known)}", fix)


def _value_error(path: Path, error: Any, shape: Shape | None) -> Found:
    """Return the fault of a value out of its range, or of grounds that contradict one another."""
    given, message = error["input"], str(error["ctx"]["error"])
    number = given.get("value") if isinstance(given, dict) else given
    if shape is not None and isinstance(shape.unit, Unit) and " is not " in message:
        return Found(path, short(number), shape.allowed())
    got, _, fix = message.partition("; ")
    return Found(path, got, "one kind of ground: a source, or an assumption", fix)
