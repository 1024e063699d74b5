"""What stands in a workbook beside its values is told; what a cell shows is not read as more than it shows."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from greatfear.errors import IntakeError
from greatfear.intake_tables import intake, read_tables
from greatfear.intake_tables.sheet_formats import as_shown

NAMES = ["office", "style", "text", "table", "number", "dc"]
SPACES = " ".join(f'xmlns:{name}="urn:{name}"' for name in NAMES)
SAID: dict[str, Any] = {"into": "statements", "speaker": "by", "subject": "of", "channel": {"constant": "report"}}
TOLD = [
    "comments on 1 cell were not read (B2 'uncertain')",
    "text is struck out in 2 cells and was read like the rest; delete it, or say in a column what it means (B3 'C'; {})".format(
        "B6 'Ugo' in 'Maria Ugo'"
    ),
    "letters or figures are raised in 1 cell (marks of footnotes?) and were read as a part of the text (B5 '1' in 'Anna1')",
    "colours of 1 cell were not read; if they mean something, write it into a column of its own (B4)",
    "hidden in the workbook and read like the others: 1 row (3)",
    "hidden in the workbook and read like the others: 1 column (D 'force')",
    "percents are shown in 1 cell; read as held (D4 shown 30 %, holds 0.3)",
    "zeros are shown before the number in 1 cell; read as shown (A5 '0007')",
]


def excel(path: Path) -> Path:
    """Write a workbook of Excel with all of it."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["by", "of", "day", "force"], ["A", "B", dt.date(1937, 8, 5), 0.5],
        ["A", "C", dt.date(1937, 9, 7), 0.25],
        ["B", "D", dt.date(1938, 8, 5), 0.3],
        [7, CellRichText("Anna", TextBlock(InlineFont(vertAlign="superscript"), "1")), "", 1],
        ["F", CellRichText("Maria ", TextBlock(InlineFont(strike=True), "Ugo")), "=1+1", ""],
    ):  # fmt: skip
        sheet.append(row)
    sheet["B2"].comment = Comment("uncertain", "me")
    sheet["B3"].font, sheet["B4"].fill = Font(strike=True), PatternFill("solid", fgColor="FFFF00")
    sheet["C2"].number_format, sheet["C3"].number_format = "yyyy", "mmm yyyy"
    sheet["D4"].number_format, sheet["A5"].number_format = "0%", "0000"
    sheet.column_dimensions["D"].hidden = sheet.row_dimensions[3].hidden = True
    other = book.create_sheet("second")
    other.append(["x"])
    book.save(path)
    return path


def cell(text: str, more: str = "", *, inside: str = "", kind: str = "string") -> str:
    """Return a cell of OpenDocument."""
    return f'<table:table-cell office:value-type="{kind}" {more}>{inside}<text:p>{text}</text:p></table:table-cell>'


def day(text: str, style: str) -> str:
    return cell("?", f'table:style-name="{style}" office:date-value="{text}"', kind="date")


def number(text: str, style: str = "", kind: str = "float") -> str:
    return cell("?", f'table:style-name="{style}" office:value="{text}"', kind=kind)


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


STYLES = """
<number:date-style style:name="Y"><number:year number:style="long"/></number:date-style>
<number:date-style style:name="M"><number:month number:textual="true"/><number:year number:style="long"/></number:date-style>
<number:number-style style:name="Z"><number:number number:decimal-places="0" number:min-integer-digits="4"/></number:number-style>
<number:percentage-style style:name="P"><number:number number:decimal-places="0"/></number:percentage-style>
<style:style style:name="year" style:data-style-name="Y"/><style:style style:name="month" style:data-style-name="M"/>
<style:style style:name="zeros" style:data-style-name="Z"/><style:style style:name="percent" style:data-style-name="P"/>
<style:style style:name="struck"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="raised"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="yellow"><style:table-cell-properties style:background-color="#ffff00"/></style:style>
<style:style style:name="hidden"><style:table-properties table:display="false"/></style:style>
"""


