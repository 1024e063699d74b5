"""Photographs every page of the lab: ``python maintenance/look_at_lab.py ARCHIVE... -o FOLDER [--axe axe.min.js] [--only TEXT]``.

Each page of each archive is opened in Chromium on a laptop, on a phone, on a laptop in grey, and printed to a PDF of which
the first sheets are drawn. Beside the archives that are given stand an empty one, one in which nothing is known, a damaged one,
Giaveno where its files are at hand, and a run, ensembles of 1, 8 and 20 and a what-if pair of a village; with ``--odd`` also
those of `tests/odd_archives.py`. The photographs are put together in sheets to be looked at, and what a machine can
see is told: a page wider than its screen, texts that leave their drawing, ``None`` and ``nan``, empty figures, words in the
console, requests to elsewhere, a focus by Tab that goes back up the page or cannot be seen, and, with ``--axe``, what keeps a
reader out.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import odd_archives
import web_lab
from greatfear.archive import Archive
from greatfear.web import address as at
from greatfear.web.app import serve
from greatfear.web.lab import Lab

WIDTHS = {"laptop": 1280, "phone": 390, "grey": 1280, "print": 794}
HIGHEST = 2400
SEEN = """() => {
  const found = [], wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) found.push(`${wide} points wide on a screen of ${innerWidth}`);
  const text = document.querySelector('main').innerText;
  for (const word of ['None', 'nan', 'NaN', 'undefined', 'inf', '<class', 'Infinity'])
    if (new RegExp('(^|[\\\\s(:])' + word + '($|[\\\\s).,;:])', 'm').test(text)) found.push('the word ' + word);
  for (const drawn of document.querySelectorAll('svg.mark')) {
    const frame = drawn.getBoundingClientRect();
    if (frame.width < 5 || frame.height < 5) continue;
    for (const one of drawn.querySelectorAll('text')) {
      const box = one.getBoundingClientRect();
      const isOut = box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 ||
        box.bottom > frame.bottom + 2;
      if (box.width && isOut) {
        found.push(`${drawn.id}: “${one.textContent.slice(0, 40)}” leaves its drawing`); break;
      }
    }
    if (!drawn.querySelector('path, rect, circle, line, a')) found.push(`${drawn.id}: an empty drawing`);
  }
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('tbody tr')) found.push('a table without rows');
  for (const head of document.querySelectorAll('main h2')) {
    const next = head.nextElementSibling || head.parentElement.nextElementSibling;
    if (!next) found.push(`nothing under “${head.textContent}”`);
  }
  const one = /(^|\\s)1 (cases|statements|persons|acts|files|regions|sources|months|weeks|days|namings|origins|rows)\\b/;
  if (one.test(text)) found.push('plural: ' + text.match(one)[0]);
  return found;
}"""


def made_here(lab: Lab) -> None:
    """Simulate a run, an ensemble and a what-if pair of a village, so that their pages can be seen."""
    for asked in (
        {"kind": "run", "scenario": "witch-hunt", "seed": 7},
        *({"kind": "ensemble", "scenario": "witch-hunt", "seed": n, "replicates": n} for n in (1, 8, 20)),
        {"kind": "what-if", "scenario": "witch-hunt", "seed": 7, "pairs": 3, "changes": {"offices.*.pressure": 0}},
    ):
        while sum(job.is_open for job in lab.jobs.all.values()) > 2:
            time.sleep(0.2)
        lab.jobs.add(asked)
    while any(job.is_open for job in lab.jobs.all.values()):
        time.sleep(0.2)


def addresses(lab: Lab) -> Iterator[str]:
    """Every kind of page, of every archive."""
    names = [name for name, entry in lab.entries.items() if entry.archive is not None]
    yield from (
        "/",
        "/workbench",
        "/workbench?from=witch-hunt#faults",
        "/s/witch-hunt",
        "/s/great-terror",
        "/lesson/1",
        "/lesson/2",
        "/manual",
        "/manual?page=intake",
    )
    yield "/a/nowhere"
    yield from (f"/compare?a={a}&b={b}" for a, b in itertools.pairwise(names))
    for job in lab.jobs.all.values():
        yield str(at.JobPage(id=job.id))
        if job.asked["kind"] != "run":
            yield str((at.WhatIf if job.asked["kind"] == "what-if" else at.EnsemblePage)(id=job.id))
    for name, entry in lab.entries.items():
        if entry.archive is None:
            yield str(at.Overview(name=name))
            continue
        yield from _of_archive(lab, name)


def _of_archive(lab: Lab, name: str) -> Iterator[str]:
    index = lab.entry(name).index(wait=True)
    for page in at.PAGES:
        if "{name}" in page.PATH and page.PATH.count("{") == 1:
            yield str(page(name=name))
    cases = index.forest
    persons = [int(cases.person[int(cases.depth.argmax())])] if len(cases) else []
    if len(index.people):
        persons += [int(index.n_against.argmax()), int(index.n_by.argmax()), 0]
    for person in dict.fromkeys(persons):
        yield str(at.Person(name=name, id=index.id_of(person)))
        yield str(at.Why(name=name, id=index.id_of(person)))
    if len(cases):
        yield str(at.Tree(name=name, case=str(int(cases.depth.argmax()))))
        yield str(at.Cases(name=name, show=int(cases.depth.argmax()), sort="depth"))
        facet, values = next(iter(index.cases.facets.items()), ("", ("",)))
        yield str(at.Cases(name=name, filter=at.Filter.of({facet: [values[0]]} if facet else {}, {})))
    yield str(at.Naming(name=name, show="ratio"))
    yield str(at.Map(name=name, parts="quarter"))
    yield str(at.Persons(name=name, q="1", how="any"))
    yield str(at.Sql(name=name, q="select channel, count(*) as n from statements group by 1"))
    for part in ("ledger", "origins", "shares", "aliases", "coverage", "veracity"):
        yield str(at.Recover(name=name, part=part))
    yield str(at.Model(name=name, choice="inertia + reciprocity"))
    if index.store.n_rows("sources"):
        yield str(at.Source(name=name, id=str(index.store.value("sources.id", 0))))


def photographed(
    browser: Any, origin: str, paths: Sequence[str], folder: Path, axe: str, widths: Mapping[str, int]
) -> list[tuple[str, str, str]]:
    """Take the photographs, and return what a machine can see to be wrong: width, address, words."""
    wrong: list[tuple[str, str, str]] = []
    for width, points in widths.items():
        context = browser.new_context(viewport={"width": points, "height": 900}, bypass_csp=bool(axe))
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on(
            "request",
            lambda one, said=said: said.append(one.url) if not one.url.startswith((origin, "data:")) else None,
        )
        for k, path in enumerate(paths):
            try:
                _ready(page, origin + path)
                if path.endswith("#faults"):
                    _with_faults(page)
                file = folder / f"{k:03}-{width}.jpeg"
                if width == "print":
                    _printed(page, file)
                else:
                    _photographed(page, width, points, file)
                    wrong += [(width, path, words) for words in page.evaluate(SEEN)]
                if axe and width != "print":
                    wrong += [(width, path, f"axe: {words}") for words in _kept_out(page, axe)]
                if width == "laptop":
                    wrong += [(width, path, f"focus: {words}") for words in _focus(page)]
            except Exception as error:  # noqa: BLE001  go on with the next page
                wrong.append((width, path, f"not photographed: {str(error).splitlines()[0]}"))
            wrong += [(width, path, f"said or asked: {words}") for words in said if "status of" not in words]
            said.clear()
        context.close()
    return wrong


def _ready(page: Any, url: str) -> None:
    """Open a page, and wait until nothing on it is being worked out."""
    for _ in range(100):
        if page.goto(url).status != 202:
            break
        page.wait_for_timeout(300)
    page.wait_for_timeout(50)


def _photographed(page: Any, width: str, points: int, file: Path) -> None:
    if width == "grey":
        page.evaluate("() => { document.documentElement.style.filter = 'grayscale(1)'; }")
    high = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": points, "height": min(high, HIGHEST)}
    page.screenshot(path=file, full_page=True, type="jpeg", quality=70, timeout=60_000, clip=clip)


def _printed(page: Any, file: Path, most: int = 3) -> None:
    """Print a page to a PDF, and put its first sheets one beneath the other."""
    from PIL import Image

    paper = file.with_suffix(".pdf")
    page.pdf(path=paper, format="A4", prefer_css_page_size=True)
    command = ["pdftoppm", "-r", "80", "-l", str(most), "-png", str(paper), str(file.with_suffix(""))]
    subprocess.run(command, check=True, capture_output=True)
    taken = sorted(file.parent.glob(f"{file.stem}-*.png"))
    images = [Image.open(one) for one in taken]
    whole = Image.new("RGB", (max(one.width for one in images), sum(one.height + 6 for one in images)), "#888888")
    top = 0
    for one in images:
        whole.paste(one, (0, top))
        top += one.height + 6
    whole.save(file, quality=75)
    for one in taken:
        one.unlink()


def _with_faults(page: Any) -> None:
    """Write two faults into the workbench, and wait until they are told."""
    page.wait_for_selector(".cm-content", timeout=10_000)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nfoo: 1\nbar: [1, 2\n")
    page.wait_for_function("() => document.querySelectorAll('#bench-faults li').length > 0", timeout=10_000)


FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const isSeen = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2 || one.closest('.cm-focused');
  const column = one.closest('svg') ? 'drawing' : ['.side', '.body', '.beside', 'header.top']
    .find((part) => one.closest(part)) || 'main';
  return {top: box.top + scrollY, left: box.left, column, isSeen: Boolean(isSeen), words: one.outerHTML.slice(0, 90)};
}"""


