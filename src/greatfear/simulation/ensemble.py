"""Many replicates of a scenario, and of what-if variants of it: one row of numbers each.

This module does not import the simulator, so that the workers start fast.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from greatfear.describe.columns import numbers
from greatfear.draws._jit import sources_digest
from greatfear.errors import Fault, FaultList, MissingExtraError
from greatfear.scenario.model import Scenario
from greatfear.scenario.resolving import to_json
from greatfear.show.face import Shown
from greatfear.simulation.local import Job, here, on_processes, usable_cores
from greatfear.simulation.row_folder import MANIFEST, RowFolder, about_in, archive_folder

if TYPE_CHECKING:
    import pandas as pd

    from greatfear.archive import Archive

__all__ = ["Ensemble", "EnsembleProgress", "ensemble", "table_of", "work_through"]

Row = dict[str, Any]
_KEYS = ("variant", "replicate", "seed")
_KEEP = ("summaries", "archives")
_ROW = "greatfear.simulation.replicate:replicate_row"


@dataclass(frozen=True, slots=True)
class EnsembleProgress:
    """How far an ensemble has come.

    Parameters
    ----------
    done, total : int
        Replicates finished, of all that are wanted.
    kept : int
        How many of the finished were there before this call.
    seconds_left : float
        If the rest takes as long as what this call has done; NaN until its first replicate is finished.
    """

    done: int
    total: int
    kept: int
    seconds_left: float


@dataclass(frozen=True, repr=False)
class Ensemble(Shown):
    """Replicates of a scenario and its variants.

    Parameters
    ----------
    table : pyarrow.Table
        One row per variant and replicate, in this order: variant, replicate, seed, then the columns of
        `greatfear.simulation.summary.SUMMARY`, arrests, sentences and deaths by year, and those of the user's own function.
    scenarios : tuple of Scenario
        By variant; 0 is the scenario as it stands.
    changes : tuple of dict
        What each variant changes; empty for 0.
    seed : int
    path : Path or None
        Where it lies.
    n_simulated : int
        How many replicates this call simulated itself; the others were there.

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

    def column(self, name: str, variant: int = 0) -> np.ndarray[Any, np.dtype[Any]]:
        """Return one column of the replicates of one variant, in the order of the replicates."""
        rows = numbers(self.table, "variant") == variant
        return np.asarray(numbers(self.table, name)[rows])

    @property
    def quantities(self) -> list[str]:
        """Return the names of the columns that hold numbers of a run."""
        return [name for name in self.table.column_names if name not in _KEYS]

    def archive(self, replicate: int, variant: int = 0) -> Archive:
        """Return the archive of one replicate, where archives were kept.

        Raises
        ------
        greatfear.errors.NotAnArchiveError
            If it was not kept.
        """
        from greatfear.archive import read

        return read(archive_folder((self.path or Path("nowhere")) / "archives", variant, replicate))

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
        return f"<Ensemble of {self.scenarios[0].id!r}, seed {self.seed}: {n:,} replicates of {len(self.scenarios)} variants>"

    def __str__(self) -> str:
        """Return mean, spread and percentiles of the main quantities, by variant."""
        from greatfear.simulation.ensemble_text import as_text

        return as_text(self)

    def to_dict(self) -> dict[str, object]:
        """Return mean, spread and percentiles of every quantity by variant, as plain data."""
        from greatfear.simulation.ensemble_text import as_dict

        return as_dict(self)


