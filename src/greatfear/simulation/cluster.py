"""Tasks on a Dask cluster: the one file that imports Dask, on first use.

The scheduler gives the task of a worker that ended to another one. Every worker needs the same version of greatfear.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from greatfear.errors import GreatFearError, MissingExtraError
from greatfear.simulation.calling import called
from greatfear.simulation.local import Job

_AHEAD = 4
"""Tasks per thread of the cluster that are handed out at a time; the rest waits here."""
_SECONDS_TO_CONNECT = 15
_ALONE = threading.Lock()
"""A worker with several threads does one task at a time: compiled code of one process shares its threads."""


def on_cluster(
    cluster: Any, function: str, shared: Mapping[str, Any], jobs: Sequence[Job]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and row of every job as it comes, done by the workers of a Dask cluster.

    Parameters
    ----------
    cluster : str, Client or Cluster
        Address of a scheduler such as ``tcp://host:8786``, a client, or a cluster object of Dask.
    function, shared, jobs
        As for `greatfear.simulation.local.on_processes`.

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    GreatFearError
        If the scheduler does not answer, a task fails, or its workers ended again and again.
    """
    if not jobs:
        return
    dask = _dask()
    with _client_of(cluster, dask) as client:
        run_of = uuid.uuid4().hex
        common = client.submit(dict, shared, key=f"greatfear-{run_of}")
        waiting = iter(jobs)
        keys: dict[str, str] = {}

        def hand_out() -> Any:
            for job in waiting:
                name = f"greatfear-{run_of}-{job.key}"
                keys[name] = job.key
                return client.submit(_answer, function, common, dict(job.task), key=name, pure=False)
            return None

        room = _AHEAD * max(1, sum(client.nthreads().values()))
        first = [future for _ in range(min(room, len(jobs))) if (future := hand_out()) is not None]
        # Without its loop, Dask would ask for a default client, and a program that has none would end here.
        under_way = dask.as_completed(first, loop=client.loop)
        try:
            for future in under_way:
                key = keys.pop(future.key)
                yield key, _row_of(future, key)
                if (following := hand_out()) is not None:
                    under_way.add(following)
        finally:
            client.cancel(list(under_way.futures))


def _answer(function: str, shared: Mapping[str, Any], task: Mapping[str, Any]) -> Any:
    """Do one task; runs on a worker of the cluster."""
    with _ALONE:
        return called(function)(shared, task)


def _row_of(future: Any, key: str) -> dict[str, Any]:
    """Return the row of a finished task, or raise what went wrong in our words."""
    error = future.exception()
    if error is None:
        row: dict[str, Any] = future.result()
        return row
    kind = type(error).__name__
    words = str(error) if isinstance(error, GreatFearError) else f"{kind}: {error}"
    if kind == "KilledWorker":
        words = "several workers of the cluster ended over it, perhaps for want of memory"
    raise GreatFearError(f"{key}: {words}") from None


def _dask() -> Any:
    """Return the library, or say how to install it."""
    try:
        import distributed
    except ImportError as error:
        raise MissingExtraError("dask[distributed]", "cluster", "an ensemble on a cluster") from error
    return distributed


@contextmanager
def _client_of(cluster: Any, dask: Any) -> Iterator[Any]:
    """Yield a client of the cluster; one that was made here is closed again."""
    if isinstance(cluster, dask.Client):
        yield cluster
        return
    try:
        client = dask.Client(cluster, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise GreatFearError(
            f"cluster: found {cluster!r}, which does not answer ({error}), but expected the address of a running Dask scheduler, "
            "such as tcp://host:8786. Start one with `dask scheduler`"
        ) from error
    try:
        yield client
    finally:
        client.close()
