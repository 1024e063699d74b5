"""Coverage over draws of who is who, stratum by stratum, and lists that cite one another."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pyarrow as pa
import pytest

from greatfear.archive import Archive
from greatfear.errors import FaultList
from greatfear.recover.coverage_parts import cited_lists
from greatfear.recover.coverage_result import coverage
from greatfear.recover.survey_result import survey
from verification.recover_names import make_names


def two_strata(seed: int) -> tuple[dict[str, list[object]], int]:
    """Return a row a person on two strata with different chances to be listed, and the number of all persons."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, ...]] = []
    for size, chance, value in ((900, 0.5, 0), (900, 0.25, 1)):
        on = rng.random((size, 3)) < chance
        rows += [(*map(int, row), value) for row in on if row.any()]
    columns = list(zip(*rows, strict=True))
    table: dict[str, list[object]] = {name: list(columns[k]) for k, name in enumerate("ABC")}
    return table | {"stratum": [f"s{value}" for value in columns[3]]}, 1800


def test_strata_are_answered_each_and_added_up() -> None:
    table, total = two_strata(3)
    found = coverage(table, by="stratum", n_boot=0, effort=0.1)
    strata = found.tables["strata"].to_pylist()
    assert [row["stratum"] for row in strata] == ["s0", "s1"]
    assert sum(row["low"] for row in strata) < total < sum(row["high"] for row in strata)
    assert "By stratum" in found.words[1]
    with pytest.raises(FaultList, match="a column of the lists"):
        coverage(table, by="colour")


def test_an_answer_over_draws_of_who_is_who() -> None:
    rng = np.random.default_rng(8)
    entries = [(p, name) for name in "ABC" for p in np.flatnonzero(rng.random(600) < 0.5).tolist()]
    table: dict[str, list[object]] = {
        "record": [f"r{k}" for k in range(len(entries))],
        "list": [name for _, name in entries],
    }
    right = [p for p, _ in entries]
    split = [p if rng.random() < 0.9 else 10_000 + k for k, p in enumerate(right)]
    draws = {"record": table["record"], "draw_0": right, "draw_1": split}
    found = coverage(table, partitions=draws, n_boot=0, effort=0.1)
    rows = found.tables["draws"].to_pylist()
    assert rows[0]["persons_on_lists"] < rows[1]["persons_on_lists"], (
        "records of one person that are held apart are more persons"
    )
    assert rows[0]["low"] < 600 < rows[0]["high"]
    assert "Who is who is uncertain: over 2 draws" in found.summary()
    with pytest.raises(FaultList, match="draw_00"):
        coverage(table, partitions={"record": ["r1"]})


def test_a_list_made_from_another_is_seen() -> None:
    rng = np.random.default_rng(2)
    speaker = rng.integers(0, 100, 400).astype(np.int32)
    subject = rng.integers(200, 500, 400).astype(np.int32)
    on_b = {int(p) for s, p in zip(speaker, subject, strict=True) if s < 50}  # whom the first fifty named
    mentions = [(p, "A") for p in range(50)] + [(p, "B") for p in sorted(on_b)]
    mentions += [(p, "C") for p in rng.permutation(500)[:200].tolist()]
    person, names = zip(*mentions, strict=True)
    statements = {"statement": np.arange(400, dtype=np.int32), "speaker": speaker, "subject": subject,
                  "time": np.arange(400.0), "precision": ["day"] * 400, "channel": ["interrogation"] * 400}  # fmt: skip
    persons = {"person": np.arange(500, dtype=np.int32), "id": [f"P{k}" for k in range(500)]}
    tables = {"persons": pa.table(persons), "statements": pa.table(statements)}
    tables["mentions"] = pa.table({"person": np.array(person, np.int32), "list": list(names)})
    archive = Archive.from_tables(tables, epoch=dt.date(1700, 1, 1))
    failed = [check.name for check in cited_lists(archive) if not check.passed]
    assert failed == ["list B follows list A"]
    table = {"person": ["1", "1", "2", "2"], "list": ["A", "B", "A", "B"], "cites": ["", "A", "", ""]}
    assert [check.value for check in cited_lists(table)] == [0.25]


def test_a_survey_gives_the_draws_of_names_to_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = make_names(25, 21)
    n = len(made["record"])
    more = {"name": made["name"], "region": made["place"], "unit": made["unit"]}
    persons = {"person": np.arange(n, dtype=np.int32), "id": [f"P{k}" for k in range(n)], **more}
    mentions = {"person": np.arange(n, dtype=np.int32), "list": ["ABC"[k % 3] for k in range(n)]}
    tables = {"persons": pa.table(persons), "mentions": pa.table(mentions)}
    archive = Archive.from_tables(tables, epoch=dt.date(1700, 1, 1))
    monkeypatch.setattr("greatfear.recover.survey_result.ORDER", ("aliases", "coverage"))
    monkeypatch.setattr("greatfear.recover.coverage", partial(coverage, n_boot=0, effort=0.05))
    monkeypatch.setattr("greatfear.recover.coverage_parts._DRAWS", 2)
    found = survey(archive).results
    partitions = found["aliases"].tables["partitions"]
    draws = found["coverage"].tables["draws"]
    persons_in_first = len(set(partitions.column(sorted(partitions.column_names)[0]).to_pylist()))
    assert draws.column("persons_on_lists").to_pylist()[0] == persons_in_first < n
    assert draws.num_rows == 2
    bare = {"persons": tables["persons"].drop_columns("name"), "mentions": tables["mentions"]}
    unnamed = survey(Archive.from_tables(bare, epoch=dt.date(1700, 1, 1))).results["coverage"]
    assert "draws" not in unnamed.tables
