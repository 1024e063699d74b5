"""What would be read as something else without a word: it is refused, or the report says it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import Intake, columns_made, columns_read, intake
from greatfear.intake_tables.oddities import collective_names

SAID: dict[str, Any] = {"into": "statements", "speaker": "by", "subject": "of", "channel": {"constant": "report"}}


def a_map(rule: dict[str, Any] | None = None, **table: Any) -> dict[str, Any]:
    return {"format": 1, "epoch": "1930-01-01", "tables": [{"table": "t", "makes": [SAID | (rule or {})], **table}]}


def both(text: str, column_map: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Intake]:
    """Return the intake row by row and in columns."""
    (folder / "t.csv").write_text(text, "utf-8")
    slow = intake({"t": text.encode()}, column_map)
    monkeypatch.setattr(columns_read, "LONG_BYTES", 1)
    made, used = columns_made.record_of, list[int]()
    monkeypatch.setattr(columns_made, "record_of", lambda *given: used.append(1) or made(*given))
    fast = intake([folder / "t.csv"], column_map)
    assert used
    return [slow, fast]


@pytest.mark.parametrize(
    ("text", "rule", "told"),
    [
        ("by,of\n12.0,B\n12,B\n", {}, "'12.0' / '12'"),
        ("by,of\n007,B\n7,B\n", {}, "'007' / '7'"),
        ("by,of\nA,B & C\n", {}, "1 name with ' & '"),
        ("by,of\nA,Ugo e Pia\n", {}, "1 name with ' e '"),
        (
            "a,b,of\n1,11,X\n11,1,X\n",
            {"speaker": {"columns": ["a", "b"], "between": ""}},
            "come from different cells ('111')",
        ),
        ("a,b,of\nIvanov,,X\n,Ivan,X\n,,X\n", {"speaker": {"columns": ["a", "b"]}}, "2 names lack a part"),
    ],
)
def test_the_report_says_it(
    text: str, rule: dict[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for taken in both(text, a_map(rule), tmp_path, monkeypatch):
        assert told in "\n".join(taken.report.remarks)
    plain = text.replace("12.0", "12").replace("007", "7").replace(" & ", "-").replace(" e ", "-")
    assert rule or not intake({"t": plain.encode()}, a_map(rule)).report.remarks


@pytest.mark.parametrize("text", ["1.23457E+11", "1,2e+16", '[{"a": 1}]'])
def test_a_number_without_its_last_figures_is_no_name(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = f"by;of\n{text};B\n"
    with pytest.raises(IntakeError, match=r"left out|nested"):
        intake({"t": table.encode()}, a_map(delimiter=";", quote="none"))
    (tmp_path / "t.csv").write_text(table * 3)
    monkeypatch.setattr(columns_read, "LONG_BYTES", 1)
    with pytest.raises(IntakeError, match=r"left out|nested"):
        intake([tmp_path / "t.csv"], a_map(delimiter=";", quote="none"))


def test_lists_and_nested_values_are_columns_and_lines(tmp_path: Path) -> None:
    rows = [{"by": {"id": 7}, "of": ["x", "y"]}, {"by": {"id": 8}, "of": ["z"]}]
    column_map = a_map({"speaker": "by.id", "subject": {"column": "of", "split": "\n"}})
    (tmp_path / "t.jsonl").write_text('{"by": {"id": 7}, "of": ["x", "y"]}\n{"by": {"id": 8}, "of": ["z"]}\n')
    for source in ({"t": rows}, {"t": pa.Table.from_pylist(rows)}, [tmp_path / "t.jsonl"]):
        taken = intake(source, column_map)  # type: ignore[arg-type]
        assert sorted(taken.tables["persons"].column("id").to_pylist()) == ["7", "8", "x", "y", "z"]
        assert taken.tables["statements"].num_rows == 3
    (tmp_path / "t.jsonl").write_text('{"by": "A", "of": "B"}\n{"by": "A", "by": "Z", "of": "B"}\n')
    with pytest.raises(IntakeError, match="the key 'by' twice"):
        intake([tmp_path / "t.jsonl"], a_map())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("A,B?\nA,[B]\nA,B\n", "'B?' / '[B]' / 'B'"),
        ("№ 5,6\n5,No. 6\n", "'№ 5' / '5'"),
        ("“A”,B\nA,#B\n", "'“A”' / 'A'"),
        ("'007,B\n007,C\n", "\"'007\" / '007'"),
        ("A,1) Ivan\n", "footnote, a list, a quotation or a doubt at an end ('1) Ivan')"),
        ("A,1. Ivan 2. Petr\n", "look like several persons"),
        ("A,see no. 5\n", "describe somebody without a name ('see no. 5')"),
    ],
)
def test_signs_that_are_hardly_a_part_of_a_name_are_told(
    rows: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for taken in both(f"by,of\n{rows}", a_map(), tmp_path, monkeypatch):
        assert words in str(taken.report)


def test_signs_that_nobody_sees_make_no_other_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for taken in both("by,of\n\ufeffA,B\u200b\nA,B\u00ad\n", a_map(), tmp_path, monkeypatch):
        assert taken.tables["persons"].column("id").to_pylist() == ["B", "A"]


@pytest.mark.parametrize(("name", "told"), [("TRUE", "the answer to a question"), ('"=""007"""', "a formula")])
def test_answers_and_formulas_are_no_names(name: str, told: str) -> None:
    with pytest.raises(IntakeError, match=told):
        intake({"t": f"by,of\n{name},B\n".encode()}, a_map())


