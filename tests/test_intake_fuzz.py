"""Damaged tables: faults and explained rows, never a traceback, never a lost row."""

from __future__ import annotations

import csv
import io
import random
import re

import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import intake
from test_intake import a_map, account

N_CASES = 2000
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


def test_damaged_tables_yield_faults_and_lose_no_row() -> None:
    columns = a_map(*RULES)
    n_faulty = 0
    for case in range(N_CASES):
        rng = random.Random(case)
        data = damage(table(rng), rng)
        taken = intake({"t": data}, columns, on_fault="leave out")
        assert account(taken) == [], (case, data)
        if b'"' not in data:
            lines = re.split("\r\n|\r|\n", data.decode(errors="replace").rstrip("\r\n"))
            assert taken.report.tables[0].rows >= len(lines) - 1, (case, data)
        n_faulty += bool(taken.report.faults)
        if taken.report.faults:
            with pytest.raises(IntakeError) as caught:
                intake({"t": data}, columns)
            assert list(caught.value.faults) == taken.report.faults
        else:
            intake({"t": data}, columns)
    assert 0.3 * N_CASES < n_faulty < N_CASES


def test_a_cell_on_its_own_line_is_still_one_row() -> None:
    data = b'by,of,day,force,how,level\r\nA,"B\nC",1335-01-20,,,\r\nA,B,1335-01-21,,,\r\n'
    taken = intake({"t": data}, a_map(*RULES))
    assert taken.report.tables[0].rows == 2
