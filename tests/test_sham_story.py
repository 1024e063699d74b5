"""The story of a run with a sham: quantities, the documented timeline, intervals, report and command line."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from greatfear import catalogue
from greatfear.cli.app import app
from greatfear.comparison.against_record import replicate_values
from greatfear.comparison.sham_quantities import SCORES, sham_quantities
from greatfear.comparison.sham_story import DOCUMENTED, TRUST, sham_story
from greatfear.plots.report import write_report
from greatfear.plots.report_papers import papers_section
from greatfear.plots.report_sham import sham_section
from greatfear.simulation.run import Run, simulate

ENTRY = Path(catalogue.__file__).parent / "entries" / "operation-trust"


@pytest.fixture(scope="module")
def run() -> Run:
    """Return the first replicate behind the intervals."""
    return simulate(catalogue.scenario("operation-trust"), seed=1921)


def told(**changes: Any) -> dict[str, Any]:
    happened = ((10.0, "begun", None), (50.5, "lured", "reilly"), (90.0, "exposed", None))
    events = [{"time": time, "kind": kind, "who": who} for time, kind, who in happened]
    sham = {
        "members_found": 4, "provoked": 6, "invented": 30, "agents_found_out": 0, "exposed_on": 90, "belief_added": 40.0,
        "belief_inflated": 36.0, "events": events, "columns": ["day", "held_back"], "series": [[40, 0.4], [70, 0.5]],
    }  # fmt: skip
    attempts = [{"time": t} for t in (3.0, 20.0, 95.0, 99.0)]
    organisations = [{"held_days": 100.0, "held_attempts": 1.5, "attempts": attempts}]
    return {"shams": {"shams": [sham | changes]}, "organisations": {"organisations": organisations}}


def test_quantities_by_hand() -> None:
    found = sham_quantities(told())
    expected = {
        "held-days": 100.0, "attempts-before": 1.0, "attempts-during": 1.0, "attempts-after": 2.0,
        "lured": 1.0, "inflation": 10.0,
        "day-begun": 10.0, "day-trusted": 70.0, "day-reilly": 50.5, "day-exposed": 90.0, "day-first-attempt-after": 95.0,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert set(SCORES) <= set(found)


def test_what_did_not_happen_is_not_a_number() -> None:
    begun = [{"time": 10.0, "kind": "begun", "who": None}]
    found = sham_quantities(told(events=begun, exposed_on=None, belief_added=5.0, belief_inflated=5.0, series=[]))
    assert all(
        math.isnan(found[name]) for name in ("day-exposed", "day-trusted", "inflation", "day-first-attempt-after")
    )
    assert found["attempts-after"] == 0
    assert found["attempts-during"] == 3
    assert "day-reilly" not in found


def test_documented_events_stand_in_the_record_and_inputs_in_the_scenario() -> None:
    dates = catalogue.record("operation-trust-timeline").to_pandas()["date"].tolist()
    (sham,) = catalogue.scenario("operation-trust").shams
    inputs = {"day-begun": sham.start, "day-shulgin": sham.visits[0].start, "day-exposed": sham.defection.date}
    for one in TRUST:
        assert one.date in dates
        assert (one.role == "input") == (one.quantity in inputs)
        if one.role == "input":
            assert str(inputs[one.quantity]).startswith(one.date)


def test_every_entry_with_a_sham_stands_beside_the_documented_events() -> None:
    with_shams = {entry for entry in catalogue.scenarios() if catalogue.scenario(entry).shams}
    assert "operation-trust" in with_shams <= set(DOCUMENTED)


def test_a_run_beside_the_timeline(run: Run) -> None:
    story = sham_story(run.families, run.scenario)
    assert story is not None
    assert story.n_replicates == 50
    days = {event.documented: event for event in story.events}
    assert days["1927-04-13"].run == days["1927-04-13"].low == days["1927-04-13"].high == "1927-04-13"
    assert days["1925-12-23"].run == "1925-12-23"
    assert 0 < days["1925-09-25"].share < 1
    assert all(math.isnan(s.value) or s.low <= s.high for s in story.scores)
    assert "others provoked into joining" in str(story)
    assert json.loads(json.dumps(story.to_dict(), allow_nan=False))["n_replicates"] == 50


def test_an_altered_scenario_has_no_intervals(run: Run) -> None:
    story = sham_story(run.families, run.scenario.alter({"centre.credulity": 0.5}))
    assert story is not None
    assert story.n_replicates == 0
    assert all(math.isnan(score.low) for score in story.scores)


def test_intervals_belong_to_this_code(run: Run) -> None:
    """The first replicate of the file is the run that its head names."""
    lines = (ENTRY / "replicates.csv").read_text().splitlines()
    assert "maintenance/replicate_operation_trust.py --replicates 50 --seed 1921" in lines[0]
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    kept = {row["quantity"]: float(row["value"]) for row in rows if row["replicate"] == "0"}
    found = {name: value for name, value in sham_quantities(run.families).items() if not math.isnan(value)}
    assert {name: kept[name] for name in found} == pytest.approx(found, rel=1e-9)
    assert replicate_values("operation-trust")[1] == 50


def test_trust_holds_plans_back_and_exposure_lets_them_go(run: Run) -> None:
    """The same seed without restraint has more attempts while the sham runs; without a legend no belief in the invented."""
    open_, plain = (
        sham_quantities(simulate(catalogue.scenario("operation-trust").alter(change), seed=1921).families)
        for change in ({"shams.0.leaders.0.restraint": 0.0}, {"shams.0.legend.factor": 0.0})
    )
    own = sham_quantities(run.families)
    assert open_["attempts-during"] > own["attempts-during"]
    assert open_["held-days"] == 0 < own["held-days"]
    assert plain["belief-inflated"] < own["belief-inflated"]
    assert plain["members-found"] == own["members-found"]


def test_the_page_tells_what_was_so(run: Run, tmp_path: Path) -> None:
    story = sham_story(run.families, run.scenario)
    assert story is not None
    section = sham_section(story)
    page = write_report(run.archive, tmp_path, scenario=run.scenario, more=[section]).read_text()
    for words in (
        "the truth",
        "Reilly crosses the border",
        "persons of the sham".capitalize(),
        "1927-04-13",
        "person-days",
    ):
        assert words in page
    assert "http" not in section[2].replace("http://www.w3.org", "")


def test_the_entry_carries_its_papers(run: Run, tmp_path: Path) -> None:
    """Code names that change, agents of two sides, volumes; the page sets the file beside the truth, in pairs."""
    codes = run.archive.sql("select count(*) as n from persons where name similar to '[A-Z][^ ]*-[0-9]+'").to_pylist()[
        0
    ]["n"]
    agents = run.families["shams"]["shams"][0]["agents"]
    assert codes > agents
    places = run.archive.table("statements")["place"].to_pylist()
    assert {place.split(",")[0] for place in places} == {f"vol. {k}" for k in range(1, 38)}
    assert any("; copy; the original in the papers of " in place for place in places)
    folder = run.write(tmp_path / "run")
    key, _, page = papers_section(run.archive, folder, run.families)  # type: ignore[misc]
    assert key == "papers"
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall("<td[^>]*>(.*?)</td>", page)]
    sources = cells[cells.index("sources who report under a name or code name") :]
    assert int(sources[1]) > agents
    assert sources[2] == f"{agents} agents"
    assert cells[cells.index("volumes") + 1] == "37"
    assert "an agent of the sham" in cells
    assert "invented, never lived" in cells


def test_the_command_ends_with_the_story(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    done = CliRunner().invoke(app, ["run", "operation-trust", "--seed", "1921", "-o", str(folder), "--no-report"])
    assert done.exit_code == 0, done.output
    for words in ("documented", "MUCR set up", "person-days", "50 replicates"):
        assert words in done.output
    again = CliRunner().invoke(app, ["report", str(folder)])
    assert again.exit_code == 0, again.output
    assert "A sham organisation" in (folder / "report.html").read_text()


def test_the_epoch_of_the_entry() -> None:
    assert catalogue.scenario("operation-trust").time.start == dt.date(1921, 11, 1)
