"""Words of the case: from the scenario into the archive, and into all that is printed."""

from __future__ import annotations

import csv
import re
import typing
from pathlib import Path

import pytest

import greatfear as gf
from greatfear.record.schema import ACT_KINDS, CAUSES, CHANNELS, OUTCOMES
from greatfear.scenario import digest, to_json
from greatfear.scenario.words import Words
from greatfear.show.wording import Wording, plural
from greatfear.simulation.run import Run
from greatfear.web.lab import Lab
from web_lab import client

FIRM = """
id: firm
title: A firm
time: [2010-01-01, 2010-07-01]
population:
  household: 1
  regions: {works: 400, yard: 100}
  strata: {staff: 1}
  unit: 20
leads: {denunciation: {rate: 0.0005}}
naming: {theta: {unit: 1}}
boards: {personnel: {delay: 10, outcomes: {dismissed: 0.3, demoted: 0.2}}}
"""
WORDS = """
words:
  acts: {arrest: suspension, interrogation: hearing, sentence: decision / decisions}
  outcomes: {death: dismissed, camp: demoted, released: cleared}
  channels: {denunciation: complaint, interrogation: hearing}
  routes: {register: list}
  roles: {person: employee, speaker: witness}
  places: {region: site, unit: team, household: home}
"""
STANDARD = ("arrest", "death", "camp", "denunciation", "sentence", "interrogation", "deponent", "region", "released")


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return gf.simulate(gf.load(FIRM + WORDS), seed=1, out=tmp_path_factory.mktemp("runs") / "firm")


def test_the_codes_are_those_of_the_record() -> None:
    for group, codes in (("acts", ACT_KINDS), ("outcomes", OUTCOMES), ("channels", CHANNELS), ("routes", CAUSES)):
        fields = type(getattr(Words(), group)).model_fields
        assert set(fields) | {"none", "unknown"} == set(codes) | {"none", "unknown"}, group
        assert all(fields[code].default == code for code in fields)


def test_words_change_nothing_but_words(firm: Run) -> None:
    plain = gf.simulate(gf.load(FIRM.replace("dismissed", "death").replace("demoted", "camp")), seed=1)
    for name in ("persons", "statements", "acts"):
        assert repr(plain.archive.table(name).to_pylist()) == repr(firm.archive.table(name).to_pylist()), name
    assert not plain.archive.words
    assert "words" not in plain.archive.manifest.provenance
    assert digest(plain.scenario) != digest(firm.scenario)
    assert "words" not in to_json(plain.scenario)
    assert gf.load(to_json(firm.scenario)) == firm.scenario
    with pytest.raises(gf.GreatFearError):
        plain.archive.sql("select outcome_word from acts")


def test_views_and_export_have_the_words(firm: Run, tmp_path: Path) -> None:
    query = "select distinct kind_word, outcome, outcome_word from acts where kind = 'sentence' order by all"
    assert [tuple(row.values()) for row in firm.archive.sql(query).to_pylist()] == [
        ("decision", "camp", "demoted"), ("decision", "death", "dismissed"),
    ]  # fmt: skip
    gf.export(firm.archive, tmp_path / "out", "csv")
    with (tmp_path / "out" / "statements.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["channel"], row["channel_word"]) for row in rows} == {
        ("denunciation", "complaint"), ("interrogation", "hearing"),
    }  # fmt: skip


def test_all_that_is_printed_has_the_words(firm: Run, tmp_path: Path) -> None:
    described = firm.archive.describe()
    named = str(
        firm.archive.sql("select id from persons p join acts a on a.person = p.person limit 1").to_pylist()[0]["id"]
    )
    page = gf.write_report(firm.archive, tmp_path / "report.html", scenario=None).read_text()
    body = page.rpartition("Provenance")[0]
    for text in (str(described), str(firm.archive.why(named)), described._repr_html_()):
        assert not [word for word in STANDARD if word in text.lower()], text
    for word in ("suspensions", "decisions", "dismissed", "complaint", "hearing", "employees", "witnesses", "site"):
        assert word in str(described), word
        assert word in body or word == "site", word
    assert described.to_dict()["words"] == firm.scenario.own_words
    assert described["outcomes"]["outcomes"] == ["dismissed", "demoted"]


def test_the_lab_has_the_words(firm: Run) -> None:
    lab = Lab([firm.archive])
    entry = next(iter(lab.entries.values()))
    index = entry.index(wait=True)
    assert {"complaint", "hearing"} == set(index.statements.facets["channel"])
    assert {"dismissed", "demoted"} <= set(index.cases.facets["outcome"])
    pages = client(lab)
    for path in ("cases", "statements", f"person/{index.id_of(0)}"):
        text = pages.get(f"/a/{entry.name}/{path}").text
        shown = re.sub(r"<[^>]+>", " ", text.partition("<main")[2])
        assert "hearing" in shown or "complaint" in shown, path
        assert not re.search(r"\b(arrests|denunciation|interrogation|death|camp)\b", shown), path
    for path, word in (("time", "Suspensions"), ("why/{}", "hearing"), ("map", "site"), ("naming", "site")):
        text = pages.get(f"/a/{entry.name}/{path.format(suspended(firm))}").text
        shown = re.sub(r"<[^>]+>", " ", text.partition("<main")[2])
        assert word in shown, path
        assert not re.search(r"\b(arrests?|denunciation|interrogation|regions?)\b", shown), path
    assert "Cases (suspensions)" in pages.get(f"/a/{entry.name}/cases").text


