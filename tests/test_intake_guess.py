"""Guesses: in eight languages, with certainty and reason; silent where nothing is understood."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from greatfear.intake_tables import intake
from greatfear.intake_tables.guess import guess, guess_lines
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


SETS: dict[str, tuple[str, dict[str, Any]]] = {
    "hearings": (
        "Witness,Person named,Hearing date,Occupation of the named\nM.,E. D.,1951-09-19,actor\nM.,D. P.,1951-09-19,writer\n",
        {"speaker": "Witness", "subject": "Person named", "time": "Hearing date"},
    ),
    "reports": (
        "IM;Zielperson;Datum des Berichts;Führungsoffizier\nG.;Müller, Anna;12.03.1975;K.\nE.;Schulz, Karl;30.11.1976;B.\n",
        {"speaker": "IM", "subject": "Zielperson", "time": "Datum des Berichts"},
    ),
    "inquisition": (
        "Reo,Denunciante,Fecha de la denuncia,Tribunal\nJuan,María,12/03/1527,Toledo\nAna,María,25/04/1527,Toledo\n",
        {"speaker": "Denunciante", "subject": "Reo", "time": "Fecha de la denuncia"},
    ),
    "letters": (
        "N°,Auteur de la lettre,Personne dénoncée,Date d'envoi,Destinataire\n1,D.,Lévy,12/2/1942,C.\n2,D.,M.,28/3/1942,K.\n",
        {"speaker": "Auteur de la lettre", "subject": "Personne dénoncée", "time": "Date d'envoi"},
    ),
    "agents": (
        "Lp.;Donosiciel;Osoba wskazana;Data\n1;TW Adam;Jan K.;12.05.1953\n2;TW Ewa;Piotr N.;31.05.1953\n",
        {"speaker": "Donosiciel", "subject": "Osoba wskazana", "time": "Data"},
    ),
    "depositions": (
        "text_id\tdeponent\tincriminated\tdate_of_deposition\n12\tBernard\tPierre\t1321-03-05\n13\tPierre\tGuillaume\t1324\n",
        {"speaker": "deponent", "subject": "incriminated", "time": "date_of_deposition"},
    ),
    "protocols": (
        "Nr;Verhörte Person;Genannte Personen;Verhört am\n1;Eva;Anna S.;3. Juli 1628\n2;Anna S.;Hans, Eva;12. Juli 1628\n",
        {"speaker": "Verhörte Person", "subject": {"column": "Genannte Personen", "split": ", "}, "time": "Verhört am"},
    ),
    "trust": (
        "SOURCE,TARGET,RATING,TIME\n6,2,4,1289241911.72836\n6,5,2,1289241941.53378\n1,15,1,1289243140.39049\n",
        {"speaker": "SOURCE", "subject": "TARGET", "time": {"seconds": "TIME"}},
    ),
    "edges": (
        "id,source_id,target_id,weight,date\n1,14,101,2,2003-05-01\n2,18,19,5,2003-05-02\n3,19,18,6,2003-05-08\n",
        {"speaker": "source_id", "subject": "target_id", "time": "date"},
    ),
    "headless": ("A12\tB7\t1937-08-05\nB7\tC1\t1937-08-09\n", {"speaker": "column 1", "subject": "column 2", "time": "column 3"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_tables_shaped_like_public_ones_are_usable(name: str) -> None:
    text, expected = SETS[name]
    made = guess_lines({name: text.encode()})
    (rule,) = made.map["tables"][0]["makes"]
    assert {key: rule[key] for key in expected} == expected
    taken = intake({name: text.encode()}, made.map)
    assert taken.report.dates is not None
    assert taken.report.tables[0].left_out == 0


def test_dates_in_a_table_of_persons_become_acts() -> None:
    text = (
        "ФИО;Год рождения;Дата ареста;Статья;Дата расстрела\nИванов И. П.;1893;5 августа 1937 г.;58-10;12 октября 1937 г.\n"
        "Петров П.;1901;07.09.1937;58-7;\nСидорова А.;1911;1937;58-10;\n"
    ).encode()
    made = guess_lines({"t": text})
    assert [rule["into"] for rule in made.map["tables"][0]["makes"]] == ["persons", "acts", "acts"]
    taken = intake({"t": text}, made.map)
    kinds = taken.tables["acts"].column("kind").to_pylist()
    assert sorted(kinds) == ["arrest", "arrest", "arrest", "death"]


def test_two_tables_of_one_id_are_not_both_persons() -> None:
    people = b"PersonRef,FirstName,Sex\nA1,Mareon,Female\nA2,Ewfame,Female\n"
    trials = b"PersonRef,Trial_no\nA1,4\nA2,9\n"
    made = guess_lines({"trials": trials, "people": people})
    assert [entry["table"] for entry in made.map["tables"]] == ["people"]
    assert any("stand in another table" in told for told in made.left["trials"])


def test_headers_of_several_words_mean_their_first_noun() -> None:
    expected = {
        "Month of Accusation": "", "Occupation of the named": "", "Date of birth": "birth", "Год рождения": "birth",
        "Accused name": "subject", "Date of the deposition": "date", "source_id": "speaker", "person_id": "id",
    }  # fmt: skip
    assert {header: meaning_of(header).role for header in expected} == expected


def proposed(text: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the rules proposed for one table of commas, and how sure each line of the first rule is."""
    made = guess_lines({"t": text.encode()})
    how = {str(path[-1]): line.certainty for path, line in made.lines.items() if "makes" in path}
    return made.map["tables"][0]["makes"], how


