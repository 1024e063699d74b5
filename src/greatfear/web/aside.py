"""Long answers over a large archive, worked out in a process of their own.

Kernels would hold up every other page, and whole columns of a large archive would stay in the memory of the lab.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greatfear.archive import Archive
from greatfear.errors import AlteredArchiveError, GreatFearError
from greatfear.simulation.apart import command_of
from greatfear.web.recovered import Recovered, mapped, recovered

LARGE = 100_000
"""Rows of all tables together from which an answer is worked out in a process of its own."""
_COMMAND = command_of("greatfear.web.aside")


def answered(archive: Archive, question: str, settings: Mapping[str, Any]) -> Any:
    """Return the answer to a question of `aside`, worked out here where the archive is small or lies in memory."""
    rows = sum(entry.rows for entry in archive.manifest.tables.values())
    if archive.path is None or rows < LARGE:
        return _answer(archive, question, settings)
    return aside(archive.path, question, settings)


def aside(folder: Path, question: str, settings: Mapping[str, Any]) -> Any:
    """Return what the archive in a folder answers to a question: ``"describe"``, ``"record"``, or a part of `recover`.

    Raises
    ------
    greatfear.errors.GreatFearError
        What the answer raised, as a sentence; or the process ended without an answer.
    """
    asked = pickle.dumps((str(folder.resolve()), question, dict(settings)))
    try:
        is_answer, said = pickle.loads(_asked(asked))
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        command = question if question == "describe" else "compare" if question == "record" else f"recover {question}"
        raise GreatFearError(
            f"the process that works out {question} ended without an answer, perhaps for lack of memory. Reload the page "
            f"to start it again, or run: greatfear {command} {folder}"
        ) from error
    if not is_answer:
        kind, words = said
        raise (AlteredArchiveError if kind == "altered" else GreatFearError)(words)
    return mapped(said) if isinstance(said, Recovered) else said


def _asked(question: bytes) -> bytes:
    """Return what a process of its own says; its input stays open while it works, and it ends where the lab does."""
    with subprocess.Popen(
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(question)
        process.stdin.flush()
        return process.stdout.read()


def _ends_with_the_lab() -> None:
    """Wait for the end of the input: nobody is left to tell."""
    sys.stdin.buffer.read()
    os._exit(1)


def _answer(archive: Archive, question: str, settings: Mapping[str, Any], apart: bool = False) -> Any:
    if question == "describe":
        return archive.describe(**settings)
    if question == "record":
        from greatfear.comparison.against_record import against_record

        return against_record(archive, **settings)
    import greatfear.recover as parts

    return recovered(getattr(parts, question)(archive, **settings), apart)


def main() -> None:
    """Take a folder, a question and its settings from standard input; write the answer, or the words of an error."""
    from greatfear.archive import read

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed
    folder, question, settings = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_ends_with_the_lab, daemon=True).start()
    try:
        said = pickle.dumps((True, _answer(read(folder), question, settings, apart=True)))
    except GreatFearError as error:
        kind = "altered" if isinstance(error, AlteredArchiveError) else "other"
        said = pickle.dumps((False, (kind, str(error))))
    answers.write(said)
    answers.close()
