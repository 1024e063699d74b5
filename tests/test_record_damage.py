"""Damage at the level of bytes: a clear error, or the content unharmed; never anything else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from greatfear.archive import read
from greatfear.cli import main
from greatfear.errors import AlteredArchiveError, ArchiveError, GreatFearError
from greatfear.record.schema import TABLES
from greatfear.record.side_files import as_written, json_beside
from make_golden_archive import write_golden

CASES_PER_FILE = 45
FILES = [*(f"archive/{name}.parquet" for name in TABLES), "manifest.json"]


def damage(data: bytes, draw: random.Random) -> bytes:
    """Return the data with a flipped bit, other bytes, a hole, a piece missing or doubled, or an end cut off."""
    kind, at = draw.randrange(7), draw.randrange(len(data))
    size = min(draw.choice([1, 2, 8, 64]), len(data) - at)
    changes = {
        0: data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :],
        1: data[:at] + draw.randbytes(size) + data[at + size :],
        2: data[:at] + bytes(size) + data[at + size :],
        3: data[:at],
        4: data[:at] + data[at + size :],
        5: data[:at] + data[at : at + size] + data[at:],
        6: data + draw.randbytes(size),
    }
    return changes[kind]


def outcome(folder: Path, truth: str) -> str:
    """Read everything in a folder: "unharmed", "harmed", or the name of our error; other exceptions pass through."""
    try:
        archive = read(folder)
        content = [str(archive.table(name).to_pylist()) for name in archive.manifest.tables]
    except GreatFearError as error:
        return type(error).__name__ if str(error) else "silent"
    return "unharmed" if repr((archive.manifest, content)) == truth else "harmed"


def whole(folder: Path) -> str:
    """Return the content of an unharmed folder, for `outcome`."""
    archive = read(folder)
    return repr((archive.manifest, [str(archive.table(name).to_pylist()) for name in archive.manifest.tables]))


def ask(folder: Path) -> None:
    """Put questions to every table through SQL; only our errors may come."""
    try:
        archive = read(folder)
        for name in archive.manifest.tables:
            archive.sql(f"select * from {name}")
    except GreatFearError:
        return


@pytest.mark.parametrize("name", FILES)
def test_damage_is_told_or_harmless(tmp_path: Path, name: str) -> None:
    folder = write_golden(tmp_path / "x", simulated=True)
    truth, file = whole(folder), folder / name
    data, draw = file.read_bytes(), random.Random(name)
    seen = []
    for case in range(CASES_PER_FILE):
        damaged = damage(data, draw)
        file.write_bytes(damaged)
        seen.append(outcome(folder, truth))
        assert seen[-1] not in ("harmed", "silent"), f"case {case}"
        if case % 3 == 0:
            ask(folder)
        if damaged != data and name != "manifest.json":
            with pytest.raises(GreatFearError):
                read(folder, verify=True)
    file.write_bytes(data)
    assert outcome(folder, truth) == "unharmed"
    assert "AlteredArchiveError" in seen


def test_there_are_enough_cases() -> None:
    assert CASES_PER_FILE * len(FILES) >= 500


def test_harm_would_be_seen(tmp_path: Path) -> None:
    """The comparison says "harmed" when another archive stands in the folder."""
    folder = write_golden(tmp_path / "x", simulated=True)
    truth = whole(folder)
    assert outcome(folder, truth) == "unharmed"
    write_golden(folder)
    assert outcome(folder, truth) == "harmed"


def test_a_file_beside_the_tables_is_read_as_it_was_written_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_golden(tmp_path / "x", simulated=True)
    assert json_beside(read(folder), "scenario.json")
    assert json_beside(read(folder), "votes.json") is None
    file = folder / "scenario.json"
    data = file.read_bytes()
    file.write_bytes(data.replace(b"village", b"hamlet."))
    assert main(["report", str(folder)]) == 1
    assert "scenario.json: SHA-256" in capsys.readouterr().err
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("told", [b"", b"[" * 200_000, b"\xff", b"{"])
def test_a_file_beside_the_tables_that_is_no_json_is_told(tmp_path: Path, told: bytes) -> None:
    folder = write_golden(tmp_path / "x", simulated=True)
    (folder / "centre.json").write_bytes(told)  # such as somebody put there, with no entry in the manifest
    with pytest.raises(AlteredArchiveError, match=r"centre\.json"):
        json_beside(read(folder), "centre.json")


def test_another_shape_than_ours_is_told_in_words(tmp_path: Path) -> None:
    archive = read(write_golden(tmp_path / "x", simulated=True))
    with (
        pytest.raises(
            ArchiveError, match=r"centre\.json does not hold what greatfear writes there \(KeyError: 'series'\)"
        ),
        as_written(archive, "centre.json"),
    ):
        {}["series"]
    with pytest.raises(AlteredArchiveError), as_written(archive, "centre.json"):
        raise AlteredArchiveError("ours")
