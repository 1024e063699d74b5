"""Opens a run folder as an archive, or says why it cannot be opened."""

from __future__ import annotations

import os
from pathlib import Path

from greatfear.errors import ArchiveError, IncompleteRunError, NotAnArchiveError
from greatfear.record.archive import Archive
from greatfear.record.files import check_table
from greatfear.record.manifest import MANIFEST, Manifest, parse_manifest

__all__ = ["read", "read_manifest"]

_MAKERS = "greatfear run SCENARIO -o FOLDER, or greatfear intake TABLES --map MAP -o FOLDER"
_BEGUN = ("archive", "truth", "scenario.json", f".{MANIFEST}.part")


def read(path: str | os.PathLike[str], *, verify: bool = False) -> Archive:
    """Open a run folder, simulated or real.

    Size, footer and columns of every table are checked; rows are read when they are asked for. A change of rows that
    keeps the size is found by ``verify=True`` (reads every byte once), at the latest when a table is loaded.

    Parameters
    ----------
    path : path
        The folder that holds ``manifest.json``.
    verify : bool
        Check the SHA-256 of every listed file too.

    Returns
    -------
    Archive

    Raises
    ------
    greatfear.errors.NotAnArchiveError
        There is no such folder, or it is not one of ours.
    greatfear.errors.IncompleteRunError
        Writing was never finished, or a listed table is missing.
    greatfear.errors.AlteredArchiveError
        Something is not as it was written.
    greatfear.errors.NewerFormatError
        Written in a later format than this version reads.

    Examples
    --------
    >>> read("no/such/folder")
    Traceback (most recent call last):
    ...
    greatfear.errors.NotAnArchiveError: no/such/folder: no such folder; mend: check the path...
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    for name, entry in manifest.tables.items():
        check_table(folder, name, entry)
    archive = Archive(manifest, path=folder)
    if verify:
        archive.verify()
    return archive


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a run folder; the tables are not looked at.

    Raises
    ------
    greatfear.errors.ArchiveError
        As `read`.

    Examples
    --------
    >>> read_manifest(Path("no/such/folder"))
    Traceback (most recent call last):
    ...
    greatfear.errors.NotAnArchiveError: no/such/folder: no such folder; mend: check the path...
    """
    if not folder.exists():
        raise NotAnArchiveError(f"{folder}: no such folder; mend: check the path, or make one: {_MAKERS}")
    if not folder.is_dir():
        raise NotAnArchiveError(f"{folder}: a file; mend: name the folder that holds {MANIFEST}")
    file = folder / MANIFEST
    if not file.is_file():
        begun = [name for name in _BEGUN if (folder / name).exists()]
        if begun:
            raise IncompleteRunError(f"{folder}: the run was never finished (no {MANIFEST}); mend: run it again")
        inside = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))
        mend = (
            f"name one of those in it: {', '.join(inside)}"
            if inside
            else f"name one that has it, or make one: {_MAKERS}"
        )
        raise NotAnArchiveError(f"{folder}: not a run folder or archive (no {MANIFEST}); mend: {mend}")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read ({error.strerror or error})") from error
    return parse_manifest(data, str(file))
