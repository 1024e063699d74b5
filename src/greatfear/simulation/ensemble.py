"""Many replicates of a scenario, and of what-if variants of it: one row of numbers each.

This module does not import the simulator, so that the workers start fast.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from greatfear.catalogue.entry import as_scenario
from greatfear.describe.columns import numbers
from greatfear.draws._jit import sources_digest
from greatfear.errors import Fault, FaultList, MissingExtraError, WrongArgumentError, found, is_whole, path_of
from greatfear.scenario.model import Scenario
from greatfear.scenario.resolving import to_json
from greatfear.show.face import Shown
from greatfear.show.wording import counted
from greatfear.simulation.calling import digest_of, packed
from greatfear.simulation.local import Job
from greatfear.simulation.row_folder import MANIFEST, RowFolder, about_in, archive_folder
from greatfear.simulation.sweep import points_of
from greatfear.simulation.working import KEYS, EnsembleProgress, table_of, wanted_of, work_through

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.archive import Archive
    from greatfear.show.wording import Wording
    from greatfear.simulation.run import Run

_KEEP = ("summaries", "archives")
_ROW = "greatfear.simulation.replicate:replicate_row"


@dataclass(frozen=True, repr=False)
class Ensemble(Shown):
    """Replicates of a scenario and its variants.

    Parameters
    ----------
    table : pyarrow.Table
        One row per variant and replicate, in this order: variant, replicate, seed, the parameters of a sweep by their paths,
        then the columns of `greatfear.simulation.summary.SUMMARY`, arrests, sentences and deaths by year, and those of the
        user's own function.
    scenarios : tuple of Scenario
        By variant; 0 is the scenario as it stands, or the first point of a sweep.
    changes : tuple of dict
        What each variant changes; empty for 0, unless it is a point of a sweep.
    seed : int
    path : Path or None
        Where it lies.
    n_simulated : int
        How many replicates this call simulated itself; the others were there.
    parameters : tuple of str
        Paths of the parameters of a sweep: columns of the table. Empty without a sweep.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}"
    >>> many = ensemble(load(text), [900], seed=1)
    >>> many.table.num_rows, many.column("arrests").tolist()
    (1, [0])
    """

    table: pa.Table
    scenarios: tuple[Scenario, ...]
    changes: tuple[dict[str, Any], ...]
    seed: int
    path: Path | None = None
    n_simulated: int = field(default=0, compare=False)
    parameters: tuple[str, ...] = ()

    def column(self, name: str, variant: int = 0) -> np.ndarray[Any, np.dtype[Any]]:
        """Return one column of the replicates of one variant, in the order of the replicates."""
        rows = numbers(self.table, "variant") == variant
        return np.asarray(numbers(self.table, name)[rows])

    @property
    def quantities(self) -> list[str]:
        """Return the names of the columns that hold numbers of a run."""
        return [name for name in self.table.column_names if name not in (*KEYS, *self.parameters)]

    @property
    def words(self) -> Wording:
        """Words of the case: heads and labels have them, columns keep their names."""
        return self.scenarios[0].wording

    def plot(self, quantity: str = "arrests", *, ax: Axes | None = None) -> Figure:
        """Draw one quantity: against each parameter of a sweep, or by variant.

        The line is the mean, the band holds nine tenths of the replicates; over two parameters of a grid, a field of means.

        Parameters
        ----------
        quantity : str
            A column of the table.
        ax : Axes, optional
            Where to draw; a new figure if absent. Only for a single panel.

        Raises
        ------
        greatfear.errors.UnknownNameError
            There is no such column; the message names the nearest.
        """
        from greatfear.simulation.ensemble_plot import draw

        return draw(self, quantity, ax)

    def archive(self, replicate: int, variant: int = 0) -> Archive:
        """Return the archive of one replicate, where archives were kept.

        Raises
        ------
        greatfear.errors.NotAnArchiveError
            If it was not kept.
        """
        from greatfear.archive import read

        return read(archive_folder((self.path or Path("nowhere")) / "archives", variant, replicate))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the table to other programs by the Arrow protocol."""
        return self.table.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a pandas frame.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        if find_spec("pandas") is None:
            raise MissingExtraError("pandas", "frames", "the table as a data frame")
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def __repr__(self) -> str:
        """Return scenario, seed and size on one line."""
        n = self.table.num_rows // len(self.scenarios)
        size = f"{counted(n, 'replicate', ',')} of {counted(len(self.scenarios), 'variant', ',')}"
        return f"<Ensemble of {self.scenarios[0].id!r}, seed {self.seed}: {size}>"

    def __str__(self) -> str:
        """Return mean, spread and percentiles of the main quantities, by variant."""
        from greatfear.simulation.ensemble_text import as_text

        return as_text(self)

    def to_dict(self) -> dict[str, object]:
        """Return mean, spread and percentiles of every quantity by variant, as plain data."""
        from greatfear.simulation.ensemble_text import as_dict

        return as_dict(self)


