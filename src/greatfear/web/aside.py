"""Long answers over a large archive, worked out in a process of their own: kernels would hold up every other page."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greatfear.errors import GreatFearError
from greatfear.simulation.apart import command_of

__all__ = ["LARGE", "aside", "main"]

LARGE = 100_000
"""Statements from which an answer is worked out in a process of its own."""
_COMMAND = command_of("greatfear.web.aside")


def aside(folder: Path, part: str, settings: Mapping[str, Any]) -> Any:
    """Return what a part of `recover` says of the archive in a folder.

    Raises
    ------
    greatfear.errors.GreatFearError
        What the part raised, as a sentence; or the process ended without an answer.
    """
    asked = pickle.dumps((str(folder.resolve()), part, dict(settings)))
    done = subprocess.run(_COMMAND, input=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    try:
        is_answer, said = pickle.loads(done.stdout)
    except (EOFError, pickle.UnpicklingError) as error:
        raise GreatFearError(
            f"the process that works out {part} ended without an answer, perhaps for lack of memory. Reload the page to "
            f"start it again, or run: greatfear recover {part} {folder}"
        ) from error
    if not is_answer:
        raise GreatFearError(said)
    return said


def main() -> None:
    """Take a folder, a part and its settings from standard input; write the answer, or the words of an error."""
    import os

    import cloudpickle  # type: ignore[import-untyped]  # figures of an answer are functions that are called when they are drawn

    import greatfear.recover as parts
    from greatfear.archive import read

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed
    folder, part, settings = pickle.load(sys.stdin.buffer)
    try:
        said = cloudpickle.dumps((True, getattr(parts, part)(read(folder), **settings)))
    except GreatFearError as error:
        said = pickle.dumps((False, str(error)))
    answers.write(said)
    answers.close()