def test_words_in_a_matrix_that_mean_nothing() -> None:
    tie = {"into": "ties", "kind": {"constant": "kin"}, "among": [{"column": "members", "split": "\n"}]}
    matrix = b",dinner,walk\nA,yes,no\nB,1,FALSE\nC,?,x\nD,x,x\n"
    taken = intake({"t": matrix}, a_matrix("incidence", tie))
    ids = taken.tables["persons"].column("id").to_pylist()
    pairs = {frozenset((ids[t["a"]], ids[t["b"]])) for t in taken.tables["ties"].to_pylist()}
    assert pairs == {frozenset(pair) for pair in ("AB", "AD", "BD", "CD")}
    assert "1 cells of the matrix say that nothing is known" in str(taken.report)


def a_matrix(shape: str, tie: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "epoch": "1930-01-01", "tables": [{"table": "t", "shape": shape, "makes": [tie]}]}


def test_undirected_ties_from_both_sides_are_told() -> None:
    tie = {"into": "ties", "a": "from", "b": "to", "kind": {"constant": "kin"}, "weight": "weight"}
    matrix = b",A,B,C\nA,0,3,1\nB,3,0,\nC,0,0,0\n"
    report = str(intake({"t": matrix}, a_matrix("adjacency", tie)).report)
    assert "1 pair of persons with the same undirected tie twice" in report
    directed = tie | {"directed": {"constant": 1}}
    assert "twice" not in str(intake({"t": matrix}, a_matrix("adjacency", directed)).report)


def test_a_hidden_sheet_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("old")):
        assert sheet is not None
        for row in (["by", "of", "day"], ["A", "B", dt.date(1937, 1, 1)]):
            sheet.append(row)
    book["old"].sheet_state = "hidden"
    book.save(tmp_path / "w.xlsx")
    column_map = a_map()
    column_map["tables"][0]["table"] = "old"
    assert "old: the sheet is hidden" in "\n".join(intake([tmp_path / "w.xlsx"], column_map).report.remarks)


