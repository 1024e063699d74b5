"""Run two codes in turn, those of this tree and of a commit: ``python -m benchmarks.against COMMIT [--repeats 5]``.

Two subjects: the first start, which is `greatfear run witch-hunt` with an empty cache of compiled kernels; and the country run,
the scenario `great-terror` as the commit has it, run by both codes with all kernels compiled, on all threads and on one; with
`--each-own` each code runs the scenario of its own tree instead. Medians
are printed of processor time (of all processes together) and of wall time, with the ratio of this code to that of the commit.
The order within a pair changes from pair to pair. A machine that does other work tells little: look at the load that is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import machine

_TREE = Path(__file__).resolve().parents[1]
_SCENARIO = "src/greatfear/catalogue/entries/{}/scenario.yaml"
_COUNTRY = """
import json, sys, tempfile
from pathlib import Path
import greatfear as gf
scenario = gf.load(Path(sys.argv[1]))
with tempfile.TemporaryDirectory() as folder:
    run = gf.simulate(scenario, seed=1937, out=Path(folder) / "run", threads=int(sys.argv[2]) or None)
    rows = {name: run.archive.n_rows(name) for name in ("persons", "statements", "acts")}
    print(json.dumps({"kernels and writing": run.seconds["kernels"] + run.seconds["writing"], **rows}))
"""
_COMMAND = "import sys; from greatfear.cli import main; sys.exit(main())"
_ROWS = ("persons", "statements", "acts")


@dataclass(frozen=True)
class Code:
    """One of the two codes: its name, its tree, and a folder for what it compiles."""

    name: str
    tree: Path
    kept: Path

    def run(self, program: str, words: Sequence[str], cache: Path) -> dict[str, Any]:
        """Run a program once in a process of its own and return what it took and printed."""
        places = {"PYTHONPATH": str(self.tree / "src"), "GREATFEAR_CACHE": str(cache), "NUMBA_CACHE_DIR": str(cache)}
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-P", "-c", program, *words],
            check=False,
            env=os.environ | places,
            capture_output=True,
            text=True,
        )
        wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"{self.name} failed:\n{done.stderr[-3000:]}")
        cpu = after.ru_utime - before.ru_utime
        return {
            "user CPU s": cpu,
            "wall s": wall,
            "system CPU s": after.ru_stime - before.ru_stime,
            "told": done.stdout,
        }

    def first_start(self, scenario: str) -> dict[str, Any]:
        """Run a scenario of the catalogue by command, with nothing compiled."""
        with tempfile.TemporaryDirectory(dir=self.kept) as folder:
            cache = Path(folder) / "cache"
            cache.mkdir(mode=0o700)
            words = ["run", scenario, "--seed", "1", "-o", str(Path(folder) / "run")]
            return self.run(_COMMAND, words, cache)

    def country(self, scenario: Path, threads: int) -> dict[str, Any]:
        """Run the country with what is compiled already, on all threads (0) or on some."""
        cache = self.kept / "cache"
        cache.mkdir(mode=0o700, exist_ok=True)
        found = self.run(_COUNTRY, [str(scenario), str(threads)], cache)
        told: dict[str, Any] = json.loads(found["told"].splitlines()[-1])
        return found | told


def compared(mine: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return medians of both codes, and the median of the ratios of pairs, for all that both have measured."""
    names = [name for name, value in mine[0].items() if isinstance(value, float) and name in other[0]]
    return {
        name: {
            "this code": statistics.median(one[name] for one in mine),
            "commit": statistics.median(one[name] for one in other),
            "ratio": statistics.median(a[name] / b[name] for a, b in zip(mine, other, strict=True)),
        }
        for name in names
    }


def _in_turn(codes: Sequence[Code], repeats: int, work: Any) -> dict[str, dict[str, float]]:
    """Let both codes do the same work, a pair at a time, and compare them."""
    found: dict[str, list[dict[str, Any]]] = {code.name: [] for code in codes}
    for turn in range(repeats):
        for code in codes if turn % 2 == 0 else codes[::-1]:
            found[code.name].append(work(code))
            print(f"  {code.name}: {_figures(found[code.name][-1])}", file=sys.stderr)
    first, second = (found[code.name] for code in codes)
    return compared(first, second)


def _figures(one: dict[str, Any]) -> str:
    rows = [f"{one[name]:,} {name}" for name in _ROWS if name in one]
    return ", ".join([f"{name} {value:.2f}" for name, value in one.items() if isinstance(value, float)] + rows)


def _print(title: str, found: dict[str, dict[str, float]]) -> None:
    print(f"{title} (load {os.getloadavg()[0]:.1f})")
    for name, each in found.items():
        print(f"  {name}: {each['this code']:.2f} against {each['commit']:.2f}, ratio {each['ratio']:.3f}")


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="commit to run against; its files go into a temporary folder")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=["first-start", "country"], help="one subject alone")
    parser.add_argument("--scenario", default="witch-hunt", help="scenario of the first start")
    parser.add_argument(
        "--each-own", action="store_true", help="country run: each code has the scenario of its own tree"
    )
    given = parser.parse_args(words)
    print(json.dumps(machine()), file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="against-") as folder:
        tree = Path(folder) / "tree"
        tree.mkdir()
        packed = subprocess.run(["git", "archive", given.commit], cwd=_TREE, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(tree)], input=packed, check=True)
        kept = [Path(folder) / name for name in ("mine", "other")]
        for each in kept:
            each.mkdir(mode=0o700)
        codes = (Code("this code", _TREE, kept[0]), Code(given.commit, tree, kept[1]))
        if given.only != "country":
            found = _in_turn(codes, given.repeats, lambda code: code.first_start(given.scenario))
            _print(f"first start of {given.scenario}", found)
        if given.only != "first-start":
            file = _SCENARIO.format("great-terror")
            scenarios = {code.name: (code.tree if given.each_own else tree) / file for code in codes}
            for code in codes:  # to compile; not counted
                code.country(scenarios[code.name], 0)
            for threads, said in ((0, "all threads"), (1, "one thread")):
                found = _in_turn(codes, given.repeats, lambda code, n=threads: code.country(scenarios[code.name], n))
                _print(f"country run, {said}", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
