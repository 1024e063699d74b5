"""The command line: one small module per command; a command's help is the docstring of its function."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; see `greatfear.cli.guard` for the codes.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands after ``greatfear``; of this process if absent.

    Examples
    --------
    >>> main(["version"])
    greatfear 0.1.0
    0
    """
    _leave_current_folder()
    from greatfear.cli.guard import guarded

    return guarded(arguments)


def _leave_current_folder() -> None:
    """Take the current folder off the path of code where an empty entry of PYTHONPATH (``:/my/code``) put it by oversight."""
    said = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if "" not in said or len(said) == 1:
        return
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, said))  # for the processes that we start
    here = os.getcwd()
    if here not in map(os.path.abspath, filter(None, said)):
        sys.path[:] = [entry for entry in sys.path if entry not in ("", here)]
