"""Faults on their way: found at a path of the resolved form, later told with file, line and ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from greatfear.errors import Fault

Path = tuple[str | int, ...]
MOST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One fault at a path; `line` is 0 where it must be looked up."""

    path: Path
    got: str
    allowed: str
    fix: str = ""
    line: int = 0


def under(path: Path, prefix: Sequence[str | int]) -> bool:
    """Return whether `path` is `prefix` or lies below it."""
    return tuple(path[: len(prefix)]) == tuple(prefix)


def dotted(path: Sequence[str | int], tree: Any) -> str:
    """Return a path in words: parts of a list by their id where they have one, by index from 0 where not."""
    words: list[str] = []
    for key in path:
        inner = _step(tree, key)
        name = inner.get("id") if isinstance(inner, dict) and isinstance(key, int) else None
        words.append(name if isinstance(name, str) else str(key))
        tree = inner
    return ".".join(words)


def _step(tree: Any, key: str | int) -> Any:
    """Return what lies at `key`, or None."""
    if isinstance(tree, dict):
        return tree.get(key)
    if isinstance(tree, list) and isinstance(key, int) and -len(tree) <= key < len(tree):
        return tree[key]
    return None


def tell(found: Iterable[Found], name: str, tree: Any) -> list[Fault]:
    """Return the faults as a person reads them: in the order of lines, each once, at most a hundred."""
    told: dict[tuple[str, str], Fault] = {}
    for one in sorted(found, key=lambda one: one.line):
        where = name if not one.line else f"{name} line {one.line}"
        place = f"{where}: {dotted(one.path, tree)}" if one.path else where
        told.setdefault((place, one.got), Fault(place, one.got, one.allowed, one.fix))
    faults = list(told.values())
    if len(faults) > MOST:
        rest = Fault(name, f"{len(faults) - MOST} more faults", "none", "fix these first")
        return [*faults[:MOST], rest]
    return faults
