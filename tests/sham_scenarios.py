"""Scenarios with a sham and with real organisations, small enough for tests."""

from __future__ import annotations

from typing import Any

from greatfear.scenario import from_dict
from greatfear.scenario.model import Scenario

SHAM: dict[str, Any] = {
    "name": "Trust",
    "start": "1922-03-01",
    "agents": 6,
    "network": "circle",
    "initial": 2,
    "growth": {"approaches": 0.05, "member": 0.6, "other": 0.02, "arrests": 0.001},
    "leaders": [{"organisation": "union", "trust": 0.5, "restraint": 0.9, "released": 0.5}],
    "inner_line": {"contacts": 0.03, "gain": 0.1, "found_out": 0.05, "warning": 0.2, "arrest": 0.05},
    "targets": {"guest": {"name": "A guest", "rate": 0.02, "success": 0.9, "cost": 0.1}},
    "visits": {"traveller": {"start": "1922-06-01", "days": 40, "gain": 0.3}},
    "legend": {"factor": 3},
    "defection": {"date": "1923-01-01", "arrested": 0.5},
}
ORGANISATIONS: dict[str, Any] = {
    "circle": {"members": 80, "fellows": 6},
    "union": {
        "members": 40,
        "abroad": True,
        "plans": {"hazard": 0.002, "party": 3, "seen": 0.5, "bystanders": 1, "alarm": 5},
    },
}


def scenario(
    shams: dict[str, Any] | None = None, organisations: dict[str, Any] | None = None, **parts: Any
) -> Scenario:
    """Return fifteen months of a country of two regions with informers, a court, and what is given."""
    population = parts.pop("population", {})
    tree = {
        "id": "sham",
        "title": "A sham",
        "time": ["1922-01-01", "1923-04-01"],
        "population": {
            "regions": {"north": 20_000, "south": 30_000},
            "strata": {"officials": {"share": 0.1, "seniority": 1}, "peasants": 0.9},
            "informers": 0.001,
            "organisations": ORGANISATIONS if organisations is None else organisations,
        }
        | population,
        "leads": {"denunciation": {"rate": 2e-6}, "informers": {"rate": 0.002}},
        "naming": {"count": {"under_pressure": 1.2}},
        "offices": {"arrests": 2, "pressure": 0.3, "evidence": 1},
        "boards": {"court": {"outcomes": {"death": 0.1, "camp": 0.5}}},
        "centre": {"prior": 100},
        "shams": {"trust": SHAM} if shams is None else shams,
    }
    return from_dict(tree | parts, "sham")
