"""A cluster of fresh processes, of which some are killed: the command ends, or the same command again, with the same table."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from verification.attack.tools import CannotAttackError, Command, Commands, done_here

_MANY = ["ensemble", "witch-hunt", "--seed", "5", "--replicates", "12"]


@contextlib.contextmanager
def started(place: Path, workers: int = 2) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers as users do, each a fresh process on this computer alone; give address and workers.

    Raises
    ------
    CannotAttackError
        The library of clusters is not installed.
    """
    if find_spec("distributed") is None:
        raise CannotAttackError("cluster: pip install 'greatfear[cluster]'; nothing was attacked")
    file = place / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place}
    with contextlib.ExitStack() as stack:
        ports = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        scheduler = stack.enter_context(subprocess.Popen([*dask, "scheduler", *ports], **quiet))  # type: ignore[call-overload]
        stack.callback(scheduler.kill)
        address = _address(file)
        found = [stack.enter_context(worker(file)) for _ in range(workers)]
        for each in found:
            stack.callback(each.kill)
        yield address, found


def _address(file: Path) -> str:
    """Wait until the scheduler has written all of its file; return its address."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError):
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    raise RuntimeError("the scheduler did not start")


def worker(file: Path) -> subprocess.Popen[bytes]:
    """Start one worker of the scheduler that wrote a file."""
    more = ["--host", "127.0.0.1", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    return subprocess.Popen(
        [sys.executable, "-m", "dask", "worker", *more],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=file.parent,
    )


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Kill a worker (another takes its place) or the command, then let the same command end."""
    code, told = done_here([*_MANY, "--workers", "0", "-o", str(place / "near")])
    if code:
        raise RuntimeError(told)
    wanted = (place / "near" / "table.csv").read_bytes()
    with started(place) as (address, workers), Commands() as start, contextlib.ExitStack() as stack:
        for number in range(count):
            out, is_worker = place / f"far-{number}", draw.random() < 0.5
            words = [*_MANY, "--cluster", address, "-o", str(out)]
            running = start.start(words, place)
            _wait_for(out, draw.randint(1, 6), running)
            if is_worker:
                victim = draw.randrange(len(workers))
                workers[victim].kill()
                workers[victim] = stack.enter_context(worker(place / "scheduler.json"))
                stack.callback(workers[victim].kill)
            else:
                running.kill()
                running.ended()
                running = start.start(words, place)
            code, told = running.ended(180)
            name = "a worker was killed" if is_worker else "the command was killed"
            if code or "Traceback" in told:
                yield f"{name}: ended with {code}: {told[-300:]}"
            else:
                yield "" if (out / "table.csv").read_bytes() == wanted else f"{name}: another table"


def _wait_for(out: Path, rows: int, running: Command) -> None:
    """Wait until some rows are there, or the command has ended."""
    until = time.monotonic() + 120
    while time.monotonic() < until and Path(f"/proc/{running.pid}").exists():
        if len(list((out / "rows").glob("*.json"))) >= rows or (out / "manifest.json").exists():
            return
        time.sleep(0.02)
