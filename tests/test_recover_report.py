"""`greatfear recover ARCHIVE`: every part that the archive allows, a line for each refusal, and one page beside its tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import greatfear as gf
from greatfear.archive import Archive
from greatfear.cli import main
from greatfear.record.writing import write_archive


def written(archive: Archive, folder: Path) -> Path:
    more = {
        "end": archive.end,
        "kind": archive.kind,
        "title": archive.manifest.title,
        "provenance": archive.manifest.provenance,
    }
    write_archive(folder, dict(archive.tables), epoch=archive.epoch, **more)
    return folder


@pytest.fixture(scope="module")
def giaveno(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(gf.datasets.giaveno_1335(), tmp_path_factory.mktemp("archives") / "giaveno")


def test_the_first_word_may_be_an_archive(giaveno: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["recover", str(giaveno), "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    verdicts = {part["part"]: part["verdict"] for part in told["parts"]}
    assert (verdicts["ledger"], verdicts["shares"]) == ("tells", "tells in part"), "one circumstance of speech only"
    assert verdicts["origins"] == verdicts["veracity"] == "cannot tell"
    assert told["paragraph"].startswith("254 persons were named by others")
    assert any(line.startswith("veracity: No question was asked") for line in told["refused"])
    page = (out / "report.html").read_text("utf-8")
    body = page.partition("<body>")[2]
    assert body.index("254 persons") < body.index("<svg") < body.index("<table")
    files = re.findall(r'href="([^"#]+\.(?:csv|parquet))"', page)
    assert len(files) >= 14
    assert all((out / name).is_file() for name in files)
    assert "What this archive cannot tell" in page
    assert f"greatfear recover {giaveno}" in page
    assert "merlo1977" in page
    assert not re.search(r"\b(true enem|suspect score)", page)


def test_an_archive_without_speakers_gets_reasons_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(gf.datasets.salem_1692(), tmp_path / "salem")
    assert main(["recover", "all", str(folder), "-o", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "The archive cannot tell:" in told
    assert "ledger: None of the 152 statements has a known speaker" in told
    assert (tmp_path / "out/report.html").is_file()


def test_living_memory_is_asked_for_a_purpose_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    young = Archive.from_tables({}, epoch=dt.date(1970, 1, 1), end=dt.date(1980, 1, 1), title="Young")
    folder = written(young, tmp_path / "young")
    assert main(["recover", str(folder), "--json"]) == 1
    assert "--purpose" in capsys.readouterr().out
    assert main(["recover", str(folder), "-o", str(tmp_path / "out"), "--purpose", "a thesis on files"]) == 0
    assert "a thesis on files" in (tmp_path / "out/report.html").read_text("utf-8")
    kept = json.loads((tmp_path / "out/ledger.json").read_text("utf-8"))
    assert kept["settings"]["purpose"] == "a thesis on files"


def test_a_wrong_range_is_told(giaveno: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, option in (([], "--prevalence"), (["veracity"], "--prevalence"), (["copies"], "--share")):
        for typed, words in (
            ("0.4:0.1", "the lower first"),
            ("few", "joined by a colon"),
            ("nan:0.5", "the lower first"),
        ):
            assert main(["recover", *command, str(giaveno), option, typed]) == 1
            assert words in capsys.readouterr().err


def spoken(rows: list[tuple[int, int, float]], n_persons: int = 8, **more: list[str]) -> Archive:
    """Return an archive of statements (speaker or -1, subject, day or not-a-number)."""
    speaker, subject, day = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    statements = {
        "statement": np.arange(len(rows), dtype=np.int32), "speaker": np.array(speaker, np.int32),
        "subject": np.array(subject, np.int32), "time": np.array(day, np.float64),
        "precision": ["unknown" if np.isnan(d) else "day" for d in day], "channel": ["interrogation"] * len(rows),
    }  # fmt: skip
    persons = {"person": np.arange(n_persons, dtype=np.int32), "id": [f"P{k}" for k in range(n_persons)], **more}
    return Archive.from_tables(
        {"persons": pa.table(persons), "statements": pa.table(statements)}, epoch=dt.date(1700, 1, 1)
    )


NAN = float("nan")
POOR = {
    "no statements": ([], "ledger", "The archive holds no statements"),
    "no speakers": ([(-1, k, 5.0) for k in range(8)], "ledger", "None of the 8 statements has a known speaker"),
    "no dates": ([(k, (k + 1) % 8, NAN) for k in range(8)], "shares", "None of 8 namings has a day"),
    "one speaker": ([(0, k, float(k)) for k in range(1, 8)], "shares", "Only one person spoke"),
    "one day": ([(k, (k + 3) % 8, 5.0) for k in range(8)], "shares", "All 8 namings with a day are of one day"),
    "one naming": ([(0, 1, 5.0)], "shares", "There is one naming only"),
    "only of oneself": ([(k, k, float(k)) for k in range(8)], "ledger", "(of 8: 8 about the speaker)"),
    "the same row again": ([(0, 1, 5.0)] * 100_000, "shares", "Only one person spoke"),
}


@pytest.mark.parametrize("kind", POOR)
def test_a_poor_archive_gets_a_sentence_for_each_refusal(kind: str) -> None:
    rows, part, words = POOR[kind]
    found = gf.recover.survey(spoken(rows))
    lines = {line.partition(":")[0]: line for line in found.refusals()}
    assert words in lines[part]
    assert len(lines["veracity"]) > 40
    if kind == "the same row again":
        assert "99,999 namings repeat another one" in found.summary()
    assert "1 were" not in found.summary()


def test_a_list_within_another_and_repeated_names_get_sentences() -> None:
    table = {"person": [str(k % 40) for k in range(90)], "list": ["A"] * 40 + ["B"] * 20 + ["C"] * 30}
    found = gf.recover.coverage(table)
    assert any("is contained in list" in words for words in found.words)
    names = {"record": [str(k) for k in range(100_000)], "name": ["Иванов И."] * 100_000, "born": [1900] * 100_000}
    assert "99,999 of 100,000 records repeat another one" in gf.recover.aliases(names).words[0]
    persons = spoken([(0, 1, 1.0)], 3, name=["Proctor, John", "Easty, Mary", "Nurse, Rebecca"], region=["a", "b", "c"])
    told = gf.recover.aliases(persons)
    assert "fit no writing of Slavic names" in told.words[-1]
    assert told.words[0].startswith("No two of the 3 names are likely to be one person")