@pytest.mark.parametrize(
    ("header", "time"),
    [
        ("Zeuge,Beschuldigte,Jahr,Monat,Tag", {"year": "Jahr", "month": "Monat", "day": "Tag"}),
        ("dénonciateur,dénoncé,an,mois,jour", {"year": "an", "month": "mois", "day": "jour"}),
        ("Przesłuchiwany,Wskazani,Rok,Miesiąc,Sygnatura", {"year": "Rok", "month": "Miesiąc"}),
    ],
)
def test_years_months_and_days_in_columns_are_one_date(header: str, time: dict[str, str]) -> None:
    rows = "".join(f"A{i},B{i},1629,{i % 12},{i}\n" for i in range(1, 20))
    assert proposed(f"{header}\n{rows}")[0][0]["time"] == time


def test_the_day_of_an_arrest_is_not_surely_that_of_a_statement() -> None:
    rows = "".join(f"Иванов {i},{i % 9 + 10}.03.1937,Петров {i} и Сидоров {i}\n" for i in range(12))
    (rule,), how = proposed("ФИО арестованного,Дата ареста,Кем назван\n" + rows)
    assert (rule["speaker"], rule["subject"]) == ({"column": "Кем назван", "split": " и "}, "ФИО арестованного")
    assert how["time"] == "unsure"


def test_first_names_and_surnames_are_one_name() -> None:
    rows = "".join(f"P{i},Smith,Ann,1880\n" for i in range(12))
    (rule,), _ = proposed("person_id,surname,first name,born\n" + rows)
    assert rule["name"] == {"columns": ["first name", "surname"], "between": " "}
    assert rule["attributes"] == {"born": {"column": "born", "type": "integer"}}


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("Nr;Datum;Aussage von;gegen", ("id", "date", "speaker", "subject")),
        ("№;Дата;Кто показал;На кого показал", ("id", "date", "speaker", "subject")),
        ("N°;Date;Déposant;Contre", ("id", "date", "speaker", "subject")),
        ("Lp.;Data;Kto zeznał;Przeciwko komu", ("id", "date", "speaker", "subject")),
        ("Carta;Data;Teste;Contro", ("", "date", "speaker", "subject")),
        ("Aktenzeichen;Eingangsdatum;Hinweisgeber;Beschuldigte Person", ("", "date", "speaker", "subject")),
    ],
)
def test_headers_that_ask_who_and_against_whom(header: str, roles: tuple[str, ...]) -> None:
    assert tuple(meaning_of(name).role for name in header.split(";")) == roles


def test_numbers_of_rows_are_not_surely_persons(tmp_path: Path) -> None:
    table = tmp_path / "register.csv"
    table.write_text("Nr;Ort;Strafe\n1;Ulm;Haft\n2;Bonn;Tod\n3;Ulm;\n")
    assert 'id: "Nr"  # unsure' in guess_text(guess_lines(table))
    table.write_text("Nr;Nachname;Strafe\n1;Roth;Haft\n2;Klein;Tod\n3;Ulmer;\n")
    assert 'id: "Nr"  # likely' in guess_text(guess_lines(table))


def test_a_few_letters_of_another_encoding_are_told(tmp_path: Path) -> None:
    table = tmp_path / "register.csv"
    table.write_bytes(
        "Nr;Aussage von;gegen\n1;M\u00fcller;Schmidt\n2;Schmidt;Weber\n3;Weber;M\u00fcller\n".encode("cp1252")
    )
    assert 'encoding: "windows-1252"  # unsure' in guess_text(guess_lines(table))


