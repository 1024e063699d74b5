"""The command line: one small module per command; a command's help is the docstring of its function."""

from __future__ import annotations

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
    from greatfear.cli.guard import guarded

    return guarded(arguments)
