"""What a worker does: one replicate of one variant, from plain data to one row of numbers.

Workers, near or on a cluster, are told the name of a function and plain data, so that nothing has to be pickled and a
script needs no guard round its main part. A function takes what all tasks share and one task, and returns one row.
"""

from __future__ import annotations

import contextlib
import math
import shutil
import traceback
import uuid
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from greatfear.errors import GreatFearError
from greatfear.record.manifest import MANIFEST
from greatfear.scenario.model import Scenario
from greatfear.show.plain import plain
from greatfear.simulation.calling import called
from greatfear.simulation.row_folder import archive_folder
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.summary import summarise

Row = dict[str, Any]


def replicate_row(shared: Mapping[str, Any], task: Mapping[str, Any]) -> Row:
    """Simulate one replicate on one thread and return its row.

    Parameters
    ----------
    shared : mapping
        scenarios (JSON texts, one per variant), points (of a sweep, one per variant), seed, archives (folder or None),
        quantities (what `greatfear.simulation.calling.packed` returns, or the function itself), version.
    task : mapping
        variant, replicate.

    Returns
    -------
    dict
        Plain numbers; NaN as None.
    """
    refuse_other_version(shared)
    variant, replicate = task["variant"], task["replicate"]
    run = simulate(scenario_of(shared["scenarios"][variant]), shared["seed"], replicate=replicate, threads=1)
    row: Row = {"variant": variant, "replicate": replicate, "seed": shared["seed"]}
    row |= (shared.get("points") or {}).get(str(variant), {})
    row |= summarise(run)
    if shared["quantities"] is not None:
        own = _extra(shared["quantities"], run)
        taken = [name for name, value in own.items() if name in row and not _same(value, row[name])]
        if taken:
            raise GreatFearError(f"quantities: {', '.join(taken)} stands in the table already; give it another name")
        row |= {name: value for name, value in own.items() if name not in row}
    if shared["archives"]:
        keep_run(run, archive_folder(shared["archives"], variant, replicate))
    return plain_row(row)


def _extra(given: str | Callable[..., Any], run: Run) -> Mapping[str, Any]:
    """Return what the caller's own function says of a run."""
    function = _read(given) if isinstance(given, str) else given
    try:
        found = function(run)
    except GreatFearError:
        raise
    except Exception as error:
        raise GreatFearError(f"quantities raised {type(error).__name__}: {error}{_where(error)}") from error
    if not isinstance(found, Mapping):
        raise GreatFearError(
            f"quantities returned {type(found).__name__}, but expected numbers by name, as in {{'cases': 3}}"
        )
    for name, value in found.items():
        if not isinstance(name, str) or not isinstance(value, int | float | np.number | np.bool_):
            raise GreatFearError(f"quantities: {name!r} is {str(value)[:60]!r}, but expected one number for each name")
    return found


def _same(one: Any, other: Any) -> bool:
    """Return whether two numbers are the same, NaN being like NaN."""
    return bool(one == other) or (math.isnan(one) and math.isnan(other))


def _where(error: Exception) -> str:
    """Return the line of the caller's function that raised an error."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    return f" ({Path(frames[0].filename).name}, line {frames[0].lineno})" if frames else ""


_read = lru_cache(maxsize=8)(called)


def keep_run(run: Run, folder: Path) -> None:
    """Write a run so that its folder appears whole, also while another process writes the same."""
    if (folder / MANIFEST).exists():
        return
    temporary = folder.with_name(f".writing-{uuid.uuid4().hex}")
    try:
        run.write(temporary)
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another worker came first; its bytes are the same
            temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@lru_cache(maxsize=64)
def scenario_of(text: str) -> Scenario:
    """Return the scenario written in a JSON text, the order of its terms kept."""
    return Scenario.model_validate_json(text)


def refuse_other_version(shared: Mapping[str, Any]) -> None:
    """Refuse to mix rows of two versions in one table."""
    wanted, here = shared.get("version"), version("greatfear")
    if wanted not in (None, here):
        raise GreatFearError(f"this worker has greatfear {here}; wanted: {wanted}. Install {wanted} on every worker")


def plain_row(row: Mapping[str, Any]) -> Row:
    """Return a row with numbers as JSON has them; NaN as None."""
    return {name: plain(value) for name, value in row.items()}
