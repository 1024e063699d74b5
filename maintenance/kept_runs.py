"""Runs of the whole country that three pages share: one seed, each replicate simulated once and its numbers kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import greatfear as gf
from greatfear.comparison.run_numbers import run_numbers
from greatfear.scenario.model import Scenario

SEED = 1938


def rows(scenario: Scenario, name: str, replicates: int, seed: int, kept: Path | None) -> list[dict[str, Any]]:
    """Return the numbers of the first replicates, a row each; what lies in the folder `kept` is not simulated again."""
    found = gf.ensemble(
        scenario, replicates, seed=seed, quantities=run_numbers, out=kept and kept / name,
        progress=lambda now: print(f"{name}: {now.done} of {now.total}", flush=True),
    )  # fmt: skip
    return list(found.table.to_pylist())
