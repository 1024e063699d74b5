"""greatfear report: the HTML report of a run or archive."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer, note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greatfear.archive import Archive
    from greatfear.comparison.against_record import Comparison
    from greatfear.comparison.sham_story import ShamStory
    from greatfear.scenario.model import Scenario

WITH_RECORD = "great-terror"
"""The entry of the catalogue that a published record exists for; so it does for its variants."""


def report(
    archive: ArchiveArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="HTML file.  [default: ARCHIVE/report.html]")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write the report of a run or archive: one HTML file that works without a network.

    For example:

      greatfear report runs/great-terror -o great-terror.html
    """
    found = open_archive(archive)
    scenario, families = _scenario_of(found), _families_in(found)
    from greatfear.record.side_files import as_written

    with stage("writing the report"), as_written(found, *families) if families else contextlib.nullcontext():
        compared = comparison_for(found, scenario.id if scenario else "")
        story = story_of(families, scenario) if scenario else None
        page = write_page(found, output or archive / "report.html", compared, scenario, story, families=families)
    answer(f"report: {page}", {"archive": str(archive), "report": str(page)}, as_json=json)


def comparison_for(archive: Archive, scenario_id: str) -> Comparison | None:
    """Return the archive beside the published record, where the scenario has one."""
    from greatfear.catalogue import base_of, scenarios

    if scenario_id not in scenarios() or base_of(scenario_id) != WITH_RECORD:
        return None
    from greatfear.comparison.against_record import against_record

    return against_record(archive, entry=scenario_id)


def points_for(compared: Comparison) -> list[dict[str, Any]]:
    """Return the yearly numbers of the record for the figures: those of the comparison, so that both show the same series."""
    found = []
    for row in compared:
        head, _, year = row.key.partition("-")
        if head in _DRAWN and year.isdigit() and not math.isnan(row.record):
            found.append({"quantity": _DRAWN[head], "window": year, "value": row.record, "source": row.source})
    return found


_DRAWN = {"arrests": "arrests", "sentenced": "sentences", "deaths": "deaths"}


def write_page(
    archive: Archive,
    path: Path,
    compared: Comparison | None,
    scenario: Scenario | None,
    story: ShamStory | None = None,
    *,
    families: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Write the report with the record's numbers drawn beside the archive's, where there are any."""
    from greatfear.comparison.mechanisms import mechanism_rows, tells_of_centre
    from greatfear.plots.report import write_report

    record, more = None if compared is None else points_for(compared), []
    if story is not None:
        from greatfear.plots.report_sham import sham_section

        more.append(sham_section(story))
    if archive.path is not None:
        from greatfear.plots.report_papers import papers_section

        about_papers = papers_section(archive, archive.path, families or {})
        more += [about_papers] if about_papers else []
    if (families or {}).get("named", {}).get("persons"):
        from greatfear.plots.report_named import named_section

        more.append(named_section((families or {})["named"]))
    if tells_of_centre(families or {}):
        from greatfear.plots.report_centre import centre_section

        more.append(centre_section(families or {}, archive.epoch))
    if (families or {}).get("offices", {}).get("series"):
        from greatfear.plots.report_offices import offices_section

        more.append(offices_section(families or {}, archive.epoch, archive.words))
    mechanisms = mechanism_rows(families or {}, archive.words)
    if mechanisms:
        from greatfear.plots.report_mechanisms import mechanisms_section

        more.append(mechanisms_section(mechanisms))
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_report(archive, path, comparison=compared, scenario=scenario, record=record, more=more)


def story_of(families: Mapping[str, Mapping[str, Any]], scenario: Scenario) -> ShamStory | None:
    """Return the story of the run's sham, where it has one."""
    if not families.get("shams"):
        return None
    from greatfear.comparison.sham_story import sham_story

    return sham_story(families, scenario)


def _families_in(found: Archive) -> dict[str, Any]:
    """Return what the centre, the offices and the mechanism families left in a run folder, as its manifest lists it."""
    from greatfear.record.side_files import json_beside

    listed = [
        name for name in found.manifest.files if name.endswith(".json") and name not in ("scenario.json", "intake.json")
    ]
    told = {name.removesuffix(".json"): json_beside(found, name) for name in listed}
    return {name: each for name, each in told.items() if each is not None}


def _scenario_of(found: Archive) -> Scenario | None:
    """Return the scenario that lies in a run folder; a real archive has none, and one of another greatfear may not be read."""
    from greatfear.errors import ScenarioError
    from greatfear.record.side_files import text_beside

    if found.path is None or text_beside(found, "scenario.json") is None:
        return None
    from greatfear.scenario.reading import load

    try:
        return load(found.path / "scenario.json")
    except ScenarioError as error:
        note(f"{found.path}: {str(error).splitlines()[-1].strip()} The report leaves out what the scenario supposes.")
        return None
