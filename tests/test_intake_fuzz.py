"""Damaged tables: faults and explained rows, never a traceback, never a lost row."""

from __future__ import annotations

import copy
import csv
import io
import os
import random
import re
import unicodedata
from typing import Any

import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import Intake, intake
from test_intake import a_map, account

N_CASES = int(os.environ.get("GREATFEAR_FUZZ_CASES", "2000"))
FIRST_CASE = int(os.environ.get("GREATFEAR_FUZZ_FIRST", "0"))
RULES = (
    {
        "into": "statements",
        "when": {"of": "known"},
        "speaker": "by",
        "subject": "of",
        "time": "day",
        "pressure": "force",
        "channel": {"column": "how", "default": "report"},
        "sitting": ["by", "day"],
        "level": "level",
    },
    {
        "into": "acts",
        "when": {"of": "missing"},
        "person": "by",
        "kind": {"constant": "interrogation"},
        "time": "day",
        "once_by": ["person", "kind", "time"],
    },
)
HEADER = ["by", "of", "day", "force", "how", "level"]
UNKNOWN = ("", "NA", "0000-00-00")
BAD = [
    "",
    "NA",
    "nan",
    "1e999",
    "-1",
    "\x00",
    "\ufffd",
    '"',
    "'",
    "\t",
    "G1",
    "1335-02-30",
    "0000-00-00",
    "9" * 40,
    "é\u202e",
    "inf",
    "1335-01-20T25:00",
    "a,b",
    "x\ny",
    "=1+1",
    "1335/",
    "--",
    "ZZZ",
]


def table(rng: random.Random) -> list[list[str]]:
    """Return a sound table."""
    rows = [HEADER]
    for _ in range(rng.randint(1, 8)):
        day = f"1335-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        rows.append(
            [rng.choice("ABC"), rng.choice("ABCD"), day, rng.choice(["", "0.5"]), rng.choice(["", "document"]), ""]
        )
    return rows


def damage(rows: list[list[str]], rng: random.Random) -> bytes:
    """Return the table as a file with one to four damages of cells, rows or bytes."""
    rows = [list(row) for row in rows]
    for _ in range(rng.randint(1, 4)):
        row = rng.choice(rows)
        kind = rng.randrange(5)
        if kind == 0 and row:
            row[rng.randrange(len(row))] = rng.choice(BAD)
        elif kind == 1 and row:
            row.pop(rng.randrange(len(row)))
        elif kind == 2:
            row.insert(rng.randrange(len(row) + 1), rng.choice(BAD))
        elif kind == 3:
            rows.insert(rng.randrange(1, len(rows) + 1), [])
        elif len(rows) > 1:
            rows.append(list(rng.choice(rows)))
    text = io.StringIO()
    csv.writer(text, escapechar="\\").writerows(rows)
    data = bytearray(text.getvalue().encode())
    for _ in range(rng.choice([0, 0, 1, 3])):
        data[rng.randrange(len(data)) if data else 0 : rng.randrange(len(data) + 1)] = bytes([rng.randrange(256)])
    return bytes(data)


def lines_of(data: bytes) -> list[list[str]] | None:
    """Return the cells of a file by a reading of our own: lines split at commas; None where quoting matters."""
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if '"' in text:
        return None
    seen = "".join(
        sign for sign in text if unicodedata.category(sign) != "Cf"
    )  # marks of direction and the like are no text
    return [[cell.strip() for cell in line.split(",")] for line in re.split("\r\n|\r|\n", seen)]


