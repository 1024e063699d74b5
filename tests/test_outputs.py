"""Where a command writes: never over a device, a folder without a name, or a file that is no older result of the same kind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from greatfear.archive import read
from greatfear.cli import main
from greatfear.landing import land
from make_golden_archive import write_golden


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_stays_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no plain file stands here"):
        land(tmp_path / "pipe", b"x")
    assert (tmp_path / "pipe").is_fifo()


def test_a_report_takes_the_place_of_a_page_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_golden(tmp_path / "x", simulated=False)
    (tmp_path / "letters.csv").write_text("by,of\n")
    assert main(["report", str(folder), "-o", str(tmp_path / "letters.csv")]) == 1
    assert "no HTML page" in capsys.readouterr().err
    assert (tmp_path / "letters.csv").read_text() == "by,of\n"
    for _ in range(2):
        assert main(["report", str(folder), "-o", str(tmp_path / "page.html")]) == 0


@pytest.mark.parametrize("command", [["run"], ["ensemble", "--replicates", "1", "--workers", "0"]])
@pytest.mark.parametrize("place", ["/", "."])
def test_a_folder_needs_a_name(
    command: list[str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([command[0], "naming-cascade", *command[1:], "--seed", "1", "-o", place]) == 1
    assert "expected the name of a new folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    words = ["naming-cascade", "--replicates", "1", "--workers", "0", "--seed", "1", "-o", str(tmp_path / "file")]
    assert main(["ensemble", *words]) == 1
    assert "a file stands here" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["resolve", "odd"])
def test_a_scenario_is_not_written_over_itself(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "{id: x, title: X, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}\n"
    (tmp_path / "x.yaml").write_text(text)
    assert main([command, str(tmp_path / "x.yaml"), "-o", str(tmp_path / "x.yaml")]) == 2
    assert "is the scenario itself" in capsys.readouterr().err.replace("\n", " ")
    assert (tmp_path / "x.yaml").read_text() == text


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the system ends a process at once")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_request_to_end_is_like_ctrl_c(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    monkeypatch.setattr("greatfear.cli.guard.app", lambda *_, **__: os.kill(os.getpid(), number))
    if before == signal.SIG_DFL:
        assert main(["list"]) == 130
        assert "stopped" in capsys.readouterr().err
    assert signal.getsignal(number) == before


def test_a_second_ctrl_c_at_once_does_not_disturb_the_tidying_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tidied = []

    def stopped(*_: object, **__: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            tidied.append("all")

    monkeypatch.setattr("greatfear.cli.guard.app", stopped)
    before = signal.getsignal(signal.SIGINT)
    assert main(["list"]) == 130
    assert "stopped" in capsys.readouterr().err
    assert tidied == ["all"]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["odd", "witch-hunt", "-o"], "notes.md"),
        (["resolve", "witch-hunt", "-o"], "mine.yaml"),
        (["resolve", "witch-hunt", "-o"], "mine.json"),
        (["why", "ARCHIVE", "PERSON", "--figure"], "paper.pdf"),
        (["claims", "C41", "--chains", "--figure"], "map.svg"),
        (["fit", "ARCHIVE", "--rate", "1", "--save"], "letters.csv"),
        (["fit", "ARCHIVE", "--rate", "1", "--save"], "book.tex"),
        (["fit", "ARCHIVE", "--rate", "1", "--save"], "settings.json"),
        (["fit", "ARCHIVE", "--rate", "1", "--save"], "words.txt"),
        (["fit", "ARCHIVE", "--rate", "1", "--figure"], "photo.png"),
        (["fit", "ARCHIVE", "--choice", "reciprocity", "--table"], "rows.parquet"),
        (["export", "ARCHIVE", "--replace", "-o"], "net.gexf"),
        (["export", "ARCHIVE", "--replace", "-o"], "net.graphml"),
        (["animate", "ARCHIVE", "-o"], "film.gif"),
    ],
)
def test_a_result_takes_the_place_of_its_like_alone(
    words: list[str], name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = write_golden(tmp_path / "x", simulated=False)
    person = read(archive).table("persons")["id"][3].as_py()
    said = [str(archive) if word == "ARCHIVE" else person if word == "PERSON" else word for word in words]
    place = tmp_path / name
    place.write_bytes(b"my own work, of years\n")
    assert main([*said, str(place)]) == 1
    assert "of another kind" in capsys.readouterr().err
    assert place.read_bytes() == b"my own work, of years\n"
    place.unlink()
    for _ in range(2):  # first a new file, then over the older result
        assert main([*said, str(place)]) == 0, capsys.readouterr().err
    assert main([*said, str(tmp_path / "no" / name)]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["x", name])
