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

__all__ = ["is_private", "keep", "private_folder", "prune"]

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


def prune(folder: Path) -> None:
    """Remove what was compiled long ago."""
    before = time.time() - _KEEP_SECONDS
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another process may remove it at the same time
            if path.stat().st_mtime < before:
                path.unlink()
