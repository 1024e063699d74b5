"""How many are missing: closed forms, plain twins, published values of R, refusals, and input that cannot be read."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from greatfear.archive import Archive
from greatfear.draws import purpose_key
from greatfear.errors import FaultList
from greatfear.record.columns import table_from_columns
from greatfear.recover.coverage_models import decomposable
from greatfear.recover.coverage_models.answer import answer, interaction_needed
from greatfear.recover.coverage_models.bounds import chapman, lincoln_petersen, no_highest_order
from greatfear.recover.coverage_models.latent import draw_classes, split_r_hat
from greatfear.recover.coverage_models.latent_kernel import latent_chain
from greatfear.recover.coverage_models.lists import ListCounts, lists_from_file, lists_from_members, lists_from_rows
from greatfear.recover.coverage_models.loglinear import (
    best_by_bic,
    chao,
    exists,
    fit_terms,
    hierarchical,
    stepwise_by_significance,
)
from greatfear.recover.coverage_models.models import Model
from greatfear.recover.coverage_result import coverage
from reference import coverage as twin

SHARED = Path(os.environ.get("GREATFEAR_DATA", "/nowhere")) / "recover" / "lists"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared lists are not here")
Z95 = 1.959963984540054


def counts_of(table: twin.Table) -> ListCounts:
    K = len(next(iter(table)))
    return lists_from_rows([chr(65 + k) for k in range(K)], list(table), list(table.values()))


def shared(name: str) -> ListCounts:
    return lists_from_file(SHARED / "open" / f"{name}.csv")


def reference(name: str, tool: str, call: str = "") -> dict[str, float]:
    told = json.loads((SHARED / "truth" / f"{name}.json").read_text("utf-8"))
    found = [r for r in told["computed_with_the_R_package"] if r["tool"].startswith(tool) and call in r["call"]]
    return dict(found[0])


THREE = {(1, 0, 0): 40, (0, 1, 0): 31, (0, 0, 1): 25, (1, 1, 0): 12, (1, 0, 1): 9, (0, 1, 1): 8, (1, 1, 1): 5}
FOUR = {h: 3 + (7 * k * k) % 23 for k, h in enumerate(np.ndindex(2, 2, 2, 2)) if any(h)}


# closed forms


def test_two_lists_are_lincoln_petersen_and_chapman() -> None:
    assert lincoln_petersen(100, 60, 20) == 300
    assert lincoln_petersen(100, 60, 0) == math.inf
    total, spread = chapman(100, 60, 20)
    assert total == pytest.approx(101 * 61 / 21 - 1)
    assert spread == pytest.approx(math.sqrt(101 * 61 * 80 * 40 / (21**2 * 22)))
    table = {"A": [1, 0, 1], "B": [0, 1, 1], "count": [80, 40, 20]}
    row = coverage(table, show=True).table.to_pylist()[0]
    assert row["estimate"] == pytest.approx(total)


def test_independence_of_two_lists_is_lincoln_petersen() -> None:
    fit = fit_terms(counts_of({(1, 0): 80, (0, 1): 40, (1, 1): 20}), ())
    assert fit is not None
    assert 140 + fit.missing == pytest.approx(300)


def test_three_lists_without_the_triple_are_the_product_of_odd_over_even() -> None:
    lists = counts_of(THREE)
    closed = 40 * 31 * 25 * 5 / (12 * 9 * 8)
    found = no_highest_order(lists)
    fit = fit_terms(lists, (3, 5, 6))
    assert found is not None
    assert fit is not None
    assert found[0] == pytest.approx(closed)
    assert fit.missing == pytest.approx(closed, rel=1e-8)
    assert fit.spread == pytest.approx(found[1], rel=1e-6)
    assert fit.missing != pytest.approx(40 * 31 * 25 / (12 * 9 * 8), rel=0.01)  # the triple forgotten is seen


def test_no_estimate_where_a_combination_is_empty() -> None:
    assert no_highest_order(counts_of(THREE | {(1, 1, 1): 0})) is None


# twins


@pytest.mark.parametrize("terms", [(), ((0, 1),), ((0, 1), (1, 2)), ((0, 1), (0, 2), (1, 2))])
def test_log_linear_fits_are_those_of_proportional_fitting(terms: tuple[tuple[int, int], ...]) -> None:
    for table in (THREE, FOUR):
        fit = fit_terms(counts_of(table), [sum(1 << k for k in term) for term in terms])
        assert fit is not None
        assert fit.missing == pytest.approx(twin.poisson_missing(table, terms), rel=1e-6)


def test_a_forgotten_interaction_is_seen_by_the_twin() -> None:
    fit = fit_terms(counts_of(FOUR), (3,))
    assert fit is not None
    assert fit.missing != pytest.approx(twin.poisson_missing(FOUR, ()), rel=1e-3)


def test_all_hierarchical_models_are_there() -> None:
    for n, many in ((3, 8), (4, 113)):
        models = hierarchical(n)
        assert len(models) == len(set(models)) == many
        for terms in models:
            for a in terms:
                parts = [1 << x | 1 << y for x, y in combinations([k for k in range(n) if a >> k & 1], 2)]
                assert all(part in terms for part in parts)


@pytest.mark.parametrize(("n", "many"), [(2, 2), (3, 8), (4, 61), (5, 822)])
def test_decomposable_graphs_are_counted(n: int, many: int) -> None:
    assert len(decomposable.decomposable_graphs(n)) == many


def test_decomposable_graphs_are_those_without_a_bare_circle() -> None:
    pairs = list(combinations(range(4), 2))
    chosen = [{p for k, p in enumerate(pairs) if bits >> k & 1} for bits in range(64)]
    assert sum(twin.is_decomposable(4, edges) for edges in chosen) == 61
    assert not twin.is_decomposable(4, {(0, 1), (1, 2), (2, 3), (0, 3)})


@pytest.mark.parametrize("delta", decomposable.DELTAS)
def test_averaging_over_graphs_is_that_of_the_urn(delta: float) -> None:
    table = {h: n // 4 + 1 for h, n in THREE.items()}
    lists = counts_of(table)
    prior = -np.log(lists.n_observed + np.arange(1, 61.0))
    found = decomposable.average_graphs(lists, delta, prior).weight
    assert found == pytest.approx(twin.graphs_posterior(table, delta, 60), abs=1e-10)
    assert found != pytest.approx(twin.graphs_posterior(table, 2 * delta, 60), abs=1e-4)  # another delta is seen


def test_the_grid_gives_the_quantiles_of_all_numbers() -> None:
    lists = counts_of(FOUR)
    every = decomposable.average_graphs(lists, 0.25, -np.log(lists.n_observed + np.arange(1, 40_001.0)))
    grid = decomposable.average_graphs(lists, 0.25)
    for share in (0.05, 0.5, 0.95):
        assert grid.quantile(share) == pytest.approx(every.quantile(share), rel=0.005)
    assert grid.reached


def test_the_sampler_of_latent_classes_is_that_of_its_twin() -> None:
    cells = np.array([0, 14, 10, 5, 12, 4, 3, 4])
    slow = twin.latent_sweeps(cells, 3, 400, np.random.default_rng(5))[100:]
    fast = np.zeros(4000)
    latent_chain(np.uint64(purpose_key(5, 0, 1)), 0, cells, 3, (3, 500, 5, 0.25, 0.25), fast)
    for share in (0.25, 0.5, 0.75):
        assert np.quantile(fast, share) == pytest.approx(np.quantile(slow, share), rel=0.2)
    fewer = np.zeros(4000)
    latent_chain(
        np.uint64(purpose_key(5, 0, 1)),
        0,
        cells * np.array([1, 1, 1, 3, 1, 3, 3, 3]),
        3,
        (3, 500, 5, 0.25, 0.25),
        fewer,
    )
    assert np.median(fewer) != pytest.approx(np.median(slow), rel=0.15)  # other counts are seen


def test_chains_depend_on_seed_and_chain_alone() -> None:
    lists = counts_of(FOUR)
    first, again = (draw_classes(lists, seed=3, effort=0.02) for _ in range(2))
    other = draw_classes(lists, seed=4, effort=0.02)
    assert (first == again).all()
    assert (first[0] != first[1]).any()
    assert (first != other).any()


def test_r_hat_sees_chains_that_disagree() -> None:
    rng = np.random.default_rng(1)
    agree = rng.normal(size=(4, 500))
    assert split_r_hat(agree) < 1.02
    assert split_r_hat(agree + np.array([[0], [0], [0], [3]])) > 1.3


# published values of R


@needs_shared
@pytest.mark.parametrize("name", ["Ned_5", "NewOrl_5", "UKdat_5", "Western"])
def test_stepwise_by_significance_is_sparsemse(name: str) -> None:
    lists, told = shared(name), reference(name, "SparseMSE")
    fit = stepwise_by_significance(lists)
    assert fit is not None
    low, high = fit.interval(Z95)
    found = [lists.n_observed + x for x in (fit.missing, low, high)]
    assert found == pytest.approx([told["point"], *told["ci95"]], rel=1e-3)


@needs_shared
def test_averaging_over_graphs_is_dga() -> None:
    for name, delta, most in (
        ("kosovo-1999", 1 / 16, 20_000),
        ("kosovo-1999", 1.0, 20_000),
        ("Madigan-York-5-lists", 0.5, 300),
    ):
        lists = shared(name)
        told = reference(name, "dga", {1 / 16: "delta=1/16", 1.0: "delta=1,", 0.5: "delta=.5"}[delta])
        found = decomposable.average_graphs(lists, delta, -np.log(lists.n_observed + np.arange(1, most + 1.0)))
        assert lists.n_observed + found.mean == pytest.approx(told["mean"], rel=5e-5)
        assert lists.n_observed + found.quantile(0.5) == pytest.approx(told["median"], abs=1)


@needs_shared
def test_on_kosovo_one_pseudo_person_a_combination_lets_the_prior_speak() -> None:
    lists = shared("kosovo-1999")
    shares = [decomposable.complete_share(lists, d, decomposable.average_graphs(lists, d)) for d in decomposable.DELTAS]
    assert shares[0] < 1e-4
    assert shares[2] > 0.9


@needs_shared
@pytest.mark.parametrize(
    ("name", "within"), [("kosovo-1999", 0.03), ("Allegheny-County", 0.03), ("HIV-Rome-1990", 0.1)]
)
def test_latent_classes_are_lcmcr(name: str, within: float) -> None:
    lists = shared(name)
    told = np.mean(reference(name, "LCMCR")["median"])
    draws = draw_classes(lists, effort=0.5)
    assert lists.n_observed + np.median(draws) == pytest.approx(told, rel=within)


@needs_shared
@pytest.mark.parametrize("name", ["kosovo-1999", "Allegheny-County", "HIV-Rome-1990"])
def test_independence_and_chao_are_rcapture(name: str) -> None:
    lists, told = shared(name), reference(name, "Rcapture", "closedp.t")
    independent, bound = fit_terms(lists, ()), chao(lists)
    assert independent is not None
    assert bound is not None
    assert lists.n_observed + independent.missing == pytest.approx(told["Mt"], rel=1e-6)
    assert lists.n_observed + bound.missing == pytest.approx(told["Mth_Chao_LB"], rel=1e-6)


@needs_shared
def test_the_lowest_bic_among_pairs_on_kosovo_is_rcapture() -> None:
    lists, told = shared("kosovo-1999"), reference("kosovo-1999", "Rcapture", "closedpMS")
    index = {name: 1 << k for k, name in enumerate(lists.names)}
    order = ("EXH", "ABA", "OSCE", "HRW")
    terms = [index[order[int(pair[0]) - 1]] | index[order[int(pair[1]) - 1]] for pair in ("12", "13", "14", "23", "34")]
    fit = fit_terms(lists, terms)
    assert fit is not None
    assert lists.n_observed + fit.missing == pytest.approx(told["abundance"], rel=1e-6)
    assert fit.deviance == pytest.approx(told["deviance"], rel=1e-6)
    best = best_by_bic(lists)
    assert best is not None
    assert best.bic < fit.bic  # with a triple, which closedpMS was not asked for


# existence


def test_an_estimate_that_does_not_exist_is_seen() -> None:
    """The table and the six answers are those of Chan, Silverman and Vincent (2021), table 2."""
    lists = counts_of({(1, 0, 0): 40, (0, 1, 0): 30, (0, 0, 1): 20, (1, 1, 0): 6})
    ab, ac, bc = 3, 5, 6
    for terms in ((), (ac,), (bc,), (ac, bc)):
        assert fit_terms(lists, terms, drop_empty=True) is not None, terms
    for terms in ((ab,), (ab, ac), (ab, bc), (ab, ac, bc)):
        assert fit_terms(lists, terms, drop_empty=True) is None, terms
    assert fit_terms(lists, (ac,)) is None  # without taking the empty pair out
    columns = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    assert not exists(columns, np.array([1.0, 2.0, 3.0]))  # two equal columns


# refusals


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({(1, 0): 4, (0, 1): 5, (1, 1): 3}, "There are two lists"),
        ({(1,): 4}, "There is one list"),
        ({(1, 0, 0): 4, (0, 1, 0): 5, (0, 0, 1): 3}, "No person stands on two lists"),
        (THREE | {(0, 1, 0): 0, (0, 1, 1): 0}, "List B is contained in list A"),
        ({(1, 1, 0): 5, (0, 0, 1): 4, (1, 1, 1): 3}, "Lists B and A are the same list"),
        ({h: n for h, n in THREE.items() if h[2]} | {(0, 0, 1): 9}, "List C holds everybody"),
        (THREE | {(1, 0, 1): 0, (0, 1, 1): 0, (1, 1, 1): 0}, "List C shares no person"),
        (THREE | {(0, 0, 1): 0, (1, 0, 1): 0, (0, 1, 1): 0, (1, 1, 1): 0}, "List C is empty"),
        ({(1, 1, 1): 0}, "No person stands on any list"),
    ],
)
def test_lists_that_cannot_tell_are_refused(table: twin.Table, sentence: str) -> None:
    result = coverage(counts_of(table))
    assert result.verdict == "cannot tell"
    assert any(line.startswith(sentence) for line in result.words), result.words
    assert "estimate" not in {name for t in result.tables.values() for name in t.column_names}


def test_lists_that_can_tell_are_not_refused() -> None:
    assert coverage(counts_of(THREE), effort=0.05, n_boot=0).verdict == "tells in part"


def test_models_far_apart_give_a_range_and_no_middle() -> None:
    rows = [
        Model("a", 4600, 4500, 4700, ""),
        Model("b", 14_300, 13_000, 16_000, ""),
        Model("c", 99_999, 1, 1, "", "", "no"),
    ]
    found = answer(counts_of(THREE), rows)
    assert found.verdict == "cannot tell"
    assert math.isnan(found.estimate)
    assert (found.smallest, found.largest) == (4600, 14_300)
    near = answer(counts_of(THREE), [rows[0], Model("b", 9000, 8000, 9900, "")])
    assert near.verdict == "tells in part"


def test_a_claim_says_which_dependence_it_needs() -> None:
    lists = counts_of(THREE)
    assert interaction_needed(lists, lists.n_observed + 50, lists.n_observed + 100) == 2
    assert math.isnan(interaction_needed(lists, lists.n_observed + 50, 10))
    result = coverage(lists, claim=2000, effort=0.05, n_boot=0)
    drawn = Figure()
    axes = drawn.subplots(1, 2)
    for ax, drawing in zip(axes, result.drawings, strict=True):
        assert result.plot(drawing.name, ax=ax) is drawn
        assert ax.get_xlabel()
    assert result.plot() is not drawn
    assert any("2,000 persons need" in line for line in result.words)
    assert max(result.tables["sensitivity"].column("persons").to_pylist()) >= 2000
    below = coverage(lists, claim=3, effort=0.05, n_boot=0)
    assert any("cannot be the number" in line for line in below.words)


# input


def test_order_of_columns_and_rows_changes_nothing(tmp_path: Path) -> None:
    lines = [",".join(map(str, [*h, n])) for h, n in THREE.items()]
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("A,B,C,count\n" + "\n".join(lines))
    two.write_text("count,C,A,B\n" + "\n".join(f"{n},{h[2]},{h[0]},{h[1]}" for h, n in reversed(THREE.items())))
    first, second = (coverage(path, effort=0.05, n_boot=30) for path in (one, two))
    assert first.to_dict() == second.to_dict()


def test_three_forms_of_a_file_are_one(tmp_path: Path) -> None:
    people = [(f"p{k}", h) for k, h in enumerate(h for h, n in THREE.items() for _ in range(n))]
    forms = {
        "count": "A,B,C,count\n" + "\n".join(",".join(map(str, [*h, n])) for h, n in THREE.items()),
        "persons": "person,A,B,C\n" + "\n".join(f"{p},{h[0]},{h[1]},{h[2]}" for p, h in people),
        "mentions": "person,list\n" + "\n".join(f"{p},{'ABC'[k]}" for p, h in people for k in range(3) if h[k]),
    }
    found = []
    for name, text in forms.items():
        (tmp_path / f"{name}.csv").write_text(text)
        found.append(lists_from_file(tmp_path / f"{name}.csv").cells.tolist())
    assert found[0] == found[1] == found[2] == counts_of(THREE).cells.tolist()


def test_a_hundred_thousand_repetitions_count_once_and_are_told() -> None:
    members = [
        (f"p{k}", "ABC"[x])
        for k, h in enumerate(h for h, n in THREE.items() for _ in range(n))
        for x in range(3)
        if h[x]
    ]
    lists = lists_from_members(members + members[:1] * 100_000)
    assert lists.cells.tolist() == counts_of(THREE).cells.tolist()
    assert any("100,000 entries repeat" in line for line in coverage(lists, effort=0.05, n_boot=0).words)


def test_persons_counted_on_no_list_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "A,B,C,count\n" + "\n".join(",".join(map(str, [*h, n])) for h, n in THREE.items())
    plain, more = tmp_path / "plain.csv", tmp_path / "more.csv"
    plain.write_text(rows)
    more.write_text(rows + "\n0,0,0,1234\n")
    without, found = (coverage(path, effort=0.05, n_boot=0) for path in (plain, more))
    told = [line for line in found.words if "In the table 1,234 persons stand on no list" in line]
    assert [line for line in found.words if line not in told] == list(without.words)
    assert len(told) == 1
    assert found.to_dict()["tables"] == without.to_dict()["tables"]
    only = coverage({"A": [0], "B": [0], "C": [0]})
    assert only.words[0] == "No person stands on any list."
    assert "In the table 1 person stands on no list" in only.summary()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A,B,C,count\n1,0,1,-4\n", ["line 2", "'-4'", "0 or more"]),
        ("A,B,C,count\n1,0,2,4\n1,x,1,3\n", ["column 'B'", "'x'", "column 'C'", "'2'", "1 (on this list) or 0"]),
        ("A,B,C,count\n1,0,1\n", ["line 2", "one for each column"]),
        ("A,A,C,count\n1,0,1,3\n", ["'A'", "twice"]),
        ("count\n3\n", ["no list"]),
        ("a,b,c,d,e,f,g,h\n1,0,0,0,0,0,0,1\n", ["8 lists", "at most 6"]),
        ("A,B\n", ["no rows"]),
        ("name,A,B,C\nJean,1,0,1\n", ["column 'name'", "must be called 'person'"]),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "lists.csv").write_text(text)
    with pytest.raises(FaultList) as raised:
        coverage(tmp_path / "lists.csv")
    assert all(word in str(raised.value) for word in words), str(raised.value)


def test_an_archive_without_mentions_is_refused_and_one_with_mentions_is_read() -> None:
    persons = table_from_columns("persons", {"id": [f"P{k}" for k in range(sum(THREE.values()))]}, sum(THREE.values()))
    rows = [(k, x) for k, h in enumerate(h for h, n in THREE.items() for _ in range(n)) for x in range(3) if h[x]]
    columns = {"person": [k for k, _ in rows], "list": ["ABC"[x] for _, x in rows]}
    mentions = table_from_columns("mentions", columns, len(rows))
    archive = Archive.from_tables({"persons": persons, "mentions": mentions}, epoch=dt.date(1900, 1, 1))
    assert (
        coverage(archive, effort=0.05, n_boot=0).to_dict()["tables"]
        == (coverage(counts_of(THREE), effort=0.05, n_boot=0).to_dict()["tables"])
    )
    empty = coverage(Archive.from_tables({"persons": persons}, epoch=dt.date(1900, 1, 1)))
    assert empty.verdict == "cannot tell"
    assert "no mentions" in empty.words[0]


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FaultList, match=r"no/lists\.csv"):
        coverage("no/lists.csv")


@needs_shared
def test_twins_with_other_totals_get_the_same_answer_and_a_curve_that_reaches_both() -> None:
    results = [coverage(SHARED / "open" / f"twin-{x}.csv", effort=0.05, n_boot=0) for x in "ab"]
    assert results[0].to_dict() == results[1].to_dict()
    persons = results[0].tables["sensitivity"].column("persons").to_pylist()
    assert min(persons) < 2000
    assert max(persons) > 6000


def test_a_result_writes_tables_and_figures(tmp_path: Path) -> None:
    result = coverage(counts_of(THREE), effort=0.05, n_boot=0, claim=400)
    result.write(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"coverage.json", "coverage-models.csv", "coverage-models.svg", "coverage-sensitivity.svg"} <= names
    text = (tmp_path / "coverage-models.svg").read_text("utf-8")
    assert "Everybody had the same chance" in text
