"""The benchmark of relational event models, in its small form: it runs, and what it claims holds."""

from __future__ import annotations

import numpy as np

from benchmarks import rem
from greatfear.estimate import Controls, NamingModel
from greatfear.estimate.compiling import compile_formula
from greatfear.estimate.formula import parse_formula
from greatfear.estimate.kernels.state import advance
from greatfear.estimate.risk import RiskSet


def test_the_dyadic_job_is_the_one_it_says() -> None:
    row = rem.dyadic()
    assert (row["effects"], row["intervals"], row["pairs"]) == (12, 888, 6972)
    assert row["converged"]


def test_each_series_has_more_events_in_its_own_way() -> None:
    rows = [rem.sampled(series, 2_500, 500) for series in rem.SERIES]
    assert [row["actors"] for row in rows] == [500, 500, 2_000]
    assert all(row["converged"] and row["events"] == 2_500 for row in rows)
    steps = [
        row | {"events": n, "cpu_s": n / 1e5, "user_s": (n / 1e5) ** 2} for row in rows for n in (1_000, 2_000, 4_000)
    ]
    assert all(line.endswith("to the power 1.00, without the system's for memory 2.00") for line in rem.told(steps))


def test_towns_have_events_of_their_own() -> None:
    events, first = rem.towns(3, 400, 50), rem.skewed(400, 50)
    own = events.sender < 50
    assert np.all(events.sender // 50 == events.receiver // 50)
    assert np.all(np.diff(events.time) >= 0)
    for name in ("time", "sender", "receiver"):
        np.testing.assert_array_equal(getattr(events, name)[own], getattr(first, name))
    np.testing.assert_array_equal(events.attributes["z"][:50], first.attributes["z"])


def test_a_window_keeps_what_is_read_as_large_as_it_was() -> None:
    """Lists hold the ties within the window, however long an archive is: so the cost of an event does not grow."""
    blocks = {}
    for text in (rem.WINDOWED, rem.SAMPLED):
        for days in (100, 400):
            events = rem.skewed(100 * days, 2_000, days=days)
            compiled = compile_formula(parse_formula(text), RiskSet(), events)
            state = compiled.new_state()
            advance(state, compiled.updates, 0, float(days))
            blocks[text, days] = int(state.nets.clock[0]["blocks"])
            stands = state.nets.node["degree_out"].sum()
            pairs = {*zip(*(who[events.time >= days - 30] for who in (events.sender, events.receiver)), strict=True)}
            assert stands == len(pairs) or text == rem.SAMPLED
    assert blocks[rem.WINDOWED, 400] < 1.2 * blocks[rem.WINDOWED, 100]
    assert blocks[rem.SAMPLED, 400] > 1.5 * blocks[rem.SAMPLED, 100]


def test_drawn_sets_of_skewed_events_find_what_full_ones_find() -> None:
    events = rem.skewed(1_500, 60)
    full, drawn = (NamingModel(rem.SAMPLED, controls=c).fit(events) for c in (None, Controls(10)))
    errors = np.array(list(drawn.standard_errors.values()))
    assert np.all(np.abs(full.theta - drawn.theta) < 3 * errors)
    assert np.all(errors > np.array(list(full.standard_errors.values())))
