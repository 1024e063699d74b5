"""A workbook of 95 protocols as a historian keeps it: title row, several names in a cell, dates of all sorts, Windows-1251.

The truth is made first; the workbook is written from it, and read back by one map.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from greatfear.intake_tables import intake, read_map
from greatfear.intake_tables.guess import guess_lines
from greatfear.intake_tables.raw_sheets import _grid, _sheets
from greatfear.intake_tables.sheet import Sheet

MAP = """\
format: 1
title: Protocols
epoch: "1936-01-01"
end: "1939-01-01"
missing: ["", "-", "нет"]
dates: {order: day first, patterns: common}
unnamed: ["и др\\\\.?", "\\\\d+ неизвестных"]
unknown_offices: add
tables:
  - table: protocols
    header: 2
    footer: 1
    fill: {down: [Допрошенный]}
    makes:
      - into: statements
        when: {Названные: known}
        speaker: Допрошенный
        subject: {column: Названные, split: ";"}
        channel: {constant: interrogation}
        time: Дата допроса
        office: Орган
        details: {charge: Статья}
      - {into: acts, person: Допрошенный, kind: {constant: interrogation}, time: Дата допроса, office: Орган}
"""
DATES = {"order": "day first", "patterns": "common"}
HEADER = ["№", "Дата допроса", "Допрошенный", "Названные", "Статья", "Орган"]
NAMES = [
    f"{surname} {initial}."
    for surname in ("Иванов", "Петров", "Сидоров", "Беляев", "Крылов", "Орлов")
    for initial in "АБВГДЕ"
]


@dataclass(frozen=True)
class Protocol:
    """One protocol as it was: what is written, and what it means."""

    written: str
    first: dt.date | None
    precision: str
    speaker: str
    named: tuple[str, ...]
    more: str
    office: str


def dates(rng: random.Random) -> tuple[str, dt.date | None, str]:
    """Return a date as written, its first day, and how exact it is."""
    day = dt.date(1937, 1, 1) + dt.timedelta(days=rng.randrange(700))
    following = day + dt.timedelta(days=3)
    ways: list[tuple[str, dt.date | None, str]] = [
        (f"{day.day}.{day.month}.{day.year}", day, "day"),
        (f"{day:%d.%m.%Y}", day, "day"),
        (day.isoformat(), day, "day"),
        (f"{day.month}.{day.year}", day.replace(day=1), "month"),
        (f"{day.year}", day.replace(month=1, day=1), "year"),
        (f"нач. {day.year}", day.replace(month=1, day=1), "interval"),
        (f"ок. {day.year}", day.replace(month=1, day=1), "year"),
        (f"{day.day}.{day.month}.{day.year}-{following.day}.{following.month}.{following.year}", day, "interval"),
        ("-", None, "unknown"),
    ]
    return rng.choice(ways)


def protocols(seed: int = 95) -> list[Protocol]:
    """Return 95 protocols."""
    rng = random.Random(seed)
    made = []
    for _ in range(95):
        speaker = rng.choice(NAMES)
        named = tuple(rng.sample([name for name in NAMES if name != speaker], rng.choice([0, 1, 1, 2, 3, 5])))
        more = rng.choice(["", "", "", "и др.", "3 неизвестных"]) if named else ""
        made.append(Protocol(*dates(rng), speaker, named, more, rng.choice(["УНКВД", "НКВД СССР"])))
    return made


def rows(made: list[Protocol]) -> list[list[str]]:
    """Return the rows of the sheet."""
    body = []
    for number, one in enumerate(made, 1):
        above = made[number - 2] if number > 1 else None
        speaker = "" if above is not None and above.speaker == one.speaker else one.speaker
        names = "; ".join((*one.named, *([one.more] if one.more else [])))
        body.append([str(number), one.written, speaker, names or "нет", "58-10", one.office])
    return [["Протоколы допросов 1937-1938", *[""] * 5], HEADER, *body, ["Итого", "", "95", "", "", ""]]


def as_csv(made: list[Protocol]) -> bytes:
    """Return the table as Windows-1251 with semicolons."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows(made))
    return text.getvalue().encode("cp1251")


