"""Where compiled kernels are kept: in a folder that nobody but the user can write.

Compiled code is loaded and run. A folder in which somebody else could put files is therefore never read: its owner and
its mode are looked at, and where there is no such folder, kernels are compiled in memory.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_KEEP_SECONDS = 90 * 86_400
"""Compiled code older than this is removed; what is still in use is then compiled once more."""


def _places() -> Iterator[tuple[Path, bool]]:
    """Yield where the folder may be, and whether others can write beside it: the user's cache, the temporary folder."""
    named = os.environ.get("GREATFEAR_CACHE")
    if named:
        yield Path(named), False
    else:
        with contextlib.suppress(RuntimeError):  # a user without a home
            yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "greatfear", False
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    yield Path(tempfile.gettempdir()) / f"greatfear-{user}", True


def private_folder(name: str) -> Path | None:
    """Return a folder of compiled kernels that only this user can write, made if need be; None where there is none."""
    for place, is_shared in _places():
        folder = place / "kernels" / name
        try:
            for made in (place, folder.parent):
                made.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError:  # a home that cannot be written: try the next place
            continue
        above = (place, folder.parent) if is_shared else ()
        if all(is_private(each) for each in (*above, folder)) and os.access(folder, os.W_OK):
            return folder
    return None


def is_private(folder: Path) -> bool:
    """Return whether a folder is the user's own, is no link, and gives nobody else a right to it."""
    if not hasattr(os, "getuid"):  # Windows keeps a user's temporary folder and cache to that user
        return folder.is_dir()
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def keep(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; where the folder cannot take it, do without."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


_WAIT_SECONDS, _LOOK_SECONDS = 120.0, 0.01
_CLAIMS: dict[Path, int] = {}
"""Files that this process is about to write, each with its open lock."""


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def claim(path: Path) -> bool:
    """Say that this process is about to write a file; return whether it had to wait for another that said so before.

    The lock belongs to the process: it ends with it. Kernels call one another in no circle, so that no two processes wait
    for each other; where there are no locks, or one is held for minutes, both write the file, with the same bytes.
    """
    if fcntl is None or path in _CLAIMS:
        return False
    began, waited = time.monotonic(), False
    try:
        lock = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return False
    while not _locked(lock):
        waited = True
        if time.monotonic() - began > _WAIT_SECONDS:
            os.close(lock)
            return True
        time.sleep(_LOOK_SECONDS)
    _CLAIMS[path] = lock
    return waited or path.exists()


def _locked(lock: int) -> bool:
    """Take a lock if nobody has it; a file system without locks counts as if nobody had it."""
    assert fcntl is not None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def is_claimed(path: Path) -> bool:
    """Return whether some process has said that it is about to write a file, or ended before it did."""
    return _lock_of(path).exists()


def release(path: Path) -> None:
    """Take back a claim."""
    lock = _CLAIMS.pop(path, None)
    if lock is not None:
        with contextlib.suppress(OSError):
            _lock_of(path).unlink()
        os.close(lock)


def prune(folder: Path) -> None:
    """Remove what was compiled long ago."""
    before = time.time() - _KEEP_SECONDS
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another process may remove it at the same time
            if path.stat().st_mtime < before:
                path.unlink()
