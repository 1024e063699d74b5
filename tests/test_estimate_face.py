"""What a model takes and what a fit gives: paths, tables, side-by-side tables, figures, pickles."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import greatfear as gf
from greatfear.errors import FaultList, RiskSetError
from greatfear.estimate import Events, NamingModel
from test_estimate_dependence import _drawn

MODEL = NamingModel("reciprocity + inertia")


@pytest.fixture(scope="module")
def events() -> Events:
    return _drawn(4)


def _columns(events: Events) -> dict[str, list[object]]:
    names = [f"p{k:02}" for k in range(events.n_actors)]
    return {
        "time": events.time.tolist(),
        "speaker": [names[i] for i in events.sender],
        "subject": [names[j] for j in events.receiver],
    }


def test_a_table_of_any_library_is_read_as_its_events(events: Events) -> None:
    pd = pytest.importorskip("pandas")
    expected = MODEL.fit(events)
    for frame in (pa.table(_columns(events)), pd.DataFrame(_columns(events)).sample(frac=1.0, random_state=1)):
        fit = MODEL.fit(frame)
        np.testing.assert_array_equal(fit.theta, expected.theta)
        assert fit.names == expected.names
    other = _columns(events) | {"subject": _columns(events)["subject"][::-1]}
    assert not np.array_equal(MODEL.fit(pa.table(other)).theta, expected.theta)
    days = pd.to_datetime("1951-03-01") + pd.to_timedelta(events.time, unit="D")
    dated = MODEL.fit(pd.DataFrame(_columns(events) | {"time": days}))
    np.testing.assert_array_equal(dated.theta, expected.theta)
    assert str(dated.epoch) == "1951-03-01"
    text = MODEL.fit(pa.table(_columns(events) | {"time": [str(day.date()) for day in days]}))
    np.testing.assert_array_equal(text.theta, expected.theta)


def test_rows_that_are_no_events_are_counted() -> None:
    rows = {"time": [1.0, None, 3.0, 4.0], "sender": ["a", "b", "b", "c"], "receiver": ["b", "c", "b", None]}
    with pytest.raises(RiskSetError, match="no event"):
        NamingModel("inertia", start=50.0).fit(pa.table(rows))
    fit = NamingModel("accused", fixed={"accused": 0.0}).fit(pa.table(rows))
    assert {gone.reason: gone.count for gone in fit.left_out} == {
        "without a time": 1, "without a known subject": 1, "in which speaker and subject are one person": 1,
    }  # fmt: skip


def test_what_is_no_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(FaultList, match="a column 'speaker'"):
        MODEL.fit(pa.table({"time": [1.0], "who": ["a"], "subject": ["b"]}))
    with pytest.raises(FaultList, match="1335-01-20"):
        MODEL.fit(pa.table({"time": ["spring"], "speaker": ["a"], "subject": ["b"]}))
    with pytest.raises(FaultList, match="found 3, but expected an archive"):
        MODEL.fit(3)  # type: ignore[arg-type]
    with pytest.raises(gf.GreatFearError):
        MODEL.fit(tmp_path / "nothing")


def test_a_path_is_read_as_its_archive(tmp_path: Path) -> None:
    run = gf.simulate("naming-cascade", seed=1, out=tmp_path / "run")
    model = NamingModel("accused", fixed={"accused": 0.0})
    assert model.fit(tmp_path / "run").n_events == model.fit(run.archive).n_events


def test_fits_stand_side_by_side(events: Events) -> None:
    small, large = NamingModel("inertia").fit(events), NamingModel("inertia + alter(z)", cluster="sender").fit(events)
    table = gf.fits_table(small, large, names=["habit", "taste"])
    rows = {row["term"]: row for row in table.rows()}
    assert rows["alter(z)"]["habit"] == ""
    assert rows["alter(z)"]["taste"] == f"{large.theta[1]:.3f} ({large.standard_errors['alter(z)']:.3f})"
    assert rows["events"]["habit"] == "600"
    assert "clustered by sender" in str(table)
    assert "alter(z)" in table.to_latex()
    assert "<table>" in table._repr_html_()
    for bad in ([], ["one"], ["a", "a"], ["term", "b"]):
        with pytest.raises(FaultList):
            gf.fits_table(*((small, large) if bad else ()), names=bad)


def test_a_fit_shows_itself_draws_itself_and_pickles(events: Events) -> None:
    fit = MODEL.fit(events)
    assert "\n" not in repr(fit)
    assert len(repr(fit)) < 200
    again = pickle.loads(pickle.dumps(fit))
    assert str(again) == str(fit)
    assert pickle.loads(pickle.dumps(MODEL)) == MODEL
    (axes,) = fit.plot().axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(fit.names)
    own = fit.plot(ax=axes)
    assert own is axes.figure
