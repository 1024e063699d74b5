"""Where an archive is written: nothing that stands there is lost, and nobody else writes there at the same time.

An archive is written whole beside its place and then takes it in one step, so that a kill or a full disk leaves what stood
there before. A folder is ours if it bears our manifest; a finished archive gives way only to itself, or where that was asked.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from greatfear.errors import ArchiveError
from greatfear.landing import sync_folder
from greatfear.record.manifest import MANIFEST, Manifest, parse_manifest

_HELD: dict[Path, int] = {}
"""Folders that this process writes, with the thread that does."""


@contextlib.contextmanager
def claimed(folder: Path, provenance: Mapping[str, Any], *, replace: bool = False) -> Iterator[Path]:
    """Hold a folder for writing, and give its full path; refuse it where something stands there that is not to be replaced.

    Parameters
    ----------
    folder : Path
        New, empty, or a finished archive.
    provenance : mapping
        Of the archive that will be written: a run of the same provenance and version is the same run, and may be written again.
    replace : bool
        Whether a finished archive of another provenance gives way.

    Raises
    ------
    greatfear.errors.ArchiveError
        Something else stands there, or another process writes there.
    """
    place = folder.resolve()
    refuse_undecodable(place)
    refuse_nameless(folder)
    _refuse_what_stands(place, provenance, replace=replace)
    with locked(place):
        _settle(place)
        _refuse_what_stands(place, provenance, replace=replace)  # once more: now nobody else changes it
        yield place


def refuse_undecodable(folder: Path) -> None:
    """Refuse a folder whose name is no UTF-8: the libraries that write and read tables cannot open it.

    Raises
    ------
    greatfear.errors.ArchiveError
        With the name, and how to go on.
    """
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        shown = str(folder).encode("utf-8", "backslashreplace").decode()
        raise ArchiveError(
            f"{shown}: a name that is not UTF-8, in which no archive can lie. Rename the file or folder, or choose another"
        ) from None


@contextlib.contextmanager
def locked(place: Path, what: str = "run") -> Iterator[None]:
    """Hold the lock of a folder; the thread that holds it may ask again. `what` names the work in the refusal."""
    refuse_nameless(place)
    if _HELD.get(place) == threading.get_ident():
        yield
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = _lock(place, what)
    except OSError as error:
        raise ArchiveError(f"{place}: cannot be written ({error.strerror or error}). Name another folder") from error
    _HELD[place] = threading.get_ident()
    try:
        yield
    finally:
        del _HELD[place]
        with contextlib.suppress(OSError):
            _lock_file(place).unlink()
        os.close(handle)


def refuse_nameless(folder: Path) -> None:
    """Refuse a folder that has no name to put another beside it: the current one, or the root.

    Raises
    ------
    greatfear.errors.ArchiveError
    """
    if not folder.name or folder.resolve() in (Path.cwd().resolve(), Path(folder.resolve().anchor)):
        which = "the root of the disk" if folder.resolve().name == "" else "the current folder"
        raise ArchiveError(f"{folder}: found {which}, but expected the name of a new folder. Name one below it")


def _lock_file(place: Path) -> Path:
    return place.with_name(f".{place.name}.lock")


def _lock(place: Path, what: str) -> int:
    """Return an open file that holds the lock; refuse where somebody else holds it."""
    while True:
        handle = os.open(_lock_file(place), os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _take(handle)
        except OSError:
            os.close(handle)
            raise ArchiveError(
                f"{place}: another {what} is writing here. Wait for it, or name another folder"
            ) from None
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(handle), os.stat(_lock_file(place))):
                return handle
        os.close(handle)  # who held it before has just removed the file: take the new one


def _take(handle: int) -> None:
    """Take the lock of an open file without waiting; it ends with the process, however that ends."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _refuse_what_stands(place: Path, provenance: Mapping[str, Any], *, replace: bool) -> None:
    """Refuse a place where something stands that is not ours, or is a finished archive of something else."""
    if place.exists() and not place.is_dir():
        raise ArchiveError(f"{place}: a file stands here. Name another folder")
    names = sorted(entry.name for entry in place.iterdir()) if place.exists() else []
    if not names:
        return
    manifest = _manifest_in(place)
    if manifest is None:
        shown = ", ".join(names[:3])
        raise ArchiveError(f"{place}: not empty and not an archive of ours (holds {shown}). Name a new or empty folder")
    # A run follows from its provenance, a real archive does not: its map may have changed.
    is_same = manifest.is_simulated and "seed" in provenance and manifest.provenance == dict(provenance)
    is_same = is_same and manifest.greatfear == version("greatfear")
    if not is_same and not replace:
        raise ArchiveError(
            f"{place}: a finished archive stands here ({manifest.title!r}, {manifest.kind}). Name another folder, or say "
            "--replace (replace=True) to put the new one in its place"
        )


def _manifest_in(place: Path) -> Manifest | None:
    """Return the manifest of a folder; None where greatfear did not make it. One that is damaged raises its own error."""
    file = place / MANIFEST
    if not file.is_file():
        return None
    try:
        return parse_manifest(file.read_bytes(), str(file))
    except ArchiveError as error:
        raise ArchiveError(
            f"{place}: its manifest cannot be read ({error}). Move the folder away, or name another"
        ) from error


@contextlib.contextmanager
def beside(place: Path) -> Iterator[Path]:
    """Give a new folder beside a claimed place, which takes that place in one step at the end, or is removed after an error.

    What the old folder held besides its archive (a report, figures, notes) is moved into the new one.
    """
    made = place.with_name(f".{place.name}.{os.getpid()}.writing")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    try:
        yield made
        sync_folder(made)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    _swap(made, place)
    sync_folder(place.parent)
    _settle(place)


def _swap(made: Path, place: Path) -> None:
    """Put a folder in its place; what stood there then stands under the other name."""
    if not place.exists() or not any(place.iterdir()):
        if place.exists():
            place.rmdir()
        made.rename(place)
    elif not _exchanged(made, place):
        aside = made.with_name(f"{made.name}.old.writing")
        place.rename(aside)
        made.rename(place)


def _exchanged(one: Path, two: Path) -> bool:
    """Exchange two folders in one step, where the system can."""
    try:
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchanging = -100, 2
    return bool(exchange(here, os.fsencode(one), here, os.fsencode(two), exchanging) == 0)


def _settle(place: Path) -> None:
    """Clear up what a write left beside its place: an archive that was replaced, or one that was never finished."""
    for left in sorted(place.parent.glob(f".{_escaped(place.name)}.*.writing")):
        if not place.exists() and (left / MANIFEST).is_file():
            left.rename(place)  # a kill between two steps: the old archive goes back to its place
            continue
        if (left / MANIFEST).is_file() and place.is_dir():
            _move_rest(left, place)
        shutil.rmtree(left, ignore_errors=True)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _move_rest(old: Path, new: Path) -> None:
    """Move what no manifest lists from an old folder into the new one, where nothing of that name stands."""
    try:
        manifest = parse_manifest((old / MANIFEST).read_bytes(), str(old))
    except (ArchiveError, OSError):
        return
    listed = {MANIFEST, *manifest.files, *(each.file for each in (*manifest.tables.values(), *manifest.truth.values()))}
    for path in sorted(old.rglob("*")):
        name, is_plain = path.relative_to(old), path.is_symlink() or path.is_file()
        target = new / name
        if is_plain and name.as_posix() not in listed and not target.exists() and not target.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
