"""The three reference fits of Giaveno, in both risk sets, and what must hold for the other four."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PLACE = os.environ.get("GREATFEAR_DATA", "")
REFERENCE = Path(PLACE) / "giaveno_1335" / "reference_fits.json"
ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(
    not PLACE or not REFERENCE.exists(),
    reason="no reference fits here: set GREATFEAR_DATA to the folder that holds them",
)
NAMES = {"giaveno-rate-all": "rate, all", "giaveno-choice-all": "choice, all"}
NAMES["giaveno-choice-congregation"] = "choice, congregation"
COLUMNS = {"110": "deponents", "267": "all actors", "266": "all actors", "239 minus the sender": "ever denounced"}


@pytest.fixture(scope="module")
def fits() -> dict[tuple[str, str], Any]:
    """All fits of the example, by model and column."""
    spec = importlib.util.spec_from_file_location("giaveno_example", ROOT / "examples" / "giaveno_1335.py")
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = example
    spec.loader.exec_module(example)
    return {(case.name, case.column): fit for case, fit, _ in example.fits()}


def _references() -> list[Any]:
    if not PLACE or not REFERENCE.exists():
        return []
    cases = json.loads(REFERENCE.read_text())["cases"]
    return [pytest.param(c["id"], r, id=f"{c['id']}-{k}") for c in cases for k, r in enumerate(c["references"])]


def _differences(fit: Any, reference: dict[str, Any]) -> list[str]:
    """What does not agree to the stated precision."""
    wrong = [] if abs(fit.loglik - reference["logLik"]) < 1e-5 else [f"loglik {fit.loglik} {reference['logLik']}"]
    for what, ours in (("coef", fit.coefficients), ("se", fit.standard_errors)):
        gaps = np.abs(np.array(list(ours.values())) - reference[what])
        wrong += [f"{what} of {name}: {gap}" for name, gap in zip(ours, gaps, strict=True) if gap > 1e-4]
    for what, ours in (("AIC", fit.aic), ("BIC", fit.bic)):
        if what in reference and abs(ours - reference[what]) > 1e-4:
            wrong.append(f"{what} {ours} {reference[what]}")
    return wrong


@pytest.mark.parametrize(("name", "reference"), _references())
def test_reference_fits(fits: dict[tuple[str, str], Any], name: str, reference: dict[str, Any]) -> None:
    fit = fits[NAMES[name], COLUMNS[reference["risk_set"]]]
    assert _differences(fit, reference) == []
    assert fit.n_observations == reference.get("nEvents_incl_right_censored", fit.n_observations)


def test_another_risk_set_is_seen(fits: dict[tuple[str, str], Any]) -> None:
    """The comparison above fails when the columns are exchanged."""
    for _, reference in (parameter.values for parameter in _references() if "choice-all" in parameter.values[0]):
        other = {"266": "ever denounced"}.get(reference["risk_set"], "all actors")
        assert len(_differences(fits["choice, all", other], reference)) > 5


def test_null_likelihoods_are_sums_of_log_sizes(fits: dict[tuple[str, str], Any]) -> None:
    for (name, column), fit in fits.items():
        if name.startswith("choice"):
            assert fit.null_loglik == pytest.approx(-np.log(fit.risk_set_sizes).sum(), abs=1e-8), (name, column)
        else:
            # with every coefficient 0 the rate is one a day for each at risk, over days 1 to 34
            assert fit.null_loglik == pytest.approx(-33 * fit.risk_set_sizes[0], abs=1e-8)
    assert fits["choice, all", "all actors"].null_loglik == pytest.approx(-4628.718439980029, abs=1e-8)
    assert fits["choice, all", "ever denounced"].null_loglik == pytest.approx(-4537.03649825616, abs=1e-8)
    assert fits["choice, all", "all actors"].null_loglik == pytest.approx(-829 * math.log(266), abs=1e-8)


def test_all_seven_models_converge_in_both_columns(fits: dict[tuple[str, str], Any]) -> None:
    assert len({name for name, _ in fits}) == 7
    assert len(fits) == 14
    assert all(fit.converged and fit.max_score < 1e-6 and not fit.left_out for fit in fits.values())
    assert {fit.n_events for fit in fits.values()} == {829, 80, 537}


def test_the_extended_choice_contains_the_plain_one(fits: dict[tuple[str, str], Any]) -> None:
    for column in ("all actors", "ever denounced"):
        assert fits["choice, extended", column].loglik > fits["choice, all", column].loglik + 10


def test_the_archive_gives_the_same_choice_fit(fits: dict[tuple[str, str], Any]) -> None:
    from greatfear.datasets import giaveno_1335_study
    from greatfear.estimate import NamingModel

    formula = "alter(woman) + same(woman) + alter(dead) + recip + commonSender + indeg(transform=sqrt)"
    fit = NamingModel(formula).fit(giaveno_1335_study().archive())
    assert fit.loglik == pytest.approx(fits["choice, all", "all actors"].loglik, abs=1e-8)
