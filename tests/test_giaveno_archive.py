"""Giaveno 1335 through everything that reads an archive: the counts of its description, report, chains, exports."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import greatfear as gf
from greatfear.archive import Archive

PLACE = os.environ.get("GREATFEAR_DATA", "")
pytestmark = pytest.mark.skipif(not PLACE, reason="no data sets here: set GREATFEAR_DATA to the folder that holds them")


@pytest.fixture(scope="module")
def giaveno() -> Archive:
    return gf.datasets.giaveno_1335()


def test_the_description_gives_the_published_counts(giaveno: Archive) -> None:
    total = giaveno.describe().totals
    assert (total["deponents"], total["deponents_without_names"], total["namings_of_persons"]) == (110, 18, 967)
    assert (total["self_accusations"], total["named"]) == (61, 254)
    assert [round(float(total[f"new_share_{part}_third"]), 2) for part in ("first", "second", "last")] == [
        0.53,
        0.2,
        0.07,
    ]
    assert round(float(total["top_ten_share"]), 2) == 0.30
    assert round(float(total["share_named_once"]), 2) == 0.55


def test_the_report_shows_them(giaveno: Archive, tmp_path: Path) -> None:
    page = gf.write_report(giaveno, tmp_path / "giaveno.html").read_text("utf-8")
    text = re.sub(r"<[^>]+>", " ", page)
    assert re.search(r"110\s+deponents", text)
    assert "The ten persons named most are the subjects of 30 per cent of the namings" in text
    assert re.search("55 per cent of the persons named were named in one statement only", text)
    assert "In the first third of the namings, 53 per cent named a new person; in the last third, 7 per cent" in text
    assert "Statements by day" in text, "a trial of five weeks is shown by days"
    assert "G. G. Merlo" in text
    assert "guilty" not in text.replace("To be accused is not to be guilty", "")


def test_a_case_has_its_chain(giaveno: Archive) -> None:
    why = str(giaveno.why("P0051"))
    assert "Statements against P0051: 27 by 25 speakers" in why
    assert "merlo1977 edges row 27" in why


@pytest.mark.parametrize("form", ["graphml", "gexf", "prov", "csv"])
def test_every_export_holds_what_it_must(giaveno: Archive, form: str, tmp_path: Path) -> None:
    path = tmp_path / ("tables" if form == "csv" else f"giaveno.{form}")
    gf.export(giaveno, path, form)
    if form == "csv":
        assert len((path / "persons.csv").read_text("utf-8").splitlines()) == 352
        assert len((path / "statements.csv").read_text("utf-8").splitlines()) == 1071
    elif form == "prov":
        told = json.loads(path.read_text("utf-8"))
        assert "Merlo" in json.dumps(told, ensure_ascii=False)
        assert {"gf:table/persons", "gf:table/statements"} <= set(told["entity"])
    else:
        nodes = [element for element in ET.parse(path).iter() if element.tag.endswith("}node")]
        assert len(nodes) >= 254


def test_a_choice_can_be_fitted_as_the_front_page_says(giaveno: Archive) -> None:
    fit = gf.NamingModel("kin + inertia + reciprocity + accused(window=30)").fit(giaveno)
    assert fit.converged
    assert fit.n_events + sum(gone.count for gone in fit.left_out) == giaveno.n_rows("statements")
    assert set(fit.risk_set_sizes) == {350.0}
    claims = fit.as_claims()
    assert (claims.source.key, claims.left_out) == ("merlo1977", {})
    assert list(claims.theta) == list(fit.names)
