"""The process that simulates for the lab: one, warm, told what to do through its standard input, and stopped between two days.

Every message to the lab is a dictionary of plain values.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_SMALL = 200_000
_PAUSE = 0.05
"""Seconds between two messages of progress: twenty a second are enough for an eye."""

Tell = Callable[[dict[str, Any]], None]


class _Stopped(Exception):  # noqa: N818  nothing went wrong
    """The lab asked the job to stop."""


def work(jobs: Callable[[], dict[str, Any] | None], tell: Tell, stop: threading.Event) -> None:
    """Warm up, then do one job after another until there are no more."""
    _warm()
    tell({"ready": True})
    while job := jobs():
        try:
            tell({"done": _JOBS[job["kind"]](job, tell, stop)})
        except _Stopped:
            tell({"stopped": True})
        except BaseException as error:  # noqa: BLE001  told to the lab, which shows it
            tell({"failed": str(error) or type(error).__name__})


def main() -> None:
    """Take jobs from standard input, each a pickled dictionary, and tell on standard output; None stops the job under way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the lab, which closes the pipe
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed
    waiting: queue.Queue[dict[str, Any] | None] = queue.Queue()
    stop = threading.Event()

    def listen() -> None:
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                asked = pickle.load(sys.stdin.buffer)
                stop.clear() if asked else stop.set()
                if asked:
                    waiting.put(asked)
        stop.set()  # the lab has ended
        waiting.put(None)

    def tell(said: dict[str, Any]) -> None:
        pickle.dump(said, answers)
        answers.flush()

    threading.Thread(target=listen, daemon=True).start()
    with contextlib.suppress(BrokenPipeError):  # the lab has ended: nobody is left to tell
        work(waiting.get, tell, stop)
    os._exit(0)  # the listener may still be reading


def _warm() -> None:
    """Compile, or load from the cache, what every simulation needs."""
    from greatfear.catalogue import scenario
    from greatfear.simulation.run import simulate

    simulate(scenario("witch-hunt"), seed=1, threads=1)


def _scenario(job: dict[str, Any]) -> Any:
    from greatfear.catalogue import scenario, scenarios
    from greatfear.scenario.reading import load

    return scenario(job["scenario"]) if job["scenario"] in scenarios() else load(job["scenario"])


def _threads(scenario: Any) -> int | None:
    """Return one thread for a small world, in which handing out work takes longer than doing it."""
    persons = sum(float(region.persons.value or 0) for region in scenario.population.regions)
    return 1 if persons < _SMALL else None


def _run(job: dict[str, Any], tell: Tell, stop: Any) -> dict[str, Any]:
    """Simulate a scenario into a folder; unfinished work of the same scenario and seed is gone on with."""
    from greatfear.simulation.run import simulate

    weeks: list[int] = []
    last = [0.0, 0]

    def progress(now: Any) -> None:
        if stop.is_set():
            raise _Stopped
        week = now.day // 7
        weeks.extend([0] * (week + 1 - len(weeks)))
        weeks[week] += now.arrests - last[1]
        last[1] = now.arrests
        if time.monotonic() - last[0] >= _PAUSE or now.day >= now.days:
            last[0] = time.monotonic()
            tell(
                {
                    "day": now.day,
                    "days": now.days,
                    "arrests": now.arrests,
                    "statements": now.statements,
                    "weeks": list(weeks),
                }
            )

    out, scenario = Path(job["out"]), _scenario(job)
    asked = {"seed": job["seed"], "replicate": job.get("replicate", 0), "out": out}
    run = simulate(scenario, **asked, progress=progress, threads=_threads(scenario))
    return {"folder": str(out), "arrests": int(sum(weeks)), "title": run.archive.manifest.title}


def _ensemble(job: dict[str, Any], tell: Tell, stop: Any) -> dict[str, Any]:
    """Simulate replicates in memory; each finished one is told with its arrests and statements by week."""
    from greatfear.simulation.run import simulate

    scenario = _scenario(job)
    rows: list[dict[str, Any]] = list(job.get("kept", ()))
    n_weeks = -(-(scenario.time.end - scenario.time.start).days // 7)
    for replicate in range(len(rows), job["replicates"]):

        def progress(now: Any) -> None:
            if stop.is_set():
                raise _Stopped

        archive = simulate(scenario, seed=job["seed"], replicate=replicate, progress=progress, threads=1).archive
        row = {"replicate": replicate, **_weeks(archive, n_weeks)}
        rows.append(row)
        tell({"row": row, "of": job["replicates"]})
    return {
        "rows": rows,
        "epoch": scenario.time.start.isoformat(),
        "title": scenario.title,
        "days": (scenario.time.end - scenario.time.start).days,
    }


def _weeks(archive: Any, n_weeks: int) -> dict[str, list[int]]:
    """Return the arrests and the statements of an archive by week."""
    import numpy as np

    acts, said = archive.table("acts", ["time", "kind"]), archive.table("statements", ["time"])
    is_arrest = np.array(acts.column("kind").to_pylist()) == "arrest" if acts.num_rows else np.zeros(0, bool)
    found = {}
    for name, times in (
        ("arrests", acts.column("time").to_numpy()[is_arrest]),
        ("statements", said.column("time").to_numpy()),
    ):
        weeks = (times[np.isfinite(times)] // 7).astype(int)
        found[name] = np.bincount(weeks, minlength=n_weeks)[:n_weeks].tolist()
    return found


def _what_if(job: dict[str, Any], tell: Tell, stop: Any) -> dict[str, Any]:
    """Simulate the same world with and without a change, pair by pair."""
    from greatfear.archive import read
    from greatfear.simulation.counterfactual import counterfactual
    from greatfear.simulation.run import simulate

    scenario = _scenario(job)

    def progress(now: Any) -> None:
        if stop.is_set():
            raise _Stopped
        tell({"pairs": int(getattr(now, "done", 0)), "of": job["pairs"]})

    pair = counterfactual(
        scenario, job["changes"], seed=job["seed"], replicates=job["pairs"], workers=0, progress=progress
    )
    folders, weeks = {}, {}
    n_weeks = -(-(scenario.time.end - scenario.time.start).days // 7)
    for which, one in (("base", pair.scenario), ("changed", pair.changed)):
        if stop.is_set():
            raise _Stopped
        out = Path(job["out"]) / which
        if not (out / "manifest.json").exists():
            simulate(one, seed=job["seed"], out=out, threads=_threads(one))
        folders[which] = str(out)
        weeks[which] = _weeks(read(out), n_weeks)
    effects = [{name: getattr(one, name) for name in type(one).__dataclass_fields__} for one in pair.effects()]
    counts = {fate: pair.counts(fate) for fate in ("accused", "arrested", "sentenced", "death")}
    return {
        "effects": effects, "counts": counts, "persons": pair.persons.to_pylist()[:20_000], "n_persons": pair.persons.num_rows,
        "changes": {key: str(value) for key, value in pair.changes.items()}, "folders": folders, "weeks": weeks,
        "epoch": scenario.time.start.isoformat(), "title": scenario.title,
    }  # fmt: skip


_JOBS = {"run": _run, "ensemble": _ensemble, "what-if": _what_if}
