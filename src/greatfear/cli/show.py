"""What a command prints: the answer on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import typer

from greatfear.show.plain import plain

FAULT = 1
"""The exit code of a command that found a fault."""


class Stopped(Exception):  # noqa: N818  nothing went wrong
    """The user stopped a command that has something to say about what is kept."""


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
_TURNS = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Letters that turn the direction of what follows; marks of a single letter's direction stay."""


def harmless(text: str) -> str:
    """Return a text in which a terminal finds nothing to obey: names in an archive may hold escape sequences."""
    return text.translate(_CONTROLS | _TURNS)


def say(text: str) -> None:
    """Print a text on standard output; if its reader has left (``greatfear ... | head``), end quietly."""
    _put(harmless(text if text.endswith("\n") else f"{text}\n"))


def _put(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        forget_output()
        raise typer.Exit(0) from None


class _Closed(io.TextIOBase):
    """Stands where the caller closed standard output (``greatfear ... >&-``): an answer that cannot be given is a fault."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Refuse, unless nothing was to be written."""
        if not text:
            return 0
        fix = "open it (> FILE), or send it to the null device; files that the command wrote are in their place"
        raise OSError(errno.EBADF, f"standard output is closed, so the answer could not be given: {fix}")


def hold_streams() -> None:
    """Give closed standard streams a place: no file that is opened later takes their number, and a lost answer is a fault."""
    with contextlib.suppress(OSError):
        while (taken := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(taken)
    if sys.stdout is None:
        sys.stdout = _Closed()


def forget_output() -> None:
    """Send what is left of standard output nowhere, or Python complains once more at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def note(text: str) -> None:
    """Print a line on standard error: what is being done, what was kept."""
    if sys.stderr is None:
        return
    with contextlib.suppress(OSError):  # its reader has left, or the disk is full: there is nobody left to tell
        sys.stderr.write(f"{harmless(text)}\n")
        sys.stderr.flush()


_IN_JSON = {code: f"\\u{code:04x}" for code in (*range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def say_json(data: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    _put(json.dumps(plain(data), ensure_ascii=False, allow_nan=False).translate(_IN_JSON) + "\n")


def answer(text: str, data: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an answer in the form that was asked for."""
    if as_json:
        say_json(data)
    else:
        say(text)
