"""Where a command writes: never over a device, a folder without a name, or a file that is no older result of the same kind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

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
    monkeypatch.setattr("greatfear.cli.app.app", lambda *_, **__: os.kill(os.getpid(), number))
    if before == signal.SIG_DFL:
        assert main(["list"]) == 130
        assert "stopped" in capsys.readouterr().err
    assert signal.getsignal(number) == before
