"""The bytes of an archive do not follow from how a long table is read: blocks, held texts, threads, or whole tables."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from greatfear.archive import read
from greatfear.cli import main
from greatfear.intake_tables import Intake, columns_blocks, columns_gathered, columns_read, intake
from greatfear.record.writing import hash_file, write_archive

MAP: dict[str, Any] = {
    "format": 1,
    "epoch": "1937-01-01",
    "offices": [{"id": "K", "name": "K"}],
    "presume": [{"act": "arrest", "within_days": 90}],
    "tables": [
        {"table": "said", "makes": [
            {"into": "statements", "speaker": "by", "subject": "of", "time": "day", "channel": "how", "key": "no",
             "details": {"charge": "what"}},
            {"into": "acts", "person": "of", "kind": {"constant": "arrest"}, "time": "held", "when": {"held": "known"}},
        ]},
        {"table": "heard", "makes": [
            {"into": "statements", "speaker": "by", "subject": "of", "time": "day", "channel": {"constant": "report"},
             "place": "folio", "sitting": ["folio", "day"]},
            {"into": "acts", "person": "of", "kind": {"constant": "summons"}, "time": "day", "cause": {"constant": "statement"},
             "statement": "no"},
        ]},
    ],
}  # fmt: skip


def day(rng: random.Random) -> str:
    found = dt.date(1937, 1, 1) + dt.timedelta(rng.randrange(700))
    return rng.choice((found.isoformat(), found.strftime("%Y-%m"), f"{found:%Y}", "", found.isoformat()))


def write_tables(folder: Path, n: int, seed: int) -> list[Path]:
    """Write two tables of names of every length, in no order of days."""
    rng = random.Random(seed)
    names = [
        "".join(rng.choices("abcdefж", k=rng.choice((3, 8, 9, 16, 17, 30)))) + str(i) for i in range(max(n // 20, 5))
    ]
    said, heard = ["no,by,of,day,how,held,what"], ["by,of,day,folio,no"]
    for i in range(n):
        by, of = rng.choice(names), rng.choice(names)
        held = day(rng) if i % 7 == 0 else ""
        said.append(
            f"S{i},{by},{of},{day(rng)},{rng.choice(('report', 'document'))},{held},{rng.choice(('a', 'б', ''))}"
        )
        heard.append(f"{of},{by},1938-12-31,f. {i // 3},S{rng.randrange(n)}")
    for name, lines in (("said", said), ("heard", heard)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [folder / "said.csv", folder / "heard.csv"]


def hashes(taken: Intake, folder: Path, *, whole: bool = False) -> dict[str, str]:
    """Write an archive and return the hash of each table."""
    assert isinstance(taken.tables, columns_blocks.RecordTables)  # it was read in columns
    tables = {name: taken.tables[name] for name in taken.tables} if whole else taken.rows()
    write_archive(folder, tables, epoch=taken.epoch, end=None, kind="real", title="", provenance={})
    return {file.stem: hash_file(file) for file in sorted((folder / "archive").iterdir())}


def test_blocks_held_texts_and_threads_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_tables(tmp_path, 6000, 1)
    first = hashes(intake(files, MAP, on_fault="leave out"), tmp_path / "first")
    n_threads = pa.cpu_count()
    try:
        for k, (block, held, at_once, threads) in enumerate(
            ((1 << 13, 1, 997, 1), (1 << 15, 1 << 18, 1, 4), (1 << 22, 1 << 30, 1 << 20, 2))
        ):
            monkeypatch.setattr(columns_read, "_BLOCK", block)
            monkeypatch.setattr(columns_gathered, "_HELD", held)
            monkeypatch.setattr(columns_blocks, "BLOCK_ROWS", max(at_once, 50))
            pa.set_cpu_count(threads)
            taken = intake(files, MAP, on_fault="leave out")
            assert hashes(taken, tmp_path / f"{k}") == first, (block, held, at_once, threads)
            assert hashes(taken, tmp_path / f"{k}-whole", whole=True) == first
    finally:
        pa.set_cpu_count(n_threads)


def test_another_table_shows(tmp_path: Path) -> None:
    """The comparison sees one letter that differs."""
    files = write_tables(tmp_path, 6000, 1)
    first = hashes(intake(files, MAP, on_fault="leave out"), tmp_path / "first")
    files[0].write_text(files[0].read_text(encoding="utf-8").replace("report", "document", 1), encoding="utf-8")
    assert hashes(intake(files, MAP, on_fault="leave out"), tmp_path / "second") != first


@pytest.mark.parametrize("name", ["t", 'letters, "old"'])
def test_rows_of_a_reason_that_many_share_are_all_in_a_file(tmp_path: Path, name: str) -> None:
    table, column_map = tmp_path / f"{name}.csv", tmp_path / "map.json"
    lines = [f"A,{'' if i % 3 else 'B'},1937-02-01" for i in range(18_000)]
    table.write_text("\n".join(["by,of,day", *lines]) + "\n")
    rule = {"into": "statements", "speaker": "by", "subject": "of", "time": "day", "channel": {"constant": "report"},
            "when": {"of": "known"}}  # fmt: skip
    column_map.write_text(
        json.dumps({"format": 1, "epoch": "1937-01-01", "tables": [{"table": name, "makes": [rule]}]})
    )
    assert main(["intake", str(table), "--map", str(column_map), "-o", str(tmp_path / "a")]) == 0
    with (tmp_path / "a" / "left-out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["row"]) for row in rows] == [i + 2 for i in range(18_000) if i % 3]
    assert {(row["table"], row["whole"], row["reason"]) for row in rows} == {(name, "1", "no rule applies")}
    assert "left-out.csv" in read(tmp_path / "a").manifest.files
    assert main(["check", str(tmp_path / "a")]) == 0
