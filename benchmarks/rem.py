"""Time and memory of relational event models: ``python -m benchmarks.rem [--small] [--json]``.

Three jobs: the seven models of Giaveno in both risk sets (where the data are), a dyadic model of 12 effects over about 900
intervals and 7,000 pairs, and sampled fits of up to a million events among a hundred thousand actors, each in a process of
its own so that memory is its own. Times are CPU seconds of this process once its kernels are in the cache.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from greatfear.estimate import Changes, Controls, DyadicModel, Events, NamingModel

DYADIC = (
    "1 + inertia + recip + trans + cycle + commonSender + commonReceiver + indeg(transform=sqrt) + outdeg(type=ego, "
    "transform=sqrt) + indeg(window=30) + ego(flag) + alter(z) + same(group)"
)
SAMPLED = "recip + inertia + commonSender + trans + indeg(transform=log1p) + alter(z) + same(group)"


def skewed(n_events: int, n_actors: int, seed: int = 1, days: float = 1000.0) -> Events:
    """Return events whose senders and receivers have skewed shares, a third of them answers or repetitions."""
    rng = np.random.default_rng(seed)
    sender = (n_actors * rng.random(n_events) ** 2).astype(np.int64)
    receiver = (n_actors * rng.random(n_events) ** 3).astype(np.int64)
    earlier = (rng.random(n_events) * np.arange(n_events)).astype(np.int64)
    kind = rng.random(n_events)
    for share, (a, b) in ((0.2, (receiver, sender)), (0.33, (sender, receiver))):
        rows = (kind < share) & (kind >= share - 0.2)
        sender[rows], receiver[rows] = a[earlier[rows]], b[earlier[rows]]
    receiver = np.where(sender == receiver, (receiver + 1) % n_actors, receiver)
    flagged = rng.choice(n_actors, size=min(n_actors // 10, 40), replace=False)
    flag = Changes(np.sort(rng.uniform(0, days, flagged.size)), flagged, np.ones(flagged.size))
    return Events(
        n_actors,
        np.sort(rng.uniform(0, days, n_events)),
        sender,
        receiver,
        attributes={"z": rng.normal(size=n_actors), "group": rng.integers(0, 5, n_actors).astype(float)},
        changes={"flag": flag},
    )


def dyadic() -> dict[str, Any]:
    """Fit 12 effects over 440 events, 440 expiries of a window and 8 flags among 84 actors."""
    model, events = DyadicModel(DYADIC), skewed(440, 84)
    model.fit(events)
    begin = time.process_time()
    fit = model.fit(events)
    seconds = time.process_time() - begin
    return {
        "job": f"dyadic, {len(fit.names) - 1} effects, {fit.n_observations} intervals, {fit.risk_set_sizes.max():.0f} pairs",
        "cpu_s": round(seconds, 3),
        "converged": fit.converged,
    }


def sampled(n_events: int, n_actors: int) -> dict[str, Any]:
    """Fit a choice model with 10 controls for each event."""
    NamingModel(SAMPLED, controls=Controls(3)).fit(skewed(200, 50))
    events = skewed(n_events, n_actors)
    begin, wall = time.process_time(), time.perf_counter()
    fit = NamingModel(SAMPLED, controls=Controls(10)).fit(events)
    return {
        "job": f"sampled choice, {n_events:,} events, {n_actors:,} actors, 10 controls, {len(fit.names)} effects",
        "cpu_s": round(time.process_time() - begin, 2),
        "wall_s": round(time.perf_counter() - wall, 2),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "converged": fit.converged,
    }


def giaveno() -> dict[str, Any]:
    """Run the example twice in processes of their own; the second has all kernels in the cache."""
    example = Path(__file__).resolve().parents[1] / "examples" / "giaveno_1335.py"
    seconds = 0.0
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run([sys.executable, str(example), "--json"], capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if ran.returncode:
            return {"job": "Giaveno, data to tables", "skipped": ran.stderr.strip().splitlines()[-1]}
    n_fits = len(ran.stdout.splitlines())
    return {"job": f"Giaveno, {n_fits} fits, start, data and tables included", "cpu_s": round(seconds, 2)}


def apart(name: str, *arguments: int) -> dict[str, Any]:
    """Run one job in a process of its own."""
    call = f"import json; from benchmarks import rem; print(json.dumps(rem.{name}(*{arguments!r})))"
    ran = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all jobs and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rem", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a hundredth of the events and actors")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    options = parser.parse_args(arguments)
    share = 100 if options.small else 1
    sizes = [(n // share, 100_000 // share) for n in (125_000, 250_000, 500_000, 1_000_000)]
    jobs = [giaveno, lambda: apart("dyadic"), *(lambda s=size: apart("sampled", *s) for size in sizes)]
    for job in jobs:
        row = job()
        print(json.dumps(row) if options.json else "  ".join(str(value) for value in row.values()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
