"""Starts processes of our own, in which nothing that lies in the folder where the caller happens to be has a say."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from pathlib import Path

_HOME = Path(__file__).resolve().parents[2]
_SETTINGS = {"matplotlibrc": "matplotlib", ".numba_config.yaml": "numba"}
"""Files that libraries take their settings from if the current folder holds one, such as the name of a program to start."""


def command_of(module: str) -> list[str]:
    """Return the command of a process that calls ``main`` of one of our modules.

    With -P a file numba.py or pickle.py in the current folder is not run, as it would be by ``python -m`` and by the
    spawning of `multiprocessing`; the folder of this library comes last, so that it hides nothing that is installed.
    """
    program = (
        f"import sys; sys.path.append({str(_HOME)!r}); from greatfear.simulation.apart import refuse_settings_here; "
        f"refuse_settings_here(); from {module} import main; main()"
    )
    return [sys.executable, "-P", "-c", program]


def refuse_settings_here() -> None:
    """Load each library for which the current folder holds settings, so that it takes them from its usual places instead."""
    for file, library in _SETTINGS.items():
        if os.path.lexists(file) and library not in sys.modules:
            with contextlib.chdir(_HOME / "greatfear"):
                import_module(library)
    if "numba" in sys.modules and os.path.lexists(".numba_config.yaml"):
        # It is looked for again at every compilation.
        vars(import_module("numba.core.config"))["_config_fname"] = os.devnull


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
