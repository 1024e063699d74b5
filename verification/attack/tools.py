"""What attacks share: commands in processes that can be killed, and the content of folders."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from greatfear.errors import GreatFearError


class CannotAttackError(Exception):
    """Why this machine does not allow an attack."""


_PARENT = """
import json, os, signal, sys
sys.path[:0] = json.loads(sys.argv[1])
import greatfear.cli.app, greatfear.simulation.run, greatfear.simulation.counterfactual, greatfear.simulation.replicate
import greatfear.plots.report, greatfear.intake_tables, greatfear.record.export, greatfear.comparison.against_record
from greatfear.cli import main
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        told = os.open(asked["told"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(told, 1), os.dup2(told, 2)
        os.chdir(asked["folder"])
        code = 99
        try:
            code = main(asked["words"])
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            open(asked["told"] + ".code", "w").write(str(code))
            os._exit(code)
    print(pid, flush=True)
"""
"""Copies of a process that has only imported start a command in a moment; each may be killed like one started by hand."""


class Commands:
    """Commands, each in a process of its own."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-P", "-c", _PARENT, json.dumps([entry for entry in sys.path if entry])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._n = 0
        assert self._parent.stdout is not None
        self._parent.stdout.readline()

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        self._parent.wait()
        assert self._parent.stdout is not None
        self._parent.stdout.close()

    def start(self, words: Sequence[str], folder: Path) -> Command:
        """Start one command in a folder."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._n += 1
        told = folder / f".told-{self._n}"
        self._parent.stdin.write(json.dumps({"words": list(words), "folder": str(folder), "told": str(told)}) + "\n")
        self._parent.stdin.flush()
        return Command(int(self._parent.stdout.readline()), told)


class Command:
    """A command under way."""

    def __init__(self, pid: int, told: Path) -> None:
        self.pid, self._told = pid, told

    def kill(self) -> None:
        """Kill it, as the system does when memory runs out."""
        import os
        import signal

        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def ended(self, seconds: float = 120.0) -> tuple[int | None, str]:
        """Wait for its end; return its exit code (None if it was killed) and what it printed."""
        until = time.monotonic() + seconds
        while Path(f"/proc/{self.pid}").exists() and time.monotonic() < until:
            time.sleep(0.01)
        code = Path(f"{self._told}.code")
        text = self._told.read_text(errors="replace") if self._told.exists() else ""
        found = int(code.read_text() or -1) if code.exists() else None
        code.unlink(missing_ok=True)
        self._told.unlink(missing_ok=True)
        return found, text


def done_here(words: Sequence[str]) -> tuple[int, str]:
    """Do a command in this process; return its exit code and what it printed."""
    from greatfear.cli import main

    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        code = main(list(words))
    return code, told.getvalue()


def content(folder: Path, leave: Sequence[str] = ()) -> dict[str, str]:
    """Return the hash of every file below a folder, by path; files whose names are in `leave` are left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in leave and not path.name.startswith(".told-")
    }


def outcome(attempt: Callable[[], Any], name: str, seconds: float = 10.0, most_letters: int = 100_000) -> str:
    """Return what is wrong with an attempt that may end well or in an error of ours, in time and in few words; else nothing."""
    begun = time.perf_counter()
    try:
        attempt()
    except GreatFearError as error:
        if not str(error).strip() or len(str(error)) > most_letters:
            return f"{name}: an error of {len(str(error)):,} letters"
    except RecursionError:
        return f"{name}: RecursionError"
    except Exception as error:  # noqa: BLE001  what must not happen
        return f"{name}: {type(error).__name__}: {str(error)[:200]}"
    spent = time.perf_counter() - begun
    return f"{name}: took {spent:.1f} s" if spent > seconds else ""
