"""What if one rule had been otherwise: the same world twice, person by person."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from greatfear.catalogue.entry import as_scenario
from greatfear.describe.columns import numbers
from greatfear.draws._jit import sources_digest
from greatfear.errors import Fault, FaultList, path_of
from greatfear.scenario.model import Scenario
from greatfear.scenario.papers import Papers
from greatfear.scenario.resolving import to_json
from greatfear.show.face import Shown
from greatfear.simulation.local import Job
from greatfear.simulation.pairing import FATES, counts_of, first_differences, pair_persons
from greatfear.simulation.replicate import plain_row, refuse_other_version, scenario_of
from greatfear.simulation.row_folder import RowFolder, about_in
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.summary import summarise
from greatfear.simulation.what_ifs import spelt_out
from greatfear.simulation.working import EnsembleProgress, table_of, wanted_of, work_through

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Row = dict[str, Any]
_ROW = "greatfear.simulation.counterfactual:pair_row"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one quantity, over the replicates.

    Parameters
    ----------
    quantity : str
        A column of `greatfear.simulation.summary.SUMMARY`, or counts by year.
    base, changed, difference : float
        Means; the difference is changed - base. Replicates in which a measure is NaN in either run are left out.
    error : float
        Standard error of the mean difference; NaN with one replicate.
    variance_ratio : float
        Variance of the difference between runs that share their random numbers, over that between runs of independent seeds,
        Var(base) + Var(changed). 0.1 means that independent runs would need ten times as many replicates for the same error.
        NaN with one replicate, or where nothing varies.
    n : int
        Replicates used.
    """

    quantity: str
    base: float
    changed: float
    difference: float
    error: float
    variance_ratio: float
    n: int


