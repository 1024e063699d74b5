"""References by id, and the fault of one that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from greatfear.errors import nearest
from greatfear.scenario.found import Found, Path


def refer(names: Iterable[str], known: Sequence[str], kind: str, path: Path, keys: bool = False) -> Iterator[Found]:
    """Yield a fault for every name that is not known; `keys` says that the names are keys at `path`."""
    for index, name in enumerate(names):
        if name not in known:
            near = nearest(name, known)
            fix = f"did you mean {near[0]}?" if near else ""
            some = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
            one = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
            allowed = f"the id of {one}: {some}" if known else f"the id of {one}; there are none"
            yield Found((*path, name if keys else index), f"the {kind} {name!r}", allowed, fix)


def refer_one(name: str | None, known: Sequence[str], kind: str, path: Path) -> Iterator[Found]:
    """Yield the fault of a single reference, if it has one; None and an empty name refer to nothing."""
    for one in refer([name] if name else [], known, kind, ()):
        yield Found(path, one.got, one.allowed, one.fix)
