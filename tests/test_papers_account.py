"""`greatfear papers`: the archive beside the truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import greatfear as gf
from greatfear.cli import main
from greatfear.simulation.papers.account import account, account_of_person
from greatfear.simulation.papers.numbers import Numbers
from greatfear.simulation.papers.spelling import true_names
from greatfear.simulation.run import Run
from papers_worlds import EVERYTHING
from process_scenarios import scenario


@pytest.fixture(scope="module")
def made() -> Run:
    return gf.simulate(scenario(), seed=5)


@pytest.fixture(scope="module")
def papered(made: Run) -> Run:
    return gf.papers(made, EVERYTHING)


@pytest.fixture(scope="module")
def folder(papered: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return papered.write(tmp_path_factory.mktemp("account") / "run")


def test_counts_are_those_of_the_tables(made: Run, papered: Run, folder: Path) -> None:
    counts = account(folder).counts
    truth = papered.truth
    assert counts["statements made"] == made.archive.n_rows("statements") > 100
    assert counts["statements in the archive"] == papered.archive.n_rows("statements")
    assert counts["statements lost"] == truth["lost_statements"].num_rows
    assert counts["acts made"] == counts["acts in the archive"] + counts["acts lost"]
    assert counts["acts made"] == made.archive.n_rows("acts") > 100
    assert counts["persons of the run"] == truth["people"].num_rows
    assert counts["aliases joined by the archive"] == papered.archive.n_rows("aliases")
    assert counts["copies that say so"] > 0
    assert account(papered).to_dict() == account(folder).to_dict()


def test_statements_that_repeat_another_are_counted(papered: Run) -> None:
    """By walking from copy to original, one after another."""
    rows = papered.truth["written_statements"].to_pylist()
    parent = {row["made"]: row["copy_of"] for row in rows + papered.truth["lost_statements"].to_pylist()}
    roots = []
    for row in rows:
        made = row["made"]
        while parent[made] >= 0:
            made = parent[made]
        roots.append(made)
    told = account(papered, limit=1000)
    assert told.counts["statements that repeat another of the archive"] == len(roots) - len(set(roots)) > 0
    assert sorted(group["n"] for group in told.copies) == sorted(
        n for made in set(roots) if (n := roots.count(made)) > 1
    )


def test_a_person_stands_behind_every_entry(papered: Run) -> None:
    entries = {row["person"]: row for row in papered.truth["entries"].to_pylist()}
    people = papered.truth["people"]
    names = true_names(Numbers(papered.seed, 0), people["address"].to_numpy()).to_pylist()
    for person in papered.archive.table("persons").to_pylist()[:25]:
        found = account_of_person(papered, person["id"])
        assert found.so["name"] == names[entries[person["person"]]["made"]]
        assert person["id"] in {row["id"] for row in found.written}
        assert str(found)


def test_the_command_says_that_it_opens_the_truth(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["papers", str(folder)]) == 0
    text = capsys.readouterr().out
    assert "This opens the truth" in text
    assert "statements lost" in text
    assert main(["papers", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["opens"] == "truth"
    assert {"counts", "lost", "dates", "persons", "copies"} <= told.keys()
    assert main(["papers", str(folder), "--person", "P00000004", "--json"]) == 0
    assert {"asked", "so", "written", "statements"} <= json.loads(capsys.readouterr().out).keys()


def test_faults_are_named(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["papers", str(folder), "--person", "P0000000x"]) == 1
    assert "did you mean" in capsys.readouterr().err
    plain = gf.simulate(scenario(), seed=5).write(tmp_path / "plain")
    assert main(["papers", str(plain)]) == 1
    assert "all that was written" in capsys.readouterr().err
    for file in (plain / "truth").iterdir():
        file.unlink()
    assert main(["papers", str(plain)]) == 1
    assert "no truth here" in capsys.readouterr().err
    assert main(["papers", str(tmp_path / "nowhere")]) == 1
    assert "no such folder" in capsys.readouterr().err
