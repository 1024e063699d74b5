"""The benchmarks in small, with a made-up tool beside the real ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import against, names1, page
from benchmarks.environments import TOOLS, NotInstalledError, Tool
from benchmarks.growth import exponent, last_step, one
from benchmarks.names1 import Limits, Trial
from benchmarks.results import load, save
from benchmarks.ring import ring
from benchmarks.worker import is_log

ROOT = Path(__file__).resolve().parents[1]
KEYS = {
    "tool", "version", "n", "repeats", "build_s", "cpu_s", "wall_s", "named_per_cpu_s", "rss_mb", "final_size", "who_named_whom",
}  # fmt: skip
HERE = [tool for tool in TOOLS if tool.name in {"greatfear", "numpy", "numba"}]


def here(tool: Tool) -> Path:
    """Return this environment, in which NumPy and Numba are too."""
    if tool.name == "absent":
        raise NotInstalledError("could not be installed: no network")
    return Path(sys.executable)


def made_up(name: str, sizes: list[int]) -> Trial:
    """Return a trial of a tool that never ran."""
    found = {"version": "1", "build_s": 1.0, "cpu_s": 2.0, "wall_s": 2.0, "rss_mb": 9.0, "who_named_whom": False}
    return Trial(Tool(name, "none", ""), 1000, [found | {"final_size": size} for size in sizes])


def test_a_small_comparison_agrees_and_says_who_is_absent() -> None:
    absent, broken = Tool("absent", "none", "none"), Tool("broken", "no_such_module", "")
    trials = names1.measure(1000, [*HERE, absent, broken], 1, python_of=here)
    rows = [names1.row(trial) for trial in trials if trial.found]
    assert [row["tool"] for row in rows] == ["greatfear", "numpy", "numba"]
    assert all(set(row) == KEYS and row["who_named_whom"] and 850 < row["final_size"] < 960 for row in rows)
    said = list(names1.told(trials))
    assert said[0] == "absent is left out at 1,000: could not be installed: no network"
    assert "broken is left out at 1,000: failed: ModuleNotFoundError" in said[1]
    assert len(said) == 2


def test_a_tool_of_another_law_is_seen() -> None:
    same = [made_up(name, sizes) for name, sizes in {"a": [900, 912], "b": [905, 917], "c": [908, 915]}.items()]
    assert names1.apart(same) == []
    assert names1.apart([*same, made_up("yearly", [20, 31])]) == ["yearly"]
    assert "yearly: final sizes differ" in next(names1.told([*same, made_up("yearly", [20, 31])]))


def test_a_tool_that_would_take_too_much_is_left_out_with_the_reason() -> None:
    slow = {"build_s": 1.0, "cpu_s": 1.0, "rss_mb": 100.0}
    assert names1.too_much(10**6, [(10**4, slow)], Limits(300.0)) == ""
    assert "about 200 s a repetition" in names1.too_much(10**6, [(10**4, slow)], Limits(100.0))
    large = slow | {"rss_mb": 1000.0}
    assert "about 98 GB" in names1.too_much(10**7, [(10**4, slow), (10**5, large)], Limits(1e6, 50_000.0))


@pytest.mark.parametrize(
    ("step", "accuser", "accused"),
    [
        ([0, 1, 1], [-1, 0, 0], [0, 1, 1]),
        ([0, 1, 2], [-1, 0, 0], [0, 1, 2]),
        ([0, 1], [-1, 0], [0, 3]),
    ],
    ids=["twice", "not asked", "no tie"],
)
def test_a_log_that_cannot_be_is_refused(step: list[int], accuser: list[int], accused: list[int]) -> None:
    ends = np.array([[1], [2], [3], [4], [0]])
    assert is_log(np.array([0, 1]), np.array([-1, 0]), np.array([0, 1]), ends)
    assert not is_log(np.array([0, 1]), None, np.array([0, 1]), ends)
    with pytest.raises(ValueError, match="somebody is"):
        is_log(np.array(step), np.array(accuser), np.array(accused), ends)


def test_the_ring_has_no_tie_twice_and_moves_the_share_asked_for() -> None:
    ends = ring(2000, 10, 0.25, 5)
    one_end = np.repeat(np.arange(2000), 5)
    pairs = {frozenset(pair) for pair in zip(one_end.tolist(), ends.ravel().tolist(), strict=True)}
    assert len(pairs) == 10_000
    assert all(len(pair) == 2 for pair in pairs)
    moved = (ends != (np.arange(2000)[:, None] + np.arange(1, 6)) % 2000).mean()
    assert 0.23 < moved < 0.27
    assert (ring(50, 10, 0.0, 5) == (np.arange(50)[:, None] + np.arange(1, 6)) % 50).all()


def test_exponents_are_those_of_powers() -> None:
    x = [1e4, 1e5, 1e6, 1e7]
    assert exponent(x, [3 * value**1.05 for value in x]) == pytest.approx(1.05)
    assert last_step(x, [5, 5, 5, 50]) == pytest.approx(1.0)
    point = one(10_000, 200)
    assert 100 < point["cases"] < 300
    assert point["rss_mb"] >= point["base_mb"] > 0


def test_the_page_is_written_from_results_alone(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    rows = [names1.row(made_up(name, [900])) for name in ("greatfear", "mesa")]
    save("names1", [*rows, {"tool": "eon", "n": 1000, "left_out": "too slow"}], ("tool", "n"), folder)
    save("names1", [rows[1] | {"final_size": 901}], ("tool", "n"), folder)
    kept = load("names1", folder)
    assert [row.get("final_size") for row in kept] == [900, 901, None]
    assert not any(key in json.dumps(kept) for key in ("host", "node"))
    points: list[dict[str, Any]] = [
        {"series": series, "persons": persons, "asked": cases, "cases": cases, "statements": cases, "cpu_s": cases / 1e4,
         "user_s": cases / 2e4,
         "rss_mb": 200 + cases / 1e3, "base_mb": 199.0}
        for series, persons, cases in (
            ("cases", 10**8, 10**4), ("cases", 10**8, 10**5), ("cases", 10**8, 10**6),
            ("persons", 10**5, 10**4), ("persons", 10**6, 10**4), ("persons", 10**7, 10**4),
        )
    ]  # fmt: skip
    save("growth", points, ("series", "persons", "asked"), folder)
    page.write(tmp_path, folder)
    written = (tmp_path / "benchmarks.md").read_text()
    assert "eon is left out: too slow" in written
    assert "Time grows as cases to the power 1.000" in written
    assert {path.name for path in (tmp_path / "images").iterdir()} == {"benchmarks-growth.png", "benchmarks-names1.png"}


def test_the_committed_page_is_that_of_the_committed_results() -> None:
    assert (ROOT / "docs" / "benchmarks.md").read_text() == page.text()


def test_the_command_runs_as_a_file_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    words = [sys.executable, str(ROOT / "benchmarks" / "names1.py"), "--n", "1000", "--repeats", "1"]
    done, refused = (
        subprocess.run([*words, "--json", "--only", tool], capture_output=True, text=True, cwd=tmp_path, check=False)
        for tool in ("greatfear", "gratfear")
    )
    assert set(json.loads(done.stdout)) == KEYS
    assert refused.returncode
    assert "--only: found gratfear, but expected one of greatfear, " in refused.stderr


def test_two_codes_are_compared_pair_by_pair() -> None:
    mine = [{"wall s": 1.0, "rows": 5}, {"wall s": 2.0, "rows": 5}, {"wall s": 9.0, "rows": 5}]
    other = [{"wall s": 2.0}, {"wall s": 4.0}, {"wall s": 3.0}]
    assert against.compared(mine, other) == {"wall s": {"this code": 2.0, "commit": 3.0, "ratio": 0.5}}
