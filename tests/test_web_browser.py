"""The lab in a browser: drag, keys, Back, two tabs, editor, live jobs, small and large screens, print, access.

Needs Chromium (Debian: ``apt-get install chromium``); skipped with the reason where it is absent. axe-core comes from npm or
from the file that GREATFEAR_AXE names.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import greatfear as gf
import web_lab
from greatfear.web.app import serve
from greatfear.web.jobs import Job
from greatfear.web.lab import Lab
from papers_worlds import EVERYTHING
from process_scenarios import scenario

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("browser")
    lab = web_lab.lab_of(folder)
    lab.runs = lab.jobs.folder = folder / "runs"
    lab.jobs.folder.mkdir()
    yield lab
    lab.jobs.close()


@pytest.fixture(scope="module")
def address(lab: Lab) -> str:
    told: list[str] = []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    threading.Thread(target=serve, args=(lab, port, None, told.append), daemon=True).start()
    until = time.monotonic() + 20
    while not told and time.monotonic() < until:
        time.sleep(0.05)
    return told[0].rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page that may say nothing in the console and ask nobody but the lab."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, permissions=["clipboard-write"])
    found = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    found.on("console", lambda message: said.append(message.text))
    found.on("pageerror", lambda error: said.append(str(error)))
    found.on("request", lambda request: asked.append(request.url))
    yield found
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    context.close()


def dragged(page: Any, path: str) -> None:
    """Drag over the middle half of the first figure that takes dates, and wait for the address to follow."""
    page.goto(path)
    box = page.locator("figure[data-brush] svg.mark").first.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.75, y, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile(r"from=\d{4}-\d{2}-\d{2}&until="))
    page.wait_for_function("() => document.querySelectorAll('.chips a').length === 1")


def n_shown(page: Any) -> int:
    return int(page.locator(".state [role=status] strong").inner_text().replace(",", ""))


def test_drag_keys_back_and_the_address(page: Any, address: str) -> None:
    page.goto(f"{address}/a/mixed/cases")
    whole = n_shown(page)
    dragged(page, page.url)
    brushed, first = n_shown(page), page.url
    assert 0 < brushed < whole
    page.keyboard.press("ArrowRight")
    page.wait_for_function("old => location.href !== old", arg=first)
    page.go_back()
    page.wait_for_function("old => location.href === old", arg=first)
    page.wait_for_function("n => document.querySelector('.state strong').textContent === n", arg=f"{brushed:,}")
    page.go_back()
    page.wait_for_function("n => document.querySelector('.state strong').textContent === n", arg=f"{whole:,}")
    other = page.context.new_page()
    other.goto(first)
    assert n_shown(other) == brushed
    other.close()


def test_facets_by_click_shift_click_and_chip(page: Any, address: str) -> None:
    page.goto(f"{address}/a/mixed/cases")
    whole = n_shown(page)
    page.locator(".pick", has_text="Salem").first.click()
    page.wait_for_url(re.compile("region=Salem"))
    page.wait_for_function("() => document.querySelectorAll('.chips a').length === 1")
    some = n_shown(page)
    page.locator(".chips a").first.click()
    page.wait_for_function("() => document.querySelectorAll('.chips a').length === 0")
    page.locator(".pick", has_text="Salem").first.click(modifiers=["Shift"])
    page.wait_for_url(re.compile("-region=Salem"))
    page.wait_for_function("() => document.querySelectorAll('.chips a').length === 1")
    assert n_shown(page) == whole - some


def test_keys(page: Any, address: str) -> None:
    page.goto(f"{address}/a/mixed/cases")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr.at").count() == 1
    person = page.locator("tr.at a").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/person/"))
    assert person in page.content()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(re.compile("/cases$"))
    page.keyboard.press("/")
    page.keyboard.type("P00")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/persons\?q=P00"))
    assert n_shown(page) == 10


def test_a_slider_and_a_query_write_the_address(page: Any, address: str) -> None:
    page.goto(f"{address}/a/mixed/recover?part=copies", wait_until="networkidle")
    highest = page.locator("input[type=range]").nth(1)
    highest.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => location.search.includes('share=0%3A0.995')")
    page.go_back()
    page.wait_for_function("() => !location.search.includes('share')")
    page.goto(f"{address}/a/mixed/sql", wait_until="networkidle")
    page.fill("textarea", "select count(*) as persons from persons")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => location.search.includes('q=select')")


def test_workbench_and_a_live_job(page: Any, address: str, lab: Lab) -> None:
    page.goto(f"{address}/workbench?from=witch-hunt")
    page.wait_for_selector(".cm-editor")
    page.wait_for_function("() => document.getElementById('bench-state').textContent.startsWith('No fault')")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nfoo: 1\n")
    page.wait_for_function(
        "() => document.getElementById('bench-faults').textContent.includes('foo')"
    )  # typed to the end
    assert page.locator("#bench-run").is_disabled()
    for _ in range(9):
        page.keyboard.press("Backspace")
    page.wait_for_function("() => document.getElementById('bench-state').textContent.startsWith('No fault')")
    page.locator("#tab-numbers").click()
    assert page.locator("#bench-panel table tr").count() > 10
    page.locator("#bench-fan").click()
    page.wait_for_url(re.compile("/job/"))
    page.wait_for_function("() => document.body.innerText.includes('replicates over')", timeout=90_000)
    page.get_by_text("Stop (what is written stays)").click()
    page.wait_for_function("() => document.body.innerText.includes('This job is stopped')", timeout=90_000)
    (job,) = lab.jobs.all.values()
    assert 0 < len(job.rows) < 20
    job.asked["replicates"] = len(job.rows) + 1
    page.get_by_role("button", name="Go on").click()
    page.wait_for_function("() => document.body.innerText.includes('Open the result')", timeout=120_000)


def test_papers_are_cut_by_dragging(page: Any, address: str, lab: Lab, tmp_path: Path) -> None:
    folder = gf.papers(gf.simulate(scenario(), seed=5), EVERYTHING).write(tmp_path / "papers")
    lab.add(folder, "papers")
    lab.truth = True
    ready(page, f"{address}/a/papers/papers")
    assert "of the whole run" not in page.locator("main").inner_text()
    dragged(page, page.url)
    assert "what follows is of the whole run" in page.locator("main").inner_text()


def test_a_tree_stands_on_dates_and_a_why_is_copied_as_text(page: Any, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/a/mixed/tree/3")
    page.get_by_role("link", name="by date").click()
    page.wait_for_url(re.compile("axis=time"))
    page.wait_for_selector("#tree circle")
    page.go_back()
    page.wait_for_selector("#tree rect")
    page.goto(f"{address}/a/mixed/why/P003")
    page.get_by_role("button", name="copy as text").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("P003")
    assert "To be accused is not to be guilty" in copied


def test_the_order_of_the_map_and_drawings_that_fit_a_phone(page: Any, address: str, lab: Lab) -> None:
    lab.add(web_lab.mapped(), "mapped")
    lab.entry("mapped").index(wait=True)
    page.goto(f"{address}/a/mapped/naming")
    page.select_option("select[name=order]", "map")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("order=map"))
    page.locator("#matrix a").first.click()
    page.wait_for_url(re.compile("/statements"))
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/a/mapped/naming", "/a/mapped/map", "/a/mapped/map?parts=quarter", "/a/mixed/tree/3"):
        page.goto(f"{address}{path}")
        over = "() => [...document.querySelectorAll('.drawn')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
        assert page.locator(".drawn.narrow svg").first.is_visible(), path
        assert page.evaluate(over) == 0, path


def test_a_line_of_a_fan_and_a_row_of_the_record_lead_on(
    page: Any, address: str, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"replicate": k, "arrests": [50 * k] * 90, "statements": [0] * 90} for k in (1, 2)]
    asked = {"kind": "ensemble", "scenario": "x", "name": "witch-hunt", "seed": 1, "replicates": 2}
    result = {"rows": rows, "epoch": "1937-01-01", "title": "x", "days": 630}
    lab.jobs.all["lines"] = Job("lines", asked, "done", rows=rows, result=result)
    page.goto(f"{address}/ensemble/lines?lines=1")
    box = page.locator("#fan-figure svg a[href*='one=1'] path").last.evaluate(
        "one => { const box = one.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; }"
    )
    page.mouse.click(*box)
    page.wait_for_url(re.compile("one=1"))
    page.wait_for_function("() => document.body.innerText.includes('arrests in replicate 1')")
    del lab.jobs.all["lines"]
    held = {"quantity": "arrests, 1692", "unit": "", "role": "prediction", "group": "totals", "claim": "", "verdict": "",
            "source": "a book", "note": "", "simulated": 9.0, "low": 8.0, "high": 12.0, "record": 10.0, "error": -0.1,
            "key": "arrests-1692"}  # fmt: skip
    found = SimpleNamespace(rows=(SimpleNamespace(**held),), n_replicates=3, sentences=lambda: ("One row.",))
    monkeypatch.setattr(importlib.import_module("greatfear.web.pages.record"), "compared", lambda _: found)
    page.goto(f"{address}/a/mixed/record")
    assert page.locator("#errors-1 circle").count() == 1
    page.get_by_role("link", name="arrests, 1692").click()
    page.wait_for_url(re.compile("/time.from=1692-01-01&until=1692-12-31"))


def test_both_chains_of_a_person_of_a_what_if(page: Any, address: str, lab: Lab) -> None:
    asked = {"kind": "what-if", "scenario": "witch-hunt", "seed": 5, "pairs": 1, "changes": {"offices.*.pressure": 0}}
    job = lab.jobs.add(asked)
    page.goto(f"{address}/job/{job.id}")
    page.get_by_role("link", name="Open the result").click(timeout=60_000)
    page.wait_for_url(re.compile("/what-if/"))
    page.locator("#rows tbody a").first.click()
    page.wait_for_selector(".two-sides .chain", timeout=30_000)
    left, right = (page.locator(".two-sides > div").nth(k).bounding_box() for k in (0, 1))
    assert left["y"] == right["y"]
    page.set_viewport_size({"width": 390, "height": 800})
    left, right = (page.locator(".two-sides > div").nth(k).bounding_box() for k in (0, 1))
    assert left["y"] < right["y"]


def test_the_focus_is_seen_and_follows_the_page(page: Any, address: str) -> None:
    page.goto(f"{address}/a/mixed/cases")
    told = """() => { const one = document.activeElement, look = getComputedStyle(one);
        return [one.textContent.trim(), look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2]; }"""
    found = [(page.keyboard.press("Tab"), page.evaluate(told))[1] for _ in range(12)]
    assert [words for words, _ in found[:4]] == ["Skip to the page", "greatfear lab", "Overview", "Cases"]
    assert all(is_seen for _, is_seen in found), found


PAGES = ("cases", "statements", "persons", "naming", "time", "map", "sources", "recover", "sql", "model")


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_is_wider_than_a_small_screen(page: Any, address: str, width: int) -> None:
    """320 points are a screen of 1,280 at 400 per cent."""
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", *(f"/a/mixed/{name}" for name in PAGES), "/a/mixed/why/P003", "/workbench"):
        ready(page, f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def ready(page: Any, url: str) -> None:
    for _ in range(60):
        if page.goto(url).status != 202:
            return
        page.wait_for_timeout(200)


def test_print_names_the_filter_and_the_address(page: Any, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/a/mixed/cases?region=Salem")
    page.emulate_media(media="print")
    assert page.locator(".foot").is_visible()
    assert "region=Salem" in page.locator(".foot").inner_text()
    assert not page.locator(".facets").is_visible()
    assert page.locator(".chips").is_visible()
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").read_bytes()[:4] == b"%PDF"


def test_without_javascript(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/a/mixed/cases")
    page.locator("input[name=from]").fill("1692-06-01")
    page.locator("input[name=until]").fill("1692-12-31")
    page.get_by_text("Set dates").click()
    assert "from=1692-06-01" in page.url
    page.locator(".pick", has_text="Salem").first.click()
    assert "region=Salem" in page.url
    context.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core as text: from the file that is named, else from npm; skipped where neither is available."""
    named = os.environ.get("GREATFEAR_AXE")
    if named:
        return Path(named).read_text("utf-8")
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here, and GREATFEAR_AXE names no axe.min.js")
    done = subprocess.run(
        [npm, "pack", "--silent", "axe-core@4"], cwd=folder, capture_output=True, timeout=90, check=False
    )
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode or packed is None:
        pytest.skip("axe-core cannot be had from npm, and GREATFEAR_AXE names no axe.min.js")
    shutil.unpack_archive(packed, folder, filter="data")
    return (folder / "package" / "axe.min.js").read_text("utf-8")


