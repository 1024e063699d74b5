"""What a worker does: one replicate of one variant, from plain data to one row of numbers.

Workers, near or on a cluster, are told the name of a function and plain data, so that nothing has to be pickled and a
script needs no guard round its main part. A function takes what all tasks share and one task, and returns one row.
"""

from __future__ import annotations

import contextlib
import math
import shutil
import uuid
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from greatfear.errors import GreatFearError
from greatfear.record.manifest import MANIFEST
from greatfear.scenario.model import Scenario
from greatfear.simulation.row_folder import archive_folder
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.summary import summarise

__all__ = [
    "archive_folder",
    "function_named",
    "keep_run",
    "plain_row",
    "refuse_other_version",
    "replicate_row",
    "scenario_of",
]

Row = dict[str, Any]


def replicate_row(shared: Mapping[str, Any], task: Mapping[str, Any]) -> Row:
    """Simulate one replicate on one thread and return its row.

    Parameters
    ----------
    shared : mapping
        scenarios (JSON texts, one per variant), seed, archives (folder or None), quantities (function's name or None),
        version.
    task : mapping
        variant, replicate.

    Returns
    -------
    dict
        Plain numbers; NaN as None.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}"
    >>> shared = {"scenarios": [load(text).model_dump_json()], "seed": 1, "archives": None, "quantities": None}
    >>> replicate_row(shared, {"variant": 0, "replicate": 3})["arrests"]
    0
    """
    refuse_other_version(shared)
    variant, replicate = task["variant"], task["replicate"]
    run = simulate(scenario_of(shared["scenarios"][variant]), shared["seed"], replicate=replicate, threads=1)
    row: Row = {"variant": variant, "replicate": replicate, "seed": shared["seed"], **summarise(run)}
    if shared["quantities"]:
        extra = function_named(shared["quantities"])(run.archive)
        row |= {name: value for name, value in extra.items() if name not in row}
    if shared["archives"]:
        keep_run(run, archive_folder(shared["archives"], variant, replicate))
    return plain_row(row)


def keep_run(run: Run, folder: Path) -> None:
    """Write a run so that its folder appears whole, whoever else may be writing the same.

    Examples
    --------
    >>> import tempfile
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}"
    >>> with tempfile.TemporaryDirectory() as place:
    ...     keep_run(simulate(load(text), 1), Path(place) / "v0-r0")
    ...     (Path(place) / "v0-r0" / "manifest.json").exists()
    True
    """
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
    """Return the scenario written in a JSON text, the order of its terms kept.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> text = "{id: x, title: X, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}"
    >>> scenario_of(load(text).model_dump_json()).id
    'x'
    """
    return Scenario.model_validate_json(text)


def function_named(name: str) -> Callable[..., Any]:
    """Return the function called ``module:name``.

    Examples
    --------
    >>> function_named("math:sqrt")(4)
    2.0
    """
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found


def refuse_other_version(shared: Mapping[str, Any]) -> None:
    """Refuse to mix rows of two versions in one table.

    Examples
    --------
    >>> refuse_other_version({"version": version("greatfear")})
    """
    wanted, here = shared.get("version"), version("greatfear")
    if wanted not in (None, here):
        raise GreatFearError(
            f"this worker has greatfear {here}; wanted: {wanted}; mend: install {wanted} on every worker"
        )


def plain_row(row: Mapping[str, Any]) -> Row:
    """Return a row with numbers as JSON has them; NaN as None.

    Examples
    --------
    >>> plain_row({"a": 1, "b": float("nan")})
    {'a': 1, 'b': None}
    """
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
