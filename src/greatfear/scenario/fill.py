"""What resolution adds beyond the defaults of single fields: names, first steps, the only route, shares of regions."""

from __future__ import annotations

from typing import Any

from greatfear.scenario.expand import is_date

_FIRST = {
    "pressure": (0, "default of the language: no pressure before the first step"),
    "evidence": (1, "default of the language: one statement is enough before the first step"),
}
_EVERYBODY = {
    "id": "everybody", "name": "everybody",
    "share": {"value": 1, "assumption": "default of the language: one stratum, to which all belong"},
}  # fmt: skip
SCALED = "share of the country, scaled so that the shares of this region sum to 1"


def fill(tree: dict[str, Any]) -> dict[str, Any]:
    """Return `tree` (resolved shape, perhaps still without defaults of fields) with what it implies written out.

    Filling twice changes nothing. What is malformed is left as it is: validation tells it.
    """
    tree = dict(tree)
    population = dict(_mapping(tree.get("population")))
    for owner, keys in ((population, ("regions", "strata")), (tree, ("operations", "orders", "boards", "persons"))):
        for key in keys:
            if isinstance(owner.get(key), list):
                owner[key] = [_named(part) for part in owner[key]]
    if population and population.get("strata") in (None, []):
        population["strata"] = [dict(_EVERYBODY)]
    if population:
        tree["population"] = population | _shared(population)
    start = _mapping(tree.get("time")).get("start")
    if isinstance(tree.get("offices", {}), dict) and is_date(start):
        tree["offices"] = _with_first_steps(dict(tree.get("offices", {})), start)
    boards = _parts(tree.get("boards"))
    if len(boards) == 1 and not tree.get("routes") and "id" in boards[0]:
        tree["routes"] = [{"board": boards[0]["id"]}]
    return tree


def _mapping(given: Any) -> dict[str, Any]:
    """Return a mapping, empty where there is none."""
    return given if isinstance(given, dict) else {}


def _parts(given: Any) -> list[dict[str, Any]]:
    """Return the mappings of a list."""
    return [part for part in given if isinstance(part, dict)] if isinstance(given, list) else []


def _named(part: Any) -> Any:
    """Return a part whose name, if it has none, is its id."""
    if not isinstance(part, dict) or part.get("name") or "id" not in part:
        return part
    return {**part, "name": part["id"]}


def _with_first_steps(offices: dict[str, Any], start: str) -> dict[str, Any]:
    """Return the offices with a step at the start of each step list."""
    for key, (value, why) in _FIRST.items():
        steps = offices.get(key, [])
        since = _mapping(steps[0]).get("since") if isinstance(steps, list) and steps else None
        if isinstance(steps, list) and (not steps or (is_date(since) and since > start)):
            offices[key] = [{"since": start, "value": {"value": value, "assumption": why}}, *steps]
    return offices


def _shared(population: dict[str, Any]) -> dict[str, Any]:
    """Return the regions with complete shares, where a region has shares of its own."""
    strata = [part for part in _parts(population.get("strata")) if isinstance(part.get("id"), str)]
    base = {part["id"]: part.get("share") for part in strata}
    if not isinstance(population.get("regions"), list) or not all(
        _number(share) is not None for share in base.values()
    ):
        return {}
    return {"regions": [_with_shares(region, base) for region in population["regions"]]}


def _number(quantity: Any) -> float | None:
    """Return the value of a quantity, or None where there is none."""
    value = _mapping(quantity).get("value")
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _with_shares(region: Any, base: dict[Any, Any]) -> Any:
    """Return a region whose shares name every stratum; unchanged where no scaling can make them sum to 1."""
    own = _mapping(_mapping(region).get("shares"))
    given = {key: _number(quantity) for key, quantity in own.items()}
    rest = {key: _number(quantity) or 0.0 for key, quantity in base.items() if key not in own}
    if not own or not rest or None in given.values():
        return region
    left = 1.0 - sum(value for value in given.values() if value is not None)
    whole = sum(rest.values())
    factor = left / whole if whole > 0 else 1.0
    if abs(factor - 1.0) <= 1e-9:
        added = {key: dict(base[key]) for key in rest}
    elif factor < 0:
        return region
    else:
        added = {key: {"value": value * factor, "assumption": SCALED} for key, value in rest.items()}
    return {**region, "shares": dict(sorted({**own, **added}.items()))}