def _sets() -> dict[str, tuple[str, str, str]]:
    """Return tables in eight languages as an archive keeps them: by text, the columns of speaker, persons named and date."""

    def table(head: str, *rows: str) -> str:
        return "\n".join((head, *rows * 3)) + "\n"

    return {
        table("№;Дата допроса;Ф.И.О. допрошенного;Назвал(а) участниками", '1;05.08.1937;Иванов И.И.;"Петров А.А.; Орлов К.К."',
              '2;15.08.1937;Петров А.А.;"Иванов И.И.; Орлов К.К."'): (
            "Ф.И.О. допрошенного", "Назвал(а) участниками", "Дата допроса"
        ),
        table("Signatur;Datum der Anzeige;Denunziant/in;Denunzierte Person;Stelle", "R 1;13.8.1941;Anna Roth;Peter Vogt;Gestapo",
              "R 2;14.8.1941;Peter Vogt;Anna Roth;Gestapo"): ("Denunziant/in", "Denunzierte Person", "Datum der Anzeige"),
        table("N°,Date,Témoin,A dénoncé,Âge", "1,3 mars 1610,Jean Dupont,Anne Martin et Pierre Noël,40",
              "2,4 mars 1610,Anne Martin,Jean Dupont,30"): ("Témoin", "A dénoncé", "Date"),
        table("carta\tdata\tinquisito\tcomplici nominati", "c. 1r\t20.1.1335\tUgo Conti\tPietro Neri, Anna Gallo",
              "c. 2r\t21.1.1335\tPietro Neri\tUgo Conti, Anna Gallo"): ("inquisito", "complici nominati", "data"),
        table("Nº exp.,Fecha,Delator,Denunciado", "1,3 de mayo de 1610,Juan Pérez,Ana Gómez",
              "2,4 de mayo de 1610,Ana Gómez,Juan Pérez"): ("Delator", "Denunciado", "Fecha"),
        table("Sygnatura;Data donosu;Informator;Dotyczy osoby", "IPN 1;3 marca 1951;Jan Kowalski;Zofia Wąż",
              "IPN 2;4 marca 1951;Zofia Wąż;Jan Kowalski"): ("Informator", "Dotyczy osoby", "Data donosu"),
        table("folium,dies,deponens,culpati,inquisitor", "f. 1,3 Februarii 1335,Petrus,Martinus; Guillelmus,fr. Albertus",
              "f. 2,4 Februarii 1335,Martinus,Petrus; Guillelmus,fr. Albertus"): ("deponens", "culpati", "dies"),
        table("Ref,Interrogated on,Prisoner,Persons named,Interrogator", "1,23/6/1683,John Smith,Mary Brown; Anne Clark,Jenkins",
              "2,24/6/1683,Mary Brown,John Smith; Anne Clark,Jenkins"): ("Prisoner", "Persons named", "Interrogated on"),
    }  # fmt: skip


@pytest.mark.parametrize(("text", "columns"), _sets().items(), ids=["ru", "de", "fr", "it", "es", "pl", "la", "en"])
def test_registers_in_eight_languages_are_understood(text: str, columns: tuple[str, str, str]) -> None:
    (rule,) = guess({"t": text.encode()})["tables"][0]["makes"]
    ends = (rule[key]["column"] if isinstance(rule[key], dict) else rule[key] for key in ("speaker", "subject"))
    assert (*ends, rule["time"]) == columns


def test_a_year_beside_days_is_an_unsure_date() -> None:
    text = "anno,dies,testis,nominatus\n1335,3 Ianuarii,A,B\n1335,4 Ianuarii,B,A\n"
    made = guess_lines({"t": text.encode()})
    assert made.lines["tables", 0, "makes", 0, "time"].certainty == "unsure"


def test_a_guess_tells_what_a_workbook_holds_beside_its_values(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["from", "to"], ["A", "B"], ["B", "A"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "t.xlsx")
    assert "# t: hidden in the workbook and read like the others: 1 row (3)" in guess_text(
        guess_lines([tmp_path / "t.xlsx"])
    )


@pytest.mark.parametrize(
    ("text", "into"),
    [
        ("dep_id,dep_name,acc_name\n1,Ann,Sarah\n2,Mary,Tituba\n", ["unsure"]),
        ("Last Name,First Name,Accused Last,Accused First\nPutnam,Ann,Good,Sarah\nWalcott,Mary,Osborne,Sarah\n", []),
        ("Lfd. Nr.;Name des Richters;Besagte Person\n1;Kern;Else\n2;Voit;Anna\n", []),
        ("Lfd. Nr.;Name des Besagers;Besagte Person\n1;Kern;Else\n2;Voit;Anna\n", ["statements"]),
        ("Who accused?;Who was accused?;When?\nAnn;Sarah;1692\nMary;Tituba;1692\n", ["statements"]),
        ("№ п/п;Имя обвинителя;Имя обвиняемого\n1;Анна;Пётр\n2;Иван;Павел\n", []),
    ],
)
def test_two_persons_in_a_row_are_not_surely_one(text: str, into: list[str]) -> None:
    made = guess_lines({"t": text.encode()})
    found = [rule["into"] for entry in made.map["tables"] for rule in entry["makes"]]
    sure = [made.lines["tables", 0, "makes", 0, "id"].certainty] if found == ["persons"] else found
    assert sure == into
