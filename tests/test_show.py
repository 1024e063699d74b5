"""The one table printer: every form says the same, unknown stays unknown, nothing of the data is read as markup."""

from __future__ import annotations

import csv
import io
import json
import math

import pyarrow as pa
import pytest

from greatfear.show.grid import grid, number
from greatfear.show.table import Table
from greatfear.sources import Source, latex_text

TABLE = Table(
    "cases",
    "cases by region",
    {"region": ["north <b>", "south & west", None], "cases": [12_345, 0, None], "share": [0.25, math.nan, 1.0]},
    units={"share": "of all"},
    note="A person was accused.",
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (math.nan, "-"), (0, "0"), (12_345, "12,345"), (1234.6, "1,235"), (0.12345, "0.123"), ("x", "x"),
     (True, "True"), (math.inf, "inf")],
)  # fmt: skip
def test_a_number_is_written_in_one_way(value: object, text: str) -> None:
    assert number(value) == text


def test_text_is_aligned_and_says_what_is_left_out() -> None:
    lines = str(TABLE).splitlines()
    assert lines[0] == "cases: cases by region"
    assert lines[1].endswith("share (of all)")
    assert len({len(line) for line in lines[2:4]} | {len(lines[1])}) == 1
    assert lines[-1] == TABLE.note
    assert "... 2 more rows" in TABLE.to_text(most=1)


def test_unknown_is_never_a_value() -> None:
    assert [row["cases"] for row in csv.DictReader(io.StringIO(TABLE.to_csv()))] == ["12345", "0", ""]
    assert json.loads(TABLE.to_json())["rows"][1] == {"region": "south & west", "cases": 0, "share": None}
    assert TABLE.to_arrow().column("cases").null_count == 1


def test_data_is_not_read_as_markup() -> None:
    assert "<b>" not in TABLE.to_html()
    assert r"south \& west" in TABLE.to_latex()
    assert latex_text("a_b\\c^$") == r"a\_b\textbackslash{}c\textasciicircum{}\$"


def test_no_text_of_a_user_is_markup_for_latex_or_bibtex() -> None:
    hostile = 'A \\input{x} {B} 5 % $x$ & #1 a_b c^2 ~ "Q" {\n\n} Ёж\u2028é\x1b'
    said = latex_text(hostile)
    assert said == (
        r"A \textbackslash{}input\{x\} \{B\} 5 \% \$x\$ \& \#1 a\_b c\textasciicircum{}2 \textasciitilde{} "
        '"Q" ' + r"\{ \} Ёж é"
    )
    entry = Source("a b},{c", hostile, note=hostile, url="https://x.org/a_b?c={d}%20\n", doi="10.1/a_b").bibtex()
    assert entry.splitlines()[0] == "@misc{a-b-c,"
    assert entry.splitlines()[1] == f"  howpublished = {{{said}}},"
    assert "url = {https://x.org/a_b?c=%7Bd%7D%20}" in entry, "an address stands as it is"
    assert len(entry.splitlines()) == 6
    assert entry.replace(r"\{", "").replace(r"\}", "").count("{") == entry.replace(r"\{", "").replace(r"\}", "").count(
        "}"
    )


def test_any_library_that_reads_arrow_takes_a_table() -> None:
    taken = pa.table(TABLE)
    assert taken.shape == TABLE.to_pandas().shape == (3, 3)
    assert taken.schema.metadata[b"note"] == TABLE.note.encode()


def test_a_grid_of_nothing_is_nothing() -> None:
    assert grid([]) == []
