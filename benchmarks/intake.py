"""Intake of long tables beside DuckDB: ``python -m benchmarks.intake [--rows 10000000]``.

Both read one CSV file (who named whom, when, on which way) and write Parquet with the same types. Each runs in a fresh process,
in turn. Intake does more: it numbers persons, sorts by day, checks each text, keeps the row of the table, and reports.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.growth import exponent

COLUMN_MAP = """\
format: 1
epoch: "1937-01-01"
tables:
  - table: said
    makes: [{into: statements, speaker: speaker, subject: subject, time: date, channel: channel}]
"""
INTAKE = """
import json, resource, sys, time
from greatfear.cli import main
wall = time.perf_counter()
assert main(["intake", sys.argv[1], "--map", sys.argv[2], "-o", sys.argv[3]]) == 0
"""
DUCKDB = """
import json, resource, sys, time
wall = time.perf_counter()
import duckdb
duckdb.sql("set threads = 2")
types = "{'speaker': 'varchar', 'subject': 'varchar', 'date': 'date', 'channel': 'varchar'}"
duckdb.sql(f"copy (select * from read_csv('{sys.argv[1]}', types={types})) to '{sys.argv[3]}.parquet' (compression zstd)")
"""
TOLD = """
used = resource.getrusage(resource.RUSAGE_SELF)
found = {"cpu_s": used.ru_utime + used.ru_stime, "user_s": used.ru_utime}
found |= {"wall_s": time.perf_counter() - wall, "rss_mb": used.ru_maxrss / 1024}
print("\\n" + json.dumps(found))
"""


def write_table(path: Path, n_rows: int) -> None:
    """Write a table of statements among n_rows / 50 persons over two years."""
    rng = np.random.default_rng(1937)
    days = [(dt.date(1937, 1, 1) + dt.timedelta(days=day)).isoformat() for day in range(730)]
    channels = ("denunciation", "report", "interrogation")
    n_persons = max(n_rows // 50, 10)
    with path.open("w", encoding="utf-8") as file:
        file.write("speaker,subject,date,channel\n")
        for start in range(0, n_rows, 200_000):
            n = min(200_000, n_rows - start)
            ends, when, how = rng.integers(0, n_persons, (2, n)), rng.integers(0, 730, n), rng.integers(0, 3, n)
            rows = zip(ends[0], ends[1], when, how, strict=True)
            file.write("".join(f"P{a:07d},P{b:07d},{days[day]},{channels[way]}\n" for a, b, day, way in rows))


def one(program: str, *words: str) -> dict[str, float]:
    """Run a program in a process of its own and return its times and its memory."""
    done = subprocess.run([sys.executable, "-c", program + TOLD, *words], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(n_rows: int, repeats: int) -> dict[str, Any]:
    """Return the medians of both programs, run in turn."""
    with tempfile.TemporaryDirectory() as folder:
        table, column_map = Path(folder) / "said.csv", Path(folder) / "map.yaml"
        column_map.write_text(COLUMN_MAP, encoding="utf-8")
        write_table(table, n_rows)
        runs: dict[str, list[dict[str, float]]] = {"intake": [], "duckdb": []}
        for turn in range(repeats):
            for name, program in (("duckdb", DUCKDB), ("intake", INTAKE)):
                runs[name].append(one(program, str(table), str(column_map), str(Path(folder) / f"{name}-{turn}")))
    medians = {
        name: {key: float(np.median([run[key] for run in found])) for key in found[0]} for name, found in runs.items()
    }
    speed = {key: medians["duckdb"][key] / medians["intake"][key] for key in ("cpu_s", "user_s", "wall_s")}
    return {"rows": n_rows, **medians} | {f"speed_{key.removesuffix('_s')}": value for key, value in speed.items()}


def main(words: Sequence[str] | None = None) -> int:
    """Measure at three lengths and print the speeds, the memory and the exponent of growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the longest table")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args(words)
    found = []
    began = time.perf_counter()
    for n_rows in (given.rows // 10, given.rows):
        result = measure(n_rows, given.repeats)
        found.append(result)
        for name in ("duckdb", "intake"):
            run = result[name]
            used = (
                f"{run['cpu_s']:6.1f} CPU s ({run['user_s']:.1f} user), {run['wall_s']:6.1f} s, {run['rss_mb']:6.0f} MB"
            )
            print(f"{n_rows:>11,} rows {name:>7}: {used}")
        speeds = ", ".join(f"{result[f'speed_{key}']:.2f} by {key}" for key in ("cpu", "user", "wall"))
        print(f"{'':>11}      speed of intake, as a share of DuckDB's: {speeds} time")
    growth = exponent([run["rows"] for run in found], [run["intake"]["cpu_s"] for run in found])
    print(f"time grows with the rows to the power {growth:.2f}; measured in {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
