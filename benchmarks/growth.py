"""How time and memory of `greatfear.simulation` grow: ``python -m benchmarks.growth``.

Two series of whole runs, each in a process of its own: more and more cases among as many persons, and as many cases among more
and more persons. An order brings the first accused, half a name a sitting on average brings the rest, so that twice the order
are accused. Memory is what a run takes on top of the libraries and a tiny run before it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.results import load, save

CASES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
PERSONS = (100_000, 1_000_000, 10_000_000, 50_000_000, 200_000_000)
AMONG, OF = 200_000_000, 10_000
"""Persons of the first series, cases of the second."""
_DAYS = 200
_TREE = Path(__file__).resolve().parents[1]


def scenario_of(persons: int, cases: int) -> Any:
    """Return a scenario with about this many cases in ten regions of equal size."""
    from greatfear.scenario import from_dict

    return from_dict(
        {
            "format": "greatfear-scenario/1", "id": "growth", "title": "Growth",
            "time": ["1900-01-01", str(np.datetime64("1900-01-01") + _DAYS)],
            "population": {
                "regions": {f"r{r}": {"persons": persons // 10} for r in range(10)}, "strata": {"people": {"share": 1}},
            },
            "naming": {"count": {"rule": "poisson", "at_rest": 0.5, "under_pressure": 0.5}, "theta": {"kin": -0.5}},
            "offices": {"arrests": 100_000, "custody": 100_000, "wait": 1, "pressed": 1},
            "orders": {"first": {"start": "1900-01-01", "days": _DAYS - 40, "persons": cases // 2, "strata": ["people"]}},
            "boards": {"court": {"delay": 10, "least": 1, "outcomes": {"camp": 1}}},
        },
        "growth",
    )  # fmt: skip


def one(persons: int, cases: int) -> dict[str, Any]:
    """Run once, here, and return what it took."""
    import resource
    import time

    from greatfear.simulation.run import simulate

    simulate(scenario_of(10_000, 200), seed=1, threads=1)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scenario = scenario_of(persons, cases)
    before, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    run = simulate(scenario, seed=1, threads=1)
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - wall
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    arrests = run.archive.sql("select count(*) as n from acts where kind = 'arrest'")["n"][0].as_py()
    return {
        "persons": persons, "asked": cases, "cases": arrests, "statements": run.archive.n_rows("statements"),
        "cpu_s": round(user + system, 4), "user_s": round(user, 4), "wall_s": round(wall, 4),
        "rss_mb": round(peak, 1), "base_mb": round(base, 1),
    }  # fmt: skip


def apart(persons: int, cases: int, repeats: int) -> dict[str, Any]:
    """Run in processes of their own and return the one of median CPU time."""
    code = f"import json; from benchmarks.growth import one; print(json.dumps(one({persons}, {cases})))"
    found = []
    for _ in range(repeats):
        done = subprocess.run([sys.executable, "-c", code], cwd=_TREE, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}: too little memory?"]
            return {"persons": persons, "asked": cases, "left_out": said[-1]}
        found.append(json.loads(done.stdout.splitlines()[-1]))
    middle = statistics.median_low(each["cpu_s"] for each in found)
    return next(each for each in found if each["cpu_s"] == middle)


def rows(most: int, repeats: int) -> Iterable[dict[str, Any]]:
    """Yield the points of both series as they are measured."""
    for cases in (cases for cases in CASES if cases <= most):
        yield {"series": "cases"} | apart(AMONG, cases, repeats if cases <= 1_000_000 else 1)
    for persons in PERSONS:
        yield {"series": "persons"} | apart(persons, OF, repeats)


def series(name: str, found: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Return the columns of a series: cases, persons, seconds, and MB in all and on top of the libraries."""
    kept = sorted(
        (each for each in found if each["series"] == name and "left_out" not in each),
        key=lambda each: (each["persons"], each["cases"]),
    )
    columns = {
        key: [float(each[key]) for each in kept]
        for key in ("persons", "cases", "statements", "cpu_s", "user_s", "rss_mb", "base_mb")
    }
    return columns | {"net_mb": [a - b for a, b in zip(columns["rss_mb"], columns["base_mb"], strict=True)]}


def exponent(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the slope of log y on log x."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def last_step(x: Sequence[float], y: Sequence[float], factor: float = 9.0) -> float:
    """Return the slope over the last stretch in which x grows at least by `factor`."""
    start = max(k for k in range(len(x)) if x[k] * factor <= x[-1])
    return exponent(x[start:], y[start:])


def told(found: Sequence[dict[str, Any]]) -> list[str]:
    """Return the exponents in words."""
    cases, persons = series("cases", found), series("persons", found)
    lines = []
    if len(cases["cases"]) > 2:
        parts = (
            ("time", "cpu_s"),
            ("time without the system's for memory", "user_s"),
            ("memory on top of the libraries", "net_mb"),
        )
        for name, key in parts:
            overall, end = (measure(cases["cases"], cases[key]) for measure in (exponent, last_step))
            lines.append(f"{name} grows as cases to the power {overall:.3f}; over the last factor of ten, {end:.3f}")
    if len(persons["persons"]) > 2:
        for name, key in (("time", "cpu_s"), ("memory", "rss_mb"), ("memory on top of the libraries", "net_mb")):
            lines.append(f"{name} grows as persons to the power {exponent(persons['persons'], persons[key]):.3f}")
    return lines


def main(words: Sequence[str] | None = None) -> int:
    """Measure, keep and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=CASES[-1], help="cases of the largest run")
    parser.add_argument("--repeats", type=int, default=3, help="of runs of up to a million cases")
    given = parser.parse_args(words)
    for each in rows(given.most, given.repeats):
        print(json.dumps(each), flush=True)
        save("growth", [each], ("series", "persons", "asked"))
    print("\n".join(told(load("growth"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
