"""From nothing to a first figure: the starter, runs step by step, animations, completion in the shell."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import greatfear as gf
from greatfear.catalogue.starting import start_scenario
from greatfear.cli.app import app
from greatfear.cli.options import data_set_ids, scenario_ids
from greatfear.errors import FaultList, GreatFearError, ScenarioError, UnknownNameError
from greatfear.plots.animation import animation
from greatfear.scenario import resolve
from greatfear.scenario.model import Scenario


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the starter, a year of it."""
    files = start_scenario(str(tmp_path_factory.mktemp("start") / "North Office"))
    assert [file.name for file in files] == ["North Office.yaml", "North Office-people.csv", "North Office-ties.csv"]
    return gf.load(files[0]).alter({"time.end": "2011-01-01"})


def test_the_starter_runs_and_shows_what_it_is_for(firm: Scenario) -> None:
    assert firm.id == "north-office"
    run = gf.simulate(firm, seed=1)
    assert 30 < run.archive.describe().totals["cases"] < 400
    assert "suspension" in str(run.archive.describe())
    channels = run.archive.sql("select distinct channel_word from statements").column(0).to_pylist()
    assert set(channels) == {"complaint", "hearing"}
    assert run.archive.sql("select count(*) from ties where kind = 'lunch'").column(0)[0].as_py() > 0
    assert firm.population.ties.own_kinds == ["lunch"]
    pressed = gf.simulate(firm.alter({"offices.pressure": 1}), seed=1)
    assert pressed.archive.n_rows("statements") > run.archive.n_rows("statements")


def test_nothing_is_written_over_and_names_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("town-people.csv").write_text("mine")
    with pytest.raises(FaultList, match="a file that is there already"):
        start_scenario("town")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["town-people.csv"]
    assert Path("town-people.csv").read_text() == "mine"
    with pytest.raises(FaultList, match="a name with letters"):
        start_scenario("...")
    with pytest.raises(UnknownNameError, match="witch-hunt"):
        start_scenario("village", like="wich-hunt")
    assert not Path("village.yaml").exists()


def test_a_copy_takes_its_tables_along(tmp_path: Path) -> None:
    files = start_scenario(str(tmp_path / "mine"), like="office-blacklist")
    assert [file.name for file in files] == ["mine.yaml", "mine-people.csv"]
    assert gf.load(files[0]).population == gf.catalogue.scenario("office-blacklist").population


@pytest.mark.parametrize("like", ["witch-hunt", "generals-1937-plot"])
def test_a_copy_of_an_entry_is_that_entry(tmp_path: Path, like: str) -> None:
    """Of an entry of its own with its comments; of a variant, the resolved form."""
    (file,) = start_scenario(str(tmp_path / "copy"), like=like)
    mine, theirs = resolve(gf.load(file)), resolve(gf.catalogue.scenario(like))
    assert mine.pop("id") == "copy"
    assert theirs.pop("id") == like
    assert mine == theirs


def rows(table: Any) -> list[str]:
    return [repr(row) for row in table.to_pylist()]


def test_a_run_by_steps_ends_as_the_run_at_once(firm: Scenario) -> None:
    whole, steps = gf.simulate(firm, seed=4), gf.start(firm, seed=4)
    steps.step(days=100)
    early = steps.archive
    assert steps.state["date"] == "2010-04-11"
    assert early.end == steps.date
    n = early.n_rows("statements")
    assert rows(early.table("statements")) == rows(whole.archive.table("statements"))[:n]
    steps.until("2010-09-01").step()
    assert steps.day == 244
    assert early.n_rows("statements") == n < steps.archive.n_rows("statements"), "an archive that was taken stays"
    run = steps.finish()
    assert steps.is_over
    assert run.parts == whole.parts
    for name in ("persons", "statements", "acts", "ties", "offices"):
        assert rows(run.archive.table(name)) == rows(whole.archive.table(name)), name
    assert {name: rows(table) for name, table in run.truth.items()} == {
        name: rows(table) for name, table in whole.truth.items()
    }
    assert steps.state["statements"] == whole.archive.n_rows("statements")
    assert json.dumps(steps.state)


