"""What a command prints: the answer on standard output, everything else on standard error."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

__all__ = ["answer", "note", "plain", "say", "say_json"]


def say(text: str) -> None:
    """Print a text on standard output; if its reader has left (``greatfear ... | head``), end quietly."""
    try:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
        raise typer.Exit(0) from None


def note(text: str) -> None:
    """Print a line on standard error: what is being done, what was kept."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def say_json(data: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    say(json.dumps(plain(data), ensure_ascii=False, allow_nan=False))


def answer(text: str, data: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an answer in the form that was asked for."""
    if as_json:
        say_json(data)
    else:
        say(text)


def plain(value: Any) -> Any:
    """Return data as JSON has it: not-a-number becomes null, dates and paths become text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, dt.date | Path):
        return str(value)
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        value = value.item()  # a number of numpy
    return None if isinstance(value, float) and not math.isfinite(value) else value
