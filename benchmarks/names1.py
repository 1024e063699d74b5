"""NAMES-1, side by side: ``python benchmarks/names1.py --n 1000000 --json --only greatfear,numpy``.

Reed-Frost naming on a Watts-Strogatz graph: ten contacts, a quarter of the ties rewired, every contact named once with
probability 0.25, ten first accused, run to extinction; step, accuser and accused are recorded where the tool can. Tools take
turns, every repetition in a process of its own; medians are printed. `cpu_s` is the run, `build_s` the world before it, both in
CPU seconds of all threads. The final sizes of all tools must agree.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # run as a file
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.environments import TOOLS, NotInstalledError, Tool, python_of
from benchmarks.results import save
from benchmarks.ring import ring

_WORKER = Path(__file__).resolve().parent / "worker.py"
_PILOTS = (10_000, 100_000)
_MEDIANS = ("build_s", "cpu_s", "wall_s", "rss_mb", "final_size")
NEIGHBOURS, REWIRING = 10, 0.25


class LeftOutError(Exception):
    """A tool is not measured at a size; the text says why."""


@dataclass
class Trial:
    """One tool at one size: what each repetition took, or why there is none."""

    tool: Tool
    n: int
    found: list[dict[str, Any]] = field(default_factory=list)
    left_out: str = ""


@dataclass(frozen=True)
class Limits:
    """What a repetition may take: seconds and MB; a tool that would take more is left out."""

    seconds: float = 120.0
    memory_mb: float = field(
        default_factory=lambda: 0.7 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
    )


def once(python: Path, tool: Tool, ends: Path, seed: int, seconds: float) -> dict[str, Any]:
    """Return what one repetition in a process of its own took.

    Raises
    ------
    LeftOutError
        If the tool fails or does not end in time.
    """
    words = [str(python), "-W", "ignore", str(_WORKER), tool.module, str(ends), str(seed)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise LeftOutError(f"did not end within {seconds:g} s") from None
    if done.returncode:
        raise LeftOutError(f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(
    n: int, tools: Sequence[Tool] = TOOLS, repeats: int = 5, *, limits: Limits | None = None,
    python_of: Callable[[Tool], Path] = python_of,
) -> list[Trial]:  # fmt: skip
    """Return one trial a tool: pilots that tell who is left out, then repetitions in turn."""
    limits, trials = limits or Limits(), [Trial(tool, n) for tool in tools]
    with tempfile.TemporaryDirectory() as folder:
        pythons = {trial.tool.name: _ready(trial, python_of) for trial in trials}
        _pilot(trials, pythons, limits, Path(folder))
        for seed in range(1, repeats + 1):
            ends = _graph(Path(folder), n, seed)
            for trial in trials:
                if not trial.left_out:
                    _repeat(trial, pythons[trial.tool.name], ends, seed, 3 * limits.seconds + 30)
            ends.unlink()
    return trials


def _ready(trial: Trial, python_of: Callable[[Tool], Path]) -> Path:
    try:
        return python_of(trial.tool)
    except NotInstalledError as error:
        trial.left_out = str(error)
        return Path(os.devnull)


def _graph(folder: Path, n: int, seed: int) -> Path:
    path = folder / f"{n}-{seed}.npy"
    np.save(path, ring(n, NEIGHBOURS, REWIRING, seed))
    return path


def _repeat(trial: Trial, python: Path, ends: Path, seed: int, seconds: float) -> None:
    try:
        trial.found.append(once(python, trial.tool, ends, seed, seconds))
    except LeftOutError as error:
        trial.left_out = str(error)


def _pilot(trials: list[Trial], pythons: dict[str, Path], limits: Limits, folder: Path) -> None:
    """Run every tool at smaller sizes, and leave out those that would take too long at the full one."""
    seen: dict[str, list[tuple[int, dict[str, Any]]]] = {trial.tool.name: [] for trial in trials}
    for size in (size for size in _PILOTS if 5 * size < trials[0].n):
        ends = _graph(folder, size, 0)
        for trial in (trial for trial in trials if not trial.left_out):
            try:
                seen[trial.tool.name].append(
                    (size, once(pythons[trial.tool.name], trial.tool, ends, 0, limits.seconds))
                )
                trial.left_out = too_much(trial.n, seen[trial.tool.name], limits)
            except LeftOutError as error:
                trial.left_out = f"at {size:,} persons it {error}"


def too_much(n: int, pilots: Sequence[tuple[int, dict[str, Any]]], limits: Limits) -> str:
    """Return why a tool would take too much at a size, by what it took at smaller ones; empty if it would not."""
    size, found = pilots[-1]
    seconds = (found["build_s"] + found["cpu_s"]) * n / size
    if seconds > limits.seconds:
        return f"would take about {seconds:,.0f} s a repetition, by its {seconds * size / n:.2g} s at {size:,} persons"
    if len(pilots) > 1:
        (small, before), (large, after) = pilots[0], pilots[-1]
        memory = after["rss_mb"] + (after["rss_mb"] - before["rss_mb"]) / (large - small) * (n - large)
        if memory > limits.memory_mb:
            return f"would take about {memory / 1024:.0f} GB, by its {after['rss_mb']:.0f} MB at {large:,} persons"
    return ""


def row(trial: Trial) -> dict[str, Any]:
    """Return the line of a trial that was measured."""
    middle = {name: statistics.median(found[name] for found in trial.found) for name in _MEDIANS}
    return {
        "tool": trial.tool.name, "version": trial.found[0]["version"], "n": trial.n, "repeats": len(trial.found),
        "build_s": round(middle["build_s"], 6), "cpu_s": round(middle["cpu_s"], 6), "wall_s": round(middle["wall_s"], 6),
        "named_per_cpu_s": round(statistics.median(found["final_size"] / found["cpu_s"] for found in trial.found)),
        "rss_mb": round(middle["rss_mb"], 1), "final_size": int(middle["final_size"]),
        "who_named_whom": all(found["who_named_whom"] for found in trial.found),
    }  # fmt: skip


def apart(trials: Sequence[Trial], bound: float = 5.0) -> list[str]:
    """Return the tools whose mean final size is further than `bound` standard errors from the middle of all.

    The spread is the median of the tools' own variances, so that one tool that differs moves neither middle nor bound, and at
    least that of long series: 1.45 times that of as many independent persons.
    """
    sizes = {
        trial.tool.name: np.array([f["final_size"] for f in trial.found], float) for trial in trials if trial.found
    }
    if len(sizes) < 2:
        return []
    middle, n = float(np.median([size.mean() for size in sizes.values()])), trials[0].n
    own = [float(size.std(ddof=1)) for size in sizes.values() if size.size > 1]
    spread = max(statistics.median(own or [0.0]), 1.45 * (middle * (1.0 - min(middle / n, 1.0))) ** 0.5)
    return [name for name, size in sizes.items() if abs(size.mean() - middle) > bound * spread / size.size**0.5]


def told(trials: Sequence[Trial]) -> Iterator[str]:
    """Yield a line for every tool left out and every tool whose final sizes are apart."""
    yield from (f"{trial.tool.name} is left out at {trial.n:,}: {trial.left_out}" for trial in trials if trial.left_out)
    yield from (f"{name}: final sizes differ from those of the other tools" for name in apart(trials))


def keep(trials: Sequence[Trial]) -> None:
    """Add the trials to the results from which the page is made."""
    rows = [
        row(t) if t.found and not t.left_out else {"tool": t.tool.name, "n": t.n, "left_out": t.left_out}
        for t in trials
    ]
    save("names1", rows, ("tool", "n"))


def _chosen(names: str) -> list[Tool]:
    known = {tool.name: tool for tool in TOOLS}
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SystemExit(f"--only: found {', '.join(unknown)}, but expected one of {', '.join(known)}")
    return [known[name] for name in wanted]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 if final sizes are apart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000, help="persons, 100 or more")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="", help="names of tools, with commas")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds a repetition may take")
    parser.add_argument("--json", action="store_true", help="one line of JSON a tool")
    parser.add_argument("--keep", action="store_true", help="add the figures to benchmarks/results")
    given = parser.parse_args(words)
    if given.n < 100 or given.repeats < 1:
        raise SystemExit("--n: at least 100; --repeats: at least 1")
    trials = measure(given.n, _chosen(given.only), given.repeats, limits=Limits(given.patience))
    for line in told(trials):
        print(line, file=sys.stderr)
    for each in (row(trial) for trial in trials if trial.found):
        print(json.dumps(each) if given.json else _plain(each))
    if given.keep:
        keep(trials)
    return 1 if apart(trials) else 0


def _plain(each: dict[str, Any]) -> str:
    who = "who named whom" if each["who_named_whom"] else "no accusers"
    return (
        f"{each['tool']:15} {each['version']:9} {each['named_per_cpu_s'] / 1e6:8.3f} million named per CPU second, "
        f"run {each['cpu_s']:.4g} s, build {each['build_s']:.4g} s, {each['rss_mb']:.0f} MB, {each['final_size']} accused, {who}"
    )


if __name__ == "__main__":
    sys.exit(main())
