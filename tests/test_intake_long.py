"""Long tables: read in columns they give the same archive and the same report as row by row."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import (
    Intake,
    Notes,
    RowNote,
    columns_blocks,
    columns_codes,
    columns_made,
    columns_read,
    intake,
    run,
)
from test_intake_fuzz import HEADER, damage, table

RULE: dict[str, Any] = {
    "into": "statements", "when": {"of": "known"}, "speaker": "by", "subject": "of", "time": "day", "pressure": "force",
    "channel": {"column": "how", "default": "report"}, "certainty": "level",
}  # fmt: skip


def a_map(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": 1, "epoch": "1335-01-20", "tables": [{"table": "t", "makes": [rule]}], **more}


def both(data: bytes, column_map: dict[str, Any], folder: Path) -> tuple[Intake, Intake]:
    """Return the intake by columns and row by row."""
    return both_of({"t": data}, column_map, folder)


def both_of(tables: dict[str, bytes], column_map: dict[str, Any], folder: Path) -> tuple[Intake, Intake]:
    """Return the intake of several tables by columns and row by row."""
    for name, data in tables.items():
        (folder / f"{name}.csv").write_bytes(data)
    files = {name: folder / f"{name}.csv" for name in tables}
    return intake(files, column_map, on_fault="leave out"), intake(tables, column_map, on_fault="leave out")


REFERENCES = {
    "persons": ("speaker", "subject", "person", "a", "b", "heard_from"), "offices": ("office",),
}  # fmt: skip


def rows_of(made: Intake, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table with persons and offices by their ids, unknown as None."""
    ids = {table: [*made.tables[table].column("id").to_pylist(), None] for table in REFERENCES}
    rows = made.tables[name].to_pylist()
    for row in rows:
        for whose, columns in REFERENCES.items():
            if name != whose:
                row |= {key: ids[whose][row[key]] for key in columns if key in row}
        row |= {key: None for key, value in row.items() if isinstance(value, float) and math.isnan(value)}
        if name in REFERENCES:
            row.pop(name.removesuffix("s"))
    return sorted(rows, key=lambda row: row["id"]) if name in REFERENCES else rows


def differences(fast: Intake, slow: Intake) -> list[str]:
    """Return where two intakes differ."""
    wrong = []
    for name in ("persons", "statements", "acts", "ties", "aliases", "details", "offices", "sources"):
        rows = [rows_of(made, name) for made in (fast, slow)]
        wrong += [f"{name}: {a} is {b}" for a, b in zip(*rows, strict=False) if a != b]
        wrong += [f"{name}: {len(rows[0])} and {len(rows[1])} rows"] if len(rows[0]) != len(rows[1]) else []
        types = [
            [(f.name, f.type) for f in made.tables[name].schema if f.name not in OWN_TYPES] for made in (fast, slow)
        ]
        wrong += [f"{name}: types"] if [n for n, _ in types[0]] != [n for n, _ in types[1]] else []
    a, b = fast.report, slow.report
    wrong += ["dates"] * (a.dates != b.dates)
    wrong += [f"tables: {one} is {two}" for one, two in zip(a.tables, b.tables, strict=True) if one != two]
    for what in ("faults", "remarks", "added", "notes", "depends"):
        one, two = sorted(map(str, getattr(a, what))), sorted(map(str, getattr(b, what)))
        wrong += [f"{what}: {one} is {two}"] if one != two else []
    return wrong


