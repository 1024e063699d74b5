"""The lab on a large archive, beside datasette on the same cases: ``python -m benchmarks.lab ARCHIVE [--datasette]``.

CPU time of this process for each page, the median of nine; wall time from click to painted number in Chromium where there is
one. Datasette is measured where it is installed (``pip install datasette``), over a SQLite file of the same cases with an
index for each facet.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.lab_datasette import datasette, fetched, free_port, ticks
from greatfear.archive import read
from greatfear.catalogue import datasets as catalogue
from greatfear.plots.marks.calendar import date_of
from greatfear.web import address as at
from greatfear.web.app import answer, serve
from greatfear.web.cube import Cube
from greatfear.web.index import Index
from greatfear.web.index_cache import index_of
from greatfear.web.jobs import Jobs
from greatfear.web.lab import Lab
from greatfear.web.render import as_html

Row = tuple[str, float, str, str]
"""What was measured, the figure, its unit, and what is asked of it in shared/LAB.md."""


def cpu(function: Callable[[], object], times: int = 9) -> float:
    """Return CPU milliseconds of a call: the median of some, after one that is not counted."""
    function()
    found = []
    for _ in range(times):
        begun = time.process_time()
        function()
        found.append(time.process_time() - begun)
    return 1000 * statistics.median(found)


def start_of_process(archive: Path, times: int = 3) -> list[Row]:
    """Time the command from its start to the first page, and its CPU seconds: the median of three, its code compiled before.

    Afterwards the pages of a reader are asked for, twice, and the process is left alone for ten seconds.
    """
    walls, works = [], []
    with tempfile.TemporaryDirectory() as folder:
        for k in range(times + 1):
            with _lab_process(archive, Path(folder)) as (process, address, begun):
                fetched(address)
                if k:  # the first start compiles the code, as the installation does
                    walls.append(time.perf_counter() - begun)
                    works.append(ticks(process.pid))
                if k == times:
                    more = _left_running(process.pid, address)
    return [
        ("greatfear lab to first page, wall", 1000 * statistics.median(walls), "ms", "1,000"),
        ("the same, CPU", 1000 * statistics.median(works), "ms", "600"),
        *more,
    ]


@contextlib.contextmanager
def _lab_process(archive: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """Start the lab as a user does, with its bytecode kept in a folder."""
    command = [sys.executable, "-m", "greatfear", "lab", str(archive), "--no-browser", "--no-token", "--json"]
    settings = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    settings["PYTHONPYCACHEPREFIX"] = str(folder / "code")
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--runs", str(folder / "runs")], env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["address"], begun
    finally:
        process.terminate()
        process.wait()


def _left_running(pid: int, address: str) -> list[Row]:
    """Ask for the pages of a reader twice, and leave the lab alone: memory, memory of one more reader, CPU when idle."""
    found = re.search(r'href="(/a/[^"/?]+)"', fetched(address).decode())
    assert found, "the first screen lists no archive"
    root = found[1]
    sizes = []
    for _ in range(3):
        for page in _READ:
            _waited_for(address.rstrip("/") + root + page)
        _until_quiet(pid)
        sizes.append(_memory(pid))
    begun = ticks(pid)
    time.sleep(10)
    return [
        ("memory of the server after two rounds of pages, without mapped files", sizes[1], "MB", "500"),
        ("one more reader of the same pages", sizes[2] - sizes[1], "MB", "0"),
        ("CPU in ten seconds when nobody asks", 1000 * (ticks(pid) - begun), "ms", ""),
    ]


_READ = (
    "", "/cases", "/cases?cause=statement", "/statements", "/persons?q=92766&how=any", "/naming", "/map", "/time", "/record",
    "/sql?q=select+region,count(*)+from+persons+join+acts+using(person)+group+by+all", "/cases.csv", "/statements.parquet",
)  # fmt: skip
"""Pages and files that a reader asks for, also those that read whole tables."""


def _until_quiet(pid: int) -> None:
    """Wait until a process has done nothing for a second: what pages asked for behind is then there."""
    for _ in range(120):
        begun = ticks(pid)
        time.sleep(1)
        if ticks(pid) - begun < 0.02:
            return


def _waited_for(url: str) -> None:
    """Ask for a page until it is ready."""
    for _ in range(300):
        with urllib.request.urlopen(url, timeout=120) as found:
            found.read()
            if found.status != 202:
                return
        time.sleep(0.2)


def _memory(pid: int | str) -> float:
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(lines["RssAnon"].split()[0]) / 1000


def index(archive: Path) -> list[Row]:
    """Time the index from nothing, in a process of its own as the lab builds it, and opened again."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        index_of(read(archive), lambda share: None, Path(folder))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.process_time()
        index_of(read(archive), lambda share: None, Path(folder))
        again = time.process_time() - begun
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return [
        ("index from nothing, user CPU", 1000 * user, "ms", "2,500"),
        ("the same with what the system takes (memory, disk)", 1000 * (user + system), "ms", ""),
        ("index opened again, CPU", 1000 * again, "ms", "50"),
    ]


