"""Shares explained: planted rates are found again, features are those of a naive walk, refusals have their sentences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import greatfear as gf
from greatfear.errors import FaultList
from greatfear.recover.shares_fit import faded
from greatfear.recover.veracity_design import Design, design_of
from verification.recover_worlds import EPOCH, empty_world, history

RATES = {"suggestion": 1.5, "repetition": 0.15, "hearsay": 0.6, "region": 0.8, "everybody": 0.4}


@pytest.fixture(scope="module")
def told() -> tuple[gf.Archive, Design]:
    archive, _, drawn = history(empty_world(400, 1500, 1, kin=300), RATES, 0, 5)
    return archive, drawn


def test_planted_rates_are_found_again(told: tuple[gf.Archive, Design]) -> None:
    result = gf.recover.shares(told[0])
    assert result.verdict == "tells"
    words = {"suggestion": "suggestion", "repetition": "repetition, for each name said before", "hearsay": "hearsay"}
    rows = result.tables["rates"].to_pylist()
    for part, name in words.items():
        for row in (row for row in rows if row["part"] == name):
            spread = (row["high"] - row["low"]) / 3.29
            assert abs(row["median"] - RATES[part]) < 4 * spread, (part, row)
    every = result.table.to_pylist()[0]
    assert sum(every[part] for part in ("suggestion", "repetition", "hearsay", "other")) == pytest.approx(1.0, abs=1e-6)
    assert all(
        every[f"{part}_low"] <= every[part] <= every[f"{part}_high"] for part in ("suggestion", "repetition", "hearsay")
    )
    shares = result.tables["statements"].to_pandas().filter(like="explained").sum(axis=1)
    assert np.allclose(shares, 1.0)
    assert result.settings["tau"] >= 480


def test_a_record_without_echo_shows_none() -> None:
    archive, _, _ = history(empty_world(400, 800, 2), {"region": 1.5, "everybody": 1.0}, 0, 6)
    every = gf.recover.shares(archive).table.to_pylist()[0]
    assert every["other"] > 0.9


def features_naively(design: Design, tau: float) -> list[list[float]]:
    """Suggestion, repetition and reciprocity of each naming, walked one by one."""
    sat, rows = design.sittings, []
    times = sat.time[design.sitting]
    for e in range(len(design.sitting)):
        before = [q for q in range(len(design.sitting)) if times[q] < times[e]]
        office = sat.office[design.sitting[e]]
        heard = [
            (design.subject[q], math.exp(-(times[e] - times[q]) / tau))
            for q in before
            if sat.office[design.sitting[q]] == office
        ]
        total = sum(weight for _, weight in heard)
        share = sum(weight for name, weight in heard if name == design.subject[e]) / total if total else 0.0
        pairs = {(design.speaker[q], design.subject[q]) for q in before}
        i, j = design.speaker[e], design.subject[e]
        rows.append([share, float((i, j) in pairs), float((j, i) in pairs)])
    return rows


@pytest.mark.parametrize("tau", [20.0, 1e6])
def test_features_are_those_of_a_naive_walk(tau: float) -> None:
    archive, _, _ = history(empty_world(30, 60, 3), {"suggestion": 1.0, "repetition": 0.3, "everybody": 1.0}, 0, 7)
    design = design_of(archive, tau=tau)
    found = design.features[:, :3]
    assert np.allclose(found, features_naively(design, tau), atol=1e-9)
    assert np.allclose(faded(design_of(archive, tau=1.0), tau).features[:, :3], found)
    planted = found + np.eye(len(found), 3)
    assert not np.allclose(planted, features_naively(design, tau), atol=1e-9), "the twin sees a planted error"


def world_of(said: dict[str, Any]) -> gf.Archive:
    n = len(said["speaker"])
    base = {
        "statement": list(range(n)),
        "channel": ["report"] * n,
        "time": [math.nan] * n,
        "precision": ["unknown"] * n,
    }
    persons = pa.table({"person": pa.array(range(4), pa.int32()), "id": list("abcd")})
    return gf.Archive.from_tables({"persons": persons, "statements": pa.table(base | said)}, epoch=EPOCH)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"speaker": [0, 1, 2], "subject": [1, 2, 3]}, "None of 3 namings has a day"),
        ({"speaker": [-1, -1], "subject": [1, 2]}, "No statement is by a known speaker"),
        ({"speaker": [0, 0], "subject": [1, 2], "time": [1.0, 2.0], "precision": ["day"] * 2}, "Only one person spoke"),
    ],
)
def test_what_cannot_be_told_has_its_sentence(said: dict[str, Any], words: str) -> None:
    result = gf.recover.shares(world_of(said))
    assert (result.verdict, result.table.num_rows) == ("cannot tell", 0)
    assert words in result.words[0]


def test_a_wrong_memory_is_a_fault(told: tuple[gf.Archive, Design]) -> None:
    with pytest.raises(FaultList, match="more than 0"):
        gf.recover.shares(told[0], tau=0.0)
