"""Run one tool once, in the tool's own environment, and print what it took as one line of JSON.

``python worker.py MODULE ENDS.npy SEED``: standard library and NumPy only. Called by `names1`, never by hand.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

P = 0.25
FIRST = 10
SMALL = 200
"""Persons of the run that compiles what is compiled on first use, before anything is measured."""


def first_accused(n: int, seed: int) -> np.ndarray:
    """Return the numbers of the first accused."""
    return np.random.default_rng([seed, 8]).choice(n, min(FIRST, n), replace=False)


def timed(work: Callable[..., Any], *given: Any) -> tuple[Any, float, float]:
    """Return a result with CPU seconds, of all threads, and seconds by the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work(*given)
    return result, time.process_time() - cpu, time.perf_counter() - wall


def peak_mb() -> float:
    """Return the peak memory of this program; what `getrusage` says can be that of the one which started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def once(tool: Any, ends: np.ndarray, seed: int) -> dict[str, Any]:
    """Build and run a tool once; what `start` does counts as building."""
    n = ends.shape[0]
    model, built, _ = timed(tool.build, n, ends, first_accused(n, seed))
    if hasattr(tool, "start"):
        model, started, _ = timed(tool.start, model, P, seed)
        built += started
    log, cpu, wall = timed(tool.run, model, P, seed)
    peak = peak_mb()
    step, accuser, accused = (None if column is None else np.asarray(column, np.int64) for column in log)
    named = is_log(step, accuser, accused, None if hasattr(tool, "OWN_RING") else ends)
    return {
        "build_s": built, "cpu_s": cpu, "wall_s": wall, "rss_mb": peak, "final_size": int(accused.size), "who_named_whom": named,
    }  # fmt: skip


def is_log(step: np.ndarray, accuser: np.ndarray | None, accused: np.ndarray, ends: np.ndarray | None) -> bool:
    """Return whether a log says who named whom; raise ValueError if what it says cannot be.

    Nobody is accused twice; anyone who names was accused in the step before; namer and named are tied.
    """
    if np.unique(accused).size != accused.size or step.size != accused.size:
        raise ValueError("somebody is accused twice")
    if accuser is None:
        return False
    when = np.full(int(accused.max()) + 1, -9)
    when[accused] = step
    by = accuser >= 0
    if (accuser[by] >= when.size).any() or (when[accuser[by]] != step[by] - 1).any():
        raise ValueError("somebody is named by a person who was not asked in the step before")
    if ends is not None:
        i, j = accuser[by], accused[by]
        tied = (ends[i] == j[:, None]).any(axis=1) | (ends[j] == i[:, None]).any(axis=1)
        if not tied.all():
            raise ValueError("somebody is named by a person without a tie")
    return True


def main() -> None:
    """Warm up, measure, print."""
    module, path, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    tool = importlib.import_module(f"tools.{module}")
    ends = np.load(path)
    once(tool, (np.arange(SMALL)[:, None] + np.arange(1, 6)).astype(np.int32) % SMALL, 1)
    print(json.dumps({"version": version(tool.PACKAGE)} | once(tool, ends, seed)))


if __name__ == "__main__":
    main()