def test_every_page_is_open_to_everybody(browser: Any, address: str, lab: Lab, axe: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    paths = ["/", "/workbench", "/s/witch-hunt", "/lesson/1", "/manual", "/compare?a=mixed&b=golden&c=mixed"]
    paths += ["/a/mixed", "/a/mixed/person/P003", "/a/mixed/why/P003", "/a/mixed/tree/0", "/ensemble/fan", "/job/fan"]
    rows = [{"replicate": k, "arrests": [9 * k] * 90, "statements": [0] * 90} for k in (1, 2)]
    asked = {"kind": "ensemble", "scenario": "great-terror", "name": "great-terror", "seed": 1, "replicates": 2}
    done = {"rows": rows, "epoch": "1937-01-01", "title": "x", "days": 630}
    lab.jobs.all["fan"] = Job("fan", asked, "done", rows=rows, result=done)
    paths += [
        f"/a/mixed/{name}"
        for name in (
            "cases",
            "statements",
            "sources",
            "recover?part=origins",
            "persons",
            "naming",
            "time",
            "map",
            "recover",
            "sql",
            "model?choice=inertia",
        )
    ]
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
    found = {}
    for path in paths:
        ready(page, f"{address}{path}")
        page.evaluate(axe)
        told = page.evaluate(f"axe.run(document, {rules})")
        if told["violations"]:
            found[path] = [(one["id"], one["nodes"][0]["html"][:120]) for one in told["violations"]]
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/a/mixed/map?parts=quarter", "/a/mixed/model?choice=inertia"):
        ready(page, f"{address}{path}")
        page.evaluate(axe)
        for one in page.evaluate(f"axe.run(document, {rules})")["violations"]:
            found[f"{path} on a phone"] = one["id"], one["nodes"][0]["html"][:120]
    context.close()
    assert found == {}
