"""Figures and the report."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest

from greatfear.archive import Archive
from greatfear.canvas import figure, save, svg
from greatfear.describe.description import describe
from greatfear.describe.series_figure import draw_series
from greatfear.describe.tree_figure import places
from greatfear.describe.why_forest import forest
from greatfear.describe.why_tree import Edge, Node, Tree, chain_tree
from greatfear.errors import FaultList
from greatfear.plots.findings import findings
from greatfear.plots.markup import cell, table
from greatfear.plots.parameters import parameters
from greatfear.plots.points import Point, points_of
from greatfear.plots.report import write_report
from greatfear.plots.report_figures import places_section
from greatfear.plots.report_persons import persons_section
from greatfear.plots.tiles import TILES, fits
from synthetic_archive import synthetic

EPOCH = dt.date(1936, 1, 1)
ROW = {
    "quantity": "death sentences, <1937>", "unit": "persons", "simulated": 340000.0, "low": 330000.0, "high": float("nan"),
    "record": 353074.0, "error": -0.037, "role": "prediction", "claim": "C01", "verdict": "supported", "source": "Popov 1992",
}  # fmt: skip
SCENARIO = {
    "sources": {"census1937": {"citation": "Census of 1937"}},
    "population": {"regions": [
        {"id": "a", "persons": {"value": 10, "source": "census1937", "place": "row a"}},
        {"id": "b", "persons": {"value": 30, "source": "census1937", "place": "row b"}},
    ]},
    "leads": {"memory": {"value": 180, "assumption": "default of the language: half a year"}},
    "naming": {"theta": {"kin": {"value": 1.5, "assumption": "fitted", "calibrated_to": "sentences of 1937"}}},
}  # fmt: skip


@pytest.fixture(scope="module")
def archive() -> Archive:
    return Archive.from_tables(
        synthetic(2000, regions=tuple(TILES)), epoch=EPOCH, kind="simulated", title="made <up>",
        provenance={"seed": 7, "command": "greatfear run x --seed 7"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def page(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> str:
    record = [{"year": 1937, "total_sentenced": 900, "death": 400}]
    folder = tmp_path_factory.mktemp("report")
    path = write_report(archive, folder, comparison=[ROW], scenario=SCENARIO, record=record)
    assert [file.name for file in folder.iterdir()] == ["report.html"]
    return path.read_text(encoding="utf-8")


def test_tiles_are_the_territories_of_the_order() -> None:
    """One tile for each row of the published limits, none twice."""
    text = resources.files("greatfear.catalogue").joinpath("records/order-00447-limits.csv").read_text(encoding="utf-8")
    regions = {re.sub(r"[^a-z0-9]+", "-", row["region"].lower()) for row in csv.DictReader(text.splitlines())}
    assert set(TILES) == regions
    assert len(set(TILES.values())) == len(TILES) == 65


class _Balance(HTMLParser):
    """Notes tags that are not closed in order, and anything that would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        fetched = [
            value
            for name, value in attrs
            if name in ("src", "href", "xlink:href") and not (value or "").startswith("#")
        ]
        self.faults += [f"{tag} fetches {value}" for value in fetched if tag != "a"]
        if tag not in ("meta", "br", "img", "input") and "/" not in given:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def faults_of(text: str) -> list[str]:
    parser = _Balance()
    parser.feed(text)
    doubled = {name for name in parser.ids if parser.ids.count(name) > 1} if len(parser.ids) < 5000 else set()
    return parser.faults + [f"id {name} twice" for name in doubled] + parser.open


def test_page_is_whole_and_fetches_nothing(page: str) -> None:
    assert faults_of(page) == []
    assert "@import" not in page
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.S)  # the search among the persons, and no other
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert not re.search(r"fetch|XMLHttp|import\(|eval|innerHTML", script)
    assert page.index("Content-Security-Policy") < page.index("<title>")


def test_the_check_of_pages_finds_faults() -> None:
    assert faults_of('<p><b></p><img src="http://x/y.png">')
    assert faults_of('<i id="a"></i><i id="a"></i>')


def test_page_has_all_sections_and_escapes(page: str) -> None:
    keys = ("summary", "series", "compared", "places", "naming", "roots", "chain", "parameters", "provenance")
    assert [key for key in keys if f'<section id="{key}">' not in page] == []
    assert "made &lt;up&gt;" in page
    assert "death sentences, &lt;1937&gt;" in page
    assert "C01: supported" in page
    assert "greatfear run x --seed 7" in page
    assert "NaN" not in page
    assert not re.search(r"\bnan\b", page)


