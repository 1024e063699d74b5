"""Membership: enumeration, known answers, refusals, and answers that do not depend on rows, names or threads."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import genpareto

import greatfear as gf
from greatfear.archive import Archive
from greatfear.errors import FaultList
from greatfear.recover.kernels.passing import pass_messages
from greatfear.recover.shares_fit import fit_shares
from greatfear.recover.veracity_checks import Power, bar_of
from greatfear.recover.veracity_decisive import pareto_k, struck
from greatfear.recover.veracity_design import Design, design_of
from greatfear.recover.veracity_fit import Effort, Fitted
from greatfear.recover.veracity_free import only_free, shielding
from greatfear.recover.veracity_gibbs import Settings, sample
from greatfear.recover.veracity_learning import Learned
from greatfear.recover.veracity_messages import Question
from greatfear.recover.veracity_rates import priors_of
from reference.veracity import Sitting, log_likelihood, posterior, tree_beliefs
from verification.recover_worlds import EPOCH, empty_world, history, rates_for

QUICK = Effort(chains=2, sweeps=160, burn=60, short=8, replays=10, nulls=12, again=2)
PARTS = {"suggestion": 0.6, "repetition": 0.1, "region": 0.5, "everybody": 0.5}
TWELVE = PARTS | {"knowledge": 0.7, "omega": 2.5, "reciprocity": 0.1}


def twelve() -> tuple[Design, list[Sitting]]:
    archive, _, design = history(
        empty_world(12, 24, 3, regions=2), {k: v for k, v in TWELVE.items() if k != "omega"}, 4, 11
    )
    design = design_of(archive, tau=1e6)
    sat = design.sittings
    names = [frozenset(design.subject[design.sitting == s].tolist()) for s in range(len(sat.time))]
    return design, [
        Sitting(int(i), float(t), int(o), named)
        for i, t, o, named in zip(sat.speaker.tolist(), sat.time.tolist(), sat.office.tolist(), names, strict=True)
    ]


def sampled(design: Design, rates: dict[str, float], prevalence: float, *, sweeps: int = 1600) -> np.ndarray:
    given = rates_for(design, **rates)
    priors = priors_of(design, given.omega > 1)
    start = Learned(given, np.full(design.n_persons, prevalence), np.zeros(0), np.zeros(0), prevalence, 0.0, 0.0)
    question = Question(0.2, 0.4, fixed=prevalence)
    chain = sample(design, priors, question, start, Settings(sweeps, 300, learns=False, varies=False), seed=4)
    return chain.member


def test_the_sampler_agrees_with_a_list_of_all_4096_memberships() -> None:
    design, sittings = twelve()
    region = design.near_by.region.tolist()
    scale = 1 / math.sqrt(0.2 * 0.4)
    rates = TWELVE | {"here": 0.6, "there": 0.4}
    exact = np.array(posterior(sittings, region, rates, 0.3, scale))
    found = sampled(design, TWELVE, 0.3)
    assert np.abs(found - exact).max() < 0.04
    planted = np.array(posterior(sittings, region, rates | {"knowledge": 0.0}, 0.3, scale))
    assert np.abs(found - planted).max() > 0.1, "the twin sees a planted error"


def test_without_knowledge_the_posterior_is_the_prior() -> None:
    """Whatever is said: where knowledge is 0 and being named means nothing, nobody's probability moves."""
    design, sittings = twelve()
    found = sampled(design, PARTS | {"reciprocity": 0.1}, 0.3, sweeps=320)
    assert np.abs(found - 0.3).max() < 1e-12
    rates = PARTS | {"here": 0.6, "there": 0.4}
    assert np.allclose(posterior(sittings, design.near_by.region.tolist(), rates, 0.3, 3.0), 0.3, atol=1e-12)


