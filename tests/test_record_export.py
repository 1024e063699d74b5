"""What is taken out of an archive is read back by the programs it is meant for; docs and schema are as committed."""

from __future__ import annotations

import datetime as dt
import json
import math
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import jsonschema
import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from greatfear.archive import Archive, read
from greatfear.cli import main
from greatfear.errors import ArchiveError, UnknownNameError
from greatfear.record import export_graph, export_xml
from greatfear.record.columns import table_from_columns
from greatfear.record.docs import BEGIN, fill
from greatfear.record.export import FORMATS, export, left_out
from greatfear.record.export_graph import GraphChoice
from greatfear.record.provenance import SCHEMA_FILE, check_provenance, cite, provenance_schema, to_prov
from greatfear.record.schema import TABLES
from greatfear.simulation.truth_schema import TRUTH_TABLES
from make_golden_archive import GOLDEN, village

PAGE = Path(__file__).parents[1] / "docs" / "record.md"
PROVENANCE = {
    "seed": 1937,
    "replicate": 3,
    "command": "greatfear run great-terror --seed 1937",
    "scenario": {"id": "great-terror", "sha256": "a" * 64},
    "inputs": [{"file": "letters.csv", "sha256": "b" * 64}],
    "sources": [{"key": "popov1992", "citation": "V. P. Popov (1992)", "year": 1992}],
    "outcomes": {"admonished": "stays"},
}


@pytest.fixture
def archive() -> Archive:
    return Archive.from_tables(village(), epoch=dt.date(1600, 1, 1), title="A village", provenance=PROVENANCE)


