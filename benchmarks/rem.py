"""Time and memory of relational event models: ``python -m benchmarks.rem [--small] [--repeats 3]``.

Three jobs: the seven models of Giaveno in both risk sets (where the data are), a dyadic model of 12 effects over about 900
intervals and 7,000 pairs, and sampled fits of up to two million events, each in a process of its own so that memory is its own.
Of these there are three series: a longer archive of as many events a day, whose effects look 30 days back; an archive of as many
days and actors, in which everybody has more and more ties; and archives of more and more towns, each like the others, so that an
event takes the same work whatever their number, but the state leaves the caches. Times are CPU seconds of a process, once its
kernels are in the cache.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.growth import exponent
from benchmarks.results import load, save
from greatfear.estimate import Changes, Controls, DyadicModel, Events, NamingModel

DYADIC = (
    "1 + inertia + recip + trans + cycle + commonSender + commonReceiver + indeg(transform=sqrt) + outdeg(type=ego, "
    "transform=sqrt) + indeg(window=30) + ego(flag) + alter(z) + same(group)"
)
SAMPLED = "recip + inertia + commonSender + trans + indeg(transform=log1p) + alter(z) + same(group)"
WINDOWED = (
    "recip(window=30) + inertia(window=30) + commonSender(window=30) + trans(window=30) + "
    "indeg(window=30, transform=log1p) + alter(z) + same(group)"
)
SERIES = {
    "longer": "as many events a day among 100,000 actors for longer, effects look 30 days back",
    "denser": "more events in 1,000 days among 100,000 actors, effects look back to the beginning",
    "wider": "more towns of 100,000 actors with 125,000 events, effects look back to the beginning",
}
"""Ways in which an archive has more events."""
_EVENTS = (125_000, 250_000, 500_000, 1_000_000, 2_000_000)


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


def towns(count: int, n_events: int, n_actors: int) -> Events:
    """Return the events of this many towns by time, as many in each, none from one to another."""
    parts = [skewed(n_events, n_actors, seed=1 + town) for town in range(count)]
    order = np.argsort(np.concatenate([part.time for part in parts]), kind="stable")
    time, sender, receiver = (
        np.concatenate([getattr(part, name) + first * town for town, part in enumerate(parts)])[order]
        for name, first in (("time", 0), ("sender", n_actors), ("receiver", n_actors))
    )
    attributes = {name: np.concatenate([part.attributes[name] for part in parts]) for name in ("z", "group")}
    return Events(count * n_actors, time, sender, receiver, attributes=attributes)


def dyadic() -> dict[str, Any]:
    """Fit 12 effects over 440 events, 440 expiries of a window and 8 flags among 84 actors."""
    model, events = DyadicModel(DYADIC), skewed(440, 84)
    model.fit(events)
    begin = time.process_time()
    fit = model.fit(events)
    seconds = time.process_time() - begin
    return {
        "series": "dyadic",
        "events": fit.n_events,
        "effects": len(fit.names) - 1,
        "intervals": fit.n_observations,
        "pairs": int(fit.risk_set_sizes.max()),
        "cpu_s": round(seconds, 3),
        "converged": fit.converged,
    }


def sampled(series: str, n_events: int, n_actors: int = 100_000) -> dict[str, Any]:
    """Fit a choice model with 10 controls for each event."""
    text = WINDOWED if series == "longer" else SAMPLED
    NamingModel(text, controls=Controls(3)).fit(skewed(200, 50))
    if series == "wider":
        count = max(n_events * 4 // (5 * n_actors), 1)
        events = towns(count, n_events // count, n_actors)
    else:
        events = skewed(n_events, n_actors, days=n_events / 1000 if series == "longer" else 1000.0)
    before, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    fit = NamingModel(text, controls=Controls(10)).fit(events)
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - wall
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return {
        "series": series,
        "events": n_events,
        "actors": events.n_actors,
        "effects": len(fit.names),
        "controls": 10,
        "cpu_s": round(user + system, 3),
        "user_s": round(user, 3),
        "wall_s": round(wall, 3),
        "peak_mb": round(after.ru_maxrss / 1024),
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
            return {"series": "giaveno", "left_out": ran.stderr.strip().splitlines()[-1]}
    return {"series": "giaveno", "fits": len(ran.stdout.splitlines()), "cpu_s": round(seconds, 3)}


def apart(name: str, *arguments: str | int) -> dict[str, Any]:
    """Run one job in a process of its own."""
    call = f"import json; from benchmarks import rem; print(json.dumps(rem.{name}(*{arguments!r})))"
    ran = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def measured(repeats: int, share: int = 1) -> Iterator[dict[str, Any]]:
    """Yield what each job took, the median of repetitions; `share` divides events and actors."""
    jobs = [giaveno, lambda: apart("dyadic")]
    jobs += [lambda s=s, n=n: apart("sampled", s, n // share, 100_000 // share) for s in SERIES for n in _EVENTS]
    for job in jobs:
        rows = [job() for _ in range(repeats)]
        yield sorted(rows, key=lambda row: row.get("cpu_s", 0.0))[(len(rows) - 1) // 2]


def told(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return for each series the power of events with which time grows, in words."""
    lines = []
    for series, what in SERIES.items():
        found = [row for row in rows if row["series"] == series]
        if len(found) > 2:
            events = [row["events"] for row in found]
            power, own = (exponent(events, [row[key] for row in found]) for key in ("cpu_s", "user_s"))
            told = f"time grows as events to the power {power:.2f}, without the system's for memory {own:.2f}"
            lines.append(f"{series} ({what}): {told}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, keep and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rem", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a hundredth of the events and actors; nothing is kept")
    parser.add_argument("--repeats", type=int, default=3, help="of each job; the median counts")
    options = parser.parse_args(arguments)
    rows = []
    for row in measured(options.repeats, 100 if options.small else 1):
        print(json.dumps(row), flush=True)
        rows.append(row)
        if not options.small:
            save("rem", [row], ("series", "events"))
    print("\n".join(told(rows if options.small else load("rem"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