def test_free_statements_by_others_raise_the_log_odds_as_they_should() -> None:
    """n statements where acquaintance is all there is: log-odds rise by n log omega, less (omega - 1) times what was at risk."""
    design, sittings = twelve()
    rates = {"everybody": 0.02, "omega": 3.0}
    region = design.near_by.region.tolist()
    found = sampled(design, rates, 0.3, sweeps=320)
    others = [[s for s in sittings if s.speaker != j] for j in range(12)]
    n = [sum(j in s.names for s in others[j]) for j in range(12)]
    rise = [n[j] * math.log(3.0) - 2.0 * 0.02 / 11 * len(others[j]) for j in range(12)]
    odds = np.log(found / (1 - found)) - math.log(0.3 / 0.7)
    assert np.allclose(odds, rise, atol=0.02)
    exact = posterior(sittings, region, rates | {"here": 0.6, "there": 0.4}, 0.3, 3.0)
    assert np.allclose(found, exact, atol=1e-6)


def test_an_echo_says_nothing() -> None:
    """A statement that repetition or suggestion was certain to bring changes no probability."""
    design, sittings = twelve()
    region = design.near_by.region.tolist()
    rates = TWELVE | {"here": 0.6, "there": 0.4, "repetition": 60.0}
    spoke = next(s for s in sittings if s.names)
    again = Sitting(spoke.speaker, 1e4, spoke.office, spoke.names)
    silent = Sitting(spoke.speaker, 1e4, spoke.office, frozenset())
    one = [0] * 12
    one[next(iter(spoke.names))] = 1
    gain = [
        log_likelihood([*sittings, last], one, region, rates, 3.0)
        - log_likelihood([*sittings, last], [0] * 12, region, rates, 3.0)
        for last in (again, replace_names(silent, spoke.names))
    ]
    assert gain[0] == pytest.approx(gain[1])
    base = log_likelihood(sittings, one, region, rates, 3.0) - log_likelihood(sittings, [0] * 12, region, rates, 3.0)
    assert abs(gain[0] - base) < 0.2


def replace_names(sitting: Sitting, names: frozenset[int]) -> Sitting:
    return sitting._replace(names=names)


@pytest.mark.parametrize("seed", range(4))
def test_messages_are_exact_on_trees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 9
    edges = [(int(rng.integers(0, k)), k, float(rng.normal(0, 2))) for k in range(1, n)]
    field = rng.normal(-1, 1, n)
    a, b, strength = (np.array(column) for column in zip(*edges, strict=True))
    message, belief = np.zeros((n - 1, 2)), field.copy()
    for _ in range(200):
        received = np.zeros(n)
        pass_messages((a, b), np.expm1(strength.astype(float)), belief, message, 0.0, received)
        belief = field + received
    exact = np.array(tree_beliefs(field.tolist(), edges))
    assert np.abs(1 / (1 + np.exp(-belief)) - exact).max() < 1e-9
    wrong = np.array(tree_beliefs(field.tolist(), [(x, y, -w) for x, y, w in edges]))
    assert np.abs(wrong - exact).max() > 1e-3


@pytest.fixture(scope="module")
def worlds() -> dict[str, tuple[Archive, np.ndarray]]:
    found = {}
    for name, knowledge in (("blind", 0.0), ("plain", 3.0)):
        world = empty_world(300, 700, 1)
        archive, truth, _ = history(world, PARTS | {"knowledge": knowledge}, 15, 5)
        found[name] = (archive, truth)
    return found


def asked(archive: Archive, **more: object) -> gf.recover.Result:
    return gf.recover.veracity(archive, question="the circle", prevalence=(0.03, 0.08), effort=QUICK, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [10, 19, 40, 100])
@pytest.mark.parametrize("shape", [1.5, 4.0, 15.0])
def test_one_blind_archive_in_twenty_passes_the_bar_and_no_tie(n: int, shape: float) -> None:
    samples = np.random.default_rng([n, int(shape)]).gamma(shape, 1.0, (2000, n + 1))
    passed = np.mean([row[0] > bar_of(row[1:]) for row in samples])
    assert 0.015 <= passed <= 0.07
    assert Power(0.1, np.full(n, 0.1), 1.0, 1.0, 0.0).tells == "cannot tell"
    assert Power(0.1160, np.full(n, 0.1186), 1.0, 1.0, 0.0).beside == ("0.116", "0.119")


def test_a_blind_archive_cannot_tell_and_gives_no_probability(worlds: dict[str, tuple[Archive, np.ndarray]]) -> None:
    result = asked(worlds["blind"][0])
    assert result.verdict == "cannot tell"
    assert not {"probability", "rank", "low"} & set(result.table.column_names)
    assert "nobody knew anything" in result.words[0]


