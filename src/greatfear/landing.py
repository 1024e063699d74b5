"""Files land whole or not at all: written beside their place, brought to the disk, then put under their name in one step.

A reader never sees half a file, and a full disk or a kill leaves what stood there before.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import platform
import re
from collections.abc import Iterator
from pathlib import Path

UNFINISHED = ".*.part"
"""Pattern of what a kill in the middle of writing leaves behind; nobody reads such a file."""
_COUNT = itertools.count()
_HERE = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
"""Tells this machine from others that write into the same folder."""


def land(path: Path, data: bytes | str, *, tidy: bool = True) -> Path:
    """Write a file whole or not at all, and return its path; a text is written as UTF-8, as it stands.

    With `tidy`, what a kill of an earlier writer of the same file left beside it is removed; that takes a look at the folder.

    Raises
    ------
    OSError
        The file cannot be written; what stood there before stands there still.
    """
    with landing(path, tidy=tidy) as temporary:
        temporary.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@contextlib.contextmanager
def landing(path: Path, *, tidy: bool = True) -> Iterator[Path]:
    """Give the path of a file to write, which then takes its place under `path`; after an error it is removed.

    Raises
    ------
    OSError
        As `land`.
    """
    path = path.resolve() if path.is_symlink() else path  # a link stays a link
    _refuse_device(path)
    begin = f".{path.name[:100]}.{_HERE}-"
    temporary = path.with_name(f"{begin}{os.getpid()}-{next(_COUNT)}.part")
    if tidy:
        _remove_left(path.parent, begin)
    try:
        yield temporary
        sync_file(temporary)
        temporary.replace(path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename in (None, str(temporary)):  # say which file it was to be
            error.filename = str(path)
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _refuse_device(path: Path) -> None:
    """Refuse a place where something stands that is no plain file: a device or a pipe would be one afterwards, for everybody."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "no plain file stands here. Name a new file", str(path))


_BEGIN = {
    ".png": (b"\x89PNG\r\n",), ".pdf": (b"%PDF-",), ".svg": (b"<?xml", b"<svg", b"<!doctype svg"), ".gif": (b"GIF8",),
    ".html": (b"<!doctype html", b"<html", b"<table", b"<div", b"<style"), ".parquet": (b"PAR1",), ".json": (b"{",),
    ".gexf": (b"<?xml", b"<gexf"), ".graphml": (b"<?xml", b"<graphml"),
}  # fmt: skip
"""How files of a kind begin, in small letters where they are texts."""
_BEGIN[".htm"] = _BEGIN[".html"]
_LOOK = 4096


def refuse_other(path: Path, *begins: bytes, text: bytes | str | None = None) -> None:
    """Refuse a place where something stands that is no older result of the same kind.

    Parameters
    ----------
    path : Path
        Where a result is to be written. A new place and an empty file pass.
    *begins : bytes
        How an older result begins, in small letters; by the ending of the name if absent.
    text : bytes or str, optional
        The new result: an older CSV file has the same first line, a JSON file the same first name,
        Markdown, TeX and YAML the same first word.

    Raises
    ------
    OSError
        Something else stands there.
    """
    _refuse_device(path)
    if not path.exists():
        return
    told = OSError(errno.EEXIST, "found a file of another kind, but expected a new name or an older result", str(path))
    with path.open("rb") as file:
        old = file.read(_LOOK).removeprefix(b"\xef\xbb\xbf").lstrip()
    kinds = begins or _BEGIN.get(path.suffix.lower(), ())
    if old and kinds and not old.lower().startswith(tuple(kind.lower() for kind in kinds)):
        raise told
    if old and text is not None and _head(old, path) != _head(text.encode() if isinstance(text, str) else text, path):
        raise told


def _head(data: bytes, path: Path) -> object:
    """Return what results of one kind share: the first line of CSV, the first name of JSON, else the first word."""
    ending = path.suffix.lower()
    if ending == ".csv":
        return data.lstrip().split(b"\n", 1)[0].rstrip()
    if ending == ".json":
        return re.findall(rb'"[^"]*"', data[:_LOOK])[:1]
    return data.split(None, 1)[:1] if ending in (".md", ".tex", ".yaml", ".yml") else []


def _remove_left(folder: Path, begin: str) -> None:
    """Remove files that writers of this machine left when they were killed; those of living processes stay."""
    if os.name != "posix":  # elsewhere nothing tells whether a process lives without touching it
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            pid = entry.name.removeprefix(begin).partition("-")[0]
            if entry.name.startswith(begin) and entry.name.endswith(".part") and pid.isdigit() and not _lives(int(pid)):
                os.unlink(entry.path)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True


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
