"""Reading tables: encodings, delimiters, headers, workbooks, matrices, data frames; what cannot be read is a fault."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import intake, read_tables
from greatfear.intake_tables.mapping import TableMap

RUSSIAN = "кто;кого;дата\nИванов;Петров;5.8.1937\nСидоров И.П.;Кузнецов А. В.;12.1937\nБеляев;Крылов;1938\n"
FRENCH = "de;à;date\nHélène;Bérénice Lefèvre;1937\nÉtienne;Noël;1937\nFrançois;Zoé;1938\n"
GERMAN = "wer;wen;datum\nJörg Müller;Käthe Groß;1628\nElse Böhm;Jürgen Völker;1628\n"
POLISH = "kto;kogo;data\nŁukasz Wójcik;Stanisław Żak;1937\nMałgorzata;Święcki;1938\n"
OLD = [(FRENCH, "mac_roman"), (FRENCH, "cp850"), (GERMAN, "cp437"), (GERMAN, "mac_roman"), (POLISH, "cp852")]


def cells(source: Any, **how: Any) -> list[tuple[str, ...]]:
    """Return the cells of a table."""
    return [
        record.cells for record in read_tables({"t": source}, {"t": TableMap(table="t", makes=(), **how)})["t"].records
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8_r", "cp866"])
def test_cyrillic_encodings_are_found(encoding: str) -> None:
    assert cells(RUSSIAN.encode(encoding))[1] == ("Сидоров И.П.", "Кузнецов А. В.", "12.1937")


@pytest.mark.parametrize(("text", "encoding"), [(FRENCH, "cp1252"), (POLISH, "cp1250"), (POLISH, "iso8859_2"), *OLD])
def test_latin_encodings_are_found(text: str, encoding: str) -> None:
    assert cells(text.encode(encoding)) == cells(text.encode())


LETTERS = {
    "kdo;koho\nJiří Dvořák;Božena Němcová\nŘehoř Říha;Tomáš Kučera\n": ("cp1250", "iso8859_2"),
    "kto;o kim\nJan Zieliński;Anna Kowęska\nStanisław Müller;Jörg Groß\n": ("cp1250", "iso8859_2"),
    "kim;kimi\nYıldız Oğuz;Şükrü Paşa\nİsmail Çolak;Müjgân Aydın\n": ("cp1254", "iso8859_9"),
    "ki;kire\nSzűcs Győző;Kőszegi Pál\nÁrpád;Erdős Márta\n": ("cp1250", "iso8859_2"),
    "tko;koga\nIvan Kovačić;Đuro Đaković\nŽeljko Šarić;Ante\n": ("cp1250",),
    "kas;ko\nJānis Bērziņš;Kārlis Ozoliņš\nĢirts;Līga Kalniņa\n": ("cp1257",),
    "hver;hvern\nÞórður Sigurðsson;Guðrún Þorláksdóttir\nSæmundur;Jón\n": ("cp1252",),
    "hvem;mod\nJørgen Sørensen;Søren Kjær\nÅse;Mæren Ærø\n": ("cp1252", "cp850"),
    "quem;contra\nJoão Simões;Inês Gonçalves\nEstêvão;Leitão\n": ("cp1252", "mac_roman"),
    "ποιος;ποιον\nΓιώργος Παπάς;Μαρία\nΚώστας;Ελένη\n": ("cp1253", "iso8859_7"),
    "מי;את מי\nמשה כהן;דוד לוי\nשרה פרץ;יוסף מזרחי\n": ("cp1255",),
}  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), [(text, name) for text, names in LETTERS.items() for name in names])
def test_encodings_are_told_apart_by_the_letters_of_languages(text: str, encoding: str) -> None:
    assert cells(text.encode(encoding)) == cells(text.encode())


def test_an_encoding_that_is_not_sure_is_told_with_a_word_in_both() -> None:
    (told,) = read_tables({"t": "hvem;mod\nJørgen Sørensen;Søren Bjørn\n".encode("cp1252")})["t"].remarks
    assert "not surely: 'Jørgen' would be 'Jřrgen' in windows-1250" in told


def test_the_report_names_the_encoding_and_a_declared_one_is_used() -> None:
    assert "koi8-r" in read_tables({"t": RUSSIAN.encode("koi8_r")})["t"].remarks[0]
    assert cells(RUSSIAN.encode("cp1251"), encoding="koi8-r")[0][0] == "хБЮМНБ"
    assert cells("a;b\nx;\xff\n".encode("latin1"))[0][1] == "\ufffd"  # one odd byte is damage, not an encoding


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters_are_found_also_where_names_hold_others(sign: str) -> None:
    rows = [["source", "target"], ["Cabinet / Ministers (A)", "B x C"], ["D", "E"]]
    if sign != ",":
        rows.append(["Smith, John", "Lee, Ann"])
    assert cells("\n".join(sign.join(row) for row in rows).encode())[0] == tuple(rows[1])


def test_a_sign_within_all_cells_but_not_in_the_header_is_no_delimiter() -> None:
    assert cells(b"of,x\nA;B;C,1\nD;E;F,2\n")[0] == ("A;B;C", "1")


def test_quotation_marks_can_be_letters() -> None:
    assert cells(b'a,b\n5" gun,x\n"y,z\n', quote="none") == [('5" gun', "x"), ('"y', "z")]


def test_header_columns_skip_footer_and_fill() -> None:
    data = b"Register of 1937\n\nwho,whom\nA,B\n,C\nsum,2\n"
    assert cells(data, header=3, footer=1, fill="down") == [("A", "B"), ("A", "C")]
    assert cells(data, skip=2, footer=1, fill={"down": "who"}) == [("A", "B"), ("A", "C")]
    assert cells(b"14,101\n18,19\n", header="none", columns=["a", "b"]) == [("14", "101"), ("18", "19")]
    table = read_tables({"t": data})["t"]
    assert "as a title has" in table.faults[0].got
    numbers = read_tables({"t": b"14,101\n18,19\n"})["t"]
    assert "header: none" in numbers.faults[0].fix
    assert cells(b"1936,1937\n18,19\n", header=1) == [("18", "19")]


def workbook(path: Path) -> Path:
    """Write a workbook with a title, merged cells, a formula and a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "said"
    for row in (["Title", None, None], ["who", "whom", "n"], ["A", "B", 1], [None, "C", 2.5], ["D", "E", "=1+1"]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    other = book.create_sheet("people")
    other.append(["id"])
    other.append(["A"])
    book.save(path)
    return path


def test_workbooks_fill_merged_cells_and_tell_formulas_without_a_value(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx")
    how = {"said": TableMap(table="said", header=2, makes=()), "x": TableMap(table="x", sheet="people", makes=())}
    table = read_tables(path, {"said": how["said"]})["said"]
    assert [record.cells for record in table.records] == [("A", "B", "1"), ("A", "C", "2.5"), ("D", "E", "")]
    assert any("cover: 1" in remark for remark in table.remarks)
    assert any("1 formula without" in remark for remark in table.remarks)
    assert list(read_tables(path, {"x": how["x"]})) == ["x"]


def test_workbooks_that_grow_beyond_measure_are_refused(tmp_path: Path) -> None:
    bomb, wide = workbook(tmp_path / "bomb.xlsx"), tmp_path / "wide.xlsx"
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/x.bin", b"\0" * (300 * 2**20))
    book = openpyxl.Workbook()
    book.active.cell(1, 5000, "far")
    book.save(wide)
    for path, words in ((bomb, "when unpacked"), (wide, "5,000 columns")):
        with pytest.raises(IntakeError, match=words):
            read_tables(path)
    with pytest.raises(IntakeError, match="columns"):
        intake(
            {"t": b",".join(b"c%d" % i for i in range(5000)) + b"\n"},
            {"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "makes": []}]},
        )


def test_ods_is_read(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="python-calamine (extra 'frames') is not installed")
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(c) for c in row)}</table:table-row>" for row in (("a", "b"), ("x", "y"))
    )
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet><table:table table:name='S'>{rows}</table:table></office:spreadsheet></office:body>"
    with zipfile.ZipFile(tmp_path / "t.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml", f"<?xml version='1.0'?><office:document-content{names}>{body}</office:document-content>"
        )
        packed.writestr("META-INF/manifest.xml", "<?xml version='1.0'?><m/>")
    assert [record.cells for record in read_tables(tmp_path / "t.ods")["t"].records] == [("x", "y")]


