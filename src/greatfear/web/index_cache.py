"""Where indexes are kept between sessions, and the process that builds one.

An index of a large archive is built by a process of its own, so that pages go on being served and its memory is given back.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from greatfear.archive import Archive, read
from greatfear.record.manifest import MANIFEST
from greatfear.simulation.apart import command_of
from greatfear.web.store import Store, open_store, save_store

_VERSION = 6
"""Raised when an index holds something else than before; older ones are then not used."""
_KEPT = 8
_COMMAND = command_of("greatfear.web.index_cache")
_SMALL = 100_000


def cache_folder() -> Path:
    """Return the folder in the user's cache that holds indexes."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(Path.home(), ".cache")
    return Path(base) / "greatfear" / "lab"


def index_of(archive: Archive, progress: Callable[[float], None], folder: Path | None = None) -> tuple[Store, bool]:
    """Return the index of an archive, and whether it is kept on disk; built where it was not kept before."""
    from greatfear.web.index_build import build

    if archive.path is None or sum(entry.rows for entry in archive.manifest.tables.values()) < _SMALL:
        return build(archive, progress), True
    place = (folder or cache_folder()) / _key(archive.path)
    kept = open_store(place)
    if kept is None:
        _build_apart(archive.path, place, progress)
        kept = open_store(place)
    if kept is None:  # nowhere to keep it: work in memory
        return build(archive, progress), False
    _touch(place)
    return kept, True


def _key(folder: Path) -> str:
    """Return the name of an index: the archive's manifest, which holds the hash of every table, and the version."""
    digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    return f"{digest[:32]}-{_VERSION}"


def _build_apart(archive: Path, place: Path, progress: Callable[[float], None]) -> None:
    """Build an index in a process of its own, which tells the share that is done line by line."""
    command = [*_COMMAND, str(archive.resolve()), str(place.resolve())]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True
    ) as process:
        for line in process.stdout or ():
            try:
                progress(float(line))
            except ValueError:
                continue


def main() -> None:
    """Build the index of the archive named first into the folder named second."""
    from greatfear.web.index_build import build

    archive, place = map(Path, sys.argv[1:3])

    def tell(share: float) -> None:
        sys.stdout.write(f"{share}\n")
        sys.stdout.flush()

    save_store(build(read(archive), tell), place)


def _touch(place: Path) -> None:
    """Note that an index was used, and remove those that were not used for longest."""
    try:
        os.utime(place)
        kept = sorted(
            (path for path in place.parent.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime
        )
        for path in kept[_KEPT:]:
            shutil.rmtree(path, ignore_errors=True)
    except OSError:
        return
