"""What a run is asked for, and what is written down of it: how to repeat the run."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from greatfear.scenario.model import Scenario
from greatfear.scenario.resolving import to_json


@dataclass(frozen=True)
class Asked:
    """A scenario with everything written out, a seed and the number of a replicate.

    The text of a large scenario takes a quarter of a second to make: it is made once in a run.
    """

    scenario: Scenario
    seed: int
    replicate: int

    @functools.cached_property
    def text(self) -> str:
        """The resolved form as JSON text, which the run folder holds."""
        return to_json(self.scenario)

    @functools.cached_property
    def digest(self) -> str:
        """The SHA-256 by which the scenario is known."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def provenance(self) -> dict[str, Any]:
        """How to repeat the run: no clock, no machine."""
        words, carried = self.scenario.own_words, self.scenario.metadata.get("carried")
        return {
            "activity": "simulate",
            "software": {"name": "greatfear", "version": version("greatfear")},
            "scenario": {"id": self.scenario.id, "sha256": self.digest},
            "seed": self.seed,
            "replicate": self.replicate,
            "command": f"greatfear run scenario.json --seed {self.seed} --replicate {self.replicate}",
            "altered": self.scenario.metadata.get("altered", []),
            **({"carried": carried} if carried else {}),
            **({"words": words} if words else {}),
            **({"outcomes": dict(self.scenario.wording.effects)} if self.scenario.outcomes else {}),
        }
