"""A public function that gets a value of the wrong kind answers with a sentence, never with an error of Python's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import greatfear as gf
from greatfear.errors import WrongArgumentError, found, is_whole


class Thing:
    """Nothing that any function can use."""


@pytest.fixture(scope="module")
def village() -> gf.Archive:
    return gf.datasets.village_1690()


ON_NOTHING: dict[str, Callable[[object], object]] = {
    "read": gf.read,
    "load": gf.load,
    "simulate": lambda x: gf.simulate(x, seed=1),
    "start": lambda x: gf.start(x, seed=1),
    "cascade": lambda x: gf.cascade(x, seed=1),
    "ensemble": lambda x: gf.ensemble(x, 1, seed=1),
    "counterfactual": lambda x: gf.counterfactual(x, {"two-statements": True}, seed=1),
    "papers": gf.papers,
    "export": lambda x: gf.export(x, "x.gexf"),
    "write_report": lambda x: gf.write_report(x, "x.html"),
    "against_record": gf.against_record,
    "ledger": gf.recover.ledger,
    "origins": gf.recover.origins,
    "shares": gf.recover.shares,
    "survey": gf.recover.survey,
    "veracity": gf.recover.veracity,
    "coverage": gf.recover.coverage,
    "aliases": gf.recover.aliases,
    "copies": gf.recover.copies,
    "NamingModel.fit": lambda x: gf.NamingModel("kin").fit(x),
    "fits_table": gf.fits_table,
    "draw_coefficients": gf.plots.draw_coefficients,
    "formula": lambda x: gf.NamingModel(x).fit(gf.datasets.village_1690()),
    "scenario": gf.catalogue.scenario,
    "record": gf.catalogue.record,
    "tables": gf.datasets.tables,
    "intake": lambda x: gf.intake(x, {"format": 1, "epoch": "1951-04-10", "tables": []}),
    "map": lambda x: gf.intake({}, x),
}


@pytest.mark.parametrize("value", [None, 3, Thing()], ids=["None", "3", "object"])
@pytest.mark.parametrize("name", ON_NOTHING)
def test_a_value_of_the_wrong_kind_is_told_in_a_sentence(name: str, value: object) -> None:
    with pytest.raises(gf.GreatFearError) as error:
        ON_NOTHING[name](value)
    assert "NoneType" not in str(error.value)
    assert len(str(error.value)) > 20


SETTINGS: dict[str, Callable[[gf.Archive], object]] = {
    "seed": lambda a: gf.simulate("witch-hunt", seed="one"),
    "seed 1.5": lambda a: gf.simulate("witch-hunt", seed=1.5),
    "threads": lambda a: gf.simulate("witch-hunt", seed=1, threads="all"),
    "out": lambda a: gf.simulate("witch-hunt", seed=1, out=3),
    "replicates": lambda a: gf.ensemble("witch-hunt", "ten", seed=1),
    "alter": lambda a: gf.ensemble("witch-hunt", 1, seed=1, alter={"offices.pressure": 0}),
    "sweep": lambda a: gf.ensemble("witch-hunt", 1, seed=1, sweep=["offices.pressure"]),
    "workers": lambda a: gf.ensemble("witch-hunt", 1, seed=1, workers="two"),
    "changes": lambda a: gf.counterfactual("witch-hunt", "two-statements", seed=1),
    "alter changes": lambda a: gf.catalogue.scenario("witch-hunt").alter("offices.pressure"),
    "top": lambda a: a.describe(top="ten"),
    "person": lambda a: a.why(None),
    "limit": lambda a: a.why("P001", limit="ten"),
    "start": lambda a: gf.NamingModel("kin", start="1690-01-01").fit(a),
    "fixed": lambda a: gf.NamingModel("kin", fixed=3).fit(a),
    "controls": lambda a: gf.NamingModel("kin", controls=10).fit(a),
    "k": lambda a: gf.recover.ledger(a, k="two"),
    "tau": lambda a: gf.recover.shares(a, tau="long"),
    "prevalence": lambda a: gf.recover.veracity(a, question="x", prevalence=0.1),
    "entry": lambda a: gf.against_record(a, entry="grate-terror"),
    "path": lambda a: gf.export(a, None),
    "report path": lambda a: gf.write_report(a, None),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting_is_told_in_a_sentence(name: str, village: gf.Archive) -> None:
    with pytest.raises(gf.GreatFearError) as error:
        SETTINGS[name](village)
    assert ("expected" in str(error.value)) or ("did you mean" in str(error.value))


def test_the_message_says_how_to_get_an_archive(village: gf.Archive) -> None:
    with pytest.raises(WrongArgumentError, match=r"Open the folder first: greatfear\.read\(path\)"):
        gf.export("runs/x", "x.gexf")  # type: ignore[arg-type]
    with pytest.raises(gf.GreatFearError, match=r"greatfear\.catalogue\.scenario\('witch-hunt'\)"):
        gf.load("witch-hunt")


def test_a_scenario_may_be_an_id_a_file_or_a_dictionary(tmp_path: Path) -> None:
    text = "{id: x, title: X, time: [1936-01-01, 1936-01-03], population: {regions: {r: 90}}}"
    (tmp_path / "x.yaml").write_text(text)
    assert gf.simulate(tmp_path / "x.yaml", seed=1).scenario.id == "x"
    assert gf.simulate(str(tmp_path / "x.yaml"), seed=1).scenario.id == "x"


def test_what_was_found_is_short() -> None:
    assert found("a" * 200) == "'" + "a" * 76 + "..."
    assert found(None) == "None"
    assert found(Thing()) == "an object of type Thing"
    assert [is_whole(value, 0, 3) for value in (0, 2, 3, -1, 1.0, True, "1")] == [
        True,
        True,
        False,
        False,
        False,
        False,
        False,
    ]


def test_a_survey_has_a_short_repr(village: gf.Archive) -> None:
    assert len(repr(gf.recover.survey(village))) < 200
