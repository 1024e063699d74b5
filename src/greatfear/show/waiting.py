"""A bar that shows how far a long call is: in a notebook, and in Python at a terminal; nowhere else."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Literal, Protocol, TypeVar

_SECONDS_BEFORE = 2.0
"""A call that is over sooner shows no bar."""
_SECONDS_BETWEEN = 0.2

At = TypeVar("At")


class _Bar(Protocol):
    def move(self, done: int, total: int) -> None: ...

    def close(self) -> None: ...


def place_of_bar() -> Literal["notebook", "terminal", ""]:
    """Return where a bar can be shown: a notebook, Python that somebody types into, or nowhere.

    Scripts, commands and the workers of an ensemble have none: the commands show their own.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is not None:
        return "notebook"
    is_typed = hasattr(sys, "ps1") and sys.stderr is not None and sys.stderr.isatty()
    return "terminal" if is_typed else ""


@contextmanager
def bar_for(
    given: Callable[[At], None] | None, how_far: Callable[[At], tuple[int, int]], what: str
) -> Iterator[Callable[[At], None] | None]:
    """Yield what is told how far a call is: the caller's own function, a bar, or None where neither is there.

    Parameters
    ----------
    given : callable or None
        The caller's own function; then there is no bar.
    how_far : callable
        What is told, to the number done and the number of all.
    what : str
        What is counted, as in ``"days"``.
    """
    place = "" if given is not None or _Shown.is_one else place_of_bar()
    if not place:
        yield given
        return
    waiting = _Waiting(_NotebookBar if place == "notebook" else _TerminalBar, what)
    _Shown.is_one = True
    try:
        yield lambda at: waiting.tell(*how_far(at))
    finally:
        _Shown.is_one = False
        waiting.close()


class _Shown:
    """Whether a bar is shown: a call within a call shows none."""

    is_one = False


class _Waiting:
    """A bar that appears when a call has lasted a while."""

    def __init__(self, kind: Callable[[str], _Bar], what: str) -> None:
        self._kind, self._what = kind, what
        self._bar: _Bar | None = None
        self._next = time.monotonic() + _SECONDS_BEFORE

    def tell(self, done: int, total: int) -> None:
        """Move the bar, a few times a second at most."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _SECONDS_BETWEEN
        self._bar = self._bar or self._kind(self._what)
        self._bar.move(done, total)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


class _NotebookBar:
    """A bar in the output of a cell; it needs no widgets."""

    def __init__(self, what: str) -> None:
        self._display: Any = import_module("IPython.display")
        self._what = html.escape(what)
        self._handle: Any = self._display.display(self._display.HTML(""), display_id=True)

    def move(self, done: int, total: int) -> None:
        """Show the number done."""
        bar = f'<progress value="{done}" max="{total}"></progress> {done:,} of {total:,} {self._what}'
        self._handle.update(self._display.HTML(bar))

    def close(self) -> None:
        """Empty the output."""
        self._handle.update(self._display.HTML(""))


class _TerminalBar:
    """A bar on standard error."""

    def __init__(self, what: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(what, total=None)
        self._bar.start()

    def move(self, done: int, total: int) -> None:
        """Show the number done."""
        self._bar.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Clear the line."""
        self._bar.stop()