def test_a_plain_archive_ranks_the_members_first(worlds: dict[str, tuple[Archive, np.ndarray]]) -> None:
    archive, truth = worlds["plain"]
    result = asked(archive)
    assert result.verdict != "cannot tell"
    table = result.table.to_pandas()
    column = "probability" if "probability" in table else "rank"
    value = table[column] * (1 if column == "probability" else -1)
    order = table.assign(value=value).sort_values("value", ascending=False).person.to_numpy()[:15]
    assert truth[order].sum() >= 12
    assert table.id.is_monotonic_increasing
    assert {"reliability", "curve"} <= set(result.tables)
    assert any(check.name == "M1 shielding" and "not tested" in check.means for check in result.checks)
    shares = table[table.n_namings > 0].filter(like="explained_").sum(axis=1)
    assert np.allclose(shares, 1.0)


def shuffled(archive: Archive, seed: int) -> tuple[Archive, np.ndarray]:
    """The same archive with other ids, persons in another order, and rows of one moment in another order."""
    rng = np.random.default_rng(seed)
    n = archive.n_rows("persons")
    new = rng.permutation(n).astype(np.int32)
    persons = archive.table("persons").to_pandas().iloc[np.argsort(new)]
    persons["person"], persons["id"] = np.arange(n, dtype=np.int32), [f"X{k:05d}" for k in rng.permutation(n)]
    tables = {"persons": persons}
    for name, columns in (("statements", ("speaker", "subject")), ("acts", ("person",))):
        frame = archive.table(name).to_pandas().sample(frac=1.0, random_state=seed)
        frame = frame.sort_values("time", kind="stable").reset_index(drop=True)
        for column in columns:
            frame[column] = new[frame[column]]
        frame[name[:-1]] = np.arange(len(frame), dtype=np.int32)
        tables[name] = frame
    made = {name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in tables.items()}
    return Archive.from_tables(made, epoch=EPOCH), new


def test_rows_names_and_numbers_of_persons_change_nothing(worlds: dict[str, tuple[Archive, np.ndarray]]) -> None:
    archive = worlds["plain"][0]
    other, new = shuffled(archive, 7)
    first, second = (asked(one).table.to_pandas().sort_values("person") for one in (archive, other))
    second = second.set_index("person").loc[new].reset_index()
    for column in [name for name in first if name not in ("person", "id", "decisive_statement", "rank")]:
        one, two = (
            frame[column].astype(object).where(frame[column].notna(), None).tolist() for frame in (first, second)
        )
        assert one == two, column


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"question": ""}, "No question was asked"),
        ({"prevalence": None}, "No range of prevalence was given"),
    ],
)
def test_what_only_a_user_can_say_is_asked_for(
    more: dict[str, object], words: str, worlds: dict[str, tuple[Archive, np.ndarray]]
) -> None:
    given = {"question": "the circle", "prevalence": (0.01, 0.02), "effort": QUICK} | more
    result = gf.recover.veracity(worlds["blind"][0], **given)  # type: ignore[arg-type]
    assert result.verdict == "cannot tell"
    assert any(words in text for text in result.words)


def test_too_few_speakers_and_wrong_words_are_told(worlds: dict[str, tuple[Archive, np.ndarray]]) -> None:
    few, _, _ = history(empty_world(20, 40, 2), PARTS, 0, 5)
    assert "at least 20 are needed" in asked(few).words[0]
    with pytest.raises(FaultList, match="lower first") as raised:
        gf.recover.veracity(few, question="x", prevalence=(0.4, 0.1), evidence="some", free="nonsense")
    assert len(raised.value.faults) == 3
    with pytest.raises(FaultList, match="found 'pressure=low'"):
        gf.recover.veracity(few, question="x", prevalence=(0.1, 0.4), free="pressure=low")


def test_labels_hold(worlds: dict[str, tuple[Archive, np.ndarray]]) -> None:
    archive, truth = worlds["plain"]
    design = design_of(archive, tau=1e6)
    known = (np.arange(5), np.array([1.0, 0.0, 1.0, 0.0, 0.0]))
    rates = rates_for(design, **PARTS, knowledge=3.0)
    start = Learned(rates, np.full(design.n_persons, 0.05), np.zeros(0), np.zeros(0), 0.05, 0.0, 0.0)
    chain = sample(
        design,
        priors_of(design, rates.omega > 1),
        replace(Question(0.03, 0.08), known=known),
        start,
        Settings(20, 10),
        seed=1,
    )
    assert chain.member[:5].tolist() == known[1].tolist()
    assert truth.sum() == 15