def test_papers_are_lost_at_the_end_of_the_steps(firm: Scenario) -> None:
    """On the way the archive is whole; the finished run has gone through the papers, as the run at once has."""
    lossy = firm.alter({"time.end": "2010-09-01", "papers.losses.statements.denunciation": 0.5})
    steps, whole = gf.start(lossy, seed=1), gf.simulate(lossy, seed=1)
    run = steps.finish()
    assert steps.archive.n_rows("statements") > run.archive.n_rows("statements")
    for name in ("persons", "statements", "acts"):
        assert rows(run.archive.table(name)) == rows(whole.archive.table(name)), name


def test_wrong_steps_are_refused(firm: Scenario) -> None:
    steps = gf.start(firm, seed=1)
    for days in (0, -3, 1.5, True, "7"):
        with pytest.raises(FaultList, match="a whole number of 1 or more"):
            steps.step(days=days)  # type: ignore[arg-type]
    with pytest.raises(FaultList, match="YYYY-MM-DD"):
        steps.until("soon")
    assert steps.until("1990-01-01").day == 0
    assert steps.step(10**6).is_over
    with pytest.raises(ScenarioError, match="seed"):
        gf.start(firm, seed=-1)


def test_an_animation_has_its_frames(firm: Scenario, tmp_path: Path) -> None:
    from PIL import Image

    run = gf.simulate(firm.alter({"offices.pressure": 1}), seed=1)  # of two frames that are alike, the format keeps one
    file = animation(run.archive, tmp_path / "firm.gif", days=60, size=3)
    with Image.open(file) as image:
        assert image.n_frames == 7
        assert image.size == (300, 350)
        first = image.convert("L").tobytes()
        image.seek(6)
        assert image.convert("L").tobytes() != first
    assert [one.name for one in tmp_path.iterdir()] == ["firm.gif"]
    for path, more, words in (
        ("a.png", {}, "ends in .gif"),
        ("a.gif", {"days": 0}, "1 or more"),
        ("a.gif", {"frames_per_second": 99}, "0.2 to 30"),
    ):
        with pytest.raises(FaultList, match=words):
            animation(run.archive, tmp_path / path, **more)  # type: ignore[arg-type]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the program ffmpeg is not installed")
def test_a_film_has_its_frames(firm: Scenario, tmp_path: Path) -> None:
    run = gf.simulate(firm.alter({"offices.pressure": 1}), seed=1)
    file = animation(run.archive, tmp_path / "firm.mp4", days=60, size=2, frames_per_second=2)
    assert [one.name for one in tmp_path.iterdir()] == ["firm.mp4"]
    frames = tmp_path / "frames"
    frames.mkdir()
    subprocess.run(["ffmpeg", "-v", "error", "-i", file, frames / "%d.png"], check=True)
    assert len(list(frames.iterdir())) == 7
    assert (frames / "1.png").read_bytes() != (frames / "7.png").read_bytes()


def test_without_ffmpeg_or_with_a_broken_one_a_sentence(
    firm: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = gf.simulate(firm, seed=1)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FaultList, match=r"ends in \.gif.*install ffmpeg"):
        animation(run.archive, tmp_path / "a.mp4", days=200, size=2)
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\nwhile read -r line; do :; done\necho 'Unknown encoder' >&2\nexit 3\n")
    (tmp_path / "ffmpeg").chmod(0o755)
    with pytest.raises(GreatFearError, match=r"could not write the film \(Unknown encoder\)"):
        animation(run.archive, tmp_path / "a.mp4", days=200, size=2)
    assert [one.name for one in tmp_path.iterdir()] == ["ffmpeg"]


def test_the_shell_completes_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("witty.yaml").write_text("id: x")
    assert scenario_ids("wit") == ["witch-hunt", "witty.yaml"]
    assert "giaveno-1335" in data_set_ids("gia")
    asked = {"_GREATFEAR_COMPLETE": "complete_bash", "COMP_WORDS": "greatfear run witch", "COMP_CWORD": "2"}
    told = CliRunner().invoke(app, [], prog_name="greatfear", env=asked)
    assert told.output.split() == ["witch-hunt"]