def ensemble(
    scenario: Scenario,
    replicates: int | Iterable[int] = 100,
    *,
    alter: Sequence[Mapping[str, object]] = (),
    seed: int | None = None,
    workers: int | None = None,
    cluster: object = None,
    out: str | os.PathLike[str] | None = None,
    keep: str = "summaries",
    quantities: Callable[[Archive], Mapping[str, float]] | None = None,
    progress: Callable[[EnsembleProgress], None] | None = None,
) -> Ensemble:
    """Simulate many replicates of a scenario, on all cores or on a cluster; one row of numbers each.

    The table is the same for every number of workers, on a cluster, and after an interruption. With `out`, each finished
    replicate is kept at once: a call that was killed, or one of whose workers was, goes on where it stood, and none is
    counted twice. A finished ensemble can be called for more replicates.

    Parameters
    ----------
    scenario : Scenario
    replicates : int or iterable of int
        The first n, or these: ``[900]`` costs one run.
    alter : sequence of mapping, optional
        Variants, each by dotted paths and values as for `Scenario.alter`. They have the numbers 1, 2, ... and share the
        random numbers of variant 0, the scenario as it stands, replicate by replicate.
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
        Further columns: a function of an archive that returns numbers by name. It must stand in a module.
    progress : callable, optional
        Called with an `EnsembleProgress` at the start and after each replicate.

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
    wanted = list(range(replicates)) if isinstance(replicates, int) else [int(number) for number in replicates]
    folder = None if out is None else Path(out)
    named = _name_of(quantities)
    _check(wanted, seed, workers, keep, folder)
    changes: tuple[dict[str, Any], ...] = ({}, *(dict(each) for each in alter))
    scenarios = (scenario, *(scenario.alter(each) for each in alter))
    if seed is None:
        seed = int(((folder and about_in(folder)) or {}).get("seed", secrets.randbits(31)))
    texts = [to_json(each) for each in scenarios]
    about = _about(scenario, texts, changes, {"seed": seed, "keep": keep, "quantities": named})
    rows_in = None if folder is None else RowFolder(folder, about)
    archives = str(folder.resolve() / "archives") if folder and keep == "archives" else None
    shared = {
        "scenarios": texts, "seed": seed, "archives": archives, "quantities": named, "version": version("greatfear"),
    }  # fmt: skip
    jobs = [
        Job(f"v{variant}-r{number}", {"variant": variant, "replicate": number})
        for number in wanted
        for variant in range(len(scenarios))
    ]
    rows, n_new = work_through(
        _ROW, shared, jobs, folder=rows_in, workers=workers, cluster=cluster, progress=progress,
        is_kept=None if archives is None else lambda key: (Path(archives) / key / MANIFEST).exists(),
    )  # fmt: skip
    return Ensemble(table_of([rows[job.key] for job in jobs]), scenarios, changes, seed, folder, n_new)


def work_through(
    function: str,
    shared: Mapping[str, Any],
    jobs: Sequence[Job],
    *,
    folder: RowFolder | None = None,
    workers: int | None = None,
    cluster: object = None,
    progress: Callable[[EnsembleProgress], None] | None = None,
    is_kept: Callable[[str], bool] | None = None,
    known: Mapping[str, Row] | None = None,
) -> tuple[dict[str, Row], int]:
    """Do the jobs that are not done yet, and return all rows by key and how many were done now.

    Parameters
    ----------
    function, shared, jobs
        As for `greatfear.simulation.local.on_processes`.
    folder : RowFolder, optional
        Where rows land one by one; rows of other jobs that are there already go into its table.
    workers, cluster, progress
        As for `ensemble`.
    is_kept : callable, optional
        Whether what belongs to a finished row, by its key, is still there.
    known : mapping, optional
        Rows by key that the caller has made already.
    """
    rows: dict[str, Row] = {}
    if folder is not None:
        folder.open()
        rows = {key: row for key, row in folder.rows().items() if is_kept is None or is_kept(key)}
    kept = sum(job.key in rows for job in jobs)
    rows = {key: dict(row) for key, row in (known or {}).items()} | rows
    left = [job for job in jobs if job.key not in rows]
    follow = _follower(len(jobs), len(left), kept, progress)
    follow(0)
    if folder is not None and kept < len(jobs):
        folder.unfinish()
    for n_new, (key, row) in enumerate(_done(function, shared, left, workers, cluster), 1):
        rows[key] = row
        if folder is not None:
            folder.put(key, row)
        follow(n_new)
    if folder is not None and (kept < len(jobs) or not folder.is_whole()):
        ordered = sorted(rows, key=lambda key: [rows[key].get(name, 0) for name in _KEYS])
        folder.finish(ordered, table_of([rows[key] for key in ordered]))
    return rows, len(left)


def _done(
    function: str, shared: Mapping[str, Any], jobs: Sequence[Job], workers: int | None, cluster: Any
) -> Iterator[tuple[str, Row]]:
    """Yield the rows of jobs, done where they shall be."""
    if cluster is not None:
        from greatfear.simulation.cluster import on_cluster

        return on_cluster(cluster, function, shared, jobs)
    if workers == 0 or len(jobs) <= 1:
        return here(function, shared, jobs)
    return on_processes(function, shared, jobs, workers or usable_cores())


def _follower(
    total: int, left: int, kept: int, progress: Callable[[EnsembleProgress], None] | None
) -> Callable[[int], None]:
    """Return a function that tells how far it has come, given how many were done now."""
    begun = time.monotonic()

    def follow(n_new: int) -> None:
        if progress is not None:
            spent = time.monotonic() - begun
            rest = spent / n_new * (left - n_new) if n_new else float("nan")
            progress(EnsembleProgress(total - left + n_new, total, kept, rest))

    return follow


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


def _name_of(quantities: Callable[..., Any] | None) -> str | None:
    """Return the name by which a worker finds a function."""
    if quantities is None:
        return None
    module, name = getattr(quantities, "__module__", ""), getattr(quantities, "__qualname__", "")
    if module in ("", "__main__") or not name.isidentifier():
        raise FaultList(
            [
                Fault(
                    "quantities",
                    f"{module}.{name}",
                    "a function at the top of a module",
                    "put it into a file of its own",
                )
            ],
            "ensemble",
        )
    return f"{module}:{name}"


def _check(wanted: Sequence[int], seed: int | None, workers: int | None, keep: str, folder: Path | None) -> None:
    """Refuse arguments that are out of range, all at once."""
    faults = []
    if not wanted or min(wanted) < 0 or max(wanted) >= 2**32:
        faults.append(Fault("replicates", str(wanted)[:60], "one or more whole numbers from 0 to 2^32 - 1"))
    elif len(set(wanted)) < len(wanted):
        faults.append(Fault("replicates", "a number twice", "each number once"))
    if seed is not None and not 0 <= seed < 2**63:
        faults.append(Fault("seed", str(seed), "a whole number from 0 to 2^63 - 1"))
    if workers is not None and workers < 0:
        faults.append(Fault("workers", str(workers), "0 (this process) or more"))
    if keep not in _KEEP:
        faults.append(Fault("keep", repr(keep), " or ".join(map(repr, _KEEP))))
    elif keep == "archives" and folder is None:
        faults.append(Fault("out", "none", "a folder, where archives are kept"))
    if faults:
        raise FaultList(faults, "ensemble")


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Return rows as a table: whole numbers where all are, otherwise floats in which nothing is NaN."""
    columns: dict[str, pa.Array] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        is_whole = all(isinstance(value, int) for value in values)
        filled = values if is_whole else [np.nan if value is None else float(value) for value in values]
        columns[name] = pa.array(filled, pa.int64() if is_whole else pa.float64())
    return pa.table(columns)
