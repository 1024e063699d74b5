"""An ensemble of 200 small runs on one worker and on two: ``python -m benchmarks.ensemble``."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

import greatfear as gf
from benchmarks.results import save


def measure(replicates: int, repeats: int) -> list[dict[str, Any]]:
    """Return one row a number of workers: median seconds by the clock; the two take turns."""
    scenario = gf.catalogue.scenario("witch-hunt")
    ensemble = getattr(gf, "ensemble")  # noqa: B009  absent from older versions; `main` says so
    ensemble(scenario, replicates=4, workers=2, seed=0)
    found: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(repeats):
        for workers, seconds in found.items():
            begun = time.perf_counter()
            ensemble(scenario, replicates=replicates, workers=workers, seed=turn)
            seconds.append(time.perf_counter() - begun)
    return [
        {
            "workers": workers,
            "replicates": replicates,
            "repeats": repeats,
            "wall_s": round(statistics.median(seconds), 3),
        }
        for workers, seconds in found.items()
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args(words)
    if not hasattr(gf, "ensemble"):
        print("this version has no ensembles: left out", file=sys.stderr)
        return 0
    found = measure(given.replicates, given.repeats)
    for row in found:
        print(json.dumps(row))
    save("ensemble", found, ("workers",))
    return 0


if __name__ == "__main__":
    sys.exit(main())
