"""Unknown attributes: refused by default; left out, marked or averaged where the user says so, and told in the result."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from greatfear.errors import FaultList, RiskSetError
from greatfear.estimate import (
    Changes,
    Controls,
    DyadicModel,
    Events,
    NamingModel,
    RateModel,
    events_from_archive,
    influence,
    replay_fit,
    score_test,
)
from greatfear.estimate.unknown import unknown_of
from greatfear.record.archive import StoredArchive
from greatfear.record.columns import table_from_columns

N, MANY = 40, 3000


def _events(*, is_hidden: bool = True) -> Events:
    """Choices by age (0.05 a year) and by equal town (1.0), of which two in five values are not known."""
    rng = np.random.default_rng(8)
    age, town = rng.integers(20, 70, N).astype(float), rng.integers(0, 3, N).astype(float)
    sender = rng.integers(N, size=MANY)
    u = 0.05 * age + 1.0 * (town[sender][:, None] == town) + rng.gumbel(size=(MANY, N))
    u[np.arange(MANY), sender] = -np.inf
    if is_hidden:
        age[rng.random(N) < 0.4] = np.nan
        town[rng.random(N) < 0.4] = np.nan
    return Events(
        N,
        np.arange(float(MANY)),
        sender,
        u.argmax(axis=1),
        attributes={
            "age": age,
            "town": town,
            "z": rng.normal(size=N),
            "rare": np.where(rng.random(N) < 0.1, np.nan, 1.0),
        },
        words={"town": ("a", "b", "c")},
    )


MODEL = NamingModel("alter(age) + same(town)")


def test_an_unknown_value_is_refused_with_its_counts() -> None:
    events = _events()
    with pytest.raises(FaultList) as caught:
        MODEL.fit(events)
    assert [fault.place for fault in caught.value.faults] == ["term 'alter(age)'", "term 'same(town)'"]
    said = str(caught.value)
    assert f"{unknown_of(events, 'age').size} of 40 persons without 'age'" in said
    for choice in ("missing='drop'", "missing='indicator'", "missing='mean'"):
        assert choice in said
    assert MODEL.fit(_events(is_hidden=False)).missing == ""
    with pytest.raises(FaultList, match="'refuse', 'drop'"):
        NamingModel("alter(age)", missing="guess").fit(events)  # type: ignore[arg-type]


def test_leaving_out_finds_what_is_true_and_the_mean_does_not() -> None:
    events, true = _events(), np.array([0.05, 1.0])
    dropped = dataclasses.replace(MODEL, missing="drop").fit(events)
    errors = np.array(list(dropped.standard_errors.values()))
    assert np.abs((dropped.theta - true) / errors).max() < 3.5
    assert dropped.n_events + sum(gone.count for gone in dropped.left_out) == MANY
    assert "missing='drop'" in dropped.missing
    assert "missing='drop'" in str(dropped)
    assert "missing='drop'" in dropped.to_dict()["missing"]
    assert dropped.risk_set_sizes.max() < 39
    # an unknown value that is taken for a value gives other coefficients: what leaving out avoids is there to be seen
    attributes = {
        name: np.where(np.isnan(events.attributes[name]), -1.0, events.attributes[name]) for name in ("age", "town")
    }
    taken = MODEL.fit(dataclasses.replace(events, attributes=attributes))
    assert ((taken.theta - true) / np.array(list(taken.standard_errors.values()))).max() < -4
    averaged = NamingModel("alter(age)", missing="mean").fit(events)
    assert "the mean of the known values" in averaged.missing


def test_an_indicator_has_a_coefficient_of_its_own() -> None:
    events = _events()
    fit = dataclasses.replace(MODEL, missing="indicator").fit(events)
    assert fit.names == ("alter(age)", "same(town)", "unknown(alter(age))", "unknown(same(town))")
    assert fit.n_events == MANY
    model = NamingModel("alter(age)", missing="indicator")
    fit = model.fit(events)
    hidden = np.isnan(events.attributes["age"])
    plain = dataclasses.replace(
        events, attributes={"age": np.nan_to_num(events.attributes["age"]), "hidden": hidden.astype(float)}
    )
    np.testing.assert_allclose(fit.theta, NamingModel("alter(age) + alter(hidden)").fit(plain).theta, rtol=1e-9)
    assert influence(model, events, fit).change.shape == (MANY, 2)
    assert score_test(fit, NamingModel("alter(age) + indeg", missing="indicator"), events).df == 1


def test_words_have_no_mean_and_no_order() -> None:
    events = _events()
    with pytest.raises(FaultList, match="have no mean"):
        NamingModel("same(town)", missing="mean").fit(events)
    for term in (
        "alter(town)",
        "diff(town)",
        "indeg:alter(town)",
        "tertius(town)",
        "egoAlterInt(z, town)",
        "targeted(town)",
    ):
        with pytest.raises(FaultList, match="same\\(town\\)"):
            NamingModel(term).fit(events)
    with pytest.raises(FaultList, match="flag of 1 or 0"):
        NamingModel("indeg", receivers="town").fit(events)


def test_a_rule_of_inclusion_knows_everybody_or_leaves_out() -> None:
    events = _events()
    with pytest.raises(RiskSetError, match="missing='drop'"):
        NamingModel("indeg", receivers="rare").fit(events)
    with pytest.raises(RiskSetError):
        NamingModel("indeg", receivers="rare", missing="mean").fit(events)
    fit = NamingModel("indeg", receivers="rare", missing="drop").fit(events)
    assert fit.risk_set_sizes.max() <= N - unknown_of(events, "rare").size


@pytest.mark.parametrize(
    "model",
    [
        NamingModel("alter(z)", controls=Controls(10), missing="drop"),
        RateModel("1 + ego(z)", missing="drop"),
        DyadicModel("1 + alter(z)", missing="drop"),
        DyadicModel("alter(z)", timing="ordinal", missing="drop"),
    ],
)
def test_every_model_leaves_out_as_if_those_persons_could_not_be_named(
    model: NamingModel | RateModel | DyadicModel,
) -> None:
    events = _events()
    kept = np.arange(60)
    few = dataclasses.replace(
        events, time=events.time[kept], sender=events.sender[kept] % 8, receiver=8 + events.receiver[kept] % 8, n_actors=16,
        sitting=np.zeros(0, np.int64), is_dependent=np.zeros(0, np.bool_), words={}, attributes={}, pressure=np.zeros(0),
    )  # fmt: skip
    z = np.arange(16) / 7.0
    z[[3, 9]] = np.nan
    open_to = np.where(np.isnan(z), 0.0, 1.0)
    hidden = dataclasses.replace(few, attributes={"z": z})
    fit = model.fit(hidden)
    rules = {"senders" if isinstance(model, RateModel) else "receivers": "open"}
    stated = dataclasses.replace(model, missing="refuse", **rules)  # type: ignore[arg-type]
    known = dataclasses.replace(few, attributes={"z": np.nan_to_num(z), "open": open_to})
    expected = stated.fit(known)
    assert fit.n_events == expected.n_events
    if isinstance(model, NamingModel):
        assert np.isfinite(fit.theta).all()  # other controls are drawn, so that only the count is the same
    else:
        np.testing.assert_allclose(fit.theta, expected.theta, rtol=1e-8)
        np.testing.assert_array_equal(fit.risk_set_sizes, expected.risk_set_sizes)


def test_changes_may_be_unknown_too() -> None:
    changes = {"flag": Changes(np.array([5.0, 9.0]), np.array([1, 1]), np.array([np.nan, 1.0]))}
    events = dataclasses.replace(_events(), changes=changes)
    with pytest.raises(FaultList, match="1 of 40 persons without 'flag'"):
        NamingModel("alter(flag)").fit(events)
    table = NamingModel("alter(flag)", missing="drop").table(events)
    with pytest.raises(FaultList, match="attributes known of everybody"):
        replay_fit((model := NamingModel("alter(flag) + alter(z)", missing="drop")), events, model.fit(events), draws=1)
    assert np.isfinite(table.x).all()
    sizes = np.diff(table.start)
    assert set(sizes[6:9].tolist()) <= {38, 39}
    assert set(sizes[20:40].tolist()) == {39}


def test_an_archive_keeps_unknown_values_unknown() -> None:
    columns = {
        "id": ["a", "b", "c"], "sex": ["f", None, "m"], "age": np.array([30, -1, 50]), "dead": np.array([0, 0, 1], np.int8),
    }  # fmt: skip
    persons = table_from_columns("persons", columns, 3)
    said = {"time": [1.0, 2.0], "precision": "day", "speaker": [0, 1], "subject": [1, 2], "channel": "report"}
    acts = {
        "time": [np.nan, 1.0],
        "precision": ["unknown", "day"],
        "person": [0, 1],
        "kind": "arrest",
        "cause": "unknown",
        "outcome": "none",
    }
    tables = {"persons": persons, "statements": table_from_columns("statements", said, 2)}
    tables["acts"] = table_from_columns("acts", acts, 2)
    events = events_from_archive(StoredArchive.from_tables(tables, epoch=dt.date(1335, 1, 1)))
    np.testing.assert_array_equal(events.attributes["age"], [30, np.nan, 50])
    np.testing.assert_array_equal(events.attributes["sex"], [0, np.nan, 1])
    np.testing.assert_array_equal(events.attributes["sex_f"], [1, np.nan, 0])
    np.testing.assert_array_equal(events.attributes["arrest"], [np.nan, 0, 0])
    assert events.words["sex"] == ("f", "m")
    assert events.attributes["doomed"].tolist() == [0, 0, 1]
    with pytest.raises(FaultList, match="without 'arrest'"):
        NamingModel("alter(arrest)").fit(events)
    with pytest.raises(FaultList, match="sex_m"):
        NamingModel("alter(sex)").fit(events)


def _archive(*, precision: str, end: dt.date | None) -> StoredArchive:
    persons = table_from_columns("persons", {"id": ["a", "b", "c"]}, 3)
    said = {"time": [20.0, 22.0], "precision": precision, "speaker": [0, 1], "subject": [1, 2], "channel": "report"}
    tables = {"persons": persons, "statements": table_from_columns("statements", said, 2)}
    return StoredArchive.from_tables(tables, epoch=dt.date(1335, 1, 1), end=end)


def test_a_rate_counts_the_whole_time_that_the_archive_covers() -> None:
    model = RateModel("1")
    fit = model.fit(_archive(precision="day", end=dt.date(1335, 4, 11)))
    assert np.exp(fit.theta[0]) == pytest.approx(2 / (3 * 100))
    assert fit.observed == (0.0, 100.0)
    assert "100 days, from day 0 to day 100 (1335-01-01 to 1335-04-11)" in str(fit)
    unknown_end = model.fit(_archive(precision="day", end=None))
    assert unknown_end.observed == (0.0, 22.0)
    asked = RateModel("1", start=10.0, end=30.0).fit(_archive(precision="day", end=dt.date(1335, 4, 11)))
    assert np.exp(asked.theta[0]) == pytest.approx(2 / (3 * 20))


def test_an_archive_without_events_says_why() -> None:
    with pytest.raises(RiskSetError, match="Excluded: 2 statements with a time known to the year only"):
        RateModel("1").fit(_archive(precision="year", end=None))
