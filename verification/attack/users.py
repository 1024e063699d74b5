"""Another user of the computer puts code where compiled kernels are looked for: it is never read."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from greatfear.draws import _folder, _kept
from verification.attack.tools import CannotAttackError
from verification.attack.users_apart import attack_apart

VICTIM, OTHER = 61_001, 61_002
"""Numbers of two users who are not root; the system asks for no more of a user than a number."""


def _as_user(user: int, work: Callable[[], str]) -> str:
    """Do something in a copy of this process that belongs to a user; return the text that it gives."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            told = work()
        except BaseException as error:  # noqa: BLE001  the copy must end here
            told = f"{type(error).__name__}: {error}"
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return told


def _planted(folder: Path, kind: str) -> str:
    """Lay a trap under the name that the victim's folder will have."""
    place = folder / f"greatfear-{VICTIM}"
    if kind == "link":
        (folder / "trap").mkdir(mode=0o777)
        place.symlink_to(folder / "trap")
        return ""
    made = place / "kernels" / "versions" if kind == "deep" else place / "kernels" if kind == "middle" else place
    made.mkdir(parents=True)
    for each in (place, place / "kernels", place / "kernels" / "versions"):
        if each.exists():
            each.chmod(0o700 if kind == "closed" else 0o777)
    if kind == "deep":
        (made / "evil.nbc").write_bytes(b"code of another user")
    return ""


def _opened(folder: Path) -> str:
    """Return the folder that the victim would read kernels from; an empty text where kernels are made in memory."""
    os.environ["GREATFEAR_CACHE"] = "/proc/no/home"
    tempfile.tempdir = str(folder)
    found = _folder.private_folder("versions")
    return "" if found is None else str(found)


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Lay traps of every kind in a temporary folder that all may write, then ask as the victim where kernels are kept."""
    if not hasattr(os, "getuid") or os.getuid() != 0:
        raise CannotAttackError("users: only root can act as two users; nothing was attacked")
    kinds = ("deep", "middle", "top", "closed", "link", "none", "own")
    _kept.cache_folder()  # what this process itself keeps is not touched
    for each in (place, *place.parents[:1]):
        each.chmod(0o755)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        shared = place / str(number)
        shared.mkdir()
        shared.chmod(0o1777)
        user = VICTIM if kind == "own" else OTHER
        told = "" if kind == "none" else _as_user(user, lambda kind=kind, shared=shared: _planted(shared, kind))  # type: ignore[misc]
        if told:
            yield f"{kind}: the trap could not be laid: {told}"
            continue
        found = _as_user(VICTIM, lambda shared=shared: _opened(shared))  # type: ignore[misc]
        yield _wrong(kind, found, shared)
    if count > len(kinds):  # the large form
        yield from attack_apart(place)


def _wrong(kind: str, found: str, shared: Path) -> str:
    """Return what is wrong with the folder that the victim chose."""
    if not found:
        return "" if kind != "none" else "none: no folder although nobody stood in the way"
    folder = Path(found)
    if kind not in ("none",):
        return f"{kind}: the victim reads {found}"
    for each in (folder, folder.parent, folder.parents[1]):
        state = each.lstat()
        if state.st_uid != VICTIM or state.st_mode & 0o077:
            return f"{kind}: {each} belongs to {state.st_uid}, mode {state.st_mode & 0o777:o}"
    return "" if folder.is_relative_to(shared) else f"{kind}: {found} is elsewhere"
