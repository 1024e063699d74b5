"""What commands that run many replicates share: which ones, how far they are, and how to go on."""

from __future__ import annotations

import math
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from greatfear.cli.show import note
from greatfear.errors import Fault, FaultList

if TYPE_CHECKING:
    from greatfear.simulation.working import EnsembleProgress

_SECONDS_BETWEEN_LINES = 5.0

Follower = Callable[["EnsembleProgress"], None]


def replicates_of(text: str) -> list[int]:
    """Return ``"3"`` as [0, 1, 2], ``"900-902"`` as [900, 901, 902] and ``"3,900"`` as [3, 900]."""
    if re.fullmatch(r"\d+", text):
        return list(range(int(text)))
    found: list[int] = []
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part.strip())
        if not match:
            allowed = "how many, as in 200; or which: 900-999, or 3,900"
            raise FaultList([Fault("--replicates", repr(text), allowed)], "command line")
        first = int(match[1])
        found += range(first, int(match[2] or first) + 1)
    return found


def command_again(seed: int) -> str:
    """Return the command that was given, with the seed that was drawn if none was named."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    is_named = any(word == "--seed" or word.startswith("--seed=") for word in words)
    return shlex.join(["greatfear", *words, *([] if is_named else ["--seed", str(seed)])])


@contextmanager
def counting() -> Iterator[Follower]:
    """Yield a function that shows how far an ensemble is; give it an `EnsembleProgress` after each replicate."""
    if sys.stderr.isatty():
        with _bar() as follower:
            yield follower
    else:
        yield _lines()


def _left(at: EnsembleProgress) -> str:
    return "time left not known yet" if math.isnan(at.seconds_left) else f"about {at.seconds_left:.0f} s left"


def _lines() -> Follower:
    """Return a follower that prints a line at once if something was kept, then every few seconds."""
    last, is_first = time.monotonic(), True

    def follow(at: EnsembleProgress) -> None:
        nonlocal last, is_first
        if at.kept and is_first:
            note(f"{at.kept:,} of {at.total:,} replicates are there already")
        is_first = False
        if time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            note(f"{at.done:,} of {at.total:,} replicates  {at.done / at.total:.0%}, {_left(at)}")

    return follow


@contextmanager
def _bar() -> Iterator[Follower]:
    """Yield a follower that moves a bar."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("replicates"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("time left not known yet", total=None)

        def follow(at: EnsembleProgress) -> None:
            bar.update(task, completed=at.done, total=at.total, description=_left(at))

        yield follow
