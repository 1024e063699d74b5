"""How much memory a simulation will take, told before it begins; and memory that is no longer used, given back."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

_START, _EACH, _STORED = 430.0, 8e-6, 2e-4
"""Megabytes to begin with, for each person supposed, and for each person of a world that is stored whole.

Measured: the village of 320 persons took 430 MB, the Great Terror with 162 million persons 1,745 MB.
"""
_WHOLE = 5_000_000


def megabytes(scenario: Scenario) -> float:
    """Return the memory that a run of a scenario is expected to take at most, in megabytes.

    A population is stored whole only where it is small; of a large one, only those are stored who are accused or speak.
    """
    persons = sum(float(region.persons.value or 0) for region in scenario.population.regions)
    return _START + _EACH * persons + _STORED * min(persons, _WHOLE)


def give_back() -> None:
    """Give the system back what Arrow and the C library keep for the next large table, where they can."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def free_megabytes() -> float | None:
    """Return the memory that is free on this computer; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration, IndexError):
        return None
