"""Files that lie beside the tables of an archive and that its manifest lists: scenario.json, intake.json, reports of a run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from greatfear.errors import AlteredArchiveError, ArchiveError, GreatFearError
from greatfear.record.files import check_file

if TYPE_CHECKING:
    from greatfear.record.archive import StoredArchive


def text_beside(archive: StoredArchive, name: str) -> str | None:
    """Return a file that lies beside the tables, its hash checked; None where there is none.

    Raises
    ------
    greatfear.errors.AlteredArchiveError
        It is not as it was written.
    """
    if archive.path is None or not (archive.path / name).is_file():
        return None
    path, entry = archive.path / name, archive.manifest.files.get(name)
    if entry is not None:
        check_file(path, entry)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise AlteredArchiveError(f"{path}: not a text ({error})") from error


def json_beside(archive: StoredArchive, name: str) -> Any:
    """Return what a JSON file beside the tables holds, its hash checked; None where there is none.

    Raises
    ------
    greatfear.errors.AlteredArchiveError
        It is not as it was written, or no JSON.
    """
    text = text_beside(archive, name)
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AlteredArchiveError(f"{archive.path}/{name}: not readable as JSON ({error}); it was altered") from error


@contextlib.contextmanager
def as_written(archive: StoredArchive, *names: str) -> Iterator[None]:
    """Where what files beside the tables hold is not what greatfear writes there, say so instead of stopping in our own code."""
    try:
        yield
    except GreatFearError:
        raise
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"[:200]
        raise ArchiveError(
            f"{archive.path}: {' or '.join(names)} does not hold what greatfear writes there ({told}). Write the run again"
        ) from error
