"""Disks that fill while a command writes: an error in words, nothing half-written, what stood there stands."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from verification.attack.tools import CannotAttackError, content, done_here


@contextlib.contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[Path]:
    """Give a disk of a few kilobytes in memory.

    Raises
    ------
    CannotAttackError
        Only the user root may mount one, and not in every container.
    """
    if not hasattr(os, "getuid") or os.getuid() != 0 or shutil.which("mount") is None:
        raise CannotAttackError("disks: only root can mount a disk that fills; nothing was attacked")
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        raise CannotAttackError(f"disks: this machine mounts no disk ({made.stderr.decode().strip()})")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


def _commands(run: Path, disk: Path) -> dict[str, list[str]]:
    """Return commands that write on a disk, each with the place that it writes as its last word."""
    fit = ["fit", str(run), "--choice", "kin", "--missing", "drop"]
    return {
        "run": ["run", "witch-hunt", "--seed", "5", "--replace", "--chunk-days", "60", "-o", str(disk / "out")],
        "ensemble": ["ensemble", "naming-cascade", "--seed", "5", "--replicates", "4", "--workers", "0", "-o",
                     str(disk / "out")],
        "export": ["export", str(run), "--replace", "-o", str(disk / "out.gexf")],
        "csv": ["export", str(run), "--replace", "--format", "csv", "-o", str(disk / "out")],
        "report": ["report", str(run), "-o", str(disk / "out.html")],
        "fit": [*fit, "--save", str(disk / "out.html")],
        "table": [*fit, "--table", str(disk / "out.parquet")],
        "pseudonymise": ["pseudonymise", str(run), "--key", f"{run}.key", "-o", str(disk / "out")],
    }  # fmt: skip


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Give each command in turn a disk of a size between nothing and what it needs, where an older file stands already."""
    run = place / "run"
    code, told = done_here(["run", "witch-hunt", "--seed", "5", "--no-report", "-o", str(run)])
    if code:
        raise RuntimeError(told)
    needs: dict[str, int] = {}
    for number in range(count):
        names = list(_commands(run, place))
        name = names[number % len(names)]
        if name not in needs:
            with small_disk(place / "disk", 64_000) as disk:
                code, told = done_here(_commands(run, disk)[name])
                if code:
                    raise RuntimeError(f"{name}: {told}")
                needs[name] = sum(path.stat().st_size for path in disk.rglob("*") if path.is_file()) // 1024 + 8
        with small_disk(place / "disk", draw.randint(8, needs[name])) as disk:
            yield _filled(_commands(run, disk)[name], disk, f"{name} on {shutil.disk_usage(disk).total // 1024} kB")


_OLDER = {".gexf": "<?xml ", ".html": "<!doctype html>", ".parquet": "PAR1"}


def _filled(words: list[str], disk: Path, name: str) -> str:
    """Give one command on a small disk; return what went wrong, or an empty text."""
    out = Path(words[-1])
    if out.suffix:
        out.write_text(_OLDER[out.suffix] + "old")  # an older result: another file would be refused
    before = content(disk)
    code, told = done_here(words)
    if code == 0:
        return ""
    if "Traceback" in told or "No space left" not in told:
        return f"{name}: ended with {code}: {told[-300:]}"
    after = content(disk)
    lost = [each for each in before if before[each] != after.get(each)]
    if lost:
        return f"{name}: {lost[0]} is not what it was"
    if (out / "manifest.json").exists():
        return f"{name}: a manifest stands over something that was not finished"
    half = [each for each in after.keys() - before.keys() if each.endswith(".part") or ".writing" in each]
    return f"{name}: left {half[0]}" if half else ""
