"""Long tables: read in columns they give the same archive and the same report as row by row."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import Intake, columns_read, intake
from test_intake_fuzz import HEADER, damage, table

RULE: dict[str, Any] = {
    "into": "statements", "when": {"of": "known"}, "speaker": "by", "subject": "of", "time": "day", "pressure": "force",
    "channel": {"column": "how", "default": "report"}, "certainty": "level",
}  # fmt: skip


def a_map(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": 1, "epoch": "1335-01-20", "tables": [{"table": "t", "makes": [rule]}], **more}


def both(data: bytes, column_map: dict[str, Any], folder: Path) -> tuple[Intake, Intake]:
    """Return the intake by columns and row by row."""
    (folder / "t.csv").write_bytes(data)
    return intake([folder / "t.csv"], column_map, on_fault="leave out"), intake(
        {"t": data}, column_map, on_fault="leave out"
    )


def differences(fast: Intake, slow: Intake) -> list[str]:
    """Return where two intakes differ."""
    wrong = []
    names = {name: taken.tables["persons"].column("id").to_pylist() for name, taken in (("fast", fast), ("slow", slow))}
    for name in ("persons", "statements"):
        rows = [made.tables[name].to_pylist() for made in (fast, slow)]
        for which, listed in zip(("fast", "slow"), rows, strict=True):
            for row in listed:
                row |= {key: names[which][row[key]] for key in ("speaker", "subject") if row.get(key, -1) >= 0}
                row |= {key: None for key, value in row.items() if isinstance(value, float) and math.isnan(value)}
                row.pop("person", None)
        if name == "persons":
            rows = [sorted(listed, key=lambda row: row["id"]) for listed in rows]
        wrong += [f"{name}: {a} is {b}" for a, b in zip(*rows, strict=False) if a != b]
        wrong += [f"{name}: {len(rows[0])} and {len(rows[1])} rows"] if len(rows[0]) != len(rows[1]) else []
    a, b = fast.report, slow.report
    wrong += ["dates"] * (a.dates != b.dates) + ["tables"] * (a.tables != b.tables)
    wrong += ["faults"] * (sorted(map(str, a.faults)) != sorted(map(str, b.faults)))
    wrong += ["remarks"] * (sorted(a.remarks) != sorted(b.remarks)) + ["added"] * (sorted(a.added) != sorted(b.added))
    wrong += ["notes"] * (sorted(map(str, a.notes)) != sorted(map(str, b.notes)))
    return wrong


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_read, "LONG_BYTES", 1)


@pytest.mark.usefixtures("long")
def test_both_ways_agree_on_sound_and_damaged_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_columns = []
    read = columns_read.read_long
    monkeypatch.setattr(columns_read, "read_long", lambda *given: in_columns.append(1) or read(*given))
    for case in range(120):
        rng = random.Random(case)
        rows = table(rng)
        for row in rows[1:]:
            if rng.random() < 0.3:
                row[rng.choice([0, 1, 2, 5])] = rng.choice(
                    ["", "1335-02", "1335?", "certain", "1600-01-01", "A;B", "é", " A ", "soon"]
                )
        data = damage(rows, rng) if case % 3 == 0 else "".join(",".join(row) + "\n" for row in rows).encode()
        column_map = a_map(RULE, outside=("fault", "note", "leave out")[case % 3], end="1337-01-01")
        assert differences(*both(data, column_map, tmp_path)) == [], (case, data)
    assert len(in_columns) > 80


@pytest.mark.usefixtures("long")
def test_the_comparison_sees_a_planted_difference(tmp_path: Path) -> None:
    data = (",".join(HEADER) + "\nA,B,1335-03-01,,,\nB,C,1335-02-01,,,certain\n").encode()
    fast, slow = both(data, a_map(RULE), tmp_path)
    assert differences(fast, slow) == []
    assert differences(fast, both(data.replace(b"C,", b"D,"), a_map(RULE), tmp_path)[1])
    assert differences(fast, both(data, a_map({**RULE, "time": {"constant": "1335"}}), tmp_path)[1])


@pytest.mark.usefixtures("long")
def test_a_fault_refuses_a_long_table_with_all_faults(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(",".join(HEADER) + "\n" + "A,B,soon,,,\n" * 50 + "A,B,1335-03-01,,,\n")
    with pytest.raises(IntakeError, match="t: day: 50 faults"):
        intake([tmp_path / "t.csv"], a_map(RULE))
    assert intake([tmp_path / "t.csv"], a_map(RULE), on_fault="leave out").archive.check() == []