def test_members_who_shield_one_another_are_seen_where_labels_say_who_they_are(
    worlds: dict[str, tuple[Archive, np.ndarray]],
) -> None:
    archive, truth = worlds["plain"]
    shared = fit_shares(archive, draws=False)
    design = shared.design
    members = np.arange(100)  # any hundred persons: what matters is that they say nothing of one another
    mutual = np.isin(design.speaker, members) & np.isin(design.subject, members)
    silent = replace(
        design, sitting=design.sitting[~mutual], speaker=design.speaker[~mutual], subject=design.subject[~mutual],
        cls=design.cls[~mutual], features=design.features[~mutual], near=design.near[~mutual],
    )  # fmt: skip
    found = []
    for one in (design, silent):
        start = Learned(rates_for(one, **PARTS), truth, np.zeros(0), np.zeros(0), 0.05, 0.0, 0.0)
        asked_of = replace(Question(0.03, 0.08), known=(members, np.ones(len(members))))
        fitted = Fitted(one, priors_of(one, np.zeros(3, bool)), asked_of, start, [], truth, np.zeros(0), np.zeros(0))
        found.append(shielding(fitted, shared.tau))
    assert found[0].passed
    assert not found[1].passed


def test_only_free_first_unprompted_namings_are_kept(worlds: dict[str, tuple[Archive, np.ndarray]]) -> None:
    design = design_of(worlds["plain"][0], tau=1e6)
    is_free = np.array(["below 0.25" in name for name in design.sittings.classes])
    free = only_free(design, is_free)
    keep = is_free[design.cls] & (design.features[:, 0] < 1) & (design.features[:, 1] == 0)
    assert len(free.sitting) == keep.sum() > 0
    assert (free.sittings.time[free.sitting] == design.sittings.time[design.sitting[keep]]).all()
    assert (free.subject[free.naming] == design.subject[design.naming[keep[design.naming]]]).all()


def test_the_tail_of_weights_is_known_and_a_struck_naming_is_gone() -> None:
    """Pareto k against numbers drawn with a known tail; even numbers, taken for heavy, would be seen."""
    for k, low, high in ((0.0, -0.15, 0.2), (0.5, 0.35, 0.65), (1.2, 0.95, 1.4)):
        drawn = 1 + genpareto.rvs(k, size=(20, 2000), random_state=np.random.default_rng(3))
        assert low < np.mean([pareto_k(row) for row in drawn]) < high
    assert pareto_k(np.arange(1.0, 401.0)) < 0.2
    assert math.isnan(pareto_k(np.ones(10)))
    design, _ = twelve()
    less = struck(design, 3)
    assert len(less.sitting) == len(design.sitting) - 1
    assert set(zip(less.sitting.tolist(), less.subject.tolist(), strict=True)) == set(
        zip(design.sitting.tolist(), design.subject.tolist(), strict=True)
    ) - {(int(design.sitting[3]), int(design.subject[3]))}
    assert (less.subject[less.naming] == design.subject[design.naming[design.naming != 3]]).all()


def test_a_fit_that_fails_says_how_ranks_are_to_be_read() -> None:
    from greatfear.recover.result import Check
    from greatfear.recover.veracity_result import _MISFIT, _Answer

    made = object.__new__(_Answer)
    made.fitted = replace_design(twelve()[0])
    made.power = Power(0.9, np.full(4, 0.1), 1.0, 0.9, 0.0)
    for name, is_told in (("D2 closed triads", True), ("D1 chains", False)):
        made.checks = [Check(name, 0.0, 0.01, False, "of this record")]
        assert made.verdict == "tells in part"
        assert (_MISFIT in made._words({"prevalence": (0.1, 0.2), "question": "x"})) is is_told


def replace_design(design: Design) -> Fitted:
    fitted = object.__new__(Fitted)
    object.__setattr__(fitted, "design", design)
    return fitted
