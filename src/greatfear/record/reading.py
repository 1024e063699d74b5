"""Opens a run folder as an archive, or says why it cannot be opened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from greatfear.errors import ArchiveError, IncompleteRunError, NotAnArchiveError, path_of
from greatfear.record.archive import StoredArchive
from greatfear.record.files import check_table
from greatfear.record.manifest import MANIFEST, Manifest, parse_manifest
from greatfear.record.place import refuse_undecodable
from greatfear.record.schema import TABLES

_MAKERS = "greatfear run SCENARIO -o FOLDER, or greatfear intake TABLES --map MAP -o FOLDER"
Opened = TypeVar("Opened", bound=StoredArchive)
_BEGUN = ("archive", "truth", "scenario.json", f".{MANIFEST}.part")


def open_folder(path: str | os.PathLike[str], kind: type[Opened], *, verify: bool = False) -> Opened:
    """Open a run folder, simulated or real, as an archive of the given class; see `greatfear.archive.read`.

    Raises
    ------
    greatfear.errors.ArchiveError
        As `greatfear.archive.read`.
    """
    folder = path_of(path, "archive")
    manifest = read_manifest(folder)
    for name, entry in manifest.tables.items():
        check_table(folder, entry, TABLES[name], manifest.greatfear)
    archive = kind(manifest, path=folder)
    if verify:
        archive.verify()
    return archive


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a run folder; the tables are not looked at.

    Raises
    ------
    greatfear.errors.ArchiveError
        As `greatfear.archive.read`.
    """
    refuse_undecodable(folder.absolute())
    if not folder.exists():
        raise NotAnArchiveError(f"{folder}: no such folder. Check the path, or make one: {_MAKERS}")
    if not folder.is_dir():
        raise NotAnArchiveError(f"{folder}: this is a file. Name the folder that holds {MANIFEST}")
    file = folder / MANIFEST
    if not file.is_file():
        begun = [name for name in _BEGUN if (folder / name).exists()]
        if begun:
            raise IncompleteRunError(f"{folder}: the run was never finished (no {MANIFEST}). Run it again")
        inside = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))
        fix = (
            f"Name one of the folders in it: {', '.join(inside)}"
            if inside
            else f"Name a folder that has one, or make one: {_MAKERS}"
        )
        raise NotAnArchiveError(f"{folder}: this folder is no archive: it has no {MANIFEST}. {fix}")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read ({error.strerror or error})") from error
    return parse_manifest(data, str(file))
