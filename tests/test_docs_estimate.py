"""The pages on estimation are true: effects, names of goldfish, everything public, and the tutorial's code."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import greatfear.estimate
from greatfear.estimate import EFFECTS, parse_formula

GOLDFISH = """
inertia tie recip indeg outdeg trans cycle commonSender commonReceiver mixedTrans mixedCycle mixedCommonSender
mixedCommonReceiver four nodeTrans ego alter same diff sim egoAlterInt tertius tertiusDiff
"""
DOCS = Path(__file__).resolve().parents[1] / "docs"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_of_effects_shows_the_whole_registry() -> None:
    tables = _module("effect_tables")
    shown = re.findall(r"^```\{effects\} (.+)$", (DOCS / "effects.md").read_text("utf-8"), re.M)
    assert sorted(shown) == sorted(tables.GROUPS)
    assert sorted(name for group in shown for name in tables.GROUPS[group]) == sorted(EFFECTS)
    assert "| `two_path` |" in tables.table("The naming rule")


def test_every_name_of_goldfish_is_read_here() -> None:
    page = (DOCS / "goldfish.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)\(.*\)` \| `([^`]+)` \|$", page, re.M)
    expected = set(GOLDFISH.split())
    assert {old for old, _ in rows} == expected
    for old, here in rows:
        assert parse_formula(f"{old}{here[here.find('(') :] if '(' in here else ''}") == parse_formula(here)
        snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), here.partition("(")[0]) + "".join(
            here.partition("(")[1:]
        )
        assert parse_formula(snake) == parse_formula(here)


def test_everything_public_of_estimation_is_documented() -> None:
    pages = "".join((DOCS / name).read_text("utf-8") for name in ("estimate.md", "api.md", "effects.md"))
    for name in greatfear.estimate.__all__:
        assert (
            re.search(rf"(autoclass|autofunction):: greatfear\.estimate\.(\w+\.)?{name}\n", pages) or name == "EFFECTS"
        ), name


def test_the_tutorial_runs_and_finds_what_it_says() -> None:
    executed = _module("executed")
    names: dict[str, object] = {}
    printed = [executed.run(code, names) for code in executed.blocks((DOCS / "tutorial.md").read_text("utf-8"))]
    assert len(printed) > 10
    fit = names["fit"]
    assert isinstance(fit, greatfear.estimate.Fit)
    truth = (-0.7, 0.9, 0.6, -0.8)
    gaps = [(b - t) / s for b, t, s in zip(fit.theta, truth, fit.standard_errors.values(), strict=True)]
    assert max(map(abs, gaps)) < 2.0, "the page says: within two standard errors"
    assert (DOCS / "generated" / "tutorial-replay.png").is_file()


def test_an_error_in_the_code_of_a_page_is_seen() -> None:
    executed = _module("executed")
    (code,) = executed.blocks("text\n\n```{executed}\nprint(1)\n1 / 0\n```\n")
    with pytest.raises(ZeroDivisionError):
        executed.run(code, {})
