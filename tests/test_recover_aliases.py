"""Names that are one person: writings, parts of names, enumeration against its twin, links, refusals, made sets, speed."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from greatfear.archive import Archive
from greatfear.draws import purpose_key
from greatfear.errors import FaultList, UnknownNameError
from greatfear.record.columns import table_from_columns
from greatfear.recover.aliases_links import partitions
from greatfear.recover.aliases_links.clusters import join, stays
from greatfear.recover.aliases_links.enumerating import enumerate_partitions
from greatfear.recover.aliases_links.partitions import UNLISTED, graph_of, size_prior
from greatfear.recover.aliases_links.sampling import sample_partitions
from greatfear.recover.aliases_links.similar import slip_distance, slips
from greatfear.recover.aliases_names.given_names import word_list
from greatfear.recover.aliases_names.parsing import parse_name
from greatfear.recover.aliases_names.scheme_choice import choose_scheme
from greatfear.recover.aliases_names.schemes import SCHEMES, SOUNDS, read_word, write_word
from greatfear.recover.aliases_result import aliases
from reference import aliases as twin
from verification.recover_names import make_names, pair_scores

# writings


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_writing_is_read_back(scheme: str) -> None:
    wrong = [w for w in word_list() if read_word(write_word(w, scheme), scheme) != read_word(w, "cyrillic")]
    assert wrong == []
    assert set("".join(read_word(w, "cyrillic") for w in word_list())) <= set(SOUNDS)


def test_a_writing_read_as_another_is_seen() -> None:
    """The round trip can fail: French read as German gives other sounds."""
    assert read_word(write_word("Жуков", "french"), "german") != read_word("Жуков", "cyrillic")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_source_tells_its_writing(scheme: str) -> None:
    names = [
        write_word(w, scheme)
        for w in ["Чечых", "Юшков", "Хрущёв", "Жуков", "Цветков", "Яковлев", "Шапошников", "Соловьёв", "Михайлович"]
    ]
    assert choose_scheme(names) == scheme


@pytest.mark.parametrize(
    ("name", "scheme", "parts"),
    [
        ("Жукова Мария Петровна", "cyrillic", ("Sukov", "maria", "petr", (), "f")),
        ("Marija Petrovna Žukova", "scholarly", ("Sukov", "maria", "petr", (), "f")),
        ("Joukova M. P.", "french", ("Sukov", "", "", ("m", "p"), "f")),
        ("Sasza Żukow", "polish", ("Sukov", "aleksandr|aleksandra", "", (), "m")),
        ("Ju. W. Tschetschych", "german", ("CeCix", "", "", ("iu", "v"), "")),
        ("Chaykovskaya", "bgn", ("Caikovski", "", "", (), "f")),
        ("Ivan Il’ich Petrenko", "bgn", ("petrenko", "ivan", "il", (), "m")),
        ("Юшкин Юра", "cyrillic", ("iuSkin", "iuri", "", (), "m")),
    ],
)
def test_parts_of_a_name(name: str, scheme: str, parts: tuple[str, str, str, tuple[str, ...], str]) -> None:
    found = parse_name(name, scheme)
    assert (found.surname, found.given, found.patronymic, found.initials, found.sex) == parts


def test_a_code_name_is_no_surname() -> None:
    assert parse_name("Šturman 37", "scholarly").code == parse_name("Штурман 37", "cyrillic").code == "Sturman 37"
    assert parse_name("Kedr", "bgn", "agent").code == "kedr"
    assert parse_name("Šturman 37", "scholarly").surname == ""


# slips


def test_the_compiled_distance_is_that_of_the_plain_one() -> None:
    rng = np.random.default_rng(4)
    words = ["".join(rng.choice(list("abcd"), rng.integers(4, 9))) for _ in range(120)]
    words = list(dict.fromkeys(words))
    found = {(a, b): d for a, b, d in slips(words).tolist()}
    assert len(found) > 50
    for a, one in enumerate(words):
        for b in range(a + 1, len(words)):
            most = 2 if min(len(one), len(words[b])) >= 6 else 1
            plain = slip_distance(one, words[b], most)
            if (a, b) in found:
                assert found[a, b] == plain
            elif plain == 1:
                raise AssertionError((one, words[b]))


def test_slips_are_those_of_the_search() -> None:
    words = ["petrov", "petorv", "petov", "pietrov", "petrob", "sidorov", "ivanov", "ivanenko"]
    near = {(a, b) for a, b, d in slips(words).tolist() if d == 1}
    for a, b in itertools.combinations(range(len(words)), 2):
        is_near = words[b] in twin.one_slip_away(words[a], SOUNDS)
        assert ((a, b) in near) == is_near, (words[a], words[b])
    assert slip_distance("petrov", "petrov") == 0
    assert slip_distance("petrov", "sidorov") == 3


# partitions


def case(n: int, seed: int) -> tuple[dict[tuple[int, int], np.ndarray], np.ndarray]:
    """Ratios of random pairs, some of them not listed, and what each record has."""
    rng = np.random.default_rng(seed)
    known = (rng.random((n, 5)) < 0.7).astype(np.int64)
    known[:, 0] = 1
    ratios = {(a, b): np.exp(rng.normal(1, 2, 5)) for a, b in itertools.combinations(range(n), 2) if rng.random() < 0.8}
    for (a, b), row in ratios.items():
        row[(known[a] == 0) | (known[b] == 0)] = 1
    return ratios, known


def listed(ratios: dict[tuple[int, int], np.ndarray], known: np.ndarray) -> tuple[object, np.ndarray]:
    pairs = np.array(list(ratios), np.int64)
    return graph_of(pairs[:, 0], pairs[:, 1], np.log(np.stack(list(ratios.values()))), known)


@pytest.mark.parametrize(("n", "many"), [(3, 5), (5, 52), (8, 4140)])
def test_all_partitions_are_weighed(n: int, many: int) -> None:
    assert sum(1 for _ in twin.partitions(n)) == many
    ratios, known = case(n, n)
    prior = size_prior(50, 1.2, 2.0, n)
    both, draws = np.zeros((n, n)), np.zeros((400, n), np.int32)
    key = np.uint64(purpose_key(1, 0, 1))
    enumerate_partitions(listed(ratios, known)[0], prior, UNLISTED, (key, 0), draws, both)
    right = twin.posterior(n, ratios, known, UNLISTED, prior)
    assert both == pytest.approx(right, abs=1e-9)
    drawn = (draws[:, :, None] == draws[:, None, :]).mean(axis=0)
    assert np.abs(drawn - right - np.eye(n)).max() < 0.02
    other = twin.posterior(n, ratios, known, UNLISTED, size_prior(50, 2.4, 2.0, n))
    assert np.abs(both - other).max() > 1e-3  # another prior is seen


def test_the_sampler_is_the_enumeration() -> None:
    n = 8
    ratios, known = case(n, 4)
    prior = size_prior(50, 1.2, 2.0, n)
    graph, _ = listed(ratios, known)
    draws, share = np.zeros((6000, n), np.int32), np.zeros(2 * len(ratios))
    sample_partitions(graph, prior, UNLISTED, (np.uint64(purpose_key(2, 0, 1)), 0), (500, 2), draws, share)
    drawn = (draws[:, :, None] == draws[:, None, :]).mean(axis=0)
    right = twin.posterior(n, ratios, known, UNLISTED, prior)
    assert np.abs(drawn - right - np.eye(n)).max() < 0.03
    wrong = twin.posterior(n, ratios, known, UNLISTED * 30, prior)
    assert np.abs(drawn - wrong - np.eye(n)).max() > 0.03


def test_joining_needs_the_mean_of_all_pairs() -> None:
    pairs = np.array([[0, 1], [1, 2], [0, 2], [3, 4]], np.int32)
    assert join(5, pairs, np.array([0.9, 0.9, 0.8, 0.4])).tolist() == [0, 0, 0, 3, 4]
    assert join(5, pairs, np.array([0.9, 0.7, 0.0, 0.6])).tolist() == [0, 0, 2, 3, 3]
    draws = np.array([[0, 0, 2, 3, 3], [0, 0, 0, 3, 3]], np.int32)
    assert stays(np.array([0, 0, 2, 3, 3], np.int32), draws).tolist() == [0.5, 0.5, 0.5, 1, 1]


# the answer


@pytest.fixture(scope="module")
def made() -> tuple[dict[str, list[str]], dict[str, int]]:
    table, truth = make_names(300, 21)
    return table, dict(zip(table["record"], truth, strict=True))


def test_a_made_set_of_another_seed_is_put_together(made: tuple[dict[str, list[str]], dict[str, int]]) -> None:
    table, person = made
    result = aliases(table)
    found = pair_scores(result, person)
    assert found["f1"] > 0.9
    assert found["expected"] == pytest.approx(found["truth"], rel=0.15)
    strangers = dict(zip(person, np.random.default_rng(1).permutation(list(person.values())).tolist(), strict=True))
    assert pair_scores(result, strangers)["f1"] < 0.1  # a wrong truth is seen


def test_order_of_rows_changes_nothing(made: tuple[dict[str, list[str]], dict[str, int]]) -> None:
    table = {name: column[:250] for name, column in made[0].items()}
    turned = {name: column[::-1] for name, column in reversed(table.items())}
    assert aliases(table, draws=20).to_dict() == aliases(turned, draws=20).to_dict()


def people(*rows: tuple[str, str, str]) -> dict[str, list[str]]:
    return {
        "record": [f"r{k}" for k in range(len(rows))],
        "name": [row[0] for row in rows],
        "born": [row[1] for row in rows],
        "place": [row[2] for row in rows],
        "source": ["one" if k % 2 else "two" for k in range(len(rows))],
    }


def chance_of(table: dict[str, list[str]], a: str, b: str, **more: object) -> float:
    pairs = aliases(table, **more).tables["pairs"].to_pylist()  # type: ignore[arg-type]
    return next((row["probability"] for row in pairs if {row["a"], row["b"]} == {a, b}), 0.0)


def test_rare_names_that_agree_are_one_and_common_ones_need_context() -> None:
    rng = np.random.default_rng(8)
    many = [("Иванов И.", str(rng.integers(1870, 1920)), f"Село {rng.integers(60)}") for _ in range(80)]
    rare = [("Жарковский Пётр Ильич", "1899", "Бор"), ("Жарковский Пётр Ильич", "1899", "Бор")]
    bare = [("Иванов И.", "", ""), ("Иванов И.", "", "")]
    table = people(*rare, *bare, *many)
    assert chance_of(table, "r0", "r1") > 0.95
    assert chance_of(table, "r2", "r3") < 0.2


def test_given_links_hold() -> None:
    table, _ = make_names(60, 3)
    first = aliases(table, draws=20)
    row = max(first.tables["pairs"].to_pylist(), key=lambda row: row["probability"])
    pair = (row["a"], row["b"])
    apart = aliases(table, draws=20, cannot_link=[pair])
    cluster = dict(zip(*(apart.tables["clusters"].column(c).to_pylist() for c in ("record", "cluster")), strict=True))
    assert cluster[pair[0]] != cluster[pair[1]]
    drawn = apart.tables["partitions"].to_pylist()
    lines = [next(r for r in drawn if r["record"] == key) for key in pair]
    assert all(lines[0][name] != lines[1][name] for name in lines[0] if name.startswith("draw"))
    strangers = (table["record"][0], table["record"][-1])
    joined = aliases(table, draws=20, must_link=[strangers])
    cluster = dict(zip(*(joined.tables["clusters"].column(c).to_pylist() for c in ("record", "cluster")), strict=True))
    assert cluster[strangers[0]] == cluster[strangers[1]]


def test_a_list_free_of_duplicates_joins_nobody_in_itself() -> None:
    table, _ = make_names(80, 5)
    result = aliases(table, draws=10, no_duplicates=["list 0", "list 1"])
    source = dict(zip(table["record"], table["source"], strict=True))
    clusters = result.tables["clusters"].to_pylist()
    held = [
        (row["cluster"], source[row["record"]]) for row in clusters if source[row["record"]] in ("list 0", "list 1")
    ]
    assert len(held) == len(set(held))


def test_code_names_join_one_another_only() -> None:
    table, _ = make_names(100, 9)
    for k, (name, born, place) in enumerate(
        [("Штурман 7", "1890", "Село 3"), ("Šturman 7", "1890", ""), ("Kedr 12", "", "")]
    ):
        for column, value in zip(table, (f"c{k}", f"list {k}", name, born, place, ""), strict=True):
            table[column].append(value)
    result = aliases(table)
    pairs = [row for row in result.tables["pairs"].to_pylist() if "c" in row["a"] + row["b"]]
    assert [{row["a"], row["b"]} for row in pairs] == [{"c0", "c1"}]
    assert "probability" not in result.tables["code_names"].column_names


def test_names_alone_are_refused_without_probabilities() -> None:
    table, _ = make_names(300, 2)
    bare = {name: table[name] for name in ("record", "name", "source")}
    result = aliases(bare)
    assert result.verdict == "cannot tell"
    assert not result.tables
    assert "more than one person owns" in result.summary()


# archives


def archive() -> Archive:
    names = ["Щукин Иван Петрович", "Ščukin I. P.", "Егоров Яков"]
    persons = table_from_columns(
        "persons",
        {
            "id": ["P0", "P1", "P2"],
            "name": names,
            "region": ["Бор", "Бор", "Луг"],
            "unit": ["Завод 3", "Zavod 3", "Депо"],
        },
        3,
    )
    statements = table_from_columns(
        "statements", {"speaker": [2, 0], "subject": [1, 2], "time": [1.0, 2.0], "precision": ["day", "day"],
                       "channel": ["denunciation", "denunciation"]}, 2,
    )  # fmt: skip
    named = table_from_columns("aliases", {"person": [2], "alias": ["Jegorow Jascha"]}, 1)
    tables = {"persons": persons, "statements": statements, "aliases": named}
    return Archive.from_tables(tables, epoch=dt.date(1900, 1, 1))


def test_an_archive_is_read_and_never_changed() -> None:
    opened = archive()
    before = {name: opened.table(name) for name in ("persons", "statements", "aliases")}
    result = aliases(opened)
    cluster = dict(zip(*(result.tables["clusters"].column(c).to_pylist() for c in ("record", "cluster")), strict=True))
    assert cluster["aliases 0"] == cluster["P2"]
    assert cluster["P2"] not in (cluster["P0"], cluster["P1"])  # P2 spoke of P1, and P0 of P2
    assert all(str(opened.table(name).to_pydict()) == str(table.to_pydict()) for name, table in before.items())


def test_a_view_reads_statements_with_one_persons_names_joined() -> None:
    opened = archive()
    result = aliases(opened, must_link=[("P0", "P1")])
    view = opened.with_aliases(result, draw=0)
    assert view.table("statements").column("subject").to_pylist() == [0, 2]
    assert opened.table("statements").column("subject").to_pylist() == [1, 2]
    assert str(view.table("persons").to_pydict()) == str(opened.table("persons").to_pydict())
    with pytest.raises(UnknownNameError, match="draw"):
        opened.with_aliases(result, draw=100_000)


# bad input


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"name": ["A"]}, ["no column 'record'"]),
        ({"record": ["1", "2"], "name": ["A"]}, ["unequal length: record 2, name 1"]),
        ({"record": ["1", "1"], "name": ["A", "B"]}, ["'1' more than once"]),
        ({"record": ["1", "2"], "name": ["A", ""]}, ["record 2", "nothing"]),
        ({"record": [], "name": []}, ["no rows"]),
        ({"records": ["1"], "name": ["A"]}, ["no column 'record'", "'records'"]),
    ],
)
def test_a_table_that_cannot_be_read_says_why(table: dict[str, list[str]], words: list[str]) -> None:
    with pytest.raises(FaultList) as raised:
        aliases(table)
    assert all(word in str(raised.value) for word in words), str(raised.value)


def test_unknown_records_and_sources_are_named(tmp_path: Path) -> None:
    table, _ = make_names(20, 1)
    with pytest.raises(UnknownNameError, match="record 'x'"):
        aliases(table, must_link=[("x", table["record"][0])])
    with pytest.raises(UnknownNameError, match="source 'x'"):
        aliases(table, no_duplicates=["x"])
    with pytest.raises(FaultList, match="no such file"):
        aliases(tmp_path / "none.csv")


def test_one_name_is_refused() -> None:
    assert aliases({"record": ["1"], "name": ["A"]}).verdict == "cannot tell"


def test_a_cluster_is_drawn(made: tuple[dict[str, list[str]], dict[str, int]], tmp_path: Path) -> None:
    result = aliases({name: column[:200] for name, column in made[0].items()}, draws=10)
    result.write(tmp_path)
    assert (tmp_path / "aliases-clusters.parquet").exists()
    assert all(math.isfinite(row["bits_surname"]) for row in result.tables["pairs"].to_pylist())


def test_labels_of_draws_are_the_first_record_however_many_there_are() -> None:
    rng = np.random.default_rng(1)
    for width in (5, partitions._WIDE + 3):
        labels = rng.integers(0, 4, (7, width)).astype(np.int32)
        members = np.sort(rng.permutation(500)[:width]).astype(np.int32)
        plain = [[min(members[j] for j in range(width) if row[j] == row[k]) for k in range(width)] for row in labels]
        assert partitions._named(labels, members).tolist() == plain