def pages(lab: Lab, name: str) -> list[Row]:
    """Time the pages with the index at hand: making and rendering."""
    rows = []
    for words, address in _asked(lab.entry(name).index(wait=True), name):
        path, _, query = str(address).partition("?")
        made = cpu(lambda path=path, query=query: answer(lab, path, query))  # type: ignore[misc]
        page = answer(lab, path, query)[1]
        assert page.status == 200, (words, page.status)
        goal = next((goal for start, goal in _GOALS.items() if words.startswith(start)), "")
        rows += [(f"{words}: CPU", made + cpu(lambda page=page: as_html(page)), "ms", goal)]  # type: ignore[misc]
    return rows


def _asked(index: Index, name: str) -> list[tuple[str, at.Address]]:
    """Return the pages to time, with filters that this archive has."""
    forest, cube = index.forest, index.cases
    deepest = int(forest.depth.argmax())
    person = index.id_of(int(forest.person[deepest]))
    one = at.Filter.NONE.with_value(*_value(cube, "cause", "statement"))
    two = one.with_value(*_value(cube, "depth", "0"), is_excluded=True).with_value(
        *_value(cube, "region", "moscow-oblast")
    )
    said = at.Filter.NONE.with_value(*_value(index.statements, "channel", "interrogation"))
    first, last = cube.days
    brush: dict[str, Any] = {
        "from_": date_of(first + (last - first) // 4, index.archive.epoch),
        "until": date_of(last - (last - first) // 4, index.archive.epoch),
    }
    return [
        ("cases, one facet", at.Cases(name=name, filter=one)),
        ("cases, one facet and a brush", at.Cases(name=name, filter=one, **brush)),
        ("cases, two facets, one excluded, a brush", at.Cases(name=name, filter=two, **brush)),
        ("statements, one facet", at.Statements(name=name, filter=said)),
        ("person", at.Person(name=name, id=person)), ("why", at.Why(name=name, id=person)),
        ("tree", at.Tree(name=name, case=str(deepest))),
        ("who named whom", at.Naming(name=name)), ("who named whom, a brush", at.Naming(name=name, **brush)),
        ("territory and months", at.Map(name=name)), ("territory and months, one facet", at.Map(name=name, filter=one)),
        ("territory and months, one facet and a brush", at.Map(name=name, filter=one, **brush)),
        ("search, start of an id", at.Persons(name=name, q=person[:9])),
        ("search, anywhere", at.Persons(name=name, q=person[-5:], how="any")),
    ]  # fmt: skip


def _value(cube: Cube, facet: str, value: str) -> tuple[str, str]:
    """Return a facet with a value: the wanted one, or the first of the facet with most values."""
    if value in cube.facets.get(facet, ()):
        return facet, value
    facet = max(cube.facets, key=lambda name: len(cube.facets[name]))
    return facet, cube.facets[facet][0]


_GOALS = {
    "cases": "15", "statements": "15", "person": "10", "why": "10", "tree": "10", "who": "10", "territory": "10",
    "search, start": "5", "search, any": "80",
}  # fmt: skip


def workbench() -> list[Row]:
    """Time a key in the workbench until its faults are there, for the longest scenario of the catalogue under 600 lines."""
    from greatfear.catalogue import scenarios
    from greatfear.web.workbench import checked, text_of

    texts = [text for text in map(text_of, scenarios()) if text.count("\n") < 600]
    longest = max(texts, key=lambda text: text.count("\n"))
    changed = itertools.count()
    words = f"workbench, key to faults in {longest.count(chr(10))} lines: CPU"
    return [(words, cpu(lambda: checked(f"{longest}\n# {next(changed)}\n"), 5), "ms", "100")]


def jobs() -> list[Row]:
    """Time a village from Run to its result, and a fan of twenty, in the warm worker."""
    with tempfile.TemporaryDirectory() as folder:
        made = Jobs(Path(folder))
        walls, works = [], []
        for asked in ({"kind": "run"}, {"kind": "run"}, {"kind": "ensemble", "replicates": 20}):
            worked = ticks(made._process.pid) if walls else 0.0
            begun = time.perf_counter()
            job = made.add({"scenario": "witch-hunt", "seed": 7, **asked})
            while job.is_open:
                made.wait(job, job.version, 1)
            assert job.state == "done", job.error
            walls.append(1000 * (time.perf_counter() - begun))
            works.append(1000 * (ticks(made._process.pid) - worked))
        made.close()
    return [
        ("witch-hunt, Run to result in the warm worker, wall", walls[1], "ms", "500"),
        ("the same, CPU", works[1], "ms", ""),
        ("fan of twenty witch-hunts, wall", walls[2], "ms", "4,000"),
        ("the same, CPU", works[2], "ms", ""),
    ]


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
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{told[0]}a/{name}/cases", wait_until="networkidle")
        others = page.evaluate("performance.getEntriesByType('resource').map(one => one.transferSize)")
        script = """async (k) => {
          const link = document.querySelectorAll('.facet .pick')[k], before = location.href, begun = performance.now();
          link.click();
          while (location.href === before || document.body.classList.contains('busy')) await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          return performance.now() - begun;
        }"""
        found = [float(page.evaluate(script, k % 9)) for k in range(24)][2:]
        sent = page.evaluate("performance.getEntriesByType('navigation')[0].transferSize")
        bench = browser.new_page()
        bench.goto(f"{told[0]}workbench")
        bench.wait_for_selector(".cm-editor")
        parts = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        heavy = bench.evaluate(f"{parts}.map(one => one.transferSize)")
        browser.close()
    ordered = sorted(found)
    return [
        ("click on a facet to paint, median, wall", statistics.median(found), "ms", ""),
        ("the same, 95 per cent", ordered[int(0.95 * len(ordered))], "ms", "100"),
        ("the same, longest", ordered[-1], "ms", "200"),
        ("page of cases as sent", float(sent) / 1000, "kB", ""),
        ("with style and script, at the first visit", (float(sent) + sum(others)) / 1000, "kB", "60"),
        ("requests of that page", 1.0 + len(others), "", "3"),
        ("workbench as sent", sum(heavy) / 1000, "kB", "200"),
    ]


def told(rows: Sequence[Row]) -> None:
    """Print what was measured as soon as it is there."""
    for what, value, unit, goal in rows:
        print(f"{what:72}  {value:10,.1f} {unit:3} {goal and f'asked: {goal}'}".rstrip(), flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "archive", type=Path, help="folder of an archive, or the name of a data set such as giaveno-1335"
    )
    parser.add_argument("--datasette", action="store_true", help="measure datasette on the same cases too")
    given = parser.parse_args(words)
    is_folder = given.archive.is_dir()
    told(index(given.archive) if is_folder else [])
    told(start_of_process(given.archive) if is_folder else [])
    lab = Lab([given.archive if is_folder else catalogue.archive(given.archive.name)])
    (name,) = list(lab.entries)[:1]
    index_at_hand = lab.entry(name).index(wait=True)
    told(pages(lab, name))
    told(workbench())
    told(jobs())
    told(clicks(lab, name))
    told(datasette(index_at_hand, *_value(index_at_hand.cases, "cause", "statement")) if given.datasette else [])
    return 0


if __name__ == "__main__":
    sys.exit(main())
