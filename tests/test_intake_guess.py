"""Guesses: in eight languages, with certainty and reason; silent where nothing is understood."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from greatfear.intake_tables import intake
from greatfear.intake_tables.guess import guess_lines
from greatfear.intake_tables.guess_text import guess_text
from greatfear.intake_tables.guess_words import meaning_of

REAL = Path(os.environ.get("GREATFEAR_DATA", "")) / "real"
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="no real tables here: set GREATFEAR_DATA to their folder")
HEADERS = {
    "English": ("Denouncer", "Accused", "Date", "Charges"),
    "Russian": ("Заявитель", "Обвиняемый", "Дата доноса", "Обвинение"),
    "German": ("Denunziant", "Beschuldigter", "Datum", "Vorwurf"),
    "French": ("dénonciateur", "accusé", "date", "chef d'accusation"),
    "Italian": ("accusatore", "imputato", "giorno", "reato"),
    "Latin": ("delator", "reus", "dies", "crimen"),
    "Spanish": ("testigo", "acusado", "fecha", "delito"),
    "Polish": ("Świadek", "Oskarżony", "data", "zarzut"),
}


@pytest.mark.parametrize("language", HEADERS)
def test_headers_of_eight_languages(language: str) -> None:
    header = HEADERS[language]
    assert [meaning_of(name).role for name in header] == ["speaker", "subject", "date", "charge"]
    rows = [dict(zip(header, row, strict=True)) for row in (("A", "B", "5.8.1937", "x"), ("B", "C", "17.9.1937", "y"))]
    made = guess_lines({"t": rows})
    rule = made.map["tables"][0]["makes"][0]
    assert (rule["speaker"], rule["subject"], rule["time"]) == header[:3]
    assert made.map["tables"][0]["dates"] == "day first"
    assert made.left["t"] == [
        f"{header[3]} (charges: nothing is proposed for them; 'details' of a statement can keep them)"
    ]
    assert intake({"t": rows}, made.map).tables["statements"].num_rows == 2


def test_words_that_mean_nothing_are_not_understood() -> None:
    for header in ("xyz", "hat size", "Fromage", "toto", "colour"):
        assert meaning_of(header).role == "", header


def test_a_guess_says_what_it_cannot_tell() -> None:
    rows = [
        {"from": "A", "to": "B", "when": "5.8.37", "gender": "1"},
        {"from": "B", "to": "C", "when": "6.8.37", "gender": "0"},
    ]
    made = guess_lines({"t": rows})
    rule = made.map["tables"][0]["makes"][0]
    assert "time" not in rule
    text = guess_text(made)
    assert "years of two figures" in text
    assert "unsure: nothing says that these pairs are accusations" in text
    assert yaml.safe_load(text) == made.map
    prose = [
        {"id": str(i), "words": "He said that he had been there with many others, and more. " * 2} for i in range(3)
    ]
    assert guess_lines({"t": prose}).left["t"] == [
        "words (prose: nothing is proposed for it; 'details' of a statement can keep it)"
    ]
    people = [{"id": "A", "gender": "1"}, {"id": "B", "gender": "0"}]
    assert guess_lines({"t": people}).map["tables"][0]["makes"][0]["attributes"] == {
        "gender": {"column": "gender", "type": "flag"}
    }


def test_the_order_of_day_and_month_is_told_only_by_the_values() -> None:
    def line(*days: str) -> tuple[Any, str]:
        made = guess_lines({"t": [{"from": "A", "to": "B", "date": day} for day in days]})
        return made.map["tables"][0]["dates"], made.lines["tables", 0, "dates"].certainty

    assert line("5/8/1937", "17/8/1937") == ("day first", "likely")
    assert line("5/8/1937", "8/17/1937") == ("month first", "likely")
    assert line("5/8/1937") == ("day first", "unsure")


@needs_data
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("bologna/df_edges.tsv", "bologna/df_nodes.tsv"), {"persons": 663, "statements": 1074}),
        (("icews14_accusations/accusations.tsv",), {"persons": 753, "statements": 1132}),
        (("montagna_headerless/calls.csv",), {"persons": 100, "statements": 150}),
    ],
)
def test_guesses_for_real_tables_give_their_counts(files: tuple[str, ...], expected: dict[str, int]) -> None:
    paths = [REAL / file for file in files]
    taken = intake(paths, yaml.safe_load(guess_text(guess_lines(paths))))
    assert {name: taken.tables[name].num_rows for name in expected} == expected
