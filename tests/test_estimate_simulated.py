"""The estimator and the simulator run one text: an archive and theta alone give back what the simulator wrote into the truth."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from greatfear.estimate import Events, NamingModel, events_from_archive, log_probabilities
from greatfear.simulation.run import Run
from test_simulate_logp import THETA, village

CONTACTS = ("kin", "unit", "acquaintance", "organisation")
assert village  # the fixture


def _model(events: Events, **more: Any) -> NamingModel:
    found = tuple(name for name in CONTACTS if name in events.networks)
    settings = {"opportunities": found, "ties": "plackett-luce"} | more
    return NamingModel(" + ".join(THETA), **settings)


def _distance(village: Run, events: Events, model: NamingModel, theta: dict[str, float]) -> float:
    truth = village.truth["namings"]["logp"].to_numpy()
    found = log_probabilities(model, events, theta)
    assert found.size == np.isfinite(truth).sum() > 100
    return float(np.abs(found - truth[np.isfinite(truth)]).max())


@pytest.fixture(scope="module")
def events(village: Run) -> Events:
    return events_from_archive(village.archive)


def test_the_estimator_gives_back_every_probability(village: Run, events: Events) -> None:
    assert (events.sender < 0).any(), "accusations of unknown speakers count"
    assert _distance(village, events, _model(events), THETA) < 1e-10


@pytest.mark.parametrize("term", THETA)
def test_a_wrong_coefficient_is_seen(village: Run, events: Events, term: str) -> None:
    assert _distance(village, events, _model(events), {**THETA, term: THETA[term] + 0.01}) > 1e-6


def test_other_rules_are_seen(village: Run, events: Events) -> None:
    """Denominators that are not reduced, another risk set, times that are not frozen for the day, forgotten speakers."""
    assert _distance(village, events, _model(events, ties="breslow"), THETA) > 1e-3
    assert _distance(village, events, _model(events, opportunities=None), THETA) > 1e-3
    instant = events_from_archive(village.archive, by="instant")
    assert _distance(village, instant, _model(events), THETA) > 1e-3
    known = events.sender >= 0
    columns = ("time", "sender", "receiver", "is_dependent", "sitting", "pressure")
    held = {name: values[known] for name in columns if (values := getattr(events, name)) is not None and len(values)}
    fewer = dataclasses.replace(events, **held)
    assert _distance(village, fewer, _model(events), THETA) > 1e-3
