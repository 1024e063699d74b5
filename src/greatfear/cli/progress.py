"""How far a long command has come, on standard error: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from greatfear.cli.show import note
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from greatfear.simulation.run import Progress

_SECONDS_BETWEEN_LINES = 5.0

COMPILING = "Compiling the kernels, once for this installation: about {} s."

Follower = Callable[["Progress"], None]


@contextmanager
def following(start: dt.date) -> Iterator[Follower]:
    """Yield a function that shows how far a simulation is; give it a `Progress` after each day."""
    from greatfear.draws._kept import before_compiling
    from greatfear.simulation.apart import usable_cores

    before_compiling(lambda: note(COMPILING.format(15 if usable_cores() > 1 else 25)))
    if sys.stderr.isatty():
        with _bar(start) as follower:
            yield follower
    else:
        yield _lines(start)


def left(seconds: float, done: int, to_do: int) -> str:
    """Return in words how long the rest takes if it goes as the part done did."""
    return f"about {seconds / done * to_do:.0f} s left" if done else "time left not known yet"


def _words(start: dt.date, at: Progress) -> str:
    so_far = f"{counted(at.arrests, 'arrest', ',')}, {counted(at.statements, 'statement', ',')}"
    return f"{start + dt.timedelta(days=at.day)}  {so_far}"


def _lines(start: dt.date) -> Follower:
    """Return a follower that prints a line every few seconds.

    The time left is reckoned from the second day on: the first may hold the compilation of the kernels.
    """
    last = time.monotonic()
    first: tuple[float, int] | None = None

    def follow(at: Progress) -> None:
        nonlocal last, first
        now = time.monotonic()
        first = first or (now, at.day)
        if now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            rest = left(now - first[0], at.day - first[1], at.days - at.day)
            note(f"{_words(start, at)}  {at.day / at.days:.0%}, {rest}")

    return follow


@contextmanager
def _bar(start: dt.date) -> Iterator[Follower]:
    """Yield a follower that moves a bar."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{start}", total=None)

        def follow(at: Progress) -> None:
            bar.update(task, completed=at.day, total=at.days, description=_words(start, at))

        yield follow


@contextmanager
def stage(words: str) -> Iterator[None]:
    """Show a stage whose length is not known, in a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield
