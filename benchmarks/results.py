"""What was measured, kept as lines of JSON beside the programs: one file a subject, and what machine it was."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"
_LIBRARIES = ("greatfear", "numpy", "numba", "pyarrow")


def load(subject: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Return the lines of a subject, none if it was never measured."""
    path = folder / f"{subject}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def save(subject: str, rows: Iterable[dict[str, Any]], key: Sequence[str], folder: Path = FOLDER) -> Path:
    """Write rows, each with the machine, in place of older ones with the same key, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {tuple(row.get(name) for name in key): row for row in load(subject, folder)}
    here = machine()
    kept.update({tuple(row.get(name) for name in key): row | {"machine": here} for row in rows})
    path = folder / f"{subject}.jsonl"
    written = path.with_suffix(".partial")
    written.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept.values()))
    written.replace(path)
    return path


def machine() -> dict[str, Any]:
    """Return what figures depend on, without a name of the machine."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _LIBRARIES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
