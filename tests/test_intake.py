"""Intake: fields, dates, groups, references, faults, and the account of every row."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import Intake, guess, intake, read_map, read_tables, unread_columns
from greatfear.intake_tables.date_style import DateStyle
from greatfear.intake_tables.dates import moment, moment_of_parts

STYLE = DateStyle(dt.date(1335, 1, 20))


def account(taken: Intake) -> list[str]:
    """Return every way in which the account of the rows does not close; empty where it does."""
    wrong = []
    notes = [note for note in taken.report.notes if note.whole]
    for table in taken.report.tables:
        explained = {note.row for note in notes if note.table == table.name}
        if table.rows != table.used + table.left_out:
            wrong.append(f"{table.name}: {table.rows} rows, {table.used} used, {table.left_out} left out")
        if len(explained) != table.left_out:
            wrong.append(f"{table.name}: {table.left_out} left out, {len(explained)} explained")
    for name, table in taken.tables.items():
        made = sum(report.made.get(name, 0) for report in taken.report.tables)
        made += len(taken.report.added) if name == "persons" else 0
        if name not in ("offices", "sources") and made != table.num_rows:
            wrong.append(f"{name}: {table.num_rows} rows, {made} accounted for")
    return wrong


def a_map(*rules: dict[str, Any], table: str = "t", **more: Any) -> dict[str, Any]:
    """Return a map of one table."""
    return {"format": 1, "epoch": "1335-01-20", "tables": [{"table": table, "makes": list(rules)}], **more}


STATEMENT = {"into": "statements", "speaker": "by", "subject": "of", "time": "day", "channel": {"constant": "report"}}


def test_the_account_fails_on_a_planted_loss() -> None:
    taken = intake({"t": [{"by": "A", "of": "B", "day": ""}]}, a_map(STATEMENT))
    assert account(taken) == []
    taken.report.tables[0].rows += 1
    assert account(taken)
    taken.report.tables[0].left_out += 1
    assert account(taken) == ["t: 1 left out, 0 explained"]


@pytest.mark.parametrize(
    ("text", "time", "precision"),
    [
        ("1335-01-20", 0, "day"),
        ("1335-02", 12, "month"),
        ("1335", -19, "year"),
        ("1335-01-21T06:00", 1.25, "instant"),
        ("1335-01-20/1335-01-22", 0, "interval"),
    ],
)
def test_dates_keep_their_precision(text: str, time: float, precision: str) -> None:
    found = moment(text, STYLE)
    assert (found.time, found.precision) == (time, precision)
    assert math.isnan(found.end) == (precision != "interval")


def test_an_interval_ends_after_its_last_day() -> None:
    assert moment("1335-01-20/1335-01", STYLE).end == 12
    assert moment("1334/1334-12", STYLE).end == -19
    assert moment("1330", replace(STYLE, years=10)).end == moment("1340-01-01", STYLE).time


@pytest.mark.parametrize(
    ("text", "pattern", "precision"), [("20.1.1335", "%d.%m.%Y", "day"), ("1/1335", "%m/%Y", "month")]
)
def test_other_ways_of_writing_a_date(text: str, pattern: str, precision: str) -> None:
    assert moment(text, replace(STYLE, formats=(pattern,))).precision == precision


@pytest.mark.parametrize(
    "text", ["", "1335-13", "1335-02-30", "x", "1335-01-22/1335-01-20", "99999", "/", "4/1568", "37-08-05"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        moment(text, STYLE)


def test_a_day_needs_a_month() -> None:
    with pytest.raises(ValueError, match="month"):
        moment_of_parts(1335, None, 3, STYLE)


def test_statements_are_in_the_order_of_their_day_and_unknown_times_last() -> None:
    rows = [{"by": "A", "of": "B", "day": day} for day in ("", "1335-03-01", "1335-01-21", "1335-02")]
    table = intake({"t": rows}, a_map(STATEMENT)).tables["statements"]
    assert table.column("precision").to_pylist() == ["day", "month", "day", "unknown"]
    assert table.column("place").to_pylist() == ["t row 4", "t row 5", "t row 3", "t row 2"]


def test_a_group_becomes_one_statement_per_known_member() -> None:
    groups = [{"id": "G1", "label": "the Combis", "members": "A#B"}, {"id": "G2", "label": "some", "members": ""}]
    columns = a_map(STATEMENT)
    columns["tables"].append(
        {
            "table": "groups",
            "makes": [{"into": "groups", "id": "id", "name": "label", "members": {"column": "members", "split": "#"}}],
        }
    )
    edges = [{"by": "X", "of": target, "day": ""} for target in ("G1", "G2", "A")]
    taken = intake({"t": edges, "groups": groups}, columns)
    assert account(taken) == []
    assert taken.tables["statements"].column("collective").to_pylist() == ["the Combis", "the Combis", None]
    assert [note.row for note in taken.report.notes] == [3]


def test_sittings_share_a_number_across_tables() -> None:
    columns = a_map({**STATEMENT, "sitting": ["by", "day"]})
    act = {"into": "acts", "person": "id", "kind": {"constant": "interrogation"}, "time": "on", "sitting": ["id", "on"]}
    columns["tables"].append({"table": "acts", "makes": [act]})
    edges = [{"by": "A", "of": "B", "day": "1335-02-01"}, {"by": "A", "of": "C", "day": ""}]
    taken = intake({"t": edges, "acts": [{"id": "A", "on": "1335-02-01"}]}, columns)
    assert (
        taken.tables["acts"].column("sitting")[0].as_py()
        == taken.tables["statements"].column("sitting")[0].as_py()
        == 0
    )
    assert taken.tables["statements"].column("sitting")[1].as_py() == -1


def test_an_act_rests_on_a_statement_by_its_key_after_sorting() -> None:
    act = {
        "into": "acts",
        "when": {"arrested": "known"},
        "person": "of",
        "kind": {"constant": "arrest"},
        "time": "arrested",
        "cause": {"constant": "statement"},
        "statement": "no",
    }
    rows = [
        {"no": "s1", "by": "A", "of": "B", "day": "1335-03-01", "arrested": "1335-03-02"},
        {"no": "s2", "by": "A", "of": "C", "day": "1335-02-01", "arrested": ""},
    ]
    taken = intake({"t": rows}, a_map({**STATEMENT, "key": "no"}, act))
    assert taken.tables["acts"].column("statement").to_pylist() == [1]
    assert (
        taken.tables["acts"].column("person").to_pylist()
        == taken.tables["statements"].column("subject").to_pylist()[1:]
    )


def test_an_act_that_is_known_is_made_once_and_explained() -> None:
    act = {"into": "acts", "person": "id", "kind": {"constant": "summons"}, "time": "on", "once_by": ["person", "kind"]}
    taken = intake({"t": [{"id": "A", "on": "1335-02-01"}, {"id": "A", "on": ""}]}, a_map(act))
    assert account(taken) == []
    assert [str(note.reason) for note in taken.report.notes] == ["the same summons as in t row 2"]


def test_lists_make_ties_among_all_and_a_cohort_makes_persons() -> None:
    among = {"into": "ties", "kind": {"constant": "unit"}, "among": [{"column": "who", "split": "#"}]}
    taken = intake({"t": [{"who": "A#B#C"}, {"who": "A"}]}, a_map(among))
    assert taken.tables["ties"].num_rows == 3
    assert account(taken) == []
    cohort = {"into": "cohort", "size": "n", "dead": "d", "kind": {"constant": "sentence"}}
    taken = intake({"t": [{"n": "3", "d": "1"}, {"n": "2", "d": ""}, {"n": "0", "d": ""}]}, a_map(cohort))
    assert taken.tables["acts"].column("outcome").to_pylist() == ["death", "other", "other", "none", "none"]
    assert account(taken) == []


def test_all_faults_come_at_once_with_row_and_column() -> None:
    person = {
        "into": "persons",
        "id": "id",
        "seniority": "rank",
        "attributes": {"dead": {"column": "dead", "type": "flag"}},
    }
    rows = [
        {"id": "A", "rank": "0.5", "dead": "1"},
        {"id": "A", "rank": "", "dead": ""},
        {"id": "B", "rank": "2", "dead": "1"},
        {"id": "C", "rank": "", "dead": "perhaps"},
    ]
    with pytest.raises(IntakeError) as caught:
        intake({"t": rows}, a_map(person))
    assert [fault.place for fault in caught.value.faults] == ["t row 3: id", "t row 4: rank", "t row 5: dead"]
    taken = intake({"t": rows}, a_map(person), on_fault="leave out")
    assert (taken.tables["persons"].num_rows, account(taken)) == (1, [])


def test_a_person_who_is_not_listed_is_a_fault_where_persons_are_listed() -> None:
    columns = a_map(STATEMENT)
    columns["tables"].append({"table": "p", "makes": [{"into": "persons", "id": "id"}]})
    tables = {"t": [{"by": "A", "of": "Z", "day": ""}], "p": [{"id": "A"}]}
    with pytest.raises(IntakeError, match="t row 2: of: found 'Z'"):
        intake(tables, columns)
    taken = intake(tables, {**columns, "unknown_persons": "leave out"})
    assert (taken.report.reasons(), account(taken)) == ({"Z stands in no table of persons": 1}, [])
    assert intake(tables, {**columns, "unknown_persons": "add"}).report.added == ["Z"]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"by,of,day\nA,B\n", "t row 2"),
        (b"by,of,day\nA,B,1335-01-20,x\n", "t row 2"),
        (b'by,of,day\nA,"B,1335-01-20\nC,D,\n', "t row 2"),
        (b"by,of,day\nA,B,\xff\n", "t row 2"),
        (b"by,by,day\nA,B,\n", "t row 1: by"),
        (b"by,of\nA,B\n", "t row 1: day"),
        (b"", "t row 1"),
    ],
)
def test_damaged_files_are_faults_with_their_row(data: bytes, fault: str) -> None:
    with pytest.raises(IntakeError) as caught:
        intake({"t": data}, a_map(STATEMENT))
    assert fault in [item.place for item in caught.value.faults]
    assert account(intake({"t": data}, a_map(STATEMENT), on_fault="leave out")) == []


def test_a_faulty_map_gives_all_its_faults() -> None:
    with pytest.raises(IntakeError) as caught:
        read_map(
            {"format": 2, "epoch": "x", "tables": [{"table": "t", "makes": [{"into": "statements", "subjct": "a"}]}]}
        )
    assert len(caught.value.faults) >= 4
    assert any("did you mean subject" in fault.fix for fault in caught.value.faults)


def test_files_of_several_kinds_read_alike(tmp_path: Path) -> None:
    import pyarrow as pa

    rows = [{"by": "A", "of": "B", "day": "1335-01-20"}]
    (tmp_path / "t.csv").write_text("by;of;day\r\nA;B;1335-01-20\r\n", encoding="utf-8-sig")
    expected = read_tables({"t": rows})
    assert read_tables(tmp_path) == expected
    assert read_tables({"t": pa.Table.from_pylist(rows)}) == expected
    pandas = pytest.importorskip("pandas")
    assert read_tables({"t": pandas.DataFrame(rows)}) == expected


def test_excel_reads_as_csv(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl (extra 'frames') is not installed")
    book = openpyxl.Workbook()
    book.active.title = "t"
    for row in (["by", "of", "day"], ["A", "B", dt.datetime(1951, 1, 20)], [1, 2.0, None]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert [r.cells for r in read_tables(tmp_path / "t.xlsx")["t"].records] == [
        ("A", "B", "1951-01-20"),
        ("1", "2", ""),
    ]
    (tmp_path / "t.xlsx").write_bytes(b"no")
    with pytest.raises(IntakeError):
        read_tables(tmp_path / "t.xlsx")


def test_a_guessed_map_can_be_used() -> None:
    tables = {
        "people": [
            {"id": "A", "name": "Anna", "sex": "f", "Trade": "smith"},
            {"id": "B", "name": "Bo", "sex": "m", "Trade": ""},
        ],
        "edges": [{"source": "A", "target": "B", "time": "1335-01-22"}, {"source": "A", "target": "", "time": ""}],
        "events": [{"id": "A", "time": "1335-01-23", "type": "arrest"}],
        "kin": [{"id1": "A", "id2": "B", "type": "wife"}],
    }
    taken = intake(tables, guess(tables))
    assert {name: table.num_rows for name, table in taken.tables.items() if table.num_rows} == {
        "persons": 2,
        "statements": 1,
        "acts": 1,
        "ties": 1,
    }
    assert taken.tables["persons"].column("trade").to_pylist() == ["smith", None]
    assert taken.report.reasons() == {"no rule applies": 1}


def test_the_command_reports_and_never_shows_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from greatfear.archive import read
    from greatfear.cli import main
    from greatfear.record.provenance import check_provenance

    table, column_map, output = tmp_path / "t.csv", tmp_path / "map.json", tmp_path / "o"
    table.write_text("by,of,day\nA,B,1335-01-21\n")
    sources = [{"id": "archive7", "citation": "Archive 7, box 2"}]
    column_map.write_text(json.dumps(a_map(STATEMENT, sources=sources)))
    assert main(["intake", str(table), "--map", str(column_map), "-o", str(output), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"][0]["used"] == 1
    assert (output / "manifest.json").is_file()
    assert (output / "intake.json").is_file()
    kept = read(output).manifest.provenance
    assert check_provenance(kept) == []
    assert [entry["file"] for entry in kept["inputs"]] == ["t.csv"]
    assert [entry["key"] for entry in kept["sources"]] == ["archive7"]
    assert main(["intake", str(table), "--guess"]) == 0
    assert "epoch" in capsys.readouterr().out
    (tmp_path / "odd.csv").write_text("x,y\n1,2\n")
    assert main(["intake", str(table), str(tmp_path / "odd.csv"), "--guess"]) == 0
    assert "odd: no rule could be guessed for x, y" in capsys.readouterr().err
    assert main(["intake", str(table)]) == 2
    assert "--guess proposes one" in capsys.readouterr().err
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe: [")
    for wrong in ("none.yaml", "bad.yaml", "t.csv"):
        assert main(["intake", str(table), "--map", str(tmp_path / wrong)]) == 1
        assert "error: " in capsys.readouterr().err


def test_tables_of_one_name_are_refused_and_none_is_lost(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text(f"who\n{folder}\n")
    with pytest.raises(IntakeError, match=r"t: found a second table of this name.*Rename its file or sheet"):
        read_tables([tmp_path / "a", tmp_path / "b"])
    assert read_tables(tmp_path / "b")["t"].records[0].cells == ("b",)


def test_a_guess_names_the_columns_that_it_leaves() -> None:
    """Also those that bear a word of the language of maps."""
    tables = {"t": [{"from": "A", "to": "B", "known": "yes", "speaker": "x"}], "odd": [{"x": "1"}]}
    assert unread_columns(guess(tables), tables) == {"t": ["from", "known"], "odd": ["x"]}
    read = read_tables(tables)
    assert unread_columns(guess(read), read) == unread_columns(guess(tables), tables)


def test_no_table_at_all_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=f"{tmp_path}: found no table, but expected CSV, Excel or other tables"):
        read_tables([tmp_path])
    with pytest.raises(IntakeError, match="tables: found no table"):
        read_tables({})
