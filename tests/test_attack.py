"""The attacks in their small form, and each seen to report what it is made to find."""

from __future__ import annotations

import contextlib
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from greatfear.errors import GreatFearError
from verification.attack import __main__ as program
from verification.attack import disks, flips, formulas, maps, pages, scenarios, tools, users
from verification.attack.tools import CannotAttackError


@pytest.mark.parametrize(
    ("subject", "count"),
    [
        ("formulas", 400),
        ("maps", 60),
        ("scenarios", 20),
        ("flips", 4),
        ("users", 7),
        ("disks", 4),
        ("kills", 2),
        ("pages", 6),
    ],
)
def test_every_attack_holds(subject: str, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    code = program.main([subject, "--count", str(count)])
    told = capsys.readouterr().out
    assert code == 0, told
    assert f"python -m verification.attack {subject} --count {count} --seed " in told


def test_the_program_prints_one_object_and_fails_where_an_attack_works(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(formulas, "parse_formula", lambda _: 1 / 0)
    assert program.main(["formulas", "--count", "3", "--seed", "5", "--json"]) == 1
    (report,) = json.loads(capsys.readouterr().out)["attacks"]
    assert (report["attacks"], report["held"], len(report["failures"])) == (3, 0, 3)
    assert "ZeroDivisionError" in report["failures"][0]
    assert report["repeat"] == "python -m verification.attack formulas --count 3 --seed 5"


def test_the_attack_on_pages_sees_what_it_looks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = b'{"title": "", "address": "", "blocks": []}'
    for answer, words in (
        ((500, "application/json", b"{}"), "500"),
        ((200, "text/html", whole), "not as JSON"),
        ((200, "application/json", b'{"title": NaN}'), "NaN is no JSON"),
        ((200, "application/json", b'{"title": ""}'), "without address, blocks"),
        ((200, "application/json", whole), ""),
    ):
        monkeypatch.setattr(pages, "answered", lambda *_, answer=answer: answer)
        found = pages.harm(None, "/a/x.json")
        assert words in found
        assert bool(found) == bool(words)


def test_words_without_end_and_slow_answers_are_seen() -> None:
    def endless() -> None:
        raise GreatFearError("x" * 1000)

    assert "an error of 1,000 letters" in tools.outcome(endless, "x", most_letters=999)
    assert tools.outcome(endless, "x") == ""
    assert "took" in tools.outcome(lambda: sum(range(100_000)), "x", seconds=1e-9)


def test_an_archive_that_breaks_the_format_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        archive: Any = type("Archive", (), {"check": lambda _: ["a breach"]})()

    monkeypatch.setattr(maps, "intake", lambda *_, **__: Broken())
    assert "a breach" in next(maps.attack(random.Random(1), 1, Path()))


def test_most_attacks_reach_what_they_attack() -> None:
    """An attack that is always refused at the door shows little: one map in ten is taken in, one scenario in thirty is read."""
    draw, taken = random.Random(3), 0
    for _ in range(40):
        with contextlib.suppress(GreatFearError):
            maps._taken(maps.altered(maps.BASE, draw))
            taken += 1
    assert 4 <= taken <= 36


def test_a_reader_that_believes_everything_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flips, "READERS", {
        "bytes": lambda archive: str([path.read_bytes() for path in sorted(archive.path.rglob("*.parquet"))]),
        "cite": lambda archive: archive.cite(),
    })  # fmt: skip
    found = list(flips.attack(random.Random(2), 6, tmp_path))
    assert any("bytes gave other content" in failure for failure in found)
    assert found[-1] == ""


def test_a_scenario_that_is_read_as_another_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    count = iter(range(1000))
    monkeypatch.setattr(scenarios, "to_json", lambda _: json.dumps({"n": next(count)}))
    monkeypatch.setattr(scenarios, "load", lambda _: None)
    assert "UnlikeError" in tools.outcome(lambda: scenarios._read(lambda _: type("S", (), {"id": "x"})(), {}), "x")


def test_a_folder_of_another_user_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "reads" in users._wrong("deep", str(tmp_path / "x"), tmp_path)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(CannotAttackError, match="root"):
        next(users.attack(random.Random(1), 1, tmp_path))
    with pytest.raises(CannotAttackError, match="root"), disks.small_disk(tmp_path / "d", 10):
        pass


def test_half_a_file_on_a_full_disk_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def careless(words: list[str]) -> tuple[int, str]:
        Path(words[-1]).write_text("half")
        return 1, "error: No space left on device"

    monkeypatch.setattr(disks, "done_here", careless)
    assert "is not what it was" in disks._filled(["export", str(tmp_path / "out.gexf")], tmp_path, "export")