def ods(path: Path, *tables: str, generator: str = "LibreOffice/7") -> Path:
    """Write a workbook of OpenDocument."""
    head = f"<office:document-content {SPACES}><office:automatic-styles>{STYLES}</office:automatic-styles><office:body>"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("meta.xml", f"<m><generator>{generator}</generator></m>")
        packed.writestr("content.xml", f"{head}{''.join(tables)}</office:body></office:document-content>")
    return path


def opened(path: Path) -> Path:
    """Write a workbook of OpenDocument with all that `excel` has."""
    note = "<office:annotation><dc:creator>me</dc:creator><text:p>uncertain</text:p></office:annotation>"
    table = [
        '<table:table table:name="said"><table:table-column table:number-columns-repeated="3"/>',
        '<table:table-column table:visibility="collapse"/>',
        row(*map(cell, ("by", "of", "day", "force"))),
        row(cell("A"), cell("B", inside=note), day("1937-08-05", "year"), number("0.5")),
        row(
            cell("A"), cell("C", 'table:style-name="struck"'), day("1937-09-07", "month"), number("0.25"),
            more='table:visibility="filter"',
        ),
        row(cell("B"), cell("D", 'table:style-name="yellow"'), day("1938-08-05", ""), number("0.3", "percent", "percentage")),
        row(number("7", "zeros"), cell('Anna<text:span text:style-name="raised">1</text:span>'), cell(""), number("1")),
        row(
            cell("F"),
            cell('Maria<text:s/><text:span text:style-name="struck">Ugo</text:span>'),
            "<table:table-cell table:formula='=1'/>",
        ),
        row('<table:table-cell table:number-columns-repeated="1024"/>', more='table:number-rows-repeated="1048570"'),
        "</table:table>",
    ]  # fmt: skip
    return ods(
        path, *table, f'<table:table table:name="second" table:style-name="hidden">{row(cell("x"))}</table:table>'
    )


@pytest.mark.parametrize("make", [excel, opened])
def test_what_stands_beside_the_values_is_told_with_counts_and_examples(make: Any, tmp_path: Path) -> None:
    path = make(tmp_path / f"t.{'xlsx' if make is excel else 'ods'}")
    rule = SAID | {"time": "day", "pressure": "force"}
    taken = intake(
        [path], {"format": 1, "epoch": "1930-01-01", "tables": [{"table": "t", "sheet": 1, "makes": [rule]}]}
    )
    told = "\n".join(taken.report.remarks)
    assert [remark for remark in TOLD if f"t: {remark}" not in taken.report.remarks] == []
    assert "t: only a year or a month is shown, but a day held, in 2 cells; read as shown (C2 shown as yyyy" in told
    assert "t: 1 formula without a stored value" in told
    assert "(C6)" in told
    assert "sheets of the workbook that the map does not name: second (1 row)" in told
    names = taken.tables["persons"].column("id").to_pylist()
    said = {names[s["subject"]]: (s["precision"], names[s["speaker"]]) for s in taken.tables["statements"].to_pylist()}
    assert said == {
        "B": ("year", "A"), "C": ("month", "A"), "D": ("day", "B"), "Anna1": ("unknown", "0007"), "Maria Ugo": ("unknown", "F"),
    }  # fmt: skip


def test_a_plain_workbook_is_told_nothing_of(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["by", "of", "day"], ["A", "B", dt.date(1937, 8, 5)], ["A", "C", 7.25]):
        book.active.append(line)
    book.save(tmp_path / "t.xlsx")
    plain = f'<table:table table:name="s">{row(cell("by"), cell("of"))}{row(cell("A"), number("7.25"))}</table:table>'
    for path in (tmp_path / "t.xlsx", ods(tmp_path / "t.ods", plain)):
        assert read_tables(path)["t"].remarks == (), path


