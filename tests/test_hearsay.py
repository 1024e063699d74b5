"""Chains of hearsay: origins as bounds, shared sources once, shortest chains, and the faults of a user's own table."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from greatfear.catalogue import claims
from greatfear.catalogue.hearsay import BASES, Hearsay, Report, hearsay, topics
from greatfear.cli import main
from greatfear.errors import FaultList, UnknownNameError


def chains(*steps: tuple[str, str], documents: tuple[str, ...] = ()) -> Hearsay:
    """Make chains from (asserter, source) pairs; an empty source is not recorded; `documents` are papers."""
    basis = {True: "document", False: "told"}
    return Hearsay("x", tuple(Report("x", a, b, "unknown" if not b else basis[b in documents]) for a, b in steps))


def roots_naively(found: Hearsay) -> set[str]:
    """Walk every path from every name to its end."""
    ends = set()
    for name in found.sources:
        paths = [[name]]
        while paths:
            path = paths.pop()
            onward = [source for source in found.sources[path[-1]] if source not in path]
            paths += [[*path, source] for source in onward]
            if not found.sources[path[-1]]:
                ends.add(path[-1])
    return ends


def test_a_source_that_two_asserters_share_counts_once() -> None:
    found = chains(("a", "c"), ("b", "c"), ("c", "file"), documents=("file",))
    assert (found.origins_low, found.origins_high) == (1, 1)
    apart = chains(("a", "file"), ("b", "letter"), documents=("file", "letter"))
    assert (apart.origins_low, apart.origins_high) == (2, 2)


def test_an_unknown_root_is_no_origin_but_may_be_one() -> None:
    found = chains(("a", "file"), ("b", ""), ("c", ""), documents=("file",))
    assert (found.origins_low, found.origins_high) == (1, 3)
    assert (chains(("b", ""), ("c", "")).origins_low, chains(("b", ""), ("c", "")).origins_high) == (1, 2)


@pytest.mark.parametrize("seed", range(20))
def test_roots_are_those_of_every_path(seed: int) -> None:
    import numpy as np

    rng = np.random.default_rng(seed)
    names = [f"n{k}" for k in range(8)]
    steps = [(names[i], names[j]) for i, j in itertools.combinations(range(8), 2) if rng.random() < 0.3]
    if steps:
        found = chains(*steps)
        assert set(found.roots()) == roots_naively(found)
        for name in found.asserters:
            assert found.chain(name)[0] == name
            assert found.chain(name)[-1] in found.roots()


def test_a_ring_of_asserters_ends() -> None:
    found = chains(("a", "b"), ("b", "a"))
    assert found.origins_high == 0
    assert found.chain("a") == ["a"]
    assert found.plot()


def test_the_chains_of_the_source_article() -> None:
    known = {one.id for one in claims()}
    for topic, found in topics().items():
        assert {r.basis for r in found.reports} <= set(BASES)
        assert {c for r in found.reports for c in r.claims.split()} <= known, topic
        assert all(r.reading in {"claims table", "stored", "not checked"} for r in found.reports)
        assert 1 <= found.origins_low <= found.origins_high
    story = hearsay("C41")
    assert story.chain("Krivitsky")[-1] == story.chain("Schellenberg")[-1] == "Skoblin"
    assert (story.origins_low, story.origins_high) == (1, 2)


def test_a_table_of_the_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("topic,asserter,heard_from,basis\nrumour,Anna,Jean,told\nrumour,Jean,,own knowledge\n")
    assert main(["claims", "--chains", "--table", str(file), "--json", "--figure", str(tmp_path / "x.svg")]) == 0
    (told,) = json.loads(capsys.readouterr().out)["chains"]
    assert (told["origins_low"], told["origins_high"]) == (1, 1)
    assert (tmp_path / "x.svg").stat().st_size > 1000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("asserter,heard_from\na,b\n", "no column topic"),
        ("topic,asserter,heard_from\n", "no row"),
        ("topic,asserter,heard_from,basis\nx,a,b,gossip\n", "'gossip'"),
        ("topic,asserter,heard_from,year\nx,a,b,soon\n", "'soon'"),
        ("topic,asserter,heard_from\nx,a,a\n", "the asserter himself"),
        ("topic,asserter,heard_from,basis\nx,a,b,own knowledge\n", "beside a source"),
    ],
)
def test_faults_of_a_table_are_told(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(FaultList, match=words):
        topics(file)


def test_an_unknown_topic_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="total-of-the-dead"):
        hearsay("total-of-dead")
