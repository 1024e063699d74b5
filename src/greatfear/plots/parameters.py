"""The numbers of a scenario with what each rests on, put together where many share one ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from greatfear.plots.markup import quantity
from greatfear.scenario.ranges import range_words

_DEFAULT = "default of the language"
_KINDS = ("claim", "calibrated", "assumption", "bare")


@dataclass
class Parameter:
    """Numbers of one field that rest on one ground.

    Parameters
    ----------
    name : str
        Dotted path; ``*`` where several places are put together.
    kind : str
        ``"claim"``, ``"calibrated"``, ``"assumption"``, ``"default"`` or ``"bare"``.
    ground : str
        Source and place, what it was fitted to, or why it was assumed.
    values : list of float
        The numbers.
    """

    name: str
    kind: str
    ground: str
    values: list[float] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """Return the number, or how many there are and their range."""
        low, high = min(self.values), max(self.values)
        if len(self.values) == 1 or low == high:
            return quantity(low) if len(self.values) == 1 else f"{quantity(low)} ({len(self.values)} times)"
        return f"{len(self.values)} values, {quantity(low)} to {quantity(high)}"


def resolved(scenario: Any) -> dict[str, Any]:
    """Return a scenario, or its resolved form, as plain dictionaries."""
    dump = getattr(scenario, "model_dump", None)
    return dict(dump(mode="json") if callable(dump) else scenario)


def parameters(scenario: Any) -> list[Parameter]:
    """Return all numbers of a scenario with their grounds: claims, calibrated, assumptions, bare, then defaults.

    Parameters
    ----------
    scenario : Scenario or its resolved form as a dictionary
    """
    plain = resolved(scenario)
    sources = plain.get("sources") or {}
    found: dict[tuple[str, str, str], Parameter] = {}
    details: dict[tuple[str, str, str], tuple[str, set[str]]] = {}
    for path, part in _quantities(plain, ()):
        kind, ground, detail = _ground(part, sources)
        ground += f"; {range_words(part['range'])}" if part.get("range") else ""
        key = (_pattern(path), kind, ground)
        details.setdefault(key, (".".join(path), set()))[1].add(detail)
        entry = found.setdefault(key, Parameter(key[0], kind, ground))
        entry.values.append(float(part["value"]))
    for key, entry in found.items():
        exact, places = details[key]
        if len(entry.values) == 1:
            entry.name = exact
        more = f"{len(places)} places in it" if len(places) > 1 else next(iter(places))
        entry.ground = "; ".join(filter(None, [entry.ground, more]))
    order = [*_KINDS, "default"]
    return sorted(found.values(), key=lambda entry: order.index(entry.kind))


def _quantities(part: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield every quantity below `part` with its path; items of lists go by their id."""
    if isinstance(part, Mapping):
        if isinstance(part.get("value"), int | float) and (
            {"assumption", "source"} & set(part) or set(part) == {"value"}
        ):
            yield path, dict(part)
            return
        for key, inner in part.items():
            if key not in ("sources", "metadata"):
                yield from _quantities(inner, (*path, str(key)))
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            name = inner.get("id") or inner.get("since") if isinstance(inner, Mapping) else None
            yield from _quantities(inner, (*path, str(name or number)))


_FREE = {
    "regions", "strata", "limits", "grants", "shares", "orders", "boards", "operations", "organisations",
    "shams", "targets", "visits",
}  # fmt: skip


def _pattern(path: tuple[str, ...]) -> str:
    """Return the path with the names of regions, operations and the like left open."""
    return ".".join("*" if k and path[k - 1] in _FREE else name for k, name in enumerate(path))


def _ground(part: Mapping[str, Any], sources: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return kind, ground and place of a quantity in words."""
    if part.get("source"):
        entry = sources.get(part["source"]) or {}
        cited = entry.get("citation") or part["source"]
        return "claim", cited, "; ".join(filter(None, [part.get("place"), part.get("reason")]))
    words = part.get("assumption") or ""
    if part.get("calibrated_to"):
        return "calibrated", f"fitted to {part['calibrated_to']}; {words}".rstrip("; "), ""
    if words.startswith(_DEFAULT):
        return "default", words.removeprefix(_DEFAULT).lstrip(": "), ""
    return ("assumption", words, "") if words else ("bare", "no ground given", "")
