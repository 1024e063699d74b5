"""Tasks on processes of this machine: each worker has one thread, and may be killed at any moment.

A worker that ends takes nothing with it but the task in its hands, which is given to a new one. Workers are started by
command, not forked and not pickled: a call works the same from a script without a guard, a notebook or a prompt.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from greatfear.errors import GreatFearError
from greatfear.simulation.apart import command_of

_MOST_DEATHS = 3
"""A task in whose hands this many workers ended is at fault itself."""
_MOST_WORDS = 10_000
_KILLED = 9
_ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_COMMAND = command_of("greatfear.simulation.worker")


@dataclass(frozen=True, slots=True)
class Job:
    """One task and the key of its row."""

    key: str
    task: Mapping[str, Any]


@dataclass
class _Pool:
    """What the threads that attend to the workers share."""

    command: list[str]
    head: str
    waiting: deque[Job]
    answers: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    deaths: dict[str, int] = field(default_factory=dict)
    running: set[subprocess.Popen[str]] = field(default_factory=set)
    words: dict[int, BinaryIO] = field(default_factory=dict)
    """What each worker prints, by its process number."""
    is_over: bool = False


def here(function: str, shared: Mapping[str, Any], jobs: Sequence[Job]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and row of every job, done in this process in order; failures are raised as by `on_processes`."""
    from greatfear.simulation.calling import called
    from greatfear.simulation.worker import answer

    for job in jobs:
        yield job.key, _row_of({"key": job.key, **answer(called(function), shared, job.task)})


def _row_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an answer, or raise what went wrong."""
    if "error" in told:
        raise GreatFearError(f"{told['key']}: {told['error']}")
    row: dict[str, Any] = told["row"]
    return row


def on_processes(
    function: str, shared: Mapping[str, Any], jobs: Sequence[Job], workers: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and row of every job as it comes, done by this many worker processes.

    Parameters
    ----------
    function : str
        ``module:name`` of a function of `shared` and a task that returns a row; all three plain data.
    shared : mapping
        Sent once to every worker.
    jobs : sequence of Job
        With different keys.
    workers : int
        At least 1.

    Raises
    ------
    GreatFearError
        If a task fails, or three workers ended over it.
    """
    head = {"path": sys.path, "function": function, "shared": shared}
    pool = _Pool(_COMMAND, json.dumps(head) + "\n", deque(jobs))
    threads = [threading.Thread(target=_attend, args=(pool,), daemon=True) for _ in range(min(workers, len(jobs)))]
    for thread in threads:
        thread.start()
    try:
        for _ in jobs:
            told = pool.answers.get()
            yield told["key"], _row_of(told)
    finally:
        pool.is_over = True
        for process in list(pool.running):
            process.kill()
        for thread in threads:
            thread.join()


def _attend(pool: _Pool) -> None:
    """Give one worker its tasks, and take another worker when it ends."""
    process: subprocess.Popen[str] | None = None
    while not pool.is_over:
        try:
            job = pool.waiting.popleft()
        except IndexError:
            break
        try:
            process = process or _started(pool)
            line = _asked(process, job)
        except OSError as error:
            pool.answers.put({"key": job.key, "error": f"no worker can be started ({error})"})
            break
        if line:
            pool.answers.put(json.loads(line))
            continue
        last = _ended(pool, process)
        process = None
        _blame(pool, job, last)
    if process is not None:
        _ended(pool, process)


def _blame(pool: _Pool, job: Job, last: str) -> None:
    """Give the task of a worker that ended to another, unless it has ended several."""
    pool.deaths[job.key] = pool.deaths.get(job.key, 0) + 1
    if pool.is_over:
        return
    if pool.deaths[job.key] < _MOST_DEATHS:
        pool.waiting.appendleft(job)
        return
    words = f"{_MOST_DEATHS} workers ended over it; the last one {last}"
    pool.answers.put({"key": job.key, "error": words})


def _started(pool: _Pool) -> subprocess.Popen[str]:
    """Start a worker with one thread and tell it what all tasks share."""
    environment = os.environ | dict.fromkeys(_ONE_THREAD, "1")
    words = tempfile.TemporaryFile()  # noqa: SIM115  closed when the worker has ended
    process = subprocess.Popen(
        pool.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, env=environment, encoding="utf-8"
    )
    pool.words[process.pid] = words
    pool.running.add(process)
    if pool.is_over:  # between this start and the end of all there must be no gap
        process.kill()
    _tell(process, pool.head)
    return process


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it has ended; reading will show it
        process.stdin.write(line)
        process.stdin.flush()


def _asked(process: subprocess.Popen[str], job: Job) -> str:
    """Return the worker's answer, empty if it ended (an answer cut off counts as none)."""
    assert process.stdout is not None
    _tell(process, json.dumps({"key": job.key, "task": job.task}) + "\n")
    line = process.stdout.readline()
    return line if line.endswith("\n") else ""


def _ended(pool: _Pool, process: subprocess.Popen[str]) -> str:
    """Let a worker end, pass on what it printed, and return how it ended in words."""
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(BrokenPipeError):
            if pipe is not None:
                pipe.close()
    code = process.wait()
    pool.running.discard(process)
    with pool.words.pop(process.pid) as words:
        words.seek(0)
        printed = words.read()[-_MOST_WORDS:].decode("utf-8", "replace").strip()
    if printed and not code:
        sys.stderr.write(printed + "\n")
    if code == -_KILLED:
        return "was killed, perhaps for want of memory. Use fewer workers"
    reason = f" and said: {printed.splitlines()[-1]}" if printed else ""
    return f"ended with signal {-code}{reason}" if code < 0 else f"ended with code {code}{reason}"
