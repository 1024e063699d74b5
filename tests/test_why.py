"""`why`: chains, roots and independent origins."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greatfear.archive import Archive
from greatfear.describe.why import why
from greatfear.describe.why_forest import ROOTS, find_roots, forest
from greatfear.describe.why_tree import chain_tree
from greatfear.errors import UnknownNameError
from synthetic_archive import synthetic

EPOCH = dt.date(1937, 1, 1)


@pytest.fixture(scope="module")
def archive() -> Archive:
    return Archive.from_tables(synthetic(3000), epoch=EPOCH, kind="simulated", title="made up")


def small(said: list[tuple[float, int, int, str]], arrests: list[tuple[float, int, str, int]], n: int = 8) -> Archive:
    """Return an archive from (time, speaker, subject, channel) and (time, person, cause, statement)."""
    time, speaker, subject, channel = zip(*said, strict=True) if said else ((), (), (), ())
    when, person, cause, statement = zip(*arrests, strict=True) if arrests else ((), (), (), ())
    statements = {
        "statement": np.arange(len(said), dtype=np.int32), "time": np.array(time, float), "precision": ["day"] * len(said),
        "speaker": np.array(speaker, np.int32), "subject": np.array(subject, np.int32), "channel": list(channel),
    }  # fmt: skip
    acts = {
        "act": np.arange(len(arrests), dtype=np.int32), "time": np.array(when, float), "precision": ["day"] * len(arrests),
        "person": np.array(person, np.int32), "kind": ["arrest"] * len(arrests), "cause": list(cause),
        "statement": np.array(statement, np.int32), "outcome": ["none"] * len(arrests),
    }  # fmt: skip
    persons = {"person": np.arange(n, dtype=np.int32), "id": [f"P{k}" for k in range(n)]}
    tables: dict[str, Any] = {"persons": persons}
    tables |= {"statements": statements} if said else {}
    tables |= {"acts": acts} if arrests else {}
    return Archive.from_tables({name: pa.table(columns) for name, columns in tables.items()}, epoch=EPOCH)


DIAMOND = small(
    [(1, 0, 1, "interrogation"), (1, 0, 2, "interrogation"), (3, 1, 3, "interrogation"),
     (3, 2, 3, "interrogation"), (4, 5, 3, "denunciation")],
    [(0, 0, "register", -1), (2, 1, "statement", 0), (2, 2, "statement", 1), (5, 3, "statement", 2)],
)  # fmt: skip


def test_statements_that_descend_from_one_another_count_once() -> None:
    """Two speakers who were both arrested on the word of the same third person are one origin; a denouncer is another."""
    answer = why(DIAMOND, "P3")
    assert (answer.n_statements, answer.n_speakers, answer.origins_high) == (3, 3, 2)
    assert [said.origin for said in answer.statements] == [1, 1, 2]
    assert [said.root for said in answer.statements] == ["register", "register", "denunciation"]
    assert [said.chain for said in answer.statements] == [("P1", "P0"), ("P2", "P0"), ("P5",)]
    assert [step.person for step in answer.chains[0]] == ["P3", "P1", "P0"]
    assert answer.roots == ("register",)


def test_two_draws_are_two_origins() -> None:
    said = [(1.0, 0, 2, "interrogation"), (1.0, 1, 2, "interrogation")]
    archive = small(said, [(0, 0, "register", -1), (0, 1, "register", -1), (3, 2, "statement", 0)])
    assert why(archive, "P2").origins_high == 2


def test_one_speaker_twice_is_one_origin() -> None:
    archive = small([(1.0, 0, 2, "denunciation"), (2.0, 0, 2, "report"), (2.0, 1, 2, "report")], [])
    assert why(archive, "P2").origins_high == 2


def test_a_naming_before_the_arrest_of_the_speaker_does_not_hang_from_it() -> None:
    archive = small([(1.0, 0, 1, "interrogation")], [(2, 1, "statement", 0), (9, 0, "register", -1)])
    answer = why(archive, "P1")
    assert answer.roots == ("interrogation",)
    assert len(answer.chains[0]) == 1


def test_of_two_arrests_the_last_before_the_naming_counts() -> None:
    said = [(1.0, 0, 1, "interrogation"), (6.0, 0, 2, "interrogation")]
    acts = [(0.0, 0, "register", -1), (2, 1, "statement", 0), (5, 0, "order", -1), (7, 2, "statement", 1)]
    archive = small(said, acts)
    assert why(archive, "P1").roots == ("register",)
    assert why(archive, "P2").roots == ("order",)
    assert len(why(archive, "P0").chains) == 2


def test_circle_is_cut_and_said() -> None:
    unknown = float("nan")
    said = [(unknown, 0, 1, "interrogation"), (unknown, 1, 2, "interrogation"), (unknown, 2, 0, "interrogation")]
    archive = small(said, [(unknown, 1, "statement", 0), (unknown, 2, "statement", 1), (unknown, 0, "statement", 2)])
    answer = why(archive, "P2")
    assert answer.roots == ("cut",)
    assert "circle" in answer.notes[0]
    assert "circle" in str(answer)


def roots_naively(parent: list[int]) -> tuple[list[int], list[int]]:
    """Return roots and depths by walking each chain."""
    found = []
    for start in range(len(parent)):
        place, depth = start, 0
        while parent[place] >= 0:
            place, depth = parent[place], depth + 1
        found.append((place, depth))
    return [root for root, _ in found], [depth for _, depth in found]


@given(st.lists(st.integers(-1, 10**6), min_size=1, max_size=200))
def test_pointer_jumping_walks_as_one_would_by_hand(draws: list[int]) -> None:
    parent = np.array([-1 if d < 0 or k == 0 else d % k for k, d in enumerate(draws)], np.int32)
    _, root, depth, cut = find_roots(parent, np.arange(len(parent), dtype=float))
    assert (root.tolist(), depth.tolist()) == roots_naively(parent.tolist())
    assert not len(cut)


@given(st.lists(st.integers(-1, 30), min_size=1, max_size=30))
def test_every_circle_is_cut_once(draws: list[int]) -> None:
    n = len(draws)
    given_parent = np.array([d % n if d >= 0 else -1 for d in draws], np.int32)
    parent, root, depth, cut = find_roots(given_parent, np.zeros(n))
    assert (root.tolist(), depth.tolist()) == roots_naively(parent.tolist())
    assert np.flatnonzero(parent != given_parent).tolist() == cut.tolist()
    for case in cut.tolist():
        place = int(given_parent[case])
        while place != case:
            assert place > case, "not the earliest case of its circle"
            place = int(given_parent[place])


def test_made_up_chains_are_found_again(archive: Archive) -> None:
    chains = forest(archive)
    spoken = archive.table("statements", ["speaker", "channel"]).to_pylist()
    for case in range(0, len(chains), 7):
        if chains.parent[case] >= 0:
            row = spoken[int(chains.statement[case])]
            assert row["channel"] == "interrogation"
            assert int(chains.person[chains.parent[case]]) == row["speaker"]
        else:
            assert ROOTS[chains.direct[case]] != "cut"
    deep = int(np.argmax(chains.depth))
    answer = why(archive, f"P{int(chains.person[deep]):08d}")
    assert len(answer.chains[0]) == chains.depth[deep] + 1


def test_answer_is_the_same_with_the_whole_forest_at_hand(archive: Archive) -> None:
    chains = forest(archive)
    for number in (0, 5, 1200, 2999, 5000):
        person = f"P{number:08d}"
        assert why(archive, person) == why(archive, person, chains=chains)


def test_answer_as_text_json_and_tree(archive: Archive) -> None:
    answer = why(archive, "P00000000", limit=5)
    assert len(answer.statements) == 5 < answer.n_statements
    assert "further statements" in str(answer)
    plain = answer.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    tree = answer.tree()
    keys = {node.key for node in tree.nodes}
    assert {edge.start for edge in tree.edges} | {edge.end for edge in tree.edges} <= keys
    assert answer._repr_html_().startswith("<pre>")


def test_chain_for_a_figure_has_one_root(archive: Archive) -> None:
    tree = chain_tree(archive, forest(archive), most=12)
    assert tree is not None
    assert [node.kind for node in tree.nodes].count("root") == 1
    assert len(tree.edges) == len(tree.nodes) - 1
    assert chain_tree(small([], [(0.0, 0, "register", -1)]), forest(small([], [(0.0, 0, "register", -1)]))) is None


def test_unknown_person_names_the_nearest(archive: Archive) -> None:
    with pytest.raises(UnknownNameError, match="did you mean P0000"):
        why(archive, "P0000012")
    with pytest.raises(UnknownNameError, match="unknown person"):
        why(archive, "'; drop table persons; --")


def test_person_who_was_only_named(archive: Archive) -> None:
    answer = why(DIAMOND, "P7")
    assert answer.chains == ()
    assert answer.origins_high == 0
    assert "No arrest" in str(answer)
