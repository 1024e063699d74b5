"""Papers by themselves: a finished run, seen through another archive."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from greatfear.archive import Archive, read
from greatfear.errors import Fault, FaultList, path_of
from greatfear.record.schema import TABLES
from greatfear.scenario.model import Scenario
from greatfear.scenario.papers import Papers
from greatfear.scenario.reading import from_dict, load
from greatfear.simulation.asked import Asked
from greatfear.simulation.papers.stage import through_papers
from greatfear.simulation.run import Run
from greatfear.simulation.truth import read_truth


def papers(run: Run | str | os.PathLike[str], rules: Papers | Mapping[str, object] | None = None) -> Run:
    """Let a finished run go through papers, and return it with the archive that survives.

    A scenario with a section ``papers`` does this by itself. Here it is done to a run that was made without, so that the
    same run can be seen through several archives.

    Parameters
    ----------
    run : Run or path
        A run, or its folder with the truth.
    rules : Papers or mapping, optional
        The section ``papers`` of a scenario; that of the run's own scenario if absent.

    Returns
    -------
    Run
        In memory, and the same as that of a simulation of its scenario with its seed; write it with `Run.write`.

    Raises
    ------
    greatfear.errors.FaultList
        The rules have faults, or the run went through papers before.
    greatfear.errors.IncompleteRunError
        The folder holds no truth.

    Examples
    --------
    >>> import greatfear as gf
    >>> run = gf.simulate(gf.catalogue.scenario("witch-hunt"), seed=1)
    >>> thin = gf.papers(run, {"losses": {"statements": {"interrogation": 0.5}}})
    >>> thin.archive.n_rows("statements") < run.archive.n_rows("statements")
    True
    """
    run = run if isinstance(run, Run) else _opened(path_of(run, "run"))
    scenario = run.scenario if rules is None else _with_rules(run.scenario, rules)
    if "written_statements" in run.truth:
        fault = Fault(
            "papers", "a run that went through papers before", "a run without", "simulate it without `papers`"
        )
        raise FaultList([fault], "papers")
    tables = {name: run.archive.table(name) for name in TABLES}
    written, truth = through_papers(tables, run.truth, scenario, (run.seed, run.replicate))
    archive = Archive.from_tables(
        written, epoch=run.archive.epoch, end=run.archive.end, kind="simulated", title=run.archive.manifest.title,
        provenance=Asked(scenario, run.seed, run.replicate).provenance,
    )  # fmt: skip
    return replace(run, archive=archive, truth=truth, scenario=scenario, path=None)


def _opened(folder: Path) -> Run:
    """Return the run in a folder."""
    archive, truth = read(folder), read_truth(folder)
    recorded = archive.manifest.provenance
    scenario = load(folder / "scenario.json")
    return Run(archive, truth, scenario, int(recorded["seed"]), int(recorded["replicate"]), folder)


def _with_rules(scenario: Scenario, rules: Papers | Mapping[str, Any]) -> Scenario:
    """Return the scenario with other rules for papers, which are read and checked as in a file."""
    if isinstance(rules, Mapping):
        around = scenario.model_dump(mode="json", include={"id", "title", "time", "sources"})
        society = scenario.population.model_dump(mode="json", include={"regions", "strata"})
        rules = from_dict({**around, "population": society, "papers": dict(rules)}, "papers").papers
    return scenario.model_copy(update={"papers": rules})
