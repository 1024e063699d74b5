"""Limits of mass operations by territory, as the scenario of a run gives them: at first, granted later, and how far filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greatfear.record.side_files import json_beside
from greatfear.web.lab import Entry

MEASURES = (
    ("cases", "cases"), ("limits", "limits at first"), ("granted", "limits granted later"), ("filled", "cases over all limits"),
)  # fmt: skip
"""What the map may show."""


def limits_of(entry: Entry) -> dict[str, Mapping[str, tuple[float, float]]]:
    """Return for each operation with limits, by territory, the limit at first and what was granted later.

    Both categories together, as persons. Empty where the archive lies beside no scenario, or its scenario has no limits.
    """
    found: dict[str, Mapping[str, tuple[float, float]]] = entry.kept(("limits",), lambda: _read(entry), "The limits")
    return found


def _read(entry: Entry) -> dict[str, Mapping[str, tuple[float, float]]]:
    told = json_beside(entry.opened, "scenario.json")
    try:
        return {str(one["id"]): _of(one) for one in told.get("operations") or () if one.get("limits")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _of(operation: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    granted: dict[str, float] = {}
    for one in operation.get("grants") or ():
        granted[str(one["region"])] = granted.get(str(one["region"]), 0.0) + _sum(one)
    limits = {str(region): _sum(one) for region, one in operation["limits"].items()}
    return {region: (limits.get(region, 0.0), granted.get(region, 0.0)) for region in {**limits, **granted}}


def _sum(limit: Mapping[str, Any]) -> float:
    """Return both categories of a limit together."""
    return sum(float((limit.get(key) or {}).get("value") or 0) for key in ("first", "second"))


def measured(measure: str, limits: Mapping[str, tuple[float, float]], cases: Mapping[str, int]) -> dict[str, float]:
    """Return a measure by territory; a territory without a limit has none."""
    if measure == "filled":
        return {
            region: cases.get(region, 0) / (first + later)
            for region, (first, later) in limits.items()
            if first + later > 0
        }
    return {region: pair[measure == "granted"] for region, pair in limits.items()}
