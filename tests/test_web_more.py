"""The panel of cases, stepping, the persons around a person, maps of quarters and limits, two archives side by side, graphs."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import greatfear as gf
import web_lab
from greatfear.archive import Archive, read
from greatfear.errors import FaultList, GreatFearError
from greatfear.plots.drawn import Windows
from greatfear.record.manifest import write_manifest
from greatfear.web import address as at
from greatfear.web.app import answer
from greatfear.web.aside import aside
from greatfear.web.lab import Lab
from greatfear.web.parts import Page, Table
from greatfear.web.render import as_html


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return web_lab.lab_of(tmp_path_factory.mktemp("lab"))


def page_at(lab: Lab, path: str) -> Page:
    for _ in range(200):
        found = answer(lab, *path.partition("?")[::2])[1]
        if found.status != 202:
            return found
    raise AssertionError(path)


def table(page: Page, key: str) -> Table:
    return next(
        part for block in page.blocks for part in (block, getattr(block, "numbers", None))
        if isinstance(part, Table) and part.key == key
    )  # fmt: skip


def test_the_panel_of_a_case_shows_its_chain_and_closes(lab: Lab) -> None:
    index = lab.entry("mixed").index(wait=True)
    for case in range(len(index.forest)):
        page = page_at(lab, f"/a/mixed/cases?show={case}")
        person = index.id_of(int(index.forest.person[case]))
        words = json.dumps(page.to_dict()["beside"], ensure_ascii=False)
        depth = int(index.forest.depth[case])
        assert f"{depth} naming{'' if depth == 1 else 's'} back to its root" in words
        assert person in words
        assert page.close == "/a/mixed/cases"
        assert 'aria-current="true"' in as_html(page)
    assert page_at(lab, "/a/mixed/cases?show=9999").status == 400
    assert page_at(lab, "/a/mixed/cases?show=-2").status == 400
    assert page_at(lab, "/a/empty/cases?show=0").status == 400


@pytest.mark.parametrize(
    "query", ["", "?cause=statement", "?sort=against&-region=Salem", "?from=1692-06-01&until=1693-06-30"]
)
def test_stepping_meets_every_case_of_the_filter_in_its_order(lab: Lab, query: str) -> None:
    page = page_at(lab, f"/a/mixed/cases{query}")
    wanted = [(row[1].value, row[1].href) for row in table(page, "rows").rows]
    assert len(wanted) == page.count[0] if page.count else 0
    at_, met = wanted[0][1], []
    while at_:
        found = page_at(lab, at_)
        assert found.status == 200
        met.append(at_)
        at_ = found.steps.get("]", "")
    assert met == [href for _, href in wanted]
    back = met[-1]
    for href in reversed(met[:-1]):
        back = page_at(lab, back).steps["["]
        assert back == href


def test_an_address_to_step_from_that_is_not_of_the_person_is_refused(lab: Lab) -> None:
    for held in ("show=0", "cause=nothing&show=0", "show=x", "show=99999", "sort=%00", "%"):
        address = str(at.Person(name="mixed", id="P029", in_=held))
        page = page_at(lab, address)
        owner = lab.entry("mixed").index(wait=True).forest.person[0]
        assert page.status == (200 if held == "show=0" and int(owner) == 29 else 400), held


def test_the_persons_around_a_person_are_those_of_the_statements(lab: Lab) -> None:
    archive = lab.entry("mixed").opened
    said = archive.sql("select speaker, subject from statements where speaker >= 0").to_pylist()
    ids = archive.table("persons", ["id"]).column("id").to_pylist()
    for person in range(len(ids)):
        page = page_at(lab, f"/a/mixed/person/{ids[person]}")
        near = {ids[r["speaker"]] for r in said if r["subject"] == person}
        near = (near | {ids[r["subject"]] for r in said if r["speaker"] == person}) - {ids[person]}
        if not near:
            assert "around" not in {getattr(block, "key", "") for block in page.blocks}
            continue
        rows = table(page, "around").rows
        assert {row[0].value for row in rows} == near
        assert sum(int(row[3].value or 0) for row in rows) == sum(
            r["subject"] == person and r["speaker"] != person for r in said
        )


def test_a_name_on_record_is_shown_with_the_id_and_nobody_else_gets_one() -> None:
    tables = {
        "persons": {"id": ["P0", "P1", "P2"], "name": ["Anna Rossi", None, "Weiss, Jean"], "rank": ["chief", None, "clerk"]},
        "statements": {"time": [1.0, 3.0, 5.0], "precision": "day", "speaker": [None, 0, 1], "subject": [0, 1, 2],
                       "channel": ["denunciation", "interrogation", "interrogation"]},
        "acts": {"time": [2.0, 4.0, 6.0], "precision": "day", "person": [0, 1, 2], "kind": "arrest", "cause": "statement",
                 "statement": [0, 1, 2], "outcome": "none"},
    }  # fmt: skip
    lab = Lab([Archive.from_tables(tables, epoch=web_lab.EPOCH, title="Names")])
    (entry,) = lab.entries.values()
    entry.index(wait=True)
    base = f"/a/{entry.name}"
    why = page_at(lab, f"{base}/why/P2")
    told = why.to_dict()
    assert (told["person"], told["name"]) == ("P2", "Weiss, Jean")
    chain = next(block for block in told["blocks"] if block.get("key") == "chain")["items"][0]
    assert (chain["person"], chain["name"]) == ("P2", "Weiss, Jean")
    assert chain["words"].startswith("named under interrogation by P1,")
    below = chain["below"][0]
    assert (below["head"].endswith("of P1"), below["name"]) == (True, "")
    assert "by Anna Rossi (P0)" in below["words"]
    person = page_at(lab, f"{base}/person/P0")
    assert person.title == "Anna Rossi (P0)"
    (recorded,) = person.side
    assert isinstance(recorded, Table)
    values = {row[0].value: row[1].value for row in recorded.rows}
    assert (values["rank"], values["name"]) == ("chief", "Anna Rossi")
    for path, column, names in (
        ("cases", "name", ["Anna Rossi", None, "Weiss, Jean"]),
        ("statements", "subject name", ["Anna Rossi", None, "Weiss, Jean"]),
        ("statements", "speaker name", [None, "Anna Rossi", None]),
        ("cases", "speaker name", [None, "Anna Rossi", None]),
        ("tree/0", "named by name", [None, "Anna Rossi", None]),
    ):
        page = page_at(lab, f"{base}/{path}")
        found = next(block for block in page.to_dict()["blocks"] if block.get("key") in ("rows", "cases"))
        assert [row[column] for row in found["rows"]] == names, (path, column)
        assert '>Anna Rossi</a><span class="under">P0</span>' in as_html(page)
    client = web_lab.client(lab)
    assert "speaker_name" in client.get(f"{base}/statements.csv?plain=1").text.splitlines()[0]
    assert "<title>Weiss, Jean (P2): " in client.get(f"{base}/tree/0.svg").text
    tree = entry.opened.why("P2").tree()
    assert [tree.called(node) for node in tree.nodes if node.kind != "root"] == ["Weiss, Jean", "P1", "Anna Rossi"]
    for query, ids in (("jean weiss", ["P2"]), ("ROSSI", ["P0"]), ("jean rossi", []), ("p1", ["P1"])):
        page = page_at(lab, f"{base}/persons?how=any&q={query.replace(' ', '%20')}")
        assert [row[0].value for row in table(page, "rows").rows] == ids
    assert "Look inside ids, names and aliases" in as_html(page_at(lab, f"{base}/persons?q=Rossi"))


def test_what_is_not_a_table_is_refused_in_words() -> None:
    frame = {"id": ["a", "b"], "name": ["A"]}
    given: Any
    for given, words in (
        ({"persons": frame}, "column name: found 1 values"), ({"persons": "x.csv"}, "of type str"),
        ({"persons": 3}, "of type int"), ({"persons": [{"id": "a"}]}, "of type list"),
        ({"acts": {"colour": [1]}}, "an unknown column"), ([1], "of type list"),
        ({"persons": {1: ["a"]}}, "expected a text"), ({"statements": {"subject": [0, None]}}, "absent values"),
    ):  # fmt: skip
        with pytest.raises(FaultList, match=words):
            Archive.from_tables(given, epoch=web_lab.EPOCH)
    with pytest.raises(FaultList, match="epoch"):
        Archive.from_tables({}, epoch="1692-03-01")  # type: ignore[arg-type]


def test_quarters_hold_what_the_months_hold(lab: Lab) -> None:
    page = page_at(lab, "/a/mixed/map?parts=quarter")
    whole = table(page, "rows")
    cube = lab.entry("mixed").index(wait=True).cases
    counts = cube.by_month(cube.select({}, {}, None, None), "region")
    assert sum(int(cell.value or 0) for row in whole.rows for cell in row[1:]) == int(counts.sum())
    for row in whole.rows:
        assert sum(int(c.value or 0) for c in row[1:]) == int(
            counts[cube.facets["region"].index(str(row[0].value))].sum()
        )


def test_limits_are_those_of_the_scenario(tmp_path: Path) -> None:
    folder = web_lab.golden(tmp_path)
    write_manifest(folder, read(folder).manifest.model_copy(update={"files": {}}))  # another scenario may lie beside it
    lab = Lab([folder])
    (entry,) = lab.entries.values()
    entry.index(wait=True)
    value: Any = {"value": 5.0}
    limits = {"a": {"first": value, "second": {"value": 7.0}}}
    told = {"operations": [{"id": "sweep", "start": "1937-08-05", "name": "A sweep", "limits": limits,
                            "grants": [{"region": "a", "first": value}, {"region": "b", "second": value}]}]}  # fmt: skip
    assert page_at(lab, f"/a/{entry.name}/map?measure=limits").status == 400
    (folder / "scenario.json").write_text(json.dumps(told))
    entry._answers.clear()
    page = page_at(lab, f"/a/{entry.name}/map?measure=granted")
    assert page.status == 200
    rows = [[cell.value for cell in row] for row in table(page, "limits-sweep").rows]
    assert rows == [["a", 0, 12.0, 5.0, 0.0], ["b", 0, 0.0, 5.0, 0.0]]


def test_two_archives_side_by_side_show_the_numbers_of_each(lab: Lab) -> None:
    other = next(name for name in lab.entries if name.startswith("all-unknown"))
    page = page_at(lab, f"/compare?a=mixed&b={other}")
    totals = [lab.entry(name).opened.describe().totals for name in ("mixed", other)]
    rows = {row[0].value: row for row in table(page, "rows").rows}
    for key, words in (("statements", "statements"), ("named", "persons named"), ("cases", "cases")):
        assert [rows[words][k].value for k in (1, 2)] == [one[key] for one in totals]
        assert rows[words][3].value == pytest.approx(totals[1][key] / totals[0][key])
    three = table(page_at(lab, f"/compare?a=mixed&b={other}&c=mixed"), "rows")
    assert [row[:3] for row in three.rows] == [row[:3] for row in table(page, "rows").rows]
    assert [row[3].value for row in three.rows] == [row[1].value for row in three.rows]
    assert [row[7].value for row in three.rows if row[1].value] == [1.0 for row in three.rows if row[1].value]
    assert page_at(lab, "/compare?a=mixed&b=nowhere").status == 404
    assert page_at(lab, "/compare").status == 200


@pytest.mark.parametrize("query", ["", "?region=Salem"])
def test_graphml_holds_what_gexf_holds(lab: Lab, query: str) -> None:
    client = web_lab.client(lab)
    gexf = ET.fromstring(client.get(f"/a/mixed/statements.gexf{query}").text)
    graphml = ET.fromstring(client.get(f"/a/mixed/statements.graphml{query}").text)
    weights = sorted(int(edge.get("weight", 0)) for edge in gexf.iter("{http://gexf.net/1.3}edge"))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert sorted(int(edge.findtext(f"{space}data") or 0) for edge in graphml.iter(f"{space}edge")) == weights
    assert "not to be guilty" in (graphml.findtext(f"{space}desc") or "")
    refused = client.get("/a/mixed/cases.png")
    assert refused.status_code == 400
    assert "take the SVG" in refused.text


def test_dates_chosen_over_time_cut_every_drawing(lab: Lab) -> None:
    page = page_at(lab, "/a/mixed/time?from=1692-06-01&until=1692-09-30")
    rows = table(page, "rows").rows
    assert [row[0].value for row in rows] == ["1692-06", "1692-07", "1692-08", "1692-09"]
    described = lab.entry("mixed").opened.describe()
    windows = Windows.of(described, "month")
    assert windows is not None
    frame = {row["window"]: row for row in described.frames["by_month"].rows()}
    assert [int(row[1].value or 0) for row in rows] == [frame[row[0].value]["statements"] for row in rows]
    assert int(windows.counts("statements").sum()) == sum(r["statements"] for w, r in frame.items() if w != "undated")
    assert np.all(np.diff(windows.edges) > 0)
    assert page_at(lab, "/a/mixed/time?from=1693-06-01&until=1692-09-30").status == 400
    assert len(page.chips) == 1
    assert re.search(r"data-brush", as_html(page))


def test_rows_left_out_by_the_intake_are_told_by_reason(tmp_path: Path) -> None:
    folder = web_lab.golden(tmp_path)
    notes = [
        {"table": "letters", "row": k, "part": "", "reason": "no date" if k % 2 else "=x", "whole": True}
        for k in range(130)
    ]
    (folder / "intake.json").write_text(json.dumps({"notes": notes}))
    lab = Lab([folder])
    (entry,) = lab.entries.values()
    page = page_at(lab, f"/a/{entry.name}/intake")
    assert sorted(int(row[3].value or 0) for row in table(page, "reasons").rows) == [65, 65]
    assert len(table(page, "rows").rows) == 50
    some = page_at(lab, f"/a/{entry.name}/intake?reason=no%20date&after=49")
    assert [row[1].value for row in table(some, "rows").rows] == list(range(101, 131, 2))
    text = web_lab.client(lab).get(f"/a/{entry.name}/intake.csv?reason=%3Dx").text
    assert text.count("'=x") == 65
    assert page_at(lab, f"/a/{entry.name}/intake?reason=nothing").status == 400


@pytest.mark.parametrize(
    "part", ["ledger", "survey", "coverage", "veracity&set:prevalence=0.01:0.1", "shares&set:tau=0.3"]
)
def test_every_part_of_recover_has_its_page(lab: Lab, part: str) -> None:
    for _ in range(60):
        page = answer(lab, "/a/mixed/recover", f"part={part}")[1]
        if page.status != 202:
            break
    assert page.status == 200
    assert len(page.blocks) > 2


def test_a_large_archive_is_recovered_from_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = web_lab.golden(tmp_path)
    archive = gf.read(place)
    told, here = aside(place, "ledger", {"k": 3}), gf.recover.ledger(archive, k=3)
    assert told.words == here.words
    assert {name: table.to_pylist() for name, table in told.tables.items()} == {
        name: table.to_pylist() for name, table in here.tables.items()
    }
    assert [name for name, *_ in told.figures] == [one.name for one in here.drawings]
    assert str(aside(place, "describe", {"by": "month"})) == str(archive.describe(by="month"))
    with pytest.raises(GreatFearError, match="nowhere"):
        aside(tmp_path / "nowhere", "ledger", {})
    monkeypatch.setattr("greatfear.web.aside._COMMAND", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(GreatFearError, match="ended without an answer"):
        aside(place, "ledger", {})


def test_settings_that_cannot_be_read_are_refused(lab: Lab) -> None:
    for held in (
        "veracity&set:prevalence=x",
        "veracity&set:prevalence=1",
        "shares&set:tau=nan",
        "ledger&set:k=1.5",
        "ledger&set:z=1",
    ):
        page = answer(lab, "/a/mixed/recover", f"part={held}")[1]
        assert page.status == 400, held
        assert "address: set" in as_html(page)


def test_a_fit_is_replayed(lab: Lab) -> None:
    for _ in range(200):
        page = answer(lab, "/a/mixed/model", "choice=inertia")[1]
        if page.status != 202 and not page.refresh:
            break
    from greatfear.estimate import NamingModel, events_from_archive, replay_fit

    events = events_from_archive(lab.entry("mixed").opened)
    model = NamingModel("inertia")
    own = replay_fit(model, events, model.fit(events)).to_rows()
    rows = table(page, "replay-inertia").rows
    assert [(row[0].value, row[1].value, row[6].value) for row in rows] == [
        (r["statistic"], r["observed"], r["p"]) for r in own
    ]
    assert "named 1 time" in {row[0].value for row in rows}
    assert '<datalist id="choice-terms">' in as_html(page)