OWN_TYPES: tuple[str, ...] = ()


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_read, "LONG_BYTES", 1)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows with each intake that is made by columns."""
    found: list[int] = []
    made = columns_made.record_of
    monkeypatch.setattr(columns_made, "record_of", lambda *given: found.append(1) or made(*given))
    return found


@pytest.mark.usefixtures("long")
def test_both_ways_agree_on_sound_and_damaged_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_columns = counted(monkeypatch)
    for case in range(80):
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
    assert len(in_columns) > 50


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


def a_whole_archive(rng: random.Random) -> dict[str, bytes]:
    """Return tables of persons, further names, protocols, arrests and ties, with what can be wrong in them."""
    names = ["Anna", "Jean le Long", "Мара", "Ugo", "Élie"]
    odd = ["", "", "?", "Zed", "A; B", "Anna*", " Ugo ", "Total", "idem"]
    days = [
        "1937-08-05",
        "5.VIII.1937",
        "c. 1937",
        "8.1937",
        "1937-Q3",
        "",
        "soon",
        "30.2.1937",
        "2036-01-01",
        "1937-08-01",
    ]

    def pick(usual: list[str], rare: list[str], chance: float = 0.12) -> str:
        return rng.choice(rare) if rng.random() < chance else rng.choice(usual)

    people = [[name, rng.choice(["m", "f", ""]), pick(["30", "41", ""], ["1.200", "x"]), "weaver"] for name in names]
    also = [
        ["Anna", "Nan of the Mill"],
        ["Ugo", pick(["U.", "Hugo"], ["Anna", "U.;Hugh"])],
        ["Jean le Long", pick(["John"], ["U."])],
    ]
    said = [
        [
            str(i), pick([*names, "John", "Hugo"], odd),
            ";".join(pick([*names, "U."], odd) for _ in range(rng.choice([1, 1, 2, 3]))),
            pick(days[:2], days, 0.5), rng.choice(["report", "", "interrogation"]), pick(["court", "Court 2", ""], ["?"]),
            pick(["0.5", "", "1"], ["2", "0,5"]), rng.choice(["f1", "f2", ""]), pick(["article 58", ""], ["x"]),
            rng.choice(["s1", "s2", ""]),
        ]
        for i in range(rng.randint(3, 9))
    ]  # fmt: skip
    acts = [
        [pick(names, odd), pick(["arrest", "sentence"], ["hanged"]), pick(["1937-08-09", "9.VIII.1937"], days),
         pick(["", "0", "1"], ["99"]), rng.choice(["death", ""]), rng.choice(["58-10", ""])]
        for _ in range(rng.randint(1, 6))
    ]  # fmt: skip
    ties = [
        [
            pick(names, odd),
            pick(names, odd),
            pick(["1930", "1.1.1931"], days),
            pick(["1936", ""], days),
            pick(["2", "3.5"], ["x"]),
        ]
        for _ in range(rng.randint(1, 5))
    ]
    for odd_row in (["Total", "Ugo", "Anna", "1937-08-01", "report", *[""] * 5], [""] * 10, ["* copied", *[""] * 9]):
        if rng.random() < 0.3:
            said.insert(len(said) if odd_row[0].startswith("*") else rng.randrange(len(said)), odd_row)
    heads = {
        "people": ["id", "sex", "age", "trade"], "also": ["who", "name"],
        "said": ["k", "by", "of", "day", "how", "office", "force", "source", "article", "sitting"],
        "acts": ["who", "kind", "day", "because", "outcome", "article"], "ties": ["a", "b", "since", "until", "n"],
    }  # fmt: skip
    rows = {"people": people, "also": also, "said": said, "acts": acts, "ties": ties}
    return {name: "\n".join("\t".join(row) for row in [heads[name], *rows[name]]).encode() + b"\n" for name in heads}


PEOPLE: dict[str, Any] = {
    "into": "persons", "id": "id", "sex": "sex", "attributes": {"age": {"column": "age", "type": "number"}},
    "details": {"trade": "trade"},
}  # fmt: skip
ALSO: dict[str, Any] = {
    "into": "aliases", "person": "who", "alias": {"column": "name", "split": ";"}, "kind": {"constant": "spelling"},
}  # fmt: skip
SAID: dict[str, Any] = {
    "into": "statements", "when": [{"of": "known"}, {"by": "known"}], "key": "k", "speaker": "by",
    "subject": {"column": "of", "split": ";"}, "time": "day", "channel": {"column": "how", "default": "report"},
    "office": "office", "pressure": "force", "source": "source", "details": {"charge": "article"},
}  # fmt: skip
ACTS: dict[str, Any] = {
    "into": "acts", "person": "who", "kind": "kind", "time": "day", "outcome": {"column": "outcome", "missing": ["-"]},
    "details": {"charge": "article"},
}  # fmt: skip
TIES: dict[str, Any] = {
    "into": "ties",
    "a": "a",
    "b": "b",
    "kind": {"constant": "kin"},
    "start": "since",
    "end": "until",
    "weight": "n",
}


def a_whole_map(case: int) -> dict[str, Any]:
    """Return a map of these tables, another one for each of some dozen cases."""
    said = SAID | ({"subject": "of"} if case % 4 == 1 else {"sitting": ["by", "sitting"]} if case % 4 == 2 else {})
    acts = ACTS | ({"once_by": [["person", "kind"], ["person", "kind", "time"]][case % 2]} if case % 3 == 1 else {})
    acts |= {"cause": {"constant": "statement"}, "statement": "because"} if case % 4 == 1 else {}
    joined = {**said, "place": "people.trade"} if case % 3 == 0 else said
    how = [
        {},
        {"fill": {"down": ["by", "source"]}},
        {"ditto": "common", "fill": "down"},
        {"footer": 1, "ditto": ["?"]},
    ][case % 4]
    return {
        "format": 1, "epoch": "1920-01-01", "end": "1940-01-01", "missing": ["", "-"],
        "dates": {"order": "day first", "patterns": "common"}, "unknown_persons": ("add", "fault", "leave out")[case % 3],
        "unknown_offices": "add" if case % 2 else "fault", "outside": ("fault", "note", "leave out")[case % 5 % 3],
        "offices": [{"id": "court"}], "sources": [{"id": "f1", "citation": "1"}, {"id": "f2", "citation": "2",
        "dates": {"calendar": "julian"}}], "presume": [{"act": "arrest", "within_days": 9}] if case % 2 else [],
        "tables": [
            {"table": "people", "makes": [PEOPLE]}, {"table": "also", "makes": [ALSO]},
            {"table": "said", "join": {"people": {"by": "id"}}, "makes": [joined], **how},
            {"table": "acts", "makes": [acts, ACTS | {"once_by": ["person"]}] if case % 5 == 0 else [acts]},
            {"table": "ties", "makes": [TIES]},
        ],
    }  # fmt: skip


@pytest.mark.usefixtures("long")
def test_both_ways_agree_on_whole_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_columns = counted(monkeypatch)
    for case in range(24):
        rng = random.Random(case)
        column_map = a_whole_map(case)
        tables = a_whole_archive(rng)
        fast, slow = both_of(tables, column_map, tmp_path)
        assert differences(fast, slow) == [], (case, {name: data.decode() for name, data in tables.items()})
        assert fast.archive.check() == [] or case % 8
    assert len(in_columns) > 15


@pytest.mark.parametrize("longest", [7, 8, 9, 16, 17])
def test_texts_become_the_codes_of_arrow(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(longest)
    signs = "abcé0 Ж"
    texts = ["", *("".join(rng.choices(signs, k=rng.randint(0, longest)))[:longest] for _ in range(3000))]
    fits = [text for text in texts if len(text.encode()) <= longest] + ["b" * longest]
    blocks = [pa.array(fits[start : start + 700], pa.string()) for start in range(0, len(fits), 700)]
    blocks[1] = blocks[1].slice(3)
    right = pa.chunked_array(blocks).to_pylist()

    def coded() -> list[str]:
        parts = columns_codes.coded_texts([columns_codes.shortened(block) for block in blocks])
        return [text for part in parts for text in part.to_pylist()]

    assert coded() == right
    if 8 < longest <= 16:  # several texts get one key
        monkeypatch.setattr(columns_codes, "_key", lambda words: words[0] >> 40)
        assert coded() == right
        monkeypatch.setattr(columns_codes, "_agree", lambda *_: True)
        assert coded() != right  # this is what would be seen
    assert columns_codes.shortened(pa.array(["a\0", "a"])).type == pa.string()


@pytest.mark.usefixtures("long")
def test_rows_without_a_rule_are_told_as_one_group(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(",".join(HEADER) + "\n" + "A,,1335-03-01,,,\n" * 20_001 + "A,B,1335-03-01,,,\n")
    report = intake([tmp_path / "t.csv"], a_map(RULE)).report
    (note,) = report.to_dict()["notes"]
    assert note == {"table": "t", "row": 2, "part": "", "reason": "no rule applies", "whole": True, "rows": 20_001}
    assert "t rows 2, 3, 4 and 19998 more: left out: no rule applies" in str(report)
    assert (len(report.notes), report.notes[-1].row, report.reasons()) == (20_001, 20_002, {"no rule applies": 20_001})


def test_notes_are_kept_by_reason() -> None:
    notes = Notes()
    for row in (5, 3):
        notes.append(RowNote("t", row, "late", whole=True))
    notes.add_rows("t", [7, 8], "late", whole=True)
    notes.append(RowNote("t", 9, "early", whole=False))
    assert [note.row for note in notes] == [5, 3, 7, 8, 9]
    assert [(note.reason, n) for note, n in notes.groups()] == [("late", 4), ("early", 1)]


def test_a_name_that_no_long_table_has_is_told_without_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "said.csv").write_text(",".join(HEADER) + "\n" + "A,B,1335-03-01,,,\n" * 20_000)
    monkeypatch.setattr(run, "read_tables", lambda *_: pytest.fail("it was read"))
    with pytest.raises(IntakeError, match="table t: found no such table, but expected said"):
        intake([tmp_path / "said.csv"], a_map(RULE))


def test_remarks_on_long_tables_do_not_make_them_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_read, "LONG_BYTES", 1)
    monkeypatch.setattr(columns_blocks, "BLOCK_ROWS", 3)
    said = b"by,of,day\nA,B,1335-02-01\nB,B,1335-03-01\nB,A,1335-05-01\nA,C,1335-05-02\nC,C,1335-06\n"
    done = b"who,what,day\nB,death,1335-04\nC,arrest,1335-04-02\nA,death,1335-05-01\nA,arrest,1335-06-01\nB,interrogation,1336\n"
    kin = b"a,b\nA,B\nB,A\nB,C\nC,D\n"
    rules = {
        "said": {
            "into": "statements",
            "speaker": "by",
            "subject": "of",
            "time": "day",
            "channel": {"constant": "report"},
        },
        "done": {"into": "acts", "person": "who", "kind": "what", "time": "day"},
        "kin": {"into": "ties", "a": "a", "b": "b", "kind": {"constant": "kin"}},
    }
    column_map = {
        "format": 1,
        "epoch": "1335-01-01",
        "tables": [{"table": name, "makes": [rule]} for name, rule in rules.items()],
    }
    fast, slow = both_of({"said": said, "done": done, "kin": kin}, column_map, tmp_path)
    assert [type(rows).__name__ for name, rows in fast.rows().items() if name in ("statements", "acts", "ties")] == [
        "Coming"
    ] * 3
    assert fast.report.remarks == slow.report.remarks
    told = "\n".join(fast.report.remarks)
    for words in (
        "2 statements of persons about themselves ('B', 'C')",
        "1 pair of persons with the same undirected tie",
    ):
        assert words in told
    assert "1 statement after the death of the person ('A')" in told
