"""Two commands that write into one folder at one time: one is refused in words or both make the same; what stands is whole."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from greatfear.archive import read
from verification.attack.tools import Commands, content

_RUN = ["run", "witch-hunt", "--threads", "1", "--no-report", "-o", "out"]
_MANY = ["ensemble", "witch-hunt", "--workers", "0", "--replicates", "3", "-o", "out"]
_PAIR = ["what-if", "naming-cascade", "--workers", "0", "--change", "two-statements", "-o", "out"]
_WORDS = ("is writing here", "Cannot resume", "stands here", "another scenario, seed or version", "expected")
"""What a refusal may say."""


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Start two of the same command, with the same seed or two seeds, a moment apart."""
    with Commands() as start:
        for number in range(count):
            folder = place / str(number)
            folder.mkdir()
            words = (_RUN, _MANY, _PAIR)[number % 3]
            seeds = draw.choice([(5, 5), (5, 6)])
            both = []
            for seed in seeds:
                both.append(start.start([*words, "--seed", str(seed)], folder))
                time.sleep(draw.uniform(0.0, 0.4))
            ends = [command.ended() for command in both]
            yield _wrong(folder, ends, f"{words[0]}, seeds {seeds}")
            shutil.rmtree(folder)


def _wrong(folder: Path, ends: list[tuple[int | None, str]], name: str) -> str:
    """Return what went wrong, or an empty text."""
    out = folder / "out"
    if not any(code == 0 for code, _ in ends):
        return f"{name}: neither ended well: {ends}"
    for code, told in ends:
        if "Traceback" in told or (code != 0 and not any(words in told for words in _WORDS)):
            return f"{name}: ended with {code}: {told[-400:]}"
    left = sorted(path.name for path in folder.iterdir() if path.name != "out" and not path.name.startswith(".told-"))
    if left:
        return f"{name}: left {left}"
    if (out / "archive").exists():
        faults = read(out, verify=True).check()
        return f"{name}: {faults[0]}" if faults else ""
    return "" if {"manifest.json", "table.csv"} <= content(out).keys() else f"{name}: not whole"
