"""Jobs worked through on processes or a cluster: rows that are there already are kept, each finished one lands at once.

This module does not import the simulator, so that the workers start fast.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.errors import WrongArgumentError, is_whole
from greatfear.show.waiting import bar_for
from greatfear.simulation.apart import usable_cores
from greatfear.simulation.local import Job, here, on_processes
from greatfear.simulation.row_folder import RowFolder

Row = dict[str, Any]
KEYS = ("variant", "replicate", "seed")
"""Columns that say which row this is."""


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


def wanted_of(replicates: object) -> list[int]:
    """Return the numbers of the replicates that are asked for: the first n, or those listed.

    Raises
    ------
    WrongArgumentError
        For anything but whole numbers from 0 to 2^32 - 1.
    """
    many = range(replicates) if isinstance(replicates, int) else replicates  # a negative count: none
    wanted = list(many) if isinstance(many, Iterable) else []
    if not isinstance(many, Iterable) or not all(is_whole(each, 0, 2**32) for each in wanted):
        raise WrongArgumentError(
            "replicates", replicates, "a number of replicates, or a list of numbers from 0 to 2^32 - 1"
        )
    return [int(each) for each in wanted]


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
    with (
        contextlib.nullcontext() if folder is None else folder.held(),
        bar_for(progress, lambda at: (at.done, at.total), "replicates") as told,
    ):
        found = {} if folder is None else folder.rows()
        there = {key: row for key, row in found.items() if is_kept is None or is_kept(key)}
        kept = sum(job.key in there for job in jobs)
        rows = {key: dict(row) for key, row in (known or {}).items()} | there
        left = [job for job in jobs if job.key not in rows]
        follow = _follower(len(jobs), len(left), kept, told)
        follow(0)
        if folder is not None and kept < len(jobs):
            folder.unfinish()
        for n_new, (key, row) in enumerate(_done(function, shared, left, workers, cluster), 1):
            rows[key] = row
            if folder is not None:
                folder.put(key, row)
            follow(n_new)
        if folder is not None and (kept < len(jobs) or not folder.is_whole()):
            ordered = sorted(rows, key=lambda key: [rows[key].get(name, 0) for name in KEYS])
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


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Return rows as a table: whole numbers where all are, floats in which nothing is NaN, texts where one is a text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: Sequence[Any]) -> pa.Array:
    if any(isinstance(value, str) for value in values):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    is_whole = all(isinstance(value, int) for value in values)
    filled = values if is_whole else [np.nan if value is None else float(value) for value in values]
    return pa.array(filled, pa.int64() if is_whole else pa.float64())
