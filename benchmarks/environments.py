"""An environment of its own for every other tool, made on first use in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

_REQUIREMENTS = Path(__file__).resolve().parent / "requirements"
OWN = ""
"""Requirements of what runs in the environment of this program."""


@dataclass(frozen=True)
class Tool:
    """A column of the comparison: its name, its module in `benchmarks.tools`, and its list of requirements."""

    name: str
    module: str
    requirements: str


TOOLS = (
    Tool("greatfear", "greatfear_model", OWN),
    Tool("greatfear-whole", "greatfear_whole", OWN),
    Tool("numpy", "numpy_csr", "numpy"),
    Tool("numba", "numba_csr", "numba"),
    Tool("mesa-frames", "mesa_frames_model", "mesa-frames"),
    Tool("cynetdiff", "cynetdiff_model", "cynetdiff"),
    Tool("igraph", "igraph_model", "igraph"),
    Tool("starsim", "starsim_model", "starsim"),
    Tool("networkx", "networkx_python", "networkx"),
    Tool("mesa", "mesa_model", "mesa"),
    Tool("mesa-asked", "mesa_asked", "mesa"),
    Tool("eon", "eon_model", "eon"),
    Tool("ndlib", "ndlib_model", "ndlib"),
    Tool("agentpy", "agentpy_model", "agentpy"),
)


class NotInstalledError(Exception):
    """A tool could not be installed; the text says why."""


def python_of(tool: Tool) -> Path:
    """Return the interpreter of a tool's environment, installing it first if need be.

    Raises
    ------
    NotInstalledError
        If pip fails; nothing half-made is kept.
    """
    if tool.requirements == OWN:
        return Path(sys.executable)
    listed = _REQUIREMENTS / f"{tool.requirements}.txt"
    mark = hashlib.sha256(listed.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = _cache() / f"{tool.requirements}-{mark}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"installing {tool.requirements} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        _install(python, listed, folder)
        (folder / "ready").touch()
    return python


def _install(python: Path, listed: Path, folder: Path) -> None:
    words = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--retries",
        "1",
        "-r",
        str(listed),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
        raise NotInstalledError(f"could not be installed: {said[-1].removeprefix('ERROR: ')}")


def _cache() -> Path:
    """Return the folder of environments, beside that of compiled kernels."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(Path.home(), ".cache")
    return Path(os.environ.get("GREATFEAR_CACHE") or os.path.join(home, "greatfear")) / "benchmarks"