@pytest.mark.parametrize(("form", "load"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_graphs_are_read_back(archive: Archive, tmp_path: Path, form: str, load) -> None:
    choice = GraphChoice(ties=False)
    back, graph = load(export(archive, tmp_path / f"x.{form}", choice=choice)), archive.to_networkx()
    assert {(int(a), int(b)) for a, b in back.edges} == set(graph.edges) == {(0, 2), (0, 3), (1, 0)}
    assert len(back) == 4
    assert back.nodes["0"]["region"] == "upper valley"
    assert back.nodes["0"]["label"] == "Anna of the Mill"
    assert back.edges["0", "2"]["first"] == graph.edges[0, 2]["first"] == "1600-01-13"
    assert back.edges["0", "2"]["kind"] == "interrogation"


@pytest.mark.parametrize(("form", "load"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_names_with_markup_and_control_characters(tmp_path: Path, form: str, load) -> None:
    persons = table_from_columns("persons", {"name": ['<b> & "x" \x00\x0b', "Éric Ж"]}, 2)
    odd = Archive.from_tables({"persons": persons}, epoch=dt.date(1600, 1, 1))
    back = load(export(odd, tmp_path / "x", form))
    assert back.nodes["0"]["label"] == '<b> & "x" \ufffd\ufffd'
    assert back.nodes["1"]["label"] == "Éric Ж"


def test_csv_is_read_back(archive: Archive, tmp_path: Path) -> None:
    folder = export(archive, tmp_path / "csv", "csv")
    assert {file.stem for file in folder.iterdir()} == set(archive.manifest.tables)
    frame = pd.read_csv(folder / "acts.csv")
    assert frame["cause"].tolist() == ["statement", "none", "statement", "unknown"]
    assert frame["time"].tolist() == [10.0, 12.0, 20.0, 40.0]


def test_unknown_forms_and_places(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean gexf"):
        export(archive, tmp_path / "x", "gexff")
    for form in FORMATS:
        (tmp_path / "file").write_text("")
        with pytest.raises(ArchiveError, match="cannot be written"):
            export(archive, tmp_path / "file" / "x", form)


def test_prov_refers_only_to_what_it_declares(archive: Archive, tmp_path: Path) -> None:
    prov = json.loads(export(archive, tmp_path / "prov.json", "prov").read_bytes())
    assert prov == to_prov(archive)
    declared = prov["entity"].keys() | prov["activity"].keys() | prov["agent"].keys()
    relations = set(prov) - {"prefix", "entity", "activity", "agent"}
    assert relations == {"wasGeneratedBy", "wasAssociatedWith", "used", "wasDerivedFrom", "hadMember"}
    named = {end for relation in relations for row in prov[relation].values() for end in row.values()}
    assert named <= declared
    assert {"gf:scenario/great-terror", "gf:input/letters.csv", "gf:source/popov1992"} <= named
    assert prov["activity"]["gf:intake"]["gf:seed"] == 1937


def test_provenance_is_checked() -> None:
    assert check_provenance(PROVENANCE | {"further": {"anything": 1}}) == []
    faults = check_provenance(PROVENANCE | {"seed": "x", "scenario": {"id": "y"}})
    assert [fault.place for fault in faults] == ["provenance: seed", "provenance: scenario.sha256"]


def test_the_shipped_schema_agrees_with_the_check() -> None:
    schema = json.loads(SCHEMA_FILE.read_bytes())
    assert schema == provenance_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for bad in ({"seed": "x"}, {"replicate": -1}, {"scenario": {"id": "y"}}, {"sources": [{"key": 1}]}, {"inputs": {}}):
        assert list(validator.iter_errors(bad)), bad
        assert check_provenance(bad), bad
    for folder in GOLDEN.iterdir():
        assert not list(validator.iter_errors(read(folder).manifest.provenance))
    assert not list(validator.iter_errors(PROVENANCE))


def test_cite_names_archive_and_sources_once(archive: Archive) -> None:
    text = cite(archive)
    assert [line for line in text.splitlines() if line.startswith("@")] == [
        "@misc{great-terror,",
        "@misc{register,",
        "@misc{popov1992,",
    ]
    assert "A village (real archive" in text


def test_the_page_is_as_the_schema_makes_it() -> None:
    page = PAGE.read_text()
    assert page == fill(page, TRUTH_TABLES), "docs/record.md is old. Write fill(page, TRUTH_TABLES) to it"
    assert page != fill(page.replace("| `subject` |", "| `object` |"), TRUTH_TABLES).replace(
        "| `subject` |", "| `object` |"
    )
    assert BEGIN in page


GEXF = "{http://gexf.net/1.3}"
_ORDER = {"gexf": ["graph"], "graph": ["attributes", "attributes", "nodes", "edges"]}
_ALLOWED = {
    "gexf": {"version"},
    "graph": {"defaultedgetype", "mode", "timeformat", "timerepresentation"},
    "attributes": {"class", "mode"},
    "attribute": {"id", "title", "type"},
    "node": {"id", "label"},
    "edge": {"id", "source", "target", "weight", "kind"},
    "spell": {"start", "end"},
    "attvalue": {"for", "value"},
}


def gexf_faults(path: Path) -> list[str]:
    """Return where a file departs from what the schema of GEXF 1.3 allows us to write; read from the schema by hand."""
    root = ET.parse(path).getroot()
    faults = [f"root {root.tag}"] if root.tag != f"{GEXF}gexf" else []
    declared = {a.get("id"): a.get("type") for a in root.iter(f"{GEXF}attribute")}
    numbers = {node.get("id") for node in root.iter(f"{GEXF}node")}
    for element in root.iter():
        tag = element.tag.removeprefix(GEXF)
        faults += [f"{tag} has {name}" for name in set(element.keys()) - _ALLOWED.get(tag, set())]
        if tag in _ORDER and [child.tag.removeprefix(GEXF) for child in element] != _ORDER[tag]:
            faults.append(f"children of {tag}")
        if tag == "spell":
            days = [dt.date.fromisoformat(element.get(side) or "0001-01-01") for side in ("start", "end")]
            faults += ["a spell that ends before it starts"] if element.get("end") and days[1] < days[0] else []
        if tag == "attvalue" and element.get("for") not in declared:
            faults.append(f"a value of {element.get('for')}")
        if tag == "edge" and not {element.get("source"), element.get("target")} <= numbers:
            faults.append("an edge without its ends")
    return faults


def test_gexf_has_dates_attributes_ties_and_says_what_it_leaves_out(archive: Archive, tmp_path: Path) -> None:
    path = export(archive, tmp_path / "x.gexf", choice=GraphChoice(unknown_speaker=True))
    assert gexf_faults(path) == []
    edges = list(ET.parse(path).getroot().iter(f"{GEXF}edge"))
    kinds = Counter("tie" if "tie" in edge.get("kind", "") else "statement" for edge in edges)
    pairs = archive.sql("select count(distinct (speaker, subject)) from statements").column(0)[0].as_py()
    assert kinds == {"statement": pairs, "tie": archive.n_rows("ties")}
    back = nx.read_gexf(path, version="1.3")
    assert len(back) == archive.n_rows("persons") + 1
    said = archive.sql("select sum(greatest(weight, 1)) from statements").column(0)[0].as_py()
    weights = [data["weight"] for *_, data in back.edges(data=True) if data["relation"] == "statement"]
    assert sum(weights) == said
    assert any(edge.find(f"{GEXF}spells") is not None for edge in edges)
    without = left_out(archive, "gexf")
    unknown = archive.sql("select count(*) from statements where speaker < 0").column(0)[0].as_py()
    assert without["statements without a known speaker"] == unknown > 0
    assert "statements without a known speaker" not in left_out(archive, "gexf", GraphChoice(unknown_speaker=True))
    assert left_out(archive, "csv") == {}


def test_the_reading_of_the_schema_sees_planted_faults(archive: Archive, tmp_path: Path) -> None:
    path = export(archive, tmp_path / "x.gexf")
    text = path.read_text("utf-8")
    for old, new in ((' weight="', ' heavy="'), ('<attvalue for="', '<attvalue for="x'), ('target="2"', 'target="77"')):
        path.write_text(text.replace(old, new, 1), "utf-8")
        assert gexf_faults(path), old


def test_attributes_of_persons_are_in_the_graph_and_unknown_ones_are_not(tmp_path: Path) -> None:
    columns = {"name": ["A", "B"], "named": ["yes", None], "age": [31, -1], "sex": ["f", None]}
    made = Archive.from_tables({"persons": table_from_columns("persons", columns, 2)}, epoch=dt.date(1600, 1, 1))
    back = nx.read_gexf(export(made, tmp_path / "x.gexf"), version="1.3")
    assert (back.nodes["0"]["sex"], back.nodes["0"]["age"], back.nodes["0"]["named"], back.nodes["0"]["named_"]) == (
        "f",
        31,
        "yes",
        0,
    )
    assert not {"sex", "age", "named"} & set(back.nodes["1"])


def test_the_command_counts_what_it_leaves_out_and_overwrites_nothing(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = GOLDEN / "format-1", tmp_path / "x.gexf"
    folder = folder if folder.is_dir() else next(path for path in sorted(GOLDEN.iterdir()) if path.is_dir())
    assert main(["export", str(folder), "-o", str(out)]) == 0
    assert "  left out, " in capsys.readouterr().out
    assert main(["export", str(folder), "-o", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["export", str(folder), "-o", str(out), "--replace", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"]


@pytest.mark.parametrize("plain", [False, True])
def test_a_spreadsheet_runs_no_name_as_a_formula(tmp_path: Path, plain: bool) -> None:
    names = ["=HYPERLINK(1)", "+1", "-cmd", "@x", "\ttab", "Anna", None]
    persons = table_from_columns("persons", {"name": names, "seniority": -0.5}, len(names))
    archive = Archive.from_tables({"persons": persons}, epoch=dt.date(1600, 1, 1))
    export(archive, tmp_path / "csv", "csv", choice=GraphChoice(plain=plain))
    told = pd.read_csv(tmp_path / "csv" / "persons.csv", keep_default_na=False)
    mark = "" if plain else "'"
    assert told["name"].tolist() == [*(mark + name for name in names[:5]), "Anna", ""]
    assert told["seniority"].tolist() == [-0.5] * len(names)


@pytest.mark.parametrize("name", ["statements", "ties"])
def test_a_graph_holds_every_column_of_an_edge_or_tells_that_it_does_not(name: str) -> None:
    held = {
        "statements": {"statement", "speaker", "subject", "channel", "weight", "time", "time_end", "precision"},
        "ties": {"a", "b", "kind", "directed", "start", "end", "weight"},
    }
    columns = {column.name: column for column in TABLES[name].columns}
    texts = {
        "channel": "report",
        "precision": "day",
        "kind": "kin",
        "circumstance": "tortured",
        "level": "textual",
        "certainty": "probable",
    }
    values = {
        key: [texts.get(key, "text")] if str(column.type) in ("category", "string") else [0]
        for key, column in columns.items()
    }
    persons = table_from_columns("persons", {"name": ["A", "B"]}, 2)
    whole = Archive.from_tables(
        {"persons": persons, name: table_from_columns(name, values, 1)}, epoch=dt.date(1600, 1, 1)
    )
    told = left_out(whole, "gexf")
    assert {key for key in columns if told.get(f"{key} ({name})") != 1} == held[name]
    assert left_out(Archive.from_tables({"persons": persons}, epoch=dt.date(1600, 1, 1)), "gexf") == {}


def test_statements_that_share_an_edge_are_told(archive: Archive) -> None:
    shared = "statements that share an edge with others, of which it has the days, the channels and the sum of weights"
    rows = archive.sql("select count(*) - count(distinct (speaker, subject)) from statements where speaker >= 0")
    assert left_out(archive, "graphml").get(shared, 0) == rows.column(0)[0].as_py()


def test_a_csv_file_has_nothing_where_nothing_is_known(tmp_path: Path) -> None:
    columns = {"name": ["A", "B"], "age": [31, -1], "height": [1.5, math.nan]}
    persons = table_from_columns("persons", columns, 2)
    export(Archive.from_tables({"persons": persons}, epoch=dt.date(1600, 1, 1)), tmp_path / "x", "csv")
    back = pd.read_csv(tmp_path / "x" / "persons.csv", keep_default_na=False)
    assert back[["age", "height"]].to_numpy().tolist() == [["31", "1.5"], ["", ""]]


@pytest.mark.parametrize("form", ["gexf", "graphml"])
def test_a_graph_made_in_parts_has_the_same_bytes(
    archive: Archive, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts of one, of few, and of all: speakers and persons named often, unknown speakers, and ties among them."""
    rng = np.random.default_rng(3)
    n = 400
    speaker = np.where(rng.random(n) < 0.3, rng.integers(-1, 2, n), rng.integers(-1, 30, n))
    statements = table_from_columns("statements", {
        "speaker": speaker, "subject": np.where(rng.random(n) < 0.3, 5, rng.integers(0, 30, n)),
        "time": np.sort(rng.integers(0, 90, n)).astype(float), "precision": "day", "channel": "report",
    }, n)  # fmt: skip
    ties = table_from_columns("ties", {"a": np.arange(29), "b": np.arange(1, 30), "kind": "kin", "directed": 0}, 29)
    tables = {"persons": table_from_columns("persons", {}, 30), "statements": statements, "ties": ties}
    large = Archive.from_tables(tables, epoch=dt.date(1600, 1, 1))
    for choice in (GraphChoice(), GraphChoice(unknown_speaker=True)):
        whole = export(large, tmp_path / f"whole.{form}", choice=choice).read_bytes()
        for at_once in (20, 50):
            monkeypatch.setattr(export_graph, "AT_ONCE", at_once)
            monkeypatch.setattr(export_xml, "_AT_ONCE", at_once - 13)
            assert export(large, tmp_path / f"parts.{form}", choice=choice).read_bytes() == whole, at_once
        monkeypatch.undo()
        (tmp_path / f"whole.{form}").unlink()
        pairs = set(zip(speaker.tolist(), statements.column("subject").to_pylist(), strict=True))
        kept = {pair for pair in pairs if pair[0] >= 0 or choice.unknown_speaker}
        assert whole.count(b"<edge ") == len(kept) + 29


def test_parts_hold_each_statement_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_graph, "AT_ONCE", 10)
    counts = pa.table({"speaker": [0, 1, 2, 5, 6, 9], "n": [4, 5, 25, 3, 7, 1]})
    spans = list(export_graph._spans(counts))
    assert spans == [(0, 1, 9), (2, 2, 25), (5, 6, 10), (9, 9, 1)]
