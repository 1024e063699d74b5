"""The country run: the Great Terror among 162 million persons, written to disk: ``python -m benchmarks.country``."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import save

_TREE = Path(__file__).resolve().parents[1]
_PARTS = ("compile", "prepare", "kernels", "writing", "total")


def one() -> dict[str, Any]:
    """Run once, here, and return what it took."""
    import resource
    import tempfile
    import time

    import greatfear as gf

    scenario = gf.catalogue.scenario("great-terror")
    with tempfile.TemporaryDirectory() as folder:
        cpu = time.process_time()
        run = gf.simulate(scenario, seed=1937, out=Path(folder) / "run")
        cpu = time.process_time() - cpu
        arrests = run.archive.sql("select count(*) as n from acts where kind = 'arrest'")["n"][0].as_py()
        counts = {name: run.archive.n_rows(name) for name in ("statements", "acts")}
        parts = {f"{name}_s": round(run.seconds[name], 3) for name in _PARTS if name in run.seconds}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"arrests": arrests} | counts | parts | {"cpu_s": round(cpu, 3), "rss_mb": round(peak, 1)}


def measure(repeats: int) -> dict[str, Any]:
    """Run once to compile, then in processes of their own; return medians."""
    code = "import json; from benchmarks.country import one; print(json.dumps(one()))"
    found = []
    for _ in range(repeats + 1):
        done = subprocess.run([sys.executable, "-c", code], cwd=_TREE, capture_output=True, text=True, check=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return {"repeats": repeats} | {name: statistics.median(each[name] for each in found[1:]) for name in found[0]}


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    found = measure(parser.parse_args(words).repeats) | {"scenario": "great-terror"}
    print(json.dumps(found))
    save("country", [found], ("scenario",))
    return 0


if __name__ == "__main__":
    sys.exit(main())
