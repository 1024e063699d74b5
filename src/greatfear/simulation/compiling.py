"""The first start: all kernels of a run compiled before its first day, by two processes side by side.

The second process starts when the first finds that a kernel was never compiled here. Both go through the same kernels, share
what they compile through the cache, and leave to each other what is under way. The code is the same, either way.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from greatfear.draws._jit import prepare, threads_now
from greatfear.draws._kept import before_compiling, cache_folder, forget_notice
from greatfear.scenario.model import Scenario
from greatfear.scenario.resolving import to_json
from greatfear.simulation.apart import command_of, usable_cores
from greatfear.simulation.families import Prepared
from greatfear.simulation.kernels import arrest, hear, judge, plan
from greatfear.simulation.kernels.describe_people import describe_people
from greatfear.simulation.kernels.letters import write_numbered
from greatfear.simulation.kernels.speak import scratch_for, speak
from greatfear.simulation.process import Process, start

_COMMAND = command_of("greatfear.simulation.compiling")
_PURPOSE = "side by side"


def calls_of(process: Process) -> list[tuple[Any, tuple[Any, ...]]]:
    """Return the kernels of a day and of the tables, each with arguments of the right types; what compiles longest first."""
    world, state, rules, said = process.world, process.state, process.rules, process.said
    today, whole, letters = process.today(0), np.zeros(0, np.int64), np.zeros(0, np.uint8)
    given = (world, state, rules, today)
    families = [call for one in process.families if isinstance(one, Prepared) for call in one.calls(process)]
    return [
        (speak, (*given, scratch_for(process.room), said, 0, 0)),
        (arrest.arrest_all, given),
        (hear.hear, (*given, 0, said)),
        *families,
        (judge.close_day, given),
        (plan.gather, (*given, whole, said)),
        (arrest.quotas, given),
        (write_numbered, (0, whole, whole, 0, letters, whole.astype(np.int32))),
        (describe_people, (world, whole, 0, whole.astype(np.int32), whole.astype(np.int8))),
        (plan.feel, (world, state, rules)),
    ]


@contextlib.contextmanager
def side_by_side(scenario: Scenario, seed: int, replicate: int) -> Iterator[None]:
    """Let a second process compile too, if within this block something must be compiled and a processor may be free."""
    second: list[subprocess.Popen[str]] = []
    if cache_folder() is not None and min(threads_now(), usable_cores()) > 1:
        before_compiling(lambda: second.extend(_second(scenario, seed, replicate)), _PURPOSE)
    try:
        yield
    finally:
        forget_notice(_PURPOSE)
        for each in second:
            each.kill()
            each.wait()


def _second(scenario: Scenario, seed: int, replicate: int) -> list[subprocess.Popen[str]]:
    """Start the second process and tell it what is to be run; without one, the first compiles everything."""
    quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"NUMBA_NUM_THREADS": "1"}
    try:
        process: subprocess.Popen[str] = subprocess.Popen(_COMMAND, env=environment, encoding="utf-8", **quiet)  # type: ignore[call-overload]
    except OSError:
        return []
    with contextlib.suppress(OSError):
        assert process.stdin is not None
        process.stdin.write(json.dumps([to_json(scenario), seed, replicate]))
        process.stdin.close()
    return [process]


def main() -> None:
    """Compile what a run needs that is told on standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which then ends this one
    text, seed, replicate = json.load(sys.stdin)
    prepare(calls_of(start(Scenario.model_validate_json(text), seed, replicate)))
