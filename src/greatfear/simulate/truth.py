"""What was so in a simulated world: opened only here, by whoever checks a method and never by the method."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from greatfear.errors import IncompleteRunError
from greatfear.record.schema import TRUTH_TABLES

__all__ = ["read_truth"]


def read_truth(folder: str | os.PathLike[str]) -> dict[str, pa.Table]:
    """Return the truth tables of a run folder.

    Raises
    ------
    IncompleteRunError
        If a table is missing.

    Examples
    --------
    >>> import tempfile
    >>> try:
    ...     read_truth(tempfile.mkdtemp())
    ... except IncompleteRunError as error:
    ...     print("no truth here" in str(error))
    True
    """
    tables = {}
    for name, table in TRUTH_TABLES.items():
        path = Path(folder) / "truth" / f"{name}.parquet"
        if not path.exists() and table.optional:
            continue
        if not path.exists():
            raise IncompleteRunError(f"{path}: no truth here; mend: give the folder of a simulated run")
        tables[name] = pq.read_table(path)
    return tables
