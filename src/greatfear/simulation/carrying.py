"""Carrying the file of a sham organisation from one run into another scenario, as a report to the centre."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

from greatfear.archive import Archive, read
from greatfear.errors import Fault, FaultList, ScenarioError
from greatfear.record.side_files import as_written, json_beside
from greatfear.scenario.model import Scenario
from greatfear.scenario.reading import from_dict
from greatfear.scenario.resolving import resolve


def believe(scenario: Scenario, run: str | os.PathLike[str], date: dt.date | str | None = None) -> Scenario:
    """Return a scenario whose centre is told what the shams of a finished run reported.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    run : path
        Folder of a run of a scenario with shams, such as ``operation-trust``.
    date : date or str, optional
        Day on which the centre is told; the first day of `scenario` if absent.

    Returns
    -------
    Scenario
        With one more entry of ``centre.reports``: as many enemies as the file made its own centre believe in, less those
        that were struck after the exposure. ``metadata["carried"]`` says from which run, with the digest of its archive.

    Raises
    ------
    ArchiveError
        If the folder holds no finished run.
    FaultList
        If the run has no shams, or their file made nobody believe in an enemy.
    ScenarioError
        If the date lies outside the period of `scenario`.
    """
    folder = Path(run)
    archive = read(folder)
    shams = _shams(archive, folder)
    with as_written(archive, "shams.json"):
        enemies = round(sum(sham["belief_added"] for sham in shams) - sum(_struck(sham) for sham in shams))
    origin = archive.manifest.provenance
    if enemies < 1:
        raise FaultList(
            [Fault(str(folder), f"files that add {enemies} enemies", "a file that adds an enemy or more")], "run"
        )
    name = origin.get("scenario", {}).get("id", "a run")
    told = ", ".join(f"{sham['id']}: {sham['belief_added']:,.0f}" for sham in shams)
    report = {
        "id": f"file-of-{name}"[:60],
        "name": f"The file of {name}",
        "date": str(date or scenario.time.start),
        "enemies": {
            "value": enemies,
            "assumption": f"carried from a run of {name}, seed {origin.get('seed')}, replicate {origin.get('replicate')}: "
            f"enemies that the reports made its centre believe in ({told})",
        },
    }
    return _with_report(scenario, report, {"folder": folder.name, **_origin(archive, origin)})


def _with_report(scenario: Scenario, report: dict[str, Any], carried: dict[str, Any]) -> Scenario:
    """Return the scenario with one more report, validated again; the change and its origin are noted."""
    tree = resolve(scenario)
    reports = tree["centre"]["reports"]
    if any(one["id"] == report["id"] for one in reports):
        fault = Fault(
            f"centre.reports.{report['id']}", "a file of this scenario that is carried already", "each file once"
        )
        raise ScenarioError([fault], scenario.id)
    reports.append(report)
    notes = tree["metadata"]
    notes["carried"] = [*notes.get("carried", []), carried]
    change = {"path": f"centre.reports.{report['id']}", "from": None, "to": report["enemies"]["value"]}
    notes["altered"] = [*notes.get("altered", []), change]
    return from_dict(tree, f"{scenario.id} (with a carried file)")


def _origin(archive: Any, origin: dict[str, Any]) -> dict[str, Any]:
    """Return which run a file comes from."""
    scenario = origin.get("scenario", {})
    return {
        "scenario": scenario.get("id"),
        "scenario_sha256": scenario.get("sha256"),
        "seed": origin.get("seed"),
        "replicate": origin.get("replicate"),
        "archive": archive.digest,
    }


def _struck(sham: dict[str, Any]) -> float:
    """Return the enemies struck from the belief after the exposure."""
    return float(sham.get("belief_struck", 0.0))


def _shams(archive: Archive, folder: Path) -> list[dict[str, Any]]:
    """Return the reports of the shams of a run."""
    found = json_beside(archive, "shams.json")
    if found is None:
        fix = "give the folder of a run of a scenario with `shams`, such as operation-trust"
        raise FaultList(
            [Fault(str(folder), "no file shams.json", "a finished run with a sham organisation", fix)], "run"
        )
    with as_written(archive, "shams.json"):
        told: list[dict[str, Any]] = found["shams"]
        return told