def test_codes_without_a_sign_are_read_in_columns() -> None:
    n = columns_read.LONG_ROWS  # as the categories of polars are
    how = pa.DictionaryArray.from_arrays(pa.array([0, None] * (n // 2), pa.uint32()), ["report"])
    frame = pa.table({"by": [f"P{i % 7}" for i in range(n)], "of": ["A"] * n, "how": how})
    rule = {"channel": {"column": "how", "default": "accident"}}
    channels = intake({"t": frame}, a_map(rule)).tables["statements"].column("channel").to_pylist()
    assert channels == ["report", "accident"] * (n // 2)


SEVERAL = (
    "3 unnamed witches", "drei ungenannte Hexen", "trois inconnus", "трое неизвестных", "и другие", "dwie kobiety", "unbekannt",
    "and others", "quidam de Pamiers", "alii", "due donne",
)  # fmt: skip
ONE = ("Dwight Ellis", "Anna Dreier", "12 A", "P003", "Tressa", "Другов Иван", "Andere-Smith", "Alioth")


@pytest.mark.parametrize("name", SEVERAL + ONE)
def test_who_is_several_or_nameless_is_told(name: str) -> None:
    assert bool(collective_names(pa.array([name, "Jean Roy"]))) is (name in SEVERAL)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Peter Vogt", "Vogt, Peter"], "1 case: 'Peter Vogt' / 'Vogt, Peter'"),
        (["Иванов Иван", "гр. Иван Иванов"], "1 case: 'Иванов Иван' / 'гр. Иван Иванов'"),
        (["Jörg Müller", "Dr. Jörg Müller"], "1 case: 'Jörg Müller' / 'Dr. Jörg Müller'"),
        (["Frau Müller", "Herr Müller", "Müller", "Anna Maria", "Anna Rosa"], ""),
    ],
)
def test_names_in_another_order_or_with_a_title_are_told(
    names: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "by,of\n" + "".join(f'X,"{name}"\n' for name in names)
    for taken in both(text, a_map(), tmp_path, monkeypatch):
        remarks = [remark for remark in taken.report.remarks if "one person's" in remark]
        assert len(remarks) == bool(told)
        assert told in "".join(remarks)


@pytest.mark.parametrize(
    "name",
    [
        "mother of Anna", "die Frau des Müllers", "la femme de Jean", "uxor Petri", "жена Иванова", "eine Frau", "a woman from X",
        "quidam", "jemand", "Anonyme Anzeige", "et al.", "u.a.", "и др.", "три неизвестных", "una donna",
    ],
)  # fmt: skip
def test_a_description_is_told_where_a_name_stands(name: str) -> None:
    assert "describe somebody without a name" in collective_names(pa.array([name]))[0]


@pytest.mark.parametrize("name", ["Frau Müller", "Una Stubbs", "Frater Petrus", "Anna Motherwell", "A. Smith"])
def test_a_name_is_no_description(name: str) -> None:
    assert collective_names(pa.array([name])) == []


def test_a_sign_that_split_leaves_between_names_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {"subject": {"column": "of", "split": ","}}
    for taken in both('by,of\nX,"Ugo, Pia et Leo"\n', a_map(rule), tmp_path, monkeypatch):
        assert "1 name with ' et ' ('Pia et Leo'); each was taken as one person; add the sign to 'split'" in str(
            taken.report
        )


@pytest.mark.parametrize("word", ["same", "der Obige", "он же", "come sopra", "ut supra", "-II-"])
def test_words_for_what_stands_above_are_no_names(word: str) -> None:
    with pytest.raises(IntakeError, match="ditto mark"):
        intake({"t": f"by,of\nX,Y\n{word},Z\n".encode()}, a_map())
    filled = intake({"t": f"by,of\nX,Y\n{word},Z\n".encode()}, a_map(ditto="common"))
    assert filled.tables["persons"].column("id").to_pylist() == ["Y", "X", "Z"]


LISTED = [
    {
        "into": "persons",
        "id": "id",
        "name": "name",
        "sex": "sex",
        "attributes": {"age": {"column": "age", "type": "integer"}},
    },
    {"into": "acts", "when": {"died": "known"}, "person": "id", "kind": {"constant": "death"}, "time": "died"},
]


def test_what_finished_tables_say_of_persons_is_told() -> None:
    people = b"id,name,sex,age,died\n1,Anna,m,999,\n2,Ugo,F,30,1937-08\n3,Pia,?,31,\n4,Leo,weiblich,32,\n"
    said = b"by,of,day\nUgo,1,1937-08-05\n2,1,1937-08-20\n2,1,1937-09-05\n3,3,1937-08-06\n"
    tables = [{"table": "p", "makes": LISTED}, {"table": "t", "makes": [SAID | {"time": "day"}]}]
    column_map = {"format": 1, "epoch": "1930-01-01", "unknown_persons": "add", "tables": tables}
    told = "\n".join(intake({"p": people, "t": said}, column_map).report.remarks)
    assert "the id of 1 person is the name of another one ('Ugo' is the name of '2')" in told
    assert "age: 1 person with 999" in told
    assert "sex: 1 person with '?'" in told
    assert "sex is written in 4 ways ('m', 'F', '?', 'weiblich')" in told
    assert "1 statement of persons about themselves ('3')" in told
    assert "1 statement after the death of the person ('2')" in told


def test_sound_tables_are_told_nothing_of() -> None:
    people = b"id,name,sex,age,died\n1,Anna,f,99,\n2,Ugo,m,30,1937-08\n"
    tables = [{"table": "p", "makes": LISTED}, {"table": "t", "makes": [SAID | {"time": "day"}]}]
    column_map = {"format": 1, "epoch": "1930-01-01", "tables": tables}
    taken = intake({"p": people, "t": b"by,of,day\n2,1,1937-08-31\n"}, column_map)
    assert taken.report.remarks == ["dates known only as a month: 1"]


def test_one_row_is_told_in_the_singular() -> None:
    report = str(intake({"t": b"by,of\nA,B\n"}, a_map()).report)
    assert "t: 1 row read, 1 used (1 statement), 0 left out" in report