@dataclass(frozen=True, repr=False)
class Counterfactual(Shown):
    """The same world twice, with and without a change.

    Parameters
    ----------
    persons : pyarrow.Table
        Of the first replicate: one row per person who was accused, arrested or sentenced in either run; see
        `greatfear.simulation.pairing.pair_persons`.
    regions : pyarrow.Table
        Of the first replicate: the first row in which the runs differ, by region; see
        `greatfear.simulation.pairing.first_differences`.
    table : pyarrow.Table
        One row per replicate: replicate, seed; ``base_X`` and ``changed_X`` for each quantity X of a summary;
        ``FATE_both``, ``FATE_only_base`` and ``FATE_only_changed`` for accused, arrested, sentenced, death.
    scenario, changed : Scenario
    changes : dict
        By path, named changes spelt out.
    seed : int
    """

    persons: pa.Table
    regions: pa.Table
    table: pa.Table
    scenario: Scenario
    changed: Scenario
    changes: dict[str, Any]
    seed: int

    @property
    def quantities(self) -> list[str]:
        """Return the names of the quantities that are compared."""
        return [name.removeprefix("base_") for name in self.table.column_names if name.startswith("base_")]

    def effect(self, quantity: str) -> Effect:
        """Return what the change does to one quantity."""
        base, changed = (numbers(self.table, f"{which}_{quantity}").astype(float) for which in ("base", "changed"))
        return _effect(quantity, base, changed)

    def effects(self) -> list[Effect]:
        """Return what the change does to every quantity."""
        return [self.effect(quantity) for quantity in self.quantities]

    def counts(self, fate: str) -> dict[str, float]:
        """Return, as means over the replicates, how many persons a fate befell in both runs and in one only.

        Parameters
        ----------
        fate : {"accused", "arrested", "sentenced", "death"}
        """
        parts = ("both", "only_base", "only_changed")
        return {part: float(numbers(self.table, f"{fate}_{part}").mean()) for part in parts}

    def __repr__(self) -> str:
        """Return scenario, seed and changes on one line."""
        told = "; ".join(f"{path} = {value}" for path, value in self.changes.items())
        return f"<Counterfactual of {self.scenario.id!r}, seed {self.seed}, {self.table.num_rows} pairs: {told}>"

    def __str__(self) -> str:
        """Return the comparison as a text."""
        from greatfear.simulation.counterfactual_text import as_text

        return as_text(self)

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of persons in both histories and in one only, by month; drawn into `ax` where axes are given."""
        from greatfear.simulation.what_if_figure import draw_what_if

        return draw_what_if(self, ax=ax)

    def to_dict(self) -> dict[str, object]:
        """Return the comparison as plain data, persons left out."""
        from greatfear.simulation.counterfactual_text import as_dict

        return as_dict(self)


def counterfactual(
    scenario: Scenario | str | os.PathLike[str],
    changes: Mapping[str, object],
    seed: int | None = None,
    replicates: int | Iterable[int] = 1,
    *,
    workers: int | None = None,
    cluster: object = None,
    out: str | os.PathLike[str] | None = None,
    progress: Callable[[EnsembleProgress], None] | None = None,
) -> Counterfactual:
    """Simulate the same world with and without a change, and compare the two person by person.

    Random numbers are addressed by seed, replicate, purpose and person: the two runs differ in nothing but the change and what
    follows from it. A difference is therefore much less noisy than one between runs of different seeds. Both histories are
    compared as they were recorded, before anything that the section ``papers`` does to them.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the id of one in the catalogue, or a YAML or JSON file.
    changes : mapping of str to value
        Dotted paths and values as for `Scenario.alter`, or named changes: ``{"no-pressure-before": "1937-08-01"}``,
        ``{"two-statements": True}``, ``{"no-limits": True}``, ``{"halt-on": "1938-06-01"}``, ``{"no-registers": True}``.
    seed : int, optional
        0 to 2^63 - 1; that of the folder or, if there is none, drawn and recorded.
    replicates : int or iterable of int
        The first n, or these. Persons and regions are compared for the first.
    workers, cluster, out, progress
        As for `greatfear.ensemble`; `out` holds one row per pair of runs.

    Returns
    -------
    Counterfactual

    Raises
    ------
    ScenarioError
        For changes that lead nowhere.
    FaultList
        If arguments are out of range, the list of regions is changed, or `out` holds something else.

    References
    ----------
    P. Glasserman, D. D. Yao (1992), Some Guidelines and Guarantees for Common Random Numbers, Management Science 38(6),
    10.1287/mnsc.38.6.884.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}"
    >>> quiet = load(text).alter({"leads.denunciation.rate": 0.005})
    >>> pair = counterfactual(quiet, {"two-statements": True}, seed=1)
    >>> pair.counts("arrested")["only_changed"] <= pair.counts("arrested")["both"] + pair.counts("arrested")["only_base"]
    True
    """
    scenario, wanted = as_scenario(scenario), wanted_of(replicates)
    if not wanted or len(set(wanted)) < len(wanted):
        raise FaultList([Fault("replicates", str(wanted)[:60], "one or more whole numbers, each once")], "what if")
    spelt = spelt_out(scenario, changes)
    changed = scenario.alter(spelt)
    folder = None if out is None else path_of(out, "out")
    if seed is None:
        seed = int(((folder and about_in(folder)) or {}).get("seed", secrets.randbits(31)))
    texts = [to_json(scenario), to_json(changed)]
    rows_in = None if folder is None else RowFolder(folder, _about(scenario, texts, spelt, seed))
    with contextlib.nullcontext() if rows_in is None else rows_in.held():  # refused before the first day is simulated
        first = _pair((scenario, changed), seed, wanted[0])
        persons, regions = pair_persons(*first), first_differences(*first)
        shared = {"scenarios": texts, "seed": seed, "version": version("greatfear")}
        jobs = [Job(f"r{number}", {"replicate": number}) for number in wanted]
        known = {jobs[0].key: plain_row(_row(first, seed, wanted[0], persons))}
        del first
        rows, _ = work_through(
            _ROW, shared, jobs, folder=rows_in, workers=workers, cluster=cluster, progress=progress, known=known
        )
    return Counterfactual(persons, regions, table_of([rows[job.key] for job in jobs]), scenario, changed, spelt, seed)


def pair_row(shared: Mapping[str, Any], task: Mapping[str, Any]) -> Row:
    """Simulate one pair of runs on one thread and return its row; what a worker does."""
    refuse_other_version(shared)
    one, two = (scenario_of(text) for text in shared["scenarios"])
    runs = _pair((one, two), shared["seed"], task["replicate"])
    return plain_row(_row(runs, shared["seed"], task["replicate"], pair_persons(*runs)))


def _pair(scenarios: tuple[Scenario, Scenario], seed: int, replicate: int) -> tuple[Run, Run]:
    """Simulate both histories as they were recorded, before papers were lost or garbled."""
    whole = [scenario.model_copy(update={"papers": Papers()}) for scenario in scenarios]
    one, two = (simulate(scenario, seed, replicate=replicate, threads=1) for scenario in whole)
    return one, two


def _row(runs: tuple[Run, Run], seed: int, replicate: int, persons: pa.Table) -> Row:
    """Return the row of one pair."""
    row: Row = {"replicate": replicate, "seed": seed}
    for which, run in zip(("base", "changed"), runs, strict=True):
        row |= {f"{which}_{name}": value for name, value in summarise(run).items()}
    return row | counts_of(persons)


def _effect(quantity: str, base: Any, changed: Any) -> Effect:
    """Return means, error and ratio of variances of paired values."""
    known = np.isfinite(base) & np.isfinite(changed)
    one, two, n = base[known], changed[known], int(known.sum())
    difference = two - one
    apart = one.var(ddof=1) + two.var(ddof=1) if n > 1 else np.nan
    return Effect(
        quantity,
        float(one.mean()) if n else np.nan,
        float(two.mean()) if n else np.nan,
        float(difference.mean()) if n else np.nan,
        float(np.sqrt(difference.var(ddof=1) / n)) if n > 1 else np.nan,
        float(difference.var(ddof=1) / apart) if n > 1 and apart > 0 else np.nan,
        n,
    )


def _about(scenario: Scenario, texts: list[str], changes: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return what a counterfactual is, as plain data."""
    return {
        "what": "counterfactual",
        "greatfear": version("greatfear"),
        "compiled": sources_digest(),
        "scenario": scenario.id,
        "changes": {path: str(value) for path, value in changes.items()},
        "sha256": [hashlib.sha256(text.encode()).hexdigest() for text in texts],
        "seed": seed,
    }


assert set(FATES) == {
    "accused",
    "arrested",
    "sentenced",
    "death",
}  # the docstring of `Counterfactual.counts` lists them