def _focus(page: Any, most: int = 60) -> list[str]:
    """Walk by Tab through the first parts of a page: the focus must be seen, and go down each column."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    found, before = [], None
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None or (before and "#main" in at["words"]):  # the end of the page, and round to its beginning
            break
        if not at["isSeen"]:
            found.append(f"not seen at {at['words']}")
        if (
            before
            and before["column"] == at["column"]
            and at["top"] < before["top"] - 60
            and at["left"] <= before["left"]
        ):
            found.append(f"goes up from {before['words']} to {at['words']}")
        before = at
    return found[:4]


def _kept_out(page: Any, axe: str) -> list[str]:
    page.evaluate(axe)
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
    found = page.evaluate(f"axe.run(document, {rules})")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]


def sheets(paths: Sequence[str], folder: Path, across: int = 6) -> None:
    """Put the photographs together, a sheet for each width and two dozen pages."""
    from PIL import Image, ImageDraw

    for width, points in WIDTHS.items():
        wide = 640 if points > 700 else 390
        columns = across if wide == 390 else across // 2
        for first in range(0, len(paths), 2 * columns):
            taken = [(k, folder / f"{k:03}-{width}.jpeg") for k in range(first, min(first + 2 * columns, len(paths)))]
            cells = []
            for k, file in taken:
                if not file.is_file():
                    continue
                image = Image.open(file).convert("RGB")
                image = image.resize((wide, max(image.height * wide // image.width, 1)))
                cells.append((paths[k], image.crop((0, 0, wide, min(image.height, 1100)))))
            if not cells:
                continue
            rows = -(-len(cells) // columns)
            sheet = Image.new("RGB", (columns * (wide + 8), rows * 1124), "#888888")
            draw = ImageDraw.Draw(sheet)
            for n, (path, image) in enumerate(cells):
                x, y = n % columns * (wide + 8), n // columns * 1124
                draw.text((x + 4, y + 4), path[:100], fill="#ffffff")
                sheet.paste(image, (x, y + 20))
            sheet.save(folder / f"sheet-{width}-{first:03}.png")


def main(words: Sequence[str] | None = None) -> int:
    """Photograph, put together, and tell what a machine can see."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="*", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--only", default="", help="only addresses with this text")
    parser.add_argument("--odd", action="store_true", help="also the archives of tests/odd_archives.py")
    parser.add_argument("--skip", default="nowhere at all", help="no addresses with this text")
    parser.add_argument("--width", choices=list(WIDTHS), action="append", help="only this width")
    given = parser.parse_args(words)
    widths = {name: points for name, points in WIDTHS.items() if name in (given.width or WIDTHS)}
    chromium = shutil.which("chromium")
    if chromium is None:
        print("No Chromium here: apt-get install chromium")
        return 1
    from playwright.sync_api import sync_playwright

    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as runs:
        other = [web_lab.nulls(), Archive.from_tables({}, epoch=web_lab.EPOCH, title="Empty"), web_lab.mixed(),
                 web_lab.damaged(Path(runs)), *(odd_archives.archives() if given.odd else [])]  # fmt: skip
        lab = Lab([*given.archives, *other], runs=Path(runs) / "runs", truth=True)
        lab.open_data()
        made_here(lab)
        told: list[str] = []
        threading.Thread(target=serve, args=(lab, 0, None, told.append), daemon=True).start()
        while not told:
            time.sleep(0.05)
        paths = [path for path in addresses(lab) if given.only in path and given.skip not in path]
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            axe = given.axe.read_text("utf-8") if given.axe else ""
            wrong = photographed(browser, told[0].rstrip("/"), paths, given.out, axe, widths)
            browser.close()
        lab.jobs.close()
    sheets(paths, given.out)
    (given.out / "pages.txt").write_text("".join(f"{k:03} {path}\n" for k, path in enumerate(paths)))
    for width, path, what in dict.fromkeys(wrong):
        print(f"{width:7} {path}: {what}")
    print(
        f"{len(paths)} pages in {len(widths)} widths; {len(set(wrong))} faults seen. Now look at the sheets in {given.out}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