def test_figures_are_the_same_twice(archive: Archive) -> None:
    described = describe(archive)
    first, second = (svg(draw_series(described), "series", "x") for _ in range(2))
    assert first == second
    assert ET.fromstring(first).tag.endswith("svg")


def test_report_of_a_small_archive_leaves_out_what_it_lacks(tmp_path: Path) -> None:
    persons = pa.table({"person": pa.array([0, 1], pa.int32()), "id": ["a", "b"], "region": ["Coazze", "Giaveno"]})
    said = pa.table({"statement": pa.array([0], pa.int32()), "time": [float("nan")], "precision": ["unknown"],
                     "speaker": pa.array([0], pa.int32()),
                     "subject": pa.array([1], pa.int32()), "channel": ["interrogation"]})  # fmt: skip
    archive = Archive.from_tables({"persons": persons, "statements": said}, epoch=dt.date(1335, 1, 1))
    text = write_report(archive, tmp_path / "x.html").read_text(encoding="utf-8")
    assert faults_of(text) == []
    for key in ("compared", "parameters", "chain", "roots"):
        assert f'id="{key}"' not in text
    assert "Coazze" in text


def test_provenance_is_told_in_tables(tmp_path: Path) -> None:
    provenance = {
        "sources": [{"key": "m", "citation": "Merlo <1977>"}],
        "intake": [{"name": "edges", "rows": 1074, "made": {"ties": 3833}, "unread": ["x", "y"]}],
        "altered": [],
    }
    persons = pa.table({"person": pa.array([0], pa.int32()), "id": ["a"]})
    archive = Archive.from_tables({"persons": persons}, epoch=dt.date(1335, 1, 1), provenance=provenance)
    text = write_report(archive, tmp_path / "x.html").read_text(encoding="utf-8")
    assert faults_of(text) == []
    told = text[text.index('id="provenance"') :]
    assert "<td>m</td><td>Merlo &lt;1977&gt;</td>" in told
    assert '<td>edges</td><td class="n">1,074</td><td>3,833 ties</td><td>x, y</td>' in told
    assert "<td>altered</td><td>–</td>" in told


def test_bars_stand_in_where_there_are_no_tiles() -> None:
    assert not fits({"Coazze": 3.0})
    archive = Archive.from_tables(synthetic(400, regions=tuple(f"r{k}" for k in range(50))), epoch=EPOCH)
    described = describe(archive)
    _, _, text = places_section(described)
    n = sum(row["cases"] > 0 for row in described.frames["regions"].rows() if row["region"] != "absent")
    assert text.count("<rect") == 30 < n
    assert f"{n - 30} smaller regions stand in the table only" in text


