"""The ledger: known answers on Giaveno to the person, a naive twin, purposes, refusals, speed."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import greatfear as gf
from greatfear.archive import Archive
from greatfear.cli import main
from greatfear.errors import FaultList, UnknownNameError
from greatfear.recover.ledger_echo import _choices, echo_table
from greatfear.recover.ledger_groups import pairs_of, to_strike
from greatfear.recover.ledger_rows import read_namings
from greatfear.recover.purpose import ask_for_purpose
from reference import ledger as naive

EPOCH = dt.date(1700, 1, 1)
NAN = float("nan")


@pytest.fixture(scope="module")
def giaveno() -> gf.recover.Result:
    return gf.recover.ledger(gf.datasets.giaveno_1335())


def row_of(result: gf.recover.Result, name: str) -> list[int]:
    (row,) = [row for row in result.tables["filters"].to_pylist() if row["filter"] == name]
    return [row[column] for column in ("namings", "with_1", "with_2", "with_3")]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("all", [906, 254, 114, 76]),
        ("untortured", [783, 220, 104, 68]),
        ("free", [113, 73, 19, 7]),
        ("kin joined", [906, 254, 110, 73]),
    ],
)
def test_giaveno_is_counted_to_the_person(giaveno: gf.recover.Result, name: str, counts: list[int]) -> None:
    assert row_of(giaveno, name) == counts


def test_giaveno_rests_on_few(giaveno: gf.recover.Result) -> None:
    persons, speakers = giaveno.table.to_pylist(), {row["id"]: row for row in giaveno.tables["speakers"].to_pylist()}
    assert sum(row["n_speakers"] == 1 for row in persons) == 140
    assert len(speakers) == 92
    assert max(speakers.values(), key=lambda row: row["rest_on_this_speaker_alone"])["id"] == "P0053"
    assert speakers["P0053"]["rest_on_this_speaker_alone"] == 24
    assert speakers["P0055"]["fall_below_2"] == max(row["fall_below_2"] for row in speakers.values()) == 6
    days = giaveno.tables["days"]
    assert sum(days.column("namings").to_pylist()) == 902
    assert sum(days.column("first_day_of_the_name").to_pylist()) == 271
    assert "140 persons rest on the word of one speaker, 24 of them on P0053 alone" in giaveno.summary()


def made(
    rng: np.random.Generator, n: int, n_persons: int
) -> tuple[Archive, list[dict[str, Any]], list[dict[str, Any]], set[Any]]:
    """Return a random archive, its statements and acts as rows, and its kin ties."""
    day = np.sort(rng.integers(0, 6, n)).astype(float)
    day[rng.random(n) < 0.15] = NAN
    day = np.r_[day[~np.isnan(day)], day[np.isnan(day)]]
    said = {
        "time": day, "precision": np.where(np.isnan(day), "unknown", "day").tolist(),
        "speaker": rng.integers(-1, n_persons, n).astype(np.int32), "subject": rng.integers(0, n_persons, n).astype(np.int32),
        "channel": ["interrogation"] * n, "office": rng.integers(-1, 2, n).astype(np.int32),
        "pressure": rng.choice([NAN, 0.2, 1.0], n, p=[0.5, 0.4, 0.1]).astype(np.float32),
        "prompted": rng.integers(-1, 2, n).astype(np.int8), "statement": np.arange(n, dtype=np.int32),
    }  # fmt: skip
    m = n // 3
    when = np.r_[np.sort(rng.integers(0, 6, m - 1)).astype(float), NAN]
    acts = {
        "act": np.arange(m, dtype=np.int32), "time": when, "precision": np.where(np.isnan(when), "unknown", "day").tolist(),
        "person": rng.integers(0, n_persons, m).astype(np.int32), "kind": rng.choice(["summons", "interrogation"], m).tolist(),
        "cause": ["unknown"] * m, "outcome": ["none"] * m, "pressure": rng.choice([NAN, 0.3, 1.0], m).astype(np.float32),
    }  # fmt: skip
    kin = {(int(a), int(b)) for a, b in rng.integers(0, n_persons, (n_persons, 2)) if a != b}
    a, b = (np.array(x, np.int32) for x in zip(*kin, strict=True))
    ties = {"a": a, "b": b, "kind": ["kin"] * len(kin), "directed": np.zeros(len(kin), np.int8)}
    persons = {"person": np.arange(n_persons, dtype=np.int32), "id": [f"P{k}" for k in range(n_persons)]}
    tables = {"persons": persons, "statements": said, "acts": acts, "ties": ties}
    archive = Archive.from_tables({name: pa.table(columns) for name, columns in tables.items()}, epoch=EPOCH)
    plain = [pa.table(part).to_pylist() for part in (said, acts)]
    for row in (*plain[0], *plain[1]):
        row["time"] = None if np.isnan(row["time"]) else row["time"]
    return archive, plain[0], plain[1], kin


FILTERS = (
    "all",
    "untortured",
    "both untortured",
    "unprompted",
    "unsummoned",
    "first by speaker",
    "new to the office",
    "free",
)


@pytest.mark.parametrize("seed", range(6))
def test_counts_are_those_of_the_twin(seed: int) -> None:
    archive, said, acts, kin = made(np.random.default_rng(seed), 60, 9)
    result = gf.recover.ledger(archive)
    for name in FILTERS:
        rows = naive.kept(said, acts, name)
        counts = naive.n_speakers(rows).values()
        assert row_of(result, name) == [len(rows), *(sum(n >= k for n in counts) for k in (1, 2, 3))], name
    joined = naive.n_joined(naive.kept(said, acts, "all"), kin)
    assert {row["person"]: row["n_speakers_kin_joined"] for row in result.table.to_pylist()} == joined
    planted = [row | {"pressure": 1.0} for row in said]
    assert row_of(result, "untortured")[0] != len(naive.kept(planted, acts, "untortured")), "the twin sees a difference"


@pytest.mark.parametrize("seed", range(8))
def test_the_least_number_to_strike_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    speakers = np.arange(int(rng.integers(1, 9)))
    heads = rng.integers(0, len(speakers), len(speakers))
    pairs = pairs_of(np.full(len(speakers), 9), speakers, 10)
    for k in (1, 2, 3):
        found = to_strike(pairs, heads, k)[9]
        assert found == naive.to_strike(dict(zip(speakers.tolist(), heads.tolist(), strict=True)), k)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "holds no statements"),
        ({"speaker": [-1, -1], "subject": [0, 1]}, "None of the 2 statements has a known speaker"),
        ({"speaker": [1, -1], "subject": [1, 1]}, "1 without a speaker, 1 about the speaker"),
    ],
)
def test_what_cannot_be_counted_is_said(said: dict[str, list[int]], words: str) -> None:
    n = len(said.get("speaker", []))
    tables = {"persons": pa.table({"person": pa.array([0, 1, 2], pa.int32()), "id": ["a", "b", "c"]})}
    if n:
        common = {
            "statement": list(range(n)),
            "time": [NAN] * n,
            "precision": ["unknown"] * n,
            "channel": ["report"] * n,
        }
        tables["statements"] = pa.table(common | said)
    result = gf.recover.ledger(Archive.from_tables(tables, epoch=EPOCH))
    assert result.verdict == "cannot tell"
    assert words in result.words[0]
    assert result.table.num_rows == 0


def test_one_speaker_shows_nothing_of_earlier_words() -> None:
    n = 30
    said = {"statement": list(range(n)), "time": [float(k) for k in range(n)], "precision": ["day"] * n,
            "channel": ["report"] * n, "speaker": [0] * n, "subject": [1 + k // 2 for k in range(n)]}  # fmt: skip
    persons = pa.table({"person": pa.array(range(n), pa.int32()), "id": [f"P{k}" for k in range(n)]})

    def told() -> str:
        return " ".join(
            gf.recover.ledger(
                Archive.from_tables({"persons": persons, "statements": pa.table(said)}, epoch=EPOCH)
            ).words
        )

    assert "earlier words" not in told()
    said["speaker"] = [20 + k % 2 for k in range(n)]
    assert "earlier words" in told()


def test_one_speaker_no_dates_and_a_thousand_duplicates() -> None:
    n = 1000
    said = {"statement": list(range(n)), "time": [NAN] * n, "precision": ["unknown"] * n, "channel": ["report"] * n,
            "speaker": [0] * n, "subject": [1] * n}  # fmt: skip
    persons = pa.table({"person": pa.array([0, 1], pa.int32()), "id": ["a", "b"]})
    result = gf.recover.ledger(Archive.from_tables({"persons": persons, "statements": pa.table(said)}, epoch=EPOCH))
    assert row_of(result, "all") == [n, 1, 0, 0]
    assert "No naming has a day" in result.summary()
    assert result.table.to_pylist()[0]["origins_high"] == 1


def test_what_is_not_recorded_about_freedom_is_said() -> None:
    n = 3
    said = {"statement": list(range(n)), "time": [1.0, 2.0, 3.0], "precision": ["day"] * n, "channel": ["report"] * n,
            "speaker": [0, 1, 2], "subject": [1, 2, 1]}  # fmt: skip
    persons = pa.table({"person": pa.array([0, 1, 2], pa.int32()), "id": ["a", "b", "c"]})
    text = gf.recover.ledger(
        Archive.from_tables({"persons": persons, "statements": pa.table(said)}, epoch=EPOCH)
    ).summary()
    assert "cannot tell which of these namings were given freely" in text
    assert "remain" not in text


def test_living_memory_asks_for_a_purpose() -> None:
    young = Archive.from_tables({}, epoch=dt.date(1960, 1, 1), end=dt.date(1970, 1, 1))
    with pytest.raises(FaultList, match="--purpose"):
        ask_for_purpose(young, None, today=dt.date(2026, 1, 1))
    assert ask_for_purpose(young, "a thesis", today=dt.date(2026, 1, 1)) == {"purpose": "a thesis"}
    assert ask_for_purpose(young, None, today=dt.date(2051, 1, 1)) == {}
    assert gf.recover.ledger(young, purpose="a thesis").settings["purpose"] == "a thesis"
    with pytest.raises(FaultList, match="whole number"):
        gf.recover.ledger(young, k=0, purpose="x")


def test_the_command_writes_tables_figures_and_words(
    giaveno: gf.recover.Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from greatfear.record.writing import write_archive

    archive = gf.datasets.giaveno_1335()
    write_archive(
        tmp_path / "a",
        dict(archive.tables),
        epoch=archive.epoch,
        end=archive.end,
        kind="real",
        title="G",
        provenance={},
    )
    assert main(["recover", "ledger", str(tmp_path / "a"), "-o", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["part"], told["verdict"]) == ("ledger", "tells")
    assert pq.read_table(tmp_path / "out/ledger-persons.parquet").num_rows == 254
    assert (tmp_path / "out/ledger-list.svg").read_text().startswith("<?xml")
    assert json.loads((tmp_path / "out/ledger.json").read_text())["tables"]["persons"] == 254
    assert "n speakers 22" in giaveno.why("P0053")
    with pytest.raises(UnknownNameError, match="P9999"):
        giaveno.why("P9999")
    with pytest.raises(UnknownNameError, match="list"):
        giaveno.plot("lost")


@pytest.mark.slow
def test_a_million_statements_take_seconds() -> None:
    rng = np.random.default_rng(1)
    n, m = 1_000_000, 200_000
    said = {
        "statement": np.arange(n, dtype=np.int32), "time": np.sort(rng.uniform(0, 700, n)), "precision": ["day"] * n,
        "speaker": rng.integers(0, m, n).astype(np.int32), "subject": (m * rng.random(n) ** 3).astype(np.int32),
        "channel": ["interrogation"] * n, "office": rng.integers(0, 60, n).astype(np.int32),
    }  # fmt: skip
    persons = {"person": np.arange(m, dtype=np.int32), "id": [f"P{k}" for k in range(m)]}
    archive = Archive.from_tables({"persons": pa.table(persons), "statements": pa.table(said)}, epoch=EPOCH)
    began = time.process_time()
    assert gf.recover.ledger(archive).verdict == "tells"
    assert time.process_time() - began < 20


def choices_by_hand(
    rows: list[tuple[int, int, int, int]], n: int, *, same_day: bool = False
) -> list[tuple[list[int], int]]:
    """Return for each naming (speaker, subject, office, day) the persons of each kind who could be named, and the kind named."""
    found = []
    for i, j, o, d in rows:
        before = [r for r in rows if r[3] < d or (same_day and r[3] == d)]
        kinds = []
        for other in range(n):
            said, heard = (any(r[1] == other and r[k] == v for r in before) for k, v in ((0, i), (2, o)))
            famous = any(r[1] == other for r in before)
            kinds.append(4 if said and heard else 3 if said else 2 if heard else int(famous))
        found.append(([sum(kinds[p] == k for p in range(n) if p != i) for k in range(5)], kinds[j]))
    return found


def test_the_echo_counts_everybody_who_could_have_been_named() -> None:
    rng = np.random.default_rng(5)
    n = 14
    rows = [(int(i), int((i + 1 + rng.integers(n - 1)) % n), int(rng.integers(3)), int(d))
            for i, d in zip(rng.integers(6, size=80), np.sort(rng.integers(25, size=80)), strict=True)]  # fmt: skip
    namings = read_namings(said_by_rows(rows, n))
    found = _choices(namings)
    by_hand = choices_by_hand(rows, n)
    assert sorted(zip(found.count.tolist(), found.kind.tolist(), strict=True)) == sorted(by_hand)
    planted = choices_by_hand(rows, n, same_day=True)
    assert sorted(found.count.tolist()) != sorted(count for count, _ in planted), (
        "words of one day do not precede one another"
    )


@pytest.mark.parametrize(("pull", "low", "high"), [(0.0, -0.06, 0.06), (2.0, 0.28, 0.42)])
def test_the_echo_explains_what_was_put_in_and_nothing_else(pull: float, low: float, high: float) -> None:
    """Names drawn at random, or e^2 times rather if the office had heard them: 0, and what the rule itself makes of it."""
    rng = np.random.default_rng(8)
    n, heard, rows, truth = 400, np.zeros(400, bool), [], []
    for day in range(120):
        weight = np.exp(pull * heard)
        chosen = rng.choice(n, 5, p=weight / weight.sum())
        truth += (heard[chosen] - heard.mean()).tolist()
        rows += [(int((j + 1 + rng.integers(n - 1)) % n), int(j), 0, day) for j in chosen]
        heard[chosen] = True
    row = {r["preference"]: r for r in echo_table(read_namings(said_by_rows(rows, n))).to_pylist()}["office"]
    assert row["explained_low"] - 0.04 < np.mean(truth) < row["explained_high"] + 0.04
    assert low < row["explained"] < high


def said_by_rows(rows: list[tuple[int, int, int, int]], n: int) -> Archive:
    columns = [np.array(column, np.int32) for column in zip(*rows, strict=True)]
    said = {
        "statement": np.arange(len(rows), dtype=np.int32), "time": columns[3].astype(float), "precision": ["day"] * len(rows),
        "speaker": columns[0], "subject": columns[1], "channel": ["interrogation"] * len(rows), "office": columns[2],
    }  # fmt: skip
    persons = {"person": np.arange(n, dtype=np.int32), "id": [f"P{k}" for k in range(n)]}
    return Archive.from_tables({"persons": pa.table(persons), "statements": pa.table(said)}, epoch=EPOCH)