def test_an_ods_workbook_keeps_merged_cells_lines_errors_and_hidden_sheets(tmp_path: Path) -> None:
    error = (
        '<table:table-cell office:value-type="string" office:string-value=""><text:p>#REF!</text:p></table:table-cell>'
    )
    table = (
        row(*map(cell, ("by", "of", "note")))
        + row(cell("A", 'table:number-rows-spanned="2"'), cell("B<text:line-break/>b"), error)
        + row(
            "<table:covered-table-cell/>",
            cell("C</text:p><text:p>c"),
            cell("true", 'office:boolean-value="true"', kind="boolean"),
        )
    )
    path = ods(tmp_path / "t.ods", f'<table:table table:name="s" table:style-name="hidden">{table}</table:table>')
    read = read_tables(path)["t"]
    assert [record.cells for record in read.records] == [("A", "B\nb", "#REF!"), ("A", "C\nc", "TRUE")]
    assert "merged cells were filled into all rows that they cover: 1" in read.remarks
    assert "the sheet is hidden in the workbook; it was read like the others" in read.remarks


@pytest.mark.parametrize("what", ["rows", "columns"])
def test_a_row_or_cell_that_stands_there_too_often_is_refused(what: str, tmp_path: Path) -> None:
    many = f'table:number-{what}-repeated="4000000000"'
    table = row(cell("A"), more=many) if what == "rows" else row(cell("A", many))
    path = ods(tmp_path / "t.ods", f'<table:table table:name="s">{row(cell("by"))}{table}</table:table>')
    with pytest.raises(IntakeError, match="4,000,000,000 times" if what == "rows" else "16,384 columns"):
        read_tables(path)


def test_days_before_1582_are_read_as_libreoffice_shows_them(tmp_path: Path) -> None:
    table = f'<table:table table:name="s">{row(cell("by"), cell("day"))}{row(cell("A"), day("1335-01-28", ""))}</table:table>'
    libre, other = ods(tmp_path / "l.ods", table), ods(tmp_path / "o.ods", table, generator="odfpy")
    assert read_tables(libre)["l"].records[0].cells == ("A", "1335-01-20")
    assert "(B2 shown 1335-01-20, holds 1335-01-28)" in read_tables(libre)["l"].remarks[0]
    assert read_tables(other)["o"].records[0].cells == ("A", "1335-01-28")
    assert "read as held" in read_tables(other)["o"].remarks[0]


@pytest.mark.parametrize(
    ("value", "form", "kind", "text"),
    [
        (dt.datetime(1937, 8, 5), "dd.mm.yyyy", "", None),
        (dt.datetime(1937, 8, 5), "mm-dd-yy", "", None),
        (dt.datetime(1937, 8, 5), '[$-419]d mmmm yyyy" г.";@', "", None),
        (dt.datetime(1937, 8, 5), "mmm-yy", "coarse", "1937-08"),
        (dt.datetime(1937, 8, 5), '"anno "yyyy', "coarse", "1937"),
        (dt.datetime(1937, 8, 5), "d-mmm", "no year", None),
        (dt.datetime(1937, 8, 5), "dd.mm.yy", "century", None),
        (dt.datetime(1937, 8, 5, 14, 30), "dd.mm.yyyy", "day", "1937-08-05"),
        (dt.datetime(1937, 8, 5, 14, 30), "dd.mm.yyyy hh:mm", "", None),
        (0.5, "0%", "percent", None),
        (7, "000", "zeros", "007"),
        (1937, '00"/"00', "other", None),
        (7, '"P"000', "other", None),
        (7, ";;;", "other", None),
        (0, '"yes";"no";"none"', "other", None),
        (36.6, "0", "rounded", None),
        (1234567.5, "#,##0.00", "", None),
        (1234567, "#\\ ##0", "", None),
        (5, '#,##0.00 "€"', "", None),
        (12345678901, "0.00E+00", "", None),
        (True, "0000", "", None),
    ],
)
def test_what_a_format_shows(value: Any, form: str, kind: str, text: str | None) -> None:
    shown = as_shown(value, form)
    assert (shown.kind if shown else "", shown.text if shown else None) == (kind, text)


