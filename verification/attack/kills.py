"""Commands killed at any moment: nothing half-written bears the final name, and the same command ends as if nothing had been."""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from verification.attack.tools import Commands, content, done_here

_FREE = ("log.json",)
"""Files that tell how long something took; they may differ."""
_LETTERS = "by,of,day\nAnna,Jean,1692-03-01\nJean,Mara,1692-03-09\n"
_MAP = """format: 1
epoch: 1692-03-01
tables:
  - table: letters
    makes:
      - {into: statements, speaker: by, subject: of, time: day, channel: {constant: report}}
"""


def _commands() -> dict[str, list[str]]:
    """Return the commands, each with the place that it writes as its last word."""
    many = ["--seed", "5", "--replicates", "6", "-o"]
    return {
        "run": ["run", "witch-hunt", "--seed", "5", "--chunk-days", "60", "--threads", "1", "-o", "out"],
        "ensemble": ["ensemble", "witch-hunt", "--workers", "0", *many, "out"],
        "ensemble on workers": ["ensemble", "naming-cascade", "--workers", "2", *many, "out"],
        "what-if": ["what-if", "witch-hunt", "--change", "two-statements", "--workers", "0", *many, "out"],
        "intake": ["intake", "letters.csv", "--map", "map.yaml", "--replace", "-o", "out"],
        "report": ["report", "run", "-o", "out.html"],
        "export": ["export", "run", "--replace", "-o", "out.gexf"],
    }


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Kill commands in turn, each at a moment drawn from the time it takes; then give the same command again."""
    sound, commands = place / "sound", _commands()
    sound.mkdir()
    (sound / "letters.csv").write_text(_LETTERS)
    (sound / "map.yaml").write_text(_MAP)
    with Commands() as start:
        _done(start, [*commands["run"][:-1], "run"], sound)
        wanted: dict[str, tuple[dict[str, str], float]] = {}
        for number in range(count):
            name = list(commands)[number % len(commands)]
            if name not in wanted:
                folder = shutil.copytree(sound, place / f"whole {name}")
                begun = time.monotonic()
                _done(start, commands[name], folder)
                wanted[name] = content(folder, _FREE), time.monotonic() - begun
            folder = shutil.copytree(sound, place / f"{number}")
            whole, seconds = wanted[name]
            yield _killed(start, commands[name], folder, (whole, draw.uniform(0.0, 1.1) * seconds))
            shutil.rmtree(folder)


def _done(start: Commands, words: list[str], folder: Path) -> None:
    code, told = start.start(words, folder).ended()
    if code:
        raise RuntimeError(f"{words}: {code}: {told}")


def _killed(start: Commands, words: list[str], folder: Path, given: tuple[dict[str, str], float]) -> str:
    """Kill a command after some seconds, look, and give it again."""
    wanted, seconds = given
    running = start.start(words, folder)
    time.sleep(seconds)
    running.kill()
    running.ended()
    out, place = folder / words[-1], f"{words[0]} killed after {seconds:.2f} s"
    if out.is_dir() and (out / "manifest.json").exists():
        found = {name: each for name, each in content(folder, _FREE).items() if name.startswith(words[-1])}
        differing = sorted(
            name
            for name, each in found.items()
            if each != wanted.get(name, each) and "report" not in name and not name.startswith(f"{words[-1]}/rows/")
        )
        if differing:
            return f"{place}: what stands there is whole, but {differing[0]} differs"
    if out.is_file() and content(folder, _FREE)[words[-1]] != wanted[words[-1]]:
        return f"{place}: half a file bears the name {words[-1]}"
    code, told = _again(words, folder)
    if code or "Traceback" in told:
        return f"{place}: the same command again ended with {code}: {told[-300:]}"
    after = content(folder, _FREE)
    differing = sorted(name for name in wanted.keys() | after.keys() if wanted.get(name) != after.get(name))
    return f"{place}: after the same command again {differing[0]} differs" if differing else ""


def _again(words: list[str], folder: Path) -> tuple[int, str]:
    """Give the command again, in this process, in its folder."""
    with contextlib.chdir(folder):
        return done_here(words)