def suspended(run: Run) -> str:
    """Return the id of somebody who was named in a hearing and suspended on it."""
    query = """select p.id from acts a join persons p on p.person = a.person join statements s on s.statement = a.statement
               where a.kind = 'arrest' and s.channel = 'interrogation' order by 1 limit 1"""
    return str(run.archive.sql(query).column(0)[0])


def test_many_runs_have_the_words(firm: Run) -> None:
    """Heads and labels have the words; columns keep their names, and a line says which is which."""
    many = gf.ensemble(firm.scenario, 1, sweep={"offices.pressure": [0, 1]}, seed=1, workers=0)
    assert {"arrests", "deaths"} <= set(many.table.column_names)
    head = str(many).splitlines()[2]
    assert [word for word in ("suspensions", "decisions", "dismissed", "cleared") if word not in head] == []
    assert "arrests" not in head
    assert "suspensions = arrests" in str(many)
    assert many.plot("deaths").axes[0].get_ylabel() == "dismissed (employees)"
    pair = gf.counterfactual(firm.scenario, {"offices.pressure": 1}, seed=1)
    told = str(pair).partition("first difference")
    assert not re.search(r"arrest|death|sentence|released", told[0])
    assert "suspension" in told[0]
    assert not re.search(r"denunciation|interrogation|arrest", told[2])
    assert "persons: suspension" in pair.plot().axes[1].get_title(loc="left")


def test_recover_and_graphs_have_the_words(firm: Run, tmp_path: Path) -> None:
    found = gf.recover.ledger(firm.archive)
    told = (
        found.summary()
        + " ".join(found.table.column_names)
        + str(found.tables["filters"].column("condition").to_pylist())
    )
    assert "no summons or suspension" in told
    assert not re.search(r"arrested|\bpersons were\b", told)
    assert list(found.tables["filters"].column("filter")[:2].to_pylist()) == ["all", "untortured"]
    for form in ("gexf", "graphml"):
        text = gf.export(firm.archive, tmp_path / f"firm.{form}", form).read_text()
        assert "complaint" in text, form
    plain = gf.simulate(gf.load(FIRM.replace("dismissed", "death").replace("demoted", "camp")), seed=1).archive
    assert "kind_word" not in gf.export(plain, tmp_path / "plain.gexf", "gexf").read_text()


def test_quantities_have_words_or_their_own_name() -> None:
    own = Wording(
        {"acts": {"arrest": "suspension"}, "outcomes": {"death": "dismissed"}, "channels": {"report": "note"}}
    )
    names = (
        "arrests",
        "arrests_2010",
        "half_arrests_day",
        "deaths",
        "death",
        "arrested",
        "reports",
        "accused",
        "deaths_1999",
    )
    assert [own.quantity(name) for name in names] == [
        "suspensions", "suspensions 2010", "half suspensions day", "dismissed", "dismissed", "suspension", "notes", "accused",
        "dismissed 1999",
    ]  # fmt: skip
    assert [Wording().quantity(name) for name in names] == list(names)


def test_explain_has_the_words(firm: Run) -> None:
    told = firm.scenario.explain()
    assert "500 employees in 2 sites" in told
    assert "Teams of 20" in told
    assert "dismissed 0.3, demoted 0.2, cleared 0.5" in told
    assert "suspensions from leads" in told
    assert "camp " not in told.partition("What the numbers rest on")[0]


def test_alter_knows_the_words(firm: Run) -> None:
    assert firm.scenario.alter({"boards.personnel.outcomes.dismissed": 0.5}).boards[0].outcomes.death.value == 0.5
    with pytest.raises(gf.GreatFearError, match="dismised"):
        firm.scenario.alter({"boards.personnel.outcomes.dismised": 0.5})


def test_plurals_and_what_is_no_word() -> None:
    found = [plural(word) for word in ("arrest", "summons", "inquiry", "day", "church", "person / people")]
    assert found == ["arrests", "summonses", "inquiries", "days", "churches", "people"]
    broken: typing.Any = {"acts": 3, "outcomes": {"death": 4, "camp": "", "exile": "sent away"}, "other": {"a": "b"}}
    assert Wording.of(broken).given == {"outcomes": {"exile": "sent away"}}
    assert not Wording.of(None)
