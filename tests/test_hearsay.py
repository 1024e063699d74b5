"""Chains of hearsay: origins as bounds, shared sources once, shortest chains, and the faults of a user's own table."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from greatfear.catalogue import claims
from greatfear.catalogue.hearsay import Hearsay, hearsay, topics
from greatfear.catalogue.hearsay_table import BASES, Report
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


def test_a_ring_of_asserters_is_one_end_that_is_not_known() -> None:
    found = chains(("s", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("d", ""))
    assert (found.origins_low, found.origins_high) == (1, 2)
    assert found.roots("s") == {"a": False}
    assert found.chain("s") == ["s", "a"]
    assert "a and b and c (from one another)" in str(found)
    assert found.plot()
    out = chains(("a", "b"), ("b", "a"), ("b", "file"), documents=("file",))  # not closed: one of them names a paper
    assert (out.rings, out.roots()) == ({}, {"file": True})


@pytest.mark.parametrize("seed", range(20))
def test_rings_are_where_nobody_reaches_an_end(seed: int) -> None:
    import numpy as np

    rng = np.random.default_rng(100 + seed)
    names = [f"n{k}" for k in range(7)]
    found = chains(*((i, j) for i in names for j in names if i != j and rng.random() < 0.18))
    reached = {name: found._reached(name) for name in found.sources}
    closed = {name for name, to in reached.items() if found.sources[name] and all(name in reached[one] for one in to)}
    assert set(found.rings) == closed
    assert len(set(found.rings.values())) == len({frozenset(reached[name]) for name in closed})
    assert found.origins_high >= 1


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
    assert story.chain("Moscow") == ["Moscow", "Beneš", "Mastný", "Trauttmansdorff"]
    assert [one.topic for one in topics().values() if one.notes] == [
        story.topic
    ]  # Moscow has it before the book was published


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
        ("topic,asserter,heard_from,basis\nx,a,,document\n", "without a paper"),
        ("topic,asserter,heard_from\nx,a,unknown\nx,b,?\n", "(?s)row 2.*'unknown'.*row 3"),
        ("topic,asserter,heard_from,heard_from\nx,a,b,c\n", "heard_from 2 times"),
        ("topic,asserter,heard_from,yaer\nx,a,b,1937\n", "did you mean year|Did you mean year"),
        ("topic,asserter,heard_from\nx,a,b,c,d\n", "5 cells under 3 heads"),
        ("topic,asserter,heard_from\nx,a,\x1b[31mred\n", "control characters"),
    ],
)
def test_faults_of_a_table_are_told(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(FaultList, match=words):
        topics(file)


def test_tables_of_other_programs_are_read(tmp_path: Path) -> None:
    """A byte mark, semicolons, tabs, heads with capitals, UTF-16; other bytes are told with their line."""
    expected = (1, 1)
    for k, (mark, head, encoding) in enumerate(
        [
            (";", "Topic;Asserter;Heard From", "utf-8-sig"),
            ("\t", "topic\tasserter\theard_from", "utf-16"),
            (",", "TOPIC,asserter,heard-from", "utf-8"),
        ]
    ):
        file = tmp_path / f"{k}.csv"
        file.write_bytes(f"{head}\r\nx{mark}Beneš{mark}c\r\nx{mark}b{mark}c\r\n".encode(encoding))
        found = topics(file)["x"]
        assert (found.origins_low, found.origins_high) == expected
        assert found.asserters == ["Beneš", "b"]
    (tmp_path / "bytes.csv").write_bytes("topic,asserter,heard_from\nx,Beneš,b\n".encode("cp1250"))
    with pytest.raises(FaultList, match="line 2 that are not UTF-8"):
        topics(tmp_path / "bytes.csv")
    with pytest.raises(FaultList, match="no such file"):
        topics(tmp_path / "none.csv")


def test_what_looks_odd_in_a_table_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "topic,asserter,heard_from,year,page\nx,A,B,1930,7\nx,A,B,1930,7\nx,B,C,1950,8\nx,a.,$\\frac{1}{0}$,,\n"
    )
    found = topics(file)["x"]
    assert [words for words in ("page", "1 row repeats", "A and a. count", "A (1930) has it from B") if words in str(found)] == [
        "page", "1 row repeats", "A and a. count", "A (1930) has it from B",
    ]  # fmt: skip
    assert len(found.reports) == 3
    assert found.plot()  # a name is a text, and no formula
    many = "".join(f"x,n{k},n{k + 1}\n" for k in range(200))
    file.write_text(f"topic,asserter,heard_from\n{many}")
    with pytest.raises(FaultList, match="201 names"):
        topics(file)["x"].plot()


def test_an_unknown_topic_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="total-of-the-dead"):
        hearsay("total-of-dead")
