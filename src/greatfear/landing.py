"""Files land whole or not at all: written beside their place, brought to the disk, then put under their name in one step.

A reader never sees half a file, and a full disk or a kill leaves what stood there before.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["UNFINISHED", "land", "landing", "sync_file", "sync_folder"]

UNFINISHED = ".*.part"
"""Pattern of what a kill in the middle of writing leaves behind; nobody reads such a file."""
_COUNT = itertools.count()


def land(path: Path, data: bytes | str) -> Path:
    """Write a file whole or not at all, and return its path; a text is written as UTF-8, as it stands.

    Raises
    ------
    OSError
        The file cannot be written; what stood there before stands there still.
    """
    with landing(path) as temporary:
        temporary.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@contextlib.contextmanager
def landing(path: Path) -> Iterator[Path]:
    """Give the path of a file to write, which then takes its place under `path`; after an error it is removed.

    Raises
    ------
    OSError
        As `land`.
    """
    path = path.resolve() if path.is_symlink() else path  # a link stays a link
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}-{next(_COUNT)}.part")
    try:
        yield temporary
        sync_file(temporary)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Bring the content of a file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the folder's list of names to the disk, where the system can."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some file systems cannot; the names are then as safe as they can be
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
