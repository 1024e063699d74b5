"""The README's example runs as it stands, and is short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")


def example() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", README, re.S)
    return str(found)


def test_the_example_has_fifteen_lines() -> None:
    lines = [line for line in example().splitlines() if line.strip()]
    assert len(lines) == 15


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(example(), "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out
    namings = dict(re.findall(r"^(as it is|no pressure): (\d+) statements$", printed, re.M))
    assert int(namings["as it is"]) > int(namings["no pressure"]) > 0
    assert "The chain behind the arrest" in printed
    assert (tmp_path / "runs/witch-hunt-1/manifest.json").is_file()
    assert "<html" in (tmp_path / "runs/witch-hunt-1/report.html").read_text("utf-8")


def test_the_purpose_takes_few_short_sentences() -> None:
    purpose = README.partition("# greatfear\n")[2].partition("![")[0]
    sentences = [part.split() for part in re.split(r"[.](?=\s)", purpose) if part.strip()]
    assert len(sentences) <= 12
    assert max(map(len, sentences)) <= 40


def test_the_tutorial_comes_first() -> None:
    assert README.index("docs/tutorial.md") < README.index("make run")


def test_the_picture_is_there() -> None:
    path = Path(__file__).resolve().parents[1] / "docs/images/great-terror.png"
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
