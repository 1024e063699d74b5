"""What a fit says of itself, what is left out and refused, and how formulas are read."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from benchmarks.rem import skewed
from greatfear.errors import FaultList, RiskSetError, UnknownNameError
from greatfear.estimate import (
    Changes,
    DyadicModel,
    Events,
    NamingModel,
    NotIdentifiedError,
    RateModel,
    fitting,
    newton,
    parse_formula,
)


def _events(**more: Any) -> Events:
    rng = np.random.default_rng(1)
    sender = rng.integers(6, size=30)
    receiver = (sender + rng.integers(1, 6, size=30)) % 6
    attributes = {"z": rng.normal(size=6), "open": np.array([1.0, 1, 1, 1, 1, 0]), "one": np.ones(6)}
    return Events(6, np.arange(30.0), sender, receiver, attributes=attributes, **more)


def test_result_is_frozen_and_full() -> None:
    fit = NamingModel("recip + alter(z) + alter(open) + diff(z)").fit(_events())
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.loglik = 0.0  # type: ignore[misc]
    assert len(set(fit.names)) == 4, "effects of one short name keep their own rows"
    assert fit.aic == pytest.approx(8 - 2 * fit.loglik)
    assert fit.bic == pytest.approx(4 * np.log(30) - 2 * fit.loglik)
    assert fit.aicc == pytest.approx(fit.aic + 40 / 25)
    assert json.loads(json.dumps(fit.to_dict()))["n_events"] == 30
    low, high = fit.interval(0.95)["reciprocity"]
    assert (high - low) / 2 == pytest.approx(1.959964 * fit.standard_errors["reciprocity"])
    assert low < fit.coefficients["reciprocity"] < high


def test_tables_name_every_term() -> None:
    fit = NamingModel("recip + alter(z) + alter(open)", fixed={"recip": 0.3}).fit(_events())
    frame = fit.to_pandas()
    assert frame["term"].tolist() == ["reciprocity", "alter(z)", "alter(open)"]
    assert frame["estimate"].tolist() == fit.theta.tolist()
    for text in (fit.summary(), fit.to_latex(), fit.to_html()):
        assert all(name in text for name in fit.names)
        assert "fixed" in text
        assert "size 5" in text
        assert "nan" not in text


def test_fixed_coefficients_stay_and_cost_nothing() -> None:
    free = NamingModel("recip + alter(z)").fit(_events())
    held = NamingModel("recip + alter(z)", fixed={"alter(z)": free.coefficients["alter(z)"]}).fit(_events())
    assert held.coefficients["reciprocity"] == pytest.approx(free.coefficients["reciprocity"], abs=1e-7)
    assert held.n_parameters == 1
    assert np.isnan(held.standard_errors["alter(z)"])
    with pytest.raises(UnknownNameError):
        NamingModel("recip", fixed={"recp": 1.0}).fit(_events())


def test_what_is_left_out_is_said() -> None:
    events = _events()
    fit = NamingModel("recip", receivers="open", start=5.0).fit(events)
    seen = events.time >= 5
    to_closed = int((events.receiver[seen] == 5).sum())
    assert to_closed > 0
    assert fit.n_events == seen.sum() - to_closed
    counts = {gone.reason: gone.count for gone in fit.left_out}
    assert counts == {
        "outside the time of observation": 5,
        "not in the risk set (receivers: open > 0; never the sender)": to_closed,
    }
    assert set(fit.risk_set_sizes) == {4.0, 5.0}


def test_a_risk_set_that_changes_is_honoured() -> None:
    leaving = Changes(np.array([9.5]), np.array([0]), np.zeros(1))
    table = NamingModel("recip", receivers="open").table(_events(changes={"open": leaving}))
    for s in range(table.time.size):
        candidates = table.pair[table.start[s] : table.start[s + 1]] % 6
        assert (0 in candidates) == (table.time[s] <= 9.5 and table.pair[table.start[s]] // 6 != 0)


@pytest.mark.parametrize(
    ("model", "error", "words"),
    [
        (NamingModel("recip", receivers="opn"), UnknownNameError, "open"),
        (NamingModel("recip", opportunities="kin"), UnknownNameError, "kin"),
        (NamingModel("alter(one) + recip"), NotIdentifiedError, "alter"),
        (NamingModel("alter(z) + recip + alter(z):alter(one)"), NotIdentifiedError, "told apart"),
        (NamingModel("ego(z)"), NotIdentifiedError, "ego"),
        (NamingModel("1 + recip"), FaultList, "intercept"),
        (RateModel("recip"), FaultList, "sender"),
        (RateModel("1 + indeg(type=alter)"), FaultList, "type=ego"),
        (RateModel("1 + ego(z)", timing="ordinal"), FaultList, "intercept"),
        (DyadicModel("recip", timing="daily"), FaultList, "ordinal"),  # type: ignore[arg-type]
        (NamingModel("alter(z, transform=sqrt)"), FaultList, "no number"),
        (NamingModel("recip", start=100.0), RiskSetError, "no event"),
        (NamingModel("recip", receivers="none"), RiskSetError, "no event"),
    ],
    ids=str,
)
def test_refusals(model: Any, error: type[Exception], words: str) -> None:
    events = dataclasses.replace(_events(), changes={"none": Changes(np.zeros(0), np.zeros(0, int), np.zeros(0))})
    with pytest.raises(error, match=words):
        model.fit(events)


def test_events_give_all_their_faults() -> None:
    with pytest.raises(FaultList) as caught:
        Events(2, np.array([2.0, 1.0]), np.array([0, 5]), np.array([0, 1]), attributes={"z": np.ones(3)})
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("recip", ("reciprocity",)),
        ("tie + commonSender", ("inertia", "two_path")),
        ("1 + indeg(transformFun='sqrt', window=30)", ("intercept", "indeg(type=alter, window=30, transform=sqrt)")),
        ("same( sex )+tie(kin, weighted = TRUE)", ("same(sex)", "tie(kin, weighted=true)")),
        ("recip:alter(woman)", ("reciprocity:alter(woman)",)),
        ('trans(ignoreRep="true")', ("trans(ignoreRep=true)",)),
    ],
)
def test_formulas(text: str, names: tuple[str, ...]) -> None:
    formula = parse_formula(text)
    assert formula.names == names
    assert parse_formula(" + ".join(names)) == formula, "the canonical form is read as itself"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("recp", 1),
        ("recip + recip", 1),
        ("same", 1),
        ("recip(a, b)", 1),
        ("ego(z, window=3)", 1),
        ("indeg(window=-1, type=both, transform=cube)", 3),
        ("recip:recip:recip", 1),
        ("recip +", 1),
        ("recp + same + indeg(windw=3)", 3),
    ],
)
def test_faulty_formulas_give_every_fault(text: str, count: int) -> None:
    with pytest.raises(FaultList) as caught:
        parse_formula(text)
    assert len(caught.value.faults) == count


def test_statistics_can_be_had_as_arrow() -> None:
    table = NamingModel("recip + alter(z)").table(_events())
    rows = table.to_arrow()
    assert rows.column_names == ["set", "sender", "receiver", "weight", "chosen", "reciprocity", "alter(z)"]
    assert sum(rows["chosen"].to_pylist()) == 30
    assert rows["alter(z)"].to_pylist() == [_events().attributes["z"][j] for j in rows["receiver"].to_pylist()]
    assert all(i != j for i, j in zip(rows["sender"].to_pylist(), rows["receiver"].to_pylist(), strict=True))


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("is_always", [True, False])
def test_a_term_that_all_or_no_events_have_is_named(
    is_always: bool, is_large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "_MANY", 10 if is_large else 1000)
    sender = np.arange(30) % 5
    receiver = np.full(30, 5) if is_always else (sender + 1 + np.arange(30) % 3) % 5
    events = Events(6, np.arange(30.0), sender, receiver, attributes={"last": np.array([0.0, 0, 0, 0, 0, 1])})
    fit = NamingModel("alter(last) + indeg" if not is_always else "alter(last)").fit(events)
    assert fit.boundless == ("alter(last)",)
    assert not fit.converged
    assert "estimate diverges (complete separation): alter(last)" in fit.summary()
    assert NamingModel("recip").fit(_events()).boundless == ()


def test_a_large_table_is_fitted_from_the_estimate_of_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    events, model = skewed(2_000, 40), NamingModel("recip + inertia + alter(z)")
    expected = model.fit(events)
    climbed = []
    monkeypatch.setattr(fitting, "climb", lambda *a, **k: climbed.append(a[1]) or newton.climb(*a, **k))
    monkeypatch.setattr(fitting, "_MANY", 10)
    fit = model.fit(events)
    assert [start.any() for start in climbed] == [False, True]
    assert fit.iterations < expected.iterations
    np.testing.assert_allclose(fit.theta, expected.theta, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(fit.covariance, expected.covariance, rtol=1e-7)
    assert fit.null_loglik == expected.null_loglik


def test_a_very_small_p_is_told_as_small() -> None:
    fit = NamingModel("recip + inertia").fit(skewed(400, 20))
    small = [row["term"] for row in fit.to_rows() if row["p"] < 0.00005]
    assert small
    assert fit.summary().count("<0.0001") == len(small) == fit.to_latex().count(r"\textless{}0.0001")
    assert fit.to_html().count("&lt;0.0001") == len(small)
    assert "0.0000" not in fit.summary()