def test_no_drawing_of_one_bar_and_none_that_is_empty(tmp_path: Path) -> None:
    """One region, one day, one ground: sentences and tables, no drawing."""
    number = pa.array([0], pa.int32())
    said = pa.table({"statement": number, "time": [3.0], "precision": ["day"], "speaker": number,
                     "subject": pa.array([1], pa.int32()), "channel": ["denunciation"]})  # fmt: skip
    acts = pa.table({"act": number, "time": [4.0], "precision": ["day"], "person": pa.array([1], pa.int32()),
                     "kind": ["arrest"], "cause": ["statement"], "statement": number, "outcome": ["none"]})  # fmt: skip
    persons = pa.table({"person": pa.array([0, 1], pa.int32()), "id": ["a", "b"], "region": ["x", "x"]})
    archive = Archive.from_tables({"persons": persons, "statements": said, "acts": acts}, epoch=dt.date(1335, 1, 1))
    text = write_report(archive, tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<svg" not in text
    assert "Arrests: all 1 that are dated fall into 1335-01." in text
    assert "1 statement against 1 person and 1 arrest, in 1335-01." in text
    empty = write_report(Archive.from_tables({}, epoch=dt.date(1335, 1, 1)), tmp_path / "e.html").read_text(
        encoding="utf-8"
    )
    assert "no statement and no act" in empty
    assert "<svg" not in empty


def test_the_first_paragraph_says_what_the_description_counts(archive: Archive) -> None:
    described, chains = describe(archive), forest(archive)
    words = " ".join(findings(described, int(chains.depth.max()), [ROW]))
    total = described.totals
    assert f"{total['statements']:,} statements against {total['named']:,} persons" in words
    assert f"In the longest chain, {int(chains.depth.max())} naming" in words
    for n, is_told in ((10, False), (11, True)):  # the ten of ten are all
        few = replace(described, totals={**total, "named": n})
        assert ("The ten persons named most" in " ".join(findings(few, 1))) is is_told
        assert ("ten or fewer are named" in str(few)) is not is_told
    deep = describe(archive).frames["regions"].rows()
    most = max((row for row in deep if row["region"] != "absent"), key=lambda row: row["cases"])
    assert f"{most['region']} has most cases ({most['cases']:,}," in words
    rows = [{"quantity": "x", "error": 0.05, "role": "prediction"}, {"quantity": "y", "error": -0.5, "role": "prediction"},
            {"quantity": "z", "error": 9.0, "role": "calibrated"}]  # fmt: skip
    last = findings(described, 1, rows)[-1]
    assert "2 predictions can be compared with a published number; 1 of them is within a factor of 1.25" in last


def test_the_matrix_of_cases_stands_in_the_page(archive: Archive) -> None:
    """The share of a group that rests on namings is counted once more, from the causes of its cases."""
    from greatfear.plots.report_matrix import matrix_block

    text = matrix_block(describe(archive))
    asked = archive.sql(
        "select p.stratum as name, count(*) as n, "
        "count(*) filter (where a.statement >= 0 and s.channel = 'interrogation') as named "
        "from acts a join persons p on p.person = a.person left join statements s on s.statement = a.statement "
        "where a.kind = 'arrest' group by p.stratum"
    ).to_pylist()
    assert len(asked) > 1
    for row in asked:
        assert re.search(
            rf'<td>{row["name"]}</td><td class="n">{row["n"]:,}</td>.*?{row["named"] / row["n"]:.1%}', text
        )
    assert "largest eigenvalue of the matrix" in text
    assert matrix_block(describe(Archive.from_tables({}, epoch=dt.date(1335, 1, 1)))) == ""


def test_a_place_has_its_name_where_the_offices_have_one(archive: Archive) -> None:
    described = describe(archive)
    most = max(described.frames["regions"].rows(), key=lambda row: row["cases"])["region"]
    assert "Moscow oblast has most " in " ".join(findings(described, 1, (), {most: "Moscow oblast"}))


def test_persons_named_most_come_first(archive: Archive) -> None:
    _, _, text = persons_section(archive)
    asked = archive.sql("select count(*) as n from statements group by subject order by n desc limit 3")
    shown = [int(n.replace(",", "")) for n in re.findall(r'<td class="n">([\d,]+)</td>', text)[::3]]
    assert shown[:3] == asked.column("n").to_pylist()
    assert shown == sorted(shown, reverse=True)


def test_parameters_with_one_ground_stand_together() -> None:
    found = {entry.name: entry for entry in parameters(SCENARIO)}
    together = found["population.regions.*.persons"]
    assert (together.kind, together.shown) == ("claim", "2 values, 10 to 30")
    assert together.ground == "Census of 1937; 2 places in it"
    assert found["naming.theta.kin"].kind == "calibrated"
    assert found["leads.memory"].kind == "default"
    assert [entry.kind for entry in parameters(SCENARIO)] == ["claim", "calibrated", "default"]


def test_points_of_records_and_their_faults() -> None:
    assert points_of([{"year": 1937, "death": 5, "total_sentenced": None}]) == [Point("deaths", "1937", 5.0)]
    assert points_of([{"quantity": "arrests", "window": "1937-08", "value": 3}])[0].window == "1937-08"
    with pytest.raises(FaultList, match="record row 1"):
        points_of([{"year": 1937}, {"value": 3}])


def test_a_tree_is_laid_out_without_meeting(archive: Archive) -> None:
    tree = chain_tree(archive, forest(archive))
    assert tree is not None
    place = places(tree)
    assert len(set(place.values())) == len(tree.nodes)
    assert all(place[edge.start][0] < place[edge.end][0] for edge in tree.edges)


def test_a_circle_in_a_tree_does_not_hang() -> None:
    nodes = (Node("a", "A", "person", 0), Node("b", "B", "person", 1))
    assert set(places(Tree(nodes, (Edge("a", "b", ""), Edge("b", "a", ""))))) == {"a", "b"}


def test_figure_files_are_written(tmp_path: Path) -> None:
    drawn, _ = figure((2, 2))
    assert save(drawn, tmp_path / "x.png").read_bytes()[:4] == b"\x89PNG"


def test_cells_are_escaped_and_rounded() -> None:
    assert cell("<script>") == "&lt;script&gt;"
    assert '<td class="n">1,500</td>' in table(["a"], [[1500.4]], [0])