def as_workbook(made: list[Protocol], path: Path) -> Path:
    """Return the table as a workbook with merged title and merged cells of one speaker."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows(made):
        sheet.append([int(row[0]) if row[0].isdigit() else row[0], *row[1:]])
    sheet.merge_cells("A1:F1")
    for number in range(1, len(made)):
        if made[number].speaker == made[number - 1].speaker:
            sheet.merge_cells(f"C{number + 2}:C{number + 3}")
    book.create_sheet("empty")
    book.save(path)
    return path


def differences(made: list[Protocol], taken: Any) -> list[str]:
    """Return where the archive says something else than the protocols."""
    archive, wrong = taken.archive, []
    names = archive.table("persons").column("id").to_pylist()
    offices = archive.table("offices").column("id").to_pylist()
    details = archive.sql("select statement, kind, value from details").to_pylist()
    said: dict[str, list[dict[str, Any]]] = {}
    for row in archive.table("statements").to_pylist():
        said.setdefault(row["place"], []).append(row)
    for number, one in enumerate(made, 1):
        found = said.get(f"protocols row {number + 2}", [])
        first = None if one.first is None else float((one.first - dt.date(1936, 1, 1)).days)
        for row in found:
            time = None if row["time"] != row["time"] else row["time"]
            got = (names[row["speaker"]], time, row["precision"], offices[row["office"]])
            if got != (one.speaker, first, one.precision, one.office):
                wrong.append(f"{number}: {got}")
        if sorted(names[row["subject"]] for row in found) != sorted(one.named):
            wrong.append(f"{number}: named {[names[row['subject']] for row in found]}")
        if len({row["sitting"] for row in found}) > 1 or (len(found) > 1 and found[0]["sitting"] < 0):
            wrong.append(f"{number}: sittings")
        kept = {
            d["value"]
            for d in details
            if d["kind"] == "also named" and d["statement"] in {r["statement"] for r in found}
        }
        if kept != ({one.more} if one.more else set()):
            wrong.append(f"{number}: also named {kept}")
    return wrong


def test_the_map_is_short() -> None:
    assert len(MAP.splitlines()) <= 25
    read_map(yaml.safe_load(MAP))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_95_protocols_come_out_as_they_were(form: str, tmp_path: Path) -> None:
    made = protocols()
    tables: Any = {"protocols": as_csv(made)} if form == "csv" else [as_workbook(made, tmp_path / "protocols.xlsx")]
    taken = intake(tables, yaml.safe_load(MAP))
    assert differences(made, taken) == []
    assert taken.archive.check() == []
    assert taken.report.tables[0].rows == 95
    assert taken.archive.n_rows("acts") == 95
    assert {name for one in made for name in (*one.named, one.speaker)} == set(
        taken.tables["persons"].column("id").to_pylist()
    )
    if form == "csv":
        assert "read as windows-1251" in str(taken.report)
    else:
        assert "merged cells were filled" in str(taken.report)


def test_the_comparison_sees_a_planted_misreading() -> None:
    made = protocols()
    planted = yaml.safe_load(MAP)
    planted["tables"][0]["makes"][0]["subject"] = "Названные"
    assert differences(made, intake({"protocols": as_csv(made)}, planted))
    planted = yaml.safe_load(MAP)
    planted["tables"][0]["makes"][0]["office"] = {"constant": "УНКВД"}
    assert differences(made, intake({"protocols": as_csv(made)}, planted))


def test_a_guess_finds_header_encoding_names_and_order_and_leaves_the_charge() -> None:
    made = guess_lines({"protocols": as_csv(protocols())})
    entry = made.map["tables"][0]
    rule = entry["makes"][0]
    assert (entry["header"], entry["encoding"], entry["dates"]) == (2, "windows-1251", DATES)
    assert rule["speaker"] == "Допрошенный"
    assert rule["subject"] == {"column": "Названные", "split": ";"}
    assert rule["time"] == "Дата допроса"
    assert any(column.startswith("Статья (charges") for column in made.left["protocols"])
    assert made.lines["tables", 0, "makes", 0, "channel"].certainty == "unsure"


def _packed(path: Path, part: str, text: bytes) -> Path:
    """Write a workbook of one cell in which one part is another text."""
    book = openpyxl.Workbook()
    book.active.append(["who"])
    book.save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()} | {part: text}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("part", "rows", "said"),
    [
        ("xl/worksheets/sheet1.xml", b"<row><c><v>1</v></c></row>" * 1_050_000, "more than 1,048,576 rows"),
        ("xl/worksheets/sheet1.xml", b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>", "16,384 columns"),
        (
            "xl/worksheets/sheet1.xml",
            b'<row r="1"/><row r="999999999"><c><v>1</v></c></row>',
            "more than 1,048,576 rows",
        ),
        ("xl/sharedStrings.xml", b" " * 300_000_000, "when unpacked"),
    ],
)
def test_a_workbook_that_swells_is_refused_by_its_size(part: str, rows: bytes, said: str, tmp_path: Path) -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
    path = _packed(tmp_path / "x.xlsx", part, sheet % rows)
    with pytest.raises(OSError, match=said):
        _sheets(path)


def test_a_workbook_of_many_parts_and_merged_cells_on_one_another_are_refused(tmp_path: Path) -> None:
    path = _packed(tmp_path / "x.xlsx", "xl/none.xml", b"")
    with zipfile.ZipFile(path, "a") as packed:
        for number in range(10_001):
            packed.writestr(f"xl/media/{number}", b"")
    with pytest.raises(OSError, match="parts"):
        _sheets(path)
    with pytest.raises(OSError, match="on one another"):
        _grid(Sheet("x", [["a"], ["b"], ["c"]], [(0, 0, 2, 0)] * 2))
    assert _grid(Sheet("x", [["a"], [None], [None]], [(0, 0, 2, 0), (0, 7, 2, 8)])).rows[2][0] == ["a"]
