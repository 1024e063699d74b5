"""Outcomes of a case's own: into the archive, into all that is counted, and into all that is printed."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

import greatfear as gf
from greatfear.estimate import Events, log_probabilities
from greatfear.estimate.from_archive import events_from_archive
from greatfear.record.checks import check
from greatfear.record.schema import OUTCOMES
from greatfear.scenario.outcomes import STANDARD_OUTCOMES
from greatfear.simulation.run import Run
from greatfear.web.lab import Lab
from web_lab import client

PARISH = """
id: parish
title: A parish
time: [1335-01-01, 1335-07-01]
words:
  acts: {arrest: citation, interrogation: deposition, sentence: judgment}
  outcomes: {released: absolved}
outcomes:
  admonished: stays
  pilgrimage: {name: sent on a pilgrimage, effect: away, days: 90}
  prison: gone
  relaxed: {name: relaxed to the secular arm, effect: dies}
population: {regions: {upper: 180, lower: 120}, household: 5, unit: 60}
leads: {denunciation: {rate: {value: 0.6, unit: per person and year}}}
naming: {theta: {kin: -0.8, doomed: 0.7, accused: 0.3}}
offices: {per: office, pressure: 0.5}
boards: {tribunal: {delay: 5, outcomes: {admonished: 0.3, sent on a pilgrimage: 0.2, prison: 0.2, relaxed: 0.1}}}
"""
WORDS = {
    "admonished": "admonished",
    "pilgrimage": "sent on a pilgrimage",
    "prison": "prison",
    "relaxed": "relaxed to the secular arm",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return gf.simulate(gf.load(PARISH), seed=1, out=tmp_path_factory.mktemp("runs") / "parish")


def counts(run: Run) -> dict[str, int]:
    """Return how often each outcome was decided."""
    rows = run.archive.sql("select outcome, count(*) as n from acts where kind = 'sentence' group by 1").to_pylist()
    return {row["outcome"]: row["n"] for row in rows}


def test_ids_of_the_record_are_reserved() -> None:
    assert STANDARD_OUTCOMES == OUTCOMES


def test_the_archive_holds_them_and_only_those(run: Run) -> None:
    assert set(counts(run)) == set(WORDS)
    assert run.archive.manifest.format == 4
    assert check(run.archive) == []
    query = "select distinct outcome, outcome_word from acts where kind = 'sentence' order by 1"
    assert {row["outcome"]: row["outcome_word"] for row in run.archive.sql(query).to_pylist()} == WORDS
    without = dict(run.archive.manifest.provenance) | {"outcomes": {}}
    bare = gf.Archive(run.archive.manifest.model_copy(update={"provenance": without}), run.archive.path)
    assert next(fault.place for fault in check(bare)).startswith("acts")


def test_the_standard_archive_is_written_as_before() -> None:
    plain = gf.simulate(
        gf.load(PARISH[: PARISH.index("words:")] + PARISH[PARISH.index("population:") : PARISH.index("boards")]),
        seed=1,
    )
    assert plain.archive.manifest.format == 3
    assert "outcomes" not in plain.archive.manifest.provenance


def test_all_that_is_counted_knows_what_they_do(run: Run, tmp_path: Path) -> None:
    n = counts(run)
    described = run.archive.describe()
    assert described.totals["deaths"] == n["relaxed"] > 0
    assert sum(described["by_month"]["deaths"]) == n["relaxed"]
    many = gf.ensemble(
        run.scenario, 1, sweep={"boards.tribunal.outcomes.Sent on a pilgrimage": [0, 0.4]}, seed=1, workers=0
    )
    assert [many.column("outcome_pilgrimage", k)[0] > 0 for k in (0, 1)] == [False, True]
    assert many.column("deaths", 0)[0] == many.column("outcome_relaxed", 0)[0]
    assert "sent on a pilgrimage" in str(many)
    pair = gf.counterfactual(run.scenario, {"boards.tribunal.outcomes.relaxed": 0}, seed=1)
    assert pair.counts("death")["only_base"] > 0
    assert "relaxed to the secular arm" in str(pair)
    gf.export(run.archive, tmp_path / "out", "csv")
    with (tmp_path / "out" / "acts.csv").open(newline="") as file:
        assert {row["outcome_word"] for row in csv.DictReader(file) if row["kind"] == "sentence"} == set(WORDS.values())


def test_only_who_is_gone_for_good_counts_as_doomed() -> None:
    """The estimator reads the effects from the archive: the log-probabilities of the truth must come back."""
    alone = PARISH.replace(
        "household: 5, unit: 60", "household: none, ties: {rule: small-world, neighbours: 6, rewiring: 0.2}"
    )
    given = gf.simulate(gf.load(alone.replace("theta: {kin: -0.8, ", "theta: {")), seed=2)
    events, theta = events_from_archive(given.archive), {"doomed": 0.7, "accused": 0.3}
    truth = given.truth["namings"]["logp"].to_numpy()
    own = np.sort(truth[~np.isnan(truth)])
    assert own.size > 100

    def back(read: Events) -> np.ndarray:
        model = gf.NamingModel(" + ".join(theta), opportunities=tuple(read.networks), ties="plackett-luce")
        return np.sort(log_probabilities(model, read, theta))

    np.testing.assert_allclose(back(events), own, atol=1e-10)
    all_gone = dict(given.archive.manifest.provenance) | {"outcomes": dict.fromkeys(WORDS, "gone")}
    other = given.archive.manifest.model_copy(update={"provenance": all_gone})
    altered = gf.Archive(other, tables=given.archive.tables)
    assert np.abs(back(events_from_archive(altered)) - own).max() > 1e-3


def test_all_that_is_printed_names_them(run: Run, tmp_path: Path) -> None:
    n = counts(run)
    page = gf.write_report(run.archive, tmp_path / "report.html", scenario=run.scenario).read_text()
    text = re.sub(r"<[^>]+>", " ", page)
    told = str(run.archive.describe())
    explained = run.scenario.explain()
    for code, word in WORDS.items():
        assert re.search(rf"of these {word} +{n[code]}\b", told), word
        assert f"{n[code]} {word}" in text, word
        assert word in explained, word
    assert "is away for 90 days" in explained
    assert "dies" in explained
    assert "sent on a pilgrimage 0.2" in run.scenario.odd()
    someone = "select p.id from persons p join acts a on a.person = p.person where a.outcome = 'pilgrimage' limit 1"
    assert "sent on a pilgrimage" in str(run.archive.why(str(run.archive.sql(someone).column(0)[0])))
    lab = Lab([run.archive])
    entry = next(iter(lab.entries.values()))
    assert set(WORDS.values()) <= set(entry.index(wait=True).cases.facets["outcome"])
    shown = client(lab).get(f"/a/{entry.name}/cases").text
    assert "relaxed to the secular arm" in shown
