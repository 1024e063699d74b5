"""Fitted coefficients as claims: what carries over, in what form, and that the catalogue holds what the fit says."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatfear import catalogue
from greatfear.errors import FaultList
from greatfear.estimate import DyadicModel, Events, NamingModel, Ties
from greatfear.naming import compile_terms
from greatfear.scenario import from_dict
from greatfear.sources import Certainty, Source

PLACE = os.environ.get("GREATFEAR_DATA", "")
SOURCE = Source("study", "A study of letters", 1951, "10.1/x")


@pytest.fixture(scope="module")
def events() -> Events:
    rng = np.random.default_rng(3)
    sender = rng.integers(9, size=90)
    ties = [(i, (i + 1) % 9) for i in range(9)]
    kin = Ties(*np.array(ties).T, np.full(9, -np.inf), np.full(9, np.inf))
    return Events(
        9,
        np.arange(90.0),
        sender,
        (sender + rng.integers(1, 9, size=90)) % 9,
        attributes={"z": rng.normal(size=9), "doomed": (np.arange(9) > 6).astype(float)},
        networks={"kin": kin},
    )


def test_terms_are_those_of_the_naming_rule(events: Events) -> None:
    text = "recip + tie(kin) + alter(doomed) + commonSender(transform=log1p) + accused(window=20) + inertia + alter(z)"
    claims = NamingModel(text).fit(events).as_claims(SOURCE)
    assert list(claims.theta) == [
        *("reciprocity", "kin", "doomed", "two_path(transform=log1p)", "accused(window=20)", "inertia")
    ]
    assert claims.left_out == {"alter(z)": "the naming rule has no such statistic"}
    compile_terms({term: claim.value for term, claim in claims.theta.items()})


@pytest.mark.parametrize(
    "term",
    ["recip(window=3)", "indeg", "tie(kin, weighted=true)", "trans", "recip:alter(z)", "tie(halflife=3)", "kin(other)"],
)
def test_what_is_another_thing_is_not_carried_over(events: Events, term: str) -> None:
    other = dataclasses.replace(events, networks={**events.networks, "other": events.networks["kin"]})
    claims = NamingModel(f"{term} + accused").fit(other).as_claims(SOURCE)
    assert list(claims.theta) == ["accused"]
    assert len(claims.left_out) == 1


def test_a_statistic_has_the_same_value_under_both_names(events: Events) -> None:
    pairs = [("recip", "reciprocity"), ("commonSender", "two_path"), ("tie(kin)", "kin"), ("alter(doomed)", "doomed")]
    for one, other in pairs:
        tables = [NamingModel(text).table(events).x for text in (one, other)]
        np.testing.assert_array_equal(*tables)


def test_values_intervals_and_grounds_are_in_the_scenario(events: Events) -> None:
    fit = NamingModel("recip + inertia", fixed={"inertia": -1.0}).fit(events)
    claims = fit.as_claims(SOURCE, certainty=Certainty.DUBIOUS)
    assert claims.left_out == {"inertia": "it was given, not estimated"}
    low, high = fit.interval()["reciprocity"]
    claim = claims.theta["reciprocity"]
    assert abs(claim.value - fit.coefficients["reciprocity"]) < fit.standard_errors["reciprocity"] / 100
    assert claim.reason.startswith(f"95 % interval {low:.3f} to {high:.3f}; 90 events; risk set: all actors")
    frame = {"format": "greatfear-scenario/1", "id": "x", "title": "X", "time": ["1900-01-01", "1900-02-01"]}
    frame |= {"population": {"regions": {"r": {"persons": 100}}, "strata": {"s": {"share": 1}}}}
    quantity = from_dict(claims.to_dict() | frame, "x").naming.theta["reciprocity"]
    assert (quantity.kind, quantity.value, quantity.source) == ("claim", claim.value, "study")
    from greatfear.scenario.written import plain
    from greatfear.scenario.yaml_text import read_yaml

    read: Any = plain(read_yaml(str(claims), "claims"))
    assert read == claims.to_dict()


def test_the_source_is_that_of_the_archive(events: Events) -> None:
    fit = NamingModel("recip").fit(dataclasses.replace(events, origin=SOURCE))
    assert fit.as_claims().theta["reciprocity"].source == "study"
    assert fit.to_dict()["origin"] == "A study of letters"
    with pytest.raises(FaultList, match="need as_claims"):
        NamingModel("recip").fit(events).as_claims()


def test_what_cannot_be_carried_is_refused(events: Events) -> None:
    with pytest.raises(FaultList, match="a choice"):
        DyadicModel("recip", timing="ordinal").fit(events).as_claims(SOURCE)
    with pytest.raises(FaultList, match="second coefficient of kin"):
        NamingModel("kin + alter(z)").fit(events).as_claims(SOURCE, rename={"alter(z)": "kin"})
    with pytest.raises(FaultList, match="not converged"):
        dataclasses.replace(NamingModel("recip").fit(events), converged=False).as_claims(SOURCE)


@pytest.mark.skipif(not PLACE, reason="no data sets here: set GREATFEAR_DATA to the folder that holds them")
def test_the_witch_hunt_holds_what_the_fit_says() -> None:
    path = Path(__file__).resolve().parents[1] / "maintenance" / "carry_giaveno.py"
    spec = importlib.util.spec_from_file_location("carry_giaveno", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    carried, held = module.carried().theta, catalogue.scenario("witch-hunt").naming.theta
    assert [term for term, quantity in held.items() if quantity.source == "estevez2024"] == list(carried)
    for term, claim in carried.items():
        assert (held[term].value, held[term].reason) == (claim.value, claim.reason)
    assert {term for term, quantity in held.items() if quantity.assumption} == set(held) - set(carried)
