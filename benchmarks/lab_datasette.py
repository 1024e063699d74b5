"""Datasette over the cases of a lab, for `benchmarks.lab`: a SQLite file of the same cases, with an index for each facet."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from greatfear.web.index import Index
from greatfear.web.when import UNDATED


def fetched(url: str) -> bytes:
    """Return what stands at an address."""
    with urllib.request.urlopen(url, timeout=120) as found:
        body: bytes = found.read()
        return body


def ticks(pid: int) -> float:
    """Return the CPU seconds of a process so far."""
    clock = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(clock[11]) + int(clock[12])) / 100


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def datasette(index: Index, facet: str, value: str) -> list[tuple[str, float, str, str]]:
    """Time the same facets in datasette over a SQLite file of the same cases, with an index for each facet."""
    if shutil.which("datasette") is None:
        return []
    cube = index.cases
    facets = [
        one for one in ("cause", "root", "operation", "region", "stratum", "outcome", "depth") if one in cube.facets
    ]
    columns = ("date", "person", *facets)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.db"
        with sqlite3.connect(file) as store:
            store.execute("pragma journal_mode=off")
            store.execute("pragma synchronous=off")
            store.execute(f"create table cases ({', '.join(columns)})")
            store.executemany(
                f"insert into cases values ({', '.join('?' * len(columns))})", _rows(index, cube, columns)
            )
            for column in columns[2:7]:
                store.execute(f"create index i_{column} on cases ({column})")
        port = free_port()
        limits = ("--setting", "facet_time_limit_ms", "20000", "--setting", "sql_time_limit_ms", "20000")
        process = subprocess.Popen(
            ["datasette", str(file), "-p", str(port), *limits],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            asked = "&".join([*(f"_facet={column}" for column in columns[2:7]), f"{facet}={quote(value)}"])
            url = f"http://127.0.0.1:{port}/cases/cases.json?{asked}"
            for _ in range(900):  # on a busy machine it takes its time to come up
                with contextlib.suppress(urllib.error.URLError, ConnectionError):
                    fetched(f"http://127.0.0.1:{port}/-/versions.json")
                    break
                if process.poll() is not None:
                    sys.stderr.write(f"datasette ended with exit code {process.returncode}; it is not measured\n")
                    return []
                time.sleep(0.2)
            walls, works = [], []
            for _ in range(3):
                begun, worked = time.perf_counter(), ticks(process.pid)
                fetched(url)
                walls.append(1000 * (time.perf_counter() - begun))
                works.append(1000 * (ticks(process.pid) - worked))
        finally:
            process.terminate()
            process.wait()
    return [
        ("datasette, one facet of five indexed ones, wall", min(walls), "ms", ""),
        ("the same, CPU", min(works), "ms", ""),
    ]


def _rows(index: Any, cube: Any, columns: Sequence[str]) -> Any:
    import numpy as np

    first = index.archive.epoch.toordinal()
    days = [None if day >= UNDATED else str(dt.date.fromordinal(first + day)) for day in cube.low.tolist()]
    places = {name: k for k, name in enumerate(cube.facets)}
    # One text for each combination, looked up by the combination of a row.
    parts = [np.array([*cube.facets[name], None], object)[cube.codes[places[name]]] for name in columns[2:]]
    values = [part[cube.combo].tolist() for part in parts]
    return zip(days, index.forest.person[cube.order].tolist(), *values, strict=True)