def day_of(text: str) -> float | None:
    """Return the first day of a date of the form year-month-day, by a calendar of our own; None for other forms."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    year, month, day = (int(part) for part in text.split("-"))
    lengths = (
        31,
        29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    )
    leaps = sum(1 for y in range(1335, year) if y % 4 == 0 and (y % 100 or y % 400 == 0))
    return (year - 1335) * 365 + leaps + sum(lengths[: month - 1]) + day - 20.0


def misread(data: bytes, taken: Intake) -> list[str]:
    """Return where a statement or an act of the archive differs from an independent reading of its row."""
    lines = lines_of(data)
    if lines is None or lines[0] != HEADER:
        return []
    wrong = []
    names = taken.tables["persons"].column("id").to_pylist()
    for row in taken.tables["statements"].to_pylist():
        cells = dict(zip(HEADER, lines[int(row["place"].removeprefix("t row ")) - 1], strict=True))
        day = None if cells["day"] in UNKNOWN else day_of(cells["day"])
        expected = {
            "speaker": None if cells["by"] in ("", "NA") else cells["by"],
            "subject": cells["of"],
            "channel": "report" if cells["how"] in ("", "NA") else cells["how"],
            "pressure": None if cells["force"] in ("", "NA") else round(float(cells["force"]), 6),
        }
        found = {
            "speaker": None if row["speaker"] < 0 else names[row["speaker"]],
            "subject": names[row["subject"]],
            "channel": row["channel"],
            "pressure": None if row["pressure"] != row["pressure"] else round(row["pressure"], 6),
        }
        if cells["day"] in UNKNOWN or day is not None:
            expected["day"], found["day"] = day, None if row["time"] != row["time"] else row["time"]
        if expected != found:
            wrong.append(f"{row['place']}: {expected} was read as {found}")
    for row in taken.tables["acts"].to_pylist():
        cells = dict(zip(HEADER, lines[int(row["place"].removeprefix("t row ")) - 1], strict=True))
        day = None if cells["day"] in UNKNOWN else day_of(cells["day"])
        found_day = None if row["time"] != row["time"] else row["time"]
        same_day = found_day == day or (day is None and cells["day"] not in UNKNOWN)
        if (names[row["person"]], row["kind"], cells["of"] in ("", "NA"), same_day) != (
            cells["by"],
            "interrogation",
            True,
            True,
        ):
            wrong.append(f"{row['place']}: {cells} was read as {row}")
    return wrong


def test_damaged_tables_yield_faults_lose_no_row_and_are_not_misread() -> None:
    columns = a_map(*RULES, outside="note")
    n_faulty = n_compared = 0
    for case in range(FIRST_CASE, FIRST_CASE + N_CASES):
        rng = random.Random(case)
        data = damage(table(rng), rng)
        taken = intake({"t": data}, columns, on_fault="leave out")
        assert account(taken) == [], (case, data)
        assert misread(data, taken) == [], (case, data)
        n_compared += lines_of(data) is not None and taken.tables["statements"].num_rows
        if b'"' not in data:
            lines = re.split("\r\n|\r|\n", data.decode(errors="replace").rstrip("\r\n"))
            assert taken.report.tables[0].rows >= len(lines) - 1, (case, data)
        if case % 100 == 0:
            assert taken.archive.check() == [], (case, data)
        n_faulty += bool(taken.report.faults)
        if taken.report.faults:
            with pytest.raises(IntakeError) as caught:
                intake({"t": data}, columns)
            assert list(caught.value.faults) == taken.report.faults
    assert 0.3 * N_CASES < n_faulty < N_CASES
    assert n_compared > N_CASES


@pytest.mark.parametrize(
    "planted",
    [
        lambda rules: rules[0].update(speaker="of", subject="by"),
        lambda rules: rules[0].update(time={"column": "day", "format": "%Y-%d-%m"}),
        lambda rules: rules[0].update(channel={"constant": "document"}),
        lambda rules: rules[1].update(kind={"constant": "arrest"}),
        lambda rules: rules[1].update(time={"constant": "1335-03-03"}),
        lambda rules: rules[1].update(person={"column": "by", "upper": True}),
        lambda rules: rules[0].update(subject={"column": "of", "upper": True, "strip": "ABC"}),
    ],
)
def test_the_independent_reading_sees_a_planted_misreading(planted: Any) -> None:
    rng = random.Random(7)
    rows = [HEADER, *(["A", "Bo", f"1335-0{rng.randint(2, 9)}-11", "0.5", "report", ""] for _ in range(3))]
    rows.append(["Cy", "", "1335-04-01", "", "", ""])
    data = "\r\n".join(",".join(row) for row in rows).encode()
    assert misread(data, intake({"t": data}, a_map(*RULES, outside="note"))) == []
    rules = copy.deepcopy(list(RULES))
    planted(rules)
    assert misread(data, intake({"t": data}, a_map(*rules, outside="note"), on_fault="leave out"))


def test_a_cell_on_its_own_line_is_still_one_row() -> None:
    data = b'by,of,day,force,how,level\r\nA,"B\nC",1335-01-20,,,\r\nA,B,1335-01-21,,,\r\n'
    taken = intake({"t": data}, a_map(*RULES))
    assert taken.report.tables[0].rows == 2