def ensemble(
    scenario: Scenario | str | os.PathLike[str],
    replicates: int | Iterable[int] = 100,
    *,
    alter: Sequence[Mapping[str, object]] = (),
    sweep: Mapping[str, object] | None = None,
    design: str = "grid",
    runs: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: object = None,
    out: str | os.PathLike[str] | None = None,
    keep: str = "summaries",
    quantities: Callable[[Run], Mapping[str, float]] | None = None,
    progress: Callable[[EnsembleProgress], None] | None = None,
) -> Ensemble:
    """Simulate many replicates of a scenario, on all cores or on a cluster; one row of numbers each.

    The table is the same for every number of workers, on a cluster, and after an interruption. With `out`, each finished
    replicate is kept at once: a call that was killed, or one of whose workers was, goes on where it stood, and none is
    counted twice. A finished ensemble can be called for more replicates.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the id of one in the catalogue, or a YAML or JSON file.
    replicates : int or iterable of int
        The first n, or these: ``[900]`` costs one run.
    alter : sequence of mapping, optional
        Variants, each by dotted paths and values as for `Scenario.alter`. They have the numbers 1, 2, ... and share the
        random numbers of variant 0, the scenario as it stands, replicate by replicate.
    sweep : mapping, optional
        Instead of `alter`, parameters that vary: dotted path to ``"0:1:5"`` (five values from 0 to 1), ``"0.01:1:5:log"``, or
        a list of values. Each point of the design is a variant, and its values are columns of the table.
    design : {"grid", "latin", "sobol"}
        Every combination of the values, or `runs` points of a Latin hypercube or of a Sobol sequence over ``"0:1"``.
    runs : int, optional
        Number of points of a design that draws them; of ``"sobol"``, best a power of 2.
    seed : int, optional
        0 to 2^63 - 1; that of the folder or, if there is none, drawn and recorded.
    workers : int, optional
        Processes of one thread each; one per core if absent. With 0, or for a single replicate, this process does it.
    cluster : str, Client or Cluster, optional
        A Dask cluster instead of `workers`: address of its scheduler, client, or cluster object. With archives kept, `out`
        must be a folder that all its workers see. Needs the extra ``cluster``.
    out : path, optional
        Folder for the result.
    keep : {"summaries", "archives"}
        Whether `out` shall hold the archive of each replicate too, in ``archives/vVARIANT-rREPLICATE``.
    quantities : callable, optional
        Further columns: a function of a run that returns numbers by name, as in ``lambda run: {"first": ...}``. Workers get
        it by name or as bytes; it must not hold open files and the like.
    progress : callable, optional
        Called with an `EnsembleProgress` at the start and after each replicate; if absent, a long call shows a bar in a
        notebook and in Python at a terminal.

    Returns
    -------
    Ensemble

    Raises
    ------
    ScenarioError
        For changes that lead nowhere.
    FaultList
        If arguments are out of range, or `out` holds another ensemble.
    GreatFearError
        If a replicate fails; what was finished is kept.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}"
    >>> many = ensemble(load(text), 3, alter=[{"leads.denunciation.rate": 0.01}], seed=1, workers=0)
    >>> many.column("arrests").tolist(), bool((many.column("arrests", variant=1) > 0).all())
    ([0, 0, 0], True)
    """
    scenario, wanted = as_scenario(scenario), wanted_of(replicates)
    folder = None if out is None else path_of(out, "out")
    _check(wanted, seed, workers, keep, folder)
    _check_sweep(alter, sweep, design, runs)
    if seed is None:
        seed = int(((folder and about_in(folder)) or {}).get("seed", secrets.randbits(31)))
    points = () if sweep is None else points_of(scenario, sweep, design, runs, seed)
    changes: tuple[dict[str, Any], ...] = points or ({}, *(dict(each) for each in alter))
    scenarios = tuple(scenario.alter(each) if each else scenario for each in changes)
    texts = [to_json(each) for each in scenarios]
    about = _about(scenario, texts, changes, {"seed": seed, "keep": keep, "quantities": digest_of(quantities)})
    rows_in = None if folder is None else RowFolder(folder, about)
    archives = str(folder.resolve() / "archives") if folder and keep == "archives" else None
    jobs = [
        Job(f"v{variant}-r{number}", {"variant": variant, "replicate": number})
        for number in wanted
        for variant in range(len(scenarios))
    ]
    is_here = cluster is None and (workers == 0 or len(jobs) == 1)
    shared = {
        "scenarios": texts, "seed": seed, "archives": archives, "version": version("greatfear"),
        "points": {str(variant): point for variant, point in enumerate(points)},
        "quantities": quantities if is_here else packed(quantities),
    }  # fmt: skip
    rows, n_new = work_through(
        _ROW, shared, jobs, folder=rows_in, workers=workers, cluster=cluster, progress=progress,
        is_kept=None if archives is None else lambda key: (Path(archives) / key / MANIFEST).exists(),
    )  # fmt: skip
    table = table_of([rows[job.key] for job in jobs])
    return Ensemble(table, scenarios, changes, seed, folder, n_new, tuple(sweep or ()))


