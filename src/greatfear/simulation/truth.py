"""The truth of a simulated world: opened only here, to check a method and never by the method."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from greatfear.errors import IncompleteRunError
from greatfear.record.files import check_table, ensure_file, load_table
from greatfear.record.manifest import MANIFEST, unknown_here
from greatfear.record.reading import read_manifest
from greatfear.simulation.truth_schema import TRUTH_TABLES


class WrittenTruth(Mapping[str, pa.Table]):
    """The truth tables of a run folder; each is read when it is asked for.

    Parameters
    ----------
    folder : Path
        Run folder.
    """

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder) if (folder / MANIFEST).is_file() else None
        self._folder, self._writer = folder, "" if manifest is None else manifest.greatfear
        self._entries = {} if manifest is None else manifest.truth
        self._paths = {name: folder / "truth" / f"{name}.parquet" for name in TRUTH_TABLES}

    def __getitem__(self, name: str) -> pa.Table:
        """Return one table."""
        if name not in set(self):
            raise KeyError(name)
        if name in self._entries:
            check_table(self._folder, self._entries[name], TRUTH_TABLES[name], self._writer)
            ensure_file(self._paths[name], self._entries[name])
        return load_table(self._paths[name], table=TRUTH_TABLES[name])

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the tables that there are."""
        return (name for name, path in self._paths.items() if path.exists())

    def __len__(self) -> int:
        """Return how many tables there are."""
        return sum(1 for _ in self)


def read_truth(folder: str | os.PathLike[str]) -> Mapping[str, pa.Table]:
    """Return the truth tables of a run folder.

    Raises
    ------
    IncompleteRunError
        If a table is missing.
    NewerFormatError
        If the manifest lists a table that this version does not know.
    """
    _refuse_newer(Path(folder))
    truth = WrittenTruth(Path(folder))
    missing = [name for name, table in TRUTH_TABLES.items() if not table.optional and name not in set(truth)]
    if missing:
        path = Path(folder) / "truth" / f"{missing[0]}.parquet"
        raise IncompleteRunError(f"{path}: no truth here. Give the folder of a simulated run")
    return truth


def _refuse_newer(folder: Path) -> None:
    """Refuse a truth with tables that a later version added."""
    manifest = read_manifest(folder) if (folder / MANIFEST).is_file() else None
    unknown = [name for name in manifest.truth if name not in TRUTH_TABLES] if manifest else []
    if manifest and unknown:
        raise unknown_here(folder, f"the truth table {', '.join(unknown)}", manifest.greatfear)
