"""What the tests of the lab share: archives of every kind, a lab that holds them, and a client that asks it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

import greatfear as gf
from greatfear.archive import Archive
from greatfear.plots.tiles import TILES
from greatfear.record.columns import table_from_columns
from greatfear.web.lab import Lab

EPOCH = dt.date(1692, 3, 1)
HOSTILE = "<script>alert(1)</script>\"'&"
PORT = 8100


def nulls() -> Archive:
    """Return an archive in which every value that may be unknown is unknown."""
    persons = table_from_columns("persons", {"id": ["P1", HOSTILE, "a/../b.json", ".."]}, 4)
    times = {"time": np.full(3, np.nan), "precision": "unknown"}
    statements = table_from_columns(
        "statements", {**times, "subject": np.array([0, 1, 2], np.int32), "channel": "report"}, 3
    )
    acts = table_from_columns(
        "acts",
        {**times, "person": np.array([0, 1, 2], np.int32), "kind": "arrest", "cause": "unknown", "outcome": "none"},
        3,
    )
    return Archive.from_tables(
        {"persons": persons, "statements": statements, "acts": acts}, epoch=EPOCH, title=f"All unknown {HOSTILE}"
    )


def mixed(n: int = 60, seed: int = 3) -> Archive:
    """Return an archive with dates of every precision, chains, sources, doubts and hostile names."""
    rng = np.random.default_rng(seed)
    n_persons, n_acts = n // 2, n // 2
    precision = rng.choice(["day", "month", "year", "interval", "unknown"], n, p=[0.6, 0.15, 0.1, 0.1, 0.05])
    time = np.sort(rng.integers(0, 700, n)).astype(float)
    end = np.where(precision == "interval", time + rng.integers(1, 60, n), np.nan)
    time[precision == "unknown"] = np.nan
    order = np.lexsort((np.isnan(time),))
    time, end, precision = time[order], end[order], precision[order]
    subject = rng.integers(0, n_persons, n).astype(np.int32)
    speaker = rng.integers(-1, n_persons, n).astype(np.int32)
    statements = table_from_columns(
        "statements",
        {
            "time": time, "time_end": end, "precision": precision.tolist(), "subject": subject, "speaker": speaker,
            "channel": rng.choice(["interrogation", "denunciation", "report"], n).tolist(),
            "pressure": np.where(rng.random(n) < 0.5, rng.random(n), np.nan).astype(np.float32),
            "prompted": rng.integers(-1, 2, n).astype(np.int8), "source": rng.integers(-1, 2, n).astype(np.int32),
            "place": [f"fol. {k}" for k in range(n)],
            "certainty": rng.choice(["certain", "dubious", "possible"], n).tolist(),
        },
        n,
    )  # fmt: skip
    on = np.sort(rng.choice(np.flatnonzero(np.isfinite(time)), n_acts, replace=False)).astype(np.int32)
    cause = rng.choice(["statement", "register"], n_acts)
    acts = table_from_columns(
        "acts",
        {
            "time": time[on] + 1, "precision": "day", "person": subject[on], "kind": "arrest", "cause": cause.tolist(),
            "statement": np.where(cause == "statement", on, -1).astype(np.int32), "outcome": "none",
            "evidence": rng.integers(-1, 4, n_acts).astype(np.int32),
            "operation": rng.choice(["north", "south"], n_acts).tolist(),
        },
        n_acts,
    )  # fmt: skip
    persons = table_from_columns(
        "persons",
        {
            "id": [f"P{k:03}" for k in range(n_persons)],
            "name": [HOSTILE if k == 3 else f"Ёжиков {k}" if k % 2 else f"Merlò {k}" for k in range(n_persons)],
            "region": rng.choice(["Salem", "Andover", "=cmd()"], n_persons).tolist(),
            "sex": rng.choice(["m", "f"], n_persons).tolist(),
        },
        n_persons,
    )  # fmt: skip
    sources = table_from_columns("sources", {"id": ["book", "file"], "citation": ["A book", "A file"]}, 2)
    tables = {"persons": persons, "statements": statements, "acts": acts, "sources": sources}
    return Archive.from_tables(tables, epoch=EPOCH, title="Mixed")


def mapped() -> Archive:
    """Return an archive with a person in every fifth territory of the map, each named by the next."""
    given = sorted(TILES)[::5]
    n = len(given)
    when = {"time": [float(9 * k) for k in range(n)], "precision": "day"}
    tables = {
        "persons": {"id": [f"P{k}" for k in range(n)], "region": given},
        "statements": {**when, "speaker": list(range(n)), "subject": [*range(1, n), 0], "channel": "interrogation"},
        "acts": {**when, "person": list(range(n)), "kind": "arrest", "cause": "register", "outcome": "none"},
    }
    return Archive.from_tables(tables, epoch=dt.date(1937, 1, 1), title="Mapped")


def golden(folder: Path) -> Path:
    """Return a copy of the golden archive on disk."""
    found = next((Path(__file__).parent / "golden").rglob("manifest.json")).parent
    return Path(shutil.copytree(found, folder / "golden"))


def damaged(folder: Path) -> Path:
    """Return an archive of which one table was cut short."""
    place = golden(folder / "d")
    file = place / "archive" / "persons.parquet"
    file.write_bytes(file.read_bytes()[:-10])
    return place


def has_giaveno() -> bool:
    """Return whether the data sets are at hand."""
    return bool(os.environ.get("GREATFEAR_DATA"))


def lab_of(folder: Path) -> Lab:
    """Return a lab with archives of every kind, their indexes ready."""
    lab = Lab([mixed(), nulls(), Archive.from_tables({}, epoch=EPOCH, title="Empty"), golden(folder), damaged(folder)])
    if has_giaveno():
        lab.add(gf.datasets.giaveno_1335(), "giaveno")
    for entry in lab.entries.values():
        if entry.archive is not None:
            entry.index(wait=True)
    return lab


def client(lab: Lab, token: str | None = None, host: str = f"127.0.0.1:{PORT}") -> Any:
    """Return a client that asks the lab without a network."""
    import asyncio

    import httpx

    from greatfear.web.app import application

    app = application(lab, PORT, token)

    class Client:
        def __init__(self) -> None:
            self.cookies: dict[str, str] = {}

        def request(self, method: str, path: str, **more: Any) -> httpx.Response:
            async def ask() -> httpx.Response:
                transport = httpx.ASGITransport(app=app)
                async with httpx.AsyncClient(
                    transport=transport, base_url=f"http://{host}", cookies=self.cookies
                ) as one:
                    answer = await one.request(method, path, **more)
                    self.cookies |= dict(answer.cookies)
                    return answer

            return asyncio.run(ask())

        def get(self, path: str, **more: Any) -> httpx.Response:
            return self.request("GET", path, **more)

    return Client()
