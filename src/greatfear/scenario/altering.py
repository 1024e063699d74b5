"""What-if variants: values changed by dotted path, the whole validated again, the change noted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from greatfear.errors import Fault, ScenarioError, WrongArgumentError, nearest
from greatfear.scenario.found import dotted
from greatfear.scenario.model import Scenario
from greatfear.scenario.outcomes import BY_OUTCOME, case_words, outcome_keys
from greatfear.scenario.reading import from_dict
from greatfear.scenario.resolving import resolve
from greatfear.scenario.shape import Shape, at
from greatfear.scenario.written import plain, short, written

Path = tuple[str | int, ...]


def alter(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a new scenario with other values at some places.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    changes : mapping of str to value
        Dotted path to what shall stand there, in human form. Parts of a list are named by id or by index from 0, steps
        also by date; ``*`` stands for all. ``offices.*.pressure`` is ``offices.pressure``, which holds everywhere.
        A bare number gets the assumption that it is a what-if.

    Returns
    -------
    Scenario
        Validated; ``metadata["altered"]`` lists every change with what stood there before.

    Raises
    ------
    ScenarioError
        For paths that lead nowhere, with the nearest, and for values that are not allowed.
    """
    if not isinstance(changes, Mapping):
        raise WrongArgumentError("changes", changes, 'values by path, as in {"offices.pressure": 0.2}')
    tree = resolve(scenario, in_full=True)
    notes = list(tree["metadata"].get("altered", []))
    faults: list[Fault] = []
    for text, given in changes.items():
        value = plain(written(given))
        places = _places(tree, str(text), faults)
        for place in places:
            before = _get(tree, place)
            _set(tree, place, _what_if(value, place, before))
            _forget_grounds(tree, place)
        if places:
            notes.append(
                {
                    "path": str(text),
                    "from": _brief(_get(resolve(scenario, in_full=True), places[0])),
                    "to": _brief(value),
                }
            )
    if faults:
        raise ScenarioError(faults, f"changes of {scenario.id}")
    tree["metadata"]["altered"] = notes
    tree["naming"]["theta"] = _in_order(tree["naming"]["theta"], list(scenario.naming.theta))
    return from_dict(tree, f"{scenario.id} (altered)")


def shape_of(scenario: Scenario, path: str) -> Shape | None:
    """Return what may stand at a dotted path, or None where it leads nowhere."""
    places = _places(resolve(scenario, in_full=True), path, [])
    return at(places[0]) if places else None


def stated_range(scenario: Scenario, path: str) -> tuple[float, float] | None:
    """Return the range that is written beside the number at a dotted path; None where none is, or several differ."""
    tree = resolve(scenario, in_full=True)
    grounds = tree["metadata"].get("grounds", {})
    found = set()
    for place in _places(tree, path, []):
        here = _get(tree, place)
        ground = here if isinstance(here, dict) else grounds.get(dotted(place, tree), {})
        ends = ground.get("range") or (None, None)
        found.add((ends[0], ends[1]))
    low, high = found.pop() if len(found) == 1 else (None, None)
    return None if low is None or high is None else (float(low), float(high))


def _in_order(theta: Any, terms: list[str]) -> Any:
    """Return the naming terms in the order of the scenario that was altered.

    Utilities are sums over the terms: in another order their last bits differ, and so might a pair that ought to be equal.
    """
    if not isinstance(theta, dict):
        return theta
    return {term: theta[term] for term in terms if term in theta} | theta


def split_path(text: str) -> list[str]:
    """Return the keys of a dotted path; points inside parentheses belong to a term."""
    return re.findall(r"(?:[^.(]|\([^)]*\)?)+", text)


def _places(tree: Any, text: str, faults: list[Fault]) -> list[Path]:
    """Return the places that a path names; none, and a fault, where it leads nowhere."""
    found: list[Path] = [()]
    for key in split_path(text):
        following = [place for before in found for place in _step(tree, before, key)]
        if not following:
            here = _get(tree, found[0])
            known = _names(here)
            near = nearest(key, known)
            fix = f"did you mean {near[0]}?" if near else ""
            allowed = f"one of {', '.join(known[:20])}" if known else "nothing further in"
            faults.append(Fault(text, f"the key {key!r}", allowed, fix))
            return []
        found = following
    if found == [()]:
        faults.append(Fault(repr(text), "an empty path", "a dotted path such as halt.date"))
        return []
    return found


def _names(here: Any) -> list[str]:
    """Return what can be named inside `here`."""
    if isinstance(here, dict):
        return list(here)
    if isinstance(here, list):
        return [str(item.get("id", index)) if isinstance(item, dict) else str(index) for index, item in enumerate(here)]
    return []


def _step(tree: Any, place: Path, key: str) -> Iterator[Path]:
    """Yield the places that one key of a path leads to."""
    here, shape = _get(tree, place), at(place)
    if isinstance(here, list):
        for index, item in enumerate(here):
            own = (item.get("id"), item.get("since")) if isinstance(item, dict) else ()
            if key == "*" or key in own or key == str(index):
                yield (*place, index)
    elif isinstance(here, dict):
        if shape is not None and shape.part is not None and shape.part.__name__ in BY_OUTCOME and key not in here:
            key = case_words(written(tree["words"])).get(key.casefold(), key)  # the case's own word for an outcome
            listed = outcome_keys(written(tree["outcomes"])).get(key.casefold())
            if listed is not None:
                yield (*place, "own", listed)
                return
        is_map = shape is not None and shape.kind in ("map", "any")
        if key == "*" and not is_map:
            yield place
        elif key == "*":
            yield from ((*place, inner) for inner in here)
        elif key in here or (is_map and shape is not None and shape.name != "sources"):
            yield (*place, key)


def _get(tree: Any, place: Path) -> Any:
    """Return what stands at a place, None where nothing does."""
    for key in place:
        if isinstance(tree, list) and isinstance(key, int):
            tree = tree[key]
        else:
            tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _set(tree: Any, place: Path, value: Any) -> None:
    """Put a value at a place that exists, or as a new entry of a mapping."""
    owner = _get(tree, place[:-1])
    owner[place[-1]] = value


def _what_if(value: Any, place: Path, before: Any) -> Any:
    """Return a value with the ground that it is a what-if, where it is a number with grounds."""
    shape: Shape | None = at(place)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if shape is None:
        return value
    if number and (shape.kind == "quantity" or shape.is_steps):
        old = f" (before: {_brief(before)})" if before is not None and shape.kind == "quantity" else ""
        return {"value": value, "assumption": f"what-if{old}"}
    if (
        isinstance(value, dict)
        and "ground" not in value
        and shape.kind in ("part", "map", "list")
        and shape.name != "sources"
    ):
        return {"ground": {"assumption": "what-if"}, **value} if "value" not in value else value
    return value


def _brief(value: Any) -> Any:
    """Return a value short enough for a note: quantities as numbers, long things by their size."""
    if isinstance(value, dict) and "value" in value:
        return value["value"]
    return short(value) if isinstance(value, (dict, list)) else value


def _forget_grounds(tree: Any, place: Path) -> None:
    """Drop the grounds of settings that were replaced."""
    grounds = tree["metadata"].get("grounds")
    if not isinstance(grounds, dict):
        return
    words = [
        str(_get(tree, place[: i + 1]).get("id", key))
        if isinstance(key, int) and isinstance(_get(tree, place[: i + 1]), dict)
        else str(key)
        for i, key in enumerate(place)
    ]
    prefix = ".".join(words)
    for key in [key for key in grounds if key == prefix or key.startswith(prefix + ".")]:
        del grounds[key]
