"""Counterfactuals: pairs of runs that share a world, person by person, region by region, and over replicates."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import greatfear as gf
from greatfear.canvas import save
from greatfear.catalogue import scenarios
from greatfear.cli import main
from greatfear.errors import FaultList, ScenarioError
from greatfear.scenario.model import Scenario
from greatfear.simulation.pairing import FATES, counts_of, first_differences, pair_persons
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.summary import summarise
from greatfear.simulation.what_if_figure import draw_what_if
from greatfear.simulation.what_ifs import WHAT_IFS, spelt_out
from process_scenarios import OPERATIONS, ORDERS, REGIONS, scenario

SEED = 4
BUSY = scenario(orders=[{**ORDERS[0], "id": "elite"}, ORDERS[1]])

# Nothing that all regions share but acquaintance: no queue, no belief that moves the chief, no order, no organisation.
APART: dict[str, Any] = {
    "centre": {"belief_drives": 0.0, "grants_follow": 0.0},
    "orders": [],
    "boards": [{"id": "court", "delay": 9, "least": 2, "outcomes": {"death": 0.3, "camp": 0.4}}],
    "routes": [{"board": "court"}],
    "operations": [OPERATIONS[0]],
    "population": {"organisations": [], "state": {}, "contacts": {"unit": 4, "region": 4, "country": 2}},
    "leads": {"denunciation": {"rate": 0.002}},
}
ONE_REGION = {"operations.order-447.limits.north.first": 15}


def pair_of(given: Scenario, changes: dict[str, Any], replicate: int = 0) -> tuple[Run, Run]:
    one, two = (simulate(each, SEED, replicate=replicate) for each in (given, given.alter(changes)))
    return one, two


def rows_by_region(run: Run) -> dict[str, set[tuple[Any, ...]]]:
    """Return the rows of each region, in plain Python: time, regions of speaker and subject, then what it is."""
    people = run.archive.table("persons").to_pylist()
    found: dict[str, set[tuple[Any, ...]]] = {region.id: set() for region in run.scenario.population.regions}
    for row in run.archive.table("statements").to_pylist():
        subject = people[row["subject"]]
        speaker = people[row["speaker"]] if row["speaker"] >= 0 else {"region": subject["region"], "id": ""}
        key = (row["time"], speaker["region"], subject["region"], speaker["id"], subject["id"], row["channel"])
        for region in {speaker["region"], subject["region"]}:
            found[region].add(key)
    for row in run.archive.table("acts").to_pylist():
        person = people[row["person"]]
        what = (row["kind"], row["cause"], row["outcome"], row["operation"], row["board"], row["evidence"])
        found[person["region"]].add((row["time"], person["region"], person["region"], person["id"], *what))
    return found


def partings(one: Run, two: Run) -> dict[str, tuple[int, float, bool]]:
    """Return, by region, how many rows differ, when first, and whether a statement between two regions is among the first."""
    found = {}
    before, after = rows_by_region(one), rows_by_region(two)
    for region, rows in before.items():
        differing = rows ^ after[region]
        first = min((row[0] for row in differing), default=math.nan)
        crossed = any(row[0] == first and row[1] != row[2] for row in differing)
        found[region] = (len(differing), first, crossed)
    return found


@pytest.mark.parametrize("replicate", range(3))
def test_one_region_s_rule_touches_others_only_by_a_statement_that_crosses(replicate: int) -> None:
    one, two = pair_of(scenario(**APART), ONE_REGION, replicate)
    naive = partings(one, two)
    assert naive["north"][0] > 0
    assert not naive["north"][2], "the rule changed begins at home"
    for region in ("south", "west"):
        n, day, crossed = naive[region]
        assert day > naive["north"][1] or n == 0
        assert crossed or n == 0
    assert any(naive[region][0] for region in ("south", "west")), "otherwise nothing is shown"
    found = {row["region"]: row for row in first_differences(one, two).to_pylist()}
    for region, (n, day, crossed) in naive.items():
        assert found[region]["differing"] >= n
        assert found[region]["day"] == day or n == found[region]["differing"] == 0
        assert bool(found[region]["crossed_from"]) == crossed
    assert all(found[region]["crossed_from"] != region for region in found)


def test_without_acquaintance_across_regions_the_others_stay_as_they_were() -> None:
    closed = {**APART, "population": {**APART["population"], "contacts": {"unit": 4, "region": 4, "country": 0}}}
    one, two = pair_of(scenario(**closed), ONE_REGION)
    found = {row["region"]: row for row in first_differences(one, two).to_pylist()}
    assert found["north"]["differing"] > 0
    for region in ("south", "west"):
        assert found[region]["differing"] == 0
        assert math.isnan(found[region]["day"])
        assert found[region]["rows_base"] == found[region]["rows_changed"] == len(rows_by_region(one)[region]) > 20


def test_what_the_country_shares_is_seen() -> None:
    """Planted: one queue for all regions. The others then part without any statement that crossed."""
    shared = {
        **APART,
        "boards": [{"id": "court", "delay": 3, "capacity": 0.3, "outcomes": {"death": 0.3, "camp": 0.4}}],
    }
    one, two = pair_of(scenario(**shared), ONE_REGION)
    naive = partings(one, two)
    assert any(naive[region][0] and not naive[region][2] for region in ("south", "west"))
    found = {row["region"]: row for row in first_differences(one, two).to_pylist()}
    assert [bool(found[region]["crossed_from"]) for region in naive] == [crossed for _, _, crossed in naive.values()]


def naive_fates(run: Run) -> dict[str, dict[str, Any]]:
    """Return what befell each person, by id, in plain Python."""
    ids = run.archive.table("persons")["id"].to_pylist()
    found: dict[str, dict[str, Any]] = {}
    for row in run.archive.table("statements").to_pylist():
        if row["speaker"] != row["subject"]:
            fate = found.setdefault(ids[row["subject"]], {})
            fate["accused"] = min(row["time"], fate.get("accused", row["time"]))
    for row in run.archive.table("acts").to_pylist():
        fate = found.setdefault(ids[row["person"]], {})
        if row["kind"] == "arrest":
            fate.setdefault("arrested", row["time"])
        if row["kind"] == "sentence" and row["outcome"] != "released":
            fate["sentenced"] = True
            fate["death"] = fate.get("death", False) or row["outcome"] == "death"
    return {person: fate for person, fate in found.items() if fate}


def test_persons_are_paired_by_address() -> None:
    one, two = pair_of(BUSY, {"offices.pressure": 0.05})
    base, changed = naive_fates(one), naive_fates(two)
    table = pair_persons(one, two)
    assert set(table["person"].to_pylist()) == base.keys() | changed.keys()
    for row in table.to_pylist():
        for which, fates in (("base", base), ("changed", changed)):
            fate = fates.get(row["person"], {})
            assert [row[f"{name}_{which}"] for name in FATES] == [
                bool(fate.get(name) is not None and fate.get(name) is not False) for name in FATES
            ]
            days = [row[f"accused_day_{which}"], row[f"arrested_day_{which}"]]
            np.testing.assert_equal(days, [fate.get("accused", math.nan), fate.get("arrested", math.nan)])
    counts = counts_of(table)
    assert counts["arrested_both"] == sum(
        "arrested" in base.get(p, {}) and "arrested" in changed.get(p, {}) for p in base
    )
    assert min(counts["arrested_both"], counts["arrested_only_base"], counts["accused_only_base"]) > 0
    assert counts["arrested_both"] + counts["arrested_only_base"] == summarise(one)["arrests"]


def test_no_change_makes_no_difference_and_a_planted_one_is_seen() -> None:
    one, two = pair_of(BUSY, {})
    assert sum(row["differing"] for row in first_differences(one, two).to_pylist()) == 0
    assert one.truth["namings"]["logp"].to_numpy().tobytes() == two.truth["namings"]["logp"].to_numpy().tobytes()
    acts = one.archive.table("acts")
    time = acts["time"].to_numpy().copy()
    time[7] = np.nextafter(time[7], 1e9)  # the last bit of one hour
    moved = {name: one.archive.table(name) for name in ("persons", "statements", "offices")}
    moved["acts"] = acts.set_column(acts.column_names.index("time"), "time", pa.array(time))
    planted = Run(gf.Archive.from_tables(moved, epoch=one.archive.epoch), one.truth, one.scenario, SEED)
    found = [row for row in first_differences(one, planted).to_pylist() if row["differing"]]
    assert [(row["differing"], row["run"], int(row["day"])) for row in found] == [(2, "base", int(time[7]))]


@pytest.fixture(scope="module")
def many() -> Any:
    return gf.counterfactual(BUSY, {"offices.pressure": 0.2}, SEED, 24, workers=0)


@pytest.fixture(scope="module")
def pairs() -> Any:
    """The same runs by another way."""
    return gf.ensemble(BUSY, 24, alter=[{"offices.pressure": 0.2}], seed=SEED, workers=0)


def test_the_ratio_of_variances_is_that_of_independent_runs(many: Any, pairs: Any) -> None:
    effect = many.effect("statements")
    base, changed = pairs.column("statements"), pairs.column("statements", 1)
    assert effect.base == base.mean()
    assert effect.difference == pytest.approx((changed - base).mean(), abs=1e-9)
    assert effect.error == pytest.approx((changed - base).std(ddof=1) / math.sqrt(24))
    # runs that truly share nothing: each base against every changed run of another replicate
    apart = np.array([changed[j] - base[i] for i in range(24) for j in range(24) if i != j], float)
    assert effect.variance_ratio == pytest.approx((changed - base).var(ddof=1) / apart.var(), rel=0.1)
    assert effect.variance_ratio < 0.8, "shared random numbers help"


def test_independent_pairs_have_a_ratio_of_one(pairs: Any) -> None:
    """Planted: a pair that shares nothing. The ratio must not flatter it."""
    from greatfear.simulation.counterfactual import _effect

    base = pairs.column("statements").astype(float)
    other = gf.ensemble(BUSY, 24, seed=SEED + 1, workers=0).column("statements").astype(float)
    assert 0.4 < _effect("statements", base, other).variance_ratio < 2.5
    assert _effect("statements", base, base).variance_ratio == 0
    assert math.isnan(_effect("x", base[:1], other[:1]).variance_ratio)
    assert _effect("x", np.array([1.0, np.nan, 3.0]), np.array([2.0, 2.0, 5.0])).n == 2


def test_one_and_several_processes_agree(many: Any, tmp_path: Path) -> None:
    folder = tmp_path / "pairs"
    some = gf.counterfactual(BUSY, {"offices.pressure": 0.2}, SEED, 6, workers=2, out=folder)
    np.testing.assert_equal(some.table.to_pylist(), many.table.to_pylist()[:6])
    before = (folder / "table.parquet").read_bytes()
    (folder / "manifest.json").unlink()
    gf.counterfactual(BUSY, {"offices.pressure": 0.2}, None, 6, workers=0, out=folder)
    assert (folder / "table.parquet").read_bytes() == before
    with pytest.raises(FaultList, match="changes"):
        gf.counterfactual(BUSY, {"offices.pressure": 0.3}, SEED, 6, out=folder)


ARGUMENTS = {"no-pressure-before": "1937-02-01", "halt-on": "1937-02-15"}


def test_named_changes_do_what_they_say() -> None:
    found = {}
    for name in WHAT_IFS:
        changed = BUSY.alter(spelt_out(BUSY, {name: ARGUMENTS.get(name, True)}))
        found[name] = (changed, simulate(changed, SEED))
    acts = {name: run.archive.table("acts").to_pylist() for name, (_, run) in found.items()}
    registers = [act for act in acts["no-registers"] if act["cause"] == "register"]
    assert registers == []
    assert any(act["cause"] == "register" for act in acts["two-statements"])
    leads = [act for act in acts["two-statements"] if act["kind"] == "arrest" and act["cause"] == "statement"]
    assert leads
    assert min(act["evidence"] for act in leads) >= 2
    pressed = [act for act in acts["no-pressure-before"] if act["kind"] == "interrogation"]
    assert {act["pressure"] for act in pressed if act["time"] < 31} == {0.0}
    assert {round(act["pressure"], 2) for act in pressed if 31 <= act["time"] < 40} == {0.3}
    assert found["halt-on"][1].centre["halted_on"] == 45
    limits = [act for act in acts["no-limits"] if act["cause"] == "register" and act["operation"] == "order-447"]
    assert limits == []
    assert not found["no-limits"][0].operations[0].limits


@pytest.mark.parametrize("entry", scenarios())
def test_named_changes_fit_the_catalogue(entry: str) -> None:
    given = gf.catalogue.scenario(entry)
    middle = given.time.start + (given.time.end - given.time.start) / 2
    is_limited = any(operation.limits for operation in given.operations)
    is_soviet = 1917 <= given.time.start.year <= 1953
    without = (set() if is_limited else {"no-limits"}) | (set() if is_soviet else {"deaths-in-custody"})
    for name in WHAT_IFS.keys() - without:
        changes = spelt_out(given, {name: middle.isoformat() if WHAT_IFS[name].argument else None})
        assert given.alter(changes).metadata["altered"]


def test_faults_are_named() -> None:
    with pytest.raises(FaultList, match="found none"):
        gf.counterfactual(BUSY, {}, 1)
    with pytest.raises(FaultList, match="a date, as in"):
        gf.counterfactual(BUSY, {"halt-on": "soon"}, 1)
    with pytest.raises(ScenarioError, match="pressure"):
        gf.counterfactual(BUSY, {"offices.presure": 1}, 1)
    with pytest.raises(FaultList, match="each once"):
        gf.counterfactual(BUSY, {"two-statements": 1}, 1, [])
    fewer = {"regions": REGIONS[:2], "organisations": []}
    runs = [
        simulate(each, 1)
        for each in (BUSY, scenario(operations=[], orders=[], routes=[{"board": "court"}], population=fewer))
    ]
    with pytest.raises(FaultList, match="not the list of regions"):
        pair_persons(*runs)


def test_the_text_and_the_figure(many: Any, tmp_path: Path) -> None:
    text = str(many)
    assert text.startswith("everything, seed 4: what if offices.pressure = 0.2")
    assert "first difference by region (replicate 0):" in text
    assert "variance ratio" in text
    assert json.loads(json.dumps(many.to_dict(), default=str))["persons"]["accused"] == many.counts("accused")
    drawn = draw_what_if(many)
    upper = drawn.axes[0].patches
    heights = sum(patch.get_height() for patch in upper if patch.get_height() > 0)
    persons = many.persons.to_pandas()
    assert heights == persons["accused_base"].sum(), "every person accused as it was is drawn once, above the axis"
    assert -sum(p.get_height() for p in upper if p.get_height() < 0) == persons["accused_changed"].sum()
    assert save(drawn, tmp_path / "x.png").stat().st_size > 10_000


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["what-if", "witch-hunt", "--change", "two-statements", "--seed", "12", "-o", str(tmp_path / "pair")]
    assert main([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["changes"] == {"offices.evidence": 2}
    assert answer["regions"][0]["date"].startswith("1629-")
    assert all(Path(path).is_file() for path in answer["files"].values())
    persons = (tmp_path / "pair" / "persons.csv").read_text().splitlines()
    assert persons[0].startswith("address,person,region,stratum,accused_base,accused_changed")
    assert main(["what-if", "witch-hunt", "--change", "no-limits"]) == 1
    assert "no limits in witch-hunt" in capsys.readouterr().err
    assert main(["what-if", "witch-hunt"]) == 2
