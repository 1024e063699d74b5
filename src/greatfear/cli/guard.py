"""From an exception to a message and an exit code.

0: done. 1: a fault we can name (file, folder, number). 2: the command was written wrongly. 130: interrupted.
A traceback appears only for a fault of this program.
"""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import math
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import typer

from greatfear.cli.app import app
from greatfear.cli.show import FAULT, Stopped, forget_output, hold_streams, note, say_json
from greatfear.errors import GreatFearError
from greatfear.simulation.apart import refuse_settings_here

USAGE, INTERRUPTED = 2, 130

# Typer brings its own copy of Click or uses the installed one, by version; both give these two by this way.
UsageError: Any = typer.BadParameter.__mro__[1]
ClickException: Any = typer.BadParameter.__mro__[2]


def guarded(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    is_json = "--json" in words
    hold_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Cyrillic is no reason to stop
    try:
        refuse_settings_here()
        _refuse_empty(words)
        with _ended_like_ctrl_c():
            code = app(words, prog_name="greatfear", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _told(typer.Abort(), is_json)
    except BrokenPipeError as error:
        if error.filename is not None:
            return _told(error, is_json)
        forget_output()  # the reader of the answer has left
        return 0
    except UnicodeEncodeError as error:  # a path that this system cannot write as UTF-8
        return _told(GreatFearError(_undecodable(error)), is_json)
    except (GreatFearError, ClickException, Stopped, typer.Abort, OSError, MemoryError) as error:
        return _told(error, is_json)
    return code if isinstance(code, int) else 0


@contextlib.contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let a request to end, and a terminal that is closed, do what Ctrl-C does: locks go, and what is kept is told."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    is_ours = threading.current_thread() is threading.main_thread()
    ours = [n for n in (getattr(signal, name) for name in names) if is_ours and signal.getsignal(n) == signal.SIG_DFL]
    for number in ours:
        signal.signal(number, signal.default_int_handler)
    is_usual = is_ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_usual:
        signal.signal(signal.SIGINT, _once_a_second())
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
        if is_usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _once_a_second() -> Callable[[int, FrameType | None], None]:
    """Return what Ctrl-C does: it stops; a second one at once, from an impatient hand, does not disturb the tidying up."""
    last = -math.inf

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal last
        if time.monotonic() - last >= 1.0:
            last = time.monotonic()
            raise KeyboardInterrupt

    return stop


def _refuse_empty(words: Sequence[str]) -> None:
    """Refuse an empty word: as a path it would mean the current folder, which nobody meant who wrote ``-o "$NOTHING"``."""
    for before, word in itertools.pairwise(["", *words]):
        name, sign, value = word.partition("=")
        option = before if not word else name if name.startswith("-") and sign and not value else None
        if option is not None:
            place = option if option.startswith("-") else "the command"
            raise typer.BadParameter(f"{place} has an empty word. Write a value, or leave it out.")


def _undecodable(error: UnicodeEncodeError) -> str:
    shown = error.object.encode("utf-8", "backslashreplace").decode()
    return f"{shown[:200]}: a name that is not UTF-8. Rename the file or folder, or choose another"


def _told(error: Exception, is_json: bool) -> int:
    """Say what went wrong and return the exit code."""
    code, said = _understood(error)
    if is_json and _given(said | {"exit_code": code}):
        return code
    if isinstance(error, OSError) and error.filename is None:  # perhaps standard output itself
        forget_output()
    if isinstance(error, ClickException):
        words = io.StringIO()
        error.show(words)
        note(words.getvalue().rstrip("\n"))
    else:
        note(str(said["message"]) if code == INTERRUPTED else f"error: {error_text(error)}")
    return code


def _given(data: dict[str, Any]) -> bool:
    """Print an error as JSON; say whether standard output took it."""
    try:
        say_json(data)
    except typer.Exit:  # its reader has left
        return True
    except OSError:
        return False
    return True


def error_text(error: Exception) -> str:
    """Return the message of an error; for the operating system's, the file first."""
    if isinstance(error, OSError):
        why = error.strerror or (str(error.args[0]) if error.args else type(error).__name__)
        is_full = error.errno == errno.ENOSPC or f"[errno {errno.ENOSPC}]" in why
        why += ". Name another place (-o), or change its rights" if error.errno in (errno.EACCES, errno.EROFS) else ""
        why += ". Free some space, or name another place" if is_full else ""
        return f"{error.filename}: {why}" if error.filename else why
    if isinstance(error, MemoryError):
        return "not enough memory"
    return str(error)


def _understood(error: Exception) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the error as plain data."""
    if isinstance(error, GreatFearError):
        return FAULT, {"message": str(error), **error.to_dict()}
    if isinstance(error, UsageError):
        return USAGE, {"error": "UsageError", "message": error.format_message()}
    if isinstance(error, Stopped):
        return INTERRUPTED, {"error": "Stopped", "message": str(error)}
    if isinstance(error, typer.Abort):
        return INTERRUPTED, {"error": "Stopped", "message": "stopped; nothing was left half-written"}
    return FAULT, {"error": type(error).__name__, "message": error_text(error)}
