"""Files of a page: all rows that the page counts, the citation first, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import web_lab
from greatfear.web.lab import Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return web_lab.lab_of(tmp_path_factory.mktemp("lab"))


def rows_of(text: str) -> pyarrow.Table:
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("# "))
    return pyarrow.csv.read_csv(io.BytesIO(body.encode()))


@pytest.mark.parametrize("page", ["cases", "statements", "persons"])
@pytest.mark.parametrize("query", ["", "?region=Salem&-sex=f", "?from=1692-05-01&until=1693-06-30"])
def test_rows_are_those_that_the_page_counts(lab: Lab, page: str, query: str) -> None:
    if page == "persons":
        query = query and "?q=P00"
    client = web_lab.client(lab)
    n = client.get(f"/a/mixed/{page}.json{query}").json()["count"][0]
    text = client.get(f"/a/mixed/{page}.csv{query}").text
    assert rows_of(text).num_rows == n
    table = pq.read_table(io.BytesIO(client.get(f"/a/mixed/{page}.parquet{query}").content))
    assert table.num_rows == n
    told = {key.decode() for key in table.schema.metadata}
    assert {"greatfear.title", "greatfear.note", "greatfear.address", "greatfear.manifest"} <= told


def test_the_citation_comes_first_and_can_be_left_out(lab: Lab) -> None:
    client = web_lab.client(lab)
    text = client.get("/a/mixed/cases.csv?region=Salem").text
    head = [line for line in text.splitlines() if line.startswith("# ")]
    assert any("not to be guilty" in line for line in head)
    assert any("region: Salem" in line for line in head)
    assert text.startswith("# title: Mixed")
    plain = client.get("/a/mixed/cases.csv?plain=1&region=Salem").text
    assert plain.startswith('"case"')
    assert "@misc{" in client.get("/a/mixed/cases.bib").text


def test_a_cell_that_a_spreadsheet_would_run_is_text(lab: Lab) -> None:
    client = web_lab.client(lab)
    text = client.get("/a/mixed/cases.csv").text
    assert "'=cmd()" in text
    assert not re.search(r'(^|,)"?[=@]', text, re.M)
    assert '"=cmd()"' in client.get("/a/mixed/cases.csv?plain=1").text


def test_a_figure_stands_alone_with_its_citation(lab: Lab) -> None:
    client = web_lab.client(lab)
    for page in ("cases", "naming?by=region", "time", "map"):
        path, _, query = page.partition("?")
        while (found := client.get(f"/a/mixed/{path}.svg?{query}")).status_code == 202:
            pass
        root = ET.fromstring(found.text)
        assert root.tag.endswith("svg")
        assert "Mixed" in (root.findtext("{http://www.w3.org/2000/svg}metadata") or "")
        assert root.findtext("{http://www.w3.org/2000/svg}title")
        own = {"naming?by=region": "matrix", "map": "map", "cases": "time", "time": "statements"}
        assert root.get("id") == own[page]
        assert "<style" not in found.text  # the lab's own pages could not show it


def test_the_graph_holds_every_statement_of_a_known_speaker(lab: Lab) -> None:
    text = web_lab.client(lab).get("/a/mixed/statements.gexf").text
    root = ET.fromstring(text)
    weights = [int(edge.get("weight", 0)) for edge in root.iter("{http://gexf.net/1.3}edge")]
    archive = lab.entry("mixed").opened
    n = archive.sql("select count(*) as n from statements where speaker >= 0").column("n")[0].as_py()
    assert sum(weights) == n


def test_no_page_carries_a_style_or_a_script_of_its_own(lab: Lab) -> None:
    client = web_lab.client(lab)
    paths = [
        "/",
        *(f"/a/mixed/{page}" for page in ("cases", "naming", "time", "map", "recover", "model", "sql", "sources")),
    ]
    for path in paths:
        while (found := client.get(path)).status_code == 202:
            pass
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", found.text), path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', found.text), path


def test_sql_says_what_is_wrong_and_how_many_rows_there_are(lab: Lab) -> None:
    client = web_lab.client(lab)
    assert "expected one SELECT" in client.get("/a/mixed/sql?q=drop%20table%20persons").text
    found = client.get("/a/mixed/sql.json?q=select%20*%20from%20range(1234)").json()
    table = next(block for block in found["blocks"] if block.get("key") == "rows")
    assert len(table["rows"]) == 1000
    assert table["title"] == "1,234 rows"
    assert rows_of(client.get("/a/mixed/sql.csv?q=select%20*%20from%20range(1234)").text).num_rows == 1234
