"""Tables as they are found: what is no data is refused with what to write, what is written in an unusual way is read."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import Any

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import intake, read_tables
from greatfear.intake_tables.marks import is_total, no_name
from greatfear.intake_tables.numbers import NUMBER_STYLES, number_of

EPOCH = dt.date(1000, 1, 1)
RULE: dict[str, Any] = {
    "into": "statements", "speaker": "from", "subject": "to", "time": "date", "channel": {"constant": "report"},
}  # fmt: skip
HEAD = "from,to,date\n"


def taken(
    data: str | bytes, rule: dict[str, Any] | None = None, table: dict[str, Any] | None = None, **top: Any
) -> Any:
    """Return the intake of one text."""
    entry = {"table": "t", "makes": [RULE | (rule or {})], **(table or {})}
    column_map = {"format": 1, "epoch": "1000-01-01", "end": "2030-01-01", "tables": [entry], **top}
    return intake({"t": data if isinstance(data, bytes) else data.encode()}, column_map)


def read(made: Any) -> list[tuple[Any, ...]]:
    """Return speaker, subject, first day, day after the last of an interval, and precision."""
    ids = [*made.tables["persons"].column("id").to_pylist(), None]

    def day(time: float) -> str:
        return "" if math.isnan(time) else (EPOCH + dt.timedelta(days=int(time))).isoformat()

    rows = made.tables["statements"].to_pylist()
    return [
        (ids[r["speaker"]], ids[r["subject"]], day(r["time"]), day(r["time_end"]), r["precision"], r["written"])
        for r in rows
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (HEAD + 'Anna,B,1937-08-05\n--"--,C,1937-08-06\n', r"row 3.*a ditto mark \(--\"--\); write 'ditto: common'"),
        (HEAD + "Anna,B,1937-08-05\nidem,C,1937-08-06\n", r"row 3.*a ditto mark"),
        (
            HEAD + 'Anna,B,1937-08-05\n",C,1937-08-06\nEva,D,1937-08-07\n",E,1937-08-08\n',
            r"quotation marks do not close",
        ),
        (HEAD + "Anna,B,1937-08-05\nTotal,2,\n", r"row 3.*a row of totals"),
        (HEAD + "Anna,B,1937-08-05\nИтого:,2,1937\n", r"row 3.*a row of totals"),
        (HEAD + "Anna,B,1937-08-05\nSource: Fond 17,,\n", r"row 3.*a note below the table.*footer"),
        (HEAD + "Anna,B*,1937-08-05\n* spelled Ц in the file\n", r"row 3.*a note below the table"),
        (HEAD + "?,B,1937-08-05\n", r"row 2: from.*nobody is known.*missing"),
        (HEAD + "Anna,#N/A,1937-08-05\n", r"row 2: found an error of a spreadsheet \(#N/A\)"),
        ("from,date,to,date\nA,1937-08-05,B,1937-08-09\n", r"the same name twice.*columns"),
        (HEAD + "A,B,13732\n", r"'13732'.*\{excel: COLUMN\}"),
        (HEAD + "A,B,1937-8\n", r"'1937-8'.*a month or two years"),
        (HEAD + "A,B,1690/1\n", r"'1690/1'.*two reckonings; declare the day.*year_begins"),
        (HEAD + "A,B,1937-08-05 23:30 EST\n", r"23:30 EST"),
    ],
)
def test_what_is_no_data_or_could_mean_two_things_is_refused(data: str, words: str) -> None:
    with pytest.raises(IntakeError, match=f"(?s){words}"):
        taken(data)


@pytest.mark.parametrize(
    ("written", "expected", "dates"),
    [
        ("5.VIII.1937", ("1937-08-05", "", "day"), "day first"),
        ("12 XI 1937", ("1937-11-12", "", "day"), "day first"),
        ("1937-VIII-05", ("1937-08-05", "", "day"), "day first"),
        ("VIII.1937", ("1937-08-01", "", "month"), "day first"),
        ("30.IIII.1937", ("1937-04-30", "", "day"), "day first"),
        ("5 августа 1937 г.", ("1937-08-05", "", "day"), "day first"),
        ("5 sierpnia 1937 r.", ("1937-08-05", "", "day"), "day first"),
        ("1er août 1937", ("1937-08-01", "", "day"), "day first"),
        ("5 de agosto de 1937", ("1937-08-05", "", "day"), "day first"),
        ("05-Aug-37", ("1937-08-05", "", "day"), {"order": "day first", "century": 1900}),
        ("August 5th, 1937", ("1937-08-05", "", "day"), "month first"),
        ("8/5/1937", ("1937-08-05", "", "day"), "month first"),
        ("1937-Q3", ("1937-07-01", "1937-10-01", "interval"), None),
        ("III кв. 1937", ("1937-07-01", "1937-10-01", "interval"), "day first"),
        ("4. Quartal 1937", ("1937-10-01", "1938-01-01", "interval"), "day first"),
        ("1690/1", ("1691-01-01", "1691-03-25", "interval"), {"year_begins": "03-25"}),
        ("30 Jan. 1648/9", ("1649-01-30", "", "day"), {"year_begins": "03-25", "order": "day first"}),
        (
            "30.1.1648/9",
            ("1649-02-09", "", "day"),
            {"year_begins": "03-25", "order": "day first", "calendar": "julian"},
        ),
        ("1648/9-03", ("1649-03-01", "1649-03-25", "interval"), {"year_begins": "03-25"}),
        ("29.2.1900", ("1900-03-13", "", "day"), {"order": "day first", "calendar": "julian"}),
    ],
)
def test_dates_as_archives_write_them(written: str, expected: tuple[str, ...], dates: Any) -> None:
    made = taken("from\tto\tdate\nA\tB\t" + written + "\n", **({"dates": dates} if dates else {}))
    assert read(made) == [("A", "B", *expected, written)]


def test_a_plain_date_is_not_kept_a_second_time() -> None:
    made = taken(HEAD + "A,B,1937-08-05\nA,C,1937-08\nA,D,1937\nA,E,1937-8-6\nA,F,1937?\n")
    assert [row[-1] for row in read(made)] == ["1937?", None, None, None, None] or {row[1]: row[-1] for row in read(made)} == {
        "B": None, "C": None, "D": None, "E": None, "F": "1937?",
    }  # fmt: skip


def test_serial_numbers_of_a_spreadsheet() -> None:
    made = taken(
        HEAD + "A,B,13732\nA,C,61\nA,D,59\nA,E,1937-08-06\n", {"time": [{"column": "date"}, {"excel": "date"}]}
    )
    assert {row[1]: row[2] for row in read(made)} == {
        "B": "1937-08-05", "C": "1900-03-01", "D": "1900-02-28", "E": "1937-08-06",
    }  # fmt: skip
    with pytest.raises(IntakeError, match="60 is no day"):
        taken(HEAD + "A,B,60\n", {"time": {"excel": "date"}})


def test_ditto_marks_repeat_what_stands_above() -> None:
    data = 'from\tto\tdate\nAnna\tB\t1937-08-05\n〃\tC\t"\n-"-\tD\t1937-08-07\nidem\tE\tid.\n'
    made = taken(data, table={"ditto": "common", "quote": "none"})
    assert [row[:3] for row in read(made)] == [
        ("Anna", "B", "1937-08-05"), ("Anna", "C", "1937-08-05"), ("Anna", "D", "1937-08-07"), ("Anna", "E", "1937-08-07"),
    ]  # fmt: skip
    with pytest.raises(IntakeError, match="nothing above it"):
        taken("from\tto\tdate\n〃\tC\t1937\n", table={"ditto": "common"})


def test_totals_and_notes_are_left_out_where_the_map_says_so() -> None:
    data = HEAD + "Anna,B,1937-08-05\nTotal,1,\n* a note\n"
    assert len(read(taken(data, table={"footer": 2}))) == 1
    assert (
        len(
            read(
                taken(HEAD + "Anna,B,1937-08-05\nTotal,1,1937\n", {"when": {"from": {"not": ["Total"]}}}, {"footer": 1})
            )
        )
        == 1
    )


@pytest.mark.parametrize("style", NUMBER_STYLES)
def test_numbers_are_read_as_the_map_says(style: str) -> None:
    assert number_of(style, style) == 1234.5
    assert number_of("7", style) == 7
    wrong = {"1,234.5": "1.234,5", "1.234,5": "1,234.5"}.get(style, "1_234")
    assert number_of(wrong, style) in (float("inf"), 1234.0 if style == "1234.5" else float("inf"))


def test_thousands_are_refused_or_told_or_read() -> None:
    data = 'from;to;date;n\nA;B;1937-08-05;"1.200"\nA;C;1937-08-05;2.500\n'
    with pytest.raises(IntakeError, match="a whole number"):
        taken(data, {"weight": "n"})
    made = taken(data, {"weight": "n"}, numbers="1.234,5")
    assert made.tables["statements"].column("weight").to_pylist() == [1200, 2500]
    persons = {"into": "persons", "id": "p", "attributes": {"income": {"column": "n", "type": "number"}}}
    entry = {"table": "t", "makes": [persons]}
    told = intake({"t": b"p;n\nA;1.200\nB;2.500\n"}, {"format": 1, "epoch": "1900-01-01", "tables": [entry]})
    assert "numbers such as 1.200, 2.500 were read with a decimal point" in str(told.report)


def test_a_footnote_at_a_name_is_told() -> None:
    text = str(taken(HEAD + "A,B¹,1937-08-05\nA,C [2],1937-08-06\nA,B,1937-08-07\n").report)
    assert (
        "2 names of persons with the mark of a footnote, a list, a quotation or a doubt at an end ('B¹', 'C [2]')"
        in text
    )
    assert "written in several ways" in text


def test_a_line_that_tells_the_delimiter_is_no_header() -> None:
    made = taken("sep=;\r\nfrom;to;date\r\nA;B, C;1937-08-05\r\n")
    assert [row[:2] for row in read(made)] == [("A", "B, C")]
    assert made.tables["statements"].column("place").to_pylist() == ["t row 3"]


def test_hidden_rows_of_a_workbook_are_told(tmp_path: Any) -> None:
    book = openpyxl.Workbook()
    for row in (["from", "to"], ["A", "B"], ["A", "C"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    packed = io.BytesIO()
    book.save(packed)
    (tmp_path / "t.xlsx").write_bytes(packed.getvalue())
    assert "hidden in the workbook and read like the others: 1 row (3)" in read_tables(tmp_path / "t.xlsx")["t"].remarks


def test_names_are_not_taken_for_words_of_totals() -> None:
    for name in (
        "Anna",
        "Summerfield",
        "Total Eclipse",
        "Sumarokov",
        "Gesamtmann",
        "Idem Petrov",
        "Ноне",
        "Null Friedrich",
        "Nan Li",
    ):
        assert no_name(name) is None, name
    assert is_total("Grand total:")
    assert is_total("Всего 12 чел.")


def test_open_facts_and_weights_are_kept_for_persons_acts_and_ties() -> None:
    people = [{"id": "A", "trade": "weaver"}, {"id": "B", "trade": ""}]
    events = [
        {"who": "B", "day": "1937-08-05", "article": "58-10"},
        {"who": "A", "day": "1937-08-01", "article": "58-7"},
    ]
    pairs = [{"a": "A", "b": "B", "n": "5", "since": "c. 1930"}]
    tables = [
        {"table": "people", "makes": [{"into": "persons", "id": "id", "details": {"trade": "trade"}}]},
        {"table": "events", "makes": [
            {"into": "acts", "person": "who", "kind": {"constant": "arrest"}, "time": "day", "details": {"charge": "article"}}
        ]},
        {"table": "pairs", "makes": [
            {"into": "ties", "a": "a", "b": "b", "kind": {"constant": "acquaintance"}, "weight": "n", "start": "since"}
        ]},
    ]  # fmt: skip
    column_map = {
        "format": 1,
        "epoch": "1900-01-01",
        "dates": {"order": "day first", "patterns": "common"},
        "tables": tables,
    }
    made = intake({"people": people, "events": events, "pairs": pairs}, column_map)
    details = [
        (d["statement"], d["act"], d["person"], d["kind"], d["value"]) for d in made.tables["details"].to_pylist()
    ]
    assert details == [(-1, -1, 0, "trade", "weaver"), (-1, 0, -1, "charge", "58-7"), (-1, 1, -1, "charge", "58-10")]
    (tie,) = made.tables["ties"].to_pylist()
    assert (tie["weight"], tie["written"]) == (5.0, "start: c. 1930")
    assert made.archive.check() == []


def test_a_text_that_was_damaged_before_stays_utf_8() -> None:
    data = (
        HEAD.encode() + "\ufffd,C,1937-08-05\n".encode() + b"A,B\xc2,1937-08-06\nA,D\xe6,1937-08-07\nA,E,1937-08-08\n"
    )
    with pytest.raises(IntakeError, match=r"3 faults.*characters that are not in the encoding"):
        taken(data)


def test_a_header_that_stands_once_more_and_a_gap_are_told() -> None:
    with pytest.raises(IntakeError, match="row 3: found the names of the columns once more"):
        taken("from,to,note\nA,B,x\nfrom,to,note\nC,D,y\n", {"time": None})
    told = str(taken("from,to,note\nA,B,x\n,,\nname,age,sex\nC,30,m\n", {"time": None}).report)
    assert "t: 1 empty row above others (the first: row 3); if another table begins below" in told


@pytest.mark.parametrize("name", ["AndrÃ©", "M&amp;N", "<b>Zoe</b>", "ÐÐ½Ð½Ð°"])
def test_a_name_that_an_encoding_has_damaged_is_told(name: str) -> None:
    assert "look damaged by a wrong encoding" in str(taken(f"from,to,date\nA,{name},1937-08-05\n").report)
