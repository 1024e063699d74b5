"""Inferred copies: closed answers, a plain twin, roots by enumeration, refusals, input, order, speed in kind."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from greatfear.archive import Archive
from greatfear.errors import FaultList
from greatfear.record.columns import table_from_columns
from greatfear.recover.copies_input import _families, statements_of_table
from greatfear.recover.copies_kernel import root_interval
from greatfear.recover.copies_model import Copying, shares, weigh
from greatfear.recover.copies_result import copies
from reference import copies as twin
from verification.recover_copies import make_statements


def columns(*rows: tuple[str, float, str, str, str, str]) -> dict[str, list[object]]:
    """Rows of key, day, speaker, subject, heard_from, act."""
    names = ("key", "day", "speaker", "subject", "heard_from", "act")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def test_without_details_one_earlier_statement_gives_sigma() -> None:
    table = columns(("1", 1, "a", "x", "", ""), ("2", 5, "b", "x", "", ""))
    told = statements_of_table({name: table[name] for name in ("key", "day", "speaker", "subject")})
    found = weigh(told.texts, shares(told.texts, np.ones(2)), Copying(sigma=0.3))
    assert found.chance.tolist() == pytest.approx([0, 0.3])
    assert found.parent.tolist() == [-1, 0]


def test_equal_rare_details_are_a_copy_and_differing_ones_speak_against() -> None:
    rows = [(str(k), float(k), f"s{k}", f"y{k}", "", f"act {k}") for k in range(300)]
    rows += [("p", 1.0, "a", "x", "", "rare"), ("q", 9.0, "b", "x", "", "rare"), ("r", 12.0, "c", "x", "", "act 1")]
    told = statements_of_table(columns(*rows))
    share = shares(told.texts, np.ones(len(rows)))
    found = weigh(told.texts, share, Copying(sigma=0.3, mu=(0.1,)))
    chance = dict(zip(told.keys, found.chance.tolist(), strict=True))
    assert chance["q"] > 0.98
    assert chance["r"] < 0.06
    assert chance["p"] == 0


def test_a_citation_alone_says_much() -> None:
    table = columns(("1", 1, "a", "x", "", ""), ("2", 5, "b", "x", "a", ""), ("3", 6, "c", "x", "", ""))
    told = statements_of_table(table)
    found = weigh(told.texts, shares(told.texts, np.ones(3)), Copying(sigma=0.3, mu=(0.2,), cites=(0.2, 0.02, 0.02)))
    assert found.chance[1] > 0.9 > found.chance[2]
    assert found.parent[1] == 0


def test_the_kernel_is_its_twin() -> None:
    table, persons, _ = make_statements(120, 4, n_subjects=15)
    told = statements_of_table(table, persons)
    X = told.texts
    assert (X.cited >= 0).any()
    rates = Copying(0.4, 30.0, 3.0, (0.2,) * len(X.kinds), (0.2, 0.05, 0.01))
    share = shares(X, np.ones(len(X.day)))
    found = weigh(X, share, rates)
    value = {
        (kind, int(X.told[e, d])): float(share[e, d])
        for e in range(len(X.day))
        for d, kind in enumerate(X.kinds)
        if X.told[e, d] >= 0
    }
    rows = [
        {
            "day": float(X.day[e]), "speaker": int(X.speaker[e]), "cites": int(X.cited[e]) if X.cited[e] >= 0 else None,
            "place": int(X.near[e, 0]) if X.near[e, 0] >= 0 else None,
            "told": {kind: int(X.told[e, d]) for d, kind in enumerate(X.kinds) if X.told[e, d] >= 0},
        }
        for e in range(len(X.day))
    ]  # fmt: skip
    plain = {
        "sigma": 0.4,
        "tau": 30.0,
        "closer": 3.0,
        "mu": dict.fromkeys(X.kinds, 0.2),
        "cites": (0.2, 0.05, 0.01, 1 / max(len(set(X.speaker.tolist())), 2)),
    }
    slow, wrong = [], []
    for e in range(len(rows)):
        none, parents = twin.parents(rows[e], rows[X.first[e] : e], plain, value)
        slow.append(1 - none)
        wrong.append(1 - twin.parents(rows[e], rows[X.first[e] : e], plain | {"tau": 3.0}, value)[0])
        if found.parent[e] >= 0:
            assert found.parent_chance[e] == pytest.approx(max(parents), abs=1e-12)
    assert found.chance == pytest.approx(np.array(slow), abs=1e-12)
    assert found.chance != pytest.approx(np.array(wrong), abs=1e-4)  # another pace is seen


def test_roots_are_those_of_all_patterns() -> None:
    chance = np.array([0.0, 0.3, 0.9, 0.5, 0.2])
    exact = twin.root_counts(chance.tolist())
    low, high, held = np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1)
    for mass in (0.5, 0.9):
        root_interval(chance, np.array([0, 5]), mass, low, high, held)
        assert held[0] == pytest.approx(sum(exact[low[0] : high[0] + 1]))
        others = [sum(exact[a : a + high[0] - low[0] + 1]) for a in range(6 - high[0] + low[0])]
        assert held[0] == pytest.approx(max(others))
    assert twin.root_counts([0.5, 0.3]) != pytest.approx(twin.root_counts([0.5, 0.4]))  # another chance is seen


def test_made_copies_are_found() -> None:
    table, persons, parent = make_statements(600, 8, n_subjects=100)
    result = copies(table, persons=persons)
    rows = result.tables["statements"].to_pylist()
    copied = np.array([parent[row["key"]] is not None for row in rows])
    p = np.array([row["copy_probability"] for row in rows])
    assert p[copied].mean() > 0.8
    assert p[~copied].mean() < 0.15
    right = [row["parent"] == parent[row["key"]] for row in rows if parent[row["key"]] is not None]
    assert np.mean(right) > 0.8


def test_where_nothing_is_copied_little_is_found() -> None:
    table, persons, _ = make_statements(600, 9, n_subjects=100, copied=0.0)
    result = copies(table, persons=persons)
    assert sum(result.tables["statements"].column("copy_probability").to_pylist()) < 60


def test_names_alone_need_a_range_and_give_it_back() -> None:
    table, persons, _ = make_statements(100, 3, n_subjects=20)
    bare = {name: table[name] for name in ("key", "day", "speaker", "subject")}
    assert copies(bare, persons=persons).verdict == "cannot tell"
    (one_day,) = copies(table | {"day": [1] * len(table["key"])}).words
    assert one_day == "All 100 statements are of one day, so none can be set after another."
    assert not copies(bare, persons=persons).tables
    ranged = copies(bare, persons=persons, share=(0.2, 0.6))
    assert max(ranged.table.column("copy_high").to_pylist()) == pytest.approx(0.6)
    assert max(ranged.table.column("copy_low").to_pylist()) == pytest.approx(0.2)
    with pytest.raises(FaultList, match="two shares from 0 to 1, the lower first"):
        copies(bare, share=(0.6, 0.2))


def test_order_of_rows_changes_nothing() -> None:
    table, persons, _ = make_statements(200, 6, n_subjects=40)
    turned = {name: column[::-1] for name, column in table.items()}
    assert copies(table, persons=persons).tables["subjects"].equals(copies(turned, persons=persons).tables["subjects"])


def test_an_archive_with_details_is_read() -> None:
    persons = table_from_columns("persons", {"id": ["A", "B", "C", "X"], "region": ["v", "v", "w", "w"]}, 4)
    statements = table_from_columns(
        "statements", {"speaker": [0, 1, 2], "subject": [3, 3, 3], "time": [1.0, 5.0, 9.0], "precision": ["day"] * 3,
                       "channel": ["interrogation"] * 3, "heard_from": [-1, 0, -1]}, 3,
    )  # fmt: skip
    details = table_from_columns(
        "details", {"statement": [0, 1, 2], "kind": ["act"] * 3, "value": ["storm", "storm", "milk"]}, 3
    )
    archive = Archive.from_tables(
        {"persons": persons, "statements": statements, "details": details}, epoch=dt.date(1692, 1, 1)
    )
    rows = copies(archive).tables["statements"].to_pylist()
    assert [row["id"] for row in rows] == ["X", "X", "X"]
    assert rows[1]["copy_probability"] > rows[2]["copy_probability"]
    assert copies(Archive.from_tables({}, epoch=dt.date(1692, 1, 1))).verdict == "cannot tell"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"key": ["1"], "day": [1]}, ["no column 'speaker'", "no column 'subject'"]),
        ({"key": ["1"], "day": ["May"], "speaker": ["a"], "subject": ["b"]}, ["'May'", "a number of days"]),
        ({"key": ["1", "1"], "day": [1, 2], "speaker": ["a", "b"], "subject": ["x", "x"]}, ["a key more than once"]),
    ],
)
def test_a_table_that_cannot_be_read_says_why(table: dict[str, list[object]], words: list[str]) -> None:
    with pytest.raises(FaultList) as raised:
        copies(table)
    assert all(word in str(raised.value) for word in words), str(raised.value)


def test_a_result_writes_its_figures(tmp_path: Path) -> None:
    table, persons, _ = make_statements(200, 6, n_subjects=40)
    copies(table, persons=persons).write(tmp_path)
    assert {"copies-subject.svg", "copies-roots.svg", "copies-statements.csv"} <= {p.name for p in tmp_path.iterdir()}


def test_recorded_kin_are_one_family_unless_there_are_too_many() -> None:
    persons = table_from_columns("persons", {"id": [f"P{k}" for k in range(30)]}, 30)
    pairs = [(0, 1), (1, 2), *((k, k + 1) for k in range(5, 29))]
    a, b = (list(column) for column in zip(*pairs, strict=True))
    ties = table_from_columns("ties", {"a": a, "b": b, "kind": ["kin"] * len(a), "directed": [0] * len(a)}, len(a))
    family = _families(Archive.from_tables({"persons": persons, "ties": ties}, epoch=dt.date(1692, 1, 1)))
    assert family[0] == family[1] == family[2] >= 0
    assert (family[3:] == -1).all(), "one without kin, and 25 joined by kin, are no family"
