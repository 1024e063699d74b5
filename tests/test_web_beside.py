"""Two histories side by side, single replicates, orders and axes of one's choice, text to copy, papers by date."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import greatfear as gf
import web_lab
from greatfear.archive import Archive
from greatfear.plots.marks.tree import Node
from greatfear.plots.marks.tree_dated import dated_tree
from greatfear.plots.tiles import TILES
from greatfear.simulation.papers.account import account, fates_by_day
from greatfear.web.app import answer
from greatfear.web.jobs import Job
from greatfear.web.lab import Lab
from greatfear.web.pages.record import days_address, days_of
from greatfear.web.parts import Page
from greatfear.web.render import as_html
from papers_worlds import EVERYTHING
from process_scenarios import scenario
from test_web_more import page_at, table
from test_web_work import ended

PERSONS = 6


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    empty = Archive.from_tables({}, epoch=web_lab.EPOCH, title="Empty")
    lab = Lab([web_lab.mixed(), empty], runs=tmp_path_factory.mktemp("runs"))
    for entry in lab.entries.values():
        entry.index(wait=True)
    yield lab
    lab.jobs.close()


def words(page: Page) -> str:
    return json.dumps(page.to_dict(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/a/empty/persons", "This archive holds no person."),
        ("/a/empty/sql?q=select%20%2A%20from%20persons", "The query ran. No row answers it."),
        ("/a/mixed/persons?q=zzz", "No id begins with this."),
        ("/a/mixed/persons?q=zzz&how=any", "No id, name or alias holds this."),
    ],
)
def test_a_page_without_a_row_says_so_in_a_sentence(lab: Lab, path: str, told: str) -> None:
    page = page_at(lab, path)
    assert page.status == 200
    assert told in words(page)
    text = as_html(page)
    assert "0 rows" not in text
    assert not re.search(r"<h2[^>]*>0 of", text)


def test_why_has_a_text_to_copy_with_its_citation(lab: Lab) -> None:
    index = lab.entry("mixed").index(wait=True)
    page = page_at(lab, "/a/mixed/why/P003")
    text = as_html(page)
    assert 'data-copy="#plain-text"' in text
    (copied,) = [block for block in page.to_dict()["blocks"] if block.get("key") == "plain"]
    assert copied["text"][0] == str(index.why("P003"))
    assert copied["text"][-1].startswith(
        "Mixed (real archive, from 1692-03-01), /a/mixed/why/P003. To be accused is not"
    )
    assert web_lab.HOSTILE not in text


def test_a_tree_by_date_holds_every_case_at_its_day(lab: Lab) -> None:
    chains = lab.entry("mixed").index(wait=True).forest
    sizes = Counter(chains.root.tolist())
    case, n = sizes.most_common(1)[0]
    assert n > 1
    page, levels = page_at(lab, f"/a/mixed/tree/{case}?axis=time"), page_at(lab, f"/a/mixed/tree/{case}")
    assert page.status == levels.status == 200
    both = 2 * n  # each case stands in the drawing for a wide screen, and in that for a narrow one
    assert as_html(page).count("<circle") == as_html(levels).count('rx="3"') == both
    assert page_at(lab, f"/a/mixed/tree/{case}?axis=years").status == 400


def test_rows_of_a_dated_tree_keep_branches_together_and_unknown_days_stand_above() -> None:
    nodes = [Node(parent, f"P{k}", "", "") for k, parent in enumerate([-1, 0, 0, 1, 2])]
    svg = dated_tree("t", ("Tree", "about"), nodes, [0.0, 10.0, np.nan, 100.0, 50.0], web_lab.EPOCH)
    spots = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)]
    assert [round((x - 12) / 6.2) for x, _ in spots] == [0, 10, 0, 100, 50]
    order = sorted(range(5), key=lambda k: spots[k][1])
    assert order == [0, 1, 3, 2, 4]
    assert "M12 16V42H74" in svg  # from the root down, and on to its first case


def test_namings_can_stand_as_on_the_map(lab: Lab) -> None:
    assert page_at(lab, "/a/mixed/naming?order=map").status == 400  # no territory of this archive has a tile
    given = sorted(TILES)[:: len(TILES) // PERSONS][:PERSONS]
    tables = {
        "persons": {"id": [f"P{k}" for k in range(PERSONS)], "region": given},
        "statements": {
            "time": [1.0] * PERSONS, "precision": "day", "speaker": list(range(PERSONS)),
            "subject": [*range(1, PERSONS), 0], "channel": "interrogation",
        },
    }  # fmt: skip
    mapped = Lab([Archive.from_tables(tables, epoch=dt.date(1937, 1, 1), title="Mapped")])
    mapped.entry("mapped").index(wait=True)
    page = page_at(mapped, "/a/mapped/naming?by=region&order=map")
    speakers = [row[0].value for row in table(page, "rows").rows]
    assert speakers == sorted(given, key=lambda region: TILES[region][::-1])
    assert '<option value="map" selected>' in as_html(page)


def test_a_quantity_with_dates_leads_to_its_days(lab: Lab) -> None:
    entry = lab.entry("mixed")
    assert days_of("arrests-1937") == (dt.date(1937, 1, 1), dt.date(1938, 1, 1))
    for key, href in (
        ("arrests-1937", "/a/mixed/time?from=1937-01-01&until=1937-12-31"),
        ("arrests-1938-07-to-1938-10", "/a/mixed/time?from=1938-07-01&until=1938-10-31"),
        ("order-00447-sentenced-1937-12-31", "/a/mixed/time?until=1937-12-31"),
        ("line-polish-sentenced", ""),
    ):
        assert days_address(entry, key) == href


def test_a_line_of_a_fan_leads_to_its_replicate_and_that_to_its_archive(lab: Lab) -> None:
    job = ended(lab, lab.jobs.add({"kind": "ensemble", "scenario": "witch-hunt", "seed": 5, "replicates": 3}))
    client = web_lab.client(lab)
    drawn = client.get(f"/ensemble/{job.id}?lines=1").text
    for k in range(3):
        assert drawn.count(f"/ensemble/{job.id}?lines=1&amp;one={k}") == 2  # its line, and its row
    page = page_at(lab, f"/ensemble/{job.id}?one=2")
    weeks = table(page, "one").rows
    assert [row[1].value for row in weeks] == job.rows[2]["arrests"]
    (ask,) = [link.do for block in page.blocks for link in getattr(block, "links", ()) if link.do]
    run = ended(lab, lab.jobs.add(json.loads(ask)))
    assert run.state == "done", run.error
    own = gf.simulate("witch-hunt", seed=5, replicate=2, threads=1).archive
    lab.look_for_runs()
    written = lab.entry_at(run.result["folder"]).opened
    for column in ("time", "speaker", "subject"):
        assert written.table("statements", [column]).equals(own.table("statements", [column])), column
    for held in ("one=3", "one=-2"):
        assert answer(lab, f"/ensemble/{job.id}", held)[1].status == 400
    refused = client.request(
        "POST", "/jobs", json={"kind": "run", "scenario": "witch-hunt", "replicate": -1}, headers=OURS
    )
    assert "replicate" in refused.json()["message"]


OURS = {"x-lab": "1", "sec-fetch-site": "same-origin"}


def test_the_spread_of_variants_stands_beside_the_fan(lab: Lab) -> None:
    asked: dict[str, Any] = {"kind": "ensemble", "scenario": "x", "seed": 1, "replicates": 2}
    for k, name in enumerate(("rule-a", "great-terror", *VARIANTS)):
        rows = [{"replicate": r, "arrests": [10 * k + r], "statements": [0]} for r in range(2)]
        result = {"rows": rows, "epoch": "1936-01-01", "title": name, "days": 7}
        lab.jobs.all[f"v{k}"] = Job(f"v{k}", asked | {"name": name}, "done", rows=rows, result=result)
    shown = table(page_at(lab, "/ensemble/v1"), "variants").rows
    assert sorted(str(row[0].value) for row in shown) == sorted(("great-terror", *VARIANTS))
    assert [row[5].value for row in shown if row[0].value == "great-terror"] == [10.5]
    assert '"variants"' not in words(page_at(lab, "/ensemble/v0"))
    for name in [name for name in lab.jobs.all if re.fullmatch(r"v\d", name)]:
        del lab.jobs.all[name]


VARIANTS = tuple(name for name in gf.catalogue.scenarios() if name.startswith("great-terror-"))[:2]


def test_both_chains_of_a_person_stand_side_by_side(lab: Lab) -> None:
    asked = {"kind": "what-if", "scenario": "witch-hunt", "seed": 5, "pairs": 2, "changes": {"offices.*.pressure": 0}}
    job = ended(lab, lab.jobs.add(asked))
    assert job.state == "done", job.error
    page = page_at(lab, f"/what-if/{job.id}?which=both&fate=arrested")
    assert "Variance ratio: variance of the difference" in words(page)
    assert "variance ratio" in table(page, "effects").columns
    person = str(table(page, "rows").rows[0][0].value)
    for folder in job.result["folders"].values():
        lab.entry_at(folder).index(wait=True)
    told = page_at(lab, table(page, "rows").rows[0][0].href)
    assert told.status == 200
    (sides,) = [block for block in told.to_dict()["blocks"] if block.get("key") == "sides"]
    for side, which, words_ in (("left", "base", "As it was"), ("right", "changed", "With the change")):
        index = lab.entry_at(job.result["folders"][which]).index(wait=True)
        chains = [block for block in sides[side] if block.get("key") == "chain"]
        assert len(chains) == len(index.why(person).chains) > 0
        assert all(chain["title"].startswith(f"{words_}. The ") for chain in chains)
    assert 'class="two-sides"' in as_html(told)
    only = page_at(lab, f"/what-if/{job.id}?which=only_base")
    one = page_at(lab, table(only, "rows").rows[0][0].href)
    assert "With the change: " in words(one)
    assert answer(lab, f"/what-if/{job.id}", "show=nobody")[1].status == 404


def test_papers_are_cut_by_dates(tmp_path: Path) -> None:
    folder = gf.papers(gf.simulate(scenario(), seed=5), EVERYTHING).write(tmp_path / "run")
    rows, whole = fates_by_day(folder), account(folder)
    lab = Lab([folder], truth=True)
    (name,) = lab.entries
    lost = [
        (r[0].value, r[1].value, r[2].value, r[3].value) for r in table(page_at(lab, f"/a/{name}/papers"), "lost").rows
    ]
    assert lost == [(row["table"], row["what"], row["lost_by"], row["n"]) for row in whole.lost]
    assert sum(row["n"] for row in rows) == whole.counts["acts made"] + sum(
        whole.counts[key] for key in ("statements in the archive", "statements lost")
    )
    epoch = lab.entry(name).opened.epoch
    middle = sorted(row["day"] for row in rows)[len(rows) // 2]
    day = epoch + dt.timedelta(middle)
    early, late = (page_at(lab, f"/a/{name}/papers?{key}") for key in (
        f"until={day}", f"from={day + dt.timedelta(1)}"))  # fmt: skip
    parts = [sum(int(r[3].value or 0) for r in table(page, "lost").rows) for page in (early, late)]
    assert all(parts)
    assert sum(parts) == sum(row["n"] for row in whole.lost)
    assert 'data-brush data-first="' in as_html(early)
    assert page_at(lab, f"/a/{name}/papers?from={day}&until={epoch - dt.timedelta(9)}").status == 400
    assert "Nothing was written in these dates." in words(page_at(lab, f"/a/{name}/papers?from=2500-01-01"))