def test_other_kinds_of_files_and_frames_read_alike(tmp_path: Path) -> None:
    rows = [{"a": "A", "b": 1, "c": "1937-08-05"}, {"a": "B", "b": None, "c": None}]
    expected = [("A", "1", "1937-08-05"), ("B", "", "")]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"a,b,c\nA,1,1937-08-05\nB,,\n"))
    for name in ("t.parquet", "t.jsonl", "t.csv.gz"):
        assert [record.cells for record in read_tables(tmp_path / name)["t"].records] == expected, name
    dated = pd.DataFrame(rows).assign(c=pd.to_datetime(["1937-08-05", None]))
    for frame in (dated, pl.DataFrame(rows), pa.Table.from_pylist(rows), rows):
        assert cells(frame) == expected
    (tmp_path / "t.csv.gz").write_bytes(b"no")
    with pytest.raises(IntakeError):
        read_tables(tmp_path / "t.csv.gz")


def test_matrices_become_rows() -> None:
    matrix = b"x,A,B,C\nA,0,2,\nB,1,0,0\nC,0,0,0\n"
    assert cells(matrix, shape="adjacency") == [("A", "B", "2"), ("B", "A", "1"), ()]
    rule = {
        "into": "statements",
        "speaker": "from",
        "subject": "to",
        "weight": "weight",
        "channel": {"constant": "report"},
    }
    taken = intake(
        {"t": matrix},
        {"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "shape": "adjacency", "makes": [rule]}]},
    )
    assert taken.tables["statements"].column("weight").to_pylist() == [2, 1]
    assert taken.tables["statements"].column("place").to_pylist() == ["t row 2, column B", "t row 3, column A"]
    events = b"who,e1,e2\nA,1,0\nB,1,1\nC,0,1\n"
    among = {"into": "ties", "kind": {"constant": "unit"}, "among": [{"column": "members", "split": "\n"}]}
    taken = intake(
        {"t": events},
        {"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "shape": "incidence", "makes": [among]}]},
    )
    assert taken.tables["ties"].num_rows == 2


OLD_WORKBOOK = (
    "c-rk)O-NKx6#nj;JAdZSsAKp;Itf{s3^SUjg)^gACZbr2{s>BQ7NTejZEBNct|EwnplFd`iwLYX{ZL8m3Id~`APBT*)hZ}xp}x*N@4aC(0|!d5"
    "-uJlY-gEA`-#zdCym#MwHI+L(cDHy2ix7bW^ST$V6q}&rwG<zyUe{I8$~}~H8><Rl4^5=YiAPy4-D(cie9u6`9r=tT@R8CX97E^OU_7vbXyzEY"
    "g^Hn(q`)<@WTS|q%42zyWj@Q>?D?2wj4kI`Hj?kOIEbleXJx&)iuY^fT$c^Sd!O69XG<6bc&=9QsSCpJb)qTJ*FCVxDoSN0#z7O>8Xt@&l%9hd"
    "$N*Yef*l>f1B7Y#X|l)hT@L`?tX=&yVB1&LE<pAl3+?XT*gZ6fi|v;*2@FF&!kc6i#kek2jaQV(n2g9~O4}%Hm+f*Ex3GrlXdzH8{A7-@(=J&n"
    "8|iA74bls-PKIQitR`t0rSc9DSx6O2WW8)6B@?31bc;|PK%op$cx5DAp#E#gC&pD2(u;w<xCdfAwcScK!ycmUu(z$PEf{X7siQ_=)DS~NhKWOk"
    "X*{2N3!YC|yl*o}_9BPNxx9OQG(fXAzrOD1>53j^%P_x_j5pT?HBiuTTD73Y*<2%&vXWbDVR?pGOSoLj(ob89@`|nkv#@i7ea>=i1@%+IcoW^2"
    "Qr<-6(J#9nl#YIiZl>}?>&!|2#JlJi%IQtoOYPM)f+|rZu3k}i7`1X?KIJ~JEc)e%=h1v-?7I1S&cPgy8E8Bd3{8!WNNSonR)*#v&0%thCAb80"
    "Nz-32my@(76q_KPJY0OMJgS*Xv1p4}Ch4v<Ga|)d%$CdK(3s;gbDYb!I2=nv;$RN9$>K;xVrc5FJV{O6l{%+<He=R|6OERKdt8jAoM|#(!-fqT"
    "Hf-3i@qa<^nGoig3w)+hr!%+tUuTZey#1TxpT!;w(RG}@xprWX@&rz#wSLyZDJ(9r%r@5lLWO<QdjkFF;W+x!UcdAWAyV&W*$sVvZVRQ`|9m=e"
    "{^kCE0xo6jBL"
)
"""A workbook of Excel 97 (xls) with a merged cell, dates, numbers and Cyrillic text; packed."""


def test_an_xls_workbook_is_read(tmp_path: Path) -> None:
    (tmp_path / "protocols.xls").write_bytes(zlib.decompress(base64.b85decode(OLD_WORKBOOK)))
    table = read_tables(tmp_path)["protocols"]
    assert table.header == ("Допрошенный", "Названный", "Дата", "Лист")
    assert [record.cells for record in table.records] == [
        ("Иванов И. П.", "Петров", "1937-08-05", "12"), ("Иванов И. П.", "Élie", "1937-08-06", "12.5"),
        ("Сидорова", "Петров", "VIII.1937", "13 об."),
    ]  # fmt: skip
    assert table.remarks[0] == "merged cells were filled into all rows that they cover: 1"
    assert "only values are read" in table.remarks[1]
    (tmp_path / "broken.xls").write_bytes(b"<html><table><tr><td>no workbook</td></tr></table></html>")
    with pytest.raises(IntakeError, match="not a workbook that can be read"):
        read_tables(tmp_path / "broken.xls")
