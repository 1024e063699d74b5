"""Three tasks of a reader, timed in clicks and seconds: ``python -m benchmarks.lab_tasks GREAT_TERROR_RUN``.

Each task is done in Chromium as a person would do it, from the page of the archive, by links, keys and fields that are on the
page; no address is typed. A click, a key that opens a page and a field that is filled count one each. The answer found on
the page is checked against the library before the time is told.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from greatfear.web.app import serve
from greatfear.web.lab import Lab


class Reader:
    """A page with a count of what the reader did on it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.steps = 0

    def click(self, where: str, text: str = "") -> None:
        """Click a link or button, and wait until the page has followed."""
        self.steps += 1
        found = self.page.locator(where, has_text=text) if text else self.page.locator(where)
        found.first.click()
        self.settle()

    def fill(self, where: str, words: str, key: str = "") -> None:
        """Fill a field; with a key, press it afterwards."""
        self.steps += 1
        self.page.locator(where).first.fill(words)
        if key:
            self.page.keyboard.press(key)
            self.settle()

    def settle(self) -> None:
        """Wait until the page that was asked for is painted."""
        self.page.wait_for_timeout(30)
        is_quiet = "() => !document.body.classList.contains('busy') && !document.body.dataset.refresh"
        self.page.wait_for_function(is_quiet, timeout=120_000)


def who_accused(reader: Reader, lab: Lab, name: str) -> str:
    """Find who accused a person, and on whose word the case rests in the end."""
    index = lab.entry(name).index(wait=True)
    person = index.id_of(int(index.forest.person[int(index.forest.depth.argmax())]))
    reader.fill("#find", person, "Enter")
    reader.click("table[data-rows] a", person)
    speaker = reader.page.locator("#against tbody tr td").first.inner_text().split()[0]
    reader.click("a", "Why: the chain back to its root")
    chain = reader.page.locator(".chain li").all_inner_texts()
    root = reader.page.locator(".chain li.root").first.inner_text().splitlines()[0]
    why = lab.entry(name).opened.why(person)
    assert why.chains[0][0].speaker == speaker, (why.chains[0][0], speaker)
    assert root == f"Root: {why.roots[0]}"
    last = why.chains[0][-1]
    return f"{person} was named by {speaker}; {len(chain) - 2} namings lead back to {last.person} ({root.lower()})"


def _value(facet: str, value: str) -> str:
    """Return where the value of a facet stands on a page."""
    return f".facet:has(h2:text-is('{facet}')) .pick:has(.value:text-is('{value}'))"


def single_statements(reader: Reader, lab: Lab, name: str) -> str:
    """Find the month and territory with most cases that rest on a single statement."""
    reader.click("nav a", "Map")
    reader.click(_value("rests on", "statement"))
    reader.click(_value("statements held at the arrest", "1"))
    row = [cell.inner_text() for cell in reader.page.locator("#highest tbody tr").first.locator("td").all()]
    asked = (
        lab.entry(name)
        .opened.sql(
            "select region, strftime(date '1936-01-01' + cast(floor(time) as integer), '%Y-%m') as month, count(*) as cases "
            "from acts join persons using (person) where kind = 'arrest' and cause = 'statement' and evidence = 1 "
            "group by all order by cases desc, region, month limit 1"
        )
        .to_pylist()[0]
    )
    assert row == [asked["region"], asked["month"], f"{asked['cases']:,}"], (row, asked)
    return f"{row[0]} in {row[1]}: {row[2]} cases"


def nobody_pressed(reader: Reader, lab: Lab, name: str) -> str:
    """Find what changes if nobody is pressed, in the village of the first screen, over five pairs."""
    reader.click(".home")
    reader.click(".links button", "What if nobody had been pressed?")
    reader.page.wait_for_selector("text=Open the result", timeout=300_000)
    reader.click("a", "Open the result")
    facts = [" ".join(one.split()) for one in reader.page.locator(".facts li").all_inner_texts()]
    job = next(job for job in lab.jobs.all.values() if job.asked["kind"] == "what-if")
    assert facts[1].startswith(f"{job.result['counts']['arrested']['only_base']:,.3g}"), (facts, job.result["counts"])
    return "; ".join(facts)


TASKS: tuple[Callable[[Reader, Lab, str], str], ...] = (who_accused, single_statements, nobody_pressed)


def main(words: Sequence[str] | None = None) -> int:
    """Do the tasks and print clicks, seconds and answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    given = parser.parse_args(words)
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("no Chromium here: apt-get install chromium\n")
        return 1
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as runs, sync_playwright() as driver:
        lab = Lab([given.archive], runs=Path(runs))
        lab.jobs.start()
        name = next(iter(lab.entries))
        lab.entry(name).index(wait=True)
        told: list[str] = []
        threading.Thread(target=serve, args=(lab, 0, None, told.append), daemon=True).start()
        while not told:
            time.sleep(0.05)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for task in TASKS:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{told[0]}a/{name}")
            reader = Reader(page)
            reader.settle()
            begun = time.perf_counter()
            found = task(reader, lab, name)
            seconds = time.perf_counter() - begun
            print(f"{(task.__doc__ or '').splitlines()[0]}\n  {reader.steps} clicks, {seconds:.1f} s: {found}")
            page.close()
        browser.close()
        lab.jobs.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
