"""Figures of fits: everything that they must show is in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from greatfear import plots as fits
from greatfear.canvas import save
from greatfear.estimate import (
    Events,
    NamingModel,
    RateModel,
    event_probabilities,
    influence,
    likelihood_ratio,
    replay_fit,
    time_rescaling,
)
from test_estimate_known import _simulated

CHOICE = NamingModel("recip + alter(z)")


@pytest.fixture(scope="module")
def events() -> Events:
    return _simulated(7, (-1.0, 0.8, 0.4), is_dyadic=False)


def _drawn(name: str, events: Events) -> Any:
    fit = CHOICE.fit(events)
    rate = RateModel("1 + ego(z)", start=0.0)
    found = {
        "coefficients": lambda: fits.draw_coefficients(
            {"all": fit, "late": NamingModel("recip", start=20.0).fit(events)}
        ),
        "rescaling": lambda: fits.draw_rescaling(time_rescaling(rate, events, rate.fit(events))),
        "replay": lambda: fits.draw_replay(replay_fit(CHOICE, events, fit, draws=20)),
        "outliers": lambda: fits.draw_outliers(event_probabilities(CHOICE, events, fit), events),
        "influence": lambda: fits.draw_influence(influence(CHOICE, events, fit), events),
        "nested": lambda: fits.draw_nested([likelihood_ratio(NamingModel("recip").fit(events), fit)]),
    }
    return found[name]()


@pytest.mark.parametrize("name", ["coefficients", "rescaling", "replay", "outliers", "influence", "nested"])
def test_every_axis_is_labelled_and_the_figure_can_be_saved(name: str, events: Events, tmp_path: Any) -> None:
    drawn = _drawn(name, events)
    assert drawn.axes
    for axes in drawn.axes:
        assert axes.get_xlabel()
        assert axes.get_ylabel() or [label.get_text() for label in axes.get_yticklabels()]
    assert save(drawn, tmp_path / f"{name}.png").stat().st_size > 5000


def test_points_stand_where_the_numbers_are(events: Events) -> None:
    fit = CHOICE.fit(events)
    (axes,) = fits.draw_coefficients({"all": fit}).axes
    assert axes.lines[0].get_xdata().tolist() == fit.theta.tolist()
    (axes,) = fits.draw_outliers(event_probabilities(CHOICE, events, fit), events).axes
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), event_probabilities(CHOICE, events, fit).surprise)
    most = int(np.argmax(event_probabilities(CHOICE, events, fit).surprise))
    assert axes.texts[0].get_text() == f"{events.sender[most]} > {events.receiver[most]}"
