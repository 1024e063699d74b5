"""The benchmark of relational event models, in its small form: it runs, and what it claims holds."""

from __future__ import annotations

import numpy as np

from benchmarks import rem
from greatfear.estimate import Controls, NamingModel


def test_a_dyadic_model_of_twelve_effects_is_fitted_in_two_seconds() -> None:
    row = rem.dyadic()
    assert row["job"] == "dyadic, 12 effects, 888 intervals, 6972 pairs"
    assert row["converged"]
    assert row["cpu_s"] < 2.0


def test_growth_is_linear_in_events() -> None:
    """Four times the events take four times the time; eight is where it would be no longer so."""
    seconds = [rem.sampled(n, 5_000)["cpu_s"] for n in (20_000, 80_000)]
    assert seconds[1] < 8 * max(seconds[0], 0.05)


def test_drawn_sets_of_skewed_events_find_what_full_ones_find() -> None:
    events = rem.skewed(1_500, 60)
    full, drawn = (NamingModel(rem.SAMPLED, controls=c).fit(events) for c in (None, Controls(10)))
    errors = np.array(list(drawn.standard_errors.values()))
    assert np.all(np.abs(full.theta - drawn.theta) < 3 * errors)
    assert np.all(errors > np.array(list(full.standard_errors.values())))
