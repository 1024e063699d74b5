"""Rules: names, groups, joins, conditions, causes; keys without an effect; faults told by their cause."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from greatfear.cli import main
from greatfear.errors import IntakeError
from greatfear.intake_tables import Intake, intake, read_map

SAID: dict[str, Any] = {
    "into": "statements",
    "speaker": "by",
    "subject": "of",
    "time": "day",
    "channel": {"constant": "report"},
}


def taken(
    rows: list[dict[str, str]], *rules: dict[str, Any], others: dict[str, Any] | None = None, **more: Any
) -> Intake:
    """Return the intake of a table ``t`` and others, each with its rules."""
    entry = {"table": "t", "makes": list(rules), **more.pop("entry", {})}
    extra = others or {}
    tables = [entry, *({"table": name, "makes": made} for name, (_, made) in extra.items())]
    return intake(
        {"t": rows, **{name: data for name, (data, _) in extra.items()}},
        {"format": 1, "epoch": "1900-01-01", "tables": tables, **more},
    )


def said(made: Intake) -> list[tuple[str | None, str]]:
    """Return who named whom."""
    names = made.tables["persons"].column("id").to_pylist()
    table = made.tables["statements"]
    pairs = zip(table.column("speaker").to_pylist(), table.column("subject").to_pylist(), strict=True)
    return [(None if a < 0 else names[a], names[b]) for a, b in pairs]


ALIASES = {"into": "aliases", "person": "id", "alias": {"column": "also", "split": ";"}}
PERSON = {"into": "persons", "id": "id"}


def test_further_names_mean_their_person_and_ambiguous_ones_are_faults() -> None:
    people = [{"id": "P1", "also": "Anna; the Miller"}, {"id": "P2", "also": "Bo"}]
    rows = [{"by": "the Miller", "of": "Bo", "day": ""}]
    made = taken(rows, SAID, others={"p": (people, [PERSON, ALIASES])})
    assert said(made) == [("P1", "P2")]
    assert any("2 further names" in remark for remark in made.report.remarks)
    people[1]["also"] = "Bo; the Miller"
    with pytest.raises(IntakeError, match="a name of P1, P2"):
        taken(rows, SAID, others={"p": (people, [PERSON, ALIASES])})


def test_a_group_does_not_become_a_person() -> None:
    groups = ([{"id": "G", "who": ""}], [{"into": "groups", "id": "id", "members": "who"}])
    rows = [{"by": "G", "of": "B; C; and others", "day": ""}]
    made = taken(
        rows, {**SAID, "subject": {"column": "of", "split": ";"}}, others={"g": groups}, unnamed=["and others"]
    )
    assert said(made) == [(None, "B"), (None, "C")]
    assert made.tables["details"].select(["kind", "value"]).to_pylist()[:2] == [
        {"kind": "also named", "value": "and others"},
        {"kind": "speaker", "value": "G"},
    ]
    counted = ([{"id": "G", "n": "3"}], [{"into": "groups", "id": "id", "count": "n"}])
    made = taken([{"by": "A", "of": "G", "day": ""}], SAID, others={"g": counted})
    assert made.tables["mentions"].column("name").to_pylist() == ["G (3 persons)"]
    assert made.tables["statements"].num_rows == 0


def test_a_statement_with_circumstance_weight_hearsay_copies_and_details() -> None:
    rule = {
        **SAID,
        "key": "k",
        "heard_from": "h",
        "copy_of": "c",
        "circumstance": "w",
        "weight": "n",
        "details": {"charge": "x"},
    }
    rows = [
        {
            "by": "A",
            "of": "B",
            "day": "1937-02-01",
            "k": "2",
            "h": "C",
            "c": "1",
            "w": "in custody",
            "n": "5",
            "x": "art. 58",
        },
        {"by": "A", "of": "B", "day": "1937-01-01", "k": "1", "h": "", "c": "", "w": "", "n": "", "x": ""},
    ]
    row = taken(rows, rule).tables["statements"].to_pylist()[1]
    assert (row["copy_of"], row["circumstance"], row["weight"]) == (0, "in custody", 5)
    assert taken(rows, rule).archive.check() == []
    rows[0]["c"] = "9"
    with pytest.raises(IntakeError, match="key of a statement"):
        taken(rows, rule)


def test_conditions_compare_match_and_negate() -> None:
    rows = [{"by": "A", "of": str(i), "day": f"193{i}-01-01", "n": str(i)} for i in range(5)]
    for when, expected in (
        ({"n": {"at_least": 3}}, 2),
        ({"n": {"above": 1, "below": 3}}, 1),
        ({"day": {"at_most": "1932-01-01"}}, 3),
        ({"n": {"not": [1, 2]}}, 3),
        ({"n": {"matches": "^[02]$"}}, 2),
        ({"n": {"not_matches": "[02]"}}, 3),
        ([{"n": [0]}, {"n": [4]}], 2),
    ):
        assert taken(rows, {**SAID, "when": when}).tables["statements"].num_rows == expected, when


def test_joins_and_composite_ids() -> None:
    people = [{"no": "1", "sur": "Ivanov", "first": "P"}, {"no": "2", "sur": "Petrov", "first": "I"}]
    columns = {"columns": ["p.sur", "p.first"], "between": " "}
    rows = [{"by": "X", "of": "1", "day": ""}, {"by": "X", "of": "2", "day": ""}]
    made = taken(rows, {**SAID, "subject": columns}, others={"p": (people, [])}, entry={"join": {"p": {"of": "no"}}})
    assert said(made) == [("X", "Ivanov P"), ("X", "Petrov I")]
    people.append(people[0])
    with pytest.raises(IntakeError, match="a key that stands once"):
        taken(rows, {**SAID, "subject": columns}, others={"p": (people, [])}, entry={"join": {"p": {"of": "no"}}})


def test_offices_are_added_only_where_the_map_says_so() -> None:
    rows = [{"by": "A", "of": "B", "day": "", "o": "Court"}]
    with pytest.raises(IntakeError, match="unknown_offices: add"):
        taken(rows, {**SAID, "office": "o"})
    assert taken(rows, {**SAID, "office": "o"}, unknown_offices="add").tables["offices"].column("id").to_pylist() == [
        "Court"
    ]


def test_presumed_causes_are_inferential_and_only_where_the_order_is_known() -> None:
    arrest = {"into": "acts", "when": {"on": "known"}, "person": "of", "kind": {"constant": "arrest"}, "time": "on"}
    rows = [
        {"by": "A", "of": "B", "day": "1937-01-01", "on": "1937-01-20"},
        {"by": "C", "of": "B", "day": "1937-01-10", "on": ""},
        {"by": "C", "of": "D", "day": "1937-01-10", "on": "1938-01-10"},
        {"by": "C", "of": "E", "day": "1937-01-10", "on": "1937-01"},
    ]
    made = taken(rows, SAID, arrest, presume=[{"act": "arrest", "within_days": 30}])
    acts = made.tables["acts"].select(["statement", "cause", "level"]).to_pylist()
    statements = made.tables["statements"].to_pylist()
    known = [act for act in acts if act["cause"] == "statement"]
    assert len(known) == 1
    assert (known[0]["level"], statements[known[0]["statement"]]["time"]) == ("inferential", 13523.0)
    assert made.archive.check() == []


def test_a_tie_that_ends_in_a_year_holds_through_it() -> None:
    tie = {"into": "ties", "a": "a", "b": "b", "kind": {"constant": "kin"}, "end": "end"}
    made = taken([{"a": "A", "b": "B", "end": "1937"}, {"a": "A", "b": "C", "end": "1937-08-05"}], tie)
    assert made.tables["ties"].column("end").to_pylist() == [13879.0, 13730.0]
    assert any("until it is over" in remark for remark in made.report.remarks)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({**SAID, "office": {"column": "o", "split": ";"}}, "'split' has no effect in 'office'"),
        ({**SAID, "speaker": {"constant": "A", "upper": True}}, "upper has no effect"),
        ({**SAID, "speaker": {"column": "by", "type": "number"}}, "'type' has no effect in 'speaker'"),
        ({**SAID, "speaker": {"column": "by", "between": "-"}}, "'between'"),
        ({**SAID, "time": {"year": "y", "format": "%Y"}}, "no effect"),
        ({**SAID, "time": {"days": "d", "month": "m"}}, "belong to 'year'"),
        ({"into": "acts", "person": "of", "kind": "k", "statement": "s"}, "no effect without 'cause'"),
        ({"into": "persons", "id": "by", "attributes": {"time": "x"}}, "the record does not use itself"),
    ],
)
def test_a_key_without_an_effect_is_refused(rule: dict[str, Any], words: str) -> None:
    with pytest.raises(IntakeError, match=words):
        read_map({"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "makes": [rule]}]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": "1899-01-01"},
        {"sources": [{"id": "a", "citation": "x"}, {"id": "a", "citation": "y"}]},
        {"sources": [{"id": "", "citation": "x"}]},
        {"offices": [{"id": ""}]},
        {"tables": [{"table": "t", "makes": []}, {"table": "t", "makes": []}]},
        {"tables": [{"table": "t", "delimiter": ";;", "makes": []}]},
        {"tables": [{"table": "t", "encoding": "rot13", "makes": []}]},
        {"tables": [{"table": "t", "encoding": "zip", "makes": []}]},
        {"tables": [{"table": "t", "encoding": "\0", "makes": []}]},
        {"tables": [{"table": "t", "header": 0, "makes": []}]},
        {"dates": {"zone": "Mars"}},
        {"dates": {"calendar": "maya"}},
        {"dates": {"year_begins": "02-31-1"}},
        {"presume": [{"act": "arrest", "within_days": 5}]},
        {"unnamed": ["("]},
        {"epoch": "soon"},
        {"epoch": "1937-01-01T10:00"},
    ],
)
def test_plausible_mistakes_in_a_map_are_faults_in_our_own_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntakeError) as caught:
        read_map({"format": 1, "epoch": "1900-01-01", "tables": []} | wrong)
    assert not any(word in str(caught.value) for word in ("Input should", "dates provided", "Value error", "pydantic"))


def test_a_constant_of_400_digits_and_a_day_too_far_are_faults() -> None:
    rows = [{"by": "A", "of": "B", "day": "3000001"}]
    for change in (
        {"pressure": {"constant": int("9" * 400)}},
        {"time": {"days": "day"}},
        {"weight": {"constant": 10**400}},
    ):
        with pytest.raises(IntakeError):
            taken(rows, {**SAID, "time": {"constant": "1937"}, **change})
    assert sys.getrecursionlimit() > 0


def test_faults_are_grouped_and_consequences_told_once() -> None:
    people = [{"id": "P1", "rank": "9"}, {"id": "P2", "rank": "0.5"}]
    rows = [{"by": "P1", "of": "P2", "day": "x"}] + [{"by": "P1", "of": "P2", "day": ""}] * 30
    with pytest.raises(IntakeError) as caught:
        taken(rows * 2, SAID, others={"p": (people, [{**PERSON, "seniority": "rank"}])})
    text = str(caught.value)
    assert len(text.splitlines()) == 4
    assert "60 more rows cannot be used because of p row 2" in text
    assert "t: day: 2 faults" in text


def test_an_empty_result_and_an_existing_file_are_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, column_map, faults = tmp_path / "t.csv", tmp_path / "m.json", tmp_path / "faults.json"
    table.write_text("by,of,day\nA,B,x\nC,D,1937-08-05\n")
    column_map.write_text(
        json.dumps(
            {"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "makes": [{**SAID, "when": {"of": ["Z"]}}]}]}
        )
    )
    assert main(["intake", str(table), "--map", str(column_map), "-o", str(tmp_path / "o")]) == 1
    assert "no row that makes anything" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()
    column_map.write_text(json.dumps({"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "makes": [SAID]}]}))
    assert main(["intake", str(table), "--map", str(column_map), "--faults", str(faults)]) == 1
    assert json.loads(faults.read_text())["faults"][0]["place"] == "t row 2: day"
    capsys.readouterr()
    assert main(["intake", str(table), "--map", str(column_map), "--faults", str(faults)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["intake", str(table), "--profile"]) == 0
    assert "2 different" in capsys.readouterr().out


def test_names_that_differ_by_writing_and_several_names_in_a_cell_are_pointed_out() -> None:
    rows = [
        {"by": "Королёв", "of": "A and B", "day": ""},
        {"by": "Королев", "of": "Cохин", "day": ""},
        {"by": "x", "of": "Сохин", "day": ""},
    ]
    text = str(taken(rows, SAID).report)
    assert "2 names of persons written in several ways" in text
    assert "t: of: 1 name with ' and '" in text
