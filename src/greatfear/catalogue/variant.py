"""Entries that are another entry with some rules changed: what they share is shared by construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greatfear.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

_KEYS = ("of", "title", "about", "sources", "changes")


@dataclass(frozen=True, slots=True)
class Variant:
    """What a ``variant.yaml`` says.

    Parameters
    ----------
    of : str
        Id of the entry that is changed.
    title, about : str
        As in a scenario.
    sources : mapping
        Sources that the changes refer to, in human form.
    changes : mapping
        Dotted path to what shall stand there, as for `Scenario.alter`; each number with its grounds.
    """

    of: str
    title: str
    about: str
    sources: Mapping[str, Any]
    changes: Mapping[str, Any]


def read_variant(text: str, name: str) -> Variant:
    """Return the variant of a YAML text.

    Raises
    ------
    ScenarioError
        With every key that is unknown or missing.
    """
    from greatfear.scenario.written import plain
    from greatfear.scenario.yaml_text import read_yaml

    given = plain(read_yaml(text, name))
    if not isinstance(given, dict):
        raise ScenarioError([Fault(name, type(given).__name__, f"a mapping with the keys {', '.join(_KEYS)}")], name)
    faults = [Fault(f"{name}: {key}", "an unknown key", ", ".join(_KEYS)) for key in given if key not in _KEYS]
    needed = [key for key in _KEYS if key not in given and key != "sources"]
    faults += [Fault(f"{name}: {key}", "nothing", "a value") for key in needed]
    if faults:
        raise ScenarioError(faults, name)
    return Variant(given["of"], given["title"], given["about"], given.get("sources", {}), given["changes"])


def vary(base: Scenario, variant: Variant, name: str) -> Scenario:
    """Return the base with the changes of a variant, under its own id; sources that nothing cites any more are dropped.

    Raises
    ------
    ScenarioError
        For bare numbers among the changes, and for whatever `Scenario.alter` refuses.
    """
    from greatfear.scenario import from_dict, resolve

    tree = resolve(base)
    tree |= {"id": name, "title": variant.title, "about": variant.about}
    tree["sources"] |= dict(variant.sources)
    tree = resolve(from_dict(tree, name).alter(variant.changes))
    bare = [place for place, assumption in _assumptions(tree) if assumption.startswith("what-if")]
    if bare:
        allowed = "a number with a source and its place, or with an assumption"
        raise ScenarioError([Fault(f"{name}: {place}", "a bare number", allowed) for place in bare], name)
    cited = set(_cited(tree))
    tree["sources"] = {key: source for key, source in tree["sources"].items() if key in cited}
    return from_dict(tree, name)


def _assumptions(part: Any, place: str = "") -> list[tuple[str, str]]:
    """Return place and text of every assumption."""
    if isinstance(part, dict):
        own = [(place, part["assumption"])] if isinstance(part.get("assumption"), str) and "value" in part else []
        return own + [row for key, value in part.items() for row in _assumptions(value, f"{place}.{key}".strip("."))]
    if isinstance(part, list):
        return [row for index, value in enumerate(part) for row in _assumptions(value, f"{place}.{index}")]
    return []


def _cited(part: Any) -> list[str]:
    """Return the keys of sources that grounds refer to."""
    if isinstance(part, dict):
        own = [part["source"]] if isinstance(part.get("source"), str) else []
        return own + [key for name, value in part.items() if name != "sources" for key in _cited(value)]
    if isinstance(part, list):
        return [key for value in part for key in _cited(value)]
    return []
