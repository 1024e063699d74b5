"""Every result draws itself by `.plot()`, into a figure of its own or into axes that are given; one function makes JSON plain."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import pickle
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from matplotlib.figure import Figure

import greatfear as gf
from greatfear.catalogue.hearsay import hearsay
from greatfear.comparison.against_record import Comparison, ComparisonRow
from greatfear.estimate import Events, event_probabilities, influence, replay_fit, time_rescaling
from greatfear.show.plain import plain
from make_golden_archive import village

_RULE = {"into": "statements", "speaker": "by", "subject": "of", "time": "day", "channel": {"constant": "report"}}
MAP = {"format": 1, "epoch": "1692-04-10", "tables": [{"table": "edges", "makes": [_RULE]}]}


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """One result of each kind that a figure shows."""
    run = gf.simulate("witch-hunt", seed=3)
    arrested = "select id from persons join acts using (person) where kind = 'arrest' and cause = 'statement' limit 1"
    model = gf.NamingModel("kin + acquaintance", missing="drop")
    events = Events(4, np.arange(12.0), np.tile([0, 1, 2, 0, 3, 1], 2), np.tile([1, 0, 0, 1, 2, 3], 2))
    choice, rate = gf.NamingModel("recip"), gf.RateModel("1")
    return {
        "events": events, "probabilities": event_probabilities(choice, events, {"recip": 0.5}),
        "influence": influence(choice, events, choice.fit(events)),
        "replay": replay_fit(choice, events, choice.fit(events), draws=5),
        "rescaled": time_rescaling(rate, events, rate.fit(events)),
        "intake": gf.intake({"edges": [{"by": "A", "of": "B", "day": "1692-04-12"}]}, MAP),
        "run": run, "archive": run.archive, "description": run.archive.describe(),
        "why": run.archive.why(run.archive.sql(arrested)["id"][0].as_py()),
        "ensemble": gf.ensemble(gf.catalogue.scenario("naming-cascade"), 2, seed=1, workers=0),
        "counterfactual": gf.counterfactual(gf.catalogue.scenario("naming-cascade"), {"two-statements": True}, 1),
        "cascade": gf.cascade(gf.catalogue.scenario("naming-cascade").alter({"population.ties.rule": "small-world"}), seed=1),
        "fit": model.fit(run.archive), "recover": gf.recover.ledger(run.archive),
        "fits table": gf.fits_table(model.fit(run.archive)), "hearsay": hearsay("C41"),
        "comparison": Comparison((ComparisonRow("a", "arrests", "persons", 90, 80, 95, 100, -0.1, "prediction"),), 20),
    }  # fmt: skip


WITHOUT_FIGURE = ("Record", "Survey")
"""Results that have a short line and a page, and no figure of their own: a published table, and several results in one."""


def test_every_result_has_a_line_a_page_a_figure_and_can_be_sent(results: dict[str, Any]) -> None:
    """Results are the public classes that show themselves in a notebook; a scenario and a plain table are none."""
    kinds = {type(result) for result in results.values()}
    without = ("Scenario", "Shown", "Table", *WITHOUT_FIGURE)
    found = {kind for kind in shown_kinds() if kind.__name__ not in without}
    assert {kind.__name__ for kind in found - kinds} == set(), "a result that no test draws"
    assert not [kind for kind in shown_kinds() if kind.__name__ in WITHOUT_FIGURE and hasattr(kind, "plot")]
    for name, result in results.items():
        assert len(repr(result).splitlines()) == 1, name
        assert len(repr(result)) < 200, name
        assert result._repr_html_().startswith("<"), name
        again = pickle.loads(pickle.dumps(result))
        assert (type(again), repr(again)) == (type(result), repr(result)), name


def shown_kinds() -> set[type]:
    """Return the public classes of the package, outside of the lab and the commands, that a notebook shows as a page."""
    names = [one.name for one in pkgutil.walk_packages(gf.__path__, "greatfear.") if not one.name.endswith("__main__")]
    modules = [import_module(name) for name in names if not name.startswith(("greatfear.web", "greatfear.cli"))]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    own = {kind for kind in kinds if kind.__module__.startswith("greatfear.") and not kind.__name__.startswith("_")}
    return {kind for kind in own if hasattr(kind, "_repr_html_")}


def test_a_run_answers_as_its_archive_does(results: dict[str, Any]) -> None:
    run = results["run"]
    person = results["why"].person
    assert str(run.describe(by="year", top=3)) == str(run.archive.describe(by="year", top=3))
    assert str(run.why(person, limit=2)) == str(run.archive.why(person, limit=2))


def test_every_result_draws_itself(results: dict[str, Any]) -> None:
    for name, result in results.items():
        drawn = result.plot()
        assert isinstance(drawn, Figure), name
        assert drawn.axes, name
        assert any(axes.has_data() or axes.texts for axes in drawn.axes), name


def test_a_figure_shows_itself_in_a_notebook(results: dict[str, Any]) -> None:
    picture = results["description"].plot()._repr_png_()
    assert picture.startswith(b"\x89PNG")
    assert 5_000 < len(picture) < 500_000


def test_figures_go_into_axes_that_are_given(results: dict[str, Any]) -> None:
    for name in results.keys() - {"recover"}:
        mine = Figure()
        axes = mine.subplots()
        assert results[name].plot(ax=axes) is mine, name
        assert axes.has_data() or axes.texts, name
        assert mine.axes == [axes], name


def test_the_form_of_an_export_follows_from_the_name(results: dict[str, Any], tmp_path: Path) -> None:
    for name, begins in (("x.gexf", b"<?xml"), ("x.graphml", b"<?xml"), ("x.json", b"{")):
        assert gf.export(results["archive"], tmp_path / name).read_bytes().startswith(begins)
    assert (gf.export(results["archive"], tmp_path / "x") / "persons.csv").exists()
    with pytest.raises(gf.GreatFearError, match="gexf"):
        gf.export(results["archive"], tmp_path / "x.docx")


def test_plain_data_is_json() -> None:
    given = {
        1: np.float64("nan"), "a": (np.int8(3), np.array([1.0, np.inf])), "day": dt.date(1692, 3, 1), "path": Path("x"),
        "flag": np.bool_(True), "set": {"x"}, "none": None, "text": np.str_("x"), "big": 10**30, "nan": math.nan,
    }  # fmt: skip
    assert json.loads(json.dumps(plain(given), allow_nan=False)) == {
        "1": None, "a": [3, [1.0, None]], "day": "1692-03-01", "path": "x", "flag": True, "set": ["x"], "none": None,
        "text": "x", "big": 10**30, "nan": None,
    }  # fmt: skip


OWN = {"outcomes": {"admonished": "stays"}}


def test_no_text_of_a_user_is_mathematics_in_axes_of_the_user() -> None:
    table = village()
    for column in ("id", "name"):
        names = pa.array([f"$\\frac{{{number} $ x_" for number in range(table["persons"].num_rows)], pa.string())
        place = table["persons"].column_names.index(column)
        table["persons"] = table["persons"].set_column(place, table["persons"].schema.field(place), names)
    archive = gf.Archive.from_tables(
        table, epoch=dt.date(1600, 1, 1), end=None, kind="real", title="$x", provenance=OWN
    )
    person = archive.table("persons")["id"].to_pylist()[-1]
    for drawn in (archive.why(person), archive):
        mine = Figure()
        axes = mine.subplots()
        axes.set_title("$x^2$", loc="right")
        drawn.plot(ax=axes)
        mine.savefig(io.BytesIO(), format="svg")
        assert axes._right_title.get_parse_math(), "what the user wrote stays mathematics"
