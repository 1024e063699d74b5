"""What a file of results says of the scenario that it was made with."""

from __future__ import annotations

from greatfear.scenario import digest
from greatfear.scenario.model import Scenario
from greatfear.scenario.resolving import numbers_digest


def stamp(scenario: Scenario) -> str:
    """Return id, digest of the whole scenario, and digest of what can move a run."""
    return f"scenario: {scenario.id}, sha256 {digest(scenario)}, numbers {numbers_digest(scenario)}"