def _check_sweep(alter: Sequence[object], sweep: object, design: str, runs: int | None) -> None:
    """Refuse a design without a sweep, and variants beside one."""
    if isinstance(alter, (str, Mapping)) or not all(isinstance(each, Mapping) for each in alter):
        raise WrongArgumentError("alter", alter, 'a list of changes, as in [{"offices.pressure": 0.2}]')
    if not (sweep is None or isinstance(sweep, Mapping)):
        raise WrongArgumentError("sweep", sweep, 'paths with their values, as in {"offices.pressure": "0:1:5"}')
    faults = []
    if sweep is None and (design != "grid" or runs is not None):
        got = f"design {design!r}" if design != "grid" else f"runs {runs}"
        faults.append(Fault("sweep", f"nothing, with {got}", "parameters that vary, as in offices.pressure=0:1"))
    if sweep is not None and alter:
        faults.append(
            Fault("alter", "variants beside a sweep", "one of them", "put the change into the scenario, or sweep it")
        )
    if faults:
        raise FaultList(faults, "ensemble")


def _about(
    scenario: Scenario, texts: Sequence[str], changes: Sequence[Mapping[str, Any]], rest: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what an ensemble is, as plain data: the same only where the rows would be."""
    return {
        "what": "ensemble",
        "greatfear": version("greatfear"),
        "compiled": sources_digest(),
        "scenario": scenario.id,
        "variants": [
            {
                "changes": {key: str(value) for key, value in each.items()},
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
            }
            for each, text in zip(changes, texts, strict=True)
        ],
        **rest,
    }


def _check(wanted: Sequence[int], seed: int | None, workers: int | None, keep: str, folder: Path | None) -> None:
    """Refuse arguments that are out of range, all at once."""
    faults = []
    if not wanted:
        faults.append(Fault("replicates", "none", "at least one, each a whole number from 0 to 2^32 - 1"))
    elif len(set(wanted)) < len(wanted):
        faults.append(Fault("replicates", "a number twice", "each number once"))
    if seed is not None and not is_whole(seed, 0, 2**63):
        faults.append(Fault("seed", found(seed), "a whole number from 0 to 2^63 - 1"))
    if workers is not None and not is_whole(workers, 0, 2**16):
        faults.append(Fault("workers", found(workers), "a whole number, 0 (this process) or more"))
    if keep not in _KEEP:
        faults.append(Fault("keep", repr(keep), " or ".join(map(repr, _KEEP))))
    elif keep == "archives" and folder is None:
        faults.append(Fault("out", "none", "a folder, where archives are kept"))
    if faults:
        raise FaultList(faults, "ensemble")
