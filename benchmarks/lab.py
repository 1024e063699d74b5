"""The lab on a large archive, beside datasette on the same cases: ``python -m benchmarks.lab ARCHIVE [--datasette]``.

CPU seconds of this process for each page, best of five; wall time from click to painted number in Chromium where there is
one. Datasette is measured where it is installed (``pip install datasette``), over a SQLite file of the same cases with an
index for each facet.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from greatfear.web import address as at
from greatfear.web.app import answer, serve
from greatfear.web.lab import Lab
from greatfear.web.render import as_html

Row = tuple[str, float, str]


def cpu(function: Callable[[], object], times: int = 5) -> float:
    """Return CPU milliseconds of the quickest of some calls."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        function()
        found.append(time.process_time() - begun)
    return 1000 * min(found)


def start_of_process(archive: Path) -> list[Row]:
    """Time the command from its start to the first page, and its CPU seconds."""
    command = [sys.executable, "-m", "greatfear", "lab", str(archive), "--no-browser", "--no-token", "--json"]
    begun = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as runs,
        subprocess.Popen(
            [*command, "--runs", runs], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process,
    ):
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        fetched(address)
        wall = time.perf_counter() - begun
        clock = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        process.terminate()
    ticks = (int(clock[11]) + int(clock[12])) / 100
    return [("greatfear lab to first page, wall", 1000 * wall, "ms"), ("the same, CPU", 1000 * ticks, "ms")]


def pages(lab: Lab, name: str) -> list[Row]:
    """Time the pages with the index at hand: making and rendering."""
    index = lab.entry(name).index(wait=True)
    deepest = index.id_of(int(index.forest.person[int(index.forest.depth.argmax())]))
    statement = at.Filter.of({"cause": ["statement"]}, {})
    first, last = (index.cases.low[0], index.cases.low[len(index.cases) // 2])
    from greatfear.web.when import date_of

    epoch = index.archive.epoch
    brushed = {"from_": date_of(int(first) + 400, epoch), "until": date_of(int(last) + 150, epoch)}
    narrow = statement.with_value("depth", "0", is_excluded=True).with_value("region", "moscow-oblast")
    wanted: list[tuple[str, at.Address]] = [
        ("cases, one facet", at.Cases(name=name, filter=statement)),
        ("cases, one facet and a brush", at.Cases(name=name, filter=statement, **brushed)),
        ("cases, two facets, one excluded, a brush", at.Cases(
            name=name, filter=narrow, **brushed)),
        ("statements, one facet", at.Statements(name=name, filter=at.Filter.of({"channel": ["interrogation"]}, {}))),
        ("person", at.Person(name=name, id=deepest)), ("why", at.Why(name=name, id=deepest)),
        ("tree", at.Tree(name=name, case=str(int(index.forest.depth.argmax())))),
        ("who named whom, by region", at.Naming(name=name)), ("territory and months", at.Map(name=name)),
        ("search, start of an id", at.Persons(name=name, q="P064-0092")),
        ("search, anywhere", at.Persons(name=name, q="92766", how="any")),
    ]  # fmt: skip
    rows = []
    for words, address in wanted:
        path, _, query = str(address).partition("?")
        made = cpu(lambda path=path, query=query: answer(lab, path, query))  # type: ignore[misc]
        page = answer(lab, path, query)[1]
        assert page.status == 200, (words, page.status)
        rows += [(f"{words}: CPU", made + cpu(lambda page=page: as_html(page)), "ms")]  # type: ignore[misc]
    return rows


def fetched(url: str) -> bytes:
    """Return what stands at an address."""
    with urllib.request.urlopen(url, timeout=120) as found:
        body: bytes = found.read()
        return body


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clicks(lab: Lab, name: str) -> list[Row]:
    """Time clicks on facets in Chromium, from the click to the painted number."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return []
    from playwright.sync_api import sync_playwright

    told: list[str] = []
    threading.Thread(target=serve, args=(lab, free_port(), None, told.append), daemon=True).start()
    while not told:
        time.sleep(0.05)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{told[0]}a/{name}/cases")
        script = """async (k) => {
          const link = document.querySelectorAll('.facet .pick')[k], before = location.href, begun = performance.now();
          link.click();
          while (location.href === before || document.body.classList.contains('busy')) await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          return performance.now() - begun;
        }"""
        found = [float(page.evaluate(script, k % 9)) for k in range(24)][2:]
        sent = page.evaluate("performance.getEntriesByType('navigation')[0].transferSize")
        browser.close()
    ordered = sorted(found)
    return [
        ("click on a facet to paint, median", statistics.median(found), "ms"),
        ("the same, 95 per cent", ordered[int(0.95 * len(ordered))], "ms"),
        ("page of cases as sent", float(sent) / 1000, "kB"),
    ]


def datasette(lab: Lab, name: str) -> list[Row]:
    """Time the same facets in datasette over a SQLite file of the same cases, with an index for each facet."""
    if shutil.which("datasette") is None:
        return []
    columns = ("date", "person", "cause", "root", "operation", "region", "stratum", "outcome", "depth")
    index = lab.entry(name).index(wait=True)
    cube = index.cases
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.db"
        with sqlite3.connect(file) as store:
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
            facets = "&".join(f"_facet={column}" for column in columns[2:7])
            url = f"http://127.0.0.1:{port}/cases/cases.json?{facets}&cause=statement"
            for _ in range(100):
                try:
                    fetched(f"http://127.0.0.1:{port}/-/versions.json")
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.2)
            walls = []
            for _ in range(2):
                begun = time.perf_counter()
                fetched(url)
                walls.append(1000 * (time.perf_counter() - begun))
        finally:
            process.terminate()
            process.wait()
    return [("datasette, one facet of five indexed ones, wall", min(walls), "ms")]


def _rows(index: Any, cube: Any, columns: Sequence[str]) -> Any:
    import numpy as np

    day = np.datetime64(index.archive.epoch, "D") + cube.low.astype(np.int64)
    facets = {name: k for k, name in enumerate(cube.facets)}
    texts = [[*cube.facets[name], None] for name in columns[2:]]
    codes = [cube.codes[facets[name]][cube.combo] for name in columns[2:]]
    persons = index.forest.person[cube.order]
    for k in range(len(cube)):
        yield (str(day[k]), int(persons[k]), *(text[code[k]] for text, code in zip(texts, codes, strict=True)))


def memory() -> Row:
    """Return the memory of this process that is not files mapped into it."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return ("memory of the server, without mapped files", int(lines["RssAnon"].split()[0]) / 1000, "MB")


def told(rows: Sequence[Row]) -> None:
    """Print what was measured as soon as it is there."""
    for what, value, unit in rows:
        print(f"{what:66}  {value:10,.1f} {unit}", flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--datasette", action="store_true", help="measure datasette on the same cases too")
    given = parser.parse_args(words)
    told(start_of_process(given.archive))
    lab = Lab([given.archive])
    (name,) = list(lab.entries)[:1]
    begun = time.perf_counter()
    lab.entry(name).index(wait=True)
    words = "index at hand (built, or mapped where it was built before), wall"
    told([(words, 1000 * (time.perf_counter() - begun), "ms")])
    told(pages(lab, name))
    told([memory()])
    told(clicks(lab, name))
    told(datasette(lab, name) if given.datasette else [])
    return 0


if __name__ == "__main__":
    sys.exit(main())