@pytest.mark.parametrize("error", ["#REF!", "#BEZUG!", "#ССЫЛКА!", "#¡VALOR!", "#NV", "#Н/Д", "Err:502", "########"])
def test_an_error_of_a_spreadsheet_is_no_value(error: str) -> None:
    column_map = {
        "format": 1,
        "epoch": "1930-01-01",
        "tables": [{"table": "t", "makes": [SAID | {"details": {"note": "note"}}]}],
    }
    table = {"t": f"by,of,note\nA,B,{error}\nA,C,#13\n".encode()}
    with pytest.raises(IntakeError, match="row 2: found an error of a spreadsheet"):
        intake(table, column_map)
    details = intake(table, column_map | {"missing": ["", error]}).tables["details"]
    assert details.column("value").to_pylist() == ["#13"]


def test_numbers_that_are_no_texts_need_no_style(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["by", "of", "age"], ["A", "B", 1.234], ["A", "C", "1.234,5"]):
        book.active.append(line)
    book.save(tmp_path / "t.xlsx")
    person = {"into": "persons", "id": "of", "attributes": {"age": {"column": "age", "type": "number"}}}
    column_map = {
        "format": 1,
        "epoch": "1930-01-01",
        "numbers": "1.234,5",
        "tables": [{"table": "t", "makes": [person]}],
    }
    frame = pa.table({"of": ["B", "C"] * 3000, "age": [1.234, 2.5] * 3000})
    taken = intake([tmp_path / "t.xlsx"], column_map)
    assert taken.tables["persons"].column("age").to_pylist() == [1.234, 1234.5]
    rows = frame.slice(0, 2)
    for table in (rows, rows.to_pandas(), rows.to_pylist()):
        assert intake({"t": table}, column_map).tables["persons"].column("age").to_pylist() == [1.234, 2.5]
    attribute = {"into": "statements", "subject": "of", "weight": "age", "channel": {"constant": "report"}}
    long = column_map | {"tables": [{"table": "t", "makes": [attribute]}]}
    with pytest.raises(IntakeError, match=r"1\.234|2\.5"):
        intake({"t": frame}, long)


def test_a_sign_between_figures_makes_no_number() -> None:
    person = {"into": "persons", "id": "of", "attributes": {"age": {"column": "age", "type": "number"}}}
    with pytest.raises(IntakeError, match="1_2"):
        intake(
            {"t": b"of,age\nB,1_2\n"},
            {"format": 1, "epoch": "1930-01-01", "tables": [{"table": "t", "makes": [person]}]},
        )


def test_two_tables_of_one_sheet_are_read_by_two_entries(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["by", "of"], ["A", "B"], [None, None], ["name", "born"], ["A", 1901], ["B", 1902]):
        book.active.append(row)
    book.active.title = "S"
    book.save(tmp_path / "book.xlsx")
    said = {"into": "statements", "speaker": "by", "subject": "of", "channel": {"constant": "report"}}
    people = {"into": "persons", "id": "name", "attributes": {"born": {"column": "born", "type": "integer"}}}
    entries = [
        {"table": "said", "sheet": "S", "footer": 4, "makes": [said]},
        {"table": "people", "sheet": "S", "header": 4, "makes": [people]},
    ]
    taken = intake([tmp_path / "book.xlsx"], {"format": 1, "epoch": "1930-01-01", "tables": entries})
    assert taken.tables["persons"].column("born").to_pylist() == [1901, 1902]
    assert taken.tables["statements"].num_rows == 1
    alone = {"format": 1, "epoch": "1930-01-01", "tables": [{"table": "book", "makes": [said]}]}
    assert "an entry of its own with 'header'" in str(intake([tmp_path / "book.xlsx"], alone).report)
