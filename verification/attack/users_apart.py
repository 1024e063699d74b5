"""Two users in fresh processes: one lays code under the names of the other's compiled kernels; it must not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

VICTIM, OTHER = 61_001, 61_002
_WORK = "from greatfear.draws import purpose_key, uniform; print(uniform(purpose_key(1, 0, 3), 1, 2, 3))"
_TRAP = """
import os, pathlib, pickle, sys
class Evil:
    def __reduce__(self):
        return os.system, (f"id -u >> {sys.argv[2]}",)
for file in pathlib.Path(sys.argv[1]).rglob("*.nbc"):
    file.write_bytes(pickle.dumps(Evil()))
"""


def attack_apart(place: Path) -> Iterator[str]:
    """Lay the trap with three modes, and once where it must run; nothing is yielded where this machine has no such processes."""
    python = shutil.which(f"python3.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")
    shared, ran = place / "apart", place / "apart" / "ran"
    if python is None or shutil.which("setpriv") is None or _done(VICTIM, python, _WORK, place)[0]:
        return
    shared.mkdir()
    shared.chmod(0o1777)
    folder = shared / f"greatfear-{VICTIM}"
    code, wanted = _done(VICTIM, python, _WORK, shared)
    if code or not any(folder.rglob("*.nbc")):
        yield f"apart: no kernels were kept: {wanted}"
        return
    _done(VICTIM, python, _TRAP, shared, str(folder), str(ran))
    _done(VICTIM, python, _WORK, shared)
    yield (
        ""
        if ran.exists() and ran.read_text() == f"{VICTIM}\n"
        else "apart: the trap does not work in a folder of one's own"
    )
    ran.unlink(missing_ok=True)
    for each in (folder, *folder.rglob("*")):
        os.chown(each, OTHER, OTHER)
    for mode in (0o700, 0o755, 0o777):
        for each in (folder, *folder.rglob("*")):
            each.chmod(mode)
        told = _done(VICTIM, python, _WORK, shared)
        yield "" if told == (0, wanted) and not ran.exists() else f"apart, mode {mode:o}: {told}, ran: {ran.exists()}"


def _done(user: int, python: str, program: str, temporary: Path, *words: str) -> tuple[int, str]:
    """Run a program as a user who has no home; return its exit code and what it printed."""
    found = find_spec("numpy"), find_spec("greatfear")
    path = os.pathsep.join(str(Path(spec.origin).parents[1]) for spec in found if spec is not None and spec.origin)
    surroundings = {
        "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TMPDIR": str(temporary), "PYTHONPATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    become = ["setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups"]
    done = subprocess.run(
        [*become, python, "-P", "-c", program, *words],
        env=surroundings, cwd="/", capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout
